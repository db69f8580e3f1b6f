//! An architecture with its numbers.

use crate::{
    architecture::{Architecture, Place},
    layers::{AnyLayer, Step},
    summary::Summary,
};
use cairn_numeric::stream;
use cairn_traits::{Error, Float, Result, check};
use serde::{Deserialize, Serialize};

/// Layers and their numbers: parameters in one flat slice, running statistics in another.
///
/// Optimisers, clipping, averaging, saving and gradient checks are loops over a slice; nothing needs to know of layers.
/// What a pass computes lives in a [`crate::Workspace`], so that answering takes `&self`.
///
/// # Determinism
/// The same seed gives the same first parameters: layer i is drawn from stream i.
///
/// # Examples
/// One step of gradient descent by hand:
/// ```
/// use cairn_nn::{Architecture, Expected, Loss, Network, Targets};
/// let mut network = Network::<f64>::new(Architecture::new(1).dense(1), 0)?; // y = w x + b
/// network.set_params(&[1.0, 0.0])?;
/// let mut room = network.workspace(2);
/// room.load_slice(&[1.0, 3.0])?;
/// let expected = Expected::new(Targets::Numbers(&[2.0, 6.0]), 2);
/// let cost = network.cost_and_gradient(&mut room, (0, 0), &Loss::Mse, &expected)?;
/// assert_eq!(cost, 5.0); // (1² + 3²) / 2
/// assert_eq!(room.gradient(), [-10.0, -4.0]); // mean of 2 e x, mean of 2 e
/// # Ok::<(), cairn_nn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Parts<F>")]
pub struct Network<F: Float> {
    architecture: Architecture,
    params: Vec<F>,
    running: Vec<F>,
    #[serde(skip)]
    pub(crate) places: Vec<Place>,
}

/// A network as it stands in a file.
#[derive(Deserialize)]
#[serde(bound = "", deny_unknown_fields)]
struct Parts<F: Float> {
    architecture: Architecture,
    params: Vec<F>,
    running: Vec<F>,
}

impl<F: Float> TryFrom<Parts<F>> for Network<F> {
    type Error = Error;

    fn try_from(parts: Parts<F>) -> Result<Self> {
        Self::from_parts(parts.architecture, parts.params, parts.running)
    }
}

impl<F: Float> Network<F> {
    /// A network with drawn weights.
    ///
    /// # Errors
    /// [`Error::Parameter`], [`Error::Shape`]: layers that cannot be or do not fit each other.
    pub fn new(architecture: Architecture, seed: u64) -> Result<Self> {
        let places = architecture.places()?;
        let (n_params, n_running) = totals(&places);
        let (mut params, mut running) = (vec![F::zero(); n_params], vec![F::zero(); n_running]);
        for (i, (layer, place)) in architecture.layers().iter().zip(&places).enumerate() {
            if let Step::Layer(layer) = layer.step::<F>() {
                layer.init(&mut params[place.params..][..place.sizes.params], &mut stream(seed, i as u64));
                layer.init_running(&mut running[place.running..][..place.sizes.running]);
            }
        }
        Ok(Self { architecture, params, running, places })
    }

    /// A network from its numbers, each layer's after those of the layer before.
    ///
    /// # Errors
    /// Those of [`Network::new`]; [`Error::Shape`] for another count of numbers, [`Error::NonFinite`].
    pub fn from_parts(architecture: Architecture, params: Vec<F>, running: Vec<F>) -> Result<Self> {
        let places = architecture.places()?;
        let network = Self { architecture, params, running, places };
        network.check()?;
        Ok(network)
    }

    /// Whether there are as many numbers as the layers need, all finite.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`] with the position as its row.
    pub fn check(&self) -> Result<()> {
        let (n_params, n_running) = totals(&self.places);
        check::size("params", "numbers", n_params, self.params.len())?;
        check::size("running", "numbers", n_running, self.running.len())?;
        finite("params", &self.params)?;
        finite("running", &self.running)
    }

    /// The layers.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Numbers of a sample that come in.
    pub fn inputs(&self) -> usize {
        self.architecture.inputs()
    }

    /// Numbers of a sample that go out.
    pub fn outputs(&self) -> usize {
        self.architecture.outputs()
    }

    /// All parameters, layer by layer.
    pub fn params(&self) -> &[F] {
        &self.params
    }

    /// All parameters, to step along a gradient.
    pub fn params_mut(&mut self) -> &mut [F] {
        &mut self.params
    }

    /// Other parameters.
    ///
    /// # Errors
    /// [`Error::Shape`] for another count.
    pub fn set_params(&mut self, params: &[F]) -> Result<()> {
        check::size("params", "numbers", self.params.len(), params.len())?;
        self.params.copy_from_slice(params);
        Ok(())
    }

    /// The parameters of one layer; none if there is no such layer.
    pub fn layer_params(&self, layer: usize) -> &[F] {
        self.places.get(layer).map_or(&[], |place| &self.params[place.params..][..place.sizes.params])
    }

    /// The running statistics of all layers.
    pub fn running(&self) -> &[F] {
        &self.running
    }

    /// The running statistics, to restore them.
    pub fn running_mut(&mut self) -> &mut [F] {
        &mut self.running
    }

    /// Takes the statistics of the last learning pass into the running ones.
    pub(crate) fn absorb(&mut self, sums: &[Vec<f64>], batch: usize) {
        for ((layer, place), sums) in self.architecture.layers().iter().zip(&self.places).zip(sums) {
            if let (1.., Step::Layer(layer)) = (place.sizes.running, layer.step::<F>()) {
                layer.absorb(sums, batch, &mut self.running[place.running..][..place.sizes.running]);
            }
        }
    }

    /// Where the weights stand among the parameters: what penalties shrink.
    pub(crate) fn weight_ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> + use<'_, F> {
        self.places
            .iter()
            .map(|place| place.params..place.params + place.sizes.weights)
            .filter(|range| !range.is_empty())
    }

    pub(crate) fn layer(&self, i: usize) -> &AnyLayer {
        &self.architecture.layers()[i]
    }

    /// The table of layers, their shapes and counts of parameters.
    pub fn summary(&self) -> Summary {
        Summary::new(&self.architecture)
    }
}

fn totals(places: &[Place]) -> (usize, usize) {
    places.last().map_or((0, 0), |last| (last.params + last.sizes.params, last.running + last.sizes.running))
}

fn finite<F: Float>(what: &'static str, numbers: &[F]) -> Result<()> {
    check::finite(what, nalgebra::DMatrixView::from_slice(numbers, numbers.len(), 1))
}
