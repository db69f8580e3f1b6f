//! `bench-suite compare`: every algorithm on its data sets.

use super::{on_threads, print};
use crate::{
    cli::{Compare, Format, Task},
    curves::{confusion, learning_curve, map},
    evaluation::{Data, Facts, Job, Outcome, evaluate, line},
    failure::{Failure, Result},
    input::Features,
    interrupt, machine,
    peers::{self, Peers, agreement},
    record::Record,
    registry::{Answer, Entry, Form, Learns, Settings, Target, registry},
    report,
    results::{Line, Machine, Peer, Results},
    score::PAIRS_AT_MOST,
    shared::{Set, rows_at_most, sets},
    splits::{Split, holdout, k_folds, last, time_folds},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    fs, thread,
    time::{Duration, Instant},
};

/// The share of the rows held back where a single split is made.
const HELD_BACK: f64 = 0.25;

/// Threads of other libraries wait for more work a while, at full speed: ours must not be timed beside them.
const SETTLED: Duration = Duration::from_millis(150);

pub(crate) fn compare(compare: &Compare) -> Result<()> {
    let entries = algorithms(compare)?;
    let folds = compare.folds.unwrap_or(if compare.quick { 3 } else { 5 });
    let failed = |e: std::io::Error| Failure::new(format!("--output {}: {e}", compare.output.display()));
    fs::create_dir_all(&compare.output).map_err(failed)?;
    on_threads(compare.threads, || {
        let Peers { entries: theirs, found, missing } = peers::entries(&compare.peers, &compare.python, &entries)?;
        compare_on_pool(compare, &peers::beside(entries, theirs), folds, (found, &missing))
    })
}

/// The algorithms asked for; those of an unknown name are an error.
fn algorithms(compare: &Compare) -> Result<Vec<Entry>> {
    let entries = registry();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
    if let Some(unknown) = compare.algorithms.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Failure::new(format!("--algorithms: expected some of {}, found '{unknown}'", names.join(", "))));
    }
    let wanted =
        |entry: &Entry| compare.algorithms.is_empty() || compare.algorithms.iter().any(|name| name == entry.name);
    Ok(entries.into_iter().filter(wanted).collect())
}

/// Whether an algorithm can do what these data are there for; one that was named is tried, and told if it cannot.
fn suits(compare: &Compare, entry: &Entry, set: &Set) -> bool {
    let (own, form) = (entry.algorithm.task(), entry.algorithm.takes());
    if compare.algorithms.is_empty() && !learns(entry.learns, &set.data) {
        return false;
    }
    match (&set.data.features, &set.data.target) {
        (Features::Text(_), _) => form == Form::Text,
        // texts have so many terms that dense rows of them are for those who ask for it
        (Features::Documents(..), _) => own == set.task && (form != Form::Matrix || !compare.algorithms.is_empty()),
        // what knows nothing of time is compared on series as well: their steps, or what sums them up, are columns
        (Features::Sequences(_), Target::Classes(_)) => own == Task::Classification,
        (Features::Sequences(_), _) => own == Task::Regression || form == Form::Sequences,
        _ => own == set.task,
    }
}

/// What is fitted and scored on the same rows.
fn all(n: usize) -> Split {
    Split { train: (0..n).collect(), test: (0..n).collect() }
}

/// The most categories that whole numbers are taken for.
const CATEGORIES: f64 = 256.0;

/// Whether the numbers are such as an algorithm learns from.
fn learns(learns: Learns, data: &Data) -> bool {
    match learns {
        Learns::Anything => true,
        Learns::AmountTargets => !matches!(&data.target, Target::Numbers(y) if y.iter().any(|&y| y < 0.0)),
        Learns::Amounts => data.features.numbers().all(|number| number >= 0.0),
        Learns::Categories => {
            let category = |number: f64| (0.0..CATEGORIES).contains(&number) && number.fract() == 0.0;
            data.features.numbers().all(category)
        }
    }
}

/// Which rows are trained on and which are tested, and the word for it: networks learn once, on one hold-out (in time: the
/// last fold), maps are of all rows, all others learn on the same folds.
fn splits_of(entry: &Entry, set: &Set, folds: usize, seed: u64) -> Result<(Vec<Split>, &'static str)> {
    if entry.whole {
        return Ok((vec![all(set.data.features.n_rows())], "train"));
    }
    let shared = splits(set, folds, seed)?;
    Ok(match shared {
        (parts, "folds") if entry.network && set.in_time => (parts.into_iter().rev().take(1).collect(), "holdout"),
        (_, "folds") if entry.network => {
            let n = set.data.features.n_rows();
            (vec![holdout(&set.data.target, n, HELD_BACK, seed).map_err(|e| e.at(&set.data.name))?], "holdout")
        }
        shared => shared,
    })
}

/// Which rows are trained on and which are tested, and the word for it.
fn splits(set: &Set, folds: usize, seed: u64) -> Result<(Vec<Split>, &'static str)> {
    let single = |failure: Failure| failure.at(&set.data.name);
    let (data, n) = (&set.data, set.data.features.n_rows());
    Ok(match (set.task, &data.features) {
        (Task::Clustering, _) => (vec![all(n)], "train"),
        (Task::Reduction | Task::Generation, _) => {
            (vec![holdout(&data.target, n, HELD_BACK, seed).map_err(single)?], "holdout")
        }
        (_, Features::Text(_)) => (vec![last(n, HELD_BACK).map_err(single)?], "holdout"),
        _ if set.in_time => (time_folds(n, folds)?, "folds"),
        _ => (k_folds(&data.target, n, folds, seed)?, "folds"),
    })
}

