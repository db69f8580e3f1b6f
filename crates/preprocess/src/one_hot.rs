//! Words to columns of zeros and ones.

use crate::table::{Column, Kind, Table, check_table, complete_numbers, distinct, missing, one_line};
use cairn_traits::{DMatrix, Error, Fit, Hyperparameters, Persist, Result, Rows, Transform};
use serde::{Deserialize, Serialize};

/// What becomes of a word that was not there in fitting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// It is refused.
    #[default]
    Error,
    /// It is none of the known words: zeros in all their columns.
    Ignore,
}

/// Whether each word gets a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drop {
    /// Each does.
    #[default]
    None,
    /// The first, in alphabetical order, does not: zeros in the others say the same. A linear model without penalty needs
    /// this, because the full set of columns always sums to 1, which the intercept says already.
    First,
}

/// Turns each column of words into one column a word, 1 where the row has this word and 0 elsewhere.
///
/// Numbering the words instead would tell a model that `red` (2) is between `green` (1) and `yellow` (3), and as far from
/// either. Numeric columns pass through, where they stand.
///
/// # Shapes
/// n_rows x p table to n_rows x q matrix: a numeric column gives one, a column of words as many as it has distinct words,
/// in alphabetical order, named `column=word` (one fewer with [`Drop::First`]).
///
/// # Examples
/// ```
/// use cairn_preprocess::{OneHotEncoder, Table, Transform};
/// let flats = Table::from_csv("size,city\n30,Genf\n45,Bern\n60,Genf".as_bytes(), "flats.csv")?;
/// let model = OneHotEncoder::new().fit(&flats)?;
/// assert_eq!(model.feature_names(), ["size", "city=Bern", "city=Genf"]);
/// let x = model.transform(&flats)?;
/// assert_eq!(x, cairn_preprocess::rows(&[[30.0, 0.0, 1.0], [45.0, 1.0, 0.0], [60.0, 0.0, 1.0]]));
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneHotEncoder {
    unknown: Unknown,
    drop: Drop,
}

impl OneHotEncoder {
    /// A column for each word; unknown words are refused.
    pub fn new() -> Self {
        Self::default()
    }

    /// What becomes of a word that was not there in fitting. [`Unknown::Error`] by default.
    pub fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = unknown;
        self
    }

    /// Whether each word gets a column. [`Drop::None`] by default. With [`Drop::First`], an ignored unknown word looks
    /// like the dropped one.
    pub fn drop(mut self, drop: Drop) -> Self {
        self.drop = drop;
        self
    }

    /// Learns which words there are in each column.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`] or [`Error::Shape`] for a table without rows or columns, or if no column would be left;
    /// [`Error::Format`] for a missing cell, named by row and column.
    ///
    /// # Complexity
    /// O(n log n) comparisons for each column of words.
    pub fn fit(&self, x: &Table) -> Result<OneHotEncoderModel> {
        Fit::fit(self, x, &())
    }
}

impl Hyperparameters for OneHotEncoder {
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

impl Fit<Table> for OneHotEncoder {
    type Model = OneHotEncoderModel;

    fn fit(&self, x: &Table, (): &()) -> Result<OneHotEncoderModel> {
        self.validate()?;
        check_table(x)?;
        let mut columns = Vec::with_capacity(x.n_columns());
        for (name, column) in x.names().iter().zip(x.columns()) {
            let categories = match column {
                Column::Numbers(_) => complete_numbers(name, column).map(|_| None)?,
                Column::Words(cells) => {
                    let mut words = complete_words(name, cells)?;
                    words.sort_unstable();
                    words.dedup();
                    Some(words.into_iter().map(str::to_owned).collect())
                }
            };
            columns.push(Encoded { name: name.clone(), categories });
        }
        let model = OneHotEncoderModel { columns, unknown: self.unknown, drop: self.drop };
        model.check()?;
        Ok(model)
    }
}

fn complete_words<'a>(name: &str, cells: &'a [Option<String>]) -> Result<Vec<&'a str>> {
    cells.iter().enumerate().map(|(row, cell)| cell.as_deref().ok_or_else(|| missing(row, name))).collect()
}

