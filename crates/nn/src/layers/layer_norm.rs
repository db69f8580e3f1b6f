use crate::contract::{Layer, Pass, Seen, Sizes};
use cairn_numeric::vectorised;
use cairn_traits::{Float, Result, check};
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// The numbers of each sample brought to mean 0 and variance 1 among themselves; then scaled and shifted as is learned.
///
/// ```text
/// forward    h = (x − m) r,   r = 1 / √(v + ε),   y = γ h + β          m, v: mean and variance of the sample's numbers
/// backward   dγ += dy h,   dβ += dy   summed over the samples
///            g = γ dy,     dx += r (g − mean(g) − h mean(g h))
/// ```
///
/// Unlike [`crate::BatchNorm`] it does not couple samples, and answers as it learned.
///
/// # Shapes
/// Parameters: γ, then β.
///
/// # References
/// Ba, Kiros and Hinton (2016), Layer normalization. ε is PyTorch's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerNorm {
    /// Numbers of a sample.
    pub size: usize,
    /// What keeps the division from 0, above 0.
    pub epsilon: f64,
}

impl LayerNorm {
    /// ε 1e-5: PyTorch's.
    pub fn new(size: usize) -> Self {
        Self { size, epsilon: 1e-5 }
    }
}

vectorised! {
    /// Leaves mean and r of each sample in the cache, as far as it reaches.
    fn normalise['a; F: Float](
        x: &'a [F],
        y: &'a mut [F],
        cache: &'a mut [F],
        params: (&'a [F], &'a [F]),
        epsilon: F,
    ) -> () {
        let (gamma, beta) = params;
        let (size, n) = (gamma.len(), F::of(gamma.len() as f64));
        let mut kept = cache.chunks_exact_mut(2);
        for (x, y) in x.chunks_exact(size).zip(y.chunks_exact_mut(size)) {
            let mean = sum(x, |v| v) / n;
            let variance = sum(x, |v| (v - mean) * (v - mean)) / n;
            let scale = F::one() / (variance + epsilon).sqrt();
            if let Some(kept) = kept.next() {
                kept.copy_from_slice(&[mean, scale]);
            }
            for ((y, x), (g, b)) in y.iter_mut().zip(x).zip(gamma.iter().zip(beta)) {
                *y = *g * ((*x - mean) * scale) + *b;
            }
        }
    }
}

/// A sum in sixteen lanes, which vectors can take.
#[inline(always)]
fn sum<F: Float>(x: &[F], of: impl Fn(F) -> F) -> F {
    const LANES: usize = 16;
    let mut lanes = [F::zero(); LANES];
    let (whole, last) = x.as_chunks::<LANES>();
    for chunk in whole {
        #[allow(clippy::needless_range_loop, reason = "with iterators the lanes are kept in memory, one by one")]
        for lane in 0..LANES {
            lanes[lane] += of(chunk[lane]);
        }
    }
    let mut rest = F::zero();
    for v in last {
        rest += of(*v);
    }
    for lane in lanes {
        rest += lane;
    }
    rest
}

vectorised! {
    fn add_gradient['a; F: Float](
        x: &'a [F],
        cache: &'a [F],
        dy: &'a [F],
        gamma: &'a mut [F],
        beta: &'a mut [F],
    ) -> () {
        let size = gamma.len();
        for ((x, dy), cache) in x.chunks_exact(size).zip(dy.chunks_exact(size)).zip(cache.chunks_exact(2)) {
            let (mean, scale) = (cache[0], cache[1]);
            for (((x, dy), gamma), beta) in x.iter().zip(dy).zip(&mut *gamma).zip(&mut *beta) {
                *gamma += *dy * ((*x - mean) * scale);
                *beta += *dy;
            }
        }
    }
}

vectorised! {
    /// `room` holds g of a sample, then g h.
    fn add_back['a; F: Float](
        seen: (&'a [F], &'a [F]),
        dy: &'a [F],
        dx: &'a mut [F],
        gamma: &'a [F],
        room: &'a mut [F],
    ) -> () {
        let ((x, cache), size, n) = (seen, gamma.len(), F::of(gamma.len() as f64));
        let (own, along) = room.split_at_mut(size);
        let samples = x.chunks_exact(size).zip(dy.chunks_exact(size)).zip(dx.chunks_exact_mut(size));
        for (((x, dy), dx), cache) in samples.zip(cache.chunks_exact(2)) {
            let (mean, scale) = (cache[0], cache[1]);
            for ((((own, along), x), dy), g) in own.iter_mut().zip(&mut *along).zip(x).zip(dy).zip(gamma) {
                *own = *g * *dy;
                *along = *own * ((*x - mean) * scale);
            }
            let (plain, tilt) = (sum(own, |v| v) / n, sum(along, |v| v) / n);
            for ((dx, own), x) in dx.iter_mut().zip(&*own).zip(x) {
                *dx += scale * (*own - plain - (*x - mean) * scale * tilt);
            }
        }
    }
}

impl<F: Float> Layer<F> for LayerNorm {
    fn sizes(&self) -> Sizes {
        let twice = self.size.saturating_mul(2);
        Sizes { inputs: self.size, outputs: self.size, params: twice, cache: 2, scratch: twice, ..Sizes::default() }
    }

    fn validate(&self) -> Result<()> {
        check::parameter_at_least("size", 1.0, self.size as f64, "at least 1")?;
        check::parameter_at_least("epsilon", f64::MIN_POSITIVE, self.epsilon, "a number above 0")
    }

    fn init(&self, params: &mut [F], _: &mut ChaCha8Rng) {
        params[..self.size].fill(F::one());
    }

    fn forward(&self, p: Pass<'_, F>, x: &[F], y: &mut [F], cache: Option<&mut [F]>, _: &mut [F]) {
        normalise(x, y, cache.unwrap_or_default(), p.params.split_at(self.size), F::of(self.epsilon));
    }

    fn backward(
        &self,
        p: Pass<'_, F>,
        seen: Seen<'_, F>,
        dy: &[F],
        dx: Option<&mut [F]>,
        grad: &mut [F],
        scratch: &mut [F],
    ) {
        let (gamma, beta) = grad.split_at_mut(self.size);
        add_gradient(seen.x, seen.cache, dy, gamma, beta);
        if let Some(dx) = dx {
            add_back((seen.x, seen.cache), dy, dx, &p.params[..self.size], &mut scratch[..2 * self.size]);
        }
    }
}
