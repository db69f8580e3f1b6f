//! The same rows as scikit-learn, where no randomness is involved: `tests/references/selection.py` wrote them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_model_selection::{GroupKFold, KFold, Split, TimeSeriesSplit};
use serde_json::Value;
use std::{fs, path::Path};

fn cases(of: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/references/selection.json");
    let reference: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let cases = reference[of].as_array().unwrap().clone();
    assert!(cases.len() >= 5, "{of}");
    cases
}

fn integer(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

fn splits(case: &Value) -> Vec<Split> {
    serde_json::from_value(case["splits"].clone()).unwrap()
}

#[test]
fn stretches_of_k_fold() {
    for case in cases("k_fold") {
        let found = KFold::new(integer(&case["n_splits"])).split(integer(&case["n_rows"]));
        assert_eq!(found, Ok(splits(&case)));
    }
}

#[test]
fn groups_are_balanced_alike() {
    for case in cases("group_k_fold") {
        let groups: Vec<usize> = case["groups"].as_array().unwrap().iter().map(integer).collect();
        assert_eq!(GroupKFold::new(integer(&case["n_splits"])).split(&groups), Ok(splits(&case)));
    }
}

#[test]
fn the_past_and_what_came_next() {
    for case in cases("time_series") {
        let options = case["options"].as_object().unwrap();
        let mut splitter = TimeSeriesSplit::new(integer(&options["n_splits"]));
        for (name, value) in options {
            splitter = match name.as_str() {
                "gap" => splitter.gap(integer(value)),
                "test_size" => splitter.test_size(integer(value)),
                "max_train_size" => splitter.max_train_size(integer(value)),
                _ => splitter,
            };
        }
        assert_eq!(splitter.split(integer(&case["n_rows"])), Ok(splits(&case)), "{options:?}");
    }
}
