//! From margins to losses and residuals, row by row.

use cairn_numeric::elementary::{exp, ln_1p_unit};
use pulp::{Arch, Simd, WithSimd};

/// Two classes: `loss = ln(1 + e^(−s z))`, s = 1 for the higher class and −1 for the lower.
///
/// `margins` become `∂ loss / ∂ z` times the weight; `curvature`, unless empty, becomes the second derivative times the
/// weight. Returns the weighted sum of losses.
pub(crate) fn two_classes(margins: &mut [f64], signs: &[f64], weights: &[f64], curvature: &mut [f64]) -> f64 {
    let mut losses = vec![0.0; margins.len()];
    if curvature.is_empty() {
        Arch::new().dispatch(Slopes { z: margins, signs, weights, losses: &mut losses });
    } else {
        Arch::new().dispatch(Bends { z: margins, signs, weights, losses: &mut losses, bends: curvature });
    }
    losses.iter().sum()
}

// A closure as large as these loops would be compiled by itself, without the vector instructions; hence these types.

struct Slopes<'a> {
    z: &'a mut [f64],
    signs: &'a [f64],
    weights: &'a [f64],
    losses: &'a mut [f64],
}

impl WithSimd for Slopes<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { z, signs, weights, losses } = self;
        for (((z, s), w), loss) in z.iter_mut().zip(signs).zip(weights).zip(losses) {
            let (of_row, slope, _) = log_loss(*z, *s);
            *loss = w * of_row;
            *z = w * slope;
        }
    }
}

struct Bends<'a> {
    z: &'a mut [f64],
    signs: &'a [f64],
    weights: &'a [f64],
    losses: &'a mut [f64],
    bends: &'a mut [f64],
}

impl WithSimd for Bends<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { z, signs, weights, losses, bends } = self;
        for ((((z, s), w), loss), bend) in z.iter_mut().zip(signs).zip(weights).zip(losses).zip(bends) {
            let (of_row, slope, of_slope) = log_loss(*z, *s);
            *loss = w * of_row;
            *z = w * slope;
            *bend = w * of_slope;
        }
    }
}

/// Loss, first and second derivative by the margin; the exponential is never above 1.
#[inline(always)]
fn log_loss(z: f64, sign: f64) -> (f64, f64, f64) {
    let e = exp(-z.abs());
    let m = sign * z;
    let share = 1.0 / (1.0 + e);
    let wrong = share * if m > 0.0 { e } else { 1.0 };
    let least = 0.5 * (m.abs() - m);
    (least + ln_1p_unit(e), -sign * wrong, e * share * share)
}

/// Many classes: `loss = ln Σ e^z − z of the row's class`.
///
/// `margins`, n x n_classes class by class, become `∂ loss / ∂ z` times the weight; `shares`, unless empty, become the
/// probabilities. Returns the weighted sum of losses.
pub(crate) fn many_classes(margins: &mut [f64], positions: &[usize], weights: &[f64], shares: &mut [f64]) -> f64 {
    let n = positions.len();
    if n == 0 {
        return 0.0;
    }
    let mut own: Vec<f64> = positions.iter().enumerate().map(|(i, class)| margins[class * n + i]).collect();
    let mut top = margins[..n].to_vec();
    let mut sum = vec![0.0; n];
    Arch::new().dispatch(Exponentials { z: margins, top: &mut top, sum: &mut sum });
    let mut total = 0.0;
    for (((own, top), sum), w) in own.iter_mut().zip(&top).zip(&mut sum).zip(weights) {
        total += w * (sum.ln() + (top - *own));
        *sum = 1.0 / *sum;
    }
    if !shares.is_empty() {
        for (column, shares) in margins.chunks(n).zip(shares.chunks_mut(n)) {
            for ((share, z), one_over) in shares.iter_mut().zip(column).zip(&sum) {
                *share = z * one_over;
            }
        }
    }
    for column in margins.chunks_mut(n) {
        for ((z, one_over), w) in column.iter_mut().zip(&sum).zip(weights) {
            *z *= one_over * w;
        }
    }
    for (i, (class, w)) in positions.iter().zip(weights).enumerate() {
        margins[class * n + i] -= w;
    }
    total
}

