use crate::model::{Kind, LinearModel};
use cairn_traits::{Convergence, DVector, Float};
use serde::{Deserialize, Serialize};

/// What [`crate::SgdRegressor`] fits.
pub type SgdModel<F> = LinearModel<F, DVector<F>, SgdFit>;

/// What descent row by row tells beside its coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SgdFit {
    /// Rows visited so far; the next step's length depends on it.
    pub steps: u64,
    /// How the epochs ended; the objective is the mean loss of the last one, seen before each step, and the penalty.
    pub convergence: Convergence,
}

impl Kind for SgdFit {
    const NAME: &'static str = "sgd-regressor";
    const VERSION: u32 = 1;
}

impl<F: Float> SgdModel<F> {
    /// How the epochs ended; the objective is the mean loss of the last one, seen before each step, and the penalty.
    pub fn convergence(&self) -> Convergence {
        self.kind().convergence
    }

    /// Rows visited so far.
    pub fn steps(&self) -> u64 {
        self.kind().steps
    }
}
