//! Adam, and Adam with decoupled decay.

use crate::{
    first_order::{FirstOrder, State, not_negative, share},
    stretches,
};
use cairn_numeric::vectorised;
use cairn_traits::{Float, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Adam: each parameter's step is divided by the usual size of its gradient.
///
/// ```text
/// g ← g + weight_decay x
/// m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
/// x ← x − rate (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)      t: steps taken, from 1
/// ```
///
/// The divisions by `1 − βᵗ` undo that both averages begin at 0. [`AdamW`] keeps the decay apart from the averages.
///
/// ```
/// use cairn_optim::{Adam, FirstOrder};
/// let adam = Adam::new();
/// let (mut state, mut x) = (adam.start(2), [1.0, 1.0]);
/// adam.step(&mut state, 0.1, &mut x, &[1e-3, 1e3])?;
/// assert!((x[0] - 0.9_f64).abs() < 1e-5 && (x[1] - 0.9).abs() < 1e-10); // the first step is the rate, whatever the scale
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Kingma and Ba (2015), Adam: a method for stochastic optimization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Adam {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_decay: f64,
}

/// Adam with decoupled weight decay: `x ← (1 − rate weight_decay) x` before the step, so that all parameters shrink alike.
///
/// ```
/// use cairn_optim::{AdamW, FirstOrder};
/// let adam = AdamW::new().weight_decay(0.5);
/// let (mut state, mut x) = (adam.start(1), [1.0]);
/// adam.step(&mut state, 0.1, &mut x, &[0.0])?;
/// assert_eq!(x[0], 0.95); // no gradient: only 1 − 0.1 · 0.5
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Loshchilov and Hutter (2019), Decoupled weight decay regularization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdamW {
    beta1: f64,
    beta2: f64,
    epsilon: f64,
    weight_decay: f64,
}

macro_rules! adam_setters {
    ($name:ident, $decay:literal, $about:literal) => {
        impl $name {
            #[doc = concat!("β₁ 0.9, β₂ 0.999, ε 1e-8, `weight_decay` ", stringify!($decay), ": PyTorch's defaults.")]
            pub fn new() -> Self {
                Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: $decay }
            }

            /// How long the average of gradients remembers, at least 0 and below 1.
            #[must_use]
            pub fn beta1(mut self, beta1: f64) -> Self {
                self.beta1 = beta1;
                self
            }

            /// How long the average of squares remembers, at least 0 and below 1.
            #[must_use]
            pub fn beta2(mut self, beta2: f64) -> Self {
                self.beta2 = beta2;
                self
            }

            /// What keeps the division from 0, above 0.
            #[must_use]
            pub fn epsilon(mut self, epsilon: f64) -> Self {
                self.epsilon = epsilon;
                self
            }

            #[doc = $about]
            #[must_use]
            pub fn weight_decay(mut self, weight_decay: f64) -> Self {
                self.weight_decay = weight_decay;
                self
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl Hyperparameters for $name {
            fn validate(&self) -> Result<()> {
                share("beta1", self.beta1)?;
                share("beta2", self.beta2)?;
                check::parameter_at_least("epsilon", f64::MIN_POSITIVE, self.epsilon, "a number above 0")?;
                not_negative("weight_decay", self.weight_decay)
            }
        }
    };
}

adam_setters!(Adam, 0.0, "The l2 penalty whose gradient is added before the averages, at least 0.");
adam_setters!(AdamW, 0.01, "The share of each parameter that a step of length 1 takes off, at least 0.");

/// The averages and the step; `keep` is what stays of a parameter before, `decay` what is added to its gradient.
fn adam_step<F: Float>(
    (beta1, beta2, epsilon): (f64, f64, f64),
    (keep, decay): (f64, f64),
    state: &mut State<F>,
    learning_rate: f64,
    parameters: &mut [F],
    gradient: &[F],
) {
    let t = state.steps as f64;
    let (first, second) = (1.0 - beta1.powf(t), 1.0 - beta2.powf(t));
    let (rate, root) = (F::of(learning_rate / first), F::of(1.0 / second.sqrt()));
    let (b1, b2, epsilon) = (F::of(beta1), F::of(beta2), F::of(epsilon));
    let (new1, new2) = (F::of(1.0 - beta1), F::of(1.0 - beta2));
    let (keep, decay) = (F::of(keep), F::of(decay));
    stretches::each(parameters, gradient, state.averages(), &|x, g, [m, v]| {
        walk((rate, root, epsilon), (b1, new1, b2, new2), (keep, decay), (m, v), x, g);
    });
}

/// Bytes of each slice that are worked on at once: those of four fill half of the smallest nearest cache.
const PART_BYTES: usize = 4096;

/// Bytes of a line of the cache.
const LINE: usize = 64;

/// The first place from `at` on where a line begins, or the end of the slice.
#[inline(always)]
fn line_after<F>(slice: &[F], at: usize) -> usize {
    at.saturating_add(slice[at..].as_ptr().align_offset(LINE)).min(slice.len())
}

/// The last place up to `at` where a line begins; `at` itself if it is the end of the slice.
#[inline(always)]
fn line_before<F>(slice: &[F], at: usize) -> usize {
    match slice[at..].as_ptr().align_offset(LINE) {
        0 => at,
        _ if at == slice.len() => at,
        beyond => at.saturating_add(beyond).saturating_sub(LINE / size_of::<F>()).min(at),
    }
}

vectorised! {
    /// In parts that stay in the nearest cache: the first average, the second, the parameters.
    ///
    /// A loop that writes all three takes more than twice as long where their vectors lie across lines of the cache. One
    /// slice at a time, every loop begins and ends where a line of what it writes does: the averages run ahead of the
    /// parameters by less than a line.
    fn walk['a; F: Float](
        lengths: (F, F, F),
        betas: (F, F, F, F),
        weights: (F, F),
        averages: (&'a mut [F], &'a mut [F]),
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let ((rate, root, epsilon), (b1, new1, b2, new2), (keep, decay)) = (lengths, betas, weights);
        let (part, n) = (PART_BYTES / size_of::<F>(), parameters.len().min(gradient.len()));
        let (m, v) = (&mut averages.0[..n], &mut averages.1[..n]);
        let (x, g) = (&mut parameters[..n], &gradient[..n]);
        let (mut end, mut m_done, mut v_done, mut x_done) = (0, 0, 0, 0);
        while x_done < n {
            end = (end + part).min(n);
            let (m_part, v_part, x_part) = (m_done..line_after(m, end), v_done..line_after(v, end), x_done..line_before(x, end));
            (m_done, v_done, x_done) = (m_part.end, v_part.end, x_part.end);
            for ((m, &g), &x) in m[m_part.clone()].iter_mut().zip(&g[m_part.clone()]).zip(&x[m_part]) {
                *m = b1 * *m + new1 * (g + decay * x);
            }
            for ((v, &g), &x) in v[v_part.clone()].iter_mut().zip(&g[v_part.clone()]).zip(&x[v_part]) {
                let g = g + decay * x;
                *v = b2 * *v + new2 * g * g;
            }
            for ((x, m), v) in x[x_part.clone()].iter_mut().zip(&m[x_part.clone()]).zip(&v[x_part]) {
                *x = keep * *x - rate * *m / (v.sqrt() * root + epsilon);
            }
        }
    }
}

impl FirstOrder for Adam {
    fn n_averages(&self) -> usize {
        2
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        let betas = (self.beta1, self.beta2, self.epsilon);
        adam_step(betas, (1.0, self.weight_decay), state, learning_rate, parameters, gradient);
    }
}

impl FirstOrder for AdamW {
    fn n_averages(&self) -> usize {
        2
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        let betas = (self.beta1, self.beta2, self.epsilon);
        let keep = 1.0 - learning_rate * self.weight_decay;
        adam_step(betas, (keep, 0.0), state, learning_rate, parameters, gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_the_slices_begin_each_number_takes_the_same_step() {
        let adam = Adam::new().weight_decay(0.25);
        let g: Vec<f32> = (0..5_000).map(|i| (i as f32 * 0.7).sin()).collect();
        // numbers before the parameters and gradients: the four slices begin at other places of a line each
        for (n, before, other) in [(0, 0, 0), (1, 3, 1), (17, 0, 5), (1_024, 7, 2), (4_999, 1, 0), (4_980, 13, 9)] {
            let (mut state, mut x) = (adam.start(n), vec![1.5_f32; before + n]);
            let mut alone: Vec<_> = (0..n).map(|_| (adam.start::<f32>(1), [1.5_f32])).collect();
            for _ in 0..3 {
                adam.step(&mut state, 0.1, &mut x[before..], &g[other..other + n]).unwrap();
                for ((state, x), g) in alone.iter_mut().zip(&g[other..]) {
                    adam.step(state, 0.1, x, &[*g]).unwrap();
                }
            }
            assert!(x[before..].iter().zip(&alone).all(|(x, (_, alone))| x.to_bits() == alone[0].to_bits()), "{n}");
        }
    }
}
