//! Columns of numbers: a normal distribution for each class and column.

use crate::{
    classes::{ABSENT, ByClass, Labelled, Priors, check_classes, same_columns},
    joint::{Joint, answering, joint},
};
use cairn_numeric::{blocks, vectorised};
use cairn_traits::{
    Accumulate, Classes, DMatrix, Error, Fit, FitFrom, FitWeighted, Float, Hyperparameters, Merge, Persist, Result,
    check, matrix,
};
use serde::{Deserialize, Serialize};
use std::{f64::consts::TAU, ops::Range};

/// Naive Bayes for measurements: in each class each column is normal, with a mean and a variance of its own.
///
/// ```text
/// ln P(class, row) = ln prior − ½ Σⱼ (ln 2πσ²ⱼ + (xⱼ − μⱼ)² / σ²ⱼ)      of each class
/// ```
///
/// Columns need no scaling. A column that hardly varies within a class would decide alone, so that `var_smoothing` times the
/// largest variance of any column is added to every variance.
///
/// # Examples
/// ```
/// use cairn_bayes::{Fit, GaussianNb, Predict, Probabilistic, rows};
/// let heights_and_weights = rows(&[[1.52, 50.0], [1.60, 57.0], [1.55, 49.0], [1.83, 85.0], [1.78, 78.0], [1.90, 95.0]]);
/// let model = GaussianNb::new().fit(&heights_and_weights, &[0, 0, 0, 1, 1, 1][..])?;
/// let asked = rows(&[[1.58, 54.0], [1.85, 88.0]]);
/// assert_eq!(model.predict(&asked)?, [0, 1]);
/// assert!(model.predict_proba(&asked)?[(0, 0)] > 0.999);
/// # Ok::<(), cairn_bayes::Error>(())
/// ```
///
/// # Complexity
/// One pass over the rows to fit; n_samples x n_features x n_classes to answer. Blocks of rows in parallel.
///
/// # Determinism
/// Blocks by shape, merged in order: the same bits on any number of threads.
///
/// # References
/// Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance. Hand and Yu (2001), Idiot's Bayes: not so
/// stupid after all?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaussianNb {
    priors: Priors,
    var_smoothing: f64,
}

impl GaussianNb {
    /// Learned priors, variances smoothed by 1e-9.
    pub fn new() -> Self {
        Self { priors: Priors::Learned, var_smoothing: 1e-9 }
    }

    /// How likely each class is before a row is looked at.
    #[must_use]
    pub fn priors(mut self, priors: Priors) -> Self {
        self.priors = priors;
        self
    }

    /// The share of the largest variance of any column that is added to all variances: at least 0.
    #[must_use]
    pub fn var_smoothing(mut self, var_smoothing: f64) -> Self {
        self.var_smoothing = var_smoothing;
        self
    }
}

impl Default for GaussianNb {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for GaussianNb {
    fn validate(&self) -> Result<()> {
        self.priors.validate()?;
        check::parameter_at_least("var_smoothing", 0.0, self.var_smoothing, "a finite number of at least 0")
    }
}

/// Mean and scatter of each column over the rows of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    mean: Vec<f64>,
    /// Σ w (x − mean)².
    scatter: Vec<f64>,
}

/// Takes in the rows of another one, by the differences of the means: nothing large cancels.
fn join(own: &mut Spread, own_weight: f64, other: &Spread, other_weight: f64) {
    let share = other_weight / (own_weight + other_weight);
    let (means, scatters) = (own.mean.iter_mut().zip(&other.mean), own.scatter.iter_mut().zip(&other.scatter));
    for ((mean, other_mean), (scatter, other_scatter)) in means.zip(scatters) {
        let step = other_mean - *mean;
        *scatter += other_scatter + step * step * own_weight * share;
        *mean += step * share;
    }
}

/// What [`GaussianNb`] learns from: means and scatters by class, of rows that may come in any batches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GaussianSums {
    pub(crate) n_features: Option<usize>,
    pub(crate) sums: ByClass<Spread>,
}

