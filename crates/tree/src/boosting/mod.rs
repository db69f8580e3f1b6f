//! Gradient boosting: many small trees, each a step down the slope of the loss.
//!
//! ```text
//! f₀ = the best constant;   fₜ = fₜ₋₁ + rate · tree of round t
//! g, h     slope and curvature of a row's loss by its raw prediction f
//! value    −G / (H + l2) of a leaf, G and H the sums over its rows: the Newton step
//! gain     Gₗ² / (Hₗ + l2) + Gᵣ² / (Hᵣ + l2) − G² / (H + l2)
//! ```
//!
//! Values are put into at most 255 bins once, a byte each. A leaf's questions about a feature are judged by one sum of
//! (g, h, count) for each bin; of two siblings only the smaller one's rows are added up. The sums are of whole numbers
//! (slopes rounded to 2⁻⁴⁰ or finer parts of the largest), so that their order is of no matter.
//!
//! Friedman (2001), Greedy function approximation: a gradient boosting machine, Annals of Statistics 29. Ke et al.
//! (2017), LightGBM: leaf-wise growth, histogram subtraction. Chen and Guestrin (2016), XGBoost: the regularised gain.

mod bins;
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

pub use model::{GradientBoostingClassifierModel, GradientBoostingRegressorModel};
pub use params::{BoostingLoss, GradientBoostingClassifier, GradientBoostingRegressor, Monotone};
pub use trees::BoostedTrees;
