//! `bench-suite run`: one algorithm on one file.

use super::{on_threads, predictions_csv, print};
use crate::{
    cli::{Run, Task},
    evaluation::{Data, Facts, Job, Outcome, Trained, Truth, as_object, evaluate, outcome, target, test},
    failure::{Failure, Result},
    folds::{holdout, k_folds},
    input::{self, Content, Features},
    registry::{Entry, Settings, named},
    report,
    saved::{Saved, write},
};
use cairn_preprocess::{Schema, Table};
use serde_json::Value;

pub(crate) fn run(run: &Run) -> Result<()> {
    let entry = named(&run.algorithm)?;
    let settings = settings(run)?;
    // a wrong --set is said before any file is read
    entry.algorithm.params(&settings)?;
    on_threads(run.threads, || run_on_pool(run, &entry, &settings))
}

fn settings(run: &Run) -> Result<Settings> {
    let pair = |text: &String| {
        let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = pair.ok_or_else(|| Failure::new(format!("--set {text}: expected NAME=VALUE")))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    let sets = run.sets.iter().map(pair).collect::<Result<_>>()?;
    Ok(Settings { sets, seed: run.seed, precision: run.precision })
}

/// What came of the way of testing that was asked for.
struct Tested {
    outcome: Outcome,
    evaluated_on: &'static str,
    /// The rows of the training file that the answers belong to, in their order; `None` for a test file.
    rows: Option<Vec<usize>>,
    /// The model to save: of all training rows, or, with a hold-out, of the part trained on.
    trained: Option<Trained>,
}

fn run_on_pool(run: &Run, entry: &Entry, settings: &Settings) -> Result<()> {
    let task = entry.algorithm.task();
    let (data, schema) = training(run, task)?;
    let job = Job { entry, settings, standardize: run.standardize };
    let tested = tested(run, &job, &data, schema.as_ref())?;
    if let Some(path) = &run.predictions {
        let csv = predictions_csv(&tested.outcome.answers, tested.rows.as_deref(), data.names.as_ref())?;
        write(path, &csv)?;
    }
    if let Some(path) = &run.save {
        let trained = match tested.trained {
            Some(trained) => trained,
            None => job.fit(&data)?,
        };
        let columns = (run.target.clone(), schema);
        Saved::new(entry.name, run.precision, &trained, columns, data.names.clone())?.write(path)?;
    }
    let facts = Facts { job: &job, data: &data, evaluated_on: tested.evaluated_on };
    let object = as_object(&facts, &tested.outcome)?;
    if run.json {
        return print(&format!("{}\n", Value::Object(object)));
    }
    print(&summary(&facts, &tested.outcome))
}

/// The training rows, and the columns a further file must have.
fn training(run: &Run, task: Task) -> Result<(Data, Option<Schema>)> {
    let source = input::name(&run.train);
    match input::read(&run.train)? {
        Content::Table(table) => {
            if run.labels.is_some() || run.test_labels.is_some() {
                let flag = if run.labels.is_some() { "--labels" } else { "--test-labels" };
                return Err(Failure::new(format!("{flag}: {source} is a table; name its column with --target")));
            }
            let column = run.target.as_deref().ok_or_else(|| {
                let names = table.names().join(", ");
                Failure::new(format!("--target: expected a column of {source}, one of {names}"))
            })?;
            let (features, truth, schema) = from_table(&table, column, &run.drop, task).map_err(|e| e.at(&source))?;
            Ok((Data::new(source, features, &truth)?, Some(schema)))
        }
        Content::Images(pixels) => {
            let path = run
                .labels
                .as_ref()
                .ok_or_else(|| Failure::new(format!("--labels: expected the labels of the images in {source}")))?;
            if run.target.is_some() || !run.drop.is_empty() {
                return Err(Failure::new(format!("--target, --drop: {source} holds images, which have no columns")));
            }
            let truth = image_truth(input::read_labels(path)?, task)?;
            Ok((Data::new(source, Features::Pixels(pixels), &truth).map_err(|e| e.at(&input::name(path)))?, None))
        }
    }
}

/// Features, target and the columns that both came from; the target may be missing in later files.
pub(crate) fn from_table(
    table: &Table,
    column: &str,
    dropped: &[String],
    task: Task,
) -> Result<(Features, Truth, Schema)> {
    let dropped: Vec<&str> = dropped.iter().map(String::as_str).collect();
    if dropped.contains(&column) {
        return Err(Failure::new(format!("--drop: '{column}' is the target")));
    }
    let kept = table.drop_columns(&dropped)?;
    let truth = Truth::of_column(&kept, column, task)?;
    let schema = kept.schema().optional(&[column])?;
    let (features, _) = kept.split_target(column)?;
    Ok((Features::Table(features), truth, schema))
}

fn image_truth(labels: Vec<String>, task: Task) -> Result<Truth> {
    match task {
        Task::Classification => Ok(Truth::Words(labels)),
        Task::Regression => Err(Failure::new("images with labels are for classification")),
    }
}

/// The rows of a test file.
fn test_rows(run: &Run, data: &Data, schema: Option<&Schema>, task: Task) -> Result<Option<(Features, Truth)>> {
    let Some(path) = &run.test else { return Ok(None) };
    let source = input::name(path);
    match (schema, run.target.as_deref()) {
        (Some(schema), Some(column)) => {
            let table = input::read_like(path, schema)?;
            let truth = Truth::of_column(&table, column, task).map_err(|e| e.at(&source))?;
            let (features, _) = table.split_target(column).map_err(|e| Failure::from(e).at(&source))?;
            Ok(Some((Features::Table(features), truth)))
        }
        _ => {
            let labels = run
                .test_labels
                .as_ref()
                .ok_or_else(|| Failure::new(format!("--test-labels: expected the labels of the images in {source}")))?;
            let features = Features::Pixels(input::read_images(path)?);
            let truth = image_truth(input::read_labels(labels)?, task)?;
            // the count is checked where labels and images meet
            Data::new(source, features.clone(), &truth)?;
            if features.n_features() != data.features.n_features() {
                let (expected, found) = (data.features.n_features(), features.n_features());
                let source = input::name(path);
                return Err(Failure::new(format!("{source}: expected images of {expected} pixels, found {found}")));
            }
            Ok(Some((features, truth)))
        }
    }
}

fn tested(run: &Run, job: &Job<'_>, data: &Data, schema: Option<&Schema>) -> Result<Tested> {
    let n = data.features.n_rows();
    if let Some((features, truth)) = test_rows(run, data, schema, job.entry.algorithm.task())? {
        let trained = job.fit(data)?;
        let truth = target(&truth, data.names.as_ref());
        let name = run.test.as_deref().map(input::name).unwrap_or_default();
        let part = test(&trained, &features, &truth).map_err(|e| e.at(&name))?;
        let outcome = outcome(vec![part]);
        return Ok(Tested { outcome, evaluated_on: "test", rows: None, trained: Some(trained) });
    }
    if let Some(k) = run.folds {
        let splits = k_folds(&data.target, n, k, run.seed)?;
        let outcome = evaluate(job, data, &splits, || {})?;
        let rows = Some(splits.into_iter().flat_map(|split| split.test).collect());
        return Ok(Tested { outcome, evaluated_on: "folds", rows, trained: None });
    }
    if let Some(share) = run.holdout {
        let split = holdout(&data.target, n, share, run.seed)?;
        let trained = job.fit(&data.take_rows(&split.train)?)?;
        let held = data.take_rows(&split.test)?;
        let outcome = outcome(vec![test(&trained, &held.features, &held.target).map_err(|e| e.at(&data.name))?]);
        return Ok(Tested { outcome, evaluated_on: "holdout", rows: Some(split.test), trained: Some(trained) });
    }
    let trained = job.fit(data)?;
    let outcome = outcome(vec![test(&trained, &data.features, &data.target).map_err(|e| e.at(&data.name))?]);
    Ok(Tested { outcome, evaluated_on: "train", rows: None, trained: Some(trained) })
}

fn summary(facts: &Facts<'_>, outcome: &Outcome) -> String {
    let Facts { job, data, evaluated_on } = facts;
    let folds = *evaluated_on == "folds";
    let of = match *evaluated_on {
        "test" => "the test file".to_owned(),
        "holdout" => "rows held back".to_owned(),
        "folds" => {
            format!("{} folds, mean ± standard deviation", outcome.spreads.first().map_or(0, |s| s.folds.len()))
        }
        _ => "the training rows themselves: how well it remembers, not how well it predicts".to_owned(),
    };
    let mut rows: Vec<Vec<String>> =
        outcome.spreads.iter().map(|s| vec![s.name.to_owned(), report::spread(s, folds)]).collect();
    rows.push(vec!["fit".into(), report::seconds(outcome.fit_seconds)]);
    rows.push(vec!["predict".into(), report::seconds(outcome.predict_seconds)]);
    let (n, p) = (data.features.n_rows(), data.features.n_features());
    let head = format!("{} on {} ({n} rows x {p} columns)\nmeasured on {of}", job.entry.name, data.name);
    format!("{head}\n{}\n", report::table(&["", "value"], rows))
}
