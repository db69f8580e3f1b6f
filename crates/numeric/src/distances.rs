//! Distances between rows.

use cairn_traits::Float;

/// Partial sums of the fixed order: wide enough for the vector registers of every processor.
const LANES: usize = 8;

/// The squared Euclidean distance `Σ (aⱼ − bⱼ)²`, added in one fixed order.
///
/// This is *the* distance of all Cairn crates: term `j` goes to partial sum `j mod 8`, and the eight are added in pairs.
/// Products are not fused, so the bits are the same on every processor; equal points are at distance exactly 0, and
/// `distance(a, b)` is `distance(b, a)`. Indexes that find candidates by other formulas recompute them by this one, and
/// so all agree. Of slices of unequal length the shorter one's terms are added.
///
/// ```
/// // 3² + 4² = 25
/// assert_eq!(cairn_numeric::squared_distance(&[1.0, 1.0], &[4.0, 5.0]), 25.0);
/// ```
#[inline(always)]
pub fn squared_distance<F: Float>(a: &[F], b: &[F]) -> F {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut sums = [F::zero(); LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let (a_rest, b_rest) = (a_blocks.remainder(), b_blocks.remainder());
    for (a, b) in a_blocks.zip(b_blocks) {
        for lane in 0..LANES {
            let d = a[lane] - b[lane];
            sums[lane] += d * d;
        }
    }
    for (sum, (&a, &b)) in sums.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        let d = a - b;
        *sum += d * d;
    }
    ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_at_distance_zero_of_itself_and_distance_is_symmetric() {
        let a: Vec<f32> = (0..19).map(|i| (i as f32 * 0.37).sin() * 1e6).collect();
        let b: Vec<f32> = (0..19).map(|i| (i as f32 * 0.91).cos() * 1e6).collect();
        assert_eq!(squared_distance(&a, &a), 0.0);
        assert_eq!(squared_distance(&a, &b).to_bits(), squared_distance(&b, &a).to_bits());
    }

    #[test]
    fn the_order_is_the_one_written_down() {
        // ten terms: lanes 0 and 1 get two each
        let a: Vec<f64> = (0..10).map(|i| 0.1 * f64::from(i)).collect();
        let t: Vec<f64> = a.iter().map(|v| v * v).collect();
        let (s0, s1) = (t[0] + t[8], t[1] + t[9]);
        let expected = ((s0 + t[4]) + (t[2] + t[6])) + ((s1 + t[5]) + (t[3] + t[7]));
        assert_eq!(squared_distance(&a, &[0.0; 10]).to_bits(), expected.to_bits());
    }

    #[test]
    fn no_columns_are_no_distance() {
        assert_eq!(squared_distance::<f64>(&[], &[]), 0.0);
    }
}
