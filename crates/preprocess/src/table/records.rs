//! CSV text cut into records of cells (RFC 4180) by the `csv` crate, and each record checked against the text it came from.
//!
//! The `csv` crate reads anything: one forgotten quote swallows the rows up to the next quote into a single cell, and
//! nobody notices that they are gone. So a quoted cell, written again, must be what stands in the text.

use csv::{ReaderBuilder, StringRecord};
use std::borrow::Cow;

/// A cell whose quotes do not match.
#[derive(Debug, PartialEq)]
pub(super) struct QuoteFault {
    /// Which of its record's cells, from 0.
    pub(super) cell: usize,
    /// What is wrong.
    pub(super) fault: &'static str,
}

const NEVER_CLOSED: &str = "expected a closing quote, found the end of the file";
const NOT_DOUBLED: &str = "expected a comma after the closing quote (a quote inside a quoted cell is written twice)";
const LATE: &str = "expected the opening quote right after the comma, found blanks before it";
const BLANKS: [char; 2] = [' ', '\t'];

/// A place in the text, before or after a record.
#[derive(Debug)]
pub(super) struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// Where the last record begins, in bytes.
    start: usize,
    /// How many records were read.
    pub(super) count: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        Self { text, reader, record: StringRecord::new(), start: 0, count: 0 }
    }

    /// The line the last record began on, from 1. `csv` counts a line break before a record to the record.
    pub(super) fn line(&self) -> usize {
        1 + self.text.get(..self.start).map_or(0, line_breaks)
    }

    /// Reads the next record into `cells`; `false` at the end of the text. Blank lines are skipped.
    pub(super) fn read(&mut self, cells: &mut Vec<Cow<'a, str>>) -> Result<bool, QuoteFault> {
        cells.clear();
        loop {
            let at = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
            // UTF-8 in memory, any number of cells: neither reading nor form can fail
            if !self.reader.read_record(&mut self.record).unwrap_or(false) {
                return Ok(false);
            }
            let mut text = self.text.get(at..).unwrap_or_default();
            if at == 0 {
                // the byte order mark, which `csv` leaves out too
                text = text.strip_prefix('\u{feff}').unwrap_or(text);
            }
            let text = text.trim_start_matches(['\r', '\n']);
            self.start = self.text.len() - text.len();
            let blank = self.record.len() == 1 && self.record.iter().all(|cell| cell.trim_matches(BLANKS).is_empty());
            if !blank || text.starts_with('"') {
                self.count += 1;
                return cells_of(text, &self.record, cells).map(|()| true);
            }
        }
    }
}

/// The cells of the record that `text` begins with: as they are in quotes, else trimmed.
fn cells_of<'a>(mut text: &'a str, record: &StringRecord, cells: &mut Vec<Cow<'a, str>>) -> Result<(), QuoteFault> {
    for (cell, value) in record.iter().enumerate() {
        let wrong = |fault| QuoteFault { cell, fault };
        let after = if let Some(quoted) = text.strip_prefix('"') {
            let doubled = value.contains('"').then(|| value.replace('"', "\"\""));
            let after = quoted.strip_prefix(doubled.as_deref().unwrap_or(value)).ok_or(wrong(NOT_DOUBLED))?;
            if after.is_empty() {
                return Err(wrong(NEVER_CLOSED));
            }
            let inside = &quoted[..quoted.len() - after.len()];
            cells.push(if doubled.is_some() { Cow::Owned(value.to_owned()) } else { Cow::Borrowed(inside) });
            after.strip_prefix('"').ok_or(wrong(NOT_DOUBLED))?
        } else {
            let after = text.strip_prefix(value).ok_or(wrong(NOT_DOUBLED))?;
            let plain = text[..value.len()].trim_matches(BLANKS);
            cells.push(Cow::Borrowed(match plain.strip_prefix('"') {
                None => plain.trim(),
                // `a, "b"` is meant as `a,"b"`; `a, "b, c"` too, but `csv` has cut it at the second comma
                Some(late) => late.strip_suffix('"').filter(|inside| !inside.contains('"')).ok_or(wrong(LATE))?,
            }));
            after
        };
        text = after.strip_prefix(',').unwrap_or(after);
    }
    Ok(())
}

