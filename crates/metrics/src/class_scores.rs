//! Precision, recall and F1: of each class, and averaged.

use crate::{confusion::union, input};
use cairn_traits::Result;

/// How the scores of classes become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Average {
    /// Every class counts the same, however rare.
    Macro,
    /// Every sample counts the same: hits, predictions and truths are summed over classes first. With one label a
    /// sample, precision, recall and F1 are then all the accuracy.
    Micro,
    /// Every class counts as often as it is true.
    Weighted,
}

/// Precision, recall and F1 of each class.
///
/// ```text
/// precision = hits / predicted      recall = hits / actual      F1 = 2 hits / (predicted + actual)
/// ```
///
/// A score of 0 / 0 is 0: the precision of a class that is never predicted, the recall of one that is never true
/// (scikit-learn's `zero_division=0`). Classes are all that come in `y_true` or `y_pred`.
///
/// # Examples
/// ```
/// use cairn_metrics::{Average, ClassScores};
/// // class 0: 2 true, 1 predicted, 1 hit; class 1: 1, 2, 1; class 5: 1, 1, 1
/// let scores = ClassScores::new(&[0, 0, 1, 5], &[0, 1, 1, 5])?;
/// assert_eq!(scores.classes(), [0, 1, 5]);
/// assert_eq!(scores.precision(), [1.0, 0.5, 1.0]);
/// assert_eq!(scores.recall(), [0.5, 1.0, 1.0]);
/// assert_eq!(scores.f1(), [2.0 / 3.0, 2.0 / 3.0, 1.0]);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassScores {
    classes: Vec<usize>,
    hits: Vec<usize>,
    predicted: Vec<usize>,
    actual: Vec<usize>,
}

impl ClassScores {
    /// Counts hits, predictions and truths of each class.
    ///
    /// # Errors
    /// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
    ///
    /// # Complexity
    /// n log n time, without the k x k table of [`confusion_matrix`](crate::confusion_matrix).
    pub fn new(y_true: &[usize], y_pred: &[usize]) -> Result<Self> {
        input::lengths(y_true.len(), y_pred.len())?;
        let classes = union(y_true, y_pred);
        let zeros = vec![0; classes.len()];
        let mut scores = Self { classes, hits: zeros.clone(), predicted: zeros.clone(), actual: zeros };
        for (truth, guess) in y_true.iter().zip(y_pred) {
            // every label is in the list it was made from, so the search always finds it
            if let (Ok(t), Ok(g)) = (scores.classes.binary_search(truth), scores.classes.binary_search(guess)) {
                scores.actual[t] += 1;
                scores.predicted[g] += 1;
                scores.hits[t] += usize::from(t == g);
            }
        }
        Ok(scores)
    }

    /// The labels, ascending.
    pub fn classes(&self) -> &[usize] {
        &self.classes
    }

    /// How often each class was predicted and true.
    pub fn hits(&self) -> &[usize] {
        &self.hits
    }

    /// How often each class was predicted.
    pub fn predicted(&self) -> &[usize] {
        &self.predicted
    }

    /// How often each class was true: its support.
    pub fn actual(&self) -> &[usize] {
        &self.actual
    }

    /// Of what was predicted to be the class, the share that was.
    pub fn precision(&self) -> Vec<f64> {
        self.each(Self::precision_of)
    }

