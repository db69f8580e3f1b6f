//! Matrix products, through the `gemm` crate: the one place of this crate that needs `unsafe`.
//!
//! `gemm` picks AVX-512, AVX2, NEON or plain code at run time and cuts its work by shapes, so a product has the same
//! bits on any number of threads. The plain triple loop stays on as its test.
#![allow(unsafe_code)]

use cairn_traits::{Float, Result, check};
use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut};
use std::ops::Range;

/// Who does the work of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parallelism {
    /// The calling thread alone: right inside a task that is itself one of many.
    Sequential,
    /// The current rayon pool, where the product is large enough to share.
    Pool,
}

/// A factor of a product: a matrix as it stands, or transposed, without a copy.
#[derive(Clone, Copy, Debug)]
pub struct Factor<'a, F: Float> {
    view: DMatrixView<'a, F>,
    transposed: bool,
}

impl<'a, F: Float> From<DMatrixView<'a, F>> for Factor<'a, F> {
    fn from(view: DMatrixView<'a, F>) -> Self {
        Self { view, transposed: false }
    }
}

impl<'a, F: Float> From<&'a DMatrix<F>> for Factor<'a, F> {
    fn from(matrix: &'a DMatrix<F>) -> Self {
        Self { view: matrix.as_view(), transposed: false }
    }
}

/// The transpose, as a factor of [`matmul`] or [`matmul_into`]: nothing is moved.
pub fn tr<'a, F: Float>(factor: impl Into<Factor<'a, F>>) -> Factor<'a, F> {
    let factor = factor.into();
    Factor { transposed: !factor.transposed, ..factor }
}

impl<F: Float> Factor<'_, F> {
    fn shape(&self) -> (usize, usize) {
        let (rows, columns) = self.view.shape();
        if self.transposed { (columns, rows) } else { (rows, columns) }
    }

    fn rows(&self, rows: Range<usize>) -> Factor<'_, F> {
        let view = if self.transposed { self.view.columns_range(rows) } else { self.view.rows_range(rows) };
        Factor { view, transposed: self.transposed }
    }

    fn columns(&self, columns: Range<usize>) -> Factor<'_, F> {
        let view = if self.transposed { self.view.rows_range(columns) } else { self.view.columns_range(columns) };
        Factor { view, transposed: self.transposed }
    }

    /// From one row, and from one column, to the next.
    fn strides(&self) -> (isize, isize) {
        let (row, column) = self.view.strides();
        if self.transposed { (column as isize, row as isize) } else { (row as isize, column as isize) }
    }
}

/// The product `A B` on the current rayon pool; [`tr`] gives `A' B` and `A B'`.
///
/// # Errors
/// [`cairn_traits::Error::Shape`] if `A` has not as many columns as `B` has rows.
///
/// # Determinism
/// The same bits on any number of threads. One row alone may differ from the same row in a larger product in the last
/// bits: shapes choose the kernel.
///
/// # Examples
/// ```
/// use cairn_numeric::{matmul, tr};
/// use cairn_traits::rows;
/// let a = rows(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
/// // 1·1 + 3·3 + 5·5 = 35
/// assert_eq!(matmul(tr(&a), &a)?[(0, 0)], 35.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn matmul<'a, 'b, F: Float>(a: impl Into<Factor<'a, F>>, b: impl Into<Factor<'b, F>>) -> Result<DMatrix<F>> {
    let product = Product { alpha: F::one(), a: a.into(), b: b.into(), beta: F::zero() };
    let mut c = DMatrix::zeros(product.a.shape().0, product.b.shape().1);
    product.checked_into(c.as_view_mut(), Parallelism::Pool)?;
    Ok(c)
}

/// `C ← alpha A B + beta C`, into memory that is there already. With `beta` 0 what `C` held does not matter, NaN too.
///
/// # Errors
/// [`cairn_traits::Error::Shape`] if the three shapes do not fit.
pub fn matmul_into<'a, 'b, F: Float>(
    alpha: F,
    a: impl Into<Factor<'a, F>>,
    b: impl Into<Factor<'b, F>>,
    beta: F,
    c: DMatrixViewMut<'_, F>,
    parallelism: Parallelism,
) -> Result<()> {
    Product { alpha, a: a.into(), b: b.into(), beta }.checked_into(c, parallelism)
}

