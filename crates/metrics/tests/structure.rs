//! What scores of clusterings, curves and embeddings must satisfy on any labels and rows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_metrics::{
    Bins, adjusted_mutual_info, adjusted_rand_index, auc, average_precision, calibration_curve, calinski_harabasz,
    completeness, confusion_matrix, contingency_matrix, continuity, davies_bouldin, det_curve,
    expected_calibration_error, fowlkes_mallows, generation_scores, homogeneity, mutual_info, neighborhood_hit,
    normalized_mutual_info, precision_recall_curve, rand_index, roc_auc, roc_curve, silhouette_samples, top_k_accuracy,
    trustworthiness, v_measure,
};
use cairn_traits::{DMatrix, Result, TakeRows};
use proptest::prelude::*;

type Score = fn(&[usize], &[usize]) -> Result<f64>;

/// Those where it does not matter which side is the truth.
const SYMMETRIC: [Score; 7] = [
    rand_index,
    adjusted_rand_index,
    fowlkes_mallows,
    mutual_info,
    normalized_mutual_info,
    adjusted_mutual_info,
    v_measure,
];

fn labels() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    prop::collection::vec((0..5_usize, 0..7_usize), 1..60).prop_map(|pairs| pairs.into_iter().unzip())
}

fn ranked() -> impl Strategy<Value = (Vec<bool>, Vec<f64>)> {
    // few distinct scores, so that there are ties; the first two see to it that there is one of each kind
    let samples = prop::collection::vec((any::<bool>(), 0..12_u8), 2..50);
    samples.prop_map(|samples| {
        let truth = samples.iter().enumerate().map(|(i, (truth, _))| if i < 2 { i == 0 } else { *truth }).collect();
        (truth, samples.iter().map(|(_, score)| f64::from(*score) / 11.0).collect())
    })
}

/// Rows in general position, and labels 0 to 2 of which each comes.
fn clustered() -> impl Strategy<Value = (DMatrix<f64>, Vec<usize>)> {
    (8..40_usize, 1..5_usize).prop_flat_map(|(n, p)| {
        let x = prop::collection::vec(-10.0..10.0_f64, n * p).prop_map(move |v| DMatrix::from_vec(n, p, v));
        let labels = prop::collection::vec(0..3_usize, n).prop_map(|mut labels| {
            labels[..3].copy_from_slice(&[0, 1, 2]);
            labels
        });
        (x, labels)
    })
}

/// Information is a sum of some 35 terms, in an order that hangs on the names, over an entropy that may be near 0.1.
const ROUNDING: f64 = 1e-12;

fn ascends(values: &[f64]) -> bool {
    values.windows(2).all(|two| two[0] <= two[1])
}

