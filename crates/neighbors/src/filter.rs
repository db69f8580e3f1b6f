//! What matrix products can rule out.

use crate::nearest::{Candidate, Nearest, Sink};
use cairn_numeric::{Packed, blocks, squared_distance, vectorised};
use cairn_traits::{DMatrix, DVector, Float};
use std::ops::Range;

/// The points as the filter sees them: about their mean, where that makes the numbers, and so the rounding, smaller.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter<F: Float> {
    centre: DVector<F>,
    /// Whether they are about it; else they are as they were, and the centre is 0.
    about_mean: bool,
    /// `−2 x` of each, for products.
    pub(crate) packed: Packed<F>,
    pub(crate) squared_norms: Vec<F>,
    largest: F,
}

/// A block of queries, p x n_queries: as given, and as the filter sees them.
#[derive(Debug)]
pub(crate) struct Queries<F: Float> {
    pub(crate) raw: DMatrix<F>,
    pub(crate) centred: DMatrix<F>,
    pub(crate) squared_norms: Vec<F>,
}

/// How many points of `p` numbers are read together: few enough to be in cache still when they are read again.
fn together(p: usize) -> usize {
    ((1 << 15) / p.max(1)).clamp(16, 1024)
}

/// `|x − centre|²` of each point.
fn squared_norms<F: Float>(points: &DMatrix<F>, centre: &DVector<F>) -> Vec<F> {
    let p = points.nrows();
    let of = |block: Range<usize>| lengths(&points.as_slice()[block.start * p..block.end * p], centre.as_slice());
    blocks::map(points.ncols(), together(p), of).concat()
}

vectorised! {
    fn lengths['a; F: Float](points: &'a [F], centre: &'a [F]) -> Vec<F> {
        points.chunks_exact(centre.len().max(1)).map(|point| squared_distance(point, centre)).collect()
    }
}

vectorised! {
    /// `out = −2 (point − centre)`.
    fn minus_twice['a; F: Float](point: &'a [F], centre: &'a [F], out: &'a mut [F]) -> () {
        for ((out, &point), &centre) in out.iter_mut().zip(point).zip(centre) {
            *out = F::of(-2.0) * (point - centre);
        }
    }
}

/// The mean point, or next to it, in sums of blocks; and each point's squared length.
fn mean_and_squares<F: Float>(points: &DMatrix<F>) -> (DVector<F>, Vec<F>) {
    let (p, n) = points.shape();
    let origin = vec![F::zero(); p];
    let of = |block: Range<usize>| {
        let points = &points.as_slice()[block.start * p..block.end * p];
        (total(points, p), lengths(points, &origin))
    };
    let (mut sum, mut squares) = (DVector::zeros(p), Vec::with_capacity(n));
    for (block, lengths) in blocks::map(n, together(p), of) {
        sum += block;
        squares.extend(lengths);
    }
    (sum / F::of(n as f64), squares)
}

vectorised! {
    /// The sum of points of `p` numbers each.
    fn total['a; F: Float](points: &'a [F], p: usize) -> DVector<F> {
        let mut sum = DVector::zeros(p);
        for point in points.chunks_exact(p.max(1)) {
            sum.as_mut_slice().iter_mut().zip(point).for_each(|(sum, &v)| *sum += v);
        }
        sum
    }
}

fn largest<F: Float>(values: &[F]) -> F {
    values.iter().fold(F::zero(), |all, &v| if v > all { v } else { all })
}

fn about<F: Float>(points: &DMatrix<F>, centre: &DVector<F>) -> DMatrix<F> {
    let mut centred = points.clone();
    centred.column_iter_mut().for_each(|mut point| point -= centre);
    centred
}

impl<F: Float> Filter<F> {
    /// `points` is p x n.
    pub(crate) fn new(points: &DMatrix<F>) -> Self {
        let origin = DVector::zeros(points.nrows());
        let (mean, raw) = mean_and_squares(points);
        let norms = squared_norms(points, &mean);
        let about_mean = largest(&norms) < F::of(0.25) * largest(&raw);
        let (centre, squared_norms) = if about_mean { (mean, norms) } else { (origin, raw) };
        let packed = Packed::new(points.nrows(), points.ncols(), |j, rows, out| {
            let centre = &centre.as_slice()[rows.clone()];
            minus_twice(&points.as_slice()[j * points.nrows()..][rows], centre, out);
        });
        let largest = largest(&squared_norms);
        Self { centre, about_mean, packed, squared_norms, largest }
    }

    /// How far `|q|² + |x|² − 2 q·x` as computed may be from the squared distance as defined.
    ///
    /// With unit roundoff u, and of sizes of at most |q|² + |x|²: the norms are off by (p / 8 + 6) u, as they are summed
    /// like the definition; twice the product by r u with r its roundings; the definition, of twice the size, by twice
    /// (p / 8 + 8) u; centring by 2 u of each number, which moves a distance of twice the size by 8 u; and their sums by
    /// 8 u. That is (3 p / 8 + r + 38) u in all, where eps = 2 u. The last term covers products too small for normal
    /// numbers.
    pub(crate) fn slack(&self, squared_query: F) -> F {
        let roundings = 3 * self.centre.len().div_ceil(8) + self.packed.roundings() + 40;
        let terms = F::of(0.5 * roundings as f64) * F::EPSILON;
        terms * (squared_query + self.largest) + F::of(f64::from(f32::MIN_POSITIVE))
    }
}

