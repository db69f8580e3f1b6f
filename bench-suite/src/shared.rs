//! The data that algorithms are compared on: which shared set for which task, or a table of the user's own.

use crate::{
    cli::{Compare, Task},
    commands::run::{from_table, series_of},
    evaluation::{Data, Truth},
    failure::{Failure, Result},
    input::{self, Content, Features},
    registry::Target,
    results::Facts,
    score::rarest,
    splits::sample,
    words::Texts,
};
use cairn_datasets::{
    Generate, generators, make_adding_problem, make_blobs, make_friedman1, make_gaussian_grid, make_gaussian_ring,
    make_moons, make_rents, make_sine_mixtures, make_swiss_roll,
};
use cairn_preprocess::{Analyzer, Column, Table};
use cairn_traits::Rows;

/// Rows of each data set, at most, unless `--full` is given.
const ROWS: usize = 10_000;

/// Rows of each data set with `--quick`, at most.
const QUICK_ROWS: usize = 500;

/// Rows of data that are made.
const MADE_ROWS: usize = 2_000;

/// Terms of the shared texts, the commonest ones: what iterates over 38 classes of more takes minutes.
const TERMS: usize = 4096;

/// Where data come from.
enum Source {
    /// A set of `cairn-datasets`.
    Shipped(&'static str),
    /// The same, its texts being cut into runs of so many characters.
    Texts(&'static str, Analyzer, (usize, usize)),
    /// Made anew, always the same: the seed is 0.
    Made(&'static str, fn() -> cairn_traits::Result<cairn_datasets::Data>),
}

use Source::{Made, Shipped, Texts as Cut};

/// Which data show what a task is, easy ones first.
const SETS: &[(Task, Source)] = &[
    (Task::Classification, Shipped("iris")),
    (Task::Classification, Shipped("penguins")),
    (Task::Classification, Made("make-moons", || make_moons(MADE_ROWS).noise(0.2).generate())),
    (Task::Classification, Made("make-rents", would_rent)),
    (Task::Classification, Shipped("breast_cancer")),
    (Task::Classification, Shipped("digits8x8")),
    (Task::Classification, Shipped("spambase")),
    (Task::Classification, Shipped("adult")),
    (Task::Classification, Shipped("mnist10k")),
    (Task::Classification, Cut("udhr_langid", Analyzer::Char, (1, 3))),
    (Task::Classification, Cut("names_gender_us1990", Analyzer::CharWb, (1, 4))),
    (Task::Classification, Cut("names_origin", Analyzer::CharWb, (1, 4))),
    (Task::Regression, Made("make-rents", || make_rents(MADE_ROWS).missing(0.02).generate())),
    (Task::Regression, Shipped("diabetes")),
    (Task::Regression, Shipped("sacramento_houses")),
    (Task::Regression, Shipped("wine_quality_red")),
    (Task::Regression, Made("make-friedman1", || make_friedman1(MADE_ROWS).noise(1.0).generate())),
    (Task::Clustering, Shipped("iris")),
    (Task::Clustering, Made("make-blobs", || make_blobs(MADE_ROWS).centers(8).generate())),
    (Task::Clustering, Made("make-moons", || make_moons(MADE_ROWS).noise(0.05).generate())),
    (Task::Clustering, Shipped("digits8x8")),
    (Task::Anomaly, Shipped("breast_cancer")),
    (Task::Anomaly, Shipped("spambase")),
    (Task::Reduction, Made("make-swiss-roll", || make_swiss_roll(MADE_ROWS).generate())),
    (Task::Reduction, Shipped("breast_cancer")),
    (Task::Reduction, Shipped("digits8x8")),
    (Task::Reduction, Shipped("mnist10k")),
    (Task::Generation, Made("make-gaussian-ring", || make_gaussian_ring(MADE_ROWS).generate())),
    (Task::Generation, Made("make-gaussian-grid", || make_gaussian_grid(MADE_ROWS).generate())),
    (Task::Generation, Shipped("digits8x8")),
    (Task::Sequence, Shipped("sunspots_monthly")),
    (Task::Sequence, Shipped("seattle_weather")),
    (Task::Sequence, Made("make-adding-problem", || make_adding_problem(MADE_ROWS).generate())),
    (Task::Sequence, Made("make-sine-mixtures", || make_sine_mixtures(MADE_ROWS).generate())),
    (Task::Sequence, Shipped("japanese_vowels")),
    (Task::Sequence, Shipped("shakespeare")),
];

fn would_rent() -> cairn_traits::Result<cairn_datasets::Data> {
    make_rents(MADE_ROWS).target(generators::RentTarget::WouldRent).missing(0.02).generate()
}

impl Source {
    fn name(&self) -> &'static str {
        match self {
            Self::Shipped(name) | Self::Texts(name, ..) | Self::Made(name, _) => name,
        }
    }
}

/// Data of one task.
pub(crate) struct Set {
    pub(crate) task: Task,
    pub(crate) data: Data,
    /// Whether the rows follow each other in time, so that what is tested must come after what was learned from.
    pub(crate) in_time: bool,
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
            return Err(Failure::new(format!("--csv: expected a table, found something else in {source}")));
        };
        return Ok(vec![own(compare, source.clone(), &table).map_err(|failure| failure.at(&source))?]);
    }
    let mut known: Vec<&str> = SETS.iter().map(|(_, source)| source.name()).collect();
    known.sort_unstable();
    known.dedup();
    if let Some(unknown) = compare.datasets.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::new(format!("--datasets: expected some of {}, found '{unknown}'", known.join(", "))));
    }
    let wanted = |(task, source): &&(Task, Source)| {
        compare.task.is_none_or(|own| own == *task)
            && (compare.datasets.is_empty() || compare.datasets.iter().any(|own| own == source.name()))
    };
    let sets = SETS.iter().filter(wanted).map(|(task, source)| shared(compare, *task, source));
    let sets: Vec<Set> = sets.collect::<Result<_>>()?;
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
                "--target: expected a column, one of {names}; or --task clustering, anomaly, reduction or generation"
            )));
        }
    };
    let (features, truth) = of_table(table, compare.target.as_deref(), task)?;
    let features = Texts::within(&compare.texts, features)?;
    let data = capped(compare, Data::new(name.clone(), features, &truth)?)?;
    let facts = Facts { name, description: String::new(), licence: String::new(), source: String::new() };
    Ok(Set { task, data, in_time: task == Task::Sequence, facts })
}

