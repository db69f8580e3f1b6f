use super::{
    model::{ElasticNetModel, ElasticPenalised},
    params::ElasticNet,
};
use crate::{
    coordinate_descent::{Descent, Ended, Input, Plan, checked},
    model::LinearModel,
};
use cairn_traits::{
    Convergence, DMatrix, DVector, Fit, FitObserved, FitWeighted, Hyperparameters, Outputs, Progress, Result, Stop,
};
use nalgebra::DMatrixView;
use std::ops::ControlFlow;

/// Coefficients n_features x n_outputs, intercepts, and how the worst of the outputs ended.
#[derive(Debug)]
pub(crate) struct Descended {
    pub(crate) coefficients: DMatrix<f64>,
    pub(crate) intercepts: DVector<f64>,
    pub(crate) ended: Ended,
}

impl ElasticNet {
    /// Each output in turn; the observer sees that of the first.
    pub(crate) fn descend<X: Input>(
        &self,
        x: &X,
        y: DMatrixView<'_, X::Scalar>,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Descended> {
        self.validate()?;
        checked(x, y, weights)?;
        let (columns, targets) = x.prepare(y, weights, self.fit_intercept, Plan::Once)?;
        let mut coefficients = DMatrix::zeros(x.n_features(), targets.len());
        let mut intercepts = DVector::zeros(targets.len());
        let mut all: Option<Ended> = None;
        for (k, target) in targets.iter().enumerate() {
            let mut descent = Descent::new(&columns, target);
            let ended = descent.solve(self.penalty(self.alpha), None, self.limits(), observer)?;
            coefficients.column_mut(k).copy_from_slice(&descent.coefficients);
            intercepts[k] = intercept(target.mean, columns.means(), &descent.coefficients);
            all = Some(all.map_or(ended, |all| worse(all, ended)));
        }
        let none = Convergence { n_iter: 0, objective: 0.0, stop: Stop::Converged };
        let ended = all.unwrap_or(Ended { convergence: none, gap: 0.0 });
        Ok(Descended { coefficients, intercepts, ended })
    }

    fn fit_rows<X: Input, Y: Outputs<X::Scalar>>(
        &self,
        x: &X,
        y: &Y,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<ElasticNetModel<X::Scalar, Y>> {
        let Descended { coefficients, intercepts, ended } = self.descend(x, y.as_columns(), weights, observer)?;
        let kind = ElasticPenalised { convergence: ended.convergence, gap: ended.gap };
        LinearModel::new(&coefficients, &intercepts, kind)
    }
}

/// `ȳ − x̄·w`.
pub(crate) fn intercept(mean: f64, means: &[f64], coefficients: &[f64]) -> f64 {
    mean - means.iter().zip(coefficients).map(|(mean, w)| mean * w).sum::<f64>()
}

/// Both at once: most iterations, sum of objectives, largest gap, and the first end that is not convergence.
fn worse(a: Ended, b: Ended) -> Ended {
    let (left, right) = (a.convergence, b.convergence);
    Ended {
        convergence: Convergence {
            n_iter: left.n_iter.max(right.n_iter),
            objective: left.objective + right.objective,
            stop: if left.stop == Stop::Converged { right.stop } else { left.stop },
        },
        gap: a.gap.max(b.gap),
    }
}

/// Watches nothing.
pub(crate) fn unwatched(_: &Progress, _: &[f64]) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

impl<X: Input, Y: Outputs<X::Scalar>> Fit<X, Y> for ElasticNet {
    type Model = ElasticNetModel<X::Scalar, Y>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Model> {
        self.fit_rows(x, y, None, &mut unwatched)
    }
}

impl<X: Input, Y: Outputs<X::Scalar>> FitWeighted<X, Y> for ElasticNet {
    fn fit_weighted(&self, x: &X, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), &mut unwatched)
    }
}

impl<X: Input> FitObserved<X, DVector<X::Scalar>> for ElasticNet {
    /// The coefficients, each time all columns have been looked at.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &X,
        y: &DVector<X::Scalar>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, y, None, observer)
    }
}
