//! Scores of a clustering by its centroids: spread within clusters against spread between them.

use crate::points::scale;
use crate::silhouette::Clusters;
use cairn_numeric::{blocks, squared_distance, vectorised};
use cairn_traits::{DMatrix, Float, Result};
use std::ops::Range;

/// Terms added side by side: the `i`-th goes to sum `i mod 32`, what is left over to one more.
const LANES: usize = 32;

/// Columns of `x` that a thread takes at once: a rule of shapes, so that the sums over columns have one order.
const COLUMN_BLOCK: usize = 8;

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
    let middle = centroids.middle();
    let (mut between, mut within) = (0.0, 0.0);
    for (cluster, members) in centroids.clusters.ranges.iter().enumerate() {
        between += members.len() as f64 * squared_distance(centroids.of(cluster), &middle);
        within += sum(&centroids.squared[members.clone()]);
    }
    let (n, k) = (centroids.squared.len() as f64, centroids.clusters.ranges.len() as f64);
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
        .map(|members| {
            let distances: Vec<f64> = centroids.squared[members.clone()].iter().map(|squared| squared.sqrt()).collect();
            sum(&distances) / members.len() as f64
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

/// The mean of each cluster, and how far each row is from its own. Numbers are scaled by a power of two so that the
/// largest is near 1 (the scores do not depend on it, and squares neither overflow nor vanish), and about the mean of
/// their column.
struct Centroids {
    clusters: Clusters,
    /// p x k.
    means: DMatrix<f64>,
    /// The squared distance of each row to the mean of its cluster, in the clusters' order.
    squared: Vec<f64>,
}

impl Centroids {
    fn new<F: Float>(x: &DMatrix<F>, labels: &[usize]) -> Result<Self> {
        let clusters = Clusters::new(x, labels)?;
        let (scale, n, k) = (scale(x), x.nrows(), clusters.ranges.len());
        let parts = blocks::map(x.ncols(), COLUMN_BLOCK, |columns| {
            let (mut sorted, mut squared, mut means) = (vec![0.0; n], vec![0.0; n], vec![0.0; columns.len() * k]);
            for (j, means) in columns.zip(means.chunks_mut(k)) {
                sort_by_cluster(&x.as_slice()[j * n..(j + 1) * n], scale, &clusters.order, &mut sorted);
                add_squares(&sorted, &clusters.ranges, means, &mut squared);
            }
            (means, squared)
        });
        let mut squared = vec![0.0; n];
        let mut means = Vec::with_capacity(x.ncols() * k);
        for (more_means, more_squared) in parts {
            means.extend(more_means);
            squared.iter_mut().zip(&more_squared).for_each(|(all, more)| *all += more);
        }
        Ok(Self { clusters, means: DMatrix::from_row_slice(x.ncols(), k, &means), squared })
    }

    fn of(&self, cluster: usize) -> &[f64] {
        let p = self.means.nrows();
        &self.means.as_slice()[cluster * p..(cluster + 1) * p]
    }

    /// The mean of all rows, from those of the clusters: 0 up to rounding.
    fn middle(&self) -> Vec<f64> {
        let mut middle = vec![0.0; self.means.nrows()];
        for (cluster, members) in self.clusters.ranges.iter().enumerate() {
            let share = members.len() as f64 / self.squared.len() as f64;
            middle.iter_mut().zip(self.of(cluster)).for_each(|(all, mean)| *all += share * mean);
        }
        middle
    }
}

vectorised! {
    /// A column of `x`, scaled and about its mean, its rows cluster after cluster.
    fn sort_by_cluster['a; F: Float](x: &'a [F], scale: f64, order: &'a [usize], sorted: &'a mut [f64]) -> () {
        for (sorted, &row) in sorted.iter_mut().zip(order) {
            *sorted = x[row].to_f64() * scale;
        }
        let mean = lane_sum(sorted) / x.len() as f64;
        for v in sorted {
            *v -= mean;
        }
    }
}

vectorised! {
    /// One column's mean in each cluster, and its share of the squared distances.
    fn add_squares['a](
        sorted: &'a [f64],
        clusters: &'a [Range<usize>],
        means: &'a mut [f64],
        squared: &'a mut [f64],
    ) -> () {
        for (members, mean) in clusters.iter().zip(means) {
            let own = &sorted[members.clone()];
            let centre = lane_sum(own) / own.len() as f64;
            *mean = centre;
            for (squared, v) in squared[members.clone()].iter_mut().zip(own) {
                let apart = v - centre;
                *squared += apart * apart;
            }
        }
    }
}

vectorised! {
    fn sum['a](x: &'a [f64]) -> f64 {
        lane_sum(x)
    }
}

/// The sum in one fixed order.
#[inline(always)]
fn lane_sum(x: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (whole, rest) = x.as_chunks::<LANES>();
    for chunk in whole {
        for lane in 0..LANES {
            sums[lane] += chunk[lane];
        }
    }
    let mut total = rest.iter().sum::<f64>();
    for sum in sums {
        total += sum;
    }
    total
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
