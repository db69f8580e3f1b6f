//! Training rows with their targets, which are averaged.

use crate::weights::Weights;
use cairn_neighbors::Index;
use cairn_traits::{DMatrix, DVector, Float, Outputs, Result, check, matrix};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Averages<F: Float, Y: Outputs<F>> {
    pub(crate) index: Index<F>,
    /// n_outputs x n_samples: what belongs to a row is contiguous.
    #[serde(with = "matrix")]
    targets: DMatrix<F>,
    weights: Weights,
    #[serde(skip)]
    outputs: PhantomData<fn() -> Y>,
}

impl<F: Float, Y: Outputs<F>> Averages<F, Y> {
    pub(crate) fn new(index: Index<F>, y: &Y, weights: Weights) -> Result<Self> {
        check::targets(y.as_columns(), index.n_points())?;
        Ok(Self { index, targets: y.as_columns().transpose(), weights, outputs: PhantomData })
    }

    /// The mean of the targets of each row's neighbours: n_samples x n_outputs.
    pub(crate) fn means<'a>(&self, neighbors: impl ExactSizeIterator<Item = (&'a [usize], &'a [F])>) -> DMatrix<F> {
        let mut means = DMatrix::zeros(neighbors.len(), self.targets.nrows());
        for (row, (indices, distances)) in neighbors.enumerate() {
            let total: F = self.weights.of(distances).sum();
            for (&index, weight) in indices.iter().zip(self.weights.of(distances)) {
                let share = weight / total;
                for (output, &target) in self.targets.column(index).iter().enumerate() {
                    means[(row, output)] += share * target;
                }
            }
        }
        means
    }

    /// The mean of all targets.
    pub(crate) fn all_means(&self) -> DVector<F> {
        self.targets.column_mean()
    }

    pub(crate) fn check(&self) -> Result<()> {
        check::columns("targets", self.index.n_points(), self.targets.ncols())?;
        check::outputs::<F, Y>("targets", self.targets.nrows())
    }
}
