//! The hyperparameters of gradient boosting.

use crate::answers::ClassWeights;
use crate::limits::{MaxFeatures, Monotone, each_once};
use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// What a regression boosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoostingLoss {
    /// (y − f)² / 2: means.
    SquaredError,
    /// |y − f|: medians, which outliers hardly move.
    AbsoluteError,
    /// Squares of the residuals up to their `quantile` in size, lines beyond: means of what is no outlier.
    Huber,
    /// The `quantile` of y.
    Quantile,
    /// eᶠ − y f, the answer is eᶠ: means of counts and rates. No y may be negative.
    Poisson,
}

/// What both estimators share. The fields are those of their setters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Boosting {
    pub(crate) n_estimators: usize,
    pub(crate) learning_rate: f64,
    pub(crate) max_leaf_nodes: usize,
    pub(crate) max_depth: Option<usize>,
    pub(crate) min_samples_leaf: usize,
    pub(crate) l1: f64,
    pub(crate) l2: f64,
    pub(crate) max_bins: usize,
    pub(crate) subsample: f64,
    pub(crate) max_features: MaxFeatures,
    pub(crate) categorical_features: Vec<usize>,
    pub(crate) monotone: Vec<(usize, Monotone)>,
    pub(crate) early_stopping: bool,
    pub(crate) validation_fraction: f64,
    pub(crate) n_iter_no_change: usize,
    pub(crate) tol: f64,
    pub(crate) seed: u64,
}

impl Default for Boosting {
    fn default() -> Self {
        Self {
            n_estimators: 100,
            learning_rate: 0.1,
            max_leaf_nodes: 31,
            max_depth: None,
            min_samples_leaf: 20,
            l1: 0.0,
            l2: 0.0,
            max_bins: 255,
            subsample: 1.0,
            max_features: MaxFeatures::All,
            categorical_features: Vec::new(),
            monotone: Vec::new(),
            early_stopping: false,
            validation_fraction: 0.1,
            n_iter_no_change: 10,
            tol: 1e-7,
            seed: 0,
        }
    }
}

fn within(name: &'static str, requirement: &'static str, holds: bool, found: f64) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::Parameter { name, requirement, found }) }
}

impl Boosting {
    pub(crate) fn validate(&self) -> Result<()> {
        let counts = [
            ("n_estimators", self.n_estimators),
            ("max_depth", self.max_depth.unwrap_or(1)),
            ("min_samples_leaf", self.min_samples_leaf),
            ("n_iter_no_change", self.n_iter_no_change),
        ];
        for (name, found) in counts {
            within(name, "a number of at least 1", found >= 1, found as f64)?;
        }
        within("max_leaf_nodes", "a number of at least 2", self.max_leaf_nodes >= 2, self.max_leaf_nodes as f64)?;
        within("max_bins", "a number from 2 to 255", (2..=255).contains(&self.max_bins), self.max_bins as f64)?;
        let rate = self.learning_rate;
        within("learning_rate", "a number above 0", rate > 0.0 && rate.is_finite(), rate)?;
        for (name, found) in [("l1", self.l1), ("l2", self.l2), ("tol", self.tol)] {
            check::parameter_at_least(name, 0.0, found, "a number of at least 0")?;
        }
        let share = "a fraction above 0, at most 1";
        within("subsample", share, self.subsample > 0.0 && self.subsample <= 1.0, self.subsample)?;
        let held = self.validation_fraction;
        within("validation_fraction", "a fraction above 0, below 1", held > 0.0 && held < 1.0, held)?;
        self.max_features.validate()?;
        each_once(&self.monotone)?;
        let both = self.monotone.iter().find(|(feature, _)| self.categorical_features.contains(feature));
        let requirement = "features that are not categorical: categories have no order";
        within("monotone", requirement, both.is_none(), both.map_or(0.0, |&(feature, _)| feature as f64))
    }

    /// Whether the declared features are there.
    pub(crate) fn fits(&self, n_features: usize) -> Result<()> {
        let requirement = "the numbers of columns of x, from 0";
        let beyond = |found: &usize| *found >= n_features;
        let found = self.categorical_features.iter().copied().find(beyond);
        within("categorical_features", requirement, found.is_none(), found.unwrap_or(0) as f64)?;
        let found = self.monotone.iter().map(|&(feature, _)| feature).find(beyond);
        within("monotone", requirement, found.is_none(), found.unwrap_or(0) as f64)
    }
}

