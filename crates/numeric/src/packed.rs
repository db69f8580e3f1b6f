//! Products of one matrix with many others: it is packed once, the others are read where they lie.
//!
//! Its columns lie in groups as those of [`crate::wide_gram`] do, each row of a group contiguous. Row by row, two vectors of a
//! group times single numbers of some columns of the other matrix: their products are summed in registers.

use crate::{
    blocks,
    lanes::Lanes,
    wide_gram::{group_width, pack},
};
use cairn_traits::{Error, Float, Result, Slice, SliceMut, check};
use nalgebra::DMatrix;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::ops::Range;

/// Rows whose products are summed at a stretch: what is read of the other matrix stays in the first cache meanwhile.
const DEPTH: usize = 256;

/// The columns of a matrix, packed for products.
///
/// # Examples
/// ```
/// use cairn_numeric::Packed;
/// use nalgebra::dmatrix;
/// let matrix = dmatrix![1.0, 3.0; 2.0, 4.0];
/// let twice = |j: usize, rows: std::ops::Range<usize>, out: &mut [f64]| {
///     out.iter_mut().zip(rows).for_each(|(out, i)| *out = 2.0 * matrix[(i, j)]);
/// };
/// let packed = Packed::new(2, 2, twice);
/// let mut out = [0.0; 4];
/// packed.products(0..2, &dmatrix![1.0, 0.0; 1.0, 10.0], &mut out)?;
/// assert_eq!(out, [6.0, 14.0, 40.0, 80.0]); // twice 1 + 2 and 3 + 4, twice 20 and 40
/// # Ok::<(), cairn_traits::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Packed<F> {
    values: Vec<F>,
    n_rows: usize,
    n_columns: usize,
    width: usize,
}

impl<F: Float> Packed<F> {
    /// Products can begin at every multiple of so many columns.
    pub const GROUP: usize = 32;

    /// Columns that are made while they are packed: `column(j, rows, out)` writes those rows of column `j`.
    ///
    /// # Complexity
    /// The memory of the matrix, filled up to a multiple of up to 32 columns.
    pub fn new(n_rows: usize, n_columns: usize, column: impl Fn(usize, Range<usize>, &mut [F]) + Sync) -> Self {
        let width = group_width::<F>();
        let mut values = vec![F::zero(); n_columns.next_multiple_of(width) * n_rows];
        values.par_chunks_exact_mut((width * n_rows).max(1)).enumerate().for_each(|(group, out)| {
            pack(out, width, &(0..n_rows), group * width..((group + 1) * width).min(n_columns), &column);
        });
        Self { values, n_rows, n_columns, width }
    }

    /// How many roundings a term of a product goes through at most: what is computed of `Σ aⱼ bⱼ` is off by so many half ε
    /// of `Σ |aⱼ bⱼ|`, and next to nothing.
    pub fn roundings(&self) -> usize {
        self.n_rows.min(DEPTH) + self.n_rows.div_ceil(DEPTH)
    }

    /// `out[j · m + i]`: column `columns.start + i` of this times column j of `others`, with m columns asked for.
    ///
    /// # Errors
    /// [`Error::Shape`] for `others` of other rows or an `out` of another size; [`Error::Domain`] for columns that are not
    /// there, or that do not begin at a multiple of [`Self::GROUP`].
    ///
    /// # Determinism
    /// The same bits for the same two columns, whatever else is asked for.
    pub fn products(&self, columns: Range<usize>, others: &DMatrix<F>, out: &mut [F]) -> Result<()> {
        check::size("others", "rows", self.n_rows, others.nrows())?;
        check::size("out", "numbers", columns.len() * others.ncols(), out.len())?;
        if columns.end > self.n_columns || !columns.start.is_multiple_of(Self::GROUP) {
            let requirement = "a start at a multiple of 32, an end within the matrix";
            return Err(Error::Domain { what: "columns", requirement, found: columns.start as f64, row: None });
        }
        if columns.is_empty() || self.n_rows == 0 {
            out.fill(F::zero());
            return Ok(());
        }
        let shape = Shape { p: self.n_rows, width: self.width, m: columns.len() };
        let packed = &self.values[columns.start * self.n_rows..columns.end.next_multiple_of(self.width) * self.n_rows];
        match (F::slice(packed), F::slice(others.as_slice()), F::slice_mut(out)) {
            (Slice::F32(packed), Slice::F32(others), SliceMut::F32(out)) => {
                Arch::new().dispatch(Products { packed, others, shape, out });
            }
            (Slice::F64(packed), Slice::F64(others), SliceMut::F64(out)) => {
                Arch::new().dispatch(Products { packed, others, shape, out });
            }
            _ => {}
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Shape {
    p: usize,
    width: usize,
    /// Columns of the packed matrix that are asked for.
    m: usize,
}

struct Products<'a, T> {
    packed: &'a [T],
    others: &'a [T],
    shape: Shape,
    out: &'a mut [T],
}

impl<T: Lanes> WithSimd for Products<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        // as many sums as fit the registers, 32 of the widest vectors, 16 of others; and not more than compilers unroll
        // before they look for what need not be in memory: with 12 the sums are written there at every row
        match size_of::<T::Vector<S>>() {
            64 => self.tiles::<S, 8>(simd),
            _ => self.tiles::<S, 4>(simd),
        }
    }
}

