//! How far trees may grow: the hyperparameters that all of them share.

use crate::columns::Column;
use crate::targets::{Formula, Targets};
use cairn_traits::{Error, Float, Result, check};
use serde::{Deserialize, Serialize};

/// How many features each node may ask about, drawn anew for each node. Constant ones are drawn past.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MaxFeatures {
    /// All of them.
    All,
    /// The square root of their number.
    Sqrt,
    /// The binary logarithm of their number.
    Log2,
    /// So many.
    Count(usize),
    /// This share of them.
    Fraction(f64),
}

impl MaxFeatures {
    pub(crate) fn of(self, n_features: usize) -> usize {
        let share = match self {
            Self::All => n_features,
            Self::Sqrt => n_features.isqrt(),
            Self::Log2 => n_features.checked_ilog2().unwrap_or(0) as usize,
            Self::Count(count) => count,
            Self::Fraction(fraction) => (fraction * n_features as f64) as usize,
        };
        share.clamp(1, n_features.max(1))
    }

    pub(crate) fn validate(self) -> Result<()> {
        match self {
            Self::Count(found) => count("max_features", 1, found, "a number of at least 1"),
            Self::Fraction(found) if !(found > 0.0 && found <= 1.0) => {
                let requirement = "a fraction above 0, at most 1";
                Err(Error::Parameter { name: "max_features", requirement, found })
            }
            _ => Ok(()),
        }
    }
}

/// How a feature's threshold is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Splitter {
    /// The best of all thresholds.
    Best,
    /// One threshold, drawn between the least and the greatest value in the node; the best of the features wins.
    Random,
}

/// How answers must change with a feature, all others fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Monotone {
    /// Never down when the feature goes up.
    Increasing,
    /// Never up when the feature goes up.
    Decreasing,
}

impl Monotone {
    /// Whether two answers, to less and to more of the feature, are in order.
    pub(crate) fn holds(self, less: f64, more: f64) -> bool {
        match self {
            Self::Increasing => less <= more,
            Self::Decreasing => less >= more,
        }
    }
}

/// Whether each feature is constrained once.
pub(crate) fn each_once(monotone: &[(usize, Monotone)]) -> Result<()> {
    let mut features: Vec<usize> = monotone.iter().map(|&(feature, _)| feature).collect();
    features.sort_unstable();
    match features.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(pair) => {
            Err(Error::Parameter { name: "monotone", requirement: "each feature once", found: pair[0] as f64 })
        }
    }
}

/// What all trees share. The fields are those of the estimators' setters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Limits {
    pub(crate) splitter: Splitter,
    pub(crate) max_depth: Option<usize>,
    pub(crate) min_samples_split: usize,
    pub(crate) min_samples_leaf: usize,
    pub(crate) min_weight_fraction_leaf: f64,
    pub(crate) max_leaf_nodes: Option<usize>,
    pub(crate) max_features: MaxFeatures,
    pub(crate) min_impurity_decrease: f64,
    pub(crate) ccp_alpha: f64,
    #[serde(default)]
    pub(crate) categorical_features: Vec<usize>,
    #[serde(default)]
    pub(crate) monotone: Vec<(usize, Monotone)>,
    pub(crate) seed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            splitter: Splitter::Best,
            max_depth: None,
            min_samples_split: 2,
            min_samples_leaf: 1,
            min_weight_fraction_leaf: 0.0,
            max_leaf_nodes: None,
            max_features: MaxFeatures::All,
            min_impurity_decrease: 0.0,
            ccp_alpha: 0.0,
            categorical_features: Vec::new(),
            monotone: Vec::new(),
            seed: 0,
        }
    }
}

fn count(name: &'static str, least: usize, found: usize, requirement: &'static str) -> Result<()> {
    if found >= least { Ok(()) } else { Err(Error::Parameter { name, requirement, found: found as f64 }) }
}

impl Limits {
    pub(crate) fn validate(&self) -> Result<()> {
        count("max_depth", 1, self.max_depth.unwrap_or(1), "a number of at least 1")?;
        count("min_samples_split", 2, self.min_samples_split, "a number of at least 2")?;
        count("min_samples_leaf", 1, self.min_samples_leaf, "a number of at least 1")?;
        count("max_leaf_nodes", 2, self.max_leaf_nodes.unwrap_or(2), "a number of at least 2")?;
        let found = self.min_weight_fraction_leaf;
        if !(0.0..=0.5).contains(&found) {
            return Err(Error::Parameter {
                name: "min_weight_fraction_leaf",
                requirement: "a number from 0 to 0.5",
                found,
            });
        }
        self.max_features.validate()?;
        each_once(&self.monotone)?;
        let least = "a number of at least 0";
        check::parameter_at_least("min_impurity_decrease", 0.0, self.min_impurity_decrease, least)?;
        check::parameter_at_least("ccp_alpha", 0.0, self.ccp_alpha, least)
    }
}

