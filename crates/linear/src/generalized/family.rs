//! Tweedie's family: variances that are a power of the mean.

use cairn_traits::{Error, Result};

/// Half the deviance of a row, and its derivatives by the linear predictor `η = ln μ`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Family {
    pub(crate) power: f64,
}

impl Family {
    /// Whether the family has targets like these.
    pub(crate) fn check(self, y: impl Iterator<Item = f64>) -> Result<()> {
        let power = self.power;
        for (row, found) in y.enumerate() {
            let requirement = if power >= 2.0 && found <= 0.0 {
                "numbers above 0"
            } else if power >= 1.0 && found < 0.0 {
                "numbers of at least 0"
            } else {
                continue;
            };
            return Err(Error::Domain { what: "y", requirement, found, row: Some(row) });
        }
        Ok(())
    }

    /// `½ d(y, e^η)`.
    pub(crate) fn loss(self, y: f64, eta: f64) -> f64 {
        let (p, mu) = (self.power, eta.exp());
        if p == 0.0 {
            0.5 * (y - mu) * (y - mu)
        } else if p == 1.0 {
            let log = if y > 0.0 { y * (y.ln() - eta) } else { 0.0 };
            log - y + mu
        } else if p == 2.0 {
            y / mu - 1.0 - y.ln() + eta
        } else {
            let own = if y > 0.0 { y.powf(2.0 - p) / ((1.0 - p) * (2.0 - p)) } else { 0.0 };
            own - y * ((1.0 - p) * eta).exp() / (1.0 - p) + ((2.0 - p) * eta).exp() / (2.0 - p)
        }
    }

    /// First and second derivative of the loss by η; the second is its mean over y where it could be negative itself.
    pub(crate) fn derivatives(self, y: f64, eta: f64) -> (f64, f64) {
        let p = self.power;
        let (of_mean, of_y) = (((2.0 - p) * eta).exp(), y * ((1.0 - p) * eta).exp());
        let second = if (1.0..=2.0).contains(&p) { (2.0 - p) * of_mean + (p - 1.0) * of_y } else { of_mean };
        (of_mean - of_y, second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_are_slopes() {
        for power in [0.0, 1.0, 1.5, 2.0, 3.0] {
            let family = Family { power };
            for (y, eta) in [(0.5, 0.3), (2.0, -0.4), (7.0, 1.7)] {
                let h = 1e-5;
                let (first, second) = family.derivatives(y, eta);
                let slope = (family.loss(y, eta + h) - family.loss(y, eta - h)) / (2.0 * h);
                // h² and eps / h of numbers up to 50
                assert!((first - slope).abs() < 1e-7, "{power} {y}: {first} {slope}");
                if (1.0..=2.0).contains(&power) {
                    let curve = (family.derivatives(y, eta + h).0 - family.derivatives(y, eta - h).0) / (2.0 * h);
                    assert!((second - curve).abs() < 1e-7, "{power} {y}: {second} {curve}");
                }
                assert!(second > 0.0 && family.loss(y, y.ln()).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn targets_outside_the_family_are_named() {
        let found = Family { power: 1.0 }.check([0.0, 2.0, -1.0].into_iter()).unwrap_err();
        assert_eq!(found.to_string(), "y: expected numbers of at least 0, found -1 at row 2");
        assert!(matches!(Family { power: 2.0 }.check([1.0, 0.0].into_iter()), Err(Error::Domain { row: Some(1), .. })));
        assert!(Family { power: 0.0 }.check([-3.0].into_iter()).is_ok());
    }
}
