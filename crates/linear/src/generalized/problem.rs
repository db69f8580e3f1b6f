//! Half the mean deviance of a line, for Newton's method and for Newton's method by conjugate gradients.

use super::{family::Family, params::TweedieRegressor};
use crate::newton::{predictions, pulls, step};
use cairn_numeric::Moments;
use cairn_optim::{HessianProduct, NewtonCg, NewtonObjective, Objective, Observer, Slopes};
use cairn_traits::{Convergence, DMatrix, Float, Result};

/// Rows, targets and what is asked of them; lines are coefficients, then the intercept.
#[derive(Debug)]
pub(super) struct Problem<'a, F: Float> {
    x: &'a DMatrix<F>,
    y: Vec<f64>,
    /// Sum to 1.
    weights: Vec<f64>,
    family: Family,
    alpha: f64,
    fit_intercept: bool,
    /// The linear predictors of the latest line.
    eta: Vec<f64>,
}

impl<'a, F: Float> Problem<'a, F> {
    pub(super) fn new(
        x: &'a DMatrix<F>,
        y: Vec<f64>,
        weights: Vec<f64>,
        family: Family,
        alpha: f64,
        fit_intercept: bool,
    ) -> Self {
        Self { x, y, weights, family, alpha, fit_intercept, eta: Vec::new() }
    }

    fn look(&mut self, line: &[f64]) -> f64 {
        self.eta = predictions(self.x, line);
        let rows = self.y.iter().zip(&self.eta).zip(&self.weights);
        let loss = |((&y, &eta), &w): ((&f64, &f64), &f64)| if w > 0.0 { w * self.family.loss(y, eta) } else { 0.0 };
        rows.map(loss).sum::<f64>() + 0.5 * self.alpha * line[..self.x.ncols()].iter().map(|w| w * w).sum::<f64>()
    }

    /// First and second derivatives by the predictor, times the weight, a row.
    fn derivatives(&self) -> (Vec<f64>, Vec<f64>) {
        let rows = self.y.iter().zip(&self.eta).zip(&self.weights);
        rows.map(|((&y, &eta), &w)| {
            let (first, second) = if w > 0.0 { self.family.derivatives(y, eta) } else { (0.0, 0.0) };
            (w * first, w * second)
        })
        .unzip()
    }
}

impl<F: Float> NewtonObjective for Problem<'_, F> {
    fn value(&mut self, line: &[f64]) -> f64 {
        self.look(line)
    }

    fn newton_step(&mut self, line: &[f64], found: &mut [f64]) -> Result<Slopes> {
        let (g, h) = self.derivatives();
        step(self.x, (&g, &h), (line, found), self.alpha, self.fit_intercept, None)
    }
}

/// The same for many columns, in coordinates that conjugate gradients like better: columns about their means, so that the
/// last number is the predictor of the mean row.
#[derive(Debug)]
pub(super) struct Wide<'a, F: Float> {
    problem: Problem<'a, F>,
    means: Vec<f64>,
    /// The point that is looked at, and the second derivatives there.
    at: Vec<f64>,
    h: Vec<f64>,
}

impl<'a, F: Float> Wide<'a, F> {
    pub(super) fn new(problem: Problem<'a, F>) -> Result<Self> {
        let p = problem.x.ncols();
        let mean = |j: usize| Ok(Moments::of_dense(&[problem.x.columns(j, 1)], Some(&problem.weights))?.mean()[0]);
        let means = if problem.fit_intercept { (0..p).map(mean).collect::<Result<_>>()? } else { vec![0.0; p] };
        Ok(Self { problem, means, at: Vec::new(), h: Vec::new() })
    }

    /// Minimises from `line` and leaves there the line it came to.
    pub(super) fn descend(
        mut self,
        params: &TweedieRegressor,
        line: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Convergence> {
        self.shift(line, 1.0);
        // the minimiser's tolerance is relative to objectives above 1, and the objective only falls
        let most = self.problem.look(&self.uncentred(line)).max(1.0);
        let newton = NewtonCg::new().tol(params.tol / most).max_iter(params.max_iter);
        let minimum = newton.minimize(&mut self, line, observer)?;
        self.shift(line, -1.0);
        Ok(minimum.convergence)
    }

    /// The predictor of the mean row instead of the intercept (1), or back (−1).
    fn shift(&self, line: &mut [f64], sign: f64) {
        let moved: f64 = self.means.iter().zip(&*line).map(|(mean, w)| mean * w).sum();
        if let Some(last) = line.last_mut() {
            *last += sign * moved;
        }
    }

    fn uncentred(&self, line: &[f64]) -> Vec<f64> {
        let mut line = line.to_vec();
        self.shift(&mut line, -1.0);
        line
    }

    /// `X̃'g`, and the sum of g if there is an intercept.
    fn pulled(&self, g: &[f64], line: &[f64], out: &mut [f64]) {
        let p = self.means.len();
        let pulls = pulls(self.problem.x, &self.means, g);
        out.iter_mut().zip(pulls.iter().zip(line)).for_each(|(out, (pull, w))| *out = pull + self.problem.alpha * w);
        out[p] = if self.problem.fit_intercept { g.iter().sum() } else { 0.0 };
    }
}

impl<F: Float> Objective for Wide<'_, F> {
    fn value_gradient(&mut self, line: &[f64], gradient: &mut [f64]) -> f64 {
        let value = self.problem.look(&self.uncentred(line));
        let (g, h) = self.problem.derivatives();
        (self.at, self.h) = (line.to_vec(), h);
        self.pulled(&g, line, gradient);
        value
    }
}

impl<F: Float> HessianProduct for Wide<'_, F> {
    fn hessian_product(&mut self, line: &[f64], v: &[f64], out: &mut [f64]) {
        if self.at != line {
            self.problem.look(&self.uncentred(line));
            (self.at, self.h) = (line.to_vec(), self.problem.derivatives().1);
        }
        let mut along = predictions(self.problem.x, &self.uncentred(v));
        along.iter_mut().zip(&self.h).for_each(|(along, h)| *along *= h);
        self.pulled(&along, v, out);
    }
}
