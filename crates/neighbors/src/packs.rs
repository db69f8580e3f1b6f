//! Points in packs, column by column: many points are measured against a query at once.

use crate::{
    metric::{Metric, Term},
    nearest::{Candidate, Sink},
};
use cairn_traits::{DMatrix, Float};
use std::ops::Range;

/// Points a pack: whole vectors of every processor.
pub(crate) const PACK: usize = 16;

/// Points, 16 and 16; within a pack a column is contiguous. Only the last may hold fewer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Packs<F> {
    values: Vec<F>,
    /// The row that each point was.
    rows: Vec<usize>,
    n_columns: usize,
}

impl<F: Float> Packs<F> {
    /// The `rows` of `x`, in that order.
    pub(crate) fn new(x: &DMatrix<F>, rows: Vec<usize>) -> Self {
        let p = x.ncols();
        let mut values = vec![F::zero(); rows.len().div_ceil(PACK) * PACK * p];
        for (pack, rows) in values.chunks_mut(PACK * p).zip(rows.chunks(PACK)) {
            for (column, out) in x.column_iter().zip(pack.chunks_mut(PACK)) {
                out.iter_mut().zip(rows).for_each(|(out, &row)| *out = column[row]);
            }
        }
        Self { values, rows, n_columns: p }
    }

    pub(crate) fn n_points(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn n_packs(&self) -> usize {
        self.rows.len().div_ceil(PACK)
    }

    /// The points as they were given: n x p.
    pub(crate) fn points(&self) -> DMatrix<F> {
        let mut points = DMatrix::zeros(self.n_points(), self.n_columns);
        for (place, &row) in self.rows.iter().enumerate() {
            for j in 0..self.n_columns {
                points[(row, j)] = self.values[(place / PACK * self.n_columns + j) * PACK + place % PACK];
            }
        }
        points
    }

    /// Offers what is in `packs` and not beyond the sink's limit.
    #[inline(always)]
    pub(crate) fn offer<T: Term<F>>(&self, term: T, packs: Range<usize>, query: &[F], sink: &mut impl Sink<F>) {
        let size = PACK * self.n_columns;
        let values = self.values[packs.start * size..packs.end * size].chunks_exact(size.max(1));
        for (values, rows) in values.zip(self.rows[packs.start * PACK..].chunks(PACK)) {
            let reduced = match self.n_columns {
                0..=2 => distances::<F, T, 2>(term, values, query),
                3..=4 => distances::<F, T, 4>(term, values, query),
                _ => distances::<F, T, 8>(term, values, query),
            };
            let mut limit = sink.limit();
            // all are compared: a loop that may end early does not go by whole vectors
            if !reduced.iter().fold(false, |any, reduced| any | (*reduced <= limit)) {
                continue;
            }
            for (&reduced, &index) in reduced.iter().zip(rows) {
                if reduced <= limit {
                    sink.offer(Candidate { reduced, index });
                    limit = sink.limit();
                }
            }
        }
    }
}

/// Reduced distances of a pack's points, each in the order of [`crate::metric::plain`]: sums that nothing was added to
/// are 0, and need not be added. `SUMS` is 8, or at least the number of columns.
#[inline(always)]
fn distances<F: Float, T: Term<F>, const SUMS: usize>(term: T, values: &[F], query: &[F]) -> [F; PACK] {
    let mut sums = [[F::zero(); PACK]; SUMS];
    for (values, query) in values.chunks(PACK * SUMS).zip(query.chunks(SUMS)) {
        for ((sums, values), &q) in sums.iter_mut().zip(values.as_chunks::<PACK>().0).zip(query) {
            for lane in 0..PACK {
                sums[lane] = term.joined(sums[lane], term.of(values[lane] - q));
            }
        }
    }
    for (a, b) in [(0, 4), (2, 6), (1, 5), (3, 7), (0, 2), (1, 3), (0, 1)] {
        if b < SUMS {
            let other = sums[b];
            sums[a].iter_mut().zip(other).for_each(|(sum, other)| *sum = term.joined(*sum, other));
        }
    }
    sums[0]
}

/// Reduced distances, and how to measure with them: what a search hands down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measure<F> {
    pub(crate) metric: Metric,
    pub(crate) n_columns: usize,
    pub(crate) slack: F,
}

impl<F: Float> Measure<F> {
    pub(crate) fn new(metric: Metric, n_columns: usize) -> Self {
        Self { metric, n_columns, slack: metric.slack(n_columns) }
    }

    /// A reduced distance that is certainly not above any that a correct bound `reduced` stands for.
    #[inline(always)]
    pub(crate) fn lowered(&self, reduced: F) -> F {
        // sums of numbers that are not normal have no relative error
        reduced * (F::one() - self.slack) - F::of(f64::from(f32::MIN_POSITIVE))
    }
}
