//! An l1 penalty leaves few columns of many: the problem is solved on those that matter, then all are asked who is missing.
//!
//! 1. One pass over all columns: a column is missing if its slope beats the penalty.
//! 2. The columns in use and the steepest of the missing, about as many, make a small problem, which is solved.
//! 3. Again, until nobody is missing.

use crate::{input::Input, objective::LogLoss};
use cairn_optim::{Minimum, Objective};
use cairn_traits::{Convergence, Result, Stop};

/// A first set has this many columns.
const FIRST: usize = 64;

/// A small problem is solved to this share of the steepest of the missing: the next set will change it anyway.
const SHARE: f64 = 0.1;

/// Minimises `objective + Σ l1ⱼ |atⱼ|` from `at` by `solve`, which does it for some of the columns and is told how many
/// iterations were done before and how exactly.
pub(crate) fn minimize<X: Input>(
    objective: &mut LogLoss<'_, X>,
    l1: f64,
    at: &mut [f64],
    (tol, max_iter): (f64, usize),
    mut solve: impl FnMut(LogLoss<'_, X>, &mut [f64], (usize, f64)) -> Result<Minimum>,
) -> Result<Minimum> {
    let (p, k) = (objective.x.n_columns(), objective.n_scores);
    let mut gradient = vec![0.0; at.len()];
    let (mut n_iter, mut evaluations) = (0, 0);
    let mut solved_to = f64::INFINITY;
    let mut rests = false;
    loop {
        let loss = objective.value_gradient(at, &mut gradient);
        evaluations += 1;
        let missing = |j: usize| (0..k).map(|score| gradient[score * p + j].abs() - l1).fold(0.0, f64::max);
        let used: Vec<bool> = (0..p).map(|j| (0..k).any(|score| at[score * p + j] != 0.0)).collect();
        let mut candidates: Vec<(usize, f64)> =
            (0..p).filter(|&j| !used[j]).map(|j| (j, missing(j))).filter(|(_, by)| *by > tol).collect();
        if candidates.is_empty() && solved_to <= tol {
            let penalty: f64 = at[..p * k].iter().map(|w| l1 * w.abs()).sum();
            let convergence = Convergence { n_iter, objective: loss + penalty, stop: Stop::Converged };
            return Ok(Minimum { convergence, gradient: 0.0, evaluations });
        }
        candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let n_used = used.iter().filter(|used| **used).count();
        let mut columns: Vec<usize> = (0..p).filter(|&j| used[j]).collect();
        columns.extend(candidates.iter().take(n_used.max(FIRST)).map(|(j, _)| *j));
        if columns.is_empty() {
            columns.push(0);
        }
        columns.sort_unstable();
        // nobody missing, or nothing moved by the last problem: to the last digits
        let worst = candidates.first().map_or(0.0, |(_, by)| *by);
        solved_to = if rests { tol } else { (SHARE * worst).max(tol) };
        let minimum = solved(objective, &columns, at, (n_iter, solved_to), &mut solve)?;
        rests = minimum.convergence.n_iter == n_iter;
        n_iter = minimum.convergence.n_iter;
        evaluations += minimum.evaluations;
        let ended = rests && solved_to <= tol;
        if ended || minimum.convergence.stop != Stop::Converged || n_iter >= max_iter {
            return Ok(Minimum { evaluations, ..minimum });
        }
    }
}

/// The problem of some columns, the others' coefficients being 0.
fn solved<X: Input>(
    objective: &LogLoss<'_, X>,
    columns: &[usize],
    at: &mut [f64],
    how: (usize, f64),
    solve: &mut impl FnMut(LogLoss<'_, X>, &mut [f64], (usize, f64)) -> Result<Minimum>,
) -> Result<Minimum> {
    let (p, k) = (objective.x.n_columns(), objective.n_scores);
    let x = objective.x.take_columns(columns);
    let places = (0..k).flat_map(|score| columns.iter().map(move |j| score * p + j)).chain(p * k..at.len());
    let mut some: Vec<f64> = places.clone().map(|place| at[place]).collect();
    let minimum = solve(objective.of_columns(&x), &mut some, how)?;
    places.zip(some).for_each(|(place, value)| at[place] = value);
    Ok(minimum)
}