impl<T: Lanes> Products<'_, T> {
    #[inline(always)]
    fn tiles<S: Simd, const N: usize>(&mut self, simd: S) {
        let n = self.others.len() / self.shape.p;
        for rows in blocks::ranges(self.shape.p, DEPTH) {
            let mut first = 0;
            while first < n {
                // what is left over by fours, then one by one
                first += match n - first {
                    left if left >= N => self.groups::<S, N>(simd, &rows, first),
                    left if left >= 4 => self.groups::<S, 4>(simd, &rows, first),
                    _ => self.groups::<S, 1>(simd, &rows, first),
                };
            }
        }
    }

    /// All groups times others `first` and the next of `N`, summed over some rows; how many others that was.
    #[inline(always)]
    fn groups<S: Simd, const N: usize>(&mut self, simd: S, rows: &Range<usize>, first: usize) -> usize {
        let Shape { p, width, m } = self.shape;
        let mut others = [&self.others[..rows.len()]; N];
        for (j, other) in others.iter_mut().enumerate() {
            *other = &self.others[(first + j) * p + rows.start..(first + j) * p + rows.end];
        }
        for (group, packed) in self.packed.chunks_exact(width * p).enumerate() {
            let packed = T::vectors::<S>(&packed[rows.start * width..rows.end * width]).0;
            let sums = tile::<S, T, N>(simd, packed, others);
            for (j, sums) in sums.iter().enumerate() {
                let mut values = [T::zero(); 32];
                T::vectors_mut::<S>(&mut values[..width]).copy_from_slice(sums);
                let out = &mut self.out[(first + j) * m..(first + j + 1) * m][group * width..];
                if rows.start == 0 {
                    out.iter_mut().zip(&values[..width]).for_each(|(out, value)| *out = *value);
                } else {
                    out.iter_mut().zip(&values[..width]).for_each(|(out, value)| *out += *value);
                }
            }
        }
        N
    }
}

/// `[j]`: the two vectors of a group, times the numbers of other j, summed over rows.
#[inline(always)]
fn tile<S: Simd, T: Lanes, const N: usize>(
    simd: S,
    packed: &[T::Vector<S>],
    others: [&[T]; N],
) -> [[T::Vector<S>; 2]; N] {
    let packed = packed.as_chunks::<2>().0;
    // slices of one length: no checks within the loop, which would have the sums in memory
    let others = others.map(|other| &other[..packed.len()]);
    let mut sums = [[T::broadcast(simd, T::zero()); 2]; N];
    for (row, left) in packed.iter().enumerate() {
        for j in 0..N {
            let Some(&number) = others[j].get(row) else { return sums };
            let number = T::broadcast(simd, number);
            sums[j][0] = T::multiply_add(simd, left[0], number, sums[j][0]);
            sums[j][1] = T::multiply_add(simd, left[1], number, sums[j][1]);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_precision<F: Float>() {
        let number = |i: usize, j: usize, step: f64| F::of((((i * i + 3 * j) as f64 * step).sin() * 50.0).round());
        let wave = |p, n, step| DMatrix::from_fn(p, n, |i, j| number(i, j, step));
        for (p, n, m) in [(1, 1, 1), (3, 40, 2), (300, 33, 13), (600, 70, 30)] {
            // whole numbers: every sum is exact, in any order
            let (a, b) = (wave(p, n, 0.37), wave(p, m, 0.91));
            let packed = Packed::new(p, n, |j, rows, out| {
                out.iter_mut().zip(rows).for_each(|(out, i)| *out = F::of(-2.0) * a[(i, j)]);
            });
            for start in (0..n).step_by(Packed::<F>::GROUP) {
                let mut out = vec![F::of(f64::NAN); (n - start) * m];
                packed.products(start..n, &b, &mut out).unwrap();
                let plain = a.columns(start, n - start).tr_mul(&b) * F::of(-2.0);
                assert_eq!(out, plain.as_slice(), "{p} x {n} from {start}, {m}");
            }
        }
    }

    #[test]
    fn every_shape_gives_the_plain_product() {
        of_precision::<f32>();
        of_precision::<f64>();
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let packed = Packed::new(3, 50, |_, _, out: &mut [f64]| out.fill(0.0));
        let others = DMatrix::zeros(3, 1);
        assert!(matches!(packed.products(0..51, &others, &mut [0.0; 51]), Err(Error::Domain { .. })));
        assert!(matches!(packed.products(1..50, &others, &mut [0.0; 49]), Err(Error::Domain { .. })));
        assert!(matches!(packed.products(0..50, &others, &mut [0.0; 49]), Err(Error::Shape { .. })));
        assert!(matches!(packed.products(0..50, &DMatrix::zeros(2, 1), &mut [0.0; 50]), Err(Error::Shape { .. })));
    }
}
