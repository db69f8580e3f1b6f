//! Epoch after epoch, until they are done, the rows held back say "enough", the observer does, or the cost is lost.

use super::{
    data::Data,
    epoch::Bench,
    evaluate::Judge,
    history::{Epoch, History},
    ledger::Ledger,
    params::Trainer,
    state::TrainerState,
};
use crate::{losses::Loss, network::Network};
use cairn_traits::{Error, Float, Hyperparameters, Progress, Result, Stop, check};
use std::ops::ControlFlow;

/// What is shown after each epoch: progress and the network so far; `Break` ends the training there.
pub type Watcher<'a, F> = dyn FnMut(&Progress, &Network<F>) -> ControlFlow<()> + 'a;

impl Trainer {
    /// Teaches a network, going on from `state`.
    ///
    /// The weights left are those of the last epoch; with `early_stopping` those of the epoch whose loss was the lowest;
    /// where the cost left the finite numbers, those of the last epoch that was sound ([`Stop::Diverged`]), and the
    /// optimiser begins anew. L-BFGS begins anew in each fit.
    ///
    /// # Errors
    /// Hyperparameters out of range; layers that the optimiser cannot teach ([`Trainer::suits`]); data that does not
    /// fit the network or the loss; [`Error::Diverged`] if the first cost is not finite. The network and the state are
    /// then as they were.
    pub fn fit<F: Float>(
        &self,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
        data: &Data<'_, F>,
        watcher: &mut Watcher<'_, F>,
    ) -> Result<History> {
        self.validate()?;
        self.suits(network.architecture())?;
        state.check(network)?;
        data.check(network, loss)?;
        state.follow(self, network);
        match self.optimizer.minimizer() {
            Some(lbfgs) => self.fit_whole(&lbfgs.max_iter(self.epochs), network, state, loss, data, watcher),
            None => self.fit_batches(network, state, loss, data, watcher),
        }
    }

    fn fit_batches<F: Float>(
        &self,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
        data: &Data<'_, F>,
        watcher: &mut Watcher<'_, F>,
    ) -> Result<History> {
        let mut bench = Bench::new(self, network, loss, *data);
        let mut judge = Judge::new(loss, *data, network.outputs());
        let mut ledger = Ledger::new(self, network);
        let stop = loop {
            let first = ledger.len() == 0;
            let epoch = match self.sound_epoch(&mut bench, &mut judge, network, state, first) {
                Ok(Some(epoch)) => epoch,
                lost => {
                    ledger.restore(network);
                    lost?;
                    // what the optimiser remembers of the way there is of no use
                    *state = TrainerState { steps: state.steps, epochs: state.epochs, ..self.start(network) };
                    break Stop::Diverged;
                }
            };
            if let (Some(plateau), Some(seen)) = (&self.plateau, &mut state.plateau) {
                plateau.see(seen, epoch.watched());
            }
            if let Some(stop) = ledger.note(epoch, network, watcher) {
                break stop;
            }
            if ledger.len() == self.epochs {
                break Stop::MaxIter;
            }
        };
        Ok(ledger.close(stop, bench.first_cost, network, state))
    }

    /// One epoch and the loss of the rows held back; nothing if the finite numbers were left.
    fn sound_epoch<F: Float>(
        &self,
        bench: &mut Bench<'_, F>,
        judge: &mut Judge<'_, F>,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        first: bool,
    ) -> Result<Option<Epoch>> {
        let loss = match bench.epoch(network, state) {
            Ok(loss) => loss,
            Err(Error::Diverged { step: 1 }) if first => return Err(Error::Diverged { step: 1 }),
            Err(Error::Diverged { .. }) => return Ok(None),
            Err(other) => return Err(other),
        };
        let learning_rate = self.rate().at(state.steps.saturating_sub(1)) * state.factor();
        Ok(judge.epoch(network, loss, learning_rate))
    }

    /// The rows once, for data that keeps coming. On an error network and state are as they were.
    ///
    /// # Errors
    /// Those of [`Trainer::fit`]; [`Error::Diverged`] if the cost, or what was learned, is not finite; [`Error::Parameter`]
    /// for L-BFGS, which knows no other data than it has at hand.
    pub fn once<F: Float>(
        &self,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
        data: &Data<'_, F>,
    ) -> Result<f64> {
        self.validate()?;
        self.optimizer.check_steps()?;
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
