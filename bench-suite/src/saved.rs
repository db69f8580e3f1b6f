//! A saved model: all it takes to answer raw rows.

use crate::{
    cli::{Precision, Task},
    evaluation::Trained,
    failure::{Failure, Result},
    input,
    preparation::Preparation,
    registry::{Fitted, Settings, named},
};
use cairn_preprocess::{LabelEncoderModel, Persist, Schema};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{fs, path::Path};

const KIND: &str = "bench-suite";
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Saved {
    kind: String,
    version: u32,
    pub(crate) algorithm: String,
    pub(crate) precision: Precision,
    /// The column that is predicted, where the rows were a table.
    pub(crate) target: Option<String>,
    /// The columns of the raw rows, the target optional; `None` for images.
    pub(crate) schema: Option<Schema>,
    pub(crate) preparation: Preparation,
    /// The words of the classes.
    pub(crate) names: Option<LabelEncoderModel>,
    /// The model's own file.
    model: Box<RawValue>,
}

impl Saved {
    pub(crate) fn new(
        algorithm: &str,
        precision: Precision,
        trained: &Trained,
        (target, schema): (Option<String>, Option<Schema>),
        names: Option<LabelEncoderModel>,
    ) -> Result<Self> {
        Ok(Self {
            kind: KIND.into(),
            version: VERSION,
            algorithm: algorithm.into(),
            precision,
            target,
            schema,
            preparation: trained.preparation.clone(),
            names,
            model: RawValue::from_string(trained.fitted.save()?).map_err(Failure::new)?,
        })
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string(self).map_err(Failure::new)?;
        write(path, &text)
    }

    /// What the parts must satisfy before they are used: a file is untrusted.
    fn check(&self) -> Result<()> {
        if let Some(names) = &self.names {
            names.check()?;
        }
        match (&self.schema, &self.target) {
            (Some(schema), Some(target)) => {
                let features = schema.clone().without(&[target.as_str()])?;
                self.preparation.check(Some(&features))
            }
            (columns, None) => self.preparation.check(columns.as_ref()),
            (None, Some(_)) => Err(Failure::new("expected columns where there is a target")),
        }
    }

    /// The file and the model in it.
    pub(crate) fn read(path: &Path) -> Result<(Self, Task, Box<dyn Fitted>)> {
        let source = input::name(path);
        let failed = |e: &dyn std::fmt::Display| Failure::new(format!("{source}: {e}"));
        let text = fs::read(path).map_err(|e| failed(&format!("cannot read: {e}")))?;
        let head: Head = serde_json::from_slice(&text).map_err(|e| failed(&format!("expected a saved model: {e}")))?;
        if head.kind != KIND || head.version != VERSION {
            let (kind, version) = (head.kind, head.version);
            return Err(failed(&format!("expected {KIND} version {VERSION}, found {kind} version {version}")));
        }
        let saved: Self = serde_json::from_slice(&text).map_err(|e| failed(&e))?;
        let entry = named(&saved.algorithm).map_err(|e| failed(&e))?;
        let task = entry.algorithm.task();
        if task.is_supervised() && saved.schema.is_some() && saved.target.is_none() {
            return Err(failed(&"expected the column that is predicted, found none"));
        }
        saved.check().map_err(|e| failed(&e))?;
        let settings = Settings { sets: Vec::new(), seed: 0, precision: saved.precision };
        let fitted = entry.algorithm.load(saved.model.get(), &settings).map_err(|e| failed(&e))?;
        let needs_names = task == Task::Classification;
        if needs_names != saved.names.is_some() && task.is_supervised() {
            return Err(failed(&"expected names of classes for a classifier, and only for one"));
        }
        let n_names = saved.names.as_ref().map_or(0, |names| names.classes().len());
        if let Some(class) = fitted.classes().iter().find(|&&class| class >= n_names) {
            return Err(failed(&format!("expected a name for class {class}, found {n_names} names")));
        }
        Ok((saved, task, fitted))
    }
}

#[derive(Deserialize)]
struct Head {
    kind: String,
    version: u32,
}

/// Writes a file, or says which could not be written.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(|e| Failure::new(format!("{}: cannot write: {e}", input::name(path))))
}
