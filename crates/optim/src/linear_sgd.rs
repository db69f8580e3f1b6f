//! Stochastic gradient descent for linear predictors: what is wanted of it.

use crate::schedule::LearningRate;
use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// How long the steps of [`LinearSgd`] are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepLength {
    /// By a schedule over the steps.
    Scheduled(LearningRate),
    /// `1 / (alpha (t₀ + t))` with a `t₀` for which the first steps are as long as coefficients may be expected to be:
    /// `alpha^(−1/4)`, over the slope of the loss there. It needs an `alpha` above 0.
    Optimal,
    /// The first length until epochs no longer help, then a fifth of it, and so on down to a millionth; the end is then.
    Adaptive {
        /// Above 0.
        initial: f64,
    },
}

impl From<LearningRate> for StepLength {
    fn from(rate: LearningRate) -> Self {
        Self::Scheduled(rate)
    }
}

/// Stochastic gradient descent for a linear predictor `x·w + b`: the walk under SGD regression and classification.
///
/// ```text
/// minimise  Σ vᵢ loss(yᵢ, xᵢ·w + b) / Σ vᵢ + alpha (l1_ratio |w|₁ + (1 − l1_ratio)/2 |w|²)
///
/// for each row, in a new drawn order each epoch:
///     g = vᵢ loss'(yᵢ, xᵢ·w + b)          v: the row's weight; loss' by the predictor
///     w ← (1 − eta alpha (1 − l1_ratio)) w − eta g xᵢ
///     b ← b − eta g
///     w ← w towards 0 by eta alpha l1_ratio, never across
/// ```
///
/// The l1 step is cumulative: what could not be taken off a coefficient that was near 0 is taken off when it has grown. So
/// coefficients are exactly 0 as those of the lasso are, in spite of the noise of single rows.
///
/// A loss is a function of the target and the predictor: its value, and its derivative by the predictor.
///
/// # Errors
/// [`Error::Parameter`]; [`Error::Shape`] for rows that are not there or another number of columns;
/// [`Error::TooFewSamples`] without rows; [`Error::Diverged`] if steps are so long that no epoch is better than none (where
/// one is, a later divergence ends with the lowest).
///
/// # Determinism
/// Epoch e is in the order that stream e of `seed` draws; rows held back are drawn from stream 0. One thread a walk.
///
/// # Complexity
/// 4 multiplications an entry of x and epoch; with sparse rows entries that are 0 cost nothing.
///
/// # Trade-offs
/// On sparse rows a column pays its l1 share when it is next seen, all at once: with an l1 penalty alone the same as on
/// dense rows, with both penalties or with averages different by about the length of a step.
///
/// # Examples
/// ```
/// use cairn_optim::{LearningRate, LinearSgd, LinearTask, LinearWalk, RowSlices};
/// let square = |y: f64, predictor: f64| (0.5 * (predictor - y).powi(2), predictor - y);
/// let x = RowSlices::dense(&[2.0], 1)?; // one row of one column
/// let task = LinearTask::new(x, &[4.0], None)?;
/// let sgd = LinearSgd::new().alpha(0.0).learning_rate(LearningRate::new(0.1));
/// let mut walk = LinearWalk::new(vec![0.0], 0.0);
/// assert_eq!(sgd.epoch(&mut walk, &task, &[0], &square)?, 8.0); // 4²/2, before the step
/// assert!((walk.coefficients()[0] - 0.8).abs() < 1e-15); // 0.1 · 4 · 2
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Bottou (2012), Stochastic gradient descent tricks. Tsuruoka, Tsujii and Ananiadou (2009), Stochastic gradient descent
/// training for L1-regularized log-linear models with cumulative penalty. Polyak and Juditsky (1992), Acceleration of
/// stochastic approximation by averaging. Xu (2011), Towards optimal one pass large scale learning, for sparse averages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearSgd {
    pub(crate) alpha: f64,
    pub(crate) l1_ratio: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) learning_rate: StepLength,
    pub(crate) average: u64,
    pub(crate) shuffle: bool,
    pub(crate) early_stopping: bool,
    pub(crate) validation_fraction: f64,
    pub(crate) seed: u64,
    pub(crate) max_iter: usize,
    pub(crate) tol: f64,
    pub(crate) n_iter_no_change: usize,
}

impl LinearSgd {
    /// `alpha` 1e-4 of l2, steps by [`StepLength::Optimal`], up to 1,000 epochs, an end after 5 that gain less than 1e-3.
    pub fn new() -> Self {
        Self {
            alpha: 1e-4,
            l1_ratio: 0.0,
            fit_intercept: true,
            learning_rate: StepLength::Optimal,
            average: 0,
            shuffle: true,
            early_stopping: false,
            validation_fraction: 0.1,
            seed: 0,
            max_iter: 1000,
            tol: 1e-3,
            n_iter_no_change: 5,
        }
    }

