//! `bench-suite predict`: the answers of a saved model.

use super::{on_threads, predictions_csv, print};
use crate::{
    cli::{Predict, Task},
    evaluation::{Truth, target},
    failure::{Failure, Result},
    input::{self, Features},
    report,
    saved::{Saved, write},
    score::{over_splits, scores},
};

pub(crate) fn predict(predict: &Predict) -> Result<()> {
    on_threads(predict.threads, || predict_on_pool(predict))
}

fn predict_on_pool(predict: &Predict) -> Result<()> {
    let (saved, task, fitted) = Saved::read(&predict.model)?;
    let source = input::name(&predict.data);
    let at = |failure: Failure| failure.at(&source);
    let (features, truth) = rows(&saved, task, predict)?;
    let x = saved.preparation.apply(&features).map_err(at)?;
    let answer = fitted.answer(&x).map_err(at)?;
    let csv = predictions_csv([&answer.value], None, saved.names.as_ref())?;
    let Some(path) = &predict.predictions else { return print(&csv) };
    write(path, &csv)?;
    let mut cells = vec![
        vec!["rows".to_owned(), features.n_rows().to_string()],
        vec!["predict".to_owned(), report::seconds(answer.seconds)],
    ];
    if let Some(truth) = truth {
        let scores = scores(&answer.value, &target(&truth, saved.names.as_ref())).map_err(at)?;
        cells.extend(over_splits(&[scores]).iter().map(|s| vec![s.name.to_owned(), report::spread(s, false)]));
    }
    let head = format!("{} on {source}, answers in {}", saved.algorithm, input::name(path));
    print(&format!("{head}\n{}\n", report::table(&["", "value"], cells)))
}

/// The rows, and what belongs to them, where the file has it.
fn rows(saved: &Saved, task: Task, predict: &Predict) -> Result<(Features, Option<Truth>)> {
    let (Some(schema), Some(column)) = (&saved.schema, &saved.target) else {
        return Ok((Features::Pixels(input::read_images(&predict.data)?), None));
    };
    let table = input::read_like(&predict.data, schema)?;
    if !table.names().contains(column) {
        return Ok((Features::Table(table), None));
    }
    // cells of the target that are missing are no mistake here: there is just nothing to score
    let truth = Truth::of_column(&table, column, task).ok();
    Ok((Features::Table(table.split_target(column)?.0), truth))
}
