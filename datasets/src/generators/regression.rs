use super::{Draw, Generate, Part, limits, low_rank, number_data, numbered};
use crate::{Data, Task};
use cairn_traits::{DMatrix, DVector, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// A straight regression whose true coefficients are known.
///
/// ```text
/// y = x·w + bias + noise · N(0, 1)
/// w       n_informative numbers uniform on [0, 100), the others 0
/// x       N(0, I), or, with an effective rank r, a matrix whose singular values fall like a bell of width r
/// ```
///
/// [`MakeRegression::coefficients`] is w, to hold beside what a fit finds. With an effective rank the columns are nearly
/// collinear, and least squares needs a penalty. See [`super::MakeSparseRegression`] for correlated columns with a stated
/// share of noise, and [`super::MakeFriedman1`] for a curve.
///
/// # Determinism
/// More rows leave the first ones and w as they are, unless there is an effective rank, which belongs to all rows together;
/// `noise` and `bias` draw no others.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_regression};
/// let regression = make_regression(30).n_features(8).n_informative(3).bias(5.0).seed(4);
/// let (x, y) = regression.generate()?.xy_numbers()?;
/// let w = regression.coefficients()?;
/// assert_eq!(w.iter().filter(|&&w| w != 0.0).count(), 3);
/// assert!(((&x * &w).add_scalar(5.0) - y).amax() < 1e-12);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeRegression {
    n_samples: usize,
    n_features: usize,
    n_informative: usize,
    bias: f64,
    effective_rank: Option<usize>,
    tail_strength: f64,
    noise: f64,
    shuffle: bool,
    seed: u64,
}

/// [`MakeRegression`] with so many rows: 100 columns, 10 of them in the target, no bias, no noise.
pub fn make_regression(n_samples: usize) -> MakeRegression {
    MakeRegression {
        n_samples,
        n_features: 100,
        n_informative: 10,
        bias: 0.0,
        effective_rank: None,
        tail_strength: 0.5,
        noise: 0.0,
        shuffle: true,
        seed: 0,
    }
}

impl Default for MakeRegression {
    /// 100 rows.
    fn default() -> Self {
        make_regression(100)
    }
}

impl MakeRegression {
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

    /// The true intercept; 0 by default.
    #[must_use]
    pub fn bias(mut self, bias: f64) -> Self {
        self.bias = bias;
        self
    }

    /// About how many directions explain most of x, at least 1; `None` (independent columns) by default.
    #[must_use]
    pub fn effective_rank(mut self, effective_rank: Option<usize>) -> Self {
        self.effective_rank = effective_rank;
        self
    }

    /// The weight of the tail of the singular values, from 0 to 1, where there is an effective rank; 0.5 by default.
    #[must_use]
    pub fn tail_strength(mut self, tail_strength: f64) -> Self {
        self.tail_strength = tail_strength;
        self
    }

    /// Standard deviation of what is added to the target; 0 by default.
    #[must_use]
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    /// Whether the columns that matter are at random places (the default) or the first ones.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Another seed, other rows and coefficients.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The true coefficients, one for each column; the true intercept is `bias`.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    pub fn coefficients(&self) -> Result<DVector<f64>> {
        self.validate()?;
        let mut draw = Draw::new(self.seed, Part::Setup);
        let mut places: Vec<usize> = (0..self.n_features).collect();
        if self.shuffle {
            draw.shuffle(&mut places);
        }
        let mut coefficients = DVector::zeros(self.n_features);
        for &place in places.iter().take(self.n_informative) {
            coefficients[place] = 100.0 * draw.uniform();
        }
        Ok(coefficients)
    }

    fn columns(&self) -> Result<DMatrix<f64>> {
        let mut rows = Draw::new(self.seed, Part::Rows);
        let (n, p) = (self.n_samples, self.n_features);
        if let Some(rank) = self.effective_rank {
            let singular = low_rank::bell(n.min(p), rank, self.tail_strength);
            return low_rank::with_singular_values(n, p, &singular, &mut rows);
        }
        let mut x = DMatrix::zeros(n, p);
        for row in 0..n {
            for column in 0..p {
                x[(row, column)] = rows.normal();
            }
        }
        Ok(x)
    }
}

impl Hyperparameters for MakeRegression {
    fn validate(&self) -> Result<()> {
        limits::count("n_features", 1, self.n_features)?;
        limits::size(self.n_samples, self.n_features)?;
        limits::informative(self.n_informative, self.n_features)?;
        limits::finite("bias", self.bias)?;
        if let Some(rank) = self.effective_rank {
            limits::count("effective_rank", 1, rank)?;
            low_rank::affordable(self.n_samples, self.n_features, self.n_samples.min(self.n_features))?;
        }
        limits::share("tail_strength", self.tail_strength)?;
        limits::not_negative("noise", self.noise)
    }
}

impl Generate for MakeRegression {
    const NAME: &'static str = "make-regression";
    const DESCRIPTION: &'static str = "a straight regression whose true coefficients are known";

    fn generate(&self) -> Result<Data> {
        let (w, x) = (self.coefficients()?, self.columns()?);
        let mut noise = Draw::new(self.seed, Part::Noise);
        let y = DVector::from_fn(self.n_samples, |row, _| {
            let signal: f64 = x.row(row).iter().zip(w.iter()).map(|(x, w)| x * w).sum();
            signal + self.bias + self.noise * noise.normal()
        });
        number_data::<Self>(Task::Regression, x, &numbered(self.n_features), y, "y")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_independent_and_the_noise_is_as_asked() {
        let n = 20_000;
        let regression = make_regression(n).n_features(5).n_informative(2).noise(3.0).bias(-7.0).seed(9);
        let (x, y) = regression.generate().unwrap().xy_numbers().unwrap();
        let gram = x.tr_mul(&x) / n as f64;
        // standard errors: sqrt(2 / n) = 0.01 on the diagonal, sqrt(1 / n) beside it
        assert!((gram - DMatrix::identity(5, 5)).amax() < 0.045);
        let left = y - &x * regression.coefficients().unwrap();
        assert!((left.mean() + 7.0).abs() < 4.0 * 3.0 / (n as f64).sqrt());
        assert!((left.variance().sqrt() - 3.0).abs() < 4.0 * 3.0 / (2.0 * n as f64).sqrt());
    }

    #[test]
    fn without_shuffling_the_first_columns_matter() {
        let w = make_regression(5).n_features(6).n_informative(2).shuffle(false).coefficients().unwrap();
        assert!(w[0] > 0.0 && w[1] > 0.0 && w.rows(2, 4).amax() == 0.0);
        let shuffled = make_regression(5).n_features(6).n_informative(6).coefficients().unwrap();
        assert!(shuffled.min() > 0.0 && shuffled.max() < 100.0);
    }

    #[test]
    fn an_effective_rank_makes_columns_nearly_collinear() {
        let (n, p, rank) = (50, 20, 3);
        let regression = make_regression(n).n_features(p).effective_rank(Some(rank)).tail_strength(0.0);
        let (x, _) = regression.generate().unwrap().xy_numbers().unwrap();
        let found = x.singular_values();
        // exp(-(i/3)²): exp(-1) at i = 3, exp(-9) at i = 9
        assert!((found[3] - 0.367879).abs() < 1e-6 && (found[9] - 0.000123410).abs() < 1e-9, "{found}");
        assert!(make_regression(9).effective_rank(Some(0)).generate().is_err());
        assert!(make_regression(9).n_informative(101).generate().is_err());
        assert!(make_regression(9).bias(f64::NAN).generate().is_err());
    }
}
