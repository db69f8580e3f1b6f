//! What is not sound is refused, with the right error.

use super::rows::taken;
use crate::{
    Learner, Verdict,
    answer::{learned, refused},
};
use cairn_traits::{DMatrix, DVector, Error, FitWeighted, Predict, TakeRows};
use std::borrow::Borrow;

/// [`crate::Law::NoRows`].
///
/// # Errors
/// How it is broken.
pub fn no_rows_are_refused<Y: ?Sized + TakeRows, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict {
    let (none, of_none) = taken(x, y, &[])?;
    let too_few = |error: &Error| matches!(error, Error::TooFewSamples { .. });
    refused(e.fit(&none, of_none.borrow()), "TooFewSamples of no rows", too_few)
}

/// [`crate::Law::NoColumns`].
///
/// # Errors
/// How it is broken.
pub fn no_columns_are_refused<Y: ?Sized, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict {
    refused(e.fit(&DMatrix::zeros(x.nrows(), 0), y), "Shape of no columns", is_shape)
}

/// [`crate::Law::TargetLength`]: one less, and one more.
///
/// # Errors
/// How it is broken.
pub fn targets_of_another_length_are_refused<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict
where
    Y: ?Sized + TakeRows,
    E: Learner<f64, Y>,
{
    let n = x.nrows();
    let (_, fewer) = taken(x, y, &(1..n).collect::<Vec<_>>())?;
    refused(e.fit(x, fewer.borrow()), "Shape of a target too few", is_shape)?;
    let (_, more) = taken(x, y, &(0..n).chain([0]).collect::<Vec<_>>())?;
    refused(e.fit(x, more.borrow()), "Shape of a target too many", is_shape)
}

/// [`crate::Law::NonFiniteInput`]: NaN and both infinities at `(row, column)`.
///
/// # Errors
/// How it is broken.
pub fn bad_inputs_are_refused<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, (row, column): (usize, usize)) -> Verdict
where
    Y: ?Sized,
    E: Learner<f64, Y>,
{
    for value in NOT_FINITE {
        let mut bad = x.clone();
        bad[(row, column)] = value;
        refused(e.fit(&bad, y), &expected_at(value, row, column), at(row, column))?;
    }
    Ok(())
}

/// [`crate::Law::NonFiniteTarget`]: NaN and both infinities at `row`.
///
/// # Errors
/// How it is broken.
pub fn bad_targets_are_refused<E>(e: &E, x: &DMatrix<f64>, y: &DVector<f64>, row: usize) -> Verdict
where
    E: Learner<f64, DVector<f64>>,
{
    for value in NOT_FINITE {
        let mut bad = y.clone();
        bad[row] = value;
        refused(e.fit(x, &bad), &format!("NonFinite for {value} in y at row {row}"), at(row, 0))?;
    }
    Ok(())
}

/// [`crate::Law::QueryNoRows`].
///
/// # Errors
/// How it is broken.
pub fn no_queries_are_refused<Y: ?Sized, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict {
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let too_few = |error: &Error| matches!(error, Error::TooFewSamples { .. });
    refused(model.predict(&DMatrix::zeros(0, x.ncols())), "TooFewSamples of no rows to predict", too_few)
}

/// [`crate::Law::QueryColumns`]: one more, and one less.
///
/// # Errors
/// How it is broken.
pub fn other_columns_are_refused<Y: ?Sized, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict {
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    for columns in [x.ncols() + 1, x.ncols() - 1] {
        let expected = format!("Shape of {columns} columns to predict, {} in fitting", x.ncols());
        refused(model.predict(&DMatrix::zeros(x.nrows(), columns)), &expected, is_shape)?;
    }
    Ok(())
}

/// [`crate::Law::QueryNonFinite`]: NaN and both infinities at `(row, column)`.
///
/// # Errors
/// How it is broken.
pub fn bad_queries_are_refused<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, (row, column): (usize, usize)) -> Verdict
where
    Y: ?Sized,
    E: Learner<f64, Y>,
{
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    for value in NOT_FINITE {
        let mut bad = x.clone();
        bad[(row, column)] = value;
        refused(model.predict(&bad), &expected_at(value, row, column), at(row, column))?;
    }
    Ok(())
}

/// [`crate::Law::BadWeights`].
///
/// # Errors
/// How it is broken.
pub fn bad_weights_are_refused<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, row: usize) -> Verdict
where
    Y: ?Sized,
    E: Learner<f64, Y> + FitWeighted<DMatrix<f64>, Y>,
{
    let n = x.nrows();
    let fit = |weights: &[f64]| e.fit_weighted(x, y, weights);
    let with = |value: f64| {
        let mut weights = vec![1.0; n];
        weights[row] = value;
        weights
    };
    let is_domain = |error: &Error| matches!(error, Error::Domain { .. });
    refused(fit(&vec![1.0; n + 1]), "Shape of a weight too many", is_shape)?;
    refused(fit(&vec![1.0; n - 1]), "Shape of a weight too few", is_shape)?;
    refused(fit(&with(-1.0)), &format!("Domain for a weight of -1 at row {row}"), is_domain)?;
    refused(fit(&vec![0.0; n]), "Domain for weights that are all 0", is_domain)?;
    for value in NOT_FINITE {
        refused(fit(&with(value)), &format!("NonFinite for a weight of {value} at row {row}"), at(row, 0))?;
    }
    Ok(())
}

/// [`crate::Law::OneClass`].
///
/// # Errors
/// How it is broken.
pub fn one_class_is_refused<E: Learner<f64, [usize]>>(e: &E, x: &DMatrix<f64>, label: usize) -> Verdict {
    let is_classes = |error: &Error| matches!(error, Error::Classes { .. });
    refused(e.fit(x, &vec![label; x.nrows()]), "Classes of one class", is_classes)
}

const NOT_FINITE: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

fn is_shape(error: &Error) -> bool {
    matches!(error, Error::Shape { .. })
}

fn at(row: usize, column: usize) -> impl Fn(&Error) -> bool {
    move |error| matches!(error, Error::NonFinite { row: r, column: c, .. } if (*r, *c) == (row, column))
}

fn expected_at(value: f64, row: usize, column: usize) -> String {
    format!("NonFinite for {value} in x at row {row}, column {column}")
}
