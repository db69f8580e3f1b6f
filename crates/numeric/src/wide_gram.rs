//! Gram matrices of many columns: the kernel, and the packing that it reads.
//!
//! Columns lie in groups, each row of a group contiguous:
//!
//! ```text
//! group 0: x[0, 0..w]  x[1, 0..w]  x[2, 0..w] ...      w: two of the processor's vectors
//! group 1: x[0, w..2w] x[1, w..2w] ...
//! ```
//!
//! Row by row, two vectors of one group times a few single numbers of another: their products are summed in registers,
//! a tile of the Gram matrix at a time. Tiles above the diagonal are never computed.

use crate::{blocks, gram::mirrored, lanes::Lanes};
use cairn_traits::{Float, Slice};
use nalgebra::DMatrix;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::{marker::PhantomData, ops::Range};

/// The numbers of a group's row: no processor's two vectors are wider.
const WIDEST_GROUP: usize = 32;

/// Columns of the Gram matrix that are one task: a multiple of every group's width.
const BLOCK: usize = WIDEST_GROUP;

/// Rows whose products are summed in registers, in the rows' precision: what is read of a group and of a tile's few
/// columns stays in the first two caches.
const DEPTH: usize = 512;

/// What is packed at once: of no more does every thread read all, from the cache that they share.
const STRETCH_BYTES: usize = 8 << 20;

/// The Gram matrix `Z'Z`, n_columns x n_columns, of many columns that are made while they are packed:
/// `column(j, rows, out)` writes those rows of column `j`, from the first on. Nothing else is held of `Z`.
///
/// Products of up to 512 rows are summed in the precision of `F`, these sums in double precision: in single precision the
/// error is some ε of the diagonal and does not grow with the number of rows.
///
/// # Complexity
/// n p² / 2 multiplications, about 8 MB beside the result.
///
/// # Determinism
/// The same bits on any number of threads, and with vectors of any width.
///
/// # Examples
/// ```
/// // the squares about the mean of 1, 2, 6 sum to 4 + 1 + 9
/// let x = [1.0, 2.0, 6.0];
/// let centred = |_: usize, rows: std::ops::Range<usize>, out: &mut [f64]| {
///     out.iter_mut().zip(&x[rows]).for_each(|(out, x)| *out = x - 3.0);
/// };
/// assert_eq!(cairn_numeric::wide_gram(3, 1, centred)[(0, 0)], 14.0);
/// ```
pub fn wide_gram<F: Float>(
    n_rows: usize,
    n_columns: usize,
    column: impl Fn(usize, Range<usize>, &mut [F]) + Sync,
) -> DMatrix<f64> {
    let mut lower = DMatrix::zeros(n_columns, n_columns);
    add_wide_gram(n_rows, &mut lower, column);
    mirrored(lower)
}

/// `lower += Z'Z` in the lower triangle; what stands above the diagonal is not said.
pub(crate) fn add_wide_gram<F: Float>(
    n_rows: usize,
    lower: &mut DMatrix<f64>,
    column: impl Fn(usize, Range<usize>, &mut [F]) + Sync,
) {
    let p = lower.ncols();
    if p == 0 {
        return;
    }
    let width = group_width::<F>();
    let padded = p.next_multiple_of(width);
    let most = (STRETCH_BYTES / (padded * size_of::<F>()) / DEPTH * DEPTH).max(2 * DEPTH);
    // one buffer for all: fresh memory costs as much as filling it
    let mut packed = vec![F::zero(); most.min(n_rows) * padded];
    for rows in blocks::ranges(n_rows, most) {
        let packed = &mut packed[..rows.len() * padded];
        let groups = packed.par_chunks_mut(rows.len() * width).enumerate();
        groups.for_each(|(group, out)| {
            let columns = group * width..((group + 1) * width).min(p);
            pack(out, width, &rows, columns, &column);
        });
        let packed: &[F] = packed;
        lower.as_mut_slice().par_chunks_mut(p * BLOCK).enumerate().for_each(|(block, out)| {
            let shape = Shape { width, p, n_rows: rows.len(), first: block * BLOCK };
            match F::slice(packed) {
                Slice::F32(packed) => Arch::new().dispatch(AddProducts { packed, shape, out }),
                Slice::F64(packed) => Arch::new().dispatch(AddProducts { packed, shape, out }),
            }
        });
    }
}

/// The numbers in a group's row, on this machine.
pub(crate) fn group_width<F: Float>() -> usize {
    match F::slice(&[]) {
        Slice::F32(_) => Arch::new().dispatch(GroupWidth::<f32>(PhantomData)),
        Slice::F64(_) => Arch::new().dispatch(GroupWidth::<f64>(PhantomData)),
    }
}

/// `rows` of `columns`, row by row, from `out`'s start; the places of columns that are not there stay as they are.
pub(crate) fn pack<F: Float>(
    out: &mut [F],
    width: usize,
    rows: &Range<usize>,
    columns: Range<usize>,
    column: &impl Fn(usize, Range<usize>, &mut [F]),
) {
    /// So many rows of a group lie in the first cache while its columns are spread over them.
    const ROWS: usize = 256;
    let mut values = [F::zero(); ROWS];
    for (part, out) in blocks::ranges(rows.len(), ROWS).zip(out.chunks_mut(ROWS * width)) {
        let values = &mut values[..part.len()];
        for (place, j) in columns.clone().enumerate() {
            column(j, rows.start + part.start..rows.start + part.end, values);
            for (out, value) in out.chunks_exact_mut(width).zip(&*values) {
                out[place] = *value;
            }
        }
    }
}

