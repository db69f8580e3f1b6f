use crate::model::{Kind, LinearModel};
use cairn_traits::{DMatrix, DVector, Float, Outputs, matrix};
use serde::{Deserialize, Serialize};

/// What [`crate::RidgeCv`] fits.
pub type RidgeCvModel<F, Y = DVector<F>> = LinearModel<F, Y, RidgeChoice>;

/// How [`crate::RidgeCv`] chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgeChoice {
    /// The penalty of each output.
    pub l2: Vec<f64>,
    /// The mean squared error over rows left out: a row for each penalty tried, a column for each output.
    #[serde(with = "matrix")]
    pub errors: DMatrix<f64>,
}

impl Kind for RidgeChoice {
    const NAME: &'static str = "ridge-cv";
    const VERSION: u32 = 1;
}

impl<F: Float, Y: Outputs<F>> RidgeCvModel<F, Y> {
    /// The penalties chosen, and the errors they were chosen by.
    pub fn choice(&self) -> &RidgeChoice {
        self.kind()
    }
}
