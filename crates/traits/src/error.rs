//! The one error type: what was expected, then what was found.

use std::fmt;

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a fit, a prediction or a load was refused.
///
/// Bad input is always one of these, never a panic and never a silent NaN. The numbers are in the variant, so a caller
/// can act on them without reading the sentence.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A hyperparameter outside its range.
    #[error("{name}: expected {requirement}, found {found}")]
    Parameter {
        /// The setter's name.
        name: &'static str,
        /// The range, in words: `a number of at least 0`.
        requirement: &'static str,
        /// The value given.
        found: f64,
    },
    /// Two sizes that must agree and do not.
    #[error("{what}: expected {expected} {unit}, found {found}")]
    Shape {
        /// Whose size it is: `x`, `y`, `weights`.
        what: &'static str,
        /// What is counted: `rows`, `columns`.
        unit: &'static str,
        /// The size that was needed.
        expected: usize,
        /// The size that was given.
        found: usize,
    },
    /// Fewer rows than the computation needs.
    #[error("{what}: expected at least {needed} rows, found {found}")]
    TooFewSamples {
        /// Whose rows: `x`.
        what: &'static str,
        /// The smallest number that would do.
        needed: usize,
        /// The number given.
        found: usize,
    },
    /// NaN or an infinity.
    #[error("{what}: expected finite numbers, found NaN or infinity at row {row}, column {column}")]
    NonFinite {
        /// Where it stands: `x`, `y`, `weights`.
        what: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
    },
    /// A finite number outside the range where the computation has a meaning: a negative weight, a count of -1.
    #[error("{what}: expected {requirement}, found {found}{}", AtRow(*row))]
    Domain {
        /// Where it stands.
        what: &'static str,
        /// The range, in words.
        requirement: &'static str,
        /// The value given.
        found: f64,
        /// Row, from 0, where one row is to blame.
        row: Option<usize>,
    },
    /// Fewer classes among the labels than there must be.
    #[error("y: expected at least {needed} classes, found {found}")]
    Classes {
        /// The smallest number that would do.
        needed: usize,
        /// The number of distinct labels given.
        found: usize,
    },
    /// A label or category that was not there when the model was fitted.
    #[error("{what}: expected a class seen in fitting, found {found}")]
    UnknownClass {
        /// Where it stands.
        what: &'static str,
        /// The label as it was written.
        found: String,
    },
    /// A matrix that has no inverse, where one is needed.
    #[error("expected a non-singular {what}")]
    Singular {
        /// The matrix, in the words of the formula.
        what: &'static str,
    },
    /// An iteration left the finite numbers at its first step, so that there is no last good state to return.
    #[error("expected a finite objective, found divergence at step {step}")]
    Diverged {
        /// Step, from 1.
        step: usize,
    },
    /// A file or text that is not what it should be.
    #[error("{0}")]
    Format(String),
}

/// ` at row 3`, or nothing.
struct AtRow(Option<usize>);

impl fmt::Display for AtRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |row| write!(f, " at row {row}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_was_expected_then_what_was_found() {
        let shape = Error::Shape { what: "x", unit: "columns", expected: 4, found: 3 };
        assert_eq!(shape.to_string(), "x: expected 4 columns, found 3");
        let weight = Error::Domain { what: "weights", requirement: "numbers of at least 0", found: -1.0, row: Some(3) };
        assert_eq!(weight.to_string(), "weights: expected numbers of at least 0, found -1 at row 3");
        let sum = Error::Domain { what: "weights", requirement: "a positive sum", found: 0.0, row: None };
        assert_eq!(sum.to_string(), "weights: expected a positive sum, found 0");
    }
}
