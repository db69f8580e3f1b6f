//! One adapter over every estimator, and a kind for each form of rows and answers (see [`kinds`]).

mod anomalies;
mod clusters;
mod iterative;
mod kinds;
mod reduced;
mod terms;

use crate::{
    cli::{Precision, Task},
    failure::{Failure, Result},
    registry::{Algorithm, Answer, Fitted, Form, Input, Settings, Target, Timed},
    score::Scores,
};
use cairn_traits::{Convergence, Float, Hyperparameters, Persist};
use serde_json::{Map, Value};
use std::{marker::PhantomData, time::Instant};

pub(crate) use kinds::{
    Detects, FitScores, Reduced, SymbolModel, classifier, clusterer, detector, forecaster, generator, language_model,
    reducer, regressor,
};

/// What an estimator does for the program: the rows it takes, the answers it gives.
pub(crate) trait Kind<E, F: Float>: 'static {
    type Model: Persist + Send + Sync + 'static;
    fn fit(estimator: &E, x: &Input, y: &Target) -> Result<Timed<Self::Model>>;
    fn answer(model: &Self::Model, x: &Input, seed: u64) -> Result<Timed<Answer>>;
    fn classes(_: &Self::Model) -> &[usize] {
        &[]
    }
    fn scores(_: &Self::Model) -> Scores {
        Vec::new()
    }
    fn convergence(_: &Self::Model) -> Option<Convergence> {
        None
    }
    fn own_rows(_: &Self::Model) -> Option<Answer> {
        None
    }
}

/// The task of a kind, and the form of its rows.
pub(crate) trait Job: 'static {
    const TASK: Task;
    const FORM: Form = Form::Matrix;
}

/// An estimator as the program uses it.
pub(crate) struct Adapter<E, K> {
    estimator: E,
    kind: PhantomData<fn() -> K>,
}

/// A fitted model, the precision it computes in, and its kind.
struct Held<E, F: Float, K: Kind<E, F>> {
    model: K::Model,
    seed: u64,
    of: PhantomData<fn() -> (E, F)>,
}

impl<E: 'static, F: Float, K: Kind<E, F>> Held<E, F, K> {
    fn boxed(model: K::Model, seed: u64) -> Box<dyn Fitted> {
        Box::new(Self { model, seed, of: PhantomData })
    }
}

/// A call and how long it took.
fn timed<T>(work: impl FnOnce() -> cairn_traits::Result<T>) -> Result<Timed<T>> {
    let start = Instant::now();
    let value = work()?;
    Ok(Timed { value, seconds: start.elapsed().as_secs_f64() })
}

impl<E, F: Float, K: Kind<E, F>> Fitted for Held<E, F, K> {
    fn answer(&self, x: &Input) -> Result<Timed<Answer>> {
        K::answer(&self.model, x, self.seed)
    }

    fn save(&self) -> Result<String> {
        Ok(self.model.to_json()?)
    }

    fn classes(&self) -> &[usize] {
        K::classes(&self.model)
    }

    fn scores(&self) -> Scores {
        K::scores(&self.model)
    }

    fn convergence(&self) -> Option<Convergence> {
        K::convergence(&self.model)
    }

    fn own_rows(&self) -> Option<Answer> {
        K::own_rows(&self.model)
    }
}

impl<E: Hyperparameters + 'static, K: Job + Kind<E, f32> + Kind<E, f64>> Algorithm for Adapter<E, K> {
    fn task(&self) -> Task {
        K::TASK
    }

    fn takes(&self) -> Form {
        K::FORM
    }

    fn defaults(&self) -> Map<String, Value> {
        as_map(&self.estimator)
    }

    fn params(&self, settings: &Settings) -> Result<Map<String, Value>> {
        configured(&self.estimator, settings).map(|estimator| as_map(&estimator))
    }

    fn fit(&self, x: &Input, y: &Target, settings: &Settings) -> Result<Timed<Box<dyn Fitted>>> {
        fn fitted<E: 'static, F: Float, K: Kind<E, F>>(
            estimator: &E,
            (x, y): (&Input, &Target),
            seed: u64,
        ) -> Result<Timed<Box<dyn Fitted>>> {
            let Timed { value, seconds } = K::fit(estimator, x, y)?;
            Ok(Timed { value: Held::<E, F, K>::boxed(value, seed), seconds })
        }
        let estimator = configured(&self.estimator, settings)?;
        match settings.precision {
            Precision::F64 => fitted::<E, f64, K>(&estimator, (x, y), settings.seed),
            Precision::F32 => fitted::<E, f32, K>(&estimator, (x, y), settings.seed),
        }
    }

    fn load(&self, text: &str, settings: &Settings) -> Result<Box<dyn Fitted>> {
        Ok(match settings.precision {
            Precision::F64 => Held::<E, f64, K>::boxed(Persist::from_json(text)?, settings.seed),
            Precision::F32 => Held::<E, f32, K>::boxed(Persist::from_json(text)?, settings.seed),
        })
    }
}

