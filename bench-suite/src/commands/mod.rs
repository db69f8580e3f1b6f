//! The commands, and what they share.

pub(crate) mod compare;
pub(crate) mod generate;
pub(crate) mod list;
pub(crate) mod predict;
pub(crate) mod run;

use crate::{
    failure::{Failure, Result},
    registry::Answer,
};
use cairn_preprocess::LabelEncoderModel;
use cairn_traits::DMatrix;
use std::io::{ErrorKind, Write};

/// Prints to standard output; a reader that has gone away (`| head`) is no failure.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Failure::new(format!("standard output: {e}"))),
        _ => Ok(()),
    }
}

/// Runs `work` on this many threads; all cores, if none are asked for.
pub(crate) fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    const MOST: usize = 1024;
    let threads = match threads {
        Some(n) if !(1..=MOST).contains(&n) => {
            return Err(Failure::new(format!("--threads: expected 1 to {MOST}, found {n}")));
        }
        Some(n) => n,
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|e| Failure::new(format!("--threads {threads}: {e}")))?.install(work)
}

/// Answers as CSV: `prediction`, and for classes its `probability`, for anomalies their `score`; columns of numbers have numbers for names.
pub(crate) fn predictions_csv<'a>(
    answers: impl IntoIterator<Item = &'a Answer>,
    order: Option<&[usize]>,
    names: Option<&LabelEncoderModel>,
) -> Result<String> {
    let (mut header, mut lines) = ("prediction".to_owned(), Vec::new());
    for answer in answers {
        match answer {
            Answer::Numbers(numbers) => lines.extend(numbers.iter().map(|number| format!("{number}\n"))),
            Answer::Clusters(clusters) => lines.extend(clusters.iter().map(|cluster| format!("{cluster}\n"))),
            Answer::Anomalies { scores, flagged } => {
                header = "prediction,score".into();
                let word = |flag: bool| if flag { "anomaly" } else { "usual" };
                lines.extend(flagged.iter().zip(scores).map(|(&flag, score)| format!("{},{score}\n", word(flag))));
            }
            Answer::Classes { predicted, proba, classes } => {
                header = "prediction,probability".into();
                for (row, label) in predicted.iter().enumerate() {
                    let name = names.and_then(|names| names.classes().get(*label));
                    let name = name.ok_or_else(|| Failure::new(format!("model: no name for class {label}")))?;
                    let column = classes.iter().position(|class| class == label).unwrap_or_default();
                    lines.push(format!("{},{}\n", quoted(name), proba[(row, column)]));
                }
            }
            Answer::Reduced { embedded: rows, .. } => header = numbered("component", rows, &mut lines),
            Answer::Generated(rows) => header = numbered("column", rows, &mut lines),
            Answer::Symbols(logs) => {
                header = "log_probability".into();
                lines.extend(logs.iter().map(|log| format!("{log}\n")));
            }
        }
    }
    // answers came fold by fold; `order` says which row each belongs to
    if let Some(order) = order.filter(|order| order.len() == lines.len()) {
        let mut placed: Vec<(usize, String)> = order.iter().copied().zip(lines).collect();
        placed.sort_by_key(|(row, _)| *row);
        lines = placed.into_iter().map(|(_, line)| line).collect();
    }
    Ok(format!("{header}\n{}", lines.concat()))
}

/// Rows of numbers as lines; the header is the name and the numbers from 1.
fn numbered(name: &str, rows: &DMatrix<f64>, lines: &mut Vec<String>) -> String {
    let joined = |cells: &mut dyn Iterator<Item = String>| cells.collect::<Vec<_>>().join(",");
    lines.extend(rows.row_iter().map(|row| joined(&mut row.iter().map(f64::to_string)) + "\n"));
    joined(&mut (1..=rows.ncols()).map(|at| format!("{name}_{at}")))
}

/// A cell of CSV.
pub(crate) fn quoted(cell: &str) -> String {
    let plain = !cell.contains(['"', ',', '\n', '\r']) && cell.trim() == cell && !cell.is_empty();
    if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
}