fn shared(compare: &Compare, task: Task, source: &Source) -> Result<Set> {
    let (data, licence, origin) = match source {
        Shipped(name) | Cut(name, ..) => {
            let set = cairn_datasets::by_name(name).ok_or_else(|| Failure::new(format!("{name}: not shipped")))?;
            (set.load()?, set.licence.to_owned(), set.source.to_owned())
        }
        Made(name, make) => (make()?, String::new(), format!("made by bench-suite generate {name}, seed 0")),
    };
    let name = source.name().to_owned();
    let facts = Facts { name: name.clone(), description: data.description.clone(), licence, source: origin };
    let (features, truth) = match (source, &data.features) {
        (Cut(_, analyzer, ngrams), cairn_datasets::Features::Text(texts)) => {
            cut(texts, *analyzer, *ngrams, truth(&data))?
        }
        _ => of_shared(&data, task).map_err(|failure| failure.at(&name))?,
    };
    let in_time = data.task == cairn_datasets::Task::Forecasting;
    let mut data = Data::new(name, features, &truth)?;
    if task == Task::Anomaly {
        data = thinned(&data)?;
    }
    Ok(Set { task, data: capped(compare, data)?, in_time, facts })
}

/// Other rows to each row of the rarest class, at least, where anomalies are looked for: what is common is none.
const USUAL: usize = 19;

/// The first rows of the rarest class alone, so few that they are anomalies; and all others.
fn thinned(data: &Data) -> Result<Data> {
    let Target::Classes(classes) = &data.target else { return Ok(data.clone()) };
    let rare = rarest(classes);
    let others = classes.iter().filter(|&&class| Some(class) != rare).count();
    let mut left = (others / USUAL).max(1);
    let kept = |(_, class): &(usize, &usize)| {
        let drop = Some(**class) == rare && left == 0;
        left -= usize::from(Some(**class) == rare && !drop);
        !drop
    };
    let rows: Vec<usize> = classes.iter().enumerate().filter(kept).map(|(row, _)| row).collect();
    data.take_rows(&rows)
}

