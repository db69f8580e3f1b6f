//! From packed files to data in memory.

use crate::{Data, Dataset, Features, Form, Idx, Target, Task, data::finite, dataset::Content, read_ts};
use cairn_preprocess::{Column, Error, LabelEncoder, Result, Table};
use flate2::read::GzDecoder;
use std::io::Read;

/// The set's table, every column.
pub(crate) fn table(set: &Dataset) -> Result<Table> {
    match set.content {
        Content::Csv { .. } | Content::CsvSeries { .. } => csv(set, 0),
        Content::Tsv { .. } => tsv(set),
        Content::Idx | Content::IdxAndCsv | Content::Ts | Content::Lines => Err(Error::Format(format!(
            "{}: expected a table, found {} (load() gives them as they are)",
            set.name,
            match set.form {
                Form::Images => "images",
                Form::Sequences => "series",
                _ => "plain text",
            }
        ))),
    }
}

/// The set's features in their form, and its target.
pub(crate) fn data(set: &Dataset) -> Result<Data> {
    let (features, target) = match set.content {
        Content::Csv { aside } => {
            let table = csv(set, 0)?;
            let features = table.drop_columns(&[aside, &[set.target]].concat())?;
            (matrix_or_table(features)?, target(set, &table)?)
        }
        Content::CsvSeries { aside } => (matrix_or_table(csv(set, 0)?.drop_columns(aside)?)?, Target::Series),
        Content::Tsv { text } => {
            let table = tsv(set)?;
            (Features::Text(table.labels(text)?), target(set, &table)?)
        }
        Content::Idx => {
            let labels = unpacked(set, 1)?;
            let words: Vec<String> = Idx::read(&labels, set.name)?.labels()?.iter().map(u8::to_string).collect();
            (images(set)?, classes(&words)?)
        }
        Content::IdxAndCsv => (images(set)?, target(set, &csv(set, 1)?)?),
        Content::Ts => {
            let data = read_ts(&text(set)?, set.name)?;
            (data.features, data.target)
        }
        Content::Lines => {
            let lines = text(set)?.split_inclusive('\n').map(str::to_owned).collect();
            (Features::Text(lines), Target::Series)
        }
    };
    let mut data = Data::new(set.name, set.task, features, target)?;
    data.description = set.description.to_owned();
    data.target_name = set.target.to_owned();
    Ok(data)
}

fn target(set: &Dataset, table: &Table) -> Result<Target> {
    Ok(match set.task {
        Task::Regression => Target::Numbers(table.numbers(set.target)?),
        Task::Translation => Target::Text(table.labels(set.target)?),
        _ => classes(&table.labels(set.target)?)?,
    })
}

fn classes(words: &[String]) -> Result<Target> {
    let model = LabelEncoder::new().fit(words)?;
    Ok(Target::Classes { labels: model.encode(words)?, names: model.classes().to_vec() })
}

fn matrix_or_table(table: Table) -> Result<Features> {
    let complete = |column: &Column| matches!(column, Column::Numbers(_)) && column.n_missing() == 0;
    if !table.columns().iter().all(complete) {
        return Ok(Features::Table(table));
    }
    Ok(Features::Matrix { values: table.to_matrix()?, names: table.names().to_vec() })
}

fn images(set: &Dataset) -> Result<Features> {
    Ok(Features::Images(Idx::read(&unpacked(set, 0)?, set.name)?.images()?))
}

fn csv(set: &Dataset, file: usize) -> Result<Table> {
    Table::from_csv(unpacked(set, file)?.as_slice(), set.name)
}

/// Cells between tabs, nothing quoted and every word itself: `na` and `nan` are names, not gaps. An empty cell is missing.
fn tsv(set: &Dataset) -> Result<Table> {
    let text = text(set)?;
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = lines.next().unwrap_or_default();
    let rows: Vec<Vec<&str>> = lines.collect();
    if let Some((row, cells)) = rows.iter().enumerate().find(|(_, cells)| cells.len() != names.len()) {
        let (expected, found) = (names.len(), cells.len());
        return Err(Error::Format(format!("{}: row {}: expected {expected} cells, found {found}", set.name, row + 1)));
    }
    let column = |at: usize| {
        let cells =
            || rows.iter().filter_map(|row| row.get(at)).map(|cell| Some(*cell).filter(|cell| !cell.is_empty()));
        if cells().flatten().all(|cell| finite(cell).is_some()) {
            Column::Numbers(cells().map(|cell| cell.and_then(finite)).collect())
        } else {
            Column::Words(cells().map(|cell| cell.map(str::to_owned)).collect())
        }
    };
    Table::new(names.iter().enumerate().map(|(at, name)| ((*name).to_owned(), column(at))).collect())
}

fn text(set: &Dataset) -> Result<String> {
    String::from_utf8(unpacked(set, 0)?).map_err(|e| Error::Format(format!("{}: expected UTF-8: {e}", set.name)))
}

fn unpacked(set: &Dataset, file: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let packed = set.files.get(file).map_or(&[][..], |(_, packed)| packed());
    match GzDecoder::new(packed).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(e) => Err(Error::Format(format!("{}: cannot unpack: {e}", set.name))),
    }
}
