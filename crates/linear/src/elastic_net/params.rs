use crate::coordinate_descent::{Limits, Penalty};
use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Least squares with a penalty on the magnitudes and on the squares of the coefficients: sparse, and steady where
/// columns go together.
///
/// ```text
/// minimise  1/2 Σ vᵢ (yᵢ − xᵢ·w − b)² + alpha (l1_ratio |w|₁ + (1 − l1_ratio)/2 |w|²)
///
/// vᵢ = weightᵢ / Σ weights, 1/n without; the intercept b is not penalised
/// ```
///
/// The objective is scikit-learn's. Coefficients that are 0 are exactly 0. Where several columns say the same the lasso
/// picks one of them; the squares share the weight among them.
///
/// Several outputs are fitted one after another, each as if it were alone.
///
/// # The limits
/// `l1_ratio` 1 is [`crate::Lasso`]. Without `l1` (a ratio of 0, or an alpha of 0) nothing is sparse and nothing can be
/// screened out: [`crate::Ridge`] and [`crate::LinearRegression`] are exact there, and give the solution of least norm
/// where an `alpha` of 0 leaves it open.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, ElasticNet, Fit, rows};
/// let x = rows(&[[-1.0, 0.1], [0.0, -0.2], [1.0, 0.1]]);
/// let y = DVector::from_vec(vec![-3.0, 0.0, 3.0]);
/// // pull x·y/n = 2, square 2/3: (2 − alpha/2) / (2/3 + alpha/2) with alpha = 1
/// let model = ElasticNet::new(1.0).l1_ratio(0.5).fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 9.0_f64 / 7.0).abs() < 1e-14);
/// assert_eq!(model.coefficients()[1], 0.0);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// Zou and Hastie (2005), Regularization and variable selection via the elastic net, JRSS B 67.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElasticNet {
    pub(crate) alpha: f64,
    pub(crate) l1_ratio: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) positive: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

impl ElasticNet {
    /// With penalty `alpha`, half of it on the magnitudes; other defaults are scikit-learn's, but for `max_iter`.
    pub fn new(alpha: f64) -> Self {
        Self { alpha, l1_ratio: 0.5, fit_intercept: true, positive: false, tol: 1e-4, max_iter: 10_000 }
    }

    /// The penalty, at least 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// The share of the magnitudes in the penalty, from 0 (ridge) to 1 (lasso).
    #[must_use]
    pub fn l1_ratio(mut self, l1_ratio: f64) -> Self {
        self.l1_ratio = l1_ratio;
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

    pub(crate) fn penalty(&self, alpha: f64) -> Penalty {
        Penalty { l1: alpha * self.l1_ratio, l2: alpha * (1.0 - self.l1_ratio), positive: self.positive }
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits { tol: self.tol, max_iter: self.max_iter }
    }
}

impl Default for ElasticNet {
    /// A penalty of 1, as in scikit-learn.
    fn default() -> Self {
        Self::new(1.0)
    }
}

/// Whether a share is from 0 to 1.
pub(crate) fn check_ratio(found: f64) -> Result<()> {
    if (0.0..=1.0).contains(&found) {
        Ok(())
    } else {
        Err(Error::Parameter { name: "l1_ratio", requirement: "a number from 0 to 1", found })
    }
}

impl Hyperparameters for ElasticNet {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("alpha", 0.0, self.alpha, "a number of at least 0")?;
        check_ratio(self.l1_ratio)?;
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        check::parameter_at_least("max_iter", 1.0, self.max_iter as f64, "at least 1")
    }
}
