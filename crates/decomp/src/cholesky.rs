//! The Cholesky factorisation of symmetric positive definite matrices.

use crate::{input, parallelism::parallelism, real::Real, real::by_precision};
use cairn_traits::{Error, Float, Result};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::{factor, solve};
use nalgebra::DMatrix;

/// `A = L L'`: the square root of a symmetric positive definite matrix that is a triangle, and the cheapest way to solve
/// `A X = B`.
///
/// Only the lower triangle of A is read (the upper must be finite too).
///
/// # Determinism
/// The same bits on any number of threads; the diagonal of L is positive, which makes L unique.
///
/// # Complexity
/// p³ / 3 once, 2 p² for each column of a right side. Memory p².
///
/// # Trade-offs
/// Of normal equations `X'X b = X'y` the condition number is the square of that of X: beyond
/// [`Self::condition_estimate`] 1/ε no digit of b is right. [`PivotedQr`](crate::PivotedQr) of X does not square it.
///
/// # Examples
/// ```
/// use cairn_decomp::Cholesky;
/// use cairn_traits::rows;
/// let a = rows(&[[4.0, 2.0], [2.0, 5.0]]);
/// let cholesky = Cholesky::new(&a)?;
/// assert_eq!(cholesky.l(), &rows(&[[2.0, 0.0], [1.0, 2.0]])); // 2·2 = 4, 2·1 = 2, 1·1 + 2·2 = 5
/// assert_eq!(cholesky.solve(&rows(&[[8.0], [12.0]]))?, rows(&[[1.0], [2.0]])); // 4 + 4 = 8, 2 + 10 = 12
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// Golub and Van Loan (2013), section 4.2.
#[derive(Clone, Debug, PartialEq)]
pub struct Cholesky<F: Float> {
    l: DMatrix<F>,
    norm: F,
}

impl<F: Float> Cholesky<F> {
    /// Factorises `a`.
    ///
    /// Rounding can make a singular matrix look barely definite, or the other way round; only
    /// [`Self::condition_estimate`] tells how far from singular it is.
    ///
    /// # Errors
    /// [`Error::Singular`] if `a` is not positive definite to working precision; [`Error::TooFewSamples`] without rows,
    /// [`Error::Shape`] if not square, [`Error::NonFinite`].
    pub fn new(a: &DMatrix<F>) -> Result<Self> {
        input::square(a)?;
        let mut l = a.clone();
        by_precision!(F, factorise(&mut l))?;
        l.fill_upper_triangle(F::zero(), 1);
        if l.diagonal().iter().any(|&d| d <= F::zero() || !d.is_finite()) {
            return Err(NOT_DEFINITE);
        }
        Ok(Self { l, norm: norm_of_symmetric(a) })
    }

    /// L, lower triangular with a positive diagonal.
    pub fn l(&self) -> &DMatrix<F> {
        &self.l
    }

    /// The solution of `A X = B`.
    ///
    /// # Shapes
    /// `b` p x k, the solution p x k.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`] of `b`; [`Error::Singular`] if the solution overflows.
    pub fn solve(&self, b: &DMatrix<F>) -> Result<DMatrix<F>> {
        input::right_side("b", b, self.l.nrows())?;
        let solution = self.solution(b.clone());
        if solution.iter().all(|v| v.is_finite()) { Ok(solution) } else { Err(Error::Singular { what: "a" }) }
    }

    /// The natural logarithm of the determinant, `2 Σ ln lⱼⱼ`, which does not overflow as the determinant would.
    pub fn log_determinant(&self) -> F {
        let sum: f64 = self.l.diagonal().iter().map(|d| d.to_f64().ln()).sum();
        F::of(2.0 * sum)
    }

