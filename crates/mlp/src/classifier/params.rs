use crate::hidden::{Hidden, hidden_setters};
use cairn_nn::{Loss, Trainer, trainer_setters};
use cairn_traits::{ClassWeights, Error, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Classes by a multilayer perceptron: the softmax of scores that layers of weighted sums and bends make of the columns.
///
/// ```text
/// h₁ = f(W₁ x + b₁),   h₂ = f(W₂ h₁ + b₂),   ...,   z = W z₋₁ + b          a score for each class
/// P(c | x) = e^z_c / Σ e^z
/// minimised   Σᵢ weightᵢ (−ln P(yᵢ | xᵢ)) + l2/2 |W|²
/// ```
///
/// Every knob is a setter; [`crate`]'s page says what each does. Put the columns on one scale first.
///
/// [`PartialFit`](cairn_traits::PartialFit) goes once through each batch that comes, and keeps the optimiser's state in
/// the model; the classes are those of the first batch, unless [`MlpClassifier::classes`] has named them.
/// [`ClassWeights::Balanced`] and [`Optimizer::Lbfgs`](crate::Optimizer) need all rows at once: batches refuse them.
/// `early_stopping` is for fits alone.
///
/// # Errors
/// A hyperparameter out of range, or dropout, batch norm, clipping and the like with L-BFGS; fewer than two classes; x
/// without rows or columns, or not finite; weights that are negative, not finite or all 0; [`Error::Diverged`] if the
/// first cost is not finite.
///
/// # Determinism
/// Everything drawn is drawn from streams of `seed`: the same seed gives the same bits on any number of threads.
///
/// # Complexity
/// Six multiplications for each weight, row and epoch.
///
/// # Examples
/// ```
/// use cairn_mlp::{Fit, MlpClassifier, Predict, Probabilistic, rows};
/// // either, but not both: no straight line tells these apart
/// let x = rows(&[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
/// let mlp = MlpClassifier::new().hidden(&[16]).learning_rate(0.05).epochs(200);
/// let model = mlp.fit(&x, &[0, 1, 1, 0])?;
/// assert_eq!(model.predict(&x)?, [0, 1, 1, 0]);
/// let p: f64 = model.predict_proba(&x)?[(1, 1)];
/// assert!(p > 0.9);
/// # Ok::<(), cairn_mlp::Error>(())
/// ```
///
/// # References
/// Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors. Goodfellow, Bengio and
/// Courville (2016), Deep Learning, chapter 6.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MlpClassifier {
    #[serde(flatten)]
    pub(crate) hidden: Hidden,
    pub(crate) label_smoothing: f64,
    pub(crate) class_weights: ClassWeights,
    pub(crate) classes: Vec<usize>,
    #[serde(flatten)]
    pub(crate) trainer: Trainer,
}

impl MlpClassifier {
    /// Two hidden layers of 128 and 64 relus; Adam with steps of 1e-3, batches of 128 rows, 20 epochs.
    pub fn new() -> Self {
        Self {
            hidden: Hidden::new(),
            label_smoothing: 0.0,
            class_weights: ClassWeights::Uniform,
            classes: Vec::new(),
            trainer: Trainer::new(),
        }
    }

    hidden_setters!();

    /// How much of each label is spread over all classes, at least 0 and below 1: for labels that are not to be trusted.
    #[must_use]
    pub fn label_smoothing(mut self, label_smoothing: f64) -> Self {
        self.label_smoothing = label_smoothing;
        self
    }

    /// How much the rows of each class count.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights) -> Self {
        self.class_weights = class_weights;
        self
    }

    /// The classes there are, where the first batch may not show them all; none: those of the rows.
    #[must_use]
    pub fn classes(mut self, classes: Vec<usize>) -> Self {
        self.classes = classes;
        self
    }

    trainer_setters!(trainer);

    pub(super) fn loss(&self) -> Loss {
        Loss::SoftmaxCrossEntropy { label_smoothing: self.label_smoothing }
    }

    /// The classes named, ascending.
    pub(super) fn declared(&self) -> Vec<usize> {
        let mut classes = self.classes.clone();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}

impl Default for MlpClassifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for MlpClassifier {
    fn validate(&self) -> Result<()> {
        self.hidden.validate()?;
        self.loss().validate()?;
        self.class_weights.validate()?;
        if self.declared().len() == 1 {
            return Err(Error::Classes { needed: 2, found: 1 });
        }
        self.trainer.validate()?;
        self.trainer.suits(&self.hidden.architecture(1, 2))
    }
}
