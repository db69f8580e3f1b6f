//! What belongs to the rows, as trees take it.

use crate::targets::{Answers, Formula, Targets};
use cairn_traits::{DMatrix, Error, Float, Outputs, Result, check};
use serde::{Deserialize, Serialize};

/// How mixed the classes of a node are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassificationCriterion {
    /// Σ p (1 − p): how often two rows drawn from the node differ.
    Gini,
    /// −Σ p ln p: how much an answer would tell, in nats.
    Entropy,
}

/// How far the numbers of a node are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegressionCriterion {
    /// The variance.
    SquaredError,
    /// The mean distance to the median: answers are medians, which outliers hardly move.
    AbsoluteError,
    /// Σ y ln(y / ȳ), half the Poisson deviance: for counts and rates. No y may be negative, and the sum is positive.
    Poisson,
}

/// How much the classes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWeights {
    /// Each row like any other.
    Uniform,
    /// Each class as much as any other: n / (n_classes x rows of the class).
    Balanced,
}

/// Classes as numbers from 0, the distinct labels, and the weights of the rows with those of their classes.
pub(crate) fn labelled(
    y: &[usize],
    n_samples: usize,
    weights: Option<&[f64]>,
    criterion: ClassificationCriterion,
    class_weights: ClassWeights,
) -> Result<(Targets, Vec<usize>, Vec<f64>)> {
    check::rows("y", n_samples, y.len())?;
    let mut weights = row_weights(weights, n_samples)?;
    let present: Vec<usize> = y.iter().zip(&weights).filter(|(_, w)| **w > 0.0).map(|(&label, _)| label).collect();
    let classes = check::labels(&present, present.len(), 2)?;
    // a row without weight may be of no class: it goes nowhere
    let class: Vec<u32> = y.iter().map(|label| classes.binary_search(label).unwrap_or(0) as u32).collect();
    if class_weights == ClassWeights::Balanced {
        let mut sums = vec![0.0; classes.len()];
        for (&class, &weight) in class.iter().zip(&weights) {
            sums[class as usize] += weight;
        }
        let mean = sums.iter().sum::<f64>() / sums.len() as f64;
        for (weight, &class) in weights.iter_mut().zip(&class) {
            *weight *= mean / sums[class as usize];
        }
    }
    let formula = match criterion {
        ClassificationCriterion::Gini => Formula::Squares,
        ClassificationCriterion::Entropy => Formula::Logs,
    };
    let answers = Answers::Labels { class, n_classes: classes.len() };
    Ok((Targets { answers, formula }, classes, weights))
}

/// Numbers, and the weights of the rows.
pub(crate) fn numbered<F: Float, Y: Outputs<F>>(
    y: &Y,
    n_samples: usize,
    weights: Option<&[f64]>,
    criterion: RegressionCriterion,
) -> Result<(Targets, Vec<f64>)> {
    let y = y.as_columns();
    check::targets(y, n_samples)?;
    let weights = row_weights(weights, n_samples)?;
    let formula = match criterion {
        RegressionCriterion::SquaredError => Formula::Squares,
        RegressionCriterion::AbsoluteError => Formula::Medians,
        RegressionCriterion::Poisson => Formula::Logs,
    };
    if formula == Formula::Logs {
        for column in y.column_iter() {
            let domain = |requirement, found, row| Err(Error::Domain { what: "y", requirement, found, row });
            if let Some(row) = column.iter().position(|&v| v < F::zero()) {
                return domain("numbers of at least 0", column[row].to_f64(), Some(row));
            }
            if column.iter().zip(&weights).all(|(&v, &w)| v == F::zero() || w == 0.0) {
                return domain("a positive sum", 0.0, None);
            }
        }
    }
    let transposed: DMatrix<F> = y.transpose();
    let values = transposed.iter().map(|v| v.to_f64()).collect();
    Ok((Targets { answers: Answers::Values { values, n_outputs: y.ncols() }, formula }, weights))
}

fn row_weights(weights: Option<&[f64]>, n_samples: usize) -> Result<Vec<f64>> {
    match weights {
        None => Ok(vec![1.0; n_samples]),
        Some(weights) => check::weights(weights, n_samples).map(|()| weights.to_vec()),
    }
}
