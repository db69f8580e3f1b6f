use super::{Generate, around, class_data, limits};
use crate::{Data, Task};
use cairn_traits::{DMatrix, Hyperparameters, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// Small round clouds on a circle: has a generative model found them all?
///
/// ```text
/// mode k of K   radius · (cos 2πk/K, sin 2πk/K) + std · N(0, I)
/// ```
///
/// A generative adversarial network that drops modes makes good points, and only near some of the centres. The mode of a
/// row is its class, so counting is easy: a mode is covered if a sample lies within 3 standard deviations of its centre.
///
/// # Determinism
/// More rows leave the first ones as they are.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_gaussian_ring};
/// let ring = make_gaussian_ring(800);
/// let (x, modes) = ring.generate()?.xy_classes()?;
/// let centers = ring.centers()?;
/// assert_eq!((centers[(2, 0)].round(), centers[(2, 1)]), (0.0, 2.0)); // a quarter of the way round
/// assert!((x.row(0) - centers.row(modes[0])).norm() < 6.0 * 0.02);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Metz, Poole, Pfau and Sohl-Dickstein (2017), "Unrolled generative adversarial networks", ICLR: eight modes, radius 2,
///   deviation 0.02.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeGaussianRing {
    n_samples: usize,
    n_modes: usize,
    radius: f64,
    std: f64,
    seed: u64,
}

/// [`MakeGaussianRing`] with so many rows: 8 modes, radius 2, standard deviation 0.02.
pub fn make_gaussian_ring(n_samples: usize) -> MakeGaussianRing {
    MakeGaussianRing { n_samples, n_modes: 8, radius: 2.0, std: 0.02, seed: 0 }
}

impl Default for MakeGaussianRing {
    /// 100 rows.
    fn default() -> Self {
        make_gaussian_ring(100)
    }
}

impl MakeGaussianRing {
    /// Rows of all modes together, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Modes, 1 to `n_samples`; 8 by default.
    #[must_use]
    pub fn n_modes(mut self, n_modes: usize) -> Self {
        self.n_modes = n_modes;
        self
    }

    /// Distance of the modes from the origin, at least 0; 2 by default.
    #[must_use]
    pub fn radius(mut self, radius: f64) -> Self {
        self.radius = radius;
        self
    }

    /// Standard deviation of a mode in each column; 0.02 by default.
    #[must_use]
    pub fn std(mut self, std: f64) -> Self {
        self.std = std;
        self
    }

    /// Another seed, other rows; the modes stay.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The middles of the modes, in the order of their classes: n_modes x 2.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    pub fn centers(&self) -> Result<DMatrix<f64>> {
        self.validate()?;
        Ok(DMatrix::from_fn(self.n_modes, 2, |mode, column| {
            let angle = TAU * (mode as f64 / self.n_modes as f64);
            self.radius * if column == 0 { angle.cos() } else { angle.sin() }
        }))
    }
}

impl Hyperparameters for MakeGaussianRing {
    fn validate(&self) -> Result<()> {
        limits::size(self.n_samples, 2)?;
        limits::groups("n_modes", self.n_modes, self.n_samples)?;
        limits::not_negative("radius", self.radius)?;
        limits::not_negative("std", self.std)
    }
}

impl Generate for MakeGaussianRing {
    const NAME: &'static str = "make-gaussian-ring";
    const DESCRIPTION: &'static str = "small clouds on a circle: which of them does a generative model cover?";

    fn generate(&self) -> Result<Data> {
        let (x, modes) = around(&self.centers()?, self.std, self.n_samples, self.seed);
        class_data::<Self>(Task::Clustering, x, &["x", "y"], modes, self.n_modes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_spread_rows_are_the_corners_of_a_polygon() {
        let (x, modes) = make_gaussian_ring(12).n_modes(4).std(0.0).generate().unwrap().xy_classes().unwrap();
        for (row, &mode) in modes.iter().enumerate() {
            let corner = [[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0]][mode];
            // the sine of a rounded π is off by 1.2e-16, twice that at radius 2, thrice at 3π/2
            assert!((x[(row, 0)] - corner[0]).abs() < 1e-15 && (x[(row, 1)] - corner[1]).abs() < 1e-15);
        }
        assert_eq!([0, 1, 2, 3].map(|mode| modes.iter().filter(|&&own| own == mode).count()), [3; 4]);
    }
}
