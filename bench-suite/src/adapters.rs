//! One adapter for each kind of task, generic over the estimator.

use crate::{
    cli::{Precision, Task},
    failure::{Failure, Result},
    registry::{Algorithm, Answer, Fitted, Settings, Target, Timed},
};
use cairn_traits::{DMatrix, DVector, Fit, Float, Hyperparameters, Persist, Predict, Probabilistic};
use serde_json::{Map, Value};
use std::{marker::PhantomData, time::Instant};

/// An estimator that tells classes apart.
pub(crate) struct Classifier<E>(pub(crate) E);

/// An estimator that predicts a number.
pub(crate) struct Regressor<E>(pub(crate) E);

/// A model, the precision it computes in, and the kind of task.
struct Held<F, M, T> {
    model: M,
    of: PhantomData<fn() -> (F, T)>,
}

struct Classes;
struct Numbers;

fn held<F: Float, M, T>(model: M) -> Box<dyn Fitted>
where
    M: 'static,
    T: 'static,
    Held<F, M, T>: Fitted,
{
    Box::new(Held::<F, M, T> { model, of: PhantomData })
}

fn timed<T>(work: impl FnOnce() -> cairn_traits::Result<T>) -> Result<Timed<T>> {
    let start = Instant::now();
    let value = work()?;
    Ok(Timed { value, seconds: start.elapsed().as_secs_f64() })
}

fn boxed<M>(fitted: Timed<M>, hold: impl FnOnce(M) -> Box<dyn Fitted>) -> Timed<Box<dyn Fitted>> {
    Timed { value: hold(fitted.value), seconds: fitted.seconds }
}

