//! Trees, forests and boosting: the fit, or the answers to many rows; and the accuracy on rows held back.

use crate::{Answer, Request, timed};
use cairn_tree::{
    DMatrix, DecisionTreeClassifier, Fit, Float, GradientBoostingClassifier, Predict, RandomForestClassifier, Result,
};
use serde_json::json;

/// `rest` holds the labels of `x`, the rows held back and their labels.
pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>, y: &DMatrix<F>, rest: &[DMatrix<F>]) -> Answer {
    let [asked, expected] = rest else { return Err("expected four files".into()) };
    let labels = |y: &DMatrix<F>| -> Vec<usize> { y.iter().map(|y| y.to_f64() as usize).collect() };
    let data = (x, &labels(y)[..], asked, &labels(expected)[..]);
    match request.estimator.as_str() {
        "decision-tree" => times(request, &DecisionTreeClassifier::new(), data),
        "random-forest" => times(request, &RandomForestClassifier::new(100), data),
        "gradient-boosting" => {
            let boosting = GradientBoostingClassifier::new().categorical_features(request.categorical.clone());
            times(request, &boosting, data)
        }
        other => Err(format!("no estimator {other}").into()),
    }
}

type Data<'a, F> = (&'a DMatrix<F>, &'a [usize], &'a DMatrix<F>, &'a [usize]);

fn times<F: Float, E, M>(request: &Request, estimator: &E, (x, y, asked, expected): Data<'_, F>) -> Answer
where
    E: Fit<DMatrix<F>, [usize], Model = M>,
    M: Predict<DMatrix<F>, Output = Vec<usize>>,
{
    let mut model = estimator.fit(x, y)?;
    let mut answers = model.predict(asked)?;
    let seconds = if request.predict {
        timed(request.repeats, || {
            answers = model.predict(asked)?;
            Ok(())
        })?
    } else {
        timed(request.repeats, || -> Result<()> {
            model = estimator.fit(x, y)?;
            Ok(())
        })?
    };
    let right = answers.iter().zip(expected).filter(|(a, b)| a == b).count();
    Ok(json!({ "seconds": seconds, "check": right as f64 / expected.len() as f64 }))
}
