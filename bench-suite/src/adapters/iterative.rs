//! Kinds whose fit iterates, and tells how that went.

use super::{Adapter, Job, Kind};
use crate::{
    cli::Task,
    failure::Result,
    registry::{Answer, Form, Input, Target, Timed},
    score::Scores,
};
use cairn_traits::{Convergence, Converges, Float};
use std::marker::PhantomData;

/// A kind of models that tell how their fit ended.
#[derive(Debug)]
pub(crate) struct Iterative<K>(PhantomData<fn() -> K>);

impl<E, K> Adapter<E, K> {
    /// The same, with how each fit ended.
    pub(crate) fn iterative(self) -> Adapter<E, Iterative<K>> {
        Adapter { estimator: self.estimator, kind: PhantomData }
    }
}

impl<K: Job> Job for Iterative<K> {
    const TASK: Task = K::TASK;
    const FORM: Form = K::FORM;
}

impl<E, F: Float, K: Kind<E, F>> Kind<E, F> for Iterative<K>
where
    K::Model: Converges,
{
    type Model = K::Model;

    fn fit(estimator: &E, x: &Input, y: &Target) -> Result<Timed<K::Model>> {
        K::fit(estimator, x, y)
    }

    fn answer(model: &K::Model, x: &Input, seed: u64) -> Result<Timed<Answer>> {
        K::answer(model, x, seed)
    }

    fn classes(model: &K::Model) -> &[usize] {
        K::classes(model)
    }

    fn scores(model: &K::Model) -> Scores {
        K::scores(model)
    }

    fn own_rows(model: &K::Model) -> Option<Answer> {
        K::own_rows(model)
    }

    fn convergence(model: &K::Model) -> Option<Convergence> {
        Some(model.convergence())
    }
}
