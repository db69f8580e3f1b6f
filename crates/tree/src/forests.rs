//! Random forests and extremely randomised trees: four estimators on one engine.

use crate::answers::{ClassWeights, ClassificationCriterion, RegressionCriterion, labelled, numbered};
use crate::columns::ranked;
use crate::decision_tree::check_classes;
use crate::forest::{Draws, Forest, forest};
use crate::limits::{Limits, MaxFeatures, Splitter, limit_setters};
use crate::tree::Tree;
use cairn_traits::{
    Classes, DMatrix, DVector, Fit, FitWeighted, Float, Hyperparameters, Outputs, Persist, Predict, Probabilistic,
    Result, check,
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// What every forest estimator shares, on top of its criterion.
macro_rules! estimator {
    ($name:ident, $criterion:ident, $usual:ident, $features:expr, $splitter:ident, $bootstrap:literal, { $($other:ident: $value:expr)? }) => {
        impl $name {
            /// `n_estimators` trees, everything else as in scikit-learn.
            pub fn new(n_estimators: usize) -> Self {
                let limits =
                    Limits { max_features: $features, splitter: Splitter::$splitter, ..Limits::default() };
                let (criterion, bootstrap) = ($criterion::$usual, $bootstrap);
                Self { n_estimators, criterion, bootstrap, oob_score: false, limits, $($other: $value)? }
            }

            /// How many trees: at least 1. More cost time and never harm.
            #[must_use]
            pub fn n_estimators(mut self, n_estimators: usize) -> Self {
                self.n_estimators = n_estimators;
                self
            }

            /// What splits are judged by.
            #[must_use]
            pub fn criterion(mut self, criterion: $criterion) -> Self {
                self.criterion = criterion;
                self
            }

            /// Whether each tree grows on as many rows as there are, drawn with replacement.
            #[must_use]
            pub fn bootstrap(mut self, bootstrap: bool) -> Self {
                self.bootstrap = bootstrap;
                self
            }

            /// Whether the rows that trees were not grown on tell how good the forest is; needs `bootstrap`.
            #[must_use]
            pub fn oob_score(mut self, oob_score: bool) -> Self {
                self.oob_score = oob_score;
                self
            }

            limit_setters!();

            fn draws(&self) -> Draws {
                let Self { n_estimators, bootstrap, oob_score, .. } = *self;
                Draws { n_estimators, bootstrap, oob_score }
            }
        }

        impl Default for $name {
            /// A hundred trees, as in scikit-learn.
            fn default() -> Self {
                Self::new(100)
            }
        }

        impl Hyperparameters for $name {
            fn validate(&self) -> Result<()> {
                self.draws().validate()?;
                self.limits.validate()
            }
        }
    };
}

macro_rules! classifier {
    ($name:ident, $splitter:ident, $bootstrap:literal, $($doc:literal),*) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            n_estimators: usize,
            criterion: ClassificationCriterion,
            class_weights: ClassWeights,
            bootstrap: bool,
            oob_score: bool,
            #[serde(flatten)]
            limits: Limits,
        }

        estimator!($name, ClassificationCriterion, Gini, MaxFeatures::Sqrt, $splitter, $bootstrap, { class_weights: ClassWeights::Uniform });

        impl $name {
            /// How much the classes count.
            #[must_use]
            pub fn class_weights(mut self, class_weights: ClassWeights) -> Self {
                self.class_weights = class_weights;
                self
            }

            fn grown<F: Float>(
                &self,
                x: &DMatrix<F>,
                y: &[usize],
                weights: Option<&[f64]>,
            ) -> Result<ForestClassifierModel<F>> {
                self.validate()?;
                let columns = ranked(x)?;
                let (targets, classes, weights) = labelled(y, x.nrows(), weights, self.criterion, self.class_weights)?;
                self.limits.fits(&targets, &columns)?;
                let forest = forest(x, &columns, &targets, &weights, &self.limits, self.draws());
                Ok(ForestClassifierModel { classes, forest })
            }
        }

        impl<F: Float> Fit<DMatrix<F>, [usize]> for $name {
            type Model = ForestClassifierModel<F>;

            fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<Self::Model> {
                self.grown(x, y, None)
            }
        }

        impl<F: Float> FitWeighted<DMatrix<F>, [usize]> for $name {
            fn fit_weighted(&self, x: &DMatrix<F>, y: &[usize], weights: &[f64]) -> Result<Self::Model> {
                self.grown(x, y, Some(weights))
            }
        }
    };
}

