//! The nearest centroid of each point: a blocked product finds it, and where rounding might have chosen, the definition
//! decides.
//!
//! ```text
//! |x − c|² − |x|² = |c|² − 2 x·c          computed for a block of points and all centroids at once
//! ```
//! A few long centroids are multiplied where they lie, others by a matrix product.

use crate::points::Points;
use cairn_numeric::{Parallelism, dot_product_roundings, dot_products, matmul_into, squared_distance, tr, vectorised};
use cairn_traits::{DMatrix, Float, Result};
use nalgebra::{DMatrixView, DMatrixViewMut};
use std::ops::Range;

/// Numbers of a block's product: it stays in the cache while it is searched.
const BLOCK_NUMBERS: usize = 32 * 1024;

/// Centroids of so many columns, and no more than so many, are multiplied where they lie: packing points for a product
/// costs as much as one more product.
const LONG: usize = 64;
const FEW: usize = 20;

/// Centroids in columns, p x k, about the centre of the points.
#[derive(Debug)]
pub(crate) struct Centroids<F: Float> {
    pub(crate) columns: DMatrix<F>,
    squares: Vec<F>,
    largest: F,
    /// How many roundings a term of a product goes through.
    roundings: usize,
}

/// Of a block of points: the position of the nearest centroid, its `|c|² − 2 x·c`, and that of the second; where these
/// two are as good as equal the second is the best.
#[derive(Debug)]
pub(crate) struct Ranked<F: Float> {
    pub(crate) labels: Vec<usize>,
    pub(crate) best: Vec<F>,
    pub(crate) second: Vec<F>,
    which: Vec<F>,
    /// m x k.
    products: Vec<F>,
    /// Points one after another, where they have to be.
    gathered: Vec<F>,
}

impl<F: Float> Ranked<F> {
    /// Before any point.
    pub(crate) fn new() -> Self {
        Self {
            labels: Vec::new(),
            best: Vec::new(),
            second: Vec::new(),
            which: Vec::new(),
            products: Vec::new(),
            gathered: Vec::new(),
        }
    }
}

/// Whether centroids are so few and so long that they are multiplied where they lie.
pub(crate) fn few_and_long(p: usize, k: usize) -> bool {
    p >= LONG && k <= FEW
}

impl<F: Float> Centroids<F> {
    pub(crate) fn new(columns: DMatrix<F>) -> Self {
        let squares = square_lengths(columns.as_slice(), columns.nrows());
        let largest = squares.iter().fold(F::zero(), |all, &v| if v > all { v } else { all });
        let (p, k) = columns.shape();
        let roundings = if few_and_long(p, k) { dot_product_roundings::<F>(p) } else { p };
        Self { columns, squares, largest, roundings }
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
    /// With unit roundoff u, and of sizes of at most |x|² + |c|²: the norms are off by (p / 8 + 6) u, as they are summed
    /// like the definition; twice the product by r u with r its roundings; the definition, of twice the size, by twice
    /// (p / 8 + 8) u; and their sums by 8 u. That is (3 p / 8 + r + 30) u for one score and its definition, twice that for
    /// two; eps = 2 u. The last term covers products too small for normal numbers.
    pub(crate) fn slack(&self, square: F) -> F {
        let roundings = 3 * self.columns.nrows().div_ceil(8) + self.roundings + 30;
        F::of(roundings as f64) * F::EPSILON * (square + self.largest) + F::of(f64::from(f32::MIN_POSITIVE))
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
        let mut ranked = Ranked::new();
        let mut which = Vec::new();
        for block in cairn_numeric::blocks::ranges(rows.len(), self.block_size()) {
            let block = rows.start + block.start..rows.start + block.end;
            which.clear();
            which.extend(block.clone());
            self.rank(points, &which, &mut ranked)?;
            each(block, &ranked);
        }
        Ok(())
    }

    /// Ranks the centroids for some points, about [`Self::block_size`] of them.
    pub(crate) fn rank(&self, points: &Points<F>, which: &[usize], ranked: &mut Ranked<F>) -> Result<()> {
        let m = which.len();
        self.multiply(points, which, ranked)?;
        for scores in [&mut ranked.best, &mut ranked.second] {
            scores.clear();
            scores.resize(m, F::of(f64::INFINITY));
        }
        ranked.which.clear();
        ranked.which.resize(m, F::zero());
        for (c, products) in ranked.products.chunks_exact(m.max(1)).enumerate() {
            let so_far = (&mut ranked.best[..], &mut ranked.second[..], &mut ranked.which[..]);
            one_more(products, self.squares[c], F::of(c as f64), so_far);
        }
        ranked.labels.clear();
        ranked.labels.extend(ranked.which.iter().map(|c| c.to_f64() as usize));
        for (i, &point) in which.iter().enumerate() {
            let limit = ranked.best[i] + self.slack(points.squares[point]);
            // neither is true where squares overflow: then nothing is known
            let certain = ranked.second[i] > limit;
            if !certain {
                let beyond = |c: usize| self.squares[c] - F::of(2.0) * ranked.products[c * m + i] > limit;
                let near = (0..self.len()).filter(|&c| !beyond(c));
                ranked.labels[i] = self.by_definition(points.point(point), near);
                ranked.second[i] = ranked.best[i];
            }
        }
        Ok(())
    }

    /// `x·c` of some points and all centroids, m x k.
    fn multiply(&self, points: &Points<F>, which: &[usize], ranked: &mut Ranked<F>) -> Result<()> {
        let ((p, k), m) = (self.columns.shape(), which.len());
        ranked.products.resize(m * k, F::zero());
        if few_and_long(p, k) {
            return dot_products(&points.columns, which, &self.columns, &mut ranked.products);
        }
        let in_a_row = which.windows(2).all(|two| two[0] + 1 == two[1]);
        let of_these = match which.first() {
            Some(&first) if in_a_row => &points.columns.as_slice()[first * p..(first + m) * p],
            _ => {
                ranked.gathered.clear();
                which.iter().for_each(|&i| ranked.gathered.extend_from_slice(points.point(i)));
                &ranked.gathered
            }
        };
        let of_these = DMatrixView::from_slice(of_these, p, m);
        let out = DMatrixViewMut::from_slice(&mut ranked.products, m, k);
        matmul_into(F::one(), tr(of_these), &self.columns, F::zero(), out, Parallelism::Sequential)
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
    /// `|x|²` of vectors of p numbers, one after another, in the order of the definition.
    pub(crate) fn square_lengths['a; F: Float](vectors: &'a [F], p: usize) -> Vec<F> {
        let origin = vec![F::zero(); p];
        vectors.chunks_exact(p.max(1)).map(|vector| squared_distance(vector, &origin)).collect()
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
            let score = square - (*product + *product);
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
