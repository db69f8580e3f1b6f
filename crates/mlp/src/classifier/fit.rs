//! 1. Places of the labels among the classes, weights of the rows.
//! 2. Rows turned to samples side by side, once.
//! 3. A network with drawn weights, taught.

use super::{model::MlpClassifierModel, params::MlpClassifier};
use crate::door::{Lesson, Observer, by_rows, unwatched};
use cairn_nn::{History, Network, Targets, TrainerState};
use cairn_traits::{
    ClassWeights, DMatrix, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, PartialFit, Progress, Result,
    Weighed, check,
};
use std::ops::ControlFlow;

impl MlpClassifier {
    /// An untaught model of these classes.
    fn untaught<F: Float>(&self, classes: Vec<usize>, n_features: usize) -> Result<MlpClassifierModel<F>> {
        let network = Network::new(self.hidden.architecture(n_features, classes.len()), self.trainer.init_seed())?;
        let state: TrainerState<F> = self.trainer.start(&network);
        Ok(MlpClassifierModel { classes, network, state, history: History::of_batches(0, 0.0) })
    }

    fn taught<F: Float>(
        &self,
        mut model: MlpClassifierModel<F>,
        x: &DMatrix<F>,
        weighed: &Weighed,
        observer: &mut Observer<'_, F>,
    ) -> Result<MlpClassifierModel<F>> {
        let x = by_rows(x.as_view());
        let lesson = Lesson { x: &x, targets: Targets::Classes(&weighed.positions), weights: &weighed.weights };
        let MlpClassifierModel { network, state, .. } = &mut model;
        model.history = lesson.teach(&self.trainer, network, state, &self.loss(), observer)?;
        Ok(model)
    }

    fn fit_rows<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &[usize],
        weights: Option<&[f64]>,
        observer: &mut Observer<'_, F>,
    ) -> Result<MlpClassifierModel<F>> {
        self.validate()?;
        check::training(x)?;
        let weighed = match self.classes[..] {
            [] => self.class_weights.weigh(y, x.nrows(), weights)?,
            _ => self.class_weights.weigh_known(self.declared(), y, x.nrows(), weights)?,
        };
        let model = self.untaught(weighed.classes.clone(), x.ncols())?;
        self.taught(model, x, &weighed, observer)
    }

    /// A fit that goes on from a model instead of drawn weights: for more epochs, for other rows of the same kind, or with
    /// other step lengths. The architecture is the model's.
    ///
    /// # Errors
    /// Those of [`Fit::fit`]; [`Error::UnknownClass`] for a class the model does not know.
    ///
    /// # Examples
    /// ```
    /// use cairn_mlp::{Fit, MlpClassifier, Predict, rows};
    /// let x = rows(&[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    /// let mlp = MlpClassifier::new().hidden(&[16]).learning_rate(0.05).epochs(100);
    /// let half = mlp.fit(&x, &[0, 1, 1, 0])?;
    /// let whole = mlp.warm_start(&half, &x, &[0, 1, 1, 0])?;
    /// assert!(whole.history().epochs()[0].loss < half.history().epochs()[50].loss);
    /// # Ok::<(), cairn_mlp::Error>(())
    /// ```
    pub fn warm_start<F: Float>(
        &self,
        model: &MlpClassifierModel<F>,
        x: &DMatrix<F>,
        y: &[usize],
    ) -> Result<MlpClassifierModel<F>> {
        self.validate()?;
        check::query(x, model.n_features())?;
        let weighed = self.class_weights.weigh_known(model.classes.clone(), y, x.nrows(), None)?;
        self.taught(model.clone(), x, &weighed, &mut unwatched)
    }

    /// One batch, once through.
    fn once_more<F: Float>(
        &self,
        model: &MlpClassifierModel<F>,
        x: &DMatrix<F>,
        y: &[usize],
    ) -> Result<MlpClassifierModel<F>> {
        if self.class_weights == ClassWeights::Balanced {
            let requirement = "weights that do not hang on rows still to come";
            return Err(Error::Parameter { name: "class_weights", requirement, found: f64::NAN });
        }
        let weighed = self.class_weights.weigh_known(model.classes.clone(), y, x.nrows(), None)?;
        let mut model = model.clone();
        let x = by_rows(x.as_view());
        let lesson = Lesson { x: &x, targets: Targets::Classes(&weighed.positions), weights: &weighed.weights };
        let MlpClassifierModel { network, state, .. } = &mut model;
        model.history = lesson.teach_once(&self.trainer, network, state, &self.loss())?;
        Ok(model)
    }
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for MlpClassifier {
    type Model = MlpClassifierModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<Self::Model> {
        self.fit_rows(x, y, None, &mut unwatched)
    }
}

/// A weight is a factor of its row's loss. Repetitions would be spread over other batches, so they are not quite the same;
/// a weight of 0 is exactly the absence of the row.
impl<F: Float> FitWeighted<DMatrix<F>, [usize]> for MlpClassifier {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &[usize], weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), &mut unwatched)
    }
}

impl<F: Float> FitObserved<DMatrix<F>, [usize]> for MlpClassifier {
    type State = Network<F>;

    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        y: &[usize],
        observer: &mut dyn FnMut(&Progress, &Network<F>) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, y, None, observer)
    }
}

impl<F: Float> PartialFit<DMatrix<F>, [usize]> for MlpClassifier {
    fn start(&self, x: &DMatrix<F>, y: &[usize]) -> Result<Self::Model> {
        self.validate()?;
        check::training(x)?;
        let classes = if self.classes.is_empty() { check::labels(y, x.nrows(), 2)? } else { self.declared() };
        self.once_more(&self.untaught(classes, x.ncols())?, x, y)
    }

    fn partial_fit(&self, model: &mut Self::Model, x: &DMatrix<F>, y: &[usize]) -> Result<()> {
        self.validate()?;
        check::query(x, model.n_features())?;
        *model = self.once_more(model, x, y)?;
        Ok(())
    }
}
