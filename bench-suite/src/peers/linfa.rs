//! linfa: one thread; no nearest-neighbour estimators (`linfa-nn` finds neighbours, the benches compare that).

use super::library::{Fits, Model, Params, classes, flag, number, numbers, timed};
use crate::{
    failure::{Failure, Result},
    registry::{Answer, Target, Timed},
};
use ::linfa::{
    Dataset,
    traits::{Fit, PredictInplace},
};
use cairn_traits::{DMatrix, DVector};
use linfa_elasticnet::ElasticNet;
use linfa_linear::LinearRegression;
use linfa_logistic::{LogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2, ShapeBuilder};
use std::convert::Infallible;

pub(crate) const FITS: Fits =
    &[("linear-regression", least_squares), ("ridge", ridge), ("logistic-regression", logistic_regression)];

/// Relative change of the coefficients, and gap to the optimum, at which coordinate descent ends. linfa's own 1e-4
/// would be an answer right to two or three digits, beside ours to all.
const TOLERANCE: f64 = 1e-10;

fn matrix(x: &DMatrix<f64>) -> Result<Array2<f64>> {
    Array2::from_shape_vec((x.nrows(), x.ncols()).f(), x.as_slice().to_vec()).map_err(Failure::new)
}

fn dataset(x: &DMatrix<f64>, y: &Target) -> Result<Dataset<f64, f64, ndarray::Ix1>> {
    Ok(Dataset::new(matrix(x)?, Array1::from_vec(numbers(y)?.as_slice().to_vec())))
}

fn least_squares(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    let data = dataset(x, y)?;
    let estimator = LinearRegression::new().with_intercept(flag(params, "fit_intercept")?);
    let Timed { value: model, seconds } = timed(|| estimator.fit(&data))?;
    Ok(Timed { value: answering(model), seconds })
}

/// The elastic net without its l1 part.
///
/// ```text
/// linfa:  Σ (y − xw − b)² / 2n + penalty |w|² / 2       ours:  Σ (y − xw − b)² + l2 |w|²       penalty = l2 / n
/// ```
/// The gap by which it knows the optimum is of the l1 part and does not close without one (0.8.1): it makes all of its
/// 1000 sweeps, which are enough for most tables. Its intercept is the mean of y, which is ours where the columns have mean 0: the program's columns do, but for words.
fn ridge(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    let data = dataset(x, y)?;
    let estimator = ElasticNet::params()
        .l1_ratio(0.0)
        .penalty(number(params, "l2")? / x.nrows() as f64)
        .with_intercept(flag(params, "fit_intercept")?)
        .tolerance(TOLERANCE);
    let Timed { value: model, seconds } = timed(|| estimator.fit(&data))?;
    Ok(Timed { value: answering(model), seconds })
}

fn answering<M>(model: M) -> Model
where
    M: PredictInplace<Array2<f64>, Array1<f64>> + Send + Sync + 'static,
{
    Box::new(move |x| {
        let x = matrix(x)?;
        let Timed { value, seconds } = timed(|| {
            let mut y = model.default_target(&x);
            model.predict_inplace(&x, &mut y);
            Ok::<_, Infallible>(y)
        })?;
        Ok(Timed { value: Answer::Numbers(DVector::from_iterator(value.len(), value.iter().copied())), seconds })
    })
}

/// The same objective; the tolerance is of the sum of the losses, ours of their mean. Class weights and l1 it has not.
fn logistic_regression(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    if number(params, "l1")? != 0.0 || params.get("class_weights").and_then(|w| w.as_str()) != Some("uniform") {
        return Err(Failure::new("linfa has no l1 penalty and no class weights for it"));
    }
    let labels = classes(y)?.to_vec();
    let mut known = labels.clone();
    known.sort_unstable();
    known.dedup();
    let data = Dataset::new(matrix(x)?, Array1::from_vec(labels));
    let (l2, fit_intercept) = (number(params, "l2")?, flag(params, "fit_intercept")?);
    let (tol, max_iter) = (number(params, "tol")? * x.nrows() as f64, number(params, "max_iter")? as u64);
    macro_rules! fitted {
        ($estimator:expr, |$model:ident, $x:ident| $proba:expr) => {{
            let estimator =
                $estimator.alpha(l2).with_intercept(fit_intercept).gradient_tolerance(tol).max_iterations(max_iter);
            let Timed { value: $model, seconds } = timed(|| estimator.fit(&data))?;
            let answer: Model = Box::new(move |rows| {
                let $x = matrix(rows)?;
                let mut predicted = Array1::zeros(rows.nrows());
                let Timed { seconds, .. } = timed(|| Ok::<_, Infallible>($model.predict_inplace(&$x, &mut predicted)))?;
                let (proba, classes) = ($proba, known.clone());
                Ok(Timed { value: Answer::Classes { predicted: predicted.to_vec(), proba, classes }, seconds })
            });
            Ok(Timed { value: answer, seconds })
        }};
    }
    if known.len() == 2 {
        return fitted!(LogisticRegression::default(), |model, x| {
            // of whichever class there are more of
            let of = model.predict_probabilities(&x);
            let place = usize::from(model.labels().pos.class == known[1]);
            DMatrix::from_fn(of.len(), 2, |row, class| if class == place { of[row] } else { 1.0 - of[row] })
        });
    }
    fitted!(MultiLogisticRegression::default(), |model, x| {
        let proba = model.predict_probabilities(&x);
        DMatrix::from_fn(proba.nrows(), proba.ncols(), |row, class| proba[(row, class)])
    })
}
