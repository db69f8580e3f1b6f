use super::{
    model::{L1Penalised, LassoModel},
    params::Lasso,
};
use crate::{
    coordinate_descent::Input,
    elastic_net::{Descended, unwatched},
    model::LinearModel,
};
use cairn_traits::{DVector, Fit, FitObserved, FitWeighted, Outputs, Progress, Result};
use std::ops::ControlFlow;

impl Lasso {
    fn fit_rows<X: Input, Y: Outputs<X::Scalar>>(
        &self,
        x: &X,
        y: &Y,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<LassoModel<X::Scalar, Y>> {
        let Descended { coefficients, intercepts, ended } = self.net().descend(x, y.as_columns(), weights, observer)?;
        LinearModel::new(&coefficients, &intercepts, L1Penalised { convergence: ended.convergence, gap: ended.gap })
    }
}

impl<X: Input, Y: Outputs<X::Scalar>> Fit<X, Y> for Lasso {
    type Model = LassoModel<X::Scalar, Y>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Model> {
        self.fit_rows(x, y, None, &mut unwatched)
    }
}

impl<X: Input, Y: Outputs<X::Scalar>> FitWeighted<X, Y> for Lasso {
    fn fit_weighted(&self, x: &X, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), &mut unwatched)
    }
}

impl<X: Input> FitObserved<X, DVector<X::Scalar>> for Lasso {
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
