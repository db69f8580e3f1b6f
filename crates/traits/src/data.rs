//! What estimators are given: inputs with rows, targets with rows, one output or several.

use crate::{Error, Float, Result};
use nalgebra::{DMatrix, DMatrixView, DVector};
use nalgebra_sparse::CsrMatrix;
use std::fmt;

/// Rows that can be picked by number: all that cross-validation, the bootstrap and the laws need of `x` and of `y`.
pub trait TakeRows: ToOwned {
    /// The rows with these numbers, in this order; a number may come twice.
    ///
    /// # Errors
    /// [`Error::Domain`] if a number is not below the number of rows.
    fn take_rows(&self, rows: &[usize]) -> Result<Self::Owned>;
}

/// An input: it knows how many samples it holds.
///
/// (`()`, the target of an unsupervised fit, has rows to take but no count of them.)
pub trait Rows: TakeRows {
    /// How many samples there are.
    fn n_rows(&self) -> usize;
}

/// A regression target: [`DVector`] (one output) or [`DMatrix`] (several, a column each).
///
/// Estimators compute on columns and answer in the caller's own form.
pub trait Outputs<F: Float>: Clone + fmt::Debug + PartialEq + Send + Sync + TakeRows<Owned = Self> + 'static {
    /// n_samples x n_outputs, without a copy.
    fn as_columns(&self) -> DMatrixView<'_, F>;

    /// Whether a target of this form can have so many outputs.
    fn holds(n_outputs: usize) -> bool;

    /// Back from n_samples x n_outputs.
    fn from_columns(columns: DMatrix<F>) -> Self;
}

/// A matrix from rows as people write them.
///
/// ```
/// // size in m2, rent in euro
/// let flats = cairn_traits::rows(&[[30.0, 900.0], [45.0, 800.0]]);
/// assert_eq!(flats.shape(), (2, 2));
/// assert_eq!(flats[(1, 0)], 45.0);
/// ```
pub fn rows<F: Float, const P: usize>(rows: &[[F; P]]) -> DMatrix<F> {
    DMatrix::from_row_iterator(rows.len(), P, rows.iter().flatten().copied())
}

fn in_range(rows: &[usize], n_rows: usize) -> Result<()> {
    match rows.iter().position(|&row| row >= n_rows) {
        None => Ok(()),
        Some(at) => Err(Error::Domain {
            what: "rows",
            requirement: "numbers below the number of rows",
            found: rows[at] as f64,
            row: Some(at),
        }),
    }
}

impl<F: Float> TakeRows for DMatrix<F> {
    fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        in_range(rows, self.nrows())?;
        Ok(self.select_rows(rows))
    }
}

impl<F: Float> TakeRows for DVector<F> {
    fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        in_range(rows, self.len())?;
        Ok(self.select_rows(rows))
    }
}

impl<F: Float> TakeRows for CsrMatrix<F> {
    fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        in_range(rows, self.nrows())?;
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in rows.iter().map(|&row| self.row(row)) {
            columns.extend_from_slice(row.col_indices());
            values.extend_from_slice(row.values());
            offsets.push(columns.len());
        }
        CsrMatrix::try_from_csr_data(rows.len(), self.ncols(), offsets, columns, values)
            .map_err(|e| Error::Format(e.to_string()))
    }
}

impl<T: Clone> TakeRows for [T] {
    fn take_rows(&self, rows: &[usize]) -> Result<Vec<T>> {
        in_range(rows, self.len())?;
        Ok(rows.iter().map(|&row| self[row].clone()).collect())
    }
}

impl TakeRows for () {
    fn take_rows(&self, _rows: &[usize]) -> Result<()> {
        Ok(())
    }
}

impl<F: Float> Rows for DMatrix<F> {
    fn n_rows(&self) -> usize {
        self.nrows()
    }
}

impl<F: Float> Rows for CsrMatrix<F> {
    fn n_rows(&self) -> usize {
        self.nrows()
    }
}

impl<T: Clone> Rows for [T] {
    fn n_rows(&self) -> usize {
        self.len()
    }
}

impl<F: Float> Outputs<F> for DVector<F> {
    fn as_columns(&self) -> DMatrixView<'_, F> {
        DMatrixView::from_slice(self.as_slice(), self.len(), 1)
    }

    fn holds(n_outputs: usize) -> bool {
        n_outputs == 1
    }

    /// Further columns, if there are any, are left out.
    fn from_columns(columns: DMatrix<F>) -> Self {
        let n_rows = columns.nrows();
        let mut values: Vec<F> = columns.data.into();
        values.truncate(n_rows);
        DVector::from_vec(values)
    }
}

impl<F: Float> Outputs<F> for DMatrix<F> {
    fn as_columns(&self) -> DMatrixView<'_, F> {
        self.as_view()
    }

    fn holds(n_outputs: usize) -> bool {
        n_outputs > 0
    }

    fn from_columns(columns: DMatrix<F>) -> Self {
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_taken_in_the_order_asked_and_may_repeat() {
        let x = rows(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
        assert_eq!(x.take_rows(&[2, 0, 2]).unwrap(), rows(&[[5.0, 6.0], [1.0, 2.0], [5.0, 6.0]]));
        assert_eq!([7, 8, 9].take_rows(&[1, 1]).unwrap(), [8, 8]);
        let sparse = CsrMatrix::from(&x);
        assert_eq!(DMatrix::from(&sparse.take_rows(&[2, 0]).unwrap()), rows(&[[5.0, 6.0], [1.0, 2.0]]));
    }

    #[test]
    fn a_row_that_is_not_there_is_an_error() {
        let missing =
            Error::Domain { what: "rows", requirement: "numbers below the number of rows", found: 3.0, row: Some(1) };
        assert_eq!(rows(&[[1.0], [2.0], [3.0]]).take_rows(&[0, 3]), Err(missing.clone()));
        assert_eq!(DVector::from_vec(vec![1.0, 2.0, 3.0]).take_rows(&[0, 3]), Err(missing));
    }

    #[test]
    fn one_output_is_a_column() {
        let y = DVector::from_vec(vec![1.0, 2.0]);
        assert_eq!(y.as_columns().shape(), (2, 1));
        assert_eq!(<DVector<f64> as Outputs<f64>>::from_columns(y.as_columns().into_owned()), y);
    }
}
