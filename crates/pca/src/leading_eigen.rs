//! A few leading eigenvectors of a large symmetric matrix, to the digits that all of them would have.

use cairn_decomp::{Cholesky, SymmetricEigen, orient, qr, symmetric_eigen};
use cairn_numeric::{Parallelism, gram, matmul, matmul_into, stream, tr};
use cairn_traits::{DMatrix, Result};
use nalgebra::DMatrixView;
use rand_distr::{Distribution, StandardNormal};

/// Eigenvalues, descending, and their vectors as columns.
pub(crate) type Leading = (Vec<f64>, DMatrix<f64>);

/// The `k` largest eigenvalues of a symmetric matrix without negative ones, and their vectors; `None` where finding all
/// is as fast, or where these are not found soon: the eigenvalues below them are too near.
///
/// The block Lanczos method, every block made orthogonal to all before it:
///
/// 1. Q: a block of random directions.
/// 2. Multiply the last block by A, take off what lies along Q, and append what is left to Q.
/// 3. Now and then: the eigenvectors S of the small matrix Q'AQ. Where `|A Qs − θ Qs|` is within the rounding of A for each
///    of the k largest θ, they are the answer.
///
/// # Complexity
/// With m columns in Q at the end, some 3 k to 8 k: 2 p² m + 8 p m² + 9 m³, where all eigenvectors cost 9 p³.
///
/// # References
/// Golub and Underwood (1977), The block Lanczos method for computing eigenvalues, in Mathematical Software III.
/// Parlett (1998), The Symmetric Eigenvalue Problem, chapter 13.
pub(crate) fn leading_eigen(a: &DMatrix<f64>, k: usize) -> Result<Option<Leading>> {
    const LEAST_COLUMNS: usize = 256;
    let p = a.nrows();
    // narrow blocks, many multiplications: the space holds higher powers of A than as many columns of wide ones
    let width = 4;
    let first_check = 3 * k.min(p) + 2 * width;
    // squares of the numbers must not leave the range
    if p < LEAST_COLUMNS || first_check > p / 3 || !(1e-100..1e100).contains(&a.trace()) {
        return Ok(None);
    }
    let most = p / 2;
    // one stream, always the same: the answer does not depend on where it starts but by rounding
    let mut rng = stream(0, 0);
    let start = DMatrix::from_fn(p, width, |_, _| StandardNormal.sample(&mut rng));
    let (mut basis, mut image) = (DMatrix::zeros(p, most), DMatrix::zeros(p, most));
    let (mut block, mut known, mut next_check) = (qr(&start)?.q, 0, first_check);
    while known + width <= most {
        basis.columns_mut(known, width).copy_from(&block);
        let product = matmul(a, &block)?;
        image.columns_mut(known, width).copy_from(&product);
        known += width;
        let (q, aq) = (basis.columns(0, known), image.columns(0, known));
        if known >= next_check {
            if let Some(found) = settled(q, aq, k)? {
                return Ok(is_whole(a, &found)?.then_some(found));
            }
            next_check = known + known / 6;
        }
        // once takes off nearly all, the second time what rounding left of it
        let left = qr(&without(product, q)?)?.q;
        block = qr(&without(left, q)?)?.q;
    }
    Ok(None)
}

/// `W − Q Q'W`.
fn without(mut block: DMatrix<f64>, basis: DMatrixView<'_, f64>) -> Result<DMatrix<f64>> {
    let along = matmul(tr(basis), &block)?;
    block -= matmul(basis, &along)?;
    Ok(block)
}

/// Whether no eigenvalue of A is above these but these: a start that lies across some direction of an eigenvalue with
/// several does not come upon it. Without the found ones all others are below the least of them, and θ I − A is positive
/// definite: it has a Cholesky factor.
fn is_whole(a: &DMatrix<f64>, (values, vectors): &Leading) -> Result<bool> {
    let (Some(largest), Some(least)) = (values.first(), values.last()) else { return Ok(true) };
    let theta = least + rounding(a.nrows(), *largest);
    let scaled = DMatrix::from_fn(vectors.nrows(), vectors.ncols(), |i, j| vectors[(i, j)] * values[j]);
    let mut rest = -a;
    matmul_into(1.0, &scaled, tr(vectors), 1.0, rest.as_view_mut(), Parallelism::Pool)?;
    (0..a.nrows()).for_each(|j| rest[(j, j)] += theta);
    Ok(Cholesky::new(&rest).is_ok())
}

