use crate::model::{Kind, LinearModel};
use cairn_traits::{Convergence, Converges, DMatrix, DVector, Float, matrix};
use serde::{Deserialize, Serialize};

/// What [`crate::LassoCv`] fits.
pub type LassoCvModel<F> = LinearModel<F, DVector<F>, LassoChoice>;

/// What [`crate::ElasticNetCv`] fits.
pub type ElasticNetCvModel<F> = LinearModel<F, DVector<F>, ElasticNetChoice>;

/// How a penalty was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The penalty with the least mean squared error over the folds.
    pub alpha: f64,
    /// The ratio it goes with.
    pub l1_ratio: f64,
    /// The penalties tried for that ratio, descending.
    pub alphas: Vec<f64>,
    /// The mean squared error for that ratio: n_alphas x n_folds.
    #[serde(with = "matrix")]
    pub mse_path: DMatrix<f64>,
    /// How the descent on all rows ended.
    pub convergence: Convergence,
    /// How far its objective is above the minimum at most.
    pub gap: f64,
}

/// How [`crate::LassoCv`] chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LassoChoice(pub Choice);

/// How [`crate::ElasticNetCv`] chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElasticNetChoice(pub Choice);

impl Converges for LassoChoice {
    /// Of the descent on all rows.
    fn convergence(&self) -> Convergence {
        self.0.convergence
    }
}

impl Kind for LassoChoice {
    const NAME: &'static str = "lasso-cv";
    const VERSION: u32 = 1;
}

impl Converges for ElasticNetChoice {
    /// Of the descent on all rows.
    fn convergence(&self) -> Convergence {
        self.0.convergence
    }
}

impl Kind for ElasticNetChoice {
    const NAME: &'static str = "elastic-net-cv";
    const VERSION: u32 = 1;
}

impl<F: Float> LassoCvModel<F> {
    /// The penalty chosen, and the errors it was chosen by.
    pub fn choice(&self) -> &Choice {
        &self.kind().0
    }
}

impl<F: Float> ElasticNetCvModel<F> {
    /// The penalty and ratio chosen, and the errors they were chosen by.
    pub fn choice(&self) -> &Choice {
        &self.kind().0
    }
}