impl GaussianSums {
    /// Sums that have seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    fn of<F: Float>(x: &DMatrix<F>, y: &[usize], weights: Option<&[f64]>) -> Result<Self> {
        check::at_least("x", 1, x.nrows())?;
        let labelled = Labelled::new(y, x.nrows(), weights)?;
        let sums = Self::of_columns(x, &labelled);
        let finite = |s: &Spread| s.mean.iter().all(|v| v.is_finite());
        // a number that is not finite shows in its mean, and rows without weight show nowhere: only then it is looked for
        if weights.is_some() || x.ncols() == 0 || !sums.sums.parts.iter().all(finite) {
            check::training(x)?;
        }
        Ok(sums)
    }

    pub(crate) fn of_columns<F: Float>(x: &DMatrix<F>, labelled: &Labelled) -> Self {
        let mut sums = ByClass::default();
        let parts = blocks::map(x.nrows(), BLOCK, |rows| block(x, labelled, rows));
        parts.iter().for_each(|part| sums.merge(part, join));
        Self { n_features: Some(x.ncols()), sums }
    }

    /// The largest variance of any column over all rows.
    fn largest_variance(&self) -> f64 {
        let mut all = ByClass::default();
        for (&weight, part) in self.sums.weights.iter().zip(&self.sums.parts) {
            all.merge(&ByClass { classes: vec![0], weights: vec![weight], parts: vec![part.clone()] }, join);
        }
        let weight = all.weights.first().copied().unwrap_or(1.0);
        all.parts.iter().flat_map(|part| &part.scatter).fold(0.0, |most, &s| f64::max(most, s / weight))
    }

    /// Means, variances with what is added to them, and that.
    pub(crate) fn normals(&self, var_smoothing: f64) -> Result<Normals> {
        let (p, k) = (self.n_features.unwrap_or_default(), self.sums.classes.len());
        for part in &self.sums.parts {
            check::columns("sums", p, part.mean.len())?;
            check::columns("sums", p, part.scatter.len())?;
        }
        let epsilon = var_smoothing * self.largest_variance();
        let weight = |class: usize| self.sums.weights.get(class).copied().unwrap_or(1.0);
        let of = |class: usize, column: usize| self.sums.parts.get(class).map(|s| (s.mean[column], s.scatter[column]));
        let means = DMatrix::from_fn(k, p, |class, column| of(class, column).map_or(0.0, |(mean, _)| mean));
        let variances = DMatrix::from_fn(k, p, |class, column| {
            of(class, column).map_or(0.0, |(_, scatter)| scatter / weight(class) + epsilon)
        });
        let normals = Normals { means, variances, epsilon };
        normals.check()?;
        Ok(normals)
    }
}

/// Rows that are summed at once: a column of them stays in the nearest cache.
const BLOCK: usize = 4096;

/// Mean and scatter by class of some rows, put in the order of their classes.
fn block<F: Float>(x: &DMatrix<F>, labelled: &Labelled, rows: Range<usize>) -> ByClass<Spread> {
    let start = rows.start;
    let mut order: Vec<(u32, u32)> = rows
        .filter_map(|row| labelled.class_of.get(row).map(|&class| (class, (row - start) as u32)))
        .filter(|(class, _)| *class != ABSENT)
        .collect();
    order.sort_unstable();
    let weights: Vec<f64> = order.iter().map(|&(_, row)| labelled.weight(start + row as usize)).collect();
    let mut of = ByClass::default();
    let mut ranges = Vec::new();
    for run in order.chunk_by(|a, b| a.0 == b.0) {
        let from = ranges.last().map_or(0, |range: &Range<usize>| range.end);
        ranges.push(from..from + run.len());
        of.classes.extend(run.first().and_then(|(class, _)| labelled.classes.get(*class as usize)));
        of.weights.push(weights[from..from + run.len()].iter().sum());
        of.parts.push(Spread { mean: Vec::with_capacity(x.ncols()), scatter: Vec::with_capacity(x.ncols()) });
    }
    let mut values = vec![0.0; order.len()];
    for column in x.column_iter() {
        let column = column.as_slice().get(start..).unwrap_or(&[]);
        for (value, (_, row)) in values.iter_mut().zip(&order) {
            *value = column.get(*row as usize).map_or(0.0, |v| v.to_f64());
        }
        for ((range, weight), part) in ranges.iter().zip(&of.weights).zip(&mut of.parts) {
            let (values, weights) = (&values[range.clone()], &weights[range.clone()]);
            let mean = pull(values, weights) / weight;
            part.mean.push(mean);
            // twice, as the mean is only known after the first time; the values are still near
            part.scatter.push(scatter(values, weights, mean));
        }
    }
    of
}

