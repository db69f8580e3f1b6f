//! Results to try the page on.

use crate::results::{Confusion, Curve, Facts, Line, Machine, Results};
use serde_json::{Map, Value, json};

/// A line of classification on `flats` with one score.
pub(super) fn line(algorithm: &str, score: &str, mean: f64, std: f64) -> Line {
    let Value::Object(metrics) = json!({ score: { "mean": mean, "std": std, "folds": [mean] } }) else {
        unreachable!()
    };
    Line {
        algorithm: algorithm.into(),
        dataset: "flats".into(),
        task: "classification".into(),
        peer: None,
        baseline: false,
        n_samples: 60,
        n_features: 3,
        params: Map::new(),
        standardize: true,
        seed: 0,
        threads: 2,
        precision: "f64".into(),
        evaluated_on: "folds".into(),
        fit_seconds: 0.0015,
        predict_seconds: 2e-5,
        metrics,
        convergence: None,
        confusion: None,
        curves: Vec::new(),
        agreement: None,
        map: None,
    }
}

pub(super) fn results(lines: Vec<Line>) -> Results {
    let facts = |name: &str| Facts {
        name: name.into(),
        description: "flats <b>to let</b>".into(),
        licence: "CC0".into(),
        source: "made & told".into(),
    };
    Results {
        program: "bench-suite 0.1.0".into(),
        command: vec!["bench-suite".into()],
        started: "2026-01-31T08:00:00Z".into(),
        seconds: 12.0,
        finished: true,
        machine: Machine { processor: "a \"fast\" one".into(), cores: 2, memory_gib: 24.0, system: "Linux".into() },
        seed: 7,
        folds: 5,
        threads: 2,
        rows_at_most: Some(500),
        pairs_at_most: 2000,
        datasets: vec![facts("flats")],
        peers: Vec::new(),
        results: lines,
        failures: Vec::new(),
    }
}

/// Three algorithms on flats, one that fell, and class names that look like markup.
pub(super) fn flats() -> Results {
    let classes = vec!["<script>no</script>".to_owned(), "yes & \"maybe\"".to_owned()];
    let confusion = Some(Confusion { classes, counts: vec![vec![25, 5], vec![3, 27]] });
    let points = vec![(6.0, 0.6), (12.0, 0.7), (48.0, 0.85)];
    let curves = vec![Curve { of: "training rows".into(), score: "accuracy".into(), points }];
    let mut results = results(vec![
        Line { baseline: true, ..line("majority-class", "accuracy", 0.5, 0.0) },
        Line { confusion, curves, ..line("knn-classifier", "accuracy", 0.867, 0.03) },
        Line { fit_seconds: 2.5, ..line("forest", "accuracy", 0.861, 0.02) },
    ]);
    results.failures.push("ridge: flats: <i>classes</i>".into());
    results
}
