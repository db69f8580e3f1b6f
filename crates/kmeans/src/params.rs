use crate::nearest::few_and_long;
use cairn_traits::{DMatrix, Hyperparameters, Result, check, matrix};
use serde::{Deserialize, Serialize};

/// Where centroids begin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Init {
    /// Greedy k-means++: rows drawn where the others are far, each the best of `2 + ln k`.
    #[default]
    PlusPlus,
    /// Rows drawn with chances in proportion to their weights.
    Random,
    /// These, k x p.
    Given(#[serde(with = "matrix")] DMatrix<f64>),
}

/// How a sweep finds the nearest centroids. The labels are the same with each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// By shape, as measured: [`Algorithm::Elkan`] for more than 20 clusters in 256 columns or more, where a distance costs
    /// more than keeping a bound, and up to 2²⁶ bounds; else [`Algorithm::Hamerly`].
    #[default]
    Auto,
    /// All distances in every sweep.
    Lloyd,
    /// Two bounds a row say for most rows of later sweeps that nothing has changed.
    Hamerly,
    /// A bound for each row and each centroid: the fewest distances, computed one by one, for n k numbers of memory.
    Elkan,
}

impl Algorithm {
    /// For n rows of p columns: never [`Algorithm::Auto`].
    pub(crate) fn choose(self, n: usize, p: usize, k: usize) -> Self {
        match self {
            Self::Auto if p >= 256 && !few_and_long(p, k) && n.saturating_mul(k) <= 1 << 26 => Self::Elkan,
            Self::Auto => Self::Hamerly,
            chosen => chosen,
        }
    }
}

/// k-means: k centroids such that the squared distances of the rows to their nearest are small in sum.
///
/// ```text
/// minimise  inertia = Σ w |x − c(x)|²      c(x): the nearest of the k centroids, the lower one on ties
///
/// repeat:  every row to its nearest centroid
///          every centroid to the weighted mean of its rows
/// until no row changes, or Σ |move of a centroid|² ≤ tol · (mean variance of the columns)
/// ```
/// The sum falls with every sweep, but to a valley that hangs on the start, not always the deepest: `n_init` starts are
/// tried and the best is kept.
///
/// A cluster that loses all its rows gets the row that is farthest from its centroid. Of data with fewer than k distinct
/// rows some clusters stay empty: their centroids are copies of others, which get the rows.
///
/// # Shapes
/// x: n x p with n ≥ k. Centroids: k x p.
///
/// # Errors
/// Fewer rows than clusters; x without columns or not finite; given centroids of another shape; weights that are negative,
/// not finite or all 0.
///
/// # Complexity
/// n k p multiplications a sweep, as matrix products; the start by [`Init::PlusPlus`] n p (2 + ln k) a centroid. Memory: a
/// copy of x, and blocks.
///
/// # Determinism
/// Start r draws from stream r of `seed`. The same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_kmeans::{KMeans, Predict, rows};
/// let x = rows(&[[1.0, 1.0], [1.5, 1.0], [8.0, 9.0], [8.0, 8.0]]);
/// let model = KMeans::new(2).fit(&x)?;
/// let labels = model.labels();
/// assert!(labels[0] == labels[1] && labels[2] == labels[3] && labels[0] != labels[2]);
/// assert_eq!(model.inertia(), 0.625); // 2 · 0.25² + 2 · 0.5²
/// assert_eq!(model.predict(&rows(&[[0.0, 0.0]]))?[0], labels[0]);
/// # Ok::<(), cairn_kmeans::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KMeans {
    pub(crate) n_clusters: usize,
    pub(crate) init: Init,
    pub(crate) algorithm: Algorithm,
    pub(crate) n_init: usize,
    pub(crate) max_iter: usize,
    pub(crate) tol: f64,
    pub(crate) seed: u64,
}

impl KMeans {
    /// So many clusters; one start by greedy k-means++, up to 300 sweeps, `tol` 1e-4, as in scikit-learn.
    pub fn new(n_clusters: usize) -> Self {
        Self {
            n_clusters,
            init: Init::PlusPlus,
            algorithm: Algorithm::Auto,
            n_init: 1,
            max_iter: 300,
            tol: 1e-4,
            seed: 0,
        }
    }

    /// Where centroids begin.
    #[must_use]
    pub fn init(mut self, init: Init) -> Self {
        self.init = init;
        self
    }

    /// How a sweep finds the nearest centroids.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// How many starts are tried, at least 1; of given centroids there is one.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.n_init = n_init;
        self
    }

    /// Sweeps at most, at least 1.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// Centroids stand still when their squared moves sum to this times the mean variance of the columns; at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Of the starts.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// Eight clusters.
impl Default for KMeans {
    fn default() -> Self {
        Self::new(8)
    }
}

impl Hyperparameters for KMeans {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("n_clusters", 1.0, self.n_clusters as f64, "at least 1")?;
        check::parameter_at_least("n_init", 1.0, self.n_init as f64, "at least 1")?;
        check::parameter_at_least("max_iter", 1.0, self.max_iter as f64, "at least 1")?;
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")
    }
}
