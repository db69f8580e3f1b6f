//! Every point against every query, a block at a time.

use crate::filter::{Filter, Queries, Scan, Shortlist};
use crate::metric::Metric;
use crate::nearest::{Nearest, Neighbors, RadiusNeighbors, Sink, Within};
use cairn_numeric::pulp::{Arch, Simd, WithSimd};
use cairn_numeric::{blocks, transposed, vectorised};
use cairn_traits::{DMatrix, Error, Float, Result, check, matrix};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Points a block: its products with a block of queries stay in the second-level cache.
const POINT_BLOCK: usize = 256;

/// Queries a block, at most; fewer where there are few queries.
const QUERY_BLOCK: usize = 256;

/// How many blocks of queries there are at least, where each has some.
const PIECES: usize = 8;

/// Points that one task searches: beyond, a single query is shared between threads too.
const POINTS_PER_TASK: usize = 64 * 1024;

/// An exact index that compares each query with all points, by filtered matrix products (see the [crate page](crate)).
///
/// # Determinism
/// Candidates are ordered by distance and row, which is a total order: neither threads nor blocks can change the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Stored<F>", into = "Stored<F>")]
pub struct BruteForce<F: Float> {
    /// p x n: a point is contiguous.
    points: DMatrix<F>,
    filter: Filter<F>,
}

/// The form in files: the points alone, p x n; the filter follows from them.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
struct Stored<F: Float> {
    #[serde(with = "matrix")]
    points: DMatrix<F>,
}

impl<F: Float> From<BruteForce<F>> for Stored<F> {
    fn from(index: BruteForce<F>) -> Self {
        Self { points: index.points }
    }
}

impl<F: Float> TryFrom<Stored<F>> for BruteForce<F> {
    type Error = Error;

    fn try_from(Stored { points }: Stored<F>) -> Result<Self> {
        check::at_least("points", 1, points.ncols())?;
        check::training(&points)?;
        Ok(Self::of_points(points))
    }
}

impl<F: Float> BruteForce<F> {
    /// An index of the rows of `x`.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]: no rows, no columns, a number that is not finite.
    pub fn new(x: &DMatrix<F>) -> Result<Self> {
        check::training(x)?;
        Ok(Self::of_points(transposed(x.as_view())))
    }

    fn of_points(points: DMatrix<F>) -> Self {
        let filter = Filter::new(&points);
        Self { points, filter }
    }

    /// How many points there are.
    pub fn n_points(&self) -> usize {
        self.points.ncols()
    }

    /// How many columns a point has.
    pub fn n_features(&self) -> usize {
        self.points.nrows()
    }

    /// The points, as the rows they were given as.
    pub fn points(&self) -> DMatrix<F> {
        self.points.transpose()
    }

    /// The `k` points nearest to each row of `queries`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a `k` of 0, [`Error::TooFewSamples`] for a `k` above the number of points, and queries
    /// without rows, of other columns, or not finite.
    pub fn k_nearest(&self, queries: &DMatrix<F>, k: usize) -> Result<Neighbors<F>> {
        check::query(queries, self.n_features())?;
        neighbors(k, self.n_points())?;
        Ok(Neighbors::of(k, self.search(queries, &Nearest::new(k))?, |squared| squared.sqrt()))
    }

    /// All points at most `radius` from each row of `queries`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a radius below 0 or not finite; queries without rows, of other columns, or not finite.
    pub fn within(&self, queries: &DMatrix<F>, radius: F) -> Result<RadiusNeighbors<F>> {
        check::query(queries, self.n_features())?;
        positive_radius(radius)?;
        let sink = Within::new(Metric::Euclidean, self.n_features(), radius);
        Ok(RadiusNeighbors::of(self.search(queries, &sink)?, |squared| squared.sqrt()))
    }

    /// What each query's own `sink` keeps of all points; `queries` were checked.
    pub(crate) fn search<S: Sink<F> + Sync>(&self, queries: &DMatrix<F>, sink: &S) -> Result<Vec<S>> {
        let m = queries.nrows();
        let size = blocks::size_for(m, PIECES, 8).min(QUERY_BLOCK);
        let answers = blocks::map(m, size, |rows| self.search_block(transposed(queries.rows_range(rows)), sink));
        let found: Result<Vec<Vec<S>>> = answers.into_iter().collect();
        Ok(found?.into_iter().flatten().collect())
    }

