//! The whole way from a raw table to a matrix.

use crate::table::{Field, Schema, Table};
use crate::{
    OneHotEncoder, OneHotEncoderModel, SimpleImputer, StandardScaler, StandardScalerModel, Strategy, TableImputerModel,
    Unknown,
};
use cairn_traits::{DMatrix, DVector, Error, Fit, Hyperparameters, Persist, Result, Transform, check};
use serde::{Deserialize, Serialize};

/// Turns a raw table into a matrix: missing cells filled, words one-hot encoded, numbers standardised if asked for.
///
/// 1. [`SimpleImputer`]: numbers by [`TableEncoder::strategy`] (the median), words with the most frequent;
/// 2. [`OneHotEncoder`] with [`Unknown::Ignore`]: a word that was not there in fitting is none of the known ones;
/// 3. with [`TableEncoder::standardize`], [`StandardScaler`] on the numeric columns. Columns of zeros and ones stay what
///    they are: divided by its standard deviation, a word that one row in a thousand has would weigh as much as a number
///    32 standard deviations out.
///
/// Everything is learned from the table given to `fit`. Give it the training rows only: a mean that has seen the test rows
/// has told the model something about them, and the test is no test any more.
///
/// # Examples
/// ```
/// use cairn_preprocess::{Table, TableEncoder, Transform};
/// let train = Table::from_csv("size,city\n30,Bern\n?,Genf\n60,".as_bytes(), "train.csv")?;
/// let model = TableEncoder::new().standardize(true).fit(&train)?;
/// assert_eq!(model.feature_names(), ["size", "city=Bern", "city=Genf"]);
/// // the median of 30 and 60 fills the gap; then the mean is 45 and the deviations are -15, 0, 15
/// let sigma = 150.0_f64.sqrt();
/// assert_eq!(model.transform(&train)?.column(0).as_slice(), [-15.0 / sigma, 0.0, 15.0 / sigma]);
/// // Chur was not in the training file: it is neither Bern nor Genf
/// let test = Table::from_csv_like("city,size\nChur,45".as_bytes(), "test.csv", &model.schema())?;
/// assert_eq!(model.transform(&test)?, cairn_preprocess::rows(&[[0.0, 0.0, 0.0]]));
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableEncoder {
    strategy: Strategy,
    standardize: bool,
}

impl TableEncoder {
    /// Median, most frequent, one-hot; not standardised.
    pub fn new() -> Self {
        Self::default()
    }

    /// What missing numbers are filled with. [`Strategy::Median`] by default.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Whether numeric columns get mean 0 and standard deviation 1. Off by default.
    pub fn standardize(mut self, standardize: bool) -> Self {
        self.standardize = standardize;
        self
    }

    /// Learns values to fill in, words, means and standard deviations.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] or [`Error::Shape`] for a table without rows or columns, [`Error::Format`] for a column
    /// without a single value, named.
    ///
    /// # Complexity
    /// O(n log n) a column.
    pub fn fit(&self, x: &Table) -> Result<TableEncoderModel> {
        Fit::fit(self, x, &())
    }
}

impl Hyperparameters for TableEncoder {
    fn validate(&self) -> Result<()> {
        SimpleImputer::new(self.strategy).validate()
    }
}

impl Fit<Table> for TableEncoder {
    type Model = TableEncoderModel;

    fn fit(&self, x: &Table, (): &()) -> Result<TableEncoderModel> {
        let imputer = SimpleImputer::new(self.strategy).fit(x)?;
        let filled = imputer.transform(x)?;
        let encoder = OneHotEncoder::new().unknown(Unknown::Ignore).fit(&filled)?;
        let scaler = if self.standardize {
            let all = StandardScaler::new().fit(&encoder.transform(&filled)?)?;
            let numeric = encoder.numeric();
            let kept = |values: &DVector<f64>, neutral: f64| {
                let columns =
                    values.iter().zip(&numeric).map(|(value, numeric)| if *numeric { *value } else { neutral });
                DVector::from_iterator(values.len(), columns)
            };
            Some(StandardScalerModel::from_parts(kept(all.mean(), 0.0), kept(all.scale(), 1.0))?)
        } else {
            None
        };
        Ok(TableEncoderModel { imputer, encoder, scaler })
    }
}

/// The steps [`TableEncoder`] learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableEncoderModel {
    imputer: TableImputerModel,
    encoder: OneHotEncoderModel,
    scaler: Option<StandardScalerModel>,
}

impl TableEncoderModel {
    /// The names of the matrix's columns: `size`, `city=Bern`, `city=Genf`.
    pub fn feature_names(&self) -> Vec<String> {
        self.encoder.feature_names()
    }

    /// How many columns the matrix has.
    pub fn n_features(&self) -> usize {
        self.encoder.n_features()
    }

    /// The columns it was fitted on: what [`Table::from_csv_like`] reads a file of new rows by.
    pub fn schema(&self) -> Schema {
        self.imputer.schema()
    }

