//! `bench-suite generate`: a data set made to order, as CSV.
//!
//! A table has a line for each row and the target in the last column. Sequences are written in long form, a line for each
//! time of each sequence: `series` (from 0), `time` (from 0), `x0`, `x1`, ... for its features, and the target of the whole
//! sequence on each of its lines; where the series itself is to be continued there is no target.

use super::{print, quoted, run::pairs};
use crate::{
    adapters::{as_map, configured},
    cli::{Generate as Asked, Precision},
    failure::{Failure, Result},
    input,
    registry::Settings,
    saved::write,
};
use cairn_datasets::{
    Data, Features, Generate, Target,
    generators::{
        MakeAddingProblem, MakeBlobs, MakeCircles, MakeClassification, MakeFriedman1, MakeGaussianGrid,
        MakeGaussianRing, MakeLowRank, MakeMoons, MakeRegression, MakeRents, MakeSineMixtures, MakeSparseRegression,
        MakeSpirals, MakeSwissRoll,
    },
};
use cairn_traits::DMatrix;
use serde_json::{Map, Value};

/// A generator with its defaults, whatever its type.
pub(crate) trait Generator {
    fn name(&self) -> &'static str;
    fn description(&self) -> &'static str;
    fn defaults(&self) -> Map<String, Value>;
    fn generate(&self, settings: &Settings) -> Result<Data>;
}

impl<G: Generate> Generator for G {
    fn name(&self) -> &'static str {
        G::NAME
    }

    fn description(&self) -> &'static str {
        G::DESCRIPTION
    }

    fn defaults(&self) -> Map<String, Value> {
        as_map(self)
    }

    fn generate(&self, settings: &Settings) -> Result<Data> {
        Ok(Generate::generate(&configured(self, settings)?)?)
    }
}

/// The one list: a new generator is one line here.
pub(crate) fn generators() -> Vec<Box<dyn Generator>> {
    vec![
        Box::new(MakeMoons::default()),
        Box::new(MakeCircles::default()),
        Box::new(MakeSpirals::default()),
        Box::new(MakeClassification::default()),
        Box::new(MakeRegression::default()),
        Box::new(MakeSparseRegression::default()),
        Box::new(MakeFriedman1::default()),
        Box::new(MakeRents::default()),
        Box::new(MakeBlobs::default()),
        Box::new(MakeSwissRoll::default()),
        Box::new(MakeLowRank::default()),
        Box::new(MakeGaussianRing::default()),
        Box::new(MakeGaussianGrid::default()),
        Box::new(MakeAddingProblem::default()),
        Box::new(MakeSineMixtures::default()),
    ]
}

pub(crate) fn generate(asked: &Asked) -> Result<()> {
    let generators = generators();
    let generator = generators.iter().find(|own| own.name() == asked.name).ok_or_else(|| {
        let names: Vec<&str> = generators.iter().map(|own| own.name()).collect();
        Failure::new(format!("generator: expected one of {}, found '{}'", names.join(", "), asked.name))
    })?;
    let settings = Settings { sets: pairs(&asked.sets)?, seed: asked.seed, precision: Precision::F64 };
    let data = generator.generate(&settings)?;
    let csv = match &data.features {
        Features::Sequences(sequences) => long_form(sequences, &data)?,
        _ => data.to_csv()?,
    };
    let Some(path) = &asked.out else { return print(&csv) };
    write(path, &csv)?;
    let what = if matches!(data.features, Features::Sequences(_)) { "sequences" } else { "rows" };
    let columns = data.feature_names().len();
    let target = match data.target_name.as_str() {
        "" => String::new(),
        name => format!(" and {name}"),
    };
    let (name, n_rows, task) = (&data.name, data.n_rows(), data.task);
    print(&format!("{name}: {n_rows} {what} of {columns} columns{target}, for {task}, in {}\n", input::name(path)))
}

/// A line for each time of each sequence.
fn long_form(sequences: &[DMatrix<f64>], data: &Data) -> Result<String> {
    let target = |at: usize| match &data.target {
        Target::Classes { labels, names } => {
            labels.get(at).and_then(|&label| names.get(label)).map(|name| quoted(name))
        }
        Target::Numbers(numbers) => numbers.get(at).map(f64::to_string),
        _ => None,
    };
    let names = data.feature_names();
    let mut text = format!("series,time,{}", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(","));
    if target(0).is_some() {
        text += &format!(",{}", quoted(&data.target_name));
    }
    text.push('\n');
    for (series, sequence) in sequences.iter().enumerate() {
        let end = target(series).map_or(String::new(), |target| format!(",{target}"));
        for (time, row) in sequence.row_iter().enumerate() {
            text += &format!("{series},{time}");
            row.iter().for_each(|value| text += &format!(",{value}"));
            text += &end;
            text.push('\n');
        }
    }
    Ok(text)
}
