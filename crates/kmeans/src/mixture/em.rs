//! Expectation and maximisation, step by step.

use super::{
    covariances::{CovarianceType, Covariances},
    expectation::{Block, Densities, ROWS, Sums, add_sums, expect},
};
use crate::points::mean;
use cairn_numeric::blocks;
use cairn_traits::{DMatrix, DVector, Float, Result};

/// Components: their shares, means and covariances.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Components {
    pub(super) weights: Vec<f64>,
    /// p x k.
    pub(super) means: DMatrix<f64>,
    pub(super) covariances: Covariances,
}

impl Components {
    pub(super) fn densities(&self) -> Result<Densities> {
        let (p, k) = self.means.shape();
        let whiteners = self.covariances.whiteners(k, p)?;
        let scale = 0.5 * p as f64 * (2.0 * std::f64::consts::PI).ln();
        let constant = |(weight, c): (&f64, usize)| weight.ln() - scale + whiteners[c].log_determinant();
        let constants = self.weights.iter().zip(0..k).map(constant).collect();
        Ok(Densities { means: self.means.clone(), whiteners, constants })
    }
}

/// Where shares come from.
#[derive(Clone, Copy)]
pub(super) enum Shares<'a> {
    Expected(&'a Densities),
    /// Each row is wholly its label's.
    Labels(&'a [usize]),
}

/// Rows with their weights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a, F: Float> {
    pub(super) x: &'a DMatrix<F>,
    pub(super) weights: Option<&'a [f64]>,
}

impl<F: Float> Rows<'_, F> {
    /// What the shares of all rows sum to, about `means` (p x k).
    pub(super) fn sums(&self, shares: Shares<'_>, means: &DMatrix<f64>, dense: bool) -> Sums {
        /// Numbers that the sums of all pieces may take together.
        const MOST_NUMBERS: usize = 1 << 23;
        let (n, (p, k)) = (self.x.nrows(), means.shape());
        let piece = |rows: std::ops::Range<usize>| {
            let (mut block, mut sums) = (Block::new(p, k), Sums::new(p, k, dense));
            for part in blocks::ranges(rows.len(), ROWS) {
                let part = rows.start + part.start..rows.start + part.end;
                match shares {
                    Shares::Expected(densities) => {
                        expect(densities, self.x, &part, &mut block);
                        for (i, value) in part.clone().zip(&block.log_likelihoods) {
                            let weight = self.weights.map_or(1.0, |weights| weights[i]);
                            // a weight of 0 takes no part, however far the row
                            sums.log_likelihood += if weight > 0.0 { weight * value } else { 0.0 };
                            sums.weight += weight;
                        }
                    }
                    Shares::Labels(labels) => {
                        block.shares.fill(0.0);
                        labels[part.clone()].iter().enumerate().for_each(|(i, c)| block.shares[c * ROWS + i] = 1.0);
                    }
                }
                add_sums(means, self.x, &part, self.weights, &mut block, &mut sums);
            }
            sums
        };
        let pieces = (MOST_NUMBERS / (k * p * if dense { p } else { 1 }).max(1)).clamp(2, 64);
        let all = blocks::fold(n, blocks::size_for(n, pieces, ROWS), piece, Sums::joined);
        all.unwrap_or_else(|| Sums::new(p, k, dense))
    }

    /// Components that are the clusters of these labels.
    pub(super) fn of_labels(&self, labels: &[usize], k: usize, kind: CovarianceType, reg_covar: f64) -> Components {
        let p = self.x.ncols();
        // about the means of the columns first, then about those of the clusters
        let centre = DVector::from_fn(p, |j, _| mean(self.x, j, self.weights));
        let around = DMatrix::from_fn(p, k, |j, _| centre[j]);
        let first = self.sums(Shares::Labels(labels), &around, false);
        let zeros = Components {
            weights: vec![0.0; k],
            means: around,
            covariances: Covariances::new(CovarianceType::Diag, DMatrix::from_element(k, p, 0.0)),
        };
        let means = maximised(&first, &zeros, CovarianceType::Diag, reg_covar).means;
        let sums = self.sums(Shares::Labels(labels), &means, kind.is_dense());
        // clusters without rows are balls of all columns' variance
        let spread = first.squares.iter().sum::<f64>() / (p as f64 * first.counts.iter().sum::<f64>()) + reg_covar;
        let stacked = match kind {
            CovarianceType::Full => DMatrix::from_fn(k * p, p, |i, j| if i % p == j { spread } else { 0.0 }),
            CovarianceType::Tied => DMatrix::from_diagonal_element(p, p, spread),
            CovarianceType::Diag => DMatrix::from_element(k, p, spread),
            CovarianceType::Spherical => DMatrix::from_element(k, 1, spread),
        };
        let before = Components { weights: vec![0.0; k], means, covariances: Covariances::new(kind, stacked) };
        maximised(&sums, &before, kind, reg_covar)
    }
}

/// The components that these sums, about the means `before`, are most likely under.
pub(super) fn maximised(sums: &Sums, before: &Components, kind: CovarianceType, reg_covar: f64) -> Components {
    let (p, k) = before.means.shape();
    let total: f64 = sums.counts.iter().sum();
    // of what is lost in rounding no mean can be told
    let kept = |c: usize| sums.counts[c] <= 10.0 * f64::EPSILON * total;
    let weights = sums.counts.iter().map(|count| count / total).collect();
    let mut means = before.means.clone();
    let shift = |c: usize, j: usize| sums.sums[c * p + j] / sums.counts[c];
    for c in (0..k).filter(|&c| !kept(c)) {
        (0..p).for_each(|j| means[(j, c)] += shift(c, j));
    }
    let per_component = sums.squares.len() / k;
    let square = |c: usize, i: usize, j: usize| sums.squares[c * per_component + i.min(j) * p + i.max(j)];
    let covariance = |c: usize, i: usize, j: usize| square(c, i, j) / sums.counts[c] - shift(c, i) * shift(c, j);
    let diagonal = |c: usize, j: usize| {
        let square = if kind.is_dense() { square(c, j, j) } else { sums.squares[c * per_component + j] };
        (square / sums.counts[c] - shift(c, j).powi(2)).max(0.0) + reg_covar
    };
    let entry = |c: usize, i: usize, j: usize| if i == j { diagonal(c, j) } else { covariance(c, i, j) };
    let old = before.covariances.stacked();
    let stacked = match kind {
        CovarianceType::Full => DMatrix::from_fn(k * p, p, |row, j| {
            let (c, i) = (row / p, row % p);
            if kept(c) { old[(row, j)] } else { entry(c, i, j) }
        }),
        CovarianceType::Tied => DMatrix::from_fn(p, p, |i, j| {
            let all = (0..k).filter(|&c| !kept(c)).map(|c| sums.counts[c] * covariance(c, i, j));
            let covariance = all.sum::<f64>() / total;
            if i == j { covariance.max(0.0) + reg_covar } else { covariance }
        }),
        CovarianceType::Diag => DMatrix::from_fn(k, p, |c, j| if kept(c) { old[(c, j)] } else { diagonal(c, j) }),
        CovarianceType::Spherical => DMatrix::from_fn(k, 1, |c, _| {
            let mean = (0..p).map(|j| diagonal(c, j)).sum::<f64>() / p as f64;
            if kept(c) { old[(c, 0)] } else { mean }
        }),
    };
    Components { weights, means, covariances: Covariances::new(kind, stacked) }
}
