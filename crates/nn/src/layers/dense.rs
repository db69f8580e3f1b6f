use crate::{
    contract::{Layer, Pass, Seen, Sizes},
    init::Init,
    layers::kernels,
};
use cairn_numeric::{Activation, matmul_fitting, tr};
use cairn_traits::{Float, Result, check};
use nalgebra::{DMatrixView, DMatrixViewMut};
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Every output is a weighted sum of all inputs.
///
/// ```text
/// forward    y = W x + b
/// backward   dx += W' dy,   dW += dy x',   db += Σ dy over the samples
/// ```
///
/// # Shapes
/// W is outputs x inputs, column by column; then b. Parameters: `outputs (inputs + 1)`.
///
/// # Complexity
/// Three products of `outputs x inputs x samples`: one forward, two backward (one in the first layer).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dense {
    /// Numbers of a sample that come in, at least 1.
    pub inputs: usize,
    /// Numbers of a sample that go out, at least 1.
    pub outputs: usize,
    /// Where W begins; b begins at 0.
    #[serde(default)]
    pub init: Init,
}

impl Dense {
    fn weights(&self) -> usize {
        self.inputs.saturating_mul(self.outputs)
    }

    /// `y = f(W x + b)`: bias and activation in one pass over what the product left.
    pub(crate) fn forward_activated<F: Float>(&self, p: &Pass<'_, F>, f: Activation, x: &[F], y: &mut [F]) {
        let (w, b) = p.params.split_at(self.weights());
        let w = DMatrixView::from_slice(w, self.outputs, self.inputs);
        let x = DMatrixView::from_slice(x, self.inputs, p.samples);
        let product = DMatrixViewMut::from_slice(y, self.outputs, p.samples);
        matmul_fitting(F::one(), w, x, F::zero(), product, p.parallelism);
        f.forward_biased(b, y);
    }
}

impl<F: Float> Layer<F> for Dense {
    fn sizes(&self) -> Sizes {
        let params = self.weights().saturating_add(self.outputs);
        Sizes { inputs: self.inputs, outputs: self.outputs, params, weights: self.weights(), ..Sizes::default() }
    }

    fn validate(&self) -> Result<()> {
        check::parameter_at_least("inputs", 1.0, self.inputs as f64, "at least 1")?;
        check::parameter_at_least("outputs", 1.0, self.outputs as f64, "at least 1")
    }

    fn init(&self, params: &mut [F], rng: &mut ChaCha8Rng) {
        self.init.fill(&mut params[..self.weights()], self.inputs, self.outputs, rng);
    }

    fn overwrites(&self) -> bool {
        true
    }

    fn forward(&self, p: Pass<'_, F>, x: &[F], y: &mut [F], _: Option<&mut [F]>, _: &mut [F]) {
        self.forward_activated(&p, Activation::Identity, x, y);
    }

    fn backward(&self, p: Pass<'_, F>, seen: Seen<'_, F>, dy: &[F], dx: Option<&mut [F]>, grad: &mut [F], _: &mut [F]) {
        let (dw, db) = grad.split_at_mut(self.weights());
        let kept = |fresh: bool| if fresh { F::zero() } else { F::one() };
        let (kept_dx, kept_grad) = (kept(p.fresh.0), kept(p.fresh.1));
        if p.fresh.1 {
            db.fill(F::zero());
        }
        kernels::add_columns(db, dy);
        let x = DMatrixView::from_slice(seen.x, self.inputs, p.samples);
        let dy = DMatrixView::from_slice(dy, self.outputs, p.samples);
        let dw = DMatrixViewMut::from_slice(dw, self.outputs, self.inputs);
        matmul_fitting(F::one(), dy, tr(x), kept_grad, dw, p.parallelism);
        if let Some(dx) = dx {
            let w = DMatrixView::from_slice(&p.params[..self.weights()], self.outputs, self.inputs);
            let dx = DMatrixViewMut::from_slice(dx, self.inputs, p.samples);
            matmul_fitting(F::one(), tr(w), dy, kept_dx, dx, p.parallelism);
        }
    }
}
