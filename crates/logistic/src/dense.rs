//! Both halves of a pass over dense rows while they are in the cache.

use cairn_numeric::{Parallelism, matmul_into, tr};
use cairn_traits::{DMatrix, Float, Slice};
use nalgebra::{Const, DMatrixView, DMatrixViewMut, Dyn};
use pulp::Arch;
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
    let column = |j: usize| &values[j * n + rows.start..j * n + rows.end];
    let (fours, rest) = coefficients.as_chunks::<COLUMNS>();
    for (four, w) in fours.iter().enumerate() {
        let j = four * COLUMNS;
        add_four([column(j), column(j + 1), column(j + 2), column(j + 3)], *w, margins);
    }
    for (j, w) in (coefficients.len() - rest.len()..).zip(rest) {
        add_one(column(j), *w, margins);
    }
    between(margins);
    let p = pulls.len();
    let (fours, rest) = pulls.as_chunks_mut::<COLUMNS>();
    for (four, pulls) in fours.iter_mut().enumerate() {
        let j = four * COLUMNS;
        pull_four([column(j), column(j + 1), column(j + 2), column(j + 3)], margins, pulls);
    }
    for (j, pull) in (p - rest.len()..).zip(rest) {
        *pull += dot(column(j), margins);
    }
}

fn add_four<T: Copy + Into<f64>>([a, b, c, d]: [&[T]; COLUMNS], w: [f64; COLUMNS], margins: &mut [f64]) {
    Arch::new().dispatch(|| {
        let n = margins.len();
        let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
        for i in 0..n {
            margins[i] += (w[0] * a[i].into() + w[1] * b[i].into()) + (w[2] * c[i].into() + w[3] * d[i].into());
        }
    });
}

fn add_one<T: Copy + Into<f64>>(x: &[T], w: f64, margins: &mut [f64]) {
    Arch::new().dispatch(|| {
        for (margin, &x) in margins.iter_mut().zip(x) {
            *margin += w * x.into();
        }
    });
}

/// Partial sums, so that the loop goes by whole vectors.
const LANES: usize = 8;

fn pull_four<T: Copy + Into<f64>>([a, b, c, d]: [&[T]; COLUMNS], r: &[f64], pulls: &mut [f64; COLUMNS]) {
    Arch::new().dispatch(|| {
        let n = r.len();
        let whole = n / LANES * LANES;
        let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
        let mut sums = [[0.0; LANES]; COLUMNS];
        for i in (0..whole).step_by(LANES) {
            let (a, b, c, d) = (&a[i..i + LANES], &b[i..i + LANES], &c[i..i + LANES], &d[i..i + LANES]);
            let r = &r[i..i + LANES];
            for lane in 0..LANES {
                sums[0][lane] += a[lane].into() * r[lane];
                sums[1][lane] += b[lane].into() * r[lane];
                sums[2][lane] += c[lane].into() * r[lane];
                sums[3][lane] += d[lane].into() * r[lane];
            }
        }
        for i in whole..n {
            sums[0][0] += a[i].into() * r[i];
            sums[1][0] += b[i].into() * r[i];
            sums[2][0] += c[i].into() * r[i];
            sums[3][0] += d[i].into() * r[i];
        }
        for column in 0..COLUMNS {
            let mut total = 0.0;
            for lane in 0..LANES {
                total += sums[column][lane];
            }
            pulls[column] += total;
        }
    });
}

fn dot<T: Copy + Into<f64>>(x: &[T], r: &[f64]) -> f64 {
    Arch::new().dispatch(|| {
        let mut sums = [0.0; LANES];
        let (x_whole, x_rest) = x.as_chunks::<LANES>();
        let (r_whole, r_rest) = r.as_chunks::<LANES>();
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
        total
    })
}
