//! The algorithms there are: unlike estimators behind one face.

use crate::{
    adapters::{classifier, clusterer, detector, forecaster, generator, language_model, reducer, regressor},
    baselines::{
        IndependentNormals, MajorityClass, MeanTarget, Persistence, RandomCentroids, RandomProjection,
        SymbolFrequencies, ThreeSigma,
    },
    cli::{Precision, Task},
    failure::{Failure, Result},
    score::Scores,
};
use cairn_bayes::{BernoulliNb, CategoricalNb, ComplementNb, GaussianNb, MixedNb, MultinomialNb, Unseen};
use cairn_kmeans::{GaussianMixture, KMeans, MiniBatchKMeans};
use cairn_knn::{KnnClassifier, KnnRegressor, LocalOutlierFactor};
use cairn_linear::{ElasticNet, HuberRegressor, Lasso, LinearRegression, PoissonRegressor, Ridge, SgdRegressor};
use cairn_logistic::{LogisticRegression, SgdClassifier};
use cairn_mlp::{MlpClassifier, MlpRegressor};
use cairn_pca::{IncrementalPca, Pca, TruncatedSvd};
use cairn_traits::{Convergence, CsrMatrix, DMatrix, DVector};
use cairn_tree::{
    AdaBoostClassifier, DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreesClassifier, ExtraTreesRegressor,
    GradientBoostingClassifier, GradientBoostingRegressor, IsolationForest, RandomForestClassifier,
    RandomForestRegressor,
};
use cairn_tsne::Tsne;
use serde_json::{Map, Value};

/// What belongs to the rows of x.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Nothing: the rows speak for themselves.
    None,
    /// Positions among the classes.
    Classes(Vec<usize>),
    /// Numbers.
    Numbers(DVector<f64>),
}

/// Rows as algorithms take them, after their preparation.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    Matrix(DMatrix<f64>),
    /// Terms of texts, of which each row has few.
    Sparse(CsrMatrix<f64>),
    /// Each time x features; lengths may differ.
    Sequences(Vec<DMatrix<f64>>),
    Text(Vec<String>),
}

impl Input {
    pub(crate) fn matrix(&self) -> Result<&DMatrix<f64>> {
        match self {
            Self::Matrix(x) => Ok(x),
            other => Err(other.is_not(Form::Matrix)),
        }
    }

    pub(crate) fn sequences(&self) -> Result<&[DMatrix<f64>]> {
        match self {
            Self::Sequences(x) => Ok(x),
            other => Err(other.is_not(Form::Sequences)),
        }
    }

    pub(crate) fn text(&self) -> Result<&[String]> {
        match self {
            Self::Text(x) => Ok(x),
            other => Err(other.is_not(Form::Text)),
        }
    }

    fn is_not(&self, expected: Form) -> Failure {
        let found = match self {
            Self::Matrix(_) => Form::Matrix,
            Self::Sparse(_) => Form::Sparse,
            Self::Sequences(_) => Form::Sequences,
            Self::Text(_) => Form::Text,
        };
        Failure::new(format!("x: expected {}, found {}", expected.name(), found.name()))
    }
}

/// The form of the rows that an algorithm takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Matrix,
    /// A matrix, dense or sparse; texts as weights of their terms.
    Sparse,
    /// The same; texts as counts of their terms.
    Counts,
    Sequences,
    Text,
}

impl Form {
    /// The form without texts.
    pub(crate) fn dense(self) -> Self {
        match self {
            Self::Sparse | Self::Counts => Self::Matrix,
            other => other,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Matrix => "a matrix",
            Self::Sparse | Self::Counts => "a sparse matrix",
            Self::Sequences => "sequences",
            Self::Text => "text",
        }
    }
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
    /// A cluster for each row.
    Clusters(Vec<usize>),
    /// How unlike the others each row is, higher being more so, and whether that is enough to be called an anomaly.
    Anomalies {
        scores: Vec<f64>,
        flagged: Vec<bool>,
    },
    /// Each row in fewer columns, and brought back from them, where the model can.
    Reduced {
        embedded: DMatrix<f64>,
        restored: Option<DMatrix<f64>>,
    },
    /// New rows, as many as it was shown.
    Generated(DMatrix<f64>),
    /// The natural logarithm of the probability of each symbol, given those before it.
    Symbols(Vec<f64>),
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
    /// The form of rows it takes.
    fn takes(&self) -> Form {
        Form::Matrix
    }
    /// Hyperparameters and their defaults.
    fn defaults(&self) -> Map<String, Value>;
    /// Hyperparameters as `--set` makes them.
    fn params(&self, settings: &Settings) -> Result<Map<String, Value>>;
    fn fit(&self, x: &Input, y: &Target, settings: &Settings) -> Result<Timed<Box<dyn Fitted>>>;
    /// The model in the text of a file.
    fn load(&self, text: &str, settings: &Settings) -> Result<Box<dyn Fitted>>;
}

