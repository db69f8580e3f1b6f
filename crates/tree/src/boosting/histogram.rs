//! Sums of gradients by bin, as whole numbers.
//!
//! A slope and a curvature are rounded once to multiples of a power of two so small that 44 digits or more stay; from
//! then on all sums are of whole numbers and exact. So the order of adding is of no matter (threads, parts), and a
//! parent's sums less one child's are the other child's to the last bit.

use super::bins::{BINS, LANES};

/// A slope, and a curvature with a count of rows in its lowest bits.
pub(crate) type Pair = [i64; 2];

/// The sums of the bins of four features.
pub(crate) type Block = [[Pair; BINS]; LANES];

/// How pairs are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    slope: f64,
    curvature: f64,
    slope_unit: f64,
    curvature_unit: f64,
    count_bits: u32,
}

/// Added to a number below 2⁵¹, it leaves the nearest whole number in the last bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The largest power of two, `most` times which stays below 2^`bits`.
fn power(most: f64, bits: i32) -> f64 {
    if most > 0.0 { 2.0_f64.powi((bits - 1 - most.log2().floor() as i32).clamp(-1000, 1000)) } else { 1.0 }
}

impl Scale {
    /// For `n_rows` rows whose slopes and curvatures are at most so large.
    pub(crate) fn new(n_rows: usize, slope: f64, curvature: f64) -> Self {
        let count_bits = usize::BITS - n_rows.leading_zeros();
        let room = 62 - count_bits as i32;
        let (slope, curvature) =
            (power(slope, room.min(50)), power(curvature, (room - count_bits as i32).clamp(1, 50)));
        // powers of two: their inverses are exact
        Self { slope, curvature, slope_unit: 1.0 / slope, curvature_unit: 1.0 / curvature, count_bits }
    }

    /// A row's pair.
    #[inline(always)]
    pub(crate) fn pair(&self, slope: f64, curvature: f64) -> Pair {
        let whole = |number: f64| (number + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i64;
        [whole(slope * self.slope), (whole(curvature * self.curvature) << self.count_bits) | 1]
    }

    /// The sum of slopes.
    #[inline(always)]
    pub(crate) fn slope(&self, sum: Pair) -> f64 {
        sum[0] as f64 * self.slope_unit
    }

    /// The sum of curvatures.
    #[inline(always)]
    pub(crate) fn curvature(&self, sum: Pair) -> f64 {
        (sum[1] >> self.count_bits) as f64 * self.curvature_unit
    }

    /// How many rows there are in the sum.
    #[inline(always)]
    pub(crate) fn count(&self, sum: Pair) -> usize {
        (sum[1] & ((1 << self.count_bits) - 1)) as usize
    }
}

#[inline(always)]
pub(crate) fn add(sum: &mut Pair, pair: &Pair) {
    sum[0] += pair[0];
    sum[1] += pair[1];
}

#[inline(always)]
pub(crate) fn less(whole: Pair, part: Pair) -> Pair {
    [whole[0] - part[0], whole[1] - part[1]]
}

pub(crate) fn sum(pairs: &[Pair]) -> Pair {
    pairs.iter().fold([0, 0], |mut sum, pair| {
        add(&mut sum, pair);
        sum
    })
}

/// Adds rows, each with its bins of the block's first `lanes` features.
pub(crate) fn add_rows<'a>(block: &mut Block, lanes: usize, rows: impl Iterator<Item = (&'a [u8; LANES], &'a Pair)>) {
    let [a, b, c, d] = block;
    match lanes {
        1 => rows.for_each(|(bins, pair)| add(&mut a[bins[0] as usize], pair)),
        2 => rows.for_each(|(bins, pair)| {
            add(&mut a[bins[0] as usize], pair);
            add(&mut b[bins[1] as usize], pair);
        }),
        3 => rows.for_each(|(bins, pair)| {
            add(&mut a[bins[0] as usize], pair);
            add(&mut b[bins[1] as usize], pair);
            add(&mut c[bins[2] as usize], pair);
        }),
        _ => rows.for_each(|(bins, pair)| {
            add(&mut a[bins[0] as usize], pair);
            add(&mut b[bins[1] as usize], pair);
            add(&mut c[bins[2] as usize], pair);
            add(&mut d[bins[3] as usize], pair);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_the_digits_and_the_counts() {
        let n = 1_000_000;
        let scale = Scale::new(n, 3.0, 0.25);
        let one = scale.pair(-2.75, 0.1);
        let all = [one[0] * n as i64, one[1] * n as i64];
        assert_eq!(scale.count(all), n);
        assert_eq!(scale.slope(all), -2.75e6);
        // 22 digits of 0.25 stay for a curvature
        assert!((scale.curvature(all) / 1e5 - 1.0).abs() < 1e-6, "{}", scale.curvature(all));
    }

    #[test]
    fn what_one_child_has_not_the_other_has_exactly() {
        let scale = Scale::new(3, 1.0, 1.0);
        let pairs = [scale.pair(0.1, 0.3), scale.pair(-0.7, 0.2), scale.pair(1.0, 1.0)];
        assert_eq!(less(sum(&pairs), sum(&pairs[..1])), sum(&pairs[1..]));
        assert_eq!(scale.count(sum(&pairs)), 3);
        assert!((scale.slope(sum(&pairs)) - 0.4).abs() < 1e-14);
        assert!((scale.curvature(sum(&pairs)) - 1.5).abs() < 1e-14);
    }

    #[test]
    fn no_slopes_at_all_are_zero() {
        let scale = Scale::new(1, 0.0, 0.0);
        assert_eq!(scale.slope(scale.pair(0.0, 0.0)), 0.0);
        assert_eq!(scale.curvature(scale.pair(0.0, 0.0)), 0.0);
    }
}
