use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// What an error costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SgdLoss {
    /// `r²/2`.
    SquaredError,
    /// `r²/2` up to `epsilon`, `epsilon |r| − epsilon²/2` beyond.
    Huber {
        /// Where squares end, above 0.
        epsilon: f64,
    },
    /// 0 up to `epsilon`, `|r| − epsilon` beyond.
    EpsilonInsensitive {
        /// What does not matter, at least 0.
        epsilon: f64,
    },
}

/// How steps shrink; `eta0` is the first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LearningRate {
    /// `eta0`.
    Constant,
    /// `eta0 / t^power` at step t.
    InvScaling {
        /// At least 0.
        power: f64,
    },
}

impl LearningRate {
    pub(crate) fn at(self, eta0: f64, step: u64) -> f64 {
        match self {
            Self::Constant => eta0,
            Self::InvScaling { power } => eta0 / (step as f64).powf(power),
        }
    }
}

/// A linear model learned row by row: for data that is too large to be factorised, or that keeps coming.
///
/// ```text
/// minimise  1/n Σ loss(yᵢ − xᵢ·w − b) + alpha/2 |w|²
///
/// for each row, in a new drawn order each epoch:
///     w ← (1 − eta alpha) w + eta x loss'(y − x·w − b),   b ← b + eta loss'(...)
/// ```
///
/// Put the columns on one scale first: a step that is too long for the largest of them diverges.
/// [`PartialFit`](cairn_traits::PartialFit) takes one more batch in, once through; the model carries the count of its
/// steps.
///
/// # Determinism
/// The order of epoch e is drawn from stream e of `seed`.
///
/// # Complexity
/// 4 p a row and epoch; one thread.
///
/// # Trade-offs
/// The line is found to two or three digits soon and to more late: [`crate::Ridge`] is exact, and faster wherever p² / 2
/// multiplications a row can be afforded.
///
/// # Examples
/// ```
/// use cairn_linear::{DMatrix, DVector, Fit, PartialFit, SgdRegressor};
/// let x = DMatrix::from_fn(200, 2, |i, j| ((i * (j + 3)) as f64 * 0.7).sin());
/// let y = DVector::from_fn(200, |i, _| 1.0 + 2.0 * x[(i, 0)] - x[(i, 1)]);
/// let sgd = SgdRegressor::new().alpha(0.0).tol(1e-7);
/// let mut model = sgd.fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 2.0_f64).abs() < 0.01);
/// sgd.partial_fit(&mut model, &x, &y)?; // more of the same
/// assert!((model.intercept() - 1.0).abs() < 0.01);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
///
/// # References
/// Bottou (2012), Stochastic gradient descent tricks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SgdRegressor {
    pub(crate) loss: SgdLoss,
    pub(crate) alpha: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) learning_rate: LearningRate,
    pub(crate) eta0: f64,
    pub(crate) max_iter: usize,
    pub(crate) tol: f64,
    pub(crate) n_iter_no_change: usize,
    pub(crate) seed: u64,
}

impl SgdRegressor {
    /// Squared errors, `alpha` 1e-4, steps of 0.01 / t^0.25, up to 1,000 epochs: scikit-learn's defaults.
    pub fn new() -> Self {
        Self {
            loss: SgdLoss::SquaredError,
            alpha: 1e-4,
            fit_intercept: true,
            learning_rate: LearningRate::InvScaling { power: 0.25 },
            eta0: 0.01,
            max_iter: 1000,
            tol: 1e-3,
            n_iter_no_change: 5,
            seed: 0,
        }
    }

    /// What an error costs.
    #[must_use]
    pub fn loss(mut self, loss: SgdLoss) -> Self {
        self.loss = loss;
        self
    }

    /// The penalty on the mean of the losses, at least 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Whether there is an intercept.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }

    /// How steps shrink.
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: LearningRate) -> Self {
        self.learning_rate = learning_rate;
        self
    }

    /// The first step, above 0.
    #[must_use]
    pub fn eta0(mut self, eta0: f64) -> Self {
        self.eta0 = eta0;
        self
    }

    /// Epochs at most, at least 1.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// An epoch whose mean loss is not better than the best by this is one without change.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Epochs without change before it ends, at least 1.
    #[must_use]
    pub fn n_iter_no_change(mut self, n_iter_no_change: usize) -> Self {
        self.n_iter_no_change = n_iter_no_change;
        self
    }

    /// Of the order in which rows are visited.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Default for SgdRegressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for SgdRegressor {
    fn validate(&self) -> Result<()> {
        let above = |name, found: f64| {
            let requirement = "a number above 0";
            let good = found > 0.0 && found.is_finite();
            if good { Ok(()) } else { Err(Error::Parameter { name, requirement, found }) }
        };
        let at_least_0 = |name, found| check::parameter_at_least(name, 0.0, found, "a number of at least 0");
        match self.loss {
            SgdLoss::SquaredError => {}
            SgdLoss::Huber { epsilon } => above("epsilon", epsilon)?,
            SgdLoss::EpsilonInsensitive { epsilon } => at_least_0("epsilon", epsilon)?,
        }
        if let LearningRate::InvScaling { power } = self.learning_rate {
            at_least_0("power", power)?;
        }
        above("eta0", self.eta0)?;
        at_least_0("alpha", self.alpha)?;
        at_least_0("tol", self.tol)?;
        check::parameter_at_least("max_iter", 1.0, self.max_iter as f64, "at least 1")?;
        check::parameter_at_least("n_iter_no_change", 1.0, self.n_iter_no_change as f64, "at least 1")
    }
}
