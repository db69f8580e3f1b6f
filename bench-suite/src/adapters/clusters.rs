//! Models that group rows, as the program asks them.

use super::FitScores;
use crate::score::Scores;
use cairn_kmeans::KMeansModel;
use cairn_traits::Float;

impl<F: Float> FitScores for KMeansModel<F> {
    fn fit_scores(&self) -> Scores {
        vec![("inertia", Some(self.inertia()))]
    }
}
