//! Models of gradient boosting, and how they answer.

use super::fit::{Observer, Task, boost};
use super::loss::{Loss, probability};
use super::params::{BoostingLoss, GradientBoostingClassifier, GradientBoostingRegressor};
use super::trees::BoostedTrees;
use crate::answers::{ClassificationCriterion, RegressionCriterion, labelled, numbered};
use crate::columns::training;
use crate::decision_tree::check_classes;
use crate::targets::Answers;
use cairn_traits::{
    Classes, Convergence, Converges, DMatrix, DVector, Decision, Error, Fit, FitObserved, FitWeighted, Float,
    Hyperparameters, Persist, Predict, Probabilistic, Progress, Result,
};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// What [`GradientBoostingClassifier`] fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct GradientBoostingClassifierModel<F: Float> {
    classes: Vec<usize>,
    trees: BoostedTrees<F>,
    convergence: Convergence,
}

/// What [`GradientBoostingRegressor`] fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct GradientBoostingRegressorModel<F: Float> {
    loss: BoostingLoss,
    trees: BoostedTrees<F>,
    convergence: Convergence,
}

impl GradientBoostingClassifier {
    fn boosted<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &[usize],
        weights: Option<&[f64]>,
        observer: Option<Observer<'_, F>>,
    ) -> Result<GradientBoostingClassifierModel<F>> {
        self.validate()?;
        training(x)?;
        let n = x.nrows();
        let (targets, classes, weights) =
            labelled(y, n, weights, ClassificationCriterion::Entropy, self.class_weights)?;
        let Answers::Labels { class, .. } = targets.answers else { return Err(Error::Classes { needed: 2, found: 0 }) };
        let several = classes.len() > 2;
        if several && !self.boosting.monotone.is_empty() {
            let requirement = "no constraints with several classes";
            let found = self.boosting.monotone.len() as f64;
            return Err(Error::Parameter { name: "monotone", requirement, found });
        }
        let (loss, n_outputs) = if several { (Loss::Softmax, classes.len()) } else { (Loss::Log, 1) };
        let y = class.into_iter().map(f64::from).collect();
        let task = Task { x, y, weights, loss, n_outputs, classes: true };
        let (trees, convergence) = boost(&self.boosting, &task, observer)?;
        Ok(GradientBoostingClassifierModel { classes, trees, convergence })
    }
}

impl GradientBoostingRegressor {
    fn boosted<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &DVector<F>,
        weights: Option<&[f64]>,
        observer: Option<Observer<'_, F>>,
    ) -> Result<GradientBoostingRegressorModel<F>> {
        self.validate()?;
        training(x)?;
        let (loss, checks) = match self.loss {
            BoostingLoss::SquaredError => (Loss::Squared, RegressionCriterion::SquaredError),
            BoostingLoss::AbsoluteError => (Loss::Absolute, RegressionCriterion::SquaredError),
            BoostingLoss::Huber => (Loss::Huber { quantile: self.quantile }, RegressionCriterion::SquaredError),
            BoostingLoss::Quantile => (Loss::Quantile { quantile: self.quantile }, RegressionCriterion::SquaredError),
            BoostingLoss::Poisson => (Loss::Poisson, RegressionCriterion::Poisson),
        };
        let (_, weights) = numbered(y, x.nrows(), weights, checks)?;
        let y = y.iter().map(|y| y.to_f64()).collect();
        let task = Task { x, y, weights, loss, n_outputs: 1, classes: false };
        let (trees, convergence) = boost(&self.boosting, &task, observer)?;
        Ok(GradientBoostingRegressorModel { loss: self.loss, trees, convergence })
    }
}

macro_rules! fits {
    ($estimator:ident, $model:ident, $targets:ty) => {
        impl<F: Float> Fit<DMatrix<F>, $targets> for $estimator {
            type Model = $model<F>;

            fn fit(&self, x: &DMatrix<F>, y: &$targets) -> Result<Self::Model> {
                self.boosted(x, y, None, None)
            }
        }

        impl<F: Float> FitWeighted<DMatrix<F>, $targets> for $estimator {
            fn fit_weighted(&self, x: &DMatrix<F>, y: &$targets, weights: &[f64]) -> Result<Self::Model> {
                self.boosted(x, y, Some(weights), None)
            }
        }

        impl<F: Float> FitObserved<DMatrix<F>, $targets> for $estimator {
            /// The trees so far.
            type State = BoostedTrees<F>;

            fn fit_observed(
                &self,
                x: &DMatrix<F>,
                y: &$targets,
                observer: &mut dyn FnMut(&Progress, &BoostedTrees<F>) -> ControlFlow<()>,
            ) -> Result<Self::Model> {
                self.boosted(x, y, None, Some(observer))
            }
        }

        impl<F: Float> $model<F> {
            /// The trees.
            pub fn trees(&self) -> &BoostedTrees<F> {
                &self.trees
            }

            /// What each feature's questions take from the loss, as shares; all 0 for trees without questions.
            pub fn feature_importances(&self) -> Vec<f64> {
                self.trees.feature_importances()
            }
        }

        impl<F: Float> Converges for $model<F> {
            fn convergence(&self) -> Convergence {
                self.convergence
            }
        }
    };
}
fits!(GradientBoostingClassifier, GradientBoostingClassifierModel, [usize]);
fits!(GradientBoostingRegressor, GradientBoostingRegressorModel, DVector<F>);

