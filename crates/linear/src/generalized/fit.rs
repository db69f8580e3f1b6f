//! Newton's method on half the mean deviance, each step a weighted ridge problem: iteratively reweighted least squares.
//! With many columns the step comes from conjugate gradients, which need no matrix of columns by columns.

use super::{
    family::Family,
    model::{GammaFit, GammaModel, PoissonFit, PoissonModel, TweedieFit, TweedieModel},
    params::{GammaRegressor, PoissonRegressor, TweedieRegressor},
    problem::{Problem, Wide},
};
use crate::{coordinate_descent::normalised, elastic_net::unwatched, model::LinearModel};
use cairn_optim::Newton;
use cairn_traits::{
    Convergence, DMatrix, DVector, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, Outputs, Progress,
    Result, check,
};
use std::ops::ControlFlow;

/// Up to so many columns the matrix of second derivatives is formed and factorised.
const MOST_COLUMNS: usize = 1000;

impl TweedieRegressor {
    pub(super) fn descend<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &DVector<F>,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<(DMatrix<f64>, DVector<f64>, Convergence)> {
        self.validate()?;
        check::training(x)?;
        check::targets(y.as_columns(), x.nrows())?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let family = Family { power: self.power };
        let y: Vec<f64> = y.iter().map(|y| y.to_f64()).collect();
        family.check(y.iter().copied())?;
        let weights = normalised(weights.unwrap_or(&vec![1.0; x.nrows()]));
        let mean: f64 = y.iter().zip(&weights).map(|(y, w)| y * w).sum();
        if mean <= 0.0 {
            let requirement = "a mean above 0, which the logarithm needs";
            return Err(Error::Domain { what: "y", requirement, found: mean, row: None });
        }
        let mut line = vec![0.0; x.ncols() + 1];
        line[x.ncols()] = if self.fit_intercept { mean.ln() } else { 0.0 };
        let problem = Problem::new(x, y, weights, family, self.alpha, self.fit_intercept);
        let shown = &mut |progress: &Progress, line: &[f64]| observer(progress, &line[..x.ncols()]);
        let convergence = if x.ncols() <= MOST_COLUMNS {
            let newton = Newton::new().tol(self.tol).max_iter(self.max_iter);
            newton.minimize(&mut { problem }, &mut line, shown)?.convergence
        } else {
            Wide::new(problem)?.descend(self, &mut line, shown)?
        };
        let coefficients = DMatrix::from_column_slice(x.ncols(), 1, &line[..x.ncols()]);
        Ok((coefficients, DVector::from_element(1, line[x.ncols()]), convergence))
    }
}

