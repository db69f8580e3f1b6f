//! `bench-suite run`: one algorithm on one file.

use super::{on_threads, predictions_csv, print};
use crate::{
    cli::{Run, Task},
    evaluation::{Data, Facts, Job, Outcome, Trained, Truth, evaluate, line, outcome, target, test, test_own},
    failure::{Failure, Result},
    input::{self, Content, Features},
    registry::{Entry, Form, Settings, named},
    report,
    results::Line,
    saved::{Saved, write},
    series,
    shared::of_shared,
    splits::{holdout, k_folds},
    words::Texts,
};
use cairn_preprocess::{Column, Schema, Table};
use cairn_traits::{DMatrix, Rows};
use std::path::Path;

pub(crate) fn run(run: &Run) -> Result<()> {
    let entry = named(&run.algorithm)?;
    let settings = settings(run, &entry)?;
    // a wrong --set is said before any file is read
    entry.algorithm.params(&settings)?;
    on_threads(run.threads, || run_on_pool(run, &entry, &settings))
}

fn settings(run: &Run, entry: &Entry) -> Result<Settings> {
    let precision = run.precision.unwrap_or_else(|| entry.precision());
    Ok(Settings { sets: pairs(&run.sets)?, seed: run.seed, precision })
}

/// `--set NAME=VALUE`, each cut in two.
pub(crate) fn pairs(sets: &[String]) -> Result<Vec<(String, String)>> {
    let pair = |text: &String| {
        let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = pair.ok_or_else(|| Failure::new(format!("--set {text}: expected NAME=VALUE")))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    sets.iter().map(pair).collect()
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
    let (data, schema) = training(run, entry)?;
    let job = Job { entry, settings, standardize: run.standardize };
    let tested = tested(run, &job, &data, schema.as_ref())?;
    if let Some(path) = &run.predictions {
        let csv = predictions_csv(&tested.outcome.answers, tested.rows.as_deref(), data.names.as_ref())?;
        write(path, &csv)?;
    }
    if let Some(path) = &run.save {
        if entry.algorithm.takes() == Form::Sequences && schema.is_some() {
            return Err(Failure::new("--save: models of series that were cut from a table are not saved"));
        }
        let trained = match tested.trained {
            Some(trained) => trained,
            None => job.fit(&data)?,
        };
        let columns = (run.target.clone(), schema);
        Saved::new(entry.name, settings.precision, &trained, columns, data.names.clone())?.write(path)?;
    }
    let facts = Facts { job: &job, data: &data, task: entry.algorithm.task(), evaluated_on: tested.evaluated_on };
    let line = line(&facts, &tested.outcome)?;
    if run.json {
        return print(&format!("{}\n", serde_json::to_string(&line).map_err(Failure::new)?));
    }
    print(&summary(&line))
}

/// The training rows, and the columns a further file must have.
fn training(run: &Run, entry: &Entry) -> Result<(Data, Option<Schema>)> {
    let (source, task) = (input::name(&run.train), entry.algorithm.task());
    let content = input::read(&run.train)?;
    if !run.texts.columns.is_empty() && !matches!(content, Content::Table(_)) {
        return Err(Failure::new(format!("--text: {source} is no table, and has no columns")));
    }
    match content {
        Content::Table(table) => {
            if run.labels.is_some() || run.test_labels.is_some() {
                let flag = if run.labels.is_some() { "--labels" } else { "--test-labels" };
                return Err(Failure::new(format!("{flag}: {source} is a table; name its column with --target")));
            }
            let (features, truth, schema) = match run.target.as_deref() {
                _ if entry.algorithm.takes() == Form::Text => {
                    return Err(Failure::new(format!("{source}: expected plain text (.txt), found a table")));
                }
                Some(column) if entry.algorithm.takes() == Form::Sequences => series_of(&table, column, &run.drop),
                Some(column) => from_table(&table, column, &run.drop, task),
                None if task.is_supervised() => {
                    let names = table.names().join(", ");
                    return Err(Failure::new(format!("--target: expected a column of {source}, one of {names}")));
                }
                None => rows_alone(&table, &run.drop),
            }
            .and_then(|(features, truth, schema)| Ok((Texts::within(&run.texts, features)?, truth, schema)))
            .map_err(|e| e.at(&source))?;
            Ok((Data::new(source, features, &truth)?, Some(schema)))
        }
        Content::Series(data) => {
            let (features, truth) = of_shared(&data, Task::Sequence).map_err(|e| e.at(&source))?;
            Ok((Data::new(source, features, &truth)?, None))
        }
        Content::Text(text) => {
            let truth = Truth::None(text.len());
            Ok((Data::new(source, Features::Text(text), &truth)?, None))
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

/// All columns, where nothing is to be predicted.
fn rows_alone(table: &Table, dropped: &[String]) -> Result<(Features, Truth, Schema)> {
    let dropped: Vec<&str> = dropped.iter().map(String::as_str).collect();
    let kept = table.drop_columns(&dropped)?;
    let (schema, truth) = (kept.schema(), Truth::None(kept.n_rows()));
    Ok((Features::Table(kept), truth, schema))
}

/// Windows of the numbers of a table whose rows follow each other in time, and what came after each in one column.
pub(crate) fn series_of(table: &Table, column: &str, dropped: &[String]) -> Result<(Features, Truth, Schema)> {
    let dropped: Vec<&str> = dropped.iter().map(String::as_str).collect();
    let kept = table.drop_columns(&dropped)?;
    table.numbers(column)?;
    // the column to predict comes first, as forecasters expect it; words say nothing to them
    let mut names = vec![column];
    let numeric = |name: &&String| kept.column(name).is_ok_and(|column| matches!(column, Column::Numbers(_)));
    names.extend(kept.names().iter().filter(numeric).map(String::as_str).filter(|name| *name != column));
    let columns = names.iter().map(|name| Ok(kept.numbers(name)?)).collect::<Result<Vec<_>>>()?;
    let (windows, next) = series::windows(&DMatrix::from_columns(&columns), 0, series::WINDOW)?;
    Ok((Features::Sequences(windows), Truth::Numbers(next), kept.schema()))
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
        Task::Regression | Task::Sequence => Err(Failure::new("images with labels are for classification")),
        _ => Ok(Truth::Words(labels)),
    }
}

/// The rows of a test file.
fn test_rows(run: &Run, data: &Data, schema: Option<&Schema>, entry: &Entry) -> Result<Option<(Features, Truth)>> {
    let Some(path) = &run.test else { return Ok(None) };
    let (source, task) = (input::name(path), entry.algorithm.task());
    let at = |failure: Failure| failure.at(&source);
    Ok(Some(match (schema, run.target.as_deref()) {
        (Some(schema), Some(column)) => {
            let table = input::read_like(path, schema)?;
            if entry.algorithm.takes() == Form::Sequences {
                let (features, truth, _) = series_of(&table, column, &[]).map_err(at)?;
                return Ok(Some((features, truth)));
            }
            let truth = Truth::of_column(&table, column, task).map_err(at)?;
            (Features::Table(table.split_target(column).map_err(|e| at(e.into()))?.0), truth)
        }
        (Some(schema), None) => {
            let table = input::read_like(path, schema)?;
            let truth = Truth::None(table.n_rows());
            (Features::Table(table), truth)
        }
        (None, _) if matches!(data.features, Features::Text(_)) => {
            let text = input::read_text(path)?;
            let truth = Truth::None(text.len());
            (Features::Text(text), truth)
        }
        (None, _) if matches!(data.features, Features::Sequences(_)) => {
            of_shared(&input::read_series(path)?, Task::Sequence).map_err(at)?
        }
        (None, _) => test_images(run, path, data, task)?,
    }))
}

fn test_images(run: &Run, path: &Path, data: &Data, task: Task) -> Result<(Features, Truth)> {
    let source = input::name(path);
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
    Ok((features, truth))
}

fn tested(run: &Run, job: &Job<'_>, data: &Data, schema: Option<&Schema>) -> Result<Tested> {
    let n = data.features.n_rows();
    if let Some((features, truth)) = test_rows(run, data, schema, job.entry)? {
        let trained = job.fit(data)?;
        let truth = target(&truth, data.names.as_ref());
        let name = run.test.as_deref().map(input::name).unwrap_or_default();
        let part = test(&trained, &features, &truth, run.seed).map_err(|e| e.at(&name))?;
        let outcome = outcome(vec![part]);
        return Ok(Tested { outcome, evaluated_on: "test", rows: None, trained: Some(trained) });
    }
    if let Some(k) = run.folds {
        let splits = k_folds(&data.target, n, k, run.seed)?;
        let outcome = evaluate(job, data, &splits, || Ok(()))?;
        let rows = Some(splits.into_iter().flat_map(|split| split.test).collect());
        return Ok(Tested { outcome, evaluated_on: "folds", rows, trained: None });
    }
    if let Some(share) = run.holdout {
        let split = holdout(&data.target, n, share, run.seed)?;
        let trained = job.fit(&data.take_rows(&split.train)?)?;
        let held = data.take_rows(&split.test)?;
        let outcome =
            outcome(vec![test(&trained, &held.features, &held.target, run.seed).map_err(|e| e.at(&data.name))?]);
        return Ok(Tested { outcome, evaluated_on: "holdout", rows: Some(split.test), trained: Some(trained) });
    }
    let trained = job.fit(data)?;
    let outcome = outcome(vec![test_own(&trained, data, run.seed).map_err(|e| e.at(&data.name))?]);
    Ok(Tested { outcome, evaluated_on: "train", rows: None, trained: Some(trained) })
}

fn summary(line: &Line) -> String {
    let of = match line.evaluated_on.as_str() {
        "test" => "the test file",
        "holdout" => "rows held back",
        "folds" => "folds, mean ± standard deviation",
        _ => "the training rows themselves: how well it remembers, not how well it predicts",
    };
    let mut rows: Vec<Vec<String>> =
        line.metrics.iter().map(|(name, score)| vec![name.clone(), report::score(score)]).collect();
    rows.push(vec!["fit".into(), report::seconds(line.fit_seconds)]);
    rows.push(vec!["predict".into(), report::seconds(line.predict_seconds)]);
    let Line { algorithm, dataset, n_samples, n_features, .. } = line;
    let head = format!("{algorithm} on {dataset} ({n_samples} rows x {n_features} columns)\nmeasured on {of}");
    format!("{head}\n{}\n", report::table(&["", "value"], rows))
}
