//! Input checks, in the order `fit` and `predict` make them, so that every estimator refuses the same things alike.

use crate::{Error, Float, Outputs, Result};
use nalgebra::{DMatrix, DMatrixView};
use nalgebra_sparse::CsrMatrix;

/// Whether `found` rows are as many as `expected`.
///
/// # Errors
/// [`Error::Shape`].
pub fn rows(what: &'static str, expected: usize, found: usize) -> Result<()> {
    size(what, "rows", expected, found)
}

/// Whether `found` columns are as many as `expected`.
///
/// # Errors
/// [`Error::Shape`].
pub fn columns(what: &'static str, expected: usize, found: usize) -> Result<()> {
    size(what, "columns", expected, found)
}

/// Whether two counts of `unit` agree.
///
/// # Errors
/// [`Error::Shape`].
pub fn size(what: &'static str, unit: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(Error::Shape { what, unit, expected, found }) }
}

/// Whether `found` rows are at least `needed`.
///
/// # Errors
/// [`Error::TooFewSamples`].
pub fn at_least(what: &'static str, needed: usize, found: usize) -> Result<()> {
    if found >= needed { Ok(()) } else { Err(Error::TooFewSamples { what, needed, found }) }
}

/// What `fit` asks of a dense `x`: a row, a column, finite numbers.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`].
pub fn training<F: Float>(x: &DMatrix<F>) -> Result<()> {
    at_least("x", 1, x.nrows())?;
    if x.ncols() == 0 {
        return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
    }
    finite("x", x.as_view())
}

/// What `predict` asks of a dense `x`: a row, the columns of the training data, finite numbers.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`].
pub fn query<F: Float>(x: &DMatrix<F>, n_features: usize) -> Result<()> {
    at_least("x", 1, x.nrows())?;
    columns("x", n_features, x.ncols())?;
    finite("x", x.as_view())
}

/// [`training`] for a sparse `x`.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`].
pub fn sparse_training<F: Float>(x: &CsrMatrix<F>) -> Result<()> {
    at_least("x", 1, x.nrows())?;
    if x.ncols() == 0 {
        return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
    }
    if x.values().iter().fold(true, |all, v| all & v.is_finite()) {
        return Ok(());
    }
    match x.triplet_iter().find(|(_, _, v)| !v.is_finite()) {
        None => Ok(()),
        Some((row, column, _)) => Err(Error::NonFinite { what: "x", row, column }),
    }
}

/// What `fit` asks of numeric targets: as many rows as `x`, an output, finite numbers.
///
/// # Errors
/// [`Error::Shape`], [`Error::NonFinite`].
pub fn targets<F: Float>(y: DMatrixView<'_, F>, n_samples: usize) -> Result<()> {
    rows("y", n_samples, y.nrows())?;
    if y.ncols() == 0 {
        return Err(Error::Shape { what: "y", unit: "columns", expected: 1, found: 0 });
    }
    finite("y", y)
}

/// Whether `found` outputs fit targets of the form `Y`: exactly one for a vector, one or more for a matrix.
///
/// # Errors
/// [`Error::Shape`].
pub fn outputs<F: Float, Y: Outputs<F>>(what: &'static str, found: usize) -> Result<()> {
    if Y::holds(found) { Ok(()) } else { Err(Error::Shape { what, unit: "outputs", expected: 1, found }) }
}

/// What `fit` asks of labels: as many as `x` has rows, and `needed` distinct ones at least. Returns the distinct ones,
/// ascending.
///
/// # Errors
/// [`Error::Shape`], [`Error::Classes`].
pub fn labels(y: &[usize], n_samples: usize, needed: usize) -> Result<Vec<usize>> {
    rows("y", n_samples, y.len())?;
    let mut classes = y.to_vec();
    classes.sort_unstable();
    classes.dedup();
    if classes.len() < needed { Err(Error::Classes { needed, found: classes.len() }) } else { Ok(classes) }
}

