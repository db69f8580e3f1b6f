//! k-means by small batches: the model is useful long before all rows have been seen.

use crate::{
    fit::finished,
    lloyd::sweep,
    model::{KMeansModel, assigned},
    nearest::Centroids,
    params::Init,
    plus_plus::{drawn, plus_plus},
    points::{Points, mean_variance},
};
use cairn_numeric::stream;
use cairn_traits::{
    Convergence, DMatrix, Error, Fit, FitObserved, FitWeighted, Float, Hyperparameters, PartialFit, Progress, Result,
    Stop, check,
};
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// k-means by batches of rows: each centroid is the mean of all rows that it ever got.
///
/// ```text
/// for each batch, drawn from the rows:
///     every row of it to its nearest centroid
///     c ← (n c + Σ w x) / (n + Σ w)         n: the weight of the rows c has got so far
/// until the smoothed inertia of batches has not fallen for max_no_improvement batches
/// ```
/// A step costs as much as its batch, however many rows there are; the inertia ends some percent above that of
/// [`crate::KMeans`]. With [`PartialFit`] the batches are yours, and each row is seen once.
///
/// Centroids that got less than `reassignment_ratio` of what the largest got begin anew at rows of a batch.
///
/// # Errors
/// Those of [`crate::KMeans`]. A first batch for [`PartialFit`] must have as many rows as there are clusters, unless
/// centroids are given.
///
/// # Complexity
/// batch_size k p multiplications a step; the labels at the end those of one sweep.
///
/// # Determinism
/// All draws come from `seed`. The same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_kmeans::{MiniBatchKMeans, PartialFit, Predict, rows};
/// let kmeans = MiniBatchKMeans::new(2);
/// let mut model = kmeans.start(&rows(&[[1.0], [9.0], [1.0], [9.0]]), &())?;
/// kmeans.partial_fit(&mut model, &rows(&[[4.0], [2.0]]), &())?;
/// let low = model.predict(&rows(&[[0.0]]))?[0];
/// assert_eq!(model.centroids()[(low, 0)], 2.0); // (1 + 1 + 4 + 2) / 4
/// # Ok::<(), cairn_kmeans::Error>(())
/// ```
///
/// # References
/// Sculley (2010), Web-scale k-means clustering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MiniBatchKMeans {
    n_clusters: usize,
    init: Init,
    batch_size: usize,
    n_init: usize,
    max_iter: usize,
    tol: f64,
    max_no_improvement: Option<usize>,
    reassignment_ratio: f64,
    seed: u64,
}

impl MiniBatchKMeans {
    /// So many clusters; batches of 1,024 rows, up to 100 times the rows, an end after 10 batches that gain nothing, as in
    /// scikit-learn.
    pub fn new(n_clusters: usize) -> Self {
        Self {
            n_clusters,
            init: Init::PlusPlus,
            batch_size: 1024,
            n_init: 1,
            max_iter: 100,
            tol: 0.0,
            max_no_improvement: Some(10),
            reassignment_ratio: 0.01,
            seed: 0,
        }
    }

    /// Where centroids begin: among three batches of rows.
    #[must_use]
    pub fn init(mut self, init: Init) -> Self {
        self.init = init;
        self
    }

    /// Rows a batch, at least 1.
    #[must_use]
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = batch_size;
        self
    }

    /// How many starts are tried on three batches of rows, at least 1; the best one is walked from.
    #[must_use]
    pub fn n_init(mut self, n_init: usize) -> Self {
        self.n_init = n_init;
        self
    }

    /// So many times as many rows as there are at most, at least 1.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// Centroids stand still when the smoothed sum of their squared moves is at most this times the mean variance of the
    /// columns; 0: this is no reason to end.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Batches without a lower smoothed inertia before the end, at least 1; `None`: this is no reason to end.
    #[must_use]
    pub fn max_no_improvement(mut self, max_no_improvement: Option<usize>) -> Self {
        self.max_no_improvement = max_no_improvement;
        self
    }

    /// The share of the largest cluster's rows below which a centroid begins anew, from 0 (never) to 1.
    #[must_use]
    pub fn reassignment_ratio(mut self, reassignment_ratio: f64) -> Self {
        self.reassignment_ratio = reassignment_ratio;
        self
    }

    /// Of starts, batches and new beginnings.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

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

/// Centroids, and the weight of the rows that each has got.
struct Walk<F: Float> {
    centroids: Centroids<F>,
    counts: Vec<f64>,
    /// Rows since centroids were last looked through for those that get none.
    since: usize,
}

impl<F: Float> Walk<F> {
    fn new(centroids: Centroids<F>) -> Self {
        Self { counts: vec![0.0; centroids.len()], centroids, since: 0 }
    }

