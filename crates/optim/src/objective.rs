//! What is minimised, and how its minimum is told.

use cairn_traits::{Convergence, Progress};
use std::ops::ControlFlow;

/// A function of many numbers with a gradient.
///
/// Value and gradient are asked for together, because for sums over rows they share one pass over the data. Any closure
/// `FnMut(&[f64], &mut [f64]) -> f64` is one.
///
/// Outside its domain a function answers NaN or an infinity: searches step back from there.
///
/// ```
/// use cairn_optim::Objective;
/// // (x - 3)², slope 2 (x - 3)
/// let mut bowl = |at: &[f64], gradient: &mut [f64]| {
///     gradient[0] = 2.0 * (at[0] - 3.0);
///     (at[0] - 3.0).powi(2)
/// };
/// let mut gradient = [0.0];
/// assert_eq!(bowl.value_gradient(&[5.0], &mut gradient), 4.0);
/// assert_eq!(gradient, [4.0]);
/// ```
pub trait Objective {
    /// The value at `at`; its gradient goes into `gradient`, which is as long as `at` and holds anything before.
    fn value_gradient(&mut self, at: &[f64], gradient: &mut [f64]) -> f64;
}

impl<T: FnMut(&[f64], &mut [f64]) -> f64> Objective for T {
    fn value_gradient(&mut self, at: &[f64], gradient: &mut [f64]) -> f64 {
        self(at, gradient)
    }
}

/// An objective that can multiply its Hessian with a vector, which costs about as much as a gradient.
pub trait HessianProduct: Objective {
    /// `out ← H(at) v`. `at` is the point of the latest [`Objective::value_gradient`] unless a search has moved on since,
    /// so an objective may keep what both need; `out` holds anything before.
    fn hessian_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]);
}

/// How a minimisation ended. The numbers it ended at are those it was given to start from, overwritten.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minimum {
    /// Iterations, the objective, and why it ended.
    pub convergence: Convergence,
    /// The largest absolute derivative at the end (with an l1 penalty: of the steepest descent that is allowed).
    pub gradient: f64,
    /// How often the objective was evaluated.
    pub evaluations: usize,
}

/// What is shown each iteration: progress and the numbers so far; `Break` ends the minimisation there.
pub type Observer<'a> = dyn FnMut(&Progress, &[f64]) -> ControlFlow<()> + 'a;

/// What a minimiser knows of the Hessian beforehand: `v ← B⁻¹ v`, for a symmetric positive definite B that is near it.
///
/// ```text
/// B = H     at a quadratic function: the minimum is one step away
/// B = diagonal of H      columns on different scales become alike
/// ```
pub type Preconditioner<'a> = dyn FnMut(&mut [f64]) + 'a;

/// Nobody watches.
///
/// ```
/// use cairn_optim::{Lbfgs, unwatched};
/// let mut at = [5.0];
/// let mut square = |at: &[f64], gradient: &mut [f64]| { gradient[0] = 2.0 * at[0]; at[0] * at[0] };
/// Lbfgs::new().minimize(&mut square, &mut at, &mut unwatched)?;
/// assert!(at[0].abs() < 1e-5);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
pub fn unwatched(_: &Progress, _: &[f64]) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
