//! Which rows are trained on, which are tested: seeded, and the same for every algorithm.

use crate::{
    failure::{Failure, Result},
    registry::Target,
};
use cairn_numeric::stream;
use rand::seq::SliceRandom;
use std::collections::BTreeMap;

/// One split of the rows; both parts ascend.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Split {
    pub(crate) train: Vec<usize>,
    pub(crate) test: Vec<usize>,
}

/// Rows in a random order; classes take turns, so that any stretch holds each in proportion.
fn dealt(target: &Target, n: usize, seed: u64) -> Vec<usize> {
    let mut rng = stream(seed, 0);
    let mut rows: Vec<usize> = (0..n).collect();
    rows.shuffle(&mut rng);
    if let Target::Classes(labels) = target {
        let mut by_class: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        rows.iter().for_each(|&row| by_class.entry(labels[row]).or_default().push(row));
        // each row's place within its class, as a share of the class: sorted by it, classes interleave
        let mut places: Vec<(f64, usize)> = Vec::with_capacity(n);
        for members in by_class.values() {
            let place = |(at, &row): (usize, &usize)| ((at as f64 + 0.5) / members.len() as f64, row);
            places.extend(members.iter().enumerate().map(place));
        }
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows = places.into_iter().map(|(_, row)| row).collect();
    }
    rows
}

fn split(n: usize, mut test: Vec<usize>) -> Split {
    test.sort_unstable();
    let train = (0..n).filter(|row| test.binary_search(row).is_err()).collect();
    Split { train, test }
}

/// `k` folds: each row is tested once. Stratified, where there are classes.
pub(crate) fn k_folds(target: &Target, n: usize, k: usize, seed: u64) -> Result<Vec<Split>> {
    if k < 2 {
        return Err(Failure::new(format!("--folds: expected at least 2, found {k}")));
    }
    if k > n {
        return Err(Failure::new(format!("--folds: expected at most {n}, one a row, found {k}")));
    }
    // every k-th of the dealt rows: a fold has each class in proportion
    let dealt = match target {
        Target::Classes(labels) => by_class(labels, &dealt(target, n, seed)),
        _ => dealt(target, n, seed),
    };
    Ok((0..k).map(|fold| split(n, dealt.iter().copied().skip(fold).step_by(k).collect())).collect())
}

/// Rows class after class, in the order given within each.
fn by_class(labels: &[usize], rows: &[usize]) -> Vec<usize> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|&row| labels[row]);
    rows
}

/// One split with this share of the rows, rounded up, held back for testing. Stratified, where there are classes.
pub(crate) fn holdout(target: &Target, n: usize, share: f64, seed: u64) -> Result<Split> {
    if !(share > 0.0 && share < 1.0) {
        return Err(Failure::new(format!("--holdout: expected a share between 0 and 1, found {share}")));
    }
    let n_test = (share * n as f64).ceil() as usize;
    if n < 2 || n_test >= n {
        return Err(Failure::new(format!("--holdout: expected rows for both parts, found {n} in all")));
    }
    Ok(split(n, dealt(target, n, seed).into_iter().take(n_test).collect()))
}

/// At most `most` rows, drawn with the seed; in their own order.
pub(crate) fn sample(target: &Target, n: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut rows: Vec<usize> = dealt(target, n, seed).into_iter().take(most).collect();
    rows.sort_unstable();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::DVector;

    fn classes() -> Target {
        Target::Classes((0..90).map(|row| if row < 60 { 0 } else { 4 }).collect())
    }

    #[test]
    fn every_row_is_tested_once() {
        for target in [classes(), Target::Numbers(DVector::zeros(90))] {
            let folds = k_folds(&target, 90, 7, 3).unwrap();
            let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
            tested.sort_unstable();
            assert_eq!(tested, (0..90).collect::<Vec<_>>());
            for fold in folds {
                assert!((12..=13).contains(&fold.test.len()), "sizes differ by one at most");
                assert_eq!(fold.train.len() + fold.test.len(), 90);
                assert!(fold.train.iter().all(|row| !fold.test.contains(row)));
            }
        }
    }

    #[test]
    fn each_fold_has_the_classes_in_proportion() {
        for fold in k_folds(&classes(), 90, 5, 1).unwrap() {
            assert_eq!(fold.test.iter().filter(|&&row| row >= 60).count(), 6); // 30 of class 4 in 5 folds
        }
        let test = holdout(&classes(), 90, 0.25, 1).unwrap().test;
        assert_eq!(test.len(), 23); // 22.5, rounded up
        assert!((7..=8).contains(&test.iter().filter(|&&row| row >= 60).count())); // a third
    }

    #[test]
    fn another_seed_is_another_split() {
        assert_eq!(k_folds(&classes(), 90, 5, 1).unwrap(), k_folds(&classes(), 90, 5, 1).unwrap());
        assert_ne!(k_folds(&classes(), 90, 5, 1).unwrap(), k_folds(&classes(), 90, 5, 2).unwrap());
    }

    #[test]
    fn impossible_splits_are_refused() {
        assert!(k_folds(&classes(), 90, 1, 0).is_err());
        assert!(k_folds(&classes(), 90, 91, 0).is_err());
        for share in [0.0, 1.0, -0.5, f64::NAN, 0.999] {
            assert!(holdout(&classes(), 90, share, 0).is_err(), "{share}");
        }
    }
}
