use super::{Draw, Generate, Part, data, limits, matrix, numbered};
use crate::{Data, Target, Task};
use cairn_traits::{DMatrix, DVector, Error, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// How fast the singular values of [`MakeLowRank`] fall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SingularValues {
    /// A bell of width `effective_rank`, and a tail: `(1 − tail_strength) exp(−(i/r)²) + tail_strength exp(−0.1 i/r)`.
    #[default]
    Bell,
    /// Exactly `effective_rank` of them are 1, the others 0: a matrix of that rank.
    Exact,
}

/// A table that few directions explain: for principal components and everything built on singular values.
///
/// ```text
/// X = U diag(s) V' + noise · N(0, 1)        U, V: random columns of length 1, each at right angles to the others
/// bell    sᵢ = (1 − tail_strength) exp(−(i/r)²) + tail_strength exp(−0.1 i/r)        r = effective_rank, i from 0
/// exact   sᵢ = 1 for i < r, else 0
/// ```
///
/// The bell is how spectra of real tables look: few strong directions, and a tail that never ends. Its numbers are small
/// (the largest singular value is 1, whatever the size), so a noise of 0.01 is much. Nothing belongs to the rows.
///
/// # Determinism
/// The columns of U stand at right angles over all rows, so more rows change the first ones.
///
/// # Complexity
/// O((n + p) k² + n p k) for n rows, p columns, k = min(n, p) singular values (only `effective_rank` of them if exact).
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, generators::SingularValues, make_low_rank};
/// let x = make_low_rank(60).n_features(20).effective_rank(3).profile(SingularValues::Exact).generate()?.matrix()?;
/// let s = x.singular_values();
/// assert!((s[0] - 1.0).abs() < 1e-14 && (s[2] - 1.0).abs() < 1e-14 && s[3] < 1e-14);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Halko, Martinsson and Tropp (2011), "Finding structure with randomness", SIAM Review 53(2): what fast singular values
///   are asked of such matrices.
/// - Björck (1967), "Solving linear least squares problems by Gram-Schmidt orthogonalization", BIT 7: how U and V are made
///   (each column twice, which is enough).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeLowRank {
    n_samples: usize,
    n_features: usize,
    effective_rank: usize,
    tail_strength: f64,
    profile: SingularValues,
    noise: f64,
    seed: u64,
}

/// [`MakeLowRank`] with so many rows: 100 columns, a bell of width 10 with half the weight in the tail, no noise.
pub fn make_low_rank(n_samples: usize) -> MakeLowRank {
    MakeLowRank {
        n_samples,
        n_features: 100,
        effective_rank: 10,
        tail_strength: 0.5,
        profile: SingularValues::Bell,
        noise: 0.0,
        seed: 0,
    }
}

impl Default for MakeLowRank {
    /// 100 rows.
    fn default() -> Self {
        make_low_rank(100)
    }
}

impl MakeLowRank {
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

    /// The width of the bell, or the exact rank, at least 1; 10 by default. An exact rank is at most the smaller of rows
    /// and columns.
    #[must_use]
    pub fn effective_rank(mut self, effective_rank: usize) -> Self {
        self.effective_rank = effective_rank;
        self
    }

    /// The weight of the tail of the bell, from 0 to 1; 0.5 by default.
    #[must_use]
    pub fn tail_strength(mut self, tail_strength: f64) -> Self {
        self.tail_strength = tail_strength;
        self
    }

    /// Bell or exact rank; [`SingularValues::Bell`] by default.
    #[must_use]
    pub fn profile(mut self, profile: SingularValues) -> Self {
        self.profile = profile;
        self
    }

    /// Standard deviation of what is added to each number; 0 by default.
    #[must_use]
    pub fn noise(mut self, noise: f64) -> Self {
        self.noise = noise;
        self
    }

    /// Another seed, other rows; the singular values stay.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The singular values before noise, descending: as many as the smaller of rows and columns.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    pub fn singular_values(&self) -> Result<DVector<f64>> {
        self.validate()?;
        let (n_values, rank) = (self.n_samples.min(self.n_features), self.effective_rank);
        Ok(match self.profile {
            SingularValues::Bell => bell(n_values, rank, self.tail_strength),
            SingularValues::Exact => DVector::from_fn(n_values, |i, _| if i < rank { 1.0 } else { 0.0 }),
        })
    }
}

/// Singular values that fall like a bell and end in a tail.
pub(super) fn bell(n_values: usize, effective_rank: usize, tail_strength: f64) -> DVector<f64> {
    DVector::from_fn(n_values, |i, _| {
        let at = i as f64 / effective_rank as f64;
        (1.0 - tail_strength) * (-at * at).exp() + tail_strength * (-0.1 * at).exp()
    })
}

/// Whether the products can be made in a minute or so.
pub(super) fn affordable(n_samples: usize, n_features: usize, rank: usize) -> Result<()> {
    const MOST_PRODUCTS: usize = 1 << 36;
    let products = n_samples.saturating_mul(n_features).saturating_mul(rank);
    let requirement = "at most 2^36 as rows times columns times singular values";
    limits::holds(products <= MOST_PRODUCTS, "n_samples", requirement, n_samples as f64)
}

