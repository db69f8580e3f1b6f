//! Models that know the unusual, as the program asks them.

use super::Detects;
use cairn_knn::LocalOutlierFactorModel;
use cairn_traits::{DMatrix, Float, Result};
use cairn_tree::IsolationForestModel;

impl<F: Float> Detects<F> for IsolationForestModel<F> {
    fn flags(&self, x: &DMatrix<F>) -> Result<Vec<bool>> {
        self.is_outlier(x)
    }
}

impl<F: Float> Detects<F> for LocalOutlierFactorModel<F> {
    fn flags(&self, x: &DMatrix<F>) -> Result<Vec<bool>> {
        self.is_outlier(x)
    }
}
