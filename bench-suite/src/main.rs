//! `bench-suite`: runs and compares the Cairn algorithms.
//!
//! ```text
//! bench-suite                every algorithm on its shared data sets: the same folds, accuracy and speed side by side
//! bench-suite run NAME ...   one algorithm on a file of your own
//! bench-suite predict ...    the answers of a saved model
//! bench-suite generate NAME  a data set made to order
//! bench-suite list           what there is
//! ```
//!
//! # Other people's libraries
//! `--peers linfa,smartcore,sklearn,sklearnex,torch` puts the same algorithms of other libraries under ours: our
//! hyperparameters, the same folds, the same prepared matrices, the same precision (f64; f32 for networks), as many threads
//! where they have threads. Their conversions are not timed. Below each table stands how many times our time they took, and
//! whether their answers are ours: a ratio of unequal work says so. What is drawn at random, networks among it, has no
//! single right answer: there the scores stand beside each other. A hyperparameter that a peer does not have is told among
//! what was not compared, never left out.
//!
//! linfa and smartcore are in the program if it was built with `--features peers`; scikit-learn, its oneDAL build and
//! PyTorch (networks alone, on the processor) run in a Python of their own (`--python PATH`, packages in
//! `bench-suite/peers/requirements.txt`), by `bench-suite/peers/worker.py` and what it loads. One that is not there is
//! named, and the rest is compared.
//!
//! Errors are one line on standard error that names the file, row, column or flag, and exit status 2.
#![forbid(unsafe_code)]

mod adapters;
mod baselines;
mod cli;
mod commands;
mod curves;
mod evaluation;
mod failure;
mod input;
mod interrupt;
mod machine;
mod page;
mod peers;
mod preparation;
mod record;
mod registry;
mod report;
mod results;
mod saved;
mod score;
mod series;
mod shared;
mod splits;
mod words;

use clap::{Parser, error::ErrorKind};
use cli::{Cli, Command};
use failure::Failure;
use std::{io::Write, process::ExitCode};

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => match &cli.command {
            Some(Command::List(list)) => commands::list::list(list),
            Some(Command::Run(run)) => commands::run::run(run),
            Some(Command::Predict(predict)) => commands::predict::predict(predict),
            Some(Command::Compare(compare)) => commands::compare::compare(compare),
            Some(Command::Generate(generate)) => commands::generate::generate(generate),
            None => commands::compare::compare(&cli.compare),
        },
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            commands::print(&error.to_string())
        }
        Err(error) => Err(in_one_line(&error)),
    };
    match done {
        Ok(()) if interrupt::asked() => ExitCode::from(interrupt::STATUS),
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // where standard error is closed or full there is nobody left to tell
            let _unheard = writeln!(std::io::stderr(), "bench-suite: {failure}");
            ExitCode::from(2)
        }
    }
}

/// The parser's message without its usage text.
fn in_one_line(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let told = text.split("\n\nUsage:").next().unwrap_or(&text);
    let told = told.split("\n\nFor more information").next().unwrap_or(told);
    Failure::new(told.trim_start_matches("error: "))
}
