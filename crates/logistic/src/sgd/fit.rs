//! 1. Labels become 1 and −1: once for two classes, else once a class.
//! 2. A walk for each, side by side.

use super::{
    model::{SgdClassifierModel, flat},
    params::SgdClassifier,
};
use crate::{fit::unwatched, input::Input, scores::n_scores};
use cairn_optim::{LinearTask, LinearWalk, RowSlices};
use cairn_traits::{
    ClassWeights, Convergence, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, PartialFit, Progress,
    Result, Stop, Weighed, check,
};
use std::ops::ControlFlow;

/// What each walk is to learn: a sign and a weight a row.
struct Signs {
    signs: Vec<Vec<f64>>,
    weights: Vec<Vec<f64>>,
}

impl Signs {
    /// `own` are the weights of rows alone, `whole` those times the weights of their classes.
    fn new(n_classes: usize, positions: &[usize], own: &[f64], whole: &[f64]) -> Self {
        let sign = |own: bool| if own { 1.0 } else { -1.0 };
        if n_classes == 2 {
            let signs = positions.iter().map(|&class| sign(class == 1)).collect();
            return Self { signs: vec![signs], weights: vec![whole.to_vec()] };
        }
        let of_class = |class: usize| positions.iter().map(move |&position| position == class);
        let weights = |class: usize| {
            let choice = of_class(class).zip(whole.iter().zip(own));
            choice.map(|(mine, (whole, own))| if mine { *whole } else { *own }).collect()
        };
        Self {
            signs: (0..n_classes).map(|class| of_class(class).map(sign).collect()).collect(),
            weights: (0..n_classes).map(weights).collect(),
        }
    }

    fn tasks<'a, F: Float>(&'a self, x: RowSlices<'a, F>) -> Result<Vec<LinearTask<'a, F>>> {
        self.signs.iter().zip(&self.weights).map(|(signs, weights)| LinearTask::new(x, signs, Some(weights))).collect()
    }
}

impl SgdClassifier {
    fn declared(&self) -> Vec<usize> {
        let mut classes = self.classes.clone();
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    fn fit_rows<X: Input>(
        &self,
        x: &X,
        y: &[usize],
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<SgdClassifierModel<X::Scalar>> {
        self.validate()?;
        x.check_training()?;
        let weighed = match self.classes[..] {
            [] => self.class_weights.weigh(y, x.n_rows(), weights)?,
            _ => self.class_weights.weigh_known(self.declared(), y, x.n_rows(), weights)?,
        };
        let Weighed { classes, positions, weights: whole, .. } = weighed;
        let own = weights.map_or_else(|| vec![1.0; y.len()], <[f64]>::to_vec);
        let signs = Signs::new(classes.len(), &positions, &own, &whole);
        let mut flat_rows = Vec::new();
        let tasks = signs.tasks(x.row_slices(&mut flat_rows)?)?;
        let mut walks = vec![LinearWalk::new(vec![0.0; x.n_columns()], 0.0); n_scores(classes.len())];
        let loss = |sign, predictor| self.loss.at(sign, predictor);
        let mut seen = |progress: &Progress, walks: &[&LinearWalk]| observer(progress, &flat(walks));
        let convergence = self.sgd.fit(&mut walks, &tasks, &loss, &mut seen)?;
        SgdClassifierModel::of_walks(classes, walks, convergence)
    }

    /// One batch, once through.
    fn once_more<X: Input>(
        &self,
        classes: Vec<usize>,
        mut walks: Vec<LinearWalk>,
        before: usize,
        (x, y): (&X, &[usize]),
    ) -> Result<SgdClassifierModel<X::Scalar>> {
        if self.class_weights == ClassWeights::Balanced {
            let requirement = "weights that do not hang on rows still to come";
            return Err(Error::Parameter { name: "class_weights", requirement, found: f64::NAN });
        }
        let Weighed { positions, weights, .. } =
            self.class_weights.weigh_known(classes.clone(), y, x.n_rows(), None)?;
        let signs = Signs::new(classes.len(), &positions, &vec![1.0; y.len()], &weights);
        let mut flat_rows = Vec::new();
        let tasks = signs.tasks(x.row_slices(&mut flat_rows)?)?;
        let n_iter = before + 1;
        let order = self.sgd.order(&(0..y.len()).collect::<Vec<_>>(), n_iter);
        let mut objective = 0.0;
        for (walk, task) in walks.iter_mut().zip(&tasks) {
            objective += self.sgd.epoch(walk, task, &order, &|sign, predictor| self.loss.at(sign, predictor))?;
            if walk.check(x.n_columns()).is_err() || !objective.is_finite() {
                return Err(Error::Diverged { step: n_iter });
            }
        }
        SgdClassifierModel::of_walks(classes, walks, Convergence { n_iter, objective, stop: Stop::MaxIter })
    }
}

impl<X: Input> Fit<X, [usize]> for SgdClassifier {
    type Model = SgdClassifierModel<X::Scalar>;

    fn fit(&self, x: &X, y: &[usize]) -> Result<Self::Model> {
        self.fit_rows(x, y, None, &mut unwatched)
    }
}

/// A weight is a factor of the steps of its row. That is not what repetitions are: they are steps of their own.
impl<X: Input> FitWeighted<X, [usize]> for SgdClassifier {
    fn fit_weighted(&self, x: &X, y: &[usize], weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), &mut unwatched)
    }
}

impl<X: Input> FitObserved<X, [usize]> for SgdClassifier {
    /// Coefficients score by score, then the intercepts.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &X,
        y: &[usize],
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, y, None, observer)
    }
}

impl<X: Input> PartialFit<X, [usize]> for SgdClassifier {
    fn start(&self, x: &X, y: &[usize]) -> Result<Self::Model> {
        self.validate()?;
        x.check_training()?;
        let classes = if self.classes.is_empty() { check::labels(y, x.n_rows(), 2)? } else { self.declared() };
        let walks = vec![LinearWalk::new(vec![0.0; x.n_columns()], 0.0); n_scores(classes.len())];
        self.once_more(classes, walks, 0, (x, y))
    }

    fn partial_fit(&self, model: &mut Self::Model, x: &X, y: &[usize]) -> Result<()> {
        self.validate()?;
        x.check_query(model.n_features())?;
        *model =
            self.once_more(model.scores.classes().to_vec(), model.walks.clone(), model.convergence.n_iter, (x, y))?;
        Ok(())
    }
}
