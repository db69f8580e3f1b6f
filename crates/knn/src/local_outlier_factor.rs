//! Rows that lie where it is emptier than around their neighbours.

use crate::{search::search_setters, weights::validate};
use cairn_neighbors::{Algorithm, Index, Metric};
use cairn_traits::{
    DMatrix, DVector, Error, Fit, Float, Hyperparameters, Persist, Result, ScoreSamples, check, vector,
};
use serde::{Deserialize, Serialize};

/// Outliers by local density: a row is one if it is much emptier around it than around its neighbours, wherever that is. A
/// threshold on distances alone would take a loose group for outliers, or miss a stray row beside a dense one.
///
/// ```text
/// N(q)        the k training rows nearest to q; a training row is not its own neighbour
/// reach(q, x) = max(d(q, x), distance of x to its k-th neighbour)
/// density(q)  = 1 / (mean of reach(q, x) over N(q) + 1e-10 of the mean of all such distances)
/// factor(q)   = mean of density(x) over N(q) / density(q)      1: as dense as around; 2: half as dense
/// ```
///
/// The score of a row is its factor, negative: higher is more usual. Below [`LocalOutlierFactorModel::threshold`] it is an
/// outlier: −1.5, or, with `contamination`, so that such a share of the training rows lies below.
///
/// # Examples
/// ```
/// use cairn_knn::{Fit, LocalOutlierFactor, rows};
/// let x = rows(&[[0.0], [1.0], [2.0], [3.0], [50.0]]);
/// let model = LocalOutlierFactor::new(2).fit(&x, &())?;
/// assert_eq!(model.outliers(), [false, false, false, false, true]);
/// assert_eq!(model.is_outlier(&rows(&[[1.5], [-30.0]]))?, [false, true]); // rows that it has not seen
/// # Ok::<(), cairn_knn::Error>(())
/// ```
///
/// # Errors
/// [`Error::TooFewSamples`] for fewer than `n_neighbors` + 1 rows; [`Error::Parameter`]; those of [`Index::new`].
///
/// # Complexity
/// That of the search for the neighbours of all rows.
///
/// # References
/// Breunig, Kriegel, Ng and Sander (2000), LOF: identifying density-based local outliers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalOutlierFactor {
    n_neighbors: usize,
    contamination: Option<f64>,
    algorithm: Algorithm,
    metric: Metric,
}

impl LocalOutlierFactor {
    /// By the `n_neighbors` nearest rows; outliers have a factor above 1.5.
    pub fn new(n_neighbors: usize) -> Self {
        Self { n_neighbors, contamination: None, algorithm: Algorithm::Auto, metric: Metric::Euclidean }
    }

    /// How many neighbours: at least 1, fewer than the rows. More see larger groups of outliers.
    #[must_use]
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.n_neighbors = n_neighbors;
        self
    }

    /// The share of the training rows that are outliers, above 0 and at most a half; `None`: those of a factor above 1.5.
    #[must_use]
    pub fn contamination(mut self, contamination: Option<f64>) -> Self {
        self.contamination = contamination;
        self
    }

    search_setters!();
}

impl Default for LocalOutlierFactor {
    /// Twenty neighbours, as in scikit-learn.
    fn default() -> Self {
        Self::new(20)
    }
}

impl Hyperparameters for LocalOutlierFactor {
    fn validate(&self) -> Result<()> {
        self.metric.validate()?;
        validate(self.n_neighbors)?;
        match self.contamination {
            Some(found) if !(found > 0.0 && found <= 0.5) => {
                let requirement = "a share above 0 and at most 0.5";
                Err(Error::Parameter { name: "contamination", requirement, found })
            }
            _ => Ok(()),
        }
    }
}

/// What [`LocalOutlierFactor`] fits: the rows, and how dense it is around each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct LocalOutlierFactorModel<F: Float> {
    index: Index<F>,
    n_neighbors: usize,
    /// Of each training row to its k-th neighbour.
    #[serde(with = "vector")]
    radii: DVector<F>,
    #[serde(with = "vector")]
    densities: DVector<F>,
    #[serde(with = "vector")]
    scores: DVector<F>,
    /// What is added to every mean distance, so that a density is finite.
    least: F,
    threshold: F,
}

