//! What matrix products can rule out.

use crate::nearest::{Candidate, Sink};
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
}

/// A block of queries, p x n_queries: as given, and as the filter sees them.
#[derive(Debug)]
pub(crate) struct Queries<F: Float> {
    pub(crate) raw: DMatrix<F>,
    pub(crate) centred: DMatrix<F>,
    pub(crate) squared_norms: Vec<F>,
}

/// Points that are read together.
const TOGETHER: usize = 256;

/// `|x − centre|²` of each point.
fn squared_norms<F: Float>(points: &DMatrix<F>, centre: &DVector<F>) -> Vec<F> {
    let p = points.nrows();
    let of = |block: Range<usize>| lengths(&points.as_slice()[block.start * p..block.end * p], centre.as_slice());
    blocks::map(points.ncols(), TOGETHER, of).concat()
}

vectorised! {
    fn lengths['a; F: Float](points: &'a [F], centre: &'a [F]) -> Vec<F> {
        points.chunks_exact(centre.len().max(1)).map(|point| squared_distance(point, centre)).collect()
    }
}

/// The mean point, or next to it: in sums of blocks.
fn mean<F: Float>(points: &DMatrix<F>) -> DVector<F> {
    let of = |block: Range<usize>| {
        let mut sum = DVector::zeros(points.nrows());
        points.columns_range(block).column_iter().for_each(|point| sum += point);
        sum
    };
    let sum = blocks::fold(points.ncols(), TOGETHER, of, |all, block| all + block);
    sum.map_or_else(|| DVector::zeros(points.nrows()), |sum| sum / F::of(points.ncols() as f64))
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
        let (raw, mean) = (squared_norms(points, &origin), mean(points));
        let norms = squared_norms(points, &mean);
        let about_mean = largest(&norms) < F::of(0.25) * largest(&raw);
        let (centre, squared_norms) = if about_mean { (mean, norms) } else { (origin, raw) };
        let packed = Packed::new(points, |value, j| F::of(-2.0) * (value - centre[j]));
        Self { centre, about_mean, packed, squared_norms }
    }

    /// How far `|q|² + |x|² − 2 q·x` as computed may be from the squared distance as defined.
    ///
    /// With unit roundoff u, each of the two norms, the product and the defined sum of p terms is off by at most
    /// (p + 4) u times its size, centring by 2 u a coordinate, and all sizes are at most 2 (|q|² + |x|²): 8 (p + 8) u in
    /// all, where eps = 2 u. The last term covers products too small for normal numbers.
    pub(crate) fn slack(&self, squared_query: F, largest_point: F) -> F {
        let terms = F::of(4.0 * (self.centre.len() + 8) as f64) * F::EPSILON;
        terms * (squared_query + largest_point) + F::of(f64::from(f32::MIN_POSITIVE))
    }
}

impl<F: Float> Queries<F> {
    pub(crate) fn new(raw: DMatrix<F>, filter: &Filter<F>) -> Self {
        let centred = if filter.about_mean { about(&raw, &filter.centre) } else { raw.clone() };
        let squared_norms = squared_norms(&centred, &DVector::zeros(centred.nrows()));
        Self { raw, centred, squared_norms }
    }
}

/// One query against one block of points.
#[derive(Debug)]
pub(crate) struct Scan<'a, F> {
    /// `|x|²` of each point.
    pub(crate) norms: &'a [F],
    /// `−2 q·x` of each point.
    pub(crate) products: &'a [F],
    /// What is added to the squared distance of what is wanted: the slack, less `|q|²`.
    pub(crate) offset: F,
    /// The number of the first point.
    pub(crate) first: usize,
}

impl<F: Float> Scan<'_, F> {
    /// Offers every point that may be wanted. `points` is p x n.
    #[inline(always)]
    pub(crate) fn run(&self, sink: &mut impl Sink<F>, points: &DMatrix<F>, query: &[F]) {
        /// Points ruled out by one comparison.
        const GROUP: usize = 64;
        let p = query.len();
        let mut limit = sink.limit() + self.offset;
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
                limit = sink.limit() + self.offset;
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
