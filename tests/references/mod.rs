//! The same numbers as scikit-learn's and PyTorch's, from the JSON files beside this one (made by the scripts of the same names).

mod adaboost;
mod bayes;
mod boosting;
mod kmeans;
mod knn;
mod linear;
mod linear_models;
mod logistic;
mod mixture;
mod neighbors;
mod nn;
mod optim;
mod pca;
mod perceptrons;
mod sgd_classifier;
mod sgd_regressor;
mod text;
mod tree;
mod tsne;

use cairn_traits::DMatrix;
use serde::de::DeserializeOwned;

/// The file's cases; its versions are for people.
fn cases<C: DeserializeOwned>(file: &str) -> Vec<C> {
    #[derive(serde::Deserialize)]
    struct File<C> {
        cases: Vec<C>,
    }
    let path = format!("{}/references/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str::<File<C>>(&text).unwrap().cases
}

fn matrix(rows: &[Vec<f64>]) -> DMatrix<f64> {
    DMatrix::from_fn(rows.len(), rows.first().map_or(0, Vec::len), |i, j| rows[i][j])
}

/// The largest difference, relative to the largest number expected.
fn off(found: &DMatrix<f64>, expected: &DMatrix<f64>) -> f64 {
    assert_eq!(found.shape(), expected.shape());
    (found - expected).amax() / expected.amax().max(f64::MIN_POSITIVE)
}
