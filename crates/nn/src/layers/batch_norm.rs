use crate::contract::{Layer, Mode, Pass, Seen, Sizes};
use cairn_numeric::vectorised;
use cairn_traits::{Error, Float, Result, check};
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Each number, over the samples of the batch, brought to mean 0 and variance 1; then scaled and shifted as is learned.
///
/// ```text
/// forward    h = (x − m) r,   r = 1 / √(v + ε),   y = γ h + β          m, v: mean and variance of the batch
/// backward   dγ += Σ dy h,    dβ += Σ dy
///            dx += γ r (dy − Σ dy / n − h Σ dy h / n)                    n: samples of the batch
/// answering  m and v are the running ones:
///            running ← (1 − momentum) running + momentum (of the batch; the variance divided by n − 1)
/// ```
///
/// The sums, of numbers and of their squares, run over the whole batch, in double precision, block by block in order: the
/// layer couples samples. Numbers whose mean is a million times their deviation lose half the digits of their variance. A
/// batch of one sample has no variance, and all of its numbers become β.
///
/// # Shapes
/// Parameters: γ, then β. Running: means, then variances.
///
/// # References
/// Ioffe and Szegedy (2015), Batch normalization. The conventions are PyTorch's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchNorm {
    /// Numbers of a sample.
    pub size: usize,
    /// How much of the running statistics a batch replaces, above 0 and at most 1.
    pub momentum: f64,
    /// What keeps the division from 0, above 0.
    pub epsilon: f64,
}

impl BatchNorm {
    /// Momentum 0.1, ε 1e-5: PyTorch's.
    pub fn new(size: usize) -> Self {
        Self { size, momentum: 0.1, epsilon: 1e-5 }
    }

    /// Mean and `1 / √(v + ε)` of each number, into the two halves of `out`.
    fn statistics<F: Float>(&self, p: &Pass<'_, F>, out: &mut [F]) {
        let (means, scales) = out.split_at_mut(self.size);
        let n = p.batch as f64;
        for (j, (mean, scale)) in means.iter_mut().zip(scales).enumerate() {
            let (m, v) = match p.mode {
                Mode::Train => moments(p.sums[j], p.sums[self.size + j], n),
                Mode::Infer => (p.running[j].to_f64(), p.running[self.size + j].to_f64()),
            };
            *mean = F::of(m);
            *scale = F::of(1.0 / (v + self.epsilon).sqrt());
        }
    }
}

/// Mean and variance from the sums of numbers and squares.
fn moments(sum: f64, squares: f64, n: f64) -> (f64, f64) {
    let mean = sum / n;
    // rounding may leave a number just below 0
    (mean, (squares / n - mean * mean).max(0.0))
}

vectorised! {
    fn add_moments['a; F: Float](x: &'a [F], sums: &'a mut [f64], squares: &'a mut [f64]) -> () {
        for sample in x.chunks_exact(sums.len()) {
            for ((v, sum), square) in sample.iter().zip(&mut *sums).zip(&mut *squares) {
                let v = v.to_f64();
                *sum += v;
                *square += v * v;
            }
        }
    }
}

vectorised! {
    /// `h = (x − m) r`, `y = γ h + β`.
    fn normalise['a; F: Float](
        x: &'a [F],
        out: (&'a mut [F], &'a mut [F]),
        statistics: (&'a [F], &'a [F]),
        params: (&'a [F], &'a [F]),
    ) -> () {
        let ((h, y), (means, scales), (gamma, beta)) = (out, statistics, params);
        let size = means.len();
        for ((x, h), y) in x.chunks_exact(size).zip(h.chunks_exact_mut(size)).zip(y.chunks_exact_mut(size)) {
            let constants = means.iter().zip(scales).zip(gamma).zip(beta);
            for (((x, h), y), (((m, r), g), b)) in x.iter().zip(h).zip(y).zip(constants) {
                *h = (*x - *m) * *r;
                *y = *g * *h + *b;
            }
        }
    }
}

vectorised! {
    /// `y = γ h + β` of the same h, which nobody will ask for.
    fn normalise_alone['a; F: Float](
        x: &'a [F],
        y: &'a mut [F],
        statistics: (&'a [F], &'a [F]),
        params: (&'a [F], &'a [F]),
    ) -> () {
        let ((means, scales), (gamma, beta)) = (statistics, params);
        let size = means.len();
        for (x, y) in x.chunks_exact(size).zip(y.chunks_exact_mut(size)) {
            let constants = means.iter().zip(scales).zip(gamma).zip(beta);
            for ((x, y), (((m, r), g), b)) in x.iter().zip(y).zip(constants) {
                *y = *g * ((*x - *m) * *r) + *b;
            }
        }
    }
}

vectorised! {
    /// `Σ dy` and `Σ dy h`.
    fn add_slopes['a; F: Float](h: &'a [F], dy: &'a [F], plain: &'a mut [f64], along: &'a mut [f64]) -> () {
        for (h, dy) in h.chunks_exact(plain.len()).zip(dy.chunks_exact(plain.len())) {
            for (((h, dy), plain), along) in h.iter().zip(dy).zip(&mut *plain).zip(&mut *along) {
                let d = dy.to_f64();
                *plain += d;
                *along += d * h.to_f64();
            }
        }
    }
}

