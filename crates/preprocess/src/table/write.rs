//! From a table back to CSV.

use super::message::one_line;
use super::{Column, Table};
use cairn_traits::{Error, Result};
use csv::{QuoteStyle, WriterBuilder};
use std::{borrow::Cow, io::Write};

impl Table {
    /// Writes a header and the rows, as [`Table::from_csv`] reads them: missing cells are empty, every bit of a number
    /// survives. Cells are quoted where they must be; all are if one begins or ends with a space, which only quotes keep.
    ///
    /// # Errors
    /// [`Error::Format`] if the writer fails.
    ///
    /// # Examples
    /// ```
    /// use cairn_preprocess::Table;
    /// let table = Table::from_csv("size, city\n30.50,\"Bern, BE\"\nNA,Genf".as_bytes(), "flats.csv")?;
    /// let mut text = Vec::new();
    /// table.write_csv(&mut text)?;
    /// assert_eq!(text, b"size,city\n30.5,\"Bern, BE\"\n,Genf\n");
    /// # Ok::<(), cairn_preprocess::Error>(())
    /// ```
    pub fn write_csv(&self, writer: impl Write) -> Result<()> {
        let written = || {
            let style = if self.has_padded_words() { QuoteStyle::Always } else { QuoteStyle::Necessary };
            let mut csv = WriterBuilder::new().quote_style(style).from_writer(writer);
            csv.write_record(&self.names)?;
            for row in 0..self.n_rows {
                for column in &self.columns {
                    csv.write_field(cell(column, row).as_bytes())?;
                }
                csv.write_record(None::<&[u8]>)?;
            }
            Ok(csv.flush()?)
        };
        let failed = |e: csv::Error| Error::Format(format!("table: cannot write: {}", one_line(&e.to_string())));
        written().map_err(failed)
    }

    fn has_padded_words(&self) -> bool {
        let padded = |word: &String| word.trim().len() < word.len();
        self.names.iter().any(padded)
            || self.columns.iter().any(|column| match column {
                Column::Numbers(_) => false,
                Column::Words(cells) => cells.iter().flatten().any(padded),
            })
    }
}

fn cell(column: &Column, row: usize) -> Cow<'_, str> {
    match column {
        Column::Numbers(cells) => {
            cells.get(row).copied().flatten().map_or(Cow::Borrowed(""), |v| Cow::Owned(written(v)))
        }
        Column::Words(cells) => cells.get(row).and_then(Option::as_deref).map_or(Cow::Borrowed(""), Cow::Borrowed),
    }
}

/// The shortest text that reads as the same number.
pub(crate) fn written(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) { format!("{value}") } else { format!("{value:e}") }
}
