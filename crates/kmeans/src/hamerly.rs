//! Lloyd's sweeps without most of their distances: a row whose own centroid is surely nearer than any other is not looked
//! at. One lower bound a row is Hamerly's way; one a row and centroid is Elkan's (elkan.rs), which shares all but the search.
//!
//! ```text
//! upper ≥ |x − own|      lower ≤ |x − any other|      half: half the way from a centroid to the nearest other
//! upper < max(lower, half): the label stays
//! when centroids have moved: upper += own move, lower −= largest move of the others
//! ```
//! Bounds are widened by what rounding may have taken, so that labels are those of Lloyd's sweeps. Sums change with the rows
//! that change.
//!
//! # References
//! Hamerly (2010), Making k-means even faster. Elkan (2003), Using the triangle inequality to accelerate k-means.

use crate::{
    lloyd::{Limits, Observer, Settled, Sums, piece_size, sweep},
    nearest::{Centroids, Ranked, few_and_long},
    points::Points,
};
use cairn_traits::{DMatrix, Float, Result, Stop};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// What is known of the rows of one piece.
pub(crate) struct Piece<'a> {
    pub(crate) first: usize,
    pub(crate) labels: &'a mut [usize],
    pub(crate) upper: &'a mut [f64],
    /// One a row, or one a row and centroid.
    pub(crate) lower: &'a mut [f64],
}

/// How far centroids have moved since the bounds were right.
pub(crate) struct Moves {
    pub(crate) each: Vec<f64>,
    largest: f64,
    /// Who moved most, and the largest move of the others.
    whose: usize,
    others: f64,
}

/// What the rows that change take from one sum to another.
#[derive(Default)]
pub(crate) struct Changes {
    sums: Vec<f64>,
    counts: Vec<f64>,
    members: Vec<isize>,
    n_changed: usize,
}

pub(crate) struct Search<'a, F: Float> {
    pub(crate) points: &'a Points<F>,
    pub(crate) weights: Option<&'a [f64]>,
    pub(crate) centroids: &'a Centroids<F>,
    /// Half the way between two centroids, at most: k x k.
    pub(crate) gaps: DMatrix<f64>,
    /// Half the way to the nearest other centroid, at most.
    pub(crate) half: Vec<f64>,
    pub(crate) moves: &'a Moves,
    /// The share that rounding may have of a distance.
    pub(crate) rounding: f64,
    /// Whether all products of a row cost no more than two distances one by one.
    all_at_once: bool,
}

/// How many lower bounds are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lower {
    /// Of each row, to all centroids but its own.
    EachRow,
    /// Of each row to each centroid.
    EachPair,
}

impl Moves {
    fn between<F: Float>(old: &Centroids<F>, new: &Centroids<F>, rounding: f64) -> Self {
        let columns = old.columns.column_iter().zip(new.columns.column_iter());
        let length = |square: f64| square.sqrt() * (1.0 + rounding);
        let each: Vec<f64> = columns
            .map(|(a, b)| length(a.iter().zip(b.iter()).map(|(a, b)| (a.to_f64() - b.to_f64()).powi(2)).sum()))
            .collect();
        let (mut whose, mut largest, mut others) = (0, 0.0, 0.0);
        for (c, &by) in each.iter().enumerate() {
            if by > largest {
                (whose, others, largest) = (c, largest, by);
            } else if by > others {
                others = by;
            }
        }
        Self { each, largest, whose, others }
    }
}

/// Half the distance between each two centroids, at most; that of one to itself is infinite.
fn gaps<F: Float>(centroids: &Centroids<F>, rounding: f64) -> DMatrix<f64> {
    let k = centroids.len();
    let column = |c: usize| {
        let own = centroids.columns.column(c);
        let squared = |other: usize| centroids.squared_distance(own.as_slice(), other);
        let half = |other: usize| 0.5 * squared(other).sqrt() * (1.0 - rounding);
        (0..k).map(|other| if other == c { f64::INFINITY } else { half(other) }).collect::<Vec<f64>>()
    };
    let columns: Vec<Vec<f64>> = (0..k).into_par_iter().map(column).collect();
    DMatrix::from_vec(k, k, columns.concat())
}

