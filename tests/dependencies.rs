//! The arrows between the crates: which may use which.

use serde_json::Value;
use std::{collections::BTreeMap, process::Command};

/// What each crate may depend on among ours, dev-dependencies aside. A new crate has to be added here.
const ARROWS: &[(&str, &[&str])] = &[
    ("traits", &[]),
    ("numeric", &["traits"]),
    ("decomp", &["traits", "numeric"]),
    ("neighbors", &["traits", "numeric"]),
    ("optim", &["traits", "numeric"]),
    ("metrics", &["traits", "numeric", "decomp", "neighbors"]),
    ("preprocess", &["traits", "numeric", "metrics"]),
    ("model-selection", &["traits", "numeric", "metrics"]),
    ("laws", &["traits"]),
    ("linear", &["traits", "numeric", "decomp", "optim"]),
    ("logistic", &["traits", "numeric", "decomp", "optim"]),
    ("kmeans", &["traits", "numeric", "decomp"]),
    ("knn", &["traits", "numeric", "neighbors"]),
    ("pca", &["traits", "numeric", "decomp"]),
    ("bayes", &["traits", "numeric"]),
    ("tree", &["traits", "numeric"]),
    ("nn", &["traits", "numeric", "optim"]),
    ("mlp", &["traits", "numeric", "optim", "nn"]),
    ("tsne", &["traits", "numeric", "decomp", "neighbors"]),
    ("datasets", &["traits", "numeric", "preprocess", "datasets-large", "datasets-share-alike"]),
    ("datasets-large", &[]),
    ("datasets-share-alike", &[]),
    ("tests", &[]),
];

/// Crates from outside that stand behind one of ours.
const BEHIND: &[(&str, &str)] = &[("faer", "decomp"), ("gemm", "numeric"), ("csv", "preprocess")];

/// `(crate, what it depends on)`, dev-dependencies aside, names without the prefix `cairn-`.
type Edges = BTreeMap<String, Vec<String>>;

fn edges() -> Edges {
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let short = |name: &Value| name.as_str().unwrap().trim_start_matches("cairn-").to_owned();
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| dependency["kind"] != "dev").map(|dependency| short(&dependency["name"])).collect()
    };
    metadata["packages"].as_array().unwrap().iter().map(|package| (short(&package["name"]), normal(package))).collect()
}

/// The first thing that is against the rules.
fn broken(edges: &Edges) -> Option<String> {
    for (name, dependencies) in edges.iter().filter(|(name, _)| *name != "bench-suite") {
        let Some((_, allowed)) = ARROWS.iter().find(|(own, _)| own == name) else {
            return Some(format!("{name} is not in the table of arrows"));
        };
        let ours = dependencies.iter().filter(|dependency| edges.contains_key(*dependency));
        if let Some(dependency) = ours.into_iter().find(|dependency| !allowed.contains(&dependency.as_str())) {
            return Some(format!("{name} must not depend on {dependency}"));
        }
        for (outside, behind) in BEHIND {
            if name != behind && dependencies.iter().any(|dependency| dependency == outside) {
                return Some(format!("{name} must not depend on {outside}: it stands behind {behind}"));
            }
        }
    }
    None
}

#[test]
fn the_crates_depend_on_each_other_as_the_design_says() {
    let edges = edges();
    assert!(edges.len() >= 11, "{edges:?}");
    assert_eq!(broken(&edges), None);
}

#[test]
fn an_arrow_against_the_rules_is_found() {
    let with = |name: &str, dependency: &str| {
        let mut edges = edges();
        edges.entry(name.into()).or_default().push(dependency.into());
        broken(&edges)
    };
    assert_eq!(with("knn", "linear").unwrap(), "knn must not depend on linear");
    assert_eq!(with("traits", "numeric").unwrap(), "traits must not depend on numeric");
    assert_eq!(with("linear", "faer").unwrap(), "linear must not depend on faer: it stands behind decomp");
    assert_eq!(with("surprise", "traits").unwrap(), "surprise is not in the table of arrows");
}

#[test]
fn who_picks_neighbours_compiles_no_decompositions() {
    let arguments =
        ["tree", "--package", "cairn-knn", "--edges", "normal", "--prefix", "none", "--offline", "--locked"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.lines().any(|line| line.starts_with("gemm ")), "{tree}");
    assert!(!tree.lines().any(|line| line.starts_with("faer ")), "{tree}");
}
