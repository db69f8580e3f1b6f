//! Newton's method on coefficients and intercept, the scale being the best for them at any time.
//!
//! Of an inlier σ + r²/σ has the second derivatives of a square: `2/σ (x, 1, z)(x, 1, z)'` with `z = r/σ`. So a step is a
//! least-squares problem of the inliers with z as one more column; outliers only pull.

use super::{
    model::{HuberFit, HuberModel},
    params::HuberRegressor,
};
use crate::{
    coordinate_descent::{about_mean, normalised},
    elastic_net::unwatched,
    model::LinearModel,
    newton::{Extra, predictions, step},
};
use cairn_optim::{Newton, NewtonObjective, Slopes};
use cairn_traits::{
    DMatrix, DVector, Fit, FitObserved, FitWeighted, Float, Hyperparameters, Outputs, Progress, Result, Stop, check,
};
use std::ops::ControlFlow;

#[derive(Debug)]
struct Problem<'a, F: Float> {
    x: &'a DMatrix<F>,
    y: Vec<f64>,
    weights: Vec<f64>,
    epsilon: f64,
    l2: f64,
    fit_intercept: bool,
    /// The scale is at least this.
    least_scale: f64,
    /// What of y is rounding.
    rounding: f64,
    /// Of the latest line, and the best scale for them.
    residuals: Vec<f64>,
    scale: f64,
}

/// The scale is kept from 0 by a floor, this share of the spread of y at first: where the line goes through half of the
/// rows the objective has edges, which are approached one rounding after another.
const FIRST_FLOOR: f64 = 0.1;

/// How much lower the next floor is.
const LOWER: f64 = 0.1;

impl<F: Float> Problem<'_, F> {
    /// Where the objective is least for these residuals: with the k smallest of them inside,
    ///
    /// ```text
    /// σ² = Σ_inside w r² / (Σ w − epsilon² Σ_outside w)
    /// ```
    fn best_scale(&self, residuals: &[f64]) -> f64 {
        let mut sizes: Vec<(f64, f64)> = residuals.iter().map(|r| r.abs()).zip(self.weights.iter().copied()).collect();
        sizes.retain(|(_, w)| *w > 0.0);
        sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut inside: f64 = sizes.iter().map(|(r, w)| w * r * r).sum();
        let mut share: f64 = sizes.iter().map(|(_, w)| w).sum();
        for &(r, w) in sizes.iter().rev() {
            let scale = (inside / share).max(0.0).sqrt();
            if r <= self.epsilon * scale {
                return scale.max(self.least_scale);
            }
            inside -= w * r * r;
            share -= self.epsilon * self.epsilon * w;
        }
        self.least_scale
    }
}

impl<F: Float> NewtonObjective for Problem<'_, F> {
    fn value(&mut self, line: &[f64]) -> f64 {
        let predicted = predictions(self.x, line);
        self.residuals = self.y.iter().zip(&predicted).map(|(y, line)| y - line).collect();
        self.scale = self.best_scale(&self.residuals);
        let Self { weights, epsilon, l2, residuals, scale, .. } = self;
        let losses: f64 = residuals
            .iter()
            .zip(weights)
            .map(|(r, w)| {
                let z = r.abs() / *scale;
                let h = if z <= *epsilon { z * z } else { 2.0 * *epsilon * z - *epsilon * *epsilon };
                *w * *scale * (1.0 + h)
            })
            .sum();
        losses + *l2 * line.iter().take(self.x.ncols()).map(|w| w * w).sum::<f64>()
    }

    fn newton_step(&mut self, line: &[f64], found: &mut [f64]) -> Result<Slopes> {
        let Self { x, weights, epsilon, l2, fit_intercept, residuals, scale, .. } = self;
        let n = residuals.len();
        let (mut g, mut h, mut z) = (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
        let mut of_scale = 0.0;
        for (r, &mut w) in residuals.iter().zip(weights) {
            let in_scales = r / *scale;
            let inside = in_scales.abs() <= *epsilon;
            let clipped = in_scales.clamp(-*epsilon, *epsilon);
            g.push(-2.0 * w * clipped);
            h.push(if inside { 2.0 * w / *scale } else { 0.0 });
            z.push(if inside { in_scales } else { 0.0 });
            of_scale += w * (1.0 - clipped * clipped);
        }
        let extra = Extra { column: &z, gradient: of_scale };
        step(x, (&g, &h), (line, found), 2.0 * *l2, *fit_intercept, Some(&extra))
    }

    fn rounding(&self) -> f64 {
        self.rounding * self.weights.iter().sum::<f64>()
    }
}

