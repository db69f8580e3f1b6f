use super::{
    model::{SgdFit, SgdModel},
    params::{SgdLoss, SgdRegressor},
};
use crate::{
    coordinate_descent::{Input, checked},
    elastic_net::unwatched,
    model::LinearModel,
};
use cairn_optim::{LinearTask, LinearWalk, RowSlices};
use cairn_traits::{
    Convergence, DMatrix, DVector, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, Outputs, PartialFit,
    Progress, Result, Stop, check,
};
use std::ops::ControlFlow;

impl SgdLoss {
    /// The loss at a predictor, and its derivative by the predictor.
    fn at(self, y: f64, predictor: f64) -> (f64, f64) {
        let r = predictor - y;
        let beyond = |epsilon: f64| (r.abs() - epsilon).max(0.0);
        match self {
            Self::SquaredError => (0.5 * r * r, r),
            Self::Huber { epsilon } if r.abs() <= epsilon => (0.5 * r * r, r),
            Self::Huber { epsilon } => (epsilon * (r.abs() - 0.5 * epsilon), epsilon * r.signum()),
            Self::EpsilonInsensitive { epsilon } if r.abs() <= epsilon => (0.0, 0.0),
            Self::EpsilonInsensitive { epsilon } => (r.abs() - epsilon, r.signum()),
            Self::SquaredEpsilonInsensitive { epsilon } => {
                (beyond(epsilon).powi(2), 2.0 * beyond(epsilon) * r.signum())
            }
        }
    }
}

fn model<F: Float>(walk: LinearWalk, convergence: Convergence) -> Result<SgdModel<F>> {
    let coefficients = walk.coefficients();
    LinearModel::new(
        &DMatrix::from_column_slice(coefficients.len(), 1, &coefficients),
        &DVector::from_element(1, walk.intercept()),
        SgdFit { walk, convergence },
    )
}

impl SgdRegressor {
    fn fit_rows<X: Input>(
        &self,
        x: &X,
        y: &DVector<X::Scalar>,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<SgdModel<X::Scalar>> {
        self.validate()?;
        checked(x, y.as_columns(), weights)?;
        x.check()?;
        let targets: Vec<f64> = y.iter().map(|y| y.to_f64()).collect();
        let mut flat = Vec::new();
        let task = LinearTask::new(x.row_slices(&mut flat)?, &targets, weights)?;
        let mut walks = [LinearWalk::new(vec![0.0; x.n_features()], 0.0)];
        let loss = |y, predictor| self.loss.at(y, predictor);
        let mut seen = |progress: &Progress, walks: &[&LinearWalk]| {
            observer(progress, &walks.first().map(|walk| walk.coefficients()).unwrap_or_default())
        };
        let convergence = self.sgd.fit(&mut walks, &[task], &loss, &mut seen)?;
        let [walk] = walks;
        model(walk, convergence)
    }

    /// One batch, once through.
    fn once_more<X: Input>(
        &self,
        mut walk: LinearWalk,
        before: usize,
        x: &X,
        y: &DVector<X::Scalar>,
    ) -> Result<SgdModel<X::Scalar>> {
        let targets: Vec<f64> = y.iter().map(|y| y.to_f64()).collect();
        let mut flat = Vec::new();
        let rows: RowSlices<'_, X::Scalar> = x.row_slices(&mut flat)?;
        let task = LinearTask::new(rows, &targets, None)?;
        let n_iter = before + 1;
        let order = self.sgd.order(&(0..x.n_rows()).collect::<Vec<_>>(), n_iter);
        let objective = self.sgd.epoch(&mut walk, &task, &order, &|y, predictor| self.loss.at(y, predictor))?;
        if walk.check(x.n_features()).is_err() || !objective.is_finite() {
            return Err(Error::Diverged { step: n_iter });
        }
        model(walk, Convergence { n_iter, objective, stop: Stop::MaxIter })
    }
}

impl<X: Input> Fit<X, DVector<X::Scalar>> for SgdRegressor {
    type Model = SgdModel<X::Scalar>;

    fn fit(&self, x: &X, y: &DVector<X::Scalar>) -> Result<Self::Model> {
        self.fit_rows(x, y, None, &mut unwatched)
    }
}

/// A weight is a factor of the steps of its row. That is not what repetitions are: they are steps of their own.
impl<X: Input> FitWeighted<X, DVector<X::Scalar>> for SgdRegressor {
    fn fit_weighted(&self, x: &X, y: &DVector<X::Scalar>, weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), &mut unwatched)
    }
}

