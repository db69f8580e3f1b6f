//! For rows unlike the others: columns far from their mean.

use crate::adapters::Detects;
use cairn_numeric::Moments;
use cairn_traits::{DMatrix, DVector, Error, Fit, Float, Hyperparameters, Persist, Result, ScoreSamples, check};
use serde::{Deserialize, Serialize};

/// How many standard deviations the farthest column is from its mean; more than three are called an anomaly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ThreeSigma {}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ThreeSigmaModel<F> {
    mean: Vec<F>,
    std: Vec<F>,
}

impl Hyperparameters for ThreeSigma {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl<F: Float> Fit<DMatrix<F>> for ThreeSigma {
    type Model = ThreeSigmaModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        check::training(x)?;
        let moments = Moments::of_dense(&[x.as_view()], None)?;
        let std = moments.scatter().diagonal().iter().map(|s| F::of((s / moments.weight()).sqrt())).collect();
        Ok(ThreeSigmaModel { mean: moments.mean().iter().map(|&mean| F::of(mean)).collect(), std })
    }
}

impl<F: Float> ScoreSamples<DMatrix<F>> for ThreeSigmaModel<F> {
    type Scalar = F;

    fn score_samples(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
        check::query(x, self.mean.len())?;
        let mut farthest = DVector::zeros(x.nrows());
        for (column, (&mean, &std)) in x.column_iter().zip(self.mean.iter().zip(&self.std)) {
            for (far, &value) in farthest.iter_mut().zip(column.iter()) {
                // a constant column has no measure of far
                let deviations = if std > F::zero() { (value - mean).abs() / std } else { F::zero() };
                *far = if deviations > *far { deviations } else { *far };
            }
        }
        Ok(-farthest)
    }
}

impl<F: Float> Detects<F> for ThreeSigmaModel<F> {
    fn flags(&self, x: &DMatrix<F>) -> Result<Vec<bool>> {
        Ok(self.score_samples(x)?.iter().map(|&score| score < F::of(-3.0)).collect())
    }
}

impl<F: Float> Persist for ThreeSigmaModel<F> {
    const KIND: &'static str = "three-sigma";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::size("std", "columns", self.mean.len(), self.std.len())?;
        let both = DMatrix::from_iterator(2, self.mean.len(), self.mean.iter().chain(&self.std).copied());
        check::finite("model", both.as_view())?;
        match self.std.iter().find(|std| **std < F::zero()) {
            None => Ok(()),
            Some(std) => {
                let requirement = "standard deviations of at least 0";
                Err(Error::Domain { what: "std", requirement, found: std.to_f64(), row: None })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn the_farthest_column_counts_in_its_own_deviations() {
        // means 2 and 7, deviations 1 and 0
        let model = ThreeSigma {}.fit(&rows(&[[1.0, 7.0], [3.0, 7.0]]), &()).unwrap();
        let asked = rows(&[[2.0, 7.0], [5.0, 9.0], [-1.5, 7.0]]);
        assert_eq!(model.score_samples(&asked).unwrap().as_slice(), [0.0, -3.0, -3.5]);
        assert_eq!(model.flags(&asked).unwrap(), [false, false, true]);
    }
}
