//! One face for estimators of libraries that are part of this program.

use super::not_saved;
use crate::{
    cli::{Precision, Task},
    failure::{Failure, Result},
    registry::{Algorithm, Answer, Entry, Fitted, Form, Input, Settings, Target, Timed, named},
};
use cairn_traits::{DMatrix, DVector};
use serde_json::{Map, Value};
use std::{
    fmt::Display,
    panic::{self, AssertUnwindSafe},
    time::Instant,
};

/// Our hyperparameters, by the names we give them.
pub(crate) type Params = Map<String, Value>;

/// A fit: what it returns answers rows.
pub(crate) type Fit = fn(&DMatrix<f64>, &Target, &Params) -> Result<Timed<Model>>;

/// The rows to answer become answers, the time without conversions.
pub(crate) type Model = Box<dyn Fn(&DMatrix<f64>) -> Result<Timed<Answer>> + Send + Sync>;

/// Our name of an algorithm, and a library's way of it.
pub(crate) type Fits = &'static [(&'static str, Fit)];

/// The counterparts of ours, and the library's version.
pub(crate) fn entries(library: &'static str, fits: Fits, own: &[Entry]) -> (String, Vec<Entry>) {
    let counterparts = own.iter().filter_map(|entry| {
        let (_, fit) = fits.iter().find(|(name, _)| *name == entry.name)?;
        let ours = named(entry.name).ok()?.algorithm;
        Some(entry.of_peer(library, Box::new(Counterpart { library, ours, fit: *fit })))
    });
    (version(library).unwrap_or_default(), counterparts.collect())
}

/// As the lock file of this build has it.
fn version(package: &str) -> Option<String> {
    let lock = include_str!("../../../Cargo.lock");
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next().map(str::to_owned)
}

struct Counterpart {
    library: &'static str,
    ours: Box<dyn Algorithm>,
    fit: Fit,
}

struct Held {
    library: &'static str,
    model: Model,
}

impl Algorithm for Counterpart {
    fn task(&self) -> Task {
        self.ours.task()
    }

    fn takes(&self) -> Form {
        self.ours.takes().dense()
    }

    fn defaults(&self) -> Params {
        self.ours.defaults()
    }

    fn params(&self, settings: &Settings) -> Result<Params> {
        self.ours.params(settings)
    }

    fn fit(&self, x: &Input, y: &Target, settings: &Settings) -> Result<Timed<Box<dyn Fitted>>> {
        if settings.precision != Precision::F64 {
            return Err(Failure::new(format!("{}: expected precision f64, found f32", self.library)));
        }
        let (x, params) = (x.matrix()?, self.params(settings)?);
        let Timed { value: model, seconds } = caught(self.library, || (self.fit)(x, y, &params))?;
        Ok(Timed { value: Box::new(Held { library: self.library, model }), seconds })
    }

    fn load(&self, _: &str, _: &Settings) -> Result<Box<dyn Fitted>> {
        Err(not_saved())
    }
}

impl Fitted for Held {
    fn answer(&self, x: &Input) -> Result<Timed<Answer>> {
        let x = x.matrix()?;
        let answer = caught(self.library, || (self.model)(x))?;
        match &answer.value {
            Answer::Numbers(numbers) if numbers.iter().any(|number| !number.is_finite()) => {
                Err(Failure::new(format!("{}: answered numbers that are not finite", self.library)))
            }
            _ => Ok(answer),
        }
    }

    fn save(&self) -> Result<String> {
        Err(not_saved())
    }
}

/// Libraries that panic on rows they do not like must not end the comparison.
fn caught<T>(library: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let told = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(told);
    done.unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        Err(Failure::new(format!("{library} panicked: {text}")))
    })
}

/// A call and how long it took; `E` is a library's own error.
pub(crate) fn timed<T, E: Display>(work: impl FnOnce() -> std::result::Result<T, E>) -> Result<Timed<T>> {
    let start = Instant::now();
    let done = work();
    let seconds = start.elapsed().as_secs_f64();
    done.map(|value| Timed { value, seconds }).map_err(Failure::new)
}

/// A hyperparameter of ours that is a number.
pub(crate) fn number(params: &Params, name: &str) -> Result<f64> {
    params.get(name).and_then(Value::as_f64).ok_or_else(|| Failure::new(format!("{name}: expected a number")))
}

/// A hyperparameter of ours that counts something.
pub(crate) fn count(params: &Params, name: &str) -> Result<usize> {
    let count = params.get(name).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| Failure::new(format!("{name}: expected a count")))
}

/// A hyperparameter of ours that is on or off.
pub(crate) fn flag(params: &Params, name: &str) -> Result<bool> {
    params.get(name).and_then(Value::as_bool).ok_or_else(|| Failure::new(format!("{name}: expected true or false")))
}

/// The numbers to learn.
pub(crate) fn numbers(y: &Target) -> Result<&DVector<f64>> {
    match y {
        Target::Numbers(y) => Ok(y),
        _ => Err(Failure::new("target: expected numbers")),
    }
}

/// The classes to learn.
pub(crate) fn classes(y: &Target) -> Result<&[usize]> {
    match y {
        Target::Classes(y) => Ok(y),
        _ => Err(Failure::new("target: expected classes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_of_the_lock_file() {
        assert!(version("linfa").unwrap().starts_with("0.8."));
        assert!(version("smartcore").unwrap().starts_with("0."));
        assert_eq!(version("no-such-library"), None);
    }

    #[test]
    fn a_panic_is_a_failure_of_one_line() {
        let failure = caught("them", || -> Result<()> { panic!("rows\nand {} columns", 3) }).unwrap_err();
        assert_eq!(failure.to_string(), "them panicked: rows and 3 columns");
        assert!(caught("them", || Ok(1)).is_ok());
    }
}
