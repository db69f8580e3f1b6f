//! From the bytes of a CSV file to a table.

use super::message::{in_column, no_such_column, one_line, quoted};
use super::records::{QuoteFault, Records, line_breaks};
use super::{Column, Field, Kind, Schema, Table};
use cairn_traits::{Error, Result};
use std::{borrow::Cow, io::Read};

impl Table {
    /// Reads a CSV file and finds out what its columns are.
    ///
    /// The form: UTF-8 (a byte order mark is skipped), a header, commas, any line ends, cells in double quotes where they
    /// hold commas, quotes (written twice) or line breaks. A blank after a closing quote is an error; so is one before an
    /// opening quote, if the cell holds one of these. Blank lines are skipped, spaces around a cell too, unless they stand
    /// inside quotes. A cell that is empty, `NA`, `NaN`, `null` or `?` is missing. A column whose other cells are
    /// all numbers is numeric; any other holds words.
    ///
    /// `source` is what messages call the file.
    ///
    /// # Errors
    /// [`Error::Format`], one line that names the source and, where there is one, the row (from 1, the header not
    /// counted), the line and the column: a file that cannot be read, is not UTF-8 text or is empty; no rows below the
    /// header; a header name that is empty or comes twice; a row with more or fewer cells than the header; a quote that is
    /// not closed, or not at a comma; a column without a single value; an infinite number or one too large for an `f64`.
    ///
    /// # Complexity
    /// Two passes over the text, the first for the kinds of the columns. The text and the table are in memory.
    ///
    /// # Examples
    /// ```
    /// use cairn_preprocess::{Column, Table};
    /// let flats = Table::from_csv("size,city\n30,Bern\n?,Genf\n60,".as_bytes(), "flats.csv")?;
    /// assert_eq!(flats.column("size")?, &Column::Numbers(vec![Some(30.0), None, Some(60.0)]));
    /// let error = Table::from_csv("size,city\n30,Bern\n45".as_bytes(), "flats.csv").unwrap_err();
    /// assert_eq!(error.to_string(), "flats.csv: row 2 (line 3): expected 2 cells, found 1");
    /// # Ok::<(), cairn_preprocess::Error>(())
    /// ```
    pub fn from_csv(reader: impl Read, source: &str) -> Result<Self> {
        let text = read_text(reader, source)?;
        let file = CsvFile::open(&text, source)?;
        let schema = file.infer()?;
        file.fill(&schema)
    }

    /// Reads a CSV file by the schema of another: a test file by that of the training file.
    ///
    /// Columns are found by name, in any order, and answered in the schema's; further columns are left out. The form is
    /// that of [`Table::from_csv`], except that a column may be missing throughout.
    ///
    /// # Errors
    /// Those of [`Table::from_csv`], a column of the schema that is neither in the file nor optional, and a cell of a
    /// numeric column that is not a number.
    ///
    /// # Examples
    /// ```
    /// use cairn_preprocess::Table;
    /// let train = Table::from_csv("size,city\n30,Bern\n45,Genf".as_bytes(), "train.csv")?;
    /// let error = Table::from_csv_like("city,size\nBern,large".as_bytes(), "test.csv", &train.schema()).unwrap_err();
    /// assert_eq!(error.to_string(), "test.csv: row 1 (line 2), column 'size': expected a number, found 'large'");
    /// # Ok::<(), cairn_preprocess::Error>(())
    /// ```
    pub fn from_csv_like(reader: impl Read, source: &str, schema: &Schema) -> Result<Self> {
        let text = read_text(reader, source)?;
        CsvFile::open(&text, source)?.fill(schema)
    }
}

fn read_text(mut reader: impl Read, source: &str) -> Result<String> {
    let source = one_line(source);
    let mut bytes = Vec::new();
    if let Err(e) = reader.read_to_end(&mut bytes) {
        return Err(Error::Format(format!("{source}: cannot read: {}", one_line(&e.to_string()))));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = 1 + line_breaks(&String::from_utf8_lossy(&e.as_bytes()[..at]));
        let byte = e.as_bytes().get(at).copied().unwrap_or_default();
        Error::Format(format!("{source}: expected UTF-8 text, found byte 0x{byte:02x} at line {line}"))
    })?;
    if let Some((before, _)) = text.split_once('\0') {
        let line = 1 + line_breaks(before);
        return Err(Error::Format(format!("{source}: expected text, found a NUL byte at line {line}")));
    }
    Ok(text)
}

/// A file whose header is read and whose rows are not yet.
struct CsvFile<'a> {
    source: &'a str,
    text: &'a str,
    names: Vec<String>,
}

