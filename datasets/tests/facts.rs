//! Every set is what a script says that has read the original files (`facts.py`, whose answers are in `facts.json`).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_datasets::{Data, Dataset, Features, Form, Images, Target, Task, all, by_name};
use cairn_preprocess::{Column, Table};
use flate2::Crc;
use serde_json::Value;

fn facts() -> Value {
    serde_json::from_str(include_str!("facts.json")).unwrap()
}

/// The sets with what the script found.
fn each(mut ask: impl FnMut(&Dataset, &Data, &Value)) {
    let facts = facts();
    for set in all() {
        ask(&set, &set.load().unwrap(), &facts["sets"][set.name]);
    }
}

/// Sums of n numbers of one sign, in any order, differ by n roundings of the sum at most.
fn is_sum(found: f64, fact: &Value, magnitude: f64, n: usize, what: &str) {
    let expected = fact.as_f64().unwrap_or_else(|| panic!("{what}: a sum"));
    let n = u32::try_from(n).map(f64::from).unwrap();
    assert!((found - expected).abs() <= n * f64::EPSILON * magnitude, "{what}: {found}, expected {expected}");
}

#[test]
fn every_set_is_there_and_every_packed_file_is_what_the_script_makes() {
    let facts = facts();
    let all = all();
    assert_eq!((all.len(), facts["sets"].as_object().unwrap().len()), (21, 21));
    let mut n_files = 0;
    for set in &all {
        assert_eq!(by_name(set.name).map(|found| found.files()), Some(set.files()));
        for (name, bytes) in set.files() {
            n_files += 1;
            let mut crc = Crc::new();
            crc.update(bytes);
            let fact = &facts["files"][name];
            assert_eq!(
                (fact["bytes"].as_u64(), fact["crc32"].as_u64()),
                (Some(bytes.len() as u64), Some(crc.sum().into())),
                "{name}"
            );
            // gzip's magic number, deflate, no flags (no file name), no time: the bytes follow from the content
            assert_eq!(bytes[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "{name}");
        }
    }
    assert_eq!(facts["files"].as_object().unwrap().len(), n_files);
}

#[test]
fn shapes_tasks_and_forms_are_those_announced() {
    each(|set, data, fact| {
        let name = set.name;
        assert_eq!(
            (data.n_rows() as u64, Some(set.n_rows as u64)),
            (set.n_rows as u64, fact["rows"].as_u64()),
            "{name}"
        );
        assert_eq!((data.features.form(), data.task, &*data.target_name), (set.form, set.task, set.target), "{name}");
        assert_eq!((&*data.name, &*data.description), (name, set.description));
        let n_features = match &data.features {
            Features::Images(images) => images.image_size(),
            _ => data.feature_names().len(),
        };
        assert_eq!(n_features, set.n_features, "{name}");
        let fits = match set.task {
            Task::Classification => matches!(data.target, Target::Classes { .. }),
            Task::Regression => matches!(data.target, Target::Numbers(_)),
            Task::Translation => matches!(data.target, Target::Text(_)),
            _ => data.target == Target::Series,
        };
        assert!(fits, "{name}: {}", set.task);
        if let Ok(table) = set.table() {
            assert!(table.column(set.target).unwrap().n_missing() == 0, "{name}");
        } else {
            assert!(matches!(set.form, Form::Images | Form::Sequences) || set.task == Task::LanguageModel, "{name}");
        }
    });
}

#[test]
fn classes_are_as_many_and_in_the_order_of_the_original() {
    let mut asked = 0;
    each(|set, data, fact| {
        let Target::Classes { labels, names } = &data.target else {
            assert!(fact.get("classes").is_none(), "{}", set.name);
            return;
        };
        asked += 1;
        let fact = &fact["classes"];
        assert_eq!(fact["counts"].as_object().unwrap().len(), names.len(), "{}", set.name);
        for (class, name) in names.iter().enumerate() {
            let count = labels.iter().filter(|&&label| label == class).count();
            assert_eq!(fact["counts"][name].as_u64(), Some(count as u64), "{}: {name}", set.name);
        }
        let ends = (labels.first().map(|&first| &*names[first]), labels.last().map(|&last| &*names[last]));
        assert_eq!(ends, (fact["first"].as_str(), fact["last"].as_str()), "{}", set.name);
        let runs = 1 + labels.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(fact["runs"].as_u64(), Some(runs as u64), "{}", set.name);
    });
    assert_eq!(asked, 12);
}

#[test]
fn numbers_to_predict_and_series_are_those_of_the_original() {
    let mut asked = 0;
    each(|set, data, fact| {
        let (values, fact) = match (&data.target, &data.features) {
            (Target::Numbers(values), _) => (values.clone(), &fact["numbers"]),
            (Target::Series, Features::Matrix { values, .. }) if set.n_features == 1 => {
                (values.column(0).into_owned(), &fact["series"])
            }
            _ => return,
        };
        asked += 1;
        let n = values.len();
        assert_eq!(
            (Some(values[0]), Some(values[n - 1])),
            (fact["first"].as_f64(), fact["last"].as_f64()),
            "{}",
            set.name
        );
        is_sum(values.sum(), &fact["sum"], values.abs().sum(), n, set.name);
    });
    assert_eq!(asked, 5);
}

fn check_cell(column: &Column, row: usize, fact: &Value, at: &str) {
    match column {
        Column::Numbers(cells) => assert_eq!(cells[row], fact.as_f64(), "{at}"),
        Column::Words(cells) => assert_eq!(cells[row].as_deref(), fact.as_str(), "{at}"),
    }
}

fn check_table(name: &str, table: &Table, fact: &Value) {
    assert_eq!(fact["columns"].as_array().unwrap().len(), table.n_columns(), "{name}");
    for (j, (column, own)) in table.columns().iter().zip(table.names()).enumerate() {
        let at = format!("{name}: {own}");
        check_cell(column, 0, &fact["first"][j], &at);
        check_cell(column, column.len() - 1, &fact["last"][j], &at);
        let fact = &fact["columns"][j];
        assert_eq!(fact["missing"].as_u64(), Some(column.n_missing() as u64), "{at}");
        match column {
            Column::Words(_) => assert!(fact["sum"].is_null(), "{at}"),
            Column::Numbers(cells) => {
                let magnitude = cells.iter().flatten().map(|value| value.abs()).sum();
                is_sum(cells.iter().flatten().sum(), &fact["sum"], magnitude, cells.len(), &at);
            }
        }
    }
}

fn check_images(name: &str, images: &Images, fact: &Value) {
    let sum = |bytes: &[u8]| Some(bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>());
    assert_eq!(sum(images.bytes()), fact["sum"].as_u64(), "{name}");
    assert_eq!(images.image(0).and_then(sum), fact["first"].as_u64(), "{name}");
    assert_eq!(images.image(images.n_images() - 1).and_then(sum), fact["last"].as_u64(), "{name}");
}

fn check_texts(name: &str, texts: &[String], fact: &Value) {
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    assert_eq!(
        (Some(texts.len() as u64), Some(characters as u64)),
        (fact["rows"].as_u64(), fact["characters"].as_u64()),
        "{name}"
    );
    let ends = (texts.first().map(|text| &**text), texts.last().map(|text| &**text));
    assert_eq!(ends, (fact["first"].as_str(), fact["last"].as_str()), "{name}");
}

#[test]
fn rows_are_those_of_the_original() {
    each(|set, data, fact| match &data.features {
        // series of one column are asked about above
        Features::Matrix { values, .. } if set.task == Task::Forecasting && values.ncols() == 1 => {}
        Features::Matrix { values, names } => {
            let cells = values.column_iter().map(|column| Column::Numbers(column.iter().copied().map(Some).collect()));
            check_table(set.name, &Table::new(names.iter().cloned().zip(cells).collect()).unwrap(), fact);
        }
        Features::Table(table) => check_table(set.name, table, fact),
        Features::Images(images) => check_images(set.name, images, &fact["bytes"]),
        Features::Text(texts) => {
            check_texts(set.name, texts, fact);
            if let Target::Text(texts) = &data.target {
                check_texts(set.name, texts, &fact["texts"]);
            }
        }
        Features::Sequences(all) => {
            let lengths = || all.iter().map(|series| series.nrows() as u64);
            let found = [lengths().min().unwrap(), lengths().max().unwrap(), lengths().sum()];
            assert_eq!(fact["lengths"], serde_json::json!(found));
            assert_eq!(fact["train"].as_u64(), set.n_train.map(|n| n as u64));
            let (first, last) = (&all[0], &all[all.len() - 1]);
            for j in 0..set.n_features {
                assert_eq!(fact["first"][j].as_f64(), Some(first[(0, j)]));
                assert_eq!(fact["last"][j].as_f64(), Some(last[(last.nrows() - 1, j)]));
            }
            let (sum, magnitude) = (all.iter().map(|s| s.sum()).sum(), all.iter().map(|s| s.abs().sum()).sum());
            is_sum(sum, &fact["sum"], magnitude, all.iter().map(|s| s.len()).sum(), set.name);
        }
        other => panic!("{}: {}", set.name, other.form()),
    });
}
