//! Adagrad.

use crate::{
    first_order::{FirstOrder, State, not_negative},
    stretches,
};
use cairn_numeric::vectorised;
use cairn_traits::{Float, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Adagrad: each parameter's step is divided by the size of all its gradients so far.
///
/// ```text
/// g ← g + weight_decay x
/// s ← s + g²                            (s begins at `initial`)
/// x ← x − rate g / (√s + ε)
/// ```
///
/// Parameters that seldom have a gradient (the weight of a rare word) keep long steps, the others' shrink like 1/√t by
/// themselves. Where training goes on for long the steps become too short: [`RmsProp`](crate::RmsProp) and
/// [`Adam`](crate::Adam) forget old gradients instead. PyTorch's `lr_decay` is the schedule
/// [`InverseTime`](crate::Schedule::InverseTime).
///
/// ```
/// use cairn_optim::{Adagrad, FirstOrder};
/// let adagrad = Adagrad::new();
/// let (mut state, mut x) = (adagrad.start(1), [1.0]);
/// adagrad.step(&mut state, 0.1, &mut x, &[3.0])?; // s = 9: 1 − 0.1 · 3/3
/// adagrad.step(&mut state, 0.1, &mut x, &[4.0])?; // s = 25: 0.9 − 0.1 · 4/5
/// assert!((x[0] - 0.82_f64).abs() < 1e-10);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Duchi, Hazan and Singer (2011), Adaptive subgradient methods for online learning and stochastic optimization, JMLR 12.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Adagrad {
    initial: f64,
    epsilon: f64,
    weight_decay: f64,
}

impl Adagrad {
    /// Sums from 0, ε 1e-10, no decay: PyTorch's defaults.
    pub fn new() -> Self {
        Self { initial: 0.0, epsilon: 1e-10, weight_decay: 0.0 }
    }

    /// What the sums of squares begin at, at least 0: above 0, the first steps are shorter than the rate.
    #[must_use]
    pub fn initial(mut self, initial: f64) -> Self {
        self.initial = initial;
        self
    }

    /// What keeps the division from 0, above 0.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// The l2 penalty whose gradient is added, at least 0.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }
}

impl Default for Adagrad {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for Adagrad {
    fn validate(&self) -> Result<()> {
        not_negative("initial", self.initial)?;
        check::parameter_at_least("epsilon", f64::MIN_POSITIVE, self.epsilon, "a number above 0")?;
        not_negative("weight_decay", self.weight_decay)
    }
}

impl FirstOrder for Adagrad {
    fn n_averages(&self) -> usize {
        1
    }

    fn start<F: Float>(&self, n: usize) -> State<F> {
        State::filled(n, 1, F::of(self.initial))
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        let numbers = (F::of(learning_rate), F::of(self.epsilon), F::of(self.weight_decay));
        stretches::each(parameters, gradient, state.averages(), &|x, g, [s]| walk(numbers, s, x, g));
    }
}

vectorised! {
    fn walk['a; F: Float](
        numbers: (F, F, F),
        sums: &'a mut [F],
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let (rate, epsilon, decay) = numbers;
        for ((x, &g), s) in parameters.iter_mut().zip(gradient).zip(sums) {
            let g = g + decay * *x;
            *s += g * g;
            *x -= rate * (g / (s.sqrt() + epsilon));
        }
    }
}
