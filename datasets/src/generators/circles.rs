use super::{Draw, Generate, Part, balanced_labels, class_data, limits};
use crate::{Data, Task};
use cairn_traits::{DMatrix, Hyperparameters, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// A circle within a circle: one square feature, x² + y², and the classes are apart.
///
/// ```text
/// class 0   (cos t, sin t)                 t uniform on [0, 2π)
/// class 1   factor · (cos t, sin t)        both + noise · N(0, 1) in x and in y
/// ```
///
/// Both classes have the same centre, so no line does better than 1 in 2 by much; polynomial features, neighbours, trees
/// and networks do. Classes have the same number of rows (0 or 1 apart), in no order.
///
/// # Determinism
/// More rows leave the first ones as they are; `noise` and `factor` draw no other angles.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_circles};
/// let (x, y) = make_circles(300).factor(0.5).generate()?.xy_classes()?;
/// let radius = (0..300).find(|&row| y[row] == 1).map(|row| x.row(row).norm());
/// assert!((radius.unwrap_or(0.0) - 0.5).abs() < 1e-15);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeCircles {
    n_samples: usize,
    noise: f64,
    factor: f64,
    seed: u64,
}

/// [`MakeCircles`] with so many rows: radii 1 and 0.8, without noise.
pub fn make_circles(n_samples: usize) -> MakeCircles {
    MakeCircles { n_samples, noise: 0.0, factor: 0.8, seed: 0 }
}

impl Default for MakeCircles {
    /// 100 rows.
    fn default() -> Self {
        make_circles(100)
    }
}

impl MakeCircles {
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

    /// Radius of the inner circle, from 0 to below 1; 0.8 by default.
    #[must_use]
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// Another seed, other rows.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Hyperparameters for MakeCircles {
    fn validate(&self) -> Result<()> {
        limits::size(self.n_samples, 2)?;
        limits::not_negative("noise", self.noise)?;
        limits::holds((0.0..1.0).contains(&self.factor), "factor", "a number from 0 to below 1", self.factor)
    }
}

impl Generate for MakeCircles {
    const NAME: &'static str = "make-circles";
    const DESCRIPTION: &'static str = "a circle within a circle: the classes differ in their distance from the middle";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let labels = balanced_labels(self.seed, self.n_samples, 2);
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        let mut x = DMatrix::zeros(self.n_samples, 2);
        for (row, &label) in labels.iter().enumerate() {
            let (sin, cos) = rows.between(0.0, TAU).sin_cos();
            let radius = if label == 0 { 1.0 } else { self.factor };
            x[(row, 0)] = radius * cos + self.noise * noise.normal();
            x[(row, 1)] = radius * sin + self.noise * noise.normal();
        }
        class_data::<Self>(Task::Classification, x, &["x", "y"], labels, 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_points_lie_on_radii_one_and_factor() {
        let (x, y) = make_circles(100).factor(0.3).seed(5).generate().unwrap().xy_classes().unwrap();
        for (row, &class) in y.iter().enumerate() {
            let radius = [1.0, 0.3][class];
            assert!((x.row(row).norm() - radius).abs() < 4.0 * f64::EPSILON);
        }
        assert_eq!(y.iter().sum::<usize>(), 50);
        // all the way round: 50 angles on each circle miss a quarter once in (4/3)^50, about 2 million seeds
        for quarter in [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)] {
            assert!(x.row_iter().any(|point| point[0] * quarter.0 > 0.0 && point[1] * quarter.1 > 0.0));
        }
    }

    #[test]
    fn the_inner_circle_is_inside() {
        for factor in [-0.1, 1.0, f64::NAN] {
            assert!(make_circles(10).factor(factor).generate().is_err(), "{factor}");
        }
        assert!(make_circles(10).factor(0.0).generate().is_ok());
    }
}
