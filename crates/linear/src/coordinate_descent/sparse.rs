use super::{
    columns::{ByRows, Columns, Residual, Running, Target, support},
    dense::{about_mean, normalised},
};
use crate::normal_equations::varies;
use cairn_numeric::blocks;
use cairn_traits::{CsrMatrix, DMatrix, Error, Float, Result, check};
use nalgebra::DMatrixView;
use std::ops::Range;

/// A sparse matrix column by column. Means are never taken off the zeros: what that would change is a product of sums.
#[derive(Debug)]
pub struct Sparse {
    n_rows: usize,
    /// Where each column begins, and after the last.
    offsets: Vec<usize>,
    places: Vec<usize>,
    values: Vec<f64>,
    /// Weights that sum to 1.
    weights: Vec<f64>,
    pub(crate) means: Vec<f64>,
    squares: Vec<f64>,
}

/// Blocks of columns: many, so that threads end together.
const COLUMN_BLOCKS: usize = 64;

impl Sparse {
    /// The columns and the targets about their means.
    pub(crate) fn new<F: Float>(
        x: &CsrMatrix<F>,
        y: DMatrixView<'_, F>,
        weights: Option<&[f64]>,
        fit_intercept: bool,
    ) -> Result<(Self, Vec<Target>)> {
        check::sparse_training(x)?;
        let (n, p) = (x.nrows(), x.ncols());
        let weights = weights.map_or_else(|| vec![1.0 / n as f64; n], normalised);
        let (offsets, places, values) = by_columns(x);
        let mut all = Self { n_rows: n, offsets, places, values, weights, means: vec![0.0; p], squares: vec![0.0; p] };
        let mut targets: Vec<Target> =
            y.column_iter().map(|y| about_mean(y.as_slice(), Some(&all.weights), fit_intercept)).collect();
        for j in 0..p {
            if fit_intercept {
                all.means[j] = all.column(j).map(|(i, x)| x * all.weights[i]).sum();
            }
            let (mean, mut zeros) = (all.means[j], 1.0);
            let mut square = 0.0;
            for (i, x) in all.column(j) {
                zeros -= all.weights[i];
                square += (x - mean) * (x - mean) * all.weights[i];
            }
            let square = square + f64::max(zeros, 0.0) * mean * mean;
            if !square.is_finite() {
                let requirement = "numbers whose squares can be summed";
                return Err(Error::Domain { what: "x", requirement, found: square, row: None });
            }
            all.squares[j] = if varies(square, mean) { square } else { 0.0 };
        }
        for target in &mut targets {
            let residuals = Running { rows: target.rows.clone(), shift: 0.0 };
            target.pulls = (0..p).map(|j| all.whole_pull(j, &residuals.rows, all.total(&residuals.rows))).collect();
        }
        Ok((all, targets))
    }

    fn column(&self, j: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let entries = self.offsets[j]..self.offsets[j + 1];
        self.places[entries.clone()].iter().copied().zip(self.values[entries].iter().copied())
    }

    fn total(&self, residuals: &[f64]) -> f64 {
        residuals.iter().zip(&self.weights).map(|(r, w)| r * w).sum()
    }

    /// `Σ v (x − mean) r`, where `Σ v r` is `total`.
    fn whole_pull(&self, j: usize, residuals: &[f64], total: f64) -> f64 {
        if self.squares[j] == 0.0 {
            return 0.0;
        }
        let dot: f64 = self.column(j).map(|(i, x)| x * self.weights[i] * residuals[i]).sum();
        dot - self.means[j] * total
    }
}

/// Offsets, row numbers and values of the columns.
fn by_columns<F: Float>(x: &CsrMatrix<F>) -> (Vec<usize>, Vec<usize>, Vec<f64>) {
    let mut offsets = vec![0; x.ncols() + 1];
    x.col_indices().iter().for_each(|&j| offsets[j + 1] += 1);
    for j in 0..x.ncols() {
        offsets[j + 1] += offsets[j];
    }
    let (mut places, mut values) = (vec![0; x.nnz()], vec![0.0; x.nnz()]);
    let mut next = offsets.clone();
    for (i, j, value) in x.triplet_iter() {
        places[next[j]] = i;
        values[next[j]] = value.to_f64();
        next[j] += 1;
    }
    (offsets, places, values)
}

impl Columns for Sparse {
    fn squares(&self) -> &[f64] {
        &self.squares
    }

    fn products(&self, all: &[usize], new: &[usize]) -> Result<DMatrix<f64>> {
        let columns = blocks::map(new.len(), blocks::size_for(new.len(), 16, 1), |block: Range<usize>| {
            let mut spread = vec![0.0; self.n_rows];
            let mut products = Vec::with_capacity(block.len() * all.len());
            for &b in &new[block] {
                self.column(b).for_each(|(i, x)| spread[i] = x * self.weights[i]);
                for &a in all {
                    let dot: f64 = self.column(a).map(|(i, x)| x * spread[i]).sum();
                    products.push(dot - self.means[a] * self.means[b]);
                }
                self.column(b).for_each(|(i, _)| spread[i] = 0.0);
            }
            products
        });
        Ok(DMatrix::from_vec(all.len(), new.len(), columns.concat()))
    }

    fn refresh(&self, target: &Target, coefficients: &[f64], of: &[usize], pulls: &mut [f64]) -> Residual {
        let mut running = self.start(target, coefficients);
        let shift = running.shift;
        running.rows.iter_mut().for_each(|r| *r += shift);
        running.shift = 0.0;
        let total = self.total(&running.rows);
        let found = blocks::map(of.len(), blocks::size_for(of.len(), COLUMN_BLOCKS, 1), |places| {
            of[places].iter().map(|&j| self.whole_pull(j, &running.rows, total)).collect::<Vec<_>>()
        });
        of.iter().zip(found.into_iter().flatten()).for_each(|(&j, pull)| pulls[j] = pull);
        self.facts(target, &running)
    }

    fn rows(&self) -> Option<&dyn ByRows> {
        Some(self)
    }
}

impl ByRows for Sparse {
    fn n_rows(&self) -> usize {
        self.n_rows
    }

    fn start(&self, target: &Target, coefficients: &[f64]) -> Running {
        let mut running = Running { rows: target.rows.clone(), shift: 0.0 };
        support(coefficients).into_iter().for_each(|(j, by)| self.step(j, by, &mut running));
        running
    }

    /// Residuals of centred columns have the mean of the target: 0 with an intercept, and without one the means are 0.
    fn pull(&self, j: usize, residuals: &Running) -> f64 {
        let dot: f64 = self.column(j).map(|(i, x)| x * self.weights[i] * residuals.rows[i]).sum();
        dot + residuals.shift * self.means[j]
    }

    fn step(&self, j: usize, by: f64, residuals: &mut Running) {
        self.column(j).for_each(|(i, x)| residuals.rows[i] -= x * by);
        residuals.shift += self.means[j] * by;
    }

    fn facts(&self, target: &Target, residuals: &Running) -> Residual {
        let (mut square, mut along) = (0.0, 0.0);
        for ((r, y), w) in residuals.rows.iter().zip(&target.rows).zip(&self.weights) {
            let r = r + residuals.shift;
            square += w * r * r;
            along += w * r * y;
        }
        Residual { square, along }
    }
}
