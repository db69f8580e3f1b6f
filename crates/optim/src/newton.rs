//! Newton's method where the equations of a step can be solved outright.

use crate::{
    objective::{Minimum, Observer},
    vectors::moved,
};
use cairn_traits::{Convergence, Error, Hyperparameters, Progress, Result, Stop, check};
use serde::{Deserialize, Serialize};

/// An objective that solves Newton's equations `H d = −g` itself, by whatever factorisation suits its Hessian.
///
/// [`Newton`] calls [`NewtonObjective::newton_step`] only at the point of the latest [`NewtonObjective::value`], so an
/// objective over rows may keep what both need (its linear predictors) between the two.
pub trait NewtonObjective {
    /// The objective at `at`; NaN or an infinity outside its domain, from where a search steps back.
    fn value(&mut self, at: &[f64]) -> f64;

    /// Newton's step from `at`, which is as long as `step`, into `step`; `step` holds anything before.
    ///
    /// The Hessian may be any positive definite matrix like it: Fisher's, or one with a ridge.
    ///
    /// # Errors
    /// Equations without a solution, [`Error::Singular`].
    fn newton_step(&mut self, at: &[f64], step: &mut [f64]) -> Result<Slopes>;

    /// Falls of the objective below this are rounding, however small the objective is; 0 unless said otherwise.
    fn rounding(&self) -> f64 {
        0.0
    }
}

/// How steep an objective is where a step begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slopes {
    /// `g·d`, the derivative along the step: below 0.
    pub along: f64,
    /// `max |g|`, the largest absolute derivative by any number.
    pub gradient: f64,
}

/// Newton's method with a backtracking line search.
///
/// ```text
/// x ← x + a d,   H d = −g              a: 1, 1/2, 1/4, ... until  f(x + a d) ≤ f(x) + 10⁻⁴ a g·d
/// ends at  max |g| ≤ tol
/// ```
///
/// The choice for a few hundred numbers whose Hessian can be had: five to ten steps are usual, and near the minimum each
/// doubles the digits. For many numbers [`crate::NewtonCg`] does without the matrix.
///
/// Where the objective is flat to its last digits, a whole step is taken as long as it halves the gradient; where that
/// ends, the point is the minimum to the precision of the objective, and that is reported as converged.
///
/// # Errors
/// [`Error::Parameter`]; [`Error::Diverged`] if the objective is not finite where it starts; those of
/// [`NewtonObjective::newton_step`]. Where no share of a step leads down, the last point is kept and [`Stop::Diverged`]
/// says so.
///
/// # Determinism
/// As deterministic as the objective.
///
/// # Examples
/// What `ln 2` is, from `eˣ − 2x`, whose slope there is 0:
/// ```
/// use cairn_optim::{Newton, NewtonObjective, Result, Slopes, unwatched};
/// struct Curve;
/// impl NewtonObjective for Curve {
///     fn value(&mut self, at: &[f64]) -> f64 {
///         at[0].exp() - 2.0 * at[0]
///     }
///     fn newton_step(&mut self, at: &[f64], step: &mut [f64]) -> Result<Slopes> {
///         let (g, h) = (at[0].exp() - 2.0, at[0].exp());
///         step[0] = -g / h;
///         Ok(Slopes { along: g * step[0], gradient: g.abs() })
///     }
/// }
/// let mut x = [5.0];
/// let minimum = Newton::new().tol(1e-12).minimize(&mut Curve, &mut x, &mut unwatched)?;
/// assert!((x[0] - 2.0_f64.ln()).abs() < 1e-12);
/// assert!(minimum.convergence.n_iter < 10);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Nocedal and Wright (2006), Numerical Optimization, algorithm 3.2. Armijo (1966), Pacific Journal of Mathematics 16.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Newton {
    tol: f64,
    max_iter: usize,
}

impl Newton {
    /// `tol` 1e-6, up to 100 steps.
    pub fn new() -> Self {
        Self { tol: 1e-6, max_iter: 100 }
    }