/// What rounding moves the eigenvalues of a p x p matrix by.
fn rounding(p: usize, largest: f64) -> f64 {
    4.0 * p as f64 * f64::EPSILON * largest
}

/// The `k` largest eigenvalues in the span of the basis, if they are those of A.
fn settled(basis: DMatrixView<'_, f64>, image: DMatrixView<'_, f64>, k: usize) -> Result<Option<Leading>> {
    // what was next to nothing before it was brought to length 1 may point along what came before
    if (gram(basis) - DMatrix::identity(basis.ncols(), basis.ncols())).amax() > 1e-12 {
        return Ok(None);
    }
    let SymmetricEigen { eigenvalues, eigenvectors } = symmetric_eigen(&matmul(tr(basis), image)?)?;
    let (p, m) = basis.shape();
    let order = |place: usize| m - 1 - place;
    let values: Vec<f64> = (0..k).map(|place| eigenvalues[order(place)]).collect();
    let small = DMatrix::from_fn(m, k, |i, place| eigenvectors[(i, order(place))]);
    let (mut vectors, mut residuals) = (matmul(basis, &small)?, matmul(image, &small)?);
    let largest = values.first().copied().unwrap_or_default();
    let rounding = rounding(p, largest);
    for ((mut residual, vector), &value) in residuals.column_iter_mut().zip(vectors.column_iter()).zip(&values) {
        residual.axpy(-value, &vector, 1.0);
        if residual.norm() > rounding {
            return Ok(None);
        }
    }
    orient(&mut vectors);
    Ok(Some((values, vectors)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A symmetric matrix with these eigenvalues.
    fn with(eigenvalues: &[f64]) -> DMatrix<f64> {
        let p = eigenvalues.len();
        let wave = DMatrix::from_fn(p, p, |i, j| ((i * i + 3 * i * j + j) as f64 * 0.37).sin() + (i == j) as u8 as f64);
        let q = qr(&wave).unwrap().q;
        let scaled = DMatrix::from_fn(p, p, |i, j| q[(i, j)] * eigenvalues[j]);
        matmul(&scaled, tr(&q)).unwrap()
    }

    #[test]
    fn the_leading_ones_are_those_of_all() {
        let eigenvalues: Vec<f64> = (1..=300).map(|j| 1.0 / (j * j) as f64).collect();
        let a = with(&eigenvalues);
        let all = symmetric_eigen(&a).unwrap();
        let (values, vectors) = leading_eigen(&a, 10).unwrap().unwrap();
        for j in 0..10 {
            // both are within the rounding of A, p eps of its largest number
            let rounding = 8.0 * 300.0 * f64::EPSILON;
            assert!((values[j] - eigenvalues[j]).abs() < rounding);
            // over the gap to the next, at least 1/100 − 1/121
            let error = (vectors.column(j) - all.eigenvectors.column(299 - j)).amax();
            assert!(error < rounding * 600.0, "{j}: {error}");
        }
    }

    #[test]
    fn equal_and_vanishing_eigenvalues_are_found_or_left_to_the_full_decomposition() {
        let mut eigenvalues = vec![0.0; 300];
        eigenvalues[..3].copy_from_slice(&[3.0, 3.0, 1.0]);
        let flat = vec![1.0; 300];
        for eigenvalues in [&eigenvalues, &flat] {
            if let Some((values, vectors)) = leading_eigen(&with(eigenvalues), 4).unwrap() {
                assert!(values.iter().zip(eigenvalues).all(|(found, exact)| (found - exact).abs() < 1e-12));
                assert!((gram(vectors.as_view()) - DMatrix::identity(4, 4)).amax() < 1e-12);
            }
        }
    }

    #[test]
    fn no_copy_of_an_eigenvalue_is_missed() {
        let mut eigenvalues: Vec<f64> = (1..=400).map(|j| 1.0 / (j * j) as f64).collect();
        eigenvalues[3..40].fill(1.0 / 9.0);
        if let Some((values, _)) = leading_eigen(&with(&eigenvalues), 20).unwrap() {
            assert!(values.iter().zip(&eigenvalues).all(|(found, exact)| (found - exact).abs() < 1e-12), "{values:?}");
        }
    }

    #[test]
    fn small_matrices_and_many_eigenvalues_are_left_to_the_full_decomposition() {
        assert_eq!(leading_eigen(&DMatrix::identity(255, 255), 2).unwrap(), None);
        assert_eq!(leading_eigen(&DMatrix::identity(300, 300), 100).unwrap(), None);
        assert_eq!(leading_eigen(&DMatrix::zeros(300, 300), 2).unwrap(), None);
    }
}
