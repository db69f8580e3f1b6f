use super::{Draw, Generate, Part, balanced_labels, class_data, limits};
use crate::{Data, Task};
use cairn_traits::{DMatrix, Hyperparameters, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Two half circles that reach into each other: the smallest set where a straight line is not enough.
///
/// ```text
/// class 0   (cos t, sin t)                 t uniform on [0, π)
/// class 1   (1 − cos t, ½ − sin t)         both + noise · N(0, 1) in x and in y
/// ```
///
/// Classes have the same number of rows (0 or 1 apart), in no order.
///
/// # Determinism
/// More rows leave the first ones as they are; `noise` moves the points and draws no others.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_moons};
/// let (x, y) = make_moons(200).noise(0.1).seed(7).generate()?.xy_classes()?;
/// assert_eq!((x.shape(), y.iter().sum::<usize>()), ((200, 2), 100));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeMoons {
    n_samples: usize,
    noise: f64,
    seed: u64,
}

/// [`MakeMoons`] with so many rows, without noise.
pub fn make_moons(n_samples: usize) -> MakeMoons {
    MakeMoons { n_samples, noise: 0.0, seed: 0 }
}

impl Default for MakeMoons {
    /// 100 rows.
    fn default() -> Self {
        make_moons(100)
    }
}

impl MakeMoons {
    /// Rows of both classes together, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Standard deviation of what is added to each coordinate; 0 by default.
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

impl Hyperparameters for MakeMoons {
    fn validate(&self) -> Result<()> {
        limits::size(self.n_samples, 2)?;
        limits::not_negative("noise", self.noise)
    }
}

impl Generate for MakeMoons {
    const NAME: &'static str = "make-moons";
    const DESCRIPTION: &'static str = "two half circles that reach into each other: no straight line parts them";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let labels = balanced_labels(self.seed, self.n_samples, 2);
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        let mut x = DMatrix::zeros(self.n_samples, 2);
        for (row, &label) in labels.iter().enumerate() {
            let (sin, cos) = rows.between(0.0, PI).sin_cos();
            let point = if label == 0 { [cos, sin] } else { [1.0 - cos, 0.5 - sin] };
            for (column, value) in point.into_iter().enumerate() {
                x[(row, column)] = value + self.noise * noise.normal();
            }
        }
        class_data::<Self>(Task::Classification, x, &["x", "y"], labels, 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_points_lie_on_the_half_circles() {
        let (x, y) = make_moons(101).seed(3).generate().unwrap().xy_classes().unwrap();
        for (row, &class) in y.iter().enumerate() {
            let (a, b) = (x[(row, 0)], x[(row, 1)]);
            // centres (0, 0) and (1, 1/2), radius 1; the first moon is above its centre, the second below
            let (a, b) = if class == 0 { (a, b) } else { (a - 1.0, 0.5 - b) };
            assert!((a.hypot(b) - 1.0).abs() < 4.0 * f64::EPSILON && b >= 0.0, "{a} {b}");
        }
        assert_eq!(y.iter().filter(|&&class| class == 0).count().abs_diff(50), usize::from(y[100] == 0));
    }

    #[test]
    fn noise_has_its_deviation_and_moves_the_same_points() {
        let matrix = |noise: f64| make_moons(5000).noise(noise).seed(1).generate().unwrap().matrix().unwrap();
        let moved = matrix(0.3) - matrix(0.0);
        // 10,000 draws: the deviation is known to 0.3 / sqrt(20,000) = 0.0021
        let deviation = (moved.norm_squared() / 10_000.0).sqrt();
        assert!((deviation - 0.3).abs() < 4.0 * 0.0021, "{deviation}");
    }
}
