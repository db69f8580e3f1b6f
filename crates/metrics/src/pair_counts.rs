//! Scores of a clustering by pairs of samples: together in both, apart in both, or neither.

use crate::contingency::Shared;
use cairn_traits::Result;

/// Ordered pairs of different samples, counted in whole numbers: n (n - 1) of them.
struct Pairs {
    /// In one class and in one cluster.
    together: u128,
    /// In one class.
    in_class: u128,
    /// In one cluster.
    in_cluster: u128,
    all: u128,
}

impl Pairs {
    fn new(y_true: &[usize], y_pred: &[usize]) -> Result<Self> {
        let shared = Shared::new(y_true, y_pred)?;
        let within = |sizes: &mut dyn Iterator<Item = usize>| sizes.map(|n| (n as u128) * (n as u128 - 1)).sum();
        Ok(Self {
            together: within(&mut shared.cells.iter().map(|cell| cell.count)),
            in_class: within(&mut shared.classes.iter().copied()),
            in_cluster: within(&mut shared.clusters.iter().copied()),
            all: within(&mut std::iter::once(shared.n)),
        })
    }

    /// Whether no pair is together on one side and apart on the other.
    fn agree(&self) -> bool {
        self.together == self.in_class && self.together == self.in_cluster
    }
}

/// The share of pairs of samples that classes and clusters treat alike: together in both, or apart in both.
///
/// From 0 to 1. With many clusters nearly all pairs are apart in both, and any clustering scores high:
/// [`adjusted_rand_index`] takes away what chance alone would give. A single sample scores 1.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Complexity
/// n log n; pairs are counted exactly, in integers.
///
/// # Examples
/// ```
/// // of 6 pairs, {0, 1} is together in both, {0, 3} and {1, 3} are apart in both
/// assert_eq!(cairn_metrics::rand_index(&[0, 0, 1, 1], &[0, 0, 0, 1])?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// W. Rand (1971).
pub fn rand_index(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let pairs = Pairs::new(y_true, y_pred)?;
    if pairs.agree() {
        return Ok(1.0);
    }
    let apart = pairs.all + pairs.together - pairs.in_class - pairs.in_cluster;
    Ok((pairs.together + apart) as f64 / pairs.all as f64)
}

/// The [`rand_index`], less what chance would give: 1 where the groups are the same, about 0 for labels drawn at
/// random, below 0 for worse.
///
/// ```text
/// (together - expected) / ((in a class + in a cluster) / 2 - expected)     expected = in a class · in a cluster / all
/// ```
///
/// Names of clusters do not matter, nor how many there are: the usual first choice where classes are known.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Complexity
/// n log n; pairs are counted exactly, in integers.
///
/// # Examples
/// ```
/// use cairn_metrics::adjusted_rand_index;
/// assert_eq!(adjusted_rand_index(&[0, 0, 1, 1], &[5, 5, 3, 3])?, 1.0);
/// // together 1, in a class 2, in a cluster 3, of 6: (1 - 1) / (2.5 - 1)
/// assert_eq!(adjusted_rand_index(&[0, 0, 1, 1], &[0, 0, 0, 1])?, 0.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// L. Hubert and P. Arabie (1985).
pub fn adjusted_rand_index(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let pairs = Pairs::new(y_true, y_pred)?;
    if pairs.agree() {
        return Ok(1.0);
    }
    // the four cells of the table of pairs; in whole numbers, so that the differences below do not cancel
    let (both, class_only, cluster_only) =
        (pairs.together, pairs.in_class - pairs.together, pairs.in_cluster - pairs.together);
    let neither = pairs.all - both - class_only - cluster_only;
    // up to n⁴, which is within 128 bits for n below 2³¹; beyond, in double precision
    let above = difference(both, neither, class_only, cluster_only);
    let below = product(both + class_only, class_only + neither) + product(both + cluster_only, cluster_only + neither);
    Ok(2.0 * above / below)
}

fn product(a: u128, b: u128) -> f64 {
    a.checked_mul(b).map_or(a as f64 * b as f64, |exact| exact as f64)
}

/// `a b - c d`.
fn difference(a: u128, b: u128, c: u128, d: u128) -> f64 {
    match (a.checked_mul(b), c.checked_mul(d)) {
        (Some(ab), Some(cd)) if ab >= cd => (ab - cd) as f64,
        (Some(ab), Some(cd)) => -((cd - ab) as f64),
        _ => a as f64 * b as f64 - c as f64 * d as f64,
    }
}

/// The geometric mean of two shares: of the pairs together in a cluster, those of one class, and the other way round.
///
/// ```text
/// sqrt(together / in a cluster · together / in a class)
/// ```
///
/// 0 where no pair is together in both, even if all are apart in both (as in scikit-learn).
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`].
///
/// # Examples
/// ```
/// // together 1, in a cluster 3, in a class 2
/// let score = cairn_metrics::fowlkes_mallows(&[0, 0, 1, 1], &[0, 0, 0, 1])?;
/// assert!((score - (1.0_f64 / 6.0).sqrt()).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// E. Fowlkes and C. Mallows (1983).
pub fn fowlkes_mallows(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let pairs = Pairs::new(y_true, y_pred)?;
    if pairs.together == 0 {
        return Ok(0.0);
    }
    let share = |of: u128| (pairs.together as f64 / of as f64).sqrt();
    Ok(share(pairs.in_cluster) * share(pairs.in_class))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;

    #[test]
    fn one_group_and_all_alone_are_the_two_extremes() {
        let (one, alone) = ([0; 4], [0, 1, 2, 3]);
        assert_eq!((rand_index(&one, &one), adjusted_rand_index(&one, &one)), (Ok(1.0), Ok(1.0)));
        assert_eq!((rand_index(&alone, &alone), adjusted_rand_index(&alone, &alone)), (Ok(1.0), Ok(1.0)));
        assert_eq!((rand_index(&one, &alone), adjusted_rand_index(&one, &alone)), (Ok(0.0), Ok(0.0)));
        assert_eq!((fowlkes_mallows(&one, &one), fowlkes_mallows(&alone, &alone)), (Ok(1.0), Ok(0.0)));
        assert_eq!(rand_index(&[3], &[8]), Ok(1.0));
    }

    #[test]
    fn worse_than_chance_is_below_zero() {
        // two classes of 2 cut across: together 0, in a class 4, in a cluster 4, of 12 ordered pairs;
        // 2 (0 · 4 - 4 · 4) / (4 · 8 + 4 · 8)
        assert_eq!(adjusted_rand_index(&[0, 0, 1, 1], &[0, 1, 0, 1]), Ok(-0.5));
    }

    #[test]
    fn products_beyond_128_bits_are_still_close() {
        let big = u128::from(u64::MAX);
        assert_eq!(difference(big, big, big, big - 1), big as f64);
        let beyond = difference(4 * big, big, big, big);
        assert!((beyond / (3.0 * big as f64 * big as f64) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn lengths_must_agree_and_not_be_zero() {
        for score in [rand_index, adjusted_rand_index, fowlkes_mallows] {
            assert_eq!(score(&[], &[]), Err(Error::TooFewSamples { what: "y_true", needed: 1, found: 0 }));
            assert!(matches!(score(&[0, 1], &[0]), Err(Error::Shape { .. })));
        }
    }
}