/// Classification by the sum of many small trees, each a step down the slope of the log-loss.
///
/// Two classes have one tree a round, more have one for each class. The defaults are scikit-learn's and LightGBM's:
/// 100 rounds of 31 leaves, steps of a tenth.
///
/// # Examples
/// ```
/// use cairn_tree::{DMatrix, Fit, GradientBoostingClassifier, Predict};
/// // is a point inside a circle?
/// let x = DMatrix::from_fn(400, 2, |i, j| ((i * (37 + 24 * j)) % 101) as f64 / 50.0 - 1.0);
/// let y: Vec<usize> = x.row_iter().map(|r| usize::from(r.norm() < 0.8)).collect();
/// let model = GradientBoostingClassifier::new().n_estimators(50).fit(&x, &y)?;
/// let right = model.predict(&x)?.iter().zip(&y).filter(|(a, b)| a == b).count();
/// assert!(right > 390);
/// # Ok::<(), cairn_tree::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradientBoostingClassifier {
    pub(crate) class_weights: ClassWeights,
    #[serde(flatten)]
    pub(crate) boosting: Boosting,
}

/// Regression by the sum of many small trees, each a step down the slope of the loss.
///
/// # Examples
/// ```
/// use cairn_tree::{DMatrix, DVector, Fit, GradientBoostingRegressor, Predict};
/// let x = DMatrix::from_fn(500, 1, |i, _| i as f64 / 100.0);
/// let y = DVector::from_fn(500, |i, _| x[i].sin());
/// let model = GradientBoostingRegressor::new().fit(&x, &y)?;
/// assert!((model.predict(&DMatrix::from_element(1, 1, 1.0))?[0] - 1.0_f64.sin()).abs() < 0.05);
/// # Ok::<(), cairn_tree::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradientBoostingRegressor {
    pub(crate) loss: BoostingLoss,
    pub(crate) quantile: f64,
    #[serde(flatten)]
    pub(crate) boosting: Boosting,
}

