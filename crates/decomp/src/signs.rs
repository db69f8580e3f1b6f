//! The sign of a singular vector or an eigenvector, which the mathematics leaves open.

use cairn_traits::Float;
use nalgebra::DMatrix;

/// Turns each column so that its number of largest magnitude is positive.
///
/// Numbers within √ε of the largest count as equal to it, and the first of equals counts: where the mathematics has several
/// of one size, rounding does not decide.
///
/// ```
/// use cairn_decomp::orient;
/// let mut vectors = nalgebra::dmatrix![0.6, -0.5; -0.8, 0.5];
/// orient(&mut vectors);
/// assert_eq!(vectors, nalgebra::dmatrix![-0.6, 0.5; 0.8, -0.5]);
/// ```
pub fn orient<F: Float>(vectors: &mut DMatrix<F>) {
    orient_both(vectors, None);
}

/// [`orient`] of `leading`; the same columns of `following` are turned with it.
pub(crate) fn orient_both<F: Float>(leading: &mut DMatrix<F>, mut following: Option<&mut DMatrix<F>>) {
    let equal = F::one() - F::EPSILON.sqrt();
    for j in 0..leading.ncols() {
        let column = leading.column(j);
        let largest = column.iter().fold(F::zero(), |largest, v| if v.abs() > largest { v.abs() } else { largest });
        let first = column.iter().find(|v| v.abs() >= equal * largest);
        if first.is_some_and(|&first| first < F::zero()) {
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
        orient_both(&mut v, Some(&mut u));
        assert_eq!(v, DMatrix::from_row_slice(2, 3, &[2.0, 2.0, -1.0, -2.0, -2.0, 3.0]));
        assert_eq!(u, DMatrix::from_row_slice(1, 3, &[-1.0, 2.0, -3.0]));
    }

    #[test]
    fn rounding_does_not_decide_among_equals() {
        for off in [-1e-15, 0.0, 1e-15] {
            let mut v = DMatrix::from_row_slice(3, 1, &[0.1, -0.7, 0.7 + off]);
            orient(&mut v);
            assert!(v[1] > 0.0 && v[2] < 0.0, "{off}");
        }
    }

    #[test]
    fn nothing_is_turned_where_nothing_is() {
        let mut v = DMatrix::from_element(2, 1, 0.0);
        orient(&mut v);
        assert_eq!(v, DMatrix::from_element(2, 1, 0.0));
    }
}
