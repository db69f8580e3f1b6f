//! Small trees in turn, each for the rows that those before it got wrong.

use crate::answers::{ClassWeights, ClassificationCriterion, labelled};
use crate::columns::{Column, ranked};
use crate::decision_tree::check_classes;
use crate::forest::{argmax, tree};
use crate::limits::{Limits, limit_setters};
use crate::targets::{Answers, Targets};
use crate::tree::{Tree, shares};
use cairn_traits::{
    Classes, Convergence, Converges, DMatrix, Decision, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters,
    Persist, Predict, Probabilistic, Progress, Result, Stop, check,
};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Classification by a vote of small trees, each grown on the rows that the ones before it got wrong (AdaBoost, SAMME).
///
/// ```text
/// e     the share of the weight that the tree gets wrong
/// a     learning_rate (ln((1 − e) / e) + ln(K − 1))             its say, K the number of classes
/// w     ← w exp(a) for each row it got wrong, then all so that they sum to 1
/// vote  Σ a over the trees for the class, less Σ a / (K − 1) over those for another, as shares of Σ a
/// ```
///
/// The trees are stumps of one question unless `max_depth` says more. A tree without error has the whole say and is the
/// last; one that is no better than drawing lots is left out and ends the fit, unless it is the first and only. Each
/// round lowers a bound on the training error: for two classes the product of 2 √(e (1 − e)). Noise in the labels
/// harms: what is labelled wrong gets ever more weight.
///
/// # Examples
/// ```
/// use cairn_tree::{AdaBoostClassifier, Fit, Predict, rows};
/// let x = rows(&[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]);
/// // no single question tells the middle from both ends
/// let model = AdaBoostClassifier::new(20).fit(&x, &[0, 0, 1, 1, 0, 0])?;
/// assert_eq!(model.predict(&x)?, [0, 0, 1, 1, 0, 0]);
/// # Ok::<(), cairn_tree::Error>(())
/// ```
///
/// # Errors
/// Those of [`crate::DecisionTreeClassifier`].
///
/// # References
/// Freund and Schapire (1997), A decision-theoretic generalization of on-line learning. Zhu, Zou, Rosset and Hastie (2009),
/// Multi-class AdaBoost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdaBoostClassifier {
    n_estimators: usize,
    learning_rate: f64,
    criterion: ClassificationCriterion,
    #[serde(flatten)]
    limits: Limits,
}

impl AdaBoostClassifier {
    /// So many stumps at most, each with its whole say.
    pub fn new(n_estimators: usize) -> Self {
        let limits = Limits { max_depth: Some(1), ..Limits::default() };
        Self { n_estimators, learning_rate: 1.0, criterion: ClassificationCriterion::Gini, limits }
    }

    /// Trees at most: at least 1.
    #[must_use]
    pub fn n_estimators(mut self, n_estimators: usize) -> Self {
        self.n_estimators = n_estimators;
        self
    }

    /// What every tree's say is multiplied by: above 0. Less needs more trees.
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.learning_rate = learning_rate;
        self
    }

    /// What splits are judged by.
    #[must_use]
    pub fn criterion(mut self, criterion: ClassificationCriterion) -> Self {
        self.criterion = criterion;
        self
    }

    limit_setters!();
}

impl Default for AdaBoostClassifier {
    /// Fifty stumps, as in scikit-learn.
    fn default() -> Self {
        Self::new(50)
    }
}

impl Hyperparameters for AdaBoostClassifier {
    fn validate(&self) -> Result<()> {
        let refused = |name, requirement, found| Err(Error::Parameter { name, requirement, found });
        if self.n_estimators == 0 {
            return refused("n_estimators", "a number of at least 1", 0.0);
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            return refused("learning_rate", "a number above 0", self.learning_rate);
        }
        self.limits.validate()
    }
}

/// What [`AdaBoostClassifier`] fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct AdaBoostClassifierModel<F: Float> {
    classes: Vec<usize>,
    trees: Vec<Tree<F>>,
    weights: Vec<f64>,
    errors: Vec<f64>,
    convergence: Convergence,
}

/// What watches the rounds.
type Observer<'a> = &'a mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>;

/// The rows, and how much each counts by now.
struct Rounds<'a, F: Float> {
    x: &'a DMatrix<F>,
    columns: Vec<Column<F>>,
    targets: Targets,
    weights: Vec<f64>,
}

