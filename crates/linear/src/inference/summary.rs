use super::distributions::{f_upper_tail, t_both_tails, t_quantile};
use cairn_traits::{DMatrix, Error, Float, Result, check};
use std::{f64::consts::PI, fmt};

/// An estimated number, and whether it may be 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The coefficient.
    pub estimate: f64,
    /// The standard deviation it would have over other samples of the same rows.
    pub standard_error: f64,
    /// The estimate in standard errors. 0 where both are 0, as of constant columns.
    pub t: f64,
    /// How likely so large a t is, one way or the other, if the true coefficient is 0.
    pub p_value: f64,
}

impl Term {
    pub(super) fn new(estimate: f64, standard_error: f64, freedom: usize) -> Result<Self> {
        let t = if estimate == 0.0 { 0.0 } else { estimate / standard_error };
        Ok(Self { estimate, standard_error, t, p_value: t_both_tails(t, freedom)? })
    }
}

/// Sums of squares and counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) n_samples: usize,
    /// The intercept not counted.
    pub(super) rank: usize,
    /// The intercept counted.
    pub(super) estimated: usize,
    pub(super) residual_square: f64,
    /// Of y about its mean, or about 0 without an intercept.
    pub(super) total_square: f64,
    /// `Σ ln wᵢ`.
    pub(super) log_weights: f64,
}

/// What [`LinearRegression::infer`](crate::LinearRegression::infer) finds; shown, it is a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The intercept first, where there is one.
    terms: Vec<Term>,
    covariance: DMatrix<f64>,
    spread: Spread,
    fit_intercept: bool,
}

/// Predictions with their uncertainty: what [`Inference::predict`] answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// The line itself, a number a row.
    pub mean: Vec<f64>,
    /// The standard error of the line there.
    pub standard_error: Vec<f64>,
    /// Where the true line is, `(lower, upper)`.
    pub confidence: Vec<(f64, f64)>,
    /// Where one more measurement would be.
    pub prediction: Vec<(f64, f64)>,
}

impl Inference {
    pub(super) fn new(terms: Vec<Term>, covariance: DMatrix<f64>, spread: Spread, fit_intercept: bool) -> Self {
        Self { terms, covariance, spread, fit_intercept }
    }

    /// One for each column of x.
    pub fn coefficients(&self) -> &[Term] {
        &self.terms[usize::from(self.fit_intercept)..]
    }

    /// That of the intercept, where there is one.
    pub fn intercept(&self) -> Option<&Term> {
        self.terms.first().filter(|_| self.fit_intercept)
    }

    /// The covariance of the estimates, the intercept first where there is one.
    pub fn covariance(&self) -> &DMatrix<f64> {
        &self.covariance
    }

    /// Rows that were fitted, those of weight 0 not counted.
    pub fn n_samples(&self) -> usize {
        self.spread.n_samples
    }

    /// How many directions of x decided the coefficients, the intercept not counted.
    pub fn rank(&self) -> usize {
        self.spread.rank
    }

    /// Rows less what was estimated from them.
    pub fn residual_degrees_of_freedom(&self) -> usize {
        self.spread.n_samples - self.spread.estimated
    }

    /// σ, the standard deviation of the errors.
    pub fn sigma(&self) -> f64 {
        (self.spread.residual_square / self.residual_degrees_of_freedom() as f64).sqrt()
    }

    /// The share of the variance of y that the line explains; without an intercept of the squares of y. 1 where y does not
    /// vary.
    pub fn r_squared(&self) -> f64 {
        let Spread { residual_square, total_square, .. } = self.spread;
        if total_square > 0.0 { 1.0 - residual_square / total_square } else { 1.0 }
    }

    /// R² of variances instead of sums, so that a column of noise does not raise it on average.
    pub fn adjusted_r_squared(&self) -> f64 {
        let before = self.spread.n_samples - usize::from(self.fit_intercept);
        1.0 - before as f64 / self.residual_degrees_of_freedom() as f64 * (1.0 - self.r_squared())
    }

