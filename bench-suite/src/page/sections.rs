//! The section of a task: an overview of all its data sets, then each of them.

use super::{
    charts::{self, Series},
    glossary,
    groups::{Group, distinct, groups},
    html::{Cell, anchor, details, escaped, figure, table},
    summary::headline,
    verdict::decisive,
};
use crate::{
    cli::Task,
    report::{answers, is_best, ratio, ratios, score, seconds},
    results::{Line, Results},
    score::rises,
};

/// Nothing, where the task has no results.
pub(super) fn of_task(results: &Results, task: Task) -> String {
    let groups = groups(results, task);
    if groups.is_empty() {
        return String::new();
    }
    let sets: String = groups.iter().enumerate().map(|(at, group)| data_set(results, group, at == 0)).collect();
    format!(
        "<section id=\"{name}\"><h2>{title}</h2>\n<p>{told}</p>\n{overviews}{sets}</section>\n",
        name = task.name(),
        title = escaped(&format!("{}{}", task.name()[..1].to_uppercase(), &task.name()[1..])),
        told = glossary::task(task),
        overviews = overviews(&groups),
    )
}

/// A table for each deciding score: algorithms against data sets.
fn overviews(groups: &[Group<'_>]) -> String {
    let deciding = |group: &Group<'_>| group.scores().first().map(ToString::to_string).unwrap_or_default();
    let names: Vec<String> = groups.iter().map(deciding).collect();
    let scores = distinct(names.iter().map(String::as_str));
    scores
        .iter()
        .map(|name| {
            let own: Vec<&Group<'_>> = groups.iter().filter(|group| deciding(group) == *name).collect();
            overview(name, &own)
        })
        .collect()
}

fn overview(name: &str, groups: &[&Group<'_>]) -> String {
    let titles: Vec<String> = groups.iter().flat_map(|group| group.lines.iter().map(|line| line.title())).collect();
    let mut header = vec![(String::from("algorithm"), String::new())];
    header.extend(groups.iter().map(|group| (group.dataset.to_owned(), String::new())));
    let row = |title: &&str| {
        let baseline = groups.iter().filter_map(|group| group.titled(title)).any(|line| line.baseline);
        let first = Cell::text(title).class(if baseline { "baseline" } else { "" });
        let cell = |group: &&Group<'_>| match group.titled(title).map(|line| (line, decisive(line))) {
            Some((line, Some((mean, _)))) => {
                let best = is_best(line, &group.lines);
                Cell::number(&score(&mean.into()), Some(mean)).class(if best { "best" } else { "" })
            }
            _ => Cell::text(""),
        };
        std::iter::once(first).chain(groups.iter().map(cell)).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<Cell>> = distinct(titles.iter().map(String::as_str)).iter().map(row).collect();
    let (said, told) = glossary::score(name);
    table(&format!("{said}: {told}. The best of each data set is marked."), &header, &rows)
}

/// One data set: what it is, all scores, the charts.
fn data_set(results: &Results, group: &Group<'_>, open: bool) -> String {
    let facts = results.datasets.iter().find(|facts| facts.name == group.dataset);
    let about = facts.map_or_else(String::new, |facts| {
        let parts = [
            (!facts.description.is_empty()).then(|| escaped(&facts.description)),
            (!facts.source.is_empty()).then(|| format!("Source: {}", escaped(&facts.source))),
            (!facts.licence.is_empty()).then(|| format!("Licence: {}", escaped(&facts.licence))),
        ];
        parts.into_iter().flatten().map(|part| format!("{part}. ")).collect()
    });
    let (n, p) = group.lines.first().map_or((0, 0), |line| (line.n_samples, line.n_features));
    let evaluated = group.lines.first().map_or("", |line| match line.evaluated_on.as_str() {
        "folds" => {
            "Scores are means over the folds ± their standard deviation; those of networks, without one, are of a \
                    quarter of the rows, held back."
        }
        "holdout" if group.lines.iter().any(|line| line.evaluated_on == "train") => {
            "Scores are of a quarter of the rows, held back; of a map, which is of the rows it was fitted on, of all rows."
        }
        "holdout" => "Scores are of a quarter of the rows, held back.",
        "train" => "Scores are of the rows it was fitted on: nothing is predicted here.",
        _ => "",
    });
    let shape = if p == 0 { format!("{n} lines") } else { format!("{n} rows, {p} columns") };
    let summary = format!("{} <span>· {}</span>", escaped(group.dataset), escaped(&headline(&group.lines)));
    let inside = format!(
        "<p class=\"faint\">{about}{shape}. {evaluated}</p>\n{}{}{}{}{}",
        scores(group),
        beside_peers(group),
        figures(group),
        confusions(group),
        maps(group),
    );
    details(open, &group.anchor(), &summary, &inside)
}

/// All scores and times of a data set.
fn scores(group: &Group<'_>) -> String {
    let names = group.scores();
    let mut header = vec![(String::from("algorithm"), String::new())];
    header.extend(names.iter().map(|name| (glossary::name(name), glossary::score(name).1.to_owned())));
    header.push(("fit".into(), "time to learn, the median over the folds".into()));
    header.push(("answer".into(), "time to answer the test rows, the median over the folds".into()));
    let row = |line: &&Line| {
        let best = is_best(line, &group.lines);
        let mut cells = vec![Cell::text(&line.title()).class(if line.baseline { "baseline" } else { "" })];
        cells.extend(names.iter().enumerate().map(|(at, name)| {
            let value = line.metrics.get(*name);
            let mean = value.and_then(|value| value.as_f64().or_else(|| value["mean"].as_f64()));
            let shown = value.map_or_else(String::new, score);
            Cell::number(&shown, mean).class(if best && at == 0 { "best" } else { "" })
        }));
        cells.push(Cell::number(&seconds(line.fit_seconds), Some(line.fit_seconds)));
        cells.push(Cell::number(&seconds(line.predict_seconds), Some(line.predict_seconds)));
        cells
    };
    table("All scores and times", &header, &group.lines.iter().map(row).collect::<Vec<_>>())
}

/// What the times of peers are of ours, and whether their answers are; nothing, where there are none.
fn beside_peers(group: &Group<'_>) -> String {
    let row = |line: &&Line| {
        let ours = group.lines.iter().find(|ours| line.is_peer_of(ours))?;
        let (fit, predict) = ratios(ours, line);
        Some(vec![
            Cell::text(&line.title()),
            Cell::number(&ratio(fit), Some(fit)),
            Cell::number(&ratio(predict), Some(predict)),
            Cell::text(&answers(line)),
        ])
    };
    let rows: Vec<Vec<Cell>> = group.lines.iter().filter_map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = [
        ("algorithm", ""),
        ("fit ×", "time of the peer in ours: above 1, ours is faster"),
        ("answer ×", "time of the peer in ours: above 1, ours is faster"),
        ("answers", "whether the peer did the same work"),
    ];
    let header = header.map(|(name, told)| (name.to_owned(), told.to_owned()));
    table("Other libraries beside ours; × is their time in ours: above 1, ours is faster", &header, &rows)
}

/// The algorithms of a data set as charts show them: ours, where the score is defined.
fn series<'a>(group: &Group<'a>) -> Vec<Series<'a>> {
    let ours = group.lines.iter().copied().filter(|line| line.peer.is_none());
    let mut places = 0..;
    let one = |line: &'a Line| {
        let place = if line.baseline { None } else { places.next() };
        let (mean, std) = decisive(line)?;
        let (name, fit_seconds) = (line.algorithm.clone(), line.fit_seconds);
        Some(Series { name, mean, std, fit_seconds, curves: &line.curves, place })
    };
    ours.filter_map(one).collect()
}

