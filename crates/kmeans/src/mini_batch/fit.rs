//! 1. Centroids: the best of some starts on three batches of rows.
//! 2. Steps of a batch each, until they no longer help.
//! 3. Labels, counts and inertia of all rows.

use super::{
    params::MiniBatchKMeans,
    walk::{Walk, Watch},
};
use crate::{
    fit::finished,
    lloyd::sweep,
    model::{KMeansModel, assigned},
    nearest::Centroids,
    params::Init,
    plus_plus::plus_plus,
    points::{Points, mean_variance},
};
use cairn_numeric::stream;
use cairn_traits::{
    Convergence, DMatrix, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, PartialFit, Progress, Result,
    Stop, check,
};
use rand::{Rng, RngExt};
use std::ops::ControlFlow;

impl MiniBatchKMeans {
    /// Groups the rows of x: [`Fit::fit`] without a target.
    ///
    /// # Errors
    /// Those of the type.
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<KMeansModel<F>> {
        Fit::fit(self, x, &())
    }

    fn fit_rows<F: Float>(
        &self,
        x: &DMatrix<F>,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &DMatrix<F>) -> ControlFlow<()>,
    ) -> Result<KMeansModel<F>> {
        self.validate()?;
        check::training(x)?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let present = weights.map_or(x.nrows(), |weights| weights.iter().filter(|w| **w > 0.0).count());
        check::at_least("x", self.n_clusters, present)?;
        let points = Points::about_mean(x, weights);
        let mut rng = stream(self.seed, 0);
        let mut walk = Walk::new(self.start_of(&points, weights, &mut rng)?);
        let n = points.len();
        let size = self.batch_size.min(n);
        let steps = (self.max_iter.saturating_mul(n) / size).max(1);
        let mut watch = Watch::new(self, size, n, self.tol * mean_variance(x, weights));
        let mut ended = (steps, Stop::MaxIter);
        for step in 1..=steps {
            let rows: Vec<usize> = (0..size).map(|_| rng.random_range(0..n)).collect();
            let batch = points.picked(&rows);
            let own = weights.map(|weights| rows.iter().map(|&i| weights[i]).collect::<Vec<f64>>());
            let (inertia, moved) = walk.step(&batch, own.as_deref())?;
            walk.begin_anew(&batch, own.as_deref(), self.reassignment_ratio, &mut rng);
            let seen = Progress::new(step, steps, inertia / size as f64);
            let stop = match observer(&seen, &points.moved_back(&walk.centroids.columns)) {
                _ if watch.ends(inertia / size as f64, moved) => Stop::Converged,
                ControlFlow::Break(()) => Stop::Interrupted,
                ControlFlow::Continue(()) => continue,
            };
            ended = (step, stop);
            break;
        }
        finished(&points, weights, points.moved_back(&walk.centroids.columns), ended)
    }

    /// The start that is best on some rows.
    fn start_of<F: Float>(
        &self,
        points: &Points<F>,
        weights: Option<&[f64]>,
        rng: &mut impl Rng,
    ) -> Result<Centroids<F>> {
        let (n, p) = (points.len(), points.n_features());
        if let Init::Given(centroids) = &self.init {
            check::rows("centroids", self.n_clusters, centroids.nrows())?;
            check::columns("centroids", p, centroids.ncols())?;
            check::finite("centroids", centroids.as_view())?;
            return Ok(Centroids::of_rows(&centroids.map(F::of), points));
        }
        let size = (3 * self.batch_size.max(self.n_clusters)).min(n);
        let mut best: Option<(f64, Centroids<F>)> = None;
        for _ in 0..self.n_init {
            // without replacement, so that there are enough different rows
            let mut rows: Vec<usize> = (0..n).filter(|&i| weights.is_none_or(|weights| weights[i] > 0.0)).collect();
            let size = size.min(rows.len());
            for place in 0..size {
                let other = rng.random_range(place..rows.len());
                rows.swap(place, other);
            }
            rows.truncate(size);
            let some = points.picked(&rows);
            let chances: Vec<f64> = rows.iter().map(|&i| weights.map_or(1.0, |weights| weights[i])).collect();
            let chosen = match self.init {
                Init::Random => (0..self.n_clusters).collect(),
                _ => plus_plus(&some, &chances, self.n_clusters, rng)?,
            };
            let columns = DMatrix::from_fn(p, chosen.len(), |j, c| some.columns[(j, chosen[c])]);
            let centroids = Centroids::new(columns);
            let inertia = sweep(&some, Some(&chances), &centroids)?.inertia;
            if best.as_ref().is_none_or(|(least, _)| inertia < *least) {
                best = Some((inertia, centroids));
            }
        }
        let none = Error::Parameter { name: "n_init", requirement: "at least 1", found: 0.0 };
        best.map(|(_, centroids)| centroids).ok_or(none)
    }
}

impl<F: Float> Fit<DMatrix<F>> for MiniBatchKMeans {
    type Model = KMeansModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.fit_rows(x, None, &mut |_, _| ControlFlow::Continue(()))
    }
}

/// Rows are drawn alike; a weight is what a drawn row counts.
impl<F: Float> FitWeighted<DMatrix<F>> for MiniBatchKMeans {
    fn fit_weighted(&self, x: &DMatrix<F>, (): &(), weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, Some(weights), &mut |_, _| ControlFlow::Continue(()))
    }
}

impl<F: Float> FitObserved<DMatrix<F>> for MiniBatchKMeans {
    /// The centroids after each batch, k x p; the loss is the mean squared distance of its rows before they moved.
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

/// Labels and inertia of the model are those of the last batch, counts of all batches.
impl<F: Float> PartialFit<DMatrix<F>> for MiniBatchKMeans {
    fn start(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.validate()?;
        check::training(x)?;
        if !matches!(self.init, Init::Given(_)) {
            check::at_least("x", self.n_clusters, x.nrows())?;
        }
        let points = Points::about_mean(x, None);
        let centroids = self.start_of(&points, None, &mut stream(self.seed, 0))?;
        self.once_more(&points, Walk::new(centroids), 0)
    }

    fn partial_fit(&self, model: &mut Self::Model, x: &DMatrix<F>, (): &()) -> Result<()> {
        self.validate()?;
        check::query(x, model.n_features())?;
        check::size("centroids", "clusters", self.n_clusters, model.n_clusters())?;
        let points = Points::about(x.as_view(), model.centre.clone());
        let centroids = Centroids::of_rows(&model.centroids, &points);
        let walk = Walk::after(model.counts.clone(), centroids);
        *model = self.once_more(&points, walk, model.convergence.n_iter)?;
        Ok(())
    }
}

impl MiniBatchKMeans {
    fn once_more<F: Float>(&self, batch: &Points<F>, mut walk: Walk<F>, before: usize) -> Result<KMeansModel<F>> {
        walk.step(batch, None)?;
        let n_iter = before + 1;
        walk.begin_anew(batch, None, self.reassignment_ratio, &mut stream(self.seed, n_iter as u64));
        let centroids = batch.moved_back(&walk.centroids.columns);
        let found = assigned(batch, &centroids)?;
        let convergence = Convergence { n_iter, objective: found.squared.iter().sum(), stop: Stop::MaxIter };
        let (centre, labels, counts) = (batch.centre.clone(), found.labels, walk.counts);
        Ok(KMeansModel { centroids, centre, labels, counts, convergence })
    }
}
