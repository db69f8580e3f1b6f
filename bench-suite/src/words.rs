//! Columns of texts as counts or weights of their terms, beside the other columns of their table.

use crate::{
    cli::{Cut, TextFlags},
    failure::{Failure, Result},
    input::Features,
    preparation::fits_in_memory,
    registry::Input,
};
use cairn_preprocess::{
    Analyzer, Column, CountVectorizer, CountVectorizerModel, Kind, Persist, Schema, Table, TableEncoder,
    TableEncoderModel, TfidfVectorizer, TfidfVectorizerModel, Transform,
};
use cairn_traits::{CsrMatrix, DMatrix, Rows};
use serde::{Deserialize, Serialize};

/// Which columns hold texts, and how they are cut.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Texts {
    pub(crate) columns: Vec<String>,
    pub(crate) analyzer: Analyzer,
    pub(crate) ngrams: (usize, usize),
    pub(crate) max_features: Option<usize>,
}

impl Texts {
    /// What the flags ask for; `None` if there are no texts.
    pub(crate) fn of(flags: &TextFlags) -> Option<Self> {
        let TextFlags { columns, analyzer, ngrams, max_features } = flags;
        let analyzer = match analyzer {
            Cut::Word => Analyzer::Word,
            Cut::Char => Analyzer::Char,
            Cut::CharWb => Analyzer::CharWb,
        };
        let (columns, ngrams, max_features) = (columns.clone(), *ngrams, *max_features);
        (!columns.is_empty()).then_some(Self { columns, analyzer, ngrams, max_features })
    }

    /// The columns of a table, these being texts.
    pub(crate) fn within(flags: &TextFlags, features: Features) -> Result<Features> {
        match (Self::of(flags), features) {
            (None, features) => Ok(features),
            (Some(texts), Features::Table(table)) => {
                texts.check(&table).map_err(|failure| failure.at("--text"))?;
                Ok(Features::Documents(table, texts))
            }
            (Some(_), other) => Err(Failure::new(format!("--text: expected CSV, found {}", other.described()))),
        }
    }

    /// Whether the columns are there, once each, and words.
    fn check(&self, table: &Table) -> Result<()> {
        for (at, name) in self.columns.iter().enumerate() {
            if self.columns[..at].contains(name) {
                return Err(Failure::new(format!("column '{name}': expected once, found twice")));
            }
            cells(table, name)?;
        }
        Ok(())
    }
}

/// What was learned of one column of texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Vectorizer {
    Counts(CountVectorizerModel),
    Tfidf(TfidfVectorizerModel),
}

impl Vectorizer {
    fn fit(cells: &[&str], texts: &Texts, counts: bool) -> cairn_traits::Result<Self> {
        let Texts { analyzer, ngrams: (shortest, longest), max_features, .. } = texts;
        Ok(if counts {
            let cut = CountVectorizer::new().analyzer(*analyzer).ngrams(*shortest, *longest);
            Self::Counts(cut.max_features(*max_features).fit(cells)?)
        } else {
            let cut = TfidfVectorizer::new().analyzer(*analyzer).ngrams(*shortest, *longest);
            Self::Tfidf(cut.max_features(*max_features).fit(cells)?)
        })
    }

    fn transform(&self, cells: &[&str]) -> cairn_traits::Result<CsrMatrix<f64>> {
        match self {
            Self::Counts(model) => model.transform(cells),
            Self::Tfidf(model) => model.transform(cells),
        }
    }

    fn check(&self) -> cairn_traits::Result<()> {
        match self {
            Self::Counts(model) => model.check(),
            Self::Tfidf(model) => model.check(),
        }
    }
}

/// What was learned of a table with columns of texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Words {
    columns: Vec<(String, Vectorizer)>,
    /// The other columns, if there are any.
    others: Option<TableEncoderModel>,
    /// Whether the algorithm takes dense rows alone.
    dense: bool,
}

/// How an algorithm wants terms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Counts of them, not TF-IDF.
    pub(crate) counts: bool,
    pub(crate) dense: bool,
    /// The other columns, brought to one scale.
    pub(crate) standardize: bool,
}

impl Words {
    pub(crate) fn fit(table: &Table, texts: &Texts, wanted: Wanted) -> Result<Self> {
        let learned = |name: &String| {
            let cells = cells(table, name)?;
            let vectorizer = Vectorizer::fit(&cells, texts, wanted.counts);
            Ok((name.clone(), vectorizer.map_err(|e| Failure::new(format!("column '{name}': {e}")))?))
        };
        let columns = texts.columns.iter().map(learned).collect::<Result<Vec<_>>>()?;
        let rest = others(table, &columns)?;
        let others = match rest.n_columns() {
            0 => None,
            _ => Some(TableEncoder::new().standardize(wanted.standardize).fit(&rest)?),
        };
        Ok(Self { columns, others, dense: wanted.dense })
    }