impl<F: Float> GradientBoostingClassifierModel<F> {
    /// Each row's class, given the raw predictions, output by output; ties go to the lower class.
    fn winners(&self, raw: &[f64]) -> Vec<usize> {
        let n = raw.len() / self.trees.n_outputs();
        let class = |index: usize| self.classes.get(index).copied().unwrap_or(0);
        if self.trees.n_outputs() == 1 {
            return raw.iter().map(|&raw| class(usize::from(raw > 0.0))).collect();
        }
        // class by class, so that no loop jumps from one output to the next
        let (mut best, mut winners) = (vec![f64::NEG_INFINITY; n], vec![0; n]);
        for (index, raw) in raw.chunks_exact(n).enumerate() {
            for ((best, winner), &raw) in best.iter_mut().zip(&mut winners).zip(raw) {
                if raw > *best {
                    (*best, *winner) = (raw, index);
                }
            }
        }
        winners.into_iter().map(class).collect()
    }

    /// The labels after each round.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    ///
    /// # Complexity
    /// Memory for all rounds at once.
    pub fn staged_predict(&self, x: &DMatrix<F>) -> Result<Vec<Vec<usize>>> {
        Ok(self.trees.staged_raw(x)?.iter().map(|raw| self.winners(raw.as_slice())).collect())
    }
}

impl<F: Float> Classes for GradientBoostingClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl<F: Float> Predict<DMatrix<F>> for GradientBoostingClassifierModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        let blocks = self.trees.raw_blocks(x, |raw| self.winners(&raw))?;
        Ok(blocks.into_iter().flat_map(|(_, winners)| winners).collect())
    }
}

impl<F: Float> Decision<DMatrix<F>> for GradientBoostingClassifierModel<F> {
    type Scalar = F;

    /// The raw predictions: of two classes the log-odds of the second, n_samples x 1; else n_samples x n_classes.
    fn decision_function(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        Ok(self.trees.raw(x)?.map(F::of))
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for GradientBoostingClassifierModel<F> {
    type Scalar = F;

    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        let raw = self.trees.raw(x)?;
        if raw.ncols() == 1 {
            let share = |row: usize, class: usize| probability(if class == 1 { raw[row] } else { -raw[row] });
            return Ok(DMatrix::from_fn(raw.nrows(), 2, |row, class| F::of(share(row, class))));
        }
        let mut shares = DMatrix::zeros(raw.nrows(), raw.ncols());
        for (row, mut place) in raw.row_iter().zip(shares.row_iter_mut()) {
            let mut values: Vec<f64> = row.iter().copied().collect();
            cairn_numeric::softmax(&mut values);
            place.iter_mut().zip(values).for_each(|(place, value)| *place = F::of(value));
        }
        Ok(shares)
    }
}

impl<F: Float> GradientBoostingRegressorModel<F> {
    fn linked(&self, raw: &DMatrix<f64>) -> DVector<F> {
        let link = |raw: f64| if self.loss == BoostingLoss::Poisson { raw.exp() } else { raw };
        DVector::from_iterator(raw.nrows(), raw.iter().map(|&raw| F::of(link(raw))))
    }

    /// The answers after each round.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    ///
    /// # Complexity
    /// Memory for all rounds at once.
    pub fn staged_predict(&self, x: &DMatrix<F>) -> Result<Vec<DVector<F>>> {
        Ok(self.trees.staged_raw(x)?.iter().map(|raw| self.linked(raw)).collect())
    }
}

impl<F: Float> Predict<DMatrix<F>> for GradientBoostingRegressorModel<F> {
    type Output = DVector<F>;

    fn predict(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
        Ok(self.linked(&self.trees.raw(x)?))
    }
}

impl<F: Float> Persist for GradientBoostingClassifierModel<F> {
    const KIND: &'static str = "gradient-boosting-classifier";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.trees.check()?;
        let outputs = self.trees.n_outputs();
        check_classes(&self.classes, if outputs == 1 { 2 } else { outputs })
    }
}

impl<F: Float> Persist for GradientBoostingRegressorModel<F> {
    const KIND: &'static str = "gradient-boosting-regressor";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.trees.check()?;
        cairn_traits::check::size("answers", "outputs", 1, self.trees.n_outputs())
    }
}