/// Sums that run side by side, so that they need not wait for each other.
const LANES: usize = 16;

vectorised! {
    /// `Σ w v`.
    fn pull['a](values: &'a [f64], weights: &'a [f64]) -> f64 {
        let mut sums = [0.0; LANES];
        let (v, w) = (values.chunks_exact(LANES), weights.chunks_exact(LANES));
        let rest: f64 = v.remainder().iter().zip(w.remainder()).map(|(v, w)| v * w).sum();
        for (v, w) in v.zip(w) {
            for lane in 0..LANES {
                sums[lane] += v[lane] * w[lane];
            }
        }
        sums.iter().sum::<f64>() + rest
    }
}

vectorised! {
    /// `Σ w (v − mean)²`.
    fn scatter['a](values: &'a [f64], weights: &'a [f64], mean: f64) -> f64 {
        let mut sums = [0.0; LANES];
        let (v, w) = (values.chunks_exact(LANES), weights.chunks_exact(LANES));
        let rest: f64 = v.remainder().iter().zip(w.remainder()).map(|(v, w)| w * (v - mean) * (v - mean)).sum();
        for (v, w) in v.zip(w) {
            for lane in 0..LANES {
                let step = v[lane] - mean;
                sums[lane] += w[lane] * step * step;
            }
        }
        sums.iter().sum::<f64>() + rest
    }
}

impl Merge for GaussianSums {
    fn merge(&mut self, other: &Self) -> Result<()> {
        same_columns(self.n_features, other.n_features)?;
        self.n_features = self.n_features.or(other.n_features);
        self.sums.merge(&other.sums, join);
        Ok(())
    }
}

impl<F: Float> Accumulate<DMatrix<F>, [usize]> for GaussianSums {
    fn accumulate(&mut self, x: &DMatrix<F>, y: &[usize], weights: Option<&[f64]>) -> Result<()> {
        self.merge(&Self::of(x, y, weights)?)
    }
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for GaussianNb {
    type Model = GaussianNbModel;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<GaussianNbModel> {
        self.validate()?;
        self.fit_from(&GaussianSums::of(x, y, None)?)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>, [usize]> for GaussianNb {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &[usize], weights: &[f64]) -> Result<GaussianNbModel> {
        self.validate()?;
        self.fit_from(&GaussianSums::of(x, y, Some(weights))?)
    }
}

impl FitFrom<GaussianSums> for GaussianNb {
    type Model = GaussianNbModel;

    fn fit_from(&self, statistics: &GaussianSums) -> Result<GaussianNbModel> {
        self.validate()?;
        statistics.sums.check()?;
        let log_priors = self.priors.logs(&statistics.sums.weights)?;
        let normals = statistics.normals(self.var_smoothing)?;
        Ok(GaussianNbModel { classes: statistics.sums.classes.clone(), log_priors, normals })
    }
}

/// A normal distribution for each class and column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Normals {
    /// n_classes x n_features.
    #[serde(with = "matrix")]
    pub(crate) means: DMatrix<f64>,
    #[serde(with = "matrix")]
    pub(crate) variances: DMatrix<f64>,
    epsilon: f64,
}

impl Normals {
    pub(crate) fn check(&self) -> Result<()> {
        check::finite("means", self.means.as_view())?;
        check::rows("variances", self.means.nrows(), self.variances.nrows())?;
        check::columns("variances", self.means.ncols(), self.variances.ncols())?;
        let wrong = |v: &&f64| !(v.is_finite() && **v > 0.0 && (1.0 / **v).is_finite());
        match self.variances.iter().find(wrong) {
            None => Ok(()),
            Some(&found) => {
                let requirement = "a positive, finite variance in each class (a larger var_smoothing gives one, if any \
                                   column varies)";
                Err(Error::Domain { what: "x", requirement, found, row: None })
            }
        }
    }

