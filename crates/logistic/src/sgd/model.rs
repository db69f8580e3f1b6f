use crate::{
    input::Input,
    scores::{Scores, each_row},
};
use cairn_numeric::{log_sigmoid, log_softmax};
use cairn_optim::LinearWalk;
use cairn_traits::{
    Classes, Convergence, Converges, DMatrix, DVector, Decision, Float, Persist, Predict, Probabilistic, Result, Stop,
    check,
};
use serde::{Deserialize, Serialize};

/// What [`crate::SgdClassifier`] fits: coefficients, and where the walk to them stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct SgdClassifierModel<F: Float> {
    pub(super) scores: Scores<F>,
    /// In double precision, one a score: the next batch goes on from here.
    pub(super) walks: Vec<LinearWalk>,
    pub(super) convergence: Convergence,
}

impl<F: Float> SgdClassifierModel<F> {
    /// From where walks stand.
    pub(super) fn of_walks(classes: Vec<usize>, walks: Vec<LinearWalk>, convergence: Convergence) -> Result<Self> {
        let flat = flat(&walks.iter().collect::<Vec<_>>());
        let n_features = flat.len() / walks.len().max(1);
        let scores = Scores::of_flat(classes, n_features.saturating_sub(1), &flat)?;
        Ok(Self { scores, walks, convergence })
    }

    /// A model from its numbers: classes ascending, n_features x n_scores, n_scores. A next batch begins a walk there.
    ///
    /// # Errors
    /// [`crate::Error::Classes`], [`crate::Error::Shape`], [`crate::Error::NonFinite`], [`crate::Error::Format`] if
    /// classes do not ascend.
    pub fn from_parts(classes: Vec<usize>, coefficients: DMatrix<F>, intercepts: DVector<F>) -> Result<Self> {
        let scores = Scores::new(classes, coefficients, intercepts)?;
        let walk = |(w, b): (nalgebra::DVectorView<'_, F>, &F)| {
            LinearWalk::new(w.iter().map(|w| w.to_f64()).collect(), b.to_f64())
        };
        let walks = scores.coefficients().column_iter().zip(scores.intercepts()).map(walk).collect();
        let convergence = Convergence { n_iter: 0, objective: 0.0, stop: Stop::MaxIter };
        Ok(Self { scores, walks, convergence })
    }

    /// n_features x n_scores: one score for two classes, one a class for more.
    pub fn coefficients(&self) -> &DMatrix<F> {
        self.scores.coefficients()
    }

    /// The scores of a row of zeros.
    pub fn intercepts(&self) -> &DVector<F> {
        self.scores.intercepts()
    }

    /// How many columns it was fitted on.
    pub fn n_features(&self) -> usize {
        self.scores.n_features()
    }

    /// Epochs of the class that took the most; the sum over the classes of the mean losses of the last epoch, seen before
    /// each step, and of the penalties; why it ended.
    pub fn convergence(&self) -> &Convergence {
        &self.convergence
    }
}

/// Coefficients walk by walk, then the intercepts.
pub(super) fn flat(walks: &[&LinearWalk]) -> Vec<f64> {
    let coefficients = walks.iter().flat_map(|walk| walk.coefficients());
    coefficients.chain(walks.iter().map(|walk| walk.intercept())).collect()
}

impl<F: Float> Classes for SgdClassifierModel<F> {
    fn classes(&self) -> &[usize] {
        self.scores.classes()
    }
}

impl<F: Float> Converges for SgdClassifierModel<F> {
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl<F: Float, X: Input<Scalar = F>> Predict<X> for SgdClassifierModel<F> {
    type Output = Vec<usize>;

    /// The class of the largest margin, the lower one on ties.
    fn predict(&self, x: &X) -> Result<Vec<usize>> {
        Ok(self.scores.decide(&self.scores.margins(x)?))
    }
}

impl<F: Float, X: Input<Scalar = F>> Decision<X> for SgdClassifierModel<F> {
    type Scalar = F;

    fn decision_function(&self, x: &X) -> Result<DMatrix<F>> {
        self.scores.margins(x)
    }
}

/// Two classes: the logistic function of the margin. More: that of each class's margin, over their sum. With another loss
/// than the log-loss these rank the classes and no more.
impl<F: Float, X: Input<Scalar = F>> Probabilistic<X> for SgdClassifierModel<F> {
    type Scalar = F;

    fn predict_proba(&self, x: &X) -> Result<DMatrix<F>> {
        Ok(self.predict_log_proba(x)?.map(|log| log.exp()))
    }

    fn predict_log_proba(&self, x: &X) -> Result<DMatrix<F>> {
        let shares = |margins: &mut [F]| {
            margins.iter_mut().for_each(|m| *m = log_sigmoid(*m));
            log_softmax(margins);
        };
        Ok(each_row(&self.scores.margins(x)?, log_sigmoid, shares))
    }
}

impl<F: Float> Persist for SgdClassifierModel<F> {
    const KIND: &'static str = "sgd-classifier";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.scores.check()?;
        check::size("walks", "scores", self.scores.intercepts().len(), self.walks.len())?;
        self.walks.iter().try_for_each(|walk| walk.check(self.n_features()))
    }
}
