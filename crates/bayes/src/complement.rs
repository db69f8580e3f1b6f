//! Counts of words, learned from all other classes.

use crate::{
    classes::check_classes,
    counts::{CountRows, CountSums, Products, Reading},
    joint::{Joint, answering, joint},
    multinomial::{check_alpha, counting},
};
use cairn_traits::{Classes, CsrMatrix, DMatrix, Error, Fit, FitFrom, FitWeighted, Hyperparameters, Persist, Result};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Naive Bayes for counts where some classes have many more rows than others: how unlike a row is all other classes?
///
/// ```text
/// score(class, row) = −Σⱼ xⱼ ln θⱼ,      θⱼ = (Nⱼ + α) / Σⱼ (Nⱼ + α)      Nⱼ the counts of all other classes
/// ```
///
/// Everybody else is a larger crowd than a small class, and so better known. With `norm` the logarithms of a class are
/// divided by their sum, so that long texts of one class do not make it louder. There are no priors; probabilities are
/// those scores through a softmax, and only their order is of use.
///
/// # Examples
/// ```
/// use cairn_bayes::{ComplementNb, Fit, Predict, rows};
/// let texts = rows(&[[3.0, 2.0, 0.0], [1.0, 4.0, 0.0], [2.0, 3.0, 1.0], [0.0, 1.0, 2.0]]);
/// let model = ComplementNb::new().fit(&texts, &[0, 0, 0, 1][..])?;
/// assert_eq!(model.predict(&rows(&[[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]))?, [0, 1]);
/// # Ok::<(), cairn_bayes::Error>(())
/// ```
///
/// # Complexity
/// That of [`crate::MultinomialNb`].
///
/// # References
/// Rennie, Shih, Teevan and Karger (2003), Tackling the poor assumptions of naive Bayes text classifiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComplementNb {
    alpha: f64,
    norm: bool,
}

impl ComplementNb {
    /// 1 added to each count, logarithms as they are.
    pub fn new() -> Self {
        Self { alpha: 1.0, norm: false }
    }

    /// What is added to each count: above 0. The larger, the flatter.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Whether the logarithms of a class are divided by their sum.
    #[must_use]
    pub fn norm(mut self, norm: bool) -> Self {
        self.norm = norm;
        self
    }
}

impl Default for ComplementNb {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for ComplementNb {
    fn validate(&self) -> Result<()> {
        check_alpha(self.alpha)
    }
}

impl<X: CountRows> Fit<X, [usize]> for ComplementNb {
    type Model = ComplementNbModel;

    fn fit(&self, x: &X, y: &[usize]) -> Result<ComplementNbModel> {
        self.validate()?;
        self.fit_from(&CountSums::of(x, y, None, Reading::Amount)?)
    }
}

impl<X: CountRows> FitWeighted<X, [usize]> for ComplementNb {
    fn fit_weighted(&self, x: &X, y: &[usize], weights: &[f64]) -> Result<ComplementNbModel> {
        self.validate()?;
        self.fit_from(&CountSums::of(x, y, Some(weights), Reading::Amount)?)
    }
}

impl FitFrom<CountSums> for ComplementNb {
    type Model = ComplementNbModel;

    fn fit_from(&self, statistics: &CountSums) -> Result<ComplementNbModel> {
        self.validate()?;
        let p = statistics.checked()?;
        let parts = &statistics.sums.parts;
        let mut totals = vec![0.0; p];
        for counts in parts {
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
        // rounding must not make a count negative
        let others = |class: usize, column: usize| f64::max(totals[column] - parts[class][column], 0.0);
        let mut weights = DMatrix::from_fn(parts.len(), p, |class, column| others(class, column) + self.alpha);
        for mut row in weights.row_iter_mut() {
            let total = row.sum().ln();
            row.iter_mut().for_each(|count| *count = total - count.ln());
            if self.norm {
                let sum = row.sum();
                // one column alone is sure, and all its logarithms are 0
                if sum == 0.0 {
                    let requirement = "two columns at least where logarithms are divided by their sum";
                    return Err(Error::Parameter { name: "norm", requirement, found: p as f64 });
                }
                row.iter_mut().for_each(|log| *log /= sum);
            }
        }
        let constants = vec![0.0; parts.len()];
        let products = Products { weights, constants, reading: Reading::Amount };
        Ok(ComplementNbModel { classes: statistics.sums.classes.clone(), products })
    }
}

/// What [`ComplementNb`] fits; all its numbers are in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComplementNbModel {
    classes: Vec<usize>,
    products: Products,
}

impl ComplementNbModel {
    /// What each occurrence scores: n_classes x n_features.
    pub fn feature_scores(&self) -> &DMatrix<f64> {
        &self.products.weights
    }
}

counting!(ComplementNbModel, "complement-nb");
