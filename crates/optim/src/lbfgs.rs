//! Limited-memory BFGS.

use crate::{
    line_search::{Buffers, Line},
    memory::Memory,
    objective::{Minimum, Objective, Observer, Preconditioner},
    vectors::{dot, max_norm},
};
use cairn_traits::{Convergence, Error, Hyperparameters, Progress, Result, Stop, check};
use serde::{Deserialize, Serialize};

/// L-BFGS: a quasi-Newton method that remembers its last few steps instead of a Hessian.
///
/// ```text
/// d = −H g            H: the inverse Hessian as the last `memory` steps s and changes of the gradient y show it
/// x ← x + a d         a: from a line search for the Wolfe conditions
/// ends at  max |g| ≤ tol max(1, |f|)
/// ```
///
/// The choice for smooth functions of many numbers, as long as they are not on wildly different scales. Where no step
/// lowers the objective by more than its rounding, the point is the minimum to the precision of the objective, and that is
/// reported as converged; [`Minimum::gradient`] says how steep it still is.
///
/// # Errors
/// [`Error::Parameter`]; [`Error::Diverged`] if the objective is not finite where it starts. Whatever it meets later, the
/// last good point is kept: numbers that are not finite never get out.
///
/// # Complexity
/// 4 `memory` p multiplications an iteration beside the evaluations, of which one is usual.
///
/// # Determinism
/// Additions stand in one order, by lengths alone.
///
/// # Examples
/// Rosenbrock's banana-shaped valley, whose minimum is at (1, 1):
/// ```
/// use cairn_optim::{Lbfgs, Stop, unwatched};
/// let mut banana = |x: &[f64], gradient: &mut [f64]| {
///     let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
///     gradient.copy_from_slice(&[-2.0 * a - 400.0 * x[0] * b, 200.0 * b]);
///     a * a + 100.0 * b * b
/// };
/// let mut x = [-1.2, 1.0];
/// let minimum = Lbfgs::new().tol(1e-8).minimize(&mut banana, &mut x, &mut unwatched)?;
/// assert_eq!(minimum.convergence.stop, Stop::Converged);
/// assert!((x[0] - 1.0).abs() < 1e-6 && (x[1] - 1.0).abs() < 1e-6);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Nocedal (1980), Updating quasi-Newton matrices with limited storage, Mathematics of Computation 35. Liu and Nocedal
/// (1989), Mathematical Programming 45. Hager and Zhang (2005), SIAM Journal on Optimization 16, for the search near the
/// minimum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lbfgs {
    pub(crate) memory: usize,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

impl Lbfgs {
    /// Ten steps remembered, `tol` 1e-5, up to 1,000 iterations.
    pub fn new() -> Self {
        Self { memory: 10, tol: 1e-5, max_iter: 1000 }
    }

    /// How many steps are remembered, at least 1.
    #[must_use]
    pub fn memory(mut self, memory: usize) -> Self {
        self.memory = memory;
        self
    }

    /// The largest derivative at the end, relative to the objective where that is above 1; at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Iterations at most.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// Minimises `objective` from `at`, and leaves there the lowest point it came to.
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Diverged`].
    pub fn minimize(
        &self,
        objective: &mut impl Objective,
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        self.descend(objective, None, at, observer)
    }

    /// The same with something known of the Hessian, which the remembered steps then only mend.
    ///
    /// ```text
    /// first d = −B⁻¹ g
    /// ```
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Diverged`].
    ///
    /// # Examples
    /// ```
    /// use cairn_optim::{Lbfgs, unwatched};
    /// // x² + 10⁶ y²
    /// let mut valley = |at: &[f64], gradient: &mut [f64]| {
    ///     gradient.copy_from_slice(&[2.0 * at[0], 2e6 * at[1]]);
    ///     at[0] * at[0] + 1e6 * at[1] * at[1]
    /// };
    /// let mut inverse = |v: &mut [f64]| { v[0] /= 2.0; v[1] /= 2e6; };
    /// let mut at = [3.0, 5.0];
    /// let minimum = Lbfgs::new().minimize_preconditioned(&mut valley, &mut inverse, &mut at, &mut unwatched)?;
    /// assert_eq!((at, minimum.evaluations), ([0.0, 0.0], 2));
    /// # Ok::<(), cairn_optim::Error>(())
    /// ```
    pub fn minimize_preconditioned(
        &self,
        objective: &mut impl Objective,
        preconditioner: &mut Preconditioner<'_>,
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        self.descend(objective, Some(preconditioner), at, observer)
    }