    /// An estimate of `‖A⁻¹‖₁`, the largest column sum of magnitudes of the inverse: never too large but for rounding,
    /// and almost always within a factor of 3.
    ///
    /// # Complexity
    /// About 5 solutions with one right side: 10 p², beside p³ for the inverse itself.
    ///
    /// # References
    /// W. Hager (1984); N. Higham (1988), *FORTRAN codes for estimating the one-norm*, algorithm 4.1.
    pub fn inverse_norm_estimate(&self) -> F {
        let p = self.l.nrows();
        let column = |of: &dyn Fn(usize) -> F| self.solution(DMatrix::from_fn(p, 1, |i, _| of(i)));
        let sign = |v: F| if v < F::zero() { -F::one() } else { F::one() };
        let share = F::one() / F::of(p as f64);
        let mut y = column(&|_| share);
        let (mut estimate, mut place, mut signs) = (sum_of_magnitudes(&y), usize::MAX, DMatrix::zeros(0, 0));
        // ‖A⁻¹x‖₁ is convex in x: climb from corner to corner of the set of x whose magnitudes sum to 1
        for _ in 0..5 {
            let turned = y.map(sign);
            if turned == signs {
                break;
            }
            signs = turned;
            let gradient = self.solution(signs.clone());
            let steepest = largest_magnitude(&gradient);
            if steepest == place {
                break;
            }
            place = steepest;
            y = column(&|i| if i == place { F::one() } else { F::zero() });
            let here = sum_of_magnitudes(&y);
            if here <= estimate {
                break;
            }
            estimate = here;
        }
        // a vector that catches the inverses on which the climb is stuck at once
        let last = F::of(p.saturating_sub(1).max(1) as f64);
        let alternating = |i: usize| {
            let size = F::one() + F::of(i as f64) / last;
            if i.is_multiple_of(2) { size } else { -size }
        };
        let other = sum_of_magnitudes(&column(&alternating)) * F::of(2.0 / 3.0) * share;
        if p > 1 && other > estimate { other } else { estimate }
    }

    /// An estimate of the condition number `‖A‖₁ ‖A⁻¹‖₁`: by how much relative errors of A and B may grow in
    /// [`Self::solve`]. At 1/ε (4.5e15 in `f64`, 8e6 in `f32`) no digit is left.
    ///
    /// # Examples
    /// ```
    /// let a = cairn_traits::rows(&[[1.0, 0.0], [0.0, 1e-8]]);
    /// let condition: f64 = cairn_decomp::Cholesky::new(&a)?.condition_estimate();
    /// assert!((condition / 1e8 - 1.0).abs() < 1e-12);
    /// # Ok::<(), cairn_traits::Error>(())
    /// ```
    pub fn condition_estimate(&self) -> F {
        self.norm * self.inverse_norm_estimate()
    }

    fn solution(&self, mut b: DMatrix<F>) -> DMatrix<F> {
        by_precision!(F, solve_in_place(&self.l, &mut b));
        b
    }
}

const NOT_DEFINITE: Error = Error::Singular { what: "a (symmetric, positive definite)" };

fn factorise<F: Float, T: Real>(l: &mut DMatrix<F>) -> Result<()> {
    let p = l.nrows();
    let par = parallelism((p as f64).powi(3) / 3.0);
    let mut memory = MemBuffer::new(factor::cholesky_in_place_scratch::<T>(p, par, Default::default()));
    let (l, memory) = (T::view_mut(l), MemStack::new(&mut memory));
    match factor::cholesky_in_place(l, Default::default(), par, memory, Default::default()) {
        Ok(_) => Ok(()),
        Err(_) => Err(NOT_DEFINITE),
    }
}

fn solve_in_place<F: Float, T: Real>(l: &DMatrix<F>, b: &mut DMatrix<F>) {
    let (p, k) = b.shape();
    let par = parallelism(2.0 * (p as f64).powi(2) * k as f64);
    let mut memory = MemBuffer::new(solve::solve_in_place_scratch::<T>(p, k, par));
    solve::solve_in_place(T::view(l), T::view_mut(b), par, MemStack::new(&mut memory));
}

/// The largest column sum of magnitudes, of the lower triangle and its mirror image.
fn norm_of_symmetric<F: Float>(a: &DMatrix<F>) -> F {
    let mut sums = vec![F::zero(); a.nrows()];
    for (j, column) in a.column_iter().enumerate() {
        sums[j] += column[j].abs();
        for (i, v) in column.iter().enumerate().skip(j + 1) {
            sums[i] += v.abs();
            sums[j] += v.abs();
        }
    }
    sums.into_iter().fold(F::zero(), |largest, sum| if sum > largest { sum } else { largest })
}

