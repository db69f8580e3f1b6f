//! One index for every metric and every way to search.

use crate::{
    brute_force::{BruteForce, neighbors, positive_radius},
    metric::{Metric, unit, with_term},
    nearest::{Nearest, Neighbors, RadiusNeighbors, Sink, Within},
    packs::{Measure, Packs},
    tree::Tree,
};
use cairn_numeric::{
    blocks,
    pulp::{Arch, Simd, WithSimd},
};
use cairn_traits::{DMatrix, Error, Float, Result, check, matrix};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Queries that one task answers.
const QUERY_BLOCK: usize = 256;

/// How an [`Index`] searches. All give the same answer to the last bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// By shape, as measured on random points: [`Self::KdTree`] from 1,000 points on for up to 4 columns, from 10,000 on
    /// for up to 8, from 30,000 on for up to 10; else [`Self::BruteForce`].
    #[default]
    Auto,
    /// Every point is compared; for Euclidean and cosine distances most by matrix products alone ([`BruteForce`]).
    BruteForce,
    /// Boxes within boxes. The more columns, the more boxes are near every query: beyond some 15 it is slower than
    /// brute force, unless the points lie near a surface of few dimensions.
    KdTree,
    /// Balls within balls: a looser bound a column, one number for all of them. For tens of columns of points in clumps.
    BallTree,
}

impl Algorithm {
    /// For `n` points of `p` columns: never [`Self::Auto`].
    fn choose(self, n: usize, p: usize) -> Self {
        match self {
            Self::Auto => {
                let least = match p {
                    ..=4 => 1000,
                    5..=8 => 10_000,
                    9..=10 => 30_000,
                    _ => usize::MAX,
                };
                if n >= least { Self::KdTree } else { Self::BruteForce }
            }
            chosen => chosen,
        }
    }
}

/// An exact index of points by any [`Metric`].
///
/// # Determinism
/// Candidates are ordered by distance and row, which is a total order: neither threads nor the way to search can change
/// the answer.
///
/// # Complexity
/// A tree is built in n log² n steps, in parallel; a query of few columns then measures some hundreds of points, whatever
/// n. Memory: the points once (twice with [`BruteForce`]), and a tree's bounds, about a tenth of that.
///
/// # Examples
/// ```
/// use cairn_neighbors::{Algorithm, Index, Metric};
/// use cairn_traits::rows;
/// let cities = rows(&[[0.0, 0.0], [3.0, 4.0], [1.0, 7.0]]);
/// let index = Index::new(&cities, Algorithm::KdTree, Metric::Manhattan)?;
/// let here = rows(&[[0.0, 1.0]]);
/// let nearest = index.k_nearest(&here, 2)?;
/// assert_eq!((nearest.indices(0), nearest.distances(0)), (&[0, 1][..], &[1.0, 6.0][..]));
/// assert_eq!(index.within(&here, 7.0)?.indices(0), [0, 1, 2]); // 1 + 6 streets
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Friedman, Bentley and Finkel (1977), An algorithm for finding best matches in logarithmic expected time. Omohundro
/// (1989), Five balltree construction algorithms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Stored<F>", into = "Stored<F>")]
pub struct Index<F: Float> {
    algorithm: Algorithm,
    measure: Measure<F>,
    points: Points<F>,
}

#[derive(Clone, Debug, PartialEq)]
enum Points<F: Float> {
    Multiplied(BruteForce<F>),
    Scanned(Packs<F>),
    Tree(Tree<F>),
}

/// The form in files: the points as they are measured, and what was asked for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
struct Stored<F: Float> {
    algorithm: Algorithm,
    metric: Metric,
    #[serde(with = "matrix")]
    points: DMatrix<F>,
}

impl<F: Float> From<Index<F>> for Stored<F> {
    fn from(index: Index<F>) -> Self {
        let points = match &index.points {
            Points::Multiplied(all) => all.points(),
            Points::Scanned(packs) => packs.points(),
            Points::Tree(tree) => tree.packs().points(),
        };
        Self { algorithm: index.algorithm, metric: index.measure.metric, points }
    }
}

impl<F: Float> TryFrom<Stored<F>> for Index<F> {
    type Error = Error;

    fn try_from(Stored { algorithm, metric, points }: Stored<F>) -> Result<Self> {
        metric.validate()?;
        check::training(&points)?;
        Self::of_measured(&points, algorithm, metric)
    }
}

/// Rows as they are measured: of length 1 for cosine.
fn measured<F: Float>(x: &DMatrix<F>, metric: Metric) -> Cow<'_, DMatrix<F>> {
    if metric != Metric::Cosine {
        return Cow::Borrowed(x);
    }
    let by_row = x.transpose();
    let units: Vec<F> = by_row.column_iter().flat_map(|row| unit(row.as_slice())).collect();
    Cow::Owned(DMatrix::from_row_slice(x.nrows(), x.ncols() + 1, &units))
}

