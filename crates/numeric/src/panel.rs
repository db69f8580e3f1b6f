//! The kernel of Gram matrices and moments: `P'P` of a packed panel of rows, lower triangle.
//!
//! A panel holds a stretch of rows of all columns, small enough for the second-level cache, each column contiguous. Then
//! every entry of `P'P` is a dot product of two columns; four columns against four share their loads, and the upper
//! triangle is never computed. Rows and columns are padded with zeros up to whole vectors and whole tiles, so the inner
//! loop has no special cases.

use crate::lanes::Lanes;
use pulp::{Arch, Simd, WithSimd};

/// Columns a side of the square of dot products that one inner loop computes: 16 sums fit the vector registers.
const TILE: usize = 4;

/// What a panel may take of the second-level cache.
const PANEL_BYTES: usize = 384 * 1024;

/// A stretch of rows, column by column, padded with zeros.
#[derive(Debug)]
pub(crate) struct Panel<T> {
    values: Vec<T>,
    n_columns: usize,
    stride: usize,
}

impl<T: Lanes> Panel<T> {
    /// How many rows a panel of `n_columns` columns should hold.
    pub(crate) fn rows_for(n_columns: usize) -> usize {
        let rows = PANEL_BYTES / size_of::<T>() / n_columns.next_multiple_of(TILE).max(1);
        rows.clamp(64, 2048) / 64 * 64
    }

    pub(crate) fn new(n_columns: usize, max_rows: usize) -> Self {
        let stride = max_rows.next_multiple_of(T::WIDEST);
        Self { values: vec![T::zero(); stride * n_columns.next_multiple_of(TILE)], n_columns, stride }
    }

    /// Column `j` of a panel that holds `n_rows` rows.
    pub(crate) fn column_mut(&mut self, j: usize, n_rows: usize) -> &mut [T] {
        &mut self.values[j * self.stride..j * self.stride + n_rows]
    }

    /// `fill(values, stride)` writes `n_rows` rows, column `j` from `values[j * stride]` on.
    pub(crate) fn fill(&mut self, n_rows: usize, fill: impl FnOnce(&mut [T], usize)) {
        let used = self.n_columns * self.stride;
        fill(&mut self.values[..used], self.stride);
        (0..self.n_columns).for_each(|j| self.values[j * self.stride + n_rows..(j + 1) * self.stride].fill(T::zero()));
    }

    /// `gram += P'P`, lower triangle; `gram` is column-major, [`Self::n_columns`] a side.
    pub(crate) fn add_gram(&self, gram: &mut [T], n_rows: usize) {
        Arch::new().dispatch(AddGram { panel: self, gram, n_rows: n_rows.next_multiple_of(T::WIDEST) });
    }
}

struct AddGram<'a, T> {
    panel: &'a Panel<T>,
    gram: &'a mut [T],
    n_rows: usize,
}

impl<T: Lanes> WithSimd for AddGram<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Panel { values, n_columns: p, stride } = self.panel;
        let column = |j: usize| T::vectors::<S>(&values[j * stride..j * stride + self.n_rows]).0;
        let four = |j: usize| [column(j), column(j + 1), column(j + 2), column(j + 3)];
        for right in (0..*p).step_by(TILE) {
            let b = four(right);
            for left in (right..*p).step_by(TILE) {
                let tile = dot_products::<S, T>(simd, four(left), b);
                for (j, sums) in tile.iter().enumerate().take(p - right) {
                    for (i, sum) in sums.iter().enumerate().take(p - left) {
                        self.gram[(right + j) * p + left + i] += *sum;
                    }
                }
            }
        }
    }
}

/// `[j][i]`: the dot product of column `i` of `a` and column `j` of `b`.
#[inline(always)]
fn dot_products<S: Simd, T: Lanes>(
    simd: S,
    a: [&[T::Vector<S>]; TILE],
    b: [&[T::Vector<S>]; TILE],
) -> [[T; TILE]; TILE] {
    // plain loops and slices of one length: closures would be compiled without the vector instructions, and checks of
    // each index would stand in the innermost loop
    let n = a[0].len();
    let (a, b) = ([&a[0][..n], &a[1][..n], &a[2][..n], &a[3][..n]], [&b[0][..n], &b[1][..n], &b[2][..n], &b[3][..n]]);
    let mut sums = [[T::broadcast(simd, T::zero()); TILE]; TILE];
    for row in 0..n {
        let left = [a[0][row], a[1][row], a[2][row], a[3][row]];
        for (j, sums) in sums.iter_mut().enumerate() {
            let right = b[j][row];
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum = T::multiply_add(simd, left[i], right, *sum);
            }
        }
    }
    let mut totals = [[T::zero(); TILE]; TILE];
    for j in 0..TILE {
        for i in 0..TILE {
            totals[j][i] = T::total(simd, sums[j][i]);
        }
    }
    totals
}
