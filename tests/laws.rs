//! The laws, asked of every estimator. Exceptions stand here with their reasons.

use cairn_bayes::{BernoulliNb, GaussianNb, MixedNb};
use cairn_knn::{Algorithm, Isolated, KnnClassifier, KnnRegressor, Metric, RadiusClassifier, RadiusRegressor, Weights};
use cairn_laws::{Law, Laws};
use cairn_linear::{
    Alphas, ElasticNet, ElasticNetCv, GammaRegressor, GramStatistics, HuberRegressor, Lasso, LassoCv, LinearRegression,
    LinearRegressionModel, PoissonRegressor, Ridge, RidgeCv, RidgeModel, SgdRegressor, TweedieRegressor,
};
use cairn_logistic::{ClassWeights, LogisticCv, LogisticRegression, SgdClassifier, SgdClassifierLoss};
use cairn_mlp::{MlpClassifier, MlpRegressor};
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

#[test]
fn ridge_by_leaving_one_out() {
    Laws::regressor(&RidgeCv::new().l2_per_target(true))
        .several_outputs()
        .single_precision()
        .weighted()
        .persistent()
        .hyperparameters()
        .except(Law::WeightScale, "heavier rows outweigh the same penalty")
        .except(Law::WeightsRepeat, "a row left out takes its weight with it, a repetition leaves the others behind")
        .assert();
}

#[test]
fn lasso_and_elastic_net() {
    Laws::regressor(&Lasso::new(0.2).tol(0.0))
        .several_outputs()
        .single_precision()
        .weighted()
        .persistent()
        .hyperparameters()
        .assert();
    Laws::regressor(&ElasticNet::new(0.2).tol(0.0))
        .several_outputs()
        .single_precision()
        .weighted()
        .persistent()
        .hyperparameters()
        .assert();
}

const FOLDS: &str = "folds are cut where the rows stand";

#[test]
fn penalties_by_cross_validation() {
    let alphas = Alphas::Given(vec![1.0, 0.1]);
    Laws::regressor(&LassoCv::new().alphas(alphas.clone()).n_folds(3).tol(0.0))
        .persistent()
        .hyperparameters()
        .except(Law::RowOrder, FOLDS)
        .except(Law::RowOrderTies, FOLDS)
        .assert();
    Laws::regressor(&ElasticNetCv::new().alphas(alphas).n_folds(3).tol(0.0))
        .persistent()
        .hyperparameters()
        .except(Law::RowOrder, FOLDS)
        .except(Law::RowOrderTies, FOLDS)
        .assert();
}

#[test]
fn huber_regressor() {
    const EDGES: &str =
        "where the line goes through half of the rows the scale is next to 0, and the objective has edges";
    Laws::regressor(&HuberRegressor::new().l2(0.1).tol(1e-9))
        .single_precision()
        .weighted()
        .persistent()
        .hyperparameters()
        .except(Law::WeightScale, "heavier rows outweigh the same penalty")
        .except(Law::WeightsRepeat, EDGES)
        .assert();
}

#[test]
fn generalised_regressors_refuse_what_they_should() {
    const BELOW: &str = "half of the drawn targets are below 0, which is refused";
    let tweedie = TweedieRegressor::new(0.0).alpha(0.5).tol(1e-9);
    Laws::regressor(&tweedie).persistent().hyperparameters().weighted().except(Law::Learns, BELOW).assert();
    let poisson = PoissonRegressor::new(0.1).tol(1e-10);
    Laws::regressor(&poisson).persistent().hyperparameters().weighted().except(Law::Learns, BELOW).assert();
    let gamma = GammaRegressor::new(0.1).tol(1e-10);
    Laws::regressor(&gamma).persistent().hyperparameters().weighted().except(Law::Learns, BELOW).assert();
}

