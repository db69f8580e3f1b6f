//! Shorter steps when the loss no longer falls.

use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Cuts the learning rate when a loss, usually that of held-out rows, has not improved for a while.
///
/// ```text
/// loss < best − tol |best|:   best ← loss, and the waiting begins anew
/// more than `patience` losses in a row without that:   factor ← max(factor · this factor, floor)
/// ```
///
/// Who trains keeps a [`PlateauState`], shows it the loss of each epoch, and multiplies its factor into the length of
/// steps. As PyTorch's `ReduceLROnPlateau`, whose defaults these are; the floor is a share of the first rate here, and
/// `tol` is of the size of the best loss, whatever its sign. A loss that is NaN is no improvement.
///
/// ```
/// use cairn_optim::Plateau;
/// let plateau = Plateau::new().factor(0.5).patience(1);
/// let mut state = plateau.start();
/// for loss in [3.0, 2.0, 2.0, 2.5] {
///     plateau.see(&mut state, loss); // twice in a row not below 2
/// }
/// assert_eq!(state.factor(), 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plateau {
    factor: f64,
    patience: u64,
    tol: f64,
    cooldown: u64,
    floor: f64,
}

/// What [`Plateau`] has seen; it can be saved with a model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlateauState {
    /// None before the first that is a number.
    best: Option<f64>,
    /// Losses in a row that were no improvement.
    waited: u64,
    /// Losses that are still not counted.
    rest: u64,
    factor: f64,
}

impl PlateauState {
    /// What the learning rate is multiplied by: 1 at first, less after each plateau.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The lowest loss, improvements smaller than the tolerance left out; `None` before the first.
    pub fn best(&self) -> Option<f64> {
        self.best
    }

    /// Whether it could have come about: for what was read from a file.
    ///
    /// # Errors
    /// [`Error::Domain`] if the factor is not between 0 and 1, or the best loss is not a number.
    pub fn check(&self) -> Result<()> {
        let domain = |requirement, found| Err(Error::Domain { what: "plateau", requirement, found, row: None });
        if !(self.factor >= 0.0 && self.factor <= 1.0) {
            return domain("a factor between 0 and 1", self.factor);
        }
        match self.best {
            Some(best) if !best.is_finite() => domain("a finite loss", best),
            _ => Ok(()),
        }
    }
}

impl Plateau {
    /// A tenth after more than 10 losses without an improvement of 1e-4 of the best; no cooldown, no floor.
    pub fn new() -> Self {
        Self { factor: 0.1, patience: 10, tol: 1e-4, cooldown: 0, floor: 0.0 }
    }

    /// What is left of the rate after a plateau, above 0 and below 1.
    #[must_use]
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// How many losses in a row without improvement are borne.
    #[must_use]
    pub fn patience(mut self, patience: u64) -> Self {
        self.patience = patience;
        self
    }

    /// By which share of the best loss a loss must be lower to count, at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// How many losses after a cut are not counted.
    #[must_use]
    pub fn cooldown(mut self, cooldown: u64) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// The smallest factor of the first rate, between 0 and 1.
    #[must_use]
    pub fn floor(mut self, floor: f64) -> Self {
        self.floor = floor;
        self
    }

    /// Nothing seen.
    pub fn start(&self) -> PlateauState {
        PlateauState { best: None, waited: 0, rest: 0, factor: 1.0 }
    }

    /// Takes in a loss; returns whether it cut the rate.
    pub fn see(&self, state: &mut PlateauState, loss: f64) -> bool {
        let better = loss.is_finite() && state.best.is_none_or(|best| loss < best - self.tol * best.abs());
        if better {
            state.best = Some(loss);
            state.waited = 0;
        } else {
            state.waited += 1;
        }
        if state.rest > 0 {
            state.rest -= 1;
            state.waited = 0;
        }
        if state.waited <= self.patience {
            return false;
        }
        state.factor = (state.factor * self.factor).max(self.floor);
        state.rest = self.cooldown;
        state.waited = 0;
        true
    }
}

impl Default for Plateau {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for Plateau {
    fn validate(&self) -> Result<()> {
        if !(self.factor > 0.0 && self.factor < 1.0) {
            let requirement = "a number above 0 and below 1";
            return Err(Error::Parameter { name: "factor", requirement, found: self.factor });
        }
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        if (0.0..=1.0).contains(&self.floor) {
            return Ok(());
        }
        Err(Error::Parameter { name: "floor", requirement: "a number between 0 and 1", found: self.floor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(plateau: Plateau, losses: &[f64]) -> Vec<f64> {
        let mut state = plateau.start();
        let see = |&loss| {
            plateau.see(&mut state, loss);
            assert_eq!(state.check(), Ok(()));
            state.factor()
        };
        losses.iter().map(see).collect()
    }

    #[test]
    fn the_rate_is_cut_after_patience_is_over() {
        let halves = Plateau::new().factor(0.5).patience(2);
        assert_eq!(factors(halves, &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]), [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]);
        // an improvement begins the waiting anew; one within the tolerance does not
        assert_eq!(factors(halves, &[1.0, 1.0, 1.0, 0.9, 0.9, 0.9]), [1.0; 6]);
        assert_eq!(factors(halves.tol(0.2), &[1.0, 0.9, 0.9, 0.9]), [1.0, 1.0, 1.0, 0.5]);
        // below 0 lower is still better: −1.3 < −1 − 0.2
        assert_eq!(factors(halves.patience(0).tol(0.2), &[-1.0, -1.3, -1.4]), [1.0, 1.0, 0.5]);
    }

    #[test]
    fn cooldown_and_floor() {
        let halves = Plateau::new().factor(0.5).patience(0);
        assert_eq!(factors(halves.cooldown(2), &[1.0; 6]), [1.0, 0.5, 0.5, 0.5, 0.25, 0.25]);
        assert_eq!(factors(halves.floor(0.4), &[1.0; 4]), [1.0, 0.5, 0.4, 0.4]);
    }

    #[test]
    fn nan_is_no_improvement() {
        let halves = Plateau::new().factor(0.5).patience(1);
        assert_eq!(factors(halves, &[f64::NAN, f64::NAN, 1.0, f64::INFINITY, 0.5]), [1.0, 0.5, 0.5, 0.5, 0.5]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(Plateau::new().validate(), Ok(()));
        for bad in [Plateau::new().factor(1.0), Plateau::new().tol(-1.0), Plateau::new().floor(f64::NAN)] {
            assert!(bad.validate().is_err(), "{bad:?}");
        }
        let mut state = Plateau::new().start();
        state.factor = f64::NAN;
        assert!(state.check().is_err());
    }
}