fn sum_of_magnitudes<F: Float>(x: &DMatrix<F>) -> F {
    x.iter().map(|v| v.abs()).sum()
}

fn largest_magnitude<F: Float>(x: &DMatrix<F>) -> usize {
    let mut best = (0, F::zero());
    for (i, v) in x.iter().enumerate() {
        if v.abs() > best.1 {
            best = (i, v.abs());
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn the_factor_is_the_triangle_with_a_positive_diagonal() {
        // l₁₁ = 3, l₂₁ = 6/3 = 2, l₂₂ = sqrt(5 - 4) = 1; determinant 9
        let cholesky = Cholesky::new(&rows(&[[9.0, 77.0], [6.0, 5.0]])).unwrap();
        let few = 16.0 * f64::EPSILON;
        // the 77 above the diagonal is not read
        assert!((cholesky.l() - rows(&[[3.0, 0.0], [2.0, 1.0]])).amax() <= 3.0 * few);
        assert!((cholesky.log_determinant() - 9.0_f64.ln()).abs() <= few * 9.0_f64.ln());
        // 9 · 1 + 6 · -1 = 3, 6 · 1 + 5 · -1 = 1
        let found = cholesky.solve(&rows(&[[3.0], [1.0]])).unwrap();
        // the inverse is [[5, -6], [-6, 9]] / 9: the condition number is 15 · 15 / 9 = 25
        assert!((found - rows(&[[1.0], [-1.0]])).amax() <= 25.0 * few);
    }

    #[test]
    fn what_is_not_positive_definite_is_singular() {
        let singular = |a: DMatrix<f64>| matches!(Cholesky::new(&a), Err(Error::Singular { .. }));
        assert!(singular(rows(&[[1.0, 1.0], [1.0, 1.0]])));
        assert!(singular(rows(&[[1.0, 2.0], [2.0, 1.0]])));
        assert!(singular(rows(&[[0.0]])));
        assert!(singular(rows(&[[-1.0]])));
        assert!(singular(DMatrix::zeros(70, 70)));
    }

    #[test]
    fn the_norm_of_the_inverse_is_found_where_it_can_be_computed_by_hand() {
        // the inverse of [[2, 1], [1, 2]] is [[2, -1], [-1, 2]] / 3: column sums 1, and the norm of the matrix is 3
        let cholesky = Cholesky::new(&rows(&[[2.0_f64, 1.0], [1.0, 2.0]])).unwrap();
        assert!((cholesky.inverse_norm_estimate() - 1.0).abs() < 16.0 * f64::EPSILON);
        assert!((cholesky.condition_estimate() - 3.0).abs() < 48.0 * f64::EPSILON);
        assert_eq!(Cholesky::new(&rows(&[[4.0]])).unwrap().inverse_norm_estimate(), 0.25);
    }

    #[test]
    fn nearly_dependent_columns_show_in_the_condition() {
        // x'x of columns (1, 1) and (1, 1 + h): eigenvalues about 4 and h²/4
        let h = 1e-5;
        let x = rows(&[[1.0, 1.0], [1.0, 1.0 + h]]);
        let condition = Cholesky::new(&(x.transpose() * x)).unwrap().condition_estimate();
        assert!(condition > 1.0 / (h * h), "{condition:e}");
    }

    #[test]
    fn a_solution_that_overflows_is_an_error() {
        let tiny = Cholesky::new(&rows(&[[1e-300]])).unwrap();
        assert!(matches!(tiny.solve(&rows(&[[1e300]])), Err(Error::Singular { .. })));
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(matches!(Cholesky::new(&DMatrix::<f64>::zeros(0, 0)), Err(Error::TooFewSamples { .. })));
        assert!(matches!(Cholesky::new(&DMatrix::<f64>::zeros(2, 1)), Err(Error::Shape { .. })));
        assert!(matches!(Cholesky::new(&rows(&[[f64::NAN]])), Err(Error::NonFinite { .. })));
        let two = Cholesky::new(&rows(&[[1.0, 0.0], [0.0, 1.0]])).unwrap();
        assert!(matches!(two.solve(&rows(&[[1.0]])), Err(Error::Shape { what: "b", .. })));
    }
}
