//! The most probable number of components, by Minka's approximation.

use std::f64::consts::PI;

/// The rank, from 1 to p − 1, whose evidence is largest: how many of these variances (descending, one a column) are
/// signal, the others being noise of one size.
///
/// ```text
/// ln p(X | k) ≈ ln p(U) − n/2 Σ_{i≤k} ln λᵢ − n (p − k)/2 ln v + (m + k)/2 ln 2π − ½ ln |A| − k/2 ln n
/// v     = Σ_{i>k} λᵢ / (p − k)          the noise;   m = pk − k(k + 1)/2
/// ln|A| = Σ_{i≤k} Σ_{j>i} ln((λ̂ⱼ⁻¹ − λ̂ᵢ⁻¹)(λᵢ − λⱼ) n)         λ̂ = λ up to k, v beyond
/// ```
/// A single column has the rank 1. With sums over `i` and over `j` carried from one rank to the next, all ranks
/// together cost p² logarithms.
///
/// # References
/// Minka (2001), Automatic choice of dimensionality for PCA, NIPS 13, equation 77.
pub(crate) fn most_probable_rank(variances: &[f64], n_samples: f64) -> usize {
    let (p, n) = (variances.len(), n_samples);
    let largest = variances.first().copied().unwrap_or_default();
    // a gap of nothing has no logarithm; one of this size is a gap within the rounding of the variances
    let least = (largest * f64::EPSILON).max(f64::MIN_POSITIVE);
    let ln = |number: f64| number.max(least).ln();
    let mut best = (f64::NEG_INFINITY, 1);
    let (mut ln_uniform, mut ln_signal, mut ln_gaps) = (0.0, 0.0, 0.0);
    for (k, &variance) in (1..p).zip(variances) {
        if variance <= least {
            break;
        }
        let free = p - k + 1;
        ln_uniform += ln_gamma_of_half(free) - PI.ln() * free as f64 / 2.0 - 2.0_f64.ln();
        ln_signal += variance.ln();
        // those with what comes after it, and with what came before, whose inverse is known now
        ln_gaps += variances[k..].iter().map(|&next| ln(variance - next) + n.ln()).sum::<f64>();
        ln_gaps += variances[..k - 1].iter().map(|&before| inverse_gap(variance, before, least)).sum::<f64>();
        let noise = (variances[k..].iter().sum::<f64>() / (p - k) as f64).max(least);
        let signal_to_noise: f64 = variances[..k].iter().map(|&v| inverse_gap(noise, v, least)).sum();
        let ln_a = ln_gaps + signal_to_noise * (p - k) as f64;
        let m = (p * k) as f64 - (k * (k + 1)) as f64 / 2.0;
        let evidence = ln_uniform - n / 2.0 * ln_signal - n * (p - k) as f64 / 2.0 * noise.ln()
            + (m + k as f64) / 2.0 * (2.0 * PI).ln()
            - ln_a / 2.0
            - k as f64 / 2.0 * n.ln();
        if evidence > best.0 {
            best = (evidence, k);
        }
    }
    best.1
}

/// `ln(1/small − 1/large)`.
fn inverse_gap(small: f64, large: f64, least: f64) -> f64 {
    (large - small).max(least).ln() - small.ln() - large.ln()
}

/// `ln Γ(m / 2)` of a whole number m ≥ 1, from Γ(1/2) = √π, Γ(1) = 1 and Γ(x + 1) = x Γ(x).
fn ln_gamma_of_half(m: usize) -> f64 {
    let start = if m % 2 == 1 { PI.ln() / 2.0 } else { 0.0 };
    let first = if m % 2 == 1 { 1 } else { 2 };
    start + (first..m).step_by(2).map(|twice| (twice as f64 / 2.0).ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_of_halves() {
        // Γ(7/2) = 15/8 √π, Γ(5) = 4! = 24
        assert!((ln_gamma_of_half(7) - (15.0 / 8.0 * PI.sqrt()).ln()).abs() < 1e-14);
        assert!((ln_gamma_of_half(10) - 24.0_f64.ln()).abs() < 1e-14);
        assert_eq!(ln_gamma_of_half(2), 0.0);
    }

    #[test]
    fn a_clear_step_in_the_variances_is_the_rank() {
        assert_eq!(most_probable_rank(&[10.0, 9.0, 1.02, 1.01, 1.0, 0.99], 1000.0), 2);
        assert_eq!(most_probable_rank(&[10.0, 1.02, 1.01, 1.0, 0.99], 1000.0), 1);
        assert_eq!(most_probable_rank(&[3.0], 10.0), 1);
    }

    #[test]
    fn equal_and_vanishing_variances_have_a_rank() {
        assert_eq!(most_probable_rank(&[0.0, 0.0, 0.0], 10.0), 1);
        let rank = most_probable_rank(&[2.0, 2.0, 0.0, 0.0], 100.0);
        assert!((1..=3).contains(&rank), "{rank}");
    }
}