#[test]
fn sgd_regressor() {
    const ORDER: &str = "rows are visited in a drawn order";
    const STEPS: &str = "a weight is a longer step, a repetition one more step";
    for l1_ratio in [0.0, 0.5] {
        Laws::regressor(&SgdRegressor::new().l1_ratio(l1_ratio).average(10).max_iter(20))
            .inputs(|v| v.clamp(-16.0, 16.0) / 16.0)
            .persistent()
            .hyperparameters()
            .weighted()
            .except(Law::RowOrder, ORDER)
            .except(Law::RowOrderTies, ORDER)
            .except(Law::WeightsRepeat, STEPS)
            .except(Law::WeightScale, STEPS)
            .assert();
    }
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
fn knn_by_trees_and_other_metrics() {
    for (algorithm, metric) in [
        (Algorithm::KdTree, Metric::Euclidean),
        (Algorithm::BallTree, Metric::Minkowski(3.0)),
        (Algorithm::BruteForce, Metric::Manhattan),
    ] {
        Laws::classifier(&KnnClassifier::new(3).algorithm(algorithm).metric(metric))
            .single_precision()
            .probabilistic()
            .persistent()
            .hyperparameters()
            .except(Law::RowOrderTies, TIES)
            .assert();
    }
}

#[test]
fn radius_neighbors() {
    for weights in [Weights::Uniform, Weights::Distance] {
        Laws::classifier(&RadiusClassifier::new(3.0).weights(weights).isolated(Isolated::AllRows))
            .probabilistic()
            .persistent()
            .hyperparameters()
            .assert();
        Laws::regressor(&RadiusRegressor::new(3.0).weights(weights).isolated(Isolated::AllRows))
            .several_outputs()
            .persistent()
            .hyperparameters()
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
fn logistic_regression() {
    // to as many digits as the laws ask for
    let logistic = LogisticRegression::new().tol(1e-10);
    for logistic in [logistic.clone(), logistic.clone().l1(0.1)] {
        Laws::classifier(&logistic)
            .single_precision()
            .weighted()
            .probabilistic()
            .persistent()
            .hyperparameters()
            .except(Law::WeightScale, "heavier rows outweigh the same penalty")
            .assert();
    }
    Laws::classifier(&logistic.class_weights(ClassWeights::Balanced))
        .except(Law::RowOrderTies, "balanced classes are a draw where columns tell nothing, and rounding decides")
        .assert();
}

#[test]
fn sgd_classifier() {
    const ORDER: &str = "rows are visited in a drawn order";
    const STEPS: &str = "a weight is a longer step, a repetition one more step";
    for loss in [SgdClassifierLoss::LogLoss, SgdClassifierLoss::Hinge] {
        Laws::classifier(&SgdClassifier::new().loss(loss).max_iter(20))
            .inputs(|v| v.clamp(-16.0, 16.0) / 16.0)
            .persistent()
            .hyperparameters()
            .weighted()
            .except(Law::RowOrder, ORDER)
            .except(Law::RowOrderTies, ORDER)
            .except(Law::WeightsRepeat, STEPS)
            .except(Law::WeightScale, STEPS)
            .assert();
    }
}

#[test]
fn logistic_regression_by_cross_validation() {
    Laws::classifier(
        &LogisticCv::new().l2s(vec![100.0, 1.0]).n_folds(2).estimator(LogisticRegression::new().tol(1e-10)),
    )
    .persistent()
    .probabilistic()
    .hyperparameters()
    .except(Law::RowOrder, FOLDS)
    .except(Law::RowOrderTies, FOLDS)
    .assert();
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

#[test]
fn naive_bayes() {
    Laws::classifier(&GaussianNb::new().var_smoothing(1e-3))
        .single_precision()
        .weighted()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .assert();
    Laws::classifier(&MixedNb::new(&[]).var_smoothing(1e-3))
        .weighted()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .assert();
    Laws::classifier(&BernoulliNb::new())
        .except(Law::WeightScale, "heavier rows outweigh the same smoothing")
        .single_precision()
        .weighted()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .assert();
}

#[test]
fn perceptrons() {
    const ORDER: &str = "rows go to batches in a drawn order";
    const BATCHES: &str = "repetitions are spread over other batches";
    const SHARED: &str = "all outputs share the hidden layers";
    let classifier = MlpClassifier::new().hidden(&[6]).batch_size(16).epochs(3);
    Laws::classifier(&classifier)
        .cases(24)
        .inputs(|v| v.clamp(-16.0, 16.0) / 16.0)
        .weighted()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .except(Law::RowOrder, ORDER)
        .except(Law::RowOrderTies, ORDER)
        .except(Law::WeightsRepeat, BATCHES)
        .assert();
    let regressor = MlpRegressor::new().hidden(&[6]).batch_size(16).epochs(3);
    Laws::regressor(&regressor)
        .cases(24)
        .inputs(|v| v.clamp(-16.0, 16.0) / 16.0)
        .several_outputs()
        .weighted()
        .persistent()
        .hyperparameters()
        .except(Law::SeveralOutputs, SHARED)
        .except(Law::RowOrder, ORDER)
        .except(Law::RowOrderTies, ORDER)
        .except(Law::WeightsRepeat, BATCHES)
        .assert();
}
