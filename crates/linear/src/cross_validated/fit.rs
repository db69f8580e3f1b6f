//! 1. Rows are cut into stretches; what a fold is fitted on is all rows but one stretch.
//! 2. For each ratio and fold, in parallel, the path is walked down and each solution scored on the stretch held back.
//! 3. The penalty with the least mean error is fitted on all rows.

use super::{
    model::{Choice, ElasticNetChoice, ElasticNetCvModel, LassoChoice, LassoCvModel},
    params::{ElasticNetCv, LassoCv},
};
use crate::{
    ElasticNet,
    coordinate_descent::{Columns, Descent, Input, Plan, Prepared, Sums, Target, checked, support},
    elastic_net::{intercept, unwatched},
    model::LinearModel,
};
use cairn_numeric::{Moments, blocks};
use cairn_traits::{
    DMatrix, DVector, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, Merge, Outputs, Progress, Result,
    check,
};
use std::ops::{ControlFlow, Range};

/// The stretches, as even as can be, the longer ones first.
fn stretches(n: usize, n_folds: usize) -> Vec<Range<usize>> {
    let (size, longer) = (n / n_folds, n % n_folds);
    let start = |fold: usize| fold * size + fold.min(longer);
    (0..n_folds).map(|fold| start(fold)..start(fold + 1)).collect()
}

/// Rows, their stretches, and what the columns of all rows are.
struct Folds<'a, X: Input> {
    x: &'a X,
    y: &'a DVector<X::Scalar>,
    weights: Option<&'a [f64]>,
    fit_intercept: bool,
    stretches: Vec<Range<usize>>,
    /// Of each stretch, where sums are enough.
    moments: Option<Vec<Moments>>,
}

impl<'a, X: Input> Folds<'a, X> {
    fn new(x: &'a X, y: &'a DVector<X::Scalar>, weights: Option<&'a [f64]>, params: &ElasticNetCv) -> Result<Self> {
        checked(x, y.as_columns(), weights)?;
        check::at_least("x", params.n_folds, x.n_rows())?;
        x.check()?;
        let stretches = stretches(x.n_rows(), params.n_folds);
        if let Some(weights) = weights {
            let all: f64 = weights.iter().sum();
            for rows in &stretches {
                let held: f64 = weights[rows.clone()].iter().sum();
                if held <= 0.0 || held >= all {
                    let requirement = "weights above 0 inside and outside of each fold";
                    return Err(Error::Domain { what: "weights", requirement, found: held, row: Some(rows.start) });
                }
            }
        }
        let mut moments = Some(Vec::new());
        for rows in &stretches {
            let Some(of) = x.moments(y.as_columns(), weights, rows.clone())? else {
                moments = None;
                break;
            };
            moments.iter_mut().for_each(|all| all.push(of.clone()));
        }
        Ok(Self { x, y, weights, fit_intercept: params.fit_intercept, stretches, moments })
    }

    /// The columns and the target of all rows but those of a stretch.
    fn prepared(&self, without: Option<usize>) -> Result<(Prepared<'_, X::Scalar>, Target)> {
        let (columns, targets) = if let Some(moments) = &self.moments {
            let mut sums = Moments::default();
            for (fold, moments) in moments.iter().enumerate() {
                if Some(fold) != without {
                    sums.merge(moments)?;
                }
            }
            let (sums, targets) = Sums::new(&sums, self.x.n_features(), self.fit_intercept)?;
            (Prepared::Sums(sums), targets)
        } else {
            let mut weights = self.weights.map(<[f64]>::to_vec);
            if let Some(fold) = without {
                // a weight of 0 is the absence of the row: nothing is copied
                let weights = weights.get_or_insert_with(|| vec![1.0; self.x.n_rows()]);
                weights[self.stretches[fold].clone()].fill(0.0);
            }
            self.x.prepare(self.y.as_columns(), weights.as_deref(), self.fit_intercept, Plan::Once)?
        };
        let none = Error::Shape { what: "y", unit: "columns", expected: 1, found: 0 };
        Ok((columns, targets.into_iter().next().ok_or(none)?))
    }

    /// The mean squared error of a line on a stretch.
    fn error(&self, fold: usize, coefficients: &[f64], intercept: f64) -> f64 {
        if let Some(moments) = self.moments.as_ref().map(|moments| &moments[fold]) {
            return error_of_sums(moments, coefficients, intercept);
        }
        let rows = self.stretches[fold].clone();
        let (mut sum, mut weight) = (0.0, 0.0);
        for (row, predicted) in rows.clone().zip(self.x.product(rows, coefficients)) {
            let w = self.weights.map_or(1.0, |weights| weights[row]);
            sum += w * (self.y[row].to_f64() - predicted - intercept).powi(2);
            weight += w;
        }
        sum / weight
    }

    /// The errors on one stretch for all penalties.
    fn errors(&self, net: &ElasticNet, alphas: &[f64], fold: usize) -> Result<Vec<f64>> {
        let (columns, target) = self.prepared(Some(fold))?;
        let mut errors = Vec::with_capacity(alphas.len());
        net.walk(&columns, &target, alphas, |_, coefficients, _| {
            errors.push(self.error(fold, coefficients, intercept(target.mean, columns.means(), coefficients)));
        })?;
        Ok(errors)
    }
}

