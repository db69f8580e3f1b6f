//! `bench-suite list`.

use super::print;
use crate::{cli::List, failure::Result, registry::registry, report::table};
use serde_json::{Value, json};

pub(crate) fn list(list: &List) -> Result<()> {
    let (algorithms, datasets) = (registry(), cairn_datasets::all());
    if list.json {
        let algorithms: Vec<Value> = algorithms
            .iter()
            .map(|entry| {
                json!({
                    "name": entry.name,
                    "task": entry.algorithm.task().name(),
                    "baseline": entry.baseline,
                    "standardized_in_compare": entry.standardize,
                    "hyperparameters": entry.algorithm.defaults(),
                })
            })
            .collect();
        let datasets: Vec<Value> = datasets
            .iter()
            .map(|set| {
                json!({
                    "name": set.name,
                    "task": set.task.to_string(),
                    "n_samples": set.n_rows,
                    "n_features": set.n_features,
                    "target": set.target,
                    "licence": set.licence,
                    "description": set.description,
                })
            })
            .collect();
        return print(&format!("{}\n", json!({ "algorithms": algorithms, "datasets": datasets })));
    }
    let algorithms = algorithms.iter().map(|entry| {
        let defaults = entry.algorithm.defaults();
        let defaults: Vec<String> =
            defaults.iter().map(|(name, value)| format!("{name}={}", value.to_string().trim_matches('"'))).collect();
        let task = entry.algorithm.task().name();
        let task = if entry.baseline { format!("{task}, baseline") } else { task.to_owned() };
        vec![entry.name.to_owned(), task, defaults.join(" ")]
    });
    let datasets = datasets.iter().map(|set| {
        let shape = format!("{} x {}", set.n_rows, set.n_features);
        vec![set.name.to_owned(), set.task.to_string(), shape, set.target.to_owned(), set.licence.to_owned()]
    });
    print(&format!(
        "Algorithms, with their hyperparameters and defaults (--set NAME=VALUE)\n{}\n\nShared data sets\n{}\n",
        table(&["algorithm", "task", "hyperparameters"], algorithms),
        table(&["data set", "task", "rows x columns", "target", "licence"], datasets)
    ))
}
