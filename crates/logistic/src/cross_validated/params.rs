use crate::params::LogisticRegression;
use cairn_traits::{Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// What makes one penalty better than another on rows that were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// The mean of `ln P` of the class that was seen, which also rewards honest probabilities.
    #[default]
    LogLikelihood,
    /// The share of rows whose class is predicted.
    Accuracy,
}

/// [`LogisticRegression`] whose l2 penalty is chosen by cross-validation.
///
/// The rows are cut into folds with the classes in equal shares. For each fold, models of the other folds are fitted along
/// the penalties, strongest first, each from the coefficients of the last; the left-out rows score them. The penalty of the
/// best mean score (the stronger on ties) is fitted once more on all rows.
///
/// # Complexity
/// `n_folds` times as many fits as penalties, folds in parallel; warm starts make the later ones short.
///
/// # Determinism
/// Folds are cut where the rows stand: row order matters, threads do not.
///
/// # Errors
/// Those of [`LogisticRegression`]; [`Error::TooFewSamples`] if there are fewer rows than folds; [`Error::Classes`] if the
/// rows left by a fold are of one class.
///
/// # Examples
/// ```
/// use cairn_logistic::{DMatrix, Fit, LogisticCv, Predict};
/// // the sign of the first of ten columns decides, nearly
/// let x = DMatrix::from_fn(120, 10, |i, j| ((i * (j + 3)) as f64 * 0.71).sin());
/// let y: Vec<usize> = (0..120).map(|i| usize::from(x[(i, 0)] + 0.3 * x[(i, 9)] * x[(i, 4)] > 0.0)).collect();
/// let model = LogisticCv::new().l2s(vec![100.0, 1.0, 0.01]).fit(&x, &y)?;
/// assert!(model.choice().l2 < 100.0); // too strong to follow the first column
/// assert_eq!(model.choice().scores.shape(), (3, 5)); // penalties, folds
/// assert!(model.predict(&x)?.iter().zip(&y).filter(|(a, b)| a == b).count() > 110);
/// # Ok::<(), cairn_logistic::Error>(())
/// ```
///
/// # References
/// Friedman, Hastie and Tibshirani (2010), Regularization paths for generalized linear models via coordinate descent,
/// Journal of Statistical Software 33, for the warm starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogisticCv {
    pub(crate) l2s: Vec<f64>,
    pub(crate) n_folds: usize,
    pub(crate) scoring: Scoring,
    pub(crate) estimator: LogisticRegression,
}

impl LogisticCv {
    /// Ten penalties from 10,000 down to 1/10,000, as in scikit-learn, and five folds.
    pub fn new() -> Self {
        let l2s = (0..10).map(|i| 10.0_f64.powf(4.0 - 8.0 * f64::from(i) / 9.0)).collect();
        Self { l2s, n_folds: 5, scoring: Scoring::LogLikelihood, estimator: LogisticRegression::new() }
    }

    /// The penalties to choose from, each at least 0.
    #[must_use]
    pub fn l2s(mut self, l2s: Vec<f64>) -> Self {
        self.l2s = l2s;
        self
    }

    /// How many folds, at least 2.
    #[must_use]
    pub fn n_folds(mut self, n_folds: usize) -> Self {
        self.n_folds = n_folds;
        self
    }

    /// What makes a penalty better.
    #[must_use]
    pub fn scoring(mut self, scoring: Scoring) -> Self {
        self.scoring = scoring;
        self
    }

    /// Everything but l2.
    #[must_use]
    pub fn estimator(mut self, estimator: LogisticRegression) -> Self {
        self.estimator = estimator;
        self
    }
}

impl Default for LogisticCv {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for LogisticCv {
    fn validate(&self) -> Result<()> {
        if self.l2s.is_empty() {
            return Err(Error::Parameter { name: "l2s", requirement: "at least one penalty", found: 0.0 });
        }
        for &l2 in &self.l2s {
            check::parameter_at_least("l2s", 0.0, l2, "numbers of at least 0")?;
        }
        check::parameter_at_least("n_folds", 2.0, self.n_folds as f64, "at least 2")?;
        self.estimator.validate()
    }
}
