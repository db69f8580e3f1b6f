//! What every factorisation must satisfy, on matrices of any shape and rank.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_decomp::{Cholesky, PivotedQr, Qr, qr, symmetric_eigen, thin_svd};
use cairn_traits::{DMatrix, Float};
use proptest::prelude::*;

/// Rounding of a backward stable factorisation: a modest constant times the longer side, ε and the size of the matrix.
fn tolerance<F: Float>(x: &DMatrix<F>) -> F {
    F::of(32.0 * x.nrows().max(x.ncols()) as f64) * F::EPSILON * x.norm()
}

fn close<F: Float>(a: &DMatrix<F>, b: &DMatrix<F>, tolerance: F) -> Result<(), TestCaseError> {
    let gap = (a - b).norm();
    prop_assert!(gap <= tolerance, "{:e} > {:e} for {:?}", gap, tolerance, a.shape());
    Ok(())
}

fn orthonormal<F: Float>(q: &DMatrix<F>) -> Result<(), TestCaseError> {
    let identity = DMatrix::identity(q.ncols(), q.ncols());
    // Q'Q = I to rounding, whatever the size of the numbers that were factorised
    let size = F::of(32.0 * q.nrows().max(q.ncols()) as f64 * (q.ncols() as f64).sqrt());
    close(&(q.transpose() * q), &identity, size * F::EPSILON)
}

/// A product of two random matrices: its rank is at most the inner size, so ranks from 0 up are drawn; sizes of numbers
/// from 10⁻⁶ to 10⁶.
fn matrices(most: usize) -> impl Strategy<Value = DMatrix<f64>> {
    (1..=most, 1..=most, 0..=most, -6..=6).prop_flat_map(|(n, p, rank, power)| {
        let numbers = |count| prop::collection::vec(-1.0..1.0, count);
        (numbers(n * rank), numbers(rank * p)).prop_map(move |(left, right)| {
            DMatrix::from_vec(n, rank, left) * DMatrix::from_vec(rank, p, right) * 10.0_f64.powi(power)
        })
    })
}

fn svd_laws<F: Float>(x: &DMatrix<F>) -> Result<(), TestCaseError> {
    let svd = thin_svd(x).unwrap();
    let s = svd.singular_values.as_slice();
    prop_assert!(s.windows(2).all(|two| two[0] >= two[1]) && s.iter().all(|&s| s >= F::zero()));
    orthonormal(&svd.u)?;
    orthonormal(&svd.v)?;
    close(&(&svd.u * DMatrix::from_diagonal(&svd.singular_values) * svd.v.transpose()), x, tolerance(x))
}

fn eigen_laws<F: Float>(x: &DMatrix<F>) -> Result<(), TestCaseError> {
    let a = x * x.transpose() - DMatrix::identity(x.nrows(), x.nrows()) * x.norm();
    let eigen = symmetric_eigen(&a).unwrap();
    prop_assert!(eigen.eigenvalues.as_slice().windows(2).all(|two| two[0] <= two[1]));
    orthonormal(&eigen.eigenvectors)?;
    let stretched = &eigen.eigenvectors * DMatrix::from_diagonal(&eigen.eigenvalues);
    close(&(&a * &eigen.eigenvectors), &stretched, tolerance(&a))
}