fn descends(values: &[f64]) -> bool {
    values.windows(2).all(|two| two[0] >= two[1])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_of_classes_and_clusters_do_not_matter((y_true, y_pred) in labels()) {
        let renamed: Vec<usize> = y_pred.iter().map(|label| [40, 3, 17, 0, 99, 2, 8][*label]).collect();
        let classes: Vec<usize> = y_true.iter().map(|label| 7 - label).collect();
        for score in SYMMETRIC.into_iter().chain([homogeneity as Score, completeness]) {
            let (one, other) = (score(&y_true, &y_pred).unwrap(), score(&classes, &renamed).unwrap());
            prop_assert!((one - other).abs() <= ROUNDING, "{one} {other}");
        }
    }

    #[test]
    fn either_side_may_be_the_truth((y_true, y_pred) in labels()) {
        for score in SYMMETRIC {
            let (one, other) = (score(&y_true, &y_pred).unwrap(), score(&y_pred, &y_true).unwrap());
            prop_assert!((one - other).abs() <= ROUNDING, "{one} {other}");
        }
        let (one, other) = (homogeneity(&y_true, &y_pred).unwrap(), completeness(&y_pred, &y_true).unwrap());
        prop_assert!((one - other).abs() <= ROUNDING);
        let table = contingency_matrix(&y_true, &y_pred).unwrap();
        let turned = contingency_matrix(&y_pred, &y_true).unwrap();
        prop_assert_eq!(&table.counts().transpose(), turned.counts());
        prop_assert_eq!(table.counts().sum(), y_true.len());
    }

    #[test]
    fn equal_groups_score_one_and_none_scores_more((y_true, y_pred) in labels()) {
        let renamed: Vec<usize> = y_true.iter().map(|label| (label * 3 + 1) % 5).collect();
        for score in [rand_index as Score, adjusted_rand_index, normalized_mutual_info, adjusted_mutual_info] {
            prop_assert_eq!(score(&y_true, &renamed), Ok(1.0));
            prop_assert!(score(&y_true, &y_pred).unwrap() <= 1.0 + ROUNDING);
        }
        prop_assert!((v_measure(&y_true, &renamed).unwrap() - 1.0).abs() <= ROUNDING);
        let (v, nmi) = (v_measure(&y_true, &y_pred).unwrap(), normalized_mutual_info(&y_true, &y_pred).unwrap());
        prop_assert!((v - nmi).abs() <= ROUNDING, "{v} {nmi}");
        // every pair counted one by one
        let (mut alike, mut pairs) = (0, 0);
        for i in 0..y_true.len() {
            for j in 0..i {
                pairs += 1;
                alike += usize::from((y_true[i] == y_true[j]) == (y_pred[i] == y_pred[j]));
            }
        }
        prop_assume!(pairs > 0);
        prop_assert_eq!(rand_index(&y_true, &y_pred), Ok(alike as f64 / pairs as f64));
    }

    #[test]
    fn curves_go_one_way_and_their_areas_are_the_scores((y_true, scores) in ranked()) {
        for drop in [false, true] {
            let roc = roc_curve(&y_true, &scores, drop).unwrap();
            prop_assert!(ascends(&roc.false_positive_rate) && ascends(&roc.true_positive_rate));
            prop_assert!(descends(&roc.thresholds));
            let area = auc(&roc.false_positive_rate, &roc.true_positive_rate).unwrap();
            prop_assert!((area - roc_auc(&y_true, &scores).unwrap()).abs() <= 1e-14, "sums of at most 12 terms");
            let curve = precision_recall_curve(&y_true, &scores, drop).unwrap();
            prop_assert!(descends(&curve.recall) && ascends(&curve.thresholds));
            prop_assert!(curve.precision.iter().all(|p| (0.0..=1.0).contains(p)));
            let det = det_curve(&y_true, &scores, drop).unwrap();
            prop_assert!(descends(&det.false_positive_rate) && ascends(&det.false_negative_rate));
        }
        let average = average_precision(&y_true, &scores).unwrap();
        prop_assert!(average > 0.0 && average <= 1.0 + 1e-14);
    }

    #[test]
    fn bins_hold_every_sample_and_errors_are_at_most_one((y_true, proba) in ranked(), n_bins in 1..15_usize) {
        for bins in [Bins::Uniform, Bins::Quantile] {
            let curve = calibration_curve(&y_true, &proba, n_bins, bins).unwrap();
            prop_assert_eq!(curve.counts.iter().sum::<usize>(), y_true.len());
            prop_assert!(curve.counts.len() <= n_bins && ascends(&curve.predicted));
            let weighted: f64 = curve.observed.iter().zip(&curve.counts).map(|(o, &n)| o * n as f64).sum();
            prop_assert!((weighted - y_true.iter().filter(|t| **t).count() as f64).abs() < 1e-10);
            let error = expected_calibration_error(&y_true, &proba, n_bins, bins).unwrap();
            prop_assert!((0.0..=1.0).contains(&error));
        }
    }

    #[test]
    fn the_first_of_the_ranked_classes_is_the_prediction((x, labels) in clustered()) {
        prop_assume!(x.ncols() >= 3);
        let scores = x.columns(0, 3).into_owned();
        let first: Vec<usize> = scores.row_iter().map(|row| row.transpose().argmax().0).collect();
        let table = confusion_matrix(&labels, &first).unwrap();
        let accuracy = (0..3).map(|class| table.count(class, class)).sum::<usize>() as f64 / labels.len() as f64;
        prop_assert_eq!(top_k_accuracy(&labels, &scores, &[0, 1, 2], 1), Ok(accuracy));
        prop_assert_eq!(top_k_accuracy(&labels, &scores, &[0, 1, 2], 3), Ok(1.0));
    }

    #[test]
    fn clusterings_score_the_same_in_any_order_and_under_any_names((x, labels) in clustered()) {
        let backwards: Vec<usize> = (0..labels.len()).rev().collect();
        let (turned, names) = (x.take_rows(&backwards).unwrap(), labels.take_rows(&backwards).unwrap());
        let names: Vec<usize> = names.into_iter().map(|label| 9 - 2 * label).collect();
        let samples = silhouette_samples(&x, &labels).unwrap();
        prop_assert!(samples.iter().all(|s| (-1.0..=1.0).contains(s)));
        for (one, other) in samples.iter().rev().zip(silhouette_samples(&turned, &names).unwrap()) {
            prop_assert!((one - other).abs() <= 1e-12);
        }
        for score in [calinski_harabasz, davies_bouldin] {
            let (one, other) = (score(&x, &labels).unwrap(), score(&turned, &names).unwrap());
            prop_assert!((one - other).abs() <= 1e-12 * one.abs().max(1.0), "{one} {other}");
            prop_assert!(one >= 0.0);
        }
    }

    #[test]
    fn the_identity_keeps_every_neighbour((x, labels) in clustered(), k in 1..4_usize) {
        prop_assert_eq!((trustworthiness(&x, &x, k), continuity(&x, &x, k)), (Ok(1.0), Ok(1.0)));
        let other = x.map(|v| (v * 37.0).sin());
        let score = trustworthiness(&x, &other, k).unwrap();
        prop_assert!((0.0..=1.0).contains(&score));
        prop_assert_eq!(continuity(&other, &x, k), Ok(score));
        prop_assert!((0.0..=1.0).contains(&neighborhood_hit(&x, &labels, k).unwrap()));
        prop_assert_eq!(neighborhood_hit(&x, &vec![5; labels.len()], k), Ok(1.0));
    }

    #[test]
    fn precision_and_recall_change_places_with_real_and_generated((x, _) in clustered(), k in 1..3_usize) {
        let half = x.nrows() / 2;
        let (real, generated) = (x.rows(0, half).into_owned(), x.rows(half, x.nrows() - half).map(|v| v * 0.7));
        let (one, other) = (
            generation_scores(&real, &generated, k).unwrap(),
            generation_scores(&generated, &real, k).unwrap(),
        );
        prop_assert_eq!((one.precision, one.recall), (other.recall, other.precision));
        prop_assert!(one.coverage == 0.0 || one.density > 0.0);
    }
}

#[test]
fn labels_drawn_at_random_tell_nothing_beyond_chance() {
    // a linear congruential generator: two streams of 2000 labels, 10 classes and 30 clusters
    let mut state = 1_u64;
    let mut draw = |k: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % k) as usize
    };
    let (y_true, y_pred): (Vec<_>, Vec<_>) = (0..2000).map(|_| (draw(10), draw(30))).unzip();
    // 9 · 29 degrees of freedom: 2 n I is about 261 ± 23, so I about 0.065 ± 0.006 of a mean entropy of 2.85
    assert!(normalized_mutual_info(&y_true, &y_pred).unwrap() > 0.015);
    assert!(adjusted_mutual_info(&y_true, &y_pred).unwrap().abs() < 0.01);
    assert!(adjusted_rand_index(&y_true, &y_pred).unwrap().abs() < 0.01);
}