/// A column of the table, and its words if it has words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Encoded {
    name: String,
    categories: Option<Vec<String>>,
}

/// The words [`OneHotEncoder`] found in each column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneHotEncoderModel {
    columns: Vec<Encoded>,
    unknown: Unknown,
    drop: Drop,
}

impl OneHotEncoderModel {
    /// The words of a column, in alphabetical order, or `None` if there is no column of words of this name.
    pub fn categories(&self, name: &str) -> Option<&[String]> {
        self.columns.iter().find(|column| column.name == name).and_then(|column| column.categories.as_deref())
    }

    /// The names of the matrix's columns: `size`, `city=Bern`, `city=Genf`.
    pub fn feature_names(&self) -> Vec<String> {
        let mut names = Vec::with_capacity(self.n_features());
        for Encoded { name, categories } in &self.columns {
            match categories {
                None => names.push(name.clone()),
                Some(words) => names.extend(words.iter().skip(self.skipped()).map(|word| format!("{name}={word}"))),
            }
        }
        names
    }

    /// How many columns the matrix has.
    pub fn n_features(&self) -> usize {
        self.columns.iter().map(|column| self.width(column)).sum()
    }

    /// For each column of the matrix, whether it is numeric in the table.
    pub(crate) fn numeric(&self) -> Vec<bool> {
        let repeated = |column: &Encoded| std::iter::repeat_n(column.categories.is_none(), self.width(column));
        self.columns.iter().flat_map(repeated).collect()
    }

    /// Names and kinds of the table's columns.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = (&str, Kind)> {
        let kind = |column: &Encoded| if column.categories.is_some() { Kind::Words } else { Kind::Numbers };
        self.columns.iter().map(move |column| (column.name.as_str(), kind(column)))
    }

    fn width(&self, column: &Encoded) -> usize {
        column.categories.as_ref().map_or(1, |words| words.len().saturating_sub(self.skipped()))
    }

    fn skipped(&self) -> usize {
        usize::from(self.drop == Drop::First)
    }
}

/// Columns are found by name, in any order; further columns of the table are left out.
///
/// # Errors
/// [`Error::Format`] for a column that is not there or of another kind, or a missing cell; [`Error::UnknownClass`] for a
/// word that was not there in fitting, under [`Unknown::Error`].
impl Transform<Table> for OneHotEncoderModel {
    type Output = DMatrix<f64>;

    fn transform(&self, x: &Table) -> Result<DMatrix<f64>> {
        check_table(x)?;
        let n_rows = x.n_rows();
        let mut column_major = Vec::with_capacity(n_rows * self.n_features());
        for encoded in &self.columns {
            let name = &encoded.name;
            let kind = if encoded.categories.is_some() { Kind::Words } else { Kind::Numbers };
            let column = x.column_of(name, kind)?;
            match (&encoded.categories, column) {
                (Some(categories), Column::Words(cells)) => {
                    let start = column_major.len();
                    column_major.resize(start + n_rows * self.width(encoded), 0.0);
                    for (row, word) in complete_words(name, cells)?.into_iter().enumerate() {
                        match categories.binary_search_by(|category| category.as_str().cmp(word)) {
                            Ok(at) if at >= self.skipped() => {
                                column_major[start + (at - self.skipped()) * n_rows + row] = 1.0;
                            }
                            Err(_) if self.unknown == Unknown::Error => {
                                let found = one_line(&format!("{name}={word}"));
                                return Err(Error::UnknownClass { what: "table", found });
                            }
                            _ => {}
                        }
                    }
                }
                _ => column_major.extend(complete_numbers(name, column)?),
            }
        }
        Ok(DMatrix::from_vec(n_rows, self.n_features(), column_major))
    }
}

