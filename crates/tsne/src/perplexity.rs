//! How wide a row's neighbourhood is: the precision at which its affinities have the entropy asked for.

use cairn_numeric::{elementary::exp, vectorised};

/// How near the entropy comes to what was asked.
const TOLERANCE: f64 = 1e-11;

/// Halvings at most: enough to go from any positive number to any other.
const MOST_STEPS: usize = 2200;

/// Writes `p(j) ∝ exp(−β d²ⱼ)` with `H(p) = entropy` to `out`: affinities of the points at these squared distances.
///
/// ```text
/// H(β) = ln Σ exp(−β d²) + β Σ p d²,     dH / d ln β = −β² Var(d²)
/// ```
/// H falls as β grows, from ln k at 0. β is held between bounds that halve the interval at the worst; where Newton's step
/// stays between them it is taken, and some six steps do. Distances are taken from the nearest, so that nothing
/// underflows. Where no β gives the entropy, it is the nearest that there is: all alike for ln k and above, the nearest
/// points alone where more of them are equally near than the entropy allows.
pub(crate) fn affinities_of_row(squared: &[f64], entropy: f64, out: &mut [f64]) {
    let nearest = squared.iter().copied().fold(f64::INFINITY, f64::min);
    let excess: Vec<f64> = squared.iter().map(|d| d - nearest).collect();
    let k = squared.len() as f64;
    let mean = excess.iter().sum::<f64>() / k;
    if mean == 0.0 || entropy >= k.ln() - TOLERANCE {
        out.fill(1.0 / k);
        return;
    }
    let ties = excess.iter().filter(|e| **e == 0.0).count() as f64;
    if entropy <= ties.ln() + TOLERANCE {
        out.iter_mut().zip(&excess).for_each(|(p, e)| *p = if *e == 0.0 { 1.0 / ties } else { 0.0 });
        return;
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut beta = 1.0 / mean;
    for _ in 0..MOST_STEPS {
        let Moments { sum, mean, square } = weigh(&excess, beta, out);
        let surplus = sum.ln() + beta * mean - entropy;
        if surplus.abs() <= TOLERANCE || beta == low || beta == high {
            break;
        }
        if surplus > 0.0 {
            low = beta
        } else {
            high = beta
        }
        let slope = beta * beta * (square - mean * mean).max(0.0);
        let newton = beta * (surplus / slope).clamp(-2.0, 2.0).exp();
        beta = match (newton > low && newton < high, high.is_finite()) {
            (true, _) => newton,
            (false, true) => 0.5 * (low + high),
            (false, false) => 2.0 * beta,
        };
    }
    let sum: f64 = out.iter().sum();
    out.iter_mut().for_each(|p| *p /= sum);
}

/// Sum of the weights, and under them the mean of the excess and of its square.
struct Moments {
    sum: f64,
    mean: f64,
    square: f64,
}

vectorised! {
    fn weigh['a](excess: &'a [f64], beta: f64, out: &'a mut [f64]) -> Moments {
        const LANES: usize = 8;
        let (mut sums, mut firsts, mut seconds) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        let (blocks, rest) = excess.as_chunks::<LANES>();
        let (out_blocks, out_rest) = out.as_chunks_mut::<LANES>();
        for (e, w) in blocks.iter().zip(out_blocks) {
            for lane in 0..LANES {
                w[lane] = exp(-beta * e[lane]);
                let first = w[lane] * e[lane];
                sums[lane] += w[lane];
                firsts[lane] += first;
                seconds[lane] += first * e[lane];
            }
        }
        for (lane, (e, w)) in rest.iter().zip(out_rest).enumerate() {
            *w = exp(-beta * e);
            sums[lane] += *w;
            firsts[lane] += *w * e;
            seconds[lane] += *w * e * e;
        }
        let sum = sums.iter().sum::<f64>();
        Moments { sum, mean: firsts.iter().sum::<f64>() / sum, square: seconds.iter().sum::<f64>() / sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{ProptestConfig, prop_assert, proptest};

    fn entropy(p: &[f64]) -> f64 {
        p.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_entropy_of_a_row_is_the_logarithm_of_the_perplexity(
            squared in proptest::collection::vec(0.0..1.0_f64, 5..100),
            share in 0.2..0.95_f64,
            scale in -150.0..150.0_f64,
            offset in 0.0..4.0_f64,
        ) {
            let perplexity = 1.0 + share * (squared.len() as f64 - 1.0);
            let squared: Vec<f64> = squared.iter().map(|d| (d + offset) * 10.0_f64.powf(scale)).collect();
            let mut p = vec![0.0; squared.len()];
            affinities_of_row(&squared, perplexity.ln(), &mut p);
            // the search ends within 1e-11; of rows near 1e150 the distances themselves have no more digits
            prop_assert!((entropy(&p) - perplexity.ln()).abs() < 1e-10, "{} {}", entropy(&p), perplexity.ln());
            prop_assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-14);
            for pair in squared.windows(2).zip(p.windows(2)) {
                let (d, p) = pair;
                prop_assert!(d[0] <= d[1] || p[0] <= p[1], "the nearer has no less");
            }
        }
    }

    #[test]
    fn two_neighbours_by_hand() {
        // p = (a, 1 − a): with d² = 0 and 1 and a = 0.8, β = ln(0.8 / 0.2) = ln 4
        let entropy: f64 = -(0.8 * 0.8_f64.ln() + 0.2 * 0.2_f64.ln());
        let mut p = [0.0; 2];
        affinities_of_row(&[3.0, 4.0], entropy, &mut p);
        assert!((p[0] - 0.8).abs() < 1e-10 && (p[1] - 0.2).abs() < 1e-10, "{p:?}");
    }

    #[test]
    fn where_no_width_gives_the_entropy_it_is_the_nearest_there_is() {
        let mut p = [0.0; 4];
        affinities_of_row(&[2.0; 4], 2.0_f64.ln(), &mut p);
        assert_eq!(p, [0.25; 4], "equal distances are equal affinities");
        affinities_of_row(&[0.0, 1.0, 2.0, 3.0], 5.0_f64.ln(), &mut p);
        assert_eq!(p, [0.25; 4], "more neighbours than there are");
        affinities_of_row(&[1.0, 1.0, 1.0, 3.0], 2.0_f64.ln(), &mut p);
        assert_eq!(p, [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0], "three at the least distance are more than two");
    }
}
