//! One sweep as sums that can be merged: rows in any batches, on any machines.

use crate::{KMeans, KMeansModel, lloyd::sweep, nearest::Centroids, points::Points};
use cairn_traits::{
    Accumulate, Convergence, DMatrix, FitFrom, Float, Hyperparameters, Merge, Result, Stop, check, matrix,
};
use serde::{Deserialize, Serialize};

/// The sums of one sweep of k-means: of the rows nearest to each of some centroids.
///
/// # Examples
/// ```
/// use cairn_kmeans::{Accumulate, FitFrom, KMeans, KMeansSweep, Merge, rows};
/// let centroids = rows(&[[0.0], [10.0]]);
/// let (mut here, mut there) = (KMeansSweep::new(&centroids)?, KMeansSweep::new(&centroids)?);
/// here.accumulate(&rows(&[[1.0], [9.0]]), &(), None)?;
/// there.accumulate(&rows(&[[3.0]]), &(), None)?;
/// here.merge(&there)?;
/// assert_eq!(here.centroids(), rows(&[[2.0], [9.0]])); // (1 + 3)/2, 9/1
/// assert_eq!(here.inertia(), 11.0); // 1 + 1 + 9
/// # Ok::<(), cairn_kmeans::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KMeansSweep {
    #[serde(with = "matrix")]
    from: DMatrix<f64>,
    #[serde(with = "matrix")]
    sums: DMatrix<f64>,
    counts: Vec<f64>,
    inertia: f64,
}

impl KMeansSweep {
    /// Before any row; centroids are k x p.
    ///
    /// # Errors
    /// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`], [`cairn_traits::Error::NonFinite`].
    pub fn new<F: Float>(centroids: &DMatrix<F>) -> Result<Self> {
        check::training(centroids)?;
        let from = centroids.map(Float::to_f64);
        let (k, p) = from.shape();
        Ok(Self { from, sums: DMatrix::zeros(k, p), counts: vec![0.0; k], inertia: 0.0 })
    }

    /// The means of the rows nearest to each centroid; of a centroid without rows itself. k x p.
    pub fn centroids(&self) -> DMatrix<f64> {
        let (k, p) = self.from.shape();
        DMatrix::from_fn(k, p, |c, j| {
            if self.counts[c] > 0.0 {
                self.from[(c, j)] + self.sums[(c, j)] / self.counts[c]
            } else {
                self.from[(c, j)]
            }
        })
    }

    /// The weight of the rows nearest to each centroid.
    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    /// The squared distances of the rows to the centroids before the sweep.
    pub fn inertia(&self) -> f64 {
        self.inertia
    }
}

impl<F: Float> Accumulate<DMatrix<F>> for KMeansSweep {
    fn accumulate(&mut self, x: &DMatrix<F>, (): &(), weights: Option<&[f64]>) -> Result<()> {
        check::query(x, self.from.ncols())?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let (k, p) = self.from.shape();
        let centre: Vec<f64> = (0..p).map(|j| self.from.column(j).mean()).collect();
        let x = x.map(Float::to_f64);
        let points = Points::about(x.as_view(), centre);
        let centroids = Centroids::of_rows(&self.from, &points);
        let found = sweep(&points, weights, &centroids)?;
        for c in 0..k {
            for j in 0..p {
                // of the rows about their old centroid
                self.sums[(c, j)] += found.sums[c * p + j] - found.counts[c] * centroids.columns[(j, c)];
            }
            self.counts[c] += found.counts[c];
        }
        self.inertia += found.inertia;
        Ok(())
    }
}

impl Merge for KMeansSweep {
    /// The other's rows too; both must come from the same centroids.
    fn merge(&mut self, other: &Self) -> Result<()> {
        check::rows("centroids", self.from.nrows(), other.from.nrows())?;
        check::columns("centroids", self.from.ncols(), other.from.ncols())?;
        if self.from != other.from {
            let what = "sweep: expected the centroids of the other sweep, found others".into();
            return Err(cairn_traits::Error::Format(what));
        }
        self.sums += &other.sums;
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
        self.inertia += other.inertia;
        Ok(())
    }
}

impl FitFrom<KMeansSweep> for KMeans {
    type Model = KMeansModel<f64>;

    /// The centroids after the sweep; without labels, and with the inertia before it.
    fn fit_from(&self, statistics: &KMeansSweep) -> Result<KMeansModel<f64>> {
        self.validate()?;
        check::rows("centroids", self.n_clusters, statistics.from.nrows())?;
        let mut model = KMeansModel::from_parts(statistics.centroids())?;
        model.counts.clone_from(&statistics.counts);
        model.convergence = Convergence { n_iter: 1, objective: statistics.inertia, stop: Stop::MaxIter };
        Ok(model)
    }
}
