//! Seeded drawing: uniform and normal numbers, whole numbers, shuffles.

use cairn_numeric::stream;
use rand::{Rng, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};

/// What is drawn from a stream of its own, so that more of one thing leaves the others as they are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// What all rows share: coefficients, centres, which column is which.
    Setup = 0,
    /// Which class comes when.
    Order = 1,
    /// The rows before noise.
    Rows = 2,
    /// The noise.
    Noise = 3,
    /// Cells and labels that are spoiled afterwards.
    Spoiled = 4,
}

/// One stream of numbers.
#[derive(Debug)]
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64, part: Part) -> Self {
        Self(stream(seed, part as u64))
    }

    /// Uniform on [0, 1): a multiple of 2⁻⁵³.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform on [low, high).
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Mean 0, standard deviation 1.
    pub(super) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// One of 0, 1, ..., n − 1, all equally likely; 0 for n = 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        // the high half of a product with 64 random bits; what would favour some numbers is drawn again (Lemire 2019)
        loop {
            let product = u128::from(self.0.next_u64()) * u128::from(n);
            if n == 0 || product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as usize;
            }
        }
    }

    /// −1 or 1.
    pub(super) fn sign(&mut self) -> f64 {
        if self.0.next_u64() >> 63 == 0 { -1.0 } else { 1.0 }
    }

    /// Every order equally likely (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// `n_samples` labels: in each run of `n_classes` rows every class comes once, in an order drawn anew.
///
/// Counts differ by 1 at most, rows are in no order, and more rows leave the first ones as they are.
pub(super) fn balanced_labels(seed: u64, n_samples: usize, n_classes: usize) -> Vec<usize> {
    let mut draw = Draw::new(seed, Part::Order);
    let mut labels = Vec::with_capacity(n_samples);
    let mut round: Vec<usize> = (0..n_classes.max(1)).collect();
    while labels.len() < n_samples {
        draw.shuffle(&mut round);
        labels.extend(round.iter().take(n_samples - labels.len()));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_equally_likely() {
        let mut draw = Draw::new(1, Part::Rows);
        let mut counts = [0.0; 6];
        (0..60_000).for_each(|_| counts[draw.below(6)] += 1.0);
        // chi-squared with 5 degrees of freedom: above 20.5 once in a thousand seeds
        let chi_squared: f64 = counts.iter().map(|count: &f64| (count - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(chi_squared < 20.5, "{counts:?}");
        assert_eq!((draw.below(1), draw.below(0)), (0, 0));
    }

    #[test]
    fn uniform_and_normal_numbers_have_their_moments() {
        let mut draw = Draw::new(2, Part::Rows);
        let n = 40_000;
        let mean_and_variance = |values: Vec<f64>| {
            let mean = values.iter().sum::<f64>() / n as f64;
            (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64)
        };
        let (mean, variance) = mean_and_variance((0..n).map(|_| draw.uniform()).collect());
        // standard errors: sqrt(1/12) / 200 = 0.00144 of the mean, sqrt(1/180) / 200 = 0.00037 of the variance
        assert!((mean - 0.5).abs() < 4.0 * 0.00144 && (variance - 1.0 / 12.0).abs() < 4.0 * 0.00037);
        let (mean, variance) = mean_and_variance((0..n).map(|_| draw.normal()).collect());
        // 1 / 200 and sqrt(2) / 200
        assert!(mean.abs() < 4.0 * 0.005 && (variance - 1.0).abs() < 4.0 * 0.0071, "{mean} {variance}");
    }

    #[test]
    fn labels_are_balanced_at_every_length() {
        for n in [1, 5, 6, 100, 101] {
            let labels = balanced_labels(3, n, 3);
            let counts = [0, 1, 2].map(|class| labels.iter().filter(|&&label| label == class).count());
            assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{counts:?}");
            assert_eq!(labels, balanced_labels(3, 101, 3)[..n]);
        }
    }

    #[test]
    fn what_is_drawn_never_changes() {
        let mut draw = Draw::new(7, Part::Setup);
        let mut order = [0, 1, 2, 3, 4, 5, 6, 7];
        draw.shuffle(&mut order);
        // a change of these numbers changes every data set that somebody has named by its seed
        assert_eq!((order, draw.below(1000)), ([5, 0, 6, 2, 3, 4, 7, 1], 849));
        assert_eq!((draw.uniform(), draw.normal()), (0.3644641214887644, 1.5648483752549065));
    }
}
