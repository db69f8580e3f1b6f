use crate::{network::Network, trainer::Trainer};
use cairn_optim::{AveragedWeights, FirstOrder, PlateauState, State};
use cairn_traits::{Error, Float, Result, check};
use serde::{Deserialize, Serialize};

/// Where a training stands beside the network's own numbers: what the optimiser remembers, steps and epochs done. Kept
/// with a model, it lets learning go on as if it had never stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct TrainerState<F: Float> {
    pub(crate) optimizer: State<F>,
    pub(crate) steps: u64,
    pub(crate) epochs: u64,
    pub(crate) plateau: Option<PlateauState>,
    pub(crate) average: Option<AveragedWeights<F>>,
    /// The weights that walk on, where the network's are their average; else empty.
    pub(crate) walking: Vec<F>,
}

impl<F: Float> TrainerState<F> {
    /// What a trainer wants to watch or keep and the state does not have yet, or has and nobody wants.
    pub(crate) fn follow(&mut self, trainer: &Trainer, network: &mut Network<F>) {
        match trainer.plateau {
            Some(plateau) => self.plateau = Some(self.plateau.unwrap_or_else(|| plateau.start())),
            None => self.plateau = None,
        }
        match (&self.average, trainer.average) {
            (None, Some(average)) => self.average = Some(average.start(network.params())),
            (Some(_), None) => {
                self.walk_on(network);
                self.average = None;
                self.walking.clear();
            }
            _ => {}
        }
    }

    /// The weights that walk into the network, in place of their average.
    pub(crate) fn walk_on(&self, network: &mut Network<F>) {
        if !self.walking.is_empty() {
            network.params_mut().copy_from_slice(&self.walking);
        }
    }

    /// The average into the network, if one is kept; the weights that walk stay here.
    pub(crate) fn settle(&mut self, network: &mut Network<F>) -> Result<()> {
        let Some(average) = &self.average else { return Ok(()) };
        self.walking.clear();
        self.walking.extend_from_slice(network.params());
        average.averaged(network.params_mut())
    }

    /// What the length of steps is multiplied by.
    pub(crate) fn factor(&self) -> f64 {
        self.plateau.map_or(1.0, |plateau| plateau.factor())
    }

    /// Steps taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Epochs done.
    pub fn epochs(&self) -> u64 {
        self.epochs
    }

    /// Whether it is for a network of so many parameters, and finite.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`].
    pub fn check(&self, network: &Network<F>) -> Result<()> {
        let n = network.params().len();
        self.optimizer.check(n)?;
        self.plateau.map_or(Ok(()), |plateau| plateau.check())?;
        self.average.as_ref().map_or(Ok(()), |average| average.check(n))?;
        if !self.walking.is_empty() {
            check::size("walking", "numbers", n, self.walking.len())?;
        }
        match self.walking.iter().position(|v| !v.is_finite()) {
            None => Ok(()),
            Some(row) => Err(Error::NonFinite { what: "walking", row, column: 0 }),
        }
    }
}

impl Trainer {
    /// The state before the first step of a network.
    pub fn start<F: Float>(&self, network: &Network<F>) -> TrainerState<F> {
        TrainerState {
            optimizer: self.optimizer.start(network.params().len()),
            steps: 0,
            epochs: 0,
            plateau: self.plateau.map(|plateau| plateau.start()),
            average: self.average.map(|average| average.start(network.params())),
            walking: Vec::new(),
        }
    }
}
