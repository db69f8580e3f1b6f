use cairn_traits::{Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Ordinary least squares: the line, plane or hyperplane nearest to the targets.
///
/// ```text
/// minimise  Σ wᵢ (yᵢ − xᵢ·w − b)²
/// ```
///
/// Where columns leave the coefficients open (more columns than rows, collinear columns) it is the solution of least
/// norm `|w|`, and [`crate::LinearRegressionModel::rank`] says how many directions the data decided.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, LinearRegression, Predict, rows};
/// // size in m2 -> rent in euro
/// let x = rows(&[[30.0], [45.0], [60.0]]);
/// let y = DVector::from_vec(vec![500.0, 725.0, 950.0]);
/// let model = LinearRegression::new().fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 15.0_f64).abs() < 1e-12); // euro a square metre
/// assert!((model.intercept() - 50.0).abs() < 1e-10);
/// assert!((model.predict(&rows(&[[50.0]]))?[0] - 800.0).abs() < 1e-10);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearRegression {
    pub(crate) fit_intercept: bool,
}

impl LinearRegression {
    /// With an intercept.
    pub fn new() -> Self {
        Self { fit_intercept: true }
    }

    /// Whether there is an intercept; without one the fit goes through the origin.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }
}

impl Default for LinearRegression {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for LinearRegression {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}
