//! Newton's steps for losses of `x·w + b`: a weighted least-squares problem each.
//!
//! ```text
//! g = loss'ᵢ, h = loss''ᵢ of the prediction of row i, each times the row's weight
//! (X̃'HX̃ + l2 I) d = −(X̃'g + l2 w)      X̃: columns about their means under the weights h
//! step of b = −Σ g / Σ h − x̄·d
//! ```

use crate::{
    dot::{centred_dot, take_off},
    normal_equations::NormalEquations,
};
use cairn_numeric::{Moments, blocks};
use cairn_traits::{Convergence, DMatrix, Float, Progress, Result, Stop};
use nalgebra::DMatrixView;
use pulp::Arch;
use std::ops::{ControlFlow, Range};

/// Coefficients, and the intercept.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) coefficients: Vec<f64>,
    pub(crate) intercept: f64,
}

/// `x w + b`, a number a row.
pub(crate) fn predictions<F: Float>(x: &DMatrix<F>, line: &Line) -> Vec<f64> {
    const STRETCH: usize = 2048;
    let n = x.nrows();
    let stretch = |rows: Range<usize>| {
        let mut sums = vec![line.intercept; rows.len()];
        Arch::new().dispatch(|| {
            for (j, &w) in line.coefficients.iter().enumerate().filter(|(_, w)| **w != 0.0) {
                take_off(&x.as_slice()[j * n..][rows.clone()], 0.0, -w, &mut sums);
            }
        });
        sums
    };
    blocks::map(n, STRETCH, stretch).concat()
}

/// `Σ (xᵢⱼ − meanⱼ) gᵢ` of each column.
pub(crate) fn pulls<F: Float>(x: &DMatrix<F>, means: &[f64], g: &[f64]) -> Vec<f64> {
    let (n, p) = x.shape();
    let columns = |columns: Range<usize>| {
        let pull = |j: usize| Arch::new().dispatch(|| centred_dot(&x.as_slice()[j * n..(j + 1) * n], means[j], g));
        columns.map(pull).collect::<Vec<_>>()
    };
    blocks::map(p, blocks::size_for(p, 64, 1), columns).concat()
}

/// A column of x that is made at each step: what the scale of the errors multiplies.
#[derive(Debug)]
pub(crate) struct Extra<'a> {
    pub(crate) column: &'a [f64],
    /// Derivative of the objective by its coefficient.
    pub(crate) gradient: f64,
}

/// The step of the line, and how fast the objective falls along it (and along that of the extra coefficient).
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) line: Line,
    pub(crate) slope: f64,
    /// The largest derivative by any coefficient.
    pub(crate) gradient: f64,
}

/// Equations of a worse condition are solved in their well-conditioned directions alone.
const WORST: f64 = 1e12;

/// Newton's step at `at`, from first and second derivatives a row.
pub(crate) fn step<F: Float>(
    x: &DMatrix<F>,
    (g, h): (&[f64], &[f64]),
    at: &Line,
    l2: f64,
    fit_intercept: bool,
    extra: Option<&Extra<'_>>,
) -> Result<Step> {
    let p = x.ncols();
    let column: Option<Vec<F>> = extra.map(|extra| extra.column.iter().map(|&z| F::of(z)).collect());
    let mut parts = vec![x.as_view()];
    parts.extend(column.as_ref().map(|column| DMatrixView::from_slice(column, x.nrows(), 1)));
    let moments = Moments::of_dense(&parts, Some(h))?;
    let all = moments.n_columns();
    let mut equations = NormalEquations::new(&moments, all, l2, fit_intercept);
    let means: Vec<f64> = equations.centres.x.iter().copied().collect();
    let total: f64 = g.iter().sum();
    let mut right = DMatrix::zeros(all, 1);
    let mut gradient = if fit_intercept { total.abs() } else { 0.0_f64 };
    let pulled = pulls(x, &means, g);
    for (j, pull) in pulled.iter().enumerate() {
        right[j] = -(pull + l2 * at.coefficients[j]);
        gradient = gradient.max((pull + means[j] * total + l2 * at.coefficients[j]).abs());
    }
    if let Some(extra) = extra {
        right[p] = -(extra.gradient - means[p] * total);
        gradient = gradient.max(extra.gradient.abs());
    }
    let solved = equations.solve_for(right.clone(), WORST)?;
    let slope = -right.dot(&solved);
    let weight = moments.weight();
    let shift = if fit_intercept && weight > 0.0 { -total / weight } else { 0.0 };
    let moved: f64 = means.iter().zip(&solved).map(|(mean, d)| mean * d).sum();
    Ok(Step {
        line: Line {
            coefficients: solved.iter().take(p).copied().collect(),
            intercept: if fit_intercept { shift - moved } else { 0.0 },
        },
        slope: slope + shift * total,
        gradient,
    })
}

/// When to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The largest derivative at the end.
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

/// A problem that Newton's steps descend.
pub(crate) trait Descends {
    /// The objective and Newton's step from here.
    fn look(&self) -> Result<(f64, Step)>;

    /// The objective a share of the step away, and the state there; nothing where it is not finite.
    fn moved(&self, step: &Step, share: f64) -> Option<(f64, Self)>
    where
        Self: Sized;

    /// Falls of the objective below this are rounding, whatever the objective.
    fn rounding(&self) -> f64 {
        0.0
    }

    /// The coefficients, for an observer.
    fn coefficients(&self) -> &[f64];
}

/// Descends until the gradient is small; each step is halved until the objective falls by its share. Where the objective
/// only rounds, a step is good if it halves the gradient.
pub(crate) fn descend<P: Descends>(
    mut at: P,
    limits: Limits,
    observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
) -> Result<(P, Convergence)> {
    /// A fall of less than this share of the objective is not seen in it reliably.
    const FLAT: f64 = 1e-10;
    let (mut objective, mut step) = at.look()?;
    let mut n_iter = 0;
    loop {
        let ended = |stop| Convergence { n_iter, objective, stop };
        if step.gradient <= limits.tol {
            return Ok((at, ended(Stop::Converged)));
        }
        if n_iter == limits.max_iter {
            return Ok((at, ended(Stop::MaxIter)));
        }
        let flat = step.slope.abs() <= FLAT * objective.abs() + at.rounding();
        let next = if flat { at.moved(&step, 1.0).map(|(_, next)| next) } else { searched(&at, objective, &step) };
        let Some(next) = next else {
            return Ok((at, ended(if flat { Stop::Converged } else { Stop::Diverged })));
        };
        let (next_objective, next_step) = next.look()?;
        if flat && next_step.gradient > 0.5 * step.gradient {
            return Ok((at, ended(Stop::Converged)));
        }
        (at, objective, step) = (next, next_objective, next_step);
        n_iter += 1;
        if observer(&Progress::new(n_iter, limits.max_iter, objective), at.coefficients()).is_break() {
            return Ok((at, Convergence { n_iter, objective, stop: Stop::Interrupted }));
        }
    }
}

/// The first of the halved steps along which the objective falls by its share.
fn searched<P: Descends>(at: &P, objective: f64, step: &Step) -> Option<P> {
    const HALVINGS: i32 = 40;
    (0..HALVINGS).map(|halvings| 0.5_f64.powi(halvings)).find_map(|share| {
        let (value, next) = at.moved(step, share)?;
        (value <= objective + 1e-4 * share * step.slope).then_some(next)
    })
}
