//! The table of what was true against what was predicted.

use crate::input;
use cairn_traits::{DMatrix, Result};
use std::fmt;

/// How often each class was taken for each: rows are true classes, columns predicted ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    classes: Vec<usize>,
    counts: DMatrix<usize>,
}

/// Counts how often each class was taken for each.
///
/// # Shapes
/// As many rows and columns as there are distinct labels in `y_true` and `y_pred` together.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Complexity
/// n log k time for k classes, k² memory.
///
/// # Examples
/// ```
/// let matrix = cairn_metrics::confusion_matrix(&[1, 1, 1, 4], &[1, 4, 4, 4])?;
/// assert_eq!(matrix.classes(), [1, 4]);
/// assert_eq!(matrix.counts(), &cairn_traits::DMatrix::from_row_slice(2, 2, &[1, 2, 0, 1]));
/// assert_eq!(matrix.count(1, 4), 2); // 1 taken for 4
/// println!("{matrix}");
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn confusion_matrix(y_true: &[usize], y_pred: &[usize]) -> Result<ConfusionMatrix> {
    input::lengths(y_true.len(), y_pred.len())?;
    let classes = union(y_true, y_pred);
    let mut counts = DMatrix::zeros(classes.len(), classes.len());
    for (truth, guess) in y_true.iter().zip(y_pred) {
        // every label is in the list it was made from, so the search always finds it
        if let (Ok(row), Ok(column)) = (classes.binary_search(truth), classes.binary_search(guess)) {
            counts[(row, column)] += 1;
        }
    }
    Ok(ConfusionMatrix { classes, counts })
}

/// The distinct labels of both, ascending.
pub(crate) fn union(y_true: &[usize], y_pred: &[usize]) -> Vec<usize> {
    let mut classes = [y_true, y_pred].concat();
    classes.sort_unstable();
    classes.dedup();
    classes
}

impl ConfusionMatrix {
    /// The labels of rows and columns, ascending.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// The counts; rows are true classes, columns predicted ones, in the order of [`Self::classes`].
    pub fn counts(&self) -> &DMatrix<usize> {
        &self.counts
    }

    /// How often label `truth` was taken for label `guess`; 0 if one of them never came.
    pub fn count(&self, truth: usize, guess: usize) -> usize {
        let place = |label| self.classes.binary_search(&label);
        match (place(truth), place(guess)) {
            (Ok(row), Ok(column)) => self.counts[(row, column)],
            _ => 0,
        }
    }
}

/// A table with the true labels on the left and the predicted ones above.
impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CORNER: &str = "true \\ predicted";
        let widest = self.classes.iter().chain(self.counts.iter()).max().map_or(1, |largest| largest.to_string().len());
        write!(f, "{CORNER}")?;
        self.classes.iter().try_for_each(|class| write!(f, " {class:widest$}"))?;
        for (class, counts) in self.classes.iter().zip(self.counts.row_iter()) {
            write!(f, "\n{class:>left$}", left = CORNER.len())?;
            counts.iter().try_for_each(|count| write!(f, " {count:widest$}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_are_only_predicted_have_a_row_of_zeros() {
        let matrix = confusion_matrix(&[2, 2], &[2, 9]).unwrap();
        assert_eq!(matrix.classes(), [2, 9]);
        assert_eq!(matrix.counts(), &DMatrix::from_row_slice(2, 2, &[1, 1, 0, 0]));
        assert_eq!(matrix.count(5, 2), 0);
    }

    #[test]
    fn the_table_is_aligned() {
        let matrix = confusion_matrix(&[0, 0, 10], &[0, 10, 10]).unwrap();
        let expected = "true \\ predicted  0 10\n               0  1  1\n              10  0  1";
        assert_eq!(matrix.to_string(), expected);
    }
}
