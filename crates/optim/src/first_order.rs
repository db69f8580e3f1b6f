//! Steps along noisy gradients.

use cairn_traits::{Error, Float, Hyperparameters, Result, check};
use nalgebra::DMatrixView;
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

    /// Before the first step: `each` averages of `n` numbers, all of them `value`.
    pub(crate) fn filled(n: usize, each: usize, value: F) -> Self {
        Self { steps: 0, n, averages: vec![value; n * each] }
    }

    /// Whether it can stand beside `n` parameters: what a model that keeps one asks after it was read from a file.
    ///
    /// # Errors
    /// [`Error::Shape`] if lengths differ, [`Error::NonFinite`] if an average is not finite.
    pub fn check(&self, n: usize) -> Result<()> {
        check::size("state", "parameters", n, self.n)?;
        let whole = if self.n == 0 { self.averages.is_empty() } else { self.averages.len().is_multiple_of(self.n) };
        if !whole {
            let expected = self.averages.len().div_ceil(self.n.max(1)).saturating_mul(self.n);
            check::size("state", "averages", expected, self.averages.len())?;
        }
        finite("state", &self.averages)
    }

    /// The averages one by one; `N` of them, as [`FirstOrder::step`] has checked.
    pub(crate) fn averages<const N: usize>(&mut self) -> [&mut [F]; N] {
        let mut each = self.averages.chunks_exact_mut(self.n.max(1));
        std::array::from_fn(|_| each.next().unwrap_or_default())
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
        State::filled(n, self.n_averages(), F::zero())
    }

    /// One step: `parameters` move against `gradient`, `learning_rate` far.
    ///
    /// # Errors
    /// [`Error::Shape`] if lengths differ or `state` is another method's.
    ///
    /// # Complexity
    /// One pass over the numbers; beyond 200,000 of them in parallel. Nothing is allocated.
    ///
    /// # Determinism
    /// The same bits on any number of threads: each parameter is worked on by itself.
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

/// Whether every number is finite.
pub(crate) fn finite<F: Float>(what: &'static str, x: &[F]) -> Result<()> {
    check::finite(what, DMatrixView::from_slice(x, x.len(), 1))
}

pub(crate) fn share(name: &'static str, found: f64) -> Result<()> {
    let requirement = "a number of at least 0 and below 1";
    if (0.0..1.0).contains(&found) { Ok(()) } else { Err(Error::Parameter { name, requirement, found }) }
}

pub(crate) fn not_negative(name: &'static str, found: f64) -> Result<()> {
    check::parameter_at_least(name, 0.0, found, "a number of at least 0")
}