impl<F: Float> Fit<DMatrix<F>> for LocalOutlierFactor {
    type Model = LocalOutlierFactorModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.validate()?;
        let index = Index::new(x, self.algorithm, self.metric)?;
        check::at_least("x", self.n_neighbors + 1, x.nrows())?;
        let found = index.k_nearest(x, self.n_neighbors + 1)?;
        let others: Vec<Vec<(usize, F)>> =
            found.iter().enumerate().map(|(row, (indices, distances))| without(row, indices, distances)).collect();
        let n = x.nrows();
        let radii = DVector::from_iterator(n, others.iter().map(|near| near.last().map_or(F::zero(), |(_, d)| *d)));
        let means = DVector::from_iterator(n, others.iter().map(|near| reached(near, &radii)));
        let mean = means.mean();
        let least = F::of(1e-10) * if mean > F::zero() { mean } else { F::one() };
        let densities = means.map(|mean| F::one() / (mean + least));
        let scores = others.iter().zip(&densities).map(|(near, density)| score(near, *density, &densities));
        let scores = DVector::from_iterator(n, scores);
        let threshold = match self.contamination {
            None => F::of(-1.5),
            Some(share) => quantile(scores.as_slice(), share),
        };
        Ok(LocalOutlierFactorModel { index, n_neighbors: self.n_neighbors, radii, densities, scores, least, threshold })
    }
}

/// The neighbours of a training row but itself. Among more than k rows that are equal it may not have found itself: any of
/// them is as good.
fn without<F: Float>(row: usize, indices: &[usize], distances: &[F]) -> Vec<(usize, F)> {
    let own = indices.iter().position(|&index| index == row).unwrap_or(indices.len().saturating_sub(1));
    let all = indices.iter().copied().zip(distances.iter().copied()).enumerate();
    all.filter(|(place, _)| *place != own).map(|(_, near)| near).collect()
}

/// The mean distance at which neighbours are reached.
fn reached<F: Float>(near: &[(usize, F)], radii: &DVector<F>) -> F {
    let reach = near.iter().map(|&(index, distance)| if radii[index] > distance { radii[index] } else { distance });
    reach.sum::<F>() / F::of(near.len().max(1) as f64)
}

fn score<F: Float>(near: &[(usize, F)], density: F, densities: &DVector<F>) -> F {
    let ratios: F = near.iter().map(|(index, _)| densities[*index] / density).sum();
    -ratios / F::of(near.len().max(1) as f64)
}

/// The value below which a share of the values lies, between neighbours in proportion.
fn quantile<F: Float>(values: &[F], share: f64) -> F {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(F::order);
    let place = share * (sorted.len().saturating_sub(1)) as f64;
    let at = |place: f64| sorted.get(place as usize).or(sorted.last()).copied().unwrap_or_default();
    let (low, high) = (at(place.floor()), at(place.ceil()));
    low + (high - low) * F::of(place.fract())
}

impl<F: Float> LocalOutlierFactorModel<F> {
    /// The factor of each training row, negative: −1 is as dense as its neighbourhood, −2 half as dense.
    pub fn negative_outlier_factors(&self) -> &DVector<F> {
        &self.scores
    }

    /// Scores below this are outliers'.
    pub fn threshold(&self) -> F {
        self.threshold
    }

    /// Which training rows are outliers.
    pub fn outliers(&self) -> Vec<bool> {
        self.scores.iter().map(|score| *score < self.threshold).collect()
    }

    /// Which rows, that were not trained on, are outliers.
    ///
    /// # Errors
    /// Those of [`Index::k_nearest`].
    pub fn is_outlier(&self, x: &DMatrix<F>) -> Result<Vec<bool>> {
        Ok(self.score_samples(x)?.iter().map(|score| *score < self.threshold).collect())
    }
}

impl<F: Float> ScoreSamples<DMatrix<F>> for LocalOutlierFactorModel<F> {
    type Scalar = F;

    /// The negative factor of rows that were not trained on; of those that were,
    /// [`LocalOutlierFactorModel::negative_outlier_factors`] does not count them as their own neighbours.
    fn score_samples(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
        let found = self.index.k_nearest(x, self.n_neighbors)?;
        let scores = found.iter().map(|(indices, distances)| {
            let near: Vec<(usize, F)> = indices.iter().copied().zip(distances.iter().copied()).collect();
            score(&near, F::one() / (reached(&near, &self.radii) + self.least), &self.densities)
        });
        Ok(DVector::from_iterator(x.nrows(), scores))
    }
}