/// [`matmul_into`] for callers whose shapes fit by construction, as the layers of a network do.
///
/// # Panics
/// If the three shapes do not fit: a defect of the caller, as an index out of bounds would be.
pub fn matmul_fitting<'a, 'b, F: Float>(
    alpha: F,
    a: impl Into<Factor<'a, F>>,
    b: impl Into<Factor<'b, F>>,
    beta: F,
    c: DMatrixViewMut<'_, F>,
    parallelism: Parallelism,
) {
    let product = Product { alpha, a: a.into(), b: b.into(), beta };
    let ((m, k), (depth, n)) = (product.a.shape(), product.b.shape());
    assert!(depth == k && c.shape() == (m, n), "{m} x {k} times {depth} x {n} is not {:?}", c.shape());
    product.write_to(c, parallelism);
}

/// Arithmetic below which a block is not worth handing to another thread.
const LEAST_BLOCK_FLOPS: usize = 3_000_000;

/// The most blocks a product is cut into.
const PIECES: usize = 16;

/// From here on, in every direction, `gemm` shares its packed blocks between threads better than we can cut.
const LARGE: usize = 512;

/// `alpha A B + beta C`, before it is known where it goes.
#[derive(Clone, Copy)]
struct Product<'a, 'b, F: Float> {
    alpha: F,
    a: Factor<'a, F>,
    b: Factor<'b, F>,
    beta: F,
}

impl<F: Float> Product<'_, '_, F> {
    fn checked_into(&self, c: DMatrixViewMut<'_, F>, parallelism: Parallelism) -> Result<()> {
        let ((m, k), (depth, n)) = (self.a.shape(), self.b.shape());
        check::rows("b", k, depth)?;
        check::rows("c", m, c.nrows())?;
        check::columns("c", n, c.ncols())?;
        self.write_to(c, parallelism);
        Ok(())
    }

    fn write_to(&self, c: DMatrixViewMut<'_, F>, parallelism: Parallelism) {
        match parallelism {
            _ if c.is_empty() => {}
            Parallelism::Sequential => self.multiply(c, gemm::Parallelism::None),
            Parallelism::Pool => self.shared(c),
        }
    }

    /// Cuts the product along its longest side, by a rule of shapes alone.
    fn shared(&self, c: DMatrixViewMut<'_, F>) {
        let ((m, k), n) = (self.a.shape(), self.b.shape().1);
        if m.min(n).min(k) >= LARGE {
            return self.multiply(c, gemm::Parallelism::Rayon(0));
        }
        let flops = 2_usize.saturating_mul(m).saturating_mul(n).saturating_mul(k);
        let pieces = (flops / LEAST_BLOCK_FLOPS).clamp(1, PIECES);
        if pieces == 1 {
            self.multiply(c, gemm::Parallelism::None);
        } else if k > 4 * m.max(n) {
            self.along_depth(c, k.div_ceil(pieces));
        } else if m >= n {
            self.along_rows(c, m.div_ceil(pieces).next_multiple_of(48));
        } else {
            self.along_columns(c, n.div_ceil(pieces).next_multiple_of(8));
        }
    }

    /// Few results, each a long sum: stretches of the sum, added in order.
    fn along_depth(&self, mut c: DMatrixViewMut<'_, F>, size: usize) {
        let (m, n) = c.shape();
        let parts = crate::blocks::map(self.a.shape().1, size, |depth| {
            let mut part = DMatrix::zeros(m, n);
            let product = Product { a: self.a.columns(depth.clone()), b: self.b.rows(depth), beta: F::zero(), ..*self };
            product.multiply(part.as_view_mut(), gemm::Parallelism::None);
            part
        });
        if self.beta == F::zero() {
            c.fill(F::zero());
        } else {
            c *= self.beta;
        }
        parts.into_iter().for_each(|part| c += part);
    }

