//! L-BFGS with an l1 penalty: orthant by orthant.
//!
//! The l1 penalty has a kink wherever a number is 0, and none within an orthant. So each iteration keeps to one orthant:
//! numbers that would change their sign stop at 0, and leave it only where the slope beats the penalty.

use crate::{
    lbfgs::{Flat, Lbfgs},
    memory::Memory,
    objective::{Minimum, Objective, Observer},
    vectors::max_norm,
};
use cairn_traits::{Convergence, Error, Hyperparameters, Progress, Result, Stop, check};

/// `f + Σ l1ⱼ |xⱼ|` at a point, with the steepest descent that the kinks allow.
#[derive(Debug)]
struct State {
    value: f64,
    gradient: Vec<f64>,
    pseudo: Vec<f64>,
}

impl State {
    fn at(objective: &mut impl Objective, l1: &[f64], at: &[f64]) -> Self {
        let mut gradient = vec![0.0; at.len()];
        let value = objective.value_gradient(at, &mut gradient) + penalty(l1, at);
        let pseudo = at.iter().zip(&gradient).zip(l1).map(|((&x, &g), &l1)| pseudo_gradient(x, g, l1)).collect();
        Self { value, gradient, pseudo }
    }
}

fn penalty(l1: &[f64], at: &[f64]) -> f64 {
    l1.iter().zip(at).map(|(l1, x)| l1 * x.abs()).sum()
}

/// The derivative where there is one; at a kink the one-sided derivative nearest to 0 that descends, or 0.
fn pseudo_gradient(x: f64, g: f64, l1: f64) -> f64 {
    if x > 0.0 || (x == 0.0 && g + l1 < 0.0) {
        g + l1
    } else if x < 0.0 || g - l1 > 0.0 {
        g - l1
    } else {
        0.0
    }
}

impl Lbfgs {
    /// Minimises `objective + Σ l1ⱼ |xⱼ|` from `at`; what the penalty holds down is exactly 0.
    ///
    /// ```text
    /// ends at  max |pseudo-gradient| ≤ tol max(1, |f|)
    /// ```
    ///
    /// A proximal Newton method takes fewer iterations where a Hessian can be had; this one asks for values and gradients
    /// alone, which is why it stands here.
    ///
    /// # Errors
    /// [`Error::Parameter`]; [`Error::Shape`] if there are not as many penalties as numbers; [`Error::Domain`] for a
    /// penalty below 0; [`Error::Diverged`] if the objective is not finite where it starts.
    ///
    /// # Examples
    /// ```
    /// use cairn_optim::{Lbfgs, unwatched};
    /// // (x − 3)² / 2 + (y − 1)² / 2 + 2 (|x| + |y|): each is pulled 2 towards 0
    /// let mut bowl = |at: &[f64], gradient: &mut [f64]| {
    ///     gradient.copy_from_slice(&[at[0] - 3.0, at[1] - 1.0]);
    ///     0.5 * (gradient[0] * gradient[0] + gradient[1] * gradient[1])
    /// };
    /// let mut at = [0.0, 5.0];
    /// Lbfgs::new().tol(1e-9).minimize_l1(&mut bowl, &[2.0, 2.0], &mut at, &mut unwatched)?;
    /// assert!((at[0] - 1.0).abs() < 1e-8);
    /// assert_eq!(at[1], 0.0); // exactly
    /// # Ok::<(), cairn_optim::Error>(())
    /// ```
    ///
    /// # References
    /// Andrew and Gao (2007), Scalable training of L1-regularized log-linear models.
    pub fn minimize_l1(
        &self,
        objective: &mut impl Objective,
        l1: &[f64],
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        self.validate()?;
        check::size("l1", "penalties", at.len(), l1.len())?;
        if let Some(row) = l1.iter().position(|l1| !(l1.is_finite() && *l1 >= 0.0)) {
            let requirement = "finite numbers of at least 0";
            return Err(Error::Domain { what: "l1", requirement, found: l1[row], row: Some(row) });
        }
        let mut state = State::at(objective, l1, at);
        let mut evaluations = 1;
        if !(state.value.is_finite() && max_norm(&state.gradient).is_finite()) {
            return Err(Error::Diverged { step: 1 });
        }
        let mut memory = Memory::new(self.memory, at.len());
        let mut direction = vec![0.0; at.len()];
        let mut flat = Flat::default();
        let mut n_iter = 0;
        let mut steepest = max_norm(&state.pseudo);
        let stop = loop {
            if steepest <= self.tol * state.value.abs().max(1.0) || flat.lasts() {
                break Stop::Converged;
            }
            if n_iter == self.max_iter {
                break Stop::MaxIter;
            }
            memory.descend(&state.pseudo, None, &mut direction);
            // only where it goes the way the slope does
            direction.iter_mut().zip(&state.pseudo).filter(|(d, g)| **d * **g >= 0.0).for_each(|(d, _)| *d = 0.0);
            let found = self.backtrack(objective, l1, at, &state, &direction, memory.is_empty(), &mut evaluations);
            let Some((point, next)) = found else {
                if memory.is_empty() {
                    break Stop::Converged;
                }
                memory.clear();
                continue;
            };
            memory.remember((at, &point), (&state.gradient, &next.gradient), None);
            at.copy_from_slice(&point);
            let before = (state.value, steepest);
            state = next;
            steepest = max_norm(&state.pseudo);
            flat.see(before, (state.value, steepest));
            n_iter += 1;
            if observer(&Progress::new(n_iter, self.max_iter, state.value), at).is_break() {
                break Stop::Interrupted;
            }
        };
        let convergence = Convergence { n_iter, objective: state.value, stop };
        Ok(Minimum { convergence, gradient: steepest, evaluations })
    }

