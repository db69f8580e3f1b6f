use crate::{components::Components, solver::Solver};
use cairn_traits::{Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Principal components: the few directions along which rows differ most.
///
/// ```text
/// x ≈ μ + Σ zᵢ vᵢ        μ: mean,  vᵢ: components, orthonormal,  z = V (x − μ): coordinates
/// ```
/// Among all planes of n_components dimensions this one leaves the smallest sum of squared distances to the rows, and
/// the coordinates along it have the largest variance; they are uncorrelated.
///
/// Columns in large units count more. Put them on one scale (standard deviation 1) unless they share a unit.
///
/// # Examples
/// ```
/// use cairn_pca::{Pca, Transform, rows};
/// // along (3, 4) the points are 0, 5 and 10 apart from the first
/// let x = rows(&[[1.0, 1.0], [4.0, 5.0], [7.0, 9.0]]);
/// let model = Pca::new(1).fit(&x)?;
/// assert!((model.components()[(0, 0)] - 0.6_f64).abs() < 1e-14);
/// // (−5)² + 0 + 5² over n − 1 = 2
/// assert!((model.explained_variance()[0] - 25.0).abs() < 1e-12);
/// assert!((model.transform(&x)?[2] - 5.0).abs() < 1e-13);
/// # Ok::<(), cairn_pca::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pca {
    pub(crate) n_components: Components,
    pub(crate) whiten: bool,
    pub(crate) solver: Solver,
    pub(crate) n_oversamples: usize,
    pub(crate) n_iter: usize,
    pub(crate) seed: u64,
}

impl Pca {
    /// With so many components: a number, a share of variance (`0.95`), or a [`Components`].
    pub fn new(n_components: impl Into<Components>) -> Self {
        Self {
            n_components: n_components.into(),
            whiten: false,
            solver: Solver::Auto,
            n_oversamples: 10,
            n_iter: 7,
            seed: 0,
        }
    }

    /// How many components are kept: a number, a share of variance (`0.95`), or a [`Components`].
    #[must_use]
    pub fn n_components(mut self, n_components: impl Into<Components>) -> Self {
        self.n_components = n_components.into();
        self
    }

    /// Whether coordinates are divided by their standard deviations. Off by default.
    #[must_use]
    pub fn whiten(mut self, whiten: bool) -> Self {
        self.whiten = whiten;
        self
    }

    /// How the components are found; by default the shape decides.
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// Random directions beyond those asked for, in the randomized solvers: 10, as Halko, Martinsson and Tropp advise.
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

impl Default for Pca {
    /// All components.
    fn default() -> Self {
        Self::new(Components::All)
    }
}

impl Hyperparameters for Pca {
    fn validate(&self) -> Result<()> {
        self.n_components.validate()?;
        self.solver.check_components(self.n_components)
    }
}
