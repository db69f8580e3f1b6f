use super::{Draw, Generate, Part, around, class_data, limits, numbered};
use crate::{Data, Task};
use cairn_traits::{DMatrix, Error, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Round clouds of points: what k-means and mixtures are made for.
///
/// ```text
/// centre c   uniform in a box, each coordinate from center_box[0] to center_box[1]
/// row        centre + cluster_std · N(0, I)
/// ```
///
/// Clouds have the same number of rows (0 or 1 apart), in no order. The centres drawn are [`MakeBlobs::true_centers`], so
/// that what a clustering finds can be held against the truth.
///
/// # Determinism
/// More rows leave the first ones and the centres as they are.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_blobs};
/// let blobs = make_blobs(300).centers(3).cluster_std(0.5).seed(1);
/// let (x, y) = blobs.generate()?.xy_classes()?;
/// let centers = blobs.true_centers()?;
/// let nearest = |row: usize| {
///     (0..3).min_by(|&a, &b| {
///         let distance = |c: usize| (x.row(row) - centers.row(c)).norm();
///         distance(a).total_cmp(&distance(b))
///     })
/// };
/// assert_eq!((0..300).filter(|&row| nearest(row) == Some(y[row])).count(), 300);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeBlobs {
    n_samples: usize,
    n_features: usize,
    centers: usize,
    cluster_std: f64,
    center_box: [f64; 2],
    seed: u64,
}

/// [`MakeBlobs`] with so many rows: 3 clouds of deviation 1 in the plane, centres from −10 to 10.
pub fn make_blobs(n_samples: usize) -> MakeBlobs {
    MakeBlobs { n_samples, n_features: 2, centers: 3, cluster_std: 1.0, center_box: [-10.0, 10.0], seed: 0 }
}

impl Default for MakeBlobs {
    /// 100 rows.
    fn default() -> Self {
        make_blobs(100)
    }
}

impl MakeBlobs {
    /// Rows of all clouds together, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Columns, at least 1; 2 by default.
    #[must_use]
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = n_features;
        self
    }

    /// Clouds, 1 to `n_samples`; 3 by default.
    #[must_use]
    pub fn centers(mut self, centers: usize) -> Self {
        self.centers = centers;
        self
    }

    /// Standard deviation of each cloud in each column; 1 by default.
    #[must_use]
    pub fn cluster_std(mut self, cluster_std: f64) -> Self {
        self.cluster_std = cluster_std;
        self
    }

    /// Where centres are drawn from, in each column: from −10 to 10 by default.
    #[must_use]
    pub fn center_box(mut self, low: f64, high: f64) -> Self {
        self.center_box = [low, high];
        self
    }

    /// Another seed, other centres and rows.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The centres the rows lie around: centers x n_features.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    pub fn true_centers(&self) -> Result<DMatrix<f64>> {
        self.validate()?;
        let mut draw = Draw::new(self.seed, Part::Setup);
        let [low, high] = self.center_box;
        let mut centers = DMatrix::zeros(self.centers, self.n_features);
        for center in 0..self.centers {
            for column in 0..self.n_features {
                centers[(center, column)] = draw.between(low, high);
            }
        }
        Ok(centers)
    }
}

impl Hyperparameters for MakeBlobs {
    fn validate(&self) -> Result<()> {
        limits::count("n_features", 1, self.n_features)?;
        limits::size(self.n_samples, self.n_features)?;
        limits::groups("centers", self.centers, self.n_samples)?;
        limits::not_negative("cluster_std", self.cluster_std)?;
        let [low, high] = self.center_box;
        limits::finite("center_box", low)?;
        let (requirement, found) = ("a low and a higher number, less than infinity apart", high);
        let ordered = low <= high && (high - low).is_finite();
        if ordered { Ok(()) } else { Err(Error::Parameter { name: "center_box", requirement, found }) }
    }
}

impl Generate for MakeBlobs {
    const NAME: &'static str = "make-blobs";
    const DESCRIPTION: &'static str = "round clouds of points: what k-means and mixtures are made for";

    fn generate(&self) -> Result<Data> {
        let centers = self.true_centers()?;
        let (x, labels) = around(&centers, self.cluster_std, self.n_samples, self.seed);
        class_data::<Self>(Task::Clustering, x, &numbered(self.n_features), labels, self.centers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_have_their_centre_and_deviation() {
        let blobs = make_blobs(9000).centers(3).n_features(4).cluster_std(2.0).seed(6);
        let (x, y) = blobs.generate().unwrap().xy_classes().unwrap();
        let centers = blobs.true_centers().unwrap();
        for class in 0..3 {
            let rows: Vec<usize> = (0..9000).filter(|&row| y[row] == class).collect();
            assert_eq!(rows.len(), 3000);
            let cloud = x.select_rows(&rows);
            // standard error of a mean: 2 / sqrt(3000) = 0.0365; of the deviation of 12,000 numbers: 2 / sqrt(24000)
            assert!((cloud.row_mean() - centers.row(class)).amax() < 4.5 * 0.0365);
            let spread = cloud.row_iter().map(|row| (row - centers.row(class)).norm_squared()).sum::<f64>() / 12_000.0;
            assert!((spread.sqrt() - 2.0).abs() < 4.0 * 0.0129, "{spread}");
        }
    }

    #[test]
    fn centres_are_in_their_box() {
        let centers = make_blobs(500).centers(500).center_box(2.0, 3.0).true_centers().unwrap();
        assert!(centers.iter().all(|v| (2.0..3.0).contains(v)) && centers.min() < 2.05 && centers.max() > 2.95);
        for (low, high) in [(1.0, -1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (-f64::MAX, f64::MAX)] {
            let refused = make_blobs(5).center_box(low, high).generate();
            assert!(matches!(refused, Err(Error::Parameter { name: "center_box", .. })), "{low} {high}");
        }
    }
}
