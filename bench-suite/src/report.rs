//! Results as tables and as CSV.

use crate::commands::quoted;
use crate::score::Spread;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Map, Value};

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

/// `0.9467 ± 0.0340`, `0.9467` for a single split, `-` where it is not defined.
pub(crate) fn spread(spread: &Spread, folds: bool) -> String {
    match (spread.mean(), spread.std()) {
        (Some(mean), Some(std)) if folds => format!("{mean:.digits$} ± {std:.digits$}", digits = decimals(mean)),
        (Some(mean), _) => format!("{mean:.digits$}", digits = decimals(mean)),
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

/// Flat CSV of JSON objects: scores become `accuracy` and `accuracy_std`, what is nested otherwise stays JSON.
pub(crate) fn csv(objects: &[Map<String, Value>]) -> String {
    let flat: Vec<Vec<(String, String)>> = objects.iter().map(flattened).collect();
    let mut header: Vec<&str> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if !header.contains(&name.as_str()) {
            header.push(name);
        }
    }
    let mut lines = vec![header.join(",")];
    for cells in &flat {
        let cell = |name: &&str| {
            let cell = cells.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value);
            if cell.is_empty() { String::new() } else { quoted(cell) }
        };
        lines.push(header.iter().map(cell).collect::<Vec<_>>().join(","));
    }
    lines.join("\n") + "\n"
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
    fn a_spread_has_the_digits_of_its_mean() {
        let of = |folds: &[f64]| Spread { name: "r2", folds: folds.iter().copied().map(Some).collect() };
        assert_eq!(spread(&of(&[0.5, 0.75]), true), "0.6250 ± 0.1250");
        assert_eq!(spread(&of(&[70_000.0, 72_000.0]), true), "71000 ± 1000");
        assert_eq!(spread(&of(&[-12.5]), false), "-12.500");
        assert_eq!(spread(&Spread { name: "r2", folds: vec![None] }, true), "-");
    }

    #[test]
    fn csv_has_a_column_for_each_score_and_quotes_what_needs_it() {
        let Value::Object(object) =
            json!({ "algorithm": "a,b", "metrics": { "r2": { "mean": 0.5, "std": 0.25, "folds": [] } } })
        else {
            unreachable!()
        };
        assert_eq!(csv(&[object]), "algorithm,r2,r2_std\n\"a,b\",0.5,0.25\n");
    }
}
