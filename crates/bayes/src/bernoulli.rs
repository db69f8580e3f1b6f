//! Columns that are there or not.

use crate::{
    classes::{Priors, check_classes},
    counts::{CountRows, CountSums, Products, Reading},
    joint::{Joint, answering, joint},
    multinomial::{check_alpha, counting},
};
use cairn_traits::{
    Accumulate, Classes, CsrMatrix, DMatrix, Error, Fit, FitFrom, FitWeighted, Hyperparameters, Merge, Persist, Result,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Naive Bayes for columns that are there or not: words that occur, boxes that are ticked.
///
/// ```text
/// ln P(class, row) = ln prior + Σⱼ (xⱼ ln θⱼ + (1 − xⱼ) ln (1 − θⱼ)),      θⱼ = (Nⱼ + α) / (N + 2α)      of each class
/// ```
///
/// Unlike [`crate::MultinomialNb`] it also counts what is missing: a text without the word "goal" is less likely about
/// football. Entries above `binarize` are there; without a threshold every entry must be 0 or 1.
///
/// # Examples
/// ```
/// use cairn_bayes::{BernoulliNb, Fit, Predict, rows};
/// let texts = rows(&[[3.0, 2.0, 0.0], [1.0, 4.0, 0.0], [0.0, 0.0, 3.0], [0.0, 1.0, 2.0]]);
/// let model = BernoulliNb::new().fit(&texts, &[0, 0, 1, 1][..])?;
/// // column 0 is in both rows of class 0: (2 + 1) / (2 + 2)
/// assert!((model.feature_log_probabilities()[(0, 0)] - 0.75_f64.ln()).abs() < 1e-15);
/// assert_eq!(model.predict(&rows(&[[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))?, [0, 1]);
/// # Ok::<(), cairn_bayes::Error>(())
/// ```
///
/// # Complexity
/// That of [`crate::MultinomialNb`]: what is missing is added once for all columns.
///
/// # References
/// McCallum and Nigam (1998), A comparison of event models for naive Bayes text classification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BernoulliNb {
    priors: Priors,
    alpha: f64,
    binarize: Option<f64>,
}

impl BernoulliNb {
    /// Learned priors, 1 added to each count, entries above 0 are there.
    pub fn new() -> Self {
        Self { priors: Priors::Learned, alpha: 1.0, binarize: Some(0.0) }
    }

    /// How likely each class is before a row is looked at.
    #[must_use]
    pub fn priors(mut self, priors: Priors) -> Self {
        self.priors = priors;
        self
    }

    /// What is added to the rows with and to the rows without: above 0. The larger, the flatter.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// What an entry must be above to be there; `None`: entries are 0 or 1. For sparse rows at least 0.
    #[must_use]
    pub fn binarize(mut self, binarize: Option<f64>) -> Self {
        self.binarize = binarize;
        self
    }
}

impl Default for BernoulliNb {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for BernoulliNb {
    fn validate(&self) -> Result<()> {
        self.priors.validate()?;
        check_alpha(self.alpha)?;
        match self.binarize {
            Some(found) if !found.is_finite() => {
                Err(Error::Parameter { name: "binarize", requirement: "a finite number", found })
            }
            _ => Ok(()),
        }
    }
}

fn reading(binarize: Option<f64>) -> Reading {
    binarize.map_or(Reading::Presence, Reading::Above)
}

/// In how many rows of each class each column is there, of rows that may come in any batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PresenceSums {
    counts: CountSums,
    reading: Reading,
}

impl PresenceSums {
    /// Sums that have seen nothing, and will count entries above `binarize`; `None`: entries are 0 or 1.
    pub fn new(binarize: Option<f64>) -> Self {
        Self { counts: CountSums::new(), reading: reading(binarize) }
    }
}

impl Merge for PresenceSums {
    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.reading != other.reading {
            return Err(Error::Format("sums: expected the same threshold of presence".into()));
        }
        self.counts.merge(&other.counts)
    }
}

impl<X: CountRows> Accumulate<X, [usize]> for PresenceSums {
    fn accumulate(&mut self, x: &X, y: &[usize], weights: Option<&[f64]>) -> Result<()> {
        self.counts.merge(&CountSums::of(x, y, weights, self.reading)?)
    }
}

impl BernoulliNb {
    fn sums<X: CountRows>(&self, x: &X, y: &[usize], weights: Option<&[f64]>) -> Result<PresenceSums> {
        let reading = reading(self.binarize);
        Ok(PresenceSums { counts: CountSums::of(x, y, weights, reading)?, reading })
    }
}

impl<X: CountRows> Fit<X, [usize]> for BernoulliNb {
    type Model = BernoulliNbModel;

    fn fit(&self, x: &X, y: &[usize]) -> Result<BernoulliNbModel> {
        self.validate()?;
        self.fit_from(&self.sums(x, y, None)?)
    }
}

impl<X: CountRows> FitWeighted<X, [usize]> for BernoulliNb {
    fn fit_weighted(&self, x: &X, y: &[usize], weights: &[f64]) -> Result<BernoulliNbModel> {
        self.validate()?;
        self.fit_from(&self.sums(x, y, Some(weights))?)
    }
}

impl FitFrom<PresenceSums> for BernoulliNb {
    type Model = BernoulliNbModel;

    /// The sums' own threshold counts.
    fn fit_from(&self, statistics: &PresenceSums) -> Result<BernoulliNbModel> {
        self.validate()?;
        let p = statistics.counts.checked()?;
        let sums = &statistics.counts.sums;
        let log = |class: usize, there: f64| ((there + self.alpha) / (sums.weights[class] + 2.0 * self.alpha)).ln();
        let with = DMatrix::from_fn(sums.parts.len(), p, |class, column| log(class, sums.parts[class][column]));
        let without = DMatrix::from_fn(sums.parts.len(), p, |class, column| {
            // rounding must not make a count negative
            log(class, f64::max(sums.weights[class] - sums.parts[class][column], 0.0))
        });
        let mut constants = self.priors.logs(&sums.weights)?;
        for (constant, row) in constants.iter_mut().zip(without.row_iter()) {
            *constant += row.sum();
        }
        let log_priors = self.priors.logs(&sums.weights)?;
        let products = Products { weights: &with - without, constants, reading: statistics.reading };
        Ok(BernoulliNbModel { classes: sums.classes.clone(), products, log_priors, with })
    }
}

/// What [`BernoulliNb`] fits; all its numbers are in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BernoulliNbModel {
    classes: Vec<usize>,
    /// What it adds that a column is there; what a row scores that has none.
    products: Products,
    log_priors: Vec<f64>,
    #[serde(with = "cairn_traits::matrix")]
    with: DMatrix<f64>,
}

impl BernoulliNbModel {
    /// `ln θ`: n_classes x n_features.
    pub fn feature_log_probabilities(&self) -> &DMatrix<f64> {
        &self.with
    }

    /// Natural logarithms of the priors.
    pub fn log_priors(&self) -> &[f64] {
        &self.log_priors
    }
}

counting!(BernoulliNbModel, "bernoulli-nb");