    /// The terms of each column of texts, and the other columns behind them.
    pub(crate) fn apply(&self, table: &Table) -> Result<Input> {
        let mut parts = Vec::new();
        for (name, vectorizer) in &self.columns {
            parts.push(vectorizer.transform(&cells(table, name)?)?);
        }
        if let Some(encoder) = &self.others {
            let rest = others(table, &self.columns)?;
            fits_in_memory(&rest, encoder)?;
            parts.push(CsrMatrix::from(&encoder.transform(&rest)?));
        }
        let x = beside(&parts)?;
        if !self.dense {
            return Ok(Input::Sparse(x));
        }
        let (rows, columns) = (x.nrows(), x.ncols());
        if rows.saturating_mul(columns) > crate::preparation::MOST_NUMBERS {
            return Err(Failure::new(format!(
                "expected fewer terms, as this algorithm takes dense rows: found {rows} rows x {columns} columns; \
                 --max-features leaves the commonest terms alone"
            )));
        }
        Ok(Input::Matrix(DMatrix::from(&x)))
    }

    /// What a loaded one must satisfy: the columns that tables are read with are its own.
    pub(crate) fn check(&self, schema: &Schema) -> Result<()> {
        self.columns.iter().try_for_each(|(_, vectorizer)| vectorizer.check())?;
        let texts = self.columns.iter().map(|(name, _)| (name.clone(), Kind::Words));
        let mut own: Vec<(String, Kind)> = texts.collect();
        if let Some(encoder) = &self.others {
            encoder.check()?;
            own.extend(encoder.schema().fields().iter().map(|field| (field.name.clone(), field.kind)));
        }
        let mut columns: Vec<(String, Kind)> =
            schema.fields().iter().map(|field| (field.name.clone(), field.kind)).collect();
        let by_name = |a: &(String, Kind), b: &(String, Kind)| a.0.cmp(&b.0);
        own.sort_by(by_name);
        columns.sort_by(by_name);
        if own == columns {
            return Ok(());
        }
        Err(Failure::new("expected the same columns in schema and preparation"))
    }
}

/// The texts of a column; a missing cell is an empty text.
fn cells<'t>(table: &'t Table, name: &str) -> Result<Vec<&'t str>> {
    match table.column(name)? {
        Column::Words(cells) => Ok(cells.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect()),
        Column::Numbers(_) => Err(Failure::new(format!("column '{name}': expected words, found numbers"))),
    }
}

fn others(table: &Table, texts: &[(String, Vectorizer)]) -> Result<Table> {
    let names: Vec<&str> = texts.iter().map(|(name, _)| name.as_str()).collect();
    Ok(table.drop_columns(&names)?)
}

/// The columns of all parts, one part after the other.
fn beside(parts: &[CsrMatrix<f64>]) -> Result<CsrMatrix<f64>> {
    let [first, more @ ..] = parts else { return Err(Failure::new("--text: expected a column, found none")) };
    if more.is_empty() {
        return Ok(first.clone());
    }
    let n = first.n_rows();
    let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in 0..n {
        let mut before = 0;
        for part in parts {
            if let Some(entries) = part.get_row(row) {
                columns.extend(entries.col_indices().iter().map(|column| before + column));
                values.extend_from_slice(entries.values());
            }
            before += part.ncols();
        }
        starts.push(columns.len());
    }
    let width = parts.iter().map(CsrMatrix::ncols).sum();
    CsrMatrix::try_from_csr_data(n, width, starts, columns, values).map_err(Failure::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(csv: &str) -> Table {
        Table::from_csv(csv.as_bytes(), "reviews.csv").unwrap()
    }

    fn texts() -> Texts {
        Texts { columns: vec!["text".into()], analyzer: Analyzer::Word, ngrams: (1, 1), max_features: None }
    }

    const COUNTS: Wanted = Wanted { counts: true, dense: false, standardize: false };

    #[test]
    fn terms_stand_before_the_other_columns() {
        let train = table("stars,text,place\n1,bad food,Bern\n5,good food,Genf\n4,,Bern\n");
        let words = Words::fit(&train, &texts(), COUNTS).unwrap();
        let Input::Sparse(x) = words.apply(&train).unwrap() else { panic!("expected sparse rows") };
        // bad, food, good; stars; Bern, Genf
        let rows = [[1.0, 1.0, 0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 1.0, 5.0, 0.0, 1.0], [0.0, 0.0, 0.0, 4.0, 1.0, 0.0]];
        assert_eq!(DMatrix::from(&x), cairn_traits::rows(&rows));
        let dense = Words::fit(&train, &texts(), Wanted { dense: true, ..COUNTS }).unwrap();
        let Input::Matrix(same) = dense.apply(&train).unwrap() else { panic!("expected dense rows") };
        assert_eq!(same, cairn_traits::rows(&rows));
    }

    #[test]
    fn unseen_words_count_nothing_and_a_column_of_numbers_is_no_text() {
        let words = Words::fit(&table("text\ngood\nbad\n"), &texts(), COUNTS).unwrap();
        let Input::Sparse(x) = words.apply(&table("text\nugly good good\n")).unwrap() else { panic!("sparse") };
        assert_eq!(DMatrix::from(&x), cairn_traits::rows(&[[0.0, 2.0]]));
        let refused = Words::fit(&table("text\n1\n2\n"), &texts(), COUNTS).unwrap_err().to_string();
        assert_eq!(refused, "column 'text': expected words, found numbers");
    }

    #[test]
    fn columns_of_another_schema_are_refused() {
        let train = table("stars,text\n1,bad food\n5,good food\n");
        let words = Words::fit(&train, &texts(), COUNTS).unwrap();
        assert!(words.check(&train.schema()).is_ok());
        assert!(words.check(&table("text\nbad\n").schema()).is_err());
        assert!(words.check(&table("stars,text\nmany,bad\n").schema()).is_err());
    }
}
