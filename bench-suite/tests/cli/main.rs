//! The program as people run it: what it answers, and how it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod agreement;
mod bad_input;
mod edges;
mod edited_models;
mod generate;
mod images;
mod peers;
mod reference;
mod round_trip;
mod tasks;
mod texts;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// A folder of files, gone when the test ends.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program, started in this folder.
    fn run(&self, arguments: &str) -> Output {
        start(self.0.path(), arguments)
    }
}

fn start(folder: &Path, arguments: &str) -> Output {
    let words = arguments.split_whitespace();
    Command::new(env!("CARGO_BIN_EXE_bench-suite")).args(words).current_dir(folder).output().unwrap()
}

/// Standard output of a run that must succeed.
fn told(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The one line of a run that must be refused.
fn refused(output: &Output, what: &str) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{what}: {errors}{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(errors.lines().count(), 1, "{what}: {errors}");
    assert!(output.stdout.is_empty(), "{what}");
    errors
}

/// Words, numbers and gaps: 60 flats, and whether one would rent them.
fn flats() -> String {
    let mut text = String::from("size,rent,district,rent_it\n");
    for i in 0..60 {
        let size = 25 + (i * 37) % 70;
        let rent = 200 + size * 14 + (i * 53) % 200;
        let district = ["north", "south", "\"old town, east\"", "NA"][i % 4];
        let answer = if rent < size * 20 { "yes" } else { "no" };
        let size = if i % 11 == 5 { String::new() } else { size.to_string() };
        text += &format!("{size},{rent},{district},{answer}\n");
    }
    text
}
