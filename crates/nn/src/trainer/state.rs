use crate::{network::Network, trainer::Trainer};
use cairn_optim::{FirstOrder, State};
use cairn_traits::{Float, Result, check};
use serde::{Deserialize, Serialize};

/// Where a training stands beside the network's own numbers: what the optimiser remembers, steps and epochs done. Kept
/// with a model, it lets learning go on as if it had never stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct TrainerState<F: Float> {
    pub(crate) optimizer: State<F>,
    pub(crate) steps: u64,
    pub(crate) epochs: u64,
}

impl<F: Float> TrainerState<F> {
    /// Steps taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Epochs done.
    pub fn epochs(&self) -> u64 {
        self.epochs
    }

    /// Whether it is for a network of so many parameters.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Shape`].
    pub fn check(&self, network: &Network<F>) -> Result<()> {
        check::size("state", "numbers", network.params().len(), self.optimizer.len())
    }
}

impl Trainer {
    /// The state before the first step of a network.
    pub fn start<F: Float>(&self, network: &Network<F>) -> TrainerState<F> {
        TrainerState { optimizer: self.optimizer.start(network.params().len()), steps: 0, epochs: 0 }
    }
}
