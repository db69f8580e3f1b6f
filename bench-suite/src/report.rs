//! Results as tables and as CSV.

use crate::{
    cli::TASKS,
    commands::quoted,
    failure::{Failure, Result},
    results::{Agreement, Line, Results},
    score::rises,
};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Map, Value};
use std::{cmp::Ordering, path::Path};

/// A table for people, which is Markdown as well.
pub(crate) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().map(Cell::new));
    for row in rows {
        table.add_row(row.into_iter().enumerate().map(|(column, text)| {
            let number = column > 0 && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            Cell::new(text).set_alignment(if number { CellAlignment::Right } else { CellAlignment::Left })
        }));
    }
    table.to_string()
}

/// Digits behind the point that people compare numbers of this size by: 0.9467, 12.346, 70978.
fn decimals(value: f64) -> usize {
    match value.abs() {
        size if size < 10.0 => 4,
        size if size < 100.0 => 3,
        size if size < 1000.0 => 2,
        size if size < 10_000.0 => 1,
        _ => 0,
    }
}

/// `0.9467 ± 0.0340` of folds, `0.9467` of a single split, `-` where it is not defined.
pub(crate) fn score(score: &Value) -> String {
    match (score.as_f64(), score["mean"].as_f64(), score["std"].as_f64()) {
        (Some(single), _, _) => format!("{single:.digits$}", digits = decimals(single)),
        (_, Some(mean), Some(std)) => format!("{mean:.digits$} ± {std:.digits$}", digits = decimals(mean)),
        _ => "-".into(),
    }
}

/// A time in the unit people read it in.
pub(crate) fn seconds(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}

/// A table for each task, and how it was measured; the best of each data set by the first score is marked.
pub(crate) fn tables(results: &Results, folder: &Path) -> String {
    let mut text = String::new();
    for task in TASKS {
        let own: Vec<&Line> = results.results.iter().filter(|line| line.task == task.name()).collect();
        if !own.is_empty() {
            text += &format!("{}\n{}\n\n", capitalised(task.name()), of_task(&own));
            text += &beside_peers(&own);
        }
    }
    text += &how(results);
    if !results.finished {
        text += "Interrupted: what is above is what was finished.\n";
    }
    let folder = folder.display();
    text +=
        &format!("A page to read: {folder}/report.html; all results: {folder}/results.json, {folder}/results.csv\n");
    text + &results.failures.iter().map(|failure| format!("Not compared: {failure}\n")).collect::<String>()
}

