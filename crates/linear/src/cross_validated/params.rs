use crate::{Alphas, ElasticNet, elastic_net::check_ratio};
use cairn_traits::{Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// The elastic net whose penalty is chosen by cross-validation.
///
/// The rows are cut into `n_folds` stretches one after another (shuffle them before, where they are in an order). For
/// each stretch the whole path is fitted on the other rows and scored by the mean squared error on the stretch; the
/// penalty (and ratio) with the least mean over the stretches is fitted on all rows. All as in scikit-learn.
///
/// # Complexity
/// Where there are at least twice as many rows as columns (2,048 at most) x is read once: the products of columns of each
/// stretch add up to those of all the others. Folds and ratios are fitted in parallel.
///
/// # Determinism
/// The same bits on any number of threads; equal errors choose the larger penalty, and the earlier ratio.
///
/// # Examples
/// ```
/// use cairn_linear::{DMatrix, DVector, ElasticNetCv, Fit};
/// let x = DMatrix::from_fn(60, 5, |i, j| ((i * i + 7 * i * j) as f64 * 0.31).sin());
/// let y = DVector::from_fn(60, |i, _| 3.0 * x[(i, 0)] + 0.1 * ((i * 37) as f64).sin());
/// let model = ElasticNetCv::new().l1_ratios(vec![0.5, 0.9, 1.0]).fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 3.0).abs() < 0.1);
/// assert_eq!(model.choice().l1_ratio, 1.0); // one column is enough
/// # Ok::<(), cairn_linear::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElasticNetCv {
    pub(crate) alphas: Alphas,
    pub(crate) l1_ratios: Vec<f64>,
    pub(crate) n_folds: usize,
    pub(crate) fit_intercept: bool,
    pub(crate) positive: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

/// The lasso whose penalty is chosen by cross-validation: [`ElasticNetCv`] with the ratio 1.
///
/// # Examples
/// ```
/// use cairn_linear::{DMatrix, DVector, Fit, LassoCv};
/// let x = DMatrix::from_fn(60, 5, |i, j| ((i * i + 7 * i * j) as f64 * 0.31).sin());
/// let y = DVector::from_fn(60, |i, _| 3.0 * x[(i, 0)] + 0.1 * ((i * 37) as f64).sin());
/// let model = LassoCv::new().fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 3.0).abs() < 0.1);
/// assert!(model.choice().alpha < 0.1);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LassoCv {
    pub(crate) alphas: Alphas,
    pub(crate) n_folds: usize,
    pub(crate) fit_intercept: bool,
    pub(crate) positive: bool,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

macro_rules! setters {
    () => {
        /// The penalties to try: by default a grid of 100.
        #[must_use]
        pub fn alphas(mut self, alphas: Alphas) -> Self {
            self.alphas = alphas;
            self
        }

        /// Into how many stretches the rows are cut, at least 2; 5 by default.
        #[must_use]
        pub fn n_folds(mut self, n_folds: usize) -> Self {
            self.n_folds = n_folds;
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

        /// How far each objective may be above its minimum, relative to the mean square of y about its mean.
        #[must_use]
        pub fn tol(mut self, tol: f64) -> Self {
            self.tol = tol;
            self
        }

        /// Passes over the working set at most for each penalty, at least 1.
        #[must_use]
        pub fn max_iter(mut self, max_iter: usize) -> Self {
            self.max_iter = max_iter;
            self
        }
    };
}

impl ElasticNetCv {
    /// A hundred penalties, the ratio 0.5, 5 folds: scikit-learn's defaults.
    pub fn new() -> Self {
        let ElasticNet { fit_intercept, positive, tol, max_iter, l1_ratio, .. } = ElasticNet::default();
        let l1_ratios = vec![l1_ratio];
        Self { alphas: Alphas::default(), l1_ratios, n_folds: 5, fit_intercept, positive, tol, max_iter }
    }

    /// The ratios to try, each from 0 to 1; 0 only with penalties given.
    #[must_use]
    pub fn l1_ratios(mut self, l1_ratios: Vec<f64>) -> Self {
        self.l1_ratios = l1_ratios;
        self
    }

    setters!();

    /// The elastic net with this ratio, its penalty still open.
    pub(crate) fn net(&self, l1_ratio: f64) -> ElasticNet {
        ElasticNet {
            alpha: 1.0,
            l1_ratio,
            fit_intercept: self.fit_intercept,
            positive: self.positive,
            tol: self.tol,
            max_iter: self.max_iter,
        }
    }
}

impl LassoCv {
    /// A hundred penalties, 5 folds: scikit-learn's defaults.
    pub fn new() -> Self {
        let ElasticNet { fit_intercept, positive, tol, max_iter, .. } = ElasticNet::default();
        Self { alphas: Alphas::default(), n_folds: 5, fit_intercept, positive, tol, max_iter }
    }

    setters!();

    pub(crate) fn net(&self) -> ElasticNetCv {
        ElasticNetCv {
            alphas: self.alphas.clone(),
            l1_ratios: vec![1.0],
            n_folds: self.n_folds,
            fit_intercept: self.fit_intercept,
            positive: self.positive,
            tol: self.tol,
            max_iter: self.max_iter,
        }
    }
}

impl Default for ElasticNetCv {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for LassoCv {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for ElasticNetCv {
    fn validate(&self) -> Result<()> {
        self.alphas.validate()?;
        check::parameter_at_least("l1_ratios", 1.0, self.l1_ratios.len() as f64, "at least one number")?;
        self.l1_ratios.iter().try_for_each(|&ratio| check_ratio(ratio))?;
        check::parameter_at_least("n_folds", 2.0, self.n_folds as f64, "at least 2")?;
        self.net(1.0).validate()
    }
}

impl Hyperparameters for LassoCv {
    fn validate(&self) -> Result<()> {
        self.net().validate()
    }
}