/// The setters of the shared fields.
macro_rules! boosting_setters {
    () => {
        /// Rounds at most: at least 1.
        #[must_use]
        pub fn n_estimators(mut self, n_estimators: usize) -> Self {
            self.boosting.n_estimators = n_estimators;
            self
        }

        /// The share of each tree's step that is taken: above 0. Smaller steps need more rounds and generalise better.
        #[must_use]
        pub fn learning_rate(mut self, learning_rate: f64) -> Self {
            self.boosting.learning_rate = learning_rate;
            self
        }

        /// The most leaves of a tree, the greatest gain splits first: at least 2.
        #[must_use]
        pub fn max_leaf_nodes(mut self, max_leaf_nodes: usize) -> Self {
            self.boosting.max_leaf_nodes = max_leaf_nodes;
            self
        }

        /// No row may need more than so many questions of a tree: at least 1.
        #[must_use]
        pub fn max_depth(mut self, max_depth: usize) -> Self {
            self.boosting.max_depth = Some(max_depth);
            self
        }

        /// No leaf may have fewer rows: at least 1.
        #[must_use]
        pub fn min_samples_leaf(mut self, min_samples_leaf: usize) -> Self {
            self.boosting.min_samples_leaf = min_samples_leaf;
            self
        }

        /// Taken from the size of each leaf's slope, so that weak leaves answer 0: at least 0.
        #[must_use]
        pub fn l1(mut self, l1: f64) -> Self {
            self.boosting.l1 = l1;
            self
        }

        /// Added to each leaf's curvature, so that small leaves take small steps: at least 0.
        #[must_use]
        pub fn l2(mut self, l2: f64) -> Self {
            self.boosting.l2 = l2;
            self
        }

        /// The most bins that the values of a feature are put into, missing ones aside: from 2 to 255.
        #[must_use]
        pub fn max_bins(mut self, max_bins: usize) -> Self {
            self.boosting.max_bins = max_bins;
            self
        }

        /// The share of the rows that each round draws, without replacement: above 0, at most 1.
        #[must_use]
        pub fn subsample(mut self, subsample: f64) -> Self {
            self.boosting.subsample = subsample;
            self
        }

        /// How many features each tree may ask about, drawn for each.
        #[must_use]
        pub fn max_features(mut self, max_features: crate::MaxFeatures) -> Self {
            self.boosting.max_features = max_features;
            self
        }

        /// Columns of categories: whole numbers of at least 0 without order. A question parts them into two sets. The most
        /// frequent `max_bins` of a column are told apart; rarer ones, and those never seen, count as missing.
        #[must_use]
        pub fn categorical_features(mut self, categorical_features: impl Into<Vec<usize>>) -> Self {
            self.boosting.categorical_features = categorical_features.into();
            self
        }

        /// Columns with which answers may only go up, or only down. Not together with losses of quantiles, nor with
        /// several classes.
        #[must_use]
        pub fn monotone(mut self, monotone: impl Into<Vec<(usize, Monotone)>>) -> Self {
            self.boosting.monotone = monotone.into();
            self
        }

        /// Hold rows back, and end when their loss does not fall any more: after `n_iter_no_change` rounds without a new
        /// lowest loss by `tol`. The model is that of the round with the lowest.
        #[must_use]
        pub fn early_stopping(mut self, early_stopping: bool) -> Self {
            self.boosting.early_stopping = early_stopping;
            self
        }

        /// The share of the rows that is held back with `early_stopping`, above 0 and below 1.
        #[must_use]
        pub fn validation_fraction(mut self, validation_fraction: f64) -> Self {
            self.boosting.validation_fraction = validation_fraction;
            self
        }

        /// Rounds without a new lowest loss after which `early_stopping` ends: at least 1.
        #[must_use]
        pub fn n_iter_no_change(mut self, n_iter_no_change: usize) -> Self {
            self.boosting.n_iter_no_change = n_iter_no_change;
            self
        }

        /// By how much the loss of a round must be lower to be a new lowest: at least 0.
        #[must_use]
        pub fn tol(mut self, tol: f64) -> Self {
            self.boosting.tol = tol;
            self
        }

        /// What is drawn: rows, features, held-back rows.
        #[must_use]
        pub fn seed(mut self, seed: u64) -> Self {
            self.boosting.seed = seed;
            self
        }
    };
}

impl GradientBoostingClassifier {
    /// 100 rounds of 31 leaves of at least 20 rows, steps of a tenth.
    pub fn new() -> Self {
        Self { class_weights: ClassWeights::Uniform, boosting: Boosting::default() }
    }

    /// How much the classes count.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights) -> Self {
        self.class_weights = class_weights;
        self
    }

    boosting_setters!();
}

impl GradientBoostingRegressor {
    /// Squared error, 100 rounds of 31 leaves of at least 20 rows, steps of a tenth.
    pub fn new() -> Self {
        Self { loss: BoostingLoss::SquaredError, quantile: 0.5, boosting: Boosting::default() }
    }

    /// What is boosted.
    #[must_use]
    pub fn loss(mut self, loss: BoostingLoss) -> Self {
        self.loss = loss;
        self
    }

    /// Of `BoostingLoss::Quantile`: which one is answered. Of `BoostingLoss::Huber`: the share of the residuals that
    /// count as squares (0.9 is usual). Above 0 and below 1.
    #[must_use]
    pub fn quantile(mut self, quantile: f64) -> Self {
        self.quantile = quantile;
        self
    }

    boosting_setters!();
}

impl Default for GradientBoostingClassifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for GradientBoostingRegressor {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for GradientBoostingClassifier {
    fn validate(&self) -> Result<()> {
        self.boosting.validate()
    }
}

impl Hyperparameters for GradientBoostingRegressor {
    fn validate(&self) -> Result<()> {
        self.boosting.validate()?;
        let q = self.quantile;
        within("quantile", "a number above 0, below 1", q > 0.0 && q < 1.0, q)?;
        let order = self.boosting.monotone.len();
        let free = matches!(self.loss, BoostingLoss::SquaredError | BoostingLoss::Poisson);
        within("monotone", "no constraints with losses of quantiles", free || order == 0, order as f64)
    }
}
