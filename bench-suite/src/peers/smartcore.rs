//! smartcore: one thread.

use super::library::{Fits, Model, Params, classes, count, flag, number, numbers, timed};
use crate::{
    failure::{Failure, Result},
    registry::{Answer, Target, Timed},
};
use ::smartcore::{
    algorithm::neighbour::KNNAlgorithmName,
    linalg::basic::matrix::DenseMatrix,
    linear::{
        linear_regression::LinearRegression,
        ridge_regression::{RidgeRegression, RidgeRegressionParameters},
    },
    neighbors::{
        KNNWeightFunction,
        knn_classifier::{KNNClassifier, KNNClassifierParameters},
        knn_regressor::{KNNRegressor, KNNRegressorParameters},
    },
};
use cairn_traits::{DMatrix, DVector};

pub(crate) const FITS: Fits = &[
    ("linear-regression", least_squares),
    ("ridge", ridge),
    ("knn-classifier", knn_classifier),
    ("knn-regressor", knn_regressor),
];

fn matrix(x: &DMatrix<f64>) -> Result<DenseMatrix<f64>> {
    DenseMatrix::new(x.nrows(), x.ncols(), x.as_slice().to_vec(), true).map_err(Failure::new)
}

fn targets(y: &Target) -> Result<Vec<f64>> {
    Ok(numbers(y)?.as_slice().to_vec())
}

fn as_numbers(Timed { value, seconds }: Timed<Vec<f64>>) -> Timed<Answer> {
    Timed { value: Answer::Numbers(DVector::from_vec(value)), seconds }
}

fn least_squares(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    if !flag(params, "fit_intercept")? {
        return Err(Failure::new("fit_intercept: smartcore always has an intercept"));
    }
    let (x, y) = (matrix(x)?, targets(y)?);
    let Timed { value: model, seconds } = timed(|| LinearRegression::fit(&x, &y, Default::default()))?;
    let answer: Model = Box::new(move |x| {
        let x = matrix(x)?;
        timed(|| model.predict(&x)).map(as_numbers)
    });
    Ok(Timed { value: answer, seconds })
}

/// Has an intercept only if it divides the columns by their standard deviations, which changes nothing where they have
/// 1: the program's columns do, but for words.
fn ridge(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    let (x, y) = (matrix(x)?, targets(y)?);
    let (alpha, normalize) = (number(params, "l2")?, flag(params, "fit_intercept")?);
    let parameters = RidgeRegressionParameters::default().with_alpha(alpha).with_normalize(normalize);
    let Timed { value: model, seconds } = timed(|| RidgeRegression::fit(&x, &y, parameters))?;
    let answer: Model = Box::new(move |x| {
        let x = matrix(x)?;
        timed(|| model.predict(&x)).map(as_numbers)
    });
    Ok(Timed { value: answer, seconds })
}

fn weights(params: &Params) -> Result<KNNWeightFunction> {
    match params.get("weights").and_then(|weights| weights.as_str()) {
        Some("uniform") => Ok(KNNWeightFunction::Uniform),
        Some("distance") => Ok(KNNWeightFunction::Distance),
        _ => Err(Failure::new("weights: expected uniform or distance")),
    }
}

fn knn_classifier(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    let mut sorted = classes(y)?.to_vec();
    let (x, y) = (matrix(x)?, sorted.clone());
    sorted.sort_unstable();
    sorted.dedup();
    let parameters = KNNClassifierParameters::default()
        .with_k(count(params, "n_neighbors")?)
        .with_weight(weights(params)?)
        .with_algorithm(KNNAlgorithmName::LinearSearch);
    let Timed { value: model, seconds } = timed(|| KNNClassifier::fit(&x, &y, parameters))?;
    let answer: Model = Box::new(move |x| {
        let x = matrix(x)?;
        let Timed { value: predicted, seconds } = timed(|| model.predict(&x))?;
        let proba: Vec<f64> = model.predict_proba(&x).map_err(Failure::new)?.concat();
        let rows = predicted.len();
        if proba.len() != rows * sorted.len() {
            return Err(Failure::new(format!("expected probabilities of {} classes", sorted.len())));
        }
        let proba = DMatrix::from_row_slice(rows, sorted.len(), &proba);
        Ok(Timed { value: Answer::Classes { predicted, proba, classes: sorted.clone() }, seconds })
    });
    Ok(Timed { value: answer, seconds })
}

fn knn_regressor(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    let (x, y) = (matrix(x)?, targets(y)?);
    let parameters = KNNRegressorParameters::default()
        .with_k(count(params, "n_neighbors")?)
        .with_weight(weights(params)?)
        .with_algorithm(KNNAlgorithmName::LinearSearch);
    let Timed { value: model, seconds } = timed(|| KNNRegressor::fit(&x, &y, parameters))?;
    let answer: Model = Box::new(move |x| {
        let x = matrix(x)?;
        timed(|| model.predict(&x)).map(as_numbers)
    });
    Ok(Timed { value: answer, seconds })
}
