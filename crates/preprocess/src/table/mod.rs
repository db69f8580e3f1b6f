//! Columns with names, of numbers or words, where cells may be missing.

mod message;
mod read;
mod records;
mod schema;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use message::{in_cell, in_column, one_line, quoted};
pub(crate) use read::number;
pub use schema::{Field, Kind, Schema};
pub(crate) use write::written;

use cairn_traits::{DMatrix, DVector, Error, Result, Rows, TakeRows, check};
use message::{listed, no_such_column};

/// One column of a [`Table`]; `None` is a missing cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Measurements and counts, finite.
    Numbers(Vec<Option<f64>>),
    /// Categories, names, text.
    Words(Vec<Option<String>>),
}

impl Column {
    fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Numbers => Self::Numbers(Vec::new()),
            Kind::Words => Self::Words(Vec::new()),
        }
    }

    fn push_missing(&mut self) {
        match self {
            Self::Numbers(cells) => cells.push(None),
            Self::Words(cells) => cells.push(None),
        }
    }

    /// How many cells there are, missing ones included.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(cells) => cells.len(),
            Self::Words(cells) => cells.len(),
        }
    }

    /// Whether there are no cells at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Numbers or words.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Numbers(_) => Kind::Numbers,
            Self::Words(_) => Kind::Words,
        }
    }

    /// How many cells are missing.
    pub fn n_missing(&self) -> usize {
        match self {
            Self::Numbers(cells) => cells.iter().filter(|cell| cell.is_none()).count(),
            Self::Words(cells) => cells.iter().filter(|cell| cell.is_none()).count(),
        }
    }

    fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        Ok(match self {
            Self::Numbers(cells) => Self::Numbers(cells.take_rows(rows)?),
            Self::Words(cells) => Self::Words(cells.take_rows(rows)?),
        })
    }
}

/// Columns with names, of numbers or words, where cells may be missing: a CSV file in memory.
///
/// ```
/// use cairn_preprocess::Table;
/// let flats = Table::from_csv("size,city,rent\n30,Bern,900\n45,Genf,1200".as_bytes(), "flats.csv")?;
/// let (x, rent) = flats.split_target("rent")?;
/// assert_eq!((x.names(), rent.len()), (&["size".to_owned(), "city".to_owned()][..], 2));
/// assert_eq!(x.drop_columns(&["city"])?.to_matrix()?[(1, 0)], 45.0);
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Column>,
    n_rows: usize,
}

impl Table {
    /// A table from named columns.
    ///
    /// # Errors
    /// [`Error::Shape`] for columns of different lengths, [`Error::NonFinite`] for NaN or an infinity (a missing number is
    /// `None`), [`Error::Format`] for a name that is empty or comes twice.
    ///
    /// ```
    /// use cairn_preprocess::{Column, Table};
    /// let table = Table::new(vec![("size".to_owned(), Column::Numbers(vec![Some(30.0), None]))])?;
    /// assert_eq!(table.column("size")?.n_missing(), 1);
    /// # Ok::<(), cairn_preprocess::Error>(())
    /// ```
    pub fn new(columns: Vec<(String, Column)>) -> Result<Self> {
        let n_rows = columns.first().map_or(0, |(_, column)| column.len());
        Self::with_rows(columns, n_rows)
    }

