//! Steps of a batch each, and when they end.

use super::params::MiniBatchKMeans;
use crate::{lloyd::sweep, nearest::Centroids, plus_plus::drawn, points::Points};
use cairn_traits::{DMatrix, Float, Result};
use rand::Rng;

/// Centroids, and the weight of the rows that each has got.
pub(super) struct Walk<F: Float> {
    pub(super) centroids: Centroids<F>,
    pub(super) counts: Vec<f64>,
    /// Rows since centroids were last looked through for those that get none.
    since: usize,
}

impl<F: Float> Walk<F> {
    pub(super) fn new(centroids: Centroids<F>) -> Self {
        Self::after(vec![0.0; centroids.len()], centroids)
    }

    pub(super) fn after(counts: Vec<f64>, centroids: Centroids<F>) -> Self {
        Self { centroids, counts, since: 0 }
    }

    /// One batch: its inertia before, and the sum of the squared moves.
    pub(super) fn step(&mut self, batch: &Points<F>, weights: Option<&[f64]>) -> Result<(f64, f64)> {
        let found = sweep(batch, weights, &self.centroids)?;
        let p = batch.n_features();
        let mut moved = 0.0;
        let columns = DMatrix::from_fn(p, self.counts.len(), |j, c| {
            let old = self.centroids.columns[(j, c)].to_f64();
            let total = self.counts[c] + found.counts[c];
            if found.counts[c] == 0.0 {
                return F::of(old);
            }
            let by = (found.sums[c * p + j] - found.counts[c] * old) / total;
            moved += by * by;
            F::of(old + by)
        });
        self.counts.iter_mut().zip(&found.counts).for_each(|(all, own)| *all += own);
        self.centroids = Centroids::new(columns);
        Ok((found.inertia, moved))
    }

    /// Centroids with too few rows go to drawn rows of the batch, at most half as many as it has, and count as the least of
    /// the others. Looked through after every 10 k rows, and while some have none at all.
    pub(super) fn begin_anew(&mut self, batch: &Points<F>, weights: Option<&[f64]>, ratio: f64, rng: &mut impl Rng) {
        self.since += batch.len();
        let largest = self.counts.iter().fold(0.0, |all: f64, &count| all.max(count));
        let all_have = self.counts.iter().all(|count| *count > 0.0);
        if all_have && self.since < 10 * self.counts.len() {
            return;
        }
        self.since = 0;
        let mut poor: Vec<usize> = (0..self.counts.len()).filter(|&c| self.counts[c] < ratio * largest).collect();
        poor.sort_by(|a, b| self.counts[*a].total_cmp(&self.counts[*b]));
        poor.truncate(batch.len() / 2);
        let others = (0..self.counts.len()).filter(|c| !poor.contains(c)).map(|c| self.counts[c]);
        let least = others.fold(f64::INFINITY, f64::min);
        if poor.is_empty() || !least.is_finite() {
            return;
        }
        let mut chances = weights.map_or_else(|| vec![1.0; batch.len()], <[f64]>::to_vec);
        let mut columns = self.centroids.columns.clone();
        for c in poor {
            let row = drawn(&chances, rng);
            chances[row] = 0.0;
            columns.column_mut(c).copy_from_slice(batch.point(row));
            self.counts[c] = least;
        }
        self.centroids = Centroids::new(columns);
    }
}

/// When batches no longer help.
pub(super) struct Watch {
    least_move: f64,
    patience: Option<usize>,
    /// The share of a new batch in what is smoothed.
    share: f64,
    smoothed: Option<(f64, f64)>,
    best: f64,
    unchanged: usize,
    steps: usize,
}

impl Watch {
    pub(super) fn new(kmeans: &MiniBatchKMeans, size: usize, n: usize, least_move: f64) -> Self {
        let share = (2.0 * size as f64 / (n as f64 + 1.0)).min(1.0);
        let patience = kmeans.max_no_improvement;
        Self { least_move, patience, share, smoothed: None, best: f64::INFINITY, unchanged: 0, steps: 0 }
    }

    pub(super) fn ends(&mut self, inertia: f64, moved: f64) -> bool {
        self.steps += 1;
        // the first batch is seen by centroids that have not moved
        if self.steps == 1 {
            return false;
        }
        let of = |before: f64, now: f64| before * (1.0 - self.share) + now * self.share;
        let (smooth, moves) =
            self.smoothed.map_or((inertia, moved), |(before, moves)| (of(before, inertia), of(moves, moved)));
        self.smoothed = Some((smooth, moves));
        self.unchanged = if smooth < self.best { 0 } else { self.unchanged + 1 };
        self.best = self.best.min(smooth);
        (self.least_move > 0.0 && moves <= self.least_move)
            || self.patience.is_some_and(|patience| self.unchanged >= patience)
    }
}