    fn descend(
        &self,
        objective: &mut impl Objective,
        mut preconditioner: Option<&mut Preconditioner<'_>>,
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        self.validate()?;
        let n = at.len();
        let mut gradient = vec![0.0; n];
        let mut value = objective.value_gradient(at, &mut gradient);
        let mut evaluations = 1;
        let mut steepest = max_norm(&gradient);
        if !(value.is_finite() && steepest.is_finite()) {
            return Err(Error::Diverged { step: 1 });
        }
        let (mut point, mut next_gradient) = (vec![0.0; n], vec![0.0; n]);
        let mut direction = vec![0.0; n];
        let mut memory = Memory::new(self.memory, n);
        let mut flat = Flat::default();
        let mut n_iter = 0;
        let stop = loop {
            if steepest <= self.tol * value.abs().max(1.0) || flat.lasts() {
                break Stop::Converged;
            }
            if n_iter == self.max_iter {
                break Stop::MaxIter;
            }
            let slope = memory.descend(&gradient, preconditioner.as_deref_mut(), &mut direction);
            let first = if memory.is_empty() && preconditioner.is_none() {
                (1.0 / dot(&gradient, &gradient).sqrt()).min(1.0)
            } else {
                1.0
            };
            let line = Line { from: at, value, direction: &direction, slope };
            let buffers = Buffers { point: &mut point, gradient: &mut next_gradient };
            let found = line.search(objective, first, 0.9, buffers, &mut evaluations);
            let Some(found) = found else {
                if memory.is_empty() {
                    // not even straight down: the minimum, to the precision of the objective
                    break Stop::Converged;
                }
                memory.clear();
                continue;
            };
            memory.remember((at, &point), (&gradient, &next_gradient), preconditioner.as_deref_mut());
            let before = (value, steepest);
            at.copy_from_slice(&point);
            std::mem::swap(&mut gradient, &mut next_gradient);
            (value, steepest) = (found.value, max_norm(&gradient));
            flat.see(before, (value, steepest));
            n_iter += 1;
            if observer(&Progress::new(n_iter, self.max_iter, value), at).is_break() {
                break Stop::Interrupted;
            }
        };
        Ok(Minimum { convergence: Convergence { n_iter, objective: value, stop }, gradient: steepest, evaluations })
    }
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for Lbfgs {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("memory", 1.0, self.memory as f64, "a number of at least 1")?;
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")
    }
}

/// Counts iterations in which neither the objective nor its gradient came below all before by more than rounding.
#[derive(Debug, Default)]
pub(crate) struct Flat {
    /// The lowest objective and the lowest gradient.
    lowest: Option<(f64, f64)>,
    iterations: usize,
}

impl Flat {
    /// Takes in (value, gradient) before and after a step.
    pub(crate) fn see(&mut self, before: (f64, f64), (value, gradient): (f64, f64)) {
        let (lowest, least) = self.lowest.unwrap_or(before);
        let falls = lowest - value > 4.0 * f64::EPSILON * lowest.abs();
        self.iterations = if falls || gradient < 0.9 * least { 0 } else { self.iterations + 1 };
        self.lowest = Some((lowest.min(value), least.min(gradient)));
    }

    pub(crate) fn lasts(&self) -> bool {
        self.iterations >= 30
    }
}
