//! Exponentials and logarithms in plain arithmetic, without branches: a loop over them goes by whole vectors.

/// Below this `exp` is 0, as its result would have fewer digits than a normal number.
const LEAST: f64 = -708.0;
/// Above this `exp` is infinite.
const MOST: f64 = 709.0;
/// 3 · 2⁵¹: added to a number it leaves the nearest whole number in the last bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The bits of ln 2 before and after the 33rd, so that products with whole numbers below 2¹¹ are exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `eˣ`, within 2 units in the last place; 0 below −708, infinite above 709, NaN of NaN.
///
/// ```text
/// eˣ = 2ⁿ eʳ,   n = round(x / ln 2),   |r| ≤ ln 2 / 2:  a polynomial of degree 13
/// ```
///
/// Made for loops inside `pulp`'s dispatch, where the compiler turns it into vector instructions; of one number
/// [`f64::exp`] is as good.
///
/// ```
/// let e = cairn_numeric::elementary::exp(1.0);
/// assert!((e - std::f64::consts::E).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    // 1/13!, 1/12!, ..., 1/2!
    let mut sum = 1.605_904_383_682_161_3e-10;
    sum = sum * r + 2.087_675_698_786_81e-9;
    sum = sum * r + 2.505_210_838_544_172e-8;
    sum = sum * r + 2.755_731_922_398_589e-7;
    sum = sum * r + 2.755_731_922_398_589_3e-6;
    sum = sum * r + 2.480_158_730_158_73e-5;
    sum = sum * r + 1.984_126_984_126_984e-4;
    sum = sum * r + 1.388_888_888_888_889e-3;
    sum = sum * r + 8.333_333_333_333_333e-3;
    sum = sum * r + 4.166_666_666_666_666_4e-2;
    sum = sum * r + 1.666_666_666_666_666_6e-1;
    sum = sum * r + 0.5;
    let power = (sum * r * r + r) + 1.0;
    // the whole number stands in the last bits: with the bias of exponents added it is moved to their place
    let scaled = power * f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    let scaled = if x < LEAST { 0.0 } else { scaled };
    if x > MOST { f64::INFINITY } else { scaled }
}

/// `ln(1 + x)` of an x between 0 and 1, within 3 units in the last place.
///
/// ```text
/// ln((1 + s) / (1 − s)) = 2 (s + s³/3 + s⁵/5 + ...),   1 + x = 2ᵏ (1 + s) / (1 − s),   |s| ≤ 3 − 2√2
/// ```
///
/// ```
/// assert_eq!(cairn_numeric::elementary::ln_1p_unit(1e-20), 1e-20);
/// assert!((cairn_numeric::elementary::ln_1p_unit(1.0) - 2.0_f64.ln()).abs() < 3e-16);
/// ```
#[inline(always)]
pub fn ln_1p_unit(x: f64) -> f64 {
    // 1 + x near 1, or half of it where that is nearer
    let halved = x > std::f64::consts::SQRT_2 - 1.0;
    let (above, base) = if halved { (0.5 * (x - 1.0), std::f64::consts::LN_2) } else { (x, 0.0) };
    let s = above / (2.0 + above);
    let square = s * s;
    let mut sum = 1.0 / 23.0;
    sum = sum * square + 1.0 / 21.0;
    sum = sum * square + 1.0 / 19.0;
    sum = sum * square + 1.0 / 17.0;
    sum = sum * square + 1.0 / 15.0;
    sum = sum * square + 1.0 / 13.0;
    sum = sum * square + 1.0 / 11.0;
    sum = sum * square + 1.0 / 9.0;
    sum = sum * square + 1.0 / 7.0;
    sum = sum * square + 1.0 / 5.0;
    sum = sum * square + 1.0 / 3.0;
    base + (2.0 * s + 2.0 * s * square * sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ulps(found: f64, expected: f64) -> f64 {
        if found == expected {
            return 0.0;
        }
        let unit = f64::from_bits(expected.abs().to_bits() + 1) - expected.abs();
        (found - expected).abs() / unit
    }

    #[test]
    fn exp_is_within_two_units_of_the_plain_one() {
        let worst = (0..400_000)
            .map(|i| -708.0 + f64::from(i) * 3.54e-3 * 1.0007)
            .filter(|x| *x <= 709.0)
            .map(|x| ulps(exp(x), x.exp()))
            .fold(0.0, f64::max);
        assert!(worst <= 2.0, "{worst}");
        let near = (-20_000..20_000).map(|i| f64::from(i) * 1.3e-4).map(|x| ulps(exp(x), x.exp())).fold(0.0, f64::max);
        assert!(near <= 2.0, "{near}");
    }

    #[test]
    fn exp_at_the_edges() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!((exp(-708.1), exp(-1e300), exp(f64::NEG_INFINITY)), (0.0, 0.0, 0.0));
        assert_eq!((exp(709.1), exp(1e300), exp(f64::INFINITY)), (f64::INFINITY, f64::INFINITY, f64::INFINITY));
        assert!(exp(f64::NAN).is_nan());
        assert_eq!(exp(1e-300), 1.0);
    }

    #[test]
    fn ln_1p_is_within_three_units_of_the_plain_one() {
        let worst = (0..=400_000)
            .map(|i| f64::from(i) / 400_000.0)
            .chain((0..600).map(|i| 0.5_f64.powi(i)))
            .map(|x| ulps(ln_1p_unit(x), x.ln_1p()))
            .fold(0.0, f64::max);
        assert!(worst <= 3.0, "{worst}");
        assert_eq!(ln_1p_unit(0.0), 0.0);
    }
}
