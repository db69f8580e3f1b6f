//! QR factorisations, with columns pivoted and without.

use crate::{input, parallelism::parallelism, real::Real, real::by_precision};
use cairn_traits::{Float, Result, check};
use faer::Conj;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as q_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as multiply_by_q,
    apply_block_householder_sequence_transpose_on_the_left_in_place_scratch as q_transpose_scratch,
    apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj as multiply_by_q_transpose,
};
use faer::linalg::qr::{col_pivoting, no_pivoting};
use faer::linalg::triangular_solve::solve_upper_triangular_in_place;
use nalgebra::DMatrix;

/// `X P = Q R`: a factorisation that finds which columns of `X` the others do not explain.
///
/// ```text
/// X P = Q R     Q'Q = I (n x r),  R upper trapezoidal (r x p),  r₁₁ ≥ r₂₂ ≥ ... ≥ 0,  P a permutation,  r = min(n, p)
/// ```
///
/// At each step the column with the most left over, beyond what the chosen ones explain, is chosen next; a diagonal of
/// `R` that falls to nothing shows the rank.
///
/// # Determinism
/// The same bits on any number of threads. The diagonal of `R` is at least 0; among columns with equally much left over
/// the first is chosen.
///
/// # Complexity
/// 2 n p², memory n p. Pivoting looks at all columns at each step, so it is slower than [`qr`].
///
/// # Examples
/// ```
/// use cairn_decomp::PivotedQr;
/// use cairn_traits::rows;
/// let x = rows(&[[1.0, 3.0, 2.0], [0.0, 4.0, 0.0]]); // the third column is twice the first
/// let qr = PivotedQr::new(&x)?;
/// assert_eq!(qr.permutation(), [1, 2, 0]); // (3, 4) is the longest
/// assert!((qr.r()[(0, 0)] - 5.0_f64).abs() < 1e-14);
/// assert_eq!(qr.rank(1e-12), 2);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// P. Businger and G. Golub (1965); Golub and Van Loan (2013), section 5.4.2.
#[derive(Clone, Debug, PartialEq)]
pub struct PivotedQr<F: Float> {
    reflectors: Reflectors<F>,
    permutation: Vec<usize>,
}

/// `X = Q R` without pivoting: what [`qr`] finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Qr<F: Float> {
    /// n x r, orthonormal columns.
    pub q: DMatrix<F>,
    /// r x p, upper trapezoidal, its diagonal at least 0.
    pub r: DMatrix<F>,
}

/// A factorisation as it is computed: R on and above the diagonal, the vectors of the Householder reflections below, and
/// the triangles that join the reflections into blocks.
#[derive(Clone, Debug, PartialEq)]
struct Reflectors<F: Float> {
    packed: DMatrix<F>,
    triangles: DMatrix<F>,
}

/// The thin QR factorisation: orthonormal columns that span what the columns of `x` span, in their order.
///
/// ```text
/// X = Q R     Q'Q = I (n x r),  R upper trapezoidal (r x p),  rⱼⱼ ≥ 0,  r = min(n, p)
/// ```
///
/// It does not tell the rank; [`PivotedQr`] does.
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`] without rows, [`cairn_traits::Error::Shape`] without columns,
/// [`cairn_traits::Error::NonFinite`]; [`cairn_traits::Error::Domain`] if `R` overflows.
///
/// # Complexity
/// 4 n p r for both factors.
///
/// # Examples
/// ```
/// let x = cairn_traits::rows(&[[3.0, 1.0], [4.0, 3.0]]);
/// let cairn_decomp::Qr { q, r } = cairn_decomp::qr(&x)?;
/// // the first column is 5 (3/5, 4/5); of the second, 3/5 + 12/5 = 3 lies along it
/// assert!((r[(0, 0)] - 5.0_f64).abs() < 1e-14 && (r[(0, 1)] - 3.0).abs() < 1e-14);
/// assert!((q[(1, 0)] - 0.8).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Golub and Van Loan (2013), section 5.2.
pub fn qr<F: Float>(x: &DMatrix<F>) -> Result<Qr<F>> {
    check::training(x)?;
    let (scaled, factor) = input::in_range(x);
    let mut reflectors = Reflectors::of(scaled.into_owned());
    by_precision!(F, factorise(&mut reflectors));
    reflectors.undo(factor)?;
    Ok(Qr { q: reflectors.q(), r: reflectors.r() })
}

