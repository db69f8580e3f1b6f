//! Least squares with or without a ridge penalty, from rows.
//!
//! 1. The sums `X'WX`, `X'Wy` about the means are taken in one parallel pass: [`cairn_numeric::Moments`].
//! 2. Where they are well conditioned, Cholesky solves them; where they are less so, the answer is refined on the rows
//!    themselves until it no longer moves ([`crate::refine`]). This is many times faster than a factorisation of X, and
//!    as exact.
//! 3. Where rows are fewer than columns and there is a penalty, the products of rows take the place of those of columns:
//!    `w = X'c` with `(XX' + l2 I) c = y`, n equations instead of p.
//! 4. In all other cases the singular values of X decide: directions that X does not have get the coefficient 0, which
//!    is the solution of least norm.

use crate::{
    normal_equations::{Centres, NormalEquations, varies},
    refine,
};
use cairn_numeric::Moments;
use cairn_traits::{DMatrix, DVector, Float, Outputs, Result, check};
use nalgebra::DMatrixView;

/// Up to this condition number of `X'WX` refinement gains at least five digits a step.
pub(crate) const WORST_REFINABLE: f64 = 1e10;

/// Rows, targets, weights, and what is asked of them.
#[derive(Debug)]
pub(crate) struct Problem<'a, F: Float> {
    pub(crate) x: &'a DMatrix<F>,
    /// n_samples x n_outputs.
    pub(crate) y: DMatrixView<'a, F>,
    pub(crate) weights: Option<&'a [f64]>,
    pub(crate) l2: f64,
    pub(crate) fit_intercept: bool,
}

/// Coefficients n_features x n_outputs, intercepts, and how many directions of x decided them.
#[derive(Debug)]
pub(crate) struct Solution {
    pub(crate) coefficients: DMatrix<f64>,
    pub(crate) intercepts: DVector<f64>,
    pub(crate) rank: usize,
}

impl Solution {
    /// Back from numbers about their means: the intercept is `ȳ − x̄·w`.
    pub(crate) fn about(
        coefficients: DMatrix<f64>,
        centre: &DVector<f64>,
        y_centre: &DVector<f64>,
        rank: usize,
    ) -> Self {
        let intercepts = y_centre - coefficients.tr_mul(centre);
        Self { coefficients, intercepts, rank }
    }
}

impl<'a, F: Float> Problem<'a, F> {
    /// A problem whose data has been checked.
    pub(crate) fn checked<Y: Outputs<F>>(
        x: &'a DMatrix<F>,
        y: &'a Y,
        weights: Option<&'a [f64]>,
        l2: f64,
        fit_intercept: bool,
    ) -> Result<Self> {
        check::training(x)?;
        check::targets(y.as_columns(), x.nrows())?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        Ok(Self { x, y: y.as_columns(), weights, l2, fit_intercept })
    }

    pub(crate) fn solve(&self) -> Result<Solution> {
        let (n, p) = self.x.shape();
        let rows = self.weights.map_or(n, |weights| weights.iter().filter(|&&w| w > 0.0).count());
        if rows <= p {
            // rows leave directions open, unless the penalty closes them
            let centres = self.centres()?;
            let by_rows = if self.l2 > 0.0 { self.by_rows(&centres)? } else { None };
            let (coefficients, rank) = by_rows.map_or_else(|| self.by_singular_values(&centres), Ok)?;
            return Ok(Solution::about(coefficients, &centres.x, &centres.y, rank));
        }
        let moments = Moments::of_dense(&[self.x.as_view(), self.y], self.weights)?;
        let equations = NormalEquations::new(&moments, p, self.l2, self.fit_intercept);
        let (coefficients, rank) = if let Some(factor) = equations.factor(WORST_REFINABLE) {
            (refine::refined(self, &equations, &factor)?, equations.centres.active.len())
        } else {
            self.by_singular_values(&equations.centres)?
        };
        Ok(Solution::about(coefficients, &equations.centres.x, &equations.centres.y, rank))
    }

