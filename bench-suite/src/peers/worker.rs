//! A process that fits and answers, one line of JSON for each of ours. What it does wrong is a failure of one line.

use crate::failure::{Failure, Result};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// What a Python runs, and what that loads from beside it.
const SCRIPTS: [(&str, &str); 4] = [
    (WORKER, include_str!("../../peers/worker.py")),
    ("protocol.py", include_str!("../../peers/protocol.py")),
    ("sklearn_worker.py", include_str!("../../peers/sklearn_worker.py")),
    ("torch_worker.py", include_str!("../../peers/torch_worker.py")),
];

const WORKER: &str = "worker.py";

/// How long a library may take to load.
const GREETING: Duration = Duration::from_secs(120);

/// How long one fit or answer may take.
const ANSWER: Duration = Duration::from_secs(900);

/// A program and its library; the process is started when it is needed, and again after it died.
pub(crate) struct Worker {
    library: &'static str,
    python: PathBuf,
    threads: usize,
    folder: TempDir,
    running: Option<Running>,
}

struct Running {
    child: Child,
    requests: ChildStdin,
    answers: Receiver<std::io::Result<String>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // one that has ended already cannot be killed, and that is what is wanted
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

impl Worker {
    /// Starts one, and returns its greeting: what there is.
    pub(crate) fn start(library: &'static str, python: &Path, threads: usize) -> Result<(Self, Value)> {
        let folder = tempfile::Builder::new().prefix("bench-suite-").tempdir().map_err(Failure::new)?;
        for (name, script) in SCRIPTS {
            std::fs::write(folder.path().join(name), script).map_err(Failure::new)?;
        }
        let mut worker = Self { library, python: python.to_owned(), threads, folder, running: None };
        let greeting = worker.begin()?;
        Ok((worker, greeting))
    }

    /// Where data and answers go.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn begin(&mut self) -> Result<Value> {
        let python = self.python.display().to_string();
        let errors = File::create(self.folder().join("errors")).map_err(Failure::new)?;
        let mut command = Command::new(&self.python);
        command.arg(self.folder().join(WORKER)).arg(self.library);
        // with it, a script does not find what lies beside it
        command.env_remove("PYTHONSAFEPATH");
        for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT"] {
            command.env(threads, self.threads.to_string());
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut child = command.spawn().map_err(|e| Failure::new(format!("{python}: {e}")))?;
        let (Some(requests), Some(out)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::new(format!("{python}: no pipes")));
        };
        let (sender, answers) = channel();
        thread::spawn(move || {
            // ends with the process, or when nobody listens any more
            for line in BufReader::new(out).lines() {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        self.running = Some(Running { child, requests, answers });
        self.hear(GREETING).map_err(|failure| failure.at(&python))
    }

    /// The answer to a request.
    pub(crate) fn ask(&mut self, request: &Value) -> Result<Value> {
        if self.running.is_none() {
            self.begin()?;
        }
        let sent = self.running.as_mut().map(|running| {
            running.requests.write_all(format!("{request}\n").as_bytes()).and_then(|()| running.requests.flush())
        });
        if let Some(Err(_)) = sent {
            return Err(self.died());
        }
        self.hear(ANSWER)
    }

    /// Lets go of a model; a process that is gone has nothing to let go.
    pub(crate) fn forget(&mut self, model: u64) {
        if self.running.is_some() {
            let _gone = self.ask(&json!({ "do": "forget", "model": model }));
        }
    }

    fn hear(&mut self, patience: Duration) -> Result<Value> {
        let Some(running) = &self.running else { return Err(Failure::new("the worker is not running")) };
        let line = match running.answers.recv_timeout(patience) {
            Ok(Ok(line)) => line,
            Ok(Err(e)) => return Err(self.given_up(&format!("cannot read its answer: {e}"))),
            Err(RecvTimeoutError::Disconnected) => return Err(self.died()),
            Err(RecvTimeoutError::Timeout) => {
                return Err(self.given_up(&format!("no answer within {} s", patience.as_secs())));
            }
        };
        let Ok(answer @ Value::Object(_)) = serde_json::from_str::<Value>(&line) else {
            let found: String = line.chars().take(80).collect();
            return Err(self.given_up(&format!("expected a line of JSON, found '{found}'")));
        };
        match answer.get("error") {
            None => Ok(answer),
            Some(error) => Err(Failure::new(error.as_str().unwrap_or("an error without words"))),
        }
    }

    /// One that says what cannot be understood is not asked again: the next request gets a new process.
    fn given_up(&mut self, why: &str) -> Failure {
        self.running = None;
        Failure::new(why)
    }

    /// How it ended, and its last words.
    fn died(&mut self) -> Failure {
        let status = self.running.take().and_then(|mut running| running.child.wait().ok());
        let status = status.map_or_else(String::new, |status| format!(" ({status})"));
        let errors = std::fs::read(self.folder().join("errors")).unwrap_or_default();
        let errors = String::from_utf8_lossy(&errors);
        let last = errors.lines().rfind(|line| !line.trim().is_empty());
        Failure::new(format!("the worker ended{status}{}", last.map_or_else(String::new, |last| format!(": {last}"))))
    }
}
