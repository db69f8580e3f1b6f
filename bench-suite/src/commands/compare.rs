//! `bench-suite compare`: every algorithm on its data sets.

use super::{on_threads, print, run::from_table};
use crate::{
    cli::{Compare, Format, Precision, Task},
    evaluation::{Data, Facts, Job, Outcome, as_object, evaluate},
    failure::{Failure, Result},
    folds::{k_folds, sample},
    input::{self, Content},
    registry::{Entry, Settings, registry},
    report,
    saved::write,
};
use cairn_datasets::Dataset;
use cairn_preprocess::{Column, Table};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};
use std::{cmp::Ordering, fs};

/// Rows of each data set with --quick, at most.
const QUICK_ROWS: usize = 500;

pub(crate) fn compare(compare: &Compare) -> Result<()> {
    let entries = algorithms(compare)?;
    let folds = compare.folds.unwrap_or(if compare.quick { 3 } else { 5 });
    let failed = |e: std::io::Error| Failure::new(format!("--output {}: {e}", compare.output.display()));
    fs::create_dir_all(&compare.output).map_err(failed)?;
    on_threads(compare.threads, || compare_on_pool(compare, &entries, folds))
}

/// The algorithms asked for; those of an unknown name are an error.
fn algorithms(compare: &Compare) -> Result<Vec<Entry>> {
    let entries = registry();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
    if let Some(unknown) = compare.algorithms.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Failure::new(format!("--algorithms: expected some of {}, found '{unknown}'", names.join(", "))));
    }
    let wanted = |entry: &Entry| {
        compare.task.is_none_or(|task| task == entry.algorithm.task())
            && (compare.algorithms.is_empty() || compare.algorithms.iter().any(|name| name == entry.name))
    };
    let entries: Vec<Entry> = entries.into_iter().filter(wanted).collect();
    if entries.is_empty() {
        return Err(Failure::new("--task, --algorithms: no algorithm is left"));
    }
    Ok(entries)
}

fn task_of(set: &Dataset) -> Result<Task> {
    match set.task {
        cairn_datasets::Task::Classification => Ok(Task::Classification),
        cairn_datasets::Task::Regression => Ok(Task::Regression),
        other => Err(Failure::new(format!("{}: no algorithm here is for {other}", set.name))),
    }
}

/// The data sets asked for, with their tasks.
fn data(compare: &Compare) -> Result<Vec<(Task, Data)>> {
    if let (Some(path), Some(column)) = (&compare.csv, &compare.target) {
        let source = input::name(path);
        let Content::Table(table) = input::read(path)? else {
            return Err(Failure::new(format!("--csv: expected a table, found images in {source}")));
        };
        let task = compare.task.map_or_else(|| guessed(&table, column), Ok).map_err(|e| e.at(&source))?;
        return Ok(vec![(task, prepared(compare, source, &table, column, task)?)]);
    }
    let sets = cairn_datasets::all();
    let names: Vec<&str> = sets.iter().map(|set| set.name).collect();
    if let Some(unknown) = compare.datasets.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Failure::new(format!("--datasets: expected some of {}, found '{unknown}'", names.join(", "))));
    }
    let mut all = Vec::new();
    for set in sets {
        let task = task_of(&set)?;
        let wanted = compare.datasets.is_empty() || compare.datasets.iter().any(|name| name == set.name);
        if wanted && compare.task.is_none_or(|own| own == task) {
            all.push((task, prepared(compare, set.name.to_owned(), &set.table()?, set.target, task)?));
        }
    }
    if all.is_empty() {
        return Err(Failure::new("--task, --datasets: no data set is left"));
    }
    Ok(all)
}

/// Words are classes, numbers are numbers.
fn guessed(table: &Table, column: &str) -> Result<Task> {
    Ok(match table.column(column)? {
        Column::Words(_) => Task::Classification,
        Column::Numbers(_) => Task::Regression,
    })
}

fn prepared(compare: &Compare, name: String, table: &Table, column: &str, task: Task) -> Result<Data> {
    let (features, truth, _) = from_table(table, column, &[], task).map_err(|e| e.at(&name))?;
    let data = Data::new(name, features, &truth)?;
    let n = data.features.n_rows();
    if !compare.quick || n <= QUICK_ROWS {
        return Ok(data);
    }
    data.take_rows(&sample(&data.target, n, QUICK_ROWS, compare.seed))
}

/// One algorithm on one data set.
struct Line {
    task: Task,
    dataset: String,
    algorithm: &'static str,
    outcome: Outcome,
    object: Map<String, Value>,
}

