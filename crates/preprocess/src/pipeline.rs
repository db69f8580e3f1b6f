//! Steps that are fitted together, in order.

use cairn_traits::{
    Classes, DMatrix, DVector, Decision, Fit, FitWeighted, Hyperparameters, InverseTransform, Persist, Predict,
    Probabilistic, Result, ScoreSamples, Transform,
};
use serde::{Deserialize, Serialize};

/// A transformer and what comes after it, as one estimator: a scaler and a classifier, an encoder of tables and a regressor.
///
/// Fitting fits the transformer on the rows given, transforms them, and fits the rest on the result; predicting transforms
/// and predicts. As one estimator it is cross-validated, searched and saved as one. That is the point: standardised
/// **before** it is split, a table has told its training rows the mean of the rows held back; in a pipeline, each split
/// learns its own.
///
/// More steps are pipelines in pipelines: `Pipeline::new(a, b).then(c)` is `a`, then `b`, then `c`.
///
/// Its hyperparameters are those of its parts, `transformer.with_mean` or `model.n_neighbors` by name.
///
/// # Examples
/// ```
/// use cairn_knn::{Fit, KnnClassifier, Predict, rows};
/// use cairn_preprocess::{Pipeline, StandardScaler};
///
/// // size in m2, rent in cents: unscaled, the rent alone decides
/// let flats = rows(&[[30.0, 90_000.0], [80.0, 91_000.0], [32.0, 100_000.0], [85.0, 101_000.0]]);
/// let large = [0, 1, 0, 1];
/// let query = rows(&[[84.0, 90_200.0]]);
/// assert_eq!(KnnClassifier::new(1).fit(&flats, &large[..])?.predict(&query)?, [0]);
/// let model = Pipeline::new(StandardScaler::new(), KnnClassifier::new(1)).fit(&flats, &large[..])?;
/// assert_eq!(model.predict(&query)?, [1]);
/// assert_eq!(model.transformer().mean()[0], 56.75); // (30 + 80 + 32 + 85) / 4
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
/// From a table to an answer:
/// ```
/// use cairn_linear::{DVector, Fit, LinearRegression, Predict};
/// use cairn_preprocess::{Pipeline, Table, TableEncoder};
///
/// let flats = Table::from_csv("rooms,city\n1,Bern\n3,Bern\n1,Genf\n,Genf".as_bytes(), "flats.csv")?;
/// let rents = DVector::from_vec(vec![900.0, 1500.0, 1100.0, 1100.0]);
/// let model = Pipeline::new(TableEncoder::new(), LinearRegression::default()).fit(&flats, &rents)?;
/// // 300 a room, and 200 for Genf; the missing number of rooms is taken for 1, the median
/// let new = Table::from_csv("rooms,city\n2,Genf".as_bytes(), "new.csv")?;
/// assert!((model.predict(&new)?[0] - 1400.0).abs() < 1e-9);
/// # Ok::<(), cairn_preprocess::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline<T, E> {
    transformer: T,
    model: E,
}

impl<T, E> Pipeline<T, E> {
    /// First `transformer`, then `estimator`.
    pub fn new(transformer: T, estimator: E) -> Self {
        Self { transformer, model: estimator }
    }

    /// One more step at the end; what was the estimator must be one that transforms.
    #[must_use]
    pub fn then<N>(self, estimator: N) -> Pipeline<Self, N> {
        Pipeline::new(self, estimator)
    }

    /// The first step.
    pub fn transformer(&self) -> &T {
        &self.transformer
    }

    /// What comes after it.
    pub fn estimator(&self) -> &E {
        &self.model
    }
}

impl<T: Hyperparameters, E: Hyperparameters> Hyperparameters for Pipeline<T, E> {
    fn validate(&self) -> Result<()> {
        self.transformer.validate()?;
        self.model.validate()
    }
}

