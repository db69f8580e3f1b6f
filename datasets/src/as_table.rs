//! From data in memory to one table, and to CSV.

use crate::{Data, Features, Target, data::unknown};
use cairn_preprocess::{Column, DMatrix, Error, Result, Table};

impl Data {
    /// Features and target as one table, ready to be written as CSV.
    ///
    /// The columns are those of [`Data::feature_names`], then the target under its name (`target` if it has none), with
    /// classes in words. Images become a column a byte, 0 to 255; series of one length a column a step and feature,
    /// `t0_x0`, `t0_x1` ...
    ///
    /// # Errors
    /// [`Error::Format`] for series of different lengths and for a target named as a feature; [`Error::NonFinite`] for
    /// a number that no table holds; [`Error::UnknownClass`] for a label without a name.
    ///
    /// # Examples
    /// ```
    /// let table = cairn_datasets::iris().load()?.table()?;
    /// assert_eq!((table.n_columns(), table.names()[4].as_str()), (5, "species"));
    /// # Ok::<(), cairn_datasets::Error>(())
    /// ```
    pub fn table(&self) -> Result<Table> {
        let names = self.feature_names();
        let mut columns: Vec<(String, Column)> = match &self.features {
            Features::Matrix { values, .. } => names.into_iter().zip(numbers(values)).collect(),
            Features::Table(table) => names.into_iter().zip(table.columns().iter().cloned()).collect(),
            Features::Images(images) => {
                let column = |at: usize| {
                    let bytes = images.bytes().iter().skip(at).step_by(images.image_size());
                    Column::Numbers(bytes.map(|&byte| Some(f64::from(byte))).collect())
                };
                names.into_iter().zip((0..images.image_size()).map(column)).collect()
            }
            Features::Sequences(all) => {
                let steps = all.first().map_or(0, DMatrix::nrows);
                let names = (0..steps).flat_map(|step| names.iter().map(move |name| format!("t{step}_{name}")));
                names.zip(numbers(&self.matrix()?)).collect()
            }
            Features::Text(texts) => names.into_iter().zip([words(texts.iter())]).collect(),
        };
        let target = match &self.target {
            Target::None | Target::Series => None,
            Target::Classes { labels, names } => {
                let word = |&label: &usize| names.get(label).cloned().ok_or_else(|| unknown(label)).map(Some);
                Some(Column::Words(labels.iter().map(word).collect::<Result<_>>()?))
            }
            Target::Numbers(values) => Some(Column::Numbers(values.iter().copied().map(Some).collect())),
            Target::Text(texts) => Some(words(texts.iter())),
        };
        if let Some(target) = target {
            let name = if self.target_name.is_empty() { "target" } else { &self.target_name };
            columns.push((name.to_owned(), target));
        }
        Table::new(columns)
    }

    /// [`Data::table`] as CSV: a header, then a line a row.
    ///
    /// # Errors
    /// Those of [`Data::table`].
    ///
    /// # Examples
    /// ```
    /// let csv = cairn_datasets::iris().load()?.to_csv()?;
    /// assert_eq!(csv.lines().nth(1), Some("5.1,3.5,1.4,0.2,setosa"));
    /// # Ok::<(), cairn_datasets::Error>(())
    /// ```
    pub fn to_csv(&self) -> Result<String> {
        let mut text = Vec::new();
        self.table()?.write_csv(&mut text)?;
        String::from_utf8(text).map_err(|e| Error::Format(e.to_string()))
    }
}

fn numbers(values: &DMatrix<f64>) -> impl Iterator<Item = Column> {
    values.column_iter().map(|column| Column::Numbers(column.iter().copied().map(Some).collect()))
}

fn words<'a>(texts: impl Iterator<Item = &'a String>) -> Column {
    Column::Words(texts.cloned().map(Some).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Images, Task};

    #[test]
    fn images_and_series_become_columns_and_texts_one() {
        let pixels = Features::Images(Images::new(vec![1, 2, 3, 4], 1, 2, 1).unwrap());
        let classes = Target::Classes { labels: vec![1, 0], names: vec!["a".into(), "b".into()] };
        let data = Data::new("pixels", Task::Classification, pixels, classes).unwrap();
        assert_eq!(data.to_csv().unwrap(), "pixel_0_0,pixel_0_1,target\n1,2,b\n3,4,a\n");

        // two steps of two features
        let series = Features::Sequences(vec![DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0])]);
        let data = Data::new("series", Task::Clustering, series, Target::None).unwrap();
        assert_eq!(data.to_csv().unwrap(), "t0_x0,t0_x1,t1_x0,t1_x1\n1,2,3,4\n");

        let (english, french) = (vec!["yes, please".to_owned()], vec!["oui".to_owned()]);
        let data = Data::new("words", Task::Translation, Features::Text(english), Target::Text(french)).unwrap();
        assert_eq!(data.to_csv().unwrap(), "text,target\n\"yes, please\",oui\n");
    }

    #[test]
    fn a_label_without_a_name_and_a_name_that_is_taken_are_refused() {
        let mut data = crate::iris().load().unwrap();
        data.target_name = "sepal_length_cm".into();
        assert!(matches!(data.table(), Err(Error::Format(_))));
        data.target = Target::Classes { labels: vec![7; 150], names: vec!["0".into()] };
        assert_eq!(data.table(), Err(unknown(7)));
        assert_eq!(data.xy_numbers(), Err(unknown(7)));
    }
}
