//! What scores must satisfy on any predictions.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_metrics::{
    Average, accuracy, balanced_accuracy, brier_score, cohen_kappa, confusion_matrix, explained_variance, f1, log_loss,
    macro_f1, matthews_corrcoef, max_error, mean_absolute_error, mean_squared_error, median_absolute_error, precision,
    r2, recall, roc_auc, roc_auc_ovr_macro, root_mean_squared_error,
};
use cairn_traits::{DMatrix, TakeRows};
use proptest::prelude::*;

type Pairs = Vec<(usize, usize)>;

/// Pairs of labels, and the same pairs in another order.
fn labels() -> impl Strategy<Value = (Pairs, Pairs)> {
    let pairs = prop::collection::vec((0..5_usize, 0..5_usize), 1..40);
    pairs.prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle()))
}

/// Samples with few distinct scores, so that there are ties.
fn ranked() -> impl Strategy<Value = (Vec<bool>, Vec<f64>)> {
    let samples = prop::collection::vec((any::<bool>(), -6..6_i32), 2..40);
    samples.prop_map(|samples| samples.into_iter().map(|(truth, score)| (truth, f64::from(score) / 2.0)).unzip())
}

/// Labels and rows of probabilities of classes 0, 1, 2.
fn probable() -> impl Strategy<Value = (Vec<usize>, DMatrix<f64>)> {
    prop::collection::vec((0..3_usize, prop::array::uniform3(0.01..1.0_f64)), 3..30).prop_map(|samples| {
        let y = samples.iter().map(|(label, _)| *label).collect();
        let proba = DMatrix::from_fn(samples.len(), 3, |i, j| samples[i].1[j] / samples[i].1.iter().sum::<f64>());
        (y, proba)
    })
}

