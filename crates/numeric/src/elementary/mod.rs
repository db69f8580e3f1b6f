//! Exponentials, logarithms and their family in plain arithmetic, without branches: a loop over them goes by whole
//! vectors.
//!
//! Made for loops inside [`vectorised!`](crate::vectorised), where the compiler turns them into vector instructions; of
//! one number the standard library's are as good. All are built of three pieces, each a short polynomial:
//!
//! ```text
//! eˣ = 2ⁿ (1 + (eʳ − 1)),            n = round(x / ln 2),   r = x − n ln 2,   |r| ≤ ln 2 / 2
//! ln(1 + x) = k ln 2 + 2 (s + s³/3 + s⁵/5 + ...),   1 + x = 2ᵏ (1 + s) / (1 − s),   |s| ≤ 3 − 2√2
//! Φ(−z) = e^(−z²/2) t P(1 − 2t),     t = c / (c + z),   z ≥ 0:  the normal distribution's tail
//! ```
//!
//! | function | within, in units in the last place | `f32`, `f64`: 0 below, infinite above |
//! |---|---|---|
//! | [`exp`] | 2 | −87 and 88, −708 and 709 |
//! | [`exp_m1`] | 3 | infinite above 88, 709 |
//! | [`ln_1p_unit`] | 3 | |
//! | [`tanh`] | 4 | |
//! | [`sigmoid`] | 4 | 0 below −87, −708 |
//! | [`softplus`] | 4 | 0 below −87, −708 |
//! | [`normal`] | 8; left of 0 8 + x² (the rounding of x²/2) | 0 below −13.1, −37.6 |
//!
//! Where the result would have fewer digits than a normal number it is 0. NaN stays NaN.

mod double;
mod single;

use cairn_traits::Float;

/// `f32` and `f64`, with the pieces the functions here are built of.
pub trait Elementary: Float {
    /// Below this `eˣ` is 0, as it would have fewer digits than a normal number.
    #[doc(hidden)]
    const LEAST: Self;
    /// Above this `eˣ` is infinite.
    #[doc(hidden)]
    const MOST: Self;
    #[doc(hidden)]
    const INFINITY: Self;
    #[doc(hidden)]
    const ZERO: Self;
    #[doc(hidden)]
    const HALF: Self;
    #[doc(hidden)]
    const ONE: Self;
    #[doc(hidden)]
    const TWO: Self;
    /// `1 / √(2π)`, the normal density at 0.
    #[doc(hidden)]
    const PEAK: Self;

    /// `eʳ − 1` and `2ⁿ`; of a number between `LEAST` and `MOST`.
    #[doc(hidden)]
    fn exp_parts(self) -> (Self, Self);

    /// `1/3 + s²/5 + s⁴/7 + ...` of `s²`.
    #[doc(hidden)]
    fn log_series(square: Self) -> Self;

    /// `Φ(−z) e^(z²/2)` of a `z` of at least 0.
    #[doc(hidden)]
    fn tail_series(self) -> Self;

    /// `|x|`.
    #[doc(hidden)]
    fn magnitude(self) -> Self;

    /// The number with the sign of another.
    #[doc(hidden)]
    fn signed_as(self, other: Self) -> Self;

    /// [`Float::of`], part of the loop it stands in.
    #[doc(hidden)]
    fn constant(value: f64) -> Self;
}

/// The number, or `least` if that is larger; NaN stays.
#[inline(always)]
pub(crate) fn at_least<T: Elementary>(x: T, least: T) -> T {
    if x < least { least } else { x }
}

/// `eˣ`, within 2 units in the last place; 0 below −708 (`f32`: −87), infinite above 709 (88), NaN of NaN.
///
/// ```
/// let e = cairn_numeric::elementary::exp(1.0);
/// assert!((e - std::f64::consts::E).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn exp<T: Elementary>(x: T) -> T {
    let scaled = exp_below(x);
    if x > T::MOST { T::INFINITY } else { scaled }
}

/// [`exp`] of a number up to `MOST`.
#[inline(always)]
pub(crate) fn exp_below<T: Elementary>(x: T) -> T {
    let (growth, power) = x.exp_parts();
    let scaled = (growth + T::ONE) * power;
    if x < T::LEAST { T::ZERO } else { scaled }
}