fn qr_laws<F: Float>(x: &DMatrix<F>) -> Result<(), TestCaseError> {
    let pivoted = PivotedQr::new(x).unwrap();
    let (q, r) = (pivoted.q(), pivoted.r());
    orthonormal(&q)?;
    close(&(&q * &r), &x.select_columns(pivoted.permutation()), tolerance(x))?;
    let mut columns = pivoted.permutation().to_vec();
    columns.sort_unstable();
    prop_assert!(columns.into_iter().eq(0..x.ncols()));
    for j in 0..r.nrows() {
        prop_assert!(r[(j, j)] >= F::zero() && (0..j).all(|i| r[(j, i)] == F::zero()));
        // the chosen column has the most left over, up to the running norms' share of rounding
        prop_assert!(j == 0 || r[(j, j)] <= r[(j - 1, j - 1)] * (F::one() + F::of(1e-3)) + tolerance(x));
    }
    let Qr { q, r } = qr(x).unwrap();
    orthonormal(&q)?;
    prop_assert!((0..r.nrows()).all(|j| r[(j, j)] >= F::zero() && (0..j).all(|i| r[(j, i)] == F::zero())));
    close(&(q * r), x, tolerance(x))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_svd_is_orthonormal_sorted_and_gives_the_matrix_back(x in matrices(24)) {
        svd_laws(&x)?;
        svd_laws(&x.map(|v| v as f32))?;
    }

    #[test]
    fn eigenvectors_are_orthonormal_and_stretched_by_their_values(x in matrices(24)) {
        eigen_laws(&x)?;
        eigen_laws(&x.map(|v| v as f32))?;
    }

    #[test]
    fn q_times_r_is_the_matrix_with_its_columns_permuted(x in matrices(24)) {
        qr_laws(&x)?;
        qr_laws(&x.map(|v| v as f32))?;
    }

    #[test]
    fn the_triangle_times_its_transpose_is_the_matrix(x in matrices(16), y in -1.0..1.0_f64) {
        let p = x.nrows();
        let a = &x * x.transpose() + DMatrix::identity(p, p) * (x.norm_squared() + 1e-9);
        let cholesky = Cholesky::new(&a).unwrap();
        close(&(cholesky.l() * cholesky.l().transpose()), &a, tolerance(&a))?;
        let right = DMatrix::from_fn(p, 2, |i, j| y + (i * 2 + j) as f64);
        let solution = cholesky.solve(&right).unwrap();
        // the condition number of A is at most 2: A = X X' + |X|² I
        close(&(&a * &solution), &right, 4.0 * f64::EPSILON * 32.0 * p as f64 * right.norm())?;
        let inverse = cholesky.solve(&DMatrix::identity(p, p)).unwrap();
        let norm = inverse.column_iter().map(|c| c.iter().map(|v| v.abs()).sum::<f64>()).fold(0.0, f64::max);
        let estimate = cholesky.inverse_norm_estimate();
        prop_assert!(estimate <= norm * (1.0 + 1e-12) && estimate >= norm / 3.0, "{} of {}", estimate, norm);
    }

    #[test]
    fn least_squares_leave_residuals_orthogonal_to_every_column(x in matrices(12)) {
        let y = DMatrix::from_fn(x.nrows(), 2, |i, j| (i as f64 * 1.3 + j as f64).sin());
        // a rank that rounding cannot blur: what is below 1e-9 of the largest counts as nothing, and is bounded so
        let tol = 1e-9;
        let (basic, least) = (PivotedQr::new(&x).unwrap(), thin_svd(&x).unwrap());
        let basic = basic.solve_least_squares(&y, tol).unwrap();
        let least = least.solve_least_squares(&y, tol).unwrap();
        for b in [&basic, &least] {
            let residual = &y - &x * b;
            let bound = 100.0 * tol * x.norm() * (y.norm() + x.norm() * b.norm());
            prop_assert!((x.transpose() * residual).norm() <= bound);
        }
        prop_assert!(least.norm() <= basic.norm() * (1.0 + 1e-5) + 1e-12);
    }
}

#[test]
fn large_matrices_obey_the_same_laws() {
    let wave =
        |n, p| DMatrix::from_fn(n, p, |i: usize, j: usize| ((i * i + 3) as f64 * 0.7 + (j * j) as f64 * 1.9).sin());
    for (n, p) in [(300, 120), (200, 200), (600, 40), (60, 500)] {
        let x = wave(n, p);
        svd_laws(&x).unwrap();
        qr_laws(&x).unwrap();
        svd_laws(&x.map(|v| v as f32)).unwrap();
        qr_laws(&x.map(|v| v as f32)).unwrap();
    }
    eigen_laws(&wave(300, 50)).unwrap();
    eigen_laws(&wave(300, 50).map(|v| v as f32)).unwrap();
}
