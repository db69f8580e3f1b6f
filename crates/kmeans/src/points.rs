//! Points and centroids as matrix products want them: one after another, about their mean.

use crate::nearest::square_lengths;
use cairn_numeric::{blocks, vectorised};
use cairn_traits::{DMatrix, Float};
use nalgebra::DMatrixView;
use rayon::prelude::*;
use std::ops::Range;

/// Points in columns, p x n, about a centre.
///
/// What is far from the origin loses its digits in products; distances do not change when all is moved.
#[derive(Clone, Debug)]
pub(crate) struct Points<F: Float> {
    pub(crate) columns: DMatrix<F>,
    /// `|x|²` of each.
    pub(crate) squares: Vec<F>,
    pub(crate) centre: Vec<F>,
}

impl<F: Float> Points<F> {
    /// The rows of x about their mean.
    pub(crate) fn about_mean(x: &DMatrix<F>, weights: Option<&[f64]>) -> Self {
        let mean = |columns: Range<usize>| columns.map(|j| F::of(mean(x, j, weights))).collect::<Vec<F>>();
        Self::about(x.as_view(), blocks::map(x.ncols(), 8, mean).concat())
    }

    /// The rows of x about `centre`.
    pub(crate) fn about(x: DMatrixView<'_, F>, centre: Vec<F>) -> Self {
        /// Rows that are turned around while they are in the cache.
        const TILE: usize = 64;
        let (n, p) = x.shape();
        let mut columns = DMatrix::zeros(p, n);
        let mut squares = vec![F::zero(); n];
        let tiles = columns.as_mut_slice().par_chunks_mut((TILE * p).max(1)).zip(squares.par_chunks_mut(TILE));
        tiles.enumerate().for_each(|(tile, (points, squares))| {
            let rows = x.rows(tile * TILE, squares.len());
            for (j, (column, centre)) in rows.column_iter().zip(&centre).enumerate() {
                for (point, v) in points.chunks_exact_mut(p).zip(column.iter()) {
                    point[j] = *v - *centre;
                }
            }
            squares.copy_from_slice(&square_lengths(points, p));
        });
        Self { columns, squares, centre }
    }

    /// Some of them, in this order.
    pub(crate) fn picked(&self, rows: &[usize]) -> Self {
        let p = self.n_features();
        let columns: Vec<F> = rows.iter().flat_map(|&row| self.point(row).iter().copied()).collect();
        let squares = rows.iter().map(|&row| self.squares[row]).collect();
        Self { columns: DMatrix::from_vec(p, rows.len(), columns), squares, centre: self.centre.clone() }
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.ncols()
    }

    pub(crate) fn n_features(&self) -> usize {
        self.columns.nrows()
    }

    pub(crate) fn point(&self, i: usize) -> &[F] {
        let p = self.n_features();
        &self.columns.as_slice()[i * p..(i + 1) * p]
    }

    /// In rows, and where they were.
    pub(crate) fn moved_back(&self, centroids: &DMatrix<F>) -> DMatrix<F> {
        let mut rows = centroids.transpose();
        for (mut column, centre) in rows.column_iter_mut().zip(&self.centre) {
            column.add_scalar_mut(*centre);
        }
        rows
    }
}

vectorised! {
    /// `Σ w (v − origin)ᵖ` with p 1 or 2, term `i` into partial sum `i mod 16`: additions that do not wait for each other. What
    /// has no weight takes no part, however far it is.
    fn moment['a; F: Float](values: &'a [F], weights: Option<&'a [f64]>, origin: f64, squared: bool) -> f64 {
        const LANES: usize = 16;
        let mut sums = [0.0; LANES];
        let term = |v: F| {
            let d = v.to_f64() - origin;
            if squared { d * d } else { d }
        };
        match weights {
            None => {
                let (blocks, rest) = values.as_chunks::<LANES>();
                for block in blocks {
                    for lane in 0..LANES {
                        sums[lane] += term(block[lane]);
                    }
                }
                sums.iter().sum::<f64>() + rest.iter().map(|v| term(*v)).sum::<f64>()
            }
            Some(weights) => {
                values.iter().zip(weights).filter(|(_, w)| **w > 0.0).map(|(v, w)| w * term(*v)).sum()
            }
        }
    }
}

/// The mean of a column, in double precision.
pub(crate) fn mean<F: Float>(x: &DMatrix<F>, j: usize, weights: Option<&[f64]>) -> f64 {
    moment(x.column(j).as_slice(), weights, 0.0, false) / total(x, weights)
}

fn total<F: Float>(x: &DMatrix<F>, weights: Option<&[f64]>) -> f64 {
    weights.map_or(x.nrows().max(1) as f64, |weights| weights.iter().sum())
}

/// The mean over the columns of x of their variances.
pub(crate) fn mean_variance<F: Float>(x: &DMatrix<F>, weights: Option<&[f64]>) -> f64 {
    let total = total(x, weights);
    let variance = |j: usize| {
        let column = x.column(j);
        let mean = moment(column.as_slice(), weights, 0.0, false) / total;
        moment(column.as_slice(), weights, mean, true) / total
    };
    let of = |columns: Range<usize>| columns.map(variance).collect::<Vec<f64>>();
    blocks::map(x.ncols(), 8, of).concat().iter().sum::<f64>() / x.ncols().max(1) as f64
}
