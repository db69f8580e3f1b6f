use super::{model::KnnClassifierModel, params::KnnClassifier};
use crate::voters::Voters;
use cairn_neighbors::Index;
use cairn_traits::{DMatrix, Fit, Float, Hyperparameters, Result, check};

impl<F: Float> Fit<DMatrix<F>, [usize]> for KnnClassifier {
    type Model = KnnClassifierModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<KnnClassifierModel<F>> {
        self.validate()?;
        let voters = Voters::new(Index::new(x, self.algorithm, self.metric)?, y, self.weights)?;
        check::at_least("x", self.n_neighbors, x.nrows())?;
        Ok(KnnClassifierModel { voters, n_neighbors: self.n_neighbors })
    }
}
