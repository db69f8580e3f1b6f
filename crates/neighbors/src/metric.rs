//! How far apart two rows are.

use cairn_traits::{Error, Float, Result};
use serde::{Deserialize, Serialize};

/// How far apart two rows are.
///
/// Each is added in one fixed order, so that every index answers with the same bits, `d(a, b)` is `d(b, a)`, and equal
/// rows are at distance exactly 0.
///
/// ```
/// use cairn_neighbors::Metric;
/// let (a, b) = ([0.0, 0.0, 1.0], [3.0, 4.0, 1.0]);
/// assert_eq!(Metric::Euclidean.distance(&a, &b), 5.0); // sqrt(3² + 4²)
/// assert_eq!(Metric::Manhattan.distance(&a, &b), 7.0); // 3 + 4
/// assert_eq!(Metric::Chebyshev.distance(&a, &b), 4.0);
/// assert_eq!(Metric::Hamming.distance(&a, &b), 2.0 / 3.0); // two of three columns differ
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// `sqrt(Σ (aⱼ − bⱼ)²)`: along the straight line.
    #[default]
    Euclidean,
    /// `Σ |aⱼ − bⱼ|`: along streets that cross at right angles. One far column counts less than squared.
    Manhattan,
    /// `max |aⱼ − bⱼ|`: the column they differ in most.
    Chebyshev,
    /// `(Σ |aⱼ − bⱼ|ᵖ)^(1/p)` with a p of at least 1: between Manhattan (1), Euclidean (2) and Chebyshev (p → ∞).
    Minkowski(f64),
    /// `1 − a·b / (|a| |b|)`, 1 less the cosine of the angle: only directions count, not lengths. Computed as half the
    /// squared Euclidean distance of the rows at length 1, which is the same without its cancellation. A row of zeros has
    /// no direction: it is at distance 1 from all others, and 0 from other rows of zeros.
    Cosine,
    /// The share of the columns that differ: for codes of categories.
    Hamming,
}

impl Metric {
    /// # Errors
    /// [`Error::Parameter`] for a Minkowski exponent below 1 or not finite.
    pub fn validate(&self) -> Result<()> {
        match self {
            Self::Minkowski(p) if !(p.is_finite() && *p >= 1.0) => {
                let requirement = "a finite Minkowski exponent of at least 1";
                Err(Error::Parameter { name: "metric", requirement, found: *p })
            }
            _ => Ok(()),
        }
    }

    /// The distance of two rows; of rows of unequal length the shorter one's columns count.
    pub fn distance<F: Float>(self, a: &[F], b: &[F]) -> F {
        let p = a.len().min(b.len());
        let reduced = match self {
            Self::Cosine => plain(Square, &unit(a), &unit(b)),
            Self::Euclidean => plain(Square, a, b),
            Self::Manhattan => plain(Size, a, b),
            Self::Chebyshev => plain(Largest, a, b),
            Self::Minkowski(exponent) => plain(Power(F::of(exponent)), a, b),
            Self::Hamming => plain(Differs, a, b),
        };
        self.finished(reduced, p)
    }

    /// The distance of what the indexes compare, which is the distance without its last, monotone step; `p` columns.
    #[inline(always)]
    pub(crate) fn finished<F: Float>(self, reduced: F, p: usize) -> F {
        match self {
            Self::Euclidean => reduced.sqrt(),
            Self::Manhattan | Self::Chebyshev => reduced,
            Self::Minkowski(exponent) => reduced.powf(F::of(1.0 / exponent)),
            Self::Cosine => F::of(0.5) * reduced,
            Self::Hamming => reduced / F::of(p.max(1) as f64),
        }
    }

    /// What the indexes compare, of a distance: [`Self::finished`] the other way round, but for rounding.
    #[inline(always)]
    pub(crate) fn reduced<F: Float>(self, distance: F, p: usize) -> F {
        match self {
            Self::Euclidean => distance * distance,
            Self::Manhattan | Self::Chebyshev => distance,
            Self::Minkowski(exponent) => distance.powf(F::of(exponent)),
            Self::Cosine => F::of(2.0) * distance,
            Self::Hamming => distance * F::of(p as f64),
        }
    }

    /// A bound of the relative rounding error of reduced distances over `p` columns, and of the steps to and from them.
    ///
    /// With u = ε/2: a difference and its term are off by 2 u at most, a sum of p/8 + 3 of them by as many u; a power
    /// multiplies the error of its base by its exponent and adds a few u. This is at least four times all that.
    pub(crate) fn slack<F: Float>(self, p: usize) -> F {
        let exponent = if let Self::Minkowski(exponent) = self { exponent } else { 2.0 };
        F::of((p as f64 + 16.0) * 2.0 + 16.0 * exponent) * F::EPSILON
    }
}

/// What a difference of two numbers adds to the reduced distance.
pub(crate) trait Term<F: Float>: Copy + Sync {
    fn of(self, difference: F) -> F;

