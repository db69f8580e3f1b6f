use super::{model::KnnClassifierModel, params::KnnClassifier};
use cairn_neighbors::BruteForce;
use cairn_traits::{DMatrix, Fit, Float, Hyperparameters, Result, check};

impl<F: Float> Fit<DMatrix<F>, [usize]> for KnnClassifier {
    type Model = KnnClassifierModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<KnnClassifierModel<F>> {
        self.validate()?;
        let index = BruteForce::new(x)?;
        let classes = check::labels(y, x.nrows(), 2)?;
        check::at_least("x", self.n_neighbors, x.nrows())?;
        // every label is among the classes made of them, so the search always finds it
        let positions = y.iter().filter_map(|label| classes.binary_search(label).ok()).collect();
        Ok(KnnClassifierModel { index, positions, classes, n_neighbors: self.n_neighbors, weights: self.weights })
    }
}
