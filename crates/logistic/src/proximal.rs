//! Proximal Newton: the l1 penalty kept as it is, the log-loss replaced by a parabola for each score, step after step.
//!
//! ```text
//! d = argmin  g·d + d'Hd / 2 + l1 |w + d|₁               coordinate by coordinate; H: each score by itself
//! w ← w + a d                                            a: 1, 1/2, 1/4, ... until the objective falls by its share
//! ```

use crate::{input::Input, newton::Block, objective::LogLoss};
use cairn_optim::{Minimum, Objective};
use cairn_traits::{Convergence, Error, Progress, Result, Stop};
use std::ops::ControlFlow;

/// When to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

/// The log-loss and the penalty at a point.
struct State {
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl State {
    fn new<X: Input>(objective: &mut LogLoss<'_, X>, l1: f64, at: Vec<f64>) -> Self {
        let mut gradient = vec![0.0; at.len()];
        let loss = objective.value_gradient(&at, &mut gradient);
        let value = loss + l1 * at.iter().take(objective.n_coefficients()).map(|w| w.abs()).sum::<f64>();
        Self { at, value, gradient }
    }

    /// The largest slope downwards that the kinks allow.
    fn steepest(&self, l1: f64, n_coefficients: usize) -> f64 {
        let slopes = self.at.iter().zip(&self.gradient).enumerate();
        slopes.map(|(j, (&w, &g))| if j < n_coefficients { slope(l1, w, g) } else { g.abs() }).fold(0.0, f64::max)
    }
}

/// Minimises `objective + l1 Σ |coefficients|` from `at`.
pub(crate) fn minimize<X: Input>(
    objective: LogLoss<'_, X>,
    l1: f64,
    at: &mut [f64],
    limits: Limits,
    observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
) -> Result<Minimum> {
    let mut objective = objective.curved();
    let n_coefficients = objective.n_coefficients();
    let mut state = State::new(&mut objective, l1, at.to_vec());
    if !state.value.is_finite() {
        return Err(Error::Diverged { step: 1 });
    }
    let (mut n_iter, mut evaluations) = (0, 1);
    let stop = loop {
        if state.steepest(l1, n_coefficients) <= limits.tol {
            break Stop::Converged;
        }
        if n_iter == limits.max_iter {
            break Stop::MaxIter;
        }
        let step = direction(&objective, l1, &state, limits.tol)?;
        let Some(next) = searched(&mut objective, l1, &state, &step, &mut evaluations) else {
            // the fall that is left is below the objective's rounding
            break Stop::Converged;
        };
        state = next;
        n_iter += 1;
        if observer(&Progress::new(n_iter, limits.max_iter, state.value), &state.at).is_break() {
            break Stop::Interrupted;
        }
    };
    at.copy_from_slice(&state.at);
    let convergence = Convergence { n_iter, objective: state.value, stop };
    Ok(Minimum { convergence, gradient: state.steepest(l1, n_coefficients), evaluations })
}

/// The least slope that the kink allows: of `g w + l1 |w|`.
fn slope(l1: f64, w: f64, g: f64) -> f64 {
    if w == 0.0 { (g.abs() - l1).max(0.0) } else { (g + l1 * w.signum()).abs() }
}

/// The minimum of the parabolas and the penalty.
fn direction<X: Input>(objective: &LogLoss<'_, X>, l1: f64, state: &State, tol: f64) -> Result<Vec<f64>> {
    /// The parabolas are solved for as much more exactly than the objective is at present.
    const SHARE: f64 = 0.1;
    let p = objective.x.n_columns();
    let n_coefficients = objective.n_coefficients();
    let enough = (SHARE * state.steepest(l1, n_coefficients)).max(0.1 * tol);
    let mut step = vec![0.0; state.at.len()];
    let (coefficients, intercepts) = step.split_at_mut(n_coefficients);
    for (score, step) in coefficients.chunks_mut(p).enumerate() {
        let block = Block::new(objective, score)?;
        let of_score = score * p..(score + 1) * p;
        let of_intercept = state.gradient.get(n_coefficients + score).copied().unwrap_or_default();
        let mut slopes = state.gradient[of_score.clone()].to_vec();
        block.slopes_in(&mut slopes, of_intercept);
        descend(&block, l1, &state.at[of_score], &mut slopes, enough, step);
        if let Some(b) = intercepts.get_mut(score) {
            *b = block.step_out(step, -of_intercept / block.of_intercept);
        }
    }
    Ok(step)
}

/// Coordinate by coordinate, until none is steeper than `enough`.
fn descend(block: &Block, l1: f64, at: &[f64], slopes: &mut [f64], enough: f64, step: &mut [f64]) {
    const SWEEPS: usize = 100;
    let mut all = true;
    for _ in 0..SWEEPS {
        let mut most = 0.0_f64;
        for j in 0..at.len() {
            let from = at[j] + step[j];
            if !all && from == 0.0 {
                continue;
            }
            most = most.max(slope(l1, from, slopes[j]));
            let bend = block.matrix[(j, j)];
            let to = shrunk(from - slopes[j] / bend, l1 / bend);
            if to != from {
                let column = block.matrix.column(j);
                slopes.iter_mut().zip(column.iter()).for_each(|(slope, h)| *slope += h * (to - from));
                step[j] = to - at[j];
            }
        }
        // those that are not 0 until they rest, then all once more
        if most <= enough && all {
            return;
        }
        all = most <= enough;
    }
}

fn shrunk(x: f64, by: f64) -> f64 {
    if x > by {
        x - by
    } else if x < -by {
        x + by
    } else {
        0.0
    }
}

/// The first of the halved steps along which the objective falls by its share.
fn searched<X: Input>(
    objective: &mut LogLoss<'_, X>,
    l1: f64,
    state: &State,
    step: &[f64],
    evaluations: &mut usize,
) -> Option<State> {
    const HALVINGS: i32 = 30;
    let along: f64 = state.gradient.iter().zip(step).map(|(g, d)| g * d).sum();
    let kinks = state.at.iter().zip(step).take(objective.n_coefficients()).map(|(w, d)| (w + d).abs() - w.abs());
    let promised = along + l1 * kinks.sum::<f64>();
    if promised >= 0.0 {
        return None;
    }
    let rounding = 4.0 * f64::EPSILON * state.value.abs();
    (0..HALVINGS).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
        *evaluations += 1;
        // a step to 0 is −at, so what the penalty holds there is exactly 0
        let next = state.at.iter().zip(step).map(|(w, d)| w + share * d).collect();
        let next = State::new(objective, l1, next);
        let falls = next.value <= state.value + 1e-4 * share * promised;
        let flat = share == 1.0 && -promised <= rounding && next.value < state.value + rounding;
        (falls || flat).then_some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_at_kinks_and_beside_them() {
        assert_eq!(slope(1.0, 0.0, 0.5), 0.0);
        assert_eq!(slope(1.0, 0.0, -3.0), 2.0);
        assert_eq!(slope(1.0, 2.0, -3.0), 2.0);
        assert_eq!(slope(1.0, -2.0, -3.0), 4.0);
        assert_eq!((shrunk(3.0, 1.0), shrunk(-3.0, 1.0), shrunk(0.5, 1.0)), (2.0, -2.0, 0.0));
    }
}
