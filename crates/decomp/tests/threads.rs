//! The same bits on any number of threads.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_decomp::{Cholesky, PivotedQr, Svd, SymmetricEigen, qr, symmetric_eigen, thin_svd};
use cairn_traits::{DMatrix, Float};
use rayon::prelude::*;

fn wave<F: Float>(n: usize, p: usize) -> DMatrix<F> {
    DMatrix::from_fn(n, p, |i, j| F::of(((i * i + 3) as f64 * 0.7 + (j * j) as f64 * 1.9 + (i * j) as f64).sin()))
}

/// Symmetric and, with its dominant diagonal, positive definite.
fn definite<F: Float>(p: usize) -> DMatrix<F> {
    let x = wave::<F>(p, p);
    &x + x.transpose() + DMatrix::identity(p, p) * F::of(2.0 * p as f64)
}

fn bits<'a, F: Float>(parts: impl IntoIterator<Item = &'a [F]>) -> Vec<u64> {
    parts.into_iter().flatten().map(|v| v.to_f64().to_bits()).collect()
}

fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn on_any_threads(name: &str, run: impl Fn() -> Vec<u64> + Sync) {
    let one = in_pool(1, &run);
    for threads in [2, 7] {
        assert!(in_pool(threads, &run) == one, "{name}: other bits on {threads} threads");
    }
    assert!(run() == one, "{name}: other bits outside a pool of ours");
}

fn every_factorisation<F: Float>() {
    for (n, p) in [(20, 6), (300, 120), (500, 480), (4000, 170), (200, 3000)] {
        let x = wave::<F>(n, p);
        let y = wave::<F>(n, 3);
        let tol = F::of(1e-5);
        on_any_threads(&format!("svd {n} x {p}"), || {
            let svd = thin_svd(&x).unwrap();
            let solution = svd.solve_least_squares(&y, tol).unwrap();
            let Svd { u, singular_values, v } = svd;
            bits([u.as_slice(), singular_values.as_slice(), v.as_slice(), solution.as_slice()])
        });
        on_any_threads(&format!("qr {n} x {p}"), || {
            let (plain, pivoted) = (qr(&x).unwrap(), PivotedQr::new(&x).unwrap());
            let solution = pivoted.solve_least_squares(&y, tol).unwrap();
            let (q, r) = (pivoted.q(), pivoted.r());
            bits([plain.q.as_slice(), plain.r.as_slice(), q.as_slice(), r.as_slice(), solution.as_slice()])
        });
    }
    for p in [20, 400, 900] {
        let a = definite::<F>(p);
        on_any_threads(&format!("eigen {p}"), || {
            let SymmetricEigen { eigenvalues, eigenvectors } = symmetric_eigen(&a).unwrap();
            bits([eigenvalues.as_slice(), eigenvectors.as_slice()])
        });
        on_any_threads(&format!("cholesky {p}"), || {
            let cholesky = Cholesky::new(&a).unwrap();
            let solution = cholesky.solve(&a).unwrap();
            bits([cholesky.l().as_slice(), solution.as_slice(), &[cholesky.condition_estimate()]])
        });
    }
}

#[test]
fn single_precision() {
    every_factorisation::<f32>();
}

#[test]
fn double_precision() {
    every_factorisation::<f64>();
}

/// Folds of a cross-validation run at once, and each may factorise: neither a wait for each other nor other bits.
#[test]
fn factorisations_inside_parallel_work() {
    let a = definite::<f64>(300);
    let run = || -> Vec<Vec<u64>> {
        let one = |_: usize| bits([symmetric_eigen(&a).unwrap().eigenvectors.as_slice()]);
        (0..6).into_par_iter().map(one).collect()
    };
    let alone = in_pool(1, run);
    assert!(alone.iter().all(|found| *found == alone[0]));
    assert!(in_pool(2, run) == alone && in_pool(7, run) == alone);
}