    /// What is filled into missing cells.
    pub fn imputer(&self) -> &TableImputerModel {
        &self.imputer
    }

    /// The words of each column.
    pub fn encoder(&self) -> &OneHotEncoderModel {
        &self.encoder
    }

    /// Means and scales of the matrix's columns (0 and 1 for those of words), if standardised.
    pub fn scaler(&self) -> Option<&StandardScalerModel> {
        self.scaler.as_ref()
    }
}

/// n_rows x n_features. Columns are found by name, in any order; further columns are left out.
///
/// # Errors
/// [`Error::TooFewSamples`] for no rows, [`Error::Format`] for a column that is not there or of another kind.
impl Transform<Table> for TableEncoderModel {
    type Output = DMatrix<f64>;

    fn transform(&self, x: &Table) -> Result<DMatrix<f64>> {
        let z = self.encoder.transform(&self.imputer.transform(x)?)?;
        match &self.scaler {
            Some(scaler) => scaler.transform(&z),
            None => Ok(z),
        }
    }
}

impl Persist for TableEncoderModel {
    const KIND: &'static str = "table-encoder";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.imputer.check()?;
        self.encoder.check()?;
        let schema = self.imputer.schema();
        let filled = schema.fields().iter().map(|Field { name, kind, .. }| (name.as_str(), *kind));
        if !filled.eq(self.encoder.inputs()) {
            return Err(Error::Format("model: expected the same columns in imputer and encoder".to_owned()));
        }
        if let Some(scaler) = &self.scaler {
            scaler.check()?;
            check::columns("scaler", self.encoder.n_features(), scaler.mean().len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    fn read(text: &str) -> Table {
        Table::from_csv(text.as_bytes(), "f.csv").unwrap()
    }

    #[test]
    fn every_step_is_learned_from_the_training_rows_alone() {
        // sizes 1, 3, 8: median 3; cities: Bern twice
        let model = TableEncoder::new().fit(&read("size,city\n1,Bern\n3,Genf\n8,Bern\n,")).unwrap();
        let z = model.transform(&read("city,size\nChur,100\n,\nGenf,?\nGenf,2")).unwrap();
        assert_eq!(z, rows(&[[100.0, 0.0, 0.0], [3.0, 1.0, 0.0], [3.0, 0.0, 1.0], [2.0, 0.0, 1.0]]));
        assert_eq!(model.scaler(), None);
    }

    #[test]
    fn only_numbers_are_standardised() {
        let model = TableEncoder::new().standardize(true).fit(&read("w,n\nx,1\nx,3\nx,3\ny,5")).unwrap();
        let scaler = model.scaler().unwrap();
        // mean (1 + 3 + 3 + 5) / 4 = 3, σ = √(8/4); words stay 0 and 1
        assert_eq!(scaler.mean().as_slice(), [0.0, 0.0, 3.0]);
        assert!((scaler.scale()[2] - 2.0_f64.sqrt()).abs() <= 2.0 * f64::EPSILON);
        assert_eq!(scaler.scale().rows(0, 2).as_slice(), [1.0, 1.0]);
        assert_eq!(model.transform(&read("w,n\ny,3")).unwrap(), rows(&[[0.0, 1.0, 0.0]]));
    }

    #[test]
    fn a_saved_model_answers_the_same_and_one_that_does_not_fit_together_is_refused() {
        let x = read("w,n\nx,0.1\ny,0.7\n,\ny,1e-7");
        let model = TableEncoder::new().standardize(true).fit(&x).unwrap();
        let text = model.to_json().unwrap();
        let again = TableEncoderModel::from_json(&text).unwrap();
        assert_eq!(again.transform(&x).unwrap(), model.transform(&x).unwrap());
        let swapped = text.replacen("\"names\":[\"w\",\"n\"]", "\"names\":[\"n\",\"w\"]", 1);
        assert_ne!(swapped, text);
        let error = TableEncoderModel::from_json(&swapped).unwrap_err();
        assert_eq!(error.to_string(), "model: expected the same columns in imputer and encoder");
    }

    #[test]
    fn columns_are_checked_by_name_and_kind() {
        let model = TableEncoder::new().fit(&read("w,n\nx,1\ny,2")).unwrap();
        let says = |text: &str| model.transform(&read(text)).unwrap_err().to_string();
        assert_eq!(says("w\nx"), "table: expected a column 'n', found 'w'");
        assert_eq!(says("w,n\nx,much"), "table: column 'n': expected numbers, found words");
        let none = read("w,n\nx,1").drop_columns(&["w", "n"]).unwrap();
        assert!(matches!(TableEncoder::new().fit(&none), Err(Error::Shape { what: "table", found: 0, .. })));
        assert!(TableEncoder::new().strategy(Strategy::Constant(f64::INFINITY)).fit(&read("n\n1")).is_err());
    }
}
