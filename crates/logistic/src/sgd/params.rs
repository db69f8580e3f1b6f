use cairn_numeric::{log_sigmoid, sigmoid};
use cairn_optim::{LinearSgd, linear_sgd_setters};
use cairn_traits::{ClassWeights, Error, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// What a margin costs: `m = s (x·w + b)`, s = 1 for rows of the class, −1 for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SgdClassifierLoss {
    /// `ln(1 + e^−m)`: logistic regression. The only one whose probabilities are estimates of something.
    #[default]
    LogLoss,
    /// `max(0, 1 − m)`: a linear support vector machine.
    Hinge,
    /// `max(0, 1 − m)²`.
    SquaredHinge,
    /// `max(0, 1 − m)²` down to −1, then `−4 m`: far rows pull no more than others.
    ModifiedHuber,
    /// `max(0, −m)`.
    Perceptron,
}

impl SgdClassifierLoss {
    /// The loss and its derivative by the predictor; `sign` is 1 or −1.
    pub(super) fn at(self, sign: f64, predictor: f64) -> (f64, f64) {
        let m = sign * predictor;
        let short = (1.0 - m).max(0.0);
        match self {
            Self::LogLoss => (-log_sigmoid(m), -sign * sigmoid(-m)),
            Self::Hinge => (short, if m <= 1.0 { -sign } else { 0.0 }),
            Self::ModifiedHuber if m < -1.0 => (-4.0 * m, -4.0 * sign),
            Self::SquaredHinge | Self::ModifiedHuber => (short * short, -2.0 * sign * short),
            Self::Perceptron => ((-m).max(0.0), if m <= 0.0 { -sign } else { 0.0 }),
        }
    }
}

/// A linear classifier learned row by row: for data that is too large to be passed over often, or that keeps coming.
///
/// ```text
/// minimise  Σ v loss(s (x·w + b)) / Σ v + alpha (l1_ratio |w|₁ + (1 − l1_ratio)/2 |w|²)
///
/// for each row, in a new drawn order each epoch:
///     w ← (1 − eta alpha (1 − l1_ratio)) w − eta v loss' s x
///     b ← b − eta v loss' s
///     w ← w towards 0 by eta alpha l1_ratio, never across
/// ```
/// Two classes have one predictor; of more each has one against all others. Put the columns on one scale first. The walk,
/// its lengths, penalties and averages are [`cairn_optim::LinearSgd`]'s. Rows are dense or sparse.
///
/// [`PartialFit`](cairn_traits::PartialFit) takes one more batch in, once through. The classes are those of the first
/// batch, unless [`SgdClassifier::classes`] has named them.
///
/// `class_weights` are factors of a class's rows; of more than two classes they count in the class's own predictor.
/// [`ClassWeights::Balanced`] needs all rows at once: batches refuse it.
///
/// # Errors
/// Those of [`crate::LogisticRegression`]; [`Error::Diverged`] where steps are so long that no epoch is better than none;
/// [`Error::UnknownClass`] for a label that is not among the classes, after which the model is as it was.
///
/// # Determinism
/// The order of epoch e is drawn from stream e of `seed`, the rows held back from stream 0.
///
/// # Complexity
/// 4 p a row, class and epoch, of sparse rows 4 an entry; classes in parallel. Memory: 16 bytes a row and class.
///
/// # Trade-offs
/// Two or three digits soon, more late. [`crate::LogisticRegression`] is exact and, where the rows fit into memory, often
/// not slower.
///
/// # Examples
/// ```
/// use cairn_logistic::{Fit, PartialFit, Predict, SgdClassifier, SgdClassifierLoss, rows};
/// let x = rows(&[[-1.0, 0.2], [1.2, -0.1], [-0.8, -0.3], [0.9, 0.4]]);
/// let sgd = SgdClassifier::new().loss(SgdClassifierLoss::Hinge).alpha(0.01);
/// let mut model = sgd.fit(&x, &[3, 7, 3, 7])?;
/// assert_eq!(model.predict(&rows(&[[-2.0, 0.0], [2.0, 0.0]]))?, [3, 7]);
/// sgd.partial_fit(&mut model, &rows(&[[1.1, 0.0]]), &[7])?; // more of the same
/// # Ok::<(), cairn_logistic::Error>(())
/// ```
///
/// # References
/// Bottou (2012), Stochastic gradient descent tricks. Shalev-Shwartz, Singer and Srebro (2007), Pegasos. Zhang (2004),
/// Solving large scale linear prediction problems using stochastic gradient descent algorithms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SgdClassifier {
    pub(super) loss: SgdClassifierLoss,
    pub(super) class_weights: ClassWeights,
    pub(super) classes: Vec<usize>,
    #[serde(flatten)]
    pub(super) sgd: LinearSgd,
}

impl SgdClassifier {
    /// Log-loss, `alpha` 1e-4 of l2, steps by [`crate::StepLength::Optimal`], up to 1,000 epochs: scikit-learn's defaults,
    /// but for its loss, which is the hinge.
    pub fn new() -> Self {
        Self {
            loss: SgdClassifierLoss::LogLoss,
            class_weights: ClassWeights::Uniform,
            classes: Vec::new(),
            sgd: LinearSgd::new(),
        }
    }

    /// What a margin costs.
    #[must_use]
    pub fn loss(mut self, loss: SgdClassifierLoss) -> Self {
        self.loss = loss;
        self
    }

    /// How much the rows of each class count.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights) -> Self {
        self.class_weights = class_weights;
        self
    }

    /// The classes there are, where the first batch may not show them all; none: those of the first batch.
    #[must_use]
    pub fn classes(mut self, classes: Vec<usize>) -> Self {
        self.classes = classes;
        self
    }

    linear_sgd_setters!();
}

impl Default for SgdClassifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for SgdClassifier {
    fn validate(&self) -> Result<()> {
        if let [only, rest @ ..] = &self.classes[..]
            && rest.iter().all(|class| class == only)
        {
            return Err(Error::Parameter { name: "classes", requirement: "two, or none to learn them", found: 1.0 });
        }
        self.class_weights.validate()?;
        self.sgd.validate()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_by_hand() {
        let loss = |loss: SgdClassifierLoss, sign, predictor| loss.at(sign, predictor);
        assert_eq!(loss(SgdClassifierLoss::LogLoss, 1.0, 0.0), (2.0_f64.ln(), -0.5));
        assert_eq!(loss(SgdClassifierLoss::Hinge, -1.0, 0.5), (1.5, 1.0));
        assert_eq!(loss(SgdClassifierLoss::Hinge, 1.0, 1.5), (0.0, 0.0));
        assert_eq!(loss(SgdClassifierLoss::SquaredHinge, 1.0, -1.0), (4.0, -4.0));
        assert_eq!(loss(SgdClassifierLoss::ModifiedHuber, 1.0, -3.0), (12.0, -4.0));
        assert_eq!(loss(SgdClassifierLoss::ModifiedHuber, -1.0, 0.0), (1.0, 2.0));
        assert_eq!(loss(SgdClassifierLoss::Perceptron, -1.0, 2.0), (2.0, 1.0));
        assert_eq!(loss(SgdClassifierLoss::LogLoss, 1.0, 800.0).0, 0.0);
        assert!(loss(SgdClassifierLoss::LogLoss, 1.0, -800.0).0 == 800.0);
    }
}
