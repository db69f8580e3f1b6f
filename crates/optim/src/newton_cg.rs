//! Newton's method with the equations solved by conjugate gradients, only as exactly as is worth it.

use crate::{
    lbfgs::Flat,
    line_search::{Buffers, Line},
    objective::{HessianProduct, Minimum, Objective, Observer, Preconditioner},
    vectors::{add_scaled, dot, max_norm},
};
use cairn_traits::{Convergence, Error, Hyperparameters, Progress, Result, Stop, check};
use serde::{Deserialize, Serialize};

/// Truncated Newton: `H d = −g` by conjugate gradients, which ask for products with the Hessian, never for the Hessian.
///
/// ```text
/// H d = −g   up to  |H d + g| ≤ min(1/2, √|g|) |g|
/// x ← x + a d
/// ends at  max |g| ≤ tol max(1, |f|)
/// ```
///
/// The choice where scales differ or the minimum is wanted to many digits: few evaluations, near the minimum each step
/// doubles the digits. Where the function bends down, the direction found so far is taken.
///
/// # Errors
/// [`Error::Parameter`]; [`Error::Diverged`] if the objective is not finite where it starts. Later the last good point is
/// kept.
///
/// # Examples
/// ```
/// use cairn_optim::{HessianProduct, NewtonCg, Objective, unwatched};
/// /// ½ (x² + 1000 y²) − x − 1000 y: minimum at (1, 1), which Newton finds in one step.
/// struct Bowl;
/// impl Objective for Bowl {
///     fn value_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient.copy_from_slice(&[x[0] - 1.0, 1000.0 * (x[1] - 1.0)]);
///         0.5 * (x[0] * x[0] + 1000.0 * x[1] * x[1]) - x[0] - 1000.0 * x[1]
///     }
/// }
/// impl HessianProduct for Bowl {
///     fn hessian_product(&mut self, _: &[f64], v: &[f64], out: &mut [f64]) {
///         out.copy_from_slice(&[v[0], 1000.0 * v[1]]);
///     }
/// }
/// let mut x = [0.0, 0.0];
/// let minimum = NewtonCg::new().tol(1e-9).minimize(&mut Bowl, &mut x, &mut unwatched)?;
/// assert!((x[0] - 1.0).abs() < 1e-9 && (x[1] - 1.0).abs() < 1e-9);
/// assert!(minimum.convergence.n_iter <= 3);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Dembo and Steihaug (1983), Truncated-Newton algorithms for large-scale unconstrained optimization, Mathematical
/// Programming 26. Nocedal and Wright (2006), Numerical Optimization, chapter 7.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewtonCg {
    tol: f64,
    max_iter: usize,
    max_inner: usize,
}

impl NewtonCg {
    /// `tol` 1e-5, up to 100 steps of up to 200 products each.
    pub fn new() -> Self {
        Self { tol: 1e-5, max_iter: 100, max_inner: 200 }
    }

    /// The largest derivative at the end, relative to the objective where that is above 1; at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Newton's steps at most.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }

    /// Products with the Hessian a step at most, at least 1.
    #[must_use]
    pub fn max_inner(mut self, max_inner: usize) -> Self {
        self.max_inner = max_inner;
        self
    }

