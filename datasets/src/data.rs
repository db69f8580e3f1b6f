//! Any data set, in memory.

use crate::Images;
use cairn_preprocess::{DMatrix, DVector, Error, Result, Rows, Table, TakeRows};
use std::fmt;

/// Any data set, in memory: what the rows are, and what belongs to them.
///
/// Shipped sets ([`crate::Dataset::load`]), made ones and files of series ([`crate::read_ts`]) all come as this.
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

/// Which of [`Features`] a data set has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// Numbers alone, nothing missing.
    Matrix,
    /// Numbers and words, with gaps.
    Table,
    /// Bytes of images.
    Images,
    /// Series, each time x features.
    Sequences,
    /// Texts.
    Text,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Matrix => "matrix",
            Self::Table => "table",
            Self::Images => "images",
            Self::Sequences => "sequences",
            Self::Text => "text",
        })
    }
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
        /// By value if all are numbers, else alphabetical, as [`cairn_preprocess::LabelEncoder`] orders them.
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
                    return Err(unknown(*label));
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
}

impl Features {
    /// Which form it is.
    pub fn form(&self) -> Form {
        match self {
            Self::Matrix { .. } => Form::Matrix,
            Self::Table(_) => Form::Table,
            Self::Images(_) => Form::Images,
            Self::Sequences(_) => Form::Sequences,
            Self::Text(_) => Form::Text,
        }
    }

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

/// A label beyond the names.
pub(crate) fn unknown(label: usize) -> Error {
    Error::UnknownClass { what: "target", found: label.to_string() }
}

/// A word as a finite number, if it is one.
pub(crate) fn finite(word: &str) -> Option<f64> {
    word.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(target: Target) -> Result<Data> {
        Data::new("pair", Task::Classification, Features::Text(vec!["a".into(), "b".into()]), target)
    }

    #[test]
    fn a_target_is_as_long_as_the_rows_and_its_labels_have_names() {
        let classes = |labels: Vec<usize>| Target::Classes { labels, names: vec!["no".into()] };
        assert!(pair(classes(vec![0, 0])).is_ok());
        assert_eq!(pair(classes(vec![0, 1])), Err(unknown(1)));
        let short = Error::Shape { what: "target", unit: "rows", expected: 2, found: 1 };
        assert_eq!(pair(classes(vec![0])), Err(short.clone()));
        assert_eq!(pair(Target::Text(vec!["c".into()])), Err(short.clone()));
        assert_eq!(pair(Target::Numbers(DVector::zeros(1))), Err(short));
        let features = Features::Matrix { values: DMatrix::zeros(1, 2), names: vec!["x".into()] };
        let names = Error::Shape { what: "names", unit: "columns", expected: 2, found: 1 };
        assert_eq!(Data::new("x", Task::Clustering, features, Target::None), Err(names));
    }

    #[test]
    fn what_belongs_to_a_row_goes_with_it() {
        let data = pair(Target::Numbers(DVector::from_vec(vec![1.0, 2.0]))).unwrap();
        let taken = data.take_rows(&[1, 1, 0]).unwrap();
        assert_eq!(taken.features, Features::Text(vec!["b".into(), "b".into(), "a".into()]));
        assert_eq!(taken.target, Target::Numbers(DVector::from_vec(vec![2.0, 2.0, 1.0])));
        assert!(data.take_rows(&[2]).is_err());
        // classes keep their names, even where none of their rows is taken
        let flowers = crate::iris().load().unwrap().take_rows(&[149]).unwrap();
        assert_eq!((flowers.class_names().len(), flowers.xy_classes().unwrap().1), (3, vec![2]));
    }

    #[test]
    fn tasks_and_forms_are_written_with_dashes() {
        assert_eq!(Task::LanguageModel.to_string(), "language-model");
        assert_eq!(format!("{:>10}|", Form::Sequences), " sequences|");
    }
}