impl<F: Float> PivotedQr<F> {
    /// Factorises `x`.
    ///
    /// # Errors
    /// [`cairn_traits::Error::TooFewSamples`] without rows, [`cairn_traits::Error::Shape`] without columns,
    /// [`cairn_traits::Error::NonFinite`]; [`cairn_traits::Error::Domain`] if `R` overflows.
    pub fn new(x: &DMatrix<F>) -> Result<Self> {
        check::training(x)?;
        let (scaled, factor) = input::in_range(x);
        let mut reflectors = Reflectors::of(scaled.into_owned());
        let mut permutation: Vec<usize> = (0..x.ncols()).collect();
        if reflectors.packed.amax() > F::zero() {
            by_precision!(F, factorise_pivoted(&mut reflectors, &mut permutation));
        } else {
            // nothing to compare columns by: reflections of nothing leave Q = I and R = 0
            by_precision!(F, factorise(&mut reflectors));
        }
        reflectors.undo(factor)?;
        Ok(Self { reflectors, permutation })
    }

    /// Q, n x r.
    pub fn q(&self) -> DMatrix<F> {
        self.reflectors.q()
    }

    /// R, r x p, its columns in the order of [`Self::permutation`].
    pub fn r(&self) -> DMatrix<F> {
        self.reflectors.r()
    }

    /// The column of `x` that stands in each place of `X P`.
    pub fn permutation(&self) -> &[usize] {
        &self.permutation
    }

    /// How many leading diagonal numbers of R are above `tol` times the first: the rank, to that precision.
    ///
    /// `tol` = max(n, p) ε is the share that rounding alone can make. Matrices exist (Kahan's) on which this is one too
    /// many; [`Svd::rank`](crate::Svd::rank) has no such exception.
    pub fn rank(&self, tol: F) -> usize {
        let size = |place: usize| self.reflectors.packed[(place, place)].abs();
        (0..self.reflectors.size()).take_while(|&place| size(place) > tol * size(0)).count()
    }

    /// A least-squares solution of `X B = Y`, the basic one: coefficients of columns beyond the rank are exactly 0.
    ///
    /// The fitted values are those of every least-squares solution. Where columns depend on each other, the one of
    /// smallest norm is [`Svd::solve_least_squares`](crate::Svd::solve_least_squares).
    ///
    /// ```text
    /// B = P (R₁₁⁻¹ Q₁' Y; 0),   R₁₁ the leading rank x rank block
    /// ```
    ///
    /// # Shapes
    /// `y` n x k, the solution p x k.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Shape`], [`cairn_traits::Error::NonFinite`] of `y`.
    ///
    /// # Complexity
    /// 4 n r k.
    pub fn solve_least_squares(&self, y: &DMatrix<F>, tol: F) -> Result<DMatrix<F>> {
        input::right_side("y", y, self.reflectors.packed.nrows())?;
        let rank = self.rank(tol);
        let mut projected = y.clone();
        by_precision!(F, solve(&self.reflectors, &mut projected, rank));
        let mut solution = DMatrix::zeros(self.permutation.len(), y.ncols());
        for (place, &column) in self.permutation.iter().enumerate().take(rank) {
            solution.set_row(column, &projected.row(place));
        }
        Ok(solution)
    }
}

impl<F: Float> Reflectors<F> {
    /// Room for the factorisation of `packed`.
    fn of(packed: DMatrix<F>) -> Self {
        let (n, p) = packed.shape();
        let block = no_pivoting::factor::recommended_block_size::<f64>(n, p);
        Self { packed, triangles: DMatrix::zeros(block, n.min(p)) }
    }

    fn size(&self) -> usize {
        self.triangles.ncols()
    }

    fn undo(&mut self, factor: F) -> Result<()> {
        for j in 0..self.packed.ncols() {
            let above = self.size().min(j + 1);
            input::undo("x", &mut self.packed.column_mut(j).as_mut_slice()[..above], factor)?;
        }
        Ok(())
    }

    /// Whether the reflections left a negative number at this place of R's diagonal.
    fn is_turned(&self, place: usize) -> bool {
        self.packed[(place, place)] < F::zero()
    }

