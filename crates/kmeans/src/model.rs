use crate::{nearest::Centroids, points::Points};
use cairn_numeric::{blocks, squared_distance};
use cairn_traits::{Convergence, Converges, DMatrix, Error, Float, Persist, Predict, Result, Transform, check, matrix};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What [`crate::KMeans`] fits: centroids, and which rows are whose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct KMeansModel<F: Float> {
    /// n_clusters x n_features.
    #[serde(with = "matrix")]
    pub(crate) centroids: DMatrix<F>,
    /// What rows and centroids are about while they are compared: the mean of the rows of the fit.
    pub(crate) centre: Vec<F>,
    pub(crate) labels: Vec<usize>,
    pub(crate) counts: Vec<f64>,
    pub(crate) convergence: Convergence,
}

/// Nearest centroids of rows; what they sum to.
#[derive(Clone, Debug)]
pub(crate) struct Assigned {
    pub(crate) labels: Vec<usize>,
    /// Squared distances by definition.
    pub(crate) squared: Vec<f64>,
}

/// The nearest centroid of each point, and how far it is.
pub(crate) fn assigned<F: Float>(points: &Points<F>, centroids: &DMatrix<F>) -> Result<Assigned> {
    let centroids = Centroids::of_rows(centroids, points);
    let piece = |rows: Range<usize>| {
        let mut found = Assigned { labels: Vec::with_capacity(rows.len()), squared: Vec::with_capacity(rows.len()) };
        centroids.nearest(points, rows, |block, ranked| {
            for (i, &label) in block.zip(&ranked.labels) {
                found.squared.push(centroids.squared_distance(points.point(i), label));
            }
            found.labels.extend(&ranked.labels);
        })?;
        Ok(found)
    };
    let n = points.len();
    let mut all = Assigned { labels: Vec::with_capacity(n), squared: Vec::with_capacity(n) };
    for piece in blocks::map(n, blocks::size_for(n, 64, 256), piece) {
        let piece: Assigned = piece?;
        all.labels.extend(piece.labels);
        all.squared.extend(piece.squared);
    }
    Ok(all)
}

impl<F: Float> KMeansModel<F> {
    /// A model from centroids alone, n_clusters x n_features: it has no labels, counts or inertia.
    ///
    /// # Errors
    /// [`Error::Shape`] without rows or columns, [`Error::NonFinite`].
    pub fn from_parts(centroids: DMatrix<F>) -> Result<Self> {
        let counts = vec![0.0; centroids.nrows()];
        let convergence = Convergence { n_iter: 0, objective: 0.0, stop: cairn_traits::Stop::MaxIter };
        let mean = |j: usize| F::of(centroids.column(j).iter().map(|v| v.to_f64()).sum::<f64>() / counts.len() as f64);
        let centre = (0..centroids.ncols()).map(mean).collect();
        let model = Self { centroids, centre, labels: Vec::new(), counts, convergence };
        model.check()?;
        Ok(model)
    }

    /// n_clusters x n_features.
    pub fn centroids(&self) -> &DMatrix<F> {
        &self.centroids
    }

    /// The cluster of each row it was fitted on: what `predict` answers for them.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The weight of the rows in each cluster.
    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    /// `Σ w |x − c(x)|²` of these labels and centroids.
    pub fn inertia(&self) -> f64 {
        self.convergence.objective
    }

    /// Sweeps of the best start, its inertia, and why it ended.
    pub fn convergence(&self) -> &Convergence {
        &self.convergence
    }

    /// How many clusters.
    pub fn n_clusters(&self) -> usize {
        self.centroids.nrows()
    }

    /// How many columns it was fitted on.
    pub fn n_features(&self) -> usize {
        self.centroids.ncols()
    }
}

impl<F: Float> Converges for KMeansModel<F> {
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl<F: Float> Predict<DMatrix<F>> for KMeansModel<F> {
    type Output = Vec<usize>;

    /// The nearest centroid of each row, the lower one on ties.
    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        check::query(x, self.n_features())?;
        Ok(assigned(&Points::about(x.as_view(), self.centre.clone()), &self.centroids)?.labels)
    }
}

impl<F: Float> Transform<DMatrix<F>> for KMeansModel<F> {
    type Output = DMatrix<F>;

    /// n_samples x n_clusters: the Euclidean distance of each row to each centroid.
    fn transform(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::query(x, self.n_features())?;
        let centroids = self.centroids.transpose();
        let piece = |rows: Range<usize>| {
            let points = x.rows_range(rows).transpose();
            DMatrix::from_fn(points.ncols(), centroids.ncols(), |i, c| {
                squared_distance(points.column(i).as_slice(), centroids.column(c).as_slice()).sqrt()
            })
        };
        let n = x.nrows();
        let mut all = DMatrix::zeros(n, self.n_clusters());
        let mut start = 0;
        for piece in blocks::map(n, blocks::size_for(n, 64, 64), piece) {
            all.rows_mut(start, piece.nrows()).copy_from(&piece);
            start += piece.nrows();
        }
        Ok(all)
    }
}

impl<F: Float> Persist for KMeansModel<F> {
    const KIND: &'static str = "kmeans";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        let (k, p) = self.centroids.shape();
        if k == 0 || p == 0 {
            let unit = if k == 0 { "rows" } else { "columns" };
            return Err(Error::Shape { what: "centroids", unit, expected: 1, found: 0 });
        }
        check::finite("centroids", self.centroids.as_view())?;
        check::size("counts", "clusters", k, self.counts.len())?;
        check::size("centre", "columns", p, self.centre.len())?;
        if let Some(column) = self.centre.iter().position(|v| !v.is_finite()) {
            return Err(Error::NonFinite { what: "centre", row: 0, column });
        }
        match self.labels.iter().find(|label| **label >= k) {
            None => Ok(()),
            Some(label) => Err(Error::UnknownClass { what: "labels", found: label.to_string() }),
        }
    }
}
