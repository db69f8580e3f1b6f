//! k parts, each with the classes in proportion.

use super::{Split, Splitter, dealt, folds, row_numbers};
use cairn_traits::{Error, Result, check};
use serde::{Deserialize, Serialize};

/// k-fold where every fold has each class in proportion.
///
/// With 10 sick among 100 and 5 folds, each fold tests 2 of the sick; drawn blindly, one fold in ten would test none and
/// score perfectly by never looking for them. The scores of the folds then differ by the model, not by the luck of the draw.
///
/// The rows, shuffled if there is a seed, are sorted by class and dealt out like cards. So the rows of one class differ by
/// one at most between folds, and so do the folds in size.
///
/// A class with fewer rows than there are folds is tested in some of them only, and that is allowed: it is the most that
/// can be done for it, and scikit-learn goes on too. If it holds for every class, no fold can be in proportion, and that is
/// an error.
///
/// # Complexity
/// O(n log n + n k).
///
/// # Determinism
/// The same seed and labels, the same folds.
///
/// # Examples
/// ```
/// use cairn_model_selection::StratifiedKFold;
/// let sick = ["no", "no", "yes", "no", "no", "no", "yes", "no"];
/// for split in StratifiedKFold::new(2).shuffle(0).split(&sick)? {
///     assert_eq!(split.test.iter().filter(|&&row| sick[row] == "yes").count(), 1);
///     assert_eq!(split.test.len(), 4);
/// }
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Kohavi (1995), "A study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StratifiedKFold {
    n_splits: usize,
    shuffle: Option<u64>,
}

impl StratifiedKFold {
    /// `n_splits` folds: at least 2, at most the rows of the largest class.
    pub fn new(n_splits: usize) -> Self {
        Self { n_splits, shuffle: None }
    }

    /// Deals the rows of each class out in a random order drawn with `seed`; without, in the order they stand in.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.shuffle = Some(seed);
        self
    }

    /// The splits of rows with these labels: numbers, words, anything with an order.
    ///
    /// # Errors
    /// [`Error::Parameter`] for fewer than 2 folds, [`Error::TooFewSamples`] for fewer rows than folds, [`Error::Shape`] if
    /// every class has fewer rows than there are folds.
    pub fn split<L: Ord>(&self, labels: &[L]) -> Result<Vec<Split>> {
        folds(self.n_splits, labels.len())?;
        let mut rows = row_numbers(labels.len(), self.shuffle);
        // a stable sort keeps the drawn order within a class
        rows.sort_by(|&a, &b| labels[a].cmp(&labels[b]));
        let largest = rows.chunk_by(|&a, &b| labels[a] == labels[b]).map(<[usize]>::len).max().unwrap_or_default();
        if largest < self.n_splits {
            let unit = "rows or more in the largest class";
            return Err(Error::Shape { what: "y", unit, expected: self.n_splits, found: largest });
        }
        Ok(dealt(&rows, self.n_splits))
    }
}

impl<L: Ord> Splitter<[L]> for StratifiedKFold {
    fn splits(&self, n_rows: usize, y: &[L]) -> Result<Vec<Split>> {
        check::rows("y", n_rows, y.len())?;
        self.split(y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<usize> {
        (0..90).map(|row| if row < 60 { 0 } else { 4 }).collect()
    }

    #[test]
    fn each_fold_has_the_classes_in_proportion() {
        for fold in StratifiedKFold::new(5).shuffle(1).split(&labels()).unwrap() {
            assert_eq!(fold.test.iter().filter(|&&row| row >= 60).count(), 6); // 30 of class 4 in 5 folds
            assert_eq!((fold.test.len(), fold.train.len()), (18, 72));
        }
    }

    #[test]
    fn another_seed_is_another_split() {
        let split = |seed| StratifiedKFold::new(5).shuffle(seed).split(&labels()).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
    }

    #[test]
    fn a_rare_class_is_allowed_but_not_rare_classes_alone() {
        let tested: Vec<_> =
            StratifiedKFold::new(3).split(&[0, 0, 0, 7]).unwrap().into_iter().map(|s| s.test).collect();
        assert_eq!(tested, [vec![0, 3], vec![1], vec![2]]);
        let unit = "rows or more in the largest class";
        let rare = Err(Error::Shape { what: "y", unit, expected: 3, found: 2 });
        assert_eq!(StratifiedKFold::new(3).split(&["a", "b", "a", "b"]), rare);
        let too_few = Err(Error::TooFewSamples { what: "x", needed: 3, found: 2 });
        assert_eq!(StratifiedKFold::new(3).split(&[1, 1]), too_few);
        assert!(matches!(StratifiedKFold::new(1).split(&[1, 1]), Err(Error::Parameter { .. })));
        let lengths = Err(Error::Shape { what: "y", unit: "rows", expected: 4, found: 3 });
        assert_eq!(Splitter::<[usize]>::splits(&StratifiedKFold::new(2), 4, &[1, 1, 1]), lengths);
    }
}