impl<F: Float> Persist for LocalOutlierFactorModel<F> {
    const KIND: &'static str = "local-outlier-factor";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        validate(self.n_neighbors)?;
        let n = self.index.n_points();
        check::at_least("points", self.n_neighbors + 1, n)?;
        for (what, values) in [("radii", &self.radii), ("densities", &self.densities), ("scores", &self.scores)] {
            check::size(what, "rows", n, values.len())?;
            check::finite(what, values.columns(0, 1))?;
        }
        check::parameter_at_least("least", 0.0, self.least.to_f64(), "a finite number of at least 0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    #[test]
    fn factors_by_hand() {
        // k = 1. neighbours: 0 -> 1 (1), 1 -> 0 (1), 3 -> 1 (2). radii 1, 1, 2. reach: 1, 1, 2. densities 1, 1, 1/2
        let model = LocalOutlierFactor::new(1).fit(&rows(&[[0.0], [1.0], [3.0]]), &()).unwrap();
        let expected = [-1.0, -1.0, -2.0];
        assert!(model.negative_outlier_factors().iter().zip(expected).all(|(a, b): (&f64, _)| (a - b).abs() < 1e-9));
        assert_eq!(model.outliers(), [false, false, true]);
        // 5 -> 3 (2), reach 2, density 1/2, that of 3
        assert!((model.score_samples(&rows(&[[5.0]])).unwrap()[0] + 1.0_f64).abs() < 1e-9);
    }

    #[test]
    fn equal_rows_have_finite_factors() {
        let same = DMatrix::<f64>::from_element(6, 2, 3.0);
        let model = LocalOutlierFactor::new(2).fit(&same, &()).unwrap();
        assert!(model.negative_outlier_factors().iter().all(|factor| *factor == -1.0));
        let mut one_far = same.clone();
        one_far[(3, 0)] = 4.0;
        let model = LocalOutlierFactor::new(2).fit(&one_far, &()).unwrap();
        assert!(model.negative_outlier_factors().iter().all(|factor| factor.is_finite()));
        assert_eq!(model.outliers(), [false, false, false, true, false, false]);
    }

    #[test]
    fn the_unit_of_measurement_does_not_matter() {
        let x = DMatrix::from_fn(50, 2, |i, j| ((i * i * 3 + j * 7) as f64 * 0.37).sin());
        let fit = |x: &DMatrix<f64>| LocalOutlierFactor::new(5).fit(x, &()).unwrap();
        let tiny = fit(&(&x * 2.0_f64.powi(-60)));
        assert_eq!(tiny.negative_outlier_factors(), fit(&x).negative_outlier_factors());
    }

    #[test]
    fn the_share_of_outliers_can_be_told() {
        let x = DMatrix::from_fn(41, 1, |i, _| (i * i) as f64);
        let model = LocalOutlierFactor::new(3).contamination(Some(0.25)).fit(&x, &()).unwrap();
        assert_eq!(model.outliers().iter().filter(|outlier| **outlier).count(), 10);
        let refused = LocalOutlierFactor::new(3).contamination(Some(0.6)).fit(&x, &());
        assert!(matches!(refused, Err(Error::Parameter { name: "contamination", .. })));
        let few = LocalOutlierFactor::new(41).fit(&x, &());
        assert_eq!(few.err(), Some(Error::TooFewSamples { what: "x", needed: 42, found: 41 }));
    }

    #[test]
    fn a_model_survives_the_file() {
        let x = DMatrix::from_fn(41, 2, |i, j| (i * i + j) as f64);
        let model = LocalOutlierFactor::new(3).fit(&x, &()).unwrap();
        let file = model.to_json().unwrap();
        assert_eq!(LocalOutlierFactorModel::from_json(&file).unwrap(), model);
        assert!(
            LocalOutlierFactorModel::<f64>::from_json(&file.replace("\"n_neighbors\":3", "\"n_neighbors\":41"))
                .is_err()
        );
    }
}
