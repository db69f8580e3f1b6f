//! What went wrong, in one line.

use std::fmt;

/// A message of one line that names the file, row, column or flag to blame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure(String);

/// `Result` with [`Failure`].
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        let message = message.to_string();
        let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        Self(lines.join(" "))
    }

    /// The same, with the file or flag in front, unless it stands there already.
    #[must_use]
    pub(crate) fn at(self, place: &str) -> Self {
        if self.0.starts_with(place) { self } else { Self(format!("{place}: {}", self.0)) }
    }
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
