//! Which layers, in which order.

use crate::{
    contract::Sizes,
    init::Init,
    layers::{Activate, Add, AnyLayer, BatchNorm, Dense, Dropout, LayerNorm},
};
use cairn_numeric::Activation;
use cairn_traits::{Error, Result};
use serde::{Deserialize, Serialize};

/// A network before it has numbers: how many come in, and the layers.
///
/// Each method adds a layer that fits the one before. What does not fit, or cannot be, is found by [`crate::Network::new`].
///
/// ```
/// use cairn_nn::{Activation, Architecture, Network};
/// let two_layers = Architecture::new(4).dense(8).activation(Activation::Tanh).dense(3);
/// let network = Network::<f32>::new(two_layers, 0)?;
/// assert_eq!(network.params().len(), 8 * (4 + 1) + 3 * (8 + 1));
/// # Ok::<(), cairn_nn::Error>(())
/// ```
/// A residual block: what went in is added to what came out.
/// ```
/// # use cairn_nn::{Activation, Architecture, Network};
/// let stem = Architecture::new(4).dense(8);
/// let here = stem.position();
/// let block = stem.activation(Activation::Relu).dense(8).residual(here).dense(1);
/// assert!(Network::<f64>::new(block, 0).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    inputs: usize,
    layers: Vec<AnyLayer>,
}

/// Where the numbers of a layer begin in the network's flat slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) sizes: Sizes,
    pub(crate) params: usize,
    pub(crate) running: usize,
    /// Whether a residual connection begins at its input.
    pub(crate) shared: bool,
    /// Whether it is dense and goes through the activation after it at once: nobody else sees what lies between.
    pub(crate) fused: bool,
    pub(crate) overwrites: bool,
    /// The buffer that its input stands in where nothing is kept for a backward pass. The network's input is the caller's.
    pub(crate) slot: usize,
}

impl Place {
    /// How many layers are done at once, from this one.
    pub(crate) fn steps(&self) -> usize {
        1 + usize::from(self.fused)
    }
}

impl Architecture {
    /// No layers yet; samples of `inputs` numbers.
    pub fn new(inputs: usize) -> Self {
        Self { inputs, layers: Vec::new() }
    }

    /// Numbers of a sample that come in.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Numbers of a sample that go out.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(self.inputs, |layer| layer.sizes().outputs)
    }

    /// The layers, from the first.
    pub fn layers(&self) -> &[AnyLayer] {
        &self.layers
    }

    /// The position of the next layer: what a later [`Architecture::residual`] reaches back to.
    pub fn position(&self) -> usize {
        self.layers.len()
    }

    /// Any layer.
    #[must_use]
    pub fn layer(mut self, layer: AnyLayer) -> Self {
        self.layers.push(layer);
        self
    }

    /// A [`Dense`] layer whose weights begin as Glorot has them.
    #[must_use]
    pub fn dense(self, outputs: usize) -> Self {
        self.dense_from(outputs, Init::GlorotUniform)
    }

    /// A [`Dense`] layer.
    #[must_use]
    pub fn dense_from(self, outputs: usize, init: Init) -> Self {
        let inputs = self.outputs();
        self.layer(AnyLayer::Dense(Dense { inputs, outputs, init }))
    }

    /// An [`Activation`].
    #[must_use]
    pub fn activation(self, function: Activation) -> Self {
        let size = self.outputs();
        self.layer(AnyLayer::Activate(Activate { size, function }))
    }

    /// [`Dropout`].
    #[must_use]
    pub fn dropout(self, rate: f64) -> Self {
        let size = self.outputs();
        self.layer(AnyLayer::Dropout(Dropout { size, rate }))
    }

    /// [`BatchNorm`].
    #[must_use]
    pub fn batch_norm(self) -> Self {
        let size = self.outputs();
        self.layer(AnyLayer::BatchNorm(BatchNorm::new(size)))
    }

    /// [`LayerNorm`].
    #[must_use]
    pub fn layer_norm(self) -> Self {
        let size = self.outputs();
        self.layer(AnyLayer::LayerNorm(LayerNorm::new(size)))
    }

    /// Adds what went into the layer at the position `from`: see [`Add`].
    #[must_use]
    pub fn residual(self, from: usize) -> Self {
        let size = self.outputs();
        self.layer(AnyLayer::Add(Add { size, from }))
    }

    /// Whether layer `i` is dense, and the next an activation whose slope is computed from its output. Not at the very
    /// end: the slopes by what comes out are the caller's.
    fn fuses(&self, i: usize) -> bool {
        let seen_between = self.layers.iter().any(|layer| matches!(layer, AnyLayer::Add(add) if add.from == i + 1));
        match (self.layers.get(i), self.layers.get(i + 1)) {
            (Some(AnyLayer::Dense(_)), Some(AnyLayer::Activate(next))) => {
                !next.function.needs_input() && !seen_between && i + 2 < self.layers.len()
            }
            _ => false,
        }
    }

    /// Where each layer's numbers begin.
    ///
    /// # Errors
    /// A layer that cannot be, does not fit the one before, or more numbers than memory has places for.
    pub(crate) fn places(&self) -> Result<Vec<Place>> {
        if self.layers.is_empty() {
            return Err(Error::Parameter { name: "layers", requirement: "at least 1", found: 0.0 });
        }
        let (mut inputs, mut params, mut running) = (self.inputs, 0, 0);
        let mut places = Vec::with_capacity(self.layers.len());
        for (i, layer) in self.layers.iter().enumerate() {
            layer.validate(inputs, &self.layers[..i])?;
            let sizes = layer.sizes();
            let shared = self.layers.iter().any(|layer| matches!(layer, AnyLayer::Add(add) if add.from == i));
            let (fused, overwrites) = (self.fuses(i), layer.overwrites());
            places.push(Place { sizes, params, running, shared, fused, overwrites, slot: 0 });
            inputs = sizes.outputs;
            params = counted(params, sizes.params)?;
            running = counted(running, sizes.running)?;
        }
        self.share_slots(&mut places);
        Ok(places)
    }

    /// Gives each input a buffer that nobody reads any more: two in turn, and one more for each residual under way.
    fn share_slots(&self, places: &mut [Place]) {
        let last_reader = |at: usize| {
            let adds =
                |(i, layer): (usize, &AnyLayer)| matches!(layer, AnyLayer::Add(add) if add.from == at).then_some(i);
            self.layers.iter().enumerate().filter_map(adds).next_back().unwrap_or(at)
        };
        // for each buffer the last layer that reads it
        let mut taken: Vec<usize> = Vec::new();
        let mut i = 0;
        while i + places[i].steps() < places.len() {
            let out = i + places[i].steps();
            let free = taken.iter().position(|&reader| reader < i);
            let slot = free.unwrap_or(taken.len());
            if free.is_none() {
                taken.push(0);
            }
            taken[slot] = last_reader(out);
            places[out].slot = slot;
            i = out;
        }
    }
}

/// The sum, if memory has places for so many numbers.
fn counted(a: usize, b: usize) -> Result<usize> {
    const MOST: usize = isize::MAX as usize / 64;
    let (requirement, sum) = ("a number of parameters that memory has places for", a.saturating_add(b));
    if sum <= MOST { Ok(sum) } else { Err(Error::Parameter { name: "layers", requirement, found: sum as f64 }) }
}