    /// Means and columns that vary, without any products.
    pub(crate) fn centres(&self) -> Result<Centres> {
        let parts = |columns: DMatrixView<'_, F>| -> Result<Vec<(f64, f64)>> {
            let moments = |column| {
                let moments = Moments::of_dense(&[column], self.weights)?;
                Ok((moments.mean()[0], moments.scatter()[0] / moments.weight()))
            };
            (0..columns.ncols()).map(|j| moments(columns.columns(j, 1))).collect()
        };
        let (of_x, of_y) = (parts(self.x.as_view())?, parts(self.y)?);
        let centre = |mean: f64| if self.fit_intercept { mean } else { 0.0 };
        let varies = |(mean, variance): (f64, f64)| varies(variance, mean) || (!self.fit_intercept && mean != 0.0);
        Ok(Centres {
            x: DVector::from_iterator(of_x.len(), of_x.iter().map(|of| centre(of.0))),
            y: DVector::from_iterator(of_y.len(), of_y.iter().map(|of| centre(of.0))),
            active: (0..of_x.len()).filter(|&j| varies(of_x[j])).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Accumulate, DMatrix, DVector, Error, Fit, FitFrom, FitWeighted, GramStatistics, LinearRegression, Persist,
        Predict, Ridge, RidgeModel, rows,
    };

    fn wave(n: usize, p: usize) -> DMatrix<f64> {
        DMatrix::from_fn(n, p, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin() + j as f64)
    }

    /// y = X w + b, with w = 1, -2, 3, -4, ... and b = 7.
    fn truth(x: &DMatrix<f64>) -> (DVector<f64>, DVector<f64>) {
        let w = DVector::from_fn(x.ncols(), |j, _| (j + 1) as f64 * if j % 2 == 0 { 1.0 } else { -1.0 });
        ((x * &w).add_scalar(7.0), w)
    }

    #[test]
    fn an_exact_relation_is_found() {
        let x = wave(200, 6);
        let (y, w) = truth(&x);
        let model = LinearRegression::new().fit(&x, &y).unwrap();
        assert!((model.coefficients() - w).amax() < 1e-12);
        assert!((model.intercept() - 7.0).abs() < 1e-11);
        assert_eq!(model.rank(), 6);
    }

    #[test]
    fn without_an_intercept_the_line_goes_through_the_origin() {
        // x'y / x'x = (1·3 + 2·3 + 3·6) / (1 + 4 + 9) = 27 / 14
        let (x, y) = (rows(&[[1.0], [2.0], [3.0]]), DVector::from_vec(vec![3.0, 3.0, 6.0]));
        let model = LinearRegression::new().fit_intercept(false).fit(&x, &y).unwrap();
        assert!((model.coefficients()[0] - 27.0_f64 / 14.0).abs() < 1e-15);
        assert_eq!(model.intercept(), 0.0);
    }

    #[test]
    fn collinear_columns_share_the_weight() {
        // the second column is the first again, the third is constant: least norm halves the slope 3 and leaves 0
        let x = rows(&[[1.0, 1.0, 0.1], [2.0, 2.0, 0.1], [4.0, 4.0, 0.1]]);
        let y = DVector::from_vec(vec![4.0, 7.0, 13.0]);
        let model = LinearRegression::new().fit(&x, &y).unwrap();
        assert!((model.coefficients() - DVector::from_vec(vec![1.5, 1.5, 0.0])).amax() < 1e-13);
        assert!((model.intercept() - 1.0_f64).abs() < 1e-12);
        assert_eq!(model.rank(), 1);
    }

    #[test]
    fn wide_data_gets_the_solution_of_least_norm() {
        // two rows about their mean: ±(1, 2); y about its mean: ±5. w = c (1, 2) with (1 + 4) c = 5
        let x = rows(&[[11.0, 22.0, 5.0], [9.0, 18.0, 5.0]]);
        let model = LinearRegression::new().fit(&x, &DVector::from_vec(vec![15.0, 5.0])).unwrap();
        assert!((model.coefficients() - DVector::from_vec(vec![1.0, 2.0, 0.0])).amax() < 1e-13);
        assert_eq!(model.rank(), 1);
    }

    #[test]
    fn rounded_centres_are_not_a_direction() {
        // one step of (0, 1/8, -1/4) lowers y by 1/8: w = c (0, 1, -2) with c (1/8 + 2/4) = -1/8, so c = -1/5
        let x = rows(&[[1e6, 1e6, 1e6], [1e6, 1e6, 1e6], [1e6, 1e6 + 0.125, 1e6 - 0.25]]);
        let model = LinearRegression::new().fit(&x, &DVector::from_vec(vec![0.0, 0.0, -0.125])).unwrap();
        assert_eq!(model.rank(), 1);
        // a step of 1/8 at 1e6 is known to 1e6 eps / (1/8) = 2e-9
        assert!((model.coefficients() - DVector::from_vec(vec![0.0, -0.2, 0.4])).amax() < 1e-8);
    }

    #[test]
    fn one_row_predicts_itself() {
        let model = LinearRegression::new().fit(&rows(&[[3.0, 4.0]]), &DVector::from_vec(vec![9.0])).unwrap();
        assert_eq!((model.rank(), model.intercept()), (0, 9.0));
    }

    #[test]
    fn columns_of_very_different_size_are_all_found() {
        let mut x = wave(300, 4);
        for (j, scale) in [1e-9, 1.0, 1e5, 1e12].into_iter().enumerate() {
            x.column_mut(j).scale_mut(scale);
        }
        let w = DVector::from_vec(vec![2e9, -1.0, 3e-5, 4e-12]);
        let y = &x * &w;
        let model = LinearRegression::new().fit(&x, &y).unwrap();
        assert!(model.coefficients().component_div(&w).add_scalar(-1.0).amax() < 1e-11);
    }

    #[test]
    fn nearly_collinear_columns_keep_the_digits_that_a_factorisation_of_x_keeps() {
        // the two columns differ by 1e-5: X'X has condition 1e10 and more, X only 1e5
        let mut x = wave(400, 2);
        let bump = x.column(1).map(|v| v * 1e-5);
        let nearly = x.column(0) + bump;
        x.column_mut(1).copy_from(&nearly);
        let (y, w) = truth(&x);
        let model = LinearRegression::new().fit(&x, &y).unwrap();
        // condition 1e6 times the rounding of y, 1e-16 · 20
        assert!((model.coefficients() - w).amax() < 1e-8, "{}", model.coefficients());
    }

    #[test]
    fn an_offset_of_a_million_does_not_hurt() {
        let x = wave(500, 3);
        let (y, w) = truth(&x);
        let far = x.add_scalar(1e6);
        let model = LinearRegression::new().fit(&far, &y).unwrap();
        // x itself is stored to 1e6 · eps = 1e-10
        assert!((model.coefficients() - w).amax() < 1e-8);
    }

    #[test]
    fn ridge_is_least_squares_on_augmented_rows() {
        // |y − Xw|² + l2 |w|² is the plain sum of squares of [X; sqrt(l2) I] against [y; 0]
        for (n, p) in [(40, 5), (4, 9), (30, 40)] {
            let (x, l2) = (wave(n, p), 0.7_f64);
            let (y, _) = truth(&x);
            let augmented =
                DMatrix::from_fn(
                    n + p,
                    p,
                    |i, j| {
                        if i < n { x[(i, j)] } else { f64::from(u8::from(i - n == j)) * l2.sqrt() }
                    },
                );
            let target = DVector::from_fn(n + p, |i, _| if i < n { y[i] } else { 0.0 });
            let plain = LinearRegression::new().fit_intercept(false).fit(&augmented, &target).unwrap();
            let ridge = Ridge::new(l2).fit_intercept(false).fit(&x, &y).unwrap();
            let off = (plain.coefficients() - ridge.coefficients()).amax();
            assert!(off < 1e-11 * plain.coefficients().amax(), "{n} x {p}: {off:e}");
        }
    }

    #[test]
    fn several_outputs_are_fitted_as_if_alone() {
        let x = wave(60, 3);
        let (y, _) = truth(&x);
        let both = DMatrix::from_columns(&[y.clone(), y.map(|v| v * v)]);
        let model = Ridge::new(0.3).fit(&x, &both).unwrap();
        let second = Ridge::new(0.3).fit(&x, &both.column(1).into_owned()).unwrap();
        assert!((model.coefficients().column(1) - second.coefficients()).amax() < 1e-11);
        assert!((model.intercepts()[1] - second.intercept()).abs() < 1e-10);
        assert_eq!(model.predict(&x).unwrap().shape(), (60, 2));
    }

    #[test]
    fn weights_are_repetitions() {
        let x = wave(30, 3);
        let y = DVector::from_fn(30, |i, _| (i as f64 * 0.77).cos());
        let weights: Vec<f64> = (0..30).map(|i| f64::from(i % 4)).collect();
        let repeated: Vec<usize> = (0..30).flat_map(|i| std::iter::repeat_n(i, i % 4)).collect();
        let (xr, yr) = (x.select_rows(&repeated), y.select_rows(&repeated));
        for l2 in [0.0, 2.5] {
            let a = Ridge::new(l2).fit_weighted(&x, &y, &weights).unwrap();
            let b = Ridge::new(l2).fit(&xr, &yr).unwrap();
            assert!((a.coefficients() - b.coefficients()).amax() < 1e-13);
        }
    }

    #[test]
    fn sums_give_the_model_of_the_rows() {
        let x = wave(100, 4);
        let (y, w) = truth(&x);
        let mut sums = GramStatistics::default();
        sums.accumulate(&x.rows(0, 30).into_owned(), &y.rows(0, 30).into_owned(), None).unwrap();
        sums.accumulate(&x.rows(30, 70).into_owned(), &y.rows(30, 70).into_owned(), None).unwrap();
        assert!((LinearRegression::new().fit_from(&sums).unwrap().coefficients() - &w).amax() < 1e-10);
        let through_origin = Ridge::new(1.0).fit_intercept(false);
        let (a, b) = (through_origin.fit_from(&sums).unwrap(), through_origin.fit(&x, &y).unwrap());
        assert!((a.coefficients() - b.coefficients()).amax() < 1e-10);
    }

    #[test]
    fn sums_of_collinear_columns_give_the_solution_of_least_norm() {
        let x = rows(&[[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]);
        let mut sums = GramStatistics::default();
        sums.accumulate(&x, &DVector::from_vec(vec![4.0, 7.0, 13.0]), None).unwrap();
        let model = LinearRegression::new().fit_from(&sums).unwrap();
        // sums hold half the digits
        assert!((model.coefficients() - DVector::from_vec(vec![1.5, 1.5])).amax() < 1e-7);
        assert_eq!(model.rank(), 1);
    }

    #[test]
    fn single_precision_agrees_with_double() {
        let x = wave(5000, 8);
        let (y, w) = truth(&x);
        let model = LinearRegression::new().fit(&x.map(|v| v as f32), &y.map(|v| v as f32)).unwrap();
        // the rounding of the rows themselves, 6e-8 · 40, over sqrt(5000) rows
        assert!((model.coefficients().map(f64::from) - w).amax() < 1e-6 * 8.0);
        assert_eq!(model.rank(), 8);
    }

    #[test]
    fn what_cannot_be_solved_is_refused() {
        let (x, y) = (rows(&[[1.0], [2.0]]), DVector::from_vec(vec![1.0, 2.0]));
        assert!(matches!(Ridge::new(-1.0).fit(&x, &y), Err(Error::Parameter { name: "l2", found: -1.0, .. })));
        assert!(matches!(Ridge::new(f64::NAN).fit(&x, &y), Err(Error::Parameter { .. })));
        assert!(matches!(
            LinearRegression::new().fit_from(&GramStatistics::<f64>::default()),
            Err(Error::TooFewSamples { .. })
        ));
        // squares overflow: an error, not NaN
        let huge = LinearRegression::new().fit(&rows(&[[1e200_f64], [-1e200]]), &DVector::from_vec(vec![1.0, -1.0]));
        assert!(huge.is_err_and(|e| matches!(e, Error::NonFinite { .. } | Error::Domain { .. })));
    }

    #[test]
    fn a_file_of_another_shape_is_refused() {
        let (x, y) = (rows(&[[1.0], [2.0]]), rows(&[[1.0, 5.0], [2.0, 7.0]]));
        let file = Ridge::new(1.0).fit(&x, &y).unwrap().to_json().unwrap();
        assert!(RidgeModel::<f64>::from_json(&file).is_err(), "two outputs are not one");
        assert!(RidgeModel::<f64, DMatrix<f64>>::from_json(&file).is_ok());
        assert!(crate::LinearRegressionModel::<f64, DMatrix<f64>>::from_json(&file).is_err(), "another kind");
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let collinear = DMatrix::from_fn(3000, 60, |i, j| ((i * 7 + (j % 50) * 13) as f64 * 0.1).sin());
        for x in [wave(4000, 30), collinear] {
            let (y, _) = truth(&x);
            let run = |threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| LinearRegression::new().fit(&x, &y).unwrap())
            };
            assert_eq!(run(1), run(2));
            assert_eq!(run(1), run(7));
        }
    }
}