impl HuberRegressor {
    fn fit_rows<F: Float>(
        &self,
        x: &DMatrix<F>,
        y: &DVector<F>,
        weights: Option<&[f64]>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<HuberModel<F>> {
        self.validate()?;
        check::training(x)?;
        check::targets(y.as_columns(), x.nrows())?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let weights = weights.map_or_else(|| vec![1.0; x.nrows()], <[f64]>::to_vec);
        let start = about_mean(y.as_slice(), Some(&normalised(&weights)), self.fit_intercept);
        let y: Vec<f64> = y.iter().map(|y| y.to_f64()).collect();
        let most = y.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
        let rounding = 10.0 * f64::EPSILON * most.max(f64::MIN_POSITIVE);
        let spread = start.energy.sqrt().max(rounding);
        let mut problem = Problem {
            x,
            y,
            weights,
            epsilon: self.epsilon,
            l2: self.l2,
            fit_intercept: self.fit_intercept,
            least_scale: FIRST_FLOOR * spread,
            rounding,
            residuals: Vec::new(),
            scale: 0.0,
        };
        let mut line = vec![0.0; x.ncols() + 1];
        line[x.ncols()] = start.mean;
        let mut steps = 0;
        let convergence = loop {
            let mut counted = |progress: &Progress, line: &[f64]| {
                observer(&Progress::new(steps + progress.step, self.max_iter, progress.loss), &line[..x.ncols()])
            };
            let newton = Newton::new().tol(self.tol).max_iter(self.max_iter - steps);
            let mut convergence = newton.minimize(&mut problem, &mut line, &mut counted)?.convergence;
            steps += convergence.n_iter;
            convergence.n_iter = steps;
            // the search may have looked beyond the point it ended at
            problem.value(&line);
            let inside = problem.scale > problem.least_scale;
            let over = matches!(convergence.stop, Stop::Interrupted | Stop::MaxIter) || steps >= self.max_iter;
            if inside || over || problem.least_scale <= rounding {
                break convergence;
            }
            problem.least_scale = (problem.least_scale * LOWER).max(rounding);
        };
        LinearModel::new(
            &DMatrix::from_column_slice(x.ncols(), 1, &line[..x.ncols()]),
            &DVector::from_element(1, line[x.ncols()]),
            HuberFit { scale: problem.scale, epsilon: self.epsilon, convergence },
        )
    }
}

impl<F: Float> Fit<DMatrix<F>, DVector<F>> for HuberRegressor {
    type Model = HuberModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<Self::Model> {
        self.fit_rows(x, y, None, &mut unwatched)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>, DVector<F>> for HuberRegressor {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &DVector<F>, weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), &mut unwatched)
    }
}

impl<F: Float> FitObserved<DMatrix<F>, DVector<F>> for HuberRegressor {
    /// The coefficients after each step.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        y: &DVector<F>,
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, y, None, observer)
    }
}

#[cfg(test)]
mod tests {
    use crate::{DMatrix, DVector, Error, Fit, FitWeighted, HuberRegressor, LinearRegression, Predict, Stop, rows};

    fn data() -> (DMatrix<f64>, DVector<f64>) {
        let x = DMatrix::from_fn(90, 3, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin());
        let slip = |i: usize| if i.is_multiple_of(9) { 40.0 } else { 0.0 };
        let y = DVector::from_fn(90, |i, _| 2.0 + x[(i, 0)] - 3.0 * x[(i, 2)] + ((i * 7) as f64).cos() + slip(i));
        (x, y)
    }

