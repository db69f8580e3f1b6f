//! What went wrong, in one line.

use std::fmt;

/// A message of one line that names the file, row, column or flag to blame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure(String);

/// `Result` with [`Failure`].
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self(in_one_line(&message.to_string()))
    }

    /// The same, with the file or flag in front, unless it stands there already.
    #[must_use]
    pub(crate) fn at(self, place: &str) -> Self {
        let place = in_one_line(place);
        let told = self.0.strip_prefix(&place).is_some_and(|rest| rest.starts_with([':', ' ']));
        if told { self } else { Self(format!("{place}: {}", self.0)) }
    }
}

/// Line breaks become blanks, other control characters escapes: a file's name may hold either.
fn in_one_line(text: &str) -> String {
    let words = text.split(['\n', '\r', '\u{2028}', '\u{2029}']).map(str::trim).filter(|line| !line.is_empty());
    let mut line = String::with_capacity(text.len());
    for c in words.collect::<Vec<_>>().join(" ").chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<cairn_traits::Error> for Failure {
    fn from(error: cairn_traits::Error) -> Self {
        Self::new(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_in_a_message_it_stays_on_one_line() {
        assert_eq!(Failure::new("a\n\n  b\r\nc\u{2028}d\u{1b}[1m").to_string(), "a b c d\\u{1b}[1m");
        assert_eq!(Failure::new("no such file").at("two\nlines.csv").to_string(), "two lines.csv: no such file");
    }

    #[test]
    fn a_place_is_named_once_and_not_taken_for_a_word_that_begins_like_it() {
        assert_eq!(Failure::new("a.csv: row 3").at("a.csv").to_string(), "a.csv: row 3");
        assert_eq!(Failure::new("expected numbers").at("e").to_string(), "e: expected numbers");
    }
}
