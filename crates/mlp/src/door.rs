//! From rows to samples side by side, and back.

use cairn_nn::{Data, History, Loss, Network, Targets, Trainer, TrainerState};
use cairn_numeric::{transpose_into, transposed};
use cairn_traits::{Float, Progress, Result};
use nalgebra::{DMatrix, DMatrixView};
use std::ops::ControlFlow;

/// What is shown after each epoch.
pub(crate) type Observer<'a, F> = dyn FnMut(&Progress, &Network<F>) -> ControlFlow<()> + 'a;

pub(crate) fn unwatched<F: Float>(_: &Progress, _: &Network<F>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// The numbers row by row.
pub(crate) fn by_rows<F: Float>(x: DMatrixView<'_, F>) -> Vec<F> {
    transposed(x).data.into()
}

/// What a network answers to rows, which are turned block by block.
pub(crate) fn answers<F: Float>(network: &Network<F>, x: &DMatrix<F>) -> Vec<F> {
    network.infer_by(x.nrows(), |rows, out| transpose_into(x.rows_range(rows), out))
}

/// Rows from numbers row by row.
pub(crate) fn to_rows<F: Float>(width: usize, numbers: &[F]) -> DMatrix<F> {
    DMatrix::from_row_slice(numbers.len() / width.max(1), width, numbers)
}

/// What belongs to rows, and how much each counts.
pub(crate) struct Lesson<'a, F> {
    pub(crate) x: &'a [F],
    pub(crate) targets: Targets<'a, F>,
    /// One a row, of at least 0.
    pub(crate) weights: &'a [f64],
}

impl<F: Float> Lesson<'_, F> {
    /// The rows with weight.
    fn rows(&self) -> Vec<usize> {
        (0..self.weights.len()).filter(|&row| self.weights[row] > 0.0).collect()
    }

    /// Weights with the mean 1 over the rows that have some; none where all are alike.
    fn scaled(&self, rows: &[usize]) -> Option<Vec<F>> {
        let first = self.weights[*rows.first()?];
        if rows.iter().all(|&row| self.weights[row] == first) {
            return None;
        }
        let mean = rows.iter().map(|&row| self.weights[row]).sum::<f64>() / rows.len() as f64;
        Some(self.weights.iter().map(|w| F::of(w / mean)).collect())
    }

    /// Epochs, as the trainer has them.
    pub(crate) fn teach(
        &self,
        trainer: &Trainer,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
        observer: &mut Observer<'_, F>,
    ) -> Result<History> {
        let rows = self.rows();
        let classes: Option<Vec<usize>> = match self.targets {
            Targets::Classes(classes) => Some(rows.iter().map(|&row| classes[row]).collect()),
            Targets::Numbers(_) => None,
        };
        let (train, held) = trainer.hold_back(rows.len(), classes.as_deref())?;
        let of = |chosen: Vec<usize>| -> Vec<usize> { chosen.into_iter().map(|at| rows[at]).collect() };
        let (train, held) = (of(train), of(held));
        let weights = self.scaled(&rows);
        let data = Data { x: self.x, targets: self.targets, weights: weights.as_deref(), rows: &train, held: &held };
        trainer.fit(network, state, loss, &data, observer)
    }

    /// All rows once.
    pub(crate) fn teach_once(
        &self,
        trainer: &Trainer,
        network: &mut Network<F>,
        state: &mut TrainerState<F>,
        loss: &Loss,
    ) -> Result<History> {
        let rows = self.rows();
        let weights = self.scaled(&rows);
        let data = Data { x: self.x, targets: self.targets, weights: weights.as_deref(), rows: &rows, held: &[] };
        let found = trainer.once(network, state, loss, &data)?;
        Ok(History::of_batches(state.epochs() as usize, found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_twice_is_as_it_was() {
        for (n, p) in [(1, 1), (1, 5), (7, 1), (33, 70), (100, 3)] {
            let x = DMatrix::from_fn(n, p, |i, j| (i * 1000 + j) as f64);
            let flat = by_rows(x.as_view());
            assert_eq!(flat[p - 1], (p - 1) as f64);
            assert_eq!(to_rows(p, &flat), x);
        }
    }
}