    /// The variance explained by a direction of x over that of an error: large, if any coefficient is not 0. 0 where there
    /// is no direction.
    pub fn f_statistic(&self) -> f64 {
        let Spread { rank, residual_square, total_square, .. } = self.spread;
        let explained = (total_square - residual_square).max(0.0);
        if rank == 0 || explained == 0.0 { 0.0 } else { explained / rank as f64 / self.sigma().powi(2) }
    }

    /// How likely so large an F is, if all coefficients are 0.
    ///
    /// # Errors
    /// None of sound numbers.
    pub fn f_p_value(&self) -> Result<f64> {
        f_upper_tail(self.f_statistic(), self.spread.rank, self.residual_degrees_of_freedom())
    }

    /// The logarithm of how likely y is at the optimum, errors being normal.
    pub fn log_likelihood(&self) -> f64 {
        let n = self.spread.n_samples as f64;
        0.5 * (self.spread.log_weights - n * ((2.0 * PI * self.spread.residual_square / n).ln() + 1.0))
    }

    /// Akaike's criterion, `2 k − 2 ln L` for k coefficients (σ not counted): less is better.
    pub fn aic(&self) -> f64 {
        2.0 * self.spread.estimated as f64 - 2.0 * self.log_likelihood()
    }

    /// Schwarz's criterion, `k ln n − 2 ln L`: less is better.
    pub fn bic(&self) -> f64 {
        (self.spread.n_samples as f64).ln() * self.spread.estimated as f64 - 2.0 * self.log_likelihood()
    }

    /// Where the true coefficients are with confidence `level` (0.95 is usual), `(lower, upper)`, the intercept first where
    /// there is one.
    ///
    /// # Errors
    /// [`Error::Parameter`] unless `level` is between 0 and 1.
    pub fn confidence_intervals(&self, level: f64) -> Result<Vec<(f64, f64)>> {
        let t = self.quantile(level)?;
        let of = |term: &Term| (term.estimate - t * term.standard_error, term.estimate + t * term.standard_error);
        Ok(self.terms.iter().map(of).collect())
    }

    fn quantile(&self, level: f64) -> Result<f64> {
        if level > 0.0 && level < 1.0 {
            t_quantile(0.5 + level / 2.0, self.residual_degrees_of_freedom())
        } else {
            Err(Error::Parameter { name: "level", requirement: "a number between 0 and 1", found: level })
        }
    }

    /// The line at new rows, where it truly is with confidence `level`, and where one more measurement (of weight 1) would
    /// be.
    ///
    /// # Errors
    /// Those of a prediction; [`Error::Parameter`] unless `level` is between 0 and 1.
    pub fn predict<F: Float>(&self, x: &DMatrix<F>, level: f64) -> Result<Intervals> {
        let first = usize::from(self.fit_intercept);
        check::query(x, self.terms.len() - first)?;
        let t = self.quantile(level)?;
        let noise = self.sigma().powi(2);
        let mut all =
            Intervals { mean: Vec::new(), standard_error: Vec::new(), confidence: Vec::new(), prediction: Vec::new() };
        for row in x.row_iter() {
            let at = |j: usize| if j < first { 1.0 } else { row[j - first].to_f64() };
            let mean: f64 = self.terms.iter().enumerate().map(|(j, term)| at(j) * term.estimate).sum();
            let along = |j: usize| (0..self.terms.len()).map(|k| self.covariance[(j, k)] * at(k)).sum::<f64>();
            let variance = (0..self.terms.len()).map(|j| at(j) * along(j)).sum::<f64>().max(0.0);
            let (line, one) = (t * variance.sqrt(), t * (variance + noise).sqrt());
            all.mean.push(mean);
            all.standard_error.push(variance.sqrt());
            all.confidence.push((mean - line, mean + line));
            all.prediction.push((mean - one, mean + one));
        }
        Ok(all)
    }
}