    /// One block of queries (p x n_queries) among all points.
    fn search_block<S: Sink<F> + Sync>(&self, queries: DMatrix<F>, sink: &S) -> Result<Vec<S>> {
        let queries = Queries::new(queries, &self.filter);
        let merged =
            |a: Result<Vec<S>>, b: Result<Vec<S>>| Ok(a?.into_iter().zip(b?).map(|(a, b)| a.merged(b)).collect());
        let found =
            blocks::fold(self.n_points(), POINTS_PER_TASK, |points| self.search_among(&queries, points, sink), merged);
        found.unwrap_or_else(|| Ok(Vec::new()))
    }

    fn search_among<S: Sink<F>>(&self, queries: &Queries<F>, points: Range<usize>, sink: &S) -> Result<Vec<S>> {
        let n_queries = queries.raw.ncols();
        let mut sinks = vec![sink.clone(); n_queries];
        let slacks = queries.squared_norms.iter().map(|&squared| self.filter.slack(squared));
        let slacks: Vec<F> = slacks.collect();
        let mut lists: Vec<Shortlist<F>> = match sink.most() {
            Some(k) => slacks.iter().map(|&slack| Shortlist::new(k, slack)).collect(),
            None => Vec::new(),
        };
        let mut products = vec![F::zero(); POINT_BLOCK.min(points.len()) * n_queries];
        for block in blocks::ranges(points.len(), POINT_BLOCK) {
            let block = points.start + block.start..points.start + block.end;
            let products = &mut products[..block.len() * n_queries];
            self.filter.packed.products(block.clone(), &queries.centred, products)?;
            let norms = &self.filter.squared_norms[block.clone()];
            let scan = |q: usize| {
                let products = &products[q * block.len()..(q + 1) * block.len()];
                Scan { norms, products, first: block.start }
            };
            for (q, list) in lists.iter_mut().enumerate() {
                listed(scan(q), list);
            }
            if !lists.is_empty() {
                continue;
            }
            for (q, sink) in sinks.iter_mut().enumerate() {
                let query = queries.raw.column(q);
                let offset = slacks[q] - queries.squared_norms[q];
                Arch::new().dispatch(Scanned {
                    scan: scan(q),
                    sink,
                    points: &self.points,
                    query: query.as_slice(),
                    offset,
                });
            }
        }
        for (q, (list, sink)) in lists.into_iter().zip(&mut sinks).enumerate() {
            let query = queries.raw.column(q);
            Arch::new().dispatch(Settled { list, sink, points: &self.points, query: query.as_slice() });
        }
        Ok(sinks)
    }
}

/// Whether so many neighbours can be found among `n_points`.
pub(crate) fn neighbors(k: usize, n_points: usize) -> Result<()> {
    if k == 0 {
        return Err(Error::Parameter { name: "n_neighbors", requirement: "at least 1", found: 0.0 });
    }
    check::at_least("x", k, n_points)
}

/// Whether it is the radius of anything.
pub(crate) fn positive_radius<F: Float>(radius: F) -> Result<()> {
    check::parameter_at_least("radius", 0.0, radius.to_f64(), "a finite number of at least 0")
}

vectorised! {
    fn listed['a; F: Float](scan: Scan<'a, F>, list: &'a mut Shortlist<F>) -> () {
        scan.list(list);
    }
}

struct Settled<'a, F, S> {
    list: Shortlist<F>,
    sink: &'a mut S,
    points: &'a DMatrix<F>,
    query: &'a [F],
}

impl<F: Float, S: Sink<F>> WithSimd for Settled<'_, F, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) {
        self.list.settle(self.sink, self.points, self.query);
    }
}

struct Scanned<'a, F, S> {
    scan: Scan<'a, F>,
    sink: &'a mut S,
    points: &'a DMatrix<F>,
    query: &'a [F],
    offset: F,
}

