//! Who is ahead on a data set, and whether by more than the folds disagree.

use crate::{results::Line, score::rises};

/// The results of one task on one data set, ours alone, and what they come to.
pub(super) struct Verdict<'a> {
    /// The best that is no baseline.
    pub(super) leader: &'a Line,
    /// Others that are no baseline, and behind by less than the spread.
    pub(super) level: Vec<&'a Line>,
    /// Whether others were behind by more.
    pub(super) others: bool,
    /// Whether the leader is ahead of the best baseline by more than the spread; `None` without a baseline.
    pub(super) above_baseline: Option<bool>,
}

/// The decisive score's mean and standard deviation over the folds (0 of a single split).
pub(super) fn decisive(line: &Line) -> Option<(f64, f64)> {
    let (name, mean) = line.deciding()?;
    Some((mean, line.metrics.get(name).and_then(|value| value["std"].as_f64()).unwrap_or(0.0)))
}

/// How far `a` is ahead of `b`, and the larger of their spreads.
fn ahead(a: &Line, b: &Line) -> Option<(f64, f64)> {
    let (name, _) = a.deciding()?;
    let ((a, a_std), (b, b_std)) = (decisive(a)?, decisive(b)?);
    Some((if rises(name) { a - b } else { b - a }, a_std.max(b_std)))
}

/// Of several lines the one that no other is ahead of; the first of equals.
fn best<'a>(lines: impl Iterator<Item = &'a Line>) -> Option<&'a Line> {
    lines
        .filter(|line| decisive(line).is_some())
        .reduce(|best, line| if ahead(line, best).is_some_and(|(by, _)| by > 0.0) { line } else { best })
}

/// `None`, where nothing but baselines was compared.
pub(super) fn verdict<'a>(lines: &[&'a Line]) -> Option<Verdict<'a>> {
    let ours = || lines.iter().copied().filter(|line| line.peer.is_none());
    let leader = best(ours().filter(|line| !line.baseline))?;
    let rest = || ours().filter(|line| !line.baseline && !std::ptr::eq(*line, leader));
    let within = |line: &&Line| ahead(leader, line).is_some_and(|(by, spread)| by <= spread);
    let level: Vec<&Line> = rest().filter(within).collect();
    let others = rest().count() > level.len();
    let baseline = best(ours().filter(|line| line.baseline));
    let above_baseline = baseline.and_then(|base| ahead(leader, base)).map(|(by, spread)| by > spread);
    Some(Verdict { leader, level, others, above_baseline })
}

#[cfg(test)]
mod tests {
    use super::super::sample::line;
    use super::*;

    #[test]
    fn ahead_by_less_than_the_spread_is_no_difference() {
        let (a, b, c) =
            (line("a", "accuracy", 0.90, 0.02), line("b", "accuracy", 0.89, 0.01), line("c", "accuracy", 0.80, 0.02));
        let base = Line { baseline: true, ..line("base", "accuracy", 0.5, 0.0) };
        let lines = [&base, &c, &b, &a];
        let found = verdict(&lines).unwrap();
        assert_eq!((found.leader.algorithm.as_str(), found.level.len(), found.others), ("a", 1, true));
        assert_eq!((found.level[0].algorithm.as_str(), found.above_baseline), ("b", Some(true)));
    }

    #[test]
    fn less_is_better_where_the_score_falls() {
        let (a, b) = (line("a", "rmse", 3.0, 0.1), line("b", "rmse", 2.0, 0.1));
        let base = Line { baseline: true, ..line("base", "rmse", 2.05, 0.1) };
        let lines = [&a, &b, &base];
        let found = verdict(&lines).unwrap();
        assert_eq!((found.leader.algorithm.as_str(), found.above_baseline), ("b", Some(false)));
        assert!(verdict(&[&base]).is_none(), "a baseline alone leads nothing");
    }
}
