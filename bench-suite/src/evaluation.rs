//! Prepare, fit, answer, score: one algorithm on one split of one data set.

use crate::{
    cli::{Precision, Task},
    failure::{Failure, Result},
    input::Features,
    peers::threads,
    preparation::Preparation,
    registry::{Answer, Entry, Fitted, Settings, Target, Timed},
    results::Line,
    score::{Scores, Spread, as_json, median, over_splits, scores},
    splits::Split,
};
use cairn_preprocess::{LabelEncoder, LabelEncoderModel, Table};
use cairn_traits::{Convergence, DVector};

/// What is to be predicted, as the file has it.
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    /// Nothing is known of so many rows.
    None(usize),
    Words(Vec<String>),
    Numbers(DVector<f64>),
}

impl Truth {
    /// A table's column, as the task takes it.
    pub(crate) fn of_column(table: &Table, column: &str, task: Task) -> Result<Self> {
        Ok(match task {
            Task::Regression => Self::Numbers(table.numbers(column)?),
            // where nothing is predicted, classes that are known are what answers are compared with
            _ => Self::Words(table.labels(column)?),
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::None(n) => *n,
            Self::Words(words) => words.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }
}

/// The names of the classes, where there are classes.
pub(crate) fn class_names(truth: &Truth) -> Result<Option<LabelEncoderModel>> {
    Ok(match truth {
        Truth::Words(words) => Some(LabelEncoder::new().fit(words)?),
        Truth::Numbers(_) | Truth::None(_) => None,
    })
}

/// Classes as positions among the names; a class without a name gets a position behind them.
pub(crate) fn target(truth: &Truth, names: Option<&LabelEncoderModel>) -> Target {
    match truth {
        Truth::None(_) => Target::None,
        Truth::Numbers(numbers) => Target::Numbers(numbers.clone()),
        Truth::Words(words) => {
            let names = names.map_or(&[] as &[String], LabelEncoderModel::classes);
            let mut positions: Vec<(&str, usize)> = names.iter().map(String::as_str).zip(0..).collect();
            positions.sort_unstable();
            let position = |word: &String| {
                let known = positions.binary_search_by(|(name, _)| (*name).cmp(word));
                known.ok().and_then(|at| positions.get(at)).map_or(names.len(), |(_, position)| *position)
            };
            Target::Classes(words.iter().map(position).collect())
        }
    }
}

fn take(target: &Target, rows: &[usize]) -> Target {
    match target {
        Target::None => Target::None,
        Target::Classes(labels) => Target::Classes(rows.iter().map(|&row| labels[row]).collect()),
        Target::Numbers(numbers) => Target::Numbers(numbers.select_rows(rows)),
    }
}

/// Data as an algorithm meets it.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    /// The file or the shared set.
    pub(crate) name: String,
    pub(crate) features: Features,
    pub(crate) target: Target,
    pub(crate) names: Option<LabelEncoderModel>,
}

impl Data {
    pub(crate) fn new(name: String, features: Features, truth: &Truth) -> Result<Self> {
        if truth.len() != features.n_rows() {
            let (expected, found) = (features.n_rows(), truth.len());
            return Err(Failure::new(format!("{name}: expected {expected} labels, one a row, found {found}")));
        }
        let names = class_names(truth)?;
        let target = target(truth, names.as_ref());
        Ok(Self { name, features, target, names })
    }

    pub(crate) fn take_rows(&self, rows: &[usize]) -> Result<Self> {
        Ok(Self {
            name: self.name.clone(),
            features: self.features.take_rows(rows)?,
            target: take(&self.target, rows),
            names: self.names.clone(),
        })
    }
}

/// An algorithm, ready to be fitted.
pub(crate) struct Job<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) settings: &'a Settings,
    pub(crate) standardize: bool,
}

/// The whole way from raw rows to answers.
pub(crate) struct Trained {
    pub(crate) preparation: Preparation,
    pub(crate) fitted: Box<dyn Fitted>,
    pub(crate) fit_seconds: f64,
}

impl Job<'_> {
    pub(crate) fn fit(&self, data: &Data) -> Result<Trained> {
        let named = |failure: Failure| failure.at(&data.name);
        let preparation =
            Preparation::fit(&data.features, self.entry.algorithm.takes(), self.standardize).map_err(named)?;
        let x = preparation.apply(&data.features).map_err(named)?;
        let Timed { value: fitted, seconds } =
            self.entry.algorithm.fit(&x, &data.target, self.settings).map_err(named)?;
        Ok(Trained { preparation, fitted, fit_seconds: seconds })
    }
}