/// The defaults with `--set` applied to them, through their serialised form: any estimator's fields, checked.
fn configured<E: Hyperparameters>(default: &E, settings: &Settings) -> Result<E> {
    let mut fields = as_map(default);
    if fields.contains_key("seed") {
        fields.insert("seed".into(), settings.seed.into());
    }
    for (name, text) in &settings.sets {
        let Some(old) = fields.get(name) else {
            let known: Vec<&str> = fields.keys().map(String::as_str).collect();
            let known = if known.is_empty() { "no hyperparameters".into() } else { known.join(", ") };
            return Err(Failure::new(format!("--set {name}: expected one of {known}")));
        };
        let new = match old {
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

fn as_map<E: Hyperparameters>(estimator: &E) -> Map<String, Value> {
    match serde_json::to_value(estimator) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

fn cast<F: Float>(x: &DMatrix<f64>) -> DMatrix<F> {
    x.map(F::of)
}

impl<F: Float, M> Fitted for Held<F, M, Classes>
where
    M: Persist + Send + Sync + Probabilistic<DMatrix<F>, Scalar = F>,
{
    fn answer(&self, x: &DMatrix<f64>) -> Result<Timed<Answer>> {
        let x = cast::<F>(x);
        let Timed { value: predicted, seconds } = timed(|| self.model.predict(&x))?;
        let proba = self.model.predict_proba(&x)?.map(Float::to_f64);
        Ok(Timed { value: Answer::Classes { predicted, proba, classes: self.model.classes().to_vec() }, seconds })
    }

    fn save(&self) -> Result<String> {
        Ok(self.model.to_json()?)
    }

    fn classes(&self) -> &[usize] {
        self.model.classes()
    }
}

impl<F: Float, M> Fitted for Held<F, M, Numbers>
where
    M: Persist + Send + Sync + Predict<DMatrix<F>, Output = DVector<F>>,
{
    fn answer(&self, x: &DMatrix<f64>) -> Result<Timed<Answer>> {
        let x = cast::<F>(x);
        let Timed { value, seconds } = timed(|| self.model.predict(&x))?;
        Ok(Timed { value: Answer::Numbers(value.map(Float::to_f64)), seconds })
    }

    fn save(&self) -> Result<String> {
        Ok(self.model.to_json()?)
    }
}

type ClassModel<E, F> = <E as Fit<DMatrix<F>, [usize]>>::Model;
type NumberModel<E, F> = <E as Fit<DMatrix<F>, DVector<F>>>::Model;

impl<E> Algorithm for Classifier<E>
where
    E: Hyperparameters + Fit<DMatrix<f32>, [usize]> + Fit<DMatrix<f64>, [usize]>,
    ClassModel<E, f32>: Persist + Send + Sync + Probabilistic<DMatrix<f32>, Scalar = f32> + 'static,
    ClassModel<E, f64>: Persist + Send + Sync + Probabilistic<DMatrix<f64>, Scalar = f64> + 'static,
{
    fn task(&self) -> Task {
        Task::Classification
    }

    fn defaults(&self) -> Map<String, Value> {
        as_map(&self.0)
    }

    fn params(&self, settings: &Settings) -> Result<Map<String, Value>> {
        configured(&self.0, settings).map(|estimator| as_map(&estimator))
    }

    fn fit(&self, x: &DMatrix<f64>, y: &Target, settings: &Settings) -> Result<Timed<Box<dyn Fitted>>> {
        let estimator = configured(&self.0, settings)?;
        let Target::Classes(y) = y else { return Err(Failure::new("target: expected classes, found numbers")) };
        Ok(match settings.precision {
            Precision::F64 => boxed(timed(|| estimator.fit(x, y.as_slice()))?, held::<f64, _, Classes>),
            Precision::F32 => {
                let x = cast::<f32>(x);
                boxed(timed(|| estimator.fit(&x, y.as_slice()))?, held::<f32, _, Classes>)
            }
        })
    }

    fn load(&self, text: &str, precision: Precision) -> Result<Box<dyn Fitted>> {
        Ok(match precision {
            Precision::F64 => held::<f64, _, Classes>(ClassModel::<E, f64>::from_json(text)?),
            Precision::F32 => held::<f32, _, Classes>(ClassModel::<E, f32>::from_json(text)?),
        })
    }
}

impl<E> Algorithm for Regressor<E>
where
    E: Hyperparameters + Fit<DMatrix<f32>, DVector<f32>> + Fit<DMatrix<f64>, DVector<f64>>,
    NumberModel<E, f32>: Persist + Send + Sync + Predict<DMatrix<f32>, Output = DVector<f32>> + 'static,
    NumberModel<E, f64>: Persist + Send + Sync + Predict<DMatrix<f64>, Output = DVector<f64>> + 'static,
{
    fn task(&self) -> Task {
        Task::Regression
    }

    fn defaults(&self) -> Map<String, Value> {
        as_map(&self.0)
    }

    fn params(&self, settings: &Settings) -> Result<Map<String, Value>> {
        configured(&self.0, settings).map(|estimator| as_map(&estimator))
    }

    fn fit(&self, x: &DMatrix<f64>, y: &Target, settings: &Settings) -> Result<Timed<Box<dyn Fitted>>> {
        let estimator = configured(&self.0, settings)?;
        let Target::Numbers(y) = y else { return Err(Failure::new("target: expected numbers, found classes")) };
        Ok(match settings.precision {
            Precision::F64 => boxed(timed(|| estimator.fit(x, y))?, held::<f64, _, Numbers>),
            Precision::F32 => {
                let (x, y) = (cast::<f32>(x), y.map(|v| v as f32));
                boxed(timed(|| estimator.fit(&x, &y))?, held::<f32, _, Numbers>)
            }
        })
    }

    fn load(&self, text: &str, precision: Precision) -> Result<Box<dyn Fitted>> {
        Ok(match precision {
            Precision::F64 => held::<f64, _, Numbers>(NumberModel::<E, f64>::from_json(text)?),
            Precision::F32 => held::<f32, _, Numbers>(NumberModel::<E, f32>::from_json(text)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_knn::{KnnClassifier, Weights};

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
    fn what_cannot_be_set_says_what_can() {
        assert_eq!(set(&[("k", "3")]).unwrap_err().to_string(), "--set k: expected one of n_neighbors, weights");
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
