use crate::search::vote_setters;
use crate::weights::{Weights, validate};
use cairn_neighbors::{Algorithm, Metric};
use cairn_traits::{Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Regression by the mean of the k nearest training rows.
///
/// # Examples
/// ```
/// use cairn_knn::{DVector, Fit, KnnRegressor, Predict, Weights, rows};
/// let x = rows(&[[0.0], [3.0], [9.0]]);
/// let y = DVector::from_vec(vec![10.0, 40.0, 90.0]);
/// let model = KnnRegressor::new(2).weights(Weights::Distance).fit(&x, &y)?;
/// // distances 1 and 2, weights 1 and 1/2: (10 + 40 / 2) / 1.5 = 20
/// assert_eq!(model.predict(&rows(&[[1.0]]))?[0], 20.0);
/// # Ok::<(), cairn_knn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnnRegressor {
    pub(crate) n_neighbors: usize,
    pub(crate) weights: Weights,
    pub(crate) algorithm: Algorithm,
    pub(crate) metric: Metric,
}

impl KnnRegressor {
    /// The mean of `n_neighbors` rows, all alike.
    pub fn new(n_neighbors: usize) -> Self {
        Self { n_neighbors, weights: Weights::Uniform, algorithm: Algorithm::Auto, metric: Metric::Euclidean }
    }

    /// How many rows are averaged: at least 1, at most the training rows.
    #[must_use]
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.n_neighbors = n_neighbors;
        self
    }

    vote_setters!();
}

impl Default for KnnRegressor {
    /// Five neighbours, as in scikit-learn.
    fn default() -> Self {
        Self::new(5)
    }
}

impl Hyperparameters for KnnRegressor {
    fn validate(&self) -> Result<()> {
        self.metric.validate()?;
        validate(self.n_neighbors)
    }
}