/// What it learned.
pub(crate) trait Fitted: Send + Sync {
    fn answer(&self, x: &Input) -> Result<Timed<Answer>>;
    fn save(&self) -> Result<String>;
    /// The positions it predicts among the names of the classes; none for numbers.
    fn classes(&self) -> &[usize] {
        &[]
    }
    /// Scores of the fit itself, of the training rows: inertia, explained variance.
    fn scores(&self) -> Scores {
        Vec::new()
    }
    /// How an iterative fit went.
    fn convergence(&self) -> Option<Convergence> {
        None
    }
    /// The answer to the rows of the fit, where it is not what asking again gives: the points of a map.
    fn own_rows(&self) -> Option<Answer> {
        None
    }
}

/// What numbers an algorithm learns from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Learns {
    Anything,
    /// Predicts counts and amounts: no targets below 0.
    AmountTargets,
    /// Counts and amounts: nothing below 0.
    Amounts,
    /// Categories: small whole numbers from 0.
    Categories,
}

/// A line of the registry.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// The library it comes from, if it is not ours: the counterpart of our entry of the same name.
    pub(crate) peer: Option<&'static str>,
    /// Distances or penalties mix the columns, so `compare` brings them to one scale.
    pub(crate) standardize: bool,
    /// What any algorithm must beat.
    pub(crate) baseline: bool,
    /// What the numbers must be that it learns from: `compare` leaves it out where they are not.
    pub(crate) learns: Learns,
    /// Computes in single precision unless told otherwise, and takes so long to learn that one hold-out must do.
    pub(crate) network: bool,
    /// Describes the rows it is fitted on, so `compare` fits and scores it on all of them.
    pub(crate) whole: bool,
    pub(crate) algorithm: Box<dyn Algorithm>,
}

impl Entry {
    fn new(name: &'static str, algorithm: impl Algorithm + 'static) -> Self {
        Self {
            name,
            peer: None,
            standardize: false,
            baseline: false,
            learns: Learns::Anything,
            network: false,
            whole: false,
            algorithm: Box::new(algorithm),
        }
    }

    /// What another library has for ours, on the same columns.
    pub(crate) fn of_peer(&self, peer: &'static str, algorithm: Box<dyn Algorithm>) -> Self {
        let Self { name, standardize, learns, network, whole, .. } = *self;
        Self { name, peer: Some(peer), standardize, baseline: false, learns, network, whole, algorithm }
    }

    /// `ridge`, or `ridge (linfa)`.
    pub(crate) fn title(&self) -> String {
        titled(self.name, self.peer)
    }

    fn standardized(self) -> Self {
        Self { standardize: true, ..self }
    }

    fn learns(self, learns: Learns) -> Self {
        Self { learns, ..self }
    }

    fn network(self) -> Self {
        Self { network: true, ..self }
    }

    /// What it computes in, unless told otherwise.
    pub(crate) fn precision(&self) -> Precision {
        if self.network { Precision::F32 } else { Precision::F64 }
    }

    fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    fn baseline(self) -> Self {
        Self { baseline: true, ..self }
    }
}

