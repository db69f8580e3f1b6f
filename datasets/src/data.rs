//! Any data set, in memory.

use crate::Images;
use cairn_preprocess::{
    Column, DMatrix, DVector, Error, LabelEncoder, Result, Rows, Table, TableEncoder, TakeRows, Transform,
};
use std::fmt;

/// Any data set, in memory: what the rows are, and what belongs to them.
///
/// Shipped sets ([`crate::Dataset::load`]), and made ones all come as this.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, Target, iris};
/// let data = iris().load()?;
/// let Features::Matrix { values, names } = &data.features else { unreachable!() };
/// assert_eq!((values.shape(), names[0].as_str()), ((150, 4), "sepal_length_cm"));
/// let Target::Classes { labels, names } = &data.target else { unreachable!() };
/// assert_eq!(names[labels[149]], "virginica");
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Data {
    /// What it is called.
    pub name: String,
    /// What is asked of it.
    pub task: Task,
    /// What the rows are, and what to beware of.
    pub description: String,
    /// The rows.
    pub features: Features,
    /// What belongs to the rows.
    pub target: Target,
    /// The column, or what is predicted; empty if nothing is.
    pub target_name: String,
}

/// What the rows are.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Features {
    /// Numbers alone, nothing missing.
    Matrix {
        /// One row a sample.
        values: DMatrix<f64>,
        /// The name of each column.
        names: Vec<String>,
    },
    /// Numbers and words, with gaps.
    Table(Table),
    /// Bytes, one image after the other.
    Images(Images),
    /// Each time x features; lengths may differ.
    Sequences(Vec<DMatrix<f64>>),
    /// Texts, one a row.
    Text(Vec<String>),
}

/// What belongs to the rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// Nothing.
    None,
    /// A class each.
    Classes {
        /// Positions among the names.
        labels: Vec<usize>,
        /// By value if all are numbers, else alphabetical, as [`LabelEncoder`] orders them.
        names: Vec<String>,
    },
    /// A number each.
    Numbers(DVector<f64>),
    /// The rows themselves, later ones from earlier ones: forecasting and language models.
    Series,
    /// A text each: translation.
    Text(Vec<String>),
}

/// What is asked of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Task {
    /// One of a few classes.
    Classification,
    /// A number.
    Regression,
    /// Groups that nobody has named.
    Clustering,
    /// A place for each row in fewer dimensions.
    Embedding,
    /// The next number of a series.
    Forecasting,
    /// The next character or word of a text.
    LanguageModel,
    /// The same in another language.
    Translation,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
            Self::Clustering => "clustering",
            Self::Embedding => "embedding",
            Self::Forecasting => "forecasting",
            Self::LanguageModel => "language-model",
            Self::Translation => "translation",
        })
    }
}

impl Data {
    /// A data set of one's own, without a description or a target's name.
    ///
    /// # Errors
    /// [`Error::Shape`] if the names are not as many as the columns, or the target is not as long as there are rows;
    /// [`Error::UnknownClass`] for a label without a name.
    ///
    /// # Examples
    /// ```
    /// use cairn_datasets::{DVector, Data, Features, Target, Task};
    /// let texts = Features::Text(vec!["good".into(), "bad".into()]);
    /// let data = Data::new("stars", Task::Regression, texts.clone(), Target::Numbers(DVector::from_vec(vec![5.0, 1.0])))?;
    /// assert_eq!(data.n_rows(), 2);
    /// assert!(Data::new("stars", Task::Regression, texts, Target::Numbers(DVector::zeros(3))).is_err());
    /// # Ok::<(), cairn_datasets::Error>(())
    /// ```
    pub fn new(name: impl Into<String>, task: Task, features: Features, target: Target) -> Result<Self> {
        let n_rows = features.n_rows();
        if let Features::Matrix { values, names } = &features {
            agree("names", "columns", values.ncols(), names.len())?;
        }
        match &target {
            Target::None | Target::Series => {}
            Target::Numbers(numbers) => agree("target", "rows", n_rows, numbers.len())?,
            Target::Text(texts) => agree("target", "rows", n_rows, texts.len())?,
            Target::Classes { labels, names } => {
                agree("target", "rows", n_rows, labels.len())?;
                if let Some(label) = labels.iter().find(|&&label| label >= names.len()) {
                    return Err(Error::UnknownClass { what: "target", found: label.to_string() });
                }
            }
        }
        let (name, description, target_name) = (name.into(), String::new(), String::new());
        Ok(Self { name, task, description, features, target, target_name })
    }

    /// How many rows there are: samples, images, series, texts.
    pub fn n_rows(&self) -> usize {
        self.features.n_rows()
    }

    /// The names of the columns: of sequences those of one step, `x0`, `x1` ...; of texts `text`.
    pub fn feature_names(&self) -> Vec<String> {
        match &self.features {
            Features::Matrix { names, .. } => names.clone(),
            Features::Table(table) => table.names().to_vec(),
            Features::Images(images) => images.names(),
            Features::Sequences(all) => (0..all.first().map_or(0, DMatrix::ncols)).map(|j| format!("x{j}")).collect(),
            Features::Text(_) => vec!["text".to_owned()],
        }
    }

    /// The names of the classes, in the order of the labels; none if there are no classes.
    pub fn class_names(&self) -> &[String] {
        match &self.target {
            Target::Classes { names, .. } => names,
            _ => &[],
        }
    }

    /// These rows and what belongs to them, in this order; a row may come twice.
    ///
    /// # Errors
    /// An error for a row that is not there.
    pub fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        let features = match &self.features {
            Features::Matrix { values, names } => {
                Features::Matrix { values: values.take_rows(rows)?, names: names.clone() }
            }
            Features::Table(table) => Features::Table(table.take_rows(rows)?),
            Features::Images(images) => Features::Images(images.take_rows(rows)?),
            Features::Sequences(all) => Features::Sequences(all.as_slice().take_rows(rows)?),
            Features::Text(texts) => Features::Text(texts.as_slice().take_rows(rows)?),
        };
        let target = match &self.target {
            Target::None => Target::None,
            Target::Series => Target::Series,
            Target::Numbers(numbers) => Target::Numbers(numbers.take_rows(rows)?),
            Target::Text(texts) => Target::Text(texts.as_slice().take_rows(rows)?),
            Target::Classes { labels, names } => {
                Target::Classes { labels: labels.as_slice().take_rows(rows)?, names: names.clone() }
            }
        };
        let (name, task) = (self.name.clone(), self.task);
        let (description, target_name) = (self.description.clone(), self.target_name.clone());
        Ok(Self { name, task, description, features, target, target_name })
    }

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
                DVector::from_iterator(labels.len(), labels.iter().filter_map(|&label| values.get(label).copied()))
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

impl Features {
    fn n_rows(&self) -> usize {
        match self {
            Self::Matrix { values, .. } => values.nrows(),
            Self::Table(table) => table.n_rows(),
            Self::Images(images) => images.n_images(),
            Self::Sequences(all) => all.len(),
            Self::Text(texts) => texts.len(),
        }
    }
}

fn agree(what: &'static str, unit: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(Error::Shape { what, unit, expected, found }) }
}

/// A word as a finite number, if it is one.
pub(crate) fn finite(word: &str) -> Option<f64> {
    word.trim().parse().ok().filter(|value: &f64| value.is_finite())
}
