use super::{Generate, around, class_data, limits};
use crate::{Data, Task};
use cairn_traits::{DMatrix, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Small round clouds on a square grid: more modes than a ring has, for generative models.
///
/// ```text
/// mode i, j of S x S   spacing · (i − (S−1)/2, j − (S−1)/2) + std · N(0, I)        class i S + j
/// ```
///
/// The mode of a row is its class: a mode is covered if a sample lies within 3 standard deviations of its centre, and a
/// sample within 3 of no centre is of low quality.
///
/// # Determinism
/// More rows leave the first ones as they are.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_gaussian_grid};
/// let grid = make_gaussian_grid(1000);
/// assert_eq!(grid.centers()?.row(0).iter().copied().collect::<Vec<f64>>(), [-4.0, -4.0]);
/// let (_, modes) = grid.generate()?.xy_classes()?;
/// assert_eq!(modes.iter().filter(|&&mode| mode == 24).count(), 40); // 1000 rows, 25 modes
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Lin, Khetan, Fanti and Oh (2018), "PacGAN: the power of two samples in generative adversarial networks", NeurIPS: 25
///   modes from −4 to 4, deviation 0.05.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeGaussianGrid {
    n_samples: usize,
    side: usize,
    spacing: f64,
    std: f64,
    seed: u64,
}

/// [`MakeGaussianGrid`] with so many rows: 5 x 5 modes, 2 apart, standard deviation 0.05.
pub fn make_gaussian_grid(n_samples: usize) -> MakeGaussianGrid {
    MakeGaussianGrid { n_samples, side: 5, spacing: 2.0, std: 0.05, seed: 0 }
}

impl Default for MakeGaussianGrid {
    /// 100 rows.
    fn default() -> Self {
        make_gaussian_grid(100)
    }
}

impl MakeGaussianGrid {
    /// Rows of all modes together, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Modes along one side of the square, at least 1; 5 by default. There are at most as many modes as rows.
    #[must_use]
    pub fn side(mut self, side: usize) -> Self {
        self.side = side;
        self
    }

    /// Distance of a mode from the next; 2 by default.
    #[must_use]
    pub fn spacing(mut self, spacing: f64) -> Self {
        self.spacing = spacing;
        self
    }

    /// Standard deviation of a mode in each column; 0.05 by default.
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

    /// The middles of the modes, in the order of their classes: side² x 2.
    ///
    /// # Errors
    /// Hyperparameters out of range.
    pub fn centers(&self) -> Result<DMatrix<f64>> {
        self.validate()?;
        let middle = (self.side - 1) as f64 / 2.0;
        Ok(DMatrix::from_fn(self.side * self.side, 2, |mode, column| {
            let place = if column == 0 { mode / self.side } else { mode % self.side };
            self.spacing * (place as f64 - middle)
        }))
    }
}

impl Hyperparameters for MakeGaussianGrid {
    fn validate(&self) -> Result<()> {
        limits::size(self.n_samples, 2)?;
        let requirement = "at least 1, and side^2 at most n_samples";
        let modes = self.side.saturating_mul(self.side);
        limits::holds((1..=self.n_samples).contains(&modes), "side", requirement, self.side as f64)?;
        limits::not_negative("spacing", self.spacing)?;
        limits::not_negative("std", self.std)
    }
}

impl Generate for MakeGaussianGrid {
    const NAME: &'static str = "make-gaussian-grid";
    const DESCRIPTION: &'static str = "small clouds on a square grid: many modes for a generative model to cover";

    fn generate(&self) -> Result<Data> {
        let (x, modes) = around(&self.centers()?, self.std, self.n_samples, self.seed);
        class_data::<Self>(Task::Clustering, x, &["x", "y"], modes, self.side * self.side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_spread_rows_are_the_crossings_of_the_grid() {
        let grid = make_gaussian_grid(18).side(3).spacing(1.5).std(0.0);
        let (x, modes) = grid.generate().unwrap().xy_classes().unwrap();
        for (row, &mode) in modes.iter().enumerate() {
            // -1.5, 0 and 1.5; the first coordinate changes slowest
            let crossing = ([-1.5, 0.0, 1.5][mode / 3], [-1.5, 0.0, 1.5][mode % 3]);
            assert_eq!((x[(row, 0)], x[(row, 1)]), crossing);
        }
        assert!((0..9).all(|mode| modes.iter().filter(|&&own| own == mode).count() == 2));
        assert!(make_gaussian_grid(24).generate().is_err(), "25 modes want 25 rows");
    }
}
