//! Learn from the past, be judged on what came next.

use super::{Split, Splitter};
use cairn_traits::{Result, check};
use serde::{Deserialize, Serialize};

/// Splits of rows that stand in the order of time: each tests a stretch, and trains on what came before it.
///
/// Shuffled, tomorrow would be trained on and yesterday predicted, which is easy and useless. The last `n_splits` stretches
/// of `test_size` rows are tested, one after another, while the training part grows:
/// ```text
/// train train | test  .     .          with .gap(1):  train .     | test
/// train train   train | test  .
/// train train   train   train | test
/// ```
///
/// # Complexity
/// O(n k).
///
/// # Examples
/// ```
/// use cairn_model_selection::TimeSeriesSplit;
/// let splits = TimeSeriesSplit::new(2).split(6)?; // 6 / (2 + 1) rows each
/// assert_eq!((&splits[0].train[..], &splits[0].test[..]), (&[0, 1][..], &[2, 3][..]));
/// assert_eq!((&splits[1].train[..], &splits[1].test[..]), (&[0, 1, 2, 3][..], &[4, 5][..]));
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, 3rd edition, section 5.10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeSeriesSplit {
    n_splits: usize,
    gap: usize,
    test_size: Option<usize>,
    max_train_size: Option<usize>,
}

impl TimeSeriesSplit {
    /// `n_splits` stretches to test, at least 1.
    pub fn new(n_splits: usize) -> Self {
        Self { n_splits, gap: 0, test_size: None, max_train_size: None }
    }

    /// Rows left out between the two parts, where a row's answer is known only some steps later. 0 by default.
    #[must_use]
    pub fn gap(mut self, gap: usize) -> Self {
        self.gap = gap;
        self
    }

    /// Rows tested in each split. By default n / (n_splits + 1), rounded down.
    #[must_use]
    pub fn test_size(mut self, test_size: usize) -> Self {
        self.test_size = Some(test_size);
        self
    }

    /// The most rows trained on: the latest. All by default.
    #[must_use]
    pub fn max_train_size(mut self, max_train_size: usize) -> Self {
        self.max_train_size = Some(max_train_size);
        self
    }

    /// The splits of `n_rows` rows.
    ///
    /// # Errors
    /// [`Error::Parameter`](cairn_traits::Error::Parameter) for a size or number of splits of 0, [`Error::TooFewSamples`](cairn_traits::Error::TooFewSamples) if no row would be left to train
    /// on.
    pub fn split(&self, n_rows: usize) -> Result<Vec<Split>> {
        let positive =
            |name, value: usize| check::parameter_at_least(name, 1.0, value as f64, "a number of at least 1");
        positive("n_splits", self.n_splits)?;
        positive("test_size", self.test_size.unwrap_or(1))?;
        positive("max_train_size", self.max_train_size.unwrap_or(1))?;
        let size = self.test_size.unwrap_or_else(|| (n_rows / self.n_splits.saturating_add(1)).max(1));
        let untrained = self.n_splits.saturating_mul(size).saturating_add(self.gap);
        check::at_least("x", untrained.saturating_add(1), n_rows)?;
        let first = n_rows - self.n_splits * size;
        let split = |start: usize| {
            let end = start - self.gap;
            let begin = end.saturating_sub(self.max_train_size.unwrap_or(end));
            Split { train: (begin..end).collect(), test: (start..start + size).collect() }
        };
        Ok((0..self.n_splits).map(|fold| split(first + fold * size)).collect())
    }
}

impl<Y: ?Sized> Splitter<Y> for TimeSeriesSplit {
    fn splits(&self, n_rows: usize, _: &Y) -> Result<Vec<Split>> {
        self.split(n_rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;

    #[test]
    fn a_gap_and_a_window_are_kept() {
        let splits = TimeSeriesSplit::new(2).test_size(2).gap(1).max_train_size(3).split(10).unwrap();
        // tested: 6 7, then 8 9; row 5, then row 7, is left out before them
        assert_eq!(splits[0], Split { train: vec![2, 3, 4], test: vec![6, 7] });
        assert_eq!(splits[1], Split { train: vec![4, 5, 6], test: vec![8, 9] });
    }

    #[test]
    fn a_split_without_rows_to_train_on_is_refused() {
        let few = |needed, found| Err(Error::TooFewSamples { what: "x", needed, found });
        assert_eq!(TimeSeriesSplit::new(2).test_size(3).gap(1).split(7), few(8, 7));
        assert_eq!(TimeSeriesSplit::new(3).split(3), few(4, 3));
        assert_eq!(TimeSeriesSplit::new(usize::MAX).test_size(3).split(7), few(usize::MAX, 7));
        for (splitter, what) in [
            (TimeSeriesSplit::new(0), "n_splits"),
            (TimeSeriesSplit::new(2).test_size(0), "test_size"),
            (TimeSeriesSplit::new(2).max_train_size(0), "max_train_size"),
        ] {
            assert!(matches!(splitter.split(9), Err(Error::Parameter { name, .. }) if name == what));
        }
    }
}
