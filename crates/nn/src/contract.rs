//! What a layer is.

use cairn_numeric::Parallelism;
use cairn_traits::{Float, Result};
use rand::rngs::ChaCha8Rng;

/// How long the slices are that a layer is handed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Numbers of a sample that come in.
    pub inputs: usize,
    /// Numbers of a sample that go out.
    pub outputs: usize,
    /// Learned numbers.
    pub params: usize,
    /// How many of them, from the first, are weights: what a penalty shrinks. Biases and scales are not.
    pub weights: usize,
    /// Numbers that follow the batches without being learned: running means and variances.
    pub running: usize,
    /// What the forward pass leaves for the backward pass, for each sample.
    pub cache: usize,
    /// Room for intermediate results, for each block.
    pub scratch: usize,
    /// Sums over all samples of the batch. Above 0 the layer couples samples: it is asked to gather before it may go on.
    pub sums: usize,
}

/// What a pass is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Answering: nothing is drawn, running statistics are used.
    Infer,
    /// Learning: dropout drops, batch norm looks at the batch.
    Train,
}

/// What a layer is told about its pass over one block of samples.
#[derive(Clone, Copy, Debug)]
pub struct Pass<'a, F> {
    /// Answering or learning.
    pub mode: Mode,
    /// The layer's own parameters.
    pub params: &'a [F],
    /// The layer's own running statistics.
    pub running: &'a [F],
    /// Samples in this block.
    pub samples: usize,
    /// Samples in the whole batch.
    pub batch: usize,
    /// How many steps of each sequence of the block count, where samples are sequences of different lengths.
    pub lengths: Option<&'a [usize]>,
    /// What was gathered over the whole batch; empty for layers that gather nothing.
    pub sums: &'a [f64],
    /// Seed and number of the random stream of this layer, block and step: see [`cairn_numeric::stream`].
    pub seed: (u64, u64),
    /// Whether a product may be shared between threads.
    pub parallelism: Parallelism,
    /// Backward, where [`Layer::overwrites`]: whether `dx`, and whether `grad`, hold nothing yet and are to be written, not
    /// added to.
    pub fresh: (bool, bool),
}

/// What the forward pass saw and made, for the backward pass.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a, F> {
    /// inputs x samples.
    pub x: &'a [F],
    /// outputs x samples.
    pub y: &'a [F],
    /// What the layer itself left there.
    pub cache: &'a [F],
}

/// A function with parameters, and its derivatives.
///
/// ```text
/// forward    y = f(x; params)
/// backward   dx += (∂y/∂x)' dy,   grad += (∂y/∂params)' dy        dy: the slope of the cost by y
/// ```
///
/// A layer holds its sizes and nothing else. All it computes goes into slices it is given, each as long as [`Sizes`] says
/// times the samples of the block. Columns are samples: the numbers of one sample stand side by side.
///
/// # Coupled samples
/// Where a sample's output hangs on the others of its batch (batch norm), [`Sizes::sums`] is above 0. Before the forward
/// pass the layer gathers sums of each block; they are folded in order and handed to all blocks as [`Pass::sums`]. The
/// backward pass does the same with [`Layer::gather_back`], which has other places of the same sums.
///
/// # Determinism
/// A layer draws from [`Pass::seed`] and adds in a fixed order, so the same seed gives the same bits on any number of
/// threads.
pub trait Layer<F: Float>: Send + Sync {
    /// The lengths of its slices.
    fn sizes(&self) -> Sizes;

    /// Whether the layer's numbers make sense.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Parameter`].
    fn validate(&self) -> Result<()>;

    /// Whether the backward pass heeds [`Pass::fresh`]: then nobody has to fill `dx` and `grad` with zeros before it.
    fn overwrites(&self) -> bool {
        false
    }

    /// The parameters before the first step; they are 0 beforehand.
    fn init(&self, _params: &mut [F], _rng: &mut ChaCha8Rng) {}

    /// The running statistics before the first step; they are 0 beforehand.
    fn init_running(&self, _running: &mut [F]) {}

    /// Adds this block's share of the batch's sums.
    fn gather(&self, _x: &[F], _sums: &mut [f64]) {}

    /// Writes `y`, and into `cache` what [`Layer::backward`] will need. `cache` is not there where answers
    /// ([`Mode::Infer`]) are all that is wanted: `y` has the same bits then.
    fn forward(&self, p: Pass<'_, F>, x: &[F], y: &mut [F], cache: Option<&mut [F]>, scratch: &mut [F]);

    /// Writes this block's share of the sums that the backward pass needs, to places of their own.
    fn gather_back(&self, _p: Pass<'_, F>, _seen: Seen<'_, F>, _dy: &[F], _sums: &mut [f64]) {}

    /// Adds to `dx` and `grad`. `dx` is not there where nobody asks, at the network's first layer.
    fn backward(
        &self,
        p: Pass<'_, F>,
        seen: Seen<'_, F>,
        dy: &[F],
        dx: Option<&mut [F]>,
        grad: &mut [F],
        scratch: &mut [F],
    );

    /// Takes the sums of a batch of so many samples into the running statistics.
    fn absorb(&self, _sums: &[f64], _batch: usize, _running: &mut [F]) {}
}
