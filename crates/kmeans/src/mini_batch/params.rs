use crate::params::Init;
use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// k-means by batches of rows: each centroid is the mean of all rows that it ever got.
///
/// ```text
/// for each batch, drawn from the rows:
///     every row of it to its nearest centroid
///     c ← (n c + Σ w x) / (n + Σ w)         n: the weight of the rows c has got so far
/// until the smoothed inertia of batches has not fallen for max_no_improvement batches
/// ```
/// A step costs as much as its batch, however many rows there are; the inertia ends some percent above that of
/// [`crate::KMeans`]. With [`crate::PartialFit`] the batches are yours, and each row is seen once.
///
/// Centroids that got less than `reassignment_ratio` of what the largest got begin anew at rows of a batch.
///
/// # Errors
/// Those of [`crate::KMeans`]. A first batch for [`crate::PartialFit`] must have as many rows as there are clusters, unless
/// centroids are given.
///
/// # Complexity
/// batch_size k p multiplications a step; the labels at the end those of one sweep.
///
/// # Determinism
/// All draws come from `seed`. The same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_kmeans::{MiniBatchKMeans, PartialFit, Predict, rows};
/// let kmeans = MiniBatchKMeans::new(2);
/// let mut model = kmeans.start(&rows(&[[1.0], [9.0], [1.0], [9.0]]), &())?;
/// kmeans.partial_fit(&mut model, &rows(&[[4.0], [2.0]]), &())?;
/// let low = model.predict(&rows(&[[0.0]]))?[0];
/// assert_eq!(model.centroids()[(low, 0)], 2.0); // (1 + 1 + 4 + 2) / 4
/// # Ok::<(), cairn_kmeans::Error>(())
/// ```
///
/// # References
/// Sculley (2010), Web-scale k-means clustering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MiniBatchKMeans {
    pub(super) n_clusters: usize,
    pub(super) init: Init,
    pub(super) batch_size: usize,
    pub(super) n_init: usize,
    pub(super) max_iter: usize,
    pub(super) tol: f64,
    pub(super) max_no_improvement: Option<usize>,
    pub(super) reassignment_ratio: f64,
    pub(super) seed: u64,
}

impl MiniBatchKMeans {
    /// So many clusters; batches of 1,024 rows, up to 100 times the rows, an end after 10 batches that gain nothing, as in
    /// scikit-learn.
    pub fn new(n_clusters: usize) -> Self {
        Self {
            n_clusters,
            init: Init::PlusPlus,
            batch_size: 1024,
            n_init: 1,
            max_iter: 100,
            tol: 0.0,
            max_no_improvement: Some(10),
            reassignment_ratio: 0.01,
            seed: 0,
        }
    }

    /// Where centroids begin: among three batches of rows.
    #[must_use]
    pub fn init(mut self, init: Init) -> Self {
        self.init = init;
        self
    }

    /// Rows a batch, at least 1.
    #[must_use]
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = batch_size;
        self
    }

    /// How many starts are tried on three batches of rows, at least 1; the best one is walked from.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.n_init = n_init;
        self
    }

    /// So many times as many rows as there are at most, at least 1.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// Centroids stand still when the smoothed sum of their squared moves is at most this times the mean variance of the
    /// columns; 0: this is no reason to end.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Batches without a lower smoothed inertia before the end, at least 1; `None`: this is no reason to end.
    #[must_use]
    pub fn max_no_improvement(mut self, max_no_improvement: Option<usize>) -> Self {
        self.max_no_improvement = max_no_improvement;
        self
    }

    /// The share of the largest cluster's rows below which a centroid begins anew, from 0 (never) to 1.
    #[must_use]
    pub fn reassignment_ratio(mut self, reassignment_ratio: f64) -> Self {
        self.reassignment_ratio = reassignment_ratio;
        self
    }

    /// Of starts, batches and new beginnings.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// Eight clusters.
impl Default for MiniBatchKMeans {
    fn default() -> Self {
        Self::new(8)
    }
}

impl Hyperparameters for MiniBatchKMeans {
    fn validate(&self) -> Result<()> {
        for (name, found) in [
            ("n_clusters", self.n_clusters),
            ("batch_size", self.batch_size),
            ("n_init", self.n_init),
            ("max_iter", self.max_iter),
            ("max_no_improvement", self.max_no_improvement.unwrap_or(1)),
        ] {
            check::parameter_at_least(name, 1.0, found as f64, "at least 1")?;
        }
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        let found = self.reassignment_ratio;
        if !(0.0..=1.0).contains(&found) {
            return Err(Error::Parameter { name: "reassignment_ratio", requirement: "a number from 0 to 1", found });
        }
        Ok(())
    }
}
