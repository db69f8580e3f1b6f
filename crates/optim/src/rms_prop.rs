//! RMSProp.

use crate::{
    first_order::{FirstOrder, State, not_negative, share},
    stretches,
};
use cairn_numeric::vectorised;
use cairn_traits::{Float, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// RMSProp: the gradient over its usual size.
///
/// ```text
/// g ← g + weight_decay x
/// v ← α v + (1 − α) g²
/// b ← momentum b + g / (√v + ε)                 centered: m ← α m + (1 − α) g, and √(v − m²) instead of √v
/// x ← x − rate b
/// ```
///
/// Centred, the gradient is divided by its usual distance from its average: larger steps where it keeps its direction.
/// What rounding leaves of `v − m²` below 0 counts as 0.
///
/// ```
/// use cairn_optim::{FirstOrder, RmsProp};
/// let rms = RmsProp::new().alpha(0.75);
/// let (mut state, mut x) = (rms.start(1), [1.0]);
/// rms.step(&mut state, 0.1, &mut x, &[2.0])?; // v = 0.25 · 4 = 1, x = 1 − 0.1 · 2 / 1
/// assert!((x[0] - 0.8_f64).abs() < 1e-8);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Tieleman and Hinton (2012), lecture 6.5 of Neural Networks for Machine Learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RmsProp {
    alpha: f64,
    epsilon: f64,
    momentum: f64,
    centered: bool,
    weight_decay: f64,
}

impl RmsProp {
    /// α 0.99, ε 1e-8, no momentum, not centred: PyTorch's defaults.
    pub fn new() -> Self {
        Self { alpha: 0.99, epsilon: 1e-8, momentum: 0.0, centered: false, weight_decay: 0.0 }
    }

    /// How long the average of squares remembers, at least 0 and below 1.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// What keeps the division from 0, above 0.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// The share of the last step that is kept, at least 0 and below 1.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Whether squares are taken about the average gradient.
    #[must_use]
    pub fn centered(mut self, centered: bool) -> Self {
        self.centered = centered;
        self
    }

    /// The l2 penalty whose gradient is added, at least 0.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }
}

impl Default for RmsProp {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for RmsProp {
    fn validate(&self) -> Result<()> {
        share("alpha", self.alpha)?;
        check::parameter_at_least("epsilon", f64::MIN_POSITIVE, self.epsilon, "a number above 0")?;
        share("momentum", self.momentum)?;
        not_negative("weight_decay", self.weight_decay)
    }
}

impl FirstOrder for RmsProp {
    fn n_averages(&self) -> usize {
        1 + usize::from(self.momentum > 0.0) + usize::from(self.centered)
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        let (rate, alpha, epsilon) = (F::of(learning_rate), F::of(self.alpha), F::of(self.epsilon));
        let (new, momentum, decay) = (F::of(1.0 - self.alpha), F::of(self.momentum), F::of(self.weight_decay));
        let (rates, others) = ((rate, alpha, new), (epsilon, momentum, decay));
        match (self.momentum > 0.0, self.centered) {
            (false, false) => stretches::each(parameters, gradient, state.averages(), &|x, g, [v]| {
                plain(rates, others, v, x, g);
            }),
            (true, false) => stretches::each(parameters, gradient, state.averages(), &|x, g, [v, b]| {
                carried(rates, others, (v, b), x, g);
            }),
            (false, true) => stretches::each(parameters, gradient, state.averages(), &|x, g, [v, m]| {
                centred(rates, others, (v, m), x, g);
            }),
            (true, true) => stretches::each(parameters, gradient, state.averages(), &|x, g, [v, b, m]| {
                centred_and_carried(rates, others, (v, b, m), x, g);
            }),
        }
    }
}

vectorised! {
    fn plain['a; F: Float](
        rates: (F, F, F),
        others: (F, F, F),
        v: &'a mut [F],
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let ((rate, alpha, new), (epsilon, _, decay)) = (rates, others);
        for ((x, &g), v) in parameters.iter_mut().zip(gradient).zip(v) {
            let g = g + decay * *x;
            *v = alpha * *v + new * g * g;
            *x -= rate * (g / (v.sqrt() + epsilon));
        }
    }
}

vectorised! {
    fn carried['a; F: Float](
        rates: (F, F, F),
        others: (F, F, F),
        averages: (&'a mut [F], &'a mut [F]),
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let ((rate, alpha, new), (epsilon, momentum, decay)) = (rates, others);
        for (((x, &g), v), b) in parameters.iter_mut().zip(gradient).zip(averages.0).zip(averages.1) {
            let g = g + decay * *x;
            *v = alpha * *v + new * g * g;
            *b = momentum * *b + g / (v.sqrt() + epsilon);
            *x -= rate * *b;
        }
    }
}

vectorised! {
    fn centred['a; F: Float](
        rates: (F, F, F),
        others: (F, F, F),
        averages: (&'a mut [F], &'a mut [F]),
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let ((rate, alpha, new), (epsilon, _, decay)) = (rates, others);
        for (((x, &g), v), m) in parameters.iter_mut().zip(gradient).zip(averages.0).zip(averages.1) {
            let g = g + decay * *x;
            *v = alpha * *v + new * g * g;
            *m = alpha * *m + new * g;
            *x -= rate * (g / (spread(*v, *m) + epsilon));
        }
    }
}

vectorised! {
    fn centred_and_carried['a; F: Float](
        rates: (F, F, F),
        others: (F, F, F),
        averages: (&'a mut [F], &'a mut [F], &'a mut [F]),
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let ((rate, alpha, new), (epsilon, momentum, decay)) = (rates, others);
        let (v, b, m) = averages;
        for ((((x, &g), v), b), m) in parameters.iter_mut().zip(gradient).zip(v).zip(b).zip(m) {
            let g = g + decay * *x;
            *v = alpha * *v + new * g * g;
            *m = alpha * *m + new * g;
            *b = momentum * *b + g / (spread(*v, *m) + epsilon);
            *x -= rate * *b;
        }
    }
}

/// `√(v − m²)`.
#[inline(always)]
fn spread<F: Float>(v: F, m: F) -> F {
    let variance = v - m * m;
    (if variance < F::zero() { F::zero() } else { variance }).sqrt()
}
