//! The pieces in single precision: shorter polynomials, of least largest error (found by Remez' exchange).

use super::Elementary;

/// 3 · 2²²: added to a number it leaves the nearest whole number in the last bits.
const ROUND: f32 = 12_582_912.0;
/// The bits of ln 2 before and after the 12th, so that products with whole numbers below 2⁸ are exact.
const LN2_HIGH: f32 = 0.693_115_23;
const LN2_LOW: f32 = 3.194_618_3e-5;

/// Pairs of powers, the higher one first and the last pair first: the polynomial for z up to 13.5, within 9e-9 of its size.
const TAIL: [[f32; 2]; 5] = [
    [-4.717_814_2e-5, -2.161_444e-4],
    [4.137_937_2e-4, 9.504_448e-4],
    [-7.531_539_5e-3, 2.474_928_5e-2],
    [-5.625_337_7e-2, 9.921_182e-2],
    [-1.422_795e-1, 1.696_067_9e-1],
];

impl Elementary for f32 {
    const LEAST: Self = -87.0;
    const MOST: Self = 88.0;
    const INFINITY: Self = f32::INFINITY;
    const ZERO: Self = 0.0;
    const HALF: Self = 0.5;
    const ONE: Self = 1.0;
    const TWO: Self = 2.0;
    const PEAK: Self = 0.398_942_3;

    #[inline(always)]
    fn exp_parts(self) -> (Self, Self) {
        let shifted = self * std::f32::consts::LOG2_E + ROUND;
        let n = shifted - ROUND;
        let r = (self - n * LN2_HIGH) - n * LN2_LOW;
        // within 1.4e-8 of its size; in pairs of powers, which wait less for each other
        let square = r * r;
        let (low, high) = (1.666_654_3e-1 * r + 0.499_999_97, 8.366_58e-3 * r + 4.166_72e-2);
        let sum = (1.388_250_5e-3 * square + high) * square + low;
        (sum * square + r, f32::from_bits(shifted.to_bits().wrapping_add(127) << 23))
    }

    #[inline(always)]
    fn log_series(square: Self) -> Self {
        // within 1e-9
        (0.149_359_99 * square + 0.199_887_66) * square + 0.333_333_88
    }

    #[inline(always)]
    fn tail_series(self) -> Self {
        let t = 4.5 / (4.5 + self);
        let u = 1.0 - 2.0 * t;
        let square = u * u;
        let mut sum = TAIL[0][0] * u + TAIL[0][1];
        for [high, low] in &TAIL[1..] {
            sum = sum * square + (high * u + low);
        }
        t * sum
    }

    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn signed_as(self, other: Self) -> Self {
        self.copysign(other)
    }

    #[inline(always)]
    fn constant(value: f64) -> Self {
        value as f32
    }
}
