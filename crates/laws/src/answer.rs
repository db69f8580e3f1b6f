//! What models answer, compared: bit by bit, or within a tolerance.

use cairn_traits::{DMatrix, DVector, Error, Fit, Float, Predict};
use std::fmt;

/// How a law was broken: what it led to expect, and what was there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// In numbers and words.
    pub expected: String,
    /// In numbers and words.
    pub found: String,
}

impl Broken {
    /// From anything that can be shown.
    pub fn new(expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        Self { expected: expected.to_string(), found: found.to_string() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

/// Kept, or broken and how.
pub type Verdict = Result<(), Broken>;

/// Answers as numbers: a row for each row asked. Labels are numbers too.
pub trait Answer {
    /// n_samples x n_outputs, exactly.
    fn numbers(&self) -> DMatrix<f64>;
}

impl Answer for Vec<usize> {
    fn numbers(&self) -> DMatrix<f64> {
        DMatrix::from_iterator(self.len(), 1, self.iter().map(|&label| label as f64))
    }
}

impl Answer for Vec<f64> {
    fn numbers(&self) -> DMatrix<f64> {
        DMatrix::from_column_slice(self.len(), 1, self)
    }
}

impl<F: Float> Answer for DVector<F> {
    fn numbers(&self) -> DMatrix<f64> {
        DMatrix::from_iterator(self.len(), 1, self.iter().map(|value| value.to_f64()))
    }
}

impl<F: Float> Answer for DMatrix<F> {
    fn numbers(&self) -> DMatrix<f64> {
        self.map(Float::to_f64)
    }
}

/// Shorthand for an estimator on a dense `x` whose model answers in numbers. It needs no implementing.
pub trait Learner<F: Float, Y: ?Sized>: Fit<DMatrix<F>, Y, Model: Predict<DMatrix<F>, Output: Answer>> {}

impl<F: Float, Y: ?Sized, E> Learner<F, Y> for E where E: Fit<DMatrix<F>, Y, Model: Predict<DMatrix<F>, Output: Answer>> {}

/// Whether two sets of answers have the same bits: NaN and -0 count.
///
/// # Errors
/// The first that differ.
pub fn same_bits(expected: &DMatrix<f64>, found: &DMatrix<f64>) -> Verdict {
    same_shape(expected, found)?;
    for ((row, column), (a, b)) in places(expected).zip(expected.iter().zip(found)) {
        if a.to_bits() != b.to_bits() {
            return Err(Broken::new(format!("{a:?} in every bit at row {row}, column {column}"), format!("{b:?}")));
        }
    }
    Ok(())
}

/// Whether two sets of answers agree: `|a − b| ≤ tolerance · max(scale, |a|, |b|, ...)`, the maximum over
/// all answers.
///
/// # Errors
/// The first that do not.
pub fn close(expected: &DMatrix<f64>, found: &DMatrix<f64>, tolerance: f64, scale: f64) -> Verdict {
    same_shape(expected, found)?;
    let scale = expected.iter().chain(found).filter(|v| v.is_finite()).fold(scale.abs(), |most, v| most.max(v.abs()));
    for ((row, column), (a, b)) in places(expected).zip(expected.iter().zip(found)) {
        let agree = a.to_bits() == b.to_bits() || (a - b).abs() <= tolerance * scale;
        if !agree {
            let expected = format!("{a:?} ± {:.1e} at row {row}, column {column}", tolerance * scale);
            return Err(Broken::new(expected, format!("{b:?}")));
        }
    }
    Ok(())
}

fn same_shape(expected: &DMatrix<f64>, found: &DMatrix<f64>) -> Verdict {
    if expected.shape() == found.shape() {
        return Ok(());
    }
    let ((rows, columns), (r, c)) = (expected.shape(), found.shape());
    Err(Broken::new(format!("{rows} x {columns} answers"), format!("{r} x {c}")))
}

fn places(of: &DMatrix<f64>) -> impl Iterator<Item = (usize, usize)> + use<> {
    let (rows, columns) = of.shape();
    (0..columns).flat_map(move |column| (0..rows).map(move |row| (row, column)))
}

/// The model, or nothing where the estimator may refuse: too few rows or classes for it, a singular matrix, numbers
/// outside its domain. Any other error on sound input breaks the law.
pub(crate) fn learned<M>(result: Result<M, Error>) -> Result<Option<M>, Broken> {
    match result {
        Ok(model) => Ok(Some(model)),
        Err(
            Error::TooFewSamples { .. }
            | Error::Classes { .. }
            | Error::Singular { .. }
            | Error::Diverged { .. }
            | Error::Domain { .. },
        ) => Ok(None),
        Err(error) => Err(Broken::new("a model", format!("the error \"{error}\""))),
    }
}

/// The answers of a model to sound input.
pub(crate) fn answered<F: Float, M>(model: &M, x: &DMatrix<F>) -> Result<DMatrix<f64>, Broken>
where
    M: Predict<DMatrix<F>, Output: Answer>,
{
    model.predict(x).map(|answer| answer.numbers()).map_err(unexpected("answers"))
}

/// An error where there should have been none.
pub(crate) fn unexpected(expected: &'static str) -> impl Fn(Error) -> Broken {
    move |error| Broken::new(expected, format!("the error \"{error}\""))
}

/// Whether an error of the right kind came.
pub(crate) fn refused<M>(result: Result<M, Error>, expected: &str, right: impl Fn(&Error) -> bool) -> Verdict {
    match result {
        Err(error) if right(&error) => Ok(()),
        Err(error) => Err(Broken::new(expected, format!("{error:?}"))),
        Ok(_) => Err(Broken::new(expected, "no error")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_tell_zeros_apart_and_nan_from_nan_not() {
        let (zero, minus) = (vec![0.0].numbers(), vec![-0.0].numbers());
        assert!(same_bits(&zero, &minus).is_err());
        assert_eq!(close(&zero, &minus, 0.0, 0.0), Ok(()));
        assert_eq!(same_bits(&vec![f64::NAN].numbers(), &vec![f64::NAN].numbers()), Ok(()));
        assert!(close(&vec![f64::NAN].numbers(), &zero, 1.0, 1.0).is_err());
    }

    #[test]
    fn the_tolerance_is_relative_to_the_largest_answer() {
        let (a, b) = (vec![100.0, 1.0].numbers(), vec![100.0, 1.5].numbers());
        assert_eq!(close(&a, &b, 0.005, 0.0), Ok(()));
        let broken = close(&a, &b, 0.004, 0.0).unwrap_err();
        assert_eq!(broken.to_string(), "expected 1.0 ± 4.0e-1 at row 1, column 0, found 1.5");
        assert_eq!(close(&a, &b, 0.004, 125.0), Ok(()));
    }

    #[test]
    fn labels_are_compared_as_numbers() {
        assert!(close(&vec![3_usize, 7].numbers(), &vec![3_usize, 9].numbers(), 1e-8, 0.0).is_err());
        let shapes = close(&vec![3_usize].numbers(), &vec![3_usize, 9].numbers(), 1e-8, 0.0).unwrap_err();
        assert_eq!(shapes.to_string(), "expected 1 x 1 answers, found 2 x 1");
    }
}