    fn q(&self) -> DMatrix<F> {
        let mut q = DMatrix::identity(self.packed.nrows(), self.size());
        by_precision!(F, apply(self, &mut q));
        for place in (0..self.size()).filter(|&place| self.is_turned(place)) {
            q.column_mut(place).neg_mut();
        }
        q
    }

    fn r(&self) -> DMatrix<F> {
        let mut r = self.packed.rows(0, self.size()).upper_triangle();
        for place in (0..self.size()).filter(|&place| self.is_turned(place)) {
            r.row_mut(place).neg_mut();
        }
        r
    }
}

fn factorise<F: Float, T: Real>(reflectors: &mut Reflectors<F>) {
    let (n, p) = reflectors.packed.shape();
    let par = parallelism(2.0 * n as f64 * p as f64 * reflectors.size() as f64);
    let block = reflectors.triangles.nrows();
    let scratch = no_pivoting::factor::qr_in_place_scratch::<T>(n, p, block, par, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let (packed, triangles) = (T::view_mut(&mut reflectors.packed), T::view_mut(&mut reflectors.triangles));
    no_pivoting::factor::qr_in_place(packed, triangles, par, MemStack::new(&mut memory), Default::default());
}

fn factorise_pivoted<F: Float, T: Real>(reflectors: &mut Reflectors<F>, permutation: &mut [usize]) {
    use col_pivoting::factor::{qr_in_place, qr_in_place_scratch};
    let (n, p) = reflectors.packed.shape();
    let par = parallelism(2.0 * n as f64 * p as f64 * reflectors.size() as f64);
    let block = reflectors.triangles.nrows();
    let mut memory = MemBuffer::new(qr_in_place_scratch::<usize, T>(n, p, block, par, Default::default()));
    let (packed, triangles) = (T::view_mut(&mut reflectors.packed), T::view_mut(&mut reflectors.triangles));
    let (memory, mut inverse) = (MemStack::new(&mut memory), vec![0; p]);
    qr_in_place(packed, triangles, permutation, &mut inverse, par, memory, Default::default());
}

/// `y = Q y`.
fn apply<F: Float, T: Real>(reflectors: &Reflectors<F>, y: &mut DMatrix<F>) {
    let (n, size) = (reflectors.packed.nrows(), reflectors.size());
    let par = parallelism(2.0 * n as f64 * size as f64 * y.ncols() as f64);
    let mut memory = MemBuffer::new(q_scratch::<T>(n, reflectors.triangles.nrows(), y.ncols()));
    let (vectors, triangles) = (T::view(&reflectors.packed), T::view(&reflectors.triangles));
    let vectors = vectors.subcols(0, size);
    multiply_by_q(vectors, triangles, Conj::No, T::view_mut(y), par, MemStack::new(&mut memory));
}

/// The first `rank` rows of `y` become `R₁₁⁻¹ Q₁' y`.
fn solve<F: Float, T: Real>(reflectors: &Reflectors<F>, y: &mut DMatrix<F>, rank: usize) {
    let (n, size) = (reflectors.packed.nrows(), reflectors.size());
    let par = parallelism(2.0 * n as f64 * size as f64 * y.ncols() as f64);
    let mut memory = MemBuffer::new(q_transpose_scratch::<T>(n, reflectors.triangles.nrows(), y.ncols()));
    let (packed, triangles) = (T::view(&reflectors.packed), T::view(&reflectors.triangles));
    let mut y = T::view_mut(y);
    let stack = MemStack::new(&mut memory);
    multiply_by_q_transpose(packed.subcols(0, size), triangles, Conj::No, y.as_mut(), par, stack);
    solve_upper_triangular_in_place(packed.submatrix(0, 0, rank, rank), y.subrows_mut(0, rank), par);
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::{Error, rows};

    /// A few roundings of numbers of this size.
    fn near(found: f64, exact: f64) -> bool {
        (found - exact).abs() <= 32.0 * f64::EPSILON * exact.abs().max(1.0)
    }

    #[test]
    fn columns_are_chosen_by_what_is_left_over() {
        // lengths 1, 5, 2; beyond (3, 4) / 5 the first has |4 · 1 - 3 · 0| / 5 = 0.8 left, the third twice that
        let qr = PivotedQr::new(&rows(&[[1.0, 3.0, 2.0], [0.0, 4.0, 0.0]])).unwrap();
        assert_eq!(qr.permutation(), [1, 2, 0]);
        let r = qr.r();
        for (at, exact) in [((0, 0), 5.0), ((0, 1), 1.2), ((0, 2), 0.6), ((1, 0), 0.0), ((1, 1), 1.6), ((1, 2), 0.8)] {
            assert!(near(r[at], exact), "{at:?}: {}", r[at]);
        }
        assert!(near(qr.q()[(0, 0)], 0.6) && near(qr.q()[(1, 0)], 0.8));
    }

    #[test]
    fn a_dependent_column_gets_the_coefficient_zero() {
        // columns 1 and 2 are t and 2 t: y = 4 t is 2 times the longer one
        let x = rows(&[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]);
        let qr = PivotedQr::new(&x).unwrap();
        assert_eq!(qr.rank(1e-12), 1);
        let b = qr.solve_least_squares(&rows(&[[4.0], [8.0], [12.0]]), 1e-12).unwrap();
        assert!(near(b[1], 2.0));
        assert_eq!(b[0], 0.0);
    }

    #[test]
    fn an_underdetermined_system_is_solved_by_as_many_columns_as_rows() {
        let x = rows(&[[1.0, 2.0, 4.0], [1.0, 2.0, -4.0]]);
        let b = PivotedQr::new(&x).unwrap().solve_least_squares(&rows(&[[6.0], [-2.0]]), 1e-12).unwrap();
        // 4 b₃ = (6 + 2) / 2 = 4 and 2 b₂ = (6 - 2) / 2 = 2
        assert!(b[0] == 0.0 && near(b[1], 1.0) && near(b[2], 1.0), "{b}");
    }

    #[test]
    fn zeros_are_factorised() {
        for (n, p) in [(1, 1), (3, 2), (2, 3), (50, 40)] {
            let zeros = DMatrix::<f64>::zeros(n, p);
            let pivoted = PivotedQr::new(&zeros).unwrap();
            assert_eq!(pivoted.rank(1e-12), 0);
            assert_eq!(pivoted.r(), DMatrix::zeros(n.min(p), p));
            assert_eq!(pivoted.q(), DMatrix::identity(n, n.min(p)));
            let b = pivoted.solve_least_squares(&DMatrix::from_element(n, 2, 1.0), 1e-12).unwrap();
            assert_eq!(b, DMatrix::zeros(p, 2));
            assert_eq!(qr(&zeros).unwrap().r, DMatrix::zeros(n.min(p), p));
        }
    }

    #[test]
    fn one_row_one_column_and_one_number_are_factorised() {
        let one = qr(&rows(&[[-2.0_f32]])).unwrap();
        assert_eq!((one.q[0], one.r[0]), (-1.0, 2.0));
        let row = PivotedQr::new(&rows(&[[1.0, -3.0]])).unwrap();
        assert_eq!((row.permutation(), row.q()[0], row.r().as_slice()), (&[1, 0][..], -1.0, &[3.0, -1.0][..]));
        let column = qr(&rows(&[[3.0], [4.0]])).unwrap();
        assert!(near(column.r[0], 5.0));
    }

    #[test]
    fn numbers_whose_squares_leave_the_range_are_scaled() {
        for scale in [1e-310_f64, 1e300] {
            let x = rows(&[[3.0 * scale, scale], [4.0 * scale, scale]]);
            let qr = PivotedQr::new(&x).unwrap();
            // a subnormal 1e-310 has 2¹⁰²² 1e-310 2⁵² ~ 10¹³ steps to 1
            assert!((qr.r()[(0, 0)] / scale - 5.0).abs() < 1e-12);
            assert_eq!(qr.rank(1e-10), 2);
        }
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(matches!(qr(&DMatrix::<f64>::zeros(0, 1)), Err(Error::TooFewSamples { .. })));
        assert!(matches!(PivotedQr::new(&DMatrix::<f64>::zeros(1, 0)), Err(Error::Shape { .. })));
        assert!(matches!(qr(&rows(&[[f64::NAN]])), Err(Error::NonFinite { .. })));
        let qr = PivotedQr::new(&rows(&[[1.0], [2.0]])).unwrap();
        assert!(matches!(qr.solve_least_squares(&rows(&[[1.0]]), 0.0), Err(Error::Shape { what: "y", .. })));
    }
}
