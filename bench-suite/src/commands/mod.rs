//! The commands, and what they share.

pub(crate) mod compare;
pub(crate) mod list;
pub(crate) mod predict;
pub(crate) mod run;

use crate::{
    failure::{Failure, Result},
    registry::Answer,
};
use cairn_preprocess::LabelEncoderModel;
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

/// Answers as CSV: `prediction`, and for classes its `probability`.
pub(crate) fn predictions_csv<'a>(
    answers: impl IntoIterator<Item = &'a Answer>,
    order: Option<&[usize]>,
    names: Option<&LabelEncoderModel>,
) -> Result<String> {
    let (mut header, mut lines) = ("prediction\n", Vec::new());
    for answer in answers {
        match answer {
            Answer::Numbers(numbers) => lines.extend(numbers.iter().map(|number| format!("{number}\n"))),
            Answer::Classes { predicted, proba, classes } => {
                header = "prediction,probability\n";
                for (row, label) in predicted.iter().enumerate() {
                    let name = names.and_then(|names| names.classes().get(*label));
                    let name = name.ok_or_else(|| Failure::new(format!("model: no name for class {label}")))?;
                    let column = classes.iter().position(|class| class == label).unwrap_or_default();
                    lines.push(format!("{},{}\n", quoted(name), proba[(row, column)]));
                }
            }
        }
    }
    // answers came fold by fold; `order` says which row each belongs to
    if let Some(order) = order {
        let mut placed: Vec<(usize, String)> = order.iter().copied().zip(lines).collect();
        placed.sort_by_key(|(row, _)| *row);
        lines = placed.into_iter().map(|(_, line)| line).collect();
    }
    Ok(header.to_owned() + &lines.concat())
}

/// A cell of CSV.
pub(crate) fn quoted(cell: &str) -> String {
    let plain = !cell.contains(['"', ',', '\n', '\r']) && cell.trim() == cell && !cell.is_empty();
    if plain { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
}
