//! For rows without a target: groups around rows drawn at random, columns mixed at random, columns drawn one by one.

use crate::{
    adapters::{FitScores, Reduced},
    score::Scores,
};
use cairn_decomp::qr;
use cairn_neighbors::BruteForce;
use cairn_numeric::{Moments, matmul, stream, tr};
use cairn_traits::{DMatrix, Error, Fit, Float, Hyperparameters, Persist, Predict, Result, Sample, check, matrix};
use rand::seq::SliceRandom;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// Each row to the nearest of a few rows drawn at random: k-means before its first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RandomCentroids {
    n_clusters: usize,
    seed: u64,
}

impl Default for RandomCentroids {
    fn default() -> Self {
        Self { n_clusters: 8, seed: 0 }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct RandomCentroidsModel<F: Float> {
    #[serde(with = "matrix")]
    centroids: DMatrix<F>,
    inertia: f64,
}

impl Hyperparameters for RandomCentroids {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("n_clusters", 1.0, self.n_clusters as f64, "at least 1")
    }
}

impl<F: Float> Fit<DMatrix<F>> for RandomCentroids {
    type Model = RandomCentroidsModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.validate()?;
        check::training(x)?;
        check::at_least("x", self.n_clusters, x.nrows())?;
        let mut rows: Vec<usize> = (0..x.nrows()).collect();
        rows.shuffle(&mut stream(self.seed, 0));
        rows.truncate(self.n_clusters);
        let centroids = x.select_rows(&rows);
        let nearest = BruteForce::new(&centroids)?.k_nearest(x, 1)?;
        let squared = |(_, distances): (_, &[F])| distances.iter().map(|d| d.to_f64().powi(2)).sum::<f64>();
        Ok(RandomCentroidsModel { centroids, inertia: nearest.iter().map(squared).sum() })
    }
}

impl<F: Float> Predict<DMatrix<F>> for RandomCentroidsModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        let nearest = BruteForce::new(&self.centroids)?.k_nearest(x, 1)?;
        Ok(nearest.iter().flat_map(|(clusters, _)| clusters.iter().copied()).collect())
    }
}

impl<F: Float> FitScores for RandomCentroidsModel<F> {
    fn fit_scores(&self) -> Scores {
        vec![("inertia", Some(self.inertia))]
    }
}

impl<F: Float> Persist for RandomCentroidsModel<F> {
    const KIND: &'static str = "random-centroids";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::at_least("centroids", 1, self.centroids.nrows())?;
        check::finite("centroids", self.centroids.as_view())
    }
}

/// Directions drawn at random, at right angles to each other: what PCA chooses better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RandomProjection {
    n_components: usize,
    seed: u64,
}

impl Default for RandomProjection {
    fn default() -> Self {
        Self { n_components: 2, seed: 0 }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct RandomProjectionModel<F: Float> {
    /// One row.
    #[serde(with = "matrix")]
    mean: DMatrix<F>,
    /// n_features x n_components.
    #[serde(with = "matrix")]
    directions: DMatrix<F>,
    explained_variance_ratio: f64,
}

impl Hyperparameters for RandomProjection {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("n_components", 1.0, self.n_components as f64, "at least 1")
    }
}

impl<F: Float> Fit<DMatrix<F>> for RandomProjection {
    type Model = RandomProjectionModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.validate()?;
        check::training(x)?;
        if self.n_components > x.ncols() {
            let requirement = "at most as many as there are columns";
            return Err(Error::Parameter { name: "n_components", requirement, found: self.n_components as f64 });
        }
        let moments = Moments::of_dense(&[x.as_view()], None)?;
        let mut rng = stream(self.seed, 0);
        let drawn = DMatrix::<f64>::from_fn(x.ncols(), self.n_components, |_, _| StandardNormal.sample(&mut rng));
        let directions = qr(&drawn)?.q;
        let kept = (directions.transpose() * moments.scatter() * &directions).trace();
        let total = moments.scatter().trace();
        Ok(RandomProjectionModel {
            mean: DMatrix::from_iterator(1, x.ncols(), moments.mean().iter().map(|&value| F::of(value))),
            directions: directions.map(F::of),
            // constant columns have no variance to explain
            explained_variance_ratio: if total > 0.0 { kept / total } else { 1.0 },
        })
    }
}

impl<F: Float> Reduced<F> for RandomProjectionModel<F> {
    fn embed(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::query(x, self.directions.nrows())?;
        let mut centred = x.clone();
        for (mut column, &mean) in centred.column_iter_mut().zip(self.mean.iter()) {
            column.add_scalar_mut(-mean);
        }
        matmul(&centred, &self.directions)
    }

    fn restore(&self, embedded: &DMatrix<F>) -> Result<Option<DMatrix<F>>> {
        check::query(embedded, self.directions.ncols())?;
        let mut restored = matmul(embedded, tr(&self.directions))?;
        for (mut column, &mean) in restored.column_iter_mut().zip(self.mean.iter()) {
            column.add_scalar_mut(mean);
        }
        Ok(Some(restored))
    }
}

impl<F: Float> FitScores for RandomProjectionModel<F> {
    fn fit_scores(&self) -> Scores {
        vec![("explained_variance_ratio", Some(self.explained_variance_ratio))]
    }
}

impl<F: Float> Persist for RandomProjectionModel<F> {
    const KIND: &'static str = "random-projection";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::rows("mean", 1, self.mean.nrows())?;
        check::columns("mean", self.directions.nrows(), self.mean.ncols())?;
        check::finite("mean", self.mean.as_view())?;
        check::finite("directions", self.directions.as_view())
    }
}

/// Each column drawn by itself from a normal distribution of its mean and spread: how columns go together is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct IndependentNormals {
    pub(crate) seed: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct IndependentNormalsModel<F> {
    mean: Vec<F>,
    std: Vec<F>,
}

impl Hyperparameters for IndependentNormals {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl<F: Float> Fit<DMatrix<F>> for IndependentNormals {
    type Model = IndependentNormalsModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        check::training(x)?;
        let moments = Moments::of_dense(&[x.as_view()], None)?;
        let std = moments.scatter().diagonal().iter().map(|s| F::of((s / moments.weight()).sqrt())).collect();
        Ok(IndependentNormalsModel { mean: moments.mean().iter().map(|&mean| F::of(mean)).collect(), std })
    }
}

impl<F: Float> Sample for IndependentNormalsModel<F> {
    type Output = DMatrix<F>;

    fn sample(&self, n: usize, seed: u64) -> Result<DMatrix<F>> {
        let mut rng = stream(seed, 1);
        let mut rows = DMatrix::zeros(n, self.mean.len());
        for (mut column, (&mean, &std)) in rows.column_iter_mut().zip(self.mean.iter().zip(&self.std)) {
            for value in column.iter_mut() {
                let drawn: f64 = StandardNormal.sample(&mut rng);
                *value = mean + std * F::of(drawn);
            }
        }
        Ok(rows)
    }
}

impl<F: Float> Persist for IndependentNormalsModel<F> {
    const KIND: &'static str = "independent-normals";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::size("std", "columns", self.mean.len(), self.std.len())?;
        let both = DMatrix::from_iterator(2, self.mean.len(), self.mean.iter().chain(&self.std).copied());
        check::finite("model", both.as_view())?;
        match self.std.iter().find(|std| **std < F::zero()) {
            None => Ok(()),
            Some(std) => {
                let requirement = "standard deviations of at least 0";
                Err(Error::Domain { what: "std", requirement, found: std.to_f64(), row: None })
            }
        }
    }
}
