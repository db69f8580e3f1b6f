//! 1. The fit, as without inference.
//! 2. `(X̃'WX̃)⁻¹` of the columns about their means: from the Cholesky factor of the products where they are well
//!    conditioned, else from the singular values of the rows, the directions that the fit left out left out.
//! 3. Sums of squares, and what follows from them.

use super::summary::{Inference, Spread, Term};
use crate::{
    LinearRegression,
    normal_equations::Centres,
    solution::{Problem, Solution},
};
use cairn_decomp::{Cholesky, thin_svd};
use cairn_numeric::{gram, matmul, tr};
use cairn_traits::{DMatrix, DVector, Float, Hyperparameters, Result, check};

impl LinearRegression {
    /// What the data says about the coefficients: standard errors, tests, intervals, and how well the line fits.
    ///
    /// ```text
    /// yᵢ = xᵢ·w + b + errors, independent, of mean 0 and of variance σ²
    /// σ² = |r|² / (n − rank)      covariance of (b, w) = σ² (X'X)⁻¹
    /// ```
    ///
    /// The numbers are those of statsmodels' OLS. Where columns are collinear or constant, `rank` is less than the number
    /// of columns and the coefficients are the solution of least norm: predictions, σ, R² and F do not depend on that
    /// choice, single coefficients do, and so do their standard errors.
    ///
    /// # Errors
    /// Those of a fit; [`cairn_traits::Error::TooFewSamples`] if no row is left to estimate σ from.
    ///
    /// # Complexity
    /// About twice that of the fit.
    ///
    /// # Examples
    /// ```
    /// use cairn_linear::{DVector, LinearRegression, rows};
    /// let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
    /// let y = DVector::from_vec(vec![1.0, 3.0, 2.0, 4.0]);
    /// let inference = LinearRegression::new().infer(&x, &y)?;
    /// // slope 4/5, |r|² = 1.8, σ² = 1.8/2, its error sqrt(0.9/5)
    /// let slope = &inference.coefficients()[0];
    /// assert!((slope.estimate - 0.8).abs() < 1e-14);
    /// assert!((slope.standard_error - 0.18_f64.sqrt()).abs() < 1e-14);
    /// assert!((inference.r_squared() - 0.64).abs() < 1e-14); // 1 − 1.8/5
    /// println!("{inference}");
    /// # Ok::<(), cairn_linear::Error>(())
    /// ```
    ///
    /// # References
    /// Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, section 3.2.
    pub fn infer<F: Float>(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<Inference> {
        self.infer_rows(x, y, None)
    }

    /// [`LinearRegression::infer`] where the error of a row has the variance σ² / weight, as in statsmodels' WLS: a row of
    /// weight 4 is a mean of four measurements, and still one row.
    ///
    /// Rows of weight 0 are absent.
    ///
    /// # Errors
    /// Those of [`LinearRegression::infer`], and of weights.
    pub fn infer_weighted<F: Float>(&self, x: &DMatrix<F>, y: &DVector<F>, weights: &[f64]) -> Result<Inference> {
        self.infer_rows(x, y, Some(weights))
    }

    fn infer_rows<F: Float>(&self, x: &DMatrix<F>, y: &DVector<F>, weights: Option<&[f64]>) -> Result<Inference> {
        self.validate()?;
        let problem = Problem::checked(x, y, weights, 0.0, self.fit_intercept)?;
        let solution = problem.solve()?;
        let centres = problem.centres()?;
        let n = weights.map_or(x.nrows(), |weights| weights.iter().filter(|&&w| w > 0.0).count());
        let estimated = solution.rank + usize::from(self.fit_intercept);
        check::at_least("x", estimated + 1, n)?;
        let (rows, targets, root) = problem.scaled_rows(&centres);
        let inverse = inverse_products(&rows, solution.rank)?;
        let kept = DMatrix::from_fn(rows.ncols(), 1, |a, _| solution.coefficients[centres.active[a]]);
        let residuals = &targets - matmul(&rows, &kept)?;
        let residual_square = residuals.norm_squared();
        let variance = residual_square / (n - estimated) as f64;
        let spread = Spread {
            n_samples: n,
            rank: solution.rank,
            estimated,
            residual_square,
            total_square: targets.norm_squared(),
            log_weights: root.iter().filter(|root| **root > 0.0).map(|root| 2.0 * root.ln()).sum(),
        };
        let covariance =
            covariance(&inverse, &centres, root.iter().map(|r| r * r).sum(), self.fit_intercept) * variance;
        Ok(Inference::new(
            terms(&solution, &covariance, self.fit_intercept, n - estimated)?,
            covariance,
            spread,
            self.fit_intercept,
        ))
    }
}

/// `(X'X)⁻¹`, of the `rank` largest directions.
fn inverse_products(x: &DMatrix<f64>, rank: usize) -> Result<DMatrix<f64>> {
    /// Up to here half the digits of the products are more than enough.
    const WORST: f64 = 1e8;
    let p = x.ncols();
    if p == 0 || rank == 0 {
        return Ok(DMatrix::zeros(p, p));
    }
    // on one scale columns of very different size do not hide each other
    let full = rank == p;
    let scale = DVector::from_iterator(p, x.column_iter().map(|column| if full { column.norm() } else { 1.0 }));
    let mut x = x.clone();
    x.column_iter_mut().zip(&scale).for_each(|(mut column, &scale)| column /= scale);
    let of_products = Cholesky::new(&gram(x.as_view())).ok().filter(|_| full && x.nrows() > p);
    let mut inverse = match of_products.filter(|factor| factor.condition_estimate() <= WORST) {
        Some(factor) => factor.solve(&DMatrix::identity(p, p))?,
        None => {
            let svd = thin_svd(&x)?;
            let kept = svd.v.columns(0, rank.min(svd.v.ncols()));
            let mut scaled = kept.into_owned();
            scaled.column_iter_mut().zip(&svd.singular_values).for_each(|(mut column, &s)| column /= s * s);
            matmul(scaled.as_view(), tr(kept))?
        }
    };
    for (a, mut column) in inverse.column_iter_mut().enumerate() {
        column.iter_mut().zip(&scale).for_each(|(value, &scale_b)| *value /= scale_b * scale[a]);
    }
    Ok(inverse)
}

/// That of intercept (first, where there is one) and coefficients, over σ².
///
/// ```text
/// Var w = C     Cov(b, w) = −C x̄     Var b = 1/W + x̄'C x̄
/// ```
fn covariance(inverse: &DMatrix<f64>, centres: &Centres, weight: f64, fit_intercept: bool) -> DMatrix<f64> {
    let (p, first) = (centres.x.len(), usize::from(fit_intercept));
    let mut all = DMatrix::zeros(p + first, p + first);
    for (a, &i) in centres.active.iter().enumerate() {
        for (b, &j) in centres.active.iter().enumerate() {
            all[(i + first, j + first)] = inverse[(a, b)];
        }
    }
    if fit_intercept {
        let moved = all.view((1, 1), (p, p)) * &centres.x;
        all[(0, 0)] = 1.0 / weight + centres.x.dot(&moved);
        for j in 0..p {
            all[(0, j + 1)] = -moved[j];
            all[(j + 1, 0)] = -moved[j];
        }
    }
    all
}

fn terms(solution: &Solution, covariance: &DMatrix<f64>, fit_intercept: bool, freedom: usize) -> Result<Vec<Term>> {
    let intercept = fit_intercept.then(|| solution.intercepts[0]);
    let estimates = intercept.into_iter().chain(solution.coefficients.iter().copied());
    estimates
        .enumerate()
        .map(|(j, estimate)| Term::new(estimate, covariance[(j, j)].max(0.0).sqrt(), freedom))
        .collect()
}
