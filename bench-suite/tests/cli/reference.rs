//! The same scores as scikit-learn's pipeline on the same files (made by `tests/references/suite.py`).

use super::{start, told};
use serde_json::Value;
use std::path::Path;

#[test]
fn scores_are_those_of_scikit_learn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/references");
    let file: Value = serde_json::from_slice(&std::fs::read(folder.join("suite.json")).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 6);
    for case in cases {
        let (algorithm, target) = (case["algorithm"].as_str().unwrap(), case["target"].as_str().unwrap());
        let options = case["options"].as_array().unwrap();
        let sets: String = options.iter().map(|set| format!(" --set {}", set.as_str().unwrap())).collect();
        let files = "--train suite/train.csv --test suite/test.csv";
        let found = told(&start(&folder, &format!("run {algorithm} {files} --target {target}{sets} --json")));
        let found: Value = serde_json::from_str(&found).unwrap();
        assert_eq!((&found["task"], &found["evaluated_on"]), (&expected_task(algorithm).into(), &"test".into()));
        let expected = case["metrics"].as_object().unwrap();
        assert_eq!(found["metrics"].as_object().unwrap().len(), expected.len());
        for (metric, expected) in expected {
            let (found, expected) = (found["metrics"][metric].as_f64().unwrap(), expected.as_f64().unwrap());
            // sums of 104 numbers in another order; the linear models' columns have condition 1e6
            assert!((found - expected).abs() < 1e-9, "{algorithm}{sets} {metric}: {found} beside {expected}");
        }
    }
}

fn expected_task(algorithm: &str) -> &'static str {
    if algorithm.ends_with("classifier") { "classification" } else { "regression" }
}
