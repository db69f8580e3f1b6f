//! Scores of many samples to probabilities, a column a sample.

use crate::{
    elementary::{Elementary, exp_below},
    vectorised,
};
use cairn_traits::{Float, SliceMut};

/// Term `j` of a column goes to maximum and sum `j mod 32` (two of the widest registers), what is left over to one more.
const LANES: usize = 32;

/// Columns are taken together up to so many numbers, so that exponentials of short ones go by whole vectors too.
const STRETCH: usize = 512;

/// Columns of `k` scores to columns of probabilities: `xᵢ ← exp(xᵢ) / Σ exp(xⱼ)` in each.
///
/// The numbers are within 8 units in the last place and two more for each 16 of `k`; those below e⁻⁷⁰⁸ (`f32`: e⁻⁸⁷) are 0. A column with NaN becomes
/// NaN. Numbers after the last whole column stay; a `k` of 0 does nothing. [`softmax`](crate::softmax) is the plain
/// version, of one column.
///
/// ```
/// let three = 3.0_f64.ln();
/// let mut p = [0.0, three, 1000.0, 1000.0];
/// cairn_numeric::softmax_columns(2, &mut p);
/// assert!(p.iter().zip([0.25, 0.75, 0.5, 0.5]).all(|(p, e)| (p - e).abs() < 1e-15));
/// ```
pub fn softmax_columns<F: Float>(k: usize, x: &mut [F]) {
    match F::slice_mut(x) {
        SliceMut::F32(x) => softmax_each(k.max(1), x, &mut []),
        SliceMut::F64(x) => softmax_each(k.max(1), x, &mut []),
    }
}

/// [`softmax_columns`] of `x` into `p`, and each column's `ln Σ exp(xⱼ)` into `log_sums`: what the cross-entropy of
/// class c needs is `log_sum − x_c`, and its gradient is in `p`.
///
/// ```
/// let (mut p, mut log_sums) = ([0.0; 2], [0.0]);
/// cairn_numeric::softmax_and_log_sums(2, &[1000.0, 1000.0], &mut p, &mut log_sums);
/// assert_eq!(p, [0.5, 0.5]);
/// assert!((log_sums[0] - (1000.0 + 2.0_f64.ln())).abs() < 1e-12);
/// ```
pub fn softmax_and_log_sums<F: Float>(k: usize, x: &[F], p: &mut [F], log_sums: &mut [F]) {
    let n = x.len().min(p.len()).min(k.saturating_mul(log_sums.len()));
    let p = &mut p[..n];
    p.copy_from_slice(&x[..n]);
    match (F::slice_mut(p), F::slice_mut(log_sums)) {
        (SliceMut::F32(p), SliceMut::F32(log_sums)) => softmax_each(k.max(1), p, log_sums),
        (SliceMut::F64(p), SliceMut::F64(log_sums)) => softmax_each(k.max(1), p, log_sums),
        _ => {}
    }
}

/// Columns of `k` scores to the logarithms of their probabilities: `xᵢ ← xᵢ − ln Σ exp(xⱼ)` in each.
///
/// Off by at most 4 units in the last place of the larger of `|xᵢ − max xⱼ|` and `1 + ln k`. As
/// [`softmax_columns`] for what is not a number or not a whole column; [`log_softmax`](crate::log_softmax) is the plain
/// version.
///
/// ```
/// let mut p = [0.0, 2000.0, 0.0, 0.0];
/// cairn_numeric::log_softmax_columns(2, &mut p);
/// assert_eq!(p, [-2000.0, 0.0, -2.0_f64.ln(), -2.0_f64.ln()]);
/// ```
pub fn log_softmax_columns<F: Float>(k: usize, x: &mut [F]) {
    match F::slice_mut(x) {
        SliceMut::F32(x) => log_softmax_each(k.max(1), x),
        SliceMut::F64(x) => log_softmax_each(k.max(1), x),
    }
}

