use cairn_traits::{Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Regression that outliers do not pull away: errors count by their square as long as they are usual, and by their size
/// beyond.
///
/// ```text
/// minimise  Σ wᵢ (σ + σ H((yᵢ − xᵢ·w − b) / σ)) + l2 |w|²       over w, b and σ
///
/// H(z) = z²                     where |z| ≤ epsilon
///        2 epsilon |z| − epsilon²    beyond
/// ```
///
/// The scale σ is estimated with the line, so that targets in other units need no other `epsilon`. With 1.35 little is
/// lost (5%) where errors are normal. The objective is scikit-learn's.
///
/// # Complexity
/// Newton's method on w and b with the best σ at any time, n p² / 2 + p³ / 3 a step; 5 to 15 steps are usual.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, HuberRegressor, LinearRegression, rows};
/// let x = rows(&[[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]);
/// let y = DVector::from_vec(vec![0.1, 0.9, 2.1, 2.9, 4.1, 60.0]); // the last one is a slip
/// let robust = HuberRegressor::new().fit(&x, &y)?;
/// assert!((robust.coefficients()[0] - 1.0_f64).abs() < 0.1);
/// assert!(LinearRegression::new().fit(&x, &y)?.coefficients()[0] > 8.0);
/// assert!(robust.outliers(&x, &y)?[5]);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// Huber and Ronchetti (2009), Robust Statistics, 2nd edition, sections 7.7 and 7.8. Owen (2007), A robust hybrid of
/// lasso and ridge regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HuberRegressor {
    pub(crate) epsilon: f64,
    pub(crate) l2: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

impl HuberRegressor {
    /// With `epsilon` 1.35 and a penalty of 1e-4, scikit-learn's defaults.
    pub fn new() -> Self {
        Self { epsilon: 1.35, l2: 1e-4, fit_intercept: true, tol: 1e-5, max_iter: 1000 }
    }

    /// From how many scales on an error counts by its size: at least 1. The larger, the nearer to least squares.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// The penalty, at least 0 (scikit-learn's `alpha`).
    #[must_use]
    pub fn l2(mut self, l2: f64) -> Self {
        self.l2 = l2;
        self
    }

    /// Whether there is an intercept; without one the fit goes through the origin.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }

    /// The largest derivative of the objective at the end; 1e-5 by default.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Newton's steps at most, at least 1; 1,000 by default.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }
}

impl Default for HuberRegressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for HuberRegressor {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("epsilon", 1.0, self.epsilon, "a number of at least 1")?;
        check::parameter_at_least("l2", 0.0, self.l2, "a number of at least 0")?;
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        check::parameter_at_least("max_iter", 1.0, self.max_iter as f64, "at least 1")
    }
}
