//! One part to learn from, one to be judged on.

use super::{Split, row_numbers};
use cairn_traits::{Error, Result, check};

/// How many rows are held back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TestSize {
    /// A share of the rows, between 0 and 1, rounded up to whole rows.
    Share(f64),
    /// So many rows.
    Rows(usize),
}

impl TestSize {
    /// Rows to hold back of `n`, so that both parts have some.
    fn of(self, n: usize) -> Result<usize> {
        let rows = match self {
            Self::Share(share) if share > 0.0 && share < 1.0 => (share * n as f64).ceil() as usize,
            Self::Share(found) => {
                return Err(Error::Parameter { name: "test_size", requirement: "a share between 0 and 1", found });
            }
            Self::Rows(rows) => rows,
        };
        check::at_least("x", 2, n)?;
        check::parameter_at_least("test_size", 1.0, rows as f64, "a row at least")?;
        check::at_least("x", rows.saturating_add(1), n)?;
        Ok(rows)
    }
}

/// Holds rows back at random; the rest is for training.
///
/// One fit instead of k, at the price of a score that depends on which rows were drawn: for large data, slow models, and
/// the last test that nobody looks at before the end.
///
/// # Errors
/// [`Error::Parameter`] for a share outside (0, 1) or 0 rows, [`Error::TooFewSamples`] if no row would be left to train on.
///
/// # Examples
/// ```
/// use cairn_model_selection::{TestSize, train_test_split};
/// let split = train_test_split(10, TestSize::Share(0.25), 7)?;
/// assert_eq!((split.train.len(), split.test.len()), (7, 3)); // 2.5, rounded up
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn train_test_split(n_rows: usize, size: TestSize, seed: u64) -> Result<Split> {
    let n_test = size.of(n_rows)?;
    let mut rows = row_numbers(n_rows, Some(seed));
    rows.truncate(n_test);
    Ok(Split::holding_back(rows, n_rows))
}

/// Holds rows back at random, each class in proportion.
///
/// A class gets its share of the rows held back, rounded down; the rows still missing then go to the classes that were
/// rounded down the most, the first of them if several were. So each class is within one row of its share. A class with one
/// row only is in one of the parts.
///
/// # Errors
/// Those of [`train_test_split`].
///
/// # Examples
/// ```
/// use cairn_model_selection::{TestSize, stratified_train_test_split};
/// let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]; // 6 and 4
/// let split = stratified_train_test_split(&labels, TestSize::Rows(5), 7)?;
/// assert_eq!(split.test.iter().filter(|&&row| labels[row] == 1).count(), 2);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// The rounding is the method of largest remainders (Hamilton 1792) for sharing out seats.
pub fn stratified_train_test_split<L: Ord>(labels: &[L], size: TestSize, seed: u64) -> Result<Split> {
    let n = labels.len();
    let n_test = size.of(n)?;
    let mut rows = row_numbers(n, Some(seed));
    rows.sort_by(|&a, &b| labels[a].cmp(&labels[b]));
    let classes: Vec<&[usize]> = rows.chunk_by(|&a, &b| labels[a] == labels[b]).collect();
    // members · n_test / n in whole numbers, wide enough for any product
    let share = |class: &[usize]| class.len() as u128 * n_test as u128;
    let mut counts: Vec<usize> = classes.iter().map(|class| (share(class) / n as u128) as usize).collect();
    let missing = n_test - counts.iter().sum::<usize>();
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by_key(|&class| std::cmp::Reverse(share(classes[class]) % n as u128));
    order.iter().take(missing).for_each(|&class| counts[class] += 1);
    let test = classes.iter().zip(counts).flat_map(|(class, count)| class.iter().copied().take(count)).collect();
    Ok(Split::holding_back(test, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_held_back_in_proportion() {
        let labels: Vec<usize> = (0..90).map(|row| if row < 60 { 0 } else { 4 }).collect();
        let test = stratified_train_test_split(&labels, TestSize::Share(0.25), 1).unwrap().test;
        assert_eq!(test.len(), 23); // 22.5, rounded up
        // 23 · 60 / 90 = 15.33 and 23 · 30 / 90 = 7.67: 15 and 7, and the row still missing goes to the second
        assert_eq!(test.iter().filter(|&&row| row >= 60).count(), 8);
    }

    #[test]
    fn another_seed_is_another_split() {
        let split = |seed| train_test_split(90, TestSize::Rows(20), seed).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
        let split = |seed| stratified_train_test_split(&[7; 90], TestSize::Rows(20), seed).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
    }

    #[test]
    fn impossible_splits_are_refused() {
        for share in [0.0, 1.0, -0.5, f64::NAN] {
            let error = train_test_split(90, TestSize::Share(share), 0).unwrap_err();
            assert!(matches!(error, Error::Parameter { name: "test_size", .. }), "{share}");
        }
        let few = |needed, found| Err(Error::TooFewSamples { what: "x", needed, found });
        assert_eq!(train_test_split(90, TestSize::Share(0.999), 0), few(91, 90));
        assert_eq!(train_test_split(90, TestSize::Rows(90), 0), few(91, 90));
        assert_eq!(stratified_train_test_split(&[0], TestSize::Rows(1), 0), few(2, 1));
        assert_eq!(stratified_train_test_split::<u8>(&[], TestSize::Share(0.5), 0), few(2, 0));
        assert!(matches!(train_test_split(90, TestSize::Rows(0), 0), Err(Error::Parameter { .. })));
    }
}
