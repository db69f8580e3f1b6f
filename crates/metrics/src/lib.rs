//! Scores: how good an answer is, as plain functions of what was true and what was answered.
//!
//! What was true comes first, what was predicted second. Names and conventions are scikit-learn's; where this crate
//! decides otherwise, the function says so.
//!
//! # Which score when
//!
//! **Predicted labels**
//!
//! | score | best | when to use it |
//! |---|---|---|
//! | [`accuracy`] | 1 | classes are about equally frequent, and every mistake costs the same |
//! | [`balanced_accuracy`] | 1 | some classes are rare and matter as much |
//! | [`precision`], [`recall`] | 1 | false alarms, or misses, are what costs; each can be had at the other's expense |
//! | [`f1`], [`macro_f1`] | 1 | both matter; macro: rare classes as much as frequent ones |
//! | [`matthews_corrcoef`], [`cohen_kappa`] | 1 | guessing shall score 0, however unequal the classes |
//! | [`confusion_matrix`], [`ClassScores`] | | to see *which* classes are taken for which: look here first |
//!
//! **Predicted probabilities and orders**
//!
//! | score | best | when to use it |
//! |---|---|---|
//! | [`log_loss`] | 0 | probabilities are used as such; being sure and wrong costs very much |
//! | [`brier_score`] | 0 | the same, but one sure mistake does not decide everything |
//! | [`calibration_curve`], [`expected_calibration_error`] | 0 | does 70 percent come true 7 times of 10? |
//! | [`roc_auc`], [`roc_auc_ovr_macro`] | 1 | only the order matters, and the threshold is chosen later |
//! | [`average_precision`] | 1 | the same, where true samples are rare |
//! | [`roc_curve`], [`precision_recall_curve`], [`det_curve`], [`auc`] | | to draw it, and to choose the threshold |
//! | [`top_k_accuracy`] | 1 | many classes, and a short list is a good answer |
//!
//! **Predicted numbers** (several columns: [`uniform_average`])
//!
//! | score | best | when to use it |
//! |---|---|---|
//! | [`r2`], [`explained_variance`] | 1 | a share that needs no units; the latter forgives a constant offset |
//! | [`mean_squared_error`], [`root_mean_squared_error`] | 0 | large errors cost more than in proportion |
//! | [`mean_absolute_error`], [`d2_absolute_error`] | 0, 1 | errors cost in proportion; wild values shall not decide |
//! | [`median_absolute_error`], [`max_error`] | 0 | the typical error; the worst one |
//! | [`mean_absolute_percentage_error`], [`mean_squared_log_error`], [`root_mean_squared_log_error`] | 0 | errors count by ratio, as with prices |
//! | [`mean_poisson_deviance`], [`mean_gamma_deviance`], [`mean_tweedie_deviance`], [`d2_tweedie`] | 0, 0, 0, 1 | counts; amounts above 0; amounts that are often 0 |
//! | [`mean_pinball_loss`] | 0 | a quantile was predicted, such as "enough on 9 days of 10" |
//!
//! **Clusters, classes known** (names of clusters never matter)
//!
//! | score | best | when to use it |
//! |---|---|---|
//! | [`adjusted_rand_index`] | 1 | the usual first choice; labels drawn at random score 0 |
//! | [`adjusted_mutual_info`] | 1 | the same, for classes of very unequal size |
//! | [`homogeneity`], [`completeness`], [`v_measure`] | 1 | are clusters mixed, or classes divided? Not adjusted for chance |
//! | [`rand_index`], [`mutual_info`], [`normalized_mutual_info`], [`fowlkes_mallows`] | 1, -, 1, 1 | to compare with published numbers; they rise with the number of clusters |
//! | [`contingency_matrix`] | | to see which class went where |
//!
//! **Clusters, classes unknown** (all favour round clusters)
//!
//! | score | best | when to use it |
//! |---|---|---|
//! | [`silhouette_score`], [`silhouette_samples`], [`silhouette_score_sampled`] | 1 | the most telling, row by row; the last for very many rows |
//! | [`calinski_harabasz`] | high | cheap: which number of clusters? |
//! | [`davies_bouldin`] | 0 | cheap: which clusters overlap worst? |
//!
//! **Embeddings, generated samples, sequences**
//!
//! | score | best | when to use it |
//! |---|---|---|
//! | [`trustworthiness`], [`trustworthiness_sampled`] | 1 | were those shown as neighbours neighbours before? |
//! | [`continuity`], [`continuity_sampled`] | 1 | are those that were neighbours still shown as such? |
//! | [`kl_divergence`] | 0 | two maps of the same rows by t-SNE: which keeps their neighbourhoods better? |
//! | [`neighborhood_hit`] | 1 | do known classes lie apart in the picture? |
//! | [`generation_scores`] | 1 | do generated samples look real (precision, density), and are all kinds there (recall, coverage)? |
//! | [`bits_per_char`], [`perplexity`] | 0, 1 | a language model: how surprised is it by the text? |
//!
//! # Errors
//! Every function refuses the same things: no rows ([`TooFewSamples`](cairn_traits::Error::TooFewSamples)), two lengths
//! that disagree ([`Shape`](cairn_traits::Error::Shape)), NaN and infinities
//! ([`NonFinite`](cairn_traits::Error::NonFinite)). A score that is not defined is an error as well, never NaN; where
//! there is a convention instead (0 / 0 is 0), the function says so.
//!
//! # Determinism
//! Sums are of `f64`, in the order of the rows. Scores of all pairs of rows work in parallel on blocks cut by shape,
//! and add in order: the same bits on any number of threads.
//!
//! # Complexity
//! Silhouettes, trustworthiness, continuity and [`generation_scores`] look at all pairs of rows, by blocked matrix
//! products that hold no table of all pairs; the others at each row once, or sort.
//!
//! # Examples
//! ```
//! use cairn_metrics::{accuracy, adjusted_rand_index, confusion_matrix, r2};
//! let (y_true, y_pred) = ([0, 0, 1, 1], [0, 1, 1, 1]);
//! assert_eq!(accuracy(&y_true, &y_pred)?, 0.75);
//! assert_eq!(confusion_matrix(&y_true, &y_pred)?.count(0, 1), 1); // one 0 was taken for a 1
//! // off by 1, 0, 0: 1 - 1 / ((1 - 2)² + 0 + (3 - 2)²)
//! assert_eq!(r2(&[1.0, 2.0, 3.0], &[2.0, 2.0, 3.0])?, 0.5);
//! assert_eq!(adjusted_rand_index(&[0, 0, 1, 1], &[7, 7, 4, 4])?, 1.0); // the same groups by other names
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
mod map_divergence;
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
pub use map_divergence::kl_divergence;
pub use pair_counts::{adjusted_rand_index, fowlkes_mallows, rand_index};
pub use probabilities::{brier_score, log_loss};
pub use ranking::{roc_auc, roc_auc_ovr_macro, top_k_accuracy};
pub use regression::{
    explained_variance, max_error, mean_absolute_error, mean_absolute_percentage_error, mean_squared_error,
    median_absolute_error, r2, root_mean_squared_error, uniform_average,
};
pub use sequences::{bits_per_char, perplexity};
pub use silhouette::{silhouette_samples, silhouette_score, silhouette_score_sampled};
