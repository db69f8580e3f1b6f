//! Models that group rows, as the program asks them.

use super::FitScores;
use crate::score::Scores;
use cairn_kmeans::{GaussianMixtureModel, KMeansModel};
use cairn_traits::Float;

impl<F: Float> FitScores for KMeansModel<F> {
    fn fit_scores(&self) -> Scores {
        vec![("inertia", Some(self.inertia()))]
    }
}

/// What it makes small is not an inertia.
impl<F: Float> FitScores for GaussianMixtureModel<F> {
    fn fit_scores(&self) -> Scores {
        Vec::new()
    }
}
