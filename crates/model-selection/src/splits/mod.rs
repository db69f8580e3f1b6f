//! Which rows are trained on, and which are held back.

mod group_k_fold;
mod k_fold;
mod stratified_k_fold;
mod time_series;
mod train_test;

pub use group_k_fold::GroupKFold;
pub use k_fold::{KFold, LeaveOneOut, RepeatedKFold};
pub use stratified_k_fold::StratifiedKFold;
pub use time_series::TimeSeriesSplit;
pub use train_test::{TestSize, stratified_train_test_split, train_test_split};

use cairn_numeric::stream;
use cairn_traits::{Error, Result, check};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

/// One way of holding rows back: a model learns from `train` and is judged on `test`.
///
/// The splitters of this crate give both parts in ascending order, without a row in common. Splits made by hand may have
/// any order, and may train on a row twice (the bootstrap).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Numbers of the rows to learn from.
    pub train: Vec<usize>,
    /// Numbers of the rows held back.
    pub test: Vec<usize>,
}

impl Split {
    /// Holds `test` back and trains on all the rest of `n_rows`. The numbers are below `n_rows`.
    fn holding_back(mut test: Vec<usize>, n_rows: usize) -> Self {
        test.sort_unstable();
        let mut held = vec![false; n_rows];
        test.iter().for_each(|&row| held[row] = true);
        Self { train: (0..n_rows).filter(|&row| !held[row]).collect(), test }
    }

    /// Whether both parts have rows, all below `n_rows`, and none in common.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] for an empty part; [`Error::Domain`] for a row that is not there, or one that would be
    /// trained on and tested.
    ///
    /// # Examples
    /// ```
    /// use cairn_model_selection::Split;
    /// let leaks = Split { train: vec![0, 1, 2], test: vec![2, 3] };
    /// assert_eq!(leaks.check(4).unwrap_err().to_string(), "test: expected rows that are not trained on, found 2 at row 0");
    /// ```
    pub fn check(&self, n_rows: usize) -> Result<()> {
        check::at_least("train", 1, self.train.len())?;
        check::at_least("test", 1, self.test.len())?;
        let mut trained = vec![false; n_rows];
        for (what, rows) in [("train", &self.train), ("test", &self.test)] {
            if let Some(at) = rows.iter().position(|&row| row >= n_rows) {
                let requirement = "numbers below the number of rows";
                return Err(Error::Domain { what, requirement, found: rows[at] as f64, row: Some(at) });
            }
        }
        self.train.iter().for_each(|&row| trained[row] = true);
        match self.test.iter().position(|&row| trained[row]) {
            None => Ok(()),
            Some(at) => {
                let (found, requirement) = (self.test[at] as f64, "rows that are not trained on");
                Err(Error::Domain { what: "test", requirement, found, row: Some(at) })
            }
        }
    }
}

/// A rule that makes splits of any rows: what nested cross-validation needs, where the rows are known later.
///
/// `Y` is what belongs to the rows; a rule that does not look at it takes any.
pub trait Splitter<Y: ?Sized> {
    /// The splits of `n_rows` rows, of which `y` holds the labels or numbers.
    ///
    /// # Errors
    /// Fewer rows, classes or groups than the rule needs, or a rule with parameters out of range.
    fn splits(&self, n_rows: usize, y: &Y) -> Result<Vec<Split>>;
}

/// The numbers of `n` rows, shuffled if there is a seed.
fn row_numbers(n: usize, seed: Option<u64>) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..n).collect();
    if let Some(seed) = seed {
        rows.shuffle(&mut stream(seed, 0));
    }
    rows
}

/// `k` splits; the rows are dealt out like cards, so every k-th of them is tested together.
fn dealt(rows: &[usize], k: usize) -> Vec<Split> {
    let hand = |fold: usize| rows.iter().copied().skip(fold).step_by(k).collect();
    (0..k).map(|fold| Split::holding_back(hand(fold), rows.len())).collect()
}

/// Whether `n` rows can be cut into `k` parts, of which one is trained on at least.
fn folds(k: usize, n: usize) -> Result<()> {
    if k < 2 {
        let requirement = "a number of at least 2";
        return Err(Error::Parameter { name: "n_splits", requirement, found: k as f64 });
    }
    check::at_least("x", k, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_split_by_hand_is_checked() {
        let split = |train: &[usize], test: &[usize]| Split { train: train.to_vec(), test: test.to_vec() };
        assert_eq!(split(&[2, 0, 2], &[1]).check(3), Ok(()));
        let needed = |what| Err(Error::TooFewSamples { what, needed: 1, found: 0 });
        assert_eq!(split(&[], &[1]).check(3), needed("train"));
        assert_eq!(split(&[1], &[]).check(3), needed("test"));
        let requirement = "numbers below the number of rows";
        let missing = Err(Error::Domain { what: "test", requirement, found: 3.0, row: Some(1) });
        assert_eq!(split(&[0, 1], &[2, 3]).check(3), missing);
    }
}
