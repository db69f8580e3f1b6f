//! Epoch after epoch, until they are done, the rows held back say "enough", the observer does, or the cost is lost.

use super::{
    data::Data,
    epoch::Bench,
    history::{Epoch, History},
    params::Trainer,
    state::TrainerState,
};
use crate::{losses::Loss, network::Network};
use cairn_traits::{Convergence, Error, Float, Hyperparameters, Progress, Result, Stop, check};
use std::ops::ControlFlow;

/// What is shown after each epoch: progress and the network so far; `Break` ends the training there.
pub type Watcher<'a, F> = dyn FnMut(&Progress, &Network<F>) -> ControlFlow<()> + 'a;

/// The weights to come back to.
struct Kept<F> {
    params: Vec<F>,
    running: Vec<F>,
    epoch: usize,
    /// What is watched: the loss of the rows held back, or of the training rows.
    watched: f64,
}

impl<F: Float> Kept<F> {
    fn of(network: &Network<F>, epoch: usize, watched: f64) -> Self {
        Self { params: network.params().to_vec(), running: network.running().to_vec(), epoch, watched }
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

impl Trainer {
    /// Teaches a network, going on from `state`.
    ///
    /// The weights left are those of the last epoch; with `early_stopping` those of the epoch whose loss was the lowest;
    /// where the cost left the finite numbers, those of the last epoch that was sound ([`Stop::Diverged`]), and the
    /// optimiser begins anew.
    ///
    /// # Errors
    /// Hyperparameters out of range; data that does not fit the network or the loss; [`Error::Diverged`] if the first
    /// cost is not finite. The network and the state are then as they were.
    pub fn fit<F: Float>(
        &self,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
        data: &Data<'_, F>,
        watcher: &mut Watcher<'_, F>,
    ) -> Result<History> {
        self.validate()?;
        state.check(network)?;
        data.check(network, loss)?;
        state.follow(self, network);
        let mut bench = Bench::new(self, network, loss, *data);
        let mut sound = Kept::of(network, 0, f64::INFINITY);
        let mut best = self.early_stopping.then(|| Kept::of(network, 0, f64::INFINITY));
        let mut epochs = Vec::with_capacity(self.epochs.min(1 << 16));
        let stop = loop {
            let number = epochs.len() + 1;
            let epoch = match self.sound_epoch(&mut bench, network, state, number) {
                Ok(Some(epoch)) => epoch,
                lost => {
                    sound.restore(network);
                    lost?;
                    // what the optimiser remembers of the way there is of no use
                    *state = TrainerState { steps: state.steps, epochs: state.epochs, ..self.start(network) };
                    break Stop::Diverged;
                }
            };
            epochs.push(epoch);
            let watched = epoch.validation_loss.unwrap_or(epoch.loss);
            if let (Some(plateau), Some(seen)) = (&self.plateau, &mut state.plateau) {
                plateau.see(seen, watched);
            }
            sound.keep(network, number, watched);
            if let Some(best) = &mut best
                && watched < best.watched - self.tol
            {
                best.keep(network, number, watched);
            }
            let mut progress = Progress::new(number, self.epochs, epoch.loss);
            progress.validation_loss = epoch.validation_loss;
            if watcher(&progress, network).is_break() {
                break Stop::Interrupted;
            }
            if best.as_ref().is_some_and(|best| number - best.epoch >= self.n_iter_no_change) {
                break if data.held.is_empty() { Stop::Converged } else { Stop::EarlyStopped };
            }
            if number == self.epochs {
                break Stop::MaxIter;
            }
        };
        let kept = best.filter(|best| best.epoch > 0);
        if let Some(best) = &kept {
            best.restore(network);
            // what goes on from here goes on from these
            state.walking.clear();
        }
        let (best, objective) = kept.map_or((sound.epoch, sound.watched), |best| (best.epoch, best.watched));
        // where no epoch was sound the network is the one that came in
        let objective = if objective.is_finite() { objective } else { bench.first_cost };
        Ok(History { convergence: Convergence { n_iter: epochs.len(), objective, stop }, epochs, best })
    }

    /// One epoch and the loss of the rows held back; nothing if the finite numbers were left.
    fn sound_epoch<F: Float>(
        &self,
        bench: &mut Bench<'_, F>,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        number: usize,
    ) -> Result<Option<Epoch>> {
        let loss = match bench.epoch(network, state) {
            Ok(loss) => loss,
            Err(Error::Diverged { step: 1 }) if number == 1 => return Err(Error::Diverged { step: 1 }),
            Err(Error::Diverged { .. }) => return Ok(None),
            Err(other) => return Err(other),
        };
        let quality = match bench.data.held {
            [] => None,
            held => Some(bench.evaluate(network, held)?),
        };
        let lost = quality.as_ref().is_some_and(|quality| !quality.loss.is_finite());
        if lost || !loss.is_finite() || network.check().is_err() {
            return Ok(None);
        }
        let learning_rate = self.rate().at(state.steps.saturating_sub(1)) * state.factor();
        let validation_score = quality.as_ref().and_then(|quality| quality.score);
        Ok(Some(Epoch { loss, validation_loss: quality.map(|quality| quality.loss), validation_score, learning_rate }))
    }

    /// The rows once, for data that keeps coming. On an error network and state are as they were.
    ///
    /// # Errors
    /// Those of [`Trainer::fit`]; [`Error::Diverged`] if the cost, or what was learned, is not finite.
    pub fn once<F: Float>(
        &self,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
        data: &Data<'_, F>,
    ) -> Result<f64> {
        self.validate()?;
        state.check(network)?;
        data.check(network, loss)?;
        check::size("held", "rows", 0, data.held.len())?;
        let before = (network.clone(), state.clone());
        state.follow(self, network);
        let mut bench = Bench::new(self, network, loss, *data);
        let found = bench.epoch(network, state).and_then(|loss| {
            let lost = Error::Diverged { step: state.epochs as usize };
            network.check().map_or(Err(lost), |()| Ok(loss))
        });
        if found.is_err() {
            (*network, *state) = before;
        }
        found
    }
}
