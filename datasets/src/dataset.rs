//! One set: its facts, its files, its numbers.

use crate::{Data, Form, Task, load};
use cairn_preprocess::{DMatrix, DVector, Result, Table};
use std::{fmt, ops::Range};

/// A shipped data set: facts to list, and the files they are about. Nothing is unpacked before it is asked for.
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
    /// The form of the rows that [`Dataset::load`] gives.
    pub form: Form,
    /// The column to predict; empty where the rows follow from each other and there is no column.
    pub target: &'static str,
    /// What the rows are, and what to beware of.
    pub description: &'static str,
    /// The licence of the data, which is not that of this crate's code.
    pub licence: &'static str,
    /// Who collected it, and where.
    pub source: &'static str,
    /// How many rows there are.
    pub n_rows: usize,
    /// How many columns there are without the target, before words are encoded: of images the bytes of one, of series
    /// the dimensions of a step, of texts 1.
    pub n_features: usize,
    /// How many rows, from the first, are the training part, where those who made the set have split it.
    pub n_train: Option<usize>,
    pub(crate) content: Content,
    pub(crate) files: &'static [File],
}

/// A packed file: its name, and a function that names its bytes. A pointer rather than the bytes, so that a list of files
/// can be a constant.
pub(crate) type File = (&'static str, fn() -> &'static [u8]);

/// How the files are read.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    not(all(feature = "large", feature = "share-alike")),
    allow(dead_code, reason = "a set left out has its form")
)]
pub(crate) enum Content {
    /// CSV; the columns named here are no features.
    Csv { aside: &'static [&'static str] },
    /// CSV whose rows follow each other; the columns named here are no part of the series.
    CsvSeries { aside: &'static [&'static str] },
    /// Cells between tabs, without quotes; one column is the text.
    Tsv { text: &'static str },
    /// IDX images and IDX labels.
    Idx,
    /// IDX images and a CSV with the target.
    IdxAndCsv,
    /// Series with labels.
    Ts,
    /// Plain text, line by line.
    Lines,
}

impl Dataset {
    /// The files as they are embedded, with their names: gzip of CSV, TSV, IDX, `.ts` or plain text. To be written out,
    /// or read in another way.
    ///
    /// # Examples
    /// ```
    /// let files = cairn_datasets::iris().files();
    /// assert_eq!((files.len(), files[0].0, files[0].1.len()), (1, "iris.csv.gz", 861));
    /// ```
    pub fn files(&self) -> Vec<(&'static str, &'static [u8])> {
        self.files.iter().map(|(name, bytes)| (*name, bytes())).collect()
    }

    /// Everything in memory: features in their form, target, names.
    ///
    /// Columns that would give the answer away or say nothing of it (a date, how often a name is given) are not among the
    /// features; [`Dataset::table`] has them. Words are still words and gaps still gaps: encode them on the training part.
    ///
    /// # Errors
    /// [`crate::Error::Format`] if an embedded file does not unpack or is not in its form.
    ///
    /// # Complexity
    /// It is unpacked and parsed at each call: milliseconds, for 45,000 rows of words a tenth of a second.
    ///
    /// # Examples
    /// ```
    /// use cairn_datasets::{Features, names_gender_us1990};
    /// let data = names_gender_us1990().load()?;
    /// let Features::Text(names) = &data.features else { unreachable!() };
    /// assert_eq!((names[0].as_str(), data.class_names()), ("james", &["female".to_owned(), "male".to_owned()][..]));
    /// # Ok::<(), cairn_datasets::Error>(())
    /// ```
    pub fn load(&self) -> Result<Data> {
        load::data(self)
    }

