use super::{cases, matrix, off};
use cairn_tree::{AdaBoostClassifier, DVector, Decision, FitWeighted, Probabilistic};
use serde::Deserialize;

#[derive(Deserialize)]
struct Fitted {
    x: Vec<Vec<f64>>,
    queries: Vec<Vec<f64>>,
    weights: Vec<f64>,
    y: Vec<usize>,
    max_depth: usize,
    learning_rate: f64,
    tree_weights: Vec<f64>,
    tree_errors: Vec<f64>,
    decision: Vec<Vec<f64>>,
    shares: Vec<Vec<f64>>,
}

#[test]
fn rounds_of_adaboost_are_those_of_scikit_learn() {
    for case in cases::<Fitted>("adaboost.json") {
        let boost = AdaBoostClassifier::new(12).max_depth(case.max_depth).learning_rate(case.learning_rate);
        let model = boost.fit_weighted(&matrix(&case.x), &case.y[..], &case.weights).unwrap();
        let column = |numbers: &[f64]| DVector::from_column_slice(numbers);
        // 12 rounds of weights, each from those before
        assert!((column(model.tree_weights()) - column(&case.tree_weights)).amax() < 1e-9);
        assert!((column(model.tree_errors()) - column(&case.tree_errors)).amax() < 1e-9);
        let queries = matrix(&case.queries);
        assert!(off(&model.decision_function(&queries).unwrap(), &matrix(&case.decision)) < 1e-9);
        assert!(off(&model.predict_proba(&queries).unwrap(), &matrix(&case.shares)) < 1e-9);
    }
}
