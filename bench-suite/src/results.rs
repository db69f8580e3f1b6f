//! What a comparison found: the form of `results.json`, which the tables and the page are made of.

use crate::registry::titled;
use cairn_traits::Convergence;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A whole comparison, or as much of it as is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Results {
    /// Name and version of this program.
    pub(crate) program: String,
    /// The command line, word by word.
    pub(crate) command: Vec<String>,
    /// When it began, UTC: `2026-01-31T08:00:00Z`.
    pub(crate) started: String,
    /// How long it took, in seconds.
    pub(crate) seconds: f64,
    /// Whether all that was asked for is in it; false while it runs and after Ctrl-C.
    pub(crate) finished: bool,
    pub(crate) machine: Machine,
    pub(crate) seed: u64,
    pub(crate) folds: usize,
    pub(crate) threads: usize,
    /// Rows of each data set that were used, at most, drawn with the seed; `None`: all.
    pub(crate) rows_at_most: Option<usize>,
    /// Rows that scores of pairs of rows (silhouette, trustworthiness) look at, at most, drawn with the seed.
    pub(crate) pairs_at_most: usize,
    pub(crate) datasets: Vec<Facts>,
    /// The libraries beside ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) peers: Vec<Peer>,
    pub(crate) results: Vec<Line>,
    /// What could not be compared, and why: a line each.
    pub(crate) failures: Vec<String>,
}

/// What it ran on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    /// Cores the program may use.
    pub(crate) cores: usize,
    pub(crate) memory_gib: f64,
    /// Name and version of the operating system.
    pub(crate) system: String,
}

/// A data set of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) name: String,
    /// What the rows are, and what to beware of; empty for a table of the user's own.
    pub(crate) description: String,
    pub(crate) licence: String,
    pub(crate) source: String,
}

/// A library beside ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// One algorithm on one data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) algorithm: String,
    pub(crate) dataset: String,
    /// `classification`, `regression`, `clustering`, `anomaly`, `reduction`, `generation` or `sequence`.
    pub(crate) task: String,
    /// The library it comes from, if it is not ours: `linfa`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peer: Option<String>,
    /// Whether it is what any algorithm must beat.
    pub(crate) baseline: bool,
    pub(crate) n_samples: usize,
    pub(crate) n_features: usize,
    pub(crate) params: serde_json::Map<String, Value>,
    pub(crate) standardize: bool,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    /// `f32` or `f64`.
    pub(crate) precision: String,
    /// `test`, `holdout`, `folds` or `train`.
    pub(crate) evaluated_on: String,
    /// Median over the splits, in seconds.
    pub(crate) fit_seconds: f64,
    /// Median over the splits, in seconds.
    pub(crate) predict_seconds: f64,
    /// In the order they are shown; the first is the one that decides.
    pub(crate) metrics: serde_json::Map<String, Value>,
    pub(crate) convergence: Option<Convergence>,
    /// Which class was taken for which, over all tested rows; classification alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) confusion: Option<Confusion>,
    /// How the answers get better with more of something: training rows, epochs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) curves: Vec<Curve>,
    /// Whether a peer's answers are ours, and by how much they differ at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agreement: Option<Agreement>,
    /// The rows in two columns, to be drawn; of more rows the first so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) map: Option<Map>,
}

/// Rows as points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Map {
    pub(crate) points: Vec<(f32, f32)>,
    /// The class of each, where classes are known.
    pub(crate) classes: Vec<usize>,
    pub(crate) names: Vec<String>,
}

/// Counts of (true class, predicted class).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Confusion {
    pub(crate) classes: Vec<String>,
    /// A row for each true class.
    pub(crate) counts: Vec<Vec<usize>>,
}

/// A curve of learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Curve {
    /// What grows: `training rows`, `epoch`.
    pub(crate) of: String,
    /// What is measured: `accuracy`, `rmse`, `loss`.
    pub(crate) score: String,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Whether a peer did the same work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Agreement {
    /// Whether all answers agree within what two ways of computing the same may differ.
    pub(crate) agrees: bool,
    /// The greatest difference of two answers, relative to the greatest of ours; for classes 1, if any differs.
    pub(crate) difference: f64,
    /// The share of the rows whose answers differ.
    pub(crate) share: f64,
}

impl Line {
    /// `ridge`, or `ridge (linfa)`.
    pub(crate) fn title(&self) -> String {
        titled(&self.algorithm, self.peer.as_deref())
    }

    /// Whether it is what a library has for `ours`, on the same data.
    pub(crate) fn is_peer_of(&self, ours: &Self) -> bool {
        let of = |line: &Self| (line.algorithm.clone(), line.dataset.clone(), line.task.clone());
        self.peer.is_some() && ours.peer.is_none() && of(self) == of(ours)
    }

    /// The score that decides, and its mean, where it is defined.
    pub(crate) fn deciding(&self) -> Option<(&str, f64)> {
        let (name, value) = self.metrics.iter().next()?;
        Some((name, value.as_f64().or_else(|| value["mean"].as_f64())?))
    }
}
