//! The way from a raw row to the numbers an algorithm takes, learned from training rows alone.

use crate::{
    failure::{Failure, Result},
    input::Features,
    registry::{Form, Input},
    series,
    words::{Wanted, Words},
};
use cairn_preprocess::{
    Kind, Persist, Rows, Schema, StandardScaler, StandardScalerModel, Table, TableEncoder, TableEncoderModel, Transform,
};
use cairn_traits::{DMatrix, check};
use serde::{Deserialize, Serialize};

/// The most numbers that words may be encoded into: 2 GiB of them.
pub(crate) const MOST_NUMBERS: usize = 1 << 28;

/// What was learned from the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Preparation {
    /// Gaps filled, words one-hot, perhaps standardised.
    Table(TableEncoderModel),
    /// A table with columns of texts.
    Words(Words),
    /// Pixels as they are, perhaps standardised.
    Pixels(Columns),
    /// Sequences as they are, perhaps standardised column by column.
    Steps(Columns),
    /// Sequences as rows of a matrix: their `n_steps` steps beside each other, or, of any length, what sums them up.
    Series { n_columns: usize, n_steps: Option<usize>, rows: Columns },
    /// Text as it is.
    Text,
}

/// Columns of numbers, perhaps standardised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Columns {
    n_features: usize,
    scaler: Option<StandardScalerModel>,
}

impl Columns {
    fn fit(x: &DMatrix<f64>, standardize: bool) -> Result<Self> {
        let scaler = standardize.then(|| StandardScaler::new().fit(x)).transpose()?;
        Ok(Self { n_features: x.ncols(), scaler })
    }

    fn apply(&self, what: &'static str, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        check::columns(what, self.n_features, x.ncols())?;
        Ok(match &self.scaler {
            None => x.clone(),
            Some(scaler) => scaler.transform(x)?,
        })
    }

    fn check(&self) -> Result<()> {
        if let Some(scaler) = &self.scaler {
            scaler.check()?;
            check::columns("scaler", self.n_features, scaler.mean().len())?;
        }
        Ok(())
    }
}

impl Preparation {
    /// `form` is that of the rows that the algorithm takes.
    pub(crate) fn fit(features: &Features, form: Form, standardize: bool) -> Result<Self> {
        let dense = form.dense();
        match (features, dense) {
            (Features::Documents(table, texts), Form::Matrix) => {
                let wanted = Wanted { counts: form == Form::Counts, dense: form == Form::Matrix, standardize };
                Ok(Self::Words(Words::fit(table, texts, wanted)?))
            }
            (Features::Table(table), Form::Matrix) if table.n_columns() == 0 => {
                Err(Failure::new("expected a column beside the target, found none"))
            }
            (Features::Table(table), Form::Matrix) => {
                let encoder = TableEncoder::new().fit(table)?;
                fits_in_memory(table, &encoder)?;
                Ok(Self::Table(if standardize { TableEncoder::new().standardize(true).fit(table)? } else { encoder }))
            }
            (Features::Pixels(pixels), Form::Matrix) => Ok(Self::Pixels(Columns::fit(pixels, standardize)?)),
            (Features::Sequences(sequences), Form::Matrix) => {
                let n_columns = features.n_features();
                let n_steps = series::same_length(sequences);
                let rows = series::as_rows(sequences, n_columns, n_steps)?;
                Ok(Self::Series { n_columns, n_steps, rows: Columns::fit(&rows, standardize)? })
            }
            (Features::Sequences(sequences), Form::Sequences) => {
                Ok(Self::Steps(Columns::fit(&series::stacked(sequences, features.n_features())?, standardize)?))
            }
            (Features::Text(_), Form::Text) => Ok(Self::Text),
            (features, _) => Err(Failure::new(format!("expected {}, found {}", form.name(), features.described()))),
        }
    }

    pub(crate) fn apply(&self, features: &Features) -> Result<Input> {
        match (self, features) {
            (Self::Table(encoder), Features::Table(table)) => {
                fits_in_memory(table, encoder)?;
                Ok(Input::Matrix(encoder.transform(table)?))
            }
            (Self::Words(words), Features::Documents(table, _) | Features::Table(table)) => words.apply(table),
            (Self::Pixels(columns), Features::Pixels(pixels)) => Ok(Input::Matrix(columns.apply("images", pixels)?)),
            (Self::Series { n_columns, n_steps, rows }, Features::Sequences(sequences)) => {
                let series = series::as_rows(sequences, *n_columns, *n_steps)?;
                Ok(Input::Matrix(rows.apply("series", &series)?))
            }
            (Self::Steps(columns), Features::Sequences(sequences)) => {
                let scaled = sequences.iter().map(|sequence| columns.apply("series", sequence));
                Ok(Input::Sequences(scaled.collect::<Result<_>>()?))
            }
            (Self::Text, Features::Text(text)) => Ok(Input::Text(text.clone())),
            (own, features) => Err(Failure::new(format!(
                "expected {} as in training, found {}",
                own.described(),
                features.described()
            ))),
        }
    }

    fn described(&self) -> &'static str {
        match self {
            Self::Table(_) | Self::Words(_) => "CSV",
            Self::Pixels(_) => "images",
            Self::Steps(_) | Self::Series { .. } => "series",
            Self::Text => "text",
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
            (Self::Words(words), Some(columns)) => words.check(columns),
            (Self::Pixels(columns) | Self::Steps(columns), None) => columns.check(),
            (Self::Series { n_columns, n_steps, rows }, None) => {
                rows.check()?;
                Ok(check::columns("series", series::n_row_columns(*n_columns, *n_steps)?, rows.n_features)?)
            }
            (Self::Text, None) => Ok(()),
            (Self::Table(_) | Self::Words(_), None) => Err(Failure::new("expected the columns of a table, found none")),
            (_, Some(_)) => Err(Failure::new("expected no columns beside what is no table")),
        }
    }
}

/// A column of names or keys, with a word of its own in each row, would become as many columns as there are rows.
pub(crate) fn fits_in_memory(table: &Table, encoder: &TableEncoderModel) -> Result<()> {
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
            let message =
                Preparation::fit(&Features::Table(table.clone()), Form::Matrix, standardize).unwrap_err().to_string();
            assert!(message.starts_with("column 'key': expected fewer different words, found 40000"), "{message}");
        }
    }
}
