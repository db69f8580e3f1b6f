use super::{Draw, Generate, Part, limits, number_data, numbered};
use crate::{Data, Task};
use cairn_traits::{DMatrix, DVector, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Many columns that resemble their neighbours, few of which matter: for the lasso and the choice of columns.
///
/// ```text
/// x ~ N(0, Σ),  Σᵢⱼ = rho^|i−j|                     a column resembles those next to it
/// y = x·w + σ N(0, 1),  σ² = w'Σw / snr             snr: variance of what can be explained, over that of the noise
/// w                                                 n_informative are ±(1 to 2), at random places; the others are 0
/// ```
///
/// The best r2 that anything can reach is snr / (1 + snr). Columns may be more than rows: that is the point.
/// [`MakeSparseRegression::coefficients`] is w: which columns were found, and how far is each from the truth?
///
/// # Determinism
/// More rows leave the first ones, w and σ as they are; so does another `snr`, up to the noise.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_sparse_regression};
/// let sparse = make_sparse_regression(50).n_features(200).n_informative(5).seed(3);
/// let (x, y) = sparse.generate()?.xy_numbers()?;
/// assert_eq!((x.shape(), y.len()), ((50, 200), 50));
/// assert_eq!(sparse.coefficients()?.iter().filter(|&&w| w != 0.0).count(), 5);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Tibshirani (1996), "Regression shrinkage and selection via the lasso", JRSS B 58(1), section 7: columns of this
///   correlation.
/// - Hastie, Tibshirani and Tibshirani (2020), "Best subset, forward stepwise or lasso?", Statistical Science 35(4): noise
///   by its ratio to the signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeSparseRegression {
    n_samples: usize,
    n_features: usize,
    n_informative: usize,
    rho: f64,
    snr: f64,
    seed: u64,
}

/// [`MakeSparseRegression`] with so many rows: 100 columns, 10 of them in the target, rho 0.5, as much signal as noise
/// five times over.
pub fn make_sparse_regression(n_samples: usize) -> MakeSparseRegression {
    MakeSparseRegression { n_samples, n_features: 100, n_informative: 10, rho: 0.5, snr: 5.0, seed: 0 }
}

impl Default for MakeSparseRegression {
    /// 100 rows.
    fn default() -> Self {
        make_sparse_regression(100)
    }
}

impl MakeSparseRegression {
    /// Rows, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Columns, at least 1; 100 by default.
    #[must_use]
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = n_features;
        self
    }

    /// Columns with a coefficient, 1 to `n_features`; 10 by default.
    #[must_use]
    pub fn n_informative(mut self, n_informative: usize) -> Self {
        self.n_informative = n_informative;
        self
    }

    /// Correlation of a column with the next, above −1 and below 1; 0.5 by default.
    #[must_use]
    pub fn rho(mut self, rho: f64) -> Self {
        self.rho = rho;
        self
    }

    /// Variance of the signal over that of the noise, above 0; 5 by default.
    #[must_use]
    pub fn snr(mut self, snr: f64) -> Self {
        self.snr = snr;
        self
    }

    /// Another seed, other rows and coefficients.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The true coefficients, one for each column; the true intercept is 0.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    pub fn coefficients(&self) -> Result<DVector<f64>> {
        self.validate()?;
        let mut draw = Draw::new(self.seed, Part::Setup);
        let mut places: Vec<usize> = (0..self.n_features).collect();
        draw.shuffle(&mut places);
        let mut coefficients = DVector::zeros(self.n_features);
        for &place in places.iter().take(self.n_informative) {
            coefficients[place] = draw.sign() * draw.between(1.0, 2.0);
        }
        Ok(coefficients)
    }

    /// The standard deviation σ of the noise.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    ///
    /// # Complexity
    /// O(n_features).
    pub fn noise(&self) -> Result<f64> {
        let w = self.coefficients()?;
        // w'Σw = Σ wⱼ² + 2 Σ wⱼ bⱼ, with bⱼ = Σ of wᵢ rho^(j−i) over i < j: bⱼ₊₁ = rho (bⱼ + wⱼ)
        let (mut variance, mut before) = (0.0, 0.0);
        for &w in w.iter() {
            variance += w * (w + 2.0 * before);
            before = self.rho * (before + w);
        }
        // rounding may bring the variance of coefficients that nearly cancel below 0
        Ok((variance.max(0.0) / self.snr).sqrt())
    }
}

