//! Inner products of many vectors with a few, read where they lie.
//!
//! A matrix product first brings both factors into the order its kernel reads, which for a few columns costs as much as
//! the multiplying. Here every vector is contiguous already: four of one kind and up to five of the other share what is
//! read of them, and their twenty sums stay in registers.

use crate::lanes::Lanes;
use cairn_traits::{Error, Float, Result, Slice, SliceMut, check};
use nalgebra::DMatrix;
use pulp::{Arch, Simd, WithSimd};
use std::marker::PhantomData;

/// Vectors of the many that are taken together.
const TOGETHER: usize = 4;

/// `out[c · m + i] = points[which[i]]' others[c]`: the inner products of some columns of `points` with all of `others`.
///
/// Ahead of [`crate::matmul_into`] where `others` are few and long.
///
/// # Shapes
/// `points` p x n, `others` p x k, `which` m numbers below n, `out` m k numbers.
///
/// # Errors
/// [`Error::Shape`] and [`Error::Domain`] for other shapes.
///
/// # Complexity
/// m k p multiplications, no memory.
///
/// # Determinism
/// The same bits for the same vectors, whatever stands beside them; on processors of other vectors others, none farther
/// from the exact sum than [`dot_product_roundings`] says.
///
/// # Examples
/// ```
/// use cairn_numeric::dot_products;
/// use nalgebra::dmatrix;
/// let points = dmatrix![1.0, 3.0, 5.0; 2.0, 4.0, 6.0];
/// let others = dmatrix![1.0, 0.0; 1.0, 10.0];
/// let mut out = [0.0; 4];
/// dot_products(&points, &[2, 0], &others, &mut out)?;
/// assert_eq!(out, [11.0, 3.0, 60.0, 20.0]); // 5 + 6, 1 + 2; 10 · 6, 10 · 2
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn dot_products<F: Float>(points: &DMatrix<F>, which: &[usize], others: &DMatrix<F>, out: &mut [F]) -> Result<()> {
    let (p, n, k) = (points.nrows(), points.ncols(), others.ncols());
    check::size("others", "rows", p, others.nrows())?;
    check::size("out", "numbers", which.len() * k, out.len())?;
    if let Some(row) = which.iter().position(|&i| i >= n) {
        let requirement = "numbers below that of the points";
        return Err(Error::Domain { what: "which", requirement, found: which[row] as f64, row: Some(row) });
    }
    if p == 0 {
        out.fill(F::zero());
        return Ok(());
    }
    match (F::slice(points.as_slice()), F::slice(others.as_slice()), F::slice_mut(out)) {
        (Slice::F32(points), Slice::F32(others), SliceMut::F32(out)) => {
            Arch::new().dispatch(Products { points, which, others, p, out });
        }
        (Slice::F64(points), Slice::F64(others), SliceMut::F64(out)) => {
            Arch::new().dispatch(Products { points, which, others, p, out });
        }
        _ => {}
    }
    Ok(())
}

/// How many roundings a term of [`dot_products`] over p numbers goes through at most: what is computed of `Σ aⱼ bⱼ` is off
/// by so many half ε of `Σ |aⱼ bⱼ|`, and next to nothing.
pub fn dot_product_roundings<F: Float>(p: usize) -> usize {
    let lanes = match F::slice(&[]) {
        Slice::F32(_) => Arch::new().dispatch(LaneCount::<f32>(PhantomData)),
        Slice::F64(_) => Arch::new().dispatch(LaneCount::<f64>(PhantomData)),
    };
    // along a vector's lanes, then across them, then what fills no vector
    p / lanes + lanes + 2 * (p % lanes) + 1
}

struct LaneCount<T>(PhantomData<T>);

impl<T: Lanes> WithSimd for LaneCount<T> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        size_of::<T::Vector<S>>() / size_of::<T>()
    }
}

struct Products<'a, T> {
    points: &'a [T],
    which: &'a [usize],
    others: &'a [T],
    p: usize,
    out: &'a mut [T],
}

impl<T: Lanes> WithSimd for Products<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        // 32 registers of the widest vectors, 16 of others
        let most = if size_of::<T::Vector<S>>() == 64 { 5 } else { 2 };
        let k = self.others.len() / self.p;
        let columns = k.div_ceil(k.div_ceil(most).max(1));
        for first in (0..self.which.len()).step_by(TOGETHER) {
            for column in (0..k).step_by(columns.max(1)) {
                match columns.min(k - column) {
                    5 => self.tile::<S, 5>(simd, first, column),
                    4 => self.tile::<S, 4>(simd, first, column),
                    3 => self.tile::<S, 3>(simd, first, column),
                    2 => self.tile::<S, 2>(simd, first, column),
                    _ => self.tile::<S, 1>(simd, first, column),
                }
            }
        }
    }
}

