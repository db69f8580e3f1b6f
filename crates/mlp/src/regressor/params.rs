use crate::hidden::{Hidden, hidden_setters};
use cairn_nn::{Loss, Trainer, trainer_setters};
use cairn_traits::{Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// What a wrong number costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegressionLoss {
    /// The squared error: answers are means.
    #[default]
    SquaredError,
    /// The absolute error: answers are medians, which outliers hardly move.
    AbsoluteError,
    /// Squared up to `delta`, absolute beyond.
    Huber,
    /// Of counts: the answer is a rate above 0, `exp` of what the network gives. No target may be negative.
    Poisson,
}

/// Numbers, one or several, by a multilayer perceptron: layers of weighted sums and bends.
///
/// ```text
/// h₁ = f(W₁ x + b₁),   h₂ = f(W₂ h₁ + b₂),   ...,   y = W h + b
/// minimised   Σᵢ weightᵢ loss(y, yᵢ) + l2/2 |W|²
/// ```
///
/// Every knob is a setter; [`crate`]'s page says what each does. Put the columns on one scale first. The targets are put
/// on one here (`scale_targets`), so that rents of a thousand euro need no other step lengths than shares of one; losses,
/// `delta` and the history are on that scale.
///
/// [`PartialFit`](cairn_traits::PartialFit) goes once through each batch that comes, and keeps the optimiser's state in
/// the model; the scale of the targets is that of the first batch. `early_stopping` is for fits alone;
/// [`Optimizer::Lbfgs`](crate::Optimizer) needs all rows at once, and is refused.
///
/// # Errors
/// A hyperparameter out of range, or dropout, batch norm, clipping and the like with L-BFGS; x or y not finite, without
/// rows or columns; weights that are negative, not finite or all 0; negative targets with [`RegressionLoss::Poisson`];
/// [`cairn_traits::Error::Diverged`] if the first cost is not finite.
///
/// # Determinism
/// Everything drawn is drawn from streams of `seed`: the same seed gives the same bits on any number of threads.
///
/// # Complexity
/// Six multiplications for each weight, row and epoch.
///
/// # Examples
/// ```
/// use cairn_mlp::{DMatrix, DVector, Fit, MlpRegressor, Predict};
/// // a parabola: no straight line comes near
/// let x = DMatrix::from_fn(41, 1, |i, _| i as f64 / 20.0 - 1.0);
/// let y = DVector::from_fn(41, |i, _| x[i] * x[i]);
/// let model = MlpRegressor::new().hidden(&[32]).learning_rate(0.02).epochs(400).fit(&x, &y)?;
/// let worst = (model.predict(&x)? - y).amax();
/// assert!(worst < 0.05);
/// # Ok::<(), cairn_mlp::Error>(())
/// ```
///
/// # References
/// Those of [`crate::MlpClassifier`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MlpRegressor {
    #[serde(flatten)]
    pub(crate) hidden: Hidden,
    pub(crate) loss: RegressionLoss,
    pub(crate) delta: f64,
    pub(crate) scale_targets: bool,
    #[serde(flatten)]
    pub(crate) trainer: Trainer,
}

impl MlpRegressor {
    /// Two hidden layers of 128 and 64 relus, the squared error; Adam with steps of 1e-3, batches of 128 rows, 20 epochs.
    pub fn new() -> Self {
        Self {
            hidden: Hidden::new(),
            loss: RegressionLoss::SquaredError,
            delta: 1.0,
            scale_targets: true,
            trainer: Trainer::new(),
        }
    }

    hidden_setters!();

    /// What a wrong number costs.
    #[must_use]
    pub fn loss(mut self, loss: RegressionLoss) -> Self {
        self.loss = loss;
        self
    }

    /// Where [`RegressionLoss::Huber`] goes from squares to absolute values, above 0; in deviations of the targets, where
    /// those are scaled.
    #[must_use]
    pub fn delta(mut self, delta: f64) -> Self {
        self.delta = delta;
        self
    }

    /// Whether each output learns `(y − mean) / deviation`. Rates of [`RegressionLoss::Poisson`] never do.
    #[must_use]
    pub fn scale_targets(mut self, scale_targets: bool) -> Self {
        self.scale_targets = scale_targets;
        self
    }

    trainer_setters!(trainer);

    pub(super) fn cost(&self) -> Loss {
        match self.loss {
            RegressionLoss::SquaredError => Loss::Mse,
            RegressionLoss::AbsoluteError => Loss::Mae,
            RegressionLoss::Huber => Loss::Huber { delta: self.delta },
            RegressionLoss::Poisson => Loss::Poisson,
        }
    }
}

impl Default for MlpRegressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for MlpRegressor {
    fn validate(&self) -> Result<()> {
        self.hidden.validate()?;
        Loss::Huber { delta: self.delta }.validate()?;
        self.trainer.validate()?;
        self.trainer.suits(&self.hidden.architecture(1, 1))
    }
}