    fn with_rows(columns: Vec<(String, Column)>, n_rows: usize) -> Result<Self> {
        let (names, columns): (Vec<String>, Vec<Column>) = columns.into_iter().unzip();
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort();
        if sorted.first().is_some_and(|name| name.is_empty()) {
            return Err(Error::Format("table: expected a name for every column, found an empty one".into()));
        }
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::Format(format!("table: expected distinct names, found {} twice", quoted(pair[0]))));
        }
        for (j, column) in columns.iter().enumerate() {
            check::rows("table", n_rows, column.len())?;
            if let Column::Numbers(cells) = column
                && let Some(row) = cells.iter().position(|cell| cell.is_some_and(|value| !value.is_finite()))
            {
                return Err(Error::NonFinite { what: "table", row, column: j });
            }
        }
        Ok(Self { names, columns, n_rows })
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The columns, in the order of [`Self::names`].
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many columns there are.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`Error::Format`] if there is none; it lists those there are.
    pub fn column(&self, name: &str) -> Result<&Column> {
        let at = self.names.iter().position(|own| own == name);
        at.and_then(|at| self.columns.get(at)).ok_or_else(|| no_such_column("table", name, &self.names))
    }

    /// Names and kinds of the columns: what a second file is read by ([`Table::from_csv_like`]).
    pub fn schema(&self) -> Schema {
        let field =
            |(name, column): (&String, &Column)| Field { name: name.clone(), kind: column.kind(), optional: false };
        Schema { fields: self.names.iter().zip(&self.columns).map(field).collect() }
    }

    /// The table without these columns.
    ///
    /// # Errors
    /// [`Error::Format`] for a name that is not there; it lists those there are.
    pub fn drop_columns(&self, names: &[&str]) -> Result<Self> {
        for name in names {
            self.column(name)?;
        }
        let own = self.names.iter().zip(&self.columns);
        let kept = own.filter(|(name, _)| !names.contains(&name.as_str()));
        let (names, columns) = kept.map(|(name, column)| (name.clone(), column.clone())).unzip();
        Ok(Self { names, columns, n_rows: self.n_rows })
    }

    /// The other columns, and the one to predict.
    ///
    /// # Errors
    /// [`Error::Format`] for a name that is not there; it lists those there are.
    pub fn split_target(&self, name: &str) -> Result<(Self, Column)> {
        let target = self.column(name)?.clone();
        Ok((self.drop_columns(&[name])?, target))
    }

    /// A numeric column without missing cells: the target of a regression.
    ///
    /// # Errors
    /// [`Error::Format`] for a name that is not there, a column of words, or a missing cell, named by row and column.
    pub fn numbers(&self, name: &str) -> Result<DVector<f64>> {
        Ok(DVector::from_vec(complete_numbers(name, self.column(name)?)?))
    }

    /// A column without missing cells as words: the target of a classification, for [`crate::LabelEncoder`] or
    /// [`cairn_traits::Named`]. Numbers are written as short as they can be: 1.0 is `1`.
    ///
    /// # Errors
    /// [`Error::Format`] for a name that is not there or a missing cell, named by row and column.
    pub fn labels(&self, name: &str) -> Result<Vec<String>> {
        let words: Vec<Option<String>> = match self.column(name)? {
            Column::Words(cells) => cells.clone(),
            Column::Numbers(cells) => cells.iter().map(|cell| cell.map(written)).collect(),
        };
        let present = |(row, word): (usize, Option<String>)| word.ok_or_else(|| missing(row, name));
        words.into_iter().enumerate().map(present).collect()
    }

    /// The table as a matrix, n_rows x n_columns, where every column is numeric and no cell is missing.
    ///
    /// # Errors
    /// [`Error::Format`] that names the column of words, or the row and column of the missing cell.
    pub fn to_matrix(&self) -> Result<DMatrix<f64>> {
        let mut column_major = Vec::with_capacity(self.n_rows * self.n_columns());
        for (name, column) in self.names.iter().zip(&self.columns) {
            column_major.extend(complete_numbers(name, column)?);
        }
        Ok(DMatrix::from_vec(self.n_rows, self.n_columns(), column_major))
    }

    /// A column of a kind, as the models ask for it that were fitted on it.
    pub(crate) fn column_of(&self, name: &str, kind: Kind) -> Result<&Column> {
        let column = self.column(name)?;
        match (kind, column) {
            (Kind::Numbers, Column::Words(_)) => Err(in_column("table", name, "expected numbers, found words")),
            (Kind::Words, Column::Numbers(_)) => Err(in_column("table", name, "expected words, found numbers")),
            _ => Ok(column),
        }
    }
}

pub(crate) fn missing(row: usize, column: &str) -> Error {
    in_cell(row, column, "expected a value, found a missing cell")
}

/// The numbers of a column that has no missing ones.
pub(crate) fn complete_numbers(name: &str, column: &Column) -> Result<Vec<f64>> {
    match column {
        Column::Numbers(cells) => {
            cells.iter().enumerate().map(|(row, cell)| cell.ok_or_else(|| missing(row, name))).collect()
        }
        Column::Words(_) => Err(in_column("table", name, "expected numbers, found words")),
    }
}

/// What `fit` and `transform` ask of a table: a row at least, and a column.
pub(crate) fn check_table(x: &Table) -> Result<()> {
    check::at_least("table", 1, x.n_rows)?;
    if x.columns.is_empty() {
        return Err(Error::Shape { what: "table", unit: "columns", expected: 1, found: 0 });
    }
    Ok(())
}

/// The first name that comes twice, if one does: model files are untrusted.
pub(crate) fn distinct(names: &[String]) -> Result<()> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        None => Ok(()),
        Some(_) => Err(Error::Format(format!("model: expected distinct columns, found {}", listed(names)))),
    }
}

impl TakeRows for Table {
    fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        // a table without columns still has rows, and the numbers are checked against them
        let n_rows = vec![(); self.n_rows].take_rows(rows)?.len();
        let columns = self.columns.iter().map(|column| column.take_rows(rows)).collect::<Result<_>>()?;
        Ok(Self { names: self.names.clone(), columns, n_rows })
    }
}

impl Rows for Table {
    fn n_rows(&self) -> usize {
        self.n_rows
    }
}
