//! From nalgebra's storage to faer's views and back, without a copy.

use cairn_traits::{Float, Slice, SliceMut};
use faer::{MatMut, MatRef};
use nalgebra::DMatrix;

/// A precision that is known: `f32` or `f64` where callers have `F`.
///
/// A view of the wrong precision cannot be asked for, because [`by_precision!`] is the only place that picks one.
pub(crate) trait Real: faer::traits::RealField + Copy {
    fn of<F: Float>(x: &[F]) -> &[Self];
    fn of_mut<F: Float>(x: &mut [F]) -> &mut [Self];

    fn view<F: Float>(x: &DMatrix<F>) -> MatRef<'_, Self> {
        MatRef::from_column_major_slice(Self::of(x.as_slice()), x.nrows(), x.ncols())
    }

    fn view_mut<F: Float>(x: &mut DMatrix<F>) -> MatMut<'_, Self> {
        let (n_rows, n_columns) = x.shape();
        MatMut::from_column_major_slice_mut(Self::of_mut(x.as_mut_slice()), n_rows, n_columns)
    }
}

impl Real for f32 {
    fn of<F: Float>(x: &[F]) -> &[Self] {
        if let Slice::F32(x) = F::slice(x) { x } else { &[] }
    }
    fn of_mut<F: Float>(x: &mut [F]) -> &mut [Self] {
        if let SliceMut::F32(x) = F::slice_mut(x) { x } else { &mut [] }
    }
}

impl Real for f64 {
    fn of<F: Float>(x: &[F]) -> &[Self] {
        if let Slice::F64(x) = F::slice(x) { x } else { &[] }
    }
    fn of_mut<F: Float>(x: &mut [F]) -> &mut [Self] {
        if let SliceMut::F64(x) = F::slice_mut(x) { x } else { &mut [] }
    }
}

/// Calls `$kernel::<F, f32>` or `$kernel::<F, f64>`, whichever `F` is.
macro_rules! by_precision {
    ($F:ty, $kernel:ident($($argument:expr),*)) => {
        match <$F as cairn_traits::Float>::slice(&[]) {
            cairn_traits::Slice::F32(_) => $kernel::<$F, f32>($($argument),*),
            cairn_traits::Slice::F64(_) => $kernel::<$F, f64>($($argument),*),
        }
    };
}
pub(crate) use by_precision;