impl Hyperparameters for MakeSparseRegression {
    fn validate(&self) -> Result<()> {
        limits::count("n_features", 1, self.n_features)?;
        limits::size(self.n_samples, self.n_features)?;
        limits::informative(self.n_informative, self.n_features)?;
        limits::holds(self.rho.abs() < 1.0, "rho", "a number above -1 and below 1", self.rho)?;
        limits::positive("snr", self.snr)
    }
}

impl Generate for MakeSparseRegression {
    const NAME: &'static str = "make-sparse-regression";
    const DESCRIPTION: &'static str = "many columns that resemble their neighbours, few of which matter: for the lasso";

    fn generate(&self) -> Result<Data> {
        let (w, sigma) = (self.coefficients()?, self.noise()?);
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        // what is new in a column, so that its variance is 1 again
        let fresh = (1.0 - self.rho * self.rho).sqrt();
        let mut x = DMatrix::zeros(self.n_samples, self.n_features);
        let mut y = DVector::zeros(self.n_samples);
        for row in 0..self.n_samples {
            let (mut value, mut signal) = (rows.normal(), 0.0);
            for column in 0..self.n_features {
                if column > 0 {
                    value = self.rho * value + fresh * rows.normal();
                }
                x[(row, column)] = value;
                signal += w[column] * value;
            }
            y[row] = signal + sigma * noise.normal();
        }
        number_data::<Self>(Task::Regression, x, &numbered(self.n_features), y, "y")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_resemble_their_neighbours_by_rho() {
        let n = 20_000;
        let sparse = make_sparse_regression(n).n_features(6).n_informative(2).rho(0.7).seed(1);
        let (x, _) = sparse.generate().unwrap().xy_numbers().unwrap();
        for i in 0..6 {
            for j in 0..=i {
                let covariance = x.column(i).dot(&x.column(j)) / n as f64;
                let expected = 0.7_f64.powi((i - j) as i32);
                // variance of a product of two normals: 1 + its covariance squared, at most 2
                assert!((covariance - expected).abs() < 4.5 * (2.0 / n as f64).sqrt(), "{i} {j}: {covariance}");
            }
        }
    }

    #[test]
    fn the_noise_is_the_share_of_the_signal_that_was_asked_for() {
        let n = 20_000;
        let sparse = make_sparse_regression(n).n_features(20).n_informative(8).rho(-0.6).snr(2.0).seed(5);
        let (x, y) = sparse.generate().unwrap().xy_numbers().unwrap();
        let w = sparse.coefficients().unwrap();
        // w'Σw entry by entry
        let entry = |i: usize, j: usize| w[i] * w[j] * (-0.6_f64).powi(i.abs_diff(j) as i32);
        let variance: f64 = (0..20).flat_map(|i| (0..20).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).sum();
        let sigma = sparse.noise().unwrap();
        assert!((sigma * sigma - variance / 2.0).abs() < 400.0 * f64::EPSILON * variance);
        let signal = &x * &w;
        // a variance of n normals is known to sqrt(2 / n) of itself: 0.01
        assert!((signal.norm_squared() / n as f64 / variance - 1.0).abs() < 0.045);
        assert!(((y - signal).norm_squared() / n as f64 / (sigma * sigma) - 1.0).abs() < 0.045);
        assert!(w.iter().all(|w| *w == 0.0 || (1.0..2.0).contains(&w.abs())));
    }

    #[test]
    fn a_correlation_of_one_is_refused() {
        for rho in [1.0, -1.0, f64::NAN] {
            assert!(make_sparse_regression(10).rho(rho).generate().is_err(), "{rho}");
        }
        assert!(make_sparse_regression(10).n_informative(101).coefficients().is_err());
        assert!(make_sparse_regression(10).snr(0.0).generate().is_err());
    }
}
