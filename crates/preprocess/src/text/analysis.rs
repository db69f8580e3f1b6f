//! From a text to its terms.

use super::terms::{Key, Terms};
use cairn_traits::{Error, Result};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, ops::Range};
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class, char::is_combining_mark};

/// What a text is cut into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Analyzer {
    /// Words: runs of at least two letters, digits, underscores and marks. N-grams are words beside each other.
    #[default]
    Word,
    /// Characters, whitespace and punctuation too; a run of whitespace counts as one space.
    Char,
    /// Characters within the words between whitespace, each word with a space before and behind it: `" of "`. A word
    /// shorter than the n-gram is one term, once.
    CharWb,
}

/// How a text is cut, beside the vectoriser's own settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Analysis {
    pub(super) analyzer: Analyzer,
    pub(super) ngrams: (usize, usize),
    pub(super) lowercase: bool,
    pub(super) strip_accents: bool,
    pub(super) stop_words: Vec<String>,
}

impl Default for Analysis {
    fn default() -> Self {
        let (analyzer, ngrams) = (Analyzer::Word, (1, 1));
        Self { analyzer, ngrams, lowercase: true, strip_accents: false, stop_words: Vec::new() }
    }
}

impl Analysis {
    pub(super) fn validate(&self) -> Result<()> {
        let (shortest, longest) = self.ngrams;
        if shortest == 0 || shortest > longest {
            let (requirement, found) = ("lengths from 1, the shorter one first", shortest as f64);
            return Err(Error::Parameter { name: "ngrams", requirement, found });
        }
        if !self.stop_words.is_empty() && self.analyzer != Analyzer::Word {
            let (requirement, found) = ("none where terms are made of characters", self.stop_words.len() as f64);
            return Err(Error::Parameter { name: "stop_words", requirement, found });
        }
        Ok(())
    }
}

/// An [`Analysis`] ready for work.
#[derive(Debug)]
pub(super) struct Cutter<'a> {
    analysis: &'a Analysis,
    stop_words: Terms,
}

/// Memory that is used again from text to text.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Words or characters that are cut into n-grams: bytes one after the other.
    line: Vec<u8>,
    /// Where a word, or a character, begins and ends.
    pieces: Vec<Range<usize>>,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(analysis: &'a Analysis) -> Self {
        let mut stop_words = Terms::default();
        for word in &analysis.stop_words {
            stop_words.intern(Key::new(word.as_bytes()));
        }
        Self { analysis, stop_words }
    }

    /// Calls `each` with every term of the text, in order; terms come as often as they stand there.
    pub(super) fn terms(&self, text: &str, scratch: &mut Scratch, each: impl FnMut(&[u8])) {
        let text = self.normalised(text);
        let Scratch { line, pieces } = scratch;
        line.clear();
        pieces.clear();
        match self.analysis.analyzer {
            Analyzer::Word => self.words(&text, line, pieces, each),
            Analyzer::Char => {
                squeeze(&text, line);
                characters(line, 0, pieces);
                self.runs(line, pieces, each);
            }
            Analyzer::CharWb => self.within_words(&text, line, pieces, each),
        }
    }

    fn normalised<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let lower = match self.analysis.lowercase {
            false => Cow::Borrowed(text),
            true if text.is_ascii() => Cow::Owned(text.to_ascii_lowercase()),
            true => Cow::Owned(text.to_lowercase()),
        };
        if !self.analysis.strip_accents || lower.is_ascii() {
            return lower;
        }
        Cow::Owned(lower.nfkd().filter(|c| canonical_combining_class(*c) == 0).collect())
    }

    fn words(&self, text: &str, line: &mut Vec<u8>, pieces: &mut Vec<Range<usize>>, mut each: impl FnMut(&[u8])) {
        let kept = |word: &[u8]| self.stop_words.len() == 0 || self.stop_words.find(Key::new(word)).is_none();
        if self.analysis.ngrams == (1, 1) {
            return each_word(text, |word| {
                if kept(word) {
                    each(word);
                }
            });
        }
        // the words that are left stand in one line, a space between two, so that an n-gram is a stretch of it
        each_word(text, |word| {
            if kept(word) {
                if !line.is_empty() {
                    line.push(b' ');
                }
                let start = line.len();
                line.extend_from_slice(word);
                pieces.push(start..line.len());
            }
        });
        self.runs(line, pieces, each);
    }

    /// All runs of pieces, the shortest first.
    fn runs(&self, line: &[u8], pieces: &[Range<usize>], mut each: impl FnMut(&[u8])) {
        let (shortest, longest) = self.analysis.ngrams;
        for n in shortest..=longest.min(pieces.len()) {
            for (first, last) in pieces.iter().zip(&pieces[n - 1..]) {
                each(&line[first.start..last.end]);
            }
        }
    }

    fn within_words(
        &self,
        text: &str,
        line: &mut Vec<u8>,
        pieces: &mut Vec<Range<usize>>,
        mut each: impl FnMut(&[u8]),
    ) {
        let (shortest, _) = self.analysis.ngrams;
        line.push(b' ');
        for word in text.split(is_space).filter(|word| !word.is_empty()) {
            // from the space before the word, which ends the one before it, to the one behind it
            let start = line.len() - 1;
            line.extend_from_slice(word.as_bytes());
            line.push(b' ');
            pieces.clear();
            characters(line, start, pieces);
            self.runs(line, pieces, &mut each);
            if pieces.len() < shortest {
                each(&line[start..]);
            }
        }
    }
}

