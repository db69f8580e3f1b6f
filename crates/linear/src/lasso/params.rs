use crate::ElasticNet;
use cairn_traits::{Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Least squares with a penalty on the magnitudes of the coefficients: most of them become exactly 0.
///
/// ```text
/// minimise  1/2 Σ vᵢ (yᵢ − xᵢ·w − b)² + alpha |w|₁
///
/// vᵢ = weightᵢ / Σ weights, 1/n without; the intercept b is not penalised
/// ```
///
/// The objective is scikit-learn's. A column stays out as long as it is pulled less than `alpha`, so the larger the
/// penalty, the fewer columns are in; at [`crate::Alphas`]' largest none is. Put the columns on one scale first: the
/// penalty is the same for all.
///
/// Several outputs are fitted one after another, each as if it were alone.
///
/// # The limits
/// An `alpha` of 0 is least squares, for which [`crate::LinearRegression`] is exact; here it is descended to, and where
/// the columns leave the solution open, another than that of least norm may be found.
///
/// # Complexity
/// A pass over x costs 2 n p; three to five of them are usual, whatever `tol`. Between two, the columns that may matter
/// (k of them, few) are multiplied with each other, n k², and descended on.
///
/// # Determinism
/// No randomness: columns are taken in order. The same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, Lasso, rows};
/// let x = rows(&[[-1.0, 0.1], [0.0, -0.2], [1.0, 0.1]]);
/// let y = DVector::from_vec(vec![-3.0, 0.0, 3.0]);
/// // pull x·y/n = 2, square x·x/n = 2/3: (2 − 1) / (2/3)
/// let model = Lasso::new(1.0).fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 1.5_f64).abs() < 1e-14);
/// assert_eq!(model.coefficients()[1], 0.0); // exactly
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// Tibshirani (1996), Regression shrinkage and selection via the lasso, JRSS B 58. The algorithm: Massias, Gramfort and
/// Salmon (2018), Celer: a fast solver for the lasso with dual extrapolation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lasso {
    pub(crate) alpha: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) positive: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

impl Lasso {
    /// With penalty `alpha`; other defaults are scikit-learn's, but for `max_iter`.
    pub fn new(alpha: f64) -> Self {
        Self { alpha, fit_intercept: true, positive: false, tol: 1e-4, max_iter: 10_000 }
    }

    /// The penalty, at least 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Whether there is an intercept; without one the fit goes through the origin.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }

    /// Whether coefficients must be at least 0.
    #[must_use]
    pub fn positive(mut self, positive: bool) -> Self {
        self.positive = positive;
        self
    }

    /// How far the objective may be above its minimum (at most: the duality gap), relative to the mean square of y about
    /// its mean. 1e-4 by default.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Passes over the working set at most, at least 1. 10,000 by default: they cost much less than passes over x.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// The same as an elastic net.
    pub(crate) fn net(&self) -> ElasticNet {
        ElasticNet {
            alpha: self.alpha,
            l1_ratio: 1.0,
            fit_intercept: self.fit_intercept,
            positive: self.positive,
            tol: self.tol,
            max_iter: self.max_iter,
        }
    }
}

impl Default for Lasso {
    /// A penalty of 1, as in scikit-learn.
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl Hyperparameters for Lasso {
    fn validate(&self) -> Result<()> {
        self.net().validate()
    }
}
