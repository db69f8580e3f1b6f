use super::columns::{ByRows, Columns, Residual, Running, Target, support};
use crate::{
    dot::{centred_dot, take_off, weighted_sum},
    normal_equations::varies,
};
use cairn_numeric::{Parallelism, blocks, matmul_into, tr, vectorised};
use cairn_traits::{DMatrix, Error, Float, Result, check};
use nalgebra::DMatrixView;
use std::ops::Range;

/// A dense matrix, never copied: means are taken off where a number is read.
#[derive(Debug)]
pub struct Dense<'a, F: Float> {
    x: &'a DMatrix<F>,
    /// Weights that sum to 1; `None` where all are 1/n.
    weights: Option<Vec<f64>>,
    pub(crate) means: Vec<f64>,
    squares: Vec<f64>,
}

/// Blocks of columns: many, so that threads end together.
const COLUMN_BLOCKS: usize = 64;

/// Columns that are multiplied at once.
const WIDTH: usize = 96;

/// Rows whose numbers stay in the first cache while column after column is taken off.
const STRETCH: usize = 2048;

impl<'a, F: Float> Dense<'a, F> {
    /// The columns and the targets about their means, in one pass over x.
    ///
    /// # Errors
    /// Those of [`check::training`], found by the way.
    pub(crate) fn new(
        x: &'a DMatrix<F>,
        y: DMatrixView<'_, F>,
        weights: Option<&[f64]>,
        fit_intercept: bool,
    ) -> Result<(Self, Vec<Target>)> {
        let weights = weights.map(normalised);
        let targets: Vec<Target> =
            y.column_iter().map(|y| about_mean(y.as_slice(), weights.as_deref(), fit_intercept)).collect();
        let uniform = 1.0 / x.nrows() as f64;
        let pulled: Vec<Vec<f64>> = targets.iter().map(|t| weighted(&t.rows, weights.as_deref(), uniform)).collect();
        let columns = blocks::map(x.ncols(), blocks::size_for(x.ncols(), COLUMN_BLOCKS, 1), |columns| {
            let of = |j| moments(column(x, j), weights.as_deref(), &pulled, fit_intercept);
            columns.map(of).collect::<Vec<_>>()
        });
        let mut all = Self { x, weights, means: Vec::new(), squares: Vec::new() };
        let mut targets = targets;
        for (mean, square, pulls) in columns.into_iter().flatten() {
            if !square.is_finite() {
                // a number that is not finite, or squares that overflow
                check::training(x)?;
                let requirement = "numbers whose squares can be summed";
                return Err(Error::Domain { what: "x", requirement, found: square, row: None });
            }
            all.means.push(mean);
            all.squares.push(square);
            targets.iter_mut().zip(pulls).for_each(|(target, pull)| target.pulls.push(pull));
        }
        Ok((all, targets))
    }

    fn uniform(&self) -> f64 {
        1.0 / self.x.nrows() as f64
    }

    fn residuals(&self, target: &Target, coefficients: &[f64]) -> Vec<f64> {
        let support = support(coefficients);
        let n = self.x.nrows();
        let stretch = |rows: Range<usize>| {
            let mut residuals = target.rows[rows.clone()].to_vec();
            for &(j, by) in &support {
                take_off(&column(self.x, j)[rows.clone()], self.means[j], by, &mut residuals);
            }
            residuals
        };
        blocks::map(n, STRETCH, stretch).concat()
    }
}

fn column<F: Float>(x: &DMatrix<F>, j: usize) -> &[F] {
    &x.as_slice()[j * x.nrows()..(j + 1) * x.nrows()]
}