impl<X: Input> FitObserved<X, DVector<X::Scalar>> for SgdRegressor {
    /// The coefficients after each epoch.
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

impl<X: Input> PartialFit<X, DVector<X::Scalar>> for SgdRegressor {
    fn start(&self, x: &X, y: &DVector<X::Scalar>) -> Result<Self::Model> {
        self.validate()?;
        checked(x, y.as_columns(), None)?;
        x.check()?;
        self.once_more(LinearWalk::new(vec![0.0; x.n_features()], 0.0), 0, x, y)
    }

    fn partial_fit(&self, model: &mut Self::Model, x: &X, y: &DVector<X::Scalar>) -> Result<()> {
        self.validate()?;
        check::at_least("x", 1, x.n_rows())?;
        check::columns("x", model.n_features(), x.n_features())?;
        x.check()?;
        check::targets(y.as_columns(), x.n_rows())?;
        *model = self.once_more(model.kind().walk.clone(), model.convergence().n_iter, x, y)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        CsrMatrix, DMatrix, DVector, Error, Fit, FitObserved, FitWeighted, LearningRate, LinearRegression, PartialFit,
        Persist, SgdLoss, SgdModel, SgdRegressor, StepLength, Stop, rows,
    };

    fn data() -> (DMatrix<f64>, DVector<f64>) {
        let x = DMatrix::from_fn(300, 3, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin());
        let y = DVector::from_fn(300, |i, _| 2.0 + x[(i, 0)] - 3.0 * x[(i, 2)] + 0.1 * ((i * 7) as f64).cos());
        (x, y)
    }

    #[test]
    fn one_row_is_stepped_to_by_hand() {
        // w = b = 0: r = 4, w ← 0.1 · 4 · 2, b ← 0.1 · 4; then r = 4 − 0.8 · 2 − 0.4 = 2
        let (x, y) = (rows(&[[2.0]]), DVector::from_vec(vec![4.0]));
        let sgd = SgdRegressor::new().alpha(0.0).learning_rate(LearningRate::new(0.1));
        let mut model = sgd.start(&x, &y).unwrap();
        assert!((model.coefficients()[0] - 0.8_f64).abs() < 1e-15 && (model.intercept() - 0.4).abs() < 1e-15);
        assert_eq!(model.convergence().objective, 8.0);
        sgd.partial_fit(&mut model, &x, &y).unwrap();
        assert!((model.coefficients()[0] - 1.2).abs() < 1e-15 && (model.intercept() - 0.6).abs() < 1e-15);
        assert_eq!(model.steps(), 2);
    }

    #[test]
    fn squares_lead_near_least_squares() {
        let (x, y) = data();
        let model = SgdRegressor::new().alpha(0.0).tol(1e-6).fit(&x, &y).unwrap();
        let least = LinearRegression::new().fit(&x, &y).unwrap();
        assert!((model.coefficients() - least.coefficients()).amax() < 0.02, "{model:?}");
        assert_eq!(model.convergence().stop, Stop::Converged);
    }

    #[test]
    fn robust_losses_are_not_pulled_away() {
        let (x, mut y) = data();
        (0..300).step_by(10).for_each(|i| y[i] += 50.0);
        for loss in [SgdLoss::Huber { epsilon: 0.5 }, SgdLoss::EpsilonInsensitive { epsilon: 0.1 }] {
            let model = SgdRegressor::new().loss(loss).tol(1e-5).fit(&x, &y).unwrap();
            assert!((model.coefficients()[2] + 3.0).abs() < 0.3, "{loss:?} {model:?}");
        }
    }

    #[test]
    fn steps_too_long_are_an_error_or_the_last_good_line() {
        let (x, y) = data();
        let far = x.map(|x| 1e6 * x);
        let found = SgdRegressor::new().fit(&far, &y);
        assert!(matches!(found, Err(Error::Diverged { step: 1 })), "{found:?}");
        let growing = SgdRegressor::new().learning_rate(LearningRate::new(3.0).warm_up(4000)).n_iter_no_change(30);
        let model = growing.fit(&x, &y).unwrap();
        assert_eq!(model.convergence().stop, Stop::Diverged);
    }

    #[test]
    fn another_seed_is_another_order() {
        let (x, y) = data();
        let fit = |seed| SgdRegressor::new().seed(seed).max_iter(3).fit(&x, &y).unwrap();
        assert_eq!(fit(1), fit(1));
        assert_ne!(fit(1), fit(2));
    }

