//! From a table back to CSV.

use super::message::one_line;
use super::{Column, Table};
use cairn_traits::{Error, Result};
use std::{borrow::Cow, io::Write};

impl Table {
    /// Writes a header and the rows, as [`Table::from_csv`] reads them: missing cells are empty, every bit of a number
    /// survives.
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
    pub fn write_csv(&self, mut writer: impl Write) -> Result<()> {
        let mut text = String::new();
        let failed = |e: std::io::Error| Error::Format(format!("table: cannot write: {}", one_line(&e.to_string())));
        push_record(&mut text, self.names.iter().map(|name| Cow::Borrowed(name.as_str())));
        for row in 0..self.n_rows {
            push_record(&mut text, self.columns.iter().map(|column| cell(column, row)));
            if text.len() > 1 << 16 {
                writer.write_all(text.as_bytes()).map_err(failed)?;
                text.clear();
            }
        }
        writer.write_all(text.as_bytes()).and_then(|()| writer.flush()).map_err(failed)
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

fn push_record<'a>(text: &mut String, cells: impl Iterator<Item = Cow<'a, str>>) {
    let start = text.len();
    for (j, cell) in cells.enumerate() {
        if j > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) || cell.trim().len() < cell.len() {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    if text.len() == start {
        // the only cell is missing: a blank line would be skipped in reading
        text.push_str("\"\"");
    }
    text.push('\n');
}

/// The shortest text that reads as the same number.
pub(crate) fn written(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) { format!("{value}") } else { format!("{value:e}") }
}
