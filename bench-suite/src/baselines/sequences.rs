//! For what comes one after the other: tomorrow is as today, and symbols come as often as they do.

use crate::adapters::SymbolModel;
use cairn_traits::{DMatrix, DVector, Error, Fit, Float, Hyperparameters, Outputs, Persist, Predict, Result, check};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What follows is what was last: the value of one column at the last step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Persistence {
    /// The column that is predicted.
    pub(crate) column: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PersistenceModel {
    column: usize,
    n_features: usize,
}

impl Hyperparameters for Persistence {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// Sequences of at least one step, all of as many columns.
fn checked<F: Float>(x: &[DMatrix<F>], n_features: usize) -> Result<()> {
    for sequence in x {
        check::at_least("sequence", 1, sequence.nrows())?;
        check::columns("sequence", n_features, sequence.ncols())?;
        check::finite("sequence", sequence.as_view())?;
    }
    Ok(())
}

impl<F: Float> Fit<[DMatrix<F>], DVector<F>> for Persistence {
    type Model = PersistenceModel;

    fn fit(&self, x: &[DMatrix<F>], y: &DVector<F>) -> Result<Self::Model> {
        check::at_least("x", 1, x.len())?;
        let n_features = x.first().map_or(0, DMatrix::ncols);
        checked(x, n_features)?;
        check::targets(y.as_columns(), x.len())?;
        if self.column >= n_features {
            let requirement = "below the number of columns";
            return Err(Error::Parameter { name: "column", requirement, found: self.column as f64 });
        }
        Ok(PersistenceModel { column: self.column, n_features })
    }
}

impl<F: Float> Predict<[DMatrix<F>]> for PersistenceModel {
    type Output = DVector<F>;

    fn predict(&self, x: &[DMatrix<F>]) -> Result<DVector<F>> {
        checked(x, self.n_features)?;
        // `checked` has seen that each has a last step and the column
        Ok(DVector::from_iterator(x.len(), x.iter().map(|sequence| sequence[(sequence.nrows() - 1, self.column)])))
    }
}

impl Persist for PersistenceModel {
    const KIND: &'static str = "persistence";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        if self.column < self.n_features {
            return Ok(());
        }
        Err(Error::Format(format!("model: expected a column below {}, found {}", self.n_features, self.column)))
    }
}

/// Each symbol as probable as it is frequent, whatever came before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SymbolFrequencies {}

/// Counts of characters; one more for all that were never seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SymbolFrequenciesModel {
    counts: BTreeMap<char, u64>,
}

impl Hyperparameters for SymbolFrequencies {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl Fit<[String]> for SymbolFrequencies {
    type Model = SymbolFrequenciesModel;

    fn fit(&self, x: &[String], (): &()) -> Result<SymbolFrequenciesModel> {
        let mut counts = BTreeMap::new();
        for symbol in x.iter().flat_map(|text| text.chars()) {
            *counts.entry(symbol).or_insert(0) += 1;
        }
        check::at_least("x", 1, counts.len())?;
        Ok(SymbolFrequenciesModel { counts })
    }
}

impl SymbolModel for SymbolFrequenciesModel {
    fn log_probabilities(&self, text: &[String]) -> Result<Vec<f64>> {
        // one more of each, and one for what was never seen, so that nothing is impossible (Laplace)
        let total = (self.counts.values().sum::<u64>() + self.counts.len() as u64 + 1) as f64;
        let log = |symbol| ((self.counts.get(&symbol).map_or(0, |count| *count) + 1) as f64 / total).ln();
        Ok(text.iter().flat_map(|text| text.chars()).map(log).collect())
    }
}

impl Persist for SymbolFrequenciesModel {
    const KIND: &'static str = "symbol-frequencies";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        let sum = self.counts.values().try_fold(self.counts.len() as u64 + 1, |sum, count| sum.checked_add(*count));
        sum.map(|_| ()).ok_or_else(|| Error::Format("model: expected counts with a sum below 2^64".into()))
    }
}
