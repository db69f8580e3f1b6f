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

vectorised! {
    fn walk['a; F: Float](
        lengths: (F, F, F),
        betas: (F, F, F, F),
        weights: (F, F),
        averages: (&'a mut [F], &'a mut [F]),
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let ((rate, root, epsilon), (b1, new1, b2, new2), (keep, decay)) = (lengths, betas, weights);
        for (((x, &g), m), v) in parameters.iter_mut().zip(gradient).zip(averages.0).zip(averages.1) {
            let g = g + decay * *x;
            *m = b1 * *m + new1 * g;
            *v = b2 * *v + new2 * g * g;
            *x = keep * *x - rate * *m / (v.sqrt() * root + epsilon);
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
