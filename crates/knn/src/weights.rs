//! How much each neighbour counts.

use cairn_traits::{Error, Float, Result};
use serde::{Deserialize, Serialize};

/// How much each neighbour counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weights {
    /// All the same.
    #[default]
    Uniform,
    /// The inverse of the distance. Neighbours at distance 0, where there are any, count alone.
    Distance,
}

impl Weights {
    /// Weights, up to a common factor, of neighbours at these distances, nearest first: the nearest has 1.
    pub(crate) fn of<F: Float>(self, distances: &[F]) -> impl Iterator<Item = F> {
        let nearest = distances.first().copied().unwrap_or_default();
        distances.iter().map(move |&distance| match self {
            Self::Distance if distance > nearest => nearest / distance,
            _ => F::one(),
        })
    }
}

/// What both estimators ask of `n_neighbors`.
pub(crate) fn validate(n_neighbors: usize) -> Result<()> {
    if n_neighbors == 0 {
        return Err(Error::Parameter { name: "n_neighbors", requirement: "at least 1", found: 0.0 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(weights: Weights, distances: &[f64]) -> Vec<f64> {
        weights.of(distances).collect()
    }

    #[test]
    fn weights_are_inverse_distances_relative_to_the_nearest() {
        assert_eq!(of(Weights::Distance, &[2.0, 4.0, 8.0]), [1.0, 0.5, 0.25]);
        assert_eq!(of(Weights::Uniform, &[2.0, 4.0]), [1.0, 1.0]);
    }

    #[test]
    fn neighbours_at_distance_zero_count_alone() {
        assert_eq!(of(Weights::Distance, &[0.0, 0.0, 1e-300]), [1.0, 1.0, 0.0]);
    }

    #[test]
    fn distances_beyond_all_bounds_do_not_make_nan() {
        assert_eq!(of(Weights::Distance, &[f64::INFINITY, f64::INFINITY]), [1.0, 1.0]);
        assert_eq!(of(Weights::Distance, &[1.0, f64::INFINITY]), [1.0, 0.0]);
    }
}
