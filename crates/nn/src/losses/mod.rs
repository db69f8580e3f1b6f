//! What wrong answers cost.

mod cross_entropy;
mod elementwise;

use cairn_traits::{Error, Float, Hyperparameters, Result, check};
use elementwise::{Absolute, Huber, Poisson, Squared};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What belongs to the samples of a batch.
#[derive(Clone, Copy, Debug)]
pub enum Targets<'a, F> {
    /// outputs x samples: the numbers of one sample stand side by side.
    Numbers(&'a [F]),
    /// A position among the outputs for each sample.
    Classes(&'a [usize]),
}

/// What the answers to a batch are compared with.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a, F> {
    /// What belongs to the samples.
    pub targets: Targets<'a, F>,
    /// How much each sample counts; none: 1. The weight of a class is the weight of its samples.
    pub weights: Option<&'a [F]>,
    /// What the sum over the samples is divided by: their number, or the sum of their weights.
    pub total: f64,
}

impl<'a, F: Float> Expected<'a, F> {
    /// Samples that count alike.
    pub fn new(targets: Targets<'a, F>, samples: usize) -> Self {
        Self { targets, weights: None, total: samples as f64 }
    }

    /// Those of some samples of the batch, of `outputs` numbers each.
    #[must_use]
    pub fn part(&self, samples: Range<usize>, outputs: usize) -> Self {
        let targets = match self.targets {
            Targets::Numbers(t) => Targets::Numbers(&t[samples.start * outputs..samples.end * outputs]),
            Targets::Classes(t) => Targets::Classes(&t[samples.clone()]),
        };
        Self { targets, weights: self.weights.map(|w| &w[samples]), total: self.total }
    }
}

/// The cost of the answers z to targets t, and its slope by z.
///
/// | | cost of a sample | slope |
/// |---|---|---|
/// | mse | mean over the outputs of (z − t)² | 2 (z − t) / outputs |
/// | mae | mean of ⎢z − t⎢ | ± 1 / outputs |
/// | huber | mean of e²/2 where ⎢e⎢ ≤ delta, else delta (⎢e⎢ − delta/2) | e cut off at ± delta, / outputs |
/// | binary cross-entropy | mean of ln(1 + eᶻ) − t z | (σ(z) − t) / outputs |
/// | softmax cross-entropy | ln Σ eᶻ − Σ t z | softmax(z) − t |
/// | poisson | mean of eᶻ − t z | (eᶻ − t) / outputs |
/// | Kullback-Leibler | Σ t (ln t − z + ln Σ eᶻ) | softmax(z) − t |
///
/// The cost of a batch is the weighted sum over its samples, divided by [`Expected::total`]. Cross-entropies take scores z,
/// not probabilities: together with the sigmoid or softmax the logarithm cannot overflow, and the slope is a difference.
/// With label smoothing s the target of k classes is `(1 − s) t + s / k`, of a binary one `(1 − s) t + s / 2`. Means and
/// conventions are those of PyTorch's losses with `reduction="mean"` (Kullback-Leibler: `"batchmean"`).
///
/// ```
/// use cairn_nn::{Expected, Loss, Targets};
/// let mut slopes = [0.0; 2];
/// let expected = Expected::new(Targets::Numbers(&[1.0, 5.0]), 2);
/// let cost = Loss::Mse.evaluate(1, &[2.0, 2.0], &expected, &mut slopes)?;
/// assert_eq!(cost, 5.0); // (1² + 3²) / 2
/// assert_eq!(slopes, [1.0, -3.0]); // 2 · 1 / 2, 2 · −3 / 2
/// # Ok::<(), cairn_nn::Error>(())
/// ```
///
/// # References
/// Goodfellow, Bengio and Courville (2016), Deep Learning, section 6.2. Huber (1964). Szegedy, Vanhoucke, Ioffe, Shlens and
/// Wojna (2016), Rethinking the Inception architecture, for label smoothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Loss {
    /// The squared error.
    Mse,
    /// The absolute error.
    Mae,
    /// Squared near 0, absolute beyond.
    Huber {
        /// Where it changes, above 0.
        delta: f64,
    },
    /// Of yes and no; z is the log-odds of yes, t between 0 and 1.
    BinaryCrossEntropy {
        /// How much of the target is spread, at least 0 and below 1.
        label_smoothing: f64,
    },
    /// Of one class among many; targets are classes, or probabilities that sum to 1.
    SoftmaxCrossEntropy {
        /// How much of the target is spread over all classes, at least 0 and below 1.
        label_smoothing: f64,
    },
    /// Of counts; z is the logarithm of the rate. Constants of t are left out.
    Poisson,
    /// How far the probabilities softmax(z) are from the target probabilities.
    KlDivergence,
}

impl Loss {
    /// Cross-entropy of classes without label smoothing.
    pub const SOFTMAX: Self = Self::SoftmaxCrossEntropy { label_smoothing: 0.0 };

