//! The way from a raw row to the numbers an algorithm takes, learned from training rows alone.

use crate::{
    failure::{Failure, Result},
    input::Features,
};
use cairn_preprocess::{
    Kind, Persist, Rows, Schema, StandardScaler, StandardScalerModel, Table, TableEncoder, TableEncoderModel, Transform,
};
use cairn_traits::{DMatrix, check};
use serde::{Deserialize, Serialize};

/// The most numbers that words may be encoded into: 2 GiB of them.
const MOST_NUMBERS: usize = 1 << 28;

/// What was learned from the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Preparation {
    /// Gaps filled, words one-hot, perhaps standardised.
    Table(TableEncoderModel),
    /// Pixels as they are, perhaps standardised.
    Pixels { n_features: usize, scaler: Option<StandardScalerModel> },
}

impl Preparation {
    pub(crate) fn fit(features: &Features, standardize: bool) -> Result<Self> {
        match features {
            Features::Table(table) if table.n_columns() == 0 => {
                Err(Failure::new("expected a column beside the target, found none"))
            }
            Features::Table(table) => {
                let encoder = TableEncoder::new().fit(table)?;
                fits_in_memory(table, &encoder)?;
                Ok(Self::Table(if standardize { TableEncoder::new().standardize(true).fit(table)? } else { encoder }))
            }
            Features::Pixels(pixels) => {
                let scaler = standardize.then(|| StandardScaler::new().fit(pixels)).transpose()?;
                Ok(Self::Pixels { n_features: pixels.ncols(), scaler })
            }
        }
    }

    pub(crate) fn apply(&self, features: &Features) -> Result<DMatrix<f64>> {
        match (self, features) {
            (Self::Table(encoder), Features::Table(table)) => {
                fits_in_memory(table, encoder)?;
                Ok(encoder.transform(table)?)
            }
            (Self::Pixels { n_features, scaler }, Features::Pixels(pixels)) => {
                check::columns("images", *n_features, pixels.ncols())?;
                Ok(match scaler {
                    None => pixels.clone(),
                    Some(scaler) => scaler.transform(pixels)?,
                })
            }
            (Self::Table(_), _) => Err(Failure::new("expected CSV as in training, found images")),
            (Self::Pixels { .. }, _) => Err(Failure::new("expected images as in training, found CSV")),
        }
    }
    /// What a loaded preparation must satisfy: steps that fit together, and the columns that a table is read with.
    pub(crate) fn check(&self, columns: Option<&Schema>) -> Result<()> {
        match (self, columns) {
            (Self::Table(encoder), Some(columns)) => {
                encoder.check()?;
                let named = |schema: &Schema| -> Vec<(String, Kind)> {
                    schema.fields().iter().map(|field| (field.name.clone(), field.kind)).collect()
                };
                if named(&encoder.schema()) != named(columns) {
                    return Err(Failure::new("expected the same columns in schema and preparation"));
                }
                Ok(())
            }
            (Self::Pixels { n_features, scaler }, None) => {
                if let Some(scaler) = scaler {
                    scaler.check()?;
                    check::columns("scaler", *n_features, scaler.mean().len())?;
                }
                Ok(())
            }
            (Self::Table(_), None) => Err(Failure::new("expected the columns of a table, found none")),
            (Self::Pixels { .. }, Some(_)) => Err(Failure::new("expected no columns beside images")),
        }
    }
}

/// A column of names or keys, with a word of its own in each row, would become as many columns as there are rows.
fn fits_in_memory(table: &Table, encoder: &TableEncoderModel) -> Result<()> {
    let (rows, columns) = (table.n_rows(), encoder.n_features());
    if rows.saturating_mul(columns) <= MOST_NUMBERS {
        return Ok(());
    }
    let words = |name: &String| encoder.encoder().categories(name).map(|words| (words.len(), name.clone()));
    match table.names().iter().filter_map(words).max_by_key(|(n, _)| *n) {
        // numbers stay as many as they were in the table
        None => Ok(()),
        Some((n, name)) => Err(Failure::new(format!(
            "column '{name}': expected fewer different words, found {n}: \
             encoded, the table would have {rows} rows x {columns} columns; --drop leaves it out"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_preprocess::Column;

    #[test]
    fn a_column_of_keys_is_refused_before_it_fills_the_memory() {
        let keys = Column::Words((0..40_000).map(|row| Some(format!("key {row}"))).collect());
        let size = Column::Numbers(vec![Some(1.0); 40_000]);
        let table = Table::new(vec![("size".into(), size), ("key".into(), keys)]).unwrap();
        for standardize in [false, true] {
            let message = Preparation::fit(&Features::Table(table.clone()), standardize).unwrap_err().to_string();
            assert!(message.starts_with("column 'key': expected fewer different words, found 40000"), "{message}");
        }
    }
}
