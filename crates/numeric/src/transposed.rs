//! Rows made contiguous.

use cairn_traits::Float;
use nalgebra::{DMatrix, DMatrixView};
use rayon::prelude::*;

/// The transpose of `x`, in parallel, a few rows at a time: what is read and what is written stay in the first caches.
///
/// ```
/// use nalgebra::dmatrix;
/// let x = dmatrix![1.0, 2.0; 3.0, 4.0; 5.0, 6.0];
/// assert_eq!(cairn_numeric::transposed(x.as_view()), dmatrix![1.0, 3.0, 5.0; 2.0, 4.0, 6.0]);
/// ```
pub fn transposed<F: Float>(x: DMatrixView<'_, F>) -> DMatrix<F> {
    /// Rows that are turned around together.
    const TILE: usize = 64;
    let (n, p) = x.shape();
    // zeros that the system hands out: each thread touches its own part first
    let mut out = vec![F::zero(); p * n];
    out.par_chunks_mut((TILE * p).max(1)).enumerate().for_each(|(tile, out)| {
        let rows = x.rows(tile * TILE, out.len() / p.max(1));
        for (j, column) in rows.column_iter().enumerate() {
            for (row, v) in out.chunks_exact_mut(p).zip(column.iter()) {
                row[j] = *v;
            }
        }
    });
    DMatrix::from_vec(p, n, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_turned_around() {
        for (n, p) in [(0, 3), (3, 0), (1, 1), (64, 2), (130, 7)] {
            let x = DMatrix::from_fn(n, p, |i, j| (i * 1000 + j) as f64);
            assert_eq!(transposed(x.as_view()), x.transpose());
        }
    }
}