/// The defaults with `--set` applied to them, through their serialised form: any estimator's fields, checked.
pub(crate) fn configured<E: Hyperparameters>(default: &E, settings: &Settings) -> Result<E> {
    let mut fields = as_map(default);
    if fields.contains_key("seed") {
        fields.insert("seed".into(), settings.seed.into());
    }
    for (name, text) in &settings.sets {
        if let Some(alias) = E::ALIASES.iter().find(|alias| alias.name == name) {
            let number = text.parse().ok().map(alias.value).filter(|number| number.is_finite());
            let refused =
                || Failure::new(format!("--set {name}={text}: expected a number that makes {} one", alias.field));
            fields.insert(alias.field.into(), number.ok_or_else(refused)?.into());
            continue;
        }
        let Some(old) = fields.get(name) else {
            let aliases = E::ALIASES.iter().map(|alias| alias.name);
            let known: Vec<&str> = fields.keys().map(String::as_str).chain(aliases).collect();
            let known = if known.is_empty() { "no hyperparameters".into() } else { known.join(", ") };
            return Err(Failure::new(format!("--set {name}: expected one of {known}")));
        };
        let new = match old {
            // no entries, as against one that is empty
            Value::Array(_) if text.trim().is_empty() => Value::Array(Vec::new()),
            Value::Array(_) => Value::Array(text.split(',').map(|part| value(part.trim())).collect()),
            _ => value(text),
        };
        fields.insert(name.clone(), new);
        serde_json::from_value::<E>(Value::Object(fields.clone()))
            .map_err(|e| Failure::new(format!("--set {name}={text}: {e}")))?;
    }
    let estimator: E = serde_json::from_value(Value::Object(fields)).map_err(Failure::new)?;
    estimator.validate().map_err(|e| Failure::new(format!("--set {e}")))?;
    Ok(estimator)
}

/// A number or truth value as such, anything else as a word.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Names and values of the fields.
pub(crate) fn as_map<E: Hyperparameters>(estimator: &E) -> Map<String, Value> {
    match serde_json::to_value(estimator) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_knn::{KnnClassifier, Weights};
    use cairn_logistic::LogisticRegression;
    use cairn_mlp::MlpRegressor;

    fn set(pairs: &[(&str, &str)]) -> Result<KnnClassifier> {
        let sets = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        configured(&KnnClassifier::new(5), &Settings { sets, seed: 0, precision: Precision::F64 })
    }

    #[test]
    fn fields_are_set_by_name() {
        let found = set(&[("n_neighbors", "3"), ("weights", "distance")]).unwrap();
        assert_eq!(found, KnnClassifier::new(3).weights(Weights::Distance));
    }

    #[test]
    fn a_list_may_be_without_entries() {
        let hidden = |text: &str| {
            let sets = vec![("hidden".into(), text.into())];
            let found = configured(&MlpRegressor::new(), &Settings { sets, seed: 0, precision: Precision::F64 });
            found.map_err(|e| e.to_string())
        };
        assert_eq!(hidden("256, 128"), Ok(MlpRegressor::new().hidden(&[256, 128])));
        assert_eq!(hidden(""), Ok(MlpRegressor::new().hidden(&[])));
        assert!(hidden("256,").unwrap_err().starts_with("--set hidden=256,: invalid type"));
    }

    #[test]
    fn an_alias_sets_its_field() {
        let set = |text: &str| {
            let settings = Settings { sets: vec![("c".into(), text.into())], seed: 0, precision: Precision::F64 };
            configured(&LogisticRegression::new(), &settings).map_err(|e| e.to_string())
        };
        assert_eq!(set("4"), Ok(LogisticRegression::new().l2(0.25)));
        for text in ["four", "0"] {
            assert_eq!(set(text), Err(format!("--set c={text}: expected a number that makes l2 one")));
        }
        assert!(set("-1").unwrap_err().contains("l2: expected a number of at least 0, found -1"));
    }

    #[test]
    fn what_cannot_be_set_says_what_can() {
        assert_eq!(
            set(&[("k", "3")]).unwrap_err().to_string(),
            "--set k: expected one of n_neighbors, weights, algorithm, metric"
        );
        for (name, value, says) in [
            ("n_neighbors", "0", "n_neighbors: expected at least 1, found 0"),
            ("n_neighbors", "2.5", "--set n_neighbors=2.5: invalid type"),
            ("n_neighbors", "-1", "--set n_neighbors=-1: invalid value"),
            ("weights", "nearest", "expected `uniform` or `distance`"),
        ] {
            let message = set(&[(name, value)]).unwrap_err().to_string();
            assert!(message.contains(says), "{message}");
        }
    }
}
