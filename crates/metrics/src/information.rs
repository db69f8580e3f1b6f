//! Scores of a clustering by information: how much the cluster of a sample tells about its class.

use crate::contingency::Shared;
use cairn_numeric::blocks;
use cairn_traits::Result;

/// How much the cluster of a sample tells about its class, in nats; the other way round it is as much.
///
/// ```text
/// Σ nᵢⱼ/n ln(n nᵢⱼ / (aᵢ bⱼ))     nᵢⱼ samples of class i in cluster j, aᵢ in class i, bⱼ in cluster j
/// ```
///
/// From 0 (independent) to the smaller of the two entropies, so it has no fixed scale:
/// [`normalized_mutual_info`] and [`adjusted_mutual_info`] give it one.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Complexity
/// n log n.
///
/// # Examples
/// ```
/// // two equal halves, told apart perfectly: one bit, ln 2 nats
/// assert!((cairn_metrics::mutual_info(&[0, 0, 1, 1], &[3, 3, 1, 1])? - 2.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// C. Shannon (1948).
pub fn mutual_info(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    Ok(Information::new(y_true, y_pred)?.mutual)
}

/// [`mutual_info`] as a share of the mean of the two entropies: from 0 to 1.
///
/// Not adjusted for chance: many small clusters score above 0 even for labels drawn at random. 1 if there is one class
/// and one cluster, 0 if there is one of the one and several of the other. It is the same number as [`v_measure`].
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// // every sample alone: ln 2 of information, entropies ln 2 and ln 4
/// let score = cairn_metrics::normalized_mutual_info(&[0, 0, 1, 1], &[0, 1, 2, 3])?;
/// assert!((score - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// A. Strehl and J. Ghosh (2002), with the arithmetic mean.
pub fn normalized_mutual_info(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let known = Information::new(y_true, y_pred)?;
    Ok(match (known.shared.is_same_partition(), known.mutual == 0.0) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => known.mutual / known.mean_entropy(),
    })
}

/// [`mutual_info`], less what chance would give, as a share of the most it could be above chance: 1 where the groups
/// are the same, about 0 for labels drawn at random.
///
/// ```text
/// (I - E[I]) / ((H(classes) + H(clusters)) / 2 - E[I])
/// ```
///
/// The expectation is over all ways to deal out the samples that keep the sizes of classes and clusters, where each
/// count follows the hypergeometric distribution. It is summed exactly: from each count's most probable value outwards,
/// by the ratio of neighbouring probabilities, until what follows cannot matter. No factorial is ever formed, so large
/// tables neither overflow nor lose digits.
///
/// Prefer it to [`adjusted_rand_index`](crate::adjusted_rand_index) where classes differ very much in size.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Complexity
/// n log n, and for each class and cluster as many terms as probable counts: about the root of the smaller size.
///
/// # Determinism
/// Classes are summed in parallel and added in order: the same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_metrics::adjusted_mutual_info;
/// assert_eq!(adjusted_mutual_info(&[0, 0, 1, 1], &[5, 5, 3, 3])?, 1.0);
/// // every sample alone tells no more than chance
/// assert!(adjusted_mutual_info(&[0, 0, 1, 1], &[0, 1, 2, 3])?.abs() < 1e-14);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// N. Vinh, J. Epps and J. Bailey (2010), with the arithmetic mean.
pub fn adjusted_mutual_info(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let known = Information::new(y_true, y_pred)?;
    if known.shared.is_same_partition() {
        return Ok(1.0);
    }
    if known.shared.classes.len() == 1 || known.shared.clusters.len() == 1 {
        return Ok(0.0);
    }
    let expected = expected_mutual_info(&known.shared);
    // the mean entropy is above the expectation for different groups; a rounding must not make it equal
    let most = (known.mean_entropy() - expected).max(f64::EPSILON);
    Ok((known.mutual - expected) / most)
}

