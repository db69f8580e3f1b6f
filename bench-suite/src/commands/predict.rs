//! `bench-suite predict`: the answers of a saved model.

use super::{on_threads, predictions_csv, print};
use crate::{
    cli::{Predict, Task},
    evaluation::{Truth, target},
    failure::{Failure, Result},
    input::{self, Features},
    preparation::Preparation,
    report,
    saved::{Saved, write},
    score::{as_json, over_splits, scores},
    shared::of_shared,
};
use std::io::Write;

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
    let csv = predictions_csv([&answer.value], None, saved.names.as_ref())
        .map_err(|failure| failure.at(&input::name(&predict.model)))?;
    let mut cells = vec![
        vec!["rows".to_owned(), features.n_rows().to_string()],
        vec!["predict".to_owned(), report::seconds(answer.seconds)],
    ];
    let scored = truth.is_some();
    if let Some(truth) = truth {
        let scores = scores(&answer.value, &x, &target(&truth, saved.names.as_ref()), 0).map_err(at)?;
        cells.extend(
            as_json(&over_splits(&[scores]), false)
                .iter()
                .map(|(name, score)| vec![name.clone(), report::score(score)]),
        );
    }
    let summary = format!("{} on {source}\n{}\n", saved.algorithm, report::table(&["", "value"], cells));
    match &predict.predictions {
        Some(path) => {
            write(path, &csv)?;
            print(&format!("{summary}answers in {}\n", input::name(path)))
        }
        None => {
            print(&csv)?;
            // standard output is a CSV file for the next program, so that scores are told beside it
            if scored {
                let _unheard = std::io::stderr().write_all(summary.as_bytes());
            }
            Ok(())
        }
    }
}

/// The rows, and what belongs to them, where the file has it.
fn rows(saved: &Saved, task: Task, predict: &Predict) -> Result<(Features, Option<Truth>)> {
    let path = &predict.data;
    let alone = |features: Features| {
        let truth = (!task.is_supervised()).then(|| Truth::None(features.n_rows()));
        Ok((features, truth))
    };
    let Some(schema) = &saved.schema else {
        return match saved.preparation {
            Preparation::Text => {
                let text = input::read_text(path)?;
                let truth = Truth::None(text.len());
                Ok((Features::Text(text), Some(truth)))
            }
            Preparation::Steps(_) | Preparation::Series { .. } => {
                let (features, truth) = of_shared(&input::read_series(path)?, Task::Sequence)?;
                Ok((features, Some(truth).filter(|truth| !matches!(truth, Truth::None(_)))))
            }
            _ => alone(Features::Pixels(input::read_images(path)?)),
        };
    };
    let table = input::read_like(path, schema)?;
    let Some(column) = saved.target.as_ref().filter(|column| table.names().contains(column)) else {
        return alone(Features::Table(table));
    };
    // cells of the target that are missing are no mistake here: there is just nothing to score
    let truth = Truth::of_column(&table, column, task).ok();
    Ok((Features::Table(table.split_target(column)?.0), truth))
}
