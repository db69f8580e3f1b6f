//! What stands between the columns and the answers.

use cairn_nn::{Activation, Architecture, Init};
use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// The hidden layers: how many and how wide, and what happens between them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hidden {
    pub(crate) hidden: Vec<usize>,
    pub(crate) activation: Activation,
    pub(crate) init: Option<Init>,
    pub(crate) dropout: f64,
    pub(crate) batch_norm: bool,
}

impl Hidden {
    pub(crate) fn new() -> Self {
        Self { hidden: vec![128, 64], activation: Activation::Relu, init: None, dropout: 0.0, batch_norm: false }
    }

    /// Dense, batch norm if wanted, activation, dropout if wanted: for each hidden layer. Then one more dense.
    pub(crate) fn architecture(&self, inputs: usize, outputs: usize) -> Architecture {
        let init = self.init.unwrap_or_else(|| Init::before(self.activation));
        let mut layers = Architecture::new(inputs);
        for &width in &self.hidden {
            layers = layers.dense_from(width, init);
            if self.batch_norm {
                layers = layers.batch_norm();
            }
            layers = layers.activation(self.activation);
            if self.dropout > 0.0 {
                layers = layers.dropout(self.dropout);
            }
        }
        layers.dense_from(outputs, self.init.unwrap_or(Init::GlorotUniform))
    }

    pub(crate) fn validate(&self) -> Result<()> {
        for &width in &self.hidden {
            check::parameter_at_least("hidden", 1.0, width as f64, "widths of at least 1")?;
        }
        self.activation.validate()?;
        let (requirement, found) = ("a number of at least 0 and below 1", self.dropout);
        if (0.0..1.0).contains(&found) { Ok(()) } else { Err(Error::Parameter { name: "dropout", requirement, found }) }
    }
}

/// The setters of an estimator that holds [`Hidden`] as `hidden`.
macro_rules! hidden_setters {
    () => {
        /// The widths of the hidden layers, from the first; none: a linear model.
        #[must_use]
        pub fn hidden(mut self, hidden: &[usize]) -> Self {
            self.hidden.hidden = hidden.to_vec();
            self
        }

        /// What bends between the layers.
        #[must_use]
        pub fn activation(mut self, activation: $crate::Activation) -> Self {
            self.hidden.activation = activation;
            self
        }

        /// How weights begin. None: as fits the activation (He for relu and its kin, Glorot for others and the last layer).
        #[must_use]
        pub fn init(mut self, init: Option<$crate::Init>) -> Self {
            self.hidden.init = init;
            self
        }

        /// The share of each hidden layer's numbers that is left out at random in each step, at least 0 and below 1.
        #[must_use]
        pub fn dropout(mut self, dropout: f64) -> Self {
            self.hidden.dropout = dropout;
            self
        }

        /// Whether the numbers of each hidden layer are normalised over the batch before they bend.
        #[must_use]
        pub fn batch_norm(mut self, batch_norm: bool) -> Self {
            self.hidden.batch_norm = batch_norm;
            self
        }
    };
}
pub(crate) use hidden_setters;
