//! Lower bounds of each row to each centroid: the fewest distances, for the most memory.
//!
//! ```text
//! upper ≥ |x − own|      lowerₖ ≤ |x − cₖ|      gapₖ: half the way from the own centroid to cₖ
//! upper < max(lowerₖ, gapₖ): cₖ is not the nearest
//! ```
//!
//! # References
//! Elkan (2003), Using the triangle inequality to accelerate k-means.

use crate::hamerly::{Changes, Piece, Search};
use cairn_numeric::vectorised;
use cairn_traits::Float;

impl<F: Float> Search<'_, F> {
    /// Labels and bounds of a piece, distance by distance.
    pub(crate) fn search_pairs(&self, piece: &mut Piece<'_>) -> Changes {
        pairs(self, piece)
    }
}

vectorised! {
    fn pairs['a, 'b, 'c; F: Float](search: &'a Search<'b, F>, piece: &'a mut Piece<'c>) -> Changes {
        search.each_pair(piece)
    }
}

impl<F: Float> Search<'_, F> {
    #[inline(always)]
    fn each_pair(&self, piece: &mut Piece<'_>) -> Changes {
        let k = self.centroids.len();
        let mut changes = Changes::default();
        for at in 0..piece.labels.len() {
            let old = piece.labels[at];
            let lower = &mut piece.lower[at * k..(at + 1) * k];
            lower.iter_mut().zip(&self.moves.each).for_each(|(bound, by)| *bound -= by);
            let upper = piece.upper[at] + self.moves.each[old];
            let row = self.points.point(piece.first + at);
            let (label, upper) = self.nearest(row, old, upper, lower);
            piece.upper[at] = upper;
            if label != old {
                piece.labels[at] = label;
                let weight = self.weights.map_or(1.0, |weights| weights[piece.first + at]);
                changes.add((old, label), weight, row, k);
            }
        }
        changes
    }

    /// The nearest centroid, the lower one on ties, and an upper bound of the way to it. `upper` bounds that to `old`.
    #[inline(always)]
    fn nearest(&self, row: &[F], old: usize, mut upper: f64, lower: &mut [f64]) -> (usize, f64) {
        let (less, more) = (1.0 - self.rounding, 1.0 + self.rounding);
        if upper * more < self.half[old] * less {
            return (old, upper);
        }
        let mut label = old;
        // the squared distance to the label, once it is known
        let mut own = None;
        for c in 0..lower.len() {
            let surely = |upper: f64, label: usize, bound: f64| upper * more < bound.max(self.gaps[(c, label)]) * less;
            if c == label || surely(upper, label, lower[c]) {
                continue;
            }
            let mut measured = |c: usize| {
                let squared = self.centroids.plain_squared_distance(row, c);
                lower[c] = squared.sqrt() * less;
                squared
            };
            let nearest = *own.get_or_insert_with(|| measured(label));
            upper = nearest.sqrt() * more;
            if surely(upper, label, lower[c]) {
                continue;
            }
            let squared = self.centroids.plain_squared_distance(row, c);
            lower[c] = squared.sqrt() * less;
            if squared < nearest || (squared == nearest && c < label) {
                (label, own, upper) = (c, Some(squared), squared.sqrt() * more);
            }
        }
        (label, upper)
    }
}
