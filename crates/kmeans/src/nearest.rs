//! The nearest centroid of each point: a blocked product finds it, and where rounding might have chosen, the definition
//! decides.
//!
//! ```text
//! |x − c|² − |x|² = |c|² − 2 x·c          computed for a block of points and all centroids at once
//! ```

use crate::points::Points;
use cairn_numeric::{Parallelism, matmul_into, squared_distance, tr, vectorised};
use cairn_traits::{DMatrix, Float, Result};
use nalgebra::DMatrixView;
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

/// Of a block of points: the position of the nearest centroid, its `|c|² − 2 x·c`, and that of the second; where these
/// two are as good as equal the second is the best.
#[derive(Debug)]
pub(crate) struct Ranked<F: Float> {
    pub(crate) labels: Vec<usize>,
    pub(crate) best: Vec<F>,
    pub(crate) second: Vec<F>,
    which: Vec<F>,
    products: DMatrix<F>,
}

impl<F: Float> Ranked<F> {
    /// Room for so many points at once, and so many centroids.
    pub(crate) fn new(n_points: usize, n_centroids: usize) -> Self {
        let (labels, which) = (Vec::new(), Vec::new());
        Self { labels, best: Vec::new(), second: Vec::new(), which, products: DMatrix::zeros(n_points, n_centroids) }
    }
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

    #[inline(always)]
    fn centroid(&self, k: usize) -> &[F] {
        let p = self.columns.nrows();
        &self.columns.as_slice()[k * p..(k + 1) * p]
    }

    /// How far two scores of a point may be apart and the definition still order them the other way.
    ///
    /// With unit roundoff u each of the norms, the product and the defined sum of p terms is off by at most (p + 4) u
    /// times its size, and all sizes are at most 2 (|x|² + |c|²): 8 (p + 8) u for one score and its definition, twice
    /// that for two; eps = 2 u. The last term covers products too small for normal numbers.
    pub(crate) fn slack(&self, square: F) -> F {
        let terms = F::of(8.0 * (self.columns.nrows() + 8) as f64) * F::EPSILON;
        terms * (square + self.largest) + F::of(f64::from(f32::MIN_POSITIVE))
    }

    /// How many points are ranked at once.
    pub(crate) fn block_size(&self) -> usize {
        let (p, k) = self.columns.shape();
        (BLOCK_NUMBERS / k.max(p).max(1)).clamp(16, 1024)
    }

    /// The nearest centroids of these points, block by block, given to `each`.
    pub(crate) fn nearest(
        &self,
        points: &Points<F>,
        rows: Range<usize>,
        mut each: impl FnMut(Range<usize>, &Ranked<F>),
    ) -> Result<()> {
        let mut ranked = Ranked::new(self.block_size().min(rows.len()), self.len());
        for block in cairn_numeric::blocks::ranges(rows.len(), self.block_size()) {
            let block = rows.start + block.start..rows.start + block.end;
            self.rank(points.columns.columns_range(block.clone()), &points.squares[block.clone()], &mut ranked)?;
            each(block, &ranked);
        }
        Ok(())
    }

    /// Ranks the centroids for a block of points, p x m with m up to what `ranked` was made for.
    pub(crate) fn rank(&self, points: DMatrixView<'_, F>, squares: &[F], ranked: &mut Ranked<F>) -> Result<()> {
        let m = points.ncols();
        let mut products = ranked.products.rows_range_mut(..m);
        matmul_into(
            F::of(-2.0),
            tr(points),
            &self.columns,
            F::zero(),
            products.as_view_mut(),
            Parallelism::Sequential,
        )?;
        for scores in [&mut ranked.best, &mut ranked.second] {
            scores.clear();
            scores.resize(m, F::of(f64::INFINITY));
        }
        ranked.which.clear();
        ranked.which.resize(m, F::zero());
        for (c, column) in products.column_iter().enumerate() {
            let so_far = (&mut ranked.best[..], &mut ranked.second[..], &mut ranked.which[..]);
            one_more(&column.as_slice()[..m], self.squares[c], F::of(c as f64), so_far);
        }
        ranked.labels.clear();
        ranked.labels.extend(ranked.which.iter().map(|c| c.to_f64() as usize));
        for i in 0..m {
            let limit = ranked.best[i] + self.slack(squares[i]);
            // neither is true where squares overflow: then nothing is known
            let certain = ranked.second[i] > limit;
            if !certain {
                let beyond = |c: usize| products[(i, c)] + self.squares[c] > limit;
                let near = (0..self.len()).filter(|&c| !beyond(c));
                ranked.labels[i] = self.by_definition(points.column(i).as_slice(), near);
                ranked.second[i] = ranked.best[i];
            }
        }
        Ok(())
    }

    /// The nearest of some centroids, the first on ties.
    fn by_definition(&self, point: &[F], among: impl Iterator<Item = usize>) -> usize {
        let mut nearest = (0, F::of(f64::INFINITY));
        for c in among {
            let squared = distance(point, self.centroid(c));
            if squared < nearest.1 {
                nearest = (c, squared);
            }
        }
        nearest.0
    }

    /// The squared distance of a point to a centroid, by definition.
    pub(crate) fn squared_distance(&self, point: &[F], c: usize) -> f64 {
        distance(point, self.centroid(c)).to_f64()
    }

    /// The same, in code that has the vectors already.
    #[inline(always)]
    pub(crate) fn plain_squared_distance(&self, point: &[F], c: usize) -> f64 {
        squared_distance(point, self.centroid(c)).to_f64()
    }
}

vectorised! {
    fn distance['a; F: Float](a: &'a [F], b: &'a [F]) -> F {
        squared_distance(a, b)
    }
}

type Ranks<'a, F> = (&'a mut [F], &'a mut [F], &'a mut [F]);

vectorised! {
    /// One more centroid for each point of a block: the best score so far, the second, and whose the best is.
    fn one_more['a; F: Float](products: &'a [F], square: F, own: F, so_far: Ranks<'a, F>) -> () {
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
        centroids.nearest(points, 0..points.len(), |_, ranked| labels.extend(&ranked.labels)).unwrap();
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
            let points = Points::about_mean(&x, None);
            let centroids = Centroids::of_rows(&wave(k, p, (scale, offset, 2.0 * grid)), &points);
            prop_assert_eq!(labels(&points, &centroids), by_definition(&points, &centroids));
            if scale > 1e-7 && scale < 1e7 {
                let points = Points::about_mean(&x.map(|v| v as f32), None);
                let centroids = Centroids::of_rows(&wave(k, p, (scale, offset, grid)), &points);
                prop_assert_eq!(labels(&points, &centroids), by_definition(&points, &centroids));
            }
        }
    }
}
