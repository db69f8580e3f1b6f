//! Products of a column about its mean: the one loop under coordinate descent and refinement.

use cairn_numeric::vectorised;
use cairn_traits::Float;

/// Partial sums: enough to fill the widest vectors four deep, so that additions do not wait for each other.
const LANES: usize = 32;

vectorised! {
    /// `Σ (xᵢ − mean) rᵢ`, term `i` into partial sum `i mod 32`.
    pub(crate) fn centred_dot['a; F: Float](x: &'a [F], mean: f64, r: &'a [f64]) -> f64 {
        let mut sums = [0.0; LANES];
        let (x_blocks, r_blocks) = (x.chunks_exact(LANES), r.chunks_exact(LANES));
        let rest = x_blocks.remainder().iter().zip(r_blocks.remainder());
        let rest: f64 = rest.map(|(x, r)| (x.to_f64() - mean) * r).sum();
        for (x, r) in x_blocks.zip(r_blocks) {
            for lane in 0..LANES {
                sums[lane] += (x[lane].to_f64() - mean) * r[lane];
            }
        }
        sums.iter().sum::<f64>() + rest
    }
}

/// `Σ f(xᵢ) vᵢ`, where `v` is `uniform` for all without weights. Call it inside what is `vectorised`.
#[inline(always)]
pub(crate) fn weighted_sum<F: Float>(x: &[F], weights: Option<&[f64]>, uniform: f64, f: impl Fn(f64) -> f64) -> f64 {
    let mut sums = [0.0; LANES];
    let blocks = x.chunks_exact(LANES);
    let tail = x.len() - blocks.remainder().len();
    let mut rest = 0.0;
    match weights {
        None => {
            for x in blocks {
                for lane in 0..LANES {
                    sums[lane] += f(x[lane].to_f64());
                }
            }
            x[tail..].iter().for_each(|x| rest += f(x.to_f64()));
            (sums.iter().sum::<f64>() + rest) * uniform
        }
        Some(weights) => {
            for (x, w) in blocks.zip(weights.chunks_exact(LANES)) {
                for lane in 0..LANES {
                    sums[lane] += f(x[lane].to_f64()) * w[lane];
                }
            }
            x[tail..].iter().zip(&weights[tail..]).for_each(|(x, w)| rest += f(x.to_f64()) * w);
            sums.iter().sum::<f64>() + rest
        }
    }
}

vectorised! {
    /// `out ← out − (x − mean) · by`.
    pub(crate) fn take_off['a; F: Float](x: &'a [F], mean: f64, by: f64, out: &'a mut [f64]) -> () {
        for (out, &x) in out.iter_mut().zip(x) {
            *out -= (x.to_f64() - mean) * by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_rests_are_all_counted() {
        for n in [1, 31, 32, 33, 100] {
            // Σ (i − 1) i = (n−1)n(2n−1)/6 − (n−1)n/2, whole numbers: exact
            let x: Vec<f32> = (0..n).map(|i| i as f32).collect();
            let r: Vec<f64> = (0..n).map(f64::from).collect();
            let m = f64::from(n);
            let expected = (m - 1.0) * m * (2.0 * m - 1.0) / 6.0 - (m - 1.0) * m / 2.0;
            assert_eq!(centred_dot(&x, 1.0, &r), expected);
            assert_eq!(weighted_sum(&x, Some(&r), 1.0, |x| x - 1.0), expected);
            assert_eq!(weighted_sum(&x, None, 2.0, |x| x), (m - 1.0) * m);
        }
    }
}