/// How far each cluster holds a single class: 1 if no cluster mixes classes.
///
/// ```text
/// I / H(classes)
/// ```
///
/// Every sample alone is perfectly homogeneous: read it with [`completeness`]. 1 if there is only one class.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::homogeneity(&[0, 0, 1, 1], &[0, 1, 2, 2])?, 1.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// A. Rosenberg and J. Hirschberg (2007).
pub fn homogeneity(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let known = Information::new(y_true, y_pred)?;
    Ok(share(known.mutual, known.of_classes))
}

/// How far each class lies in a single cluster: 1 if no class is divided. It is [`homogeneity`] with the roles
/// exchanged.
///
/// ```text
/// I / H(clusters)
/// ```
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// // cluster entropy 3/2 ln 2 of which ln 2 is about the class
/// let score = cairn_metrics::completeness(&[0, 0, 1, 1], &[0, 1, 2, 2])?;
/// assert!((score - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// A. Rosenberg and J. Hirschberg (2007).
pub fn completeness(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let known = Information::new(y_true, y_pred)?;
    Ok(share(known.mutual, known.of_clusters))
}

/// The harmonic mean of [`homogeneity`] and [`completeness`].
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// // homogeneity 1, completeness 2/3: 2 · 2/3 / (5/3)
/// let score = cairn_metrics::v_measure(&[0, 0, 1, 1], &[0, 1, 2, 2])?;
/// assert!((score - 0.8).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// A. Rosenberg and J. Hirschberg (2007), β = 1.
pub fn v_measure(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let known = Information::new(y_true, y_pred)?;
    let (homogeneity, completeness) = (share(known.mutual, known.of_classes), share(known.mutual, known.of_clusters));
    let sum = homogeneity + completeness;
    Ok(if sum == 0.0 { 0.0 } else { 2.0 * homogeneity * completeness / sum })
}

/// A share of an entropy; all of it where there is none.
fn share(information: f64, entropy: f64) -> f64 {
    // information is at most the entropy; a rounding must not make it more
    if entropy == 0.0 { 1.0 } else { (information / entropy).min(1.0) }
}

/// The table, its mutual information and its two entropies, in nats.
struct Information {
    shared: Shared,
    mutual: f64,
    of_classes: f64,
    of_clusters: f64,
}

impl Information {
    fn new(y_true: &[usize], y_pred: &[usize]) -> Result<Self> {
        let shared = Shared::new(y_true, y_pred)?;
        let (of_classes, of_clusters) = (entropy(&shared.classes, shared.n), entropy(&shared.clusters, shared.n));
        let mutual = if shared.classes.len() == 1 || shared.clusters.len() == 1 { 0.0 } else { mutual(&shared) };
        Ok(Self { shared, mutual, of_classes, of_clusters })
    }

    fn mean_entropy(&self) -> f64 {
        f64::midpoint(self.of_classes, self.of_clusters)
    }
}

fn entropy(sizes: &[usize], n: usize) -> f64 {
    if sizes.len() == 1 {
        return 0.0;
    }
    let n = n as f64;
    -sizes.iter().map(|&size| size as f64 / n * (size as f64 / n).ln()).sum::<f64>()
}

fn mutual(shared: &Shared) -> f64 {
    let n = shared.n as f64;
    let terms = shared.cells.iter().map(|cell| {
        let (a, b) = (shared.classes[cell.class] as f64, shared.clusters[cell.cluster] as f64);
        let count = cell.count as f64;
        count / n * (n * count / (a * b)).ln()
    });
    terms.sum::<f64>().max(0.0)
}

/// The mean of [`mutual`] over all tables with these sums of rows and columns.
fn expected_mutual_info(shared: &Shared) -> f64 {
    /// Classes a task; few, since each is summed against all clusters.
    const CLASSES: usize = 4;
    let of_class = |a: usize| shared.clusters.iter().map(|&b| expected_term(shared.n, a, b)).sum::<f64>();
    let of_block = |classes: std::ops::Range<usize>| shared.classes[classes].iter().map(|&a| of_class(a)).sum::<f64>();
    blocks::fold(shared.classes.len(), CLASSES, of_block, |sum, block| sum + block).unwrap_or_default()
}

