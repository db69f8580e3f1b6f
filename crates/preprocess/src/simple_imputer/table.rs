//! Tables, where `None` is a missing cell.

use super::{SimpleImputer, Strategy, most_frequent, typical};
use crate::table::{Column, Field, Kind, Schema, Table, check_table, distinct, in_column};
use cairn_traits::{Error, Fit, Hyperparameters, Persist, Result, Transform, check};
use serde::{Deserialize, Serialize};

/// What is filled into a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fill {
    /// Into a column of numbers.
    Number(f64),
    /// Into a column of words.
    Word(String),
}

impl Fill {
    fn kind(&self) -> Kind {
        match self {
            Self::Number(_) => Kind::Numbers,
            Self::Word(_) => Kind::Words,
        }
    }
}

impl Fit<Table> for SimpleImputer {
    type Model = TableImputerModel;

    fn fit(&self, x: &Table, (): &()) -> Result<TableImputerModel> {
        self.validate()?;
        check_table(x)?;
        let mut fills = Vec::with_capacity(x.n_columns());
        for (name, column) in x.names().iter().zip(x.columns()) {
            let fill = learn(self.strategy, column)
                .ok_or_else(|| in_column("table", name, "expected at least one value, found only missing cells"))?;
            fills.push(fill);
        }
        Ok(TableImputerModel { names: x.names().to_vec(), fills })
    }
}

fn learn(strategy: Strategy, column: &Column) -> Option<Fill> {
    match column {
        Column::Numbers(cells) => typical(strategy, cells.iter().copied().flatten().collect()).map(Fill::Number),
        Column::Words(cells) => {
            let mut words: Vec<&str> = cells.iter().filter_map(Option::as_deref).collect();
            words.sort_unstable();
            most_frequent(&words).map(|word| Fill::Word((*word).to_owned()))
        }
    }
}

/// What [`SimpleImputer`] fills into each column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableImputerModel {
    names: Vec<String>,
    fills: Vec<Fill>,
}

impl TableImputerModel {
    /// The names of the columns it was fitted on.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What is filled into each column, in the order of [`Self::names`].
    pub fn fills(&self) -> &[Fill] {
        &self.fills
    }

    /// The columns it was fitted on.
    pub fn schema(&self) -> Schema {
        let field = |(name, fill): (&String, &Fill)| Field { name: name.clone(), kind: fill.kind(), optional: false };
        Schema { fields: self.names.iter().zip(&self.fills).map(field).collect() }
    }
}

/// Columns are found by name, in any order, and answered in that of fitting; further columns are left out.
///
/// # Errors
/// [`Error::TooFewSamples`] for no rows, [`Error::Format`] for a column that is not there or of another kind.
impl Transform<Table> for TableImputerModel {
    type Output = Table;

    fn transform(&self, x: &Table) -> Result<Table> {
        check_table(x)?;
        let mut columns = Vec::with_capacity(self.names.len());
        for (name, fill) in self.names.iter().zip(&self.fills) {
            let filled = match (x.column_of(name, fill.kind())?, fill) {
                (Column::Numbers(cells), Fill::Number(value)) => {
                    Column::Numbers(cells.iter().map(|cell| cell.or(Some(*value))).collect())
                }
                (Column::Words(cells), Fill::Word(word)) => {
                    Column::Words(cells.iter().map(|cell| cell.as_ref().or(Some(word)).cloned()).collect())
                }
                // column_of answers the kind it is asked for
                (column, _) => column.clone(),
            };
            columns.push((name.clone(), filled));
        }
        Table::new(columns)
    }
}

impl Persist for TableImputerModel {
    const KIND: &'static str = "table-imputer";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::at_least("names", 1, self.names.len())?;
        check::rows("fills", self.names.len(), self.fills.len())?;
        distinct(&self.names)?;
        let infinite = |fill: &Fill| matches!(fill, Fill::Number(value) if !value.is_finite());
        match self.fills.iter().position(infinite) {
            None => Ok(()),
            Some(row) => Err(Error::NonFinite { what: "fills", row, column: 0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Table {
        Table::from_csv(text.as_bytes(), "f.csv").unwrap()
    }

    #[test]
    fn numbers_get_the_median_and_words_the_most_frequent_the_first_of_equals() {
        // median of 1, 2, 9 is 2; b and a come twice each (as scikit-learn 1.9.1: most_frequent of b, a, a, b is a)
        let x = read("n,w\n1,b\n,a\n9,a\n2,b\n?,NA");
        let model = SimpleImputer::default().fit(&x).unwrap();
        assert_eq!(model.fills(), [Fill::Number(2.0), Fill::Word("a".into())]);
        assert_eq!(model.transform(&x).unwrap(), read("n,w\n1,b\n2,a\n9,a\n2,b\n2,a"));
        assert_eq!(TableImputerModel::from_json(&model.to_json().unwrap()), Ok(model));
    }

    #[test]
    fn columns_are_found_by_name_and_checked_by_kind() {
        let model = SimpleImputer::new(Strategy::Mean).fit(&read("n,w\n1,b\n2,a")).unwrap();
        assert_eq!(model.transform(&read("w,more,n\n,x,7\nc,y,")).unwrap(), read("n,w\n7,a\n1.5,c"));
        let says = |text: &str| model.transform(&read(text)).unwrap_err().to_string();
        assert_eq!(says("n,w\n1,2"), "table: column 'w': expected words, found numbers");
        assert_eq!(says("n\n1"), "table: expected a column 'w', found 'n'");
    }

    #[test]
    fn a_column_without_values_in_the_rows_chosen_is_named() {
        use cairn_traits::TakeRows;
        let part = read("n,w\n1,b\n2,").take_rows(&[1]).unwrap();
        let error = SimpleImputer::default().fit(&part).unwrap_err();
        assert_eq!(error.to_string(), "table: column 'w': expected at least one value, found only missing cells");
    }
}
