//! Scores of an order: whether what is true stands above what is not.

use crate::input;
use cairn_traits::{DMatrix, Error, Float, Result, check};

/// The area under the ROC curve: how often a true sample is scored above a false one, ties counting half.
///
/// ```text
/// (pairs in the right order + ½ pairs tied) / (true samples · false samples)
/// ```
///
/// 1 is perfect, ½ is guessing, 0 is perfectly wrong. Only the order of the scores matters.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Classes`] if all are true or all false.
///
/// # Complexity
/// n log n; pairs are counted exactly, in integers.
///
/// # Examples
/// ```
/// let auc = cairn_metrics::roc_auc(&[false, true, false, true], &[0.1, 0.4, 0.4, 0.8])?;
/// assert_eq!(auc, 0.875); // of 4 pairs, 3 in order and 1 tied
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// J. Hanley and B. McNeil (1982).
pub fn roc_auc<F: Float>(y_true: &[bool], scores: &[F]) -> Result<f64> {
    input::scored("scores", y_true, scores)?;
    area(y_true, scores).ok_or(Error::Classes { needed: 2, found: 1 })
}

/// The area, if there are both true and false samples.
fn area<F: Float>(y_true: &[bool], scores: &[F]) -> Option<f64> {
    let mut order: Vec<(F, bool)> = scores.iter().copied().zip(y_true.iter().copied()).collect();
    order.sort_unstable_by(|a, b| a.0.order(&b.0));
    // pairs in order count 2 and ties 1, so that everything is a whole number
    let (mut doubled, mut false_below): (u128, u128) = (0, 0);
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let true_here = tied.iter().filter(|(_, truth)| *truth).count() as u128;
        let false_here = tied.len() as u128 - true_here;
        doubled += true_here * (2 * false_below + false_here);
        false_below += false_here;
    }
    let pairs = (y_true.len() as u128 - false_below) * false_below;
    (pairs > 0).then(|| doubled as f64 / (2 * pairs) as f64)
}

/// The mean, over the classes that are true somewhere, of each one's area against all others.
///
/// Each class's column is its score. With two classes whose columns sum to 1 this is [`roc_auc`] of the second. A class
/// of `y_true` without a column (one the model never saw) has the same score for all, and an area of ½; a class with a
/// column that is never true has no area and is left out. (scikit-learn refuses both.)
///
/// # Shapes
/// `scores` n x k (probabilities, or any other scores), `classes` k labels, ascending: the columns.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Domain`] for classes out of order;
/// [`Error::Classes`] if `y_true` is all one class.
///
/// # Complexity
/// k n log n.
///
/// # Examples
/// ```
/// let proba = cairn_traits::rows(&[[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.4, 0.2, 0.4]]);
/// // class 0: 0.6 above 0.2 and 0.4; class 1: 0.5 above all; class 2: 0.4 above all
/// assert_eq!(cairn_metrics::roc_auc_ovr_macro(&[0, 1, 2], &proba, &[0, 1, 2])?, 1.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// F. Provost and P. Domingos (2000), unweighted.
pub fn roc_auc_ovr_macro<F: Float>(y_true: &[usize], scores: &DMatrix<F>, classes: &[usize]) -> Result<f64> {
    input::scores_of_classes(y_true, scores, classes)?;
    let there = check::labels(y_true, y_true.len(), 2)?;
    let areas = there.iter().filter_map(|class| {
        let truth: Vec<bool> = y_true.iter().map(|label| label == class).collect();
        match classes.binary_search(class) {
            Ok(column) => area(&truth, scores.column(column).as_slice()),
            Err(_) => Some(0.5),
        }
    });
    Ok(areas.sum::<f64>() / there.len() as f64)
}

/// The share of samples whose true class is among the `k` highest scored.
///
/// Of equal scores the lower class stands higher, as in a prediction, so that `k` of 1 is the accuracy. (scikit-learn
/// puts the higher class first.) A class of `y_true` without a column is never among them.
///
/// # Shapes
/// `scores` n x classes (probabilities, or any other scores), `classes` the labels of the columns, ascending.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Domain`] for classes out of order;
/// [`Error::Parameter`] for a `k` of 0.
///
/// # Complexity
/// n times the number of classes.
///
/// # Examples
/// ```
/// let scores = cairn_traits::rows(&[[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.4, 0.35, 0.25]]);
/// assert_eq!(cairn_metrics::top_k_accuracy(&[1, 2, 2], &scores, &[0, 1, 2], 2)?, 2.0 / 3.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn top_k_accuracy<F: Float>(y_true: &[usize], scores: &DMatrix<F>, classes: &[usize], k: usize) -> Result<f64> {
    input::scores_of_classes(y_true, scores, classes)?;
    if k == 0 {
        return Err(Error::Parameter { name: "k", requirement: "at least 1", found: 0.0 });
    }
    let is_hit = |(row, label): &(usize, &usize)| {
        classes.binary_search(label).is_ok_and(|own| {
            let score = scores[(*row, own)];
            let stands_higher = |&(column, &other): &(usize, &F)| other > score || (other == score && column < own);
            scores.row(*row).iter().enumerate().filter(stands_higher).count() < k
        })
    };
    let hits = y_true.iter().enumerate().filter(is_hit).count();
    Ok(hits as f64 / y_true.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn equal_scores_are_half_right() {
        assert_eq!(roc_auc(&[true, false, false], &[0.0, -0.0, 0.0]), Ok(0.5));
        assert_eq!(roc_auc(&[true, false], &[0.0_f32, 1.0]), Ok(0.0));
    }

    #[test]
    fn one_class_has_no_area() {
        assert_eq!(roc_auc(&[true, true], &[0.0, 1.0]), Err(Error::Classes { needed: 2, found: 1 }));
        let proba = rows(&[[0.5, 0.5], [0.5, 0.5]]);
        assert_eq!(roc_auc_ovr_macro(&[1, 1], &proba, &[0, 1]), Err(Error::Classes { needed: 2, found: 1 }));
        assert_eq!(roc_auc(&[true, false], &[0.0]).unwrap_err().to_string(), "scores: expected 2 rows, found 1");
        assert!(matches!(roc_auc(&[true, false], &[0.0, f64::NAN]), Err(Error::NonFinite { row: 1, .. })));
    }

    #[test]
    fn a_class_without_a_column_is_half_right_and_one_never_true_is_left_out() {
        let proba = rows(&[[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]]);
        // class 0: 0.9 above both, 1; class 5 has no column, 1/2; class 3 is never true
        assert_eq!(roc_auc_ovr_macro(&[0, 5, 5], &proba, &[0, 3]), Ok(0.75));
    }

    #[test]
    fn of_equal_scores_the_lower_class_stands_higher() {
        let even = rows(&[[0.5, 0.5], [0.5, 0.5]]);
        assert_eq!(top_k_accuracy(&[0, 3], &even, &[0, 3], 1), Ok(0.5));
        assert_eq!(top_k_accuracy(&[0, 3], &even, &[0, 3], 2), Ok(1.0));
        assert_eq!(top_k_accuracy(&[0, 7], &even, &[0, 3], 5), Ok(0.5));
        assert!(matches!(top_k_accuracy(&[0, 3], &even, &[0, 3], 0), Err(Error::Parameter { name: "k", .. })));
    }
}
