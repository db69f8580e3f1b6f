//! Values drawn at random.

use super::named::{distinct, set};
use cairn_numeric::stream;
use cairn_traits::{Error, Hyperparameters, Result, check};
use rand::{RngExt, rngs::ChaCha8Rng};
use serde::Serialize;
use serde_json::Value;

/// Where the values of one hyperparameter are drawn from.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Numbers between the two, all alike likely.
    Uniform {
        /// The least.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// Numbers between the two, all magnitudes alike likely: as many between 0.01 and 0.1 as between 10 and 100. For
    /// penalties and learning rates, of which nobody knows the size.
    LogUniform {
        /// The least, above 0.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// Whole numbers from the first to the second, both among them.
    Integers {
        /// The least.
        low: i64,
        /// The largest.
        high: i64,
    },
    /// One of these, all alike likely.
    Choice(Vec<Value>),
}

impl Distribution {
    /// One of these values, written as they serialise.
    ///
    /// # Errors
    /// [`Error::Format`] for a value that cannot be written as JSON.
    ///
    /// # Examples
    /// ```
    /// use cairn_model_selection::Distribution;
    /// assert_eq!(Distribution::choice(["a"])?, Distribution::Choice(vec!["a".into()]));
    /// # Ok::<(), cairn_traits::Error>(())
    /// ```
    pub fn choice<V: Serialize>(values: impl IntoIterator<Item = V>) -> Result<Self> {
        let values = values.into_iter().map(serde_json::to_value).collect::<Result<_, _>>();
        Ok(Self::Choice(values.map_err(|e| Error::Format(format!("choice: {e}")))?))
    }

    fn validate(&self) -> Result<()> {
        let ordered = |low: f64, high: f64| low <= high && (high - low).is_finite();
        let (holds, requirement, found) = match self {
            Self::Uniform { low, high } => (ordered(*low, *high), "a finite range, low to high", high - low),
            Self::LogUniform { low, high } => {
                (*low > 0.0 && ordered(*low, *high), "a finite range above 0, low to high", *low)
            }
            Self::Integers { low, high } => (low <= high, "a range, low to high", *high as f64 - *low as f64),
            Self::Choice(values) => (!values.is_empty(), "a value at least", 0.0),
        };
        if holds { Ok(()) } else { Err(Error::Parameter { name: "distribution", requirement, found }) }
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> Value {
        // a draw near 1 can round past the end
        let between = |low: f64, high: f64, at: f64| Value::from(at.clamp(low, high));
        match self {
            &Self::Uniform { low, high } => between(low, high, low + rng.random::<f64>() * (high - low)),
            &Self::LogUniform { low, high } => {
                between(low, high, (low.ln() + rng.random::<f64>() * (high.ln() - low.ln())).exp())
            }
            &Self::Integers { low, high } => Value::from(rng.random_range(low..=high)),
            Self::Choice(values) => values[rng.random_range(0..values.len())].clone(),
        }
    }
}

/// Distributions of hyperparameters by name, from which candidates are drawn.
///
/// A grid of 5 values of each of 4 hyperparameters is 625 candidates, and if only one of the four matters, it has tried
/// 5 values of it. 60 random candidates try 60 values of each, and with 95 % chance one of them is among the best 5 % of all
/// (1 − 0.95⁶⁰ = 0.954).
///
/// # Determinism
/// Each candidate has a random stream of its own: the first 10 of 60 are the 10 that would be drawn alone.
///
/// # Examples
/// ```
/// use cairn_linear::Ridge;
/// use cairn_model_selection::{Distribution, Distributions};
///
/// let penalties = Distributions::new().vary("l2", Distribution::LogUniform { low: 1e-3, high: 1e3 });
/// let candidates = penalties.candidates(&Ridge::default(), 60, 7)?;
/// assert_eq!(candidates.len(), 60);
/// assert_eq!(candidates[..10], penalties.candidates(&Ridge::default(), 10, 7)?);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Bergstra and Bengio (2012), "Random search for hyper-parameter optimization", JMLR 13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distributions {
    axes: Vec<(String, Distribution)>,
}

impl Distributions {
    /// Nothing varies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws the hyperparameter `name`, `model.l2` for a part of a pipeline.
    #[must_use]
    pub fn vary(mut self, name: &str, distribution: Distribution) -> Self {
        self.axes.push((name.to_owned(), distribution));
        self
    }

    /// `n` copies of `base` with values drawn for the names, in the order of the names.
    ///
    /// Whether values are in range is found when they are fitted.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no candidates or a distribution without values; [`Error::Format`] for a name that `base` has
    /// not (with those it has), a value of another type, or a name given twice.
    pub fn candidates<E: Hyperparameters>(&self, base: &E, n: usize, seed: u64) -> Result<Vec<E>> {
        check::parameter_at_least("n", 1.0, n as f64, "a number of at least 1")?;
        distinct(&self.axes.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>())?;
        self.axes.iter().try_for_each(|(_, distribution)| distribution.validate())?;
        let candidate = |index: usize| {
            let mut rng = stream(seed, index as u64);
            let drawn: Vec<Value> = self.axes.iter().map(|(_, distribution)| distribution.draw(&mut rng)).collect();
            let names = self.axes.iter().map(|(name, _)| name.as_str());
            set(base, &names.zip(&drawn).collect::<Vec<_>>())
        };
        (0..n).map(candidate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_knn::{KnnClassifier, Weights};
    use cairn_linear::Ridge;

    fn drawn(distribution: &Distribution) -> Vec<f64> {
        let mut rng = stream(3, 0);
        (0..2000).map(|_| distribution.draw(&mut rng).as_f64().unwrap()).collect()
    }

    #[test]
    fn values_stay_in_their_range_and_fill_it() {
        for (distribution, low, high, middle) in [
            (Distribution::Uniform { low: -1.0, high: 3.0 }, -1.0, 3.0, 1.0),
            (Distribution::LogUniform { low: 1e-4, high: 1e2 }, 1e-4, 1e2, 0.1),
            (Distribution::Integers { low: -2, high: 7 }, -2.0, 7.0, 2.0),
        ] {
            let values = drawn(&distribution);
            assert!(values.iter().all(|value| (low..=high).contains(value)));
            // half of 2000 lie below the middle, give or take five standard deviations of √500
            let below = values.iter().filter(|value| **value <= middle).count();
            assert!(below.abs_diff(1000) <= 112, "{below}");
        }
        assert_eq!(drawn(&Distribution::Integers { low: 4, high: 4 }), [4.0; 2000]);
        assert_eq!(drawn(&Distribution::Uniform { low: 0.5, high: 0.5 }), [0.5; 2000]);
    }

    #[test]
    fn choices_are_all_drawn() {
        let choice = Distribution::choice([Weights::Uniform, Weights::Distance]).unwrap();
        let candidates =
            Distributions::new().vary("weights", choice).candidates(&KnnClassifier::new(2), 40, 0).unwrap();
        let distance = candidates.iter().filter(|knn| **knn != KnnClassifier::new(2)).count();
        // 20, give or take five standard deviations of √10
        assert!(distance.abs_diff(20) <= 15, "{distance}");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        for distribution in [
            Distribution::Uniform { low: 1.0, high: 0.0 },
            Distribution::Uniform { low: 0.0, high: f64::INFINITY },
            Distribution::Uniform { low: f64::MIN, high: f64::MAX },
            Distribution::LogUniform { low: 0.0, high: 1.0 },
            Distribution::LogUniform { low: f64::NAN, high: 1.0 },
            Distribution::LogUniform { low: 2.0, high: 1.0 },
            Distribution::Integers { low: 2, high: 1 },
            Distribution::Choice(vec![]),
        ] {
            let error = Distributions::new().vary("l2", distribution).candidates(&Ridge::default(), 2, 0);
            assert!(matches!(error, Err(Error::Parameter { name: "distribution", .. })), "{error:?}");
        }
        let whole = Distribution::Integers { low: 1, high: 9 };
        let says = |d: Distributions, n| d.candidates(&Ridge::default(), n, 0).unwrap_err().to_string();
        assert_eq!(says(Distributions::new(), 0), "n: expected a number of at least 1, found 0");
        assert!(says(Distributions::new().vary("k", whole.clone()), 1).contains("one of l2, fit_intercept"));
        assert!(says(Distributions::new().vary("l2", whole.clone()).vary("l2", whole), 1).contains("'l2' once"));
    }
}
