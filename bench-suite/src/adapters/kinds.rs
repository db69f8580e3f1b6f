//! The kinds of estimators: classes, numbers, clusters, anomalies, fewer columns, new rows, forecasts, symbols.

use super::{Adapter, Job, Kind, timed};
use crate::{
    cli::Task,
    failure::{Failure, Result},
    registry::{Answer, Form, Input, Target, Timed},
    score::Scores,
};
use cairn_traits::{Classes as _, DMatrix, DVector, Fit, Float, Persist, Predict, Probabilistic, Sample, ScoreSamples};
use std::marker::PhantomData;

macro_rules! kinds {
    ($($(#[$doc:meta])* $constructor:ident, $kind:ident, $task:ident, $form:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $kind;

        impl Job for $kind {
            const TASK: Task = Task::$task;
            const FORM: Form = Form::$form;
        }

        $(#[$doc])*
        pub(crate) fn $constructor<E>(estimator: E) -> Adapter<E, $kind> {
            Adapter { estimator, kind: PhantomData }
        }
    )*};
}

kinds! {
    /// Tells classes apart.
    classifier, Classes, Classification, Matrix;
    /// Predicts a number.
    regressor, Numbers, Regression, Matrix;
    /// Puts rows into groups.
    clusterer, Clusters, Clustering, Matrix;
    /// Says which rows are unlike the others.
    detector, Anomalies, Anomaly, Matrix;
    /// Describes rows by fewer columns.
    reducer, Embedding, Reduction, Matrix;
    /// Makes new rows like those it saw.
    generator, NewRows, Generation, Matrix;
    /// Predicts what follows a sequence.
    forecaster, Forecast, Sequence, Sequences;
    /// Predicts each symbol of a text from those before it.
    language_model, Symbols, Sequence, Text;
}

/// Scores of a fit itself.
pub(crate) trait FitScores {
    fn fit_scores(&self) -> Scores;
}

/// Which rows are unlike the others.
pub(crate) trait Detects<F: Float>: ScoreSamples<DMatrix<F>, Scalar = F> {
    fn flags(&self, x: &DMatrix<F>) -> cairn_traits::Result<Vec<bool>>;
}

/// Fewer columns, and the way back where there is one.
pub(crate) trait Reduced<F: Float>: FitScores {
    fn embed(&self, x: &DMatrix<F>) -> cairn_traits::Result<DMatrix<F>>;
    fn restore(&self, embedded: &DMatrix<F>) -> cairn_traits::Result<Option<DMatrix<F>>>;
    /// The rows of the fit, where they have places that asking again would not give.
    fn own_rows(&self) -> Option<&DMatrix<F>> {
        None
    }
}

/// Probabilities of symbols.
pub(crate) trait SymbolModel {
    fn log_probabilities(&self, text: &[String]) -> cairn_traits::Result<Vec<f64>>;
}

pub(super) fn cast<F: Float>(x: &DMatrix<f64>) -> DMatrix<F> {
    x.map(F::of)
}

pub(super) fn wide<F: Float>(x: &DMatrix<F>) -> DMatrix<f64> {
    x.map(Float::to_f64)
}

pub(super) fn labels(y: &Target) -> Result<&[usize]> {
    match y {
        Target::Classes(y) => Ok(y),
        Target::Numbers(_) => Err(Failure::new("target: expected classes, found numbers")),
        Target::None => Err(Failure::new("target: expected classes, found none")),
    }
}

fn numbers<F: Float>(y: &Target) -> Result<DVector<F>> {
    match y {
        Target::Numbers(y) => Ok(y.map(F::of)),
        Target::Classes(_) => Err(Failure::new("target: expected numbers, found classes")),
        Target::None => Err(Failure::new("target: expected numbers, found none")),
    }
}

impl<E, F: Float> Kind<E, F> for Classes
where
    E: Fit<DMatrix<F>, [usize]>,
    E::Model: Persist + Send + Sync + Probabilistic<DMatrix<F>, Scalar = F> + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, y: &Target) -> Result<Timed<E::Model>> {
        let (x, y) = (cast(x.matrix()?), labels(y)?);
        timed(|| estimator.fit(&x, y))
    }

    fn answer(model: &E::Model, x: &Input, _: u64) -> Result<Timed<Answer>> {
        let x = cast(x.matrix()?);
        let Timed { value: predicted, seconds } = timed(|| model.predict(&x))?;
        let proba = wide(&model.predict_proba(&x)?);
        Ok(Timed { value: Answer::Classes { predicted, proba, classes: model.classes().to_vec() }, seconds })
    }

    fn classes(model: &E::Model) -> &[usize] {
        model.classes()
    }
}

impl<E, F: Float> Kind<E, F> for Numbers
where
    E: Fit<DMatrix<F>, DVector<F>>,
    E::Model: Persist + Send + Sync + Predict<DMatrix<F>, Output = DVector<F>> + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, y: &Target) -> Result<Timed<E::Model>> {
        let (x, y) = (cast(x.matrix()?), numbers(y)?);
        timed(|| estimator.fit(&x, &y))
    }

    fn answer(model: &E::Model, x: &Input, _: u64) -> Result<Timed<Answer>> {
        let x = cast(x.matrix()?);
        let Timed { value, seconds } = timed(|| model.predict(&x))?;
        Ok(Timed { value: Answer::Numbers(value.map(Float::to_f64)), seconds })
    }
}

