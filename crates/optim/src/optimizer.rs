//! A first-order method as a choice.

use crate::{
    adam::{Adam, AdamW},
    first_order::{FirstOrder, State},
    rms_prop::RmsProp,
    sgd::Sgd,
};
use cairn_traits::{Float, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// One of the first-order methods, as a hyperparameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimizer {
    /// [`Sgd`].
    Sgd(Sgd),
    /// [`Adam`].
    Adam(Adam),
    /// [`AdamW`].
    AdamW(AdamW),
    /// [`RmsProp`].
    RmsProp(RmsProp),
}

impl Default for Optimizer {
    /// Adam.
    fn default() -> Self {
        Self::Adam(Adam::new())
    }
}

impl Hyperparameters for Optimizer {
    fn validate(&self) -> Result<()> {
        match self {
            Self::Sgd(of) => of.validate(),
            Self::Adam(of) => of.validate(),
            Self::AdamW(of) => of.validate(),
            Self::RmsProp(of) => of.validate(),
        }
    }
}

impl FirstOrder for Optimizer {
    fn n_averages(&self) -> usize {
        match self {
            Self::Sgd(of) => of.n_averages(),
            Self::Adam(of) => of.n_averages(),
            Self::AdamW(of) => of.n_averages(),
            Self::RmsProp(of) => of.n_averages(),
        }
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        match self {
            Self::Sgd(of) => of.advance(state, learning_rate, parameters, gradient),
            Self::Adam(of) => of.advance(state, learning_rate, parameters, gradient),
            Self::AdamW(of) => of.advance(state, learning_rate, parameters, gradient),
            Self::RmsProp(of) => of.advance(state, learning_rate, parameters, gradient),
        }
    }
}
