//! The sign of a singular vector or an eigenvector, which the mathematics leaves open.

use cairn_traits::Float;
use nalgebra::DMatrix;

/// Turns columns of `leading`, and the same columns of `following`, so that the number of largest magnitude in each
/// column of `leading` is positive; the first of equals counts.
pub(crate) fn orient<F: Float>(leading: &mut DMatrix<F>, mut following: Option<&mut DMatrix<F>>) {
    for j in 0..leading.ncols() {
        let column = leading.column(j);
        let largest = column.iter().fold(F::zero(), |largest, &v| if v.abs() > largest.abs() { v } else { largest });
        if largest < F::zero() {
            leading.column_mut(j).neg_mut();
            if let Some(following) = following.as_deref_mut() {
                following.column_mut(j).neg_mut();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_magnitudes_is_made_positive() {
        let mut v = DMatrix::from_row_slice(2, 3, &[-2.0, 2.0, 1.0, 2.0, -2.0, -3.0]);
        let mut u = DMatrix::from_row_slice(1, 3, &[1.0, 2.0, 3.0]);
        orient(&mut v, Some(&mut u));
        assert_eq!(v, DMatrix::from_row_slice(2, 3, &[2.0, 2.0, -1.0, -2.0, -2.0, 3.0]));
        assert_eq!(u, DMatrix::from_row_slice(1, 3, &[-1.0, 2.0, -3.0]));
    }
}
