//! The laws of trees and what is made of them.

use cairn_laws::{Law, Laws};
use cairn_tree::{
    AdaBoostClassifier, DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreesClassifier, ExtraTreesRegressor,
    GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor,
};

const NAN_IS_A_VALUE: &str = "NaN is a missing value, which has its side at every question";
const SHARED: &str = "one tree asks its questions for all outputs together";
const DRAWN: &str = "rows are drawn by where they stand";

#[test]
fn decision_trees() {
    Laws::classifier(&DecisionTreeClassifier::new())
        .single_precision()
        .weighted()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .assert();
    Laws::regressor(&DecisionTreeRegressor::new())
        .single_precision()
        .weighted()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .assert();
}

#[test]
fn forests() {
    Laws::classifier(&RandomForestClassifier::new(3))
        .single_precision()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .except(Law::RowOrder, DRAWN)
        .except(Law::RowOrderTies, DRAWN)
        .assert();
    Laws::classifier(&ExtraTreesClassifier::new(3))
        .single_precision()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .assert();
    Laws::regressor(&RandomForestRegressor::new(3))
        .several_outputs()
        .single_precision()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .except(Law::RowOrder, DRAWN)
        .except(Law::RowOrderTies, DRAWN)
        .except(Law::SeveralOutputs, SHARED)
        .assert();
    Laws::regressor(&ExtraTreesRegressor::new(3))
        .single_precision()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .assert();
}

#[test]
fn adaboost() {
    Laws::classifier(&AdaBoostClassifier::new(5).max_depth(3))
        .weighted()
        .single_precision()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .except(Law::WeightsRepeat, "classes that tie in a leaf are parted by the rounding of their weights")
        .assert();
}

#[test]
fn gradient_boosting() {
    Laws::classifier(&GradientBoostingClassifier::new().n_estimators(5).min_samples_leaf(1))
        .weighted()
        .single_precision()
        .probabilistic()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .except(Law::WeightScale, "where two classes are equally likely the rounding of weights decides")
        .assert();
    Laws::regressor(&GradientBoostingRegressor::new().n_estimators(5).min_samples_leaf(1))
        .weighted()
        .single_precision()
        .persistent()
        .hyperparameters()
        .except(Law::NonFiniteInput, NAN_IS_A_VALUE)
        .except(Law::QueryNonFinite, NAN_IS_A_VALUE)
        .assert();
}
