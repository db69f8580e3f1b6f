//! What is known of the Hessian before the first step: the columns' scatter, times how uncertain all rows are.
//!
//! ```text
//! H = X'DX + l2 I,   D = diag(w p (1 − p))       B = c X̃'X̃ + l2 I,   c = p̄ (1 − p̄)
//! ```
//! with X̃ the columns about their means and p̄ the share of the class. One step of many iterations costs a pass over x
//! each; B costs as much as a few, and saves most of the others where columns are alike or on different scales.

use crate::{input::Input, objective::LogLoss};
use cairn_decomp::Cholesky;
use cairn_traits::{DMatrix, Result};
use std::borrow::Borrow;

/// Rows for each column that show the scatter well enough.
const ROWS_PER_COLUMN: usize = 50;
const LEAST_ROWS: usize = 2048;

/// Where columns are constant or depend on each other, B gets this share of its mean diagonal.
const RIDGE: f64 = 1e-9;

#[derive(Debug)]
pub(crate) struct Preconditioner {
    form: Form,
    n_features: usize,
    n_scores: usize,
    /// `c`: the Hessian of an intercept.
    curvature: f64,
}

#[derive(Debug)]
enum Form {
    /// B of one score, and the columns' means; none without intercepts.
    Scatter(Cholesky<f64>, Option<Vec<f64>>),
    /// The diagonal of B, inverted.
    Diagonal(Vec<f64>),
}

impl Preconditioner {
    /// For the objective of these rows, whose classes have these shares.
    pub(crate) fn new<X: Input>(objective: &LogLoss<'_, X>, shares: &[f64]) -> Result<Self> {
        let uncertain: f64 = shares.iter().map(|p| p * (1.0 - p)).sum::<f64>() / shares.len().max(1) as f64;
        let curvature = uncertain.max(f64::EPSILON);
        let (n, p) = (objective.x.n_rows(), objective.x.n_columns());
        let penalty = objective.l2 / objective.total;
        let form = if objective.x.scatter_pays() && p <= n {
            scatter(objective, curvature, penalty)?
        } else {
            let squares = objective.x.squares(objective.weights);
            let diagonal: Vec<f64> = squares.iter().map(|s| curvature * s / objective.total + penalty).collect();
            let top = diagonal.iter().fold(0.0_f64, |top, d| top.max(*d));
            let least = if top > 0.0 { RIDGE * top } else { 1.0 };
            Form::Diagonal(diagonal.into_iter().map(|d| 1.0 / d.max(least)).collect())
        };
        Ok(Self { form, n_features: p, n_scores: objective.n_scores, curvature })
    }

    /// Whether it knows how the columns belong together, not only how long they are.
    pub(crate) fn knows_scatter(&self) -> bool {
        matches!(self.form, Form::Scatter(..))
    }

    /// `v ← B⁻¹ v`.
    pub(crate) fn apply(&self, v: &mut [f64]) {
        let (coefficients, intercepts) = v.split_at_mut(self.n_features * self.n_scores);
        match &self.form {
            Form::Diagonal(inverse) => {
                for w in coefficients.chunks_mut(self.n_features) {
                    w.iter_mut().zip(inverse).for_each(|(w, d)| *w *= d);
                }
                intercepts.iter_mut().for_each(|b| *b /= self.curvature);
            }
            Form::Scatter(cholesky, means) => {
                // by the intercept of columns about their means: b' = b + mean·w
                let means = means.as_deref().unwrap_or_default();
                for (w, &b) in coefficients.chunks_mut(self.n_features).zip(intercepts.iter()) {
                    w.iter_mut().zip(means).for_each(|(w, mean)| *w -= b * mean);
                }
                let right = DMatrix::from_column_slice(self.n_features, self.n_scores, coefficients);
                // the shapes are made to fit right here
                let Ok(solved) = cholesky.solve(&right) else { return };
                coefficients.copy_from_slice(solved.as_slice());
                for (w, b) in coefficients.chunks(self.n_features).zip(intercepts) {
                    *b = *b / self.curvature - w.iter().zip(means).map(|(w, mean)| w * mean).sum::<f64>();
                }
            }
        }
    }
}

fn scatter<X: Input>(objective: &LogLoss<'_, X>, curvature: f64, penalty: f64) -> Result<Form> {
    let (n, p) = (objective.x.n_rows(), objective.x.n_columns());
    let enough = (ROWS_PER_COLUMN * p).max(LEAST_ROWS);
    let moments = if n <= enough {
        objective.x.moments(objective.weights)?
    } else {
        // rows may be sorted: some from everywhere
        let some: Vec<usize> = (0..enough).map(|i| i * n / enough).collect();
        let weights: Vec<f64> = some.iter().map(|&row| objective.weights[row]).collect();
        objective.x.take_rows(&some)?.borrow().moments(&weights)?
    };
    let weight = moments.weight().max(f64::MIN_POSITIVE);
    let mut b = moments.scatter() * (curvature / weight);
    let means: Vec<f64> = moments.mean().iter().copied().collect();
    if !objective.fit_intercept {
        let mean = moments.mean();
        b += (mean * mean.transpose()) * curvature;
    }
    let size = b.trace() / p as f64;
    let ridge = penalty + if size > 0.0 { RIDGE * size } else { 1.0 };
    (0..p).for_each(|j| b[(j, j)] += ridge);
    Ok(Form::Scatter(Cholesky::new(&b)?, objective.fit_intercept.then_some(means)))
}
