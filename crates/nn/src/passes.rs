//! Forward and backward through the list of layers.
//!
//! A run of layers that do not couple samples goes through a block in one piece. Before a layer that does, all blocks have
//! come so far, and its sums are folded.

use crate::{
    contract::{Layer, Mode, Pass, Seen},
    layers::{AnyLayer, Step, kernels},
    losses::{Expected, Loss},
    network::Network,
    workspace::{Block, Workspace, each},
};
use cairn_numeric::Parallelism;
use cairn_traits::{Float, Result};
use std::ops::Range;

/// What is the same for all layers and blocks of a pass.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    mode: Mode,
    seed: (u64, u64),
    batch: usize,
    parallelism: Parallelism,
    fresh_gradient: bool,
}

impl Told {
    fn of<F: Float>(w: &Workspace<F>) -> Self {
        let (mode, seed) = w.pass;
        let (parallelism, fresh_gradient) = (w.parallelism(), w.fresh_gradient());
        Self { mode, seed, batch: w.batch, parallelism, fresh_gradient }
    }

    /// Samples that are answered in one piece, on their own.
    pub(crate) fn answering(samples: usize) -> Self {
        let (mode, parallelism) = (Mode::Infer, Parallelism::Pool);
        Self { mode, seed: (0, 0), batch: samples, parallelism, fresh_gradient: false }
    }

    /// The random stream of a layer and block in this step: a seed for each step, a stream for each layer and block.
    fn stream(&self, layer: usize, first: usize) -> (u64, u64) {
        const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
        (self.seed.0 ^ self.seed.1.wrapping_mul(GOLDEN), ((layer as u64) << 32) | (first as u64))
    }
}

impl<F: Float> Network<F> {
    /// The memory for learning from batches of up to so many samples.
    ///
    /// # Complexity
    /// Two numbers for each output of each layer and sample, and the parameters' gradient once for each block.
    pub fn workspace(&self, samples: usize) -> Workspace<F> {
        Workspace::new(&self.places, samples, self.block_width(samples), false)
    }

    /// The same, with the slope of the cost by what comes in: see [`Workspace::write_input_gradient`].
    pub fn workspace_with_input_gradient(&self, samples: usize) -> Workspace<F> {
        Workspace::new(&self.places, samples, self.block_width(samples), true)
    }

    /// A workspace cut into blocks of another width: results differ by rounding alone.
    pub fn workspace_in_blocks(&self, samples: usize, width: usize) -> Workspace<F> {
        Workspace::new(&self.places, samples, width, true)
    }

    /// The memory for gradients of all of `samples`, batch after batch: blocks enough for several threads, as long as their
    /// gradients stay small; else one block, whose products are shared. A rule of shapes alone.
    pub(crate) fn workspace_for_all(&self, samples: usize) -> Workspace<F> {
        const NUMBERS: usize = 1 << 22;
        const BLOCKS: usize = 16;
        let (outputs, params) = self.counts();
        let width = if params >= 16 * outputs { 128 } else { 16 };
        let blocks = if BLOCKS * (params + width * outputs) <= NUMBERS { BLOCKS } else { 1 };
        let width = if blocks == 1 { 512 } else { width };
        Workspace::new(&self.places, samples.min(blocks * width), width.min(samples), false)
    }

    /// Numbers that all layers put out for a sample, and parameters.
    fn counts(&self) -> (usize, usize) {
        (self.places.iter().map(|place| place.sizes.outputs).sum(), self.params().len())
    }

    /// Samples in a block: the whole batch where parameters are many beside the numbers that layers put out, or the work
    /// is too little to share; else 16. A rule of shapes alone, never of threads.
    fn block_width(&self, samples: usize) -> usize {
        const FEW: usize = 1 << 20;
        let (outputs, params) = self.counts();
        let whole = params >= 16 * outputs || (outputs + params).saturating_mul(samples) < FEW;
        if whole { samples } else { 16 }
    }

