//! All rows at once: the cost as one function of all parameters, and L-BFGS walking down it.
//!
//! 1. The cost and its gradient at the weights so far: the rows go through in batches that memory holds, in order.
//! 2. L-BFGS makes a direction of them and of its last steps, and searches along it: once more the cost, or a few times.
//! 3. The rows held back are asked, the watcher is shown, the weights are kept.

use super::{
    data::Data, epoch::Bench, evaluate::Judge, fit::Watcher, history::History, ledger::Ledger, params::Trainer,
    state::TrainerState,
};
use crate::{losses::Loss, network::Network};
use cairn_optim::{Lbfgs, Objective};
use cairn_traits::{Error, Float, Result, Stop};
use std::ops::ControlFlow;

/// The cost of all training rows and the penalty, as a function of the parameters.
struct Cost<'a, F: Float> {
    bench: Bench<'a, F>,
    /// The search tries parameters here.
    network: Network<F>,
    failure: Option<Error>,
}

impl<F: Float> Objective for Cost<'_, F> {
    fn value_gradient(&mut self, at: &[f64], gradient: &mut [f64]) -> f64 {
        put(at, &mut self.network);
        match self.bench.cost(self.bench.data.rows, &mut self.network, 0) {
            Ok(cost) => {
                if self.bench.first_cost.is_nan() {
                    self.bench.first_cost = cost;
                }
                gradient.iter_mut().zip(self.bench.gradient()).for_each(|(to, slope)| *to = slope.to_f64());
                cost
            }
            Err(failure) => {
                self.failure = Some(failure);
                f64::NAN
            }
        }
    }
}

/// The parameters, in the network's precision. L-BFGS adds up its steps in double precision.
fn put<F: Float>(at: &[f64], network: &mut Network<F>) {
    network.params_mut().iter_mut().zip(at).for_each(|(to, v)| *to = F::of(*v));
}

impl Trainer {
    /// [`Trainer::fit`] by L-BFGS; an iteration is an epoch.
    pub(super) fn fit_whole<F: Float>(
        &self,
        lbfgs: &Lbfgs,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
        data: &Data<'_, F>,
        watcher: &mut Watcher<'_, F>,
    ) -> Result<History> {
        let bench = Bench::whole(self, network, loss, *data);
        let mut cost = Cost { bench, network: network.clone(), failure: None };
        let mut judge = Judge::new(loss, *data, network.outputs());
        let mut ledger = Ledger::new(self, network);
        let mut at: Vec<f64> = network.params().iter().map(|v| v.to_f64()).collect();
        let mut before = at.clone();
        let mut enough = None;
        let minimum = lbfgs.minimize(&mut cost, &mut at, &mut |progress, at| {
            let length = before.iter().zip(at).map(|(a, b)| (b - a) * (b - a)).sum::<f64>().sqrt();
            before.copy_from_slice(at);
            put(at, network);
            enough = match judge.epoch(network, progress.loss, length) {
                Some(epoch) => ledger.note(epoch, network, watcher),
                None => Some(Stop::Diverged),
            };
            if enough.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Some(failure) = cost.failure {
            return Err(failure);
        }
        let stop = enough.unwrap_or(minimum?.convergence.stop);
        if stop == Stop::Diverged {
            ledger.restore(network);
        }
        let steps = ledger.len() as u64;
        *state = TrainerState { steps: state.steps + steps, epochs: state.epochs + steps, ..self.start(network) };
        Ok(ledger.close(stop, cost.bench.first_cost, network, state))
    }
}