    /// One batch: its inertia before, and the sum of the squared moves.
    fn step(&mut self, batch: &Points<F>, weights: Option<&[f64]>) -> Result<(f64, f64)> {
        let found = sweep(batch, weights, &self.centroids)?;
        let p = batch.n_features();
        let mut moved = 0.0;
        let columns = DMatrix::from_fn(p, self.counts.len(), |j, c| {
            let old = self.centroids.columns[(j, c)].to_f64();
            let total = self.counts[c] + found.counts[c];
            if found.counts[c] == 0.0 {
                return F::of(old);
            }
            let by = (found.sums[c * p + j] - found.counts[c] * old) / total;
            moved += by * by;
            F::of(old + by)
        });
        self.counts.iter_mut().zip(&found.counts).for_each(|(all, own)| *all += own);
        self.centroids = Centroids::new(columns);
        Ok((found.inertia, moved))
    }

    /// Centroids with too few rows go to drawn rows of the batch, at most half as many as it has, and count as the least of
    /// the others. Looked through after every 10 k rows, and while some have none at all.
    fn begin_anew(&mut self, batch: &Points<F>, weights: Option<&[f64]>, ratio: f64, rng: &mut impl Rng) {
        self.since += batch.len();
        let largest = self.counts.iter().fold(0.0, |all: f64, &count| all.max(count));
        let all_have = self.counts.iter().all(|count| *count > 0.0);
        if all_have && self.since < 10 * self.counts.len() {
            return;
        }
        self.since = 0;
        let mut poor: Vec<usize> = (0..self.counts.len()).filter(|&c| self.counts[c] < ratio * largest).collect();
        poor.sort_by(|a, b| self.counts[*a].total_cmp(&self.counts[*b]));
        poor.truncate(batch.len() / 2);
        let others = (0..self.counts.len()).filter(|c| !poor.contains(c)).map(|c| self.counts[c]);
        let least = others.fold(f64::INFINITY, f64::min);
        if poor.is_empty() || !least.is_finite() {
            return;
        }
        let mut chances = weights.map_or_else(|| vec![1.0; batch.len()], <[f64]>::to_vec);
        let mut columns = self.centroids.columns.clone();
        for c in poor {
            let row = drawn(&chances, rng);
            chances[row] = 0.0;
            columns.column_mut(c).copy_from_slice(batch.point(row));
            self.counts[c] = least;
        }
        self.centroids = Centroids::new(columns);
    }
}

/// When batches no longer help.
struct Watch {
    least_move: f64,
    patience: Option<usize>,
    /// The share of a new batch in what is smoothed.
    share: f64,
    smoothed: Option<(f64, f64)>,
    best: f64,
    unchanged: usize,
    steps: usize,
}

impl Watch {
    fn new(kmeans: &MiniBatchKMeans, size: usize, n: usize, least_move: f64) -> Self {
        let share = (2.0 * size as f64 / (n as f64 + 1.0)).min(1.0);
        let patience = kmeans.max_no_improvement;
        Self { least_move, patience, share, smoothed: None, best: f64::INFINITY, unchanged: 0, steps: 0 }
    }

    fn ends(&mut self, inertia: f64, moved: f64) -> bool {
        self.steps += 1;
        // the first batch is seen by centroids that have not moved
        if self.steps == 1 {
            return false;
        }
        let of = |before: f64, now: f64| before * (1.0 - self.share) + now * self.share;
        let (smooth, moves) =
            self.smoothed.map_or((inertia, moved), |(before, moves)| (of(before, inertia), of(moves, moved)));
        self.smoothed = Some((smooth, moves));
        self.unchanged = if smooth < self.best { 0 } else { self.unchanged + 1 };
        self.best = self.best.min(smooth);
        (self.least_move > 0.0 && moves <= self.least_move)
            || self.patience.is_some_and(|patience| self.unchanged >= patience)
    }
}

/// Eight clusters.
impl Default for MiniBatchKMeans {
    fn default() -> Self {
        Self::new(8)
    }
}

impl Hyperparameters for MiniBatchKMeans {
    fn validate(&self) -> Result<()> {
        for (name, found) in [
            ("n_clusters", self.n_clusters),
            ("batch_size", self.batch_size),
            ("n_init", self.n_init),
            ("max_iter", self.max_iter),
            ("max_no_improvement", self.max_no_improvement.unwrap_or(1)),
        ] {
            check::parameter_at_least(name, 1.0, found as f64, "at least 1")?;
        }
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        let found = self.reassignment_ratio;
        if !(0.0..=1.0).contains(&found) {
            return Err(Error::Parameter { name: "reassignment_ratio", requirement: "a number from 0 to 1", found });
        }
        Ok(())
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
        let walk = Walk { centroids, counts: model.counts.clone(), since: 0 };
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