impl Persist for OneHotEncoderModel {
    const KIND: &'static str = "one-hot-encoder";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        distinct(&self.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>())?;
        for words in self.columns.iter().filter_map(|column| column.categories.as_ref()) {
            if words.is_empty() || words.windows(2).any(|pair| pair[0] >= pair[1]) {
                return Err(Error::Format("model: expected distinct categories in alphabetical order".to_owned()));
            }
        }
        if self.n_features() == 0 {
            return Err(Error::Shape { what: "encoded table", unit: "columns", expected: 1, found: 0 });
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
    fn the_numbers_are_scikit_learns() {
        // scikit-learn 1.9.1, OneHotEncoder(handle_unknown="ignore") on [[b, x], [a, y], [b, z]]: columns a b x y z
        let x = read("p,q\nb,x\na,y\nb,z");
        let model = OneHotEncoder::new().unknown(Unknown::Ignore).fit(&x).unwrap();
        let full = rows(&[[0.0, 1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0, 1.0]]);
        assert_eq!(model.transform(&x).unwrap(), full);
        assert_eq!(model.feature_names(), ["p=a", "p=b", "q=x", "q=y", "q=z"]);
        assert_eq!(model.transform(&read("p,q\nw,y")).unwrap(), rows(&[[0.0, 0.0, 0.0, 1.0, 0.0]]));
        // drop="first" leaves out a and x
        let model = OneHotEncoder::new().drop(Drop::First).fit(&x).unwrap();
        assert_eq!(model.transform(&x).unwrap(), rows(&[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]));
        assert_eq!(model.feature_names(), ["p=b", "q=y", "q=z"]);
    }

    #[test]
    fn numeric_columns_stay_where_they_stand_and_columns_are_found_by_name() {
        let model = OneHotEncoder::new().fit(&read("a,w,b\n1,x,2\n3,y,4")).unwrap();
        assert_eq!(model.numeric(), [true, false, false, true]);
        let z = model.transform(&read("b,extra,w,a\n2,?,y,1\n9,k,x,8")).unwrap();
        assert_eq!(z, rows(&[[1.0, 0.0, 1.0, 2.0], [8.0, 1.0, 0.0, 9.0]]));
        assert_eq!(model.categories("w").unwrap(), ["x", "y"]);
        assert_eq!(model.categories("a"), None);
    }

    #[test]
    fn what_it_does_not_know_is_named() {
        let model = OneHotEncoder::new().fit(&read("a,w\n1,x\n3,y")).unwrap();
        let says = |text: &str| model.transform(&read(text)).unwrap_err().to_string();
        assert_eq!(says("a,w\n1,z"), "table: expected a class seen in fitting, found w=z");
        assert_eq!(says("a,w\n1,5"), "table: column 'w': expected words, found numbers");
        assert_eq!(says("a,w\nx,x"), "table: column 'a': expected numbers, found words");
        assert_eq!(says("a\n1"), "table: expected a column 'w', found 'a'");
        assert_eq!(says("a,w\n1,x\n1,"), "table: row 2, column 'w': expected a value, found a missing cell");
        let fit = |text: &str| OneHotEncoder::new().drop(Drop::First).fit(&read(text)).unwrap_err();
        assert_eq!(fit("a,w\n,x\n1,y").to_string(), "table: row 1, column 'a': expected a value, found a missing cell");
        assert!(matches!(fit("w\nx\nx"), Error::Shape { what: "encoded table", found: 0, .. }));
    }

    #[test]
    fn a_file_with_words_out_of_order_is_refused() {
        let model = OneHotEncoder::new().fit(&read("a,w\n1,x\n3,y")).unwrap();
        let text = model.to_json().unwrap();
        assert_eq!(OneHotEncoderModel::from_json(&text), Ok(model));
        for (from, to) in [("[\"x\",\"y\"]", "[\"y\",\"x\"]"), ("[\"x\",\"y\"]", "[]"), ("\"a\"", "\"w\"")] {
            assert!(text.contains(from));
            assert!(OneHotEncoderModel::from_json(&text.replace(from, to)).is_err(), "{to}");
        }
    }
}
