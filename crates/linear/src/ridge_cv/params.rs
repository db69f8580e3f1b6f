use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Ridge whose penalty is chosen by leaving out one row at a time, exactly, at the cost of one fit.
///
/// What a row's own prediction would miss by, had the fit not seen the row, follows from the fit that has seen it:
///
/// ```text
/// error of row i left out = (yᵢ − ŷᵢ) / (1 − hᵢ)        hᵢ = wᵢ/W + wᵢ x̃ᵢ'(X̃'WX̃ + l2 I)⁻¹ x̃ᵢ
/// ```
///
/// (Where all 1 − hᵢ are rounding, because the line goes through every row, so are the errors.) One factorisation serves all rows and all penalties. The penalty with the least mean of the squared errors (weighted,
/// where rows are) is fitted on all rows; with [`RidgeCv::l2_per_target`] each output has its own.
///
/// # Complexity
/// n p² for the factorisation (n² p where rows are fewer), then n p for each penalty and output.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, RidgeCv, rows};
/// let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
/// let y = DVector::from_vec(vec![1.1, 1.9, 3.2, 3.8]);
/// let model = RidgeCv::new().fit(&x, &y)?; // of 0.1, 1 and 10
/// assert_eq!(model.choice().l2, [0.1]);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// Allen (1974), The relationship between variable selection and data augmentation and a method for prediction,
/// Technometrics 16. Golub, Heath and Wahba (1979), Generalized cross-validation, Technometrics 21.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgeCv {
    pub(crate) l2s: Vec<f64>,
    pub(crate) fit_intercept: bool,
    pub(crate) l2_per_target: bool,
}

impl RidgeCv {
    /// With penalties 0.1, 1 and 10, scikit-learn's.
    pub fn new() -> Self {
        Self { l2s: vec![0.1, 1.0, 10.0], fit_intercept: true, l2_per_target: false }
    }

    /// The penalties to try, each above 0.
    #[must_use]
    pub fn l2s(mut self, l2s: Vec<f64>) -> Self {
        self.l2s = l2s;
        self
    }

    /// Whether there is an intercept; without one the fit goes through the origin.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }

    /// Whether each output gets a penalty of its own, instead of the one that is best for their mean error.
    #[must_use]
    pub fn l2_per_target(mut self, l2_per_target: bool) -> Self {
        self.l2_per_target = l2_per_target;
        self
    }
}

impl Default for RidgeCv {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for RidgeCv {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("l2s", 1.0, self.l2s.len() as f64, "at least one number")?;
        match self.l2s.iter().find(|l2| !l2.is_finite() || **l2 <= 0.0) {
            None => Ok(()),
            Some(&found) => Err(Error::Parameter { name: "l2s", requirement: "numbers above 0", found }),
        }
    }
}