    /// Adds the logarithms of the densities of some rows, class by class.
    pub(crate) fn add<F: Float>(&self, x: &DMatrix<F>, rows: Range<usize>, out: &mut [f64]) {
        let n = rows.len();
        for (class, out) in out.chunks_exact_mut(n).enumerate() {
            let (means, variances) = (self.means.row(class), self.variances.row(class));
            let constant: f64 = variances.iter().map(|v| -0.5 * (TAU * v).ln()).sum();
            out.iter_mut().for_each(|out| *out += constant);
            for (column, (&mean, &variance)) in x.column_iter().zip(means.iter().zip(variances.iter())) {
                subtract_squares(out, column.as_slice().get(rows.clone()).unwrap_or(&[]), mean, 0.5 / variance);
            }
        }
    }
}

vectorised! {
    /// `out ← out − half (v − mean)²`.
    fn subtract_squares['a; F: Float](out: &'a mut [f64], values: &'a [F], mean: f64, half: f64) -> () {
        for (out, value) in out.iter_mut().zip(values) {
            let step = value.to_f64() - mean;
            *out -= half * (step * step);
        }
    }
}

/// What [`GaussianNb`] fits; all its numbers are in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaussianNbModel {
    classes: Vec<usize>,
    log_priors: Vec<f64>,
    normals: Normals,
}

impl GaussianNbModel {
    /// The mean of each class and column: n_classes x n_features.
    pub fn means(&self) -> &DMatrix<f64> {
        &self.normals.means
    }

    /// Variances, smoothed: n_classes x n_features.
    pub fn variances(&self) -> &DMatrix<f64> {
        &self.normals.variances
    }

    /// What was added to each variance.
    pub fn epsilon(&self) -> f64 {
        self.normals.epsilon
    }

    /// Natural logarithms of the priors.
    pub fn log_priors(&self) -> &[f64] {
        &self.log_priors
    }

    /// `ln P(class) + ln p(row | class)`, n_samples x n_classes: what probabilities are made of.
    ///
    /// # Errors
    /// Those of [`cairn_traits::Predict::predict`].
    pub fn joint_log_likelihood<F: Float>(&self, x: &DMatrix<F>) -> Result<DMatrix<f64>> {
        joint(self, x)
    }
}

impl<F: Float> Joint<DMatrix<F>> for GaussianNbModel {
    type Scalar = F;

    fn labels(&self) -> &[usize] {
        &self.classes
    }

    fn check_query(&self, x: &DMatrix<F>) -> Result<()> {
        check::query(x, self.normals.means.ncols())
    }

    fn joint_block(&self, x: &DMatrix<F>, rows: Range<usize>, out: &mut [f64]) {
        for (out, prior) in out.chunks_exact_mut(rows.len()).zip(&self.log_priors) {
            out.fill(*prior);
        }
        self.normals.add(x, rows, out);
    }
}

answering!(GaussianNbModel, DMatrix);

impl Classes for GaussianNbModel {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl Persist for GaussianNbModel {
    const KIND: &'static str = "gaussian-nb";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check_classes(&self.classes)?;
        check::size("log_priors", "classes", self.classes.len(), self.log_priors.len())?;
        check::rows("means", self.classes.len(), self.normals.means.nrows())?;
        self.normals.check()
    }
}
