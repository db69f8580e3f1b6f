//! One set: its facts, its file, its numbers.

use crate::{Data, Features, Target, Task};
use cairn_preprocess::{Column, DMatrix, DVector, LabelEncoder, Result, Table};
use flate2::read::GzDecoder;
use std::fmt;

/// A data set: facts to list, and the file they are about.
///
/// # Examples
/// ```
/// let set = cairn_datasets::wine_quality_red();
/// assert_eq!((set.name, set.target, set.n_rows, set.n_features), ("wine_quality_red", "quality", 1599, 11));
/// let table = set.table()?;
/// assert_eq!(table.numbers("alcohol")?[0], 9.4);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Dataset {
    /// What [`crate::by_name`] finds it by, and the function that makes it.
    pub name: &'static str,
    /// What is to be predicted, by default.
    pub task: Task,
    /// The column to predict.
    pub target: &'static str,
    /// What the rows are, and what to beware of.
    pub description: &'static str,
    /// The licence of the data, which is not that of this crate's code.
    pub licence: &'static str,
    /// Who collected it, and where.
    pub source: &'static str,
    /// How many rows there are.
    pub n_rows: usize,
    /// How many columns there are without the target, before words are encoded.
    pub n_features: usize,
    pub(crate) csv_gz: &'static [u8],
}

impl Dataset {
    /// The file: gzip of a CSV with a header.
    pub fn csv_gz(&self) -> &'static [u8] {
        self.csv_gz
    }

    /// The file as a table, target included; missing cells stay missing.
    ///
    /// # Errors
    /// [`crate::Error::Format`] if the embedded file does not unpack or is no CSV.
    ///
    /// # Complexity
    /// It is unpacked and parsed at each call.
    ///
    /// # Examples
    /// ```
    /// let table = cairn_datasets::penguins().table()?;
    /// assert_eq!(table.names()[0], "species");
    /// assert_eq!(table.column("sex")?.n_missing(), 11);
    /// # Ok::<(), cairn_datasets::Error>(())
    /// ```
    pub fn table(&self) -> Result<Table> {
        Table::from_csv(GzDecoder::new(self.csv_gz), self.name)
    }

    /// Features as numbers, and the class of each row: for examples and tests.
    ///
    /// Classes are numbered by [`LabelEncoder`]: by value if all are numbers (digit 7 is class 7), else alphabetically.
    /// In a regression set every distinct number is a class: the wines' marks 3 to 8 are classes 0 to 5.
    ///
    /// Missing cells are filled and words one-hot encoded by a [`TableEncoder`] **fitted on all rows**; nothing is
    /// standardised. That has seen the rows a test would hold back. To say how well a model does, take
    /// [`Dataset::table`], split it, and fit the encoder on the training part.
    ///
    /// # Shapes
    /// n_rows x encoded features (more than [`Dataset::n_features`] where there are words), and n_rows labels.
    ///
    /// # Errors
    /// Those of [`Dataset::table`].
    ///
    /// # Examples
    /// ```
    /// let (x, y) = cairn_datasets::digits8x8().xy_classes()?;
    /// assert_eq!((x.shape(), y[0], y[1796]), ((1797, 64), 0, 8));
    /// # Ok::<(), cairn_datasets::Error>(())
    /// ```
    pub fn xy_classes(&self) -> Result<(DMatrix<f64>, Vec<usize>)> {
        self.load()?.xy_classes()
    }

    /// Features as numbers, and the number to predict for each row: for examples and tests.
    ///
    /// Missing cells and words are dealt with as in [`Dataset::xy_classes`], by an encoder **fitted on all rows**: for
    /// an honest score, split [`Dataset::table`] first.
    ///
    /// # Shapes
    /// n_rows x encoded features (more than [`Dataset::n_features`] where there are words), and n_rows numbers.
    ///
    /// # Errors
    /// [`crate::Error::Format`] where the target is words, and those of [`Dataset::table`].
    ///
    /// # Examples
    /// ```
    /// let (x, y) = cairn_datasets::sacramento_houses().xy_numbers()?;
    /// // 5 numbers, 37 cities, 68 postcodes, 3 types
    /// assert_eq!((x.shape(), y[0]), ((932, 113), 59222.0));
    /// # Ok::<(), cairn_datasets::Error>(())
    /// ```
    pub fn xy_numbers(&self) -> Result<(DMatrix<f64>, DVector<f64>)> {
        self.load()?.xy_numbers()
    }

    /// Everything in memory: features, target, names.
    ///
    /// # Errors
    /// Those of [`Dataset::table`].
    pub fn load(&self) -> Result<Data> {
        let (features, _) = self.table()?.split_target(self.target)?;
        let features = if features
            .columns()
            .iter()
            .all(|column| matches!(column, Column::Numbers(_)) && column.n_missing() == 0)
        {
            Features::Matrix { values: features.to_matrix()?, names: features.names().to_vec() }
        } else {
            Features::Table(features)
        };
        let target = match self.task {
            Task::Regression => Target::Numbers(self.table()?.numbers(self.target)?),
            _ => {
                let words = self.table()?.labels(self.target)?;
                let model = LabelEncoder::new().fit(&words)?;
                Target::Classes { labels: model.encode(&words)?, names: model.classes().to_vec() }
            }
        };
        let mut data = Data::new(self.name, self.task, features, target)?;
        data.description = self.description.to_owned();
        data.target_name = self.target.to_owned();
        Ok(data)
    }
}