    /// The largest derivative at the end, at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Steps at most.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// Minimises `objective` from `at`, and leaves there the point it came to.
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Diverged`], those of the objective.
    pub fn minimize(
        &self,
        objective: &mut impl NewtonObjective,
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        /// A fall of less than this share of the objective is not seen in it reliably.
        const FLAT: f64 = 1e-10;
        self.validate()?;
        let mut value = objective.value(at);
        if !value.is_finite() {
            return Err(Error::Diverged { step: 1 });
        }
        let (mut step, mut next, mut next_step) = (vec![0.0; at.len()], vec![0.0; at.len()], vec![0.0; at.len()]);
        let mut slopes = objective.newton_step(at, &mut step)?;
        let (mut n_iter, mut evaluations) = (0, 1);
        let stop = loop {
            if slopes.gradient <= self.tol {
                break Stop::Converged;
            }
            if n_iter == self.max_iter {
                break Stop::MaxIter;
            }
            let flat = slopes.along.abs() <= FLAT * value.abs() + objective.rounding();
            let mut try_share = |share: f64| {
                evaluations += 1;
                moved(&mut next, at, share, &step);
                objective.value(&next)
            };
            let found = if flat {
                Some(try_share(1.0)).filter(|value| value.is_finite())
            } else {
                backtrack(&mut try_share, value, slopes.along)
            };
            let Some(next_value) = found else {
                break if flat { Stop::Converged } else { Stop::Diverged };
            };
            let next_slopes = objective.newton_step(&next, &mut next_step)?;
            if flat && (next_slopes.gradient.is_nan() || next_slopes.gradient > 0.5 * slopes.gradient) {
                break Stop::Converged;
            }
            at.copy_from_slice(&next);
            std::mem::swap(&mut step, &mut next_step);
            (value, slopes) = (next_value, next_slopes);
            n_iter += 1;
            if observer(&Progress::new(n_iter, self.max_iter, value), at).is_break() {
                break Stop::Interrupted;
            }
        };
        let convergence = Convergence { n_iter, objective: value, stop };
        Ok(Minimum { convergence, gradient: slopes.gradient, evaluations })
    }
}

/// The value after the first of the halved steps along which the objective falls by its share.
fn backtrack(along: &mut impl FnMut(f64) -> f64, value: f64, slope: f64) -> Option<f64> {
    const HALVINGS: i32 = 40;
    (0..HALVINGS).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
        let found = along(share);
        (found <= value + 1e-4 * share * slope).then_some(found)
    })
}

impl Default for Newton {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for Newton {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unwatched;
    use std::ops::ControlFlow;

    /// Σ cosh(xᵢ − i): far out a whole step is 1 long, near the minimum it is exact to third order.
    struct Bowls;

    impl NewtonObjective for Bowls {
        fn value(&mut self, at: &[f64]) -> f64 {
            at.iter().enumerate().map(|(i, x)| (x - i as f64).cosh()).sum()
        }

        fn newton_step(&mut self, at: &[f64], step: &mut [f64]) -> Result<Slopes> {
            let mut slopes = Slopes { along: 0.0, gradient: 0.0 };
            for (i, (x, d)) in at.iter().zip(step).enumerate() {
                let g = (x - i as f64).sinh();
                *d = -(x - i as f64).tanh();
                slopes.along += g * *d;
                slopes.gradient = slopes.gradient.max(g.abs());
            }
            Ok(slopes)
        }
    }

    /// √(1 + x²), whose whole step overshoots from beyond 1: x ← −x³.
    struct Overshoots;

    impl NewtonObjective for Overshoots {
        fn value(&mut self, at: &[f64]) -> f64 {
            (1.0 + at[0] * at[0]).sqrt()
        }

        fn newton_step(&mut self, at: &[f64], step: &mut [f64]) -> Result<Slopes> {
            let g = at[0] / (1.0 + at[0] * at[0]).sqrt();
            step[0] = -at[0] - at[0].powi(3);
            Ok(Slopes { along: g * step[0], gradient: g.abs() })
        }
    }

    #[test]
    fn each_number_finds_its_own_bottom() {
        let mut at = [3.0, -2.0, 2.0];
        let minimum = Newton::new().tol(1e-10).minimize(&mut Bowls, &mut at, &mut unwatched).unwrap();
        assert!(at.iter().enumerate().all(|(i, x)| (x - i as f64).abs() < 1e-10), "{at:?}");
        assert_eq!(minimum.convergence.stop, Stop::Converged);
        assert_eq!(minimum.convergence.objective, 3.0); // three times cosh 0
    }

    #[test]
    fn a_step_too_long_is_halved() {
        let mut at = [5.0];
        let minimum = Newton::new().tol(1e-12).minimize(&mut Overshoots, &mut at, &mut unwatched).unwrap();
        assert!(at[0].abs() < 1e-12, "{at:?}");
        assert!(minimum.evaluations > minimum.convergence.n_iter + 1);
    }

    #[test]
    fn no_tolerance_ends_where_digits_end() {
        let mut at = [0.3, 1.4];
        let minimum = Newton::new().tol(0.0).minimize(&mut Bowls, &mut at, &mut unwatched).unwrap();
        assert_eq!(minimum.convergence.stop, Stop::Converged);
        assert!(minimum.gradient < 1e-15, "{minimum:?}");
    }

    #[test]
    fn the_observer_sees_falls_and_ends_it() {
        let (mut seen, mut at) = (Vec::new(), [3.0]);
        let minimum = Newton::new().minimize(&mut Bowls, &mut at, &mut |progress, at| {
            seen.push((progress.loss, at[0]));
            if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let convergence = minimum.unwrap().convergence;
        assert_eq!((convergence.n_iter, convergence.stop), (2, Stop::Interrupted));
        assert!(seen[1].0 < seen[0].0 && seen[1].1 == at[0]);
    }

    #[test]
    fn what_cannot_begin_is_refused() {
        let found = Newton::new().minimize(&mut Bowls, &mut [f64::NAN], &mut unwatched);
        assert_eq!(found, Err(Error::Diverged { step: 1 }));
        let found = Newton::new().tol(-1.0).minimize(&mut Bowls, &mut [0.0], &mut unwatched);
        assert!(matches!(found, Err(Error::Parameter { name: "tol", .. })));
        let stays = Newton::new().max_iter(0).minimize(&mut Bowls, &mut [4.0], &mut unwatched).unwrap();
        assert_eq!(stays.convergence.stop, Stop::MaxIter);
    }
}
