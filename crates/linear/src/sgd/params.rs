use cairn_optim::{LearningRate, LinearSgd, Schedule, linear_sgd_setters};
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
    /// 0 up to `epsilon`, `(|r| − epsilon)²` beyond.
    SquaredEpsilonInsensitive {
        /// What does not matter, at least 0.
        epsilon: f64,
    },
}

/// A linear model learned row by row: for data that is too large to be factorised, or that keeps coming.
///
/// ```text
/// minimise  Σ v loss(y − x·w − b) / Σ v + alpha (l1_ratio |w|₁ + (1 − l1_ratio)/2 |w|²)
///
/// for each row, in a new drawn order each epoch:
///     w ← (1 − eta alpha (1 − l1_ratio)) w + eta v loss'(y − x·w − b) x
///     b ← b + eta v loss'(y − x·w − b)
///     w ← w towards 0 by eta alpha l1_ratio, never across
/// ```
///
/// Put the columns on one scale first: a step that is too long for the largest of them diverges. The walk itself, its
/// lengths, penalties and averages are [`cairn_optim::LinearSgd`]'s. Rows are dense or sparse.
/// [`PartialFit`](cairn_traits::PartialFit) takes one more batch in, once through; the model carries where the walk stands.
///
/// The end is after `n_iter_no_change` epochs whose loss was not lower than the lowest by `tol`. With `early_stopping` it
/// is the loss on rows held back that counts.
///
/// # Errors
/// [`Error::Diverged`] where steps are so long that no epoch is better than none.
///
/// # Determinism
/// The order of epoch e is drawn from stream e of `seed`, the rows held back from stream 0.
///
/// # Complexity
/// 4 p a row and epoch, of sparse rows 4 an entry; one thread.
///
/// # Trade-offs
/// The line is found to two or three digits soon and to more late (averages, adaptive steps): [`crate::Ridge`] is exact,
/// and faster wherever p² / 2 multiplications a row can be afforded.
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
/// Bottou (2012), Stochastic gradient descent tricks. Tsuruoka, Tsujii and Ananiadou (2009), Stochastic gradient descent
/// training for L1-regularized log-linear models with cumulative penalty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SgdRegressor {
    pub(crate) loss: SgdLoss,
    #[serde(flatten)]
    pub(crate) sgd: LinearSgd,
}

impl SgdRegressor {
    /// Squared errors, `alpha` 1e-4 of l2, steps of 0.01 / t^0.25, up to 1,000 epochs: scikit-learn's defaults.
    pub fn new() -> Self {
        let rate = LearningRate::new(0.01).schedule(Schedule::InverseScaling { power: 0.25 });
        Self { loss: SgdLoss::SquaredError, sgd: LinearSgd::new().learning_rate(rate) }
    }

    /// What an error costs.
    #[must_use]
    pub fn loss(mut self, loss: SgdLoss) -> Self {
        self.loss = loss;
        self
    }

    linear_sgd_setters!();
}

impl Default for SgdRegressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for SgdRegressor {
    fn validate(&self) -> Result<()> {
        match self.loss {
            SgdLoss::SquaredError => {}
            SgdLoss::Huber { epsilon } if epsilon > 0.0 && epsilon.is_finite() => {}
            SgdLoss::Huber { epsilon: found } => {
                return Err(Error::Parameter { name: "epsilon", requirement: "a number above 0", found });
            }
            SgdLoss::EpsilonInsensitive { epsilon } | SgdLoss::SquaredEpsilonInsensitive { epsilon } => {
                check::parameter_at_least("epsilon", 0.0, epsilon, "a number of at least 0")?;
            }
        }
        self.sgd.validate()
    }
}
