//! k parts of about the same size, each held back once.

use super::{Split, Splitter, dealt, folds, row_numbers};
use cairn_numeric::stream;
use cairn_traits::{Result, check};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

/// k-fold: the rows are cut into k parts of about the same size, and each part is held back once.
///
/// Every row is tested exactly once and trained on k − 1 times. Sizes differ by one row at most. Without a seed the parts
/// are consecutive stretches, which is wrong for rows that are sorted (all of one class first) and right for nothing but
/// rows already shuffled: set [`KFold::shuffle`], or take [`crate::StratifiedKFold`].
///
/// More folds train on more rows (the score is nearer to that of the model of all rows) and cost more; 5 and 10 are usual.
///
/// # Complexity
/// O(n k).
///
/// # Determinism
/// The same seed and number of rows, the same folds.
///
/// # Examples
/// ```
/// use cairn_model_selection::KFold;
/// let splits = KFold::new(3).split(7)?;
/// assert_eq!(splits[0].test, [0, 1, 2]); // 7 = 3 + 2 + 2
/// assert_eq!(splits[2].train, [0, 1, 2, 3, 4]);
/// let mut tested: Vec<usize> = KFold::new(3).shuffle(1).split(7)?.into_iter().flat_map(|s| s.test).collect();
/// tested.sort();
/// assert_eq!(tested, [0, 1, 2, 3, 4, 5, 6]);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Stone (1974), "Cross-validatory choice and assessment of statistical predictions", JRSS B 36(2). Kohavi (1995), "A
/// study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI: how many folds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KFold {
    n_splits: usize,
    shuffle: Option<u64>,
}

impl KFold {
    /// `n_splits` consecutive stretches: at least 2, at most the number of rows.
    pub fn new(n_splits: usize) -> Self {
        Self { n_splits, shuffle: None }
    }

    /// Deals the rows out in a random order drawn with `seed`.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.shuffle = Some(seed);
        self
    }

    /// The splits of `n_rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`](cairn_traits::Error::Parameter) for fewer than 2 folds, [`Error::TooFewSamples`](cairn_traits::Error::TooFewSamples) for fewer rows than folds.
    pub fn split(&self, n_rows: usize) -> Result<Vec<Split>> {
        folds(self.n_splits, n_rows)?;
        if self.shuffle.is_some() {
            return Ok(dealt(&row_numbers(n_rows, self.shuffle), self.n_splits));
        }
        let (size, longer) = (n_rows / self.n_splits, n_rows % self.n_splits);
        let start = |fold: usize| fold * size + fold.min(longer);
        let stretch = |fold: usize| (start(fold)..start(fold + 1)).collect();
        Ok((0..self.n_splits).map(|fold| Split::holding_back(stretch(fold), n_rows)).collect())
    }
}

impl<Y: ?Sized> Splitter<Y> for KFold {
    fn splits(&self, n_rows: usize, _: &Y) -> Result<Vec<Split>> {
        self.split(n_rows)
    }
}

/// Shuffled k-fold done several times, each time in another order: the mean depends less on one lucky draw.
///
/// # Examples
/// ```
/// use cairn_model_selection::RepeatedKFold;
/// assert_eq!(RepeatedKFold::new(5, 3, 0).split(20)?.len(), 15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedKFold {
    n_splits: usize,
    n_repeats: usize,
    seed: u64,
}

impl RepeatedKFold {
    /// `n_splits` folds, `n_repeats` times; the first time is [`KFold::shuffle`] with the same seed.
    pub fn new(n_splits: usize, n_repeats: usize, seed: u64) -> Self {
        Self { n_splits, n_repeats, seed }
    }

    /// The splits of `n_rows` rows, repetition after repetition.
    ///
    /// # Errors
    /// Those of [`KFold::split`], and [`Error::Parameter`](cairn_traits::Error::Parameter) for no repetition.
    pub fn split(&self, n_rows: usize) -> Result<Vec<Split>> {
        folds(self.n_splits, n_rows)?;
        check::parameter_at_least("n_repeats", 1.0, self.n_repeats as f64, "a number of at least 1")?;
        let repetition = |repeat: u64| {
            let mut rows: Vec<usize> = (0..n_rows).collect();
            rows.shuffle(&mut stream(self.seed, repeat));
            dealt(&rows, self.n_splits)
        };
        Ok((0..self.n_repeats as u64).flat_map(repetition).collect())
    }
}

impl<Y: ?Sized> Splitter<Y> for RepeatedKFold {
    fn splits(&self, n_rows: usize, _: &Y) -> Result<Vec<Split>> {
        self.split(n_rows)
    }
}

/// Each row is held back alone: [`KFold`] with as many folds as rows.
///
/// As many fits as rows, each on almost all the data. Scores that need several rows (R², AUC) are not defined on one.
///
/// # Examples
/// ```
/// use cairn_model_selection::LeaveOneOut;
/// assert_eq!(LeaveOneOut.split(3)?[1].train, [0, 2]);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveOneOut;

impl LeaveOneOut {
    /// The splits of `n_rows` rows.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`](cairn_traits::Error::TooFewSamples) for fewer than 2 rows.
    pub fn split(&self, n_rows: usize) -> Result<Vec<Split>> {
        check::at_least("x", 2, n_rows)?;
        KFold::new(n_rows).split(n_rows)
    }
}

impl<Y: ?Sized> Splitter<Y> for LeaveOneOut {
    fn splits(&self, n_rows: usize, _: &Y) -> Result<Vec<Split>> {
        self.split(n_rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;

    #[test]
    fn impossible_numbers_of_folds_are_refused() {
        let too_few = |n| Err(Error::TooFewSamples { what: "x", needed: n, found: n - 1 });
        assert_eq!(KFold::new(4).split(3), too_few(4));
        assert_eq!(KFold::new(4).shuffle(0).split(3), too_few(4));
        assert_eq!(LeaveOneOut.split(1), too_few(2));
        for n_splits in [0, 1] {
            assert!(matches!(KFold::new(n_splits).split(9), Err(Error::Parameter { name: "n_splits", .. })));
        }
        assert!(matches!(RepeatedKFold::new(2, 0, 0).split(9), Err(Error::Parameter { name: "n_repeats", .. })));
    }

    #[test]
    fn another_seed_is_another_split() {
        let split = |seed| KFold::new(5).shuffle(seed).split(90).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
        let repeated = RepeatedKFold::new(5, 2, 1).split(90).unwrap();
        assert_eq!(repeated[..5], split(1));
        assert_ne!(repeated[..5], repeated[5..]);
    }
}