impl fmt::Display for Inference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let intervals = self.confidence_intervals(0.95).map_err(|_| fmt::Error)?;
        let f_p_value = self.f_p_value().map_err(|_| fmt::Error)?;
        writeln!(f, "{:>10} {:>12} {:>12} {:>9} {:>9}   95% confidence", "", "estimate", "std. error", "t", "p")?;
        for (j, (term, (lower, upper))) in self.terms.iter().zip(intervals).enumerate() {
            let first = usize::from(self.fit_intercept);
            let name = if j < first { "intercept".to_owned() } else { format!("x{}", j - first) };
            let Term { estimate, standard_error, t, p_value } = term;
            let (estimate, standard_error) = (number(*estimate), number(*standard_error));
            let interval = format!("{} to {}", number(lower), number(upper));
            writeln!(f, "{name:>10} {estimate:>12} {standard_error:>12} {t:>9.3} {p_value:>9.2e}   {interval}")?;
        }
        let (n, left) = (self.n_samples(), self.residual_degrees_of_freedom());
        writeln!(f, "{n} rows, {left} degrees of freedom left, sigma {}", number(self.sigma()))?;
        writeln!(f, "R2 {:.4}, adjusted {:.4}", self.r_squared(), self.adjusted_r_squared())?;
        writeln!(f, "F({}, {left}) {}, p {f_p_value:.2e}", self.rank(), number(self.f_statistic()))?;
        write!(f, "log-likelihood {:.3}, AIC {:.3}, BIC {:.3}", self.log_likelihood(), self.aic(), self.bic())
    }
}

/// Five digits, with a power of ten where the number is very large or very small.
fn number(value: f64) -> String {
    let size = value.abs();
    if value != 0.0 && !(1e-3..1e6).contains(&size) { format!("{value:.4e}") } else { format!("{value:.4}") }
}

#[cfg(test)]
mod tests {
    use crate::{DMatrix, DVector, Error, LinearRegression, rows};

    #[test]
    fn a_line_through_four_points_is_inferred_by_hand() {
        // x̄ = 2.5, ȳ = 2.5, Sxx = 5, Sxy = 4, Syy = 5: slope 0.8, |r|² = 5 − 3.2 = 1.8, σ² = 0.9
        let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
        let inference = LinearRegression::new().infer(&x, &DVector::from_vec(vec![1.0, 3.0, 2.0, 4.0])).unwrap();
        let near = |found: f64, exact: f64| assert!((found - exact).abs() < 1e-12 * exact.abs(), "{found} {exact}");
        near(inference.sigma(), 0.9_f64.sqrt());
        near(inference.adjusted_r_squared(), 1.0 - 3.0 / 2.0 * 0.36);
        near(inference.f_statistic(), 3.2 / 0.9);
        let intercept = inference.intercept().unwrap();
        near(intercept.estimate, 0.5);
        near(intercept.standard_error, (0.9 * (0.25 + 6.25 / 5.0_f64)).sqrt());
        // with two degrees of freedom the tail of t has a formula: p = 1 − t / sqrt(t² + 2)
        let t = 0.8 / 0.18_f64.sqrt();
        near(inference.coefficients()[0].p_value, 1.0 - t / (t * t + 2.0).sqrt());
        near(inference.f_p_value().unwrap(), inference.coefficients()[0].p_value);
        near(inference.log_likelihood(), -2.0 * ((2.0 * std::f64::consts::PI * 0.45).ln() + 1.0));
        near(inference.aic(), 4.0 - 2.0 * inference.log_likelihood());
        // the 95% quantile of two degrees of freedom is 0.95 sqrt(2 / (1 − 0.95²)); at x = 5 the error is 0.9 (1/4 + 6.25/5)
        let quantile = 0.95 * (2.0 / (1.0 - 0.9025_f64)).sqrt();
        let at = inference.predict(&rows(&[[5.0]]), 0.95).unwrap();
        near(at.mean[0], 4.5);
        near(at.confidence[0].1, 4.5 + quantile * 1.35_f64.sqrt());
        near(at.prediction[0].0, 4.5 - quantile * 2.25_f64.sqrt());
        near(inference.confidence_intervals(0.95).unwrap()[1].1, 0.8 + quantile * 0.18_f64.sqrt());
    }

