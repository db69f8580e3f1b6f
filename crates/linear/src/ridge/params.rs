use cairn_traits::{Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Least squares with a penalty on the size of the coefficients.
///
/// ```text
/// minimise  Σ wᵢ (yᵢ − xᵢ·w − b)² + l2 |w|²          the intercept b is not penalised
/// ```
///
/// The penalty trades a little bias for much less variance where columns are many or nearly collinear; with it the
/// solution is always unique.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, Ridge, rows};
/// let x = rows(&[[-1.0], [0.0], [1.0]]);
/// let y = DVector::from_vec(vec![-2.0, 0.0, 2.0]);
/// // x'y / (x'x + l2) = 4 / (2 + 2)
/// assert_eq!(Ridge::new(2.0).fit(&x, &y)?.coefficients()[0], 1.0);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    pub(crate) l2: f64,
    pub(crate) fit_intercept: bool,
}

impl Ridge {
    /// With penalty `l2` (scikit-learn's `alpha`) and an intercept.
    pub fn new(l2: f64) -> Self {
        Self { l2, fit_intercept: true }
    }

    /// The penalty, at least 0; 0 is ordinary least squares.
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
}

impl Default for Ridge {
    /// A penalty of 1, as in scikit-learn.
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl Hyperparameters for Ridge {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("l2", 0.0, self.l2, "a number of at least 0")
    }
}