macro_rules! regressor {
    ($name:ident, $splitter:ident, $bootstrap:literal, $($doc:literal),*) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            n_estimators: usize,
            criterion: RegressionCriterion,
            bootstrap: bool,
            oob_score: bool,
            #[serde(flatten)]
            limits: Limits,
        }

        estimator!($name, RegressionCriterion, SquaredError, MaxFeatures::All, $splitter, $bootstrap, {});

        impl $name {
            fn grown<F: Float, Y: Outputs<F>>(
                &self,
                x: &DMatrix<F>,
                y: &Y,
                weights: Option<&[f64]>,
            ) -> Result<ForestRegressorModel<F, Y>> {
                self.validate()?;
                let columns = ranked(x)?;
                let (targets, weights) = numbered(y, x.nrows(), weights, self.criterion)?;
                self.limits.fits(&targets, &columns)?;
                let forest = forest(x, &columns, &targets, &weights, &self.limits, self.draws());
                Ok(ForestRegressorModel { forest, outputs: PhantomData })
            }
        }

        impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for $name {
            type Model = ForestRegressorModel<F, Y>;

            fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<Self::Model> {
                self.grown(x, y, None)
            }
        }

        impl<F: Float, Y: Outputs<F>> FitWeighted<DMatrix<F>, Y> for $name {
            fn fit_weighted(&self, x: &DMatrix<F>, y: &Y, weights: &[f64]) -> Result<Self::Model> {
                self.grown(x, y, Some(weights))
            }
        }
    };
}

classifier!(
    RandomForestClassifier,
    Best,
    true,
    "Classification by the mean of many trees, each grown on rows drawn with replacement, each node on features drawn anew.",
    "",
    "# Examples",
    "```",
    "use cairn_tree::{Fit, Predict, RandomForestClassifier, rows};",
    "let x = rows(&[[1.0], [2.0], [3.0], [7.0], [8.0], [9.0]]);",
    "let model = RandomForestClassifier::new(25).seed(1).fit(&x, &[0, 0, 0, 1, 1, 1])?;",
    "assert_eq!(model.predict(&rows(&[[0.0], [10.0]]))?, [0, 1]);",
    "# Ok::<(), cairn_tree::Error>(())",
    "```"
);
classifier!(
    ExtraTreesClassifier,
    Random,
    false,
    "Classification by the mean of many trees whose thresholds are drawn, one a feature, the best of the features winning."
);
regressor!(
    RandomForestRegressor,
    Best,
    true,
    "Regression by the mean of many trees, each grown on rows drawn with replacement."
);
regressor!(
    ExtraTreesRegressor,
    Random,
    false,
    "Regression by the mean of many trees whose thresholds are drawn, one a feature, the best of the features winning."
);

/// What [`RandomForestClassifier`] and [`ExtraTreesClassifier`] fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ForestClassifierModel<F: Float> {
    classes: Vec<usize>,
    forest: Forest<F>,
}

/// What [`RandomForestRegressor`] and [`ExtraTreesRegressor`] fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ForestRegressorModel<F: Float, Y: Outputs<F> = DVector<F>> {
    forest: Forest<F>,
    #[serde(skip)]
    outputs: PhantomData<Y>,
}

macro_rules! forest_accessors {
    () => {
        /// The trees, in the order of their streams of random numbers.
        pub fn trees(&self) -> &[Tree<F>] {
            &self.forest.trees
        }

        /// The score of the rows out of the bag, each answered by the trees that were not grown on it: accuracy, or R²
        /// averaged over the outputs. `None` if it was not asked for, or no row was ever out.
        pub fn oob_score(&self) -> Option<f64> {
            self.forest.oob_score
        }

        /// The mean of the trees' importances, as shares.
        pub fn feature_importances(&self) -> Vec<f64> {
            self.forest.feature_importances()
        }

        /// The leaves of each row of `x`, one a tree.
        ///
        /// # Errors
        /// Those of [`Predict::predict`].
        pub fn apply(&self, x: &DMatrix<F>) -> Result<Vec<Vec<usize>>> {
            self.forest.apply(x)
        }
    };
}

impl<F: Float> ForestClassifierModel<F> {
    forest_accessors!();
}

impl<F: Float, Y: Outputs<F>> ForestRegressorModel<F, Y> {
    forest_accessors!();
}

impl<F: Float> Classes for ForestClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl<F: Float> Predict<DMatrix<F>> for ForestClassifierModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        let class = |winner| self.classes.get(winner).copied().unwrap_or(0);
        Ok(self.forest.winners(x)?.into_iter().map(class).collect())
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for ForestClassifierModel<F> {
    type Scalar = F;

    /// The mean of the trees' class shares: n_samples x n_classes.
    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        self.forest.means(x)
    }
}

impl<F: Float, Y: Outputs<F>> Predict<DMatrix<F>> for ForestRegressorModel<F, Y> {
    type Output = Y;

    fn predict(&self, x: &DMatrix<F>) -> Result<Y> {
        self.forest.means(x).map(Y::from_columns)
    }
}

impl<F: Float> Persist for ForestClassifierModel<F> {
    const KIND: &'static str = "forest-classifier";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.forest.check()?;
        check_classes(&self.classes, self.forest.width())
    }
}

impl<F: Float, Y: Outputs<F>> Persist for ForestRegressorModel<F, Y> {
    const KIND: &'static str = "forest-regressor";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.forest.check()?;
        check::outputs::<F, Y>("answers", self.forest.width())
    }
}
