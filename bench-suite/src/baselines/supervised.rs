//! For classes and numbers: answers that do not look at the columns.

use cairn_traits::{
    Classes, CsrMatrix, DMatrix, DVector, Error, Fit, Float, Hyperparameters, Outputs, Persist, Predict, Probabilistic,
    Result, check,
};
use serde::{Deserialize, Serialize};

/// Always the commonest class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MajorityClass {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct MajorityClassModel<F: Float> {
    classes: Vec<usize>,
    shares: Vec<F>,
    n_features: usize,
}

impl Hyperparameters for MajorityClass {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl MajorityClass {
    fn of<F: Float>((n_samples, n_features): (usize, usize), y: &[usize]) -> Result<MajorityClassModel<F>> {
        let classes = check::labels(y, n_samples, 2)?;
        let count = |class: &usize| y.iter().filter(|label| *label == class).count() as f64;
        let shares = classes.iter().map(|class| F::of(count(class) / y.len() as f64)).collect();
        Ok(MajorityClassModel { classes, shares, n_features })
    }
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for MajorityClass {
    type Model = MajorityClassModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<Self::Model> {
        check::training(x)?;
        Self::of(x.shape(), y)
    }
}

impl<F: Float> Fit<CsrMatrix<F>, [usize]> for MajorityClass {
    type Model = MajorityClassModel<F>;

    fn fit(&self, x: &CsrMatrix<F>, y: &[usize]) -> Result<Self::Model> {
        check::sparse_training(x)?;
        Self::of((x.nrows(), x.ncols()), y)
    }
}

impl<F: Float> MajorityClassModel<F> {
    fn commonest(&self, n: usize) -> Result<Vec<usize>> {
        let class = cairn_numeric::argmax(&self.shares).and_then(|position| self.classes.get(position));
        let class = class.ok_or(Error::Classes { needed: 2, found: 0 })?;
        Ok(vec![*class; n])
    }

    fn shares(&self, n: usize) -> DMatrix<F> {
        DMatrix::from_fn(n, self.shares.len(), |_, position| self.shares[position])
    }
}

impl<F: Float> Classes for MajorityClassModel<F> {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl<F: Float> Predict<DMatrix<F>> for MajorityClassModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        check::query(x, self.n_features)?;
        self.commonest(x.nrows())
    }
}

impl<F: Float> Predict<CsrMatrix<F>> for MajorityClassModel<F> {
    type Output = Vec<usize>;

    fn predict(&self, x: &CsrMatrix<F>) -> Result<Vec<usize>> {
        check::columns("x", self.n_features, x.ncols())?;
        self.commonest(x.nrows())
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for MajorityClassModel<F> {
    type Scalar = F;

    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::query(x, self.n_features)?;
        Ok(self.shares(x.nrows()))
    }
}

impl<F: Float> Probabilistic<CsrMatrix<F>> for MajorityClassModel<F> {
    type Scalar = F;

    fn predict_proba(&self, x: &CsrMatrix<F>) -> Result<DMatrix<F>> {
        check::columns("x", self.n_features, x.ncols())?;
        Ok(self.shares(x.nrows()))
    }
}

impl<F: Float> Persist for MajorityClassModel<F> {
    const KIND: &'static str = "majority-class";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::size("shares", "classes", self.classes.len(), self.shares.len())?;
        if self.classes.is_empty() || !self.classes.is_sorted_by(|a, b| a < b) {
            return Err(Error::Format("model: expected ascending classes".into()));
        }
        match self.shares.iter().find(|share| !(share.to_f64() > 0.0 && share.to_f64() <= 1.0)) {
            None => Ok(()),
            Some(share) => {
                let requirement = "shares above 0, up to 1";
                Err(Error::Domain { what: "shares", requirement, found: share.to_f64(), row: None })
            }
        }
    }
}

/// Always the mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MeanTarget {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct MeanTargetModel<F: Float> {
    mean: F,
    n_features: usize,
}

impl Hyperparameters for MeanTarget {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl<F: Float> Fit<DMatrix<F>, DVector<F>> for MeanTarget {
    type Model = MeanTargetModel<F>;

    fn fit(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<Self::Model> {
        check::training(x)?;
        check::targets(y.as_columns(), x.nrows())?;
        let sum = y.iter().map(|v| v.to_f64()).sum::<f64>();
        if !sum.is_finite() {
            let requirement = "numbers with a finite sum";
            return Err(Error::Domain { what: "y", requirement, found: sum, row: None });
        }
        Ok(MeanTargetModel { mean: F::of(sum / y.len() as f64), n_features: x.ncols() })
    }
}

impl<F: Float> Predict<DMatrix<F>> for MeanTargetModel<F> {
    type Output = DVector<F>;

    fn predict(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
        check::query(x, self.n_features)?;
        Ok(DVector::from_element(x.nrows(), self.mean))
    }
}

impl<F: Float> Persist for MeanTargetModel<F> {
    const KIND: &'static str = "mean-target";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::finite("mean", DVector::from_element(1, self.mean).as_columns())
    }
}
