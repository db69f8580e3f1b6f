use crate::door::{answers, to_rows};
use cairn_nn::{History, Network, Summary, TrainerState};
use cairn_numeric::argmax;
use cairn_traits::{
    Classes, Convergence, Converges, DMatrix, Error, Float, Persist, Predict, Probabilistic, Result, check,
};
use serde::{Deserialize, Serialize};

/// What [`crate::MlpClassifier`] fits: a network that gives each class a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct MlpClassifierModel<F: Float> {
    pub(super) classes: Vec<usize>,
    pub(super) network: Network<F>,
    /// The next batch goes on from here.
    pub(super) state: TrainerState<F>,
    pub(super) history: History,
}

impl<F: Float> MlpClassifierModel<F> {
    /// Layers and numbers.
    pub fn network(&self) -> &Network<F> {
        &self.network
    }

    /// How the fit went, epoch by epoch.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The table of layers, their shapes and counts of parameters.
    pub fn summary(&self) -> Summary {
        self.network.summary()
    }

    /// How many columns it was fitted on.
    pub fn n_features(&self) -> usize {
        self.network.inputs()
    }

    /// The scores before the softmax, n_samples x n_classes.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn scores(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        Ok(to_rows(self.classes.len(), &self.flat_scores(x)?))
    }

    fn flat_scores(&self, x: &DMatrix<F>) -> Result<Vec<F>> {
        check::query(x, self.n_features())?;
        Ok(answers(&self.network, x))
    }
}

impl<F: Float> Classes for MlpClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl<F: Float> Converges for MlpClassifierModel<F> {
    fn convergence(&self) -> Convergence {
        self.history.convergence()
    }
}

impl<F: Float> Predict<DMatrix<F>> for MlpClassifierModel<F> {
    type Output = Vec<usize>;

    /// The class of the largest probability, the lower one on ties.
    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        let mut scores = self.flat_scores(x)?;
        let likeliest = |scores: &mut [F]| {
            cairn_numeric::softmax(scores);
            // a class at least: `argmax` is nothing where all are NaN, and networks are finite
            argmax(scores).and_then(|at| self.classes.get(at)).copied().unwrap_or_default()
        };
        Ok(scores.chunks_exact_mut(self.classes.len()).map(likeliest).collect())
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for MlpClassifierModel<F> {
    type Scalar = F;

    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        let mut scores = self.flat_scores(x)?;
        scores.chunks_exact_mut(self.classes.len()).for_each(cairn_numeric::softmax);
        Ok(to_rows(self.classes.len(), &scores))
    }

    fn predict_log_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        let mut scores = self.flat_scores(x)?;
        scores.chunks_exact_mut(self.classes.len()).for_each(cairn_numeric::log_softmax);
        Ok(to_rows(self.classes.len(), &scores))
    }
}

impl<F: Float> Persist for MlpClassifierModel<F> {
    const KIND: &'static str = "mlp-classifier";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.network.check()?;
        self.state.check(&self.network)?;
        self.history.check()?;
        check::size("classes", "outputs", self.network.outputs(), self.classes.len())?;
        if self.classes.len() < 2 {
            return Err(Error::Classes { needed: 2, found: self.classes.len() });
        }
        if self.classes.is_sorted_by(|a, b| a < b) {
            Ok(())
        } else {
            Err(Error::Format("model: expected ascending classes".into()))
        }
    }
}
