//! 1. Weights of the rows, the scale of the targets.
//! 2. Rows turned to samples side by side, once.
//! 3. A network with drawn weights, taught.

use super::{
    model::MlpRegressorModel,
    params::{MlpRegressor, RegressionLoss},
    scale::Scale,
};
use crate::door::{Lesson, Observer, by_rows, unwatched};
use cairn_nn::{History, Network, Targets};
use cairn_traits::{
    DMatrix, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, Outputs, PartialFit, Progress, Result, check,
};
use nalgebra::DMatrixView;
use std::{marker::PhantomData, ops::ControlFlow};

impl MlpRegressor {
    /// What is asked of targets and weights; the weights.
    fn weighed<F: Float>(&self, y: DMatrixView<'_, F>, n_rows: usize, own: Option<&[f64]>) -> Result<Vec<f64>> {
        check::targets(y, n_rows)?;
        own.map_or(Ok(()), |own| check::weights(own, n_rows))?;
        if self.loss == RegressionLoss::Poisson
            && let Some(row) = y.row_iter().position(|row| row.iter().any(|y| *y < F::zero()))
        {
            let found = y.row(row).min().to_f64();
            return Err(Error::Domain { what: "y", requirement: "numbers of at least 0", found, row: Some(row) });
        }
        Ok(own.map_or_else(|| vec![1.0; n_rows], <[f64]>::to_vec))
    }

    /// An untaught model for such targets.
    fn untaught<F: Float, Y: Outputs<F>>(
        &self,
        y: DMatrixView<'_, F>,
        weights: &[f64],
        n_features: usize,
    ) -> Result<MlpRegressorModel<F, Y>> {
        let rates = self.loss == RegressionLoss::Poisson;
        let scale = if self.scale_targets && !rates { Scale::of(y, weights) } else { Scale::plain(y.ncols(), rates) };
        let network = Network::new(self.hidden.architecture(n_features, y.ncols()), self.trainer.init_seed())?;
        let state = self.trainer.start(&network);
        Ok(MlpRegressorModel { network, scale, state, history: History::of_batches(0, 0.0), form: PhantomData })
    }

    fn taught<F: Float, Y: Outputs<F>>(
        &self,
        mut model: MlpRegressorModel<F, Y>,
        (x, y): (&DMatrix<F>, DMatrixView<'_, F>),
        weights: &[f64],
        observer: Option<&mut Observer<'_, F>>,
    ) -> Result<MlpRegressorModel<F, Y>> {
        check::columns("y", model.network.outputs(), y.ncols())?;
        let (x, mut y) = (by_rows(x.as_view()), by_rows(y));
        model.scale.down(&mut y);
        let lesson = Lesson { x: &x, targets: Targets::Numbers(&y), weights };
        let MlpRegressorModel { network, state, .. } = &mut model;
        model.history = match observer {
            Some(observer) => lesson.teach(&self.trainer, network, state, &self.cost(), observer)?,
            None => lesson.teach_once(&self.trainer, network, state, &self.cost())?,
        };
        Ok(model)
    }

    fn fit_rows<F: Float, Y: Outputs<F>>(
        &self,
        x: &DMatrix<F>,
        y: &Y,
        weights: Option<&[f64]>,
        observer: &mut Observer<'_, F>,
    ) -> Result<MlpRegressorModel<F, Y>> {
        self.validate()?;
        check::training(x)?;
        let y = y.as_columns();
        let weights = self.weighed(y, x.nrows(), weights)?;
        let model = self.untaught(y, &weights, x.ncols())?;
        self.taught(model, (x, y), &weights, Some(observer))
    }

    /// A fit that goes on from a model instead of drawn weights: for more epochs, for other rows of the same kind, or with
    /// other step lengths. Architecture and scale of the targets are the model's.
    ///
    /// # Errors
    /// Those of [`Fit::fit`]; [`Error::Shape`] for another number of columns or outputs than the model's.
    pub fn warm_start<F: Float, Y: Outputs<F>>(
        &self,
        model: &MlpRegressorModel<F, Y>,
        x: &DMatrix<F>,
        y: &Y,
    ) -> Result<MlpRegressorModel<F, Y>> {
        self.validate()?;
        check::query(x, model.n_features())?;
        let weights = self.weighed(y.as_columns(), x.nrows(), None)?;
        self.taught(model.clone(), (x, y.as_columns()), &weights, Some(&mut unwatched))
    }
}

impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for MlpRegressor {
    type Model = MlpRegressorModel<F, Y>;

    fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<Self::Model> {
        self.fit_rows(x, y, None, &mut unwatched)
    }
}

/// A weight is a factor of its row's loss. Repetitions would be spread over other batches, so they are not quite the same;
/// a weight of 0 is exactly the absence of the row.
impl<F: Float, Y: Outputs<F>> FitWeighted<DMatrix<F>, Y> for MlpRegressor {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), &mut unwatched)
    }
}

impl<F: Float, Y: Outputs<F>> FitObserved<DMatrix<F>, Y> for MlpRegressor {
    type State = Network<F>;

    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        y: &Y,
        observer: &mut dyn FnMut(&Progress, &Network<F>) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, y, None, observer)
    }
}

impl<F: Float, Y: Outputs<F>> PartialFit<DMatrix<F>, Y> for MlpRegressor {
    fn start(&self, x: &DMatrix<F>, y: &Y) -> Result<Self::Model> {
        self.validate()?;
        check::training(x)?;
        let y = y.as_columns();
        let weights = self.weighed(y, x.nrows(), None)?;
        self.taught(self.untaught(y, &weights, x.ncols())?, (x, y), &weights, None)
    }

    fn partial_fit(&self, model: &mut Self::Model, x: &DMatrix<F>, y: &Y) -> Result<()> {
        self.validate()?;
        check::query(x, model.n_features())?;
        let y = y.as_columns();
        let weights = self.weighed(y, x.nrows(), None)?;
        *model = self.taught(model.clone(), (x, y), &weights, None)?;
        Ok(())
    }
}
