//! The pieces in double precision.

use super::Elementary;

/// 3 · 2⁵¹: added to a number it leaves the nearest whole number in the last bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The bits of ln 2 before and after the 33rd, so that products with whole numbers below 2¹¹ are exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// Fours of powers, the last first: the tail's polynomial for z up to 38, within 4e-18 of its size.
const TAIL: [[f64; 4]; 6] = [
    [2.388_395_191_550_683_4e-12, 8.028_336_197_049_079e-10, 1.209_559_634_136_418_2e-10, 0.0],
    [-7.183_604_903_450_217e-8, 5.174_937_044_488_050_8e-8, 1.631_287_469_981_402_7e-9, -7.196_766_959_902_042e-9],
    [-1.079_203_004_928_648_9e-5, 1.792_684_801_020_106_7e-7, 1.132_832_322_542_269_3e-6, -2.999_631_947_452_638e-7],
    [1.671_636_772_753_987_5e-3, -3.552_675_351_904_905e-4, 5.478_342_177_462_201e-6, 3.022_673_649_174_175_7e-5],
    [4.466_237_430_694_091_5e-2, -2.544_670_534_408_405_3e-2, 1.252_865_261_153_757e-2, -5.164_219_251_240_061e-3],
    [1.295_586_286_488_937e-1, -1.168_348_382_651_442_6e-1, 9.482_814_863_579_73e-2, -6.898_393_096_259_835e-2],
];

impl Elementary for f64 {
    const LEAST: Self = -708.0;
    const MOST: Self = 709.0;
    const INFINITY: Self = f64::INFINITY;
    const ZERO: Self = 0.0;
    const HALF: Self = 0.5;
    const ONE: Self = 1.0;
    const TWO: Self = 2.0;
    const PEAK: Self = 0.398_942_280_401_432_7;

    #[inline(always)]
    fn exp_parts(self) -> (Self, Self) {
        let shifted = self * std::f64::consts::LOG2_E + ROUND;
        let n = shifted - ROUND;
        let r = (self - n * LN2_HIGH) - n * LN2_LOW;
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
        // the whole number stands in the last bits: with the bias of exponents added it is moved to their place
        (sum * r * r + r, f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52))
    }

    #[inline(always)]
    fn log_series(square: Self) -> Self {
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
        sum * square + 1.0 / 3.0
    }

    #[inline(always)]
    fn tail_series(self) -> Self {
        let t = 6.0 / (6.0 + self);
        let u = 1.0 - 2.0 * t;
        t * by_fours(u)
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
        value
    }
}

/// The polynomial of [`TAIL`]: four sums go on side by side, so that they wait less.
#[inline(always)]
fn by_fours(u: f64) -> f64 {
    let square = u * u;
    let fourth = square * square;
    let mut sums = TAIL[0];
    for four in &TAIL[1..] {
        for lane in 0..4 {
            sums[lane] = sums[lane] * fourth + four[lane];
        }
    }
    (sums[3] * u + sums[2]) * square + (sums[1] * u + sums[0])
}
