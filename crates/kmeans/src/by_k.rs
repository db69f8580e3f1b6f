//! How many clusters? Fits for several k, and two ways to choose between them.

use crate::{KMeans, KMeansModel};
use cairn_traits::{DMatrix, Float, Result, check};
use std::ops::RangeInclusive;

/// What k-means came to with so many clusters.
#[derive(Clone, Debug, PartialEq)]
pub struct ByK<F: Float> {
    /// The fit itself.
    pub model: KMeansModel<F>,
    /// What the given score says of its labels; not a number for one cluster, of which nothing can be said.
    pub score: f64,
}

impl KMeans {
    /// Fits for every k of a range, each scored by its labels: `silhouette_score` of `cairn-metrics`, or any other for
    /// which more is better. What [`elbow`] and [`best_score`] choose from.
    ///
    /// # Errors
    /// Those of [`KMeans::fit`]; [`crate::Error::Parameter`] for a range without a k; those of the score.
    ///
    /// # Examples
    /// ```
    /// use cairn_kmeans::{KMeans, best_score, elbow, DMatrix};
    /// use cairn_metrics::silhouette_score;
    /// // heaps at three corners
    /// let x = DMatrix::from_fn(30, 2, |i, j| if i % 3 == j { 10.0 } else { 0.0 } + 0.1 * (i / 3) as f64);
    /// let fits = KMeans::new(1).n_init(3).for_each_k(&x, 1..=8, silhouette_score)?;
    /// assert_eq!(elbow(&fits), Some(3)); // more clusters hardly lower the inertia
    /// assert_eq!(best_score(&fits), Some(3));
    /// # Ok::<(), cairn_kmeans::Error>(())
    /// ```
    pub fn for_each_k<F: Float>(
        &self,
        x: &DMatrix<F>,
        ks: RangeInclusive<usize>,
        score: impl Fn(&DMatrix<F>, &[usize]) -> Result<f64>,
    ) -> Result<Vec<ByK<F>>> {
        check::parameter_at_least("ks", 1.0, ks.clone().count() as f64, "a range that is not empty")?;
        let of = |k: usize| {
            let model = Self { n_clusters: k, ..self.clone() }.fit(x)?;
            // rows that are all in one cluster have no other to compare with
            let first = model.labels().first();
            let several = model.labels().iter().any(|label| Some(label) != first);
            let score = if several { score(x, model.labels())? } else { f64::NAN };
            Ok(ByK { model, score })
        };
        ks.map(of).collect::<Result<Vec<ByK<F>>>>()
    }
}

/// The number of clusters at the bend of the curve of inertia: farthest below the straight line from the first k to the
/// last, where both axes are scaled to 1; the lower one on ties. None where the curve does not fall below that line.
///
/// # References
/// Satopää, Albrecht, Irwin and Raghavan (2011), Finding a "kneedle" in a haystack.
pub fn elbow<F: Float>(fits: &[ByK<F>]) -> Option<usize> {
    let (first, last) = (fits.first()?, fits.last()?);
    let at = |fit: &ByK<F>| (fit.model.n_clusters() as f64, fit.model.inertia());
    let ((k0, high), (k1, low)) = (at(first), at(last));
    let below = |fit: &ByK<F>| {
        let (k, inertia) = at(fit);
        1.0 - (k - k0) / (k1 - k0) - (inertia - low) / (high - low)
    };
    let bends = fits.iter().filter(|fit| below(fit) > 0.0);
    bends.rev().max_by(|a, b| below(a).total_cmp(&below(b))).map(|fit| fit.model.n_clusters())
}

/// The number of clusters with the highest score, the lower one on ties; none where there is no score.
pub fn best_score<F: Float>(fits: &[ByK<F>]) -> Option<usize> {
    let scored = fits.iter().filter(|fit| !fit.score.is_nan());
    scored.rev().max_by(|a, b| a.score.total_cmp(&b.score)).map(|fit| fit.model.n_clusters())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;

    #[test]
    fn straight_curves_have_no_elbow_and_empty_ranges_are_refused() {
        let x = DMatrix::from_fn(12, 1, |i, _| (i % 3) as f64);
        let fits = KMeans::new(1).for_each_k(&x, 2..=3, |_, _| Ok(1.0)).unwrap();
        assert_eq!((elbow(&fits), best_score(&fits)), (None, Some(2)));
        assert_eq!((elbow::<f64>(&[]), best_score::<f64>(&[])), (None, None));
        #[expect(clippy::reversed_empty_ranges, reason = "it is to be refused")]
        let found = KMeans::new(1).for_each_k(&x, 3..=2, |_, _| Ok(1.0));
        assert!(matches!(found, Err(Error::Parameter { name: "ks", .. })));
        let one = KMeans::new(1).for_each_k(&x, 1..=1, |_, _| Ok(1.0)).unwrap();
        assert!(one[0].score.is_nan() && best_score(&one).is_none());
    }
}
