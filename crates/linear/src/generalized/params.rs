use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

macro_rules! setters {
    () => {
        /// The penalty on the mean of the losses, at least 0.
        #[must_use]
        pub fn alpha(mut self, alpha: f64) -> Self {
            self.alpha = alpha;
            self
        }

        /// Whether there is an intercept; without one a row of zeros is predicted 1.
        #[must_use]
        pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
            self.fit_intercept = fit_intercept;
            self
        }

        /// The largest derivative of the objective at the end; 1e-4 by default.
        #[must_use]
        pub fn tol(mut self, tol: f64) -> Self {
            self.tol = tol;
            self
        }

        /// Newton's steps at most, at least 1; 100 by default.
        #[must_use]
        pub fn max_iter(mut self, max_iter: usize) -> Self {
            self.max_iter = max_iter;
            self
        }
    };
}

/// Regression of counts: the logarithm of the mean is a line, the variance equals the mean.
///
/// ```text
/// μᵢ = exp(xᵢ·w + b)
/// minimise  Σ vᵢ (yᵢ ln(yᵢ/μᵢ) − yᵢ + μᵢ) + alpha/2 |w|²        vᵢ = weightᵢ / Σ weights; b is not penalised
/// ```
///
/// A coefficient of 0.1 means: 10% more for each unit of its column. Targets are at least 0, whole numbers or not (counts
/// divided by an exposure, the exposure as weight). The objective is scikit-learn's.
///
/// # Complexity
/// n p² / 2 + p³ / 3 a step; 4 to 8 steps are usual. With more than 1,000 columns 4 n p for each product with the second
/// derivatives, some tens a step, and no memory for p x p numbers.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, PoissonRegressor, Predict, rows};
/// // hours -> customers: they double every hour
/// let x = rows(&[[0.0], [1.0], [2.0], [3.0]]);
/// let y = DVector::from_vec(vec![1.0, 2.0, 4.0, 8.0]);
/// let model = PoissonRegressor::new(0.0).tol(1e-10).fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 2.0_f64.ln()).abs() < 1e-9);
/// assert!((model.predict(&rows(&[[4.0]]))?[0] - 16.0).abs() < 1e-6);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// McCullagh and Nelder (1989), Generalized Linear Models, 2nd edition, chapter 6.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoissonRegressor {
    pub(crate) alpha: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

/// Regression of positive, skewed amounts (claims, durations): the logarithm of the mean is a line, the standard deviation
/// is proportional to the mean.
///
/// ```text
/// μᵢ = exp(xᵢ·w + b)
/// minimise  Σ vᵢ (yᵢ/μᵢ − 1 − ln(yᵢ/μᵢ)) + alpha/2 |w|²        vᵢ = weightᵢ / Σ weights; b is not penalised
/// ```
///
/// Targets are above 0. The objective is scikit-learn's.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, GammaRegressor, rows};
/// let x = rows(&[[0.0], [0.0], [1.0], [1.0]]);
/// let y = DVector::from_vec(vec![1.0, 3.0, 4.0, 8.0]); // means 2 and 6
/// let model = GammaRegressor::new(0.0).tol(1e-10).fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 3.0_f64.ln()).abs() < 1e-9);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// McCullagh and Nelder (1989), Generalized Linear Models, 2nd edition, chapter 8.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GammaRegressor {
    pub(crate) alpha: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

/// Regression where the variance is a power of the mean, the logarithm of which is a line.
///
/// | power | distribution | targets |
/// |---|---|---|
/// | 0 | normal | any, their mean above 0 |
/// | 1 | Poisson | at least 0 |
/// | between 1 and 2 | compound Poisson and gamma: amounts that are often exactly 0 | at least 0 |
/// | 2 | gamma | above 0 |
/// | 3 | inverse normal | above 0 |
///
/// ```text
/// minimise  Σ vᵢ ½ d(yᵢ, exp(xᵢ·w + b)) + alpha/2 |w|²        d: the deviance of the family
/// ```
///
/// The objective is scikit-learn's with `link="log"`.
///
/// # Examples
/// ```
/// use cairn_linear::{DVector, Fit, TweedieRegressor, rows};
/// let x = rows(&[[0.0], [0.0], [1.0], [1.0]]);
/// let y = DVector::from_vec(vec![0.0, 4.0, 4.0, 8.0]); // means 2 and 6
/// let model = TweedieRegressor::new(1.5).alpha(0.0).tol(1e-10).fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 3.0_f64.ln()).abs() < 1e-9);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// Jørgensen (1987), Exponential dispersion models, JRSS B 49.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TweedieRegressor {
    pub(crate) power: f64,
    pub(crate) alpha: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

impl PoissonRegressor {
    /// With penalty `alpha`.
    pub fn new(alpha: f64) -> Self {
        Self { alpha, fit_intercept: true, tol: 1e-4, max_iter: 100 }
    }

    setters!();

    pub(crate) fn tweedie(&self) -> TweedieRegressor {
        let Self { alpha, fit_intercept, tol, max_iter } = *self;
        TweedieRegressor { power: 1.0, alpha, fit_intercept, tol, max_iter }
    }
}

impl GammaRegressor {
    /// With penalty `alpha`.
    pub fn new(alpha: f64) -> Self {
        Self { alpha, fit_intercept: true, tol: 1e-4, max_iter: 100 }
    }

    setters!();

    pub(crate) fn tweedie(&self) -> TweedieRegressor {
        let Self { alpha, fit_intercept, tol, max_iter } = *self;
        TweedieRegressor { power: 2.0, alpha, fit_intercept, tol, max_iter }
    }
}

impl TweedieRegressor {
    /// With this power and a penalty of 1.
    pub fn new(power: f64) -> Self {
        Self { power, alpha: 1.0, fit_intercept: true, tol: 1e-4, max_iter: 100 }
    }

    /// The power of the mean in the variance: 0, or at least 1.
    #[must_use]
    pub fn power(mut self, power: f64) -> Self {
        self.power = power;
        self
    }

    setters!();

    pub(crate) fn tweedie(&self) -> Self {
        self.clone()
    }
}

impl Default for PoissonRegressor {
    /// A penalty of 1, as in scikit-learn.
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl Default for GammaRegressor {
    /// A penalty of 1, as in scikit-learn.
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl Hyperparameters for TweedieRegressor {
    fn validate(&self) -> Result<()> {
        if self.power != 0.0 && !(self.power >= 1.0 && self.power.is_finite()) {
            return Err(Error::Parameter {
                name: "power",
                requirement: "0, or a number of at least 1",
                found: self.power,
            });
        }
        check::parameter_at_least("alpha", 0.0, self.alpha, "a number of at least 0")?;
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        check::parameter_at_least("max_iter", 1.0, self.max_iter as f64, "at least 1")
    }
}

impl Hyperparameters for PoissonRegressor {
    fn validate(&self) -> Result<()> {
        self.tweedie().validate()
    }
}

impl Hyperparameters for GammaRegressor {
    fn validate(&self) -> Result<()> {
        self.tweedie().validate()
    }
}
