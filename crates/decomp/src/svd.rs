//! The singular value decomposition.

use crate::{input, parallelism::parallelism, real::Real, real::by_precision, signs};
use cairn_numeric::{matmul, tr};
use cairn_traits::{Error, Float, Result, check};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use nalgebra::{DMatrix, DVector};

/// `X = U S V'`: what [`thin_svd`] finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd<F: Float> {
    /// Left singular vectors, n x r: orthonormal columns.
    pub u: DMatrix<F>,
    /// Singular values, r of them, descending, at least 0.
    pub singular_values: DVector<F>,
    /// Right singular vectors, p x r: orthonormal columns. (Not transposed.)
    pub v: DMatrix<F>,
}

/// The thin singular value decomposition: the directions in which a matrix stretches, and by how much.
///
/// ```text
/// X = U S V'     U'U = V'V = I,  S = diag(s₁ ≥ s₂ ≥ ... ≥ sᵣ ≥ 0),  r = min(n, p)
/// ```
///
/// # Shapes
/// `x` n x p, `u` n x r, `singular_values` r, `v` p x r.
///
/// # Determinism
/// The same bits on any number of threads. In each column of `v` the number of largest magnitude is positive (see
/// [`crate::orient`]), and the column of `u` has the sign that follows. Where singular values are equal, their vectors span the
/// right space but which of its bases they are is left to rounding.
///
/// # Errors
/// [`Error::TooFewSamples`] without rows, [`Error::Shape`] without columns, [`Error::NonFinite`];
/// [`Error::Domain`] if a singular value overflows; [`Error::Diverged`] if the iteration does not converge, of which no
/// example is known.
///
/// # Complexity
/// About 6 n p r; tall matrices (n > 1.8 p) are first brought to p x p by QR. Memory n p beside the result.
///
/// # Examples
/// ```
/// use cairn_decomp::thin_svd;
/// let x = cairn_traits::rows(&[[0.0, -3.0], [2.0, 0.0], [0.0, 0.0]]);
/// let svd = thin_svd(&x)?;
/// // e₂ is stretched by 3, into -e₁; e₁ by 2, into e₂
/// assert_eq!(svd.singular_values.as_slice(), [3.0_f64, 2.0]);
/// assert_eq!(svd.v, cairn_traits::rows(&[[0.0, 1.0], [1.0, 0.0]]));
/// assert_eq!(svd.u, cairn_traits::rows(&[[-1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]));
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Golub and Van Loan (2013), sections 2.4 and 8.6; M. Gu and S. Eisenstat (1995), divide and conquer.
pub fn thin_svd<F: Float>(x: &DMatrix<F>) -> Result<Svd<F>> {
    check::training(x)?;
    let (n, p) = x.shape();
    let r = n.min(p);
    let (x, factor) = input::in_range(x);
    let (mut u, mut v) = (DMatrix::zeros(n, r), DMatrix::zeros(p, r));
    let mut singular_values = DVector::zeros(r);
    by_precision!(F, factorise(&x, &mut u, singular_values.as_mut_slice(), &mut v))?;
    input::undo("x", singular_values.as_mut_slice(), factor)?;
    signs::orient_both(&mut v, Some(&mut u));
    Ok(Svd { u, singular_values, v })
}

fn factorise<F: Float, T: Real>(x: &DMatrix<F>, u: &mut DMatrix<F>, s: &mut [F], v: &mut DMatrix<F>) -> Result<()> {
    let (n, p) = x.shape();
    let par = parallelism(6.0 * n as f64 * p as f64 * n.min(p) as f64);
    let thin = ComputeSvdVectors::Thin;
    let mut memory = MemBuffer::new(svd_scratch::<T>(n, p, thin, thin, par, Default::default()));
    let s = DiagMut::from_slice_mut(T::of_mut(s));
    let (u, v) = (Some(T::view_mut(u)), Some(T::view_mut(v)));
    let found = svd(T::view(x), s, u, v, par, MemStack::new(&mut memory), Default::default());
    found.map_err(|_| Error::Diverged { step: 1 })
}

impl<F: Float> Svd<F> {
    /// How many singular values are above `tol` times the largest: the rank, to that precision.
    ///
    /// `tol` = max(n, p) ε, the share of the largest that rounding alone can make, is what most software takes.
    pub fn rank(&self, tol: F) -> usize {
        let largest = self.singular_values.iter().next().copied().unwrap_or_default();
        self.singular_values.iter().take_while(|&&s| s > tol * largest).count()
    }

