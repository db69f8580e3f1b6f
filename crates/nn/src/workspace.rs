//! The memory of passes: made once, used by every step.

use crate::{architecture::Place, contract::Mode, network::Network};
use cairn_numeric::Parallelism;
use cairn_traits::{Error, Float, Result, check};
use rayon::prelude::*;
use std::ops::Range;

/// The memory of one block of samples.
#[derive(Clone, Debug)]
pub(crate) struct Block<F> {
    /// Its first sample in the batch, and how many it holds now.
    pub(crate) first: usize,
    pub(crate) samples: usize,
    pub(crate) lengths: Vec<usize>,
    /// What goes into each layer, and last what comes out of the network.
    pub(crate) y: Vec<Vec<F>>,
    /// The slopes of the cost by `y`.
    pub(crate) dy: Vec<Vec<F>>,
    pub(crate) cache: Vec<Vec<F>>,
    pub(crate) scratch: Vec<F>,
    pub(crate) grad: Vec<F>,
    pub(crate) sums: Vec<Vec<f64>>,
    pub(crate) cost: f64,
}

impl<F: Float> Block<F> {
    fn new(places: &[Place], samples: usize, input_gradient: bool) -> Self {
        let zeros = |per_sample: usize| vec![F::zero(); per_sample * samples];
        // what lies between a dense layer and its activation is never written down
        let out = |p: &Place| if p.fused { 0 } else { p.sizes.outputs };
        let widths = places.first().map(|p| p.sizes.inputs).into_iter().chain(places.iter().map(out));
        let y: Vec<Vec<F>> = widths.map(zeros).collect();
        let dy = |(i, y): (usize, &Vec<F>)| if i > 0 || input_gradient { y.clone() } else { Vec::new() };
        let n_params = places.iter().map(|p| p.sizes.params).sum();
        Self {
            first: 0,
            samples: 0,
            lengths: Vec::new(),
            dy: y.iter().enumerate().map(dy).collect(),
            y,
            cache: places.iter().map(|p| zeros(p.sizes.cache)).collect(),
            scratch: vec![F::zero(); places.iter().map(|p| p.sizes.scratch).max().unwrap_or(0)],
            grad: vec![F::zero(); n_params],
            sums: places.iter().map(|p| vec![0.0; p.sizes.sums]).collect(),
            cost: 0.0,
        }
    }

    /// The numbers of the samples it holds now, of a buffer whose length is for as many as it can.
    pub(crate) fn used(&self, per_sample: usize) -> Range<usize> {
        0..per_sample * self.samples
    }
}

/// What passes of one network over batches of up to a certain size need: outputs and slopes of every layer, gradients.
///
/// [`crate::Network::workspace`] makes it; each [`Workspace::load`] puts a batch in. Nothing is allocated after that.
///
/// A batch is cut into blocks of samples by a rule of shapes: few parameters a number (convolution) 16 samples, so that
/// threads can share them; many (dense layers) the whole batch, so that the products are large. Each block has a gradient
/// of its own; they are added in order.
#[derive(Clone, Debug)]
pub struct Workspace<F> {
    pub(crate) blocks: Vec<Block<F>>,
    pub(crate) width: usize,
    capacity: usize,
    pub(crate) batch: usize,
    /// Over the whole batch, for each layer that gathers.
    pub(crate) sums: Vec<Vec<f64>>,
    /// Over all blocks; with one block its own gradient is the whole.
    total: Vec<F>,
    pub(crate) keep_gradient: bool,
    pub(crate) input_gradient: bool,
    pub(crate) pass: (Mode, (u64, u64)),
    places: Vec<Place>,
}

impl<F: Float> Workspace<F> {
    pub(crate) fn new(places: &[Place], capacity: usize, width: usize, input_gradient: bool) -> Self {
        let (capacity, width) = (capacity.max(1), width.max(1));
        let block = |first: usize| Block::new(places, width.min(capacity - first), input_gradient);
        let blocks: Vec<Block<F>> = (0..capacity).step_by(width).map(block).collect();
        let n_params = blocks.first().map_or(0, |block| block.grad.len());
        Self {
            width,
            capacity,
            batch: 0,
            sums: places.iter().map(|p| vec![0.0; p.sizes.sums]).collect(),
            total: vec![F::zero(); if blocks.len() > 1 { n_params } else { 0 }],
            blocks,
            keep_gradient: false,
            input_gradient,
            pass: (Mode::Infer, (0, 0)),
            places: places.to_vec(),
        }
    }

