use crate::model::{Kind, LinearModel};
use cairn_traits::{DVector, Float, Outputs};
use serde::{Deserialize, Serialize};

/// What [`crate::LinearRegression`] fits.
pub type LinearRegressionModel<F, Y = DVector<F>> = LinearModel<F, Y, LeastSquares>;

/// What a least-squares fit tells beside its coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeastSquares {
    /// How many directions of x decided the coefficients, the intercept not counted.
    pub rank: usize,
}

impl Kind for LeastSquares {
    const NAME: &'static str = "linear-regression";
    const VERSION: u32 = 1;
}

impl<F: Float, Y: Outputs<F>> LinearRegressionModel<F, Y> {
    /// How many directions of x decided the coefficients, the intercept not counted: n_features, where x has no
    /// collinear or constant columns and rows enough.
    pub fn rank(&self) -> usize {
        self.kind().rank
    }
}
