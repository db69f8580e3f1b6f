//! What tasks and scores mean, for readers who meet them for the first time.

use crate::cli::Task;

/// A task in a sentence or two.
pub(super) fn task(task: Task) -> &'static str {
    match task {
        Task::Classification => {
            "Which of a few classes does a row belong to? Learned from rows whose class is known, asked of rows that were \
             held back."
        }
        Task::Regression => {
            "Which number belongs to a row: a price, a mark? Learned from rows whose number is known, asked of rows that \
             were held back."
        }
        Task::Clustering => {
            "Which rows are alike? Nothing is told beforehand; where classes are known, they are only used afterwards, to \
             see whether the groups found are those."
        }
        Task::Anomaly => {
            "Which rows are unlike the others: fraud, faults, slips of the pen? Nothing is told beforehand; the class that is \
             looked for is rare (of the rarest class only so many rows are used that they are one in twenty), asked of rows \
             that were held back."
        }
        Task::Reduction => {
            "The same rows in fewer columns, so that little is lost: for drawing, for storing, as a first step for others."
        }
        Task::Generation => {
            "New rows like those seen. Good ones cannot be told from real rows that were held back, and all kinds of real \
             rows come up among them."
        }
        Task::Sequence => {
            "What comes next, or what kind of series is this? Order matters: what is tested lies after what was learned \
             from, or in series that were held back. Algorithms without a notion of time see the steps as columns, or, \
             where lengths differ, six numbers that sum up each column."
        }
    }
}

/// A score: its name as people say it, and what it means.
pub(super) fn score(name: &str) -> (&'static str, &'static str) {
    match name {
        "accuracy" => ("accuracy", "share of right answers, 0 to 1; more is better"),
        "macro_f1" => (
            "macro F1",
            "right answers counted class by class, rare classes as much as common ones, 0 to 1; more is better",
        ),
        "log_loss" => (
            "log loss",
            "how surprised the probabilities are by the truth: 0 is sure and right, being sure and wrong costs much; less is better",
        ),
        "roc_auc" => (
            "ROC AUC",
            "how often a row of the class is thought more probable than one of another class: 0.5 is guessing, 1 is always; more is better",
        ),
        "average_precision" => (
            "average precision",
            "the share of right ones among the rows that seem most unusual, over all cuts: the share of the class is guessing, 1 is all of them first; more is better",
        ),
        "flagged" => ("flagged", "the share of the rows that are called unusual"),
        "r2" => (
            "R²",
            "share of the ups and downs that is explained: 1 is all, 0 is no better than the mean, below 0 is worse; more is better",
        ),
        "rmse" => ("RMSE", "typical error in the units of the target, large errors counting more; less is better"),
        "mae" => ("MAE", "mean size of the error in the units of the target; less is better"),
        "inertia" => (
            "inertia",
            "sum of the squared distances of rows to the centre of their cluster; less is better, for equally many clusters",
        ),
        "silhouette" => {
            ("silhouette", "how much nearer rows are to their own cluster than to the next, -1 to 1; more is better")
        }
        "ari" => {
            ("adjusted Rand", "how well clusters are the known classes: 0 is chance, 1 is the same; more is better")
        }
        "explained_variance_ratio" => {
            ("explained variance", "share of the spread that the fewer columns keep, 0 to 1; more is better")
        }
        "reconstruction_rmse" => {
            ("reconstruction RMSE", "typical error of rows brought back from the fewer columns; less is better")
        }
        "trustworthiness" => (
            "trustworthiness",
            "whether neighbours in the fewer columns are neighbours in truth, 0 to 1; more is better",
        ),
        "neighborhood_hit" => (
            "neighbourhood hit",
            "how many of a row's neighbours in the fewer columns are of its class, 0 to 1; more is better",
        ),
        "kl_divergence" => ("KL divergence", "how far the map's neighbourhoods are from the true ones; less is better"),
        "bits_per_char" => (
            "bits per character",
            "what it would take to write down the next character, given the guess; less is better",
        ),
        "perplexity" => {
            ("perplexity", "among how many equally likely characters the next one seems to be; less is better")
        }
        "precision" => ("precision", "share of new rows that look real, 0 to 1; more is better"),
        "recall" => (
            "recall",
            "share of real rows that could have been made, 0 to 1; more is better, but scattering widely raises it too",
        ),
        "density" => (
            "density",
            "how crowded with real rows it is where new rows lie: about 1 is as among real rows; more is better",
        ),
        "coverage" => ("coverage", "share of real rows that have a new row nearby, 0 to 1; more is better"),
        "negative_elbo" => ("negative ELBO", "a bound on how many nats it takes to write down a row; less is better"),
        _ => ("", ""),
    }
}

/// The name of a score as people say it; unknown ones as they are.
pub(super) fn name(score_name: &str) -> String {
    match score(score_name) {
        ("", _) => score_name.to_owned(),
        (name, _) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::rises;

    #[test]
    fn every_score_is_explained_and_says_which_way_is_better() {
        for known in [
            "accuracy",
            "macro_f1",
            "log_loss",
            "roc_auc",
            "average_precision",
            "r2",
            "rmse",
            "mae",
            "inertia",
            "silhouette",
            "ari",
            "explained_variance_ratio",
            "reconstruction_rmse",
            "trustworthiness",
            "neighborhood_hit",
            "kl_divergence",
            "bits_per_char",
            "perplexity",
            "precision",
            "recall",
            "density",
            "coverage",
            "negative_elbo",
        ] {
            let (said, told) = score(known);
            assert!(!said.is_empty(), "{known}");
            let way = if rises(known) { "more is better" } else { "less is better" };
            assert!(told.contains(way), "{known}: {told}");
        }
        assert_eq!(name("cake"), "cake");
    }
}