    /// What comes out for the batch that was loaded; [`Workspace::outputs`] has it.
    ///
    /// `seed` is that of what is drawn, and the number of the step: dropout draws anew in each.
    ///
    /// # Errors
    /// [`TooFewSamples`](cairn_traits::Error) if nothing is loaded, [`Shape`](cairn_traits::Error) if the workspace is another
    /// network's.
    pub fn forward(&self, w: &mut Workspace<F>, mode: Mode, seed: (u64, u64)) -> Result<()> {
        w.check_for(self)?;
        w.pass = (mode, seed);
        let (told, last) = (Told::of(w), self.places.len());
        let mut start = 0;
        while start < last {
            if self.couples(start, mode) {
                self.gather(start, w);
            }
            let end = (start + 1..last).find(|&i| self.couples(i, mode)).unwrap_or(last);
            let active = w.batch.div_ceil(w.width);
            let (blocks, sums) = (&mut w.blocks[..active], &w.sums);
            each(blocks, |block| {
                let mut i = start;
                while i < end {
                    i += self.forward_layer(i, &told, &sums[i], block);
                }
            });
            start = end;
        }
        Ok(())
    }

    /// The gradient of the cost whose slope by the outputs was set, after a [`Network::forward`]:
    /// [`Workspace::gradient`] has it.
    ///
    /// # Errors
    /// Those of [`Network::forward`].
    pub fn backward(&self, w: &mut Workspace<F>) -> Result<()> {
        w.check_for(self)?;
        let (told, last, wanted) = (Told::of(w), self.places.len(), w.input_gradient);
        w.begin_backward();
        let mut end = last;
        while end > 0 {
            let start = (0..end).rev().find(|&i| self.couples(i, told.mode)).unwrap_or(0);
            let coupled = self.couples(start, told.mode);
            let active = w.batch.div_ceil(w.width);
            let (blocks, sums) = (&mut w.blocks[..active], &w.sums);
            each(blocks, |block| {
                let mut i = end;
                while i > start + usize::from(coupled) {
                    i -= self.backward_layer(i - 1, &told, &sums[i - 1], block, wanted);
                }
            });
            if coupled {
                self.gather_back(start, &told, w);
                let sums = &w.sums;
                each(&mut w.blocks[..active], |block| {
                    self.backward_layer(start, &told, &sums[start], block, wanted);
                });
            }
            end = start;
        }
        w.fold_gradient();
        Ok(())
    }

    /// One learning pass over the loaded batch: the cost, and its gradient in [`Workspace::gradient`].
    ///
    /// # Errors
    /// Those of [`Network::forward`] and [`Loss::check`].
    pub fn cost_and_gradient(
        &self,
        w: &mut Workspace<F>,
        seed: (u64, u64),
        loss: &Loss,
        expected: &Expected<'_, F>,
    ) -> Result<f64> {
        let outputs = self.outputs();
        loss.check(outputs, w.batch, expected)?;
        self.cost_and_gradient_by(w, seed, |samples, y, dy| {
            loss.evaluate_fitting(outputs, y, &expected.part(samples, outputs), dy)
        })
    }

    /// The same for any cost: `cost(samples, y, dy)` answers the share of these samples and writes its slope by `y`.
    ///
    /// # Errors
    /// Those of [`Network::forward`].
    pub fn cost_and_gradient_by(
        &self,
        w: &mut Workspace<F>,
        seed: (u64, u64),
        cost: impl Fn(Range<usize>, &[F], &mut [F]) -> f64 + Send + Sync,
    ) -> Result<f64> {
        self.forward(w, Mode::Train, seed)?;
        let (outputs, last) = (self.outputs(), self.places.len());
        each(w.active_mut(), |block| {
            let (used, samples) = (block.used(outputs), block.first..block.first + block.samples);
            if let Some(dy) = block.dy.get_mut(last) {
                block.cost = cost(samples, &block.y[last][used.clone()], &mut dy[used]);
            }
        });
        self.backward(w)?;
        Ok(w.active().iter().map(|block| block.cost).sum())
    }