/// How many lines end in `text`; `\r\n` is one end.
pub(super) fn line_breaks(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = |&(i, b): &(usize, &u8)| *b == b'\n' || (*b == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    bytes.iter().enumerate().filter(ends).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};

    /// Record (0 the header), line, cell (from 0), what is wrong.
    type Fault = (usize, usize, usize, &'static str);

    /// Line and cells of every record.
    fn all(text: &str) -> Result<Vec<(usize, Vec<String>)>, Fault> {
        let (mut records, mut cells, mut found) = (Records::new(text), Vec::new(), Vec::new());
        while records.read(&mut cells).map_err(|f| (records.count - 1, records.line(), f.cell, f.fault))? {
            found.push((records.line(), cells.iter().map(|cell| cell.to_string()).collect()));
        }
        Ok(found)
    }

    #[test]
    fn every_way_to_end_a_line_is_one_line() {
        for text in ["a,b\n\n1,2\n", "a,b\r\n\r\n1,2\r\n", "a,b\r\r1,2", "a,b\n \t\n1,2\n\n"] {
            let cells = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
            assert_eq!(all(text).unwrap(), [(1, cells("a", "b")), (3, cells("1", "2"))], "{text:?}");
        }
    }

    #[test]
    fn quotes_hold_commas_lines_spaces_and_doubled_quotes() {
        let found = all("\"a,b\",\" c\nd \",\"say \"\"hi\"\"\"\n  e \" f ,, \"g\" ").unwrap();
        assert_eq!(found[0], (1, vec!["a,b".into(), " c\nd ".into(), "say \"hi\"".into()]));
        // the quoted line break moves the next record from line 2 to line 3
        assert_eq!(found[1], (3, vec!["e \" f".into(), String::new(), "g".into()]));
    }

    #[test]
    fn blanks_around_quotes_are_refused_where_they_would_change_the_cells() {
        // `csv` takes the second cell for ` "b`, the first of the other for `a `
        assert_eq!(all("a, \"b, c\""), Err((0, 1, 1, LATE)));
        assert_eq!(all("\"a\" ,b"), Err((0, 1, 0, NOT_DOUBLED)));
    }

    #[test]
    fn a_byte_order_mark_is_one_only_where_the_text_begins() {
        let cells = |cell: &str| vec![cell.to_owned()];
        assert_eq!(all("\u{feff}\na\n\u{feff}1").unwrap(), [(2, cells("a")), (3, cells("\u{feff}1"))]);
    }

    #[test]
    fn a_forgotten_quote_is_found_where_it_was_opened() {
        let fault = |record, line, cell, fault| Err((record, line, cell, fault));
        assert_eq!(all("a,b\n1,\"x\n2,y\n"), fault(1, 2, 1, NEVER_CLOSED));
        // a later quote closes the cell that swallowed a line, and then text follows it
        assert_eq!(all("a,b\n1,\"x\n2,\"y\"\n"), fault(1, 2, 1, NOT_DOUBLED));
        assert_eq!(all("\""), fault(0, 1, 0, NEVER_CLOSED));
    }

    proptest! {
        #[test]
        fn whatever_the_csv_crate_writes_is_read_as_it_was(
            rows in (1_usize..5).prop_flat_map(|n| prop::collection::vec(prop::collection::vec("[a,\"\n\r é1]{0,6}", n), 1..8)),
            crlf in any::<bool>(),
        ) {
            let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
            let style = csv::QuoteStyle::Always;
            let mut writer = csv::WriterBuilder::new().terminator(terminator).quote_style(style).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let found: Vec<Vec<String>> = all(&text).unwrap().into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(found, rows);
        }
    }
}
