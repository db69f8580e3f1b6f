//! Whether a peer did the same work: its answers beside ours, on the same rows after learning from the same rows.

use crate::{registry::Answer, results::Agreement};
use cairn_traits::{DMatrix, DVector};

/// What two ways of computing the same number may differ by, relative to the greatest of ours.
///
/// Rounding grows with the condition of the columns, which tables of one's own take to 1e8 and more; and what iterates
/// stops at 1e-10. Another penalty, intercept or rule shows in the third digit.
const TOLERANCE: f64 = 1e-6;

/// Rows that may differ where several neighbours are equally far: which of them count is a matter of convention.
const TIES: f64 = 0.02;

/// The share of rows that may differ; `None` where the problem has more than one right answer.
fn allowed(algorithm: &str) -> Option<f64> {
    match algorithm {
        "linear-regression" | "ridge" | "lasso" | "elastic-net" | "logistic-regression" => Some(0.0),
        "gaussian-nb" | "multinomial-nb" | "bernoulli-nb" | "complement-nb" | "categorical-nb" => Some(0.0),
        "pca" => Some(0.0),
        "knn-classifier" | "knn-regressor" => Some(TIES),
        // drawn at random, or with many equally good splits
        _ => None,
    }
}

/// Answers split by split, ours and theirs; `None` where they cannot be compared.
pub(crate) fn agreement(algorithm: &str, ours: &[Answer], theirs: &[Answer]) -> Option<Agreement> {
    let allowed = allowed(algorithm)?;
    let mut all = (0, 0, 0.0_f64);
    for (ours, theirs) in ours.iter().zip(theirs) {
        let (rows, differ, most) = differences(ours, theirs)?;
        all = (all.0 + rows, all.1 + differ, all.2.max(most));
    }
    let (rows, differ, most) = all;
    let share = if rows > 0 && ours.len() == theirs.len() { differ as f64 / rows as f64 } else { return None };
    Some(Agreement { agrees: share <= allowed, difference: most, share })
}

/// Rows; those that differ; the greatest difference.
fn differences(ours: &Answer, theirs: &Answer) -> Option<(usize, usize, f64)> {
    match (ours, theirs) {
        (Answer::Classes { predicted: ours, .. }, Answer::Classes { predicted: theirs, .. }) => {
            if ours.len() != theirs.len() {
                return None;
            }
            let differ = ours.iter().zip(theirs).filter(|(a, b)| a != b).count();
            Some((ours.len(), differ, if differ > 0 { 1.0 } else { 0.0 }))
        }
        (Answer::Numbers(ours), Answer::Numbers(theirs)) => of_numbers(&column(ours), &column(theirs)),
        // the directions may be turned around: what they keep of the rows is the same
        (Answer::Reduced { restored: Some(ours), .. }, Answer::Reduced { restored: Some(theirs), .. }) => {
            of_numbers(ours, theirs)
        }
        _ => None,
    }
}

fn column(numbers: &DVector<f64>) -> DMatrix<f64> {
    DMatrix::from_column_slice(numbers.len(), 1, numbers.as_slice())
}

fn of_numbers(ours: &DMatrix<f64>, theirs: &DMatrix<f64>) -> Option<(usize, usize, f64)> {
    if ours.shape() != theirs.shape() {
        return None;
    }
    let scale = ours.amax().max(f64::MIN_POSITIVE);
    let rows: Vec<f64> = ours.row_iter().zip(theirs.row_iter()).map(|(a, b)| (a - b).amax() / scale).collect();
    let differ = rows.iter().filter(|difference| **difference > TOLERANCE).count();
    Some((rows.len(), differ, rows.iter().copied().fold(0.0, f64::max)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: &[f64]) -> Vec<Answer> {
        vec![Answer::Numbers(DVector::from_column_slice(values))]
    }

    #[test]
    fn rounding_agrees_and_another_penalty_does_not() {
        let ours = numbers(&[200.0, -100.0, 50.0, 0.0]);
        let same = agreement("ridge", &ours, &numbers(&[200.0, -100.0, 50.0 + 1e-9, 1e-9])).unwrap();
        assert!(same.agrees && same.share == 0.0 && same.difference > 0.0, "{same:?}");
        let other = agreement("ridge", &ours, &numbers(&[200.0, -100.0, 51.0, 0.0])).unwrap();
        // 1 of 4 rows, by 1 of 200
        assert_eq!(other, Agreement { agrees: false, difference: 0.005, share: 0.25 });
    }

    #[test]
    fn few_rows_between_equally_far_neighbours_may_differ() {
        let classes = |differ: usize| {
            let predicted = (0..100).map(|row| usize::from(row < differ)).collect();
            vec![Answer::Classes { predicted, proba: DMatrix::zeros(0, 0), classes: vec![0, 1] }]
        };
        assert!(agreement("knn-classifier", &classes(0), &classes(2)).unwrap().agrees);
        assert!(!agreement("knn-classifier", &classes(0), &classes(3)).unwrap().agrees);
        assert!(!agreement("logistic-regression", &classes(0), &classes(1)).unwrap().agrees);
    }

    #[test]
    fn what_has_no_single_answer_is_not_compared() {
        let (one, two) = (numbers(&[1.0]), numbers(&[1.0, 2.0]));
        assert_eq!(agreement("random-forest-regressor", &one, &one), None);
        assert_eq!(agreement("ridge", &one, &two), None);
        assert_eq!(agreement("ridge", &[], &[]), None);
    }

    #[test]
    fn directions_turned_around_keep_the_same() {
        let reduced = |sign: f64, kept: f64| {
            let (embedded, restored) = (DMatrix::from_element(2, 1, sign), Some(DMatrix::from_element(2, 3, kept)));
            vec![Answer::Reduced { embedded, restored }]
        };
        assert!(agreement("pca", &reduced(1.0, 2.0), &reduced(-1.0, 2.0)).unwrap().agrees);
        assert_eq!(agreement("pca", &reduced(1.0, 2.0), &reduced(1.0, 3.0)).unwrap().difference, 0.5);
    }
}
