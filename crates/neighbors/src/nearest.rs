//! The nearest so far, and the answers they become.

use crate::metric::Metric;
use cairn_traits::Float;
use std::{cmp::Ordering, collections::BinaryHeap};

/// The k nearest rows of each query, nearest first; ties stand in the order of their rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbors<F> {
    k: usize,
    indices: Vec<usize>,
    distances: Vec<F>,
}

impl<F: Float> Neighbors<F> {
    pub(crate) fn of(k: usize, nearest: Vec<Nearest<F>>, distance: impl Fn(F) -> F) -> Self {
        let (mut indices, mut distances) =
            (Vec::with_capacity(k * nearest.len()), Vec::with_capacity(k * nearest.len()));
        for nearest in nearest {
            for candidate in nearest.heap.into_sorted_vec() {
                indices.push(candidate.index);
                distances.push(distance(candidate.reduced));
            }
        }
        Self { k, indices, distances }
    }

    /// How many neighbours each query has.
    pub fn k(&self) -> usize {
        self.k
    }

    /// How many queries were asked.
    pub fn n_queries(&self) -> usize {
        self.indices.len() / self.k
    }

    /// The rows nearest to the `query`-th query, nearest first; none if there was no such query.
    pub fn indices(&self, query: usize) -> &[usize] {
        self.indices.chunks_exact(self.k).nth(query).unwrap_or_default()
    }

    /// Their distances, in the same order.
    pub fn distances(&self, query: usize) -> &[F] {
        self.distances.chunks_exact(self.k).nth(query).unwrap_or_default()
    }

    /// Indices and distances of each query.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[usize], &[F])> {
        self.indices.chunks_exact(self.k).zip(self.distances.chunks_exact(self.k))
    }
}

/// All rows within a radius of each query, nearest first; ties stand in the order of their rows.
#[derive(Clone, Debug, PartialEq)]
pub struct RadiusNeighbors<F> {
    /// Where each query's rows begin, and where the last's end.
    offsets: Vec<usize>,
    indices: Vec<usize>,
    distances: Vec<F>,
}

impl<F: Float> RadiusNeighbors<F> {
    pub(crate) fn of(within: Vec<Within<F>>, distance: impl Fn(F) -> F) -> Self {
        let (mut offsets, mut indices, mut distances) = (vec![0], Vec::new(), Vec::new());
        for mut within in within {
            within.found.sort_unstable();
            indices.extend(within.found.iter().map(|candidate| candidate.index));
            distances.extend(within.found.iter().map(|candidate| distance(candidate.reduced)));
            offsets.push(indices.len());
        }
        Self { offsets, indices, distances }
    }

    /// How many queries were asked.
    pub fn n_queries(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The rows within the radius of the `query`-th query, nearest first; none if there was no such query.
    pub fn indices(&self, query: usize) -> &[usize] {
        self.iter().nth(query).map_or(&[], |(indices, _)| indices)
    }

    /// Their distances, in the same order.
    pub fn distances(&self, query: usize) -> &[F] {
        self.iter().nth(query).map_or(&[], |(_, distances)| distances)
    }

    /// Indices and distances of each query.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[usize], &[F])> {
        self.offsets.windows(2).map(|at| (&self.indices[at[0]..at[1]], &self.distances[at[0]..at[1]]))
    }
}

/// What candidates are offered to.
pub(crate) trait Sink<F: Float>: Clone + Send {
    /// No candidate beyond this is wanted.
    fn limit(&self) -> F;

    /// How many candidates are wanted, where it is the nearest.
    fn most(&self) -> Option<usize>;

    fn offer(&mut self, candidate: Candidate<F>);

    /// What two sinks keep of two sets of points. The order is total, so it does not matter how points were divided.
    fn merged(self, other: Self) -> Self;
}

/// A row and its reduced distance, ordered by distance, then by row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<F> {
    pub(crate) reduced: F,
    pub(crate) index: usize,
}

impl<F: Float> Ord for Candidate<F> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.reduced.order(&other.reduced).then(self.index.cmp(&other.index))
    }
}

impl<F: Float> PartialOrd for Candidate<F> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<F: Float> PartialEq for Candidate<F> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<F: Float> Eq for Candidate<F> {}

/// The k least candidates of those seen: a heap with the farthest on top.
#[derive(Clone, Debug)]
pub(crate) struct Nearest<F> {
    k: usize,
    heap: BinaryHeap<Candidate<F>>,
}

impl<F: Float> Nearest<F> {
    pub(crate) fn new(k: usize) -> Self {
        Self { k, heap: BinaryHeap::with_capacity(k) }
    }
}

impl<F: Float> Sink<F> for Nearest<F> {
    /// The farthest of the k; infinite until there are k.
    #[inline(always)]
    fn limit(&self) -> F {
        match self.heap.peek() {
            Some(top) if self.heap.len() == self.k => top.reduced,
            _ => F::of(f64::INFINITY),
        }
    }

    fn most(&self) -> Option<usize> {
        Some(self.k)
    }

    fn offer(&mut self, candidate: Candidate<F>) {
        if self.heap.len() < self.k {
            self.heap.push(candidate);
        } else if let Some(mut top) = self.heap.peek_mut()
            && candidate < *top
        {
            *top = candidate;
        }
    }

    fn merged(mut self, other: Self) -> Self {
        other.heap.into_iter().for_each(|candidate| self.offer(candidate));
        self
    }
}

/// All candidates within a radius.
#[derive(Clone, Debug)]
pub(crate) struct Within<F> {
    metric: Metric,
    n_columns: usize,
    radius: F,
    /// The radius as a reduced distance, and a little more: what it lets through is compared as a distance.
    limit: F,
    found: Vec<Candidate<F>>,
}

impl<F: Float> Within<F> {
    pub(crate) fn new(metric: Metric, n_columns: usize, radius: F) -> Self {
        let more = F::one() + metric.slack(n_columns);
        let limit = metric.reduced(radius, n_columns) * more + F::of(f64::from(f32::MIN_POSITIVE));
        Self { metric, n_columns, radius, limit, found: Vec::new() }
    }
}

impl<F: Float> Sink<F> for Within<F> {
    #[inline(always)]
    fn limit(&self) -> F {
        self.limit
    }

    fn most(&self) -> Option<usize> {
        None
    }

    fn offer(&mut self, candidate: Candidate<F>) {
        if self.metric.finished(candidate.reduced, self.n_columns) <= self.radius {
            self.found.push(candidate);
        }
    }

    fn merged(mut self, other: Self) -> Self {
        self.found.extend(other.found);
        self
    }
}