/// What came of the splits.
pub(crate) struct Outcome {
    pub(crate) spreads: Vec<Spread>,
    pub(crate) fit_seconds: f64,
    pub(crate) predict_seconds: f64,
    pub(crate) convergence: Option<Convergence>,
    /// The answers to the rows tested, split by split.
    pub(crate) answers: Vec<Answer>,
}

/// What came of one split.
pub(crate) struct Part {
    scores: Scores,
    answer: Answer,
    fit_seconds: f64,
    predict_seconds: f64,
    convergence: Option<Convergence>,
}

/// Scores and times of several splits: medians of the times.
pub(crate) fn outcome(parts: Vec<Part>) -> Outcome {
    let scores: Vec<Scores> = parts.iter().map(|part| part.scores.clone()).collect();
    Outcome {
        spreads: over_splits(&scores),
        fit_seconds: median(parts.iter().map(|part| part.fit_seconds).collect()),
        predict_seconds: median(parts.iter().map(|part| part.predict_seconds).collect()),
        convergence: parts.first().and_then(|part| part.convergence),
        answers: parts.into_iter().map(|part| part.answer).collect(),
    }
}

/// Answers and scores rows; scores of the fit itself stand behind those of the answers.
pub(crate) fn test(trained: &Trained, features: &Features, target: &Target, seed: u64) -> Result<Part> {
    let x = trained.preparation.apply(features)?;
    let Timed { value: answer, seconds } = trained.fitted.answer(&x)?;
    let mut scores = scores(&answer, &x, target, seed)?;
    scores.extend(trained.fitted.scores());
    let convergence = trained.fitted.convergence();
    Ok(Part { scores, answer, fit_seconds: trained.fit_seconds, predict_seconds: seconds, convergence })
}

/// [`test()`] of the rows of the fit themselves.
pub(crate) fn test_own(trained: &Trained, data: &Data, seed: u64) -> Result<Part> {
    let Some(answer) = trained.fitted.own_rows() else { return test(trained, &data.features, &data.target, seed) };
    let x = trained.preparation.apply(&data.features)?;
    let mut scores = scores(&answer, &x, &data.target, seed)?;
    scores.extend(trained.fitted.scores());
    let convergence = trained.fitted.convergence();
    // the fit has answered them
    Ok(Part { scores, answer, fit_seconds: trained.fit_seconds, predict_seconds: 0.0, convergence })
}

/// Fits and tests on each split; `done` is called after each, and says whether to go on.
pub(crate) fn evaluate(
    job: &Job<'_>,
    data: &Data,
    splits: &[Split],
    mut done: impl FnMut() -> Result<()>,
) -> Result<Outcome> {
    let mut parts = Vec::with_capacity(splits.len());
    for split in splits {
        let trained = job.fit(&data.take_rows(&split.train)?)?;
        let held = data.take_rows(&split.test)?;
        let part = match split.train == split.test {
            true => test_own(&trained, &held, job.settings.seed),
            false => test(&trained, &held.features, &held.target, job.settings.seed),
        };
        parts.push(part.map_err(|failure| failure.at(&data.name))?);
        done()?;
    }
    Ok(outcome(parts))
}

/// What one line of the result tells, beside its scores.
pub(crate) struct Facts<'a> {
    pub(crate) job: &'a Job<'a>,
    pub(crate) data: &'a Data,
    pub(crate) task: Task,
    /// `test`, `holdout`, `folds` or `train`.
    pub(crate) evaluated_on: &'static str,
}

/// One result as it is printed and written.
pub(crate) fn line(facts: &Facts<'_>, outcome: &Outcome) -> Result<Line> {
    let Facts { job, data, task, evaluated_on } = facts;
    let precision = match job.settings.precision {
        Precision::F32 => "f32",
        Precision::F64 => "f64",
    };
    Ok(Line {
        algorithm: job.entry.name.into(),
        peer: job.entry.peer.map(str::to_owned),
        baseline: job.entry.baseline,
        dataset: data.name.clone(),
        task: task.name().into(),
        n_samples: data.features.n_rows(),
        n_features: data.features.n_features(),
        params: job.entry.algorithm.params(job.settings)?,
        standardize: job.standardize,
        seed: job.settings.seed,
        threads: threads(job.entry.peer),
        precision: precision.into(),
        evaluated_on: (*evaluated_on).into(),
        fit_seconds: outcome.fit_seconds,
        predict_seconds: outcome.predict_seconds,
        metrics: as_json(&outcome.spreads, *evaluated_on == "folds"),
        convergence: outcome.convergence,
        confusion: None,
        curves: Vec::new(),
        agreement: None,
        map: None,
    })
}
