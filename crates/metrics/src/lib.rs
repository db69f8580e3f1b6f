//! Scores: how good predictions are, as plain functions of what was true and what was predicted.
//!
//! | predictions | scores |
//! |---|---|
//! | labels | [`accuracy`], [`balanced_accuracy`], [`precision`], [`recall`], [`f1`], [`macro_f1`], [`matthews_corrcoef`], [`cohen_kappa`], [`confusion_matrix`], [`ClassScores`] |
//! | probabilities | [`log_loss`], [`brier_score`] |
//! | an order | [`roc_auc`], [`roc_auc_ovr_macro`] |
//! | numbers | [`r2`], [`explained_variance`], [`mean_squared_error`], [`root_mean_squared_error`], [`mean_absolute_error`], [`median_absolute_error`], [`max_error`], [`mean_absolute_percentage_error`] |
//! | several columns of numbers | [`uniform_average`] of any of these |
//!
//! What was true comes first, what was predicted second. Names and conventions are scikit-learn's; where this crate
//! decides otherwise, the function says so.
//!
//! # Errors
//! Every function refuses the same things: no rows ([`TooFewSamples`](cairn_traits::Error::TooFewSamples)), two lengths
//! that disagree ([`Shape`](cairn_traits::Error::Shape)), NaN and infinities
//! ([`NonFinite`](cairn_traits::Error::NonFinite)). A score that is not defined is an error as well, never NaN.
//!
//! # Determinism
//! Sums are of `f64`, in the order of the rows, on one thread.
//!
//! # Examples
//! ```
//! use cairn_metrics::{accuracy, confusion_matrix, r2};
//! let (y_true, y_pred) = ([0, 0, 1, 1], [0, 1, 1, 1]);
//! assert_eq!(accuracy(&y_true, &y_pred)?, 0.75);
//! assert_eq!(confusion_matrix(&y_true, &y_pred)?.count(0, 1), 1); // one 0 was taken for a 1
//! // off by 1, 0, 0: 1 - 1 / ((1 - 2)² + 0 + (3 - 2)²)
//! assert_eq!(r2(&[1.0, 2.0, 3.0], &[2.0, 2.0, 3.0])?, 0.5);
//! # Ok::<(), cairn_traits::Error>(())
//! ```
#![forbid(unsafe_code)]

mod class_scores;
mod confusion;
mod input;
mod labels;
mod probabilities;
mod ranking;
mod regression;

pub use class_scores::{Average, ClassScores, f1, macro_f1, precision, recall};
pub use confusion::{ConfusionMatrix, confusion_matrix};
pub use labels::{accuracy, balanced_accuracy, cohen_kappa, matthews_corrcoef};
pub use probabilities::{brier_score, log_loss};
pub use ranking::{roc_auc, roc_auc_ovr_macro};
pub use regression::{
    explained_variance, max_error, mean_absolute_error, mean_absolute_percentage_error, mean_squared_error,
    median_absolute_error, r2, root_mean_squared_error, uniform_average,
};