impl<F: Float> Index<F> {
    /// An index of the rows of `x`.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]: no rows, no columns, a number that is not finite;
    /// [`Error::Parameter`] for a Minkowski exponent below 1.
    pub fn new(x: &DMatrix<F>, algorithm: Algorithm, metric: Metric) -> Result<Self> {
        metric.validate()?;
        check::training(x)?;
        Self::of_measured(&measured(x, metric), algorithm, metric)
    }

    fn of_measured(x: &DMatrix<F>, algorithm: Algorithm, metric: Metric) -> Result<Self> {
        let (n, p) = x.shape();
        let points = match (algorithm.choose(n, p), metric) {
            (Algorithm::KdTree, _) => Points::Tree(Tree::of_boxes(x)),
            (Algorithm::BallTree, _) => Points::Tree(Tree::of_balls(x, metric)),
            (_, Metric::Euclidean | Metric::Cosine) => Points::Multiplied(BruteForce::new(x)?),
            _ => Points::Scanned(Packs::new(x, (0..n).collect())),
        };
        Ok(Self { algorithm, measure: Measure::new(metric, p), points })
    }

    /// How many points there are.
    pub fn n_points(&self) -> usize {
        match &self.points {
            Points::Multiplied(all) => all.n_points(),
            Points::Scanned(packs) => packs.n_points(),
            Points::Tree(tree) => tree.packs().n_points(),
        }
    }

    /// How many columns a point has.
    pub fn n_features(&self) -> usize {
        // directions carry a column more
        self.measure.n_columns - usize::from(self.measure.metric == Metric::Cosine)
    }

    /// How it searches, as it was asked.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// By what it measures.
    pub fn metric(&self) -> Metric {
        self.measure.metric
    }

    /// The `k` points nearest to each row of `queries`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a `k` of 0, [`Error::TooFewSamples`] for a `k` above the number of points, and queries
    /// without rows, of other columns, or not finite.
    pub fn k_nearest(&self, queries: &DMatrix<F>, k: usize) -> Result<Neighbors<F>> {
        check::query(queries, self.n_features())?;
        neighbors(k, self.n_points())?;
        let Measure { metric, n_columns, .. } = self.measure;
        Ok(Neighbors::of(k, self.search(queries, &Nearest::new(k))?, |reduced| metric.finished(reduced, n_columns)))
    }

    /// All points at most `radius` from each row of `queries`.
    ///
    /// # Errors
    /// [`Error::Parameter`] for a radius below 0 or not finite; queries without rows, of other columns, or not finite.
    pub fn within(&self, queries: &DMatrix<F>, radius: F) -> Result<RadiusNeighbors<F>> {
        check::query(queries, self.n_features())?;
        positive_radius(radius)?;
        let Measure { metric, n_columns, .. } = self.measure;
        let sink = Within::new(metric, n_columns, radius);
        Ok(RadiusNeighbors::of(self.search(queries, &sink)?, |reduced| metric.finished(reduced, n_columns)))
    }

    fn search<S: Sink<F> + Sync>(&self, queries: &DMatrix<F>, sink: &S) -> Result<Vec<S>> {
        let queries = measured(queries, self.measure.metric);
        let each = |one: &(dyn Fn(&[F]) -> S + Sync)| {
            let blocks = blocks::map(queries.nrows(), QUERY_BLOCK, |rows| {
                let by_row = queries.rows_range(rows).transpose();
                by_row.column_iter().map(|query| one(query.as_slice())).collect::<Vec<S>>()
            });
            blocks.into_iter().flatten().collect()
        };
        match &self.points {
            Points::Multiplied(all) => all.search(&queries, sink),
            Points::Scanned(packs) => Ok(each(&|query| scanned(packs, &self.measure, query, sink.clone()))),
            Points::Tree(tree) => Ok(each(&|query| tree.search(&self.measure, query, sink.clone()))),
        }
    }
}

/// Every point, one after the other.
struct Scan<'a, F: Float, S, T> {
    packs: &'a Packs<F>,
    query: &'a [F],
    sink: S,
    term: T,
}

impl<F: Float, S: Sink<F>, T: crate::metric::Term<F>> WithSimd for Scan<'_, F, S, T> {
    type Output = S;

    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) -> S {
        let Self { packs, query, mut sink, term } = self;
        packs.offer(term, 0..packs.n_packs(), query, &mut sink);
        sink
    }
}

fn scanned<F: Float, S: Sink<F>>(packs: &Packs<F>, measure: &Measure<F>, query: &[F], sink: S) -> S {
    with_term!(measure.metric, term => Arch::new().dispatch(Scan { packs, query, sink, term }))
}
