//! The first thing that is read: what was found, in plain words.

use super::{
    glossary,
    groups::{Group, distinct, groups},
    html::escaped,
    verdict::{Verdict, verdict},
};
use crate::{
    cli::{TASKS, Task},
    results::{Line, Results},
    score::median,
};
use std::collections::BTreeMap;

/// A sentence or two for each task, and a table of contents.
pub(super) fn summary(results: &Results) -> String {
    let tasks: Vec<Task> =
        TASKS.into_iter().filter(|task| results.results.iter().any(|line| line.task == task.name())).collect();
    let told: String = tasks.iter().map(|task| format!("<li>{}</li>\n", of_task(*task, results))).collect();
    let link = |task: &Task| format!("<li><a href=\"#{0}\">{0}</a></li>", task.name());
    let links: String = tasks.iter().map(link).collect();
    let failed = if results.failures.is_empty() { "" } else { "<li><a href=\"#failures\">not compared</a></li>" };
    format!(
        "<section id=\"summary\"><h2>In short</h2>\n<ul>\n{told}</ul>\n<p class=\"faint\">An algorithm counts as ahead if it \
         is so by more than the scores of the folds differ among themselves; less may be luck. A baseline answers without \
         learning anything from the columns: what does not beat it has found nothing.</p>\n<nav \
         aria-label=\"Contents\"><ul>{links}{failed}<li><a href=\"#words\">what the scores mean</a></li><li><a \
         href=\"#again\">how to run it again</a></li></ul></nav></section>\n"
    )
}

fn of_task(task: Task, results: &Results) -> String {
    let groups = groups(results, task);
    let verdicts: Vec<(&Group<'_>, Verdict<'_>)> =
        groups.iter().filter_map(|group| Some((group, verdict(&group.lines)?))).collect();
    let head = format!("<b>{}</b>, {}", task.name(), counted(groups.len(), "data set"));
    if verdicts.is_empty() {
        return format!("{head}: the baseline alone so far, for others to beat.");
    }
    format!("{head}: {} {} {}", leaders(&verdicts), baselines(&verdicts), fastest(&groups))
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Who is ahead, and on how many.
fn leaders(verdicts: &[(&Group<'_>, Verdict<'_>)]) -> String {
    let (mut ahead, mut level, mut alone) = (BTreeMap::<&str, usize>::new(), 0, Vec::new());
    // who does not beat the baseline leads nothing
    for (_, verdict) in verdicts.iter().filter(|(_, verdict)| verdict.above_baseline != Some(false)) {
        match (verdict.level.is_empty(), verdict.others) {
            (true, true) => *ahead.entry(&verdict.leader.algorithm).or_default() += 1,
            (true, false) => alone.push(verdict.leader.algorithm.as_str()),
            (false, _) => level += 1,
        }
    }
    let mut ahead: Vec<(&str, usize)> = ahead.into_iter().collect();
    ahead.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut told: Vec<String> =
        ahead.iter().map(|(name, n)| format!("<b>{}</b> is ahead on {n}", escaped(name))).collect();
    if level > 0 {
        told.push(format!("on {level} the best differ by less than the spread"));
    }
    if !alone.is_empty() {
        let n = alone.len();
        let names =
            distinct(alone.into_iter()).iter().map(|name| format!("<b>{}</b>", escaped(name))).collect::<Vec<_>>();
        let stand = if names.len() == 1 { "stands" } else { "each stand" };
        told.push(format!("{} {stand} alone beside the baseline on {n}", names.join(" and ")));
    }
    if told.is_empty() { String::new() } else { format!("{}.", told.join("; ")) }
}

/// Where nothing was learned.
fn baselines(verdicts: &[(&Group<'_>, Verdict<'_>)]) -> String {
    let links: Vec<String> = verdicts
        .iter()
        .filter(|(_, verdict)| verdict.above_baseline == Some(false))
        .map(|(group, _)| format!("<a href=\"#{}\">{}</a>", group.anchor(), escaped(group.dataset)))
        .collect();
    match links.as_slice() {
        [] => "The best beat the baseline everywhere.".into(),
        links => format!("Nothing clearly beats the baseline on {}.", links.join(", ")),
    }
}

/// Fastest by the median of its times, among those that were compared on every data set with a choice.
fn fastest(groups: &[Group<'_>]) -> String {
    let groups: Vec<Vec<&Line>> = groups.iter().map(Group::rivals).filter(|lines| lines.len() > 1).collect();
    let mut times: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in groups.iter().flatten() {
        times.entry(&line.algorithm).or_default().push(line);
    }
    times.retain(|_, lines| lines.len() == groups.len());
    if times.len() < 2 {
        return String::new();
    }
    let least = |of: fn(&Line) -> f64| {
        let medians = times.iter().map(|(name, lines)| (median(lines.iter().map(|line| of(line)).collect()), *name));
        medians.min_by(|a, b| a.0.total_cmp(&b.0)).map_or("", |(_, name)| name)
    };
    let (fit, predict) = (least(|line| line.fit_seconds), least(|line| line.predict_seconds));
    match fit == predict {
        true => format!("Fastest to fit and to answer: {}.", escaped(fit)),
        false => format!("Fastest to fit: {}; to answer: {}.", escaped(fit), escaped(predict)),
    }
}

/// What a data set came to, for its headline.
pub(super) fn headline(lines: &[&Line]) -> String {
    let Some(verdict) = verdict(lines) else { return "baseline alone".into() };
    let score = verdict.leader.deciding().map_or_else(String::new, |(name, mean)| {
        format!("{} {}", glossary::name(name), crate::report::score(&mean.into()))
    });
    let mut names = vec![verdict.leader.algorithm.as_str()];
    names.extend(verdict.level.iter().map(|line| line.algorithm.as_str()));
    let most = 3;
    let more = if names.len() > most { format!(" and {} more", names.len() - most) } else { String::new() };
    names.truncate(most);
    let level = if names.len() > 1 { " (level)" } else { "" };
    let base = if verdict.above_baseline == Some(false) { ", not clearly above the baseline" } else { "" };
    format!("{}{more}{level}, {score}{base}", names.join(", "))
}