macro_rules! fits {
    ($estimator:ident, $model:ident, |$self:ident, $convergence:ident| $kind:expr) => {
        impl $estimator {
            fn fit_rows<F: Float>(
                &self,
                x: &DMatrix<F>,
                y: &DVector<F>,
                weights: Option<&[f64]>,
                observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
            ) -> Result<$model<F>> {
                let $self = self;
                let (coefficients, intercept, $convergence) = self.tweedie().descend(x, y, weights, observer)?;
                LinearModel::new(&coefficients, &intercept, $kind)
            }
        }

        impl<F: Float> Fit<DMatrix<F>, DVector<F>> for $estimator {
            type Model = $model<F>;

            fn fit(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<Self::Model> {
                self.fit_rows(x, y, None, &mut unwatched)
            }
        }

        impl<F: Float> FitWeighted<DMatrix<F>, DVector<F>> for $estimator {
            fn fit_weighted(&self, x: &DMatrix<F>, y: &DVector<F>, weights: &[f64]) -> Result<Self::Model> {
                self.fit_rows(x, y, Some(weights), &mut unwatched)
            }
        }

        impl<F: Float> FitObserved<DMatrix<F>, DVector<F>> for $estimator {
            /// The coefficients after each step.
            type State = [f64];

            fn fit_observed(
                &self,
                x: &DMatrix<F>,
                y: &DVector<F>,
                observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
            ) -> Result<Self::Model> {
                self.fit_rows(x, y, None, observer)
            }
        }
    };
}

fits!(PoissonRegressor, PoissonModel, |_estimator, convergence| PoissonFit { convergence });
fits!(GammaRegressor, GammaModel, |_estimator, convergence| GammaFit { convergence });
fits!(TweedieRegressor, TweedieModel, |estimator, convergence| TweedieFit { power: estimator.power, convergence });

#[cfg(test)]
mod tests {
    use crate::{
        DMatrix, DVector, Error, Fit, FitObserved, FitWeighted, GammaRegressor, PoissonRegressor, Predict, Stop,
        TweedieRegressor, rows,
    };
    use std::ops::ControlFlow;

    fn counts() -> (DMatrix<f64>, DVector<f64>) {
        let x = DMatrix::from_fn(80, 3, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin());
        let y = DVector::from_fn(80, |i, _| (0.5 + x[(i, 0)] - 0.7 * x[(i, 1)]).exp().round() + (i % 3) as f64);
        (x, y)
    }

    #[test]
    fn without_columns_that_tell_anything_the_mean_is_predicted() {
        let x = rows(&[[5.0], [5.0], [5.0]]);
        let model = PoissonRegressor::new(0.0).fit(&x, &DVector::from_vec(vec![0.0, 1.0, 5.0])).unwrap();
        assert!((model.predict(&x).unwrap()[0] - 2.0_f64).abs() < 1e-14);
        assert_eq!(model.coefficients()[0], 0.0);
    }

    #[test]
    fn two_groups_have_their_own_means() {
        // groups with means 2 and 6: b = ln 2, w = ln 3, whatever the family
        let x = rows(&[[0.0], [0.0], [1.0], [1.0]]);
        let y = DVector::from_vec(vec![1.0, 3.0, 4.0, 8.0]);
        for power in [0.0, 1.0, 1.5, 2.0, 3.0] {
            let model = TweedieRegressor::new(power).alpha(0.0).tol(1e-12).fit(&x, &y).unwrap();
            assert!((model.intercept() - 2.0_f64.ln()).abs() < 1e-10, "{power}: {model:?}");
            assert!((model.coefficients()[0] - 3.0_f64.ln()).abs() < 1e-10, "{power}: {model:?}");
        }
    }

    #[test]
    fn the_score_equations_hold() {
        let (x, y) = counts();
        let weights: Vec<f64> = (0..80).map(|i| (i % 4) as f64).collect();
        let model = PoissonRegressor::new(0.3).tol(1e-12).fit_weighted(&x, &y, &weights).unwrap();
        let off = DVector::from_vec(weights.clone()).component_mul(&(model.predict(&x).unwrap() - &y)) / 120.0;
        // Σ v (μ − y) = 0, Σ v (μ − y) x + alpha w = 0: n rounded terms of size 10
        assert!(off.sum().abs() < 1e-13);
        assert!((x.tr_mul(&off) + model.coefficients() * 0.3).amax() < 1e-12);
        assert_eq!(model.convergence().stop, Stop::Converged);
    }

    #[test]
    fn more_columns_than_are_factorised_meet_the_same_equations() {
        let x =
            DMatrix::from_fn(300, 1200, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin() + 5.0);
        let y = DVector::from_fn(300, |i, _| (x[(i, 0)] - 0.7 * x[(i, 1)]).exp().round());
        let weights: Vec<f64> = (0..300).map(|i| (i % 4) as f64).collect();
        let total: f64 = weights.iter().sum();
        for fit_intercept in [true, false] {
            let poisson = PoissonRegressor::new(0.1).fit_intercept(fit_intercept).tol(1e-9);
            let model = poisson.fit_weighted(&x, &y, &weights).unwrap();
            let off = DVector::from_vec(weights.clone()).component_mul(&(model.predict(&x).unwrap() - &y)) / total;
            // derivatives of columns about their means end at tol; the means are 5
            assert!(!fit_intercept || off.sum().abs() < 1e-8, "{}", off.sum());
            assert!((x.tr_mul(&off) + model.coefficients() * 0.1).amax() < 1e-7);
            assert_eq!(model.convergence().stop, Stop::Converged);
        }
    }

    #[test]
    fn deviances_fall_step_by_step() {
        let (x, y) = counts();
        let mut losses = Vec::new();
        let seen = GammaRegressor::new(0.01)
            .fit_observed(&x, &y.add_scalar(0.5), &mut |progress, _: &[f64]| {
                losses.push(progress.loss);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert!(losses.len() > 1 && losses.windows(2).all(|two| two[1] < two[0]), "{losses:?}");
        assert_eq!(seen.convergence().n_iter, losses.len());
    }

    #[test]
    fn targets_outside_the_family_are_refused() {
        let x = rows(&[[1.0], [2.0]]);
        let negative = PoissonRegressor::default().fit(&x, &DVector::from_vec(vec![1.0, -1.0]));
        assert!(matches!(negative, Err(Error::Domain { what: "y", row: Some(1), .. })));
        let zero = GammaRegressor::default().fit(&x, &DVector::from_vec(vec![0.0, 1.0]));
        assert!(matches!(zero, Err(Error::Domain { what: "y", row: Some(0), .. })));
        let zeros = PoissonRegressor::default().fit(&x, &DVector::from_vec(vec![0.0, 0.0]));
        assert!(matches!(zeros, Err(Error::Domain { what: "y", row: None, .. })));
        let y = DVector::from_vec(vec![1.0, 2.0]);
        assert!(matches!(TweedieRegressor::new(0.5).fit(&x, &y), Err(Error::Parameter { name: "power", .. })));
        assert!(matches!(PoissonRegressor::new(-1.0).fit(&x, &y), Err(Error::Parameter { name: "alpha", .. })));
    }

    #[test]
    fn a_prediction_that_overflows_is_the_largest_number() {
        let x = rows(&[[0.0], [0.0], [1.0], [1.0]]);
        let model = PoissonRegressor::new(0.0).fit(&x, &DVector::from_vec(vec![1.0, 3.0, 4.0, 8.0])).unwrap();
        assert_eq!(model.predict(&rows(&[[1e6]])).unwrap()[0], f64::MAX);
    }
}
