//! Where the points stand before the first step.

use crate::params::{Start, Tsne};
use cairn_decomp::{Svd, qr, thin_svd};
use cairn_numeric::{matmul, stream, tr};
use cairn_traits::{DMatrix, Float, Result, check};
use rand_distr::{Distribution, StandardNormal};

/// The standard deviation of the first column of a start.
pub(crate) const DEVIATION: f64 = 1e-4;

/// What noise has of it.
const NOISE: f64 = 0.01;

/// Streams of the seed: one for each use.
const NORMALS: u64 = 0;
const JITTER: u64 = 1;
const DIRECTIONS: u64 = 2;

/// n x n_components.
pub(crate) fn positions<F: Float>(params: &Tsne, x: &DMatrix<F>) -> Result<DMatrix<f64>> {
    let (n, components) = (x.nrows(), params.n_components);
    match &params.start {
        Start::Given(given) => {
            check::rows("start", n, given.nrows())?;
            check::columns("start", components, given.ncols())?;
            check::finite("start", given.as_view())?;
            Ok(given.clone())
        }
        Start::Random => Ok(normals(n, components, params.seed, NORMALS, DEVIATION)),
        Start::Pca => {
            let mut scores = leading_scores(x, components, params.seed)?;
            let deviation = scores.column(0).variance().sqrt();
            if !(deviation > 0.0 && deviation.is_finite()) {
                return Ok(normals(n, components, params.seed, NORMALS, DEVIATION));
            }
            scores *= DEVIATION / deviation;
            Ok(scores + normals(n, components, params.seed, JITTER, NOISE * DEVIATION))
        }
    }
}

fn normals(n: usize, components: usize, seed: u64, index: u64, deviation: f64) -> DMatrix<f64> {
    let mut rng = stream(seed, index);
    DMatrix::from_fn(n, components, |_, _| {
        let normal: f64 = StandardNormal.sample(&mut rng);
        normal * deviation
    })
}

/// The rows about their mean, along the directions in which they vary most: `U S` of a randomized singular value
/// decomposition. Columns of 0 where x has fewer columns than are asked for.
///
/// Random directions, multiplied seven times by X X' and made orthonormal before each product: n p steps for each of some
/// ten directions, whatever the shape (Halko, Martinsson and Tropp, 2011). Where a start stands to the last digit does not
/// matter.
fn leading_scores<F: Float>(x: &DMatrix<F>, components: usize, seed: u64) -> Result<DMatrix<f64>> {
    const OVERSAMPLES: usize = 8;
    const MULTIPLICATIONS: usize = 7;
    let (n, p) = x.shape();
    let centred = about_mean(x);
    let width = (components + OVERSAMPLES).min(n).min(p);
    let mut rng = stream(seed, DIRECTIONS);
    let omega = DMatrix::from_fn(p, width, |_, _| {
        let normal: f64 = StandardNormal.sample(&mut rng);
        F::of(normal)
    });
    let mut basis = qr(&matmul(&centred, &omega)?)?.q;
    for _ in 0..MULTIPLICATIONS {
        let along = qr(&matmul(tr(&centred), &basis)?)?.q;
        basis = qr(&matmul(&centred, &along)?)?.q;
    }
    let Svd { u, singular_values, .. } = thin_svd(&matmul(tr(&basis), &centred)?)?;
    let scores = matmul(&basis, &u)?;
    let value = |i: usize, c: usize| (scores[(i, c)] * singular_values[c]).to_f64();
    Ok(DMatrix::from_fn(n, components, |i, c| if c < singular_values.len() { value(i, c) } else { 0.0 }))
}

/// Columns about their means, all divided by the largest magnitude, so that no product leaves the range.
fn about_mean<F: Float>(x: &DMatrix<F>) -> DMatrix<F> {
    let largest = x.iter().fold(F::zero(), |largest, v| if v.abs() > largest { v.abs() } else { largest });
    let scale = if largest > F::zero() { largest } else { F::one() };
    let mut centred = x.map(|v| v / scale);
    for mut column in centred.column_iter_mut() {
        let mean = column.iter().map(|v| v.to_f64()).sum::<f64>() / column.len() as f64;
        column.add_scalar_mut(F::of(-mean));
    }
    centred
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_lies_along_the_direction_of_most_variance() {
        // columns 3 t, 4 t and a small wave: the direction is (3, 4, 0) / 5
        let t = |i: usize| (i as f64 - 24.5) / 25.0;
        let x = DMatrix::from_fn(50, 3, |i, j| match j {
            0 => 3.0 * t(i) + 1000.0,
            1 => 4.0 * t(i),
            _ => 0.3 * (i as f64 * 1.7).sin(),
        });
        let start = positions(&Tsne::new(), &x).unwrap();
        let deviation = start.column(0).variance().sqrt();
        // the noise is a hundredth
        assert!((deviation / DEVIATION - 1.0).abs() < 0.01, "{deviation}");
        let sign = start[(49, 0)].signum();
        let expected = DEVIATION / DMatrix::from_fn(50, 1, |i, _| t(i)).variance().sqrt();
        for i in 0..50 {
            assert!((start[(i, 0)] * sign - expected * t(i)).abs() < 5.0 * NOISE * DEVIATION);
        }
    }

    #[test]
    fn rows_that_are_all_equal_start_at_random() {
        let start = positions(&Tsne::new(), &DMatrix::from_element(200, 3, 7.0_f32)).unwrap();
        let deviation = start.column(1).variance().sqrt();
        assert!((deviation / DEVIATION - 1.0).abs() < 0.2, "{deviation}");
    }

    #[test]
    fn of_fewer_columns_than_the_map_has_the_rest_is_noise() {
        let x = DMatrix::from_fn(30, 1, |i, _| 1e300 * i as f64);
        let start = positions(&Tsne::new(), &x).unwrap();
        assert!(start.column(1).amax() < 6.0 * NOISE * DEVIATION && start.column(1).amax() > 0.0);
        assert!((start.column(0).variance().sqrt() / DEVIATION - 1.0).abs() < 0.01);
    }
}
