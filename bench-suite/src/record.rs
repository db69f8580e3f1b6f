//! Results on disk as they come, so that whatever ends the program, what is finished stays.

use crate::{
    failure::{Failure, Result},
    report,
    results::{Line, Results},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A comparison under way, and the folder of its files.
pub(crate) struct Record {
    results: Results,
    folder: PathBuf,
}

impl Record {
    /// Begins, and writes that nothing is done yet: an older file would be taken for this run's.
    pub(crate) fn new(results: Results, folder: &Path) -> Result<Self> {
        let record = Self { results, folder: folder.to_owned() };
        record.write()?;
        Ok(record)
    }

    pub(crate) fn add(&mut self, line: Line, seconds: f64) -> Result<()> {
        self.results.results.push(line);
        self.results.seconds = seconds;
        self.write()
    }

    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.results.failures.push(failure.to_string());
    }

    /// The last words, and the files for people: `results.csv` and `report.html`.
    pub(crate) fn finish(mut self, seconds: f64, finished: bool) -> Result<Results> {
        (self.results.seconds, self.results.finished) = (seconds, finished);
        self.write()?;
        self.put("results.csv", &report::csv(&self.results.results)?)?;
        self.put("report.html", &crate::page::page(&self.results))?;
        Ok(self.results)
    }

    fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.results).map_err(Failure::new)?;
        self.put("results.json", &(text + "\n"))
    }

    /// Writes beside the file, then renames: a reader, or a program that is stopped, never has half of it.
    fn put(&self, name: &str, text: &str) -> Result<()> {
        let (path, partly) = (self.folder.join(name), self.folder.join(format!("{name}.part")));
        let failed = |e: std::io::Error| Failure::new(format!("{}: cannot write: {e}", path.display()));
        fs::write(&partly, text).and_then(|()| fs::rename(&partly, &path)).map_err(failed)
    }
}
