//! Training rows with their classes, which vote.

use crate::weights::Weights;
use cairn_neighbors::Index;
use cairn_numeric::argmax;
use cairn_traits::{DMatrix, Error, Float, Result, check};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Voters<F: Float> {
    pub(crate) index: Index<F>,
    /// The place of each training row's label among the classes.
    positions: Vec<usize>,
    pub(crate) classes: Vec<usize>,
    weights: Weights,
}

impl<F: Float> Voters<F> {
    pub(crate) fn new(index: Index<F>, y: &[usize], weights: Weights) -> Result<Self> {
        let classes = check::labels(y, index.n_points(), 2)?;
        // every label is among the classes made of them, so the search always finds it
        let positions = y.iter().filter_map(|label| classes.binary_search(label).ok()).collect();
        Ok(Self { index, positions, classes, weights })
    }

    /// The share of each class in the votes of each row's neighbours: n_samples x n_classes.
    pub(crate) fn shares<'a>(&self, neighbors: impl ExactSizeIterator<Item = (&'a [usize], &'a [F])>) -> DMatrix<F> {
        let mut shares = DMatrix::zeros(neighbors.len(), self.classes.len());
        for (row, (indices, distances)) in neighbors.enumerate() {
            let mut total = F::zero();
            for (&index, weight) in indices.iter().zip(self.weights.of(distances)) {
                shares[(row, self.positions[index])] += weight;
                total += weight;
            }
            shares.row_mut(row).iter_mut().for_each(|share| *share /= total);
        }
        shares
    }

    /// The share of each class among all training rows.
    pub(crate) fn all_shares(&self) -> Vec<F> {
        let mut shares = vec![F::zero(); self.classes.len()];
        let one = F::of(1.0 / self.positions.len() as f64);
        self.positions.iter().for_each(|&position| shares[position] += one);
        shares
    }

    /// The class of the largest share of each row; the lower of equals.
    pub(crate) fn winners(&self, shares: &DMatrix<F>) -> Vec<usize> {
        // rows of shares hold a number, so there is always a largest
        let by_row = shares.transpose();
        by_row.column_iter().filter_map(|row| argmax(row.as_slice())).map(|c| self.classes[c]).collect()
    }

    pub(crate) fn check(&self) -> Result<()> {
        check::rows("positions", self.index.n_points(), self.positions.len())?;
        if !self.classes.is_sorted_by(|a, b| a < b) {
            return Err(Error::Format("model: expected ascending classes".into()));
        }
        match self.positions.iter().find(|&&position| position >= self.classes.len()) {
            None => Ok(()),
            Some(position) => Err(Error::UnknownClass { what: "positions", found: position.to_string() }),
        }
    }
}