impl<F: Float> Search<'_, F> {
    /// Whether the label of a row may have changed, after its bounds have followed the centroids.
    fn doubts(&self, piece: &mut Piece<'_>, at: usize) -> bool {
        let label = piece.labels[at];
        let (upper, lower) = (&mut piece.upper[at], &mut piece.lower[at]);
        *upper += self.moves.each[label];
        *lower -= if label == self.moves.whose { self.moves.others } else { self.moves.largest };
        let bound = lower.max(self.half[label]) * (1.0 - self.rounding);
        if *upper * (1.0 + self.rounding) < bound {
            return false;
        }
        if self.all_at_once {
            return true;
        }
        // the distance itself may do
        let squared = self.centroids.squared_distance(self.points.point(piece.first + at), label);
        *upper = squared.sqrt() * (1.0 + self.rounding);
        let surely = *upper * (1.0 + self.rounding) < bound;
        !surely
    }

    fn search_rows(&self, piece: &mut Piece<'_>) -> Result<Changes> {
        let mut changes = Changes::default();
        let size = self.centroids.block_size().min(piece.labels.len());
        let (mut ranked, mut doubtful) = (Ranked::new(), Vec::with_capacity(size));
        for at in 0..piece.labels.len() {
            if self.doubts(piece, at) {
                doubtful.push(piece.first + at);
            }
            // while they are in the cache
            if doubtful.len() == size || (at + 1 == piece.labels.len() && !doubtful.is_empty()) {
                self.settle(piece, &doubtful, &mut ranked, &mut changes)?;
                doubtful.clear();
            }
        }
        Ok(changes)
    }

    /// Labels and bounds of rows from all their distances.
    fn settle(
        &self,
        piece: &mut Piece<'_>,
        doubtful: &[usize],
        ranked: &mut Ranked<F>,
        changes: &mut Changes,
    ) -> Result<()> {
        self.centroids.rank(self.points, doubtful, ranked)?;
        for (i, &row) in doubtful.iter().enumerate() {
            let (at, square) = (row - piece.first, self.points.squares[row]);
            let (slack, square) = (2.0 * self.centroids.slack(square).to_f64(), square.to_f64());
            piece.upper[at] = (ranked.best[i].to_f64() + square + slack).max(0.0).sqrt();
            piece.lower[at] = (ranked.second[i].to_f64() + square - slack).max(0.0).sqrt();
            let (old, new) = (piece.labels[at], ranked.labels[i]);
            if new != old {
                piece.labels[at] = new;
                let weight = self.weights.map_or(1.0, |weights| weights[row]);
                changes.add((old, new), weight, self.points.point(row), self.centroids.len());
            }
        }
        Ok(())
    }
}

impl Changes {
    pub(crate) fn add<F: Float>(&mut self, (old, new): (usize, usize), weight: f64, row: &[F], k: usize) {
        let p = row.len();
        if self.n_changed == 0 {
            (self.sums, self.counts, self.members) = (vec![0.0; p * k], vec![0.0; k], vec![0; k]);
        }
        self.n_changed += 1;
        if weight == 0.0 {
            return;
        }
        for (from, sign) in [(old, -1.0), (new, 1.0)] {
            let sum = &mut self.sums[from * p..(from + 1) * p];
            sum.iter_mut().zip(row).for_each(|(sum, v)| *sum += sign * weight * v.to_f64());
            self.counts[from] += sign * weight;
            self.members[from] += sign as isize;
        }
    }
}

/// `Σ w |x|² + Σ (count |c|² − 2 c·sum)`: the inertia, from sums alone.
fn inertia<F: Float>(squares: f64, sums: &Sums, centroids: &Centroids<F>) -> f64 {
    let p = centroids.columns.nrows();
    let of = |(c, centroid): (usize, &[F])| {
        let terms = centroid.iter().zip(&sums.sums[c * p..(c + 1) * p]);
        let term = |(v, sum): (&F, &f64)| v.to_f64() * (sums.counts[c] * v.to_f64() - 2.0 * sum);
        terms.map(term).sum::<f64>()
    };
    let all: f64 = centroids.columns.as_slice().chunks_exact(p.max(1)).enumerate().map(of).sum();
    (squares + all).max(0.0)
}

