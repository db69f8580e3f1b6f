//! Missing cells filled with a typical value of their column.

mod matrix;
mod table;

pub use matrix::SimpleImputerModel;
pub use table::{Fill, TableImputerModel};

use cairn_traits::{Error, Fit, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// What a missing number is filled with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The mean of the column.
    Mean,
    /// The middle number, or the mean of the two in the middle: a few wild values do not move it.
    #[default]
    Median,
    /// The number that comes most often; the smallest of them, if several do.
    MostFrequent,
    /// This number.
    Constant(f64),
}

/// Fills missing cells with a typical value of their column.
///
/// A matrix marks a missing cell with NaN, a [`crate::Table`] with `None`. Numbers are filled by the [`Strategy`]; words
/// always with the one that comes most often, the first in the alphabet if several do.
///
/// The values are learned from the training rows and filled into all rows after that, so that a row to predict needs no
/// company.
///
/// # Trade-offs
/// A filled cell pretends to be a typical one: columns look less spread out and less related than they are. With more than
/// a few cells in a hundred missing, ask first why they are.
///
/// # Examples
/// ```
/// use cairn_preprocess::{SimpleImputer, Strategy, Transform};
/// let x = cairn_preprocess::rows(&[[1.0, f64::NAN], [f64::NAN, 4.0], [2.0, 6.0], [9.0, 4.0]]);
/// let filled = SimpleImputer::new(Strategy::Median).fit(&x)?.transform(&x)?;
/// assert_eq!(filled, cairn_preprocess::rows(&[[1.0, 4.0], [2.0, 4.0], [2.0, 6.0], [9.0, 4.0]]));
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimpleImputer {
    strategy: Strategy,
}

impl SimpleImputer {
    /// An imputer that fills numbers by this strategy.
    pub fn new(strategy: Strategy) -> Self {
        Self { strategy }
    }

    /// What a missing number is filled with. [`Strategy::Median`] by default.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Learns the values to fill in: [`SimpleImputerModel`] from a matrix, [`TableImputerModel`] from a table.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a constant that is not finite; [`Error::TooFewSamples`] or [`Error::Shape`] without rows or
    /// columns; [`Error::NonFinite`] for an infinity; [`Error::Format`] for a column without a single value, unless the
    /// strategy is a constant.
    ///
    /// # Complexity
    /// O(n) a column for mean, median and constant, O(n log n) for the most frequent.
    pub fn fit<X: ?Sized>(&self, x: &X) -> Result<<Self as Fit<X>>::Model>
    where
        Self: Fit<X>,
    {
        Fit::fit(self, x, &())
    }
}

impl Hyperparameters for SimpleImputer {
    fn validate(&self) -> Result<()> {
        match self.strategy {
            Strategy::Constant(found) if !found.is_finite() => {
                Err(Error::Parameter { name: "strategy", requirement: "a finite constant", found })
            }
            _ => Ok(()),
        }
    }
}

/// The value this strategy fills into a column with these finite numbers, or `None` if it has none to learn from.
fn typical(strategy: Strategy, mut numbers: Vec<f64>) -> Option<f64> {
    if let Strategy::Constant(value) = strategy {
        return Some(value);
    }
    let n = numbers.len();
    let origin = *numbers.first()?;
    Some(match strategy {
        // halved, so that no difference of two finite numbers overflows
        Strategy::Mean => origin + numbers.iter().map(|v| (v / 2.0 - origin / 2.0) / n as f64).sum::<f64>() * 2.0,
        Strategy::Median => {
            let (below, &mut upper, _) = numbers.select_nth_unstable_by(n / 2, f64::total_cmp);
            let lower = if n % 2 == 1 { upper } else { below.iter().copied().max_by(f64::total_cmp)? };
            lower.midpoint(upper)
        }
        _ => {
            numbers.sort_unstable_by(f64::total_cmp);
            most_frequent(&numbers).copied()?
        }
    })
}

/// The item that comes most often in a sorted list, the first of them if several do.
fn most_frequent<T: PartialEq>(sorted: &[T]) -> Option<&T> {
    let mut best: &[T] = &[];
    for run in sorted.chunk_by(PartialEq::eq) {
        if run.len() > best.len() {
            best = run;
        }
    }
    best.first()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_smaller_number() {
        assert_eq!(typical(Strategy::MostFrequent, vec![4.0, 1.0, 4.0, 1.0, 9.0]), Some(1.0));
        // -0 and 0 are one number, which comes twice
        assert_eq!(typical(Strategy::MostFrequent, vec![5.0, -0.0, 0.0]), Some(0.0));
        assert_eq!(typical(Strategy::MostFrequent, vec![]), None);
    }

    #[test]
    fn the_middle_of_an_even_count_is_halfway() {
        assert_eq!(typical(Strategy::Median, vec![9.0, 1.0, 4.0, 2.0]), Some(3.0));
        assert_eq!(typical(Strategy::Median, vec![9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(typical(Strategy::Median, vec![f64::MAX, f64::MAX]), Some(f64::MAX));
    }

    #[test]
    fn the_mean_of_large_numbers_is_finite_and_of_equal_ones_exact() {
        // (MAX + MAX − MAX) / 3; the thirds are rounded, three of them
        let mean = typical(Strategy::Mean, vec![f64::MAX, f64::MAX, -f64::MAX]).unwrap();
        assert!((mean / f64::MAX - 1.0 / 3.0).abs() <= 4.0 * f64::EPSILON, "{mean:e}");
        assert_eq!(typical(Strategy::Mean, vec![0.1; 10]), Some(0.1));
    }

    #[test]
    fn strategies_are_written_as_they_are_typed() {
        for (strategy, text) in
            [(Strategy::MostFrequent, "\"most_frequent\""), (Strategy::Constant(0.5), "{\"constant\":0.5}")]
        {
            let text = format!("{{\"strategy\":{text}}}");
            assert_eq!(serde_json::to_string(&SimpleImputer::new(strategy)).unwrap(), text);
            assert_eq!(serde_json::from_str::<SimpleImputer>(&text).unwrap(), SimpleImputer::new(strategy));
        }
        assert!(matches!(SimpleImputer::new(Strategy::Constant(f64::NAN)).validate(), Err(Error::Parameter { .. })));
    }
}