impl<F: Float> Queries<F> {
    pub(crate) fn new(raw: DMatrix<F>, filter: &Filter<F>) -> Self {
        let centred = if filter.about_mean { about(&raw, &filter.centre) } else { raw.clone() };
        let squared_norms = squared_norms(&centred, &DVector::zeros(centred.nrows()));
        Self { raw, centred, squared_norms }
    }
}

/// The points that may be among the k nearest of a query, by products alone.
///
/// With s the computed and d the defined distance of a point, off by the slack e at most: the k points of least s have
/// d ≤ sₖ + e, so none that is nearer has s > sₖ + 2 e. Only what is left at the end is measured.
#[derive(Clone, Debug)]
pub(crate) struct Shortlist<F> {
    least: Nearest<F>,
    listed: Vec<Candidate<F>>,
    twice_slack: F,
}

impl<F: Float> Shortlist<F> {
    pub(crate) fn new(k: usize, slack: F) -> Self {
        Self { least: Nearest::new(k), listed: Vec::new(), twice_slack: F::of(2.0) * slack }
    }

    #[inline(always)]
    fn limit(&self) -> F {
        self.least.limit() + self.twice_slack
    }

    /// Measures what is still listed, and offers it. `points` is p x n.
    #[inline(always)]
    pub(crate) fn settle(&self, sink: &mut impl Sink<F>, points: &DMatrix<F>, query: &[F]) {
        let (p, limit) = (query.len(), self.limit());
        for &Candidate { reduced, index } in &self.listed {
            if reduced > limit {
                continue;
            }
            let point = &points.as_slice()[index * p..(index + 1) * p];
            sink.offer(Candidate { reduced: squared_distance(point, query), index });
        }
    }
}

/// One query against one block of points.
#[derive(Debug)]
pub(crate) struct Scan<'a, F> {
    /// `|x|²` of each point.
    pub(crate) norms: &'a [F],
    /// `−2 q·x` of each point.
    pub(crate) products: &'a [F],
    /// The number of the first point.
    pub(crate) first: usize,
}

/// Points ruled out by one comparison.
const GROUP: usize = 64;

impl<F: Float> Scan<'_, F> {
    /// Lists every point that may be among the nearest.
    #[inline(always)]
    pub(crate) fn list(&self, list: &mut Shortlist<F>) {
        let mut limit = list.limit();
        let groups = self.norms.chunks(GROUP).zip(self.products.chunks(GROUP));
        for (group, (norms, products)) in groups.enumerate() {
            if limit.is_finite() && least_sum(norms, products) > limit {
                continue;
            }
            for (i, (&n, &g)) in norms.iter().zip(products).enumerate() {
                let score = n + g;
                if score > limit {
                    continue;
                }
                let candidate = Candidate { reduced: score, index: self.first + group * GROUP + i };
                list.listed.push(candidate);
                // squares that overflow say nothing
                if score.is_finite() {
                    list.least.offer(candidate);
                    limit = list.limit();
                }
            }
        }
    }

    /// Offers every point that may be wanted. `points` is p x n; `offset` is added to the squared distance of what is
    /// wanted: the slack, less `|q|²`.
    #[inline(always)]
    pub(crate) fn run(&self, sink: &mut impl Sink<F>, points: &DMatrix<F>, query: &[F], offset: F) {
        let p = query.len();
        let mut limit = sink.limit() + offset;
        let groups = self.norms.chunks(GROUP).zip(self.products.chunks(GROUP));
        for (group, (norms, products)) in groups.enumerate() {
            // a limit that is not finite, for want of neighbours or from squares that overflow, rules nothing out
            if limit.is_finite() && least_sum(norms, products) > limit {
                continue;
            }
            for (i, (&n, &g)) in norms.iter().zip(products).enumerate() {
                if n + g > limit {
                    continue;
                }
                let index = self.first + group * GROUP + i;
                let point = &points.as_slice()[index * p..(index + 1) * p];
                sink.offer(Candidate { reduced: squared_distance(point, query), index });
                limit = sink.limit() + offset;
            }
        }
    }
}

/// The least of `a[i] + b[i]`, kept in lanes so that it is computed in vectors.
#[inline(always)]
fn least_sum<F: Float>(a: &[F], b: &[F]) -> F {
    const LANES: usize = 16;
    let mut least = [F::of(f64::INFINITY); LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(&a, &b)| a + b);
    let rest = rest.fold(least[0], |least, sum| if sum < least { sum } else { least });
    for (a, b) in a_blocks.zip(b_blocks) {
        for lane in 0..LANES {
            let sum = a[lane] + b[lane];
            least[lane] = if sum < least[lane] { sum } else { least[lane] };
        }
    }
    least.iter().fold(rest, |least, &sum| if sum < least { sum } else { least })
}
