use cairn_traits::{Convergence, Result, Stop, check};
use serde::{Deserialize, Serialize};

/// One epoch of a fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The mean loss of the training rows, each seen before its step (by L-BFGS: after it), and the penalty.
    pub loss: f64,
    /// The mean loss of the rows held back, after the epoch.
    pub validation_loss: Option<f64>,
    /// How good the answers to the rows held back are: the share of right classes, or r² of numbers.
    pub validation_score: Option<f64>,
    /// The length of its last step; by L-BFGS how far it went, the Euclidean length of the change of all parameters.
    pub learning_rate: f64,
}

impl Epoch {
    /// What early stopping and plateaus go by.
    pub(crate) fn watched(&self) -> f64 {
        self.validation_loss.unwrap_or(self.loss)
    }
}

/// How a fit went, epoch by epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    pub(crate) epochs: Vec<Epoch>,
    pub(crate) convergence: Convergence,
    pub(crate) best: usize,
}

impl History {
    /// Of learning from batches as they came: how many, and the loss of the last.
    pub fn of_batches(n_batches: usize, loss: f64) -> Self {
        let convergence = Convergence { n_iter: n_batches, objective: loss, stop: Stop::MaxIter };
        Self { epochs: Vec::new(), convergence, best: 0 }
    }

    /// The epochs, from the first.
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// The losses alone: the learning curve.
    pub fn losses(&self) -> impl Iterator<Item = f64> {
        self.epochs.iter().map(|epoch| epoch.loss)
    }

    /// Epochs done; the loss of the network that was kept, that of the rows held back if there are some; why it ended.
    pub fn convergence(&self) -> Convergence {
        self.convergence
    }

    /// The epoch, from 1, whose weights were kept; 0: those from before the first.
    pub fn best_epoch(&self) -> usize {
        self.best
    }

    /// Whether a history from a file makes sense.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Shape`] if the epoch that was kept is none of them.
    pub fn check(&self) -> Result<()> {
        check::size("history", "epochs", self.best.min(self.epochs.len()), self.best)
    }
}