    /// The most samples it can hold.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The samples loaded.
    pub fn samples(&self) -> usize {
        self.batch
    }

    /// Puts a batch in: `fill(samples, x)` writes inputs x samples, block by block.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] for none, [`Error::Shape`] for more than [`Workspace::capacity`].
    pub fn load(&mut self, samples: usize, mut fill: impl FnMut(Range<usize>, &mut [F])) -> Result<()> {
        check::at_least("batch", 1, samples)?;
        if samples > self.capacity {
            return Err(Error::Shape { what: "batch", unit: "samples", expected: self.capacity, found: samples });
        }
        self.batch = samples;
        let inputs = self.places.first().map_or(0, |place| place.sizes.inputs);
        for (i, block) in self.blocks.iter_mut().enumerate() {
            block.first = (i * self.width).min(samples);
            block.samples = ((i + 1) * self.width).min(samples) - block.first;
            block.lengths.clear();
            if block.samples > 0 {
                let used = block.used(inputs);
                fill(block.first..block.first + block.samples, &mut block.y[0][used]);
            }
        }
        Ok(())
    }

    /// Puts a batch in that stands sample by sample in a slice.
    ///
    /// # Errors
    /// Those of [`Workspace::load`]; [`Error::Shape`] if `x` is not whole samples.
    pub fn load_slice(&mut self, x: &[F]) -> Result<()> {
        let inputs = self.places.first().map_or(1, |place| place.sizes.inputs);
        let samples = x.len() / inputs;
        check::size("batch", "numbers", samples * inputs, x.len())?;
        self.load(samples, |range, out| out.copy_from_slice(&x[range.start * inputs..range.end * inputs]))
    }

    /// How many steps of each loaded sequence count.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one for each sample.
    pub fn set_lengths(&mut self, lengths: &[usize]) -> Result<()> {
        check::size("lengths", "samples", self.batch, lengths.len())?;
        for block in &mut self.blocks {
            block.lengths.clear();
            block.lengths.extend_from_slice(&lengths[block.first..block.first + block.samples]);
        }
        Ok(())
    }

    /// Whether the next backward passes add to the gradient that is there, instead of beginning a new one.
    pub fn keep_gradient(&mut self, keep: bool) {
        self.keep_gradient = keep;
    }

    /// What came out, block by block: outputs x samples of each.
    pub fn outputs(&self) -> impl Iterator<Item = &[F]> {
        let outputs = self.places.last().map_or(0, |place| place.sizes.outputs);
        self.active().iter().filter_map(move |block| block.y.last().map(|y| &y[block.used(outputs)]))
    }

    /// What came out, copied to one slice of outputs x samples.
    ///
    /// # Errors
    /// [`Error::Shape`] for another length.
    pub fn write_outputs(&self, out: &mut [F]) -> Result<()> {
        let outputs = self.places.last().map_or(0, |place| place.sizes.outputs);
        check::size("outputs", "numbers", outputs * self.batch, out.len())?;
        for (part, block) in out.chunks_mut((self.width * outputs).max(1)).zip(self.outputs()) {
            part.copy_from_slice(block);
        }
        Ok(())
    }

    /// The slope of the cost by what came out, for [`crate::Network::backward`]: outputs x samples.
    ///
    /// # Errors
    /// [`Error::Shape`] for another length.
    pub fn set_output_gradient(&mut self, dy: &[F]) -> Result<()> {
        let outputs = self.places.last().map_or(0, |place| place.sizes.outputs);
        check::size("dy", "numbers", outputs * self.batch, dy.len())?;
        let active = self.n_active();
        for block in &mut self.blocks[..active] {
            let used = block.used(outputs);
            let place = block.first * outputs..(block.first + block.samples) * outputs;
            if let Some(last) = block.dy.last_mut() {
                last[used].copy_from_slice(&dy[place]);
            }
        }
        Ok(())
    }