/// The settings of an algorithm on a data set: as many clusters as there are known classes.
fn settings(entry: &Entry, data: &Data, seed: u64) -> Settings {
    let mut settings = Settings { sets: Vec::new(), seed, precision: entry.precision() };
    if let (Task::Clustering, Some(names)) = (entry.algorithm.task(), &data.names) {
        let defaults = entry.algorithm.defaults();
        for name in ["n_clusters", "n_components"].into_iter().filter(|&name| defaults.contains_key(name)) {
            settings.sets.push((name.into(), names.classes().len().to_string()));
        }
    }
    settings
}

fn compare_on_pool(
    compare: &Compare,
    entries: &[Entry],
    folds: usize,
    (found, missing): (Vec<Peer>, &[Failure]),
) -> Result<()> {
    let start = Instant::now();
    let sets = sets(compare)?;
    let mut steps = 0;
    for set in &sets {
        for entry in entries.iter().filter(|entry| suits(compare, entry, set)) {
            steps += splits_of(entry, set, folds, compare.seed)?.0.len();
        }
    }
    if steps == 0 {
        return Err(Failure::new("--task, --algorithms: none of the algorithms is for the task of these data sets"));
    }
    let results = Results { peers: found, ..beginning(compare, folds, &sets) };
    let mut record = Record::new(results, &compare.output)?;
    missing.iter().for_each(|failure| record.fail(failure));
    interrupt::watch()?;
    let bar = progress(steps);
    'sets: for set in &sets {
        let mut ours = Vec::new();
        for entry in entries.iter().filter(|entry| suits(compare, entry, set)) {
            bar.set_message(format!("{} on {}", entry.title(), set.data.name));
            let splits = splits_of(entry, set, folds, compare.seed)?;
            let done = one(compare, entry, set, &splits, &mut ours, &bar);
            if interrupt::asked() {
                break 'sets;
            }
            // one that cannot learn from these rows is told, and does not keep the others from being compared
            match done {
                Ok(line) => record.add(line, start.elapsed().as_secs_f64())?,
                Err(failure) => record.fail(&failure.at(&set.data.name).at(&entry.title())),
            }
        }
    }
    bar.finish_and_clear();
    let results = record.finish(start.elapsed().as_secs_f64(), !interrupt::asked())?;
    match results.failures.last() {
        Some(failure) if results.results.is_empty() => Err(Failure::new(failure)),
        _ => told(compare, &results),
    }
}

/// One algorithm on one data set; `ours` are our answers, which the peers behind us are compared with.
fn one(
    compare: &Compare,
    entry: &Entry,
    set: &Set,
    (splits, evaluated_on): &(Vec<Split>, &'static str),
    ours: &mut Vec<Answer>,
    bar: &ProgressBar,
) -> Result<Line> {
    let (data, settings) = (&set.data, settings(entry, &set.data, compare.seed));
    let job = Job { entry, settings: &settings, standardize: entry.standardize };
    let step = || {
        bar.inc(1);
        interrupt::check()
    };
    if entry.peer.is_none() {
        ours.clear();
    }
    let evaluated = evaluate(&job, data, splits, step);
    if entry.peer.is_some() {
        thread::sleep(SETTLED);
    }
    let outcome: Outcome = evaluated?;
    let mut line = line(&Facts { job: &job, data, task: set.task, evaluated_on }, &outcome)?;
    line.confusion = confusion(data, splits, &outcome.answers);
    line.map = map(data, splits, &outcome.answers);
    if entry.peer.is_some() {
        line.agreement = agreement(entry.name, ours, &outcome.answers);
        return Ok(line);
    }
    if let ("folds", false, Some(split)) = (*evaluated_on, entry.baseline, splits.last()) {
        line.curves = learning_curve(&job, data, split)?;
    }
    *ours = outcome.answers;
    Ok(line)
}

/// The results before there are any.
fn beginning(compare: &Compare, folds: usize, sets: &[Set]) -> Results {
    let mut facts: Vec<_> = sets.iter().map(|set| set.facts.clone()).collect();
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    facts.dedup_by(|a, b| a.name == b.name);
    Results {
        program: concat!("bench-suite ", env!("CARGO_PKG_VERSION")).into(),
        command: std::env::args().collect(),
        started: machine::now(),
        seconds: 0.0,
        finished: false,
        machine: Machine::here(),
        seed: compare.seed,
        folds,
        threads: rayon::current_num_threads(),
        rows_at_most: rows_at_most(compare),
        pairs_at_most: PAIRS_AT_MOST,
        datasets: facts,
        peers: Vec::new(),
        results: Vec::new(),
        failures: Vec::new(),
    }
}

fn progress(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(steps as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// What is printed at the end.
fn told(compare: &Compare, results: &Results) -> Result<()> {
    match compare.format {
        Format::Json => print(&format!("{}\n", serde_json::to_string(results).map_err(Failure::new)?)),
        Format::Csv => print(&report::csv(&results.results)?),
        Format::Table => print(&report::tables(results, &compare.output)),
    }
}