/// What `fit_weighted` asks of weights: one a row, finite, none negative, not all zero.
///
/// # Errors
/// [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`].
pub fn weights(weights: &[f64], n_samples: usize) -> Result<()> {
    rows("weights", n_samples, weights.len())?;
    if let Some(row) = weights.iter().position(|w| !w.is_finite()) {
        return Err(Error::NonFinite { what: "weights", row, column: 0 });
    }
    if let Some(row) = weights.iter().position(|&w| w < 0.0) {
        let requirement = "numbers of at least 0";
        return Err(Error::Domain { what: "weights", requirement, found: weights[row], row: Some(row) });
    }
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        Ok(())
    } else {
        Err(Error::Domain { what: "weights", requirement: "a positive, finite sum", found: sum, row: None })
    }
}

/// Whether every number is finite.
///
/// # Errors
/// [`Error::NonFinite`] for the first that is not, column by column.
///
/// # Complexity
/// One pass, without branches inside a stretch of a column: about the speed of reading the memory.
pub fn finite<F: Float>(what: &'static str, x: DMatrixView<'_, F>) -> Result<()> {
    const STRETCH: usize = 256;
    for (j, column) in x.column_iter().enumerate() {
        for (block, values) in column.as_slice().chunks(STRETCH).enumerate() {
            if values.iter().fold(true, |all, v| all & v.is_finite()) {
                continue;
            }
            let within = values.iter().position(|v| !v.is_finite()).unwrap_or_default();
            return Err(Error::NonFinite { what, row: block * STRETCH + within, column: j });
        }
    }
    Ok(())
}

/// Whether a hyperparameter is a finite number of at least `least`.
///
/// # Errors
/// [`Error::Parameter`] with `requirement`.
pub fn parameter_at_least(name: &'static str, least: f64, found: f64, requirement: &'static str) -> Result<()> {
    if found.is_finite() && found >= least { Ok(()) } else { Err(Error::Parameter { name, requirement, found }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_bad_number_is_named() {
        let mut x = DMatrix::from_element(600, 2, 1.0_f32);
        assert_eq!(training(&x), Ok(()));
        x[(511, 1)] = f32::NAN;
        assert_eq!(training(&x), Err(Error::NonFinite { what: "x", row: 511, column: 1 }));
        x[(3, 0)] = f32::INFINITY;
        assert_eq!(training(&x), Err(Error::NonFinite { what: "x", row: 3, column: 0 }));
    }

    #[test]
    fn nothing_to_learn_from_is_refused() {
        let no_rows = Error::TooFewSamples { what: "x", needed: 1, found: 0 };
        assert_eq!(training(&DMatrix::<f64>::zeros(0, 2)), Err(no_rows));
        let no_columns = Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 };
        assert_eq!(training(&DMatrix::<f64>::zeros(2, 0)), Err(no_columns.clone()));
        assert_eq!(sparse_training(&CsrMatrix::<f64>::zeros(2, 0)), Err(no_columns));
        assert_eq!(labels(&[4, 4, 4], 3, 2), Err(Error::Classes { needed: 2, found: 1 }));
    }

    #[test]
    fn labels_are_sorted_and_may_have_gaps() {
        assert_eq!(labels(&[7, 0, 7, 3], 4, 2), Ok(vec![0, 3, 7]));
    }

    #[test]
    fn weights_are_finite_not_negative_and_not_all_zero() {
        assert_eq!(weights(&[0.0, 2.0], 2), Ok(()));
        assert_eq!(weights(&[1.0], 2), Err(Error::Shape { what: "weights", unit: "rows", expected: 2, found: 1 }));
        assert_eq!(weights(&[1.0, f64::NAN], 2), Err(Error::NonFinite { what: "weights", row: 1, column: 0 }));
        assert!(matches!(weights(&[1.0, -1.0], 2), Err(Error::Domain { row: Some(1), .. })));
        assert!(matches!(weights(&[0.0, 0.0], 2), Err(Error::Domain { row: None, .. })));
    }
}
