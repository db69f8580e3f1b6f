//! Which rows belong to which class, sums by class that can be merged, and how likely classes are beforehand.

use cairn_traits::{Error, Result, check};
use serde::{Deserialize, Serialize};

/// How likely each class is before a row is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priors {
    /// The share of the (weighted) training rows that are of the class.
    Learned,
    /// Each class as likely as any other.
    Uniform,
    /// These probabilities, in the order of the classes: positive, with the sum 1.
    Given(Vec<f64>),
}

impl Priors {
    pub(crate) fn validate(&self) -> Result<()> {
        let Self::Given(given) = self else { return Ok(()) };
        let refused = |requirement, found| Err(Error::Parameter { name: "priors", requirement, found });
        if let Some(&found) = given.iter().find(|p| !(**p > 0.0 && **p <= 1.0)) {
            return refused("probabilities above 0 and at most 1", found);
        }
        let sum: f64 = given.iter().sum();
        if (sum - 1.0).abs() > 1e-9 { refused("probabilities with the sum 1", sum) } else { Ok(()) }
    }

    /// Their logarithms, of classes of these weights.
    pub(crate) fn logs(&self, weights: &[f64]) -> Result<Vec<f64>> {
        let n = weights.len();
        Ok(match self {
            Self::Learned => {
                let total: f64 = weights.iter().sum();
                weights.iter().map(|weight| (weight / total).ln()).collect()
            }
            Self::Uniform => vec![-(n as f64).ln(); n],
            Self::Given(given) => {
                check::size("priors", "classes", n, given.len())?;
                given.iter().map(|p| p.ln()).collect()
            }
        })
    }
}

/// The classes of the rows of a batch. A row of weight 0 is absent.
pub(crate) struct Labelled {
    /// Distinct labels, ascending.
    pub(crate) classes: Vec<usize>,
    /// Which of them each row has, [`ABSENT`] for none.
    pub(crate) class_of: Vec<u32>,
    /// A weight for each row of the batch, where they differ.
    pub(crate) weights: Option<Vec<f64>>,
}

/// The class of a row that is not there.
pub(crate) const ABSENT: u32 = u32::MAX;

/// Labels below this are looked up in a table.
const TABLE: usize = 1 << 16;

impl Labelled {
    pub(crate) fn new(y: &[usize], n_samples: usize, weights: Option<&[f64]>) -> Result<Self> {
        check::rows("y", n_samples, y.len())?;
        if let Some(weights) = weights {
            check::weights(weights, n_samples)?;
        }
        let there = |row: usize| weights.is_none_or(|weights| weights[row] > 0.0);
        let place =
            |classes: &[usize], label: usize| classes.binary_search(&label).map_or(ABSENT, |class| class as u32);
        let most = y.iter().copied().max().unwrap_or(0);
        let (classes, class_of) = if most < TABLE {
            let mut met = vec![false; most + 1];
            (0..n_samples).filter(|&row| there(row)).for_each(|row| met[y[row]] = true);
            let classes: Vec<usize> = (0..=most).filter(|&label| met[label]).collect();
            let table: Vec<u32> = (0..=most).map(|label| place(&classes, label)).collect();
            let class_of = y.iter().map(|&label| table[label]).collect();
            (classes, class_of)
        } else {
            let mut classes: Vec<usize> = (0..n_samples).filter(|&row| there(row)).map(|row| y[row]).collect();
            classes.sort_unstable();
            classes.dedup();
            let class_of = y.iter().map(|&label| place(&classes, label)).collect();
            (classes, class_of)
        };
        let mut labelled = Self { classes, class_of, weights: weights.map(<[f64]>::to_vec) };
        for (class, weight) in labelled.class_of.iter_mut().zip(weights.into_iter().flatten()) {
            if *weight == 0.0 {
                *class = ABSENT;
            }
        }
        Ok(labelled)
    }

    /// The weight of a row.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights.get(row).copied().unwrap_or(0.0))
    }

    /// The rows of each class, ascending.
    pub(crate) fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.classes.len()];
        for (row, &class) in self.class_of.iter().enumerate() {
            if let Some(rows) = rows.get_mut(class as usize) {
                rows.push(row);
            }
        }
        rows
    }

    /// What each class weighs.
    pub(crate) fn class_weights(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.classes.len()];
        for (row, &class) in self.class_of.iter().enumerate() {
            if let Some(sum) = sums.get_mut(class as usize) {
                *sum += self.weight(row);
            }
        }
        sums
    }
}

