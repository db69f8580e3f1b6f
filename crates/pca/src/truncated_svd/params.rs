use crate::solver::Solver;
use cairn_traits::{Error, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// The leading singular vectors of the rows as they are, not centred: for sparse rows such as counts of words, where
/// taking off a mean would fill every 0.
///
/// ```text
/// X ≈ Z V        Z: n x k coordinates,  V: k x p, orthonormal rows
/// ```
/// Among all such products of rank k this one leaves the smallest sum of squares. On a matrix of documents by words it
/// is known as latent semantic analysis. Of rows whose columns have mean 0 it is [`crate::Pca`].
///
/// # Examples
/// ```
/// use cairn_pca::{CsrMatrix, InverseTransform, Transform, TruncatedSvd, rows};
/// // two kinds of documents: the first words, the last words
/// let counts = CsrMatrix::from(&rows(&[[2.0, 2.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]));
/// let model = TruncatedSvd::new(2).fit(&counts)?;
/// // (2, 2) and (1, 1): √(8 + 2); and 1
/// assert!((model.singular_values()[0] - 10.0_f64.sqrt()).abs() < 1e-14);
/// let back = model.inverse_transform(&model.transform(&counts)?)?;
/// assert!((back[(1, 0)] - 1.0).abs() < 1e-14 && back[(1, 2)].abs() < 1e-14);
/// # Ok::<(), cairn_pca::Error>(())
/// ```
///
/// # References
/// Deerwester, Dumais, Furnas, Landauer and Harshman (1990), Indexing by latent semantic analysis, Journal of the
/// American Society for Information Science 41.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TruncatedSvd {
    pub(crate) n_components: usize,
    pub(crate) solver: Solver,
    pub(crate) n_oversamples: usize,
    pub(crate) n_iter: usize,
    pub(crate) seed: u64,
}

impl TruncatedSvd {
    /// With so many components.
    pub fn new(n_components: usize) -> Self {
        Self { n_components, solver: Solver::Auto, n_oversamples: 10, n_iter: 7, seed: 0 }
    }

    /// How many components are kept.
    #[must_use]
    pub fn n_components(mut self, n_components: usize) -> Self {
        self.n_components = n_components;
        self
    }

    /// How they are found; by default the shape decides. Of sparse rows [`Solver::Full`] makes dense ones.
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// Random directions beyond those asked for, in the randomized solvers: 10 by default.
    #[must_use]
    pub fn n_oversamples(mut self, n_oversamples: usize) -> Self {
        self.n_oversamples = n_oversamples;
        self
    }

    /// How often the randomized solvers multiply by `X'X`: 7 by default.
    #[must_use]
    pub fn n_iter(mut self, n_iter: usize) -> Self {
        self.n_iter = n_iter;
        self
    }

    /// The seed of the random directions.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Default for TruncatedSvd {
    /// Two components.
    fn default() -> Self {
        Self::new(2)
    }
}

impl Hyperparameters for TruncatedSvd {
    fn validate(&self) -> Result<()> {
        if self.n_components > 0 {
            return Ok(());
        }
        Err(Error::Parameter { name: "n_components", requirement: "at least 1", found: 0.0 })
    }
}