    /// The first of ever shorter steps, held within the orthant, along which the objective falls by its share.
    #[expect(clippy::too_many_arguments, reason = "the state of one search, used once")]
    fn backtrack(
        &self,
        objective: &mut impl Objective,
        l1: &[f64],
        at: &[f64],
        state: &State,
        direction: &[f64],
        straight: bool,
        evaluations: &mut usize,
    ) -> Option<(Vec<f64>, State)> {
        const HALVINGS: i32 = 50;
        let length = state.pseudo.iter().map(|g| g * g).sum::<f64>().sqrt();
        let first = if straight { (1.0 / length).min(1.0) } else { 1.0 };
        let rounding = 4.0 * f64::EPSILON * state.value.abs();
        for halvings in 0..HALVINGS {
            let step = first * 0.5_f64.powi(halvings);
            let point: Vec<f64> = (0..at.len())
                .map(|j| {
                    let orthant = if at[j] == 0.0 { -state.pseudo[j] } else { at[j] };
                    let to = at[j] + step * direction[j];
                    if l1[j] > 0.0 && to * orthant <= 0.0 { 0.0 } else { to }
                })
                .collect();
            let promised: f64 = state.pseudo.iter().zip(point.iter().zip(at)).map(|(g, (to, x))| g * (to - x)).sum();
            if promised >= 0.0 {
                return None;
            }
            let next = State::at(objective, l1, &point);
            *evaluations += 1;
            let falls = next.value <= state.value + 1e-4 * promised;
            // where values round, the slopes decide
            let flat = -promised <= rounding && max_norm(&next.pseudo) < max_norm(&state.pseudo);
            if (falls || flat) && next.value.is_finite() && max_norm(&next.gradient).is_finite() {
                return Some((point, next));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, Lbfgs, Stop, unwatched};

    /// `½ Σ cⱼ (xⱼ − tⱼ)²` with l1 of 1 each: xⱼ = sign(t) max(|t| − 1/c, 0).
    #[test]
    fn separable_bowls_shrink_by_hand() {
        let (c, t) = ([1.0, 100.0, 0.01, 4.0], [3.0, -2.0, 50.0, 0.0]);
        let mut bowls = |at: &[f64], gradient: &mut [f64]| {
            (0..4).for_each(|j| gradient[j] = c[j] * (at[j] - t[j]));
            (0..4).map(|j| 0.5 * c[j] * (at[j] - t[j]) * (at[j] - t[j])).sum()
        };
        let mut at = [0.5, 0.5, 0.5, 0.5];
        let minimum = Lbfgs::new().tol(1e-10).minimize_l1(&mut bowls, &[1.0; 4], &mut at, &mut unwatched).unwrap();
        assert_eq!(minimum.convergence.stop, Stop::Converged);
        // 3 − 1; −2 + 1/100; 50 − 100 is beyond 0; 0
        for (found, expected) in at.iter().zip([2.0, -1.99, 0.0, 0.0]) {
            assert!((found - expected).abs() < 1e-9, "{at:?}");
        }
        assert!(at[2] == 0.0 && at[3] == 0.0, "exactly");
    }

    #[test]
    fn numbers_without_a_penalty_may_change_their_sign() {
        let mut bowl = |at: &[f64], gradient: &mut [f64]| {
            gradient[0] = at[0] + 2.0;
            0.5 * gradient[0] * gradient[0]
        };
        let mut at = [7.0];
        Lbfgs::new().tol(1e-12).minimize_l1(&mut bowl, &[0.0], &mut at, &mut unwatched).unwrap();
        assert!((at[0] + 2.0).abs() < 1e-11);
    }

    #[test]
    fn penalties_must_be_numbers_of_at_least_0_and_one_each() {
        let mut zero = |_: &[f64], gradient: &mut [f64]| {
            gradient.fill(0.0);
            0.0
        };
        let mut run = |l1: &[f64]| Lbfgs::new().minimize_l1(&mut zero, l1, &mut [1.0, 2.0], &mut unwatched);
        assert!(matches!(run(&[1.0]), Err(Error::Shape { what: "l1", .. })));
        assert!(matches!(run(&[1.0, -1.0]), Err(Error::Domain { what: "l1", row: Some(1), .. })));
    }
}
