//! Lloyd's sweeps: every point to its nearest centroid, every centroid to the mean of its points.

use crate::{nearest::Centroids, points::Points};
use cairn_numeric::{blocks, vectorised};
use cairn_traits::{DMatrix, Float, Result, Stop};
use std::ops::{ControlFlow, Range};

/// What one sweep finds, p x k sums in double precision.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    pub(crate) labels: Vec<usize>,
    pub(crate) sums: Vec<f64>,
    pub(crate) counts: Vec<f64>,
    pub(crate) inertia: f64,
}

/// Where the sweeps have led.
#[derive(Debug)]
pub(crate) struct Settled<F: Float> {
    pub(crate) centroids: Centroids<F>,
    pub(crate) n_iter: usize,
    pub(crate) stop: Stop,
}

/// Is given each sweep's number, inertia and next centroids.
pub(crate) type Observer<'o, F> = &'o mut dyn FnMut(usize, f64, &Centroids<F>) -> ControlFlow<()>;

/// When to end: sweeps at most, and the sum of squared moves of the centroids at which they count as standing still.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_iter: usize,
    pub(crate) least_move: f64,
}

/// Numbers that the sums of all pieces may take together.
const MOST_NUMBERS: usize = 1 << 23;

pub(crate) fn piece_size(n: usize, numbers: usize) -> usize {
    blocks::size_for(n, (MOST_NUMBERS / numbers.max(1)).clamp(4, 64), 256)
}

/// Labels, sums and counts for these centroids.
pub(crate) fn sweep<F: Float>(points: &Points<F>, weights: Option<&[f64]>, centroids: &Centroids<F>) -> Result<Sums> {
    let (n, p, k) = (points.len(), points.n_features(), centroids.len());
    let piece = |rows: Range<usize>| {
        let mut found =
            Sums { labels: Vec::with_capacity(rows.len()), sums: vec![0.0; p * k], counts: vec![0.0; k], inertia: 0.0 };
        centroids.nearest(points, rows, |block, ranked| {
            let rows = &points.columns.as_slice()[block.start * p..block.end * p];
            let weights = weights.map(|weights| &weights[block.clone()]);
            add_rows(rows, &ranked.labels, weights, &mut found.sums);
            for (i, (&label, score)) in ranked.labels.iter().zip(&ranked.best).enumerate() {
                let weight = weights.map_or(1.0, |weights| weights[i]);
                let squared = score.to_f64() + points.squares[block.start + i].to_f64();
                found.counts[label] += weight;
                found.inertia += weight * squared.max(0.0);
            }
            found.labels.extend(&ranked.labels);
        })?;
        Ok(found)
    };
    let pieces = blocks::map(n, piece_size(n, p * k), piece);
    let mut all = Sums { labels: Vec::with_capacity(n), sums: vec![0.0; p * k], counts: vec![0.0; k], inertia: 0.0 };
    for piece in pieces {
        let piece: Sums = piece?;
        all.labels.extend(piece.labels);
        all.sums.iter_mut().zip(&piece.sums).for_each(|(a, b)| *a += b);
        all.counts.iter_mut().zip(&piece.counts).for_each(|(a, b)| *a += b);
        all.inertia += piece.inertia;
    }
    Ok(all)
}

vectorised! {
    /// Each row, times its weight, to the sum of its label.
    fn add_rows['a; F: Float](rows: &'a [F], labels: &'a [usize], weights: Option<&'a [f64]>, sums: &'a mut [f64]) -> () {
        let p = rows.len() / labels.len().max(1);
        for (i, (row, &label)) in rows.chunks_exact(p.max(1)).zip(labels).enumerate() {
            let sum = &mut sums[label * p..(label + 1) * p];
            match weights {
                None => sum.iter_mut().zip(row).for_each(|(sum, v)| *sum += v.to_f64()),
                Some(weights) => sum.iter_mut().zip(row).for_each(|(sum, v)| *sum += weights[i] * v.to_f64()),
            }
        }
    }
}

impl Sums {
    /// Clusters without points get the points that are farthest from their centroids, the lower row on ties; each leaves
    /// the cluster it was in, unless it is the last there. Points on their centroids stay.
    pub(crate) fn fill_empty<F: Float>(
        &mut self,
        points: &Points<F>,
        weights: Option<&[f64]>,
        centroids: &Centroids<F>,
    ) {
        let empty: Vec<usize> = (0..self.counts.len()).filter(|&c| self.counts[c] == 0.0).collect();
        if empty.is_empty() {
            return;
        }
        let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
        let p = points.n_features();
        let distance = |i: usize| (centroids.squared_distance(points.point(i), self.labels[i]), i);
        let mut members = vec![0_usize; self.counts.len()];
        let present: Vec<usize> = (0..points.len()).filter(|&i| weight(i) > 0.0).collect();
        present.iter().for_each(|&i| members[self.labels[i]] += 1);
        let mut far: Vec<(f64, usize)> = present.into_iter().map(distance).filter(|(d, _)| *d > 0.0).collect();
        far.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut far = far.into_iter().map(|(_, i)| i);
        for cluster in empty {
            let Some(i) = far.find(|&i| members[self.labels[i]] > 1) else { return };
            let old = self.labels[i];
            members[old] -= 1;
            for (j, v) in points.point(i).iter().enumerate() {
                let v = weight(i) * v.to_f64();
                self.sums[old * p + j] -= v;
                self.sums[cluster * p + j] = v;
            }
            self.counts[old] -= weight(i);
            self.counts[cluster] = weight(i);
        }
    }

    /// The means of the clusters; where there is no weight the centroid stays.
    pub(crate) fn means<F: Float>(&self, before: &Centroids<F>) -> DMatrix<F> {
        let p = before.columns.nrows();
        DMatrix::from_fn(p, self.counts.len(), |j, c| {
            let count = self.counts[c];
            if count > 0.0 { F::of(self.sums[c * p + j] / count) } else { before.columns[(j, c)] }
        })
    }
}

/// Sweeps until labels or centroids stand still.
pub(crate) fn lloyd<F: Float>(
    points: &Points<F>,
    weights: Option<&[f64]>,
    start: Centroids<F>,
    limits: Limits,
    observer: Observer<'_, F>,
) -> Result<Settled<F>> {
    let mut centroids = start;
    let mut labels = Vec::new();
    for n_iter in 1..=limits.max_iter {
        let mut found = sweep(points, weights, &centroids)?;
        found.fill_empty(points, weights, &centroids);
        let next = Centroids::new(found.means(&centroids));
        let moves = next.columns.iter().zip(&centroids.columns).map(|(a, b)| (a.to_f64() - b.to_f64()).powi(2));
        let moved: f64 = moves.sum();
        centroids = next;
        let still = found.labels == labels || moved <= limits.least_move;
        labels = found.labels;
        let stop = match observer(n_iter, found.inertia, &centroids) {
            _ if still => Stop::Converged,
            ControlFlow::Break(()) => Stop::Interrupted,
            ControlFlow::Continue(()) => continue,
        };
        return Ok(Settled { centroids, n_iter, stop });
    }
    Ok(Settled { centroids, n_iter: limits.max_iter, stop: Stop::MaxIter })
}
