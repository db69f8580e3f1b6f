//! Eigenvalues and eigenvectors of symmetric matrices.

use crate::{input, parallelism::parallelism, real::Real, real::by_precision, signs};
use cairn_traits::{Error, Float, Result};
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use nalgebra::{DMatrix, DVector};

/// `A = V Λ V'`: what [`symmetric_eigen`] finds.
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetricEigen<F: Float> {
    /// Eigenvalues, **ascending**.
    pub eigenvalues: DVector<F>,
    /// Eigenvectors as columns, in the order of the eigenvalues, orthonormal.
    pub eigenvectors: DMatrix<F>,
}

/// The eigenvalues and eigenvectors of a symmetric matrix.
///
/// ```text
/// A V = V Λ     V'V = I,  Λ = diag(λ₁ ≤ λ₂ ≤ ... ≤ λₚ)
/// ```
///
/// Only the lower triangle is read (the upper must be finite too). Ascending, as the algorithm finds them and as LAPACK
/// and NumPy answer: the leading principal component is the *last* column.
///
/// # Shapes
/// `a` p x p, `eigenvalues` p, `eigenvectors` p x p.
///
/// # Determinism
/// The same bits on any number of threads. In each eigenvector the number of largest magnitude is positive (see
/// [`crate::orient`]). Where eigenvalues are equal, which basis of their space is found is left to rounding.
///
/// # Errors
/// [`Error::TooFewSamples`] without rows, [`Error::Shape`] if not square, [`Error::NonFinite`]; [`Error::Domain`] if
/// an eigenvalue overflows; [`Error::Diverged`] if the iteration does not converge, of which no example is known.
///
/// # Complexity
/// About 9 p³. Memory p² beside the result.
///
/// # Examples
/// ```
/// use cairn_decomp::symmetric_eigen;
/// let a = cairn_traits::rows(&[[2.0, 1.0], [1.0, 2.0]]);
/// let eigen = symmetric_eigen(&a)?;
/// // (1, -1) is left as it is, (1, 1) is tripled
/// assert!((eigen.eigenvalues[0] - 1.0_f64).abs() < 1e-15 && (eigen.eigenvalues[1] - 3.0).abs() < 1e-15);
/// assert!((eigen.eigenvectors[(0, 1)] - 0.5_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Golub and Van Loan (2013), chapter 8.
pub fn symmetric_eigen<F: Float>(a: &DMatrix<F>) -> Result<SymmetricEigen<F>> {
    input::square(a)?;
    let (a, factor) = input::in_range(a);
    let mut eigenvectors = DMatrix::zeros(a.nrows(), a.nrows());
    let mut eigenvalues = DVector::zeros(a.nrows());
    by_precision!(F, factorise(&a, eigenvalues.as_mut_slice(), &mut eigenvectors))?;
    input::undo("a", eigenvalues.as_mut_slice(), factor)?;
    signs::orient(&mut eigenvectors);
    Ok(SymmetricEigen { eigenvalues, eigenvectors })
}

fn factorise<F: Float, T: Real>(a: &DMatrix<F>, values: &mut [F], vectors: &mut DMatrix<F>) -> Result<()> {
    let p = a.nrows();
    let par = parallelism(9.0 * (p as f64).powi(3));
    let scratch = self_adjoint_evd_scratch::<T>(p, ComputeEigenvectors::Yes, par, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let values = DiagMut::from_slice_mut(T::of_mut(values));
    let vectors = Some(T::view_mut(vectors));
    let found = self_adjoint_evd(T::view(a), values, vectors, par, MemStack::new(&mut memory), Default::default());
    found.map_err(|_| Error::Diverged { step: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn eigenvalues_ascend_and_vectors_point_to_their_largest_number() {
        // trace 7, determinant 6: λ = 1, 6; vectors (1, -2) and (2, 1) over sqrt(5), the first turned to (-1, 2)
        let eigen = symmetric_eigen(&rows(&[[5.0, 2.0], [2.0, 2.0]])).unwrap();
        let near = |found: f64, exact: f64| assert!((found - exact).abs() < 16.0 * f64::EPSILON * 6.0, "{found}");
        near(eigen.eigenvalues[0], 1.0);
        near(eigen.eigenvalues[1], 6.0);
        let unit = 1.0 / 5.0_f64.sqrt();
        for (at, exact) in [((0, 0), -unit), ((1, 0), 2.0 * unit), ((0, 1), 2.0 * unit), ((1, 1), unit)] {
            near(eigen.eigenvectors[at], exact);
        }
    }

    #[test]
    fn the_upper_triangle_is_not_read() {
        let (a, b) = (rows(&[[1.0, 9.0], [0.5, 3.0]]), rows(&[[1.0, 0.5], [0.5, 3.0]]));
        assert_eq!(symmetric_eigen(&a), symmetric_eigen(&b));
    }

    #[test]
    fn small_and_zero_matrices_have_eigenvalues() {
        let one = symmetric_eigen(&rows(&[[-3.0_f32]])).unwrap();
        assert_eq!((one.eigenvalues[0], one.eigenvectors[0]), (-3.0, 1.0));
        let zero = symmetric_eigen(&DMatrix::<f64>::zeros(3, 3)).unwrap();
        assert_eq!((zero.eigenvalues, zero.eigenvectors), (DVector::zeros(3), DMatrix::identity(3, 3)));
    }

    #[test]
    fn numbers_whose_squares_leave_the_range_are_scaled() {
        for scale in [1e-30_f32, 1e30] {
            let eigen = symmetric_eigen(&rows(&[[2.0 * scale, scale], [scale, 2.0 * scale]])).unwrap();
            assert!((eigen.eigenvalues[1] / scale - 3.0).abs() < 16.0 * f32::EPSILON * 3.0);
        }
    }

    #[test]
    fn bad_input_is_refused() {
        let oblong = symmetric_eigen(&DMatrix::<f64>::zeros(2, 3));
        assert_eq!(oblong, Err(Error::Shape { what: "a", unit: "columns", expected: 2, found: 3 }));
        assert!(matches!(symmetric_eigen(&DMatrix::<f64>::zeros(0, 0)), Err(Error::TooFewSamples { .. })));
        assert!(matches!(symmetric_eigen(&rows(&[[f64::INFINITY]])), Err(Error::NonFinite { .. })));
    }
}
