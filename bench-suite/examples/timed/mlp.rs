//! Perceptrons: the fit; its loss curve, and the accuracy on rows held back.

use crate::{Answer, Request, timed};
use cairn_mlp::{DMatrix, Fit, Float, MlpClassifier, MlpClassifierModel, Optimizer, Predict};
use serde_json::json;

/// `rest` holds the rows held back and their labels; `tol` is the length of steps; `estimator` may be
/// "lbfgs".
pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>, y: &DMatrix<F>, rest: &[DMatrix<F>]) -> Answer {
    let [asked, expected] = rest else { return Err("expected four files".into()) };
    let labels = |y: &DMatrix<F>| -> Vec<usize> { y.iter().map(|y| y.to_f64() as usize).collect() };
    let (y, expected) = (labels(y), labels(expected));
    let mlp = MlpClassifier::new().hidden(&request.hidden).learning_rate(request.tol);
    let mlp = match request.estimator.as_str() {
        // as many iterations as there are epochs, however flat it is
        "lbfgs" => mlp.optimizer(Optimizer::Lbfgs { memory: 10, tol: 0.0 }),
        _ => mlp.batch_size(request.batch_size),
    };
    let mlp = mlp.epochs(request.epochs);
    let mut model: Option<MlpClassifierModel<F>> = None;
    let seconds = timed(request.repeats, || {
        model = Some(mlp.fit(x, &y[..])?);
        Ok(())
    })?;
    let model = model.ok_or("no repeats")?;
    let answers = model.predict(asked)?;
    let right = answers.iter().zip(&expected).filter(|(a, b)| a == b).count();
    let losses: Vec<f64> = model.history().losses().collect();
    let accuracy = right as f64 / expected.len() as f64;
    Ok(json!({ "seconds": seconds, "check": { "losses": losses, "accuracy": accuracy } }))
}
