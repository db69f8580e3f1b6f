//! What a factorisation asks of its matrix, and the scaling that keeps squares in range.

use cairn_traits::{Error, Float, Result, check};
use nalgebra::DMatrix;
use std::borrow::Cow;

/// Whether `a` has a row, is square and holds finite numbers.
pub(crate) fn square<F: Float>(a: &DMatrix<F>) -> Result<()> {
    check::at_least("a", 1, a.nrows())?;
    check::columns("a", a.nrows(), a.ncols())?;
    check::finite("a", a.as_view())
}

/// Whether a right side fits a matrix of `n_rows` rows, and holds finite numbers.
pub(crate) fn right_side<F: Float>(what: &'static str, y: &DMatrix<F>, n_rows: usize) -> Result<()> {
    check::rows(what, n_rows, y.nrows())?;
    check::finite(what, y.as_view())
}

/// The matrix times a power of two, and that power: 1 unless squares of the numbers would leave the precision's range.
///
/// A power of two changes no digit, so a matrix in the usual range and its multiple far outside have factors of the same
/// digits.
pub(crate) fn in_range<F: Float>(x: &DMatrix<F>) -> (Cow<'_, DMatrix<F>>, F) {
    let largest = x.amax().to_f64();
    // sums of squares of some 10⁹ numbers stay below the largest number, and those of eps times the largest above the
    // smallest: f32 reaches from 1e-38 to 3e38, f64 from 1e-308 to 2e308
    let (least, most, exponents) = match F::slice(&[]) {
        cairn_traits::Slice::F32(_) => (1e-11, 1e14, 120.0),
        cairn_traits::Slice::F64(_) => (1e-130, 1e140, 1000.0),
    };
    if largest == 0.0 || (least..most).contains(&largest) {
        return (Cow::Borrowed(x), F::one());
    }
    let exponent = (-largest.log2().floor()).clamp(-exponents, exponents);
    let factor = F::of(2.0_f64.powi(exponent as i32));
    (Cow::Owned(x.map(|v| v * factor)), factor)
}

/// Undoes the factor of [`in_range`].
///
/// # Errors
/// [`Error::Domain`] if a number then leaves the precision's range.
pub(crate) fn undo<F: Float>(what: &'static str, numbers: &mut [F], factor: F) -> Result<()> {
    if factor == F::one() {
        return Ok(());
    }
    for number in numbers {
        *number /= factor;
        if !number.is_finite() {
            let requirement = "numbers whose factors are in the precision's range";
            return Err(Error::Domain { what, requirement, found: number.to_f64(), row: None });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_numbers_are_not_copied() {
        let x = DMatrix::from_element(2, 2, 3.0_f32);
        assert!(matches!(in_range(&x), (Cow::Borrowed(_), 1.0)));
        assert!(matches!(in_range(&DMatrix::<f64>::zeros(2, 2)), (Cow::Borrowed(_), 1.0)));
    }

    #[test]
    fn far_numbers_come_near_one_by_a_power_of_two() {
        // 2^70 is about 1.2e21: times 2^-70 it is 1, and 3 2^70 is 3
        let far = 2.0_f32.powi(70);
        let x = DMatrix::from_row_slice(1, 2, &[far, far * 1.5]);
        let (near, factor) = in_range(&x);
        assert_eq!(near.as_slice(), [1.0, 1.5]);
        assert_eq!(factor, 2.0_f32.powi(-70));
        let mut numbers = [1.0];
        undo("x", &mut numbers, factor).unwrap();
        assert_eq!(numbers, [far]);
    }

    #[test]
    fn a_factor_beyond_the_precision_is_an_error() {
        let mut numbers = [1e30_f32];
        assert!(matches!(undo("x", &mut numbers, 1e-20), Err(Error::Domain { what: "x", .. })));
    }
}
