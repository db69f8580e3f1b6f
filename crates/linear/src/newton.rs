//! Newton's steps for losses of `x·w + b`: a weighted least-squares problem each.
//!
//! ```text
//! g = loss'ᵢ, h = loss''ᵢ of the prediction of row i, each times the row's weight
//! (X̃'HX̃ + l2 I) d = −(X̃'g + l2 w)      X̃: columns about their means under the weights h
//! step of b = −Σ g / Σ h − x̄·d
//! ```

use crate::{
    dot::{centred_dot, take_off},
    normal_equations::NormalEquations,
};
use cairn_numeric::{Moments, blocks};
use cairn_optim::Slopes;
use cairn_traits::{DMatrix, Float, Result};
use nalgebra::DMatrixView;
use std::ops::Range;

/// `x w + b`, a number a row; `line` holds the coefficients, then the intercept.
pub(crate) fn predictions<F: Float>(x: &DMatrix<F>, line: &[f64]) -> Vec<f64> {
    const STRETCH: usize = 2048;
    let n = x.nrows();
    let stretch = |rows: Range<usize>| {
        let mut sums = vec![line.last().copied().unwrap_or_default(); rows.len()];
        for (j, &w) in line.iter().take(x.ncols()).enumerate().filter(|(_, w)| **w != 0.0) {
            take_off(&x.as_slice()[j * n..][rows.clone()], 0.0, -w, &mut sums);
        }
        sums
    };
    blocks::map(n, STRETCH, stretch).concat()
}

/// `Σ (xᵢⱼ − meanⱼ) gᵢ` of each column.
pub(crate) fn pulls<F: Float>(x: &DMatrix<F>, means: &[f64], g: &[f64]) -> Vec<f64> {
    let (n, p) = x.shape();
    let columns = |columns: Range<usize>| {
        let pull = |j: usize| centred_dot(&x.as_slice()[j * n..(j + 1) * n], means[j], g);
        columns.map(pull).collect::<Vec<_>>()
    };
    blocks::map(p, blocks::size_for(p, 64, 1), columns).concat()
}

/// A column of x that is made at each step: what the scale of the errors multiplies.
#[derive(Debug)]
pub(crate) struct Extra<'a> {
    pub(crate) column: &'a [f64],
    /// Derivative of the objective by its coefficient.
    pub(crate) gradient: f64,
}

/// Equations of a worse condition are solved in their well-conditioned directions alone.
const WORST: f64 = 1e12;

/// Newton's step at `at` from first and second derivatives a row, into `found`: both hold the coefficients, then the
/// intercept, which stays without `fit_intercept`.
pub(crate) fn step<F: Float>(
    x: &DMatrix<F>,
    (g, h): (&[f64], &[f64]),
    (at, found): (&[f64], &mut [f64]),
    l2: f64,
    fit_intercept: bool,
    extra: Option<&Extra<'_>>,
) -> Result<Slopes> {
    let p = x.ncols();
    let column: Option<Vec<F>> = extra.map(|extra| extra.column.iter().map(|&z| F::of(z)).collect());
    let mut parts = vec![x.as_view()];
    parts.extend(column.as_ref().map(|column| DMatrixView::from_slice(column, x.nrows(), 1)));
    let moments = Moments::of_dense(&parts, Some(h))?;
    let all = moments.n_columns();
    let mut equations = NormalEquations::new(&moments, all, l2, fit_intercept);
    let means: Vec<f64> = equations.centres.x.iter().copied().collect();
    let total: f64 = g.iter().sum();
    let mut right = DMatrix::zeros(all, 1);
    let mut gradient = if fit_intercept { total.abs() } else { 0.0_f64 };
    let pulled = pulls(x, &means, g);
    for (j, pull) in pulled.iter().enumerate() {
        right[j] = -(pull + l2 * at[j]);
        gradient = gradient.max((pull + means[j] * total + l2 * at[j]).abs());
    }
    if let Some(extra) = extra {
        right[p] = -(extra.gradient - means[p] * total);
        gradient = gradient.max(extra.gradient.abs());
    }
    let solved = equations.solve_for(right.clone(), WORST)?;
    let slope = -right.dot(&solved);
    let weight = moments.weight();
    let shift = if fit_intercept && weight > 0.0 { -total / weight } else { 0.0 };
    let moved: f64 = means.iter().zip(&solved).map(|(mean, d)| mean * d).sum();
    found.iter_mut().zip(&solved).take(p).for_each(|(found, solved)| *found = *solved);
    if let Some(intercept) = found.last_mut() {
        *intercept = if fit_intercept { shift - moved } else { 0.0 };
    }
    Ok(Slopes { along: slope + shift * total, gradient })
}
