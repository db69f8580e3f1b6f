//! Steps along noisy gradients.

use cairn_traits::{Error, Float, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// What a first-order method remembers from step to step, for parameters in one flat slice; it can be saved with a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct State<F: Float> {
    pub(crate) steps: u64,
    n: usize,
    /// One after another, each as long as the parameters.
    pub(crate) averages: Vec<F>,
}

impl<F: Float> State<F> {
    /// Steps taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How many parameters it is for.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether it is for no parameters at all.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    pub(crate) fn pair(&mut self) -> (&mut [F], &mut [F]) {
        self.averages.split_at_mut(self.n)
    }
}

/// A rule that turns a gradient into a step.
pub trait FirstOrder: Hyperparameters {
    /// How many numbers are remembered for each parameter.
    fn n_averages(&self) -> usize;

    /// One step on slices of one length; [`FirstOrder::step`] has checked them and counted.
    #[doc(hidden)]
    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]);

    /// The state before the first step of `n` parameters.
    fn start<F: Float>(&self, n: usize) -> State<F> {
        State { steps: 0, n, averages: vec![F::zero(); n * self.n_averages()] }
    }

    /// One step: `parameters` move against `gradient`, `learning_rate` far.
    ///
    /// # Errors
    /// [`Error::Shape`] if lengths differ or `state` is another method's.
    fn step<F: Float>(
        &self,
        state: &mut State<F>,
        learning_rate: f64,
        parameters: &mut [F],
        gradient: &[F],
    ) -> Result<()> {
        check::size("parameters", "numbers", state.n, parameters.len())?;
        check::size("gradient", "numbers", state.n, gradient.len())?;
        let averages = state.n.saturating_mul(self.n_averages());
        check::size("state", "averages", averages, state.averages.len())?;
        state.steps += 1;
        self.advance(state, learning_rate, parameters, gradient);
        Ok(())
    }
}

pub(crate) fn share(name: &'static str, found: f64) -> Result<()> {
    let requirement = "a number of at least 0 and below 1";
    if (0.0..1.0).contains(&found) { Ok(()) } else { Err(Error::Parameter { name, requirement, found }) }
}

pub(crate) fn not_negative(name: &'static str, found: f64) -> Result<()> {
    check::parameter_at_least(name, 0.0, found, "a number of at least 0")
}

/// Shortens a gradient to the length `most` where it is longer; returns the length it had.
///
/// A length that is not finite comes back as it is, and the gradient stays: the caller leaves that step out.
///
/// ```
/// let mut gradient = [3.0, 4.0];
/// assert_eq!(cairn_optim::clip_norm(&mut gradient, 1.0), 5.0);
/// assert!((gradient[1] - 0.8_f64).abs() < 1e-15);
/// ```
pub fn clip_norm<F: Float>(gradient: &mut [F], most: f64) -> f64 {
    let length = gradient.iter().map(|g| g.to_f64() * g.to_f64()).sum::<f64>().sqrt();
    if length > most && length.is_finite() {
        let share = F::of(most / length);
        gradient.iter_mut().for_each(|g| *g *= share);
    }
    length
}
