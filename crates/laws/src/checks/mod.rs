//! The laws as functions: one estimator, one case, and what is wrong with it.
//!
//! [`crate::Laws`] draws the cases; these are for cases of your own. Each returns `Ok` where the estimator may refuse the
//! case: see [`crate::Laws`].

mod classes;
mod files;
mod refusals;
mod rows;
mod weights;

pub use classes::{
    classes_are_the_labels_seen, log_probabilities_are_logarithms, predictions_are_among_the_labels,
    predictions_are_the_most_probable_class, probabilities_sum_to_one, renamed_labels_are_predicted_renamed,
};
pub use files::{damaged_files_are_refused, hyperparameters_survive, saved_models_answer_the_same_bits};
pub use refusals::{
    bad_inputs_are_refused, bad_queries_are_refused, bad_targets_are_refused, bad_weights_are_refused,
    no_columns_are_refused, no_queries_are_refused, no_rows_are_refused, one_class_is_refused,
    other_columns_are_refused, targets_of_another_length_are_refused,
};
pub use rows::{
    answers_are_finite, any_threads_same_bits, each_output_is_answered_alone, merged_sums_are_the_whole,
    plain_data_is_learned_from, precisions_agree, same_data_same_bits, shifted_alike, shifted_and_scaled_alike,
    subset_is_predicted_alike, training_order_does_not_matter,
};
pub use weights::{
    scaled_weights_change_nothing, weight_zero_is_absence, weighted_sums_are_repetitions, weights_are_repetitions,
};
