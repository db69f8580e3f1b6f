//! Scores of a clustering by its centroids: spread within clusters against spread between them.

use crate::points::Points;
use crate::silhouette::Clusters;
use cairn_numeric::squared_distance;
use cairn_traits::{DMatrix, Float, Result};

/// The spread of the centroids over the spread around them, each per degree of freedom: higher is better, no upper
/// bound.
///
/// ```text
/// (Σₖ nₖ |cₖ - c|² / (k - 1)) / (Σᵢ |xᵢ - c(i)|² / (n - k))
/// ```
///
/// Cheap, and good for comparing numbers of clusters of one method on the same rows; it favours round clusters. 1 if
/// all rows lie on their centroids (as in scikit-learn).
///
/// # Errors
/// Those of [`silhouette_samples`](crate::silhouette_samples).
///
/// # Complexity
/// n p.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[0.0], [2.0], [10.0], [12.0]]);
/// // centroids 1 and 11 about 6: 2·25 + 2·25 over 1; around them 4·1 over 2
/// assert_eq!(cairn_metrics::calinski_harabasz(&x, &[0, 0, 1, 1])?, 50.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// T. Caliński and J. Harabasz (1974).
pub fn calinski_harabasz<F: Float>(x: &DMatrix<F>, labels: &[usize]) -> Result<f64> {
    let centroids = Centroids::new(x, labels)?;
    let middle = centroids.points.centred().column_mean();
    let (mut between, mut within) = (0.0, 0.0);
    for (cluster, members) in centroids.clusters.ranges.iter().enumerate() {
        let centroid = centroids.of(cluster);
        between += members.len() as f64 * squared_distance(centroid, middle.as_slice());
        within += members.clone().map(|i| squared_distance(centroids.point(i), centroid)).sum::<f64>();
    }
    let (n, k) = (centroids.points.len() as f64, centroids.clusters.ranges.len() as f64);
    Ok(if within == 0.0 { 1.0 } else { between * (n - k) / (within * (k - 1.0)) })
}

/// The mean, over clusters, of how much each overlaps with the one it overlaps most: 0 is best.
///
/// ```text
/// 1/k Σᵢ max over j of (sᵢ + sⱼ) / |cᵢ - cⱼ|     sᵢ: mean distance of cluster i's rows to its centroid cᵢ
/// ```
///
/// Clusters with one and the same centroid are not compared with each other, as in scikit-learn. (There numbers of size
/// 10⁻⁸ count as 0; here the scale does not matter.)
///
/// # Errors
/// Those of [`silhouette_samples`](crate::silhouette_samples).
///
/// # Complexity
/// n p + k² p.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[0.0], [2.0], [10.0], [12.0]]);
/// // rows are 1 from their centroids, these 10 from each other
/// assert_eq!(cairn_metrics::davies_bouldin(&x, &[0, 0, 1, 1])?, 0.2);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// D. Davies and D. Bouldin (1979).
pub fn davies_bouldin<F: Float>(x: &DMatrix<F>, labels: &[usize]) -> Result<f64> {
    let centroids = Centroids::new(x, labels)?;
    let clusters = &centroids.clusters.ranges;
    let spread: Vec<f64> = clusters
        .iter()
        .enumerate()
        .map(|(cluster, members)| {
            let distances = members.clone().map(|i| squared_distance(centroids.point(i), centroids.of(cluster)).sqrt());
            distances.sum::<f64>() / members.len() as f64
        })
        .collect();
    let worst = |i: usize| {
        let others = (0..clusters.len()).filter(|&j| j != i).map(|j| {
            let apart = squared_distance(centroids.of(i), centroids.of(j)).sqrt();
            if apart == 0.0 { 0.0 } else { (spread[i] + spread[j]) / apart }
        });
        others.fold(0.0, f64::max)
    };
    Ok((0..clusters.len()).map(worst).sum::<f64>() / clusters.len() as f64)
}

/// Rows by cluster, and the mean of each.
struct Centroids {
    clusters: Clusters,
    points: Points,
    /// p x k.
    means: DMatrix<f64>,
}

impl Centroids {
    fn new<F: Float>(x: &DMatrix<F>, labels: &[usize]) -> Result<Self> {
        let clusters = Clusters::new(x, labels)?;
        let points = Points::new(x, &clusters.order);
        let mut means = DMatrix::zeros(x.ncols(), clusters.ranges.len());
        for (mut mean, members) in means.column_iter_mut().zip(&clusters.ranges) {
            mean.copy_from(&points.centred().columns_range(members.clone()).column_mean());
        }
        Ok(Self { clusters, points, means })
    }

    fn of(&self, cluster: usize) -> &[f64] {
        let p = self.means.nrows();
        &self.means.as_slice()[cluster * p..(cluster + 1) * p]
    }

    fn point(&self, at: usize) -> &[f64] {
        let p = self.means.nrows();
        &self.points.centred().as_slice()[at * p..(at + 1) * p]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::{Error, rows};

    #[test]
    fn rows_on_their_centroids_have_no_spread() {
        let x = rows(&[[0.0], [0.0], [3.0], [3.0]]);
        assert_eq!(calinski_harabasz(&x, &[0, 0, 1, 1]), Ok(1.0));
        assert_eq!(davies_bouldin(&x, &[0, 0, 1, 1]), Ok(0.0));
    }

    #[test]
    fn clusters_about_one_centroid_are_not_compared() {
        // centroids 0 and 0
        assert_eq!(davies_bouldin(&rows(&[[-1.0], [1.0], [-2.0], [2.0]]), &[0, 0, 1, 1]), Ok(0.0));
    }

    #[test]
    fn the_scale_of_the_numbers_does_not_matter() {
        let x = rows(&[[0.0, 1.0], [2.0, 0.5], [10.0, 0.0], [12.5, 2.0], [11.0, 9.0]]);
        let labels = [3, 3, 8, 8, 8];
        for score in [calinski_harabasz, davies_bouldin] {
            assert_eq!(score(&(&x * 2.0_f64.powi(800)), &labels), score(&x, &labels));
            assert_eq!(score(&(&x * 2.0_f64.powi(-800)), &labels), score(&x, &labels));
        }
    }

    #[test]
    fn bad_input_is_refused() {
        for score in [calinski_harabasz, davies_bouldin] {
            assert!(matches!(score(&rows(&[[0.0], [1.0]]), &[0, 1]), Err(Error::TooFewSamples { needed: 3, .. })));
            assert!(matches!(score(&rows(&[[0.0], [1.0]]), &[1, 1]), Err(Error::Classes { .. })));
            assert!(matches!(score(&rows(&[[0.0], [f64::NAN]]), &[1, 1]), Err(Error::NonFinite { .. })));
        }
    }
}
