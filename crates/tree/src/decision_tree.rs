//! One tree.

use crate::answers::{ClassWeights, ClassificationCriterion, RegressionCriterion, labelled, numbered};
use crate::columns::ranked;
use crate::forest::{argmax, tree};
use crate::limits::{Limits, Splitter, limit_setters};
use crate::prune::{PruningPath, pruned, pruning_path};
use crate::tree::Tree;
use cairn_traits::{
    Classes, DMatrix, DVector, Error, Fit, FitWeighted, Float, Hyperparameters, Outputs, Persist, Predict,
    Probabilistic, Result, check,
};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Classification by one tree of questions.
///
/// # Examples
/// ```
/// use cairn_tree::{DecisionTreeClassifier, Fit, Predict, rows};
/// let x = rows(&[[1.0], [2.0], [6.0], [8.0]]);
/// let model = DecisionTreeClassifier::new().fit(&x, &[0, 0, 1, 1])?;
/// assert_eq!(model.tree().to_text(&["size"]), "size ≤ 4 or missing\n  → [1.0, 0.0]\nsize > 4\n  → [0.0, 1.0]\n");
/// assert_eq!(model.predict(&rows(&[[3.9], [4.1]]))?, [0, 1]);
/// # Ok::<(), cairn_tree::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionTreeClassifier {
    pub(crate) criterion: ClassificationCriterion,
    pub(crate) class_weights: ClassWeights,
    #[serde(flatten)]
    pub(crate) limits: Limits,
}

/// Regression by one tree of questions, for one output or several.
///
/// # Examples
/// ```
/// use cairn_tree::{DVector, DecisionTreeRegressor, Fit, Predict, rows};
/// let x = rows(&[[1.0], [2.0], [6.0], [8.0]]);
/// let y = DVector::from_vec(vec![10.0, 12.0, 30.0, 40.0]);
/// let model = DecisionTreeRegressor::new().max_depth(1).fit(&x, &y)?;
/// assert_eq!(model.predict(&rows(&[[3.0], [7.0]]))?.as_slice(), [11.0, 35.0]); // the means of both sides
/// # Ok::<(), cairn_tree::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionTreeRegressor {
    pub(crate) criterion: RegressionCriterion,
    #[serde(flatten)]
    pub(crate) limits: Limits,
}

impl DecisionTreeClassifier {
    /// Gini, the best split, no limits: as in scikit-learn.
    pub fn new() -> Self {
        let class_weights = ClassWeights::Uniform;
        Self { criterion: ClassificationCriterion::Gini, class_weights, limits: Limits::default() }
    }

    /// What splits are judged by.
    #[must_use]
    pub fn criterion(mut self, criterion: ClassificationCriterion) -> Self {
        self.criterion = criterion;
        self
    }

    /// How much the classes count.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights) -> Self {
        self.class_weights = class_weights;
        self
    }

    /// How thresholds are chosen.
    #[must_use]
    pub fn splitter(mut self, splitter: Splitter) -> Self {
        self.limits.splitter = splitter;
        self
    }

    limit_setters!();

    fn grown<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &[usize],
        weights: Option<&[f64]>,
    ) -> Result<DecisionTreeClassifierModel<F>> {
        self.validate()?;
        let columns = ranked(x)?;
        let (targets, classes, weights) = labelled(y, x.nrows(), weights, self.criterion, self.class_weights)?;
        self.limits.fits(&targets, &columns)?;
        let (tree, _) = tree(&columns, &targets, &weights, &self.limits, (0, false, true));
        Ok(DecisionTreeClassifierModel { classes, tree })
    }
}

impl DecisionTreeRegressor {
    /// Squared error, the best split, no limits: as in scikit-learn.
    pub fn new() -> Self {
        Self { criterion: RegressionCriterion::SquaredError, limits: Limits::default() }
    }

    /// What splits are judged by.
    #[must_use]
    pub fn criterion(mut self, criterion: RegressionCriterion) -> Self {
        self.criterion = criterion;
        self
    }

    /// How thresholds are chosen.
    #[must_use]
    pub fn splitter(mut self, splitter: Splitter) -> Self {
        self.limits.splitter = splitter;
        self
    }

    limit_setters!();

    fn grown<F: Float, Y: Outputs<F>>(
        &self,
        x: &DMatrix<F>,
        y: &Y,
        weights: Option<&[f64]>,
    ) -> Result<DecisionTreeRegressorModel<F, Y>> {
        self.validate()?;
        let columns = ranked(x)?;
        let (targets, weights) = numbered(y, x.nrows(), weights, self.criterion)?;
        self.limits.fits(&targets, &columns)?;
        let (tree, _) = tree(&columns, &targets, &weights, &self.limits, (0, false, true));
        Ok(DecisionTreeRegressorModel { tree, outputs: PhantomData })
    }
}

/// What [`DecisionTreeClassifier`] fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct DecisionTreeClassifierModel<F: Float> {
    classes: Vec<usize>,
    tree: Tree<F>,
}

