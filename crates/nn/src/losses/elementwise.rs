//! Losses that look at each output by itself.

use super::Expected;
use cairn_numeric::{Activation, vectorised};
use cairn_traits::Float;

/// The cost of one number and its slope.
pub(super) trait Elementwise: Copy {
    /// What of z is made for all numbers at once, because it takes exponentials: the parts of cost and slope that have
    /// them. `room` and `dy` are as long as z.
    fn prepare<F: Float>(self, _z: &[F], _dy: &mut [F]) {}

    /// `(cost, slope)` of a number; `prepared` is what [`Elementwise::prepare`] left at its place.
    fn at<F: Float>(self, z: F, t: F, prepared: F) -> (F, F);
}

#[derive(Clone, Copy)]
pub(super) struct Squared;

impl Elementwise for Squared {
    #[inline(always)]
    fn at<F: Float>(self, z: F, t: F, _: F) -> (F, F) {
        let e = z - t;
        (e * e, e + e)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Absolute;

impl Elementwise for Absolute {
    /// The slope at 0 is 0.
    #[inline(always)]
    fn at<F: Float>(self, z: F, t: F, _: F) -> (F, F) {
        let e = z - t;
        let up = if e > F::zero() { F::one() } else { F::zero() };
        let down = if e < F::zero() { F::one() } else { F::zero() };
        (e * (up - down), up - down)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Huber {
    pub(super) delta: f64,
}

impl Elementwise for Huber {
    #[inline(always)]
    fn at<F: Float>(self, z: F, t: F, _: F) -> (F, F) {
        let (e, delta) = (z - t, F::of(self.delta));
        let cut = if e > delta { delta } else { e };
        let cut = if cut < -delta { -delta } else { cut };
        // e²/2 where nothing is cut, else delta (|e| − delta/2)
        (cut * (e - F::of(0.5) * cut), cut)
    }
}

/// The cost ln(1 + eᶻ) − t z, and no slope.
#[derive(Clone, Copy)]
struct BinaryCost {
    smoothing: f64,
}

/// The slope σ(z) − t, and no cost.
#[derive(Clone, Copy)]
struct BinarySlope {
    smoothing: f64,
}

#[inline(always)]
fn smoothed<F: Float>(t: F, smoothing: f64) -> F {
    t - F::of(smoothing) * (t - F::of(0.5))
}

impl Elementwise for BinaryCost {
    fn prepare<F: Float>(self, z: &[F], dy: &mut [F]) {
        Activation::Softplus.forward(z, dy);
    }

    #[inline(always)]
    fn at<F: Float>(self, z: F, t: F, softplus: F) -> (F, F) {
        (softplus - smoothed(t, self.smoothing) * z, F::zero())
    }
}

impl Elementwise for BinarySlope {
    fn prepare<F: Float>(self, z: &[F], dy: &mut [F]) {
        Activation::Sigmoid.forward(z, dy);
    }

    #[inline(always)]
    fn at<F: Float>(self, _: F, t: F, sigmoid: F) -> (F, F) {
        (F::zero(), sigmoid - smoothed(t, self.smoothing))
    }
}

/// Binary cross-entropy, in two passes: each has its own function of e to the z.
pub(super) fn binary<F: Float>(
    smoothing: f64,
    outputs: usize,
    z: &[F],
    t: &[F],
    expected: &Expected<'_, F>,
    dy: &mut [F],
) -> f64 {
    let found = cost(BinaryCost { smoothing }, outputs, z, t, expected, dy);
    cost(BinarySlope { smoothing }, outputs, z, t, expected, dy);
    found
}

#[derive(Clone, Copy)]
pub(super) struct Poisson;

impl Elementwise for Poisson {
    fn prepare<F: Float>(self, z: &[F], dy: &mut [F]) {
        Activation::Exp.forward(z, dy);
    }

    #[inline(always)]
    fn at<F: Float>(self, z: F, t: F, exp: F) -> (F, F) {
        (exp - t * z, exp - t)
    }
}

/// The weighted sum of costs over the samples, divided by total and outputs.
pub(super) fn cost<F: Float, L: Elementwise>(
    loss: L,
    outputs: usize,
    z: &[F],
    t: &[F],
    expected: &Expected<'_, F>,
    dy: &mut [F],
) -> f64 {
    loss.prepare(z, dy);
    let share = 1.0 / (expected.total * outputs as f64);
    match expected.weights {
        None => share * sum(loss, z, t, dy, F::of(share)),
        Some(weights) => {
            let samples = z.chunks_exact(outputs).zip(t.chunks_exact(outputs)).zip(dy.chunks_exact_mut(outputs));
            let costs = samples.zip(weights).map(|(((z, t), dy), weight)| {
                let weight = weight.to_f64();
                weight * sum(loss, z, t, dy, F::of(share * weight))
            });
            share * costs.sum::<f64>()
        }
    }
}

vectorised! {
    /// The sum of costs, in double precision in lanes; the slopes times `factor` in place of what was prepared.
    fn sum['a; F: Float, L: Elementwise](loss: L, z: &'a [F], t: &'a [F], dy: &'a mut [F], factor: F) -> f64 {
        const LANES: usize = 16;
        let mut lanes = [0.0; LANES];
        let ((z, last_z), (t, last_t)) = (z.as_chunks::<LANES>(), t.as_chunks::<LANES>());
        let (dy, last_dy) = dy.as_chunks_mut::<LANES>();
        for ((z, t), dy) in z.iter().zip(t).zip(dy) {
            #[allow(clippy::needless_range_loop, reason = "with iterators the lanes are kept in memory, one by one")]
            for lane in 0..LANES {
                let (cost, slope) = loss.at(z[lane], t[lane], dy[lane]);
                lanes[lane] += cost.to_f64();
                dy[lane] = factor * slope;
            }
        }
        let mut rest = 0.0;
        for ((z, t), dy) in last_z.iter().zip(last_t).zip(last_dy) {
            let (cost, slope) = loss.at(*z, *t, *dy);
            rest += cost.to_f64();
            *dy = factor * slope;
        }
        for lane in lanes {
            rest += lane;
        }
        rest
    }
}
