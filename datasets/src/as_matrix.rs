//! From data in memory to plain numbers.

use crate::{
    Data, Features, Target,
    data::{finite, unknown},
};
use cairn_preprocess::{Column, DMatrix, DVector, Error, LabelEncoder, Result, Table, TableEncoder, Transform};

impl Data {
    /// The rows as plain numbers, whatever they are.
    ///
    /// A matrix as it is. A table through [`TableEncoder`]: gaps filled, words one-hot, **fitted on all rows**, so it has
    /// seen those that a test would hold back; to say how well a model does, split the table first and fit the encoder
    /// on the training part. Images as bytes / 255. Series of one length as a row each: all columns of the first step,
    /// then of the second.
    ///
    /// # Shapes
    /// n_rows x encoded columns.
    ///
    /// # Errors
    /// [`Error::Format`] for series of different lengths, and for texts, which need a vectoriser first; those of
    /// [`TableEncoder`] for a column without a value.
    pub fn matrix(&self) -> Result<DMatrix<f64>> {
        match &self.features {
            Features::Matrix { values, .. } => Ok(values.clone()),
            Features::Table(table) => TableEncoder::new().fit(table)?.transform(table),
            Features::Images(images) => Ok(images.matrix()),
            Features::Sequences(all) => self.flat(all),
            Features::Text(_) => Err(Error::Format(format!(
                "{}: expected numbers, found texts: count their words or characters first (a text vectoriser such as \
                 CountVectorizer or TfidfVectorizer)",
                self.name
            ))),
        }
    }

    /// One row a series, step after step.
    fn flat(&self, all: &[DMatrix<f64>]) -> Result<DMatrix<f64>> {
        let shape = all.first().map_or((0, 0), DMatrix::shape);
        if let Some((row, other)) = all.iter().enumerate().find(|(_, series)| series.shape() != shape) {
            let ((steps, columns), (other_steps, other_columns)) = (shape, other.shape());
            return Err(Error::Format(format!(
                "{}: expected series of one length to make rows of, found {other_steps} x {other_columns} at row {row} \
                 after {steps} x {columns}",
                self.name
            )));
        }
        let values =
            all.iter().flat_map(|series| series.row_iter().flat_map(|step| step.iter().copied().collect::<Vec<_>>()));
        Ok(DMatrix::from_row_iterator(all.len(), shape.0 * shape.1, values))
    }

    /// [`Self::matrix`], and the class of each row.
    ///
    /// Of numbers to predict every distinct one is a class, by value: the wines' marks 3 to 8 are classes 0 to 5.
    ///
    /// # Errors
    /// Those of [`Self::matrix`]; [`Error::Format`] where the target is neither classes nor numbers.
    pub fn xy_classes(&self) -> Result<(DMatrix<f64>, Vec<usize>)> {
        let labels = match &self.target {
            Target::Classes { labels, .. } => labels.clone(),
            Target::Numbers(numbers) => {
                let cells = numbers.iter().copied().map(Some).collect();
                let words = Table::new(vec![("target".to_owned(), Column::Numbers(cells))])?.labels("target")?;
                LabelEncoder::new().fit(&words)?.encode(&words)?
            }
            other => return Err(self.wrong_target("classes", other)),
        };
        Ok((self.matrix()?, labels))
    }

    /// [`Self::matrix`], and the number of each row.
    ///
    /// Classes whose names are all numbers are these numbers: digit 7 is 7.
    ///
    /// # Errors
    /// Those of [`Self::matrix`]; [`Error::Format`] where the target is neither numbers nor named by numbers.
    pub fn xy_numbers(&self) -> Result<(DMatrix<f64>, DVector<f64>)> {
        let numbers = match &self.target {
            Target::Numbers(numbers) => numbers.clone(),
            Target::Classes { labels, names } => {
                let values: Option<Vec<f64>> = names.iter().map(|name| finite(name)).collect();
                let values = values.ok_or_else(|| self.wrong_target("numbers", &self.target))?;
                let number = |&label: &usize| values.get(label).copied().ok_or_else(|| unknown(label));
                DVector::from_vec(labels.iter().map(number).collect::<Result<_>>()?)
            }
            other => return Err(self.wrong_target("numbers", other)),
        };
        Ok((self.matrix()?, numbers))
    }

    fn wrong_target(&self, expected: &str, found: &Target) -> Error {
        let found = match found {
            Target::None => "none",
            Target::Classes { .. } => "words",
            Target::Numbers(_) => "numbers",
            Target::Series => "the rows themselves",
            Target::Text(_) => "texts",
        };
        Error::Format(format!("{}: expected {expected} to predict, found {found}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Task;

    fn series(all: Vec<DMatrix<f64>>) -> Data {
        Data::new("series", Task::Clustering, Features::Sequences(all), Target::None).unwrap()
    }

    #[test]
    fn series_of_one_length_are_rows_step_after_step() {
        let one = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]);
        let x = series(vec![one.clone(), one.add_scalar(4.0)]).matrix().unwrap();
        assert_eq!(x, DMatrix::from_row_slice(2, 4, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]));
        let message = series(vec![one, DMatrix::zeros(3, 2)]).matrix().unwrap_err().to_string();
        assert_eq!(message, "series: expected series of one length to make rows of, found 3 x 2 at row 1 after 2 x 2");
    }

    #[test]
    fn numbers_are_classes_by_value_and_classes_numbers_by_name() {
        let features = Features::Matrix { values: DMatrix::zeros(3, 1), names: vec!["x".into()] };
        let marks = Target::Numbers(DVector::from_vec(vec![10.0, 2.5, 10.0]));
        let data = Data::new("marks", Task::Regression, features.clone(), marks).unwrap();
        assert_eq!(data.xy_classes().unwrap().1, [1, 0, 1]);
        let digits = Target::Classes { labels: vec![1, 0, 1], names: vec!["2.5".into(), "10".into()] };
        let data = Data::new("digits", Task::Classification, features.clone(), digits).unwrap();
        assert_eq!(data.xy_numbers().unwrap().1.as_slice(), [10.0, 2.5, 10.0]);
        let data = Data::new("rows", Task::Forecasting, features, Target::Series).unwrap();
        let message = data.xy_numbers().unwrap_err().to_string();
        assert_eq!(message, "rows: expected numbers to predict, found the rows themselves");
        assert!(data.xy_classes().is_err());
    }

    #[test]
    fn texts_have_no_matrix_and_the_message_says_what_to_do() {
        let data = Data::new("words", Task::Clustering, Features::Text(vec!["yes".into()]), Target::None).unwrap();
        assert!(data.matrix().unwrap_err().to_string().contains("vectoriser"));
    }
}