    /// The slope of the cost by what came in, copied to a slice of inputs x samples: how another network that made the
    /// input learns from this one.
    ///
    /// # Errors
    /// [`Error::Shape`] for another length; [`Error::Format`] if the workspace was not made for it.
    pub fn write_input_gradient(&self, out: &mut [F]) -> Result<()> {
        if !self.input_gradient {
            return Err(Error::Format("workspace: expected one made with an input gradient, found one without".into()));
        }
        let inputs = self.places.first().map_or(0, |place| place.sizes.inputs);
        check::size("dx", "numbers", inputs * self.batch, out.len())?;
        for (part, block) in out.chunks_mut((self.width * inputs).max(1)).zip(self.active()) {
            part.copy_from_slice(&block.dy[0][block.used(inputs)]);
        }
        Ok(())
    }

    /// The slope of the cost by each parameter, after a backward pass.
    pub fn gradient(&self) -> &[F] {
        match &self.blocks[..] {
            [one] => &one.grad,
            _ => &self.total,
        }
    }

    /// The gradient, to clip or add to it.
    pub fn gradient_mut(&mut self) -> &mut [F] {
        match &mut self.blocks[..] {
            [one] => &mut one.grad,
            _ => &mut self.total,
        }
    }

    fn n_active(&self) -> usize {
        self.batch.div_ceil(self.width)
    }

    /// The blocks that hold samples.
    pub(crate) fn active(&self) -> &[Block<F>] {
        &self.blocks[..self.n_active()]
    }

    pub(crate) fn active_mut(&mut self) -> &mut [Block<F>] {
        let active = self.n_active();
        &mut self.blocks[..active]
    }

    /// A single block may share its products; of several each is one thread's.
    pub(crate) fn parallelism(&self) -> Parallelism {
        if self.n_active() == 1 { Parallelism::Pool } else { Parallelism::Sequential }
    }

    /// Whether it is this network's, and holds a batch.
    pub(crate) fn check_for(&self, network: &Network<F>) -> Result<()> {
        check::at_least("batch", 1, self.batch)?;
        check::size("workspace", "layers", network.places.len(), self.places.len())?;
        match network.places.iter().zip(&self.places).find(|(a, b)| a != b) {
            None => Ok(()),
            Some((a, b)) => {
                let (expected, found) = (a.sizes.outputs, b.sizes.outputs);
                Err(Error::Shape { what: "workspace", unit: "outputs", expected, found })
            }
        }
    }

    /// Whether the blocks' gradients begin anew.
    pub(crate) fn fresh_gradient(&self) -> bool {
        !(self.keep_gradient && self.blocks.len() == 1)
    }

    /// Zeros where the backward pass adds and nothing is to be kept.
    pub(crate) fn begin_backward(&mut self) {
        let (fresh, active) = (self.fresh_gradient(), self.n_active());
        if !self.keep_gradient {
            self.total.fill(F::zero());
        }
        let places = &self.places;
        each(&mut self.blocks[..active], |block| {
            for (i, place) in places.iter().enumerate() {
                if fresh && !place.overwrites {
                    block.grad[place.params..][..place.sizes.params].fill(F::zero());
                }
                if !place.overwrites || place.shared {
                    let used = block.used(place.sizes.inputs);
                    // the first has no slopes where nobody asks for them, and nothing lies within what is fused
                    block.dy[i].get_mut(used).unwrap_or_default().fill(F::zero());
                }
            }
        });
    }

    /// Adds the blocks' gradients in order; each stretch of parameters by one thread.
    pub(crate) fn fold_gradient(&mut self) {
        const STRETCH: usize = 1 << 14;
        if self.blocks.len() == 1 {
            return;
        }
        let active = self.n_active();
        let blocks = &self.blocks[..active];
        self.total.par_chunks_mut(STRETCH).enumerate().for_each(|(i, total)| {
            for block in blocks {
                crate::layers::kernels::add(total, &block.grad[i * STRETCH..][..total.len()]);
            }
        });
    }
}

/// Does the same to each block, in parallel where there are several.
pub(crate) fn each<F: Float>(blocks: &mut [Block<F>], work: impl Fn(&mut Block<F>) + Send + Sync) {
    match blocks {
        [one] => work(one),
        many => many.par_iter_mut().for_each(work),
    }
}
