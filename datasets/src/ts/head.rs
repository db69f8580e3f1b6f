//! What a `.ts` file says of its series before they begin.

use super::quoted;
use crate::data::finite;
use cairn_preprocess::{Error, Result};

/// What stands behind each series.
pub(super) enum Answer<'a> {
    None,
    /// One of these classes; of any, if none are listed.
    Classes(Vec<&'a str>),
    Numbers,
}

impl Answer<'_> {
    pub(super) fn check(&self, word: &str) -> Result<(), String> {
        match self {
            Self::None => Ok(()),
            Self::Classes(_) if word.is_empty() => Err("expected a class behind the last ':', found nothing".into()),
            Self::Classes(names) if names.is_empty() || names.contains(&word) => Ok(()),
            Self::Classes(names) => {
                let names: Vec<String> = names.iter().take(20).map(|name| quoted(name)).collect();
                Err(format!("expected a class of the head, {}, found {}", names.join(", "), quoted(word)))
            }
            Self::Numbers if finite(word).is_some() => Ok(()),
            Self::Numbers => Err(format!("expected a finite number behind the last ':', found {}", quoted(word))),
        }
    }
}

/// The lines above `@data`.
pub(super) struct Head<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) answer: Answer<'a>,
    univariate: Option<bool>,
    n_dimensions: Option<usize>,
    equal_length: Option<bool>,
    length: Option<usize>,
}

impl<'a> Head<'a> {
    /// Reads up to `@data`.
    pub(super) fn read(lines: &mut impl Iterator<Item = (&'a str, usize)>, source: &str) -> Result<Self> {
        let mut head = Self {
            name: None,
            answer: Answer::None,
            univariate: None,
            n_dimensions: None,
            equal_length: None,
            length: None,
        };
        let mut seen: Vec<String> = Vec::new();
        for (line, number) in lines {
            let wrong = |what: String| Error::Format(format!("{source}: line {number}: {what}"));
            let Some(line) = line.strip_prefix('@') else {
                return Err(wrong(format!("expected a line of the head such as '@data', found {}", quoted(line))));
            };
            let (tag, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let (tag, value) = (tag.to_ascii_lowercase(), value.trim());
            if tag == "data" {
                return Ok(head);
            }
            // two spellings of one thing
            let kind = if tag == "dimension" { "dimensions" } else { &tag };
            if seen.iter().any(|own| own == kind) {
                return Err(wrong(format!("expected each line of the head once, found {} again", quoted(&tag))));
            }
            seen.push(kind.to_owned());
            head.take(&tag, value).map_err(wrong)?;
        }
        Err(Error::Format(format!("{source}: expected '@data' and series, found the end of the file")))
    }

    fn take(&mut self, tag: &str, value: &'a str) -> Result<(), String> {
        match tag {
            "problemname" => self.name = Some(value).filter(|name| !name.is_empty()),
            "timestamps" => {
                if truth(value)? {
                    return Err("expected series of numbers, found time stamps (@timeStamps true)".into());
                }
            }
            // whether any is missing is seen in the series
            "missing" => truth(value).map(|_| ())?,
            "univariate" => self.univariate = Some(truth(value)?),
            "equallength" => self.equal_length = Some(truth(value)?),
            "dimensions" | "dimension" => self.n_dimensions = Some(count(value)?),
            "serieslength" => self.length = Some(count(value)?),
            "targetlabel" => {
                if truth(value)? {
                    self.answer = self.only(Answer::Numbers)?;
                }
            }
            "classlabel" => {
                let mut words = value.split_whitespace();
                if truth(words.next().unwrap_or_default())? {
                    let names: Vec<&str> = words.collect();
                    let mut sorted = names.clone();
                    sorted.sort_unstable();
                    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
                        return Err(format!("expected distinct classes, found {} twice", quoted(pair[0])));
                    }
                    self.answer = self.only(Answer::Classes(names))?;
                }
            }
            unknown => {
                return Err(format!("expected a known line of the head, found {}", quoted(&format!("@{unknown}"))));
            }
        }
        Ok(())
    }

    fn only(&self, answer: Answer<'a>) -> Result<Answer<'a>, String> {
        match self.answer {
            Answer::None => Ok(answer),
            _ => Err("expected classes or numbers behind the series, found both announced".into()),
        }
    }

    /// Whether a series is as the head says, and as the one before it.
    pub(super) fn agrees(
        &self,
        (steps, dimensions): (usize, usize),
        before: Option<(usize, usize)>,
    ) -> Result<(), String> {
        let univariate = self.univariate.filter(|&univariate| univariate).map(|_| 1);
        let expected = self.n_dimensions.or(univariate).or(before.map(|(_, dimensions)| dimensions));
        if let Some(expected) = expected.filter(|&expected| expected != dimensions) {
            return Err(format!("expected {expected} dimensions, found {dimensions}"));
        }
        let equal = before.filter(|_| self.equal_length == Some(true)).map(|(steps, _)| steps);
        match self.length.or(equal) {
            Some(expected) if expected != steps => Err(format!("expected {expected} steps, found {steps}")),
            _ => Ok(()),
        }
    }
}

fn truth(value: &str) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("expected true or false, found {}", quoted(value))),
    }
}

fn count(value: &str) -> Result<usize, String> {
    let count = value.parse().ok().filter(|&count: &usize| count > 0);
    count.ok_or_else(|| format!("expected a number of at least 1, found {}", quoted(value)))
}
