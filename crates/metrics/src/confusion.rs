//! The table of what was true against what was predicted.

use crate::{contingency::rows_of_counts, input};
use cairn_traits::{DMatrix, Result};
use serde::Serialize;
use std::fmt;

/// How often each class was taken for each: rows are true classes, columns predicted ones.
///
/// As JSON: `{"classes": [...], "counts": [[...], ...]}`, a list a true class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfusionMatrix {
    classes: Vec<usize>,
    #[serde(serialize_with = "rows_of_counts")]
    counts: DMatrix<usize>,
}

/// What the numbers of a [`ConfusionMatrix`] are shares of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Normalize {
    /// Of the samples of the true class: rows sum to 1, and the diagonal is the recall.
    Truth,
    /// Of the samples that got the prediction: columns sum to 1, and the diagonal is the precision.
    Prediction,
    /// Of all samples: everything sums to 1, and the diagonal to the accuracy.
    All,
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

    /// The counts as shares; those of a class that never came, or was never predicted, are 0.
    ///
    /// ```
    /// use cairn_metrics::{Normalize, confusion_matrix};
    /// let matrix = confusion_matrix(&[1, 1, 1, 4], &[1, 4, 4, 4])?;
    /// let expected = cairn_traits::rows(&[[1.0 / 3.0, 2.0 / 3.0], [0.0, 1.0]]);
    /// assert_eq!(matrix.normalized(Normalize::Truth), expected);
    /// # Ok::<(), cairn_traits::Error>(())
    /// ```
    pub fn normalized(&self, by: Normalize) -> DMatrix<f64> {
        let (rows, columns, all) = (self.counts.column_sum(), self.counts.row_sum(), self.counts.sum());
        DMatrix::from_fn(self.counts.nrows(), self.counts.ncols(), |i, j| {
            let whole = match by {
                Normalize::Truth => rows[i],
                Normalize::Prediction => columns[j],
                Normalize::All => all,
            };
            if whole == 0 { 0.0 } else { self.counts[(i, j)] as f64 / whole as f64 }
        })
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
    fn shares_of_nothing_are_zero() {
        let matrix = confusion_matrix(&[2, 2], &[2, 9]).unwrap();
        let expected = |rows: [f64; 4]| DMatrix::from_row_slice(2, 2, &rows);
        assert_eq!(matrix.normalized(Normalize::Truth), expected([0.5, 0.5, 0.0, 0.0]));
        assert_eq!(matrix.normalized(Normalize::Prediction), expected([1.0, 1.0, 0.0, 0.0]));
        assert_eq!(matrix.normalized(Normalize::All), expected([0.5, 0.5, 0.0, 0.0]));
    }

    #[test]
    fn the_table_is_written_row_by_row() {
        let text = serde_json::to_string(&confusion_matrix(&[0, 0, 1], &[0, 1, 1]).unwrap()).unwrap();
        assert_eq!(text, r#"{"classes":[0,1],"counts":[[1,1],[0,1]]}"#);
    }

    #[test]
    fn the_table_is_aligned() {
        let matrix = confusion_matrix(&[0, 0, 10], &[0, 10, 10]).unwrap();
        let expected = "true \\ predicted  0 10\n               0  1  1\n              10  0  1";
        assert_eq!(matrix.to_string(), expected);
    }
}
