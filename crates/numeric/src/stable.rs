//! Functions of exponentials that neither overflow nor lose their small digits.

use cairn_traits::Float;

/// `ln Σ exp(xᵢ)`, computed about the largest term.
///
/// ```text
/// ln Σ exp(xᵢ) = m + ln Σ exp(xᵢ − m),   m = max xᵢ
/// ```
///
/// An empty slice gives −∞ (the logarithm of an empty sum), as do terms that are all −∞; NaN stays NaN.
///
/// ```
/// // e^1000 overflows; its logarithm does not: 1000 + ln 2
/// let value = cairn_numeric::log_sum_exp(&[1000.0_f64, 1000.0]);
/// assert!((value - (1000.0 + 2.0_f64.ln())).abs() < 1e-12);
/// ```
pub fn log_sum_exp<F: Float>(x: &[F]) -> F {
    let nothing = F::of(f64::NEG_INFINITY);
    let top = x.iter().fold(nothing, |top, &v| if v > top { v } else { top });
    if top == nothing || top == F::of(f64::INFINITY) {
        // adding the terms turns a NaN among them into the answer, and leaves an infinity what it is
        return x.iter().fold(top, |all, &v| if v == nothing { all } else { all + v });
    }
    top + x.iter().map(|&v| (v - top).exp()).sum::<F>().ln()
}

/// `xᵢ ← exp(xᵢ) / Σ exp(xⱼ)`: scores to probabilities, which are at least 0 and sum to 1.
///
/// ```
/// let mut p = [0.0_f64, 3.0_f64.ln()];
/// cairn_numeric::softmax(&mut p); // 1 : 3
/// assert!((p[0] - 0.25).abs() < 1e-15 && (p[1] - 0.75).abs() < 1e-15);
/// ```
pub fn softmax<F: Float>(x: &mut [F]) {
    let top = x.iter().fold(F::of(f64::NEG_INFINITY), |top, &v| if v > top { v } else { top });
    x.iter_mut().for_each(|v| *v = (*v - top).exp());
    let sum: F = x.iter().sum();
    x.iter_mut().for_each(|v| *v /= sum);
}

/// `xᵢ ← xᵢ − ln Σ exp(xⱼ)`: the logarithm of [`softmax`] without underflow on the way.
///
/// ```
/// let mut p = [0.0_f64, 2000.0];
/// cairn_numeric::log_softmax(&mut p);
/// assert_eq!(p, [-2000.0, 0.0]); // through softmax the first would be ln 0
/// ```
pub fn log_softmax<F: Float>(x: &mut [F]) {
    let total = log_sum_exp(x);
    x.iter_mut().for_each(|v| *v -= total);
}

/// `1 / (1 + exp(−z))`: a log-odds to a probability. The exponential taken is never above 1, so nothing overflows.
pub fn sigmoid<F: Float>(z: F) -> F {
    if z >= F::zero() {
        F::one() / (F::one() + (-z).exp())
    } else {
        let e = z.exp();
        e / (F::one() + e)
    }
}

/// `ln(1 + exp(z))`: `z` where `z` is large, `exp(z)` where it is very negative, and right in between.
///
/// ```
/// assert_eq!(cairn_numeric::softplus(1000.0_f64), 1000.0);
/// assert_eq!(cairn_numeric::softplus(-50.0_f64), (-50.0_f64).exp());
/// ```
pub fn softplus<F: Float>(z: F) -> F {
    let positive = if z > F::zero() { z } else { F::zero() };
    positive + (-z.abs()).exp().ln_1p()
}

/// `ln(sigmoid(z)) = −ln(1 + exp(−z))`: the log-likelihood of one observed success.
pub fn log_sigmoid<F: Float>(z: F) -> F {
    -softplus(-z)
}

/// The position of the largest number; the lowest such position on ties, so that predictions go to the lower class.
///
/// NaN is never the largest; `None` if there is no number at all.
///
/// ```
/// assert_eq!(cairn_numeric::argmax(&[0.2, 0.4, 0.4]), Some(1));
/// ```
pub fn argmax<F: Float>(x: &[F]) -> Option<usize> {
    let mut best: Option<(usize, F)> = None;
    for (i, &v) in x.iter().enumerate() {
        let larger = match best {
            None => v.partial_cmp(&v).is_some(),
            Some((_, top)) => v > top,
        };
        if larger {
            best = Some((i, v));
        }
    }
    best.map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_sum_exp_of_hand_numbers() {
        // ln(e^0 + e^0) = ln 2
        assert!((log_sum_exp(&[0.0_f64, 0.0]) - 2.0_f64.ln()).abs() < 1e-15);
        // ln(e^-1000 + e^-1001) = -1000 + ln(1 + e^-1)
        let expected = -1000.0 + (1.0 + (-1.0_f64).exp()).ln();
        assert!((log_sum_exp(&[-1000.0_f64, -1001.0]) - expected).abs() < 1e-12);
    }

    #[test]
    fn log_sum_exp_at_the_edges() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        assert_eq!(log_sum_exp::<f64>(&[]), -inf);
        assert_eq!(log_sum_exp(&[-inf, -inf]), -inf);
        assert_eq!(log_sum_exp(&[-inf, 3.0]), 3.0);
        assert_eq!(log_sum_exp(&[inf, 3.0]), inf);
        assert!(log_sum_exp(&[nan, 3.0]).is_nan());
        assert!(log_sum_exp(&[nan]).is_nan());
        assert!(log_sum_exp(&[inf, nan]).is_nan());
    }

    #[test]
    fn softmax_does_not_move_when_a_constant_is_added() {
        let (mut a, mut b) = ([1.0_f64, 2.0, 4.0], [1001.0, 1002.0, 1004.0]);
        softmax(&mut a);
        softmax(&mut b);
        assert_eq!(a, b);
        assert!((a.iter().sum::<f64>() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn sigmoid_is_finite_and_symmetric() {
        assert_eq!(sigmoid(0.0_f64), 0.5);
        assert_eq!(sigmoid(-1000.0_f64), 0.0);
        assert_eq!(sigmoid(1000.0_f32), 1.0);
        // 1 - sigmoid(z) = sigmoid(-z)
        assert!((1.0 - sigmoid(1.3_f64) - sigmoid(-1.3)).abs() < 1e-15);
        // ln sigmoid(-800) = -800 where sigmoid(-800) itself is 0
        assert_eq!(log_sigmoid(-800.0_f64), -800.0);
    }

    #[test]
    fn ties_go_to_the_lower_position() {
        assert_eq!(argmax(&[1.0, 3.0, 3.0]), Some(1));
        assert_eq!(argmax(&[f64::NAN, -1.0]), Some(1));
        assert_eq!(argmax::<f64>(&[]), None);
    }
}
