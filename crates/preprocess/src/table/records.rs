//! CSV text cut into records of cells (RFC 4180), with the line each record began on.
//!
//! The quoting is strict: a lenient reader lets one forgotten quote swallow the rest of the file into a single cell, and
//! nobody notices that the rows are gone.

use std::borrow::Cow;

/// A cell whose quotes do not match.
#[derive(Debug, PartialEq)]
pub(super) struct QuoteFault {
    /// The record, 0 being the header.
    pub(super) record: usize,
    /// Where the record begins, from 1.
    pub(super) line: usize,
    /// Which of its cells, from 0.
    pub(super) cell: usize,
    /// What is wrong.
    pub(super) fault: &'static str,
}

const NEVER_CLOSED: &str = "expected a closing quote, found the end of the file";
const NOT_DOUBLED: &str = "expected a comma after the closing quote (a quote inside a quoted cell is written twice)";

/// A place in the text, before or after a record.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
    text: &'a str,
    at: usize,
    next_line: usize,
    /// The line the last record began on, from 1.
    pub(super) line: usize,
    /// How many records were read.
    pub(super) count: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, next_line: 1, line: 0, count: 0 }
    }

    /// Reads the next record into `cells`; `false` at the end of the text. Blank lines are skipped.
    pub(super) fn read(&mut self, cells: &mut Vec<Cow<'a, str>>) -> Result<bool, QuoteFault> {
        cells.clear();
        self.skip_blank_lines();
        if self.at >= self.text.len() {
            return Ok(false);
        }
        self.line = self.next_line;
        loop {
            let cell = self.cell().map_err(|fault| QuoteFault {
                record: self.count,
                line: self.line,
                cell: cells.len(),
                fault,
            })?;
            cells.push(cell);
            if self.text.as_bytes().get(self.at) != Some(&b',') {
                break;
            }
            self.at += 1;
        }
        self.end_of_line();
        self.count += 1;
        Ok(true)
    }

    /// The cell that begins here, without the quotes around it, trimmed if it has none. Afterwards `self` stands at a
    /// comma, at the end of a line or at that of the text.
    fn cell(&mut self) -> Result<Cow<'a, str>, &'static str> {
        let rest = &self.text[self.at..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if let Some(quoted) = rest[blanks..].strip_prefix('"') {
            self.at += blanks + 1;
            return self.quoted(quoted);
        }
        let end = rest.bytes().position(|b| matches!(b, b',' | b'\n' | b'\r')).unwrap_or(rest.len());
        self.at += end;
        Ok(Cow::Borrowed(rest[..end].trim()))
    }

    fn quoted(&mut self, rest: &'a str) -> Result<Cow<'a, str>, &'static str> {
        let (mut end, mut doubled) = (0, false);
        loop {
            end += rest[end..].find('"').ok_or(NEVER_CLOSED)?;
            if rest.as_bytes().get(end + 1) != Some(&b'"') {
                break;
            }
            doubled = true;
            end += 2;
        }
        let inside = &rest[..end];
        let after = rest[end + 1..].trim_start_matches([' ', '\t']);
        if !(after.is_empty() || after.starts_with([',', '\n', '\r'])) {
            return Err(NOT_DOUBLED);
        }
        self.at += rest.len() - after.len();
        self.next_line += line_breaks(inside);
        Ok(if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) })
    }

    fn skip_blank_lines(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.trim_start_matches([' ', '\t']);
            if !(blank.is_empty() || blank.starts_with(['\n', '\r'])) {
                return;
            }
            self.at += rest.len() - blank.len();
            if blank.is_empty() {
                return;
            }
            self.end_of_line();
        }
    }

    /// Steps over one line break (`\n`, `\r\n`, or `\r` alone), if there is one here.
    fn end_of_line(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let width = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return,
        };
        self.at += width;
        self.next_line += 1;
    }
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

    fn all(text: &str) -> Result<Vec<(usize, Vec<String>)>, QuoteFault> {
        let (mut records, mut cells, mut found) = (Records::new(text), Vec::new(), Vec::new());
        while records.read(&mut cells)? {
            found.push((records.line, cells.iter().map(|cell| cell.to_string()).collect()));
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
        let found = all("\"a,b\", \" c\nd \" ,\"say \"\"hi\"\"\"\n  e \" f ,,\"\"").unwrap();
        assert_eq!(found[0], (1, vec!["a,b".into(), " c\nd ".into(), "say \"hi\"".into()]));
        // the quoted line break moves the next record from line 2 to line 3
        assert_eq!(found[1], (3, vec!["e \" f".into(), String::new(), String::new()]));
    }

    #[test]
    fn a_forgotten_quote_is_found_where_it_was_opened() {
        let fault = |record, line, cell, fault| Err(QuoteFault { record, line, cell, fault });
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