/// `z ← e^(z − top)`, `sum ← Σ z`, row by row.
struct Exponentials<'a> {
    z: &'a mut [f64],
    top: &'a mut [f64],
    sum: &'a mut [f64],
}

impl WithSimd for Exponentials<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { z, top, sum } = self;
        let n = top.len();
        for column in z.chunks(n) {
            for (top, &z) in top.iter_mut().zip(column) {
                *top = if z > *top { z } else { *top };
            }
        }
        for column in z.chunks_mut(n) {
            for ((z, &top), sum) in column.iter_mut().zip(top.iter()).zip(sum.iter_mut()) {
                *z = exp(*z - top);
                *sum += *z;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::{log_sum_exp, sigmoid, softmax, softplus};

    #[test]
    fn two_classes_are_the_plain_formulas() {
        let mut z: Vec<f64> = (0..37).map(|i| (f64::from(i) - 18.0) * 1.7).chain([1e4, -1e4, 800.0, -800.0]).collect();
        let signs: Vec<f64> = (0..z.len()).map(|i| if i % 3 == 0 { 1.0 } else { -1.0 }).collect();
        let weights: Vec<f64> = (0..z.len()).map(|i| i as f64 * 0.25).collect();
        let plain: Vec<(f64, f64)> =
            z.iter().zip(&signs).map(|(z, s)| (softplus(-s * z), -s * sigmoid(-s * z))).collect();
        let bends: Vec<f64> = z.iter().map(|&z| sigmoid(z) * sigmoid(-z)).collect();
        let expected: f64 = plain.iter().zip(&weights).map(|((loss, _), w)| w * loss).sum();
        let mut again = z.clone();
        let mut curvature = vec![0.0; z.len()];
        let total = two_classes(&mut z, &signs, &weights, &mut []);
        assert_eq!(two_classes(&mut again, &signs, &weights, &mut curvature), total);
        assert_eq!(again, z);
        // each of the sums rounds in its own order
        assert!((total / expected - 1.0).abs() < 1e-14, "{total} {expected}");
        for (i, (_, slope)) in plain.iter().enumerate() {
            // exponentials below e^−708 count as 0
            assert!((z[i] - weights[i] * slope).abs() <= 1e-14 * weights[i] * slope.abs() + 1e-300, "{i}");
            assert!((curvature[i] - weights[i] * bends[i]).abs() <= 1e-14 * weights[i] * bends[i] + 1e-300, "{i}");
        }
    }

    #[test]
    fn many_classes_are_the_plain_formulas() {
        let (n, k) = (11, 4);
        let mut z: Vec<f64> =
            (0..n * k).map(|i| (i as f64 * 7.3).sin() * 5.0 + if i == 5 { 1e4 } else { 0.0 }).collect();
        let positions: Vec<usize> = (0..n).map(|i| i % 3).collect();
        let weights: Vec<f64> = (0..n).map(|i| 0.5 + i as f64).collect();
        let plain = z.clone();
        let mut shares = vec![0.0; n * k];
        let total = many_classes(&mut z, &positions, &weights, &mut shares);
        let mut expected = 0.0;
        for i in 0..n {
            let mut row: Vec<f64> = (0..k).map(|c| plain[c * n + i]).collect();
            expected += weights[i] * (log_sum_exp(&row) - row[positions[i]]);
            softmax(&mut row);
            for (c, p) in row.iter().enumerate() {
                assert!((shares[c * n + i] - p).abs() < 1e-15, "{i} {c}");
                let slope = weights[i] * (p - if c == positions[i] { 1.0 } else { 0.0 });
                assert!((z[c * n + i] - slope).abs() < 1e-14 * weights[i], "{i} {c}");
            }
        }
        assert!((total / expected - 1.0).abs() < 1e-14);
    }
}