    #[test]
    fn a_table_has_a_line_for_each_term() {
        let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
        let inference = LinearRegression::new().infer(&x, &DVector::from_vec(vec![1.0, 3.0, 2.0, 4.0])).unwrap();
        let table = inference.to_string();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[2], "        x0       0.8000       0.4243     1.886   2.00e-1   -1.0255 to 2.6255");
        assert_eq!(lines[3], "4 rows, 2 degrees of freedom left, sigma 0.9487");
        assert_eq!(lines.len(), 7);
    }

    #[test]
    fn collinear_columns_count_once() {
        let (x, y) = (rows(&[[1.0], [2.0], [3.0], [4.0]]), DVector::from_vec(vec![1.0, 3.0, 2.0, 4.0]));
        let twice = DMatrix::from_fn(4, 3, |i, j| if j < 2 { x[i] } else { 5.0 });
        let (one, two) =
            (LinearRegression::new().infer(&x, &y).unwrap(), LinearRegression::new().infer(&twice, &y).unwrap());
        assert_eq!((two.rank(), two.residual_degrees_of_freedom()), (1, 2));
        assert!((two.sigma() - one.sigma()).abs() < 1e-12 && (two.f_statistic() - one.f_statistic()).abs() < 1e-10);
        // each carries half the slope, with half its error
        assert!((two.coefficients()[1].standard_error - one.coefficients()[0].standard_error / 2.0).abs() < 1e-12);
        assert_eq!((two.coefficients()[2].t, two.coefficients()[2].p_value), (0.0, 1.0));
        let query = twice.rows(1, 1).into_owned();
        let (a, b) = (one.predict(&rows(&[[2.0]]), 0.9).unwrap(), two.predict(&query, 0.9).unwrap());
        assert!((a.prediction[0].0 - b.prediction[0].0).abs() < 1e-10);
    }

    #[test]
    fn a_perfect_line_is_certain() {
        let x = rows(&[[0.0], [1.0], [2.0]]);
        let inference = LinearRegression::new().infer(&x, &DVector::from_vec(vec![0.0, 2.0, 4.0])).unwrap();
        assert!(inference.r_squared() > 1.0 - 1e-15 && inference.coefficients()[0].p_value < 1e-7);
        let flat = LinearRegression::new().infer(&x, &DVector::from_vec(vec![3.0, 3.0, 3.0])).unwrap();
        assert_eq!((flat.f_statistic(), flat.f_p_value().unwrap(), flat.coefficients()[0].p_value), (0.0, 1.0, 1.0));
    }

    #[test]
    fn without_rows_to_spare_there_is_nothing_to_infer() {
        let found = LinearRegression::new().infer(&rows(&[[1.0], [2.0]]), &DVector::from_vec(vec![1.0, 2.0]));
        assert_eq!(found, Err(Error::TooFewSamples { what: "x", needed: 3, found: 2 }));
        let x = rows(&[[1.0], [2.0], [4.0]]);
        let y = DVector::from_vec(vec![1.0, 2.0, 3.0]);
        let inference = LinearRegression::new().infer(&x, &y).unwrap();
        assert!(matches!(inference.confidence_intervals(1.0), Err(Error::Parameter { name: "level", .. })));
        assert!(LinearRegression::new().infer_weighted(&x, &y, &[1.0, 0.0, 1.0]).is_err());
    }
}
