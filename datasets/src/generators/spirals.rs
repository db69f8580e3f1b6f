use super::{Draw, Generate, Part, balanced_labels, class_data, limits};
use crate::{Data, Task};
use cairn_traits::{DMatrix, Hyperparameters, Result};
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// Where the arms begin: at the very middle all classes would be one point.
const INNER_RADIUS: f64 = 0.1;

/// Arms of a spiral, wound into each other: the classic trial of a small network.
///
/// ```text
/// arm c of k   r (cos φ, sin φ)            φ = 2π (turns · r + c / k), r from 0.1 to 1
/// density      r² uniform, so that points are about as dense along the whole arm
///              + noise · N(0, 1) in x and in y
/// ```
///
/// The arms are 1 / (k · turns) apart from each other along a ray: noise well below that keeps the classes apart. Two
/// arms with 3 turns is near the set of Lang and Witbrock. Classes have the same number of rows (0 or 1 apart), in no order.
///
/// # Determinism
/// More rows leave the first ones as they are; `noise` and `turns` draw no other radii.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_spirals};
/// let spirals = make_spirals(300).n_classes(3).noise(0.02).seed(1).generate()?;
/// let (x, y) = spirals.xy_classes()?;
/// assert_eq!((x.shape(), y.iter().filter(|&&arm| arm == 2).count()), ((300, 2), 100));
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Lang and Witbrock (1988), "Learning to tell two spirals apart", Proceedings of the 1988 Connectionist Models Summer
///   School.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeSpirals {
    n_samples: usize,
    n_classes: usize,
    turns: f64,
    noise: f64,
    seed: u64,
}

/// [`MakeSpirals`] with so many rows: two arms of one and a half turns, without noise.
pub fn make_spirals(n_samples: usize) -> MakeSpirals {
    MakeSpirals { n_samples, n_classes: 2, turns: 1.5, noise: 0.0, seed: 0 }
}

impl Default for MakeSpirals {
    /// 100 rows.
    fn default() -> Self {
        make_spirals(100)
    }
}

impl MakeSpirals {
    /// Rows of all arms together, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Arms, 1 to `n_samples`; 2 by default.
    #[must_use]
    pub fn n_classes(mut self, n_classes: usize) -> Self {
        self.n_classes = n_classes;
        self
    }

    /// How often an arm goes round from the middle to radius 1; 1.5 by default. A negative number winds the other way.
    #[must_use]
    pub fn turns(mut self, turns: f64) -> Self {
        self.turns = turns;
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

impl Hyperparameters for MakeSpirals {
    fn validate(&self) -> Result<()> {
        limits::size(self.n_samples, 2)?;
        limits::groups("n_classes", self.n_classes, self.n_samples)?;
        // an angle keeps 6 digits behind the point up to here
        let requirement = "a number from -1000000 to 1000000";
        limits::holds(self.turns.abs() <= 1e6, "turns", requirement, self.turns)?;
        limits::not_negative("noise", self.noise)
    }
}

impl Generate for MakeSpirals {
    const NAME: &'static str = "make-spirals";
    const DESCRIPTION: &'static str = "arms of a spiral wound into each other: the classic trial of a small network";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let labels = balanced_labels(self.seed, self.n_samples, self.n_classes);
        let (mut rows, mut noise) = (Draw::new(self.seed, Part::Rows), Draw::new(self.seed, Part::Noise));
        let mut x = DMatrix::zeros(self.n_samples, 2);
        for (row, &label) in labels.iter().enumerate() {
            let radius = rows.between(INNER_RADIUS * INNER_RADIUS, 1.0).sqrt();
            let angle = TAU * (self.turns * radius + label as f64 / self.n_classes as f64);
            x[(row, 0)] = radius * angle.cos() + self.noise * noise.normal();
            x[(row, 1)] = radius * angle.sin() + self.noise * noise.normal();
        }
        class_data::<Self>(Task::Classification, x, &["x", "y"], labels, self.n_classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_the_radius_tells_the_angle() {
        let (x, y) = make_spirals(300).n_classes(3).turns(2.0).seed(2).generate().unwrap().xy_classes().unwrap();
        for (row, &arm) in y.iter().enumerate() {
            let radius = x.row(row).norm();
            assert!((INNER_RADIUS..=1.0 + 4.0 * f64::EPSILON).contains(&(radius + 1e-15)), "{radius}");
            let angle = x[(row, 1)].atan2(x[(row, 0)]) / TAU;
            // in turns, so that a whole number is no difference
            let off = angle - 2.0 * radius - arm as f64 / 3.0;
            assert!((off - off.round()).abs() < 1e-14, "{off}");
        }
        assert_eq!([0, 1, 2].map(|arm| y.iter().filter(|&&label| label == arm).count()), [100; 3]);
    }
}
