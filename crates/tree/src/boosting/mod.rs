//! Gradient boosting: many small trees, each a step down the slope of the loss. The formulas stand on the crate's page.
//!
//! [`fit`] goes round by round: slopes ([`loss`]), a tree ([`grow`], from sums by bin ([`histogram`]) and the best questions
//! about them ([`split`])), and its answers added to the raw predictions. [`bins`] turns values into bytes, [`trees`]
//! answers.

mod bins;
mod export;
mod fit;
mod grow;
mod histogram;
mod loss;
mod model;
mod params;
mod split;
#[cfg(test)]
mod tests;
mod trees;

pub(crate) use loss::quantile;
pub use model::{GradientBoostingClassifierModel, GradientBoostingRegressorModel};
pub use params::{BoostingLoss, GradientBoostingClassifier, GradientBoostingRegressor};
pub use trees::BoostedTrees;