    /// Halves of the rows, until they are blocks.
    fn along_rows(&self, mut c: DMatrixViewMut<'_, F>, size: usize) {
        let m = c.nrows();
        if m <= size {
            return self.multiply(c, gemm::Parallelism::None);
        }
        let half = (m.div_ceil(size) / 2) * size;
        let (upper, lower) = c.rows_range_pair_mut(..half, half..);
        rayon::join(
            || Product { a: self.a.rows(0..half), ..*self }.along_rows(upper, size),
            || Product { a: self.a.rows(half..m), ..*self }.along_rows(lower, size),
        );
    }

    /// Halves of the columns, until they are blocks.
    fn along_columns(&self, mut c: DMatrixViewMut<'_, F>, size: usize) {
        let n = c.ncols();
        if n <= size {
            return self.multiply(c, gemm::Parallelism::None);
        }
        let half = (n.div_ceil(size) / 2) * size;
        let (left, right) = c.columns_range_pair_mut(..half, half..);
        rayon::join(
            || Product { b: self.b.columns(0..half), ..*self }.along_columns(left, size),
            || Product { b: self.b.columns(half..n), ..*self }.along_columns(right, size),
        );
    }

    /// `gemm` itself. Shapes were compared before; they are compared again, because memory safety hangs on them.
    fn multiply(&self, mut c: DMatrixViewMut<'_, F>, parallelism: gemm::Parallelism) {
        let ((m, k), n) = (self.a.shape(), self.b.shape().1);
        assert!(self.b.shape().0 == k && c.shape() == (m, n), "shapes were compared before");
        let ((a_row, a_column), (b_row, b_column)) = (self.a.strides(), self.b.strides());
        let (c_row, c_column) = c.strides();
        // SAFETY: the shapes were compared above, and a nalgebra view guarantees that every (row, column) within its
        // shape, at these strides from its first element, lies inside the storage it borrows. `c` is borrowed mutably,
        // so it overlaps neither `a` nor `b`. `gemm` reads `c` only if told to (`read_dst`).
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                c.as_mut_ptr(),
                c_column as isize,
                c_row as isize,
                self.beta != F::zero(),
                self.a.view.as_ptr(),
                a_column,
                a_row,
                self.b.view.as_ptr(),
                b_column,
                b_row,
                self.beta,
                self.alpha,
                false,
                false,
                false,
                parallelism,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;
    use proptest::prelude::{ProptestConfig, prop_assert, proptest};

    /// The definition: the test of the fast product.
    fn plain<F: Float>(a: &DMatrix<F>, b: &DMatrix<F>) -> DMatrix<f64> {
        DMatrix::from_fn(a.nrows(), b.ncols(), |i, j| {
            (0..a.ncols()).map(|k| a[(i, k)].to_f64() * b[(k, j)].to_f64()).sum()
        })
    }

    /// |found − exact| <= k eps |A| |B|, the bound of any order of summation.
    fn within<F: Float>(found: &DMatrix<F>, a: &DMatrix<F>, b: &DMatrix<F>) -> bool {
        let (exact, size) = (plain(a, b), plain(&a.map(|v| v.abs()), &b.map(|v| v.abs())));
        let eps = F::EPSILON.to_f64() * (a.ncols() + 1) as f64;
        found.iter().zip(exact.iter().zip(size.iter())).all(|(f, (e, s))| (f.to_f64() - e).abs() <= eps * s + 1e-300)
    }

    fn wave<F: Float>(rows: usize, columns: usize, phase: f64) -> DMatrix<F> {
        DMatrix::from_fn(rows, columns, |i, j| F::of((i as f64 * 1.7 + j as f64 * 0.3 + phase).sin()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn every_shape_and_transposition_is_the_plain_product(
            (m, n, k) in (1_usize..40, 1_usize..40, 0_usize..40),
            phase in 0.0..100.0_f64,
        ) {
            let (a, b) = (wave::<f64>(m, k, phase), wave::<f64>(k, n, 0.5));
            let (at, bt) = (a.transpose(), b.transpose());
            prop_assert!(within(&matmul(&a, &b).unwrap(), &a, &b));
            prop_assert!(within(&matmul(tr(&at), &b).unwrap(), &a, &b));
            prop_assert!(within(&matmul(&a, tr(&bt)).unwrap(), &a, &b));
            prop_assert!(within(&matmul(tr(&at), tr(&bt)).unwrap(), &a, &b));
            let (a, b) = (wave::<f32>(m, k, phase), wave::<f32>(k, n, 0.5));
            prop_assert!(within(&matmul(&a, &b).unwrap(), &a, &b));
        }
    }

    #[test]
    fn alpha_and_beta_scale_and_add() {
        let (a, b) = (cairn_traits::rows(&[[1.0, 2.0]]), cairn_traits::rows(&[[3.0], [4.0]]));
        let mut c = DMatrix::from_element(1, 1, 10.0);
        // 2 (1·3 + 2·4) + 0.5·10 = 27
        matmul_into(2.0, &a, &b, 0.5, c.as_view_mut(), Parallelism::Sequential).unwrap();
        assert_eq!(c[0], 27.0);
        let mut nan = DMatrix::from_element(1, 1, f64::NAN);
        matmul_into(1.0, &a, &b, 0.0, nan.as_view_mut(), Parallelism::Pool).unwrap();
        assert_eq!(nan[0], 11.0);
    }

    #[test]
    fn an_empty_sum_is_zero() {
        let (a, b) = (DMatrix::<f64>::zeros(2, 0), DMatrix::<f64>::zeros(0, 3));
        assert_eq!(matmul(&a, &b).unwrap(), DMatrix::zeros(2, 3));
    }

    #[test]
    fn views_of_a_part_of_a_matrix_are_factors_too() {
        let x = wave::<f64>(20, 6, 0.0);
        let (part, whole) = (x.view((3, 1), (10, 4)), x.view((3, 1), (10, 4)).into_owned());
        assert!(within(&matmul(tr(part), part).unwrap(), &whole.transpose(), &whole));
    }

    #[test]
    fn shapes_that_do_not_fit_are_an_error() {
        let (a, b) = (DMatrix::<f64>::zeros(2, 3), DMatrix::<f64>::zeros(4, 2));
        assert_eq!(matmul(&a, &b), Err(Error::Shape { what: "b", unit: "rows", expected: 3, found: 4 }));
        let mut c = DMatrix::zeros(2, 5);
        let found = matmul_into(1.0, &a, tr(&a), 0.0, c.as_view_mut(), Parallelism::Pool);
        assert_eq!(found, Err(Error::Shape { what: "c", unit: "columns", expected: 2, found: 5 }));
    }

    #[test]
    fn products_that_fit_are_the_same_and_others_panic() {
        let (a, b) = (wave::<f64>(5, 3, 0.0), wave::<f64>(3, 4, 0.5));
        let mut c = DMatrix::zeros(5, 4);
        matmul_fitting(1.0, &a, &b, 0.0, c.as_view_mut(), Parallelism::Sequential);
        assert_eq!(c, matmul(&a, &b).unwrap());
        let panics = std::panic::catch_unwind(|| {
            let mut c = DMatrix::zeros(5, 3);
            matmul_fitting(1.0, &a, &b, 0.0, c.as_view_mut(), Parallelism::Sequential);
        });
        assert!(panics.is_err());
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let run = |threads, m, n, k| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let (a, b) = (wave::<f32>(m, k, 0.1), wave::<f32>(k, n, 0.2));
            let (c, d) = (wave::<f64>(m, k, 0.1), wave::<f64>(k, n, 0.2));
            pool.install(|| (matmul(&a, &b).unwrap(), matmul(&c, &d).unwrap()))
        };
        for (m, n, k) in [(301, 257, 190), (5000, 40, 40), (32, 72, 6272)] {
            assert_eq!(run(1, m, n, k), run(2, m, n, k));
            assert_eq!(run(1, m, n, k), run(7, m, n, k));
        }
    }
}