/// From the covariances of `[x | y]`: `(Syy − 2 w'Sxy + w'Sxx w) / W + (ȳ − x̄·w − b)²`.
fn error_of_sums(moments: &Moments, coefficients: &[f64], intercept: f64) -> f64 {
    let (scatter, mean, p) = (moments.scatter(), moments.mean(), coefficients.len());
    let support = support(coefficients);
    let mut sum = scatter[(p, p)];
    for &(a, w) in &support {
        let inner: f64 = support.iter().map(|&(b, v)| scatter[(b, a)] * v).sum();
        sum += w * (inner - 2.0 * scatter[(a, p)]);
    }
    let off = mean[p] - support.iter().map(|&(a, w)| mean[a] * w).sum::<f64>() - intercept;
    sum.max(0.0) / moments.weight() + off * off
}

impl ElasticNetCv {
    fn choose<X: Input>(
        &self,
        x: &X,
        y: &DVector<X::Scalar>,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<(DMatrix<f64>, DVector<f64>, Choice)> {
        self.validate()?;
        let folds = Folds::new(x, y, weights, self)?;
        let (columns, target) = folds.prepared(None)?;
        let nets: Vec<ElasticNet> = self.l1_ratios.iter().map(|&ratio| self.net(ratio)).collect();
        let grids: Result<Vec<Vec<f64>>> = nets.iter().map(|net| self.alphas.descending(net, &target)).collect();
        let grids = grids?;
        let k = self.n_folds;
        let errors: Result<Vec<Vec<f64>>> = blocks::map(nets.len() * k, 1, |task| {
            let (ratio, fold) = (task.start / k, task.start % k);
            folds.errors(&nets[ratio], &grids[ratio], fold)
        })
        .into_iter()
        .collect();
        let errors = errors?;
        let mut best = (f64::INFINITY, 0, 0);
        for (ratio, alphas) in grids.iter().enumerate() {
            for at in 0..alphas.len() {
                let mean = errors[ratio * k..(ratio + 1) * k].iter().map(|fold| fold[at]).sum::<f64>() / k as f64;
                if mean < best.0 {
                    best = (mean, ratio, at);
                }
            }
        }
        let (_, ratio, at) = best;
        let (net, alphas) = (&nets[ratio], &grids[ratio]);
        let mut descent = Descent::new(&columns, &target);
        let ended = descent.solve(net.penalty(alphas[at]), None, net.limits(), observer)?;
        let choice = Choice {
            alpha: alphas[at],
            l1_ratio: net.l1_ratio,
            mse_path: DMatrix::from_fn(alphas.len(), k, |at, fold| errors[ratio * k + fold][at]),
            alphas: alphas.clone(),
            convergence: ended.convergence,
            gap: ended.gap,
        };
        let b = intercept(target.mean, columns.means(), &descent.coefficients);
        let coefficients = DMatrix::from_vec(columns.squares().len(), 1, descent.coefficients);
        Ok((coefficients, DVector::from_element(1, b), choice))
    }
}

impl<X: Input> Fit<X, DVector<X::Scalar>> for ElasticNetCv {
    type Model = ElasticNetCvModel<X::Scalar>;

    fn fit(&self, x: &X, y: &DVector<X::Scalar>) -> Result<Self::Model> {
        let (coefficients, intercept, choice) = self.choose(x, y, None, &mut unwatched)?;
        LinearModel::new(&coefficients, &intercept, ElasticNetChoice(choice))
    }
}

impl<X: Input> FitWeighted<X, DVector<X::Scalar>> for ElasticNetCv {
    fn fit_weighted(&self, x: &X, y: &DVector<X::Scalar>, weights: &[f64]) -> Result<Self::Model> {
        let (coefficients, intercept, choice) = self.choose(x, y, Some(weights), &mut unwatched)?;
        LinearModel::new(&coefficients, &intercept, ElasticNetChoice(choice))
    }
}

impl<X: Input> Fit<X, DVector<X::Scalar>> for LassoCv {
    type Model = LassoCvModel<X::Scalar>;

    fn fit(&self, x: &X, y: &DVector<X::Scalar>) -> Result<Self::Model> {
        let (coefficients, intercept, choice) = self.net().choose(x, y, None, &mut unwatched)?;
        LinearModel::new(&coefficients, &intercept, LassoChoice(choice))
    }
}

impl<X: Input> FitWeighted<X, DVector<X::Scalar>> for LassoCv {
    fn fit_weighted(&self, x: &X, y: &DVector<X::Scalar>, weights: &[f64]) -> Result<Self::Model> {
        let (coefficients, intercept, choice) = self.net().choose(x, y, Some(weights), &mut unwatched)?;
        LinearModel::new(&coefficients, &intercept, LassoChoice(choice))
    }
}

impl<X: Input> FitObserved<X, DVector<X::Scalar>> for ElasticNetCv {
    /// The coefficients of the descent on all rows, with the penalty that the folds have chosen.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &X,
        y: &DVector<X::Scalar>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        let (coefficients, intercept, choice) = self.choose(x, y, None, observer)?;
        LinearModel::new(&coefficients, &intercept, ElasticNetChoice(choice))
    }
}

impl<X: Input> FitObserved<X, DVector<X::Scalar>> for LassoCv {
    /// The coefficients of the descent on all rows, with the penalty that the folds have chosen.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &X,
        y: &DVector<X::Scalar>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        let (coefficients, intercept, choice) = self.net().choose(x, y, None, observer)?;
        LinearModel::new(&coefficients, &intercept, LassoChoice(choice))
    }
}
