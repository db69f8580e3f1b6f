//! Both halves of a pass over dense rows while they are in the cache.

use cairn_numeric::{Parallelism, matmul_into, tr};
use cairn_traits::{DMatrix, Float, Slice};
use nalgebra::{Const, DMatrixView, DMatrixViewMut, Dyn};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// What a block of rows may take of the second-level cache.
const BLOCK_BYTES: usize = 512 * 1024;

/// Columns that share the loads and stores of one margin.
const COLUMNS: usize = 4;

pub(crate) fn block_rows(n_columns: usize) -> usize {
    (BLOCK_BYTES / size_of::<f64>() / n_columns.max(1)).clamp(64, 4096) / 64 * 64
}

/// See [`crate::input::Passes::pass`].
pub(crate) fn pass<F: Float>(
    x: &DMatrix<F>,
    rows: Range<usize>,
    coefficients: &[f64],
    margins: &mut [f64],
    between: &mut dyn FnMut(&mut [f64]),
    pulls: &mut [f64],
) {
    if margins.len() == rows.len() {
        match F::slice(x.as_slice()) {
            Slice::F32(values) => one_score(values, x.nrows(), rows, coefficients, margins, between, pulls),
            Slice::F64(values) => one_score(values, x.nrows(), rows, coefficients, margins, between, pulls),
        }
        return;
    }
    match F::slice(x.as_slice()) {
        Slice::F64(values) if !values.is_empty() => {
            let (n, shape) = (x.nrows(), (Dyn(rows.len()), Dyn(x.ncols())));
            let values = &values[rows.start..];
            let block = DMatrixView::from_slice_with_strides_generic(values, shape.0, shape.1, Const::<1>, Dyn(n));
            several_scores(block, coefficients, margins, between, pulls);
        }
        _ => {
            let block = x.rows_range(rows).map(|v| v.to_f64());
            several_scores(block.as_view(), coefficients, margins, between, pulls);
        }
    }
}

fn several_scores(
    block: DMatrixView<'_, f64>,
    coefficients: &[f64],
    margins: &mut [f64],
    between: &mut dyn FnMut(&mut [f64]),
    pulls: &mut [f64],
) {
    let (n, p) = block.shape();
    let k = margins.len() / n.max(1);
    let w = DMatrixView::from_slice(coefficients, p, k);
    let out = DMatrixViewMut::from_slice(margins, n, k);
    // the shapes are made to fit right here
    let fits = matmul_into(1.0, block, w, 1.0, out, Parallelism::Sequential);
    debug_assert!(fits.is_ok());
    between(margins);
    if !pulls.is_empty() {
        let residuals = DMatrixView::from_slice(margins, n, k);
        let out = DMatrixViewMut::from_slice(pulls, p, k);
        let fits = matmul_into(1.0, tr(block), residuals, 1.0, out, Parallelism::Sequential);
        debug_assert!(fits.is_ok());
    }
}

fn one_score<T: Copy + Into<f64>>(
    values: &[T],
    n: usize,
    rows: Range<usize>,
    coefficients: &[f64],
    margins: &mut [f64],
    between: &mut dyn FnMut(&mut [f64]),
    pulls: &mut [f64],
) {
    let block = Block { values, n, rows };
    Arch::new().dispatch(Margins { block: &block, coefficients, margins });
    between(margins);
    if !pulls.is_empty() {
        Arch::new().dispatch(Pulls { block: &block, residuals: margins, pulls });
    }
}

/// Rows of a matrix of `n` rows, column by column.
struct Block<'a, T> {
    values: &'a [T],
    n: usize,
    rows: Range<usize>,
}

impl<T> Block<'_, T> {
    #[inline(always)]
    fn column(&self, j: usize) -> &[T] {
        &self.values[j * self.n + self.rows.start..j * self.n + self.rows.end]
    }
}

/// `margins += X w`.
struct Margins<'a, T> {
    block: &'a Block<'a, T>,
    coefficients: &'a [f64],
    margins: &'a mut [f64],
}

impl<T: Copy + Into<f64>> WithSimd for Margins<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { block, coefficients, margins } = self;
        let n = margins.len();
        let (fours, rest) = coefficients.as_chunks::<COLUMNS>();
        for (four, w) in fours.iter().enumerate() {
            let j = four * COLUMNS;
            let (a, b) = (&block.column(j)[..n], &block.column(j + 1)[..n]);
            let (c, d) = (&block.column(j + 2)[..n], &block.column(j + 3)[..n]);
            for i in 0..n {
                margins[i] += (w[0] * a[i].into() + w[1] * b[i].into()) + (w[2] * c[i].into() + w[3] * d[i].into());
            }
        }
        for (j, w) in (coefficients.len() - rest.len()..).zip(rest) {
            for (margin, &x) in margins.iter_mut().zip(block.column(j)) {
                *margin += w * x.into();
            }
        }
    }
}

/// `pulls += X' residuals`.
struct Pulls<'a, T> {
    block: &'a Block<'a, T>,
    residuals: &'a [f64],
    pulls: &'a mut [f64],
}

/// Partial sums, so that the loop goes by whole vectors; the bits hang on lengths alone.
const LANES: usize = 32;

impl<T: Copy + Into<f64>> WithSimd for Pulls<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { block, residuals, pulls } = self;
        let (r_whole, r_rest) = residuals.as_chunks::<LANES>();
        for (j, pull) in pulls.iter_mut().enumerate() {
            let (x_whole, x_rest) = block.column(j).as_chunks::<LANES>();
            let mut sums = [0.0; LANES];
            for (x, r) in x_whole.iter().zip(r_whole) {
                for lane in 0..LANES {
                    sums[lane] += x[lane].into() * r[lane];
                }
            }
            let mut total = 0.0;
            for (&x, r) in x_rest.iter().zip(r_rest) {
                total += x.into() * r;
            }
            for sum in sums {
                total += sum;
            }
            *pull += total;
        }
    }
}
