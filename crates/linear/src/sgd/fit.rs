use super::{
    model::{SgdFit, SgdModel},
    params::{SgdLoss, SgdRegressor},
};
use crate::{elastic_net::unwatched, model::LinearModel};
use cairn_numeric::stream;
use cairn_traits::{
    Convergence, DMatrix, DVector, Error, Fit, FitObserved, Float, Hyperparameters, Outputs, PartialFit, Progress,
    Result, Stop, check,
};
use rand::seq::SliceRandom;
use std::ops::ControlFlow;

impl SgdLoss {
    /// The loss of a residual, and its derivative.
    fn at(self, r: f64) -> (f64, f64) {
        match self {
            Self::SquaredError => (0.5 * r * r, r),
            Self::Huber { epsilon } if r.abs() <= epsilon => (0.5 * r * r, r),
            Self::Huber { epsilon } => (epsilon * (r.abs() - 0.5 * epsilon), epsilon * r.signum()),
            Self::EpsilonInsensitive { epsilon } if r.abs() <= epsilon => (0.0, 0.0),
            Self::EpsilonInsensitive { epsilon } => (r.abs() - epsilon, r.signum()),
        }
    }
}

/// A line on its way.
#[derive(Clone, Debug)]
struct Walk {
    coefficients: Vec<f64>,
    intercept: f64,
    steps: u64,
}

impl Walk {
    /// Once through the rows; the mean of the losses before each step, and the penalty.
    fn epoch(&mut self, sgd: &SgdRegressor, rows: &[f64], y: &[f64], order: &[usize]) -> f64 {
        let p = self.coefficients.len();
        let mut losses = 0.0;
        for &i in order {
            self.steps += 1;
            let eta = sgd.learning_rate.at(sgd.eta0, self.steps);
            let x = &rows[i * p..(i + 1) * p];
            let predicted: f64 = self.coefficients.iter().zip(x).map(|(w, x)| w * x).sum();
            let (loss, slope) = sgd.loss.at(y[i] - predicted - self.intercept);
            losses += loss;
            let (keep, add) = ((1.0 - eta * sgd.alpha).max(0.0), eta * slope);
            self.coefficients.iter_mut().zip(x).for_each(|(w, x)| *w = keep * *w + add * x);
            if sgd.fit_intercept {
                self.intercept += add;
            }
        }
        losses / order.len() as f64 + 0.5 * sgd.alpha * self.coefficients.iter().map(|w| w * w).sum::<f64>()
    }

    fn is_finite(&self) -> bool {
        self.intercept.is_finite() && self.coefficients.iter().all(|w| w.is_finite())
    }

    fn model<F: Float>(&self, convergence: Convergence) -> Result<SgdModel<F>> {
        LinearModel::new(
            &DMatrix::from_column_slice(self.coefficients.len(), 1, &self.coefficients),
            &DVector::from_element(1, self.intercept),
            SgdFit { steps: self.steps, convergence },
        )
    }
}

/// Numbers row after row, and the targets.
fn by_rows<F: Float>(x: &DMatrix<F>, y: &DVector<F>) -> Result<(Vec<f64>, Vec<f64>)> {
    check::training(x)?;
    check::targets(y.as_columns(), x.nrows())?;
    let rows = x.transpose().iter().map(|x| x.to_f64()).collect();
    Ok((rows, y.iter().map(|y| y.to_f64()).collect()))
}

impl SgdRegressor {
    fn order(&self, n: usize, epoch: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        order.shuffle(&mut stream(self.seed, epoch as u64));
        order
    }

    fn fit_rows<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &DVector<F>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<SgdModel<F>> {
        self.validate()?;
        let (rows, targets) = by_rows(x, y)?;
        let mut walk = Walk { coefficients: vec![0.0; x.ncols()], intercept: 0.0, steps: 0 };
        let (mut best, mut unchanged) = (f64::INFINITY, 0);
        let mut last: Option<(Walk, f64)> = None;
        for epoch in 1..=self.max_iter {
            let objective = walk.epoch(self, &rows, &targets, &self.order(x.nrows(), epoch));
            if !(walk.is_finite() && objective.is_finite()) {
                let (walk, objective) = last.ok_or(Error::Diverged { step: 1 })?;
                return walk.model(Convergence { n_iter: epoch - 1, objective, stop: Stop::Diverged });
            }
            unchanged = if objective > best - self.tol { unchanged + 1 } else { 0 };
            best = best.min(objective);
            let watched = observer(&Progress::new(epoch, self.max_iter, objective), &walk.coefficients);
            let stop = match () {
                () if watched.is_break() => Some(Stop::Interrupted),
                () if unchanged >= self.n_iter_no_change => Some(Stop::Converged),
                () if epoch == self.max_iter => Some(Stop::MaxIter),
                () => None,
            };
            if let Some(stop) = stop {
                return walk.model(Convergence { n_iter: epoch, objective, stop });
            }
            last = Some((walk.clone(), objective));
        }
        Err(Error::Diverged { step: 1 })
    }
}

impl<F: Float> Fit<DMatrix<F>, DVector<F>> for SgdRegressor {
    type Model = SgdModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<Self::Model> {
        self.fit_rows(x, y, &mut unwatched)
    }
}

impl<F: Float> FitObserved<DMatrix<F>, DVector<F>> for SgdRegressor {
    /// The coefficients after each epoch.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        y: &DVector<F>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, y, observer)
    }
}

impl<F: Float> PartialFit<DMatrix<F>, DVector<F>> for SgdRegressor {
    fn start(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<Self::Model> {
        self.validate()?;
        let walk = Walk { coefficients: vec![0.0; x.ncols()], intercept: 0.0, steps: 0 };
        self.once_more(walk, 0, x, y)
    }

    fn partial_fit(&self, model: &mut Self::Model, x: &DMatrix<F>, y: &DVector<F>) -> Result<()> {
        self.validate()?;
        check::query(x, model.n_features())?;
        let walk = Walk {
            coefficients: model.coefficients().iter().map(|w| w.to_f64()).collect(),
            intercept: model.intercept().to_f64(),
            steps: model.steps(),
        };
        *model = self.once_more(walk, model.convergence().n_iter, x, y)?;
        Ok(())
    }
}

impl SgdRegressor {
    /// One batch, once through.
    fn once_more<F: Float>(
        &self,
        mut walk: Walk,
        before: usize,
        x: &DMatrix<F>,
        y: &DVector<F>,
    ) -> Result<SgdModel<F>> {
        let (rows, targets) = by_rows(x, y)?;
        let n_iter = before + 1;
        let objective = walk.epoch(self, &rows, &targets, &self.order(x.nrows(), n_iter));
        if !(walk.is_finite() && objective.is_finite()) {
            return Err(Error::Diverged { step: n_iter });
        }
        walk.model(Convergence { n_iter, objective, stop: Stop::MaxIter })
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        DMatrix, DVector, Error, Fit, LearningRate, LinearRegression, PartialFit, SgdLoss, SgdRegressor, Stop, rows,
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
        let sgd = SgdRegressor::new().alpha(0.0).eta0(0.1).learning_rate(LearningRate::Constant);
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
        assert!(matches!(SgdRegressor::new().fit(&far, &y), Err(Error::Diverged { step: 1 })));
        let slowly = SgdRegressor::new().learning_rate(LearningRate::Constant).eta0(1.3);
        let model = slowly.fit(&x, &y).unwrap();
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
        assert!(matches!(sgd.clone().eta0(0.0).fit(&x, &y), Err(Error::Parameter { name: "eta0", .. })));
    }
}