impl<F: Float> Rounds<'_, F> {
    /// The next tree, which rows it gets wrong, and what share of the weight they are.
    fn tree(&self, limits: &Limits, index: usize) -> Result<(Tree<F>, Vec<bool>, f64)> {
        let (tree, _) = tree(&self.columns, &self.targets, &self.weights, limits, (index, false, true));
        let Answers::Labels { class, .. } = &self.targets.answers else {
            return Err(Error::Classes { needed: 2, found: 0 });
        };
        let leaves = tree.apply(self.x)?;
        let wrong: Vec<bool> =
            leaves.iter().zip(class).map(|(&leaf, &class)| argmax(tree.value(leaf)) != class as usize).collect();
        let missed: f64 = self.weights.iter().zip(&wrong).filter(|(_, wrong)| **wrong).map(|(w, _)| w).sum();
        Ok((tree, wrong, missed / self.weights.iter().sum::<f64>()))
    }

    /// Raises the wrong ones' weights, and makes all sum to 1.
    fn reweigh(&mut self, wrong: &[bool], say: f64) {
        for (weight, _) in self.weights.iter_mut().zip(wrong).filter(|(_, wrong)| **wrong) {
            *weight *= say.exp();
        }
        self.weights = shares(std::mem::take(&mut self.weights));
    }
}

impl AdaBoostClassifier {
    fn boosted<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &[usize],
        weights: Option<&[f64]>,
        mut observer: Option<Observer<'_>>,
    ) -> Result<AdaBoostClassifierModel<F>> {
        self.validate()?;
        let columns = ranked(x)?;
        let (targets, classes, weights) = labelled(y, x.nrows(), weights, self.criterion, ClassWeights::Uniform)?;
        self.limits.fits(&targets, &columns)?;
        let others = classes.len() as f64 - 1.0;
        let mut rounds = Rounds { x, columns, targets, weights: shares(weights) };
        let convergence = Convergence { n_iter: 0, objective: 0.0, stop: Stop::MaxIter };
        let mut model = AdaBoostClassifierModel {
            classes,
            trees: Vec::new(),
            weights: Vec::new(),
            errors: Vec::new(),
            convergence,
        };
        for step in 1..=self.n_estimators {
            let (tree, wrong, error) = rounds.tree(&self.limits, step - 1)?;
            let lots = error >= others / (others + 1.0);
            if lots && step > 1 {
                model.convergence.stop = Stop::Converged;
                break;
            }
            let last = lots || error <= 0.0;
            let odds = if last { 1.0 } else { self.learning_rate * (((1.0 - error) / error).ln() + others.ln()) };
            model.trees.push(tree);
            model.weights.push(odds);
            model.errors.push(error);
            (model.convergence.n_iter, model.convergence.objective) = (step, error);
            rounds.reweigh(&wrong, odds);
            let progress = Progress::new(step, self.n_estimators, error);
            if observer.as_mut().is_some_and(|observer| observer(&progress, &rounds.weights).is_break()) {
                model.convergence.stop = Stop::Interrupted;
                break;
            }
            if last {
                model.convergence.stop = Stop::Converged;
                break;
            }
        }
        Ok(model)
    }
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for AdaBoostClassifier {
    type Model = AdaBoostClassifierModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<Self::Model> {
        self.boosted(x, y, None, None)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>, [usize]> for AdaBoostClassifier {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &[usize], weights: &[f64]) -> Result<Self::Model> {
        self.boosted(x, y, Some(weights), None)
    }
}

impl<F: Float> FitObserved<DMatrix<F>, [usize]> for AdaBoostClassifier {
    /// The weights of the rows for the next tree. The progress tells the error of the last one.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        y: &[usize],
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.boosted(x, y, None, Some(observer))
    }
}

impl<F: Float> AdaBoostClassifierModel<F> {
    /// The trees, in turn.
    pub fn trees(&self) -> &[Tree<F>] {
        &self.trees
    }

    /// How much say each tree has.
    pub fn tree_weights(&self) -> &[f64] {
        &self.weights
    }

    /// The share of the weight, as it was then, that each tree got wrong.
    pub fn tree_errors(&self) -> &[f64] {
        &self.errors
    }