    /// The least-squares solution of `X B = Y` that has the smallest norm: dependent columns share the weight.
    ///
    /// ```text
    /// B = V₁ S₁⁻¹ U₁' Y,   of the first rank(tol) singular values
    /// ```
    ///
    /// # Shapes
    /// `y` n x k, the solution p x k.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`] of `y`.
    ///
    /// # Examples
    /// ```
    /// use cairn_decomp::thin_svd;
    /// use cairn_traits::rows;
    /// let twice_the_same = rows(&[[1.0, 1.0], [2.0, 2.0]]);
    /// let b = thin_svd(&twice_the_same)?.solve_least_squares(&rows(&[[2.0], [4.0]]), 1e-12)?;
    /// assert!((b[0] - 1.0_f64).abs() < 1e-14 && (b[1] - 1.0).abs() < 1e-14); // not (2, 0)
    /// # Ok::<(), cairn_traits::Error>(())
    /// ```
    pub fn solve_least_squares(&self, y: &DMatrix<F>, tol: F) -> Result<DMatrix<F>> {
        input::right_side("y", y, self.u.nrows())?;
        let rank = self.rank(tol);
        let mut weights = matmul(tr(self.u.columns(0, rank)), y.as_view())?;
        for mut column in weights.column_iter_mut() {
            for (weight, &s) in column.iter_mut().zip(self.singular_values.iter()) {
                *weight /= s;
            }
        }
        matmul(self.v.columns(0, rank), weights.as_view())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn a_matrix_of_rank_one_has_one_singular_value() {
        // (1, 2)' (3, 4): s = sqrt(5) · 5, v = (3, 4) / 5, u = (1, 2) / sqrt(5); largest of v is 4/5, positive
        let svd = thin_svd(&rows(&[[3.0, 4.0], [6.0, 8.0]])).unwrap();
        let near = |found: f64, exact: f64| assert!((found - exact).abs() < 16.0 * f64::EPSILON * 12.0, "{found}");
        near(svd.singular_values[0], 5.0_f64.sqrt() * 5.0);
        near(svd.singular_values[1], 0.0);
        near(svd.v[(0, 0)], 0.6);
        near(svd.v[(1, 0)], 0.8);
        near(svd.u[(0, 0)], 1.0 / 5.0_f64.sqrt());
        assert_eq!(svd.rank(1e-12), 1);
    }

    #[test]
    fn one_row_and_one_column_are_their_own_directions() {
        let row = thin_svd(&rows(&[[3.0_f64, -4.0]])).unwrap();
        assert!((row.singular_values[0] - 5.0).abs() < 8.0 * f64::EPSILON * 5.0); // sqrt(9 + 16)
        assert_eq!((row.u.shape(), row.v.shape()), ((1, 1), (2, 1)));
        assert!(row.v[1] > 0.0 && row.u[0] == -1.0, "the largest of v is -4/5, turned");
        let one = thin_svd(&rows(&[[-2.0_f32]])).unwrap();
        assert_eq!((one.u[0], one.singular_values[0], one.v[0]), (-1.0, 2.0, 1.0));
    }

    #[test]
    fn zeros_have_rank_zero_and_orthonormal_vectors() {
        for (n, p) in [(1, 1), (3, 2), (2, 5), (40, 3)] {
            let svd = thin_svd(&DMatrix::<f64>::zeros(n, p)).unwrap();
            assert!(svd.singular_values.iter().all(|&s| s == 0.0));
            assert_eq!(svd.rank(1e-12), 0);
            assert_eq!(svd.u.transpose() * &svd.u, DMatrix::identity(n.min(p), n.min(p)));
            let y = DMatrix::from_element(n, 1, 1.0);
            assert_eq!(svd.solve_least_squares(&y, 1e-12).unwrap(), DMatrix::zeros(p, 1));
        }
    }

    #[test]
    fn numbers_whose_squares_overflow_are_scaled() {
        for scale in [1e-300_f64, 1e300] {
            let svd = thin_svd(&rows(&[[3.0 * scale, 0.0], [4.0 * scale, 0.0]])).unwrap();
            assert!((svd.singular_values[0] / scale - 5.0).abs() < 8.0 * f64::EPSILON * 5.0);
        }
        let most = DMatrix::from_element(2, 2, f64::MAX); // s₁ = 2 MAX
        assert!(matches!(thin_svd(&most), Err(Error::Domain { what: "x", .. })));
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(matches!(thin_svd(&DMatrix::<f64>::zeros(0, 2)), Err(Error::TooFewSamples { .. })));
        assert!(matches!(thin_svd(&DMatrix::<f64>::zeros(2, 0)), Err(Error::Shape { unit: "columns", .. })));
        assert!(matches!(thin_svd(&rows(&[[1.0, f64::NAN]])), Err(Error::NonFinite { column: 1, .. })));
        let svd = thin_svd(&rows(&[[1.0], [2.0]])).unwrap();
        let short = svd.solve_least_squares(&rows(&[[1.0]]), 0.0);
        assert_eq!(short, Err(Error::Shape { what: "y", unit: "rows", expected: 2, found: 1 }));
    }
}
