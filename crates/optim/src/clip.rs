//! Gradients cut short before a step.

use crate::stretches;
use cairn_numeric::vectorised;
use cairn_traits::Float;

/// Partial sums: enough that additions do not wait for each other.
const LANES: usize = 32;

/// Shortens a gradient to the length `most` where it is longer; returns the length it had.
///
/// A length that is not finite comes back as it is, and the gradient stays: the caller leaves that step out. (PyTorch
/// divides by the length plus 1e-6, and so shortens a little more.)
///
/// # Determinism
/// The same bits on any number of threads: squares are added, in double precision, in an order of the length alone.
///
/// ```
/// let mut gradient = [3.0, 4.0];
/// assert_eq!(cairn_optim::clip_norm(&mut gradient, 1.0), 5.0);
/// assert!((gradient[1] - 0.8_f64).abs() < 1e-15);
/// ```
///
/// # References
/// Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks.
pub fn clip_norm<F: Float>(gradient: &mut [F], most: f64) -> f64 {
    let length = stretches::sum(gradient, &|of| squares(of)).sqrt();
    if length > most && length.is_finite() {
        let share = F::of(most / length);
        stretches::change(gradient, &|of| scale(of, share));
    }
    length
}

/// Cuts each number of a gradient to between `−most` and `most`, which is not negative; NaN stays.
///
/// ```
/// let mut gradient = [3.0, -0.5, -4.0];
/// cairn_optim::clip_value(&mut gradient, 1.0);
/// assert_eq!(gradient, [1.0, -0.5, -1.0]);
/// ```
pub fn clip_value<F: Float>(gradient: &mut [F], most: f64) {
    let most = F::of(most);
    stretches::change(gradient, &|of| cut(of, most));
}

vectorised! {
    fn squares['a; F: Float](x: &'a [F]) -> f64 {
        let mut sums = [0.0; LANES];
        let (whole, rest) = x.as_chunks::<LANES>();
        for chunk in whole {
            for lane in 0..LANES {
                let v = chunk[lane].to_f64();
                sums[lane] += v * v;
            }
        }
        let mut total = 0.0;
        for v in rest {
            total += v.to_f64() * v.to_f64();
        }
        for sum in sums {
            total += sum;
        }
        total
    }
}

vectorised! {
    fn scale['a; F: Float](x: &'a mut [F], share: F) -> () {
        for v in x {
            *v *= share;
        }
    }
}

vectorised! {
    fn cut['a; F: Float](x: &'a mut [F], most: F) -> () {
        for v in x {
            let low = if *v < -most { -most } else { *v };
            *v = if low > most { most } else { low };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_is_told_and_left() {
        let mut gradient = [f32::NAN, 3.0];
        assert!(clip_norm(&mut gradient, 1.0).is_nan());
        assert_eq!(gradient[1], 3.0);
        assert_eq!(clip_norm(&mut [f64::INFINITY, 1.0], 1.0), f64::INFINITY);
        clip_value(&mut gradient, 2.0);
        assert!(gradient[0].is_nan() && gradient[1] == 2.0);
        let mut gradient = [f64::INFINITY, f64::NEG_INFINITY];
        clip_value(&mut gradient, 2.0);
        assert_eq!(gradient, [2.0, -2.0]);
        assert_eq!(clip_norm::<f32>(&mut [], 1.0), 0.0);
    }

    #[test]
    fn lengths_are_the_same_on_any_threads() {
        let gradient: Vec<f32> = (0..500_003).map(|i| (i as f32 * 0.37).sin()).collect();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut clipped = gradient.clone();
            let length = pool.install(|| clip_norm(&mut clipped, 1.0));
            (length.to_bits(), clipped)
        };
        let (one, many) = (run(1), run(7));
        assert!(one == many);
        let plain = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
        // half a million additions of squares, in double precision
        assert!((f64::from_bits(one.0) / plain - 1.0).abs() < 1e-12);
    }
}
