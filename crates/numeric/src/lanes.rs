//! `f32` and `f64` behind one name for kernels written once on `pulp`'s vectors.

use cairn_traits::{Float, Slice};
use pulp::Simd;

/// The vector operations the kernels use, in either precision.
pub(crate) trait Lanes: Float {
    /// As many numbers as the processor takes at once.
    type Vector<S: Simd>: Copy;

    /// The most lanes any processor has (AVX-512): buffers padded to this many numbers have no remainder anywhere.
    const WIDEST: usize;

    /// The slice itself, where `F` is this precision; empty where it is the other one.
    fn of_slice<F: Float>(x: &[F]) -> &[Self];

    /// Whole vectors of a slice, and what is left over.
    fn vectors<S: Simd>(x: &[Self]) -> (&[Self::Vector<S>], &[Self]);
    /// Whole vectors of a slice to write to.
    fn vectors_mut<S: Simd>(x: &mut [Self]) -> &mut [Self::Vector<S>];
    fn broadcast<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// `a b + c`.
    fn multiply_add<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    fn total<S: Simd>(simd: S, a: Self::Vector<S>) -> Self;
}

impl Lanes for f32 {
    type Vector<S: Simd> = S::f32s;
    const WIDEST: usize = 16;

    fn of_slice<F: Float>(x: &[F]) -> &[Self] {
        if let Slice::F32(x) = F::slice(x) { x } else { &[] }
    }
    #[inline(always)]
    fn vectors<S: Simd>(x: &[Self]) -> (&[S::f32s], &[Self]) {
        S::as_simd_f32s(x)
    }
    #[inline(always)]
    fn vectors_mut<S: Simd>(x: &mut [Self]) -> &mut [S::f32s] {
        S::as_mut_simd_f32s(x).0
    }
    #[inline(always)]
    fn broadcast<S: Simd>(simd: S, value: Self) -> S::f32s {
        simd.splat_f32s(value)
    }
    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        simd.mul_add_f32s(a, b, c)
    }
    #[inline(always)]
    fn total<S: Simd>(simd: S, a: S::f32s) -> Self {
        simd.reduce_sum_f32s(a)
    }
}

impl Lanes for f64 {
    type Vector<S: Simd> = S::f64s;
    const WIDEST: usize = 8;

    fn of_slice<F: Float>(x: &[F]) -> &[Self] {
        if let Slice::F64(x) = F::slice(x) { x } else { &[] }
    }
    #[inline(always)]
    fn vectors<S: Simd>(x: &[Self]) -> (&[S::f64s], &[Self]) {
        S::as_simd_f64s(x)
    }
    #[inline(always)]
    fn vectors_mut<S: Simd>(x: &mut [Self]) -> &mut [S::f64s] {
        S::as_mut_simd_f64s(x).0
    }
    #[inline(always)]
    fn broadcast<S: Simd>(simd: S, value: Self) -> S::f64s {
        simd.splat_f64s(value)
    }
    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        simd.mul_add_f64s(a, b, c)
    }
    #[inline(always)]
    fn total<S: Simd>(simd: S, a: S::f64s) -> Self {
        simd.reduce_sum_f64s(a)
    }
}
