//! The data that algorithms are compared on: which shared set for which task, or a table of the user's own.

use crate::{
    cli::{Compare, Task},
    commands::run::{from_table, series_of},
    evaluation::{Data, Truth},
    failure::{Failure, Result},
    input::{self, Content, Features},
    registry::Target,
    results::Facts,
    splits::sample,
};
use cairn_preprocess::{Column, Table};
use cairn_traits::Rows;

/// Rows of each data set, at most, unless `--full` is given.
const ROWS: usize = 10_000;

/// Rows of each data set with `--quick`, at most.
const QUICK_ROWS: usize = 500;

/// Which sets show what a task is, small ones first.
const SETS: &[(Task, &str)] = &[
    (Task::Classification, "iris"),
    (Task::Classification, "penguins"),
    (Task::Classification, "digits8x8"),
    (Task::Regression, "sacramento_houses"),
    (Task::Regression, "wine_quality_red"),
    (Task::Clustering, "iris"),
    (Task::Clustering, "digits8x8"),
    (Task::Reduction, "digits8x8"),
    (Task::Generation, "digits8x8"),
];

/// Data of one task.
pub(crate) struct Set {
    pub(crate) task: Task,
    pub(crate) data: Data,
    pub(crate) facts: Facts,
}

/// How many rows are used, at most.
pub(crate) fn rows_at_most(compare: &Compare) -> Option<usize> {
    match (compare.quick, compare.full) {
        (true, _) => Some(QUICK_ROWS),
        (_, true) => None,
        _ => Some(ROWS),
    }
}

/// The data sets asked for.
pub(crate) fn sets(compare: &Compare) -> Result<Vec<Set>> {
    if let Some(path) = &compare.csv {
        let source = input::name(path);
        let Content::Table(table) = input::read(path)? else {
            return Err(Failure::new(format!("--csv: expected a table, found images in {source}")));
        };
        return Ok(vec![own(compare, source.clone(), &table).map_err(|failure| failure.at(&source))?]);
    }
    let known: Vec<&str> = cairn_datasets::all().iter().map(|set| set.name).collect();
    if let Some(unknown) = compare.datasets.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::new(format!("--datasets: expected some of {}, found '{unknown}'", known.join(", "))));
    }
    let wanted = |(task, name): &&(Task, &str)| {
        compare.task.is_none_or(|own| own == *task)
            && (compare.datasets.is_empty() || compare.datasets.iter().any(|own| own == name))
    };
    let sets = SETS.iter().filter(wanted).filter_map(|(task, name)| Some((*task, cairn_datasets::by_name(name)?)));
    let sets: Vec<Set> = sets.map(|(task, set)| shared(compare, task, &set)).collect::<Result<_>>()?;
    if sets.is_empty() {
        return Err(Failure::new("--task, --datasets: no data set is left"));
    }
    Ok(sets)
}

/// A table of the user's own.
fn own(compare: &Compare, name: String, table: &Table) -> Result<Set> {
    let task = match (compare.task, &compare.target) {
        (Some(task), _) => task,
        // words are classes, numbers are numbers
        (None, Some(column)) => match table.column(column)? {
            Column::Words(_) => Task::Classification,
            Column::Numbers(_) => Task::Regression,
        },
        (None, None) => {
            let names = table.names().join(", ");
            return Err(Failure::new(format!(
                "--target: expected a column, one of {names}; or --task clustering, reduction or generation"
            )));
        }
    };
    let data = of_table(name.clone(), table, compare.target.as_deref(), task)?;
    let facts = Facts { name, description: String::new(), licence: String::new(), source: String::new() };
    Ok(Set { task, data: capped(compare, data)?, facts })
}

fn shared(compare: &Compare, task: Task, set: &cairn_datasets::Dataset) -> Result<Set> {
    let data = of_table(set.name.to_owned(), &set.table()?, Some(set.target), task)?;
    let facts = Facts {
        name: set.name.into(),
        description: set.description.into(),
        licence: set.licence.into(),
        source: set.source.into(),
    };
    Ok(Set { task, data: capped(compare, data)?, facts })
}

/// A table's columns as the task takes them: what is known of the rows is left out where nothing is predicted.
fn of_table(name: String, table: &Table, target: Option<&str>, task: Task) -> Result<Data> {
    let supervised = matches!(task, Task::Classification | Task::Regression);
    let Some(column) = target else {
        if supervised || task == Task::Sequence {
            return Err(Failure::new(format!("--target: expected a column for {}", task.name())));
        }
        return Data::new(name, Features::Table(table.clone()), &Truth::None(table.n_rows()));
    };
    if task == Task::Sequence {
        let (features, truth, _) = series_of(table, column, &[])?;
        return Data::new(name, features, &truth);
    }
    let (features, truth, _) = from_table(table, column, &[], task)?;
    let truth = if supervised || task == Task::Clustering { truth } else { Truth::None(table.n_rows()) };
    Data::new(name, features, &truth)
}

/// The rows that are used, drawn with the seed; of series, whose rows belong to each other, all.
fn capped(compare: &Compare, data: Data) -> Result<Data> {
    let n = data.features.n_rows();
    match rows_at_most(compare) {
        Some(most) if n > most => {
            let rows = match (&data.features, &data.target) {
                // what came last belongs together
                (Features::Sequences(_), Target::Numbers(_)) => (n - most..n).collect(),
                (Features::Text(_), _) => (0..most).collect(),
                _ => sample(&data.target, n, most, compare.seed)?,
            };
            data.take_rows(&rows)
        }
        _ => Ok(data),
    }
}
