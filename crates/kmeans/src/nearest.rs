//! The nearest centroid of each point: a blocked product finds it, and where rounding might have chosen, the definition
//! decides.
//!
//! ```text
//! |x − c|² − |x|² = |c|² − 2 x·c          computed for a block of points and all centroids at once
//! ```

use crate::points::Points;
use cairn_numeric::{Parallelism, matmul_into, squared_distance, tr, vectorised};
use cairn_traits::{DMatrix, Float, Result};
use std::ops::Range;

/// Numbers of a block's product: it stays in the cache while it is searched.
const BLOCK_NUMBERS: usize = 32 * 1024;

/// Centroids in columns, p x k, about the centre of the points.
#[derive(Debug)]
pub(crate) struct Centroids<F: Float> {
    pub(crate) columns: DMatrix<F>,
    squares: Vec<F>,
    largest: F,
}

/// Of a block of points: the position of the nearest centroid, and its `|c|² − 2 x·c`.
#[derive(Debug)]
pub(crate) struct Block<F> {
    pub(crate) rows: Range<usize>,
    pub(crate) labels: Vec<usize>,
    pub(crate) scores: Vec<F>,
}

impl<F: Float> Centroids<F> {
    pub(crate) fn new(columns: DMatrix<F>) -> Self {
        let squares: Vec<F> = columns.column_iter().map(|c| c.norm_squared()).collect();
        let largest = squares.iter().fold(F::zero(), |all, &v| if v > all { v } else { all });
        Self { columns, squares, largest }
    }

    /// In rows as they were given, about the centre of `points`.
    pub(crate) fn of_rows(rows: &DMatrix<F>, points: &Points<F>) -> Self {
        Self::new(Points::about(rows.as_view(), points.centre.clone()).columns)
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.ncols()
    }

    fn centroid(&self, k: usize) -> &[F] {
        let p = self.columns.nrows();
        &self.columns.as_slice()[k * p..(k + 1) * p]
    }

    /// How far two scores of a point may be apart and the definition still order them the other way.
    ///
    /// With unit roundoff u each of the norms, the product and the defined sum of p terms is off by at most (p + 4) u
    /// times its size, and all sizes are at most 2 (|x|² + |c|²): 8 (p + 8) u for one score and its definition, twice
    /// that for two; eps = 2 u. The last term covers products too small for normal numbers.
    fn slack(&self, square: F) -> F {
        let terms = F::of(8.0 * (self.columns.nrows() + 8) as f64) * F::EPSILON;
        terms * (square + self.largest) + F::of(f64::from(f32::MIN_POSITIVE))
    }

    /// The nearest centroids of these points, block by block, given to `each`.
    pub(crate) fn nearest(&self, points: &Points<F>, rows: Range<usize>, mut each: impl FnMut(Block<F>)) -> Result<()> {
        let (p, k) = (points.n_features(), self.len());
        let size = (BLOCK_NUMBERS / k.max(p).max(1)).clamp(16, 1024);
        let mut products = DMatrix::zeros(size.min(rows.len()), k);
        for block in cairn_numeric::blocks::ranges(rows.len(), size) {
            let block = rows.start + block.start..rows.start + block.end;
            let m = block.len();
            let mut products = products.rows_range_mut(..m);
            let left = tr(points.columns.columns_range(block.clone()));
            matmul_into(F::of(-2.0), left, &self.columns, F::zero(), products.as_view_mut(), Parallelism::Sequential)?;
            let mut best = vec![F::of(f64::INFINITY); m];
            let (mut second, mut which) = (best.clone(), vec![F::zero(); m]);
            for (c, column) in products.column_iter().enumerate() {
                rank(&column.as_slice()[..m], self.squares[c], F::of(c as f64), (&mut best, &mut second, &mut which));
            }
            let mut labels: Vec<usize> = which.iter().map(|c| c.to_f64() as usize).collect();
            for (i, label) in labels.iter_mut().enumerate() {
                let limit = best[i] + self.slack(points.squares[block.start + i]);
                // neither is true where squares overflow: then nothing is known
                let certain = second[i] > limit;
                if !certain {
                    let beyond = |c: usize| products[(i, c)] + self.squares[c] > limit;
                    let near = (0..k).filter(|&c| !beyond(c));
                    *label = self.by_definition(points.point(block.start + i), near);
                }
            }
            each(Block { rows: block, labels, scores: best });
        }
        Ok(())
    }

    /// The nearest of some centroids, the first on ties.
    fn by_definition(&self, point: &[F], among: impl Iterator<Item = usize>) -> usize {
        let mut nearest = (0, F::of(f64::INFINITY));
        for c in among {
            let squared = squared_distance(point, self.centroid(c));
            if squared < nearest.1 {
                nearest = (c, squared);
            }
        }
        nearest.0
    }

    /// The squared distance of a point to a centroid, by definition.
    pub(crate) fn squared_distance(&self, point: &[F], c: usize) -> f64 {
        squared_distance(point, self.centroid(c)).to_f64()
    }
}

type Ranks<'a, F> = (&'a mut [F], &'a mut [F], &'a mut [F]);

vectorised! {
    /// One more centroid for each point of a block: the best score so far, the second, and whose the best is.
    fn rank['a; F: Float](products: &'a [F], square: F, own: F, so_far: Ranks<'a, F>) -> () {
        let (best, second, which) = so_far;
        for (((product, best), second), which) in products.iter().zip(best).zip(second).zip(which) {
            let score = *product + square;
            let (low, high) = if score < *best { (score, *best) } else { (*best, score) };
            *which = if score < *best { own } else { *which };
            *best = low;
            *second = if high < *second { high } else { *second };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    /// On a grid, so that many points are equal and many distances tie.
    fn wave<F: Float>(n: usize, p: usize, (scale, offset, grid): (f64, f64, f64)) -> DMatrix<F> {
        let at = |i: usize, j: usize| ((i as f64 * 12.9898 + j as f64 * 78.233).sin() * 43758.5453).fract();
        DMatrix::from_fn(n, p, |i, j| F::of((at(i, j) * grid).round() / grid * scale + offset))
    }

    fn by_definition<F: Float>(points: &Points<F>, centroids: &Centroids<F>) -> Vec<usize> {
        (0..points.len()).map(|i| centroids.by_definition(points.point(i), 0..centroids.len())).collect()
    }

    fn labels<F: Float>(points: &Points<F>, centroids: &Centroids<F>) -> Vec<usize> {
        let mut labels = Vec::new();
        centroids.nearest(points, 0..points.len(), |block| labels.extend(block.labels)).unwrap();
        labels
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_nearest_is_that_of_the_definition_ties_and_all(
            (n, p, k) in (1_usize..600, 1_usize..20, 1_usize..40),
            scale in proptest::sample::select(vec![1e-160, 1e-20, 1.0, 1e6, 1e160]),
            offset in proptest::sample::select(vec![0.0, 1.0, -1e9]),
            grid in proptest::sample::select(vec![3.0, 1e3, 1e12]),
        ) {
            let x = wave::<f64>(n, p, (scale, offset, grid));
            let points = Points::about_mean(&x);
            let centroids = Centroids::of_rows(&wave(k, p, (scale, offset, 2.0 * grid)), &points);
            prop_assert_eq!(labels(&points, &centroids), by_definition(&points, &centroids));
            if scale > 1e-7 && scale < 1e7 {
                let points = Points::about_mean(&x.map(|v| v as f32));
                let centroids = Centroids::of_rows(&wave(k, p, (scale, offset, grid)), &points);
                prop_assert_eq!(labels(&points, &centroids), by_definition(&points, &centroids));
            }
        }
    }
}
