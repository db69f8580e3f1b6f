//! Solutions from the rows themselves, where sums of squares have lost too many digits or leave directions open.

use crate::{
    normal_equations::Centres,
    solution::{Problem, WORST_REFINABLE},
};
use cairn_decomp::{Cholesky, Svd, thin_svd};
use cairn_numeric::{matmul, tr};
use cairn_traits::{DMatrix, DVector, Float, Result};

impl<F: Float> Problem<'_, F> {
    /// The active columns and the outputs about their means, rows times the roots of their weights.
    pub(crate) fn scaled_rows(&self, centres: &Centres) -> (DMatrix<f64>, DMatrix<f64>, Vec<f64>) {
        let Centres { active, x: centre, y: y_centre } = centres;
        let n = self.x.nrows();
        let root: Vec<f64> = self.weights.map_or_else(|| vec![1.0; n], |w| w.iter().map(|w| w.sqrt()).collect());
        let x = DMatrix::from_fn(n, active.len(), |i, a| self.x[(i, active[a])].to_f64() - centre[active[a]]);
        let y = DMatrix::from_fn(n, self.y.ncols(), |i, j| self.y[(i, j)].to_f64() - y_centre[j]);
        (self.about_mean(x, &root), self.about_mean(y, &root), root)
    }

    /// `w = X'c` with `(XX' + l2 I) c = y`; nothing where these equations are too badly conditioned.
    pub(crate) fn by_rows(&self, centres: &Centres) -> Result<Option<(DMatrix<f64>, usize)>> {
        let active = &centres.active;
        if active.is_empty() {
            return Ok(Some((DMatrix::zeros(self.x.ncols(), self.y.ncols()), 0)));
        }
        let (x, y, _) = self.scaled_rows(centres);
        let mut products = matmul(&x, tr(&x))?;
        (0..products.nrows()).for_each(|i| products[(i, i)] += self.l2);
        let Some(factor) = Cholesky::new(&products).ok().filter(|f| f.condition_estimate() <= WORST_REFINABLE) else {
            return Ok(None);
        };
        let mut solved = factor.solve(&y)?;
        let left = y - matmul(&products, &solved)?;
        solved += factor.solve(&left)?;
        Ok(Some((self.placed(&matmul(tr(&x), &solved)?, active), active.len())))
    }

    pub(crate) fn by_singular_values(&self, centres: &Centres) -> Result<(DMatrix<f64>, usize)> {
        let Centres { active, x: centre, .. } = centres;
        let (p, k) = (self.x.ncols(), self.y.ncols());
        if active.is_empty() {
            return Ok((DMatrix::zeros(p, k), 0));
        }
        let (mut x, y, root) = self.scaled_rows(centres);
        // columns of very different size hide each other; on one scale they do not, and if all directions are there
        // the solution is unique, on whatever scale it was found
        let scale = DVector::from_iterator(x.ncols(), x.column_iter().map(|column| column.norm()));
        x.column_iter_mut().zip(&scale).for_each(|(mut column, &scale)| column /= scale);
        // numbers far from 0 are stored to eps of their size: such differences are no direction of the rows
        let eps = 4.0 * F::EPSILON.to_f64() * DVector::from_vec(root).norm();
        let stored = DVector::from_fn(active.len(), |a, _| eps * centre[active[a]].abs());
        if self.l2 == 0.0 {
            let (mut solved, rank) = self.solve_by(&thin_svd(&x)?, &y, stored.component_div(&scale).norm())?;
            if rank == active.len() {
                solved.row_iter_mut().zip(&scale).for_each(|(mut row, &scale)| row /= scale);
                return Ok((self.placed(&solved, active), rank));
            }
        }
        x.column_iter_mut().zip(&scale).for_each(|(mut column, &scale)| column *= scale);
        let (solved, rank) = self.solve_by(&thin_svd(&x)?, &y, stored.norm())?;
        Ok((self.placed(&solved, active), rank))
    }

    /// Rows whose means have been taken off, less what the rounding of those means left, times the roots of the weights.
    fn about_mean(&self, mut rows: DMatrix<f64>, root: &[f64]) -> DMatrix<f64> {
        let weight: f64 = root.iter().map(|root| root * root).sum();
        for mut column in rows.column_iter_mut() {
            let left = column.iter().zip(root).map(|(value, root)| value * root * root).sum::<f64>() / weight;
            let left = if self.fit_intercept { left } else { 0.0 };
            column.iter_mut().zip(root).for_each(|(value, root)| *value = (*value - left) * root);
        }
        rows
    }

    /// `V diag(s / (s² + l2)) U' y`, over the singular values that are more than rounding, that of how the numbers are
    /// `stored` included.
    fn solve_by(
        &self,
        Svd { u, singular_values, v }: &Svd<f64>,
        y: &DMatrix<f64>,
        stored: f64,
    ) -> Result<(DMatrix<f64>, usize)> {
        let (n, p) = self.x.shape();
        let largest = singular_values.iter().copied().fold(0.0, f64::max);
        // rounding of n numbers a column moves a singular value by about sqrt(n) eps, the algorithm by about p eps
        let least = largest * F::EPSILON.to_f64() * (16.0 * p as f64 + (n as f64).sqrt()) + stored;
        let mut along = matmul(tr(u), y)?;
        for (mut row, &s) in along.row_iter_mut().zip(singular_values) {
            row.scale_mut(if s > least { s / (s * s + self.l2) } else { 0.0 });
        }
        let rank = singular_values.iter().filter(|&&s| s > least).count();
        Ok((matmul(v, &along)?, rank))
    }

    /// Coefficients of the active columns in their places, 0 elsewhere.
    fn placed(&self, solved: &DMatrix<f64>, active: &[usize]) -> DMatrix<f64> {
        let mut all = DMatrix::zeros(self.x.ncols(), solved.ncols());
        active.iter().zip(solved.row_iter()).for_each(|(&j, row)| all.row_mut(j).copy_from(&row));
        all
    }
}
