//! What a fitted model has learned, seen from outside.

mod dependence;
mod permutation;

pub use dependence::{PartialDependence, feature_grid, partial_dependence, partial_dependence_of_two};
pub use permutation::{Importance, PermutationImportance};