/// Weights that sum to 1.
pub(crate) fn normalised(weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// A target about its mean; its pulls are still to come.
pub(crate) fn about_mean<F: Float>(y: &[F], weights: Option<&[f64]>, fit_intercept: bool) -> Target {
    let uniform = 1.0 / y.len() as f64;
    let mean = if fit_intercept { mean(y, weights, uniform) } else { 0.0 };
    let rows: Vec<f64> = y.iter().map(|y| y.to_f64() - mean).collect();
    let energy = weighted_sum(&rows, weights, uniform, |y| y * y);
    let energy = if varies(energy, mean) { energy } else { 0.0 };
    Target { rows, pulls: Vec::new(), energy, mean }
}

/// In two steps, so that a sum far from 0 loses no digits.
#[inline(always)]
fn mean<F: Float>(x: &[F], weights: Option<&[f64]>, uniform: f64) -> f64 {
    let about = weighted_sum(x, weights, uniform, |x| x);
    about + weighted_sum(x, weights, uniform, |x| x - about)
}

/// `v r`.
fn weighted(r: &[f64], weights: Option<&[f64]>, uniform: f64) -> Vec<f64> {
    match weights {
        None => r.iter().map(|r| r * uniform).collect(),
        Some(weights) => r.iter().zip(weights).map(|(r, w)| r * w).collect(),
    }
}

/// Mean, square and pulls of a column, while it is in the cache.
fn moments<F: Float>(
    x: &[F],
    weights: Option<&[f64]>,
    pulled: &[Vec<f64>],
    fit_intercept: bool,
) -> (f64, f64, Vec<f64>) {
    let (mean, square) = mean_square(x, weights, fit_intercept);
    if square.is_finite() && !varies(square, mean) {
        return (mean, 0.0, vec![0.0; pulled.len()]);
    }
    (mean, square, pulled.iter().map(|target| centred_dot(x, mean, target)).collect())
}

vectorised! {
    fn mean_square['a; F: Float](x: &'a [F], weights: Option<&'a [f64]>, fit_intercept: bool) -> (f64, f64) {
        let uniform = 1.0 / x.len() as f64;
        let mean = if fit_intercept { mean(x, weights, uniform) } else { 0.0 };
        (mean, weighted_sum(x, weights, uniform, |x| (x - mean) * (x - mean)))
    }
}

vectorised! {
    /// `out ← √w (x − mean)`.
    fn centred['a; F: Float](x: &'a [F], mean: f64, weights: Option<&'a [f64]>, out: &'a mut [f64]) -> () {
        out.iter_mut().zip(x).for_each(|(out, x)| *out = x.to_f64() - mean);
        if let Some(weights) = weights {
            out.iter_mut().zip(weights).for_each(|(out, w)| *out *= w.sqrt());
        }
    }
}

impl<F: Float> Columns for Dense<'_, F> {
    fn squares(&self) -> &[f64] {
        &self.squares
    }

    fn products(&self, all: &[usize], new: &[usize]) -> Result<DMatrix<f64>> {
        let n = self.x.nrows();
        // new columns come last in `all`: each number is read once
        let packed = |rows: Range<usize>| {
            let mut panel = DMatrix::zeros(rows.len(), all.len());
            let weights = self.weights.as_ref().map(|weights| &weights[rows.clone()]);
            for (out, &j) in panel.as_mut_slice().chunks_mut(rows.len()).zip(all) {
                centred(&column(self.x, j)[rows.clone()], self.means[j], weights, out);
            }
            panel
        };
        let block = |rows: Range<usize>| {
            let panel = packed(rows);
            let mut products = DMatrix::zeros(all.len(), new.len());
            // a stretch of columns needs the rows down to its own
            for columns in blocks::ranges(new.len(), WIDTH) {
                let last = all.len() - new.len() + columns.end;
                let right = panel.columns(last - columns.len(), columns.len());
                let out = products.view_mut((0, columns.start), (last, columns.len()));
                matmul_into(1.0, tr(panel.columns(0, last)), right, 0.0, out, Parallelism::Sequential)?;
            }
            Ok(products)
        };
        let add = |sum: Result<DMatrix<f64>>, block: Result<DMatrix<f64>>| Ok(sum? + block?);
        let sum = blocks::fold(n, blocks::size_for(n, 16, 256), block, add);
        let mut sum = sum.unwrap_or_else(|| Ok(DMatrix::zeros(all.len(), new.len())))?;
        if self.weights.is_none() {
            sum *= self.uniform();
        }
        Ok(sum)
    }

    fn refresh(&self, target: &Target, coefficients: &[f64], of: &[usize], pulls: &mut [f64]) -> Residual {
        let residuals = self.residuals(target, coefficients);
        let pulled = weighted(&residuals, self.weights.as_deref(), self.uniform());
        let found = blocks::map(of.len(), blocks::size_for(of.len(), COLUMN_BLOCKS, 1), |places| {
            let pull = |&j: &usize| centred_dot(column(self.x, j), self.means[j], &pulled);
            of[places].iter().map(pull).collect::<Vec<_>>()
        });
        of.iter().zip(found.into_iter().flatten()).for_each(|(&j, pull)| pulls[j] = pull);
        Residual { square: centred_dot(&residuals, 0.0, &pulled), along: centred_dot(&target.rows, 0.0, &pulled) }
    }

    fn rows(&self) -> Option<&dyn ByRows> {
        Some(self)
    }
}

impl<F: Float> ByRows for Dense<'_, F> {
    fn n_rows(&self) -> usize {
        self.x.nrows()
    }

    fn start(&self, target: &Target, coefficients: &[f64]) -> Running {
        Running { rows: self.residuals(target, coefficients), shift: 0.0 }
    }

    fn pull(&self, j: usize, residuals: &Running) -> f64 {
        let (x, mean) = (column(self.x, j), self.means[j]);
        match &self.weights {
            None => centred_dot(x, mean, &residuals.rows) * self.uniform(),
            Some(weights) => {
                let terms = x.iter().zip(&residuals.rows).zip(weights);
                terms.map(|((x, r), w)| (x.to_f64() - mean) * r * w).sum()
            }
        }
    }

    fn step(&self, j: usize, by: f64, residuals: &mut Running) {
        take_off(column(self.x, j), self.means[j], by, &mut residuals.rows);
    }

    fn facts(&self, target: &Target, residuals: &Running) -> Residual {
        let pulled = weighted(&residuals.rows, self.weights.as_deref(), self.uniform());
        Residual { square: centred_dot(&residuals.rows, 0.0, &pulled), along: centred_dot(&target.rows, 0.0, &pulled) }
    }
}