/// Whitespace by Unicode, and the four separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// A run of two or more characters of whitespace becomes one space; one alone stays what it is.
fn squeeze(text: &str, line: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest.find(is_space) {
        let (before, run) = rest.split_at(at);
        let after = run.trim_start_matches(is_space);
        line.extend_from_slice(before.as_bytes());
        let spaces = &run[..run.len() - after.len()];
        line.extend_from_slice(if spaces.chars().nth(1).is_some() { b" " } else { spaces.as_bytes() });
        rest = after;
    }
    line.extend_from_slice(rest.as_bytes());
}

/// The characters of UTF-8 from `start` on.
fn characters(line: &[u8], start: usize, pieces: &mut Vec<Range<usize>>) {
    let mut at = start;
    while let Some(&first) = line.get(at) {
        // the first byte says how many there are
        let len = match first {
            0..0xC0 => 1,
            0xC0..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        pieces.push(at..(at + len).min(line.len()));
        at += len;
    }
}

/// Whether it belongs to a word: letters and digits of all scripts, underscores, and the marks on letters.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// 1 for the letters, digits and the underscore of ASCII.
const IN_WORD: [bool; 128] = {
    let mut table = [false; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

/// Each run of at least two characters that belong to words.
#[inline]
fn each_word(text: &str, mut each: impl FnMut(&[u8])) {
    let bytes = text.as_bytes();
    let (mut at, mut start, mut n_chars) = (0, 0, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let (inside, len) = match IN_WORD.get(usize::from(byte)) {
            Some(&inside) => (inside, 1),
            None => {
                let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\0');
                (in_word(c), c.len_utf8())
            }
        };
        if inside {
            n_chars += 1;
        } else {
            if n_chars > 1 {
                each(&bytes[start..at]);
            }
            n_chars = 0;
            start = at + len;
        }
        at += len;
    }
    if n_chars > 1 {
        each(&bytes[start..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(analysis: &Analysis, text: &str) -> Vec<String> {
        let (mut terms, mut scratch) = (Vec::new(), Scratch::default());
        let cutter = Cutter::new(analysis);
        // what was there before must not matter
        cutter.terms("Something before", &mut scratch, |_| ());
        cutter.terms(text, &mut scratch, |term| terms.push(String::from_utf8(term.to_vec()).unwrap()));
        terms
    }

    fn analysis(analyzer: Analyzer, ngrams: (usize, usize)) -> Analysis {
        Analysis { analyzer, ngrams, ..Analysis::default() }
    }

    #[test]
    fn words_have_two_characters_at_least() {
        let words = analysis(Analyzer::Word, (1, 1));
        assert_eq!(cut(&words, "I am: a_b, x-ray 42 É À\u{1F600} no"), ["am", "a_b", "ray", "42", "no"]);
        assert_eq!(cut(&words, "Ελλάδα, ΣΟΦΟΣ; 北京 är"), ["ελλάδα", "σοφος", "北京", "är"]);
        assert_eq!(cut(&words, ""), [""; 0]);
        // a vowel sign is a mark on a letter: the Hindi word is whole
        assert_eq!(
            cut(&words, "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}!"),
            ["\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}"]
        );
    }

    #[test]
    fn word_ngrams_are_over_the_words_that_are_left() {
        let mut words = analysis(Analyzer::Word, (1, 2));
        words.stop_words = vec!["the".into()];
        assert_eq!(cut(&words, "Cut the  red, wire"), ["cut", "red", "wire", "cut red", "red wire"]);
        words.ngrams = (3, 5);
        assert_eq!(cut(&words, "Cut the red wire"), ["cut red wire"]);
        assert_eq!(cut(&words, "Cut the wire"), [""; 0]);
    }

    #[test]
    fn character_ngrams_take_whitespace_with_them() {
        assert_eq!(cut(&analysis(Analyzer::Char, (2, 3)), "ab \n é"), ["ab", "b ", " é", "ab ", "b é"]);
        // one character of whitespace stays as it is
        assert_eq!(cut(&analysis(Analyzer::Char, (3, 3)), "a\tb"), ["a\tb"]);
        assert_eq!(cut(&analysis(Analyzer::Char, (4, 9)), "abc"), [""; 0]);
    }

    #[test]
    fn character_ngrams_within_words_end_at_spaces() {
        let within = analysis(Analyzer::CharWb, (3, 4));
        // " a " is shorter than 4, and there only once
        assert_eq!(cut(&within, " a\nöl"), [" a ", " öl", "öl ", " öl "]);
        assert_eq!(cut(&analysis(Analyzer::CharWb, (5, 6)), "a öl"), [" a ", " öl "]);
        assert_eq!(cut(&within, " \t"), [""; 0]);
    }

    #[test]
    fn case_and_accents_go_by_unicode() {
        let mut words = analysis(Analyzer::Word, (1, 1));
        words.strip_accents = true;
        assert_eq!(cut(&words, "Crème BRÛLÉE ﬁn Łódź"), ["creme", "brulee", "fin", "łodz"]);
        words.lowercase = false;
        assert_eq!(cut(&words, "Crème BRÛLÉE"), ["Creme", "BRULEE"]);
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let says = |analysis: Analysis| analysis.validate().unwrap_err().to_string();
        assert_eq!(
            says(analysis(Analyzer::Word, (2, 1))),
            "ngrams: expected lengths from 1, the shorter one first, found 2"
        );
        assert_eq!(
            says(analysis(Analyzer::Char, (0, 1))),
            "ngrams: expected lengths from 1, the shorter one first, found 0"
        );
        let stop = Analysis { stop_words: vec!["a".into()], ..analysis(Analyzer::Char, (1, 1)) };
        assert_eq!(says(stop), "stop_words: expected none where terms are made of characters, found 1");
    }
}
