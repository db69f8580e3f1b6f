//! One-line messages about tables: whatever stands in a file, the error stays on one line and short.

use cairn_traits::Error;

const LONGEST: usize = 40;
const MOST_NAMES: usize = 20;

/// `'word'`, on one line, cut after 40 characters.
pub(crate) fn quoted(word: &str) -> String {
    let cut = if word.chars().nth(LONGEST).is_some() { "..." } else { "" };
    let shown: String = word.chars().take(LONGEST).collect();
    format!("'{}{cut}'", one_line(&shown))
}

/// Control characters (line breaks among them) written as escapes.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            line.extend(c.escape_default())
        } else {
            line.push(c)
        }
    }
    line
}

/// `'a', 'b' and 3 more`.
pub(crate) fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| quoted(name)).collect();
    match names.len().saturating_sub(MOST_NAMES) {
        _ if names.is_empty() => "no columns".to_owned(),
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A column that is not there, and those that are.
pub(crate) fn no_such_column(source: &str, name: &str, names: &[String]) -> Error {
    Error::Format(format!("{}: expected a column {}, found {}", one_line(source), quoted(name), listed(names)))
}

/// Something wrong with a whole column.
pub(crate) fn in_column(source: &str, column: &str, wrong: &str) -> Error {
    Error::Format(format!("{}: column {}: {wrong}", one_line(source), quoted(column)))
}

/// Something wrong with one cell of a table in memory; `row` counts from 0, the message from 1.
pub(crate) fn in_cell(row: usize, column: &str, wrong: &str) -> Error {
    Error::Format(format!("table: row {}, column {}: {wrong}", row + 1, quoted(column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_on_one_line() {
        assert_eq!(quoted("size\nm2"), "'size\\nm2'");
        assert_eq!(quoted(&"é".repeat(41)), format!("'{}...'", "é".repeat(40)));
        let names: Vec<String> = (0..22).map(|i| i.to_string()).collect();
        assert!(listed(&names).ends_with("'18', '19' and 2 more"));
    }
}