impl<E, F: Float> Kind<E, F> for Clusters
where
    E: Fit<DMatrix<F>>,
    E::Model: Persist + Send + Sync + FitScores + Predict<DMatrix<F>, Output = Vec<usize>> + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, _: &Target) -> Result<Timed<E::Model>> {
        let x = cast(x.matrix()?);
        timed(|| estimator.fit(&x, &()))
    }

    fn answer(model: &E::Model, x: &Input, _: u64) -> Result<Timed<Answer>> {
        let x = cast(x.matrix()?);
        let Timed { value, seconds } = timed(|| model.predict(&x))?;
        Ok(Timed { value: Answer::Clusters(value), seconds })
    }

    fn scores(model: &E::Model) -> Scores {
        model.fit_scores()
    }
}

impl<E, F: Float> Kind<E, F> for Anomalies
where
    E: Fit<DMatrix<F>>,
    E::Model: Persist + Send + Sync + Detects<F> + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, _: &Target) -> Result<Timed<E::Model>> {
        let x = cast(x.matrix()?);
        timed(|| estimator.fit(&x, &()))
    }

    fn answer(model: &E::Model, x: &Input, _: u64) -> Result<Timed<Answer>> {
        let x = cast(x.matrix()?);
        let Timed { value: usual, seconds } = timed(|| model.score_samples(&x))?;
        let flagged = model.flags(&x)?;
        let scores = usual.iter().map(|score| -score.to_f64()).collect();
        Ok(Timed { value: Answer::Anomalies { scores, flagged }, seconds })
    }
}

impl<E, F: Float> Kind<E, F> for Embedding
where
    E: Fit<DMatrix<F>>,
    E::Model: Persist + Send + Sync + Reduced<F> + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, _: &Target) -> Result<Timed<E::Model>> {
        let x = cast(x.matrix()?);
        timed(|| estimator.fit(&x, &()))
    }

    fn answer(model: &E::Model, x: &Input, _: u64) -> Result<Timed<Answer>> {
        let x = cast(x.matrix()?);
        let Timed { value, seconds } = timed(|| model.embed(&x))?;
        let restored = model.restore(&value)?.as_ref().map(wide);
        Ok(Timed { value: Answer::Reduced { embedded: wide(&value), restored }, seconds })
    }

    fn own_rows(model: &E::Model) -> Option<Answer> {
        model.own_rows().map(|rows| Answer::Reduced { embedded: wide(rows), restored: None })
    }

    fn scores(model: &E::Model) -> Scores {
        model.fit_scores()
    }
}

impl<E, F: Float> Kind<E, F> for NewRows
where
    E: Fit<DMatrix<F>>,
    E::Model: Persist + Send + Sync + Sample<Output = DMatrix<F>> + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, _: &Target) -> Result<Timed<E::Model>> {
        let x = cast(x.matrix()?);
        timed(|| estimator.fit(&x, &()))
    }

    fn answer(model: &E::Model, x: &Input, seed: u64) -> Result<Timed<Answer>> {
        let n = x.matrix()?.nrows();
        let Timed { value, seconds } = timed(|| model.sample(n, seed))?;
        Ok(Timed { value: Answer::Generated(wide(&value)), seconds })
    }
}

/// Sequences in the precision asked for.
fn cast_all<F: Float>(x: &[DMatrix<f64>]) -> Vec<DMatrix<F>> {
    x.iter().map(cast).collect()
}

impl<E, F: Float> Kind<E, F> for Forecast
where
    E: Fit<[DMatrix<F>], DVector<F>>,
    E::Model: Persist + Send + Sync + Predict<[DMatrix<F>], Output = DVector<F>> + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, y: &Target) -> Result<Timed<E::Model>> {
        let (x, y) = (cast_all(x.sequences()?), numbers(y)?);
        timed(|| estimator.fit(&x, &y))
    }

    fn answer(model: &E::Model, x: &Input, _: u64) -> Result<Timed<Answer>> {
        let x = cast_all(x.sequences()?);
        let Timed { value, seconds } = timed(|| model.predict(&x))?;
        Ok(Timed { value: Answer::Numbers(value.map(Float::to_f64)), seconds })
    }
}

impl<E, F: Float> Kind<E, F> for Symbols
where
    E: Fit<[String]>,
    E::Model: Persist + Send + Sync + SymbolModel + 'static,
{
    type Model = E::Model;

    fn fit(estimator: &E, x: &Input, _: &Target) -> Result<Timed<E::Model>> {
        let x = x.text()?;
        timed(|| estimator.fit(x, &()))
    }

    fn answer(model: &E::Model, x: &Input, _: u64) -> Result<Timed<Answer>> {
        let x = x.text()?;
        let Timed { value, seconds } = timed(|| model.log_probabilities(x))?;
        Ok(Timed { value: Answer::Symbols(value), seconds })
    }
}