/// As [`crate::lloyd::lloyd`], with the same labels after each sweep.
pub(crate) fn bounded<F: Float>(
    points: &Points<F>,
    weights: Option<&[f64]>,
    start: Centroids<F>,
    (limits, kept): (Limits, Lower),
    observer: Observer<'_, F>,
) -> Result<Settled<F>> {
    let (n, p, k) = (points.len(), points.n_features(), start.len());
    // of eight sums of p / 8 terms, as distances are defined
    let rounding = (p.div_ceil(8) + 16) as f64 * F::EPSILON.to_f64();
    let all_at_once = few_and_long(p, k);
    let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
    let squares: f64 = points.squares.iter().enumerate().map(|(i, square)| weight(i) * square.to_f64()).sum();
    let mut centroids = start;
    let mut all = sweep(points, weights, &centroids)?;
    let mut members = vec![0_isize; k];
    (0..n).filter(|&i| weight(i) > 0.0).for_each(|i| members[all.labels[i]] += 1);
    // nothing is known yet: every row is doubtful in the second sweep
    let width = if kept == Lower::EachPair { k } else { 1 };
    let (mut upper, mut lower) = (vec![f64::INFINITY; n], vec![0.0; n * width]);
    let mut n_changed = n;
    for n_iter in 1..=limits.max_iter {
        let cost = inertia(squares, &all, &centroids);
        let next = if all.counts.contains(&0.0) {
            let mut filled = all.clone();
            filled.fill_empty(points, weights, &centroids);
            Centroids::new(filled.means(&centroids))
        } else {
            Centroids::new(all.means(&centroids))
        };
        let moves = Moves::between(&centroids, &next, rounding);
        let moved: f64 = moves.each.iter().map(|by| by * by).sum();
        centroids = next;
        let still = n_changed == 0 || moved <= limits.least_move;
        let seen = observer(n_iter, cost, &centroids);
        let stop = match seen {
            _ if still => Stop::Converged,
            ControlFlow::Break(()) => Stop::Interrupted,
            ControlFlow::Continue(()) if n_iter == limits.max_iter => Stop::MaxIter,
            ControlFlow::Continue(()) => {
                let gaps = gaps(&centroids, rounding);
                let half = gaps.column_iter().map(|column| column.min()).collect();
                let search =
                    Search { points, weights, centroids: &centroids, gaps, half, moves: &moves, rounding, all_at_once };
                n_changed = again(&search, &mut all, &mut members, (&mut upper, &mut lower))?;
                continue;
            }
        };
        return Ok(Settled { centroids, n_iter, stop });
    }
    Ok(Settled { centroids, n_iter: limits.max_iter, stop: Stop::MaxIter })
}

/// One more sweep: how many rows have changed.
fn again<F: Float>(
    search: &Search<'_, F>,
    all: &mut Sums,
    members: &mut [isize],
    (upper, lower): (&mut [f64], &mut [f64]),
) -> Result<usize> {
    let (p, k) = search.centroids.columns.shape();
    let size = piece_size(search.points.len(), p * k).max(1);
    let width = lower.len() / upper.len().max(1);
    let bounds = upper.par_chunks_mut(size).zip(lower.par_chunks_mut(size * width));
    let pieces = all.labels.par_chunks_mut(size).zip(bounds).enumerate();
    let found: Vec<Result<Changes>> = pieces
        .map(|(piece, (labels, (upper, lower)))| {
            let mut piece = Piece { first: piece * size, labels, upper, lower };
            if width > 1 { Ok(search.search_pairs(&mut piece)) } else { search.search_rows(&mut piece) }
        })
        .collect();
    let mut n_changed = 0;
    for changes in found {
        let changes = changes?;
        n_changed += changes.n_changed;
        all.sums.iter_mut().zip(&changes.sums).for_each(|(a, b)| *a += b);
        all.counts.iter_mut().zip(&changes.counts).for_each(|(a, b)| *a += b);
        members.iter_mut().zip(&changes.members).for_each(|(a, b)| *a += b);
    }
    // what is left of sums without rows is rounding
    for c in (0..k).filter(|&c| members[c] == 0) {
        all.counts[c] = 0.0;
        all.sums[c * p..(c + 1) * p].fill(0.0);
    }
    Ok(n_changed)
}
