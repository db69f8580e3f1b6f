//! Answering: the forward pass alone. What no later layer reads is written over.

use crate::{network::Network, passes::Told};
use cairn_traits::{Float, Result, check};
use rayon::prelude::*;
use std::ops::Range;

/// Samples that go through the layers together.
const SAMPLES: usize = 256;

/// The memory of one block: what stands between layers, room for their intermediate results, and the input where it has
/// to be made.
#[derive(Debug)]
struct Room<F> {
    slots: Vec<Vec<F>>,
    scratch: Vec<F>,
    x: Vec<F>,
}

impl<F: Float> Network<F> {
    /// Outputs x samples of inputs x samples, as the network answers.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Shape`] if `x` is not whole samples.
    ///
    /// # Complexity
    /// Memory beside the answers: two numbers for each output of the widest layer and each of 256 samples, on each thread;
    /// as many again for each residual under way.
    pub fn infer(&self, x: &[F]) -> Result<Vec<F>> {
        let inputs = self.inputs();
        let samples = x.len() / inputs;
        check::size("x", "numbers", samples * inputs, x.len())?;
        Ok(self.in_blocks(samples, |room, range, y| {
            self.answer(&x[range.start * inputs..range.end * inputs], room, y);
        }))
    }

    /// The same for input that is made block by block: `fill(samples, x)` writes inputs x samples, on any thread and in any
    /// order. Rows of a table can be turned so without a turned copy of all.
    ///
    /// # Examples
    /// ```
    /// use cairn_nn::{Architecture, Network};
    /// let network = Network::<f64>::new(Architecture::new(2).dense(3), 0)?;
    /// let columns = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    /// let found = network.infer_by(3, |samples, x| {
    ///     for (x, i) in x.chunks_mut(2).zip(samples) {
    ///         x.copy_from_slice(&[columns[0][i], columns[1][i]]);
    ///     }
    /// });
    /// assert_eq!(found, network.infer(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0])?);
    /// # Ok::<(), cairn_nn::Error>(())
    /// ```
    pub fn infer_by(&self, samples: usize, fill: impl Fn(Range<usize>, &mut [F]) + Send + Sync) -> Vec<F> {
        let inputs = self.inputs();
        self.in_blocks(samples, |room, range, y| {
            let mut x = std::mem::take(&mut room.x);
            x.resize(inputs * range.len(), F::zero());
            fill(range, &mut x);
            self.answer(&x, room, y);
            room.x = x;
        })
    }

    /// The answers, block by block.
    fn in_blocks(&self, samples: usize, block: impl Fn(&mut Room<F>, Range<usize>, &mut [F]) + Send + Sync) -> Vec<F> {
        let outputs = self.outputs();
        let mut y = vec![F::zero(); samples * outputs];
        if samples <= SAMPLES {
            if samples > 0 {
                block(&mut self.room(samples), 0..samples, &mut y);
            }
            return y;
        }
        y.par_chunks_mut(SAMPLES * outputs).enumerate().for_each_init(
            || self.room(SAMPLES),
            |room, (i, y)| {
                let first = i * SAMPLES;
                block(room, first..first + y.len() / outputs, y);
            },
        );
        y
    }

    fn room(&self, samples: usize) -> Room<F> {
        let mut slots: Vec<Vec<F>> = Vec::new();
        let mut i = 0;
        // the first reads the caller's input, the last writes the caller's output
        while i + self.places[i].steps() < self.places.len() {
            i += self.places[i].steps();
            let place = &self.places[i];
            if place.slot == slots.len() {
                slots.push(Vec::new());
            }
            let numbers = slots[place.slot].len().max(place.sizes.inputs * samples);
            slots[place.slot].resize(numbers, F::zero());
        }
        let scratch = self.places.iter().map(|place| place.sizes.scratch).max().unwrap_or(0);
        Room { slots, scratch: vec![F::zero(); scratch], x: Vec::new() }
    }

    /// One block through all layers.
    fn answer(&self, x: &[F], room: &mut Room<F>, y: &mut [F]) {
        let n = x.len() / self.inputs();
        let told = Told::answering(n);
        let Room { slots, scratch, .. } = room;
        let mut i = 0;
        while i < self.places.len() {
            let place = &self.places[i];
            let next = self.places.get(i + place.steps());
            // out of the way of what is read
            let mut out = next.map(|next| std::mem::take(&mut slots[next.slot]));
            let seen = |at: usize| {
                let place = &self.places[at];
                if at == 0 { x } else { &slots[place.slot][..place.sizes.inputs * n] }
            };
            let to = match &mut out {
                Some(out) => &mut out[..place.sizes.outputs * n],
                None => &mut *y,
            };
            let pass = self.pass(i, &told, &[], 0, n, &[]);
            self.apply(i, pass, (seen(i), self.earlier(i).map(seen)), to, None, scratch);
            if let (Some(next), Some(out)) = (next, out) {
                slots[next.slot] = out;
            }
            i += place.steps();
        }
    }
}
