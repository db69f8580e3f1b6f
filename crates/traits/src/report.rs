//! What an iterative fit tells: while it runs, and when it has ended.

use serde::{Deserialize, Serialize};

/// One step of a fit, as its observer sees it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// This step, from 1.
    pub step: usize,
    /// The most steps there will be.
    pub steps: usize,
    /// The objective after this step.
    pub loss: f64,
    /// The objective on held-back rows, where some are.
    pub validation_loss: Option<f64>,
}

impl Progress {
    /// A step without held-back rows.
    pub fn new(step: usize, steps: usize, loss: f64) -> Self {
        Self { step, steps, loss, validation_loss: None }
    }
}

/// Why an iterative fit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The stopping rule was met.
    Converged,
    /// The most iterations allowed were done.
    MaxIter,
    /// Held-back rows stopped getting better.
    EarlyStopped,
    /// The observer said `Break`.
    Interrupted,
    /// The objective left the finite numbers; the model is the last good state.
    Diverged,
}

/// How an iterative fit went. Not converging is a fact, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// Iterations done.
    pub n_iter: usize,
    /// The objective at the end.
    pub objective: f64,
    /// Why it ended.
    pub stop: Stop,
}

/// A model whose fit iterated, and tells how that went.
pub trait Converges {
    /// Iterations, the objective at the end, and why it ended.
    fn convergence(&self) -> Convergence;
}
