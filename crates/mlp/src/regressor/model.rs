use super::scale::Scale;
use crate::door::{answers, to_rows};
use cairn_nn::{History, Network, Summary, TrainerState};
use cairn_traits::{Convergence, Converges, DMatrix, DVector, Float, Outputs, Persist, Predict, Result, check};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// What [`crate::MlpRegressor`] fits: a network, and the scale of its answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct MlpRegressorModel<F: Float, Y: Outputs<F> = DVector<F>> {
    pub(super) network: Network<F>,
    pub(super) scale: Scale<F>,
    /// The next batch goes on from here.
    pub(super) state: TrainerState<F>,
    pub(super) history: History,
    #[serde(skip)]
    pub(super) form: PhantomData<fn() -> Y>,
}

impl<F: Float, Y: Outputs<F>> MlpRegressorModel<F, Y> {
    /// Layers and numbers.
    pub fn network(&self) -> &Network<F> {
        &self.network
    }

    /// How the fit went, epoch by epoch; losses are on the scale that the network learns.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The table of layers, their shapes and counts of parameters.
    pub fn summary(&self) -> Summary {
        self.network.summary()
    }

    /// How many columns it was fitted on.
    pub fn n_features(&self) -> usize {
        self.network.inputs()
    }
}

impl<F: Float, Y: Outputs<F>> Converges for MlpRegressorModel<F, Y> {
    fn convergence(&self) -> Convergence {
        self.history.convergence()
    }
}

impl<F: Float, Y: Outputs<F>> Predict<DMatrix<F>> for MlpRegressorModel<F, Y> {
    type Output = Y;

    fn predict(&self, x: &DMatrix<F>) -> Result<Y> {
        check::query(x, self.n_features())?;
        let mut answers = answers(&self.network, x);
        self.scale.up(&mut answers);
        Ok(Y::from_columns(to_rows(self.network.outputs(), &answers)))
    }
}

impl<F: Float, Y: Outputs<F>> Persist for MlpRegressorModel<F, Y> {
    const KIND: &'static str = "mlp-regressor";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.network.check()?;
        self.state.check(&self.network)?;
        self.history.check()?;
        self.scale.check(self.network.outputs())?;
        check::outputs::<F, Y>("network", self.network.outputs())
    }
}
