use super::{model::KnnRegressorModel, params::KnnRegressor};
use crate::averages::Averages;
use cairn_neighbors::Index;
use cairn_traits::{DMatrix, Fit, Float, Hyperparameters, Outputs, Result, check};

impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for KnnRegressor {
    type Model = KnnRegressorModel<F, Y>;

    fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<KnnRegressorModel<F, Y>> {
        self.validate()?;
        let averages = Averages::new(Index::new(x, self.algorithm, self.metric)?, y, self.weights)?;
        check::at_least("x", self.n_neighbors, x.nrows())?;
        Ok(KnnRegressorModel { averages, n_neighbors: self.n_neighbors })
    }
}
