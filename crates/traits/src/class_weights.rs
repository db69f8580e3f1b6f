//! How much each class counts.

use crate::{Error, Result, check};
use serde::{Deserialize, Serialize};

/// How much the rows of each class count, beside weights of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeights {
    /// All alike.
    #[default]
    Uniform,
    /// Each class as much as any other, however few its rows: `Σ w / (n_classes Σ_class w)`, of the classes with weight.
    Balanced,
    /// A class and its weight; classes that are not named weigh 1.
    Given(Vec<(usize, f64)>),
}

/// Labels and weights, made ready for a fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// Ascending; at least two, each with weight.
    pub classes: Vec<usize>,
    /// The place of each row's label among them.
    pub positions: Vec<usize>,
    /// Of each row.
    pub weights: Vec<f64>,
    /// The share of each class in the weight.
    pub shares: Vec<f64>,
}

impl ClassWeights {
    /// Whether every weight given is a finite number of at least 0.
    ///
    /// # Errors
    /// [`Error::Parameter`].
    pub fn validate(&self) -> Result<()> {
        let Self::Given(pairs) = self else { return Ok(()) };
        match pairs.iter().find(|(_, w)| !(w.is_finite() && *w >= 0.0)) {
            None => Ok(()),
            Some(&(_, found)) => {
                Err(Error::Parameter { name: "class_weights", requirement: "finite numbers of at least 0", found })
            }
        }
    }

    /// Labels as positions among their classes, weights with those of the classes. A class whose rows all weigh nothing
    /// is not there: its rows are the first class's, for nothing.
    ///
    /// # Errors
    /// Those of [`check::labels`], [`check::weights`] and [`ClassWeights::of_rows`]; [`Error::Classes`] if less than two
    /// classes have weight.
    pub fn weigh(&self, y: &[usize], n_rows: usize, own: Option<&[f64]>) -> Result<Weighed> {
        let all = check::labels(y, n_rows, 2)?;
        own.map_or(Ok(()), |own| check::weights(own, n_rows))?;
        // every label is among the classes made of them
        let places: Vec<usize> = y.iter().filter_map(|label| all.binary_search(label).ok()).collect();
        let weights = self.of_rows(&all, &places, own)?;
        let mut sums = vec![0.0; all.len()];
        places.iter().zip(&weights).for_each(|(&place, w)| sums[place] += w);
        let total: f64 = sums.iter().sum();
        let (mut classes, mut shares, mut position_of) = (Vec::new(), Vec::new(), vec![0; all.len()]);
        for (place, sum) in sums.into_iter().enumerate().filter(|(_, sum)| *sum > 0.0) {
            position_of[place] = classes.len();
            classes.push(all[place]);
            shares.push(sum / total);
        }
        if classes.len() < 2 {
            return Err(Error::Classes { needed: 2, found: classes.len() });
        }
        let positions = places.into_iter().map(|place| position_of[place]).collect();
        Ok(Weighed { classes, positions, weights, shares })
    }

    /// [`ClassWeights::weigh`] where the classes are known beforehand: ascending, and there whether or not a row is of them.
    ///
    /// # Errors
    /// [`Error::Shape`], those of [`check::weights`] and [`ClassWeights::of_rows`]; [`Error::UnknownClass`] for a label
    /// that is not among the classes.
    pub fn weigh_known(&self, classes: Vec<usize>, y: &[usize], n_rows: usize, own: Option<&[f64]>) -> Result<Weighed> {
        check::rows("y", n_rows, y.len())?;
        own.map_or(Ok(()), |own| check::weights(own, n_rows))?;
        let place = |label: &usize| {
            let unknown = || Error::UnknownClass { what: "y", found: label.to_string() };
            classes.binary_search(label).map_err(|_| unknown())
        };
        let positions = y.iter().map(place).collect::<Result<Vec<usize>>>()?;
        let weights = self.of_rows(&classes, &positions, own)?;
        let mut shares = vec![0.0; classes.len()];
        let total: f64 = weights.iter().sum();
        positions.iter().zip(&weights).for_each(|(&place, w)| shares[place] += w / total);
        Ok(Weighed { classes, positions, weights, shares })
    }

    /// The weight of each row: its own, times its class's. `positions` are the rows' places among `classes`.
    ///
    /// # Errors
    /// [`Error::UnknownClass`] for a weight of a class that no row is of; [`Error::Domain`] if all become 0.
    pub fn of_rows(&self, classes: &[usize], positions: &[usize], own: Option<&[f64]>) -> Result<Vec<f64>> {
        let mut weights = own.map_or_else(|| vec![1.0; positions.len()], <[f64]>::to_vec);
        let factors = self.factors(classes, positions, &weights)?;
        for (weight, &class) in weights.iter_mut().zip(positions) {
            *weight *= factors.get(class).copied().unwrap_or(1.0);
        }
        let sum: f64 = weights.iter().sum();
        if sum > 0.0 && sum.is_finite() {
            Ok(weights)
        } else {
            Err(Error::Domain { what: "weights", requirement: "a positive, finite sum", found: sum, row: None })
        }
    }

    fn factors(&self, classes: &[usize], positions: &[usize], weights: &[f64]) -> Result<Vec<f64>> {
        match self {
            Self::Uniform => Ok(Vec::new()),
            Self::Balanced => {
                let mut sums = vec![0.0; classes.len()];
                weights.iter().zip(positions).for_each(|(w, &class)| sums[class] += w);
                let total: f64 = sums.iter().sum();
                let n_classes = sums.iter().filter(|sum| **sum > 0.0).count() as f64;
                // a class without weight has nothing to multiply
                let share = |sum: f64| if sum > 0.0 { total / (n_classes * sum) } else { 1.0 };
                Ok(sums.into_iter().map(share).collect())
            }
            Self::Given(pairs) => {
                let mut factors = vec![1.0; classes.len()];
                for &(class, weight) in pairs {
                    let unknown = Error::UnknownClass { what: "class_weights", found: class.to_string() };
                    let place = classes.binary_search(&class).map_err(|_| unknown)?;
                    factors[place] = weight;
                }
                Ok(factors)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_classes_weigh_the_same() {
        // three rows against one: 4 / (2 · 3) and 4 / (2 · 1)
        let w = ClassWeights::Balanced.of_rows(&[3, 8], &[0, 0, 1, 0], None).unwrap();
        assert_eq!(w, [4.0 / 6.0, 4.0 / 6.0, 2.0, 4.0 / 6.0]);
        // weights count as rows do: 3 against 3
        let w = ClassWeights::Balanced.of_rows(&[3, 8], &[0, 0, 1, 0], Some(&[1.0, 1.0, 3.0, 1.0])).unwrap();
        assert_eq!(w, [1.0, 1.0, 3.0, 1.0]);
    }

    #[test]
    fn given_weights_are_by_label_and_must_be_of_a_class() {
        let given = ClassWeights::Given(vec![(8, 5.0)]);
        assert_eq!(given.of_rows(&[3, 8], &[0, 1], Some(&[2.0, 0.5])).unwrap(), [2.0, 2.5]);
        let unknown = ClassWeights::Given(vec![(4, 5.0)]).of_rows(&[3, 8], &[0, 1], None);
        assert_eq!(unknown, Err(Error::UnknownClass { what: "class_weights", found: "4".into() }));
        let none = ClassWeights::Given(vec![(3, 0.0), (8, 0.0)]);
        assert!(matches!(none.of_rows(&[3, 8], &[0, 1], None), Err(Error::Domain { what: "weights", .. })));
        assert!(ClassWeights::Given(vec![(3, -1.0)]).validate().is_err());
    }
}
