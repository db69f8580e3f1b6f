use crate::model::{Kind, LinearModel};
use cairn_traits::{Convergence, Converges, DVector, Float, Outputs};
use serde::{Deserialize, Serialize};

/// What [`crate::Lasso`] fits.
pub type LassoModel<F, Y = DVector<F>> = LinearModel<F, Y, L1Penalised>;

/// What a lasso tells beside its coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct L1Penalised {
    /// How the descent ended; of several outputs the most iterations, the sum of the objectives and the worst end.
    pub convergence: Convergence,
    /// How far the objective is above its minimum at most; of several outputs the largest.
    pub gap: f64,
}

impl Converges for L1Penalised {
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl Kind for L1Penalised {
    const NAME: &'static str = "lasso";
    const VERSION: u32 = 1;
}

impl<F: Float, Y: Outputs<F>> LassoModel<F, Y> {
    /// How the descent ended; of several outputs the most iterations, the sum of the objectives and the worst end.
    pub fn convergence(&self) -> Convergence {
        self.kind().convergence
    }

    /// The duality gap: how far the objective is above its minimum at most; of several outputs the largest.
    pub fn gap(&self) -> f64 {
        self.kind().gap
    }
}
