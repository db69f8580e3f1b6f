//! Weights of the nodes about a point: B-splines of degree five.
//!
//! FIt-SNE takes polynomials of degree two over three nodes an interval, which meet at the intervals' ends with a kink. A
//! B-spline has four continuous derivatives: its interpolation is closer on a grid half as fine in each direction, and the
//! potential has a slope everywhere, so that one convolution does for the potential and for all forces.

/// Nodes about a point, in each direction.
pub(crate) const ORDER: usize = 6;

/// Numbers that are read and written side by side: the six, and zeros.
pub(crate) const LANES: usize = 8;

/// How much the weights of a point and the same weights `k` nodes on overlap, on average over places between nodes: the
/// B-spline of degree eleven at 6 + k.
pub(crate) const OVERLAPS: [f64; ORDER] = [
    15_724_248.0 / 39_916_800.0,
    9_738_114.0 / 39_916_800.0,
    2_203_488.0 / 39_916_800.0,
    152_637.0 / 39_916_800.0,
    2_036.0 / 39_916_800.0,
    1.0 / 39_916_800.0,
];

/// 120 times the weights, as polynomials of t: a line for each power, a column for each node.
const POWERS: [[f64; LANES]; ORDER] = [
    [1.0, 26.0, 66.0, 26.0, 1.0, 0.0, 0.0, 0.0],
    [-5.0, -50.0, 0.0, 50.0, 5.0, 0.0, 0.0, 0.0],
    [10.0, 20.0, -60.0, 20.0, 10.0, 0.0, 0.0, 0.0],
    [-10.0, 20.0, 0.0, -20.0, 10.0, 0.0, 0.0, 0.0],
    [5.0, -20.0, 30.0, -20.0, 5.0, 0.0, 0.0, 0.0],
    [-1.0, 5.0, -10.0, 10.0, -5.0, 1.0, 0.0, 0.0],
];

/// Weights of the nodes `cell`, `cell + 1`, ..., `cell + 5` of a point at `cell + t` in units of the spacing, and the
/// weights of the slope there.
///
/// ```text
/// weight of node j: M₆(t + 5 − j)      M₆: the B-spline of degree five, a polynomial in t for each j
/// ```
/// All nodes' polynomials are summed side by side, from the highest power down.
#[inline(always)]
pub(crate) fn weights(t: f64) -> ([f64; LANES], [f64; LANES]) {
    let (mut weight, mut slope) = (POWERS[ORDER - 1], [0.0; LANES]);
    for power in (0..ORDER - 1).rev() {
        for lane in 0..LANES {
            slope[lane] = slope[lane] * t + weight[lane];
        }
        for lane in 0..LANES {
            weight[lane] = weight[lane] * t + POWERS[power][lane];
        }
    }
    (weight.map(|w| w / 120.0), slope.map(|s| s / 120.0))
}

/// What the spline leaves of the wave `frequency / length` of a periodic grid: 1 of the constant, less of shorter waves.
pub(crate) fn transfer(frequency: usize, length: usize) -> f64 {
    // M₆ at 1, 2, 3 (and the same at 5, 4): 1, 26, 66 of 120
    let angle = std::f64::consts::TAU * frequency as f64 / length as f64;
    (66.0 + 52.0 * angle.cos() + 2.0 * (2.0 * angle).cos()) / 120.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_at_a_node_by_hand() {
        let (weight, slope) = weights(0.0);
        let expected = [1.0, 26.0, 66.0, 26.0, 1.0, 0.0, 0.0, 0.0].map(|v| v / 120.0);
        weight.iter().zip(expected).for_each(|(w, e)| assert!((w - e).abs() < 1e-15, "{weight:?}"));
        // M₅ at 1, 2, 3, 4: 1, 11, 11, 1 of 24; differences, from the last node to the first
        let expected = [-1.0, -10.0, 0.0, 10.0, 1.0, 0.0, 0.0, 0.0].map(|v| v / 24.0);
        slope.iter().zip(expected).for_each(|(s, e)| assert!((s - e).abs() < 1e-15, "{slope:?}"));
    }

    #[test]
    fn weights_are_those_of_the_recursion() {
        // M₁ = 1 on [0, 1);   Mₘ(u) = (u Mₘ₋₁(u) + (m − u) Mₘ₋₁(u − 1)) / (m − 1)
        fn spline(order: usize, u: f64) -> f64 {
            if order == 1 {
                return if (0.0..1.0).contains(&u) { 1.0 } else { 0.0 };
            }
            let m = order as f64;
            (u * spline(order - 1, u) + (m - u) * spline(order - 1, u - 1.0)) / (m - 1.0)
        }
        for t in [0.0, 0.125, 0.3, 0.7, 0.99] {
            let (weight, _) = weights(t);
            for (j, weight) in weight.iter().enumerate() {
                assert!((weight - spline(ORDER, t + 5.0 - j as f64)).abs() < 1e-15, "{j} at {t}");
            }
        }
    }

    #[test]
    fn weights_sum_to_one_and_slopes_are_their_derivatives() {
        for t in [0.0, 0.2, 0.5, 0.999] {
            let (weight, slope) = weights(t);
            assert!((weight.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            assert!(slope.iter().sum::<f64>().abs() < 1e-15);
            let step = 1e-6;
            let (more, _) = weights(t + step);
            let (less, _) = weights(t - step);
            for j in 0..ORDER {
                assert!(((more[j] - less[j]) / (2.0 * step) - slope[j]).abs() < 1e-9, "{j} at {t}");
            }
        }
    }

    #[test]
    fn overlaps_are_those_of_the_weights() {
        for (k, overlap) in OVERLAPS.iter().enumerate() {
            let at = |t: f64| {
                let (weight, _) = weights(t);
                (k..ORDER).map(|j| weight[j] * weight[j - k]).sum::<f64>()
            };
            // the midpoint rule over 1,000 stretches of a polynomial of degree ten
            let mean = (0..1000).map(|i| at((f64::from(i) + 0.5) * 1e-3)).sum::<f64>() * 1e-3;
            assert!((mean - overlap).abs() < 1e-6, "{k}: {mean} {overlap}");
        }
    }

    #[test]
    fn a_wave_is_left_as_the_weights_say() {
        assert!((transfer(0, 12) - 1.0).abs() < 1e-15);
        // a wave that changes sign from node to node: (66 − 52 + 2) / 120
        assert!((transfer(6, 12) - 16.0 / 120.0).abs() < 1e-15);
    }
}