    /// The penalty on the mean of the losses, at least 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// The share of `alpha` that is l1, between 0 and 1.
    #[must_use]
    pub fn l1_ratio(mut self, l1_ratio: f64) -> Self {
        self.l1_ratio = l1_ratio;
        self
    }

    /// Whether the intercept moves.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }

    /// How long steps are: a [`LearningRate`], or another [`StepLength`].
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: impl Into<StepLength>) -> Self {
        self.learning_rate = learning_rate.into();
        self
    }

    /// The step (from 1) from which on coefficients are averaged; 0: never.
    #[must_use]
    pub fn average(mut self, average: u64) -> Self {
        self.average = average;
        self
    }

    /// Whether each epoch draws an order.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Whether rows are held back, the loss on which says when to end.
    #[must_use]
    pub fn early_stopping(mut self, early_stopping: bool) -> Self {
        self.early_stopping = early_stopping;
        self
    }

    /// The share of the rows that is held back with `early_stopping`, above 0 and below 1.
    #[must_use]
    pub fn validation_fraction(mut self, validation_fraction: f64) -> Self {
        self.validation_fraction = validation_fraction;
        self
    }

    /// Of the orders, and of the rows held back.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Epochs at most, at least 1.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// An epoch whose loss is not below the lowest by at least this is one without change; at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Epochs without change before the end, at least 1.
    #[must_use]
    pub fn n_iter_no_change(mut self, n_iter_no_change: usize) -> Self {
        self.n_iter_no_change = n_iter_no_change;
        self
    }
}

impl Default for LinearSgd {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for LinearSgd {
    fn validate(&self) -> Result<()> {
        let at_least_0 = |name, found| check::parameter_at_least(name, 0.0, found, "a number of at least 0");
        at_least_0("alpha", self.alpha)?;
        at_least_0("tol", self.tol)?;
        if !(0.0..=1.0).contains(&self.l1_ratio) {
            let requirement = "a number between 0 and 1";
            return Err(Error::Parameter { name: "l1_ratio", requirement, found: self.l1_ratio });
        }
        let found = self.validation_fraction;
        if !(found > 0.0 && found < 1.0) {
            let requirement = "a number above 0 and below 1";
            return Err(Error::Parameter { name: "validation_fraction", requirement, found });
        }
        match self.learning_rate {
            StepLength::Scheduled(rate) => rate.validate()?,
            StepLength::Adaptive { initial } => LearningRate::new(initial).validate()?,
            StepLength::Optimal => {
                let requirement = "a number above 0 with optimal steps";
                check::parameter_at_least("alpha", f64::MIN_POSITIVE, self.alpha, requirement)?;
            }
        }
        check::parameter_at_least("max_iter", 1.0, self.max_iter as f64, "at least 1")?;
        check::parameter_at_least("n_iter_no_change", 1.0, self.n_iter_no_change as f64, "at least 1")
    }
}

/// The setters of an estimator that walks by [`LinearSgd`] and holds it as `sgd`.
#[doc(hidden)]
#[macro_export]
macro_rules! linear_sgd_setters {
    () => {
        $crate::linear_sgd_setters! {
            /// The penalty on the mean of the losses, at least 0.
            alpha: f64;
            /// The share of `alpha` that is l1, between 0 and 1.
            l1_ratio: f64;
            /// Whether there is an intercept.
            fit_intercept: bool;
            /// How long steps are: a `LearningRate` by number, or another `StepLength`.
            learning_rate: impl Into<$crate::StepLength>;
            /// The step (from 1) from which on the coefficients are averaged; 0: never.
            average: u64;
            /// Whether each epoch draws an order of the rows.
            shuffle: bool;
            /// Whether rows are held back, the loss on which says when to end.
            early_stopping: bool;
            /// The share of the rows that is held back with `early_stopping`, above 0 and below 1.
            validation_fraction: f64;
            /// Epochs at most, at least 1.
            max_iter: usize;
            /// An epoch whose mean loss is not better than the best by this is one without change.
            tol: f64;
            /// Epochs without change before it ends, at least 1.
            n_iter_no_change: usize;
            /// Of the order in which rows are visited, and of those held back.
            seed: u64;
        }
    };
    ($($(#[$doc:meta])* $name:ident: $kind:ty;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self, $name: $kind) -> Self {
                self.sgd = self.sgd.$name($name);
                self
            }
        )*
    };
}
