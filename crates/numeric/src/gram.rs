//! Gram matrices `X'X` and cross products `X'Y` of many rows and few columns.

use crate::{Parallelism, blocks, lanes::Lanes, matmul_into, panel::Panel, tr, wide_gram};
use cairn_traits::{Float, Result, SliceMut, check};
use nalgebra::{DMatrix, DMatrixView};
use std::ops::Range;

/// Up to this many columns the panel kernel wins; beyond, that of wide_gram.rs.
pub(crate) const MOST_PANEL_COLUMNS: usize = 320;

/// How many blocks of rows are folded: enough for every core, few enough that the folding costs nothing.
pub(crate) const PIECES: usize = 16;

/// The Gram matrix `X'X`, n_columns x n_columns, exactly symmetric.
///
/// # Complexity
/// n p² / 2 multiplications: only one triangle is computed. Rows are cut into blocks by a rule of shapes, computed in
/// parallel and added in order, so the bits are the same on any number of threads.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[1.0, 2.0], [3.0, 4.0]]);
/// let g = cairn_numeric::gram(x.as_view());
/// assert_eq!(g, cairn_traits::rows(&[[10.0, 14.0], [14.0, 20.0]])); // 1·1 + 3·3, 1·2 + 3·4, 2·2 + 4·4
/// ```
pub fn gram<F: Float>(x: DMatrixView<'_, F>) -> DMatrix<F> {
    let (n, p) = x.shape();
    if p > MOST_PANEL_COLUMNS {
        return wide_gram(n, p, |j, rows, out: &mut [F]| out.copy_from_slice(&x.column(j).as_slice()[rows])).map(F::of);
    }
    let size = blocks::size_for(n, PIECES, 64);
    let add = |mut total: DMatrix<F>, block: DMatrix<F>| {
        total += block;
        total
    };
    let lower = blocks::fold(n, size, |rows| block_gram(x.rows_range(rows)), add);
    mirrored(lower.unwrap_or_else(|| DMatrix::zeros(p, p)))
}

/// The lower triangle of one block's `X'X`, panel by panel.
fn block_gram<F: Float>(x: DMatrixView<'_, F>) -> DMatrix<F> {
    let mut gram = DMatrix::zeros(x.ncols(), x.ncols());
    match F::slice_mut(gram.as_mut_slice()) {
        SliceMut::F32(out) => add_panels(x, out),
        SliceMut::F64(out) => add_panels(x, out),
    }
    gram
}

fn add_panels<F: Float, T: Lanes>(x: DMatrixView<'_, F>, gram: &mut [T]) {
    let rows = Panel::<T>::rows_for(x.ncols());
    let mut panel = Panel::new(x.ncols(), rows.min(x.nrows()));
    for range in blocks::ranges(x.nrows(), rows) {
        panel.fill(range.len(), |out, stride| {
            for (column, out) in x.column_iter().zip(out.chunks_mut(stride)) {
                out[..range.len()].copy_from_slice(T::of_slice(&column.as_slice()[range.clone()]));
            }
        });
        panel.add_gram(gram, range.len());
    }
}

/// The lower triangle copied above the diagonal.
pub(crate) fn mirrored<F: Float>(mut lower: DMatrix<F>) -> DMatrix<F> {
    lower.fill_upper_triangle_with_lower_triangle();
    lower
}

/// The cross product `X'Y`, n_columns of x x n_columns of y, of many rows.
///
/// The same as `matmul(tr(x), y)` up to rounding, and faster where both have few columns: such a product is too thin to
/// be cut anywhere but along its rows.
///
/// # Errors
/// [`cairn_traits::Error::Shape`] if the two have not as many rows.
pub fn cross_gram<F: Float>(x: DMatrixView<'_, F>, y: DMatrixView<'_, F>) -> Result<DMatrix<F>> {
    check::rows("y", x.nrows(), y.nrows())?;
    let block = |rows: Range<usize>| {
        let mut c = DMatrix::zeros(x.ncols(), y.ncols());
        let (x, y) = (x.rows_range(rows.clone()), y.rows_range(rows));
        matmul_into(F::one(), tr(x), y, F::zero(), c.as_view_mut(), Parallelism::Sequential).map(|()| c)
    };
    let add = |total: Result<DMatrix<F>>, block: Result<DMatrix<F>>| Ok(total? + block?);
    let total = blocks::fold(x.nrows(), blocks::size_for(x.nrows(), PIECES, 64), block, add);
    total.unwrap_or_else(|| Ok(DMatrix::zeros(x.ncols(), y.ncols())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave<F: Float>(rows: usize, columns: usize) -> DMatrix<F> {
        DMatrix::from_fn(rows, columns, |i, j| F::of((i as f64 * 1.3 + j as f64 * 0.7).sin()))
    }

    fn close<F: Float>(found: &DMatrix<F>, x: &DMatrix<F>, y: &DMatrix<F>) {
        let (x, y) = (x.map(|v| v.to_f64()), y.map(|v| v.to_f64()));
        let exact = x.transpose() * y;
        // n products of size at most 1 in any order: n eps times the sum of their sizes, at most n; both sides round
        let n = x.nrows() as f64;
        let tolerance = 2.0 * n * F::EPSILON.to_f64() * n;
        let worst = found.zip_map(&exact, |f, e| (f.to_f64() - e).abs()).max();
        assert!(worst <= tolerance, "{worst:e} > {tolerance:e} for {:?}", x.shape());
    }

    #[test]
    fn every_shape_gives_the_plain_product() {
        for (n, p) in [(1, 1), (3, 2), (17, 5), (64, 4), (1000, 13), (2500, 50), (30, 400)] {
            let x = wave::<f64>(n, p);
            close(&gram(x.as_view()), &x, &x);
            let x = wave::<f32>(n, p);
            close(&gram(x.as_view()), &x, &x);
            let y = wave::<f32>(n, 3);
            close(&cross_gram(x.as_view(), y.as_view()).unwrap(), &x, &y);
        }
    }

    #[test]
    fn no_rows_sum_to_zero() {
        assert_eq!(gram(DMatrix::<f64>::zeros(0, 2).as_view()), DMatrix::zeros(2, 2));
        assert_eq!(gram(DMatrix::<f64>::zeros(3, 0).as_view()).shape(), (0, 0));
    }

    #[test]
    fn the_result_is_exactly_symmetric() {
        let g = gram(wave::<f64>(999, 31).as_view());
        assert_eq!(g, g.transpose());
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let run = |threads, n, p| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let (x, y) = (wave::<f64>(n, p), wave::<f64>(n, 2));
            pool.install(|| (gram(x.as_view()), cross_gram(x.as_view(), y.as_view()).unwrap()))
        };
        for (n, p) in [(5000, 20), (600, 330)] {
            assert_eq!(run(1, n, p), run(2, n, p));
            assert_eq!(run(1, n, p), run(7, n, p));
        }
    }
}
