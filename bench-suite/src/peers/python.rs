//! scikit-learn, its oneDAL build and PyTorch, through a [`Worker`].

use super::{Found, not_saved, worker::Worker};
use crate::{
    cli::{Precision, Task},
    failure::{Failure, Result},
    registry::{Algorithm, Answer, Entry, Fitted, Form, Input, Settings, Target, Timed, named},
    score::Scores,
};
use cairn_traits::{DMatrix, DVector};
use serde_json::{Map, Value, json};
use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// Scores of a fit itself that a worker may tell.
const SCORES: [&str; 3] = ["inertia", "explained_variance_ratio", "kl_divergence"];

/// A worker of this library, and the counterparts it has of ours.
pub(crate) fn entries(library: &'static str, python: &Path, own: &[Entry]) -> Result<Found> {
    let (worker, greeting) = Worker::start(library, python, rayon::current_num_threads())?;
    let worker = Arc::new(Mutex::new(worker));
    let version = greeting["version"].as_str().unwrap_or_default().to_owned();
    let has = |name: &str| greeting["algorithms"].as_array().is_some_and(|all| all.iter().any(|own| own == name));
    let counterparts = own.iter().filter(|entry| has(entry.name)).filter_map(|entry| {
        let counterpart =
            Counterpart { name: entry.name, ours: named(entry.name).ok()?.algorithm, worker: worker.clone() };
        Some(entry.of_peer(library, Box::new(counterpart)))
    });
    Ok((version, counterparts.collect()))
}

type Shared = Arc<Mutex<Worker>>;

struct Counterpart {
    name: &'static str,
    ours: Box<dyn Algorithm>,
    worker: Shared,
}

struct Held {
    task: Task,
    model: u64,
    scores: Scores,
    worker: Shared,
}

fn lock(worker: &Shared) -> MutexGuard<'_, Worker> {
    worker.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Algorithm for Counterpart {
    fn task(&self) -> Task {
        self.ours.task()
    }

    fn takes(&self) -> Form {
        self.ours.takes().dense()
    }

    fn defaults(&self) -> Map<String, Value> {
        self.ours.defaults()
    }

    fn params(&self, settings: &Settings) -> Result<Map<String, Value>> {
        self.ours.params(settings)
    }

    fn fit(&self, x: &Input, y: &Target, settings: &Settings) -> Result<Timed<Box<dyn Fitted>>> {
        static MODELS: AtomicU64 = AtomicU64::new(0);
        let (x, params) = (x.matrix()?, self.params(settings)?);
        let model = MODELS.fetch_add(1, Ordering::Relaxed);
        let mut worker = lock(&self.worker);
        let (x, y) = (written(worker.folder(), "x", x)?, written_target(worker.folder(), y)?);
        let answer = worker.ask(&json!({
            "do": "fit",
            "model": model,
            "algorithm": self.name,
            "params": params,
            "threads": rayon::current_num_threads(),
            "precision": if settings.precision == Precision::F32 { "f32" } else { "f64" },
            "x": x,
            "y": y,
        }))?;
        // the model lets go of itself through the worker, which must be free then
        drop(worker);
        let seconds = seconds(&answer)?;
        let score = |name: &'static str| Some((name, Some(answer["scores"][name].as_f64()?)));
        let held = Held {
            task: self.task(),
            model,
            scores: SCORES.into_iter().filter_map(score).collect(),
            worker: self.worker.clone(),
        };
        Ok(Timed { value: Box::new(held), seconds })
    }

    fn load(&self, _: &str, _: &Settings) -> Result<Box<dyn Fitted>> {
        Err(not_saved())
    }
}

