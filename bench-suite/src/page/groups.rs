//! Results by data set, and columns of scores.

use super::html::anchor;
use crate::{
    cli::Task,
    results::{Line, Results},
};

/// The results of one task on one data set.
pub(super) struct Group<'a> {
    pub(super) task: &'static str,
    pub(super) dataset: &'a str,
    pub(super) lines: Vec<&'a Line>,
}

impl<'a> Group<'a> {
    /// The line of this algorithm, ours or a peer's.
    pub(super) fn titled(&self, title: &str) -> Option<&'a Line> {
        self.lines.iter().copied().find(|line| line.title() == title)
    }

    /// Ours that are no baseline.
    pub(super) fn rivals(&self) -> Vec<&'a Line> {
        self.lines.iter().copied().filter(|line| !line.baseline && line.peer.is_none()).collect()
    }

    pub(super) fn anchor(&self) -> String {
        anchor(&[self.task, self.dataset])
    }

    /// The scores that any of its lines has, in the order they come.
    pub(super) fn scores(&self) -> Vec<&str> {
        distinct(self.lines.iter().flat_map(|line| line.metrics.keys().map(String::as_str)))
    }
}

/// Each once, in the order of the first.
pub(super) fn distinct<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for one in all {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

/// The data sets of a task, in the order they come.
pub(super) fn groups<'a>(results: &'a Results, task: Task) -> Vec<Group<'a>> {
    let own = || results.results.iter().filter(|line| line.task == task.name());
    let of = |dataset: &'a str| Group {
        task: task.name(),
        dataset,
        lines: own().filter(|line| line.dataset == dataset).collect(),
    };
    distinct(own().map(|line| line.dataset.as_str())).into_iter().map(of).collect()
}