fn capitalised(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// A table of one task; series of classes and series of numbers have other scores, so a table each.
fn of_task(lines: &[&Line]) -> String {
    let mut tables: Vec<(Vec<&str>, Vec<&Line>)> = Vec::new();
    for line in lines {
        // on one data set some algorithms have a score that others lack, yet they belong together
        let alike = |(_, others): &(Vec<&str>, Vec<&Line>)| {
            let deciding = |line: &Line| line.metrics.keys().next().cloned();
            others.first().is_some_and(|other| other.dataset == line.dataset || deciding(other) == deciding(line))
        };
        let at = tables.iter().position(alike).unwrap_or(tables.len());
        if at == tables.len() {
            tables.push((Vec::new(), Vec::new()));
        }
        let (scores, own) = &mut tables[at];
        own.push(line);
        for name in line.metrics.keys() {
            if !scores.contains(&name.as_str()) {
                scores.push(name);
            }
        }
    }
    tables.iter().map(|(scores, lines)| of_scores(scores, lines)).collect::<Vec<_>>().join("\n\n")
}

/// A row for each result.
fn of_scores(scores: &[&str], lines: &[&Line]) -> String {
    let header: Vec<&str> =
        ["data set", "algorithm"].into_iter().chain(scores.iter().copied()).chain(["fit", "predict", ""]).collect();
    let rows = lines.iter().enumerate().map(|(at, line)| {
        let begins = at == 0 || lines[at - 1].dataset != line.dataset;
        let mut row = vec![if begins { line.dataset.clone() } else { String::new() }, line.title()];
        row.extend(scores.iter().map(|name| line.metrics.get(*name).map_or_else(String::new, score)));
        row.push(seconds(line.fit_seconds));
        row.push(seconds(line.predict_seconds));
        row.push(if is_best(line, lines) { "best".into() } else { String::new() });
        row
    });
    table(&header, rows)
}

/// Times of peers as multiples of ours, and whether they did the same work; nothing, where there are none.
fn beside_peers(lines: &[&Line]) -> String {
    let rows: Vec<Vec<String>> = lines
        .iter()
        .filter_map(|theirs| {
            let (fit, predict) = ratios(lines.iter().find(|ours| theirs.is_peer_of(ours))?, theirs);
            let (set, algorithm) = (theirs.dataset.clone(), theirs.algorithm.clone());
            Some(vec![set, algorithm, theirs.peer.clone()?, ratio(fit), ratio(predict), answers(theirs)])
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = ["data set", "algorithm", "peer", "fit", "predict", "answers"];
    format!("Time of the peer / ours: above 1, ours is faster\n{}\n\n", table(&header, rows))
}

/// Of fit and of predict: their time in ours.
pub(crate) fn ratios(ours: &Line, theirs: &Line) -> (f64, f64) {
    (theirs.fit_seconds / ours.fit_seconds, theirs.predict_seconds / ours.predict_seconds)
}

/// A time that is a multiple of another.
pub(crate) fn ratio(ratio: f64) -> String {
    match ratio {
        // an answer that was there already takes no time
        ratio if !ratio.is_finite() => "-".into(),
        ratio if ratio < 10.0 => format!("{ratio:.2}"),
        ratio => format!("{ratio:.0}"),
    }
}

/// Whether a peer's answers are ours, in words.
pub(crate) fn answers(theirs: &Line) -> String {
    let Some(Agreement { agrees, difference, share }) = &theirs.agreement else {
        return "not compared: no single right answer".into();
    };
    if *share == 0.0 {
        return "the same".into();
    }
    let differ = format!("{} of rows differ", percent(*share));
    let differ = match theirs.task.as_str() {
        "classification" => differ,
        _ => format!("{differ}, by up to {} of the greatest", percent(*difference)),
    };
    if *agrees { format!("the same but for ties: {differ}") } else { format!("NOT the same: {differ}") }
}

/// A share, small ones to their first digit.
fn percent(share: f64) -> String {
    if share < 1e-3 { format!("{:.0e} %", share * 100.0) } else { format!("{:.1} %", share * 100.0) }
}

/// Whether no other algorithm has a better mean of the first score on the same data set. Peers do not compete: they are
/// the same algorithms again.
pub(crate) fn is_best(line: &Line, lines: &[&Line]) -> bool {
    if line.peer.is_some() {
        return false;
    }
    let Some((name, own)) = line.deciding() else { return false };
    let worse = if rises(name) { Ordering::Greater } else { Ordering::Less };
    let here = |rival: &&&Line| (&rival.dataset, &rival.task) == (&line.dataset, &line.task) && rival.peer.is_none();
    let rivals: Vec<&&Line> = lines.iter().filter(here).collect();
    // alone, nothing is best
    rivals.len() > 1
        && rivals.iter().filter_map(|rival| rival.deciding()).all(|(_, other)| other.total_cmp(&own) != worse)
}

/// What the numbers were measured on.
fn how(results: &Results) -> String {
    let Results { folds, seed, threads, pairs_at_most, .. } = results;
    let rows = results.rows_at_most.map_or_else(String::new, |most| format!(", at most {most} rows a set"));
    let mut text = format!("Seed {seed}; {threads} threads{rows}.\n");
    if results.results.iter().any(|line| line.evaluated_on == "folds") {
        text += &format!("{folds} folds, the same for all: mean ± standard deviation of scores, medians of times.\n");
    }
    let supervised = |line: &&Line| matches!(line.task.as_str(), "classification" | "regression");
    if results.results.iter().filter(supervised).any(|line| line.evaluated_on == "holdout") {
        text += "Networks learn once: their scores are of a quarter of the rows, held back.\n";
    }
    let tasks: Vec<&str> = results.results.iter().map(|line| line.task.as_str()).collect();
    for (task, told) in [
        ("clustering", "fitted and scored on all rows, as many clusters as classes are known"),
        ("reduction", "fitted on three quarters of the rows, scored on the rest; maps (t-SNE) of all rows"),
        ("generation", "fitted on three quarters of the rows, new rows scored against the rest"),
        (
            "sequence",
            "of what follows in time, each fold learns from all that came before it; of text, the last quarter is tested",
        ),
    ] {
        if tasks.contains(&task) {
            text += &format!("{}: {told}.\n", capitalised(task));
        }
    }
    if !results.peers.is_empty() {
        let peers: Vec<String> = results.peers.iter().map(|peer| format!("{} {}", peer.name, peer.version)).collect();
        text += &format!("Peers, with our hyperparameters on the same rows: {}.\n", peers.join(", "));
        if results.peers.iter().any(|peer| matches!(peer.name.as_str(), "linfa" | "smartcore")) {
            text += "linfa and smartcore compute on one thread, whatever --threads says: they have no others.\n";
        }
    }
    if tasks.iter().any(|task| matches!(*task, "clustering" | "reduction")) {
        text += &format!("Silhouette and trustworthiness are of at most {pairs_at_most} rows, drawn with the seed.\n");
    }
    text
}

/// Flat CSV of results: scores become `accuracy` and `accuracy_std`; curves, confusions and maps are in the JSON file alone.
pub(crate) fn csv(lines: &[Line]) -> Result<String> {
    let objects = lines.iter().map(|line| match serde_json::to_value(line) {
        Ok(Value::Object(object)) => Ok(flattened(&object)),
        Ok(_) => Ok(Vec::new()),
        Err(e) => Err(Failure::new(e)),
    });
    let flat: Vec<Vec<(String, String)>> = objects.collect::<Result<_>>()?;
    let mut header: Vec<&str> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if !header.contains(&name.as_str()) {
            header.push(name);
        }
    }
    let mut rows = vec![header.join(",")];
    for cells in &flat {
        let cell = |name: &&str| {
            let cell = cells.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value);
            if cell.is_empty() { String::new() } else { quoted(cell) }
        };
        rows.push(header.iter().map(cell).collect::<Vec<_>>().join(","));
    }
    Ok(rows.join("\n") + "\n")
}

fn flattened(object: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut cells = Vec::new();
    for (name, value) in object {
        match (name.as_str(), value) {
            ("confusion" | "curves" | "map", _) => {}
            ("agreement", Value::Object(parts)) => {
                cells.extend(parts.iter().map(|(name, value)| (name.clone(), text(value))));
            }
            ("metrics", Value::Object(metrics)) => {
                for (metric, value) in metrics {
                    match value {
                        Value::Object(parts) => {
                            cells.push((metric.clone(), parts.get("mean").map(text).unwrap_or_default()));
                            cells.push((format!("{metric}_std"), parts.get("std").map(text).unwrap_or_default()));
                        }
                        single => cells.push((metric.clone(), text(single))),
                    }
                }
            }
            _ => cells.push((name.clone(), text(value))),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_score_has_the_digits_of_its_mean() {
        assert_eq!(score(&json!({ "mean": 0.625, "std": 0.125, "folds": [0.5, 0.75] })), "0.6250 ± 0.1250");
        assert_eq!(score(&json!({ "mean": 71000.0, "std": 1000.0 })), "71000 ± 1000");
        assert_eq!(score(&json!(-12.5)), "-12.500");
        assert_eq!(score(&json!({ "mean": null, "std": null, "folds": [null] })), "-");
        assert_eq!(score(&Value::Null), "-");
    }

    #[test]
    fn csv_has_a_column_for_each_score_and_quotes_what_needs_it() {
        let Value::Object(object) = json!({
            "algorithm": "a,b", "metrics": { "r2": { "mean": 0.5, "std": 0.25, "folds": [] } }, "curves": [1]
        }) else {
            unreachable!()
        };
        let cells = flattened(&object);
        let expected = [("algorithm", "a,b"), ("r2", "0.5"), ("r2_std", "0.25")];
        assert_eq!(cells, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    /// A line of ridge, of ours or of a peer, that took so long to fit; predicted in 1 s.
    fn line(peer: Option<&str>, fit_seconds: f64, agreement: Option<Agreement>) -> Line {
        let Value::Object(metrics) = json!({ "r2": 0.5 + fit_seconds / 1e9 }) else { unreachable!() };
        Line {
            algorithm: "ridge".into(),
            dataset: "flats".into(),
            task: "regression".into(),
            peer: peer.map(str::to_owned),
            baseline: false,
            n_samples: 9,
            n_features: 2,
            params: Map::new(),
            standardize: true,
            seed: 0,
            threads: 1,
            precision: "f64".into(),
            evaluated_on: "folds".into(),
            fit_seconds,
            predict_seconds: 1.0,
            metrics,
            convergence: None,
            confusion: None,
            curves: Vec::new(),
            agreement,
            map: None,
        }
    }

    #[test]
    fn peers_stand_beside_ours_and_unequal_work_is_told() {
        let differs = Agreement { agrees: false, difference: 0.005, share: 0.25 };
        let same = Agreement { agrees: true, difference: 1e-12, share: 0.0 };
        let (ours, linfa) = (line(None, 2.0, None), line(Some("linfa"), 5.0, Some(same)));
        let sklearn = line(Some("sklearn"), 100.0, Some(differs));
        let text = beside_peers(&[&ours, &linfa, &sklearn]);
        let cells: Vec<Vec<&str>> = text.lines().map(|line| line.split('|').map(str::trim).collect()).collect();
        // 5 s / 2 s and 100 s / 2 s
        assert_eq!(cells[3][2..7], ["ridge", "linfa", "2.50", "1.00", "the same"]);
        let told = "NOT the same: 25.0 % of rows differ, by up to 0.5 % of the greatest";
        assert_eq!(cells[4][2..7], ["ridge", "sklearn", "50", "1.00", told]);
        assert_eq!(beside_peers(&[&ours]), "");
        assert_eq!(beside_peers(&[&linfa]), "", "without ours there is nothing to divide by");
        // the peer's rounding is a little better, and that is no merit
        let other = Line { algorithm: "mean-target".into(), ..line(None, 0.0, None) };
        let all = [&ours, &other, &sklearn];
        assert!(is_best(&ours, &all) && !is_best(&sklearn, &all) && !is_best(&ours, &[&ours, &sklearn]));
        let csv = csv(&[ours, sklearn]).unwrap();
        assert!(csv.lines().next().unwrap().ends_with(",peer,agrees,difference,share"), "{csv}");
        assert!(csv.ends_with(",sklearn,false,0.005,0.25\n"), "{csv}");
    }
}
