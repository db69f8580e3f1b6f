use super::{Draw, Generate, Part, limits, number_data};
use crate::{Data, Task};
use cairn_traits::{DMatrix, DVector, Hyperparameters, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// A sheet rolled up in space: two dimensions that look like three, for embeddings.
///
/// ```text
/// t = 3π/2 (1 + 2u)        u uniform on [0, 1): from 1½π to 4½π, one and a half turns
/// x = t cos t,  y = 21 v,  z = t sin t        v uniform on [0, 1);  + noise · N(0, 1) in each
/// ```
///
/// What belongs to a row is t, where along the sheet it lies. Two layers of the roll are near in space and far on the
/// sheet: a good embedding unrolls it, and colours by t come out in order. Principal components cannot.
///
/// # Determinism
/// More rows leave the first ones as they are; `noise` moves the points and draws no others.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_swiss_roll};
/// let (x, t) = make_swiss_roll(500).seed(1).generate()?.xy_numbers()?;
/// assert_eq!((x[(0, 0)], x[(0, 2)]), (t[0] * t[0].cos(), t[0] * t[0].sin()));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Tenenbaum, de Silva and Langford (2000), "A global geometric framework for nonlinear dimensionality reduction",
///   Science 290(5500): the roll.
/// - Marsland (2009), *Machine Learning: An Algorithmic Perspective*, chapter 10: these numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeSwissRoll {
    n_samples: usize,
    noise: f64,
    seed: u64,
}

/// [`MakeSwissRoll`] with so many rows, without noise.
pub fn make_swiss_roll(n_samples: usize) -> MakeSwissRoll {
    MakeSwissRoll { n_samples, noise: 0.0, seed: 0 }
}

impl Default for MakeSwissRoll {
    /// 100 rows.
    fn default() -> Self {
        make_swiss_roll(100)
    }
}

impl MakeSwissRoll {
    /// Rows, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Standard deviation of what is added to each coordinate; 0 by default. Layers are 2π apart.
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

impl Hyperparameters for MakeSwissRoll {
    fn validate(&self) -> Result<()> {
        limits::size(self.n_samples, 3)?;
        limits::not_negative("noise", self.noise)
    }
}

impl Generate for MakeSwissRoll {
    const NAME: &'static str = "make-swiss-roll";
    const DESCRIPTION: &'static str = "a sheet rolled up in space, and where along the sheet each row lies";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        let mut x = DMatrix::zeros(self.n_samples, 3);
        let mut along = DVector::zeros(self.n_samples);
        for row in 0..self.n_samples {
            let t = 1.5 * PI * (1.0 + 2.0 * rows.uniform());
            let point = [t * t.cos(), 21.0 * rows.uniform(), t * t.sin()];
            for (column, value) in point.into_iter().enumerate() {
                x[(row, column)] = value + self.noise * noise.normal();
            }
            along[row] = t;
        }
        number_data::<Self>(Task::Embedding, x, &["x", "y", "z"], along, "t")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_points_lie_on_the_roll() {
        let (x, t) = make_swiss_roll(200).seed(4).generate().unwrap().xy_numbers().unwrap();
        for row in 0..200 {
            let (a, width, b) = (x[(row, 0)], x[(row, 1)], x[(row, 2)]);
            // the distance from the axis is t, and the angle is t up to whole turns
            assert!((a.hypot(b) - t[row]).abs() < 4.0 * f64::EPSILON * t[row]);
            assert!((a * t[row].sin() - b * t[row].cos()).abs() < 1e-13);
            assert!((0.0..21.0).contains(&width) && (1.5 * PI..4.5 * PI).contains(&t[row]));
        }
        assert!(t.min() < 1.6 * PI && t.max() > 4.4 * PI, "the whole sheet");
    }
}
