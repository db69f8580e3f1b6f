//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;

/// Runs and compares machine-learning algorithms: the same data, the same folds, accuracy and speed side by side.
#[derive(Debug, Parser)]
#[command(name = "bench-suite", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) compare: Compare,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The algorithms with their hyperparameters, and the shared data sets
    List(List),
    /// One algorithm on one file
    Run(Box<Run>),
    /// The answers of a saved model to new rows
    Predict(Predict),
    /// Every algorithm on its data sets (the default)
    Compare(Compare),
    /// A data set made to order, as a CSV file
    ///
    /// Sequences are written in long form, a line for each time of each: series,time,x0,x1,...,target.
    Generate(Generate),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// As one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// An algorithm of `bench-suite list`
    pub(crate) algorithm: String,
    /// Training rows: CSV with a header, IDX images, series (.ts) or plain text (.txt); each may be packed (.gz)
    #[arg(long, value_name = "FILE")]
    pub(crate) train: PathBuf,
    /// Test rows, in the columns of the training file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["holdout", "folds"])]
    pub(crate) test: Option<PathBuf>,
    /// The share of the rows held back for testing, at random
    #[arg(long, value_name = "SHARE", conflicts_with = "folds")]
    pub(crate) holdout: Option<f64>,
    /// Cross-validation with this many folds
    #[arg(long, value_name = "K")]
    pub(crate) folds: Option<usize>,
    /// The column to predict
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Option<String>,
    /// Columns to leave out
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) drop: Vec<String>,
    #[command(flatten)]
    pub(crate) texts: TextFlags,
    /// Bring numeric columns to mean 0 and standard deviation 1
    #[arg(long)]
    pub(crate) standardize: bool,
    /// Labels of IDX training images
    #[arg(long, value_name = "FILE")]
    pub(crate) labels: Option<PathBuf>,
    /// Labels of IDX test images
    #[arg(long, value_name = "FILE", requires = "test")]
    pub(crate) test_labels: Option<PathBuf>,
    /// A hyperparameter; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) sets: Vec<String>,
    /// Seed of everything that is drawn
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Threads; all cores if not given
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// What the algorithm computes in; f64 if not given, f32 for networks
    #[arg(long)]
    pub(crate) precision: Option<Precision>,
    /// Where to write the predictions of the rows that were tested
    #[arg(long, value_name = "OUT.csv")]
    pub(crate) predictions: Option<PathBuf>,
    /// Where to write the model, with all it takes to answer raw rows
    #[arg(long, value_name = "MODEL.json")]
    pub(crate) save: Option<PathBuf>,
    /// The result as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Predict {
    /// A file that `run --save` wrote
    pub(crate) model: PathBuf,
    /// Rows in the columns of the training file; the target may be missing
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// Where to write the predictions; standard output if not given
    #[arg(long, value_name = "OUT.csv")]
    pub(crate) predictions: Option<PathBuf>,
    /// Threads; all cores if not given
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// A generator of `bench-suite list`
    pub(crate) name: String,
    /// A setting; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) sets: Vec<String>,
    /// Another seed, other rows
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Where to write the rows, over what is there; standard output if not given
    #[arg(long, value_name = "OUT.csv")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// One kind of task alone
    #[arg(long)]
    pub(crate) task: Option<Task>,
    /// These algorithms alone
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) algorithms: Vec<String>,
    /// These data sets alone
    #[arg(long, value_name = "D,E", value_delimiter = ',')]
    pub(crate) datasets: Vec<String>,
    /// A table of your own instead of the shared data sets
    #[arg(long, value_name = "FILE", conflicts_with = "datasets")]
    pub(crate) csv: Option<PathBuf>,
    /// Its column to predict: words are classes, numbers are numbers unless --task says otherwise
    #[arg(long, value_name = "COLUMN", requires = "csv")]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) texts: TextFlags,
    /// Other people's libraries beside ours: linfa, smartcore, sklearn, sklearnex, torch
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) peers: Vec<String>,
    /// The Python that has sklearn, sklearnex, torch
    #[arg(long, value_name = "PATH", default_value = "python3", requires = "peers")]
    pub(crate) python: PathBuf,
    /// Folds of the cross-validation [default: 5, or 3 with --quick]
    #[arg(long, value_name = "K")]
    pub(crate) folds: Option<usize>,
    /// Seed of the folds and of everything that is drawn
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Threads; all cores if not given
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// What to print
    #[arg(long, default_value = "table")]
    pub(crate) format: Format,
    /// Where results.json, results.csv and report.html go
    #[arg(long, value_name = "DIR", default_value = "target/bench-suite")]
    pub(crate) output: PathBuf,
    /// A first look: 3 folds, and at most 500 rows of each data set, drawn with the seed
    #[arg(long, conflicts_with = "full")]
    pub(crate) quick: bool,
    /// All rows of every data set, instead of at most 10,000
    #[arg(long)]
    pub(crate) full: bool,
}

/// Columns of texts.
#[derive(Debug, Args)]
pub(crate) struct TextFlags {
    /// Columns of texts, taken as counts of their terms by naive Bayes, as TF-IDF by all others
    #[arg(long = "text", value_name = "COLUMNS", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// What texts are cut into
    #[arg(long, default_value = "word", requires = "columns")]
    pub(crate) analyzer: Cut,
    /// Terms are runs of so many words or characters: 2, or 1-3
    #[arg(long, value_name = "N-M", default_value = "1", value_parser = lengths, requires = "columns")]
    pub(crate) ngrams: (usize, usize),
    /// The commonest terms alone, so many of them
    #[arg(long, value_name = "N", requires = "columns")]
    pub(crate) max_features: Option<usize>,
}

/// What texts are cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cut {
    /// Words
    Word,
    /// Characters, across words
    Char,
    /// Characters within words
    CharWb,
}

/// `2`, or `1-3`.
fn lengths(text: &str) -> Result<(usize, usize), String> {
    let (shortest, longest) = text.split_once('-').unwrap_or((text, text));
    match (shortest.parse(), longest.parse()) {
        (Ok(shortest), Ok(longest)) if 0 < shortest && shortest <= longest => Ok((shortest, longest)),
        _ => Err("expected a length such as 2, or two such as 1-3".into()),
    }
}

/// What is to be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Task {
    /// One of a few classes
    Classification,
    /// A number
    Regression,
    /// Groups of rows that are alike
    Clustering,
    /// Rows that are unlike the others
    Anomaly,
    /// The same rows in fewer columns
    Reduction,
    /// New rows like those seen
    Generation,
    /// What follows: series, and text
    Sequence,
}

impl Task {
    /// Whether something is predicted.
    pub(crate) fn is_supervised(self) -> bool {
        matches!(self, Self::Classification | Self::Regression | Self::Sequence)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
            Self::Clustering => "clustering",
            Self::Anomaly => "anomaly",
            Self::Reduction => "reduction",
            Self::Generation => "generation",
            Self::Sequence => "sequence",
        }
    }
}

/// All of them, in the order they are shown.
pub(crate) const TASKS: [Task; 7] = [
    Task::Classification,
    Task::Regression,
    Task::Clustering,
    Task::Anomaly,
    Task::Reduction,
    Task::Generation,
    Task::Sequence,
];

/// What an algorithm computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Precision {
    F32,
    F64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}