impl Fitted for Held {
    fn answer(&self, x: &Input) -> Result<Timed<Answer>> {
        let x = x.matrix()?;
        let mut worker = lock(&self.worker);
        let file = written(worker.folder(), "x", x)?;
        let folder = worker.folder().display().to_string();
        let told = worker.ask(&json!({ "do": "answer", "model": self.model, "x": file, "folder": folder }))?;
        let of = |name: &str| read(&told, name, x.nrows());
        let value = match self.task {
            Task::Classification => {
                let predicted = labels(&of("predicted")?)?;
                let classes = told["classes"].as_array().into_iter().flatten().map(|class| {
                    class.as_u64().and_then(|class| usize::try_from(class).ok()).ok_or_else(|| unclear("classes"))
                });
                let (proba, classes) = (of("proba")?, classes.collect::<Result<Vec<usize>>>()?);
                if proba.ncols() != classes.len() || !predicted.iter().all(|label| classes.contains(label)) {
                    return Err(unclear("classes"));
                }
                Answer::Classes { predicted, proba, classes }
            }
            Task::Regression | Task::Sequence => Answer::Numbers(DVector::from_vec(one_column(&of("predicted")?)?)),
            Task::Clustering => Answer::Clusters(labels(&of("predicted")?)?),
            Task::Anomaly => Answer::Anomalies {
                scores: one_column(&of("scores")?)?,
                flagged: one_column(&of("predicted")?)?.iter().map(|&flag| flag != 0.0).collect(),
            },
            Task::Reduction => {
                let restored = told["files"].get("restored").map(|_| of("restored")).transpose()?;
                Answer::Reduced { embedded: of("embedded")?, restored }
            }
            Task::Generation => return Err(Failure::new("a worker makes no new rows")),
        };
        Ok(Timed { value, seconds: seconds(&told)? })
    }

    fn save(&self) -> Result<String> {
        Err(not_saved())
    }

    fn scores(&self) -> Scores {
        self.scores.clone()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.worker).forget(self.model);
    }
}

fn unclear(what: &str) -> Failure {
    Failure::new(format!("the worker's answer: {what} missing or out of range"))
}

fn seconds(answer: &Value) -> Result<f64> {
    answer["seconds"].as_f64().filter(|seconds| *seconds >= 0.0).ok_or_else(|| unclear("seconds"))
}

/// A file of raw numbers, column by column.
fn written(folder: &Path, name: &str, x: &DMatrix<f64>) -> Result<Value> {
    let path = folder.join(name);
    let bytes: Vec<u8> = x.iter().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(&path, bytes).map_err(|e| Failure::new(format!("{}: cannot write: {e}", path.display())))?;
    Ok(json!({ "path": path.display().to_string(), "rows": x.nrows(), "columns": x.ncols() }))
}

fn written_target(folder: &Path, y: &Target) -> Result<Value> {
    let (of, numbers) = match y {
        Target::None => return Ok(json!({ "of": "none" })),
        Target::Classes(labels) => ("classes", labels.iter().map(|&label| label as f64).collect()),
        Target::Numbers(numbers) => ("numbers", numbers.as_slice().to_vec()),
    };
    let mut file = written(folder, "y", &DMatrix::from_vec(numbers.len(), 1, numbers))?;
    file["of"] = of.into();
    Ok(file)
}

/// A matrix of so many rows, all numbers finite.
fn read(told: &Value, name: &str, rows: usize) -> Result<DMatrix<f64>> {
    let file = &told["files"][name];
    let columns = file["columns"].as_u64().and_then(|columns| usize::try_from(columns).ok());
    let (Some(path), Some(columns)) = (file["path"].as_str(), columns) else { return Err(unclear(name)) };
    let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{path}: cannot read: {e}")))?;
    let (numbers, rest) = bytes.as_chunks::<8>();
    if file["rows"].as_u64() != Some(rows as u64)
        || Some(numbers.len()) != rows.checked_mul(columns)
        || !rest.is_empty()
    {
        return Err(unclear(name));
    }
    let numbers: Vec<f64> = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err(Failure::new(format!("{name}: answered numbers that are not finite")));
    }
    Ok(DMatrix::from_vec(rows, columns, numbers))
}

fn one_column(x: &DMatrix<f64>) -> Result<Vec<f64>> {
    if x.ncols() == 1 { Ok(x.as_slice().to_vec()) } else { Err(unclear("predicted")) }
}

fn labels(x: &DMatrix<f64>) -> Result<Vec<usize>> {
    let label = |value: f64| {
        let whole = value >= 0.0 && value.fract() == 0.0 && value <= f64::from(u32::MAX);
        if whole { Ok(value as usize) } else { Err(unclear("predicted")) }
    };
    one_column(x)?.into_iter().map(label).collect()
}
