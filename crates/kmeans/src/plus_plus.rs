//! Greedy k-means++: centroids are points drawn where the others are far.

use crate::points::Points;
use cairn_numeric::{Parallelism, blocks, matmul_into, tr};
use cairn_traits::{DMatrix, Float, Result};
use rand::{Rng, RngExt};
use std::ops::Range;

/// Rows whose products with the candidates are made at once.
const BLOCK: usize = 512;

/// The rows that begin as centroids. Each but the first is the best of `2 + ln k` drawn with chances in proportion to
/// their weighted squared distance from the nearest so far.
pub(crate) fn plus_plus<F: Float>(
    points: &Points<F>,
    weights: &[f64],
    n_clusters: usize,
    rng: &mut impl Rng,
) -> Result<Vec<usize>> {
    let n_trials = 2 + (n_clusters as f64).ln() as usize;
    let mut chosen = vec![drawn(weights, rng)];
    let mut nearest = candidates(points, weights, &chosen, None)?.swap_remove(0);
    while chosen.len() < n_clusters {
        let shares: Vec<f64> = nearest.squared.iter().zip(weights).map(|(d, w)| d * w).collect();
        // where all points are centroids already, any will do
        let shares = if nearest.potential > 0.0 { &shares } else { weights };
        let trials: Vec<usize> = (0..n_trials).map(|_| drawn(shares, rng)).collect();
        let found = candidates(points, weights, &trials, Some(&nearest.squared))?;
        let best = found.iter().enumerate().min_by(|a, b| a.1.potential.total_cmp(&b.1.potential));
        let best = best.map_or(0, |(at, _)| at);
        chosen.push(trials[best]);
        nearest = found.into_iter().nth(best).unwrap_or(nearest);
    }
    Ok(chosen)
}

/// A row, with chances in proportion to its share.
pub(crate) fn drawn(shares: &[f64], rng: &mut impl Rng) -> usize {
    let total: f64 = shares.iter().sum();
    let goal = rng.random::<f64>() * total;
    let mut sum = 0.0;
    let mut last = 0;
    for (i, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
        sum += share;
        last = i;
        if sum > goal {
            break;
        }
    }
    last
}

/// Squared distances to the nearest centroid, and their weighted sum.
struct Nearest {
    squared: Vec<f64>,
    potential: f64,
}

/// What the distances would be with each of these rows as one more centroid.
fn candidates<F: Float>(
    points: &Points<F>,
    weights: &[f64],
    rows: &[usize],
    before: Option<&[f64]>,
) -> Result<Vec<Nearest>> {
    let p = points.n_features();
    let chosen = DMatrix::from_fn(p, rows.len(), |j, at| points.columns[(j, rows[at])]);
    let squares: Vec<f64> = rows.iter().map(|&row| points.squares[row].to_f64()).collect();
    // a distance smaller than its rounding is none: copies of a centroid are not drawn
    let rounding = 4.0 * (p + 8) as f64 * F::EPSILON.to_f64();
    let piece = |piece: Range<usize>| {
        let mut found: Vec<Nearest> =
            rows.iter().map(|_| Nearest { squared: Vec::with_capacity(piece.len()), potential: 0.0 }).collect();
        let mut products = DMatrix::zeros(BLOCK.min(piece.len()), rows.len());
        for block in blocks::ranges(piece.len(), BLOCK) {
            let block = piece.start + block.start..piece.start + block.end;
            let mut products = products.rows_range_mut(..block.len());
            let left = tr(points.columns.columns_range(block.clone()));
            matmul_into(F::of(-2.0), left, &chosen, F::zero(), products.as_view_mut(), Parallelism::Sequential)?;
            for (column, (found, square)) in products.column_iter().zip(found.iter_mut().zip(&squares)) {
                for (i, product) in block.clone().zip(column.iter()) {
                    let size = points.squares[i].to_f64() + square;
                    let squared = size + product.to_f64();
                    let squared = if squared > rounding * size { squared } else { 0.0 };
                    let squared = before.map_or(squared, |before| before[i].min(squared));
                    found.potential += weights[i] * squared;
                    found.squared.push(squared);
                }
            }
        }
        Ok(found)
    };
    let n = points.len();
    let mut pieces = blocks::map(n, blocks::size_for(n, 16, BLOCK), piece).into_iter();
    let mut all: Vec<Nearest> = pieces.next().unwrap_or_else(|| Ok(Vec::new()))?;
    for piece in pieces {
        let piece: Vec<Nearest> = piece?;
        for (all, piece) in all.iter_mut().zip(piece) {
            all.squared.extend(piece.squared);
            all.potential += piece.potential;
        }
    }
    Ok(all)
}