    /// Takes the batch's means and variances into the running ones, after a learning pass.
    ///
    /// # Errors
    /// Those of [`Network::forward`].
    pub fn follow(&mut self, w: &Workspace<F>) -> Result<()> {
        w.check_for(self)?;
        if w.pass.0 == Mode::Train {
            self.absorb(&w.sums, w.batch);
        }
        Ok(())
    }

    fn couples(&self, i: usize, mode: Mode) -> bool {
        mode == Mode::Train && self.places[i].sizes.sums > 0
    }

    pub(crate) fn pass<'a>(
        &'a self,
        i: usize,
        told: &Told,
        sums: &'a [f64],
        first: usize,
        samples: usize,
        lengths: &'a [usize],
    ) -> Pass<'a, F> {
        let place = &self.places[i];
        Pass {
            mode: told.mode,
            params: &self.params()[place.params..][..place.sizes.params],
            running: &self.running()[place.running..][..place.sizes.running],
            samples,
            batch: told.batch,
            lengths: (!lengths.is_empty()).then_some(lengths),
            sums,
            seed: told.stream(i, first),
            parallelism: told.parallelism,
            fresh: (!place.shared, told.fresh_gradient),
        }
    }

    /// The sums of a layer that couples samples.
    fn gather(&self, i: usize, w: &mut Workspace<F>) {
        let Step::Layer(layer) = self.layer(i).step::<F>() else { return };
        each(w.active_mut(), |block| {
            let used = block.used(self.places[i].sizes.inputs);
            block.sums[i].fill(0.0);
            layer.gather(&block.y[i][used], &mut block.sums[i]);
        });
        fold_sums(i, w);
    }

    fn gather_back(&self, i: usize, told: &Told, w: &mut Workspace<F>) {
        let Step::Layer(layer) = self.layer(i).step::<F>() else { return };
        let active = w.batch.div_ceil(w.width);
        let total = &w.sums[i];
        each(&mut w.blocks[..active], |block| {
            let Block { y, dy, cache, sums, first, samples, lengths, .. } = block;
            let (sizes, n) = (self.places[i].sizes, *samples);
            let seen = Seen {
                x: &y[i][..sizes.inputs * n],
                y: &y[i + 1][..sizes.outputs * n],
                cache: &cache[i][..sizes.cache * n],
            };
            layer.gather_back(
                self.pass(i, told, total, *first, n, lengths),
                seen,
                &dy[i + 1][..sizes.outputs * n],
                &mut sums[i],
            );
        });
        fold_sums(i, w);
    }

    /// Answers how many layers it did: a dense layer and its activation go at once.
    fn forward_layer(&self, i: usize, told: &Told, sums: &[f64], block: &mut Block<F>) -> usize {
        let (place, n) = (&self.places[i], block.samples);
        let (sizes, done) = (place.sizes, place.steps());
        let (before, after) = block.y.split_at_mut(i + 1);
        let earlier = self.earlier(i).map(|from| &before[from][..sizes.inputs * n]);
        let x = (&before[i][..sizes.inputs * n], earlier);
        let pass = self.pass(i, told, sums, block.first, n, &block.lengths);
        let cache = Some(&mut block.cache[i][..sizes.cache * n]);
        self.apply(i, pass, x, &mut after[done - 1][..sizes.outputs * n], cache, &mut block.scratch);
        done
    }

    /// Where what layer `i` adds stood, if it is a residual.
    pub(crate) fn earlier(&self, i: usize) -> Option<usize> {
        if let AnyLayer::Add(add) = self.layer(i) { Some(add.from) } else { None }
    }

    /// Layer `i`, and the activation after it where they are fused. A residual takes in what stood `earlier` too.
    pub(crate) fn apply(
        &self,
        i: usize,
        pass: Pass<'_, F>,
        (x, earlier): (&[F], Option<&[F]>),
        y: &mut [F],
        cache: Option<&mut [F]>,
        scratch: &mut [F],
    ) {
        let place = &self.places[i];
        match (self.layer(i).step::<F>(), self.architecture().layers().get(i + 1)) {
            (Step::Add(_), _) => {
                y.copy_from_slice(x);
                kernels::add(y, earlier.unwrap_or_default());
            }
            (Step::Layer(layer), next) => match (self.layer(i), next) {
                (AnyLayer::Dense(dense), Some(AnyLayer::Activate(next))) if place.fused => {
                    dense.forward_activated(&pass, next.function, x, y);
                }
                _ => layer.forward(pass, x, y, cache, &mut scratch[..place.sizes.scratch]),
            },
        }
    }

    /// `wanted`: whether the slope by the network's input is asked for. Without it nothing is done before the first layer
    /// that learns. Answers how many layers it did, counted back from `i`.
    fn backward_layer(&self, i: usize, told: &Told, sums: &[f64], block: &mut Block<F>, wanted: bool) -> usize {
        let learned = |i: usize| wanted || self.places[i].params > 0;
        if i > 0 && self.places[i - 1].fused {
            self.backward_fused(i - 1, told, sums, block, learned(i - 1));
            return 2;
        }
        let place = &self.places[i];
        if !learned(i) && place.sizes.params == 0 {
            return 1;
        }
        let (sizes, n) = (place.sizes, block.samples);
        let (before, after) = block.dy.split_at_mut(i + 1);
        let dy = &after[0][..sizes.outputs * n];
        match self.layer(i).step::<F>() {
            Step::Layer(layer) => {
                let seen = Seen {
                    x: &block.y[i][..sizes.inputs * n],
                    y: &block.y[i + 1][..sizes.outputs * n],
                    cache: &block.cache[i][..sizes.cache * n],
                };
                let dx = if learned(i) { Some(&mut before[i][..sizes.inputs * n]) } else { None };
                let pass = self.pass(i, told, sums, block.first, n, &block.lengths);
                let grad = &mut block.grad[place.params..][..sizes.params];
                layer.backward(pass, seen, dy, dx, grad, &mut block.scratch[..sizes.scratch]);
            }
            Step::Add(add) => {
                for to in [i, add.from].into_iter().filter(|&to| learned(to)) {
                    kernels::add(&mut before[to][..sizes.inputs * n], dy);
                }
            }
        }
        1
    }

    /// The dense layer `i` and the activation after it, whose slopes are made in place.
    fn backward_fused(&self, i: usize, told: &Told, sums: &[f64], block: &mut Block<F>, learned: bool) {
        let (AnyLayer::Dense(dense), AnyLayer::Activate(next)) = (self.layer(i), self.layer(i + 1)) else { return };
        let (place, n) = (&self.places[i], block.samples);
        let sizes = place.sizes;
        let (before, after) = block.dy.split_at_mut(i + 1);
        let dy = &mut after[1][..sizes.outputs * n];
        let y = &block.y[i + 2][..sizes.outputs * n];
        next.function.backward_in_place(&[], y, dy);
        let seen = Seen { x: &block.y[i][..sizes.inputs * n], y, cache: &[] };
        let dx = if learned { Some(&mut before[i][..sizes.inputs * n]) } else { None };
        let pass = self.pass(i, told, sums, block.first, n, &block.lengths);
        dense.backward(pass, seen, dy, dx, &mut block.grad[place.params..][..sizes.params], &mut []);
    }
}

fn fold_sums<F: Float>(i: usize, w: &mut Workspace<F>) {
    let active = w.batch.div_ceil(w.width);
    w.sums[i].fill(0.0);
    for block in &w.blocks[..active] {
        w.sums[i].iter_mut().zip(&block.sums[i]).for_each(|(total, share)| *total += share);
    }
}
