//! The laws, asked of every estimator. Exceptions stand here with their reasons.

use cairn_knn::{KnnClassifier, KnnRegressor, Weights};
use cairn_laws::{Law, Laws};
use cairn_linear::{GramStatistics, LinearRegression, LinearRegressionModel, Ridge, RidgeModel};
use cairn_preprocess::{Pipeline, StandardScaler};
use cairn_traits::DVector;

fn least_squares_line(model: &LinearRegressionModel<f64>) -> (DVector<f64>, f64) {
    (model.coefficients().into_owned(), model.intercept())
}

fn ridge_line(model: &RidgeModel<f64>) -> (DVector<f64>, f64) {
    (model.coefficients().into_owned(), model.intercept())
}

#[test]
fn linear_regression() {
    Laws::regressor(&LinearRegression::new())
        .several_outputs()
        .single_precision()
        .weighted()
        .persistent()
        .accumulates(GramStatistics::default())
        .hyperparameters()
        .least_squares(least_squares_line)
        .assert();
}

#[test]
fn linear_regression_through_the_origin() {
    Laws::regressor(&LinearRegression::new().fit_intercept(false))
        .several_outputs()
        .single_precision()
        .weighted()
        .persistent()
        .accumulates(GramStatistics::default())
        .hyperparameters()
        .except(Law::MergeAnySplit, "squares of numbers far from the origin keep half the digits that the rows have")
        .assert();
}

#[test]
fn ridge() {
    Laws::regressor(&Ridge::default())
        .several_outputs()
        .single_precision()
        .weighted()
        .persistent()
        .accumulates(GramStatistics::default())
        .hyperparameters()
        .ridge(Ridge::new, ridge_line)
        .except(Law::WeightScale, "heavier rows outweigh the same penalty")
        .assert();
}

const TIES: &str = "of rows at the same distance those with the lower number are asked";

#[test]
fn knn_classifier() {
    for weights in [Weights::Uniform, Weights::Distance] {
        Laws::classifier(&KnnClassifier::new(3).weights(weights))
            .single_precision()
            .probabilistic()
            .persistent()
            .hyperparameters()
            .nearest_neighbors(KnnClassifier::new)
            .except(Law::RowOrderTies, TIES)
            .assert();
    }
}

#[test]
fn knn_regressor() {
    for weights in [Weights::Uniform, Weights::Distance] {
        Laws::regressor(&KnnRegressor::new(3).weights(weights))
            .several_outputs()
            .single_precision()
            .persistent()
            .hyperparameters()
            .nearest_neighbors(KnnRegressor::new)
            .except(Law::RowOrderTies, TIES)
            .assert();
    }
}

#[test]
fn pipelines() {
    Laws::regressor(&Pipeline::new(StandardScaler::new(), LinearRegression::new()))
        .several_outputs()
        .single_precision()
        .weighted()
        .persistent()
        .hyperparameters()
        .assert();
    Laws::classifier(&Pipeline::new(StandardScaler::new(), KnnClassifier::new(3)))
        .single_precision()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .except(Law::RowOrderTies, TIES)
        .assert();
}
