//! Which rows are trained on and which are tested, asked for by flags: the same for every algorithm.

use crate::{
    failure::{Failure, Result},
    registry::Target,
};
pub(crate) use cairn_model_selection::Split;
use cairn_model_selection::{
    KFold, StratifiedKFold, TestSize, TimeSeriesSplit, stratified_train_test_split, train_test_split,
};
use cairn_traits::Error;

/// `k` folds: each row is tested once. Stratified, where there are classes with a row for each fold.
pub(crate) fn k_folds(target: &Target, n: usize, k: usize, seed: u64) -> Result<Vec<Split>> {
    let plain = || KFold::new(k).shuffle(seed).split(n);
    let splits = match target {
        // where no class has so many rows there are no proportions to keep, and the score will say the rest
        Target::Classes(labels) => match StratifiedKFold::new(k).shuffle(seed).split(labels) {
            Err(Error::Shape { .. }) => plain(),
            splits => splits,
        },
        _ => plain(),
    };
    splits.map_err(|error| of_folds(&error, n, k))
}

fn of_folds(error: &Error, n: usize, k: usize) -> Failure {
    match error {
        Error::Parameter { .. } => Failure::new(format!("--folds: expected at least 2, found {k}")),
        Error::TooFewSamples { .. } => Failure::new(format!("--folds: expected at most {n}, one a row, found {k}")),
        other => Failure::new(other).at("--folds"),
    }
}

/// `k` stretches of rows that follow each other in time, each tested after learning from all that came before it.
pub(crate) fn time_folds(n: usize, k: usize) -> Result<Vec<Split>> {
    if k < 2 {
        return Err(Failure::new(format!("--folds: expected at least 2, found {k}")));
    }
    TimeSeriesSplit::new(k).split(n).map_err(|error| of_folds(&error, n, k))
}

/// The last share of the rows, tested after learning from those before it.
pub(crate) fn last(n: usize, share: f64) -> Result<Split> {
    let train = ((n as f64 * (1.0 - share)) as usize).max(1);
    if train >= n {
        return Err(Failure::new(format!("expected rows to learn from and rows to test, found {n} in all")));
    }
    Ok(Split { train: (0..train).collect(), test: (train..n).collect() })
}

/// Rows drawn for testing, or for use at all. Stratified, where there are classes.
fn drawn(target: &Target, n: usize, size: TestSize, seed: u64) -> cairn_traits::Result<Split> {
    match target {
        Target::Classes(labels) => stratified_train_test_split(labels, size, seed),
        _ => train_test_split(n, size, seed),
    }
}

/// One split with this share of the rows, rounded up, held back for testing.
pub(crate) fn holdout(target: &Target, n: usize, share: f64, seed: u64) -> Result<Split> {
    drawn(target, n, TestSize::Share(share), seed).map_err(|error| match error {
        Error::Parameter { .. } => Failure::new(format!("--holdout: expected a share between 0 and 1, found {share}")),
        Error::TooFewSamples { .. } => {
            Failure::new(format!("--holdout: expected rows for both parts, found {n} in all"))
        }
        other => Failure::from(other).at("--holdout"),
    })
}

/// At most `most` rows, drawn with the seed; in their own order.
pub(crate) fn sample(target: &Target, n: usize, most: usize, seed: u64) -> Result<Vec<usize>> {
    if most >= n { Ok((0..n).collect()) } else { Ok(drawn(target, n, TestSize::Rows(most), seed)?.test) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::DVector;

    fn classes() -> Target {
        Target::Classes((0..90).map(|row| if row < 60 { 0 } else { 4 }).collect())
    }

    /// Rows of class 4.
    fn rare(rows: &[usize]) -> usize {
        rows.iter().filter(|&&row| row >= 60).count()
    }

    #[test]
    fn classes_are_kept_in_proportion_and_numbers_are_drawn() {
        assert!(k_folds(&classes(), 90, 5, 1).unwrap().iter().all(|split| rare(&split.test) == 6)); // 30 / 5
        assert_eq!(rare(&holdout(&classes(), 90, 0.2, 1).unwrap().test), 6); // 18 · 30 / 90
        assert_eq!(rare(&sample(&classes(), 90, 30, 1).unwrap()), 10);
        let numbers = Target::Numbers(DVector::zeros(90));
        let folds = k_folds(&numbers, 90, 7, 3).unwrap();
        assert_eq!(folds.iter().map(|split| split.test.len()).collect::<Vec<_>>(), [13, 13, 13, 13, 13, 13, 12]);
        assert_eq!(holdout(&numbers, 90, 0.25, 1).unwrap().test.len(), 23); // 22.5, rounded up
        assert_eq!(sample(&Target::None, 90, 90, 1).unwrap(), (0..90).collect::<Vec<_>>());
    }

    #[test]
    fn classes_too_small_for_any_proportion_are_dealt_as_they_come() {
        let keys = Target::Classes((0..9).collect());
        assert_eq!(k_folds(&keys, 9, 4, 2).unwrap(), k_folds(&Target::None, 9, 4, 2).unwrap());
    }

    #[test]
    fn impossible_splits_are_refused_in_the_words_of_the_flags() {
        let folds = |k| k_folds(&classes(), 90, k, 0).unwrap_err().to_string();
        assert_eq!(folds(1), "--folds: expected at least 2, found 1");
        assert_eq!(folds(91), "--folds: expected at most 90, one a row, found 91");
        let holdout = |share| holdout(&classes(), 90, share, 0).unwrap_err().to_string();
        for share in [0.0, 1.0, -0.5, f64::NAN] {
            assert_eq!(holdout(share), format!("--holdout: expected a share between 0 and 1, found {share}"));
        }
        assert_eq!(holdout(0.999), "--holdout: expected rows for both parts, found 90 in all");
    }
}