/// The facts; of the file its length alone.
impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut facts = f.debug_struct("Dataset");
        facts.field("name", &self.name).field("task", &self.task).field("target", &self.target);
        facts.field("n_rows", &self.n_rows).field("n_features", &self.n_features);
        facts.field("bytes", &self.csv_gz.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, digits8x8, iris, penguins, wine_quality_red};

    #[test]
    fn classes_are_numbered_in_the_order_of_their_names() {
        let count = |y: &[usize], class| y.iter().filter(|&&label| label == class).count();
        let (x, y) = iris().xy_classes().unwrap();
        assert_eq!((x.shape(), count(&y, 0), count(&y, 1), count(&y, 2)), ((150, 4), 50, 50, 50));
        // Adelie, Chinstrap, Gentoo; the file has Gentoo before Chinstrap
        let (x, y) = penguins().xy_classes().unwrap();
        assert_eq!((x.shape(), count(&y, 0), count(&y, 1), count(&y, 2)), ((344, 10), 152, 68, 124));
        assert_eq!((y[0], y[152], y[343]), (0, 2, 1));
        let (_, y) = digits8x8().xy_classes().unwrap();
        let counts: Vec<usize> = (0..10).map(|digit| count(&y, digit)).collect();
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        // the marks 3 to 8
        let (_, y) = wine_quality_red().xy_classes().unwrap();
        let counts: Vec<usize> = (0..6).map(|mark| count(&y, mark)).collect();
        assert_eq!(counts, [10, 53, 681, 638, 199, 18]);
    }

    #[test]
    fn a_gap_gets_the_median_and_the_most_frequent_word() {
        let (x, _) = penguins().xy_classes().unwrap();
        assert!(x.iter().all(|value| value.is_finite()));
        let table = penguins().table().unwrap().drop_columns(&["species"]).unwrap();
        let model = cairn_preprocess::TableEncoder::new().fit(&table).unwrap();
        let at = |name: &str| model.feature_names().iter().position(|own| own == name).unwrap();
        // row 3 has neither measurements nor sex; of the 342 masses 170 are below 4050 and 166 above
        assert_eq!(x[(3, at("body_mass_g"))], 4050.0);
        // 168 male, 165 female
        assert_eq!((x[(3, at("sex=male"))], x[(3, at("sex=female"))]), (1.0, 0.0));
    }

    #[test]
    fn words_are_no_numbers_to_predict() {
        assert!(matches!(iris().xy_numbers(), Err(Error::Format(_))));
        let (x, y) = wine_quality_red().xy_numbers().unwrap();
        assert_eq!((x.shape(), y[0], y[1598]), ((1599, 11), 5.0, 6.0));
    }

    #[test]
    fn debug_shows_facts_and_not_the_file() {
        let shown = format!("{:?}", iris());
        assert!(shown.contains("n_rows: 150") && shown.len() < 200, "{shown}");
        assert_eq!(format!("{:>15}|", iris().task), " classification|");
    }
}