    /// Of what was the class, the share that was found.
    pub fn recall(&self) -> Vec<f64> {
        self.each(Self::recall_of)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> Vec<f64> {
        self.each(Self::f1_of)
    }

    fn precision_of(hits: usize, predicted: usize, _actual: usize) -> f64 {
        share(hits, predicted)
    }

    fn recall_of(hits: usize, _predicted: usize, actual: usize) -> f64 {
        share(hits, actual)
    }

    fn f1_of(hits: usize, predicted: usize, actual: usize) -> f64 {
        share(2 * hits, predicted + actual)
    }

    fn each(&self, score: fn(usize, usize, usize) -> f64) -> Vec<f64> {
        let counts = self.hits.iter().zip(&self.predicted).zip(&self.actual);
        counts.map(|((&hits, &predicted), &actual)| score(hits, predicted, actual)).collect()
    }

    fn averaged(&self, average: Average, score: fn(usize, usize, usize) -> f64) -> f64 {
        let samples: usize = self.actual.iter().sum();
        match average {
            Average::Macro => self.each(score).iter().sum::<f64>() / self.classes.len() as f64,
            Average::Micro => score(self.hits.iter().sum(), samples, samples),
            Average::Weighted => {
                let weighted = self.each(score).into_iter().zip(&self.actual).map(|(s, &n)| s * n as f64);
                weighted.sum::<f64>() / samples as f64
            }
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Of what was predicted to be a class, the share that was, averaged over classes.
///
/// A class that is never predicted has precision 0.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// use cairn_metrics::{Average, precision};
/// // class 0: 1 of 1; class 1: 1 of 3
/// assert_eq!(precision(&[0, 0, 0, 1], &[0, 1, 1, 1], Average::Macro)?, (1.0 + 1.0 / 3.0) / 2.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn precision(y_true: &[usize], y_pred: &[usize], average: Average) -> Result<f64> {
    Ok(ClassScores::new(y_true, y_pred)?.averaged(average, ClassScores::precision_of))
}

/// Of what was a class, the share that was found, averaged over classes.
///
/// A class that is predicted but never true has recall 0; [`balanced_accuracy`](crate::balanced_accuracy) leaves it out.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// use cairn_metrics::{Average, recall};
/// // class 0: 1 of 3; class 1: 1 of 1; weights 3 and 1
/// assert_eq!(recall(&[0, 0, 0, 1], &[0, 1, 1, 1], Average::Weighted)?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn recall(y_true: &[usize], y_pred: &[usize], average: Average) -> Result<f64> {
    Ok(ClassScores::new(y_true, y_pred)?.averaged(average, ClassScores::recall_of))
}

/// The harmonic mean of precision and recall, averaged over classes.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// use cairn_metrics::{Average, f1};
/// assert_eq!(f1(&[0, 0, 0, 1], &[0, 1, 1, 1], Average::Micro)?, 0.5); // 2 of 4 right
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn f1(y_true: &[usize], y_pred: &[usize], average: Average) -> Result<f64> {
    Ok(ClassScores::new(y_true, y_pred)?.averaged(average, ClassScores::f1_of))
}

/// The mean of the classes' F1, rare classes counting as much as frequent ones: [`f1`] with [`Average::Macro`].
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// // class 0: 2 · 1 / (1 + 3) = 1/2; class 1: 2 · 1 / (3 + 1) = 1/2
/// assert_eq!(cairn_metrics::macro_f1(&[0, 0, 0, 1], &[0, 1, 1, 1])?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn macro_f1(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    f1(y_true, y_pred, Average::Macro)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_never_predicted_or_never_true_scores_zero() {
        // class 0: 1 hit of 1 predicted, 2 true; class 1 never true; class 2 never predicted
        let scores = ClassScores::new(&[0, 0, 2], &[0, 1, 1]).unwrap();
        assert_eq!(scores.precision(), [1.0, 0.0, 0.0]);
        assert_eq!(scores.recall(), [0.5, 0.0, 0.0]);
        assert_eq!(scores.actual(), [2, 0, 1]);
        assert_eq!(macro_f1(&[0, 0, 2], &[0, 1, 1]), Ok(2.0 / 3.0 / 3.0));
    }

    #[test]
    fn the_micro_average_is_the_accuracy() {
        let (y_true, y_pred) = ([0, 1, 2, 2, 1], [0, 2, 2, 1, 1]);
        for score in [precision, recall, f1] {
            assert_eq!(score(&y_true, &y_pred, Average::Micro), Ok(0.6)); // 3 of 5
        }
    }
}