impl Limits {
    /// Whether constraints and categories can be with these answers, and are about columns that are there.
    pub(crate) fn fits<F: Float>(&self, targets: &Targets, columns: &[Column<F>]) -> Result<()> {
        let refused =
            |name, requirement, found: usize| Err(Error::Parameter { name, requirement, found: found as f64 });
        let there = "the numbers of columns of x, from 0";
        match self.monotone.iter().find(|&&(feature, _)| feature >= columns.len()) {
            Some(&(feature, _)) => return refused("monotone", there, feature),
            None if self.monotone.is_empty() || targets.can_be_ordered() => {}
            None => {
                return refused("monotone", "two classes, or one output without absolute errors", self.monotone.len());
            }
        }
        for &feature in &self.categorical_features {
            let Some(column) = columns.get(feature) else { return refused("categorical_features", there, feature) };
            if self.monotone.iter().any(|&(ordered, _)| ordered == feature) {
                return refused("monotone", "features that are not categorical: categories have no order", feature);
            }
            if targets.formula == Formula::Medians {
                return refused("categorical_features", "none with absolute errors", feature);
            }
            if let Some(found) = column.values.iter().map(|v| v.to_f64()).find(|v| *v < 0.0 || v.fract() != 0.0) {
                let requirement = "categories as whole numbers of at least 0";
                let rank = column.values.iter().position(|v| v.to_f64() == found);
                let row = column.ranks.iter().position(|&other| Some(other as usize) == rank);
                return Err(Error::Domain { what: "x", requirement, found, row });
            }
        }
        Ok(())
    }
}

/// The setters of the shared fields.
macro_rules! limit_setters {
    () => {
        /// No row may need more than so many questions: at least 1.
        #[must_use]
        pub fn max_depth(mut self, max_depth: usize) -> Self {
            self.limits.max_depth = Some(max_depth);
            self
        }

        /// A node with fewer rows stays a leaf: at least 2.
        #[must_use]
        pub fn min_samples_split(mut self, min_samples_split: usize) -> Self {
            self.limits.min_samples_split = min_samples_split;
            self
        }

        /// No leaf may have fewer rows: at least 1.
        #[must_use]
        pub fn min_samples_leaf(mut self, min_samples_leaf: usize) -> Self {
            self.limits.min_samples_leaf = min_samples_leaf;
            self
        }

        /// No leaf may have less of all weight: from 0 to 0.5.
        #[must_use]
        pub fn min_weight_fraction_leaf(mut self, min_weight_fraction_leaf: f64) -> Self {
            self.limits.min_weight_fraction_leaf = min_weight_fraction_leaf;
            self
        }

        /// At most so many leaves, the best splits first: at least 2.
        #[must_use]
        pub fn max_leaf_nodes(mut self, max_leaf_nodes: usize) -> Self {
            self.limits.max_leaf_nodes = Some(max_leaf_nodes);
            self
        }

        /// How many features each node may ask about.
        #[must_use]
        pub fn max_features(mut self, max_features: crate::MaxFeatures) -> Self {
            self.limits.max_features = max_features;
            self
        }

        /// A split must take this much from the tree's impurity: the node's share of the weight times what it loses.
        #[must_use]
        pub fn min_impurity_decrease(mut self, min_impurity_decrease: f64) -> Self {
            self.limits.min_impurity_decrease = min_impurity_decrease;
            self
        }

        /// Prunes branches that gain less than this for each leaf they add; 0 for none.
        #[must_use]
        pub fn ccp_alpha(mut self, ccp_alpha: f64) -> Self {
            self.limits.ccp_alpha = ccp_alpha;
            self
        }

        /// Columns of categories: whole numbers of at least 0 without order. A question parts those it meets into two sets.
        #[must_use]
        pub fn categorical_features(mut self, categorical_features: impl Into<Vec<usize>>) -> Self {
            self.limits.categorical_features = categorical_features.into();
            self
        }

        /// Columns with which answers may only go up, or only down; of two classes it is the share of the second. Not with
        /// more classes, several outputs or absolute errors.
        #[must_use]
        pub fn monotone(mut self, monotone: impl Into<Vec<(usize, crate::Monotone)>>) -> Self {
            self.limits.monotone = monotone.into();
            self
        }

        /// What is drawn: features and thresholds, and in forests the rows.
        #[must_use]
        pub fn seed(mut self, seed: u64) -> Self {
            self.limits.seed = seed;
            self
        }
    };
}
pub(crate) use limit_setters;