/// `eˣ − 1` without the loss of digits near 0, within 3 units in the last place; infinite above 709 (`f32`: 88).
///
/// ```
/// assert_eq!(cairn_numeric::elementary::exp_m1(1e-20), 1e-20);
/// ```
#[inline(always)]
pub fn exp_m1<T: Elementary>(x: T) -> T {
    let value = exp_m1_below(x);
    if x > T::MOST { T::INFINITY } else { value }
}

/// [`exp_m1`] of a number up to `MOST`.
#[inline(always)]
pub(crate) fn exp_m1_below<T: Elementary>(x: T) -> T {
    let (growth, power) = at_least(x, T::LEAST).exp_parts();
    power * growth + (power - T::ONE)
}

/// `ln(1 + x)` of an x between 0 and 1, within 3 units in the last place.
///
/// ```
/// assert_eq!(cairn_numeric::elementary::ln_1p_unit(1e-20), 1e-20);
/// assert!((cairn_numeric::elementary::ln_1p_unit(1.0) - 2.0_f64.ln()).abs() < 3e-16);
/// ```
#[inline(always)]
pub fn ln_1p_unit<T: Elementary>(x: T) -> T {
    // 1 + x near 1, or half of it where that is nearer
    let halved = x > T::constant(std::f64::consts::SQRT_2 - 1.0);
    let above = if halved { T::HALF * (x - T::ONE) } else { x };
    let base = if halved { T::constant(std::f64::consts::LN_2) } else { T::ZERO };
    let s = above / (T::TWO + above);
    let square = s * s;
    base + (T::TWO * s + T::TWO * s * square * T::log_series(square))
}

/// The hyperbolic tangent, within 4 units in the last place.
///
/// ```text
/// tanh |x| = −m / (2 + m),   m = e^(−2|x|) − 1
/// ```
///
/// ```
/// assert!((cairn_numeric::elementary::tanh(0.5_f64) - 0.5_f64.tanh()).abs() < 2e-16);
/// ```
#[inline(always)]
pub fn tanh<T: Elementary>(x: T) -> T {
    let m = exp_m1_below(-T::TWO * x.magnitude());
    (m / (T::TWO + m)).signed_as(x)
}

/// `1 / (1 + e⁻ˣ)`, within 4 units in the last place; 0 below −708 (`f32`: −87).
///
/// ```
/// assert_eq!(cairn_numeric::elementary::sigmoid(0.0_f32), 0.5);
/// ```
#[inline(always)]
pub fn sigmoid<T: Elementary>(x: T) -> T {
    let e = exp_below(-x.magnitude());
    let above = if x < T::ZERO { e } else { T::ONE };
    above / (T::ONE + e)
}

/// `ln(1 + eˣ)`, within 4 units in the last place; 0 below −708 (`f32`: −87).
///
/// ```
/// assert_eq!(cairn_numeric::elementary::softplus(1000.0_f64), 1000.0);
/// ```
#[inline(always)]
pub fn softplus<T: Elementary>(x: T) -> T {
    at_least(x, T::ZERO) + ln_1p_unit(exp_below(-x.magnitude()))
}

/// The normal distribution: the share `Φ(x)` left of `x`, and the density `e^(−x²/2) / √(2π)` there.
///
/// ```
/// let (share, density) = cairn_numeric::elementary::normal(1.96_f64);
/// assert!((share - 0.975).abs() < 1e-5 && (density - 0.058_44).abs() < 1e-5);
/// ```
///
/// # References
/// Schonfelder (1978), Chebyshev expansions for the error and related functions, Mathematics of Computation 32: for
/// the variable.
#[inline(always)]
pub fn normal<T: Elementary>(x: T) -> (T, T) {
    let (tail, bell) = normal_tail(x.magnitude());
    (if x > T::ZERO { T::ONE - tail } else { tail }, T::PEAK * bell)
}

/// `Φ(−z)` and `e^(−z²/2)` of a z of at least 0.
#[inline(always)]
pub(crate) fn normal_tail<T: Elementary>(z: T) -> (T, T) {
    let bell = exp_below(-T::HALF * z * z);
    (bell * z.tail_series(), bell)
}

#[cfg(test)]
pub(crate) mod tests;