/// What [`DecisionTreeRegressor`] fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct DecisionTreeRegressorModel<F: Float, Y: Outputs<F> = DVector<F>> {
    tree: Tree<F>,
    #[serde(skip)]
    outputs: PhantomData<Y>,
}

macro_rules! shared {
    ($estimator:ident) => {
        impl Default for $estimator {
            fn default() -> Self {
                Self::new()
            }
        }

        impl Hyperparameters for $estimator {
            fn validate(&self) -> Result<()> {
                self.limits.validate()
            }
        }
    };
}
shared!(DecisionTreeClassifier);
shared!(DecisionTreeRegressor);

/// What both models tell of their tree.
macro_rules! tree_accessors {
    () => {
        /// The questions.
        pub fn tree(&self) -> &Tree<F> {
            &self.tree
        }

        /// The leaf of each row of `x`.
        ///
        /// # Errors
        /// Those of [`Predict::predict`].
        pub fn apply(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
            self.tree.apply(x)
        }

        /// The nodes that each row of `x` comes through, the root first.
        ///
        /// # Errors
        /// Those of [`Predict::predict`].
        pub fn decision_path(&self, x: &DMatrix<F>) -> Result<Vec<Vec<usize>>> {
            self.tree.decision_path(x)
        }

        /// What each feature's questions take from the impurity, as shares; all 0 for a tree without questions.
        pub fn feature_importances(&self) -> Vec<f64> {
            self.tree.feature_importances()
        }

        /// The nested trees of minimal cost-complexity pruning.
        pub fn pruning_path(&self) -> PruningPath {
            pruning_path(&self.tree)
        }

        /// The smallest tree among those on the path that is best for `ccp_alpha`.
        ///
        /// # Errors
        /// [`Error::Parameter`] unless `ccp_alpha` is a number of at least 0.
        pub fn pruned(mut self, ccp_alpha: f64) -> Result<Self> {
            check::parameter_at_least("ccp_alpha", 0.0, ccp_alpha, "a number of at least 0")?;
            self.tree = pruned(self.tree, ccp_alpha);
            Ok(self)
        }
    };
}

impl<F: Float> DecisionTreeClassifierModel<F> {
    tree_accessors!();
}

impl<F: Float, Y: Outputs<F>> DecisionTreeRegressorModel<F, Y> {
    tree_accessors!();
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for DecisionTreeClassifier {
    type Model = DecisionTreeClassifierModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<Self::Model> {
        self.grown(x, y, None)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>, [usize]> for DecisionTreeClassifier {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &[usize], weights: &[f64]) -> Result<Self::Model> {
        self.grown(x, y, Some(weights))
    }
}

impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for DecisionTreeRegressor {
    type Model = DecisionTreeRegressorModel<F, Y>;

    fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<Self::Model> {
        self.grown(x, y, None)
    }
}

impl<F: Float, Y: Outputs<F>> FitWeighted<DMatrix<F>, Y> for DecisionTreeRegressor {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        self.grown(x, y, Some(weights))
    }
}

impl<F: Float> Classes for DecisionTreeClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl<F: Float> Predict<DMatrix<F>> for DecisionTreeClassifierModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        // in the precision of the shares that are told
        let winner = |node: usize| argmax(self.tree.value(node).iter().map(|&share| F::of(share)));
        let class = |node: usize| self.classes.get(winner(node)).copied().unwrap_or(0);
        Ok(self.tree.apply(x)?.into_iter().map(class).collect())
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for DecisionTreeClassifierModel<F> {
    type Scalar = F;

    /// The share of each class in the (weighted) rows of the leaf: n_samples x n_classes.
    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        answers(&self.tree, x)
    }
}

fn answers<F: Float>(tree: &Tree<F>, x: &DMatrix<F>) -> Result<DMatrix<F>> {
    let leaves = tree.apply(x)?;
    let values = leaves.iter().flat_map(|&leaf| tree.value(leaf)).map(|&value| F::of(value));
    Ok(DMatrix::from_row_iterator(x.nrows(), tree.width, values))
}

impl<F: Float, Y: Outputs<F>> Predict<DMatrix<F>> for DecisionTreeRegressorModel<F, Y> {
    type Output = Y;

    fn predict(&self, x: &DMatrix<F>) -> Result<Y> {
        answers(&self.tree, x).map(Y::from_columns)
    }
}

/// Whether the classes of a file can be those of its trees.
pub(crate) fn check_classes(classes: &[usize], width: usize) -> Result<()> {
    check::size("classes", "classes", width, classes.len())?;
    if classes.is_sorted_by(|a, b| a < b) {
        Ok(())
    } else {
        Err(Error::Format("classes: expected ascending ones".into()))
    }
}

impl<F: Float> Persist for DecisionTreeClassifierModel<F> {
    const KIND: &'static str = "decision-tree-classifier";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.tree.check()?;
        check_classes(&self.classes, self.tree.width)
    }
}

impl<F: Float, Y: Outputs<F>> Persist for DecisionTreeRegressorModel<F, Y> {
    const KIND: &'static str = "decision-tree-regressor";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.tree.check()?;
        check::outputs::<F, Y>("answers", self.tree.width)
    }
}