impl<T: Lanes> Products<'_, T> {
    /// Four points from `first` on, the last again where there are fewer, times `C` others.
    #[inline(always)]
    fn tile<S: Simd, const C: usize>(&mut self, simd: S, first: usize, column: usize) {
        let (p, m) = (self.p, self.which.len());
        let mut points = [&self.points[..p]; TOGETHER];
        for (i, point) in points.iter_mut().enumerate() {
            let at = self.which[(first + i).min(m - 1)];
            *point = &self.points[at * p..(at + 1) * p];
        }
        let mut others = [&self.others[..p]; C];
        for (c, other) in others.iter_mut().enumerate() {
            *other = &self.others[(column + c) * p..(column + c + 1) * p];
        }
        let totals = totals::<S, T, C>(simd, points, others);
        for (c, totals) in totals.iter().enumerate() {
            let out = &mut self.out[(column + c) * m + first..(column + c + 1) * m];
            out.iter_mut().zip(totals).for_each(|(out, total)| *out = *total);
        }
    }
}

/// `[c][i]`: point i times other c.
#[inline(always)]
fn totals<S: Simd, T: Lanes, const C: usize>(
    simd: S,
    points: [&[T]; TOGETHER],
    others: [&[T]; C],
) -> [[T; TOGETHER]; C] {
    // slices of one length, and no closures: see `panel`
    let (whole, rest) = T::vectors::<S>(points[0]);
    let n = whole.len();
    let mut a = [whole; TOGETHER];
    for (a, point) in a.iter_mut().zip(points) {
        *a = &T::vectors::<S>(point).0[..n];
    }
    let mut b = [whole; C];
    for (b, other) in b.iter_mut().zip(others) {
        *b = &T::vectors::<S>(other).0[..n];
    }
    let mut sums = [[T::broadcast(simd, T::zero()); TOGETHER]; C];
    for at in 0..n {
        let left = [a[0][at], a[1][at], a[2][at], a[3][at]];
        for (c, sums) in sums.iter_mut().enumerate() {
            let right = b[c][at];
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum = T::multiply_add(simd, left[i], right, *sum);
            }
        }
    }
    let mut totals = [[T::zero(); TOGETHER]; C];
    let done = points[0].len() - rest.len();
    for c in 0..C {
        for (i, point) in points.iter().enumerate() {
            totals[c][i] = T::total(simd, sums[c][i]);
            for (x, y) in point[done..].iter().zip(&others[c][done..]) {
                totals[c][i] += *x * *y;
            }
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave<F: Float>(p: usize, n: usize, step: f64) -> DMatrix<F> {
        DMatrix::from_fn(p, n, |i, j| F::of((((i * i + 3 * j) as f64 * step).sin() * 100.0).round()))
    }

    fn of_precision<F: Float>() {
        for (p, n, k) in [(1, 1, 1), (7, 5, 2), (16, 9, 5), (37, 4, 10), (130, 11, 13)] {
            // whole numbers: every sum is exact, in any order
            let (points, others) = (wave::<F>(p, n, 0.37), wave::<F>(p, k, 0.91));
            let which: Vec<usize> = (0..2 * n).map(|i| (7 * i) % n).collect();
            let mut out = vec![F::of(f64::NAN); which.len() * k];
            dot_products(&points, &which, &others, &mut out).unwrap();
            for (c, out) in out.chunks(which.len()).enumerate() {
                for (i, found) in which.iter().zip(out) {
                    assert_eq!(*found, points.column(*i).dot(&others.column(c)), "{p} x {n}, {k}");
                }
            }
        }
    }

    #[test]
    fn every_shape_gives_the_plain_sums() {
        of_precision::<f32>();
        of_precision::<f64>();
    }

    #[test]
    fn roundings_are_bounded_as_said() {
        let p = 1003;
        let x = DMatrix::<f32>::from_fn(p, 2, |i, j| ((i * i + j) as f32 * 0.77).sin());
        let mut out = [0.0; 2];
        dot_products(&x, &[0], &x, &mut out).unwrap();
        for (c, found) in out.iter().enumerate() {
            let terms: Vec<f64> = (0..p).map(|j| f64::from(x[(j, 0)]) * f64::from(x[(j, c)])).collect();
            let (exact, size): (f64, f64) = (terms.iter().sum(), terms.iter().map(|t| t.abs()).sum());
            let bound = dot_product_roundings::<f32>(p) as f64 * 0.5 * f64::from(f32::EPSILON) * size;
            assert!((f64::from(*found) - exact).abs() <= bound, "{c}: {bound:e}");
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        let x = DMatrix::<f64>::zeros(3, 2);
        assert!(matches!(dot_products(&x, &[0], &DMatrix::zeros(2, 1), &mut [0.0]), Err(Error::Shape { .. })));
        assert!(matches!(dot_products(&x, &[0], &x, &mut [0.0]), Err(Error::Shape { .. })));
        assert!(matches!(dot_products(&x, &[2], &x, &mut [0.0; 2]), Err(Error::Domain { row: Some(0), .. })));
    }
}