/// The mean of `c/n ln(n c / (a b))` where `c` of the `a` samples of a class fall among the `b` of a cluster.
fn expected_term(n: usize, a: usize, b: usize) -> f64 {
    /// Relative to the most probable count. The terms beyond add up to less than this times n ln n times a few.
    const NEGLIGIBLE: f64 = 1e-40;
    let (least, most) = ((a + b).saturating_sub(n), a.min(b));
    let likely = ((a as u128 + 1) * (b as u128 + 1) / (n as u128 + 2)) as usize;
    let likely = likely.clamp(least, most);
    let (size, of_a, of_b) = (n as f64, a as f64, b as f64);
    let term = |c: usize| {
        let c = c as f64;
        if c == 0.0 { 0.0 } else { c / size * (size * c / (of_a * of_b)).ln() }
    };
    // P(c + 1) / P(c) = (a - c) (b - c) / ((c + 1) (n - a - b + c + 1))
    let ratio = |c: usize| {
        let above = (a - c) as f64 * (b - c) as f64;
        above / ((c + 1) as f64 * ((n + c + 1) - (a + b)) as f64)
    };
    let (mut weights, mut sum) = (1.0, term(likely));
    let mut weight = 1.0;
    for c in likely..most {
        weight *= ratio(c);
        if weight < NEGLIGIBLE {
            break;
        }
        weights += weight;
        sum += weight * term(c + 1);
    }
    weight = 1.0;
    for c in (least..likely).rev() {
        weight /= ratio(c);
        if weight < NEGLIGIBLE {
            break;
        }
        weights += weight;
        sum += weight * term(c);
    }
    sum / weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;

    #[test]
    fn the_expectation_is_the_mean_over_all_ways_to_deal() {
        // 4 samples, class of 2, cluster of 2: counts 0, 1, 2 in 1, 4, 1 of 6 ways;
        // 4/6 · 1/4 ln(4 · 1 / 4) + 1/6 · 2/4 ln(4 · 2 / 4) = ln 2 / 12
        assert!((expected_term(4, 2, 2) - 2.0_f64.ln() / 12.0).abs() <= f64::EPSILON);
        // class of 3, cluster of 3 of 4: counts 2, 3 in 3, 1 of 4 ways
        let expected = 0.75 * 0.5 * (8.0_f64 / 9.0).ln() + 0.25 * 0.75 * (12.0_f64 / 9.0).ln();
        assert!((expected_term(4, 3, 3) - expected).abs() <= f64::EPSILON);
    }

    #[test]
    fn a_very_large_table_neither_overflows_nor_drifts() {
        // ten classes and ten clusters of 10⁸ samples each: E[I] is about (10 - 1)² / (2 n) (Miller 1955)
        let tenth = 100_000_000;
        let shared = Shared { n: 10 * tenth, classes: vec![tenth; 10], clusters: vec![tenth; 10], cells: Vec::new() };
        let expected = expected_mutual_info(&shared);
        // terms of size 0.02 cancel to 10⁻¹⁰ each: what remains has about six digits
        assert!((expected / (81.0 / 2e9) - 1.0).abs() < 1e-5, "{expected}");
    }

    #[test]
    fn one_group_tells_nothing() {
        let (one, two) = ([0, 0, 0], [0, 1, 1]);
        for score in [normalized_mutual_info, adjusted_mutual_info, v_measure, homogeneity, completeness] {
            assert_eq!(score(&one, &one), Ok(1.0));
        }
        for score in [mutual_info, normalized_mutual_info, adjusted_mutual_info, v_measure] {
            assert_eq!(score(&one, &two), Ok(0.0));
            assert_eq!(score(&two, &one), Ok(0.0));
        }
        assert_eq!((homogeneity(&one, &two), completeness(&one, &two)), (Ok(1.0), Ok(0.0)));
    }

    #[test]
    fn lengths_must_agree_and_not_be_zero() {
        for score in [mutual_info, normalized_mutual_info, adjusted_mutual_info, v_measure, homogeneity, completeness] {
            assert_eq!(score(&[], &[]), Err(Error::TooFewSamples { what: "y_true", needed: 1, found: 0 }));
            assert!(matches!(score(&[0, 1], &[0]), Err(Error::Shape { .. })));
        }
    }
}