fn figures(group: &Group<'_>) -> String {
    let series = series(group);
    let Some((name, _)) = group.lines.iter().find_map(|line| line.deciding()) else { return String::new() };
    let said = glossary::name(name);
    let way = if rises(name) { "further right is better" } else { "further left is better" };
    let spread = match series.iter().any(|one| one.std > 0.0) {
        true => "; the line is one standard deviation over the folds to each side",
        false => "",
    };
    let mut all =
        figure(&charts::accuracy_with_spread(&said, &series), &format!("{said} by algorithm{spread}; {way}."));
    if series.len() > 1 {
        all += &figure(&charts::score_against_time(&said, &series), &format!("{said} against what it costs to fit."));
    }
    if let Some(drawn) = charts::learning_curves(&said, &series) {
        all += &figure(&drawn, "What more rows bring: one fold, learned from shares of its training rows.");
    }
    let key = |one: &Series<'_>| {
        let (colour, name) = (one.colour(), escaped(&one.name));
        format!("<li><span class=\"key\" style=\"background:{colour}\"></span>{name}</li>")
    };
    let keys: String = series.iter().map(key).collect();
    format!("<ul class=\"keys\">{keys}</ul>\n<div class=\"charts\">{all}</div>\n")
}

/// Rows in two columns, in the colours of their classes, side by side.
fn maps(group: &Group<'_>) -> String {
    let ours = || group.lines.iter().filter(|line| line.peer.is_none() && !line.baseline);
    let drawn = ours().filter_map(|line| {
        let map = line.map.as_ref()?;
        Some(figure(&charts::map(&line.title(), map), &format!("The rows as {} draws them.", escaped(&line.title()))))
    });
    let drawn: String = drawn.collect();
    let Some(first) = ours().find_map(|line| line.map.as_ref()) else { return String::new() };
    let key = |(class, name): (usize, &String)| {
        let colour = charts::of_class(class, first.names.len());
        format!("<li><span class=\"key\" style=\"background:{colour}\"></span>{}</li>", escaped(name))
    };
    let keys: String = first.names.iter().enumerate().map(key).collect();
    let keys = if keys.is_empty() { String::new() } else { format!("<ul class=\"keys\">{keys}</ul>\n") };
    format!("{keys}<div class=\"charts\">{drawn}</div>\n")
}

/// Which class was taken for which: the best in sight, the others folded away.
fn confusions(group: &Group<'_>) -> String {
    let of = |line: &&Line| {
        let confusion = line.confusion.as_ref()?;
        let best = is_best(line, &group.lines);
        let drawn =
            figure(&charts::confusion(&line.title(), confusion), "Rows are the true classes, columns the answers.");
        let id = anchor(&[group.task, group.dataset, &line.title()]);
        Some(details(
            best,
            &id,
            &format!("{} <span>· which class was taken for which</span>", escaped(&line.title())),
            &drawn,
        ))
    };
    group.lines.iter().filter(|line| line.peer.is_none() && !line.baseline).filter_map(of).collect()
}
