//! Counts of words: how the occurrences in a class are shared out among the columns.

use crate::{
    classes::{Priors, check_classes},
    counts::{CountRows, CountSums, Products, Reading},
    joint::{Joint, answering, joint},
};
use cairn_numeric::blocks;
use cairn_traits::{Classes, CsrMatrix, DMatrix, Error, Fit, FitFrom, FitWeighted, Hyperparameters, Persist, Result};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Naive Bayes for counts: each word of a text is drawn from the words of its class.
///
/// ```text
/// ln P(class, row) = ln prior + Σⱼ xⱼ ln θⱼ,      θⱼ = (Nⱼ + α) / Σⱼ (Nⱼ + α)      of each class, Nⱼ its counts
/// ```
///
/// `alpha` is added to each count: a word that a class has not shown yet is rare there, not impossible. Amounts that are no
/// whole numbers, as those of TF-IDF, are taken too.
///
/// # Examples
/// ```
/// use cairn_bayes::{Fit, MultinomialNb, Predict, rows};
/// // how often: goal, match, vote, law
/// let texts = rows(&[[3.0, 2.0, 0.0, 0.0], [1.0, 4.0, 0.0, 1.0], [0.0, 0.0, 3.0, 2.0], [0.0, 1.0, 2.0, 4.0]]);
/// let model = MultinomialNb::new().fit(&texts, &[0, 0, 1, 1][..])?;
/// assert_eq!(model.predict(&rows(&[[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 1.0]]))?, [0, 1]);
/// // goal: 4 of the 11 words of class 0, and 1 added to each of four counts
/// assert!((model.feature_log_probabilities()[(0, 0)] - (5.0_f64 / 15.0).ln()).abs() < 1e-15);
/// # Ok::<(), cairn_bayes::Error>(())
/// ```
///
/// # Complexity
/// One pass over the entries to fit; entries x n_classes to answer. Sparse rows are never made dense.
///
/// # Determinism
/// The rows of a class are added in order: the same bits on any number of threads.
///
/// # References
/// McCallum and Nigam (1998), A comparison of event models for naive Bayes text classification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MultinomialNb {
    priors: Priors,
    alpha: f64,
}

impl MultinomialNb {
    /// Learned priors, 1 added to each count.
    pub fn new() -> Self {
        Self { priors: Priors::Learned, alpha: 1.0 }
    }

    /// How likely each class is before a row is looked at.
    #[must_use]
    pub fn priors(mut self, priors: Priors) -> Self {
        self.priors = priors;
        self
    }

    /// What is added to each count: above 0. The larger, the flatter.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }
}

impl Default for MultinomialNb {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether what is added to counts keeps every logarithm finite.
pub(crate) fn check_alpha(alpha: f64) -> Result<()> {
    if alpha.is_finite() && alpha >= f64::MIN_POSITIVE {
        return Ok(());
    }
    Err(Error::Parameter { name: "alpha", requirement: "a finite number above 0", found: alpha })
}

impl Hyperparameters for MultinomialNb {
    fn validate(&self) -> Result<()> {
        self.priors.validate()?;
        check_alpha(self.alpha)
    }
}

/// Columns whose logarithms are one task.
const COLUMNS: usize = 1024;

/// `of` the class and `ln (count + alpha)` of each class and column, in parallel. Most counts of words are 0: their
/// logarithm is taken once.
fn logarithms(
    counts: &[Vec<f64>],
    n_columns: usize,
    alpha: f64,
    of: impl Fn(usize, f64) -> f64 + Sync,
) -> DMatrix<f64> {
    let nothing = alpha.ln();
    let block = |columns: Range<usize>| {
        let mut logs = Vec::with_capacity(columns.len() * counts.len());
        for column in columns {
            logs.extend(counts.iter().enumerate().map(|(class, counts)| {
                let count = counts.get(column).copied().unwrap_or(0.0);
                of(class, if count == 0.0 { nothing } else { (count + alpha).ln() })
            }));
        }
        logs
    };
    DMatrix::from_vec(counts.len(), n_columns, blocks::map(n_columns, COLUMNS, block).concat())
}

/// `ln θ`, n_classes x n_features.
pub(crate) fn log_shares(statistics: &CountSums, alpha: f64) -> Result<DMatrix<f64>> {
    let p = statistics.checked()?;
    let totals: Vec<f64> =
        statistics.sums.parts.iter().map(|counts| (counts.iter().sum::<f64>() + alpha * p as f64).ln()).collect();
    Ok(logarithms(&statistics.sums.parts, p, alpha, |class, log| log - totals[class]))
}

impl<X: CountRows> Fit<X, [usize]> for MultinomialNb {
    type Model = MultinomialNbModel;

    fn fit(&self, x: &X, y: &[usize]) -> Result<MultinomialNbModel> {
        self.validate()?;
        self.fit_from(&CountSums::of(x, y, None, Reading::Amount)?)
    }
}

impl<X: CountRows> FitWeighted<X, [usize]> for MultinomialNb {
    fn fit_weighted(&self, x: &X, y: &[usize], weights: &[f64]) -> Result<MultinomialNbModel> {
        self.validate()?;
        self.fit_from(&CountSums::of(x, y, Some(weights), Reading::Amount)?)
    }
}

impl FitFrom<CountSums> for MultinomialNb {
    type Model = MultinomialNbModel;

    fn fit_from(&self, statistics: &CountSums) -> Result<MultinomialNbModel> {
        self.validate()?;
        let weights = log_shares(statistics, self.alpha)?;
        let constants = self.priors.logs(&statistics.sums.weights)?;
        let products = Products { weights, constants, reading: Reading::Amount };
        Ok(MultinomialNbModel { classes: statistics.sums.classes.clone(), products })
    }
}

/// What [`MultinomialNb`] fits; all its numbers are in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MultinomialNbModel {
    classes: Vec<usize>,
    products: Products,
}

impl MultinomialNbModel {
    /// `ln θ`: n_classes x n_features.
    pub fn feature_log_probabilities(&self) -> &DMatrix<f64> {
        &self.products.weights
    }

    /// Natural logarithms of the priors.
    pub fn log_priors(&self) -> &[f64] {
        &self.products.constants
    }
}

/// What the models of counts have in common: they score rows by products.
macro_rules! counting {
    ($model:ident, $kind:literal) => {
        impl $model {
            /// What probabilities are made of, n_samples x n_classes: their logarithms, up to what is the same for all
            /// classes of a row.
            ///
            /// # Errors
            /// Those of [`cairn_traits::Predict::predict`].
            pub fn joint_log_likelihood<X: CountRows>(&self, x: &X) -> Result<DMatrix<f64>> {
                joint(self, x)
            }
        }

        impl<X: CountRows> Joint<X> for $model {
            type Scalar = X::Scalar;

            fn labels(&self) -> &[usize] {
                &self.classes
            }

            fn check_query(&self, x: &X) -> Result<()> {
                self.products.check_query(x)
            }

            fn joint_block(&self, x: &X, rows: Range<usize>, out: &mut [f64]) {
                self.products.add(x, rows, out);
            }
        }

        answering!($model, DMatrix);
        answering!($model, CsrMatrix);

        impl Classes for $model {
            fn classes(&self) -> &[usize] {
                &self.classes
            }
        }

        impl Persist for $model {
            const KIND: &'static str = $kind;
            const VERSION: u32 = 1;

            fn check(&self) -> Result<()> {
                check_classes(&self.classes)?;
                self.products.check(self.classes.len())
            }
        }
    };
}
pub(crate) use counting;

counting!(MultinomialNbModel, "multinomial-nb");
