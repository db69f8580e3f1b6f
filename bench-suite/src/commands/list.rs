//! `bench-suite list`.

use super::{generate::generators, print};
use crate::{cli::List, failure::Result, registry::registry, report::table};
use serde_json::{Map, Value, json};

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
        let generators: Vec<Value> = generators()
            .iter()
            .map(|own| json!({ "name": own.name(), "description": own.description(), "settings": own.defaults() }))
            .collect();
        let all = json!({ "algorithms": algorithms, "datasets": datasets, "generators": generators });
        return print(&format!("{all}\n"));
    }
    let algorithms = algorithms.iter().map(|entry| {
        let task = entry.algorithm.task().name();
        let task = if entry.baseline { format!("{task}, baseline") } else { task.to_owned() };
        vec![entry.name.to_owned(), task, in_a_line(&entry.algorithm.defaults())]
    });
    let datasets = datasets.iter().map(|set| {
        let shape = format!("{} x {}", set.n_rows, set.n_features);
        vec![set.name.to_owned(), set.task.to_string(), shape, set.target.to_owned(), set.licence.to_owned()]
    });
    let generators = generators();
    let generators = generators
        .iter()
        .map(|own| vec![own.name().to_owned(), own.description().to_owned(), in_a_line(&own.defaults())]);
    print(&format!(
        "Algorithms, with their hyperparameters and defaults (--set NAME=VALUE)\n{}\n\nShared data sets\n{}\n\n\
         Data made to order (bench-suite generate NAME --set NAME=VALUE --out OUT.csv)\n{}\n",
        table(&["algorithm", "task", "hyperparameters"], algorithms),
        table(&["data set", "task", "rows x columns", "target", "licence"], datasets),
        table(&["generator", "what it makes", "settings"], generators)
    ))
}

/// `name=value name=value`, as `--set` takes them.
fn in_a_line(defaults: &Map<String, Value>) -> String {
    let pair = |(name, value): (&String, &Value)| {
        let value = match value {
            // a list goes without its brackets
            Value::Array(parts) => parts.iter().map(Value::to_string).collect::<Vec<_>>().join(","),
            other => other.to_string().trim_matches('"').to_owned(),
        };
        format!("{name}={value}")
    };
    defaults.iter().map(pair).collect::<Vec<_>>().join(" ")
}