vectorised! {
    /// `dγ += Σ dy h`, `dβ += Σ dy`.
    fn add_gradient['a; F: Float](h: &'a [F], dy: &'a [F], gamma: &'a mut [F], beta: &'a mut [F]) -> () {
        for (h, dy) in h.chunks_exact(gamma.len()).zip(dy.chunks_exact(gamma.len())) {
            for (((h, dy), gamma), beta) in h.iter().zip(dy).zip(&mut *gamma).zip(&mut *beta) {
                *gamma += *dy * *h;
                *beta += *dy;
            }
        }
    }
}

vectorised! {
    /// `dx += a (dy − s − h t)`, with a = γ r, s = Σ dy / n, t = Σ dy h / n.
    fn add_back['a; F: Float](
        h: &'a [F],
        dy: &'a [F],
        dx: &'a mut [F],
        factors: (&'a [F], &'a [F], &'a [F]),
    ) -> () {
        let (a, s, t) = factors;
        let size = a.len();
        for ((h, dy), dx) in h.chunks_exact(size).zip(dy.chunks_exact(size)).zip(dx.chunks_exact_mut(size)) {
            for (((h, dy), dx), ((a, s), t)) in h.iter().zip(dy).zip(dx).zip(a.iter().zip(s).zip(t)) {
                *dx += *a * (*dy - *s - *h * *t);
            }
        }
    }
}

impl<F: Float> Layer<F> for BatchNorm {
    fn sizes(&self) -> Sizes {
        let twice = self.size.saturating_mul(2);
        Sizes {
            inputs: self.size,
            outputs: self.size,
            params: twice,
            running: twice,
            cache: self.size,
            scratch: self.size.saturating_mul(5),
            sums: twice.saturating_mul(2),
            ..Sizes::default()
        }
    }

    fn validate(&self) -> Result<()> {
        check::parameter_at_least("size", 1.0, self.size as f64, "at least 1")?;
        check::parameter_at_least("epsilon", f64::MIN_POSITIVE, self.epsilon, "a number above 0")?;
        let (requirement, found) = ("a number above 0 and at most 1", self.momentum);
        if found > 0.0 && found <= 1.0 {
            Ok(())
        } else {
            Err(Error::Parameter { name: "momentum", requirement, found })
        }
    }

    fn init(&self, params: &mut [F], _: &mut ChaCha8Rng) {
        params[..self.size].fill(F::one());
    }

    fn init_running(&self, running: &mut [F]) {
        running[self.size..].fill(F::one());
    }

    fn gather(&self, x: &[F], sums: &mut [f64]) {
        let (plain, rest) = sums.split_at_mut(self.size);
        add_moments(x, plain, &mut rest[..self.size]);
    }

    /// Leaves h in the cache.
    fn forward(&self, p: Pass<'_, F>, x: &[F], y: &mut [F], cache: Option<&mut [F]>, scratch: &mut [F]) {
        let statistics = &mut scratch[..2 * self.size];
        self.statistics(&p, statistics);
        let (statistics, params) = (statistics.split_at(self.size), p.params.split_at(self.size));
        match cache {
            Some(cache) => normalise(x, (cache, y), statistics, params),
            None => normalise_alone(x, y, statistics, params),
        }
    }

    fn gather_back(&self, _: Pass<'_, F>, seen: Seen<'_, F>, dy: &[F], sums: &mut [f64]) {
        let back = &mut sums[2 * self.size..];
        back.fill(0.0);
        let (plain, along) = back.split_at_mut(self.size);
        add_slopes(seen.cache, dy, plain, along);
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
        let k = self.size;
        let (gamma, beta) = grad.split_at_mut(k);
        add_gradient(seen.cache, dy, gamma, beta);
        let Some(dx) = dx else { return };
        let (statistics, factors) = scratch.split_at_mut(2 * k);
        self.statistics(&p, statistics);
        for j in 0..k {
            factors[j] = p.params[j] * statistics[k + j];
            // running statistics do not hang on the batch
            let of = |sum: f64| if p.mode == Mode::Train { F::of(sum / p.batch as f64) } else { F::zero() };
            factors[k + j] = of(p.sums[2 * k + j]);
            factors[2 * k + j] = of(p.sums[3 * k + j]);
        }
        let (a, rest) = factors.split_at(k);
        add_back(seen.cache, dy, dx, (a, &rest[..k], &rest[k..2 * k]));
    }

    fn absorb(&self, sums: &[f64], batch: usize, running: &mut [F]) {
        let (means, variances) = running.split_at_mut(self.size);
        let n = batch as f64;
        let unbiased = if batch > 1 { n / (n - 1.0) } else { 1.0 };
        for (j, (mean, variance)) in means.iter_mut().zip(variances).enumerate() {
            let (m, v) = moments(sums[j], sums[self.size + j], n);
            *mean = F::of((1.0 - self.momentum) * mean.to_f64() + self.momentum * m);
            *variance = F::of((1.0 - self.momentum) * variance.to_f64() + self.momentum * v * unbiased);
        }
    }
}
