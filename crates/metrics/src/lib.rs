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

mod calibration;
mod class_scores;
mod confusion;
mod contingency;
mod curves;
mod deviances;
mod dispersion;
mod embedding;
mod generation;
mod information;
mod input;
mod labels;
mod pair_counts;
mod points;
mod probabilities;
mod ranking;
mod regression;
mod sequences;
mod silhouette;

pub use calibration::{Bins, CalibrationCurve, calibration_curve, expected_calibration_error};
pub use class_scores::{Average, ClassScores, f1, macro_f1, precision, recall};
pub use confusion::{ConfusionMatrix, Normalize, confusion_matrix};
pub use contingency::{ContingencyMatrix, contingency_matrix};
pub use curves::{
    DetCurve, PrecisionRecallCurve, RocCurve, auc, average_precision, det_curve, precision_recall_curve, roc_curve,
};
pub use deviances::{
    d2_absolute_error, d2_tweedie, mean_gamma_deviance, mean_pinball_loss, mean_poisson_deviance,
    mean_squared_log_error, mean_tweedie_deviance, root_mean_squared_log_error,
};
pub use dispersion::{calinski_harabasz, davies_bouldin};
pub use embedding::{continuity, continuity_sampled, neighborhood_hit, trustworthiness, trustworthiness_sampled};
pub use generation::{GenerationScores, generation_scores};
pub use information::{
    adjusted_mutual_info, completeness, homogeneity, mutual_info, normalized_mutual_info, v_measure,
};
pub use labels::{accuracy, balanced_accuracy, cohen_kappa, matthews_corrcoef};
pub use pair_counts::{adjusted_rand_index, fowlkes_mallows, rand_index};
pub use probabilities::{brier_score, log_loss};
pub use ranking::{roc_auc, roc_auc_ovr_macro, top_k_accuracy};
pub use regression::{
    explained_variance, max_error, mean_absolute_error, mean_absolute_percentage_error, mean_squared_error,
    median_absolute_error, r2, root_mean_squared_error, uniform_average,
};
pub use sequences::{bits_per_char, perplexity};
pub use silhouette::{silhouette_samples, silhouette_score, silhouette_score_sampled};