/// The one list: a new algorithm is one line here.
pub(crate) fn registry() -> Vec<Entry> {
    vec![
        Entry::new("majority-class", classifier(MajorityClass {}).sparse()).baseline(),
        Entry::new("mean-target", regressor(MeanTarget {})).baseline(),
        Entry::new("random-centroids", clusterer(RandomCentroids::default())).baseline().standardized(),
        Entry::new("three-sigma", detector(ThreeSigma {})).baseline(),
        Entry::new("random-projection", reducer(RandomProjection::default())).baseline().standardized(),
        Entry::new("independent-normals", generator(IndependentNormals { seed: 0 })).baseline().standardized(),
        Entry::new("persistence", forecaster(Persistence { column: 0 })).baseline(),
        Entry::new("symbol-frequencies", language_model(SymbolFrequencies {})).baseline(),
        Entry::new("linear-regression", regressor(LinearRegression::default())),
        Entry::new("ridge", regressor(Ridge::default())).standardized(),
        Entry::new("lasso", regressor(Lasso::default()).iterative()).standardized(),
        Entry::new("elastic-net", regressor(ElasticNet::default()).iterative()).standardized(),
        Entry::new("huber-regressor", regressor(HuberRegressor::default()).iterative()).standardized(),
        Entry::new("poisson-regressor", regressor(PoissonRegressor::default()).iterative())
            .standardized()
            .learns(Learns::AmountTargets),
        Entry::new("sgd-regressor", regressor(SgdRegressor::default()).iterative()).standardized(),
        Entry::new("logistic-regression", classifier(LogisticRegression::default()).sparse().iterative())
            .standardized(),
        Entry::new("sgd-classifier", classifier(SgdClassifier::default()).sparse().iterative()).standardized(),
        Entry::new("gaussian-nb", classifier(GaussianNb::default())),
        Entry::new("multinomial-nb", classifier(MultinomialNb::default()).counts()).learns(Learns::Amounts),
        Entry::new("complement-nb", classifier(ComplementNb::default()).counts()).learns(Learns::Amounts),
        Entry::new("bernoulli-nb", classifier(BernoulliNb::default()).counts()),
        Entry::new("categorical-nb", classifier(CategoricalNb::new().unseen(Unseen::Ignored)))
            .learns(Learns::Categories),
        Entry::new("mixed-nb", classifier(MixedNb::default().unseen(Unseen::Ignored))),
        Entry::new("kmeans", clusterer(KMeans::default()).iterative()).standardized(),
        Entry::new("mini-batch-kmeans", clusterer(MiniBatchKMeans::default()).iterative()).standardized(),
        Entry::new("gaussian-mixture", clusterer(GaussianMixture::default()).iterative()).standardized(),
        Entry::new("knn-classifier", classifier(KnnClassifier::default())).standardized(),
        Entry::new("knn-regressor", regressor(KnnRegressor::default())).standardized(),
        Entry::new("decision-tree-classifier", classifier(DecisionTreeClassifier::default())),
        Entry::new("decision-tree-regressor", regressor(DecisionTreeRegressor::default())),
        Entry::new("random-forest-classifier", classifier(RandomForestClassifier::default())),
        Entry::new("random-forest-regressor", regressor(RandomForestRegressor::default())),
        Entry::new("extra-trees-classifier", classifier(ExtraTreesClassifier::default())),
        Entry::new("extra-trees-regressor", regressor(ExtraTreesRegressor::default())),
        Entry::new("gradient-boosting-classifier", classifier(GradientBoostingClassifier::default()).iterative()),
        Entry::new("gradient-boosting-regressor", regressor(GradientBoostingRegressor::default()).iterative()),
        Entry::new("adaboost-classifier", classifier(AdaBoostClassifier::default()).iterative()),
        Entry::new("mlp-classifier", classifier(MlpClassifier::default()).iterative()).standardized().network(),
        Entry::new("mlp-regressor", regressor(MlpRegressor::default()).iterative()).standardized().network(),
        Entry::new("isolation-forest", detector(IsolationForest::default())),
        Entry::new("local-outlier-factor", detector(LocalOutlierFactor::default())).standardized(),
        Entry::new("pca", reducer(Pca::new(2))).standardized(),
        Entry::new("incremental-pca", reducer(IncrementalPca::new(2))).standardized(),
        Entry::new("truncated-svd", reducer(TruncatedSvd::new(2))).standardized(),
        Entry::new("tsne", reducer(Tsne::new()).iterative()).standardized().whole(),
    ]
}

/// An algorithm's name, and whose it is, if not ours.
pub(crate) fn titled(name: &str, peer: Option<&str>) -> String {
    peer.map_or_else(|| name.to_owned(), |peer| format!("{name} ({peer})"))
}

/// The algorithm of this name.
pub(crate) fn named(name: &str) -> Result<Entry> {
    let entries = registry();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
    let message = format!("algorithm: expected one of {}, found '{name}'", names.join(", "));
    entries.into_iter().find(|entry| entry.name == name).ok_or_else(|| Failure::new(message))
}
