//! The page that a comparison ends in: one file, no network, light and dark, for the first reading and for the tenth.
//!
//! First what was found, in words; then each task with an overview and each of its data sets; at the end what the words
//! mean and how to run it again. Nothing needs the script: it sorts tables and switches the theme.

mod charts;
mod footer;
mod glossary;
mod groups;
mod html;
#[cfg(test)]
mod sample;
mod sections;
mod summary;
#[cfg(test)]
mod tests;
mod verdict;

use crate::{cli::TASKS, results::Results};
use html::escaped;

/// The page as HTML.
pub(crate) fn page(results: &Results) -> String {
    let sections: String = TASKS.into_iter().map(|task| sections::of_task(results, task)).collect();
    let stopped = match results.finished {
        true => "",
        false => "<p class=\"warn\">Interrupted before the end: what is below is what was finished.</p>\n",
    };
    let n = results.results.len();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'\">\n<title>Comparison of machine-learning algorithms</title>\n\
         <style>\n{style}</style></head>\n<body><header><div><h1>Which algorithm learns what, how well, how fast</h1>\n\
         <p class=\"faint\">{started} · {n} results · {program}</p></div>\n\
         <button id=\"theme\" type=\"button\">light / dark</button></header>\n<main>{stopped}{summary}{sections}\
         {failures}{words}</main>\n{footer}<script>\n{script}</script></body></html>\n",
        style = include_str!("style.css"),
        script = include_str!("script.js"),
        started = escaped(&results.started.replace(['T', 'Z'], " ")),
        program = escaped(&results.program),
        summary = summary::summary(results),
        failures = footer::failures(results),
        words = footer::words(results),
        footer = footer::again(results),
    )
}