    /// Whether targets fit: `samples` of `outputs` numbers, classes that are there, numbers in the loss's domain.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::UnknownClass`], [`Error::Domain`], [`Error::Parameter`].
    pub fn check<F: Float>(&self, outputs: usize, samples: usize, expected: &Expected<'_, F>) -> Result<()> {
        self.validate()?;
        expected.weights.map_or(Ok(()), |w| check::size("weights", "samples", samples, w.len()))?;
        match expected.targets {
            Targets::Numbers(t) => {
                check::size("targets", "numbers", outputs.saturating_mul(samples), t.len())?;
                self.domain(outputs, t)
            }
            Targets::Classes(t) => {
                check::size("targets", "samples", samples, t.len())?;
                if !matches!(self, Self::SoftmaxCrossEntropy { .. }) {
                    return Err(Error::Format(format!("targets: expected numbers for {self:?}, found classes")));
                }
                match t.iter().find(|&&class| class >= outputs) {
                    None => Ok(()),
                    Some(class) => Err(Error::UnknownClass { what: "targets", found: class.to_string() }),
                }
            }
        }
    }

    fn domain<F: Float>(&self, outputs: usize, targets: &[F]) -> Result<()> {
        let (least, most, requirement) = match self {
            Self::Mse | Self::Mae | Self::Huber { .. } => (f64::MIN, f64::MAX, "finite numbers"),
            Self::Poisson => (0.0, f64::MAX, "numbers of at least 0"),
            // what a softmax gave may be above 1 by rounding
            _ => (0.0, 1.0 + 8.0 * F::EPSILON.to_f64(), "numbers between 0 and 1"),
        };
        match targets.iter().position(|t| !(least..=most).contains(&t.to_f64())) {
            None => Ok(()),
            Some(at) => Err(Error::Domain {
                what: "targets",
                requirement,
                found: targets[at].to_f64(),
                row: Some(at / outputs.max(1)),
            }),
        }
    }

    /// The cost of answers (`outputs` x samples), and into `dy` its slope by each.
    ///
    /// # Errors
    /// Those of [`Loss::check`]; [`Error::Shape`] if `dy` is not as long as `y`.
    pub fn evaluate<F: Float>(&self, outputs: usize, y: &[F], expected: &Expected<'_, F>, dy: &mut [F]) -> Result<f64> {
        self.check(outputs, y.len() / outputs.max(1), expected)?;
        check::size("dy", "numbers", y.len(), dy.len())?;
        Ok(self.evaluate_fitting(outputs, y, expected, dy))
    }

    /// The same where everything has been checked.
    pub(crate) fn evaluate_fitting<F: Float>(
        &self,
        outputs: usize,
        y: &[F],
        expected: &Expected<'_, F>,
        dy: &mut [F],
    ) -> f64 {
        match (*self, expected.targets) {
            (Self::SoftmaxCrossEntropy { label_smoothing }, Targets::Classes(classes)) => {
                cross_entropy::of_classes(outputs, label_smoothing, y, classes, expected, dy)
            }
            (Self::SoftmaxCrossEntropy { label_smoothing }, Targets::Numbers(t)) => {
                cross_entropy::of_probabilities(outputs, label_smoothing, y, t, expected, dy)
            }
            (Self::KlDivergence, Targets::Numbers(t)) => {
                cross_entropy::of_probabilities(outputs, 0.0, y, t, expected, dy)
                    - cross_entropy::entropy(outputs, t, expected)
            }
            (Self::Mse, Targets::Numbers(t)) => elementwise::cost(Squared, outputs, y, t, expected, dy),
            (Self::Mae, Targets::Numbers(t)) => elementwise::cost(Absolute, outputs, y, t, expected, dy),
            (Self::Huber { delta }, Targets::Numbers(t)) => {
                elementwise::cost(Huber { delta }, outputs, y, t, expected, dy)
            }
            (Self::BinaryCrossEntropy { label_smoothing }, Targets::Numbers(t)) => {
                elementwise::binary(label_smoothing, outputs, y, t, expected, dy)
            }
            (Self::Poisson, Targets::Numbers(t)) => elementwise::cost(Poisson, outputs, y, t, expected, dy),
            // classes for a loss of numbers: `check` has refused them
            (_, Targets::Classes(_)) => f64::NAN,
        }
    }
}

impl Hyperparameters for Loss {
    fn validate(&self) -> Result<()> {
        match *self {
            Self::Huber { delta } => check::parameter_at_least("delta", f64::MIN_POSITIVE, delta, "a number above 0"),
            Self::BinaryCrossEntropy { label_smoothing } | Self::SoftmaxCrossEntropy { label_smoothing } => {
                let (requirement, found) = ("a number of at least 0 and below 1", label_smoothing);
                if (0.0..1.0).contains(&found) {
                    Ok(())
                } else {
                    Err(Error::Parameter { name: "label_smoothing", requirement, found })
                }
            }
            _ => Ok(()),
        }
    }
}