vectorised! {
    fn softmax_each['a; T: Elementary](k: usize, x: &'a mut [T], log_sums: &'a mut [T]) -> () {
        let mut log_sums = log_sums.iter_mut();
        let n = x.len() / k * k;
        for columns in x[..n].chunks_mut(k * (STRETCH / k).max(1)) {
            let mut tops = [T::ZERO; STRETCH];
            for (column, top) in columns.chunks_exact_mut(k).zip(&mut tops) {
                *top = about_largest(column);
            }
            for v in columns.iter_mut() {
                *v = exp_below(*v);
            }
            for (column, &top) in columns.chunks_exact_mut(k).zip(&tops) {
                let sum = lane_sum(column);
                let share = T::ONE / sum;
                for p in column {
                    *p *= share;
                }
                if let Some(log_sum) = log_sums.next() {
                    *log_sum = top + sum.ln();
                }
            }
        }
    }
}

vectorised! {
    fn log_softmax_each['a; T: Elementary](k: usize, x: &'a mut [T]) -> () {
        let n = x.len() / k * k;
        for columns in x[..n].chunks_mut(k * (STRETCH / k).max(1)) {
            for column in columns.chunks_exact_mut(k) {
                about_largest(column);
            }
            if columns.len() > STRETCH {
                // one long column
                let log_sum = exponential_sum(columns).ln();
                columns.iter_mut().for_each(|v| *v -= log_sum);
                continue;
            }
            let mut exponentials = [T::ZERO; STRETCH];
            for (e, &v) in exponentials.iter_mut().zip(columns.iter()) {
                *e = exp_below(v);
            }
            for (column, exponentials) in columns.chunks_exact_mut(k).zip(exponentials.chunks_exact(k)) {
                let log_sum = lane_sum(exponentials).ln();
                column.iter_mut().for_each(|v| *v -= log_sum);
            }
        }
    }
}

/// `xᵢ ← xᵢ − max xⱼ`; answers the largest.
#[inline(always)]
fn about_largest<T: Elementary>(column: &mut [T]) -> T {
    let top = largest(column);
    for v in column {
        *v -= top;
    }
    top
}

/// The largest number, NaN left out; −∞ of none.
#[inline(always)]
fn largest<T: Elementary>(column: &[T]) -> T {
    let larger = |top: T, v: T| if v > top { v } else { top };
    let (whole, rest) = column.as_chunks::<LANES>();
    let top = rest.iter().fold(-T::INFINITY, |top, &v| larger(top, v));
    if whole.is_empty() {
        return top;
    }
    let mut tops = [top; LANES];
    for chunk in whole {
        for lane in 0..LANES {
            tops[lane] = larger(tops[lane], chunk[lane]);
        }
    }
    tops.into_iter().fold(top, larger)
}

/// The sum in one fixed order.
#[inline(always)]
fn lane_sum<T: Elementary>(x: &[T]) -> T {
    let (whole, rest) = x.as_chunks::<LANES>();
    let mut total = T::ZERO;
    for &v in rest {
        total += v;
    }
    if whole.is_empty() {
        return total;
    }
    let mut sums = [T::ZERO; LANES];
    for chunk in whole {
        for lane in 0..LANES {
            sums[lane] += chunk[lane];
        }
    }
    for sum in sums {
        total += sum;
    }
    total
}

/// `Σ exp(xᵢ)` of a long column, in the same order.
#[inline(always)]
fn exponential_sum<T: Elementary>(x: &[T]) -> T {
    let (whole, rest) = x.as_chunks::<LANES>();
    let mut total = T::ZERO;
    for &v in rest {
        total += exp_below(v);
    }
    let mut sums = [T::ZERO; LANES];
    for chunk in whole {
        for lane in 0..LANES {
            sums[lane] += exp_below(chunk[lane]);
        }
    }
    for sum in sums {
        total += sum;
    }
    total
}
