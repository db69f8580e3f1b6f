//! Curves, calibration, shares, deviances.

use crate::{all_same, booleans, compare, integers, matrix, numbers, reference, same};
use cairn_metrics::{
    Bins, Normalize, auc, average_precision, calibration_curve, confusion_matrix, d2_absolute_error, d2_tweedie,
    det_curve, mean_gamma_deviance, mean_pinball_loss, mean_poisson_deviance, mean_squared_log_error,
    mean_tweedie_deviance, precision_recall_curve, roc_curve, root_mean_squared_log_error, top_k_accuracy,
};
use serde_json::{Value, to_value};

#[test]
fn curves_with_and_without_ties_whole_and_dropped() {
    for case in reference("metrics.json")["curves"].as_array().unwrap() {
        let (y_true, proba) = (booleans(&case["y_true"]), numbers(&case["proba"]));
        for (drop, kind) in [(false, "whole"), (true, "dropped")] {
            let found: [(&str, Value); 3] = [
                ("roc_curve", to_value(roc_curve(&y_true, &proba, drop).unwrap()).unwrap()),
                ("precision_recall_curve", to_value(precision_recall_curve(&y_true, &proba, drop).unwrap()).unwrap()),
                ("det_curve", to_value(det_curve(&y_true, &proba, drop).unwrap()).unwrap()),
            ];
            for (name, found) in found {
                let expected = &case["curves"][format!("{name}_{kind}")];
                assert_eq!(found.as_object().unwrap().len(), 3);
                for (axis, found) in found.as_object().unwrap() {
                    let found: Vec<f64> =
                        found.as_array().unwrap().iter().map(|v| v.as_f64().unwrap_or(f64::INFINITY)).collect();
                    all_same(&format!("{name} {kind} {axis}"), &found, &expected[axis]);
                }
            }
        }
        let average = average_precision(&y_true, &proba).unwrap();
        same("average_precision", average, case["average_precision"].as_f64().unwrap());
        let roc = roc_curve(&y_true, &proba, true).unwrap();
        let area = auc(&roc.false_positive_rate, &roc.true_positive_rate).unwrap();
        same("auc", area, case["auc"].as_f64().unwrap());
    }
}

#[test]
fn calibration_in_bins_of_both_kinds() {
    for case in reference("metrics.json")["curves"].as_array().unwrap() {
        let (y_true, proba) = (booleans(&case["y_true"]), numbers(&case["proba"]));
        for expected in case["calibration"].as_array().unwrap() {
            let bins = if expected["bins"] == "uniform" { Bins::Uniform } else { Bins::Quantile };
            let n_bins = expected["n_bins"].as_u64().unwrap() as usize;
            let found = calibration_curve(&y_true, &proba, n_bins, bins).unwrap();
            all_same("observed", &found.observed, &expected["observed"]);
            all_same("predicted", &found.predicted, &expected["predicted"]);
            assert_eq!(found.counts.iter().sum::<usize>(), y_true.len());
        }
    }
}

#[test]
fn shares_of_the_confusion_and_hits_among_the_first() {
    for case in reference("metrics.json")["shares"].as_array().unwrap() {
        let (y_true, y_pred) = (integers(&case["y_true"]), integers(&case["y_pred"]));
        let confusion = confusion_matrix(&y_true, &y_pred).unwrap();
        for (by, name) in [(Normalize::Truth, "true"), (Normalize::Prediction, "pred"), (Normalize::All, "all")] {
            let (found, expected) = (confusion.normalized(by), matrix(&case["normalized"][name]));
            assert!((found - expected).amax() <= f64::EPSILON, "{name}");
        }
        let proba = matrix(&case["proba"]);
        for (k, expected) in numbers(&case["top_k"]).into_iter().enumerate() {
            same("top_k", top_k_accuracy(&y_true, &proba, &[0, 1, 2, 3, 4], k + 1).unwrap(), expected);
        }
    }
}

#[test]
fn deviances_of_every_power() {
    for case in reference("metrics.json")["deviances"].as_array().unwrap() {
        let (y, p) = (numbers(&case["y_true"]), numbers(&case["y_pred"]));
        compare(&case["scores"], |name| match name {
            "mean_squared_log_error" => mean_squared_log_error(&y, &p),
            "root_mean_squared_log_error" => root_mean_squared_log_error(&y, &p),
            "mean_poisson_deviance" => mean_poisson_deviance(&y, &p),
            "mean_gamma_deviance" => mean_gamma_deviance(&y, &p),
            "d2_absolute_error" => d2_absolute_error(&y, &p),
            _ => panic!("{name} is not compared"),
        });
        let over = |of: &str, score: &dyn Fn(f64) -> f64| numbers(&case[of]).into_iter().map(score).collect::<Vec<_>>();
        let tweedie = over("powers", &|power| mean_tweedie_deviance(&y, &p, power).unwrap());
        all_same("mean_tweedie_deviance", &tweedie, &case["mean_tweedie_deviance"]);
        all_same("d2_tweedie", &over("powers", &|power| d2_tweedie(&y, &p, power).unwrap()), &case["d2_tweedie"]);
        let pinball = over("alphas", &|alpha| mean_pinball_loss(&y, &p, alpha).unwrap());
        all_same("mean_pinball_loss", &pinball, &case["mean_pinball_loss"]);
    }
}
