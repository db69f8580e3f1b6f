use crate::contract::{Layer, Pass, Seen, Sizes};
use cairn_numeric::Activation;
use cairn_traits::{Float, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// An [`Activation`] as a layer: number by number.
///
/// ```text
/// forward    y = f(x)
/// backward   dx += dy f'(x)
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activate {
    /// Numbers of a sample.
    pub size: usize,
    /// The function.
    pub function: Activation,
}

impl Activate {
    /// The name of the function, as it is written in files.
    pub(crate) fn name(&self) -> &'static str {
        match self.function {
            Activation::Identity => "identity",
            Activation::Relu => "relu",
            Activation::LeakyRelu { .. } => "leaky relu",
            Activation::Elu { .. } => "elu",
            Activation::Gelu => "gelu",
            Activation::GeluTanh => "gelu tanh",
            Activation::Silu => "silu",
            Activation::Sigmoid => "sigmoid",
            Activation::Tanh => "tanh",
            Activation::Softplus => "softplus",
            Activation::Exp => "exp",
        }
    }
}

impl<F: Float> Layer<F> for Activate {
    fn sizes(&self) -> Sizes {
        Sizes { inputs: self.size, outputs: self.size, ..Sizes::default() }
    }

    fn validate(&self) -> Result<()> {
        check::parameter_at_least("size", 1.0, self.size as f64, "at least 1")?;
        self.function.validate()
    }

    fn forward(&self, _: Pass<'_, F>, x: &[F], y: &mut [F], _: Option<&mut [F]>, _: &mut [F]) {
        self.function.forward(x, y);
    }

    fn backward(&self, _: Pass<'_, F>, seen: Seen<'_, F>, dy: &[F], dx: Option<&mut [F]>, _: &mut [F], _: &mut [F]) {
        if let Some(dx) = dx {
            self.function.backward(seen.x, seen.y, dy, dx);
        }
    }
}
