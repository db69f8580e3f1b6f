use crate::{input::Input, model::LogisticModel};
use cairn_traits::{Classes, DMatrix, Decision, Float, Persist, Predict, Probabilistic, Result, check, matrix};
use serde::{Deserialize, Serialize};

/// The penalty that was chosen, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PenaltyChoice {
    /// The penalty of the best mean score.
    pub l2: f64,
    /// All that were tried, strongest first.
    pub l2s: Vec<f64>,
    /// Penalties x folds: the score of the rows that were left out.
    #[serde(with = "matrix")]
    pub scores: DMatrix<f64>,
}

/// What [`crate::LogisticCv`] fits: the model of all rows, and how its penalty was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct LogisticCvModel<F: Float> {
    pub(crate) model: LogisticModel<F>,
    pub(crate) choice: PenaltyChoice,
}

impl<F: Float> LogisticCvModel<F> {
    /// The model of all rows: coefficients, intercepts, convergence.
    pub fn model(&self) -> &LogisticModel<F> {
        &self.model
    }

    /// The penalty that was chosen, and why.
    pub fn choice(&self) -> &PenaltyChoice {
        &self.choice
    }
}

impl<F: Float> Classes for LogisticCvModel<F> {
    fn classes(&self) -> &[usize] {
        self.model.classes()
    }
}

impl<F: Float, X: Input<Scalar = F>> Predict<X> for LogisticCvModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &X) -> Result<Vec<usize>> {
        self.model.predict(x)
    }
}

impl<F: Float, X: Input<Scalar = F>> Decision<X> for LogisticCvModel<F> {
    type Scalar = F;

    fn decision_function(&self, x: &X) -> Result<DMatrix<F>> {
        self.model.decision_function(x)
    }
}

impl<F: Float, X: Input<Scalar = F>> Probabilistic<X> for LogisticCvModel<F> {
    type Scalar = F;

    fn predict_proba(&self, x: &X) -> Result<DMatrix<F>> {
        self.model.predict_proba(x)
    }

    fn predict_log_proba(&self, x: &X) -> Result<DMatrix<F>> {
        self.model.predict_log_proba(x)
    }
}

impl<F: Float> Persist for LogisticCvModel<F> {
    const KIND: &'static str = "logistic-cv";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::rows("scores", self.choice.l2s.len(), self.choice.scores.nrows())?;
        self.model.check()
    }
}