impl<X, Y, T, E> Fit<X, Y> for Pipeline<T, E>
where
    X: ?Sized,
    Y: ?Sized,
    T: Fit<X, Model: Transform<X>>,
    E: Fit<<T::Model as Transform<X>>::Output, Y>,
{
    type Model = PipelineModel<T::Model, E::Model>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Model> {
        let transformer = self.transformer.fit(x, &())?;
        let model = self.model.fit(&transformer.transform(x)?, y)?;
        Ok(PipelineModel { transformer, model })
    }
}

/// Both steps are given the weights.
impl<X, Y, T, E> FitWeighted<X, Y> for Pipeline<T, E>
where
    X: ?Sized,
    Y: ?Sized,
    T: FitWeighted<X, Model: Transform<X>>,
    E: FitWeighted<<T::Model as Transform<X>>::Output, Y>,
{
    fn fit_weighted(&self, x: &X, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        let transformer = self.transformer.fit_weighted(x, &(), weights)?;
        let model = self.model.fit_weighted(&transformer.transform(x)?, y, weights)?;
        Ok(PipelineModel { transformer, model })
    }
}

/// What [`Pipeline`] fits: the models of its steps. It answers whatever the last of them does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Persist, M: Persist", deserialize = "T: Persist, M: Persist"))]
pub struct PipelineModel<T, M> {
    #[serde(with = "part")]
    transformer: T,
    #[serde(with = "part")]
    model: M,
}

impl<T, M> PipelineModel<T, M> {
    /// A model from steps fitted before.
    pub fn from_parts(transformer: T, model: M) -> Self {
        Self { transformer, model }
    }

    /// What the first step learned.
    pub fn transformer(&self) -> &T {
        &self.transformer
    }

    /// What was learned of the transformed rows.
    pub fn model(&self) -> &M {
        &self.model
    }
}

impl<X: ?Sized, T: Transform<X>, M: Predict<T::Output>> Predict<X> for PipelineModel<T, M> {
    type Output = M::Output;

    fn predict(&self, x: &X) -> Result<M::Output> {
        self.model.predict(&self.transformer.transform(x)?)
    }
}

impl<T, M: Classes> Classes for PipelineModel<T, M> {
    fn classes(&self) -> &[usize] {
        self.model.classes()
    }
}

impl<X: ?Sized, T: Transform<X>, M: Probabilistic<T::Output>> Probabilistic<X> for PipelineModel<T, M> {
    type Scalar = M::Scalar;

    fn predict_proba(&self, x: &X) -> Result<DMatrix<M::Scalar>> {
        self.model.predict_proba(&self.transformer.transform(x)?)
    }

    fn predict_log_proba(&self, x: &X) -> Result<DMatrix<M::Scalar>> {
        self.model.predict_log_proba(&self.transformer.transform(x)?)
    }
}

impl<X: ?Sized, T: Transform<X>, M: Decision<T::Output>> Decision<X> for PipelineModel<T, M> {
    type Scalar = M::Scalar;

    fn decision_function(&self, x: &X) -> Result<DMatrix<M::Scalar>> {
        self.model.decision_function(&self.transformer.transform(x)?)
    }
}

impl<X: ?Sized, T: Transform<X>, M: ScoreSamples<T::Output>> ScoreSamples<X> for PipelineModel<T, M> {
    type Scalar = M::Scalar;

    fn score_samples(&self, x: &X) -> Result<DVector<M::Scalar>> {
        self.model.score_samples(&self.transformer.transform(x)?)
    }
}

impl<X: ?Sized, T: Transform<X>, M: Transform<T::Output>> Transform<X> for PipelineModel<T, M> {
    type Output = M::Output;

    fn transform(&self, x: &X) -> Result<M::Output> {
        self.model.transform(&self.transformer.transform(x)?)
    }
}

impl<Z: ?Sized, M: InverseTransform<Z>, T: InverseTransform<M::Output>> InverseTransform<Z> for PipelineModel<T, M> {
    type Output = T::Output;

    fn inverse_transform(&self, z: &Z) -> Result<T::Output> {
        self.transformer.inverse_transform(&self.model.inverse_transform(z)?)
    }
}

