//! What is kept of a fit: the epochs, and the weights to come back to.

use super::{
    fit::Watcher,
    history::{Epoch, History},
    params::Trainer,
    state::TrainerState,
};
use crate::network::Network;
use cairn_traits::{Convergence, Float, Progress, Stop};

/// The weights to come back to.
struct Kept<F> {
    params: Vec<F>,
    running: Vec<F>,
    epoch: usize,
    /// What is watched: the loss of the rows held back, or of the training rows.
    watched: f64,
}

impl<F: Float> Kept<F> {
    fn of(network: &Network<F>) -> Self {
        let (params, running) = (network.params().to_vec(), network.running().to_vec());
        Self { params, running, epoch: 0, watched: f64::INFINITY }
    }

    fn keep(&mut self, network: &Network<F>, epoch: usize, watched: f64) {
        self.params.copy_from_slice(network.params());
        self.running.copy_from_slice(network.running());
        (self.epoch, self.watched) = (epoch, watched);
    }

    fn restore(&self, network: &mut Network<F>) {
        network.params_mut().copy_from_slice(&self.params);
        network.running_mut().copy_from_slice(&self.running);
    }
}

/// The epochs of a fit, the last sound weights, and the best where early stopping asks for them.
pub(crate) struct Ledger<'a, F: Float> {
    trainer: &'a Trainer,
    epochs: Vec<Epoch>,
    sound: Kept<F>,
    best: Option<Kept<F>>,
}

impl<'a, F: Float> Ledger<'a, F> {
    pub(crate) fn new(trainer: &'a Trainer, network: &Network<F>) -> Self {
        Self {
            trainer,
            epochs: Vec::with_capacity(trainer.epochs.min(1 << 16)),
            sound: Kept::of(network),
            best: trainer.early_stopping.then(|| Kept::of(network)),
        }
    }

    /// Epochs done.
    pub(crate) fn len(&self) -> usize {
        self.epochs.len()
    }

    /// Takes in an epoch and the network it left, and shows them. Answers why that is enough, if it is.
    pub(crate) fn note(&mut self, epoch: Epoch, network: &Network<F>, watcher: &mut Watcher<'_, F>) -> Option<Stop> {
        self.epochs.push(epoch);
        let (number, watched) = (self.len(), epoch.watched());
        self.sound.keep(network, number, watched);
        if let Some(best) = &mut self.best
            && watched < best.watched - self.trainer.tol
        {
            best.keep(network, number, watched);
        }
        let mut progress = Progress::new(number, self.trainer.epochs, epoch.loss);
        progress.validation_loss = epoch.validation_loss;
        if watcher(&progress, network).is_break() {
            return Some(Stop::Interrupted);
        }
        let patience = self.trainer.n_iter_no_change;
        let enough = self.best.as_ref().is_some_and(|best| number - best.epoch >= patience);
        let stop = if epoch.validation_loss.is_some() { Stop::EarlyStopped } else { Stop::Converged };
        enough.then_some(stop)
    }

    /// Back to the last sound weights.
    pub(crate) fn restore(&self, network: &mut Network<F>) {
        self.sound.restore(network);
    }

    /// The history, and the network as it is to be left. `first_cost` is that of the network that came in.
    pub(crate) fn close(
        self,
        stop: Stop,
        first_cost: f64,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
    ) -> History {
        let Self { epochs, sound, best, .. } = self;
        let kept = best.filter(|best| best.epoch > 0);
        if let Some(best) = &kept {
            best.restore(network);
            // what goes on from here goes on from these
            state.walking.clear();
        }
        let Kept { epoch: best, watched, .. } = kept.unwrap_or(sound);
        // where no epoch was sound the network is the one that came in
        let objective = if watched.is_finite() { watched } else { first_cost };
        History { convergence: Convergence { n_iter: epochs.len(), objective, stop }, epochs, best }
    }
}
