//! Newton's equations of the mean log-loss, solved outright.

use crate::{
    input::Input,
    objective::{LogLoss, Target},
};
use cairn_decomp::Cholesky;
use cairn_optim::{HessianProduct, NewtonObjective, Objective, Slopes};
use cairn_traits::{DMatrix, Error, Result};

/// The Hessian has as many rows and columns as there are numbers to find; beyond this many it is not made.
const MOST_PARAMETERS: usize = 4096;

/// Where columns are constant or depend on each other, the Hessian gets this share of its mean diagonal.
const RIDGE: f64 = 1e-10;

/// The second derivatives of one score, in coordinates of columns about their means: `b' = b + mean·w`. There the intercept
/// has nothing to do with the coefficients.
#[derive(Debug)]
pub(crate) struct Block {
    /// By coefficients, n_features x n_features.
    pub(crate) matrix: DMatrix<f64>,
    /// By the intercept.
    pub(crate) of_intercept: f64,
    /// Empty without an intercept.
    means: Vec<f64>,
}

impl Block {
    /// Of a score, at the point where `objective` was last evaluated.
    pub(crate) fn new<X: Input>(objective: &LogLoss<'_, X>, score: usize) -> Result<Self> {
        let moments = objective.x.moments(&objective.curvatures(score))?;
        let p = objective.x.n_columns();
        let mut matrix = moments.scatter().clone();
        if !objective.fit_intercept {
            matrix += moments.mean() * moments.mean().transpose() * moments.weight();
        }
        (0..p).for_each(|j| matrix[(j, j)] += objective.l2);
        matrix /= objective.total;
        with_ridge(&mut matrix);
        let means = if objective.fit_intercept { moments.mean().iter().copied().collect() } else { Vec::new() };
        let of_intercept = (moments.weight() / objective.total).max(f64::MIN_POSITIVE);
        Ok(Self { matrix, of_intercept, means })
    }

    /// Slopes by the coefficients, in these coordinates, from slopes by coefficients and intercept.
    pub(crate) fn slopes_in(&self, slopes: &mut [f64], of_intercept: f64) {
        slopes.iter_mut().zip(&self.means).for_each(|(g, mean)| *g -= of_intercept * mean);
    }

    /// The step of the intercept itself, from steps in these coordinates.
    pub(crate) fn step_out(&self, coefficients: &[f64], intercept: f64) -> f64 {
        intercept - coefficients.iter().zip(&self.means).map(|(w, mean)| w * mean).sum::<f64>()
    }
}

fn with_ridge(matrix: &mut DMatrix<f64>) {
    let n = matrix.nrows();
    let ridge = RIDGE * matrix.trace() / n.max(1) as f64;
    (0..n).for_each(|j| matrix[(j, j)] += if ridge > 0.0 { ridge } else { 1.0 });
}

/// The log-loss with its latest gradient.
#[derive(Debug)]
pub(crate) struct Solved<'a, X> {
    objective: LogLoss<'a, X>,
    gradient: Vec<f64>,
}

impl<'a, X: Input> Solved<'a, X> {
    pub(crate) fn new(objective: LogLoss<'a, X>) -> Result<Self> {
        let n = objective.n_parameters();
        if n > MOST_PARAMETERS {
            let requirement = "another than newton_cholesky for more than 4096 coefficients and intercepts";
            return Err(Error::Parameter { name: "solver", requirement, found: n as f64 });
        }
        Ok(Self { objective: objective.curved(), gradient: vec![0.0; n] })
    }

    fn step_of_two_classes(&self, step: &mut [f64]) -> Result<()> {
        let block = Block::new(&self.objective, 0)?;
        let p = self.objective.n_coefficients();
        let (slopes, intercept) = self.gradient.split_at(p);
        let mut right = DMatrix::from_column_slice(p, 1, slopes);
        block.slopes_in(right.as_mut_slice(), intercept.first().copied().unwrap_or_default());
        let solved = Cholesky::new(&block.matrix)?.solve(&-right)?;
        step[..p].copy_from_slice(solved.as_slice());
        if let ([.., b], [slope]) = (step, intercept) {
            *b = block.step_out(solved.as_slice(), -slope / block.of_intercept);
        }
        Ok(())
    }

    /// The Hessian by its products with unit vectors, a pass over x each.
    fn step_of_many_classes(&mut self, at: &[f64], step: &mut [f64]) -> Result<()> {
        let n = self.objective.n_parameters();
        let mut matrix = DMatrix::zeros(n, n);
        let mut unit = vec![0.0; n];
        for (j, mut column) in matrix.column_iter_mut().enumerate() {
            unit[j] = 1.0;
            self.objective.hessian_product(at, &unit, column.as_mut_slice());
            unit[j] = 0.0;
        }
        with_ridge(&mut matrix);
        let right = DMatrix::from_iterator(n, 1, self.gradient.iter().map(|g| -g));
        step.copy_from_slice(Cholesky::new(&matrix)?.solve(&right)?.as_slice());
        Ok(())
    }
}

impl<X: Input> NewtonObjective for Solved<'_, X> {
    fn value(&mut self, at: &[f64]) -> f64 {
        self.objective.value_gradient(at, &mut self.gradient)
    }

    fn newton_step(&mut self, at: &[f64], step: &mut [f64]) -> Result<Slopes> {
        match self.objective.target {
            Target::Two(_) => self.step_of_two_classes(step)?,
            Target::Many(_) => self.step_of_many_classes(at, step)?,
        }
        let along = step.iter().zip(&self.gradient).map(|(d, g)| d * g).sum();
        Ok(Slopes { along, gradient: self.gradient.iter().fold(0.0_f64, |most, g| most.max(g.abs())) })
    }
}
