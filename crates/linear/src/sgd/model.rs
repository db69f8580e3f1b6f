use crate::model::{Kind, LinearModel};
use cairn_optim::LinearWalk;
use cairn_traits::{Convergence, Converges, DVector, Float, Result};
use serde::{Deserialize, Serialize};

/// What [`crate::SgdRegressor`] fits.
pub type SgdModel<F> = LinearModel<F, DVector<F>, SgdFit>;

/// What descent row by row tells beside its coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SgdFit {
    /// Where the walk stands, in double precision: the next batch goes on from here.
    pub walk: LinearWalk,
    /// How the epochs ended; the objective is the mean loss of the last one, seen before each step, and the penalty.
    pub convergence: Convergence,
}

impl Converges for SgdFit {
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl Kind for SgdFit {
    const NAME: &'static str = "sgd-regressor";
    const VERSION: u32 = 1;

    fn check(&self, n_features: usize) -> Result<()> {
        self.walk.check(n_features)
    }
}

impl<F: Float> SgdModel<F> {
    /// How the epochs ended; the objective is the mean loss of the last one, seen before each step, and the penalty.
    pub fn convergence(&self) -> Convergence {
        self.kind().convergence
    }

    /// Rows visited so far.
    pub fn steps(&self) -> u64 {
        self.kind().walk.steps()
    }
}