    /// The trees' importances, each by its say; they add up to 1, or are all 0.
    pub fn feature_importances(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.trees.first().map_or(0, |tree| tree.n_features)];
        for (tree, weight) in self.trees.iter().zip(&self.weights) {
            sums.iter_mut().zip(tree.feature_importances()).for_each(|(sum, share)| *sum += weight * share);
        }
        shares(sums)
    }

    /// The votes of all trees, n_samples x n_classes: a tree gives 1 to its class and −1 / (n_classes − 1) to the others,
    /// times its say, as a share of all say. `visit` is shown, after each tree, what was given to each class and how much
    /// in all: [`Self::balance`] makes votes of it.
    fn count(&self, x: &DMatrix<F>, mut visit: impl FnMut(&DMatrix<f64>, f64)) -> Result<DMatrix<f64>> {
        let (mut given, mut total) = (DMatrix::zeros(x.nrows(), self.classes.len()), 0.0);
        for (tree, &weight) in self.trees.iter().zip(&self.weights) {
            total += weight;
            let winners: Vec<usize> = (0..tree.nodes().len()).map(|node| argmax(tree.value(node))).collect();
            for (row, leaf) in tree.apply(x)?.into_iter().enumerate() {
                given[(row, winners[leaf])] += weight;
            }
            visit(&given, total);
        }
        Ok(self.balance(&given, total))
    }

    /// What is given to one class is taken from the others.
    fn balance(&self, given: &DMatrix<f64>, total: f64) -> DMatrix<f64> {
        let others = self.classes.len() as f64 - 1.0;
        given.map(|given| given / total - (total - given) / total / others)
    }

    fn votes(&self, x: &DMatrix<F>) -> Result<DMatrix<f64>> {
        self.count(x, |_, _| ())
    }

    fn winners(&self, votes: &DMatrix<f64>) -> Vec<usize> {
        let winner = |row: Vec<f64>| self.classes.get(argmax(&row)).copied().unwrap_or(0);
        votes.row_iter().map(|row| winner(row.iter().copied().collect())).collect()
    }

    /// The labels after each tree.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn staged_predict(&self, x: &DMatrix<F>) -> Result<Vec<Vec<usize>>> {
        let mut stages = Vec::with_capacity(self.trees.len());
        self.count(x, |given, total| stages.push(self.winners(&self.balance(given, total))))?;
        Ok(stages)
    }
}

impl<F: Float> Converges for AdaBoostClassifierModel<F> {
    /// The trees, and the error of the last one. Converged is a fit that ended early: nothing was wrong, or nothing better
    /// than lots was left.
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl<F: Float> Classes for AdaBoostClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl<F: Float> Predict<DMatrix<F>> for AdaBoostClassifierModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        Ok(self.winners(&self.votes(x)?))
    }
}

impl<F: Float> Decision<DMatrix<F>> for AdaBoostClassifierModel<F> {
    type Scalar = F;

    /// The votes: of two classes those of the second less those of the first, n_samples x 1; else n_samples x n_classes.
    fn decision_function(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        let votes = self.votes(x)?;
        if votes.ncols() == 2 {
            return Ok(DMatrix::from_fn(votes.nrows(), 1, |row, _| F::of(votes[(row, 1)] - votes[(row, 0)])));
        }
        Ok(votes.map(F::of))
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for AdaBoostClassifierModel<F> {
    type Scalar = F;

    /// The softmax of the votes over n_classes − 1: an order of trust rather than a calibrated probability.
    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        let votes = self.votes(x)?;
        let mut shares = DMatrix::zeros(votes.nrows(), votes.ncols());
        for (row, mut place) in votes.row_iter().zip(shares.row_iter_mut()) {
            let mut values: Vec<f64> = row.iter().map(|vote| vote / (self.classes.len() as f64 - 1.0)).collect();
            cairn_numeric::softmax(&mut values);
            place.iter_mut().zip(values).for_each(|(place, value)| *place = F::of(value));
        }
        Ok(shares)
    }
}

impl<F: Float> Persist for AdaBoostClassifierModel<F> {
    const KIND: &'static str = "adaboost-classifier";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::at_least("trees", 1, self.trees.len())?;
        check::size("weights", "trees", self.trees.len(), self.weights.len())?;
        check::size("errors", "trees", self.trees.len(), self.errors.len())?;
        let n_features = self.trees.first().map_or(0, |tree| tree.n_features);
        for tree in &self.trees {
            tree.check()?;
            check::size("trees", "features", n_features, tree.n_features)?;
            check_classes(&self.classes, tree.width)?;
        }
        check::at_least("classes", 2, self.classes.len())?;
        let sound = self.weights.iter().chain(&self.errors).all(|number| number.is_finite() && *number >= 0.0);
        if sound { Ok(()) } else { Err(Error::Format("weights: expected finite numbers of at least 0".into())) }
    }
}

#[cfg(test)]
mod tests;