fn compare_on_pool(compare: &Compare, entries: &[Entry], folds: usize) -> Result<()> {
    let data = data(compare)?;
    let settings = Settings { sets: Vec::new(), seed: compare.seed, precision: Precision::F64 };
    let pairs: Vec<(&Entry, &Data)> = data
        .iter()
        .flat_map(|(task, data)| {
            let own = entries.iter().filter(move |entry| entry.algorithm.task() == *task);
            own.map(move |entry| (entry, data))
        })
        .collect();
    if pairs.is_empty() {
        return Err(Failure::new("--algorithms: none of them is for the task of these data sets"));
    }
    let bar = progress(pairs.len() * folds);
    let (mut lines, mut failures) = (Vec::with_capacity(pairs.len()), Vec::new());
    for (entry, data) in pairs {
        bar.set_message(format!("{} on {}", entry.name, data.name));
        let splits = k_folds(&data.target, data.features.n_rows(), folds, compare.seed)?;
        let job = Job { entry, settings: &settings, standardize: entry.standardize };
        let at = |failure: Failure| failure.at(&data.name).at(entry.name);
        // one that cannot learn from these rows is told, and does not keep the others from being compared
        let outcome = match evaluate(&job, data, &splits, || bar.inc(1)).map_err(at) {
            Ok(outcome) => outcome,
            Err(failure) => {
                failures.push(failure);
                continue;
            }
        };
        let object = as_object(&Facts { job: &job, data, evaluated_on: "folds" }, &outcome)?;
        let (task, dataset) = (entry.algorithm.task(), data.name.clone());
        lines.push(Line { task, dataset, algorithm: entry.name, outcome, object });
    }
    bar.finish_and_clear();
    match failures.first() {
        Some(failure) if lines.is_empty() => Err(failure.clone()),
        _ => report_of(compare, folds, &lines, &failures),
    }
}

fn progress(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn report_of(compare: &Compare, folds: usize, lines: &[Line], failures: &[Failure]) -> Result<()> {
    let objects: Vec<Map<String, Value>> = lines.iter().map(|line| line.object.clone()).collect();
    let whole = json!({
        "program": concat!("bench-suite ", env!("CARGO_PKG_VERSION")),
        "command": std::env::args().collect::<Vec<_>>(),
        "seed": compare.seed,
        "folds": folds,
        "threads": rayon::current_num_threads(),
        "rows_at_most": compare.quick.then_some(QUICK_ROWS),
        "results": objects,
        "failures": failures.iter().map(Failure::to_string).collect::<Vec<_>>(),
    });
    let csv = report::csv(&objects);
    write(&compare.output.join("results.json"), &format!("{whole:#}\n"))?;
    write(&compare.output.join("results.csv"), &csv)?;
    match compare.format {
        Format::Json => print(&format!("{whole}\n")),
        Format::Csv => print(&csv),
        Format::Table => {
            let failed: String = failures.iter().map(|failure| format!("Not compared: {failure}\n")).collect();
            print(&(tables(compare, folds, lines) + &failed))
        }
    }
}

/// A table for each task; the best of each data set by the first score is marked.
fn tables(compare: &Compare, folds: usize, lines: &[Line]) -> String {
    let mut text = String::new();
    for task in [Task::Classification, Task::Regression] {
        let own: Vec<&Line> = lines.iter().filter(|line| line.task == task).collect();
        let Some(first) = own.first() else { continue };
        let scores: Vec<&str> = first.outcome.spreads.iter().map(|spread| spread.name).collect();
        let header: Vec<&str> =
            ["data set", "algorithm"].into_iter().chain(scores).chain(["fit", "predict", ""]).collect();
        let rows = own.iter().enumerate().map(|(at, line)| {
            let begins = at == 0 || own[at - 1].dataset != line.dataset;
            let mut row = vec![if begins { line.dataset.clone() } else { String::new() }, line.algorithm.to_owned()];
            row.extend(line.outcome.spreads.iter().map(|spread| report::spread(spread, true)));
            row.push(report::seconds(line.outcome.fit_seconds));
            row.push(report::seconds(line.outcome.predict_seconds));
            row.push(if is_best(line, &own) { "best".into() } else { String::new() });
            row
        });
        text += &format!("{}\n{}\n\n", heading(task), report::table(&header, rows));
    }
    let rows = if compare.quick { format!(", at most {QUICK_ROWS} rows a set") } else { String::new() };
    let (seed, threads) = (compare.seed, rayon::current_num_threads());
    text += &format!(
        "{folds} folds, the same for all (mean ± standard deviation); seed {seed}; {threads} threads{rows}.\n"
    );
    text + &format!(
        "Times are medians over the folds. All results: {}\n",
        compare.output.join("results.json").display()
    )
}

fn heading(task: Task) -> &'static str {
    match task {
        Task::Classification => "Classification",
        Task::Regression => "Regression",
    }
}

/// Whether no other algorithm has a better mean of the first score on the same data set.
fn is_best(line: &Line, lines: &[&Line]) -> bool {
    let score = |line: &Line| line.outcome.spreads.first().and_then(|spread| Some((spread.mean()?, spread.rises())));
    let Some((own, rises)) = score(line) else { return false };
    let rivals = lines.iter().filter(|rival| rival.dataset == line.dataset);
    let worse = if rises { Ordering::Greater } else { Ordering::Less };
    rivals.filter_map(|rival| score(rival)).all(|(other, _)| other.total_cmp(&own) != worse)
}