/// U diag(s) V' with random U (n_rows x k) and V (n_columns x k), k the singular values that are not 0.
pub(super) fn with_singular_values(
    n_rows: usize,
    n_columns: usize,
    singular: &DVector<f64>,
    draw: &mut Draw,
) -> Result<DMatrix<f64>> {
    let singular: Vec<f64> = singular.iter().copied().filter(|&s| s > 0.0).collect();
    let (u, v) = (orthonormal(n_rows, singular.len(), draw)?, orthonormal(n_columns, singular.len(), draw)?);
    let mut x = DMatrix::zeros(n_rows, n_columns);
    // sums in one fixed order, written out: a product for the processor at hand would have bits of its own
    for (j, mut column) in x.column_iter_mut().enumerate() {
        for (k, s) in singular.iter().enumerate() {
            add(column.as_mut_slice(), s * v[(j, k)], u.column(k).as_slice());
        }
    }
    Ok(x)
}

/// `n_columns` random columns of length 1, each at right angles to the others; no more than rows.
fn orthonormal(n_rows: usize, n_columns: usize, draw: &mut Draw) -> Result<DMatrix<f64>> {
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(n_columns);
    for _ in 0..n_columns {
        let mut new: Vec<f64> = (0..n_rows).map(|_| draw.normal()).collect();
        for own in columns.iter().chain(&columns) {
            let along = dot(&new, own);
            add(&mut new, -along, own);
        }
        let length = dot(&new, &new).sqrt();
        if length == 0.0 {
            return Err(Error::Singular { what: "matrix of random columns" });
        }
        new.iter_mut().for_each(|value| *value /= length);
        columns.push(new);
    }
    Ok(DMatrix::from_vec(n_rows, n_columns, columns.concat()))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// a += factor · b
fn add(a: &mut [f64], factor: f64, b: &[f64]) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += factor * b);
}

impl Hyperparameters for MakeLowRank {
    fn validate(&self) -> Result<()> {
        limits::count("n_features", 1, self.n_features)?;
        limits::size(self.n_samples, self.n_features)?;
        limits::count("effective_rank", 1, self.effective_rank)?;
        let most = self.n_samples.min(self.n_features);
        let exact = self.profile == SingularValues::Exact;
        affordable(self.n_samples, self.n_features, if exact { self.effective_rank } else { most })?;
        if exact {
            let requirement = "at most the smaller of n_samples and n_features, if exact";
            limits::holds(self.effective_rank <= most, "effective_rank", requirement, self.effective_rank as f64)?;
        }
        limits::share("tail_strength", self.tail_strength)?;
        limits::not_negative("noise", self.noise)
    }
}

impl Generate for MakeLowRank {
    const NAME: &'static str = "make-low-rank";
    const DESCRIPTION: &'static str = "a table that few directions explain: for principal components";

    fn generate(&self) -> Result<Data> {
        let (singular, mut rows) = (self.singular_values()?, Draw::new(self.seed, Part::Rows));
        let mut x = with_singular_values(self.n_samples, self.n_features, &singular, &mut rows)?;
        let mut noise = Draw::new(self.seed, Part::Noise);
        if self.noise > 0.0 {
            x.iter_mut().for_each(|value| *value += self.noise * noise.normal());
        }
        Ok(data::<Self>(Task::Embedding, matrix(x, &numbered(self.n_features))?, Target::None, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn singular(generator: &MakeLowRank) -> DVector<f64> {
        generator.generate().unwrap().matrix().unwrap().singular_values()
    }

    #[test]
    fn singular_values_are_those_asked_for() {
        for (n, p) in [(40, 15), (15, 40), (12, 12), (1, 5)] {
            let bell = make_low_rank(n).n_features(p).effective_rank(4).tail_strength(0.3).seed(2);
            let (found, asked) = (singular(&bell), bell.singular_values().unwrap());
            // orthonormal to n eps, and the decomposition's own rounding, on a norm of about 3
            assert!((&found - &asked).amax() < 100.0 * f64::EPSILON, "{n} x {p}: {}", (found - asked).amax());
        }
        // 0.7 exp(-1/4) + 0.3 exp(-0.05) = 0.7 · 0.778801 + 0.3 · 0.951229
        let bell = make_low_rank(9).n_features(9).effective_rank(2).tail_strength(0.3).singular_values().unwrap();
        assert!((bell[0] - 1.0).abs() < 1e-15 && (bell[1] - 0.830529).abs() < 1e-6, "{bell}");
    }

    #[test]
    fn an_exact_rank_is_one() {
        let exact = make_low_rank(30).n_features(10).effective_rank(10).profile(SingularValues::Exact);
        assert!((singular(&exact).add_scalar(-1.0)).amax() < 100.0 * f64::EPSILON);
        for rank in [0, 11] {
            assert!(exact.clone().effective_rank(rank).generate().is_err(), "{rank}");
        }
    }

    #[test]
    fn noise_lifts_the_tail() {
        let exact = make_low_rank(2000).n_features(20).effective_rank(3).profile(SingularValues::Exact).noise(0.01);
        let found = singular(&exact);
        // singular values of noise alone lie within 0.01 (sqrt(2000) ± sqrt(20)): 0.402 to 0.492
        assert!(found.rows(3, 17).iter().all(|s| (0.39..0.51).contains(s)) && found[2] > 1.0, "{found}");
    }
}
