//! One epoch: every row once.

use super::{
    data::{Batch, Data},
    params::Trainer,
    shuffle,
    state::TrainerState,
};
use crate::{layers::kernels, losses::Loss, network::Network, workspace::Workspace};
use cairn_numeric::stream;
use cairn_optim::{FirstOrder, clip_norm, clip_value};
use cairn_traits::{Error, Float, Result};

/// What a training works with. Made once; an epoch after the first allocates nothing.
#[derive(Debug)]
pub(crate) struct Bench<'a, F: Float> {
    pub(crate) trainer: &'a Trainer,
    pub(crate) loss: &'a Loss,
    pub(crate) data: Data<'a, F>,
    room: Workspace<F>,
    batch: Batch<F>,
    order: Vec<usize>,
    /// The cost before the first step of all.
    pub(crate) first_cost: f64,
}

impl<'a, F: Float> Bench<'a, F> {
    /// For steps by batches.
    pub(crate) fn new(trainer: &'a Trainer, network: &Network<F>, loss: &'a Loss, data: Data<'a, F>) -> Self {
        let room = network.workspace(trainer.batch_size.min(data.rows.len()));
        Self::within(room, trainer, network, loss, data)
    }

    /// For gradients of all rows at once.
    pub(crate) fn whole(trainer: &'a Trainer, network: &Network<F>, loss: &'a Loss, data: Data<'a, F>) -> Self {
        Self::within(network.workspace_for_all(data.rows.len()), trainer, network, loss, data)
    }

    fn within(
        room: Workspace<F>,
        trainer: &'a Trainer,
        network: &Network<F>,
        loss: &'a Loss,
        data: Data<'a, F>,
    ) -> Self {
        let batch = Batch::new(&data, network.outputs(), room.capacity());
        Self { trainer, loss, data, room, batch, order: Vec::new(), first_cost: f64::NAN }
    }

    /// All rows once. The mean of the losses, each seen before its step, with the penalty.
    ///
    /// # Errors
    /// [`Error::Diverged`] with the number of the step of this epoch, from 1, whose cost is not finite.
    pub(crate) fn epoch(&mut self, network: &mut Network<F>, state: &mut TrainerState<F>) -> Result<f64> {
        let trainer = self.trainer;
        self.order.clear();
        self.order.extend_from_slice(self.data.rows);
        if trainer.shuffle {
            shuffle(&mut self.order, &mut stream(trainer.seed, state.epochs + 1));
        }
        state.walk_on(network);
        // out of the way of the steps, and back
        let order = std::mem::take(&mut self.order);
        let n = order.len() as f64;
        let mut sum = 0.0;
        let mut outcome = Ok(());
        for (i, group) in order.chunks(self.room.capacity().saturating_mul(trainer.accumulate)).enumerate() {
            let cost = match self.step(group, network, state) {
                Ok(cost) if cost.is_finite() => cost,
                lost => {
                    outcome = lost.and(Err(Error::Diverged { step: i + 1 }));
                    break;
                }
            };
            if self.first_cost.is_nan() {
                self.first_cost = cost;
            }
            sum += cost * group.len() as f64;
        }
        self.order = order;
        outcome?;
        state.epochs += 1;
        state.settle(network)?;
        Ok(sum / n)
    }

    /// The cost of a group of rows, and its gradient in [`Bench::gradient`]: the mean over the rows, batch by batch, and the
    /// penalty. `first` is the number of the first batch, for what is drawn. If the cost is not finite, there is no gradient.
    pub(crate) fn cost(&mut self, group: &[usize], network: &mut Network<F>, first: u64) -> Result<f64> {
        let Self { trainer, loss, data, room, batch, .. } = self;
        let outputs = network.outputs();
        let mut cost = 0.0;
        for (i, rows) in group.chunks(room.capacity()).enumerate() {
            room.load(rows.len(), |range, x| data.gather(&rows[range], x))?;
            let expected = batch.gather(data, rows, group.len() as f64);
            room.keep_gradient(i > 0);
            // dropout has a seed of its own, so that its streams are not those of the orders
            let seed = (!trainer.seed, first + i as u64);
            cost += network.cost_and_gradient_by(room, seed, |samples, y, dy| {
                loss.evaluate_fitting(outputs, y, &expected.part(samples, outputs), dy)
            })?;
            if !cost.is_finite() {
                return Ok(cost);
            }
            network.follow(room)?;
        }
        Ok(cost + shrink(trainer.l2 / data.rows.len() as f64, network, room.gradient_mut()))
    }

    /// The gradient of the last cost.
    pub(crate) fn gradient(&self) -> &[F] {
        self.room.gradient()
    }

    /// One step along the gradient of the mean over a group of rows. The cost before it; if that is not finite, nothing has
    /// moved.
    fn step(&mut self, group: &[usize], network: &mut Network<F>, state: &mut TrainerState<F>) -> Result<f64> {
        let cost = self.cost(group, network, state.steps.wrapping_mul(self.trainer.accumulate as u64))?;
        if !cost.is_finite() {
            return Ok(cost);
        }
        let Self { trainer, room, .. } = self;
        if let Some(most) = trainer.clip_norm {
            let length = clip_norm(room.gradient_mut(), most);
            if !length.is_finite() {
                return Ok(length);
            }
        }
        if let Some(most) = trainer.clip_value {
            clip_value(room.gradient_mut(), most);
        }
        let rate = trainer.rate().at(state.steps) * state.factor();
        trainer.optimizer.step(&mut state.optimizer, rate, network.params_mut(), room.gradient())?;
        state.steps += 1;
        if let Some(average) = &mut state.average {
            average.update(network.params())?;
        }
        Ok(cost)
    }
}

/// Adds the penalty's slope to the gradient, and answers the penalty.
fn shrink<F: Float>(l2: f64, network: &Network<F>, gradient: &mut [F]) -> f64 {
    if l2 == 0.0 {
        return 0.0;
    }
    let mut squares = 0.0;
    for range in network.weight_ranges() {
        let weights = &network.params()[range.clone()];
        kernels::add_scaled(&mut gradient[range], F::of(l2), weights);
        squares += kernels::squares(weights);
    }
    0.5 * l2 * squares
}
