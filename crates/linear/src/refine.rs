//! Iterative refinement: what the rounded sums got wrong, the rows put right.
//!
//! ```text
//! r = y − X w          the residuals of the solution so far, from the rows
//! g = X'W r − l2 w     the gradient: 0 at the true solution
//! w ← w + (X'WX + l2 I)⁻¹ g
//! ```
//!
//! # References
//! Björck (1996), Numerical Methods for Least Squares Problems, section 2.9: corrected normal equations.

use crate::{
    dot::{centred_dot, take_off},
    normal_equations::{Factor, NormalEquations},
    solution::Problem,
};
use cairn_numeric::blocks;
use cairn_traits::{DMatrix, Float, Result};
use std::ops::Range;

/// Steps at most; each gains five digits or more.
const MOST_STEPS: usize = 3;

/// A step that moves no coefficient by more than this share of the largest is the last.
const SETTLED: f64 = 1e-12;

/// Equations of a condition up to this are solved to `SETTLED` at once: the error is about eps times the condition.
const NEEDS_NO_STEP: f64 = 1e3;

/// Rows whose columns stay in the cache between computing a residual and using it.
const STRETCH: usize = 512;

/// The solution of the equations, refined on the rows.
pub(crate) fn refined<F: Float>(
    problem: &Problem<'_, F>,
    equations: &NormalEquations,
    factor: &Factor,
) -> Result<DMatrix<f64>> {
    let mut coefficients = equations.solve(factor)?;
    if factor.condition <= NEEDS_NO_STEP {
        return Ok(coefficients);
    }
    for _ in 0..MOST_STEPS {
        let gradient = gradient(problem, equations, &coefficients);
        let step = factor.solve(&gradient)?;
        coefficients += &step;
        if step.amax() <= SETTLED * coefficients.amax() {
            break;
        }
    }
    Ok(coefficients)
}

/// `X'W (y − X w) − l2 w`, n_features x n_outputs; x and y about their means.
fn gradient<F: Float>(
    problem: &Problem<'_, F>,
    equations: &NormalEquations,
    coefficients: &DMatrix<f64>,
) -> DMatrix<f64> {
    let n = problem.x.nrows();
    let block = |rows: Range<usize>| {
        let mut sums = DMatrix::zeros(coefficients.nrows(), coefficients.ncols());
        for stretch in blocks::ranges(rows.len(), STRETCH) {
            let rows = rows.start + stretch.start..rows.start + stretch.end;
            add_stretch(problem, equations, coefficients, rows, &mut sums);
        }
        sums
    };
    let sums = blocks::fold(n, blocks::size_for(n, 16, STRETCH), block, |a, b| a + b);
    sums.unwrap_or_else(|| coefficients.clone()) - coefficients * problem.l2
}

/// One stretch of rows: its residuals, then their products with its columns.
fn add_stretch<F: Float>(
    problem: &Problem<'_, F>,
    equations: &NormalEquations,
    coefficients: &DMatrix<f64>,
    rows: Range<usize>,
    sums: &mut DMatrix<f64>,
) {
    let column = |j: usize| &problem.x.as_slice()[j * problem.x.nrows()..][rows.clone()];
    let mut residuals = [0.0; STRETCH];
    let residuals = &mut residuals[..rows.len()];
    for output in 0..coefficients.ncols() {
        for (i, residual) in residuals.iter_mut().enumerate() {
            *residual = problem.y[(rows.start + i, output)].to_f64() - equations.centres.y[output];
        }
        for &j in &equations.centres.active {
            let (mean, coefficient) = (equations.centres.x[j], coefficients[(j, output)]);
            take_off(column(j), mean, coefficient, residuals);
        }
        if let Some(weights) = problem.weights {
            residuals.iter_mut().zip(&weights[rows.clone()]).for_each(|(residual, weight)| *residual *= weight);
        }
        for &j in &equations.centres.active {
            sums[(j, output)] += centred_dot(column(j), equations.centres.x[j], residuals);
        }
    }
}