impl<F: Float, S: Sink<F>> WithSimd for Scanned<'_, F, S> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) {
        self.scan.run(self.sink, self.points, self.query, self.offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::squared_distance;
    use cairn_traits::rows;
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    /// The definition: all distances, sorted by distance and row.
    fn plain<F: Float>(x: &DMatrix<F>, queries: &DMatrix<F>, k: usize) -> (Vec<usize>, Vec<F>) {
        let (x, queries) = (x.transpose(), queries.transpose());
        let (mut indices, mut distances) = (Vec::new(), Vec::new());
        for q in queries.column_iter() {
            let measured = x.column_iter().map(|p| squared_distance(p.as_slice(), q.as_slice()));
            let mut all: Vec<(F, usize)> = measured.enumerate().map(|(i, d)| (d, i)).collect();
            all.sort_by(|a, b| a.0.order(&b.0).then(a.1.cmp(&b.1)));
            indices.extend(all.iter().take(k).map(|(_, i)| i));
            distances.extend(all.iter().take(k).map(|(d, _)| d.sqrt()));
        }
        (indices, distances)
    }

    fn same_as_plain<F: Float>(x: &DMatrix<F>, queries: &DMatrix<F>, k: usize) {
        let found = BruteForce::new(x).unwrap().k_nearest(queries, k).unwrap();
        let (indices, distances) = plain(x, queries, k);
        assert_eq!((found.k(), found.n_queries()), (k, queries.nrows()));
        for (q, (i, d)) in found.iter().enumerate() {
            assert_eq!(i, &indices[q * k..(q + 1) * k], "query {q}");
            assert_eq!(d, &distances[q * k..(q + 1) * k], "query {q}");
        }
    }

    fn wave<F: Float>(n: usize, p: usize, scale: f64, offset: f64, grid: f64) -> DMatrix<F> {
        // on a grid, so that many points are equal and many distances tie
        DMatrix::from_fn(n, p, |i, j| {
            F::of(
                ((i as f64 * 12.9898 + j as f64 * 78.233).sin() * 43758.5453).fract().mul_add(grid, 0.0).round() / grid
                    * scale
                    + offset,
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_answer_is_the_plain_definition_to_the_last_bit(
            (n, p, m) in (1_usize..700, 1_usize..20, 1_usize..40),
            k in 1_usize..12,
            scale in proptest::sample::select(vec![1e-160, 1e-20, 1e-3, 1.0, 1e6, 1e160]),
            offset in proptest::sample::select(vec![0.0, 1.0, 1e4, -1e9]),
            grid in proptest::sample::select(vec![3.0, 1e3, 1e12]),
        ) {
            let k = k.min(n);
            let (x, queries) = (wave::<f64>(n, p, scale, offset, grid), wave::<f64>(n.max(m), p, scale, offset, grid));
            same_as_plain(&x, &queries.rows(n.max(m) - m, m).into_owned(), k);
            if scale.abs() < 1e7 && scale > 1e-7 {
                let (x, queries) = (x.map(|v| v as f32), queries.map(|v| v as f32));
                same_as_plain(&x, &queries.rows(0, m).into_owned(), k);
            }
            prop_assert_eq!(x.nrows(), n);
        }
    }

    #[test]
    fn equal_points_are_at_distance_zero_and_ties_go_to_the_lower_row() {
        let x = rows(&[[1e8, 1.0], [1e8, 2.0], [1e8, 1.0], [1e8, 1.0]]);
        let nearest = BruteForce::new(&x).unwrap().k_nearest(&rows(&[[1e8, 1.0]]), 3).unwrap();
        assert_eq!(nearest.indices(0), [0, 2, 3]);
        assert_eq!(nearest.distances(0), [0.0; 3]);
        assert!(nearest.indices(1).is_empty(), "there was no second query");
    }

    #[test]
    fn a_single_query_among_very_many_points_is_the_plain_answer() {
        let x = wave::<f32>(POINTS_PER_TASK + 1000, 3, 1.0, 0.0, 1e6);
        same_as_plain(&x, &x.rows(POINTS_PER_TASK, 2).into_owned(), 5);
    }

    #[test]
    fn as_many_neighbours_as_points_are_all_points_sorted() {
        let x = wave::<f64>(900, 4, 1.0, 0.0, 10.0);
        same_as_plain(&x, &x.rows(0, 3).into_owned(), 900);
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let x = wave::<f64>(3000, 9, 1.0, 0.0, 1e9);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| BruteForce::new(&x).unwrap().k_nearest(&x, 4).unwrap())
        };
        assert_eq!(run(1), run(2));
        assert_eq!(run(1), run(7));
    }

    #[test]
    fn bad_questions_are_refused() {
        let index = BruteForce::new(&rows(&[[1.0, 2.0], [3.0, 4.0]])).unwrap();
        let query = rows(&[[0.0, 0.0]]);
        assert!(matches!(index.k_nearest(&query, 0), Err(Error::Parameter { name: "n_neighbors", .. })));
        assert_eq!(index.k_nearest(&query, 3), Err(Error::TooFewSamples { what: "x", needed: 3, found: 2 }));
        let narrow = index.k_nearest(&rows(&[[0.0]]), 1);
        assert_eq!(narrow, Err(Error::Shape { what: "x", unit: "columns", expected: 2, found: 1 }));
        assert!(matches!(index.k_nearest(&rows(&[[0.0, f64::NAN]]), 1), Err(Error::NonFinite { column: 1, .. })));
        assert!(BruteForce::new(&DMatrix::<f64>::zeros(0, 2)).is_err());
    }
}
