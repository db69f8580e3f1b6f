//! Rows made contiguous.

use cairn_traits::Float;
use nalgebra::{DMatrix, DMatrixView};
use rayon::prelude::*;

/// Rows that are turned around together.
const TILE: usize = 64;

/// The transpose of `x`, in parallel, a few rows and columns at a time: what is read stays in the first cache, and lines of
/// the result are written whole.
///
/// ```
/// use nalgebra::dmatrix;
/// let x = dmatrix![1.0, 2.0; 3.0, 4.0; 5.0, 6.0];
/// assert_eq!(cairn_numeric::transposed(x.as_view()), dmatrix![1.0, 3.0, 5.0; 2.0, 4.0, 6.0]);
/// ```
pub fn transposed<F: Float>(x: DMatrixView<'_, F>) -> DMatrix<F> {
    let (n, p) = x.shape();
    // zeros that the system hands out: each thread touches its own part first
    let mut out = vec![F::zero(); p * n];
    out.par_chunks_mut((TILE * p).max(1)).enumerate().for_each(|(tile, out)| {
        turn_tile(x.rows(tile * TILE, out.len() / p.max(1)), out);
    });
    DMatrix::from_vec(p, n, out)
}

/// The numbers of `x` row by row, into memory that is there already, by the calling thread alone.
///
/// # Panics
/// If `out` has not as many numbers: a defect of the caller, as an index out of bounds would be.
pub fn transpose_into<F: Float>(x: DMatrixView<'_, F>, out: &mut [F]) {
    let (n, p) = x.shape();
    assert!(out.len() == n * p, "{n} x {p} is not {} numbers", out.len());
    for (tile, out) in out.chunks_mut((TILE * p).max(1)).enumerate() {
        turn_tile(x.rows(tile * TILE, out.len() / p.max(1)), out);
    }
}

fn turn_tile<F: Float>(rows: DMatrixView<'_, F>, out: &mut [F]) {
    let (n, p) = rows.shape();
    if n == 1 {
        // a row is its columns, one by one
        return out.iter_mut().zip(rows.iter()).for_each(|(out, v)| *out = *v);
    }
    let whole = p - p % TOGETHER;
    for first in (0..whole).step_by(TOGETHER) {
        turn_around::<F, TOGETHER>(rows, first, out);
    }
    for first in whole..p {
        turn_around::<F, 1>(rows, first, out);
    }
}

/// Columns that are turned around together: a line of the cache, or two.
const TOGETHER: usize = 16;

/// `C` columns from `first` on become numbers `first` and following of each row in `out`.
fn turn_around<F: Float, const C: usize>(rows: DMatrixView<'_, F>, first: usize, out: &mut [F]) {
    let (n, p) = rows.shape();
    let columns: [_; C] = std::array::from_fn(|c| rows.column(first + c));
    let columns = columns.each_ref().map(|column| &column.as_slice()[..n]);
    for (i, row) in out.chunks_exact_mut(p).enumerate().take(n) {
        for (out, column) in row[first..first + C].iter_mut().zip(columns) {
            *out = column[i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_turned_around() {
        for (n, p) in [(0, 3), (3, 0), (1, 1), (1, 40), (64, 2), (65, 5), (130, 7), (70, 16), (129, 37)] {
            let x = DMatrix::from_fn(n, p, |i, j| (i * 1000 + j) as f64);
            assert_eq!(transposed(x.as_view()), x.transpose());
            let mut out = vec![f64::NAN; n * p];
            transpose_into(x.as_view(), &mut out);
            assert_eq!(out, x.transpose().as_slice());
        }
    }
}
