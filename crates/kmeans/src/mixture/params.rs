use super::covariances::{CovarianceType, Covariances};
use cairn_traits::{DMatrix, Hyperparameters, Result, check, matrix};
use serde::{Deserialize, Serialize};

/// Where the components begin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MixtureInit {
    /// Each is the mean, covariance and share of a cluster of k-means.
    #[default]
    KMeans,
    /// Each is that of the rows nearest to one of as many rows, drawn.
    Rows,
    /// Each is that of the rows nearest to one of these points, n_components x n_features.
    Means(#[serde(with = "matrix")] DMatrix<f64>),
    /// These components, such as those of a model fitted before: a warm start.
    Given {
        /// The share of each component; they sum to 1.
        weights: Vec<f64>,
        /// n_components x n_features.
        #[serde(with = "matrix")]
        means: DMatrix<f64>,
        /// Of the type of the mixture.
        covariances: Covariances,
    },
}

/// A mixture of normal distributions: k-means whose clusters have shapes and sizes, and share the rows between them.
///
/// ```text
/// p(x) = Σ wₖ N(x; μₖ, Σₖ)       maximise  mean of ln p(x)
///
/// repeat:  responsibilities  rₖ(x) = wₖ N(x; μₖ, Σₖ) / p(x)                       the forward pass, in logarithms
///          wₖ, μₖ, Σₖ ← share, mean and covariance of the rows, each times rₖ     the backward pass
/// until the mean of ln p(x) changes by less than tol
/// ```
/// It never falls, but the valley it ends in hangs on the start: `n_init` starts are tried and the best is kept.
///
/// `reg_covar` is added to every variance, so that no component shrinks to a point, where the likelihood has no bound. A
/// component that loses all its rows stays where it is, with a weight of 0.
///
/// # Shapes
/// x: n x p with n ≥ n_components.
///
/// # Errors
/// Fewer rows than components; x without columns or not finite; given components of other shapes; weights that are
/// negative, not finite or all 0; [`crate::Error::Singular`] for a covariance without an inverse: columns that hang on each
/// other, with a `reg_covar` that does not show beside their variances.
///
/// # Complexity
/// n k p² multiplications a step (n k p for diagonal and spherical covariances), all rows once, in parallel.
///
/// # Determinism
/// Start r draws from stream r of `seed`. The same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_kmeans::{GaussianMixture, Predict, Probabilistic, rows};
/// let x = rows(&[[0.0], [0.5], [1.0], [9.0], [10.0], [11.0]]);
/// let model = GaussianMixture::new(2).fit(&x)?;
/// assert!((model.means()[(model.labels()[0], 0)] - 0.5).abs() < 1e-6);
/// let between = model.predict_proba(&rows(&[[4.0]]))?;
/// assert!((between.sum() - 1.0_f64).abs() < 1e-15);
/// assert_eq!(model.predict(&rows(&[[4.0]]))?, [model.labels()[3]]);
/// # Ok::<(), cairn_kmeans::Error>(())
/// ```
///
/// # References
/// Dempster, Laird and Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm. Bishop (2006), Pattern
/// Recognition and Machine Learning, section 9.2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaussianMixture {
    pub(super) n_components: usize,
    pub(super) covariance_type: CovarianceType,
    pub(super) init: MixtureInit,
    pub(super) n_init: usize,
    pub(super) max_iter: usize,
    pub(super) tol: f64,
    pub(super) reg_covar: f64,
    pub(super) seed: u64,
}

impl GaussianMixture {
    /// So many components with full covariances; one start by k-means, up to 100 steps, `tol` 1e-3, `reg_covar` 1e-6, as in
    /// scikit-learn.
    pub fn new(n_components: usize) -> Self {
        Self {
            n_components,
            covariance_type: CovarianceType::Full,
            init: MixtureInit::KMeans,
            n_init: 1,
            max_iter: 100,
            tol: 1e-3,
            reg_covar: 1e-6,
            seed: 0,
        }
    }

    /// What shapes components may have.
    #[must_use]
    pub fn covariance_type(mut self, covariance_type: CovarianceType) -> Self {
        self.covariance_type = covariance_type;
        self
    }

    /// Where they begin.
    #[must_use]
    pub fn init(mut self, init: MixtureInit) -> Self {
        self.init = init;
        self
    }

    /// How many starts are tried, at least 1; of given means or components there is one.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.n_init = n_init;
        self
    }

    /// Steps at most, at least 1.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// It ends when the mean log-likelihood changes by less than this; at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Added to every variance, at least 0, in the squared units of the columns.
    #[must_use]
    pub fn reg_covar(mut self, reg_covar: f64) -> Self {
        self.reg_covar = reg_covar;
        self
    }

    /// Of the starts.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

/// One component, as in scikit-learn.
impl Default for GaussianMixture {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Hyperparameters for GaussianMixture {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("n_components", 1.0, self.n_components as f64, "at least 1")?;
        check::parameter_at_least("n_init", 1.0, self.n_init as f64, "at least 1")?;
        check::parameter_at_least("max_iter", 1.0, self.max_iter as f64, "at least 1")?;
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        check::parameter_at_least("reg_covar", 0.0, self.reg_covar, "a number of at least 0")
    }
}