/// Something for each class that was met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ByClass<S> {
    /// Ascending.
    pub(crate) classes: Vec<usize>,
    /// Of the rows.
    pub(crate) weights: Vec<f64>,
    pub(crate) parts: Vec<S>,
}

impl<S> Default for ByClass<S> {
    fn default() -> Self {
        Self { classes: Vec::new(), weights: Vec::new(), parts: Vec::new() }
    }
}

impl<S: Clone> ByClass<S> {
    /// Takes in what `other` has of each class; `join` gets both weights as they were before.
    pub(crate) fn merge(&mut self, other: &Self, join: impl Fn(&mut S, f64, &S, f64)) {
        for ((&class, &weight), part) in other.classes.iter().zip(&other.weights).zip(&other.parts) {
            match self.classes.binary_search(&class) {
                Ok(at) => {
                    if let (Some(own), Some(own_weight)) = (self.parts.get_mut(at), self.weights.get_mut(at)) {
                        join(own, *own_weight, part, weight);
                        *own_weight += weight;
                    }
                }
                Err(at) => {
                    self.classes.insert(at, class);
                    self.weights.insert(at, weight);
                    self.parts.insert(at, part.clone());
                }
            }
        }
    }

    /// What a fit asks: two classes at least, and sums that came whole out of a file.
    pub(crate) fn check(&self) -> Result<()> {
        check_classes(&self.classes)?;
        check::size("weights", "classes", self.classes.len(), self.weights.len())?;
        check::size("sums", "classes", self.classes.len(), self.parts.len())?;
        match self.weights.iter().find(|w| !(w.is_finite() && **w > 0.0)) {
            None => Ok(()),
            Some(&found) => {
                Err(Error::Domain { what: "weights", requirement: "positive, finite sums", found, row: None })
            }
        }
    }
}

/// Whether labels are those of a model: two at least, ascending.
pub(crate) fn check_classes(classes: &[usize]) -> Result<()> {
    if classes.len() < 2 {
        return Err(Error::Classes { needed: 2, found: classes.len() });
    }
    let ascending = classes.is_sorted_by(|a, b| a < b);
    if ascending { Ok(()) } else { Err(Error::Format("model: expected classes that ascend".into())) }
}

/// Whether the columns of two sums are as many; sums that have seen nothing go with any.
pub(crate) fn same_columns(own: Option<usize>, other: Option<usize>) -> Result<()> {
    match (own, other) {
        (Some(own), Some(other)) => check::columns("x", own, other),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_weight_bring_no_class() {
        let labelled = Labelled::new(&[7, 3, 7, 9], 4, Some(&[1.0, 2.0, 0.5, 0.0])).unwrap();
        assert_eq!(labelled.classes, [3, 7]);
        assert_eq!(labelled.rows(), [vec![1], vec![0, 2]]);
        assert_eq!(labelled.class_weights(), [2.0, 1.5]);
        let wide = Labelled::new(&[7, 1 << 40, 7, 9], 4, Some(&[1.0, 2.0, 0.5, 0.0])).unwrap();
        assert_eq!((wide.classes, wide.class_of), (vec![7, 1 << 40], vec![0, 1, 0, ABSENT]));
    }

    #[test]
    fn classes_of_two_batches_are_put_in_order() {
        let batch = |classes: &[usize], parts: &[f64]| ByClass {
            classes: classes.to_vec(),
            weights: parts.to_vec(),
            parts: parts.to_vec(),
        };
        let mut sums = batch(&[2, 5], &[1.0, 10.0]);
        sums.merge(&batch(&[0, 5, 8], &[3.0, 4.0, 6.0]), |own, _, other, _| *own += other);
        assert_eq!(sums, batch(&[0, 2, 5, 8], &[3.0, 1.0, 14.0, 6.0]));
    }

    #[test]
    fn given_priors_are_probabilities() {
        for (given, says) in [
            (vec![0.5, 0.0, 0.5], "priors: expected probabilities above 0 and at most 1, found 0"),
            (vec![0.5, 0.25], "priors: expected probabilities with the sum 1, found 0.75"),
            (vec![f64::NAN], "priors: expected probabilities above 0 and at most 1, found NaN"),
        ] {
            assert_eq!(Priors::Given(given).validate().unwrap_err().to_string(), says);
        }
        assert_eq!(Priors::Given(vec![0.25, 0.75]).validate(), Ok(()));
        assert!(Priors::Given(vec![0.25, 0.75]).logs(&[1.0; 3]).is_err());
    }
}
