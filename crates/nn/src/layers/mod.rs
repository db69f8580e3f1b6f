//! The layers there are.

mod activation;
mod batch_norm;
mod dense;
mod dropout;
pub(crate) mod kernels;
mod layer_norm;

use crate::contract::{Layer, Sizes};
use cairn_traits::{Error, Float, Result, check};
use serde::{Deserialize, Serialize};

pub use activation::Activate;
pub use batch_norm::BatchNorm;
pub use dense::Dense;
pub use dropout::Dropout;
pub use layer_norm::LayerNorm;

/// Adds what stood at an earlier place to what comes in: a residual connection, without nesting.
///
/// ```text
/// forward    y = x + (what went into layer `from`)          from 0: the network's input
/// backward   dx += dy,   and the same to the earlier place
/// ```
///
/// # References
/// He, Zhang, Ren and Sun (2016), Deep residual learning for image recognition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Add {
    /// Numbers of a sample, here and at the earlier place.
    pub size: usize,
    /// The layer, by its position from 0, whose input is added; below the position of this layer.
    pub from: usize,
}

/// Any of the layers, so that a network is a plain list that can be saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnyLayer {
    /// Weighted sums.
    Dense(Dense),
    /// A function, number by number.
    Activate(Activate),
    /// Numbers left out at random while learning.
    Dropout(Dropout),
    /// Numbers normalised over the batch.
    BatchNorm(BatchNorm),
    /// Numbers normalised within each sample.
    LayerNorm(LayerNorm),
    /// A residual connection. It reads two places, so the network itself carries it out.
    Add(Add),
}

/// What a network does at one place of its list.
pub(crate) enum Step<'a, F: Float> {
    Layer(&'a dyn Layer<F>),
    Add(&'a Add),
}

impl AnyLayer {
    pub(crate) fn step<F: Float>(&self) -> Step<'_, F> {
        match self {
            Self::Dense(layer) => Step::Layer(layer),
            Self::Activate(layer) => Step::Layer(layer),
            Self::Dropout(layer) => Step::Layer(layer),
            Self::BatchNorm(layer) => Step::Layer(layer),
            Self::LayerNorm(layer) => Step::Layer(layer),
            Self::Add(add) => Step::Add(add),
        }
    }

    pub(crate) fn overwrites(&self) -> bool {
        match self.step::<f64>() {
            Step::Layer(layer) => layer.overwrites(),
            Step::Add(_) => false,
        }
    }

    /// The lengths of its slices.
    pub fn sizes(&self) -> Sizes {
        match self.step::<f64>() {
            Step::Layer(layer) => layer.sizes(),
            Step::Add(add) => Sizes { inputs: add.size, outputs: add.size, ..Sizes::default() },
        }
    }

    /// Whether it makes sense at this place, after these layers.
    pub(crate) fn validate(&self, inputs: usize, before: &[Self]) -> Result<()> {
        match self.step::<f64>() {
            Step::Layer(layer) => layer.validate()?,
            Step::Add(add) => {
                check::parameter_at_least("size", 1.0, add.size as f64, "at least 1")?;
                let Some(earlier) = before.get(add.from) else {
                    let requirement = "the position of an earlier layer";
                    return Err(Error::Parameter { name: "from", requirement, found: add.from as f64 });
                };
                check::size("add", "numbers", earlier.sizes().inputs, add.size)?;
            }
        }
        check::size("layer", "inputs", inputs, self.sizes().inputs)
    }

    /// What it is called in tables, with the number it turns on, if there is one.
    pub fn name(&self) -> String {
        match self {
            Self::Dense(_) => "dense".into(),
            Self::Activate(layer) => layer.name().into(),
            Self::Dropout(layer) => format!("dropout {}", layer.rate),
            Self::BatchNorm(_) => "batch norm".into(),
            Self::LayerNorm(_) => "layer norm".into(),
            Self::Add(add) => format!("add input of {}", add.from + 1),
        }
    }
}
