//! The leading singular values of a matrix from its products with a few random directions.

use crate::operator::Operator;
use cairn_decomp::{Svd, orient, qr, thin_svd};
use cairn_numeric::stream;
use cairn_traits::{DMatrix, DVector, Float, Result};
use rand_distr::{Distribution, StandardNormal};

/// Which directions are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draw {
    /// How many singular values are wanted.
    pub(crate) k: usize,
    /// How many directions beyond them are drawn.
    pub(crate) n_oversamples: usize,
    /// How often they are multiplied by A'A.
    pub(crate) n_iter: usize,
    /// What they are drawn from.
    pub(crate) seed: u64,
}

/// The first `k` singular values of `A`, descending, and its right singular vectors as columns, p x k.
///
/// 1. Random directions Ω, and Y = A Ω: mostly along the leading left singular vectors.
/// 2. `n_iter` times: Y ← A A' Y, made orthonormal before each product, or the digits of the smaller values drown.
/// 3. Q, an orthonormal basis of the last Y; with `krylov`, of all of them side by side.
/// 4. The singular values of the small matrix Q'A.
///
/// # References
/// Halko, Martinsson and Tropp (2011), Finding structure with randomness, SIAM Review 53, algorithms 4.4 and 5.1. Musco
/// and Musco (2015), Randomized block Krylov methods for stronger and faster approximate SVD, NIPS 28.
pub(crate) fn leading_singular<F: Float>(
    a: &impl Operator<F>,
    draw: &Draw,
    krylov: bool,
) -> Result<(DVector<F>, DMatrix<F>)> {
    let (n, p) = a.shape();
    let width = draw.k.saturating_add(draw.n_oversamples).min(n.min(p));
    let mut rng = stream(draw.seed, 0);
    let omega = DMatrix::from_fn(p, width, |_, _| {
        let normal: f64 = StandardNormal.sample(&mut rng);
        F::of(normal)
    });
    let mut basis = qr(&a.times(&omega)?)?.q;
    let mut all = basis.clone();
    for _ in 0..draw.n_iter {
        let along = qr(&a.transposed_times(&basis)?)?.q;
        basis = qr(&a.times(&along)?)?.q;
        if krylov && all.ncols() < n.min(p) {
            let left = (n.min(p) - all.ncols()).min(basis.ncols());
            let first = all.ncols();
            all = all.resize_horizontally(first + left, F::zero());
            all.columns_mut(first, left).copy_from(&basis.columns(0, left));
        }
    }
    let q = if krylov { qr(&all)?.q } else { basis };
    // A'Q = V S W': its left singular vectors are the right ones of Q'A
    let Svd { u, singular_values, v } = thin_svd(&a.transposed_times(&q)?)?;
    debug_assert_eq!(v.ncols(), singular_values.len());
    let k = draw.k.min(singular_values.len());
    let mut vectors = u.columns(0, k).into_owned();
    orient(&mut vectors);
    Ok((singular_values.rows(0, k).into_owned(), vectors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::matmul;

    /// Singular values 1, 1/2, 1/4, ...
    fn falling(n: usize, p: usize) -> DMatrix<f64> {
        let wave = |rows, seed: f64| {
            DMatrix::from_fn(rows, n.min(p).min(12), |i, j| (i as f64 * (j as f64 + seed) * 0.7 + seed).sin())
        };
        let (mut u, v) = (qr(&wave(n, 1.3)).unwrap().q, qr(&wave(p, 2.1)).unwrap().q);
        u.column_iter_mut().enumerate().for_each(|(j, mut column)| column.scale_mut(0.5_f64.powi(j as i32)));
        matmul(&u, &v.transpose()).unwrap()
    }

    #[test]
    fn a_falling_spectrum_is_found_to_the_last_digits() {
        let draw = Draw { k: 4, n_oversamples: 6, n_iter: 5, seed: 3 };
        for (n, p) in [(60, 25), (25, 60)] {
            let a = falling(n, p);
            let exact = thin_svd(&a).unwrap();
            for krylov in [false, true] {
                let (values, vectors) = leading_singular(&a, &draw, krylov).unwrap();
                for j in 0..4 {
                    // ratios of 2⁻⁷ to the power of 10 products: far below eps; what is left is rounding of size 1
                    assert!((values[j] - exact.singular_values[j]).abs() < 64.0 * f64::EPSILON, "{n} {p} {krylov}");
                    // an error of eps over the gap to the next, at least 1/16
                    let error = (vectors.column(j) - exact.v.column(j)).amax();
                    assert!(error < 64.0 * 16.0 * f64::EPSILON, "{n} {p} {krylov} {j}: {error}");
                }
            }
        }
    }

    #[test]
    fn more_directions_than_there_are_is_all_of_them() {
        let a = falling(9, 7);
        let draw = Draw { k: 7, n_oversamples: 10, n_iter: 3, seed: 0 };
        for krylov in [false, true] {
            let (values, vectors) = leading_singular(&a, &draw, krylov).unwrap();
            assert_eq!((values.len(), vectors.shape()), (7, (7, 7)));
            assert!((values[0] - thin_svd(&a).unwrap().singular_values[0]).abs() < 64.0 * f64::EPSILON);
        }
    }

    #[test]
    fn the_seed_decides() {
        let a = falling(40, 30);
        let run = |seed| leading_singular(&a, &Draw { k: 2, n_oversamples: 0, n_iter: 0, seed }, false).unwrap();
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }
}
