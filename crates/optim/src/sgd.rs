//! Gradient descent.

use crate::{
    first_order::{FirstOrder, State, not_negative, share},
    stretches,
};
use cairn_numeric::vectorised;
use cairn_traits::{Error, Float, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Gradient descent, with momentum if wanted.
///
/// ```text
/// g ← g + weight_decay x
/// v ← momentum v + g                    (v is g in the first step)
/// x ← x − rate v                        nesterov: x ← x − rate (g + momentum v)
/// ```
///
/// ```
/// use cairn_optim::{FirstOrder, Sgd};
/// let sgd = Sgd::new().momentum(0.5);
/// let (mut state, mut x) = (sgd.start(1), [1.0]);
/// sgd.step(&mut state, 0.1, &mut x, &[2.0])?; // v = 2, x = 1 − 0.2
/// sgd.step(&mut state, 0.1, &mut x, &[2.0])?; // v = 3, x = 0.8 − 0.3
/// assert!((x[0] - 0.5_f64).abs() < 1e-15);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Polyak (1964). Sutskever, Martens, Dahl and Hinton (2013), On the importance of initialization and momentum.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sgd {
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
}

impl Sgd {
    /// No momentum, no decay.
    pub fn new() -> Self {
        Self::default()
    }

    /// The share of the last step that is kept, at least 0 and below 1.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Whether the step looks ahead of its momentum, which must be above 0.
    #[must_use]
    pub fn nesterov(mut self, nesterov: bool) -> Self {
        self.nesterov = nesterov;
        self
    }

    /// The l2 penalty `weight_decay/2 |x|²` whose gradient is added; at least 0.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }
}

impl Hyperparameters for Sgd {
    fn validate(&self) -> Result<()> {
        share("momentum", self.momentum)?;
        if self.nesterov && self.momentum == 0.0 {
            return Err(Error::Parameter {
                name: "momentum",
                requirement: "a number above 0 with nesterov",
                found: 0.0,
            });
        }
        not_negative("weight_decay", self.weight_decay)
    }
}

impl FirstOrder for Sgd {
    fn n_averages(&self) -> usize {
        usize::from(self.momentum > 0.0)
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        let (rate, momentum, decay) = (F::of(learning_rate), F::of(self.momentum), F::of(self.weight_decay));
        if self.momentum == 0.0 {
            return stretches::each(parameters, gradient, [], &|x, g, []| straight(rate, decay, x, g));
        }
        let ahead = if self.nesterov { momentum } else { F::one() };
        let own = if self.nesterov { F::one() } else { F::zero() };
        stretches::each(parameters, gradient, state.averages(), &|x, g, [v]| {
            carried((rate, momentum, decay), (own, ahead), v, x, g);
        });
    }
}

vectorised! {
    fn straight['a; F: Float](rate: F, decay: F, parameters: &'a mut [F], gradient: &'a [F]) -> () {
        for (x, &g) in parameters.iter_mut().zip(gradient) {
            *x -= rate * (g + decay * *x);
        }
    }
}

vectorised! {
    fn carried['a; F: Float](
        rates: (F, F, F),
        shares: (F, F),
        velocity: &'a mut [F],
        parameters: &'a mut [F],
        gradient: &'a [F],
    ) -> () {
        let ((rate, momentum, decay), (own, ahead)) = (rates, shares);
        for ((x, &g), v) in parameters.iter_mut().zip(gradient).zip(velocity) {
            let g = g + decay * *x;
            *v = momentum * *v + g;
            *x -= rate * (own * g + ahead * *v);
        }
    }
}
