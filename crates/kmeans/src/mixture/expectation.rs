//! One pass over a block of rows: logarithms of densities, responsibilities, and what they sum to.
//!
//! Rows are taken 256 at a time, column by column, so that every loop goes along rows by whole vectors.

use super::covariances::Whitener;
use cairn_numeric::{elementary, vectorised};
use cairn_traits::{DMatrix, Float};
use std::ops::Range;

/// Rows a block: what is held of them stays in the first two caches.
pub(super) const ROWS: usize = 256;

/// Components as they are measured with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Densities {
    /// p x k.
    pub(super) means: DMatrix<f64>,
    pub(super) whiteners: Vec<Whitener>,
    /// `ln wₖ − ½ (p ln 2π + ln det Σₖ)`; minus infinity for a component without weight.
    pub(super) constants: Vec<f64>,
}

/// The memory of a pass, 256 rows each.
#[derive(Debug)]
pub(super) struct Block {
    /// `x − μ`, column by column.
    differences: Vec<f64>,
    /// Log-densities, then responsibilities, component by component.
    pub(super) shares: Vec<f64>,
    /// `ln p(x)`.
    pub(super) log_likelihoods: Vec<f64>,
}

impl Block {
    pub(super) fn new(p: usize, k: usize) -> Self {
        Self { differences: vec![0.0; p * ROWS], shares: vec![0.0; k * ROWS], log_likelihoods: vec![0.0; ROWS] }
    }
}

/// What the responsibilities of some rows sum to, about the means they were computed with.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    /// Σ w ln p(x), and Σ w.
    pub(super) log_likelihood: f64,
    pub(super) weight: f64,
    pub(super) counts: Vec<f64>,
    /// p a component.
    pub(super) sums: Vec<f64>,
    /// The lower triangles p x p, or the diagonals, component by component.
    pub(super) squares: Vec<f64>,
}

impl Sums {
    pub(super) fn new(p: usize, k: usize, dense: bool) -> Self {
        let squares = vec![0.0; k * if dense { p * p } else { p }];
        Self { log_likelihood: 0.0, weight: 0.0, counts: vec![0.0; k], sums: vec![0.0; k * p], squares }
    }

    pub(super) fn joined(mut self, other: Self) -> Self {
        self.log_likelihood += other.log_likelihood;
        self.weight += other.weight;
        for (own, other) in
            [(&mut self.counts, other.counts), (&mut self.sums, other.sums), (&mut self.squares, other.squares)]
        {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += other);
        }
        self
    }
}

/// `out = x − mean`, rows of each column, 256 apart.
#[inline(always)]
fn centre<F: Float>(x: &DMatrix<F>, rows: &Range<usize>, mean: &[f64], out: &mut [f64]) {
    let n = x.nrows();
    for ((j, mean), out) in mean.iter().enumerate().zip(out.chunks_exact_mut(ROWS)) {
        let column = &x.as_slice()[j * n + rows.start..j * n + rows.end];
        for (out, value) in out.iter_mut().zip(column) {
            *out = value.to_f64() - mean;
        }
    }
}

/// `out = −½ |W d|²` of each row.
#[inline(always)]
fn half_squares(whitener: &Whitener, differences: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    match whitener {
        Whitener::Triangle(inverse) => {
            let mut whitened = [0.0; ROWS];
            for j in 0..inverse.ncols() {
                whitened.fill(0.0);
                let column = &inverse.as_slice()[j * inverse.nrows()..j * inverse.nrows() + j + 1];
                for (factor, differences) in column.iter().zip(differences.chunks_exact(ROWS)) {
                    for (sum, d) in whitened.iter_mut().zip(differences) {
                        *sum += factor * d;
                    }
                }
                out.iter_mut().zip(&whitened).for_each(|(out, y)| *out -= 0.5 * y * y);
            }
        }
        Whitener::Scales(scales) => {
            for (scale, differences) in scales.iter().zip(differences.chunks_exact(ROWS)) {
                for (out, d) in out.iter_mut().zip(differences) {
                    let y = scale * d;
                    *out -= 0.5 * y * y;
                }
            }
        }
    }
}

