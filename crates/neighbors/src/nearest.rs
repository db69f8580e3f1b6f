//! The k nearest so far, and the answer they become.

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
    pub(crate) fn of(k: usize, nearest: impl IntoIterator<Item = Nearest<F>>) -> Self {
        let (mut indices, mut distances) = (Vec::new(), Vec::new());
        for nearest in nearest {
            for candidate in nearest.heap.into_sorted_vec() {
                indices.push(candidate.index);
                distances.push(candidate.squared.sqrt());
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

    /// Their Euclidean distances, in the same order.
    pub fn distances(&self, query: usize) -> &[F] {
        self.distances.chunks_exact(self.k).nth(query).unwrap_or_default()
    }

    /// Indices and distances of each query.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[usize], &[F])> {
        self.indices.chunks_exact(self.k).zip(self.distances.chunks_exact(self.k))
    }
}

/// A row and its squared distance, ordered by distance, then by row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<F> {
    pub(crate) squared: F,
    pub(crate) index: usize,
}

impl<F: Float> Ord for Candidate<F> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.squared.order(&other.squared).then(self.index.cmp(&other.index))
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

    /// Nothing farther than this can be among the k nearest; infinite until there are k.
    pub(crate) fn farthest(&self) -> F {
        match self.heap.peek() {
            Some(top) if self.heap.len() == self.k => top.squared,
            _ => F::of(f64::INFINITY),
        }
    }

    pub(crate) fn offer(&mut self, candidate: Candidate<F>) {
        if self.heap.len() < self.k {
            self.heap.push(candidate);
        } else if let Some(mut top) = self.heap.peek_mut()
            && candidate < *top
        {
            *top = candidate;
        }
    }

    /// The k nearest of two sets of points. The order is total, so it does not matter how points were divided.
    pub(crate) fn merged(mut self, other: Self) -> Self {
        other.heap.into_iter().for_each(|candidate| self.offer(candidate));
        self
    }
}
