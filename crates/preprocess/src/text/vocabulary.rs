//! The terms that have columns.

use super::terms::{Key, Terms};
use cairn_traits::{Error, Result};
use rayon::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Distinct terms in ascending order; a term's position is its column.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary(Terms);

impl Vocabulary {
    /// The terms of these numbers in ascending order, and for each number of `terms` its column, if it has one.
    pub(super) fn of(terms: &Terms, mut chosen: Vec<u32>) -> (Self, Vec<Option<u32>>) {
        sort(terms, &mut chosen);
        let mut columns = vec![None; terms.len()];
        let mut sorted = Terms::with_capacity(chosen.len());
        for &number in &chosen {
            columns[number as usize] = Some(sorted.intern(terms.key(number as usize)));
        }
        (Self(sorted), columns)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(super) fn find(&self, term: &[u8]) -> Option<u32> {
        self.0.find(Key::new(term))
    }

    pub(super) fn term(&self, column: usize) -> &str {
        // terms are cut from texts between characters
        std::str::from_utf8(self.0.bytes(column)).unwrap_or_default()
    }

    pub(super) fn terms(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|column| self.term(column))
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.len() == 0 {
            return Err(Error::Shape { what: "vocabulary", unit: "terms", expected: 1, found: 0 });
        }
        if (1..self.len()).any(|column| self.0.bytes(column - 1) >= self.0.bytes(column)) {
            return Err(Error::Format("vocabulary: expected distinct terms in ascending order".to_owned()));
        }
        Ok(())
    }
}

/// Ascending by bytes, which is by characters in UTF-8.
pub(super) fn sort(terms: &Terms, numbers: &mut [u32]) {
    // most pairs differ within 8 bytes
    let head = |number: u32| {
        let (bytes, mut head) = (terms.bytes(number as usize), [0; 8]);
        let n = bytes.len().min(8);
        head[..n].copy_from_slice(&bytes[..n]);
        u64::from_be_bytes(head)
    };
    let mut keyed: Vec<(u64, u32)> = numbers.iter().map(|&number| (head(number), number)).collect();
    keyed.par_sort_unstable_by(|a, b| {
        a.0.cmp(&b.0).then_with(|| terms.bytes(a.1 as usize).cmp(terms.bytes(b.1 as usize)))
    });
    for (number, (_, sorted)) in numbers.iter_mut().zip(keyed) {
        *number = sorted;
    }
}

impl PartialEq for Vocabulary {
    fn eq(&self, other: &Self) -> bool {
        self.terms().eq(other.terms())
    }
}

impl Eq for Vocabulary {}

impl Serialize for Vocabulary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.terms())
    }
}

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<String>::deserialize(deserializer)?;
        let mut terms = Terms::with_capacity(list.len());
        for (column, term) in list.iter().enumerate() {
            if terms.intern(Key::new(term.as_bytes())) as usize != column {
                return Err(serde::de::Error::custom(format!("expected distinct terms, found '{term}' twice")));
            }
        }
        Ok(Self(terms))
    }
}
