//! `(X'WX + l2 I) w = X'Wy`, from sums.

use crate::{solution::Solution, statistics::GramStatistics};
use cairn_decomp::{Cholesky, symmetric_eigen};
use cairn_numeric::{Moments, matmul, tr};
use cairn_traits::{DMatrix, DVector, Float, Outputs, Result};

/// A column whose standard deviation is below this share of its mean is constant but for rounding.
const CONSTANT: f64 = 1e3 * f64::EPSILON;

/// The equations, about the means where there is an intercept.
#[derive(Debug)]
pub(crate) struct NormalEquations {
    /// X'WX + l2 I, n_features a side.
    gram: DMatrix<f64>,
    /// X'Wy, n_features x n_outputs.
    cross: DMatrix<f64>,
    pub(crate) centres: Centres,
}

/// What is taken off before anything is solved.
#[derive(Debug)]
pub(crate) struct Centres {
    /// Off each column of x: its mean, or 0 without an intercept.
    pub(crate) x: DVector<f64>,
    /// Off each output.
    pub(crate) y: DVector<f64>,
    /// The columns that vary; the others get the coefficient 0.
    pub(crate) active: Vec<usize>,
}

/// The equations of the active columns, each scaled to a diagonal of 1, and solved.
#[derive(Debug)]
pub(crate) struct Factor {
    cholesky: Cholesky<f64>,
    scale: DVector<f64>,
    active: Vec<usize>,
    /// An estimate of the condition number of the scaled equations.
    pub(crate) condition: f64,
}

impl NormalEquations {
    /// Of sums over `[x | y]`, where `x` has the first `n_features` columns.
    pub(crate) fn new(moments: &Moments, n_features: usize, l2: f64, fit_intercept: bool) -> Self {
        let (p, k) = (n_features, moments.n_columns() - n_features);
        let mut scatter = moments.scatter().clone();
        let active = varying(moments, p, fit_intercept);
        let mut centre = moments.mean().clone();
        if !fit_intercept {
            // Σ w x x' = scatter + W m m'
            scatter.ger(moments.weight(), &centre, &centre, 1.0);
            centre.fill(0.0);
        }
        let mut gram = scatter.view((0, 0), (p, p)).into_owned();
        (0..p).for_each(|j| gram[(j, j)] += l2);
        Self {
            gram,
            cross: scatter.view((0, p), (p, k)).into_owned(),
            centres: Centres { x: centre.rows(0, p).into_owned(), y: centre.rows(p, k).into_owned(), active },
        }
    }

    /// Solved by Cholesky; `None` where the equations are worse conditioned than `worst`.
    pub(crate) fn factor(&self, worst: f64) -> Option<Factor> {
        let active = &self.centres.active;
        if active.is_empty() {
            return None;
        }
        let scale = DVector::from_iterator(active.len(), active.iter().map(|&j| self.gram[(j, j)].sqrt()));
        let scaled = DMatrix::from_fn(scale.len(), scale.len(), |a, b| {
            self.gram[(active[a], active[b])] / (scale[a] * scale[b])
        });
        let cholesky = Cholesky::new(&scaled).ok()?;
        let condition = cholesky.condition_estimate();
        (condition <= worst).then(|| Factor { cholesky, scale, active: active.clone(), condition })
    }

    /// The coefficients.
    pub(crate) fn solve(&self, factor: &Factor) -> Result<DMatrix<f64>> {
        factor.solve(&self.cross)
    }

    /// The solution for this right-hand side instead of `X'Wy`, of least norm where the equations leave it open.
    pub(crate) fn solve_for(&mut self, right: DMatrix<f64>, worst: f64) -> Result<DMatrix<f64>> {
        self.cross = right;
        match self.factor(worst) {
            Some(factor) => self.solve(&factor),
            None => Ok(self.least_norm()?.0),
        }
    }

    /// The coefficients of least norm where the equations do not decide them, and how many they decide.
    ///
    /// Sums of squares hold half the digits of the rows, so directions are told apart only down to the square root of
    /// the precision.
    fn least_norm(&self) -> Result<(DMatrix<f64>, usize)> {
        let p = self.gram.nrows();
        let eigen = symmetric_eigen(&self.gram)?;
        let largest = eigen.eigenvalues.iter().fold(0.0, |all: f64, &v| all.max(v));
        let least = largest * f64::EPSILON * 16.0 * p as f64;
        let mut along = matmul(tr(&eigen.eigenvectors), &self.cross)?;
        for (mut row, &value) in along.row_iter_mut().zip(&eigen.eigenvalues) {
            row.scale_mut(if value > least { value.recip() } else { 0.0 });
        }
        let rank = eigen.eigenvalues.iter().filter(|&&value| value > least).count();
        Ok((matmul(&eigen.eigenvectors, &along)?, rank))
    }
}

impl Factor {
    /// The change of the coefficients for a right-hand side; n_features x n_outputs.
    pub(crate) fn solve(&self, right: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let mut scaled = right.select_rows(&self.active);
        scaled.row_iter_mut().zip(&self.scale).for_each(|(mut row, &scale)| row /= scale);
        let mut solved = self.cholesky.solve(&scaled)?;
        solved.row_iter_mut().zip(&self.scale).for_each(|(mut row, &scale)| row /= scale);
        let mut all = DMatrix::zeros(right.nrows(), right.ncols());
        self.active.iter().zip(solved.row_iter()).for_each(|(&j, row)| all.row_mut(j).copy_from(&row));
        Ok(all)
    }
}

/// The columns of x that vary (about 0, without an intercept) by more than the rounding of their mean.
fn varying(moments: &Moments, n_features: usize, fit_intercept: bool) -> Vec<usize> {
    let counts = |&j: &usize| {
        let (scatter, mean) = (moments.scatter()[(j, j)], moments.mean()[j]);
        varies(scatter / moments.weight(), mean) || (!fit_intercept && mean != 0.0)
    };
    (0..n_features).filter(counts).collect()
}

/// Whether a variance is more than the rounding of the mean.
pub(crate) fn varies(variance: f64, mean: f64) -> bool {
    variance > (CONSTANT * mean).powi(2)
}

/// The model of sums alone.
pub(crate) fn solve_statistics<F: Float, Y: Outputs<F>>(
    statistics: &GramStatistics<F, Y>,
    l2: f64,
    fit_intercept: bool,
) -> Result<Solution> {
    /// Up to here half the digits of a coefficient are right; beyond, directions are cut off.
    const WORST: f64 = 1e11;
    statistics.check()?;
    let equations = NormalEquations::new(statistics.moments(), statistics.n_features(), l2, fit_intercept);
    let (coefficients, rank) = match equations.factor(WORST) {
        Some(factor) => (equations.solve(&factor)?, factor.active.len()),
        None => equations.least_norm()?,
    };
    Ok(Solution::about(coefficients, &equations.centres.x, &equations.centres.y, rank))
}