/// Texts as a table of one column.
fn cut(texts: &[String], analyzer: Analyzer, ngrams: (usize, usize), truth: Truth) -> Result<(Features, Truth)> {
    let column = Column::Words(texts.iter().cloned().map(Some).collect());
    let table = Table::new(vec![("text".into(), column)])?;
    let texts = Texts { columns: vec!["text".into()], analyzer, ngrams, max_features: Some(TERMS) };
    Ok((Features::Documents(table, texts), truth))
}

/// What is known of the rows.
fn truth(data: &cairn_datasets::Data) -> Truth {
    use cairn_datasets::Target;
    match &data.target {
        Target::Classes { labels, names } => {
            let word = |label: &usize| names.get(*label).cloned().unwrap_or_default();
            Truth::Words(labels.iter().map(word).collect())
        }
        Target::Numbers(numbers) => Truth::Numbers(numbers.clone()),
        _ => Truth::None(data.n_rows()),
    }
}

/// Rows in any form, and what belongs to them, as the task takes it.
pub(crate) fn of_shared(data: &cairn_datasets::Data, task: Task) -> Result<(Features, Truth)> {
    use cairn_datasets::Features as Rows;
    let target = Some(data.target_name.clone()).filter(|name| !name.is_empty());
    match &data.features {
        Rows::Sequences(sequences) => Ok((Features::Sequences(sequences.clone()), truth(data))),
        Rows::Text(texts) => {
            let lines: Vec<String> =
                texts.iter().flat_map(|text| text.split_inclusive('\n')).map(str::to_owned).collect();
            let n = lines.len();
            Ok((Features::Text(lines), Truth::None(n)))
        }
        Rows::Images(images) => {
            let pixels = images.matrix();
            let known = knows_classes(task) || is_told_by_class(task, &data.target);
            let truth = if known { truth(data) } else { Truth::None(pixels.nrows()) };
            Ok((Features::Pixels(pixels), truth))
        }
        _ => {
            let (features, none) = of_table(&data.table()?, target.as_deref(), task)?;
            Ok((features, if is_told_by_class(task, &data.target) { truth(data) } else { none }))
        }
    }
}

/// Whether the classes of a shared set, which nothing is told of, show in fewer columns.
fn is_told_by_class(task: Task, target: &cairn_datasets::Target) -> bool {
    task == Task::Reduction && matches!(target, cairn_datasets::Target::Classes { .. })
}

/// Whether classes that are known say how good the answers are.
fn knows_classes(task: Task) -> bool {
    matches!(task, Task::Classification | Task::Clustering | Task::Anomaly)
}

/// A table's columns as the task takes them: what is known of the rows is left out where nothing is predicted.
fn of_table(table: &Table, target: Option<&str>, task: Task) -> Result<(Features, Truth)> {
    let Some(column) = target else {
        return match task.is_supervised() {
            true => Err(Failure::new(format!("--target: expected a column for {}", task.name()))),
            false => Ok((Features::Table(table.clone()), Truth::None(table.n_rows()))),
        };
    };
    if task == Task::Sequence {
        let (features, truth, _) = series_of(table, column, &[])?;
        return Ok((features, truth));
    }
    let (features, truth, _) = from_table(table, column, &[], task)?;
    let used = knows_classes(task) || task == Task::Regression;
    Ok((features, if used { truth } else { Truth::None(table.n_rows()) }))
}

/// The rows that are used, drawn with the seed; of series and text, whose rows belong to each other, a stretch.
fn capped(compare: &Compare, data: Data) -> Result<Data> {
    let n = data.features.n_rows();
    match rows_at_most(compare) {
        Some(most) if n > most => {
            let rows = match (&data.features, &data.target) {
                (Features::Sequences(_), Target::Numbers(_)) => (n - most..n).collect(),
                (Features::Text(_), _) => (0..most).collect(),
                _ => sample(&data.target, n, most, compare.seed)?,
            };
            data.take_rows(&rows)
        }
        _ => Ok(data),
    }
}
