//! Rows as a trainer takes them, and a batch of them.

use crate::{
    losses::{Expected, Loss, Targets},
    network::Network,
};
use cairn_traits::{Error, Float, Result, check};

/// Samples, what belongs to them, and which of them to learn from.
#[derive(Clone, Copy, Debug)]
pub struct Data<'a, F> {
    /// inputs x samples: the numbers of one sample stand side by side.
    pub x: &'a [F],
    /// What belongs to the samples.
    pub targets: Targets<'a, F>,
    /// How much each sample counts, 1 on average; none: all 1.
    pub weights: Option<&'a [F]>,
    /// The numbers of the samples to learn from.
    pub rows: &'a [usize],
    /// The numbers of those held back, whose loss is watched; may be empty.
    pub held: &'a [usize],
}

impl<F: Float> Data<'_, F> {
    /// Whether everything is as long as it should be, and every number of a row that of a sample.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::TooFewSamples`], [`Error::Domain`], and those of [`Loss::check`].
    pub(crate) fn check(&self, network: &Network<F>, loss: &Loss) -> Result<()> {
        let samples = self.x.len() / network.inputs();
        check::size("x", "numbers", samples * network.inputs(), self.x.len())?;
        check::at_least("x", 1, self.rows.len())?;
        let all = Expected { targets: self.targets, weights: self.weights, total: 1.0 };
        loss.check(network.outputs(), samples, &all)?;
        match self.rows.iter().chain(self.held).find(|&&row| row >= samples) {
            None => Ok(()),
            Some(&row) => {
                let requirement = "numbers below the number of samples";
                Err(Error::Domain { what: "rows", requirement, found: row as f64, row: None })
            }
        }
    }
}

/// A batch's targets and weights, in memory that is used again and again.
#[derive(Debug)]
pub(crate) struct Batch<F> {
    outputs: usize,
    numbers: Vec<F>,
    classes: Vec<usize>,
    weights: Vec<F>,
}

impl<F: Float> Data<'_, F> {
    /// Some rows of x, sample after sample.
    pub(crate) fn gather(&self, rows: &[usize], x: &mut [F]) {
        let inputs = x.len() / rows.len();
        for (x, &row) in x.chunks_exact_mut(inputs).zip(rows) {
            x.copy_from_slice(&self.x[row * inputs..(row + 1) * inputs]);
        }
    }
}

impl<F: Float> Batch<F> {
    /// For up to so many samples.
    pub(crate) fn new(data: &Data<'_, F>, outputs: usize, samples: usize) -> Self {
        let of = |n: usize, wanted: bool| if wanted { n } else { 0 };
        let numbers = matches!(data.targets, Targets::Numbers(_));
        Self {
            outputs,
            numbers: vec![F::zero(); of(outputs * samples, numbers)],
            classes: vec![0; of(samples, !numbers)],
            weights: vec![F::zero(); of(samples, data.weights.is_some())],
        }
    }

    /// Gathers what belongs to some rows. `total` is what the cost is divided by.
    pub(crate) fn gather(&mut self, data: &Data<'_, F>, rows: &[usize], total: f64) -> Expected<'_, F> {
        let Self { outputs, numbers, classes, weights } = self;
        let outputs = *outputs;
        let targets = match data.targets {
            Targets::Numbers(t) => {
                for (out, &row) in numbers.chunks_exact_mut(outputs).zip(rows) {
                    out.copy_from_slice(&t[row * outputs..(row + 1) * outputs]);
                }
                Targets::Numbers(&numbers[..outputs * rows.len()])
            }
            Targets::Classes(t) => {
                classes.iter_mut().zip(rows).for_each(|(out, &row)| *out = t[row]);
                Targets::Classes(&classes[..rows.len()])
            }
        };
        let weights = data.weights.map(|own| {
            weights.iter_mut().zip(rows).for_each(|(out, &row)| *out = own[row]);
            &weights[..rows.len()]
        });
        Expected { targets, weights, total }
    }
}
