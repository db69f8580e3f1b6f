//! What was found, law by law.

use crate::{Broken, Law};
use std::fmt;

/// The smallest case that was found to break a law, and how it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The data.
    pub case: String,
    /// What it led to expect, and what was there.
    pub broken: Broken,
}

/// How a law fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No case broke it.
    Kept,
    /// It is broken, and nobody said that it would be.
    Broken(Counterexample),
    /// It is broken as declared.
    Excepted {
        /// Why that is right.
        reason: &'static str,
        /// How it shows.
        counterexample: Counterexample,
    },
    /// An exception was declared, but the law was kept or never asked: the declaration is wrong.
    Stale {
        /// Why it was said to be right.
        reason: &'static str,
    },
}

/// All laws that were asked, in their order, and how each fared. [`fmt::Display`] writes it as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub(crate) findings: Vec<(Law, Outcome)>,
}

impl Report {
    /// Laws and outcomes.
    pub fn findings(&self) -> &[(Law, Outcome)] {
        &self.findings
    }

    /// The outcome of one law, if it was asked.
    pub fn outcome(&self, law: Law) -> Option<&Outcome> {
        self.findings.iter().find(|(asked, _)| *asked == law).map(|(_, outcome)| outcome)
    }

    /// Whether every law was kept or broken as declared.
    pub fn is_good(&self) -> bool {
        self.findings.iter().all(|(_, outcome)| matches!(outcome, Outcome::Kept | Outcome::Excepted { .. }))
    }

    /// The laws that are broken without a declaration.
    pub fn broken(&self) -> impl Iterator<Item = (Law, &Counterexample)> {
        self.findings.iter().filter_map(|(law, outcome)| match outcome {
            Outcome::Broken(counterexample) => Some((*law, counterexample)),
            _ => None,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (law, outcome) in &self.findings {
            let word = match outcome {
                Outcome::Kept => "kept",
                Outcome::Broken(_) => "BROKEN",
                Outcome::Excepted { .. } => "excepted",
                Outcome::Stale { .. } => "STALE",
            };
            writeln!(f, "{word:<9} {law:<21} {}", law.statement())?;
            match outcome {
                Outcome::Kept => {}
                Outcome::Broken(Counterexample { case, broken }) => {
                    writeln!(f, "{:10}{broken}", "")?;
                    case.lines().try_for_each(|line| writeln!(f, "{:10}{line}", ""))?;
                }
                Outcome::Excepted { reason, .. } => writeln!(f, "{:10}because {reason}", "")?,
                Outcome::Stale { reason } => {
                    writeln!(f, "{:10}excepted because {reason}; but it is kept, or was not asked", "")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_a_table_with_what_is_wrong_below_its_law() {
        let counterexample =
            Counterexample { case: "x = [[1.0]]\ny = [2.0]".into(), broken: Broken::new("2.0", "NaN") };
        let excepted = Outcome::Excepted { reason: "ties", counterexample: counterexample.clone() };
        let findings =
            vec![(Law::SameBits, Outcome::Kept), (Law::Finite, Outcome::Broken(counterexample)), (Law::Hull, excepted)];
        let report = Report { findings };
        let text = report.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "kept      same-bits             the same data gives the same bits");
        assert!(lines[1].starts_with("BROKEN    finite  "));
        assert_eq!(lines[2..5], ["          expected 2.0, found NaN", "          x = [[1.0]]", "          y = [2.0]"]);
        assert_eq!(lines[6], "          because ties");
        assert!(!report.is_good());
        assert_eq!(report.broken().map(|(law, _)| law).collect::<Vec<_>>(), [Law::Finite]);
    }

    #[test]
    fn a_stale_exception_is_not_good() {
        assert!(!Report { findings: vec![(Law::Hull, Outcome::Stale { reason: "ties" })] }.is_good());
        assert!(Report { findings: vec![(Law::Hull, Outcome::Kept)] }.is_good());
    }
}
