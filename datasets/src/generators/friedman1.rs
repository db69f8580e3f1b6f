use super::{Draw, Generate, Part, limits, number_data, numbered};
use crate::{Data, Task};
use cairn_traits::{DMatrix, DVector, Hyperparameters, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The columns that the target is made of.
const RELEVANT: usize = 5;

/// A curved regression with columns that say nothing: for trees, forests, boosting and networks.
///
/// ```text
/// y = 10 sin(π x0 x1) + 20 (x2 − ½)² + 10 x3 + 5 x4 + noise · N(0, 1)        x uniform on [0, 1)
/// ```
///
/// It has a product of two columns, a bend, two straight terms, and from x5 on columns that have no part in y. A straight
/// line gets x3 and x4 and misses x2 wholly: its best slope there is 0.
///
/// # Determinism
/// More rows leave the first ones as they are. More columns do not: a row is drawn as a whole.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_friedman1};
/// let (x, y) = make_friedman1(50).generate()?.xy_numbers()?;
/// let x = x.row(7);
/// let rule = 10.0 * (std::f64::consts::PI * x[0] * x[1]).sin() + 20.0 * (x[2] - 0.5).powi(2) + 10.0 * x[3] + 5.0 * x[4];
/// assert!((y[7] - rule).abs() < 1e-13);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Friedman (1991), "Multivariate adaptive regression splines", Annals of Statistics 19(1), section 4.3.
/// - Breiman (1996), "Bagging predictors", Machine Learning 24.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeFriedman1 {
    n_samples: usize,
    n_features: usize,
    noise: f64,
    seed: u64,
}

/// [`MakeFriedman1`] with so many rows: 10 columns, without noise (the paper has noise 1).
pub fn make_friedman1(n_samples: usize) -> MakeFriedman1 {
    MakeFriedman1 { n_samples, n_features: 10, noise: 0.0, seed: 0 }
}

impl Default for MakeFriedman1 {
    /// 100 rows.
    fn default() -> Self {
        make_friedman1(100)
    }
}

impl MakeFriedman1 {
    /// Rows, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Columns, at least 5; 10 by default. Those from the sixth on have no part in the target.
    #[must_use]
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = n_features;
        self
    }

    /// Standard deviation of what is added to the target; 0 by default.
    #[must_use]
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    /// Another seed, other rows.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Hyperparameters for MakeFriedman1 {
    fn validate(&self) -> Result<()> {
        limits::holds(self.n_features >= RELEVANT, "n_features", "at least 5", self.n_features as f64)?;
        limits::size(self.n_samples, self.n_features)?;
        limits::not_negative("noise", self.noise)
    }
}

impl Generate for MakeFriedman1 {
    const NAME: &'static str = "make-friedman1";
    const DESCRIPTION: &'static str = "a curved regression of five columns, among others that say nothing";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        let mut x = DMatrix::zeros(self.n_samples, self.n_features);
        let mut y = DVector::zeros(self.n_samples);
        for row in 0..self.n_samples {
            for column in 0..self.n_features {
                x[(row, column)] = rows.uniform();
            }
            let curved = 10.0 * (PI * x[(row, 0)] * x[(row, 1)]).sin() + 20.0 * (x[(row, 2)] - 0.5).powi(2);
            y[row] = curved + 10.0 * x[(row, 3)] + 5.0 * x[(row, 4)] + self.noise * noise.normal();
        }
        number_data::<Self>(Task::Regression, x, &numbered(self.n_features), y, "y")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_has_the_mean_and_the_noise_of_the_formula() {
        let n = 20_000;
        let (_, clean) = make_friedman1(n).seed(3).generate().unwrap().xy_numbers().unwrap();
        let (_, noisy) = make_friedman1(n).seed(3).noise(2.0).generate().unwrap().xy_numbers().unwrap();
        // E sin(π u v) = ∫ (1 − cos πu) / (πu) du = 0.5246 (series Σ (−1)^k π^(2k+1) / ((2k+2)² (2k+1)!)), times 10;
        // 20 / 12; 10 / 2; 5 / 2: 14.413. The deviation of y is about 4.9: standard error 0.035
        assert!((clean.mean() - 14.413).abs() < 4.0 * 0.035, "{}", clean.mean());
        let deviation = ((noisy - clean).norm_squared() / n as f64).sqrt();
        assert!((deviation - 2.0).abs() < 4.0 * 2.0 / (2.0 * n as f64).sqrt(), "{deviation}");
    }

    #[test]
    fn five_columns_are_needed() {
        assert!(make_friedman1(10).n_features(4).generate().is_err());
        let (x, _) = make_friedman1(10).n_features(5).generate().unwrap().xy_numbers().unwrap();
        assert_eq!(x.shape(), (10, 5));
    }
}
