//! The algorithms there are: unlike estimators behind one face.

use crate::{
    adapters::{Classifier, Regressor},
    baselines::{MajorityClass, MeanTarget},
    cli::{Precision, Task},
    failure::{Failure, Result},
};
use cairn_knn::{KnnClassifier, KnnRegressor};
use cairn_linear::{LinearRegression, Ridge};
use cairn_traits::{Convergence, DMatrix, DVector};
use serde_json::{Map, Value};

/// What belongs to the rows of x.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Positions among the classes.
    Classes(Vec<usize>),
    /// Numbers.
    Numbers(DVector<f64>),
}

/// What an algorithm is told beside the data.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// `--set`: hyperparameters and their values, as typed.
    pub(crate) sets: Vec<(String, String)>,
    pub(crate) seed: u64,
    pub(crate) precision: Precision,
}

/// What a model answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// A class for each row, and n_samples x n_classes probabilities in the order of `classes`.
    Classes {
        predicted: Vec<usize>,
        proba: DMatrix<f64>,
        classes: Vec<usize>,
    },
    Numbers(DVector<f64>),
}

/// A result and how long its call took, conversions not counted.
#[derive(Debug)]
pub(crate) struct Timed<T> {
    pub(crate) value: T,
    pub(crate) seconds: f64,
}

/// One algorithm of the program.
pub(crate) trait Algorithm: Send + Sync {
    fn task(&self) -> Task;
    /// Hyperparameters and their defaults.
    fn defaults(&self) -> Map<String, Value>;
    /// Hyperparameters as `--set` makes them.
    fn params(&self, settings: &Settings) -> Result<Map<String, Value>>;
    fn fit(&self, x: &DMatrix<f64>, y: &Target, settings: &Settings) -> Result<Timed<Box<dyn Fitted>>>;
    /// The model in the text of a file.
    fn load(&self, text: &str, precision: Precision) -> Result<Box<dyn Fitted>>;
}

/// What it learned.
pub(crate) trait Fitted: Send + Sync {
    fn answer(&self, x: &DMatrix<f64>) -> Result<Timed<Answer>>;
    fn save(&self) -> Result<String>;
    /// The positions it predicts among the names of the classes; none for numbers.
    fn classes(&self) -> &[usize] {
        &[]
    }
    /// How an iterative fit went.
    fn convergence(&self) -> Option<Convergence> {
        None
    }
}

/// A line of the registry.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// Distances or penalties mix the columns, so `compare` brings them to one scale.
    pub(crate) standardize: bool,
    /// What any algorithm must beat.
    pub(crate) baseline: bool,
    pub(crate) algorithm: Box<dyn Algorithm>,
}

impl Entry {
    fn new(name: &'static str, algorithm: impl Algorithm + 'static) -> Self {
        Self { name, standardize: false, baseline: false, algorithm: Box::new(algorithm) }
    }

    fn standardized(self) -> Self {
        Self { standardize: true, ..self }
    }

    fn baseline(self) -> Self {
        Self { baseline: true, ..self }
    }
}

/// The one list: a new algorithm is one line here.
pub(crate) fn registry() -> Vec<Entry> {
    vec![
        Entry::new("majority-class", Classifier(MajorityClass {})).baseline(),
        Entry::new("mean-target", Regressor(MeanTarget {})).baseline(),
        Entry::new("linear-regression", Regressor(LinearRegression::default())),
        Entry::new("ridge", Regressor(Ridge::default())).standardized(),
        Entry::new("knn-classifier", Classifier(KnnClassifier::default())).standardized(),
        Entry::new("knn-regressor", Regressor(KnnRegressor::default())).standardized(),
    ]
}

/// The algorithm of this name.
pub(crate) fn named(name: &str) -> Result<Entry> {
    let entries = registry();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
    let message = format!("algorithm: expected one of {}, found '{name}'", names.join(", "));
    entries.into_iter().find(|entry| entry.name == name).ok_or_else(|| Failure::new(message))
}
