use crate::search::vote_setters;
use crate::weights::{Weights, validate};
use cairn_neighbors::{Algorithm, Metric};
use cairn_traits::{Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Classification by the vote of the k nearest training rows.
///
/// # Examples
/// ```
/// use cairn_knn::{Fit, KnnClassifier, Probabilistic, Weights, rows};
/// let x = rows(&[[0.0], [1.0], [2.0], [9.0]]);
/// let model = KnnClassifier::new(3).weights(Weights::Uniform).fit(&x, &[0, 0, 1, 1])?;
/// let p = model.predict_proba(&rows(&[[0.5]]))?; // neighbours 0, 1, 2: two votes against one
/// assert!((p[(0, 0)] - 2.0_f64 / 3.0).abs() < 1e-15);
/// # Ok::<(), cairn_knn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnnClassifier {
    pub(crate) n_neighbors: usize,
    pub(crate) weights: Weights,
    pub(crate) algorithm: Algorithm,
    pub(crate) metric: Metric,
}

impl KnnClassifier {
    /// `n_neighbors` rows vote, all alike.
    pub fn new(n_neighbors: usize) -> Self {
        Self { n_neighbors, weights: Weights::Uniform, algorithm: Algorithm::Auto, metric: Metric::Euclidean }
    }

    /// How many rows vote: at least 1, at most the training rows.
    #[must_use]
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.n_neighbors = n_neighbors;
        self
    }

    vote_setters!();
}

impl Default for KnnClassifier {
    /// Five neighbours, as in scikit-learn.
    fn default() -> Self {
        Self::new(5)
    }
}

impl Hyperparameters for KnnClassifier {
    fn validate(&self) -> Result<()> {
        self.metric.validate()?;
        validate(self.n_neighbors)
    }
}
