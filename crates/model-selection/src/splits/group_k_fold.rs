//! k parts that keep groups of rows together.

use super::{Split, folds, row_numbers};
use cairn_traits::{Error, Result};
use serde::{Deserialize, Serialize};

/// k-fold where rows that belong together (the visits of one patient, the photos of one street) are never torn apart.
///
/// If three visits of a patient are trained on and the fourth is tested, the model is asked about somebody it knows, and
/// its score says nothing about the next patient. Whole groups are held back instead.
///
/// Groups are placed one after another, the largest first, each into the fold that has the fewest rows so far (the first
/// of them, if several do). Among groups of one size the one that sorts last is placed first, as in scikit-learn, or they
/// come in a random order with [`GroupKFold::shuffle`]. Folds differ in size by the largest group at most.
///
/// # Complexity
/// O(n log n + n k).
///
/// # Examples
/// ```
/// use cairn_model_selection::GroupKFold;
/// let patients = ["ann", "bob", "ann", "eve", "bob", "ann"];
/// let splits = GroupKFold::new(2).split(&patients)?;
/// assert_eq!(splits[0].test, [0, 2, 5]); // ann
/// assert_eq!(splits[1].test, [1, 3, 4]); // bob and eve
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Graham (1969), "Bounds on multiprocessing timing anomalies", SIAM Journal on Applied Mathematics 17(2): largest first,
/// to the least loaded, is at most 4/3 of the best balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupKFold {
    n_splits: usize,
    shuffle: Option<u64>,
}

impl GroupKFold {
    /// `n_splits` folds: at least 2, at most the number of groups.
    pub fn new(n_splits: usize) -> Self {
        Self { n_splits, shuffle: None }
    }

    /// Places groups of one size in a random order drawn with `seed`.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.shuffle = Some(seed);
        self
    }

    /// The splits of rows that belong to these groups: numbers, names, anything with an order.
    ///
    /// # Errors
    /// [`Error::Parameter`] for fewer than 2 folds, [`Error::TooFewSamples`] for fewer rows than folds, [`Error::Shape`] for
    /// fewer groups than folds.
    pub fn split<G: Ord>(&self, groups: &[G]) -> Result<Vec<Split>> {
        folds(self.n_splits, groups.len())?;
        let mut rows = row_numbers(groups.len(), None);
        rows.sort_by(|&a, &b| groups[a].cmp(&groups[b]));
        let members: Vec<&[usize]> = rows.chunk_by(|&a, &b| groups[a] == groups[b]).collect();
        if members.len() < self.n_splits {
            let (expected, found) = (self.n_splits, members.len());
            return Err(Error::Shape { what: "groups", unit: "distinct groups or more", expected, found });
        }
        let mut order = row_numbers(members.len(), self.shuffle);
        if self.shuffle.is_none() {
            order.reverse();
        }
        order.sort_by_key(|&group| std::cmp::Reverse(members[group].len()));
        let mut tests: Vec<Vec<usize>> = vec![Vec::new(); self.n_splits];
        for group in order {
            // there are at least 2 folds, and the first of the smallest comes out
            if let Some(smallest) = tests.iter_mut().min_by_key(|test| test.len()) {
                smallest.extend_from_slice(members[group]);
            }
        }
        Ok(tests.into_iter().map(|test| Split::holding_back(test, groups.len())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_group_goes_first_and_then_to_the_emptiest_fold() {
        // sizes: 5 of a, 3 of b, 2 of c, 2 of d. a | b | then d (last of its size) to b's fold: 5 | 5, then c to the first
        let groups: Vec<char> = "aaaaabbbccdd".chars().collect();
        let splits = GroupKFold::new(2).split(&groups).unwrap();
        assert_eq!(splits[0].test, [0, 1, 2, 3, 4, 8, 9]);
        assert_eq!(splits[1].test, [5, 6, 7, 10, 11]);
    }

    #[test]
    fn a_seed_draws_among_groups_of_one_size() {
        let groups: Vec<usize> = (0..60).map(|row| row / 3).collect();
        let split = |seed| GroupKFold::new(4).shuffle(seed).split(&groups).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
    }

    #[test]
    fn too_few_groups_are_refused() {
        let unit = "distinct groups or more";
        let few = Err(Error::Shape { what: "groups", unit, expected: 3, found: 2 });
        assert_eq!(GroupKFold::new(3).split(&[1, 1, 9, 9, 9]), few);
        assert!(matches!(GroupKFold::new(1).split(&[1, 2]), Err(Error::Parameter { .. })));
        assert!(matches!(GroupKFold::new(2).split::<u8>(&[]), Err(Error::TooFewSamples { .. })));
    }
}
