//! What matrix products can rule out.

use crate::nearest::{Candidate, Sink};
use cairn_numeric::squared_distance;
use cairn_traits::{DMatrix, DVector, Float};

/// The points as the filter sees them: about their mean, where that makes the numbers, and so the rounding, smaller.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filter<F: Float> {
    centre: DVector<F>,
    /// `None`: as they are.
    centred: Option<DMatrix<F>>,
    pub(crate) squared_norms: Vec<F>,
}

/// A block of queries, p x n_queries: as given, and as the filter sees them.
#[derive(Debug)]
pub(crate) struct Queries<F: Float> {
    pub(crate) raw: DMatrix<F>,
    pub(crate) centred: DMatrix<F>,
    pub(crate) squared_norms: Vec<F>,
}

fn squared_norms<F: Float>(points: &DMatrix<F>) -> Vec<F> {
    points.column_iter().map(|point| point.norm_squared()).collect()
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
        let raw = squared_norms(points);
        let mean = points.column_mean();
        let centred = about(points, &mean);
        let norms = squared_norms(&centred);
        if largest(&norms) < F::of(0.25) * largest(&raw) {
            Self { centre: mean, centred: Some(centred), squared_norms: norms }
        } else {
            Self { centre: DVector::zeros(points.nrows()), centred: None, squared_norms: raw }
        }
    }

    /// The points to multiply; `raw` are the index's own.
    pub(crate) fn points<'a>(&'a self, raw: &'a DMatrix<F>) -> &'a DMatrix<F> {
        self.centred.as_ref().unwrap_or(raw)
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
        let centred = if filter.centred.is_some() { about(&raw, &filter.centre) } else { raw.clone() };
        let squared_norms = squared_norms(&centred);
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