/// Each step is saved with a kind and a version of its own, so that no other step is loaded in its place.
impl<T: Persist, M: Persist> Persist for PipelineModel<T, M> {
    const KIND: &'static str = "pipeline";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.transformer.check()?;
        self.model.check()
    }
}

/// `{"kind": ..., "version": ..., "model": ...}` around one step.
mod part {
    use cairn_traits::Persist;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

    #[derive(Serialize)]
    struct Out<'a, M> {
        kind: &'static str,
        version: u32,
        model: &'a M,
    }

    // kind and version stand first, and are refused before the model is read as what it is not
    #[derive(Deserialize)]
    #[serde(bound = "M: Persist", deny_unknown_fields)]
    struct In<M> {
        #[serde(rename = "kind", deserialize_with = "kind::<M, _>")]
        _kind: (),
        #[serde(rename = "version", deserialize_with = "version::<M, _>")]
        _version: (),
        model: M,
    }

    pub(super) fn serialize<M: Persist, S: Serializer>(model: &M, serializer: S) -> Result<S::Ok, S::Error> {
        Out { kind: M::KIND, version: M::VERSION, model }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, M: Persist, D: Deserializer<'de>>(deserializer: D) -> Result<M, D::Error> {
        In::<M>::deserialize(deserializer).map(|part| part.model)
    }

    fn kind<'de, M: Persist, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        let found = String::deserialize(deserializer)?;
        let refused = || D::Error::custom(format!("expected {}, found {found}", M::KIND));
        if found == M::KIND { Ok(()) } else { Err(refused()) }
    }

    fn version<'de, M: Persist, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        let found = u32::deserialize(deserializer)?;
        let refused = || D::Error::custom(format!("{}: expected version {}, found {found}", M::KIND, M::VERSION));
        if found == M::VERSION { Ok(()) } else { Err(refused()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SimpleImputer, StandardScaler, StandardScalerModel, Strategy, Table, TableEncoder, rows};
    use cairn_knn::{KnnClassifier, KnnClassifierModel};
    use cairn_linear::{LinearRegression, LinearRegressionModel, Ridge, RidgeModel};

    fn data() -> (DMatrix<f64>, DVector<f64>) {
        let x = rows(&[[1.0, 900.0], [2.0, 700.0], [3.0, 800.0], [5.0, 100.0]]);
        (x, DVector::from_vec(vec![1.0, 0.0, 2.0, 7.0]))
    }

    #[test]
    fn a_pipeline_is_its_steps_by_hand() {
        let (x, y) = data();
        let scaler = StandardScaler::new().fit(&x).unwrap();
        let ridge = Ridge::new(2.0).fit(&scaler.transform(&x).unwrap(), &y).unwrap();
        let model = Pipeline::new(StandardScaler::new(), Ridge::new(2.0)).fit(&x, &y).unwrap();
        assert_eq!((model.transformer(), model.model()), (&scaler, &ridge));
        let query = rows(&[[4.0, 300.0]]);
        assert_eq!(model.predict(&query), ridge.predict(&scaler.transform(&query).unwrap()));
        assert_eq!(PipelineModel::from_parts(scaler, ridge), model);
    }

    #[test]
    fn steps_follow_each_other_whichever_way_they_are_nested() {
        let (mut x, _) = data();
        x[(1, 1)] = f64::NAN;
        let y = [4, 4, 9, 9];
        let (imputer, scaler, knn) = (SimpleImputer::new(Strategy::Mean), StandardScaler::new(), KnnClassifier::new(1));
        let left = Pipeline::new(imputer.clone(), scaler.clone()).then(knn.clone()).fit(&x, &y[..]).unwrap();
        let right = Pipeline::new(imputer, Pipeline::new(scaler, knn)).fit(&x, &y[..]).unwrap();
        // the mean of 900, 800 and 100 fills the gap
        assert_eq!(right.model().transformer().mean()[1], 600.0);
        assert_eq!(left.transformer().model(), right.model().transformer());
        assert_eq!(left.predict_proba(&x), right.predict_proba(&x));
        assert_eq!(left.predict_log_proba(&x), right.predict_log_proba(&x));
        assert_eq!((left.predict(&x).unwrap(), left.classes()), (vec![4, 4, 9, 9], &[4, 9][..]));
        // without the last step it transforms
        assert_eq!(left.transformer().transform(&x).unwrap()[(1, 1)], 0.0);
    }

    #[test]
    fn the_way_back_goes_through_the_steps_in_reverse() {
        let (x, _) = data();
        let twice = Pipeline::new(StandardScaler::new().with_std(false), StandardScaler::new());
        let model = Fit::fit(&twice, &x, &()).unwrap();
        let back = model.inverse_transform(&model.transform(&x).unwrap()).unwrap();
        // numbers up to 900 go through four roundings
        assert!((back - x).amax() <= 4.0 * 900.0 * f64::EPSILON);
    }

    #[test]
    fn a_weight_is_a_repetition_in_every_step() {
        let (x, y) = data();
        let pipeline = Pipeline::new(StandardScaler::new(), Ridge::new(2.0));
        let weighted = pipeline.fit_weighted(&x, &y, &[1.0, 2.0, 0.0, 1.0]).unwrap();
        let (x, y) = (x.select_rows(&[0, 1, 1, 3]), y.select_rows(&[0, 1, 1, 3]));
        let repeated = pipeline.fit(&x, &y).unwrap();
        let (found, expected) = (weighted.predict(&x).unwrap(), repeated.predict(&x).unwrap());
        // two ways to the same sums of a few terms, predictions of about 7
        assert!((found - expected).amax() <= 100.0 * 7.0 * f64::EPSILON);
    }

    #[test]
    fn a_saved_pipeline_answers_the_same_and_another_step_is_refused() {
        let (x, y) = data();
        let model = Pipeline::new(StandardScaler::new(), Ridge::new(2.0)).fit(&x, &y).unwrap();
        let text = model.to_json().unwrap();
        type Saved = PipelineModel<StandardScalerModel, RidgeModel<f64>>;
        assert_eq!(Saved::from_json(&text), Ok(model));
        // the same fields, but least squares
        type Other = PipelineModel<StandardScalerModel, LinearRegressionModel<f64>>;
        let error = Other::from_json(&text).unwrap_err().to_string();
        assert!(error.contains("expected linear-regression, found ridge"), "{error}");
        for (from, to) in [("\"scale\":[", "\"scale\":[0.0,"), ("\"ridge\",\"version\":", "\"ridge\",\"version\":7")] {
            assert!(text.contains(from), "{text}");
            assert!(Saved::from_json(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }

    #[test]
    fn a_table_goes_all_the_way() {
        let read = |text: &str| Table::from_csv(text.as_bytes(), "f.csv").unwrap();
        let pipeline = Pipeline::new(TableEncoder::new().standardize(true), KnnClassifier::new(1));
        let model = pipeline.fit(&read("size,city\n30,Bern\n?,Genf\n60,"), &[0, 1, 1][..]).unwrap();
        assert_eq!(model.predict(&read("city,size\nGenf,?\nBern,31")).unwrap(), [1, 0]);
        let text = model.to_json().unwrap();
        assert_eq!(PipelineModel::<_, KnnClassifierModel<f64>>::from_json(&text), Ok(model));
    }

    #[test]
    fn hyperparameters_are_those_of_the_parts() {
        let pipeline = Pipeline::new(SimpleImputer::new(Strategy::Mean), KnnClassifier::new(3));
        let text = serde_json::to_string(&pipeline).unwrap();
        assert!(text.contains("\"model\":{\"n_neighbors\":3"), "{text}");
        assert_eq!(serde_json::from_str::<Pipeline<SimpleImputer, KnnClassifier>>(&text).unwrap(), pipeline);
        assert_eq!(pipeline.validate(), Ok(()));
        assert!(Pipeline::new(SimpleImputer::new(Strategy::Mean), KnnClassifier::new(0)).validate().is_err());
        let infinite = SimpleImputer::new(Strategy::Constant(f64::NAN));
        assert!(Pipeline::new(infinite, LinearRegression::default()).validate().is_err());
    }
}
