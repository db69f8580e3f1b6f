//! The same numbers as scikit-learn, to 10⁻¹²: the scripts in `tests/references` wrote them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod clusterings;
mod curves;

use cairn_metrics::{
    Average, ClassScores, accuracy, balanced_accuracy, brier_score, cohen_kappa, confusion_matrix, explained_variance,
    f1, log_loss, matthews_corrcoef, max_error, mean_absolute_error, mean_absolute_percentage_error,
    mean_squared_error, median_absolute_error, precision, r2, recall, roc_auc, roc_auc_ovr_macro,
    root_mean_squared_error, uniform_average,
};
use cairn_traits::{DMatrix, Result};
use serde_json::Value;
use std::{fs, path::Path};

fn reference(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/references").join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn integers(list: &Value) -> Vec<usize> {
    list.as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as usize).collect()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn matrix(rows: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> = rows.as_array().unwrap().iter().map(numbers).collect();
    DMatrix::from_row_iterator(rows.len(), rows[0].len(), rows.into_iter().flatten())
}

/// Sums of at most 90 terms of size 10: a few hundred ε, far below 10⁻¹².
fn same(name: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{name}: {found} for {expected}");
}

fn booleans(list: &Value) -> Vec<bool> {
    list.as_array().unwrap().iter().map(|v| v.as_bool().unwrap()).collect()
}

/// Number by number; `null` stands for infinity.
fn all_same(name: &str, found: &[f64], expected: &Value) {
    let expected = expected.as_array().unwrap();
    assert_eq!(found.len(), expected.len(), "{name}");
    for (&found, expected) in found.iter().zip(expected) {
        match expected.as_f64() {
            Some(expected) => same(name, found, expected),
            None => assert_eq!(found, f64::INFINITY, "{name}"),
        }
    }
}

/// Every score of the list is known by name, and compared.
fn compare(scores: &Value, score: impl Fn(&str) -> Result<f64>) {
    for (name, expected) in scores.as_object().unwrap() {
        same(name, score(name).unwrap(), expected.as_f64().unwrap());
    }
}

#[test]
fn scores_of_classes() {
    for case in reference("metrics.json")["classification"].as_array().unwrap() {
        let (y_true, y_pred) = (integers(&case["y_true"]), integers(&case["y_pred"]));
        let (proba, classes) = (matrix(&case["proba"]), integers(&case["classes"]));
        compare(&case["scores"], |name| match name {
            "accuracy" => accuracy(&y_true, &y_pred),
            "balanced_accuracy" => balanced_accuracy(&y_true, &y_pred),
            "matthews_corrcoef" => matthews_corrcoef(&y_true, &y_pred),
            "cohen_kappa" => cohen_kappa(&y_true, &y_pred),
            "log_loss" => log_loss(&y_true, &proba, &classes),
            "brier_score" => brier_score(&y_true, &proba, &classes),
            "roc_auc_ovr_macro" => roc_auc_ovr_macro(&y_true, &proba, &classes),
            _ => averaged(name, &y_true, &y_pred),
        });
        let scores = ClassScores::new(&y_true, &y_pred).unwrap();
        let confusion = confusion_matrix(&y_true, &y_pred).unwrap();
        assert_eq!(scores.classes(), integers(&case["labels"]));
        assert_eq!(confusion.counts().map(|count| count as f64), matrix(&case["confusion"]));
        for (name, found) in [("precision", scores.precision()), ("recall", scores.recall()), ("f1", scores.f1())] {
            let expected = numbers(&case[name]);
            assert_eq!(found.len(), expected.len());
            found.into_iter().zip(expected).for_each(|(found, expected)| same(name, found, expected));
        }
    }
}

fn averaged(name: &str, y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let average = match name.rsplit('_').next() {
        Some("macro") => Average::Macro,
        Some("micro") => Average::Micro,
        Some("weighted") => Average::Weighted,
        _ => panic!("{name} is not compared"),
    };
    match name.split('_').next() {
        Some("precision") => precision(y_true, y_pred, average),
        Some("recall") => recall(y_true, y_pred, average),
        Some("f1") => f1(y_true, y_pred, average),
        _ => panic!("{name} is not compared"),
    }
}

#[test]
fn areas_with_and_without_ties() {
    for case in reference("metrics.json")["ranking"].as_array().unwrap() {
        let y_true = booleans(&case["y_true"]);
        let found = roc_auc(&y_true, &numbers(&case["scores"])).unwrap();
        same("roc_auc", found, case["roc_auc"].as_f64().unwrap());
    }
}

#[test]
fn scores_of_numbers() {
    for case in reference("metrics.json")["regression"].as_array().unwrap() {
        let (y_true, y_pred) = (matrix(&case["y_true"]), matrix(&case["y_pred"]));
        compare(&case["scores"], |name| {
            let score = match name {
                "r2" => r2,
                "explained_variance" => explained_variance,
                "mean_squared_error" => mean_squared_error,
                "root_mean_squared_error" => root_mean_squared_error,
                "mean_absolute_error" => mean_absolute_error,
                "median_absolute_error" => median_absolute_error,
                "mean_absolute_percentage_error" => mean_absolute_percentage_error,
                "max_error" => max_error,
                _ => panic!("{name} is not compared"),
            };
            uniform_average(score, &y_true, &y_pred)
        });
    }
}