    /// The file as a table, target and every other column included; missing cells stay missing.
    ///
    /// # Errors
    /// [`crate::Error::Format`] for images, series and plain text, which [`Dataset::load`] gives in their own form, and if
    /// the embedded file does not unpack or is no table.
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
        load::table(self)
    }

    /// The rows of the training and of the test part, for [`Data::take_rows`], where those who made the set have split it.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(cairn_datasets::iris().parts(), None);
    /// # #[cfg(feature = "large")] {
    /// assert_eq!(cairn_datasets::japanese_vowels().parts(), Some((0..270, 270..640)));
    /// # }
    /// ```
    pub fn parts(&self) -> Option<(Range<usize>, Range<usize>)> {
        self.n_train.map(|n_train| (0..n_train, n_train..self.n_rows))
    }

    /// Features as numbers, and the class of each row: for examples and tests.
    ///
    /// Classes are numbered by [`cairn_preprocess::LabelEncoder`]: by value if all are numbers (digit 7 is class 7), else
    /// alphabetically. In a regression set every distinct number is a class: the wines' marks 3 to 8 are classes 0 to 5.
    ///
    /// Missing cells are filled and words one-hot encoded by a [`cairn_preprocess::TableEncoder`] **fitted on all rows**;
    /// nothing is standardised. That has seen the rows a test would hold back. To say how well a model does, take
    /// [`Dataset::load`], split it, and fit the encoder on the training part.
    ///
    /// # Shapes
    /// n_rows x encoded features (more than [`Dataset::n_features`] where there are words), and n_rows labels.
    ///
    /// # Errors
    /// Those of [`Dataset::load`] and [`Data::xy_classes`]: texts, and series of different lengths, are no matrix.
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
    /// an honest score, split [`Dataset::load`] first.
    ///
    /// # Shapes
    /// n_rows x encoded features (more than [`Dataset::n_features`] where there are words), and n_rows numbers.
    ///
    /// # Errors
    /// [`crate::Error::Format`] where the target is words, and those of [`Dataset::load`].
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
}

/// The facts; of the files their length alone.
impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut facts = f.debug_struct("Dataset");
        facts.field("name", &self.name).field("task", &self.task).field("form", &self.form);
        facts.field("target", &self.target).field("n_rows", &self.n_rows).field("n_features", &self.n_features);
        facts.field("bytes", &self.files().iter().map(|(_, bytes)| bytes.len()).sum::<usize>()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Error, digits8x8, iris, penguins, udhr_eng_fra, wine_quality_red};

    #[test]
    fn classes_are_numbered_in_the_order_of_their_names() {
        let count = |y: &[usize], class| y.iter().filter(|&&label| label == class).count();
        let (x, y) = iris().xy_classes().unwrap();
        assert_eq!((x.shape(), count(&y, 0), count(&y, 1), count(&y, 2)), ((150, 4), 50, 50, 50));
        // Adelie, Chinstrap, Gentoo; the file has Gentoo before Chinstrap
        let (x, y) = penguins().xy_classes().unwrap();
        assert_eq!((x.shape(), count(&y, 0), count(&y, 1), count(&y, 2)), ((344, 10), 152, 68, 124));
        assert_eq!((y[0], y[152], y[343]), (0, 2, 1));
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
    fn words_are_no_numbers_to_predict_and_texts_no_classes() {
        assert!(matches!(iris().xy_numbers(), Err(Error::Format(_))));
        assert!(matches!(udhr_eng_fra().xy_classes(), Err(Error::Format(_))));
        let (x, y) = wine_quality_red().xy_numbers().unwrap();
        assert_eq!((x.shape(), y[0], y[1598]), ((1599, 11), 5.0, 6.0));
        // classes named by numbers are these numbers
        assert_eq!(digits8x8().xy_numbers().unwrap().1[1796], 8.0);
    }

    #[test]
    fn debug_shows_facts_and_not_the_file() {
        let shown = format!("{:?}", iris());
        assert!(shown.contains("n_rows: 150") && shown.contains("bytes: 861") && shown.len() < 200, "{shown}");
        assert_eq!(format!("{:>15}|", iris().task), " classification|");
    }
}
