//! Classifiers that take dense and sparse rows: texts are never made dense for them.

use super::{
    Adapter, Job, Kind,
    kinds::{Classes, cast, labels, wide},
    timed,
};
use crate::{
    cli::Task,
    failure::{Failure, Result},
    registry::{Answer, Form, Input, Target, Timed},
};
use cairn_traits::{CsrMatrix, DMatrix, Fit, Float, Persist, Probabilistic};
use std::marker::PhantomData;

/// Tells classes apart, in rows of either form; of texts it wants counts, or weights of terms.
#[derive(Debug)]
pub(crate) struct Terms<const COUNTS: bool>;

impl<E> Adapter<E, Classes> {
    /// The same, for sparse rows as well.
    pub(crate) fn sparse(self) -> Adapter<E, Terms<false>> {
        Adapter { estimator: self.estimator, kind: PhantomData }
    }

    /// The same, for sparse rows as well, which must be counts.
    pub(crate) fn counts(self) -> Adapter<E, Terms<true>> {
        Adapter { estimator: self.estimator, kind: PhantomData }
    }
}

impl<const COUNTS: bool> Job for Terms<COUNTS> {
    const TASK: Task = Task::Classification;
    const FORM: Form = if COUNTS { Form::Counts } else { Form::Sparse };
}

impl<E, F: Float, M, const COUNTS: bool> Kind<E, F> for Terms<COUNTS>
where
    E: Fit<DMatrix<F>, [usize], Model = M> + Fit<CsrMatrix<F>, [usize], Model = M>,
    M: Persist + Send + Sync + 'static,
    M: Probabilistic<DMatrix<F>, Scalar = F> + Probabilistic<CsrMatrix<F>, Scalar = F>,
{
    type Model = M;

    fn fit(estimator: &E, x: &Input, y: &Target) -> Result<Timed<M>> {
        let y = labels(y)?;
        match x {
            Input::Sparse(x) => {
                let x: CsrMatrix<F> = cast_sparse(x)?;
                timed(|| estimator.fit(&x, y))
            }
            _ => {
                let x: DMatrix<F> = cast(x.matrix()?);
                timed(|| estimator.fit(&x, y))
            }
        }
    }

    fn answer(model: &M, x: &Input, _: u64) -> Result<Timed<Answer>> {
        match x {
            Input::Sparse(x) => answer(model, &cast_sparse(x)?),
            _ => answer(model, &cast(x.matrix()?)),
        }
    }

    fn classes(model: &M) -> &[usize] {
        model.classes()
    }
}

fn answer<X, F: Float, M: Probabilistic<X, Scalar = F>>(model: &M, x: &X) -> Result<Timed<Answer>> {
    let Timed { value: predicted, seconds } = timed(|| model.predict(x))?;
    let proba = wide(&model.predict_proba(x)?);
    Ok(Timed { value: Answer::Classes { predicted, proba, classes: model.classes().to_vec() }, seconds })
}

fn cast_sparse<F: Float>(x: &CsrMatrix<f64>) -> Result<CsrMatrix<F>> {
    let values = x.values().iter().map(|&v| F::of(v)).collect();
    CsrMatrix::try_from_pattern_and_values(x.pattern().clone(), values).map_err(Failure::new)
}
