use crate::{
    input::Input,
    scores::{Scores, each_row},
};
use cairn_numeric::{log_sigmoid, log_softmax, sigmoid, softmax};
use cairn_traits::{
    Classes, Convergence, Converges, DMatrix, DVector, Decision, Float, Persist, Predict, Probabilistic, Result,
};
use serde::{Deserialize, Serialize};

/// What [`crate::LogisticRegression`] fits: a coefficient for each column and score.
///
/// Two classes have one score, positive where the higher is more likely; more classes have one each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct LogisticModel<F: Float> {
    pub(crate) scores: Scores<F>,
    pub(crate) convergence: Convergence,
}

impl<F: Float> LogisticModel<F> {
    /// A model from its numbers: classes ascending, n_features x n_scores, n_scores.
    ///
    /// # Errors
    /// [`crate::Error::Classes`], [`crate::Error::Shape`], [`crate::Error::NonFinite`], [`crate::Error::Format`] if
    /// classes do not ascend.
    pub fn from_parts(
        classes: Vec<usize>,
        coefficients: DMatrix<F>,
        intercepts: DVector<F>,
        convergence: Convergence,
    ) -> Result<Self> {
        Ok(Self { scores: Scores::new(classes, coefficients, intercepts)?, convergence })
    }

    /// n_features x n_scores: how much a score, a log-odds, rises when a column rises by 1.
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

    /// How the fit went. [`crate::Stop::Diverged`]: without a penalty the classes can be told apart without error, so
    /// the larger the coefficients the better, without end; those of where it stopped do tell them apart.
    pub fn convergence(&self) -> &Convergence {
        &self.convergence
    }
}

impl<F: Float> Classes for LogisticModel<F> {
    fn classes(&self) -> &[usize] {
        self.scores.classes()
    }
}

impl<F: Float> Converges for LogisticModel<F> {
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl<F: Float, X: Input<Scalar = F>> Predict<X> for LogisticModel<F> {
    type Output = Vec<usize>;

    /// The most probable class of each row, the lower one where probabilities are the same number.
    fn predict(&self, x: &X) -> Result<Vec<usize>> {
        Ok(self.scores.most(&self.predict_proba(x)?))
    }
}

impl<F: Float, X: Input<Scalar = F>> Decision<X> for LogisticModel<F> {
    type Scalar = F;

    fn decision_function(&self, x: &X) -> Result<DMatrix<F>> {
        self.scores.margins(x)
    }
}

impl<F: Float, X: Input<Scalar = F>> Probabilistic<X> for LogisticModel<F> {
    type Scalar = F;

    fn predict_proba(&self, x: &X) -> Result<DMatrix<F>> {
        Ok(each_row(&self.scores.margins(x)?, sigmoid, softmax))
    }

    fn predict_log_proba(&self, x: &X) -> Result<DMatrix<F>> {
        Ok(each_row(&self.scores.margins(x)?, log_sigmoid, log_softmax))
    }
}

impl<F: Float> Persist for LogisticModel<F> {
    const KIND: &'static str = "logistic-regression";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.scores.check()
    }
}
