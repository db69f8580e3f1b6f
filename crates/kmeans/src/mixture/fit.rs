//! 1. For each start: components, from clusters or given.
//! 2. Expectation and maximisation in turn, until the likelihood stands still.
//! 3. Labels and likelihood of the components as they are returned; the start with the highest likelihood.

use super::{
    em::{Components, Rows, Shares, maximised},
    model::GaussianMixtureModel,
    params::{GaussianMixture, MixtureInit},
};
use crate::{
    KMeans,
    model::{KMeansModel, assigned},
    plus_plus::drawn,
    points::Points,
};
use cairn_numeric::stream;
use cairn_traits::{
    Convergence, DMatrix, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, Progress, Result, Stop, check,
};
use std::ops::ControlFlow;

/// Is given each step's number, loss and next means.
type StepObserver<'o> = &'o mut dyn FnMut(usize, f64, &DMatrix<f64>) -> ControlFlow<()>;

type Observer<'o> = &'o mut dyn FnMut(&Progress, &DMatrix<f64>) -> ControlFlow<()>;

impl GaussianMixture {
    /// Finds the components: [`Fit::fit`] without a target.
    ///
    /// # Errors
    /// Those of the type.
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<GaussianMixtureModel<F>> {
        Fit::fit(self, x, &())
    }

    fn fit_rows<F: Float>(
        &self,
        x: &DMatrix<F>,
        weights: Option<&[f64]>,
        observer: Observer<'_>,
    ) -> Result<GaussianMixtureModel<F>> {
        self.validate()?;
        check::training(x)?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let present = weights.map_or(x.nrows(), |weights| weights.iter().filter(|w| **w > 0.0).count());
        check::at_least("x", self.n_components, present)?;
        let rows = Rows { x, weights };
        let starts = if let MixtureInit::KMeans | MixtureInit::Rows = self.init { self.n_init } else { 1 };
        let mut best: Option<GaussianMixtureModel<F>> = None;
        for start in 0..starts {
            let components = self.start(&rows, start as u64)?;
            let mut seen = |n_iter: usize, loss: f64, means: &DMatrix<f64>| {
                observer(&Progress::new(start * self.max_iter + n_iter, starts * self.max_iter, loss), means)
            };
            let (components, n_iter, stop) = self.steps(&rows, components, &mut seen)?;
            let convergence = Convergence { n_iter, objective: 0.0, stop };
            let model = GaussianMixtureModel::of_rows(components, convergence, &rows)?;
            let better = |best: &GaussianMixtureModel<F>| model.convergence.objective < best.convergence.objective;
            if best.as_ref().is_none_or(better) {
                best = Some(model);
            }
            if stop == Stop::Interrupted {
                break;
            }
        }
        best.ok_or(Error::Parameter { name: "n_init", requirement: "at least 1", found: 0.0 })
    }

    fn steps<F: Float>(
        &self,
        rows: &Rows<'_, F>,
        start: Components,
        observer: StepObserver<'_>,
    ) -> Result<(Components, usize, Stop)> {
        let kind = self.covariance_type;
        let mut components = start;
        let mut before = f64::NEG_INFINITY;
        for n_iter in 1..=self.max_iter {
            let densities = components.densities()?;
            let sums = rows.sums(Shares::Expected(&densities), &components.means, kind.is_dense());
            let likelihood = sums.log_likelihood / sums.weight;
            if !likelihood.is_finite() {
                return Err(Error::Diverged { step: n_iter });
            }
            components = maximised(&sums, &components, kind, self.reg_covar);
            check::finite("means", components.means.as_view()).map_err(|_| Error::Diverged { step: n_iter })?;
            let still = (likelihood - before).abs() < self.tol;
            before = likelihood;
            let stop = match observer(n_iter, -likelihood, &components.means.transpose()) {
                _ if still => Stop::Converged,
                ControlFlow::Break(()) => Stop::Interrupted,
                ControlFlow::Continue(()) => continue,
            };
            return Ok((components, n_iter, stop));
        }
        Ok((components, self.max_iter, Stop::MaxIter))
    }

    fn start<F: Float>(&self, rows: &Rows<'_, F>, start: u64) -> Result<Components> {
        let (k, p, kind) = (self.n_components, rows.x.ncols(), self.covariance_type);
        let labels = match &self.init {
            MixtureInit::KMeans => {
                let kmeans = KMeans::new(k).seed(self.seed.wrapping_add(start));
                let model = match rows.weights {
                    Some(weights) => kmeans.fit_weighted(rows.x, weights)?,
                    None => kmeans.fit(rows.x)?,
                };
                model.labels().to_vec()
            }
            MixtureInit::Rows => {
                let mut chances = rows.weights.map_or_else(|| vec![1.0; rows.x.nrows()], <[f64]>::to_vec);
                let mut rng = stream(self.seed, start);
                let pick = |_| {
                    let row = drawn(&chances, &mut rng);
                    chances[row] = 0.0;
                    row
                };
                let picked: Vec<usize> = (0..k).map(pick).collect();
                nearest(rows, rows.x.select_rows(&picked))?
            }
            MixtureInit::Means(means) => {
                check_means(means, k, p)?;
                nearest(rows, means.map(F::of))?
            }
            MixtureInit::Given { weights, means, covariances } => {
                check_means(means, k, p)?;
                check::rows("weights", k, weights.len())?;
                check::weights(weights, k)?;
                covariances.check(kind, k, p)?;
                let total: f64 = weights.iter().sum();
                let weights = weights.iter().map(|weight| weight / total).collect();
                return Ok(Components { weights, means: means.transpose(), covariances: covariances.clone() });
            }
        };
        Ok(rows.of_labels(&labels, k, kind, self.reg_covar))
    }
}

fn check_means(means: &DMatrix<f64>, k: usize, p: usize) -> Result<()> {
    check::rows("means", k, means.nrows())?;
    check::columns("means", p, means.ncols())?;
    check::finite("means", means.as_view())
}

/// The nearest of these points to each row.
fn nearest<F: Float>(rows: &Rows<'_, F>, points: DMatrix<F>) -> Result<Vec<usize>> {
    let centroids = KMeansModel::from_parts(points)?.centroids().clone();
    Ok(assigned(&Points::about_mean(rows.x, rows.weights), &centroids)?.labels)
}

impl<F: Float> Fit<DMatrix<F>> for GaussianMixture {
    type Model = GaussianMixtureModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.fit_rows(x, None, &mut |_, _| ControlFlow::Continue(()))
    }
}

impl<F: Float> FitWeighted<DMatrix<F>> for GaussianMixture {
    fn fit_weighted(&self, x: &DMatrix<F>, (): &(), weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, Some(weights), &mut |_, _| ControlFlow::Continue(()))
    }
}

impl<F: Float> FitObserved<DMatrix<F>> for GaussianMixture {
    /// The means after each step, k x p; the loss is the mean of −ln p(x) before it.
    type State = DMatrix<f64>;

    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        (): &(),
        observer: &mut dyn FnMut(&Progress, &DMatrix<f64>) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, None, observer)
    }
}