vectorised! {
    /// Responsibilities and log-likelihoods of `rows` of x into the block: those of rows beyond are not said.
    pub(super) fn expect['a; F: Float](
        densities: &'a Densities,
        x: &'a DMatrix<F>,
        rows: &'a Range<usize>,
        block: &'a mut Block,
    ) -> () {
        let p = densities.means.nrows();
        let Block { differences, shares, log_likelihoods } = block;
        for (c, shares) in shares.chunks_exact_mut(ROWS).enumerate() {
            centre(x, rows, &densities.means.as_slice()[c * p..(c + 1) * p], differences);
            half_squares(&densities.whiteners[c], differences, shares);
            let constant = densities.constants[c];
            shares.iter_mut().for_each(|share| *share += constant);
        }
        normalise(shares, log_likelihoods);
    }
}

/// Log-densities become responsibilities, their sum a log-likelihood. Where every density is 0, so far out is the row,
/// all components have the same share.
#[inline(always)]
fn normalise(shares: &mut [f64], log_likelihoods: &mut [f64]) {
    let (mut largest, mut total) = ([f64::NEG_INFINITY; ROWS], [0.0; ROWS]);
    for shares in shares.chunks_exact(ROWS) {
        for (largest, share) in largest.iter_mut().zip(shares) {
            *largest = if *share > *largest { *share } else { *largest };
        }
    }
    for shares in shares.chunks_exact_mut(ROWS) {
        for ((share, largest), total) in shares.iter_mut().zip(&largest).zip(&mut total) {
            let ratio = elementary::exp(*share - *largest);
            *share = if *largest == f64::NEG_INFINITY { 1.0 } else { ratio };
            *total += *share;
        }
    }
    for ((out, largest), total) in log_likelihoods.iter_mut().zip(&largest).zip(&total) {
        *out = if *largest == f64::NEG_INFINITY { *largest } else { largest + total.ln() };
    }
    for shares in shares.chunks_exact_mut(ROWS) {
        shares.iter_mut().zip(&total).for_each(|(share, total)| *share /= total);
    }
}

vectorised! {
    /// Adds what `rows` and their shares, times their weights, sum to.
    pub(super) fn add_sums['a; F: Float](
        means: &'a DMatrix<f64>,
        x: &'a DMatrix<F>,
        rows: &'a Range<usize>,
        weights: Option<&'a [f64]>,
        block: &'a mut Block,
        sums: &'a mut Sums,
    ) -> () {
        let p = means.nrows();
        let Block { differences, shares, .. } = block;
        let dense = sums.squares.len() > sums.sums.len() || p == 1;
        let per_component = sums.squares.len() / sums.counts.len();
        for (c, shares) in shares.chunks_exact_mut(ROWS).enumerate() {
            if let Some(weights) = weights {
                shares.iter_mut().zip(&weights[rows.clone()]).for_each(|(share, weight)| *share *= weight);
            }
            // rows beyond the last take no part
            shares[rows.len()..].fill(0.0);
            sums.counts[c] += total(shares);
            centre(x, rows, &means.as_slice()[c * p..(c + 1) * p], differences);
            let squares = &mut sums.squares[c * per_component..(c + 1) * per_component];
            let mut weighted = [0.0; ROWS];
            for j in 0..p {
                let column = &differences[j * ROWS..(j + 1) * ROWS];
                for ((out, share), d) in weighted.iter_mut().zip(&*shares).zip(column) {
                    *out = share * d;
                }
                sums.sums[c * p + j] += total(&weighted);
                if dense {
                    for i in j..p {
                        squares[j * p + i] += dot(&weighted, &differences[i * ROWS..(i + 1) * ROWS]);
                    }
                } else {
                    squares[j] += dot(&weighted, column);
                }
            }
        }
    }
}

/// Partial sums that do not wait for each other.
const LANES: usize = 32;

#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    folded(sums)
}

#[inline(always)]
fn total(a: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for a in a.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            sums[lane] += a[lane];
        }
    }
    folded(sums)
}

#[inline(always)]
fn folded(mut sums: [f64; LANES]) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
        half /= 2;
    }
    sums[0]
}
