//! 1. Rows about their means, times the roots of their weights, are written in a basis in which every penalty is
//!    diagonal: singular vectors, or what eigenvectors of the products of columns (or of rows) make of them.
//! 2. Each penalty shrinks each direction; leverages and residuals follow, and from them the errors of rows left out.
//! 3. The best penalty is fitted on all rows.

use super::{
    model::{RidgeChoice, RidgeCvModel},
    params::RidgeCv,
};
use crate::{model::LinearModel, solution::Problem};
use cairn_decomp::{symmetric_eigen, thin_svd};
use cairn_numeric::{blocks, gram, matmul, tr};
use cairn_traits::{DMatrix, DVector, Error, Fit, FitWeighted, Float, Hyperparameters, Outputs, Result, check};

/// Directions in which ridge is diagonal: `ŷ = Σ g φ (g·y)` with `φ = top / (value + l2)`.
struct Basis {
    /// n_samples x directions.
    directions: DMatrix<f64>,
    top: DVector<f64>,
    values: DVector<f64>,
}

impl Basis {
    /// Of rows about their means. `l2` is the least penalty to come.
    fn new(x: &DMatrix<f64>, l2: f64) -> Result<Self> {
        /// Up to this condition number eigenvectors of products are as good as singular vectors.
        const WORST: f64 = 1e8;
        let tall = x.nrows() > x.ncols();
        let products = if tall { gram(x.as_view()) } else { matmul(x, tr(x))? };
        let eigen = symmetric_eigen(&products)?;
        let values = eigen.eigenvalues.map(|value| value.max(0.0));
        let (least, most) = (values.min(), values.max());
        if most > WORST * (least + l2) {
            let svd = thin_svd(x)?;
            let values = svd.singular_values.map(|s| s * s);
            return Ok(Self { directions: svd.u, top: values.clone(), values });
        }
        if tall {
            let directions = matmul(x, &eigen.eigenvectors)?;
            return Ok(Self { directions, top: DVector::from_element(values.len(), 1.0), values });
        }
        Ok(Self { directions: eigen.eigenvectors, top: values.clone(), values })
    }

    /// Errors of rows left out, each the root of its weight times as large: n_samples x n_outputs.
    fn left_out(&self, l2: f64, y: &DMatrix<f64>, along: &DMatrix<f64>, means: &[f64]) -> Result<DMatrix<f64>> {
        let share = self.top.zip_map(&self.values, |top, value| top / (value + l2));
        let mut shrunk = along.clone();
        shrunk.row_iter_mut().zip(&share).for_each(|(mut row, share)| row *= *share);
        let mut errors = y - matmul(&self.directions, &shrunk)?;
        let mut leverages = DVector::from_column_slice(means);
        for (direction, share) in self.directions.column_iter().zip(&share) {
            leverages.iter_mut().zip(direction.iter()).for_each(|(h, g)| *h += g * g * share);
        }
        for (i, mut row) in errors.row_iter_mut().enumerate() {
            row /= (1.0 - leverages[i]).max(f64::EPSILON);
        }
        Ok(errors)
    }
}

impl RidgeCv {
    /// The mean squared errors over rows left out: n_l2s x n_outputs.
    fn errors<F: Float>(&self, problem: &Problem<'_, F>) -> Result<DMatrix<f64>> {
        let centres = problem.centres()?;
        let (x, y, root) = problem.scaled_rows(&centres);
        let weight: f64 = root.iter().map(|root| root * root).sum();
        let means: Vec<f64> =
            root.iter().map(|root| if self.fit_intercept { root * root / weight } else { 0.0 }).collect();
        let least = self.l2s.iter().copied().fold(f64::INFINITY, f64::min);
        let none =
            Basis { directions: DMatrix::zeros(y.nrows(), 0), top: DVector::zeros(0), values: DVector::zeros(0) };
        let basis = if x.ncols() == 0 { none } else { Basis::new(&x, least)? };
        let along = matmul(tr(&basis.directions), &y)?;
        let found = blocks::map(self.l2s.len(), 1, |which| {
            let errors = basis.left_out(self.l2s[which.start], &y, &along, &means)?;
            Ok(errors.column_iter().map(|column| column.norm_squared() / weight).collect::<Vec<_>>())
        });
        let found = found.into_iter().collect::<Result<Vec<Vec<f64>>>>()?;
        Ok(DMatrix::from_fn(found.len(), y.ncols(), |l2, k| found[l2][k]))
    }

    fn fit_rows<F: Float, Y: Outputs<F>>(
        &self,
        x: &DMatrix<F>,
        y: &Y,
        weights: Option<&[f64]>,
    ) -> Result<RidgeCvModel<F, Y>> {
        self.validate()?;
        let problem = Problem::checked(x, y, weights, 0.0, self.fit_intercept)?;
        let rows = weights.map_or(x.nrows(), |weights| weights.iter().filter(|&&w| w > 0.0).count());
        check::at_least("x", 2, rows)?;
        let errors = self.errors(&problem)?;
        if let Some(at) = errors.iter().position(|error| !error.is_finite()) {
            let requirement = "numbers whose squares can be summed";
            return Err(Error::Domain { what: "x", requirement, found: errors[at], row: None });
        }
        // errors that differ by rounding only are equal: the first penalty wins
        let best = |error: &dyn Fn(usize) -> f64| {
            let least = (0..self.l2s.len()).map(error).fold(f64::INFINITY, f64::min);
            let first = (0..self.l2s.len()).find(|&at| error(at) <= least * (1.0 + 1e-9));
            first.map_or(1.0, |first| self.l2s[first])
        };
        let k = errors.ncols();
        let l2: Vec<f64> = if self.l2_per_target {
            (0..k).map(|output| best(&|at| errors[(at, output)])).collect()
        } else {
            vec![best(&|at| errors.row(at).sum()); k]
        };
        let (mut coefficients, mut intercepts) = (DMatrix::zeros(x.ncols(), k), DVector::zeros(k));
        // outputs of one penalty are solved together
        let mut seen: Vec<f64> = Vec::new();
        for &penalty in &l2 {
            if seen.contains(&penalty) {
                continue;
            }
            seen.push(penalty);
            let solution =
                Problem { l2: penalty, ..Problem::checked(x, y, weights, 0.0, self.fit_intercept)? }.solve()?;
            for output in (0..k).filter(|&output| l2[output] == penalty) {
                coefficients.set_column(output, &solution.coefficients.column(output));
                intercepts[output] = solution.intercepts[output];
            }
        }
        LinearModel::new(&coefficients, &intercepts, RidgeChoice { l2, errors })
    }
}

impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for RidgeCv {
    type Model = RidgeCvModel<F, Y>;

    fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<Self::Model> {
        self.fit_rows(x, y, None)
    }
}

impl<F: Float, Y: Outputs<F>> FitWeighted<DMatrix<F>, Y> for RidgeCv {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights))
    }
}

#[cfg(test)]
mod tests {
    use crate::{DMatrix, DVector, Error, Fit, FitWeighted, Predict, Ridge, RidgeCv, rows};

    fn wave(n: usize, p: usize) -> DMatrix<f64> {
        DMatrix::from_fn(n, p, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin() + j as f64)
    }

    /// Mean squared errors by fitting without each row.
    fn by_hand(x: &DMatrix<f64>, y: &DVector<f64>, weights: &[f64], ridge: &Ridge) -> f64 {
        let mut sum = 0.0;
        for i in (0..x.nrows()).filter(|&i| weights[i] > 0.0) {
            let kept: Vec<usize> = (0..x.nrows()).filter(|&row| row != i).collect();
            let w: Vec<f64> = kept.iter().map(|&row| weights[row]).collect();
            let model = ridge.fit_weighted(&x.select_rows(&kept), &y.select_rows(&kept), &w).unwrap();
            sum += weights[i] * (model.predict(&x.rows(i, 1).into_owned()).unwrap()[0] - y[i]).powi(2);
        }
        sum / weights.iter().sum::<f64>()
    }

    #[test]
    fn errors_are_those_of_leaving_out_each_row() {
        let l2s = vec![1e-9, 0.1, 3.0, 50.0];
        for (n, p) in [(20, 3), (12, 12), (8, 20)] {
            let x = wave(n, p);
            let y = DVector::from_fn(n, |i, _| x[(i, 0)] + ((i * 5) as f64).cos());
            let weights: Vec<f64> = (0..n).map(|i| (i % 4) as f64).collect();
            for (weights, intercept) in [(vec![1.0; n], true), (weights.clone(), true), (weights, false)] {
                let model =
                    RidgeCv::new().l2s(l2s.clone()).fit_intercept(intercept).fit_weighted(&x, &y, &weights).unwrap();
                for (at, &l2) in l2s.iter().enumerate() {
                    let expected = by_hand(&x, &y, &weights, &Ridge::new(l2).fit_intercept(intercept));
                    let off = (model.choice().errors[at] / expected - 1.0).abs();
                    // a penalty of 1e-9 beside products of 1e2: eps times their ratio is 2e-5
                    assert!(off < if l2 < 0.1 { 1e-3 } else { 1e-9 }, "{n} x {p}, {l2}, {intercept}: {off:e}");
                }
                let l2 = model.choice().l2[0];
                let refit = Ridge::new(l2).fit_intercept(intercept).fit_weighted(&x, &y, &weights).unwrap();
                assert_eq!(model.coefficients(), refit.coefficients());
            }
        }
    }

    #[test]
    fn outputs_have_penalties_of_their_own_where_asked() {
        let x = wave(25, 4);
        let clean = DVector::from_fn(25, |i, _| x.row(i).sum());
        let noise = DVector::from_fn(25, |i, _| ((i * 13) as f64 * 0.7).cos());
        let y = DMatrix::from_columns(&[clean.clone(), noise.clone()]);
        let own = RidgeCv::new().l2s(vec![0.01, 1e3]).l2_per_target(true).fit(&x, &y).unwrap();
        assert_eq!(own.choice().l2, [0.01, 1e3]);
        for (output, y) in [clean, noise].iter().enumerate() {
            let alone = RidgeCv::new().l2s(vec![0.01, 1e3]).fit(&x, y).unwrap();
            assert!((own.coefficients().column(output) - alone.coefficients()).amax() < 1e-12);
        }
        let shared = RidgeCv::new().l2s(vec![0.01, 1e3]).fit(&x, &y).unwrap();
        assert_eq!(shared.choice().l2[0], shared.choice().l2[1]);
    }

    #[test]
    fn one_row_cannot_be_left_out() {
        let found = RidgeCv::new().fit(&rows(&[[1.0]]), &DVector::from_vec(vec![1.0]));
        assert_eq!(found, Err(Error::TooFewSamples { what: "x", needed: 2, found: 1 }));
        let (x, y) = (rows(&[[1.0], [2.0]]), DVector::from_vec(vec![1.0, 2.0]));
        assert!(RidgeCv::new().fit_weighted(&x, &y, &[0.0, 3.0]).is_err());
        assert!(matches!(RidgeCv::new().l2s(vec![0.0]).fit(&x, &y), Err(Error::Parameter { name: "l2s", .. })));
        assert!(matches!(RidgeCv::new().l2s(vec![]).fit(&x, &y), Err(Error::Parameter { name: "l2s", .. })));
    }
}