/// Two vectors.
struct GroupWidth<T>(PhantomData<T>);

impl<T: Lanes> WithSimd for GroupWidth<T> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        2 * size_of::<T::Vector<S>>() / size_of::<T>()
    }
}

#[derive(Clone, Copy)]
struct Shape {
    /// Of a group.
    width: usize,
    /// Columns, and rows of the Gram matrix.
    p: usize,
    /// That are packed.
    n_rows: usize,
    /// The first column of the Gram matrix's block.
    first: usize,
}

/// A block of columns of the Gram matrix, from the diagonal down.
struct AddProducts<'a, T> {
    packed: &'a [T],
    shape: Shape,
    out: &'a mut [f64],
}

impl<T: Lanes> WithSimd for AddProducts<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // as many sums as fit the registers: 32 of the widest vectors, 16 of others
        match size_of::<T::Vector<S>>() {
            64 => self.tiles::<S, 8>(simd),
            bytes if bytes > size_of::<T>() => self.tiles::<S, 4>(simd),
            _ => self.tiles::<S, 2>(simd),
        }
    }
}

impl<T: Lanes> AddProducts<'_, T> {
    #[inline(always)]
    fn tiles<S: Simd, const N: usize>(self, simd: S) {
        let Self { packed, shape: Shape { width, p, n_rows, first }, out } = self;
        let group = |group: usize, rows: &Range<usize>| {
            &packed[(group * n_rows + rows.start) * width..(group * n_rows + rows.end) * width]
        };
        let last = (first + BLOCK).min(p);
        for rows in blocks::ranges(n_rows, DEPTH) {
            for left in first / width..p.div_ceil(width) {
                let (top, bottom) = (left * width, ((left + 1) * width).min(p));
                let vectors = T::vectors::<S>(group(left, &rows)).0;
                for right in (first..last.min(bottom)).step_by(N) {
                    let numbers = &group(right / width, &rows)[right % width..];
                    let sums = tile::<S, T, N>(simd, vectors, numbers, width);
                    for (column, sums) in out.chunks_exact_mut(p).skip(right - first).zip(sums) {
                        let mut values = [T::zero(); WIDEST_GROUP];
                        T::vectors_mut::<S>(&mut values[..width]).copy_from_slice(&sums);
                        for (out, value) in column[top..bottom].iter_mut().zip(&values) {
                            *out += value.to_f64();
                        }
                    }
                }
            }
        }
    }
}

/// `[j]`: two vectors of a group, times number j of another, summed over rows.
#[inline(always)]
fn tile<S: Simd, T: Lanes, const N: usize>(
    simd: S,
    left: &[T::Vector<S>],
    right: &[T],
    width: usize,
) -> [[T::Vector<S>; 2]; N] {
    let mut sums = [[T::broadcast(simd, T::zero()); 2]; N];
    for (left, right) in left.as_chunks::<2>().0.iter().zip(right.chunks(width)) {
        let Some(right) = right.first_chunk::<N>() else { break };
        for j in 0..N {
            let number = T::broadcast(simd, right[j]);
            sums[j][0] = T::multiply_add(simd, left[0], number, sums[j][0]);
            sums[j][1] = T::multiply_add(simd, left[1], number, sums[j][1]);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(i: usize, j: usize) -> f64 {
        ((i * i * 7 + 13 * i) as f64 * (j as f64 + 0.61).sqrt()).sin()
    }

    fn of<F: Float>(n: usize, p: usize) -> DMatrix<f64> {
        wide_gram::<F>(n, p, |j, rows, out| {
            rows.zip(out).for_each(|(i, out)| *out = F::of(wave(i, j)));
        })
    }

    fn plain(n: usize, p: usize, round: impl Fn(f64) -> f64) -> DMatrix<f64> {
        let x = DMatrix::from_fn(n, p, |i, j| round(wave(i, j)));
        x.transpose() * x
    }

    #[test]
    fn every_shape_gives_the_plain_product() {
        // more rows than one stretch holds, and rows and columns that fill no group, tile or depth
        for (n, p) in [(0, 3), (3, 0), (1, 1), (5, 33), (257, 50), (700, 131), (17_000, 70)] {
            let off = (of::<f64>(n, p) - plain(n, p, |v| v)).amax();
            assert!(off <= n as f64 * f64::EPSILON * n as f64, "{n} x {p}: {off:e}");
            // 512 roundings at sums of at most 512, for each of n / 512 depths
            let off = (of::<f32>(n, p) - plain(n, p, |v| f64::from(v as f32))).amax();
            assert!(off <= 512.0 * 0.5 * f64::from(f32::EPSILON) * n as f64, "{n} x {p}: {off:e}");
        }
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| (of::<f64>(600, 330), of::<f32>(600, 330)))
        };
        assert_eq!(run(1), run(2));
        assert_eq!(run(1), run(7));
    }
}