    #[test]
    fn with_a_huge_epsilon_it_is_least_squares() {
        let (x, y) = data();
        let robust = HuberRegressor::new().epsilon(1e6).l2(0.0).tol(1e-12).fit(&x, &y).unwrap();
        let least = LinearRegression::new().fit(&x, &y).unwrap();
        assert!((robust.coefficients() - least.coefficients()).amax() < 1e-10);
        // and the scale is the root of the mean square: d/dσ (n σ + |r|²/σ) = 0
        let residuals = least.predict(&x).unwrap() - &y;
        assert!((robust.scale() / (residuals.norm() / 90.0_f64.sqrt()) - 1.0).abs() < 1e-10);
    }

    #[test]
    fn the_gradient_is_zero_at_the_end() {
        let (x, y) = data();
        let weights: Vec<f64> = (0..90).map(|i| (i % 4) as f64).collect();
        let model = HuberRegressor::new().l2(0.2).tol(1e-10).fit_weighted(&x, &y, &weights).unwrap();
        let z = (&y - model.predict(&x).unwrap()) / model.scale();
        let clipped = DVector::from_fn(90, |i, _| weights[i] * z[i].clamp(-1.35, 1.35));
        assert!(clipped.sum().abs() < 1e-9);
        assert!((x.tr_mul(&clipped) - model.coefficients() * 0.2).amax() < 1e-9);
        let of_scale: f64 = (0..90).map(|i| weights[i] * (1.0 - z[i].clamp(-1.35, 1.35).powi(2))).sum();
        assert!(of_scale.abs() < 1e-9);
        assert_eq!(model.convergence().stop, Stop::Converged);
        assert!((model.coefficients()[2] + 3.0).abs() < 0.5 && model.outliers(&x, &y).unwrap()[9]);
    }

    #[test]
    fn weights_are_repetitions() {
        let (x, y) = data();
        let weights: Vec<f64> = (0..90).map(|i| (i % 4) as f64).collect();
        let repeated: Vec<usize> = (0..90).flat_map(|i| std::iter::repeat_n(i, i % 4)).collect();
        let huber = HuberRegressor::new().l2(0.2).tol(1e-10);
        let a = huber.fit_weighted(&x, &y, &weights).unwrap();
        let b = huber.fit(&x.select_rows(&repeated), &y.select_rows(&repeated)).unwrap();
        assert!((a.coefficients() - b.coefficients()).amax() < 1e-9 && (a.scale() / b.scale() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn targets_in_other_units_have_the_same_outliers() {
        let (x, y) = data();
        let huber = HuberRegressor::new().l2(0.0).tol(1e-10);
        let (one, other) = (huber.fit(&x, &y).unwrap(), huber.fit(&x, &y.map(|y| 5.0 - 100.0 * y)).unwrap());
        assert!((other.coefficients() + one.coefficients() * 100.0).amax() < 1e-7);
        assert!((other.scale() / one.scale() - 100.0).abs() < 1e-8);
    }

    #[test]
    fn a_perfect_line_has_no_scale() {
        let x = rows(&[[0.0], [1.0], [2.0], [3.0]]);
        let model = HuberRegressor::new().l2(0.0).fit(&x, &DVector::from_vec(vec![1.0, 3.0, 5.0, 7.0])).unwrap();
        assert!((model.coefficients()[0] - 2.0_f64).abs() < 1e-6 && model.scale() < 1e-4, "{model:?}");
        let flat = HuberRegressor::new().fit(&x, &DVector::from_element(4, 0.1)).unwrap();
        let (slope, intercept): (f64, f64) = (flat.coefficients()[0], flat.intercept());
        assert!(slope.abs() < 1e-12 && (intercept - 0.1).abs() < 1e-12);
    }

    #[test]
    fn bad_input_is_refused() {
        let (x, y) = (rows(&[[0.0], [1.0]]), DVector::from_vec(vec![1.0, 3.0]));
        let found = HuberRegressor::new().epsilon(0.5).fit(&x, &y);
        assert!(matches!(found, Err(Error::Parameter { name: "epsilon", found: 0.5, .. })));
    }
}