    /// Minimises `objective` from `at`, and leaves there the lowest point it came to.
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Diverged`].
    pub fn minimize(
        &self,
        objective: &mut impl HessianProduct,
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        self.minimize_preconditioned(objective, &mut |_| (), at, observer)
    }

    /// The same with something known of the Hessian: conjugate gradients then take fewer products.
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Diverged`].
    pub fn minimize_preconditioned(
        &self,
        objective: &mut impl HessianProduct,
        preconditioner: &mut Preconditioner<'_>,
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
        let mut flat = Flat::default();
        let mut n_iter = 0;
        let stop = loop {
            if steepest <= self.tol * value.abs().max(1.0) || flat.lasts() {
                break Stop::Converged;
            }
            if n_iter == self.max_iter {
                break Stop::MaxIter;
            }
            let direction = self.solve(objective, preconditioner, at, &gradient);
            let slope = dot(&direction, &gradient);
            let line = Line { from: at, value, direction: &direction, slope };
            let buffers = Buffers { point: &mut point, gradient: &mut next_gradient };
            let Some(found) = line.search(objective, 1.0, 0.9, buffers, &mut evaluations) else {
                break Stop::Converged;
            };
            at.copy_from_slice(&point);
            std::mem::swap(&mut gradient, &mut next_gradient);
            let before = (value, steepest);
            (value, steepest) = (found.value, max_norm(&gradient));
            flat.see(before, (value, steepest));
            n_iter += 1;
            if observer(&Progress::new(n_iter, self.max_iter, value), at).is_break() {
                break Stop::Interrupted;
            }
        };
        Ok(Minimum { convergence: Convergence { n_iter, objective: value, stop }, gradient: steepest, evaluations })
    }

    /// A direction of descent: `H d ≈ −g`.
    fn solve(
        &self,
        objective: &mut impl HessianProduct,
        preconditioner: &mut Preconditioner<'_>,
        at: &[f64],
        gradient: &[f64],
    ) -> Vec<f64> {
        let mut direction = vec![0.0; gradient.len()];
        let mut residual: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut solved = residual.clone();
        preconditioner(&mut solved);
        let mut along = solved.clone();
        let mut product = vec![0.0; gradient.len()];
        let mut square = dot(&residual, &solved);
        let length = dot(&residual, &residual).sqrt();
        let enough = length.sqrt().min(0.5) * length;
        for inner in 0..self.max_inner {
            objective.hessian_product(at, &along, &mut product);
            let bend = dot(&along, &product);
            let flat = f64::EPSILON * f64::MIN_POSITIVE.sqrt() * dot(&along, &along);
            if bend.is_nan() || bend <= flat {
                if inner == 0 {
                    direction = along;
                }
                break;
            }
            let step = square / bend;
            add_scaled(&mut direction, step, &along);
            add_scaled(&mut residual, -step, &product);
            let left = dot(&residual, &residual).sqrt();
            if !left.is_finite() || left <= enough {
                break;
            }
            solved.copy_from_slice(&residual);
            preconditioner(&mut solved);
            let next = dot(&residual, &solved);
            let keep = next / square;
            along.iter_mut().zip(&solved).for_each(|(a, s)| *a = s + keep * *a);
            square = next;
        }
        let slope = dot(&direction, gradient);
        if slope < 0.0 && slope.is_finite() { direction } else { gradient.iter().map(|g| -g).collect() }
    }
}

impl Default for NewtonCg {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for NewtonCg {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        check::parameter_at_least("max_inner", 1.0, self.max_inner as f64, "a number of at least 1")
    }
}

/// A Hessian from differences of gradients, for objectives that have none of their own: one more evaluation a product.
///
/// ```text
/// H v ≈ (g(x + h v) − g(x − h v)) / 2h,   h = ∛ε (1 + |x|) / |v|
/// ```
#[derive(Debug)]
pub struct Differences<T>(pub T);

impl<T: Objective> Objective for Differences<T> {
    fn value_gradient(&mut self, at: &[f64], gradient: &mut [f64]) -> f64 {
        self.0.value_gradient(at, gradient)
    }
}

impl<T: Objective> HessianProduct for Differences<T> {
    fn hessian_product(&mut self, at: &[f64], v: &[f64], out: &mut [f64]) {
        let length = dot(v, v).sqrt();
        if length == 0.0 {
            return out.fill(0.0);
        }
        let h = f64::EPSILON.cbrt() * (1.0 + max_norm(at)) / length;
        let mut ahead = at.to_vec();
        add_scaled(&mut ahead, h, v);
        self.0.value_gradient(&ahead, out);
        let mut behind = at.to_vec();
        add_scaled(&mut behind, -h, v);
        let mut other = vec![0.0; at.len()];
        self.0.value_gradient(&behind, &mut other);
        out.iter_mut().zip(other).for_each(|(out, other)| *out = (*out - other) / (2.0 * h));
    }
}
