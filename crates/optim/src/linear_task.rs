//! What a linear predictor is fitted to.

use crate::row_slices::RowSlices;
use cairn_traits::{Error, Float, Result, check};

/// Rows, targets and weights that go together.
#[derive(Clone, Copy, Debug)]
pub struct LinearTask<'a, F: Float> {
    pub(crate) x: RowSlices<'a, F>,
    pub(crate) y: &'a [f64],
    pub(crate) weights: Option<&'a [f64]>,
}

impl<'a, F: Float> LinearTask<'a, F> {
    /// A target a row, and a weight a row if there are any.
    ///
    /// # Errors
    /// [`Error::Shape`]; [`Error::NonFinite`] and [`Error::Domain`] for weights.
    pub fn new(x: RowSlices<'a, F>, y: &'a [f64], weights: Option<&'a [f64]>) -> Result<Self> {
        check::rows("y", x.n_rows(), y.len())?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.n_rows()))?;
        Ok(Self { x, y, weights })
    }

    /// Whether these rows are there.
    pub(crate) fn has(&self, rows: &[usize]) -> Result<()> {
        match rows.iter().find(|row| **row >= self.y.len()) {
            None => Ok(()),
            Some(row) => Err(Error::Shape { what: "x", unit: "rows", expected: row + 1, found: self.y.len() }),
        }
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.y.len()
    }

    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }
}
