//! Logistic regression: how likely is yes?
#![forbid(unsafe_code)]

mod class_weights;
mod dense;
mod input;
mod scores;
mod sparse;

pub use cairn_traits::{
    Classes, Convergence, CsrMatrix, DMatrix, DVector, Decision, Error, Fit, FitObserved, FitWeighted, Float,
    Hyperparameters, Named, NamedModel, PartialFit, Persist, Predict, Probabilistic, Progress, Result, Stop, rows,
};
pub use class_weights::ClassWeights;
pub use input::{Input, Passes};