    #[inline(always)]
    fn joined(self, a: F, b: F) -> F {
        a + b
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Square;
#[derive(Clone, Copy)]
pub(crate) struct Size;
#[derive(Clone, Copy)]
pub(crate) struct Largest;
#[derive(Clone, Copy)]
pub(crate) struct Power<F>(pub(crate) F);
#[derive(Clone, Copy)]
pub(crate) struct Differs;

impl<F: Float> Term<F> for Square {
    #[inline(always)]
    fn of(self, difference: F) -> F {
        difference * difference
    }
}

impl<F: Float> Term<F> for Size {
    #[inline(always)]
    fn of(self, difference: F) -> F {
        difference.abs()
    }
}

impl<F: Float> Term<F> for Largest {
    #[inline(always)]
    fn of(self, difference: F) -> F {
        difference.abs()
    }

    #[inline(always)]
    fn joined(self, a: F, b: F) -> F {
        if b > a { b } else { a }
    }
}

impl<F: Float> Term<F> for Power<F> {
    #[inline(always)]
    fn of(self, difference: F) -> F {
        difference.abs().powf(self.0)
    }
}

impl<F: Float> Term<F> for Differs {
    #[inline(always)]
    fn of(self, difference: F) -> F {
        // numbers that differ have a difference, however small
        if difference == F::zero() { F::zero() } else { F::one() }
    }
}

/// Runs `$body` with `$term` for the metric; cosine is Euclidean between rows of length 1.
macro_rules! with_term {
    ($metric:expr, $term:ident => $body:expr) => {
        match $metric {
            Metric::Euclidean | Metric::Cosine => {
                let $term = $crate::metric::Square;
                $body
            }
            Metric::Manhattan => {
                let $term = $crate::metric::Size;
                $body
            }
            Metric::Chebyshev => {
                let $term = $crate::metric::Largest;
                $body
            }
            Metric::Minkowski(exponent) => {
                let $term = $crate::metric::Power(F::of(exponent));
                $body
            }
            Metric::Hamming => {
                let $term = $crate::metric::Differs;
                $body
            }
        }
    };
}
pub(crate) use with_term;

/// The definition of the reduced distance: term j goes to partial sum j mod 8, and the eight are joined in pairs, as in
/// [`cairn_numeric::squared_distance`].
#[inline(always)]
pub(crate) fn plain<F: Float, T: Term<F>>(term: T, a: &[F], b: &[F]) -> F {
    let mut sums = [F::zero(); 8];
    for (j, (&a, &b)) in a.iter().zip(b).enumerate() {
        sums[j % 8] = term.joined(sums[j % 8], term.of(a - b));
    }
    let four = |i: usize| term.joined(sums[i], sums[i + 4]);
    term.joined(term.joined(four(0), four(2)), term.joined(four(1), four(3)))
}

/// A row at length 1, and one number more that is 1 for a row of zeros and else 0: so the directionless is at a right
/// angle to everything.
pub(crate) fn unit<F: Float>(row: &[F]) -> Vec<F> {
    let largest = row.iter().fold(F::zero(), |all, v| if v.abs() > all { v.abs() } else { all });
    let mut unit: Vec<F> = row.to_vec();
    if largest > F::zero() {
        // squares of the largest and the smallest numbers leave the range
        unit.iter_mut().for_each(|v| *v /= largest);
        let norm = unit.iter().map(|v| *v * *v).sum::<F>().sqrt();
        unit.iter_mut().for_each(|v| *v /= norm);
    }
    unit.push(if largest > F::zero() { F::zero() } else { F::one() });
    unit
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Metric; 6] = [
        Metric::Euclidean,
        Metric::Manhattan,
        Metric::Chebyshev,
        Metric::Minkowski(3.5),
        Metric::Cosine,
        Metric::Hamming,
    ];

    #[test]
    fn known_distances() {
        let (a, b) = ([1.0, 0.0, 2.0], [0.0, 0.0, 2.0]);
        assert_eq!(Metric::Minkowski(3.0).distance(&[0.0, 0.0], &[3.0, 4.0]), 91.0_f64.powf(1.0 / 3.0)); // 27 + 64
        // cos = 4 / (√5 · 2)
        assert!((Metric::Cosine.distance(&a, &b) - (1.0 - 2.0 / 5.0_f64.sqrt())).abs() < 1e-15);
        assert!((Metric::Cosine.distance(&[1.0, 0.0], &[-5.0, 0.0]) - 2.0_f64).abs() < 1e-15);
        assert!((Metric::Cosine.distance(&[0.0, 0.0], &[-5.0, 3.0]) - 1.0_f64).abs() < 1e-15);
        assert_eq!(Metric::Cosine.distance(&[0.0, 0.0], &[0.0, 0.0]), 0.0);
        assert_eq!(Metric::Hamming.distance(&a, &b), 1.0 / 3.0);
    }

    #[test]
    fn the_euclidean_distance_is_that_of_numeric_to_the_bit() {
        let a: Vec<f64> = (0..37).map(|i| (f64::from(i) * 0.37).sin() * 1e3).collect();
        let b: Vec<f64> = (0..37).map(|i| (f64::from(i) * 0.91).cos()).collect();
        for p in 1..37 {
            let (a, b) = (&a[..p], &b[..p]);
            assert_eq!(Metric::Euclidean.distance(a, b), cairn_numeric::squared_distance(a, b).sqrt());
        }
    }

    #[test]
    fn every_metric_is_one() {
        let row = |i: i32| (0..11).map(|j| (f64::from(i * 7 + j) * 1.3).sin()).collect::<Vec<f64>>();
        let (a, b, c) = (row(1), row(2), row(3));
        for metric in ALL {
            let d = |a: &[f64], b: &[f64]| metric.distance(a, b);
            assert_eq!(d(&a, &a), 0.0);
            assert_eq!(d(&a, &b), d(&b, &a));
            assert!(d(&a, &b) > 0.0);
            // the cosine distance is a squared one
            let root = |d: f64| if metric == Metric::Cosine { d.sqrt() } else { d };
            assert!(root(d(&a, &c)) <= (root(d(&a, &b)) + root(d(&b, &c))) * (1.0 + 1e-14), "{metric:?}");
        }
    }

    #[test]
    fn exponents_below_1_are_no_metric() {
        assert!(Metric::Minkowski(0.5).validate().is_err() && Metric::Minkowski(f64::NAN).validate().is_err());
        assert!(ALL.iter().all(|metric| metric.validate().is_ok()));
    }
}
