//! The two precisions.

use serde::{Serialize, de::DeserializeOwned};
use std::{cmp::Ordering, fmt, iter::Sum};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A slice whose precision is known again: how the kernels get from `F` to their `f32` and `f64` code without `unsafe`.
#[derive(Debug)]
pub enum Slice<'a> {
    /// Single precision.
    F32(&'a [f32]),
    /// Double precision.
    F64(&'a [f64]),
}

/// [`Slice`], to write into.
#[derive(Debug)]
pub enum SliceMut<'a> {
    /// Single precision.
    F32(&'a mut [f32]),
    /// Double precision.
    F64(&'a mut [f64]),
}

/// `f32` or `f64`, and nothing else.
///
/// Everything a caller needs to write code generic over the precision with this one bound: arithmetic and elementary
/// functions come from [`nalgebra::RealField`], files from serde.
///
/// ```
/// use cairn_traits::Float;
/// fn mean<F: Float>(x: &[F]) -> F {
///     x.iter().sum::<F>() / F::of(x.len() as f64)
/// }
/// assert_eq!(mean(&[1.0_f32, 2.0, 6.0]), 3.0);
/// ```
pub trait Float:
    nalgebra::RealField
    + Copy
    + Default
    + Sum<Self>
    + for<'a> Sum<&'a Self>
    + fmt::LowerExp
    + Serialize
    + DeserializeOwned
    + sealed::Sealed
{
    /// The distance from 1 to the next larger number: 2⁻²³ or 2⁻⁵².
    const EPSILON: Self;

    /// The nearest number of this precision (an `f64` beyond `f32`'s range becomes an infinity).
    fn of(value: f64) -> Self;

    /// The same number in double precision, exactly.
    fn to_f64(self) -> f64;

    /// IEEE 754's total order (`total_cmp`): NaN has a place, so sorting never panics.
    fn order(&self, other: &Self) -> Ordering;

    #[doc(hidden)]
    fn slice(x: &[Self]) -> Slice<'_>;

    #[doc(hidden)]
    fn slice_mut(x: &mut [Self]) -> SliceMut<'_>;
}

impl Float for f32 {
    const EPSILON: Self = f32::EPSILON;

    fn of(value: f64) -> Self {
        value as f32
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    fn order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }

    fn slice(x: &[Self]) -> Slice<'_> {
        Slice::F32(x)
    }

    fn slice_mut(x: &mut [Self]) -> SliceMut<'_> {
        SliceMut::F32(x)
    }
}

impl Float for f64 {
    const EPSILON: Self = f64::EPSILON;

    fn of(value: f64) -> Self {
        value
    }

    fn to_f64(self) -> f64 {
        self
    }

    fn order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }

    fn slice(x: &[Self]) -> Slice<'_> {
        Slice::F64(x)
    }

    fn slice_mut(x: &mut [Self]) -> SliceMut<'_> {
        SliceMut::F64(x)
    }
}
