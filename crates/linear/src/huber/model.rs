use crate::model::{Kind, LinearModel};
use cairn_traits::{Convergence, Converges, DMatrix, DVector, Float, Predict, Result, check};
use serde::{Deserialize, Serialize};

/// What [`crate::HuberRegressor`] fits.
pub type HuberModel<F> = LinearModel<F, DVector<F>, HuberFit>;

/// What a robust fit tells beside its coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HuberFit {
    /// σ, the size of usual errors.
    pub scale: f64,
    /// From how many scales on an error is an outlier's.
    pub epsilon: f64,
    /// How the descent ended.
    pub convergence: Convergence,
}

impl Converges for HuberFit {
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl Kind for HuberFit {
    const NAME: &'static str = "huber-regressor";
    const VERSION: u32 = 1;
}

impl<F: Float> HuberModel<F> {
    /// σ, the size of usual errors; next to 0 where the line is exact.
    pub fn scale(&self) -> f64 {
        self.kind().scale
    }

    /// How the descent ended.
    pub fn convergence(&self) -> Convergence {
        self.kind().convergence
    }

    /// Which rows are farther from the line than `epsilon` scales.
    ///
    /// # Errors
    /// Those of a prediction, and of targets.
    pub fn outliers(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<Vec<bool>> {
        let predicted = self.predict(x)?;
        check::rows("y", x.nrows(), y.len())?;
        let HuberFit { scale, epsilon, .. } = self.kind();
        Ok(y.iter().zip(&predicted).map(|(y, line)| (y.to_f64() - line.to_f64()).abs() > epsilon * scale).collect())
    }
}
