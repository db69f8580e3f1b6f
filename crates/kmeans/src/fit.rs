//! 1. The rows about their mean, one after another.
//! 2. For each start: centroids, then sweeps.
//! 3. Labels, counts and inertia of the centroids as they are returned; the start with the least inertia.

use crate::{
    hamerly::{Lower, bounded},
    lloyd::{Limits, lloyd},
    model::{KMeansModel, assigned},
    nearest::Centroids,
    params::{Algorithm, Init, KMeans},
    plus_plus::{drawn, plus_plus},
    points::{Points, mean_variance},
};
use cairn_numeric::stream;
use cairn_traits::{
    Convergence, DMatrix, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, Progress, Result, Stop, check,
};
use std::ops::ControlFlow;

type Observer<'o, F> = &'o mut dyn FnMut(&Progress, &DMatrix<F>) -> ControlFlow<()>;

impl KMeans {
    /// Groups the rows of x: [`Fit::fit`] without a target.
    ///
    /// # Errors
    /// Those of the type.
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<KMeansModel<F>> {
        self.fit_rows(x, None, &mut |_, _| ControlFlow::Continue(()))
    }

    /// Groups rows some of which count more: [`FitWeighted::fit_weighted`] without a target.
    ///
    /// # Errors
    /// Those of the type.
    pub fn fit_weighted<F: Float>(&self, x: &DMatrix<F>, weights: &[f64]) -> Result<KMeansModel<F>> {
        self.fit_rows(x, Some(weights), &mut |_, _| ControlFlow::Continue(()))
    }

    fn fit_rows<F: Float>(
        &self,
        x: &DMatrix<F>,
        weights: Option<&[f64]>,
        observer: Observer<'_, F>,
    ) -> Result<KMeansModel<F>> {
        self.validate()?;
        check::training(x)?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let present = weights.map_or(x.nrows(), |weights| weights.iter().filter(|w| **w > 0.0).count());
        check::at_least("x", self.n_clusters, present)?;
        let points = Points::about_mean(x, weights);
        check::finite("x", points.columns.as_view())?;
        let least_move = if self.tol > 0.0 { self.tol * mean_variance(x, weights) } else { 0.0 };
        let limits = Limits { max_iter: self.max_iter, least_move };
        let starts = if let Init::Given(_) = self.init { 1 } else { self.n_init };
        let mut best: Option<KMeansModel<F>> = None;
        for start in 0..starts {
            let centroids = self.start(&points, weights, start as u64)?;
            let mut seen = |n_iter: usize, inertia: f64, centroids: &Centroids<F>| {
                let step = start * self.max_iter + n_iter;
                let progress = Progress::new(step, starts * self.max_iter, inertia);
                observer(&progress, &points.moved_back(&centroids.columns))
            };
            let settled = match self.algorithm.choose(points.len(), points.n_features(), self.n_clusters) {
                Algorithm::Lloyd => lloyd(&points, weights, centroids, limits, &mut seen)?,
                Algorithm::Elkan => bounded(&points, weights, centroids, (limits, Lower::EachPair), &mut seen)?,
                _ => bounded(&points, weights, centroids, (limits, Lower::EachRow), &mut seen)?,
            };
            let centroids = points.moved_back(&settled.centroids.columns);
            let model = finished(&points, weights, centroids, (settled.n_iter, settled.stop))?;
            if best.as_ref().is_none_or(|best| model.inertia() < best.inertia()) {
                best = Some(model);
            }
            if settled.stop == Stop::Interrupted {
                break;
            }
        }
        best.ok_or(Error::Parameter { name: "n_init", requirement: "at least 1", found: 0.0 })
    }

    fn start<F: Float>(&self, points: &Points<F>, weights: Option<&[f64]>, start: u64) -> Result<Centroids<F>> {
        let (n, p) = (points.len(), points.n_features());
        let mut rng = stream(self.seed, start);
        let chances = || weights.map_or_else(|| vec![1.0; n], <[f64]>::to_vec);
        let rows = match &self.init {
            Init::Given(centroids) => {
                check::rows("centroids", self.n_clusters, centroids.nrows())?;
                check::columns("centroids", p, centroids.ncols())?;
                check::finite("centroids", centroids.as_view())?;
                return Ok(Centroids::of_rows(&centroids.map(F::of), points));
            }
            Init::PlusPlus => plus_plus(points, &chances(), self.n_clusters, &mut rng)?,
            Init::Random => {
                // each row once
                let mut chances = chances();
                let pick = |_| {
                    let row = drawn(&chances, &mut rng);
                    chances[row] = 0.0;
                    row
                };
                (0..self.n_clusters).map(pick).collect()
            }
        };
        Ok(Centroids::new(DMatrix::from_fn(p, rows.len(), |j, c| points.columns[(j, rows[c])])))
    }
}

/// The model of these centroids.
pub(crate) fn finished<F: Float>(
    points: &Points<F>,
    weights: Option<&[f64]>,
    centroids: DMatrix<F>,
    (n_iter, stop): (usize, Stop),
) -> Result<KMeansModel<F>> {
    let found = assigned(points, &centroids)?;
    let mut counts = vec![0.0; centroids.nrows()];
    let mut objective = 0.0;
    for (i, (&label, squared)) in found.labels.iter().zip(&found.squared).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[i]);
        counts[label] += weight;
        objective += weight * squared;
    }
    let centre = points.centre.clone();
    let convergence = Convergence { n_iter, objective, stop };
    Ok(KMeansModel { centroids, centre, labels: found.labels, counts, convergence })
}

impl<F: Float> Fit<DMatrix<F>> for KMeans {
    type Model = KMeansModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.fit(x)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>> for KMeans {
    fn fit_weighted(&self, x: &DMatrix<F>, (): &(), weights: &[f64]) -> Result<Self::Model> {
        self.fit_weighted(x, weights)
    }
}

impl<F: Float> FitObserved<DMatrix<F>> for KMeans {
    /// The centroids after each sweep, k x p; the loss is the inertia of the rows before they moved.
    type State = DMatrix<F>;

    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        (): &(),
        observer: &mut dyn FnMut(&Progress, &DMatrix<F>) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, None, observer)
    }
}