fn targets() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    prop::collection::vec((-1e3..1e3_f64, -1e3..1e3_f64), 2..40).prop_map(|pairs| pairs.into_iter().unzip())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_samples_does_not_matter((pairs, shuffled) in labels()) {
        let (y_true, y_pred): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        let (s_true, s_pred): (Vec<_>, Vec<_>) = shuffled.into_iter().unzip();
        for score in [accuracy, balanced_accuracy, macro_f1, matthews_corrcoef, cohen_kappa] {
            prop_assert_eq!(score(&y_true, &y_pred), score(&s_true, &s_pred));
        }
        prop_assert_eq!(confusion_matrix(&y_true, &y_pred), confusion_matrix(&s_true, &s_pred));
    }

    #[test]
    fn perfect_labels_score_one_and_others_stay_in_range((pairs, _) in labels()) {
        let (y_true, y_pred): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        for average in [Average::Macro, Average::Micro, Average::Weighted] {
            for score in [precision, recall, f1] {
                prop_assert!((score(&y_true, &y_true, average).unwrap() - 1.0).abs() <= 4.0 * f64::EPSILON);
                let other = score(&y_true, &y_pred, average).unwrap();
                prop_assert!((0.0..=1.0).contains(&other));
            }
        }
        prop_assert_eq!(accuracy(&y_true, &y_true), Ok(1.0));
        prop_assert_eq!(balanced_accuracy(&y_true, &y_true), Ok(1.0));
        let several = y_true.iter().any(|label| *label != y_true[0]);
        let correlation = matthews_corrcoef(&y_true, &y_true).unwrap();
        prop_assert!((correlation - f64::from(u8::from(several))).abs() <= 4.0 * f64::EPSILON);
        prop_assert!(matthews_corrcoef(&y_true, &y_pred).unwrap().abs() <= 1.0 + 4.0 * f64::EPSILON);
        // the diagonal of the table counts what accuracy counts
        let table = confusion_matrix(&y_true, &y_pred).unwrap();
        prop_assert_eq!(table.counts().sum(), y_true.len());
        prop_assert_eq!(table.counts().trace() as f64 / y_true.len() as f64, accuracy(&y_true, &y_pred).unwrap());
    }

    #[test]
    fn the_area_is_the_share_of_pairs_in_order((y_true, scores) in ranked()) {
        let (mut in_order, mut pairs) = (0.0, 0.0);
        for (i, _) in y_true.iter().enumerate().filter(|(_, truth)| **truth) {
            for (j, _) in y_true.iter().enumerate().filter(|(_, truth)| !**truth) {
                pairs += 1.0;
                in_order += if scores[i] > scores[j] { 1.0 } else if scores[i] == scores[j] { 0.5 } else { 0.0 };
            }
        }
        prop_assume!(pairs > 0.0);
        prop_assert_eq!(roc_auc(&y_true, &scores), Ok(in_order / pairs));
        let bent: Vec<f64> = scores.iter().map(|s| s.exp() * 3.0 - 1.0).collect();
        prop_assert_eq!(roc_auc(&y_true, &bent), roc_auc(&y_true, &scores));
        let turned: Vec<f64> = scores.iter().map(|s| -s).collect();
        let sum = roc_auc(&y_true, &turned).unwrap() + roc_auc(&y_true, &scores).unwrap();
        prop_assert!((sum - 1.0).abs() <= 2.0 * f64::EPSILON);
    }

    #[test]
    fn losses_are_not_negative_and_least_where_probabilities_are_right((y, proba) in probable()) {
        let sure = DMatrix::from_fn(y.len(), 3, |i, j| if y[i] == j { 1.0 } else { 0.0 });
        for loss in [log_loss, brier_score] {
            prop_assert_eq!(loss(&y, &sure, &[0, 1, 2]), Ok(0.0));
            prop_assert!(loss(&y, &proba, &[0, 1, 2]).unwrap() > 0.0);
        }
        let even = DMatrix::from_element(y.len(), 3, 1.0 / 3.0);
        let scale = y.len() as f64 * f64::EPSILON;
        prop_assert!((log_loss(&y, &even, &[0, 1, 2]).unwrap() - 3.0_f64.ln()).abs() <= 4.0 * scale);
        if y.iter().any(|label| *label != y[0]) {
            prop_assert_eq!(roc_auc_ovr_macro(&y, &sure, &[0, 1, 2]), Ok(1.0));
            prop_assert_eq!(roc_auc_ovr_macro(&y, &even, &[0, 1, 2]), Ok(0.5));
        }
        // rows backwards, the same loss up to the order of the sum
        let backwards: Vec<usize> = (0..y.len()).rev().collect();
        let (again, rows) = (y.take_rows(&backwards).unwrap(), proba.take_rows(&backwards).unwrap());
        let (one, other) = (log_loss(&y, &proba, &[0, 1, 2]).unwrap(), log_loss(&again, &rows, &[0, 1, 2]).unwrap());
        prop_assert!((one - other).abs() <= 2.0 * scale * one);
    }

    #[test]
    fn predicting_the_mean_explains_nothing_and_the_truth_everything((y, p) in targets()) {
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let variation: f64 = y.iter().map(|v| (v - mean).powi(2)).sum();
        prop_assume!(variation > 1e-3);
        let constant = vec![mean; y.len()];
        // the same sums in the same order
        prop_assert_eq!(r2(&y, &constant), Ok(0.0));
        prop_assert_eq!((r2(&y, &y), explained_variance(&y, &y)), (Ok(1.0), Ok(1.0)));
        for error in [mean_squared_error, mean_absolute_error, median_absolute_error, max_error] {
            prop_assert_eq!(error(&y, &y), Ok(0.0));
        }
        let (rounding, share) = (4.0 * y.len() as f64 * f64::EPSILON, r2(&y, &p).unwrap());
        prop_assert!(share <= explained_variance(&y, &p).unwrap() + rounding * (1.0 + share.abs()));
        let (mean, root, most) = (mean_absolute_error(&y, &p), root_mean_squared_error(&y, &p), max_error(&y, &p));
        let (mean, root, most) = (mean.unwrap(), root.unwrap(), most.unwrap());
        prop_assert!(mean <= root * (1.0 + rounding) && root <= most * (1.0 + rounding));
        prop_assert!(median_absolute_error(&y, &p).unwrap() <= most);
    }
}
