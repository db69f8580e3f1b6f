//! The cost of probabilities, from scores.

use super::Expected;
use cairn_numeric::softmax_and_log_sums;
use cairn_traits::Float;

/// The weight of sample `i`, divided by the total.
fn share<F: Float>(expected: &Expected<'_, F>, i: usize) -> f64 {
    expected.weights.map_or(1.0, |w| w[i].to_f64()) / expected.total
}

/// Leaves softmax(z) in `dy`, and gives each sample's `ln Σ eᶻ` to `then`, with its number, scores and probabilities.
fn each_softmax<F: Float>(outputs: usize, z: &[F], dy: &mut [F], mut then: impl FnMut(usize, f64, &[F], &mut [F])) {
    /// Samples at a time, whose logarithms stand on the stack.
    const SAMPLES: usize = 64;
    let mut log_sums = [F::zero(); SAMPLES];
    let stretches = z.chunks(SAMPLES * outputs).zip(dy.chunks_mut(SAMPLES * outputs));
    for (stretch, (z, p)) in stretches.enumerate() {
        softmax_and_log_sums(outputs, z, p, &mut log_sums);
        let samples = z.chunks_exact(outputs).zip(p.chunks_exact_mut(outputs));
        for (i, ((z, p), log_sum)) in samples.zip(&log_sums).enumerate() {
            then(stretch * SAMPLES + i, log_sum.to_f64(), z, p);
        }
    }
}

pub(super) fn of_classes<F: Float>(
    outputs: usize,
    smoothing: f64,
    z: &[F],
    classes: &[usize],
    expected: &Expected<'_, F>,
    dy: &mut [F],
) -> f64 {
    let mut cost = 0.0;
    let (own, spread) = (1.0 - smoothing, smoothing / outputs as f64);
    each_softmax(outputs, z, dy, |i, log_sum, z, p| {
        let (share, class) = (share(expected, i), classes[i]);
        let scores = if smoothing > 0.0 { z.iter().map(|z| z.to_f64()).sum() } else { 0.0 };
        cost += share * (log_sum - own * z[class].to_f64() - spread * scores);
        p[class] -= F::of(own);
        let (share, spread) = (F::of(share), F::of(spread));
        p.iter_mut().for_each(|p| *p = share * (*p - spread));
    });
    cost
}

/// The targets' sums are taken to be 1, up to rounding: the slope is `softmax(z) Σ t − t`.
pub(super) fn of_probabilities<F: Float>(
    outputs: usize,
    smoothing: f64,
    z: &[F],
    t: &[F],
    expected: &Expected<'_, F>,
    dy: &mut [F],
) -> f64 {
    let mut cost = 0.0;
    let (own, spread) = (F::of(1.0 - smoothing), F::of(smoothing / outputs as f64));
    each_softmax(outputs, z, dy, |i, log_sum, z, p| {
        let share = share(expected, i);
        let t = &t[i * outputs..(i + 1) * outputs];
        let mass: F = t.iter().map(|t| own * *t + spread).sum();
        let along: f64 = t.iter().zip(z).map(|(t, z)| ((own * *t + spread) * *z).to_f64()).sum();
        cost += share * (mass.to_f64() * log_sum - along);
        let share = F::of(share);
        p.iter_mut().zip(t).for_each(|(p, t)| *p = share * (*p * mass - (own * *t + spread)));
    });
    cost
}

/// The weighted mean of `−Σ t ln t`.
pub(super) fn entropy<F: Float>(outputs: usize, t: &[F], expected: &Expected<'_, F>) -> f64 {
    let of = |t: &F| if *t > F::zero() { t.to_f64() * t.to_f64().ln() } else { 0.0 };
    let samples = t.chunks_exact(outputs).enumerate();
    -samples.map(|(i, t)| share(expected, i) * t.iter().map(of).sum::<f64>()).sum::<f64>()
}