impl<'a> CsvFile<'a> {
    fn open(text: &'a str, source: &'a str) -> Result<Self> {
        let mut records = Records::new(text);
        let wrong = |what: String| Error::Format(format!("{}: {what}", one_line(source)));
        let mut header = Vec::new();
        match records.read(&mut header) {
            Ok(true) => {}
            Ok(false) => return Err(wrong("expected a header and rows, found an empty file".into())),
            Err(QuoteFault { cell, fault }) => {
                return Err(wrong(format!("header (line {}), column {}: {fault}", records.line(), cell + 1)));
            }
        }
        let names: Vec<String> = header.iter().map(|cell| cell.trim().to_owned()).collect();
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1] && !pair[0].is_empty()) {
            return Err(wrong(format!("header: expected distinct names, found {} twice", quoted(pair[0]))));
        }
        if let Some(at) = names.iter().position(String::is_empty) {
            return Err(wrong(format!("header: expected a name for column {} of {}, found none", at + 1, names.len())));
        }
        Ok(Self { source, text, names })
    }

    /// Reads all rows and shows each to `visit`.
    fn each_row(&self, mut visit: impl FnMut(&Row<'_, 'a>) -> Result<()>) -> Result<()> {
        let (mut records, mut cells) = (Records::new(self.text), Vec::with_capacity(self.names.len()));
        // the header, which `open` has found in order
        let _header = records.read(&mut cells);
        loop {
            let found = records.read(&mut cells);
            if found == Ok(false) {
                break;
            }
            let row = Row { file: self, records: &records, cells: &cells };
            if let Err(QuoteFault { cell, fault }) = found {
                return Err(row.wrong(self.names.get(cell), fault));
            }
            let (expected, found) = (self.names.len(), cells.len());
            if expected != found {
                return Err(row.wrong(None, &format!("expected {expected} cells, found {found}")));
            }
            visit(&row)?;
        }
        if records.count < 2 {
            return Err(Error::Format(format!(
                "{}: expected rows below the header, found none",
                one_line(self.source)
            )));
        }
        Ok(())
    }

    /// Numeric columns are those whose cells are all numbers, missing ones aside.
    fn infer(&self) -> Result<Schema> {
        let mut found = vec![(false, Kind::Numbers); self.names.len()];
        self.each_row(|row| {
            for ((any_value, kind), cell) in found.iter_mut().zip(row.cells) {
                // once a column has a word in it, its other cells need no second look
                if (!*any_value || *kind == Kind::Numbers) && !is_missing(cell) {
                    *any_value = true;
                    if number(cell).is_none() {
                        *kind = Kind::Words;
                    }
                }
            }
            Ok(())
        })?;
        let mut fields = Vec::with_capacity(found.len());
        for (name, (any_value, kind)) in self.names.iter().zip(found) {
            if !any_value {
                return Err(in_column(self.source, name, "expected at least one value, found only missing cells"));
            }
            fields.push(Field { name: name.clone(), kind, optional: false });
        }
        Ok(Schema { fields })
    }

    fn fill(&self, schema: &Schema) -> Result<Table> {
        let mut columns: Vec<(usize, &Field, Column)> = Vec::with_capacity(schema.fields.len());
        for (j, field) in schema.fields.iter().enumerate() {
            // most files have their columns in the schema's order, and wide ones need not be searched
            let in_place = self.names.get(j) == Some(&field.name);
            let at = if in_place { Some(j) } else { self.names.iter().position(|name| *name == field.name) };
            match at {
                Some(at) => columns.push((at, field, Column::empty(field.kind))),
                None if field.optional => {}
                None => return Err(no_such_column(self.source, &field.name, &self.names)),
            }
        }
        let mut n_rows = 0;
        self.each_row(|row| {
            n_rows += 1;
            for (at, field, column) in &mut columns {
                // each_row has counted the cells
                let Some(cell) = row.cells.get(*at).filter(|cell| !is_missing(cell)) else {
                    column.push_missing();
                    continue;
                };
                match column {
                    Column::Words(words) => words.push(Some(cell.to_string())),
                    Column::Numbers(numbers) => numbers.push(Some(row.finite(cell, &field.name)?)),
                }
            }
            Ok(())
        })?;
        Table::with_rows(columns.into_iter().map(|(_, field, column)| (field.name.clone(), column)).collect(), n_rows)
    }
}

/// A row of a file, with what a message needs to name its place.
struct Row<'r, 'a> {
    file: &'r CsvFile<'a>,
    records: &'r Records<'a>,
    cells: &'r [Cow<'a, str>],
}

impl Row<'_, '_> {
    fn wrong(&self, column: Option<&String>, what: &str) -> Error {
        let column = column.map_or(String::new(), |name| format!(", column {}", quoted(name)));
        let source = one_line(self.file.source);
        let (row, line) = (self.records.count - 1, self.records.line());
        Error::Format(format!("{source}: row {row} (line {line}){column}: {what}"))
    }

    fn finite(&self, cell: &str, column: &String) -> Result<f64> {
        let kind = match number(cell) {
            Some(value) if value.is_finite() => return Ok(value),
            Some(_) => "a finite number",
            None => "a number",
        };
        Err(self.wrong(Some(column), &format!("expected {kind}, found {}", quoted(cell))))
    }
}

/// Empty, `NA`, `NaN` (with or without a sign), `null` or `?`; capitals do not matter.
fn is_missing(cell: &str) -> bool {
    let cell = cell.trim();
    let unsigned = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    matches!(cell, "" | "?")
        || unsigned.eq_ignore_ascii_case("nan")
        || cell.eq_ignore_ascii_case("na")
        || cell.eq_ignore_ascii_case("null")
}

/// A decimal number, perhaps infinite: `inf`, `infinity` and `1e999` are numbers, though not ones a table takes.
pub(crate) fn number(cell: &str) -> Option<f64> {
    cell.trim().parse().ok()
}