    #[test]
    fn a_batch_of_another_width_changes_nothing() {
        let (x, y) = data();
        let sgd = SgdRegressor::new();
        let mut model = sgd.start(&x, &y).unwrap();
        let before = model.clone();
        assert!(matches!(sgd.partial_fit(&mut model, &rows(&[[1.0]]), &DVector::zeros(1)), Err(Error::Shape { .. })));
        assert_eq!(model, before);
        let still = sgd.clone().learning_rate(LearningRate::new(0.0)).fit(&x, &y);
        assert!(matches!(still, Err(Error::Parameter { name: "learning_rate", .. })));
        let all = sgd.early_stopping(true).validation_fraction(1.0).fit(&x, &y);
        assert!(matches!(all, Err(Error::Parameter { name: "validation_fraction", .. })));
    }

    #[test]
    fn sparse_rows_lead_the_same_way() {
        let (x, y) = data();
        let x = x.map(|x| if x.abs() < 0.4 { 0.0 } else { x });
        for l1_ratio in [0.0, 1.0] {
            let sgd = SgdRegressor::new().alpha(0.05).l1_ratio(l1_ratio).max_iter(5);
            let (dense, sparse) = (sgd.fit(&x, &y).unwrap(), sgd.fit(&CsrMatrix::from(&x), &y).unwrap());
            assert!((dense.coefficients() - sparse.coefficients()).amax() < 1e-13, "{dense:?} {sparse:?}");
        }
    }

    #[test]
    fn batches_of_one_epoch_are_a_fit_of_one_epoch() {
        let (x, y) = data();
        let sgd = SgdRegressor::new().shuffle(false).average(50).l1_ratio(0.5).alpha(0.01).max_iter(1);
        let whole = sgd.fit(&x, &y).unwrap();
        let mut parts: SgdModel<f64> = sgd.start(&x.rows(0, 120).into_owned(), &y.rows(0, 120).into_owned()).unwrap();
        let saved = SgdModel::from_json(&parts.to_json().unwrap()).unwrap();
        assert_eq!(saved, parts, "the walk goes on from a file");
        sgd.partial_fit(&mut parts, &x.rows(120, 180).into_owned(), &y.rows(120, 180).into_owned()).unwrap();
        // an epoch ends with multiplying out what decays: another rounding
        assert!((whole.coefficients() - parts.coefficients()).amax() < 1e-14);
        assert_eq!(whole.steps(), parts.steps());
    }

    #[test]
    fn a_double_weight_is_a_double_step_and_none_is_absence() {
        let (x, y) = (rows(&[[2.0], [5.0]]), DVector::from_vec(vec![4.0, 1.0]));
        let sgd = SgdRegressor::new().alpha(0.0).learning_rate(LearningRate::new(0.05)).max_iter(1);
        let model = sgd.fit_weighted(&x, &y, &[2.0, 0.0]).unwrap();
        assert!((model.coefficients()[0] - 0.8_f64).abs() < 1e-15); // 2 · 0.05 · 4 · 2
        assert_eq!(model.steps(), 1);
    }

    #[test]
    fn rows_held_back_end_it() {
        let (x, y) = data();
        let sgd = SgdRegressor::new().early_stopping(true).validation_fraction(0.2);
        let mut seen = Vec::new();
        let model = sgd
            .fit_observed(&x, &y, &mut |progress, _: &[f64]| {
                seen.push(progress.validation_loss);
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(model.convergence().stop, Stop::EarlyStopped);
        assert_eq!(model.steps(), 240 * seen.len() as u64);
        assert!(seen.iter().all(|loss| loss.is_some_and(|loss| loss < 10.0)));
    }

    #[test]
    fn adaptive_and_averaged_steps_come_nearer() {
        let (x, y) = data();
        let least = LinearRegression::new().fit(&x, &y).unwrap();
        let off = |sgd: SgdRegressor| (sgd.fit(&x, &y).unwrap().coefficients() - least.coefficients()).amax();
        let fixed = SgdRegressor::new().alpha(0.0).learning_rate(LearningRate::new(0.1));
        let constant = off(fixed.clone());
        assert!(off(fixed.clone().learning_rate(StepLength::Adaptive { initial: 0.1 })) < 0.1 * constant);
        assert!(off(fixed.average(300)) < 0.5 * constant);
    }
}
