use super::{model::KnnRegressorModel, params::KnnRegressor};
use cairn_neighbors::BruteForce;
use cairn_traits::{DMatrix, Fit, Float, Hyperparameters, Outputs, Result, check};
use std::marker::PhantomData;

impl<F: Float, Y: Outputs<F>> Fit<DMatrix<F>, Y> for KnnRegressor {
    type Model = KnnRegressorModel<F, Y>;

    fn fit(&self, x: &DMatrix<F>, y: &Y) -> Result<KnnRegressorModel<F, Y>> {
        self.validate()?;
        let index = BruteForce::new(x)?;
        check::targets(y.as_columns(), x.nrows())?;
        check::at_least("x", self.n_neighbors, x.nrows())?;
        let targets = y.as_columns().transpose();
        Ok(KnnRegressorModel {
            index,
            targets,
            n_neighbors: self.n_neighbors,
            weights: self.weights,
            outputs: PhantomData,
        })
    }
}
