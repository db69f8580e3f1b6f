//! 1. Affinities of the rows ([`crate::Affinities`]), and a start.
//! 2. Steps: the push of all points ([`crate::repulsion`]), the pull of neighbours ([`crate::attraction`]), and a move along
//!    what is left ([`crate::descent`]); first with exaggeration, then without.
//! 3. The map, how far it is from the data, and what placing and going on need.

use crate::{
    affinities::Affinities,
    attraction::{Balance, balance, divergence},
    descent::{self, Mover, Stride},
    model::{Descended, Embedding, Record},
    params::{LearningRate, Tsne},
    repulsion::Repulsion,
    start,
};
use cairn_neighbors::{Algorithm, Index, Metric};
use cairn_traits::{
    Convergence, DMatrix, Error, Fit, FitObserved, Float, Hyperparameters, Progress, Result, Stop, check,
};
use std::ops::ControlFlow;

type Observer<'o, F> = &'o mut dyn FnMut(&Progress, &DMatrix<F>) -> ControlFlow<()>;

/// A map that reaches this far has flown apart: squares of its distances are near the end of what there are numbers for.
const FARTHEST: f64 = 1e150;

/// How far the points lie from 0, which is their mean: the root of the mean square.
fn spread<const D: usize>(y: &[[f64; D]]) -> f64 {
    (y.iter().flatten().map(|v| v * v).sum::<f64>() / y.len().max(1) as f64).sqrt()
}

/// From which step to which.
#[derive(Clone, Copy, Debug)]
struct Course {
    from: usize,
    to: usize,
}

/// Where a descent ended.
#[derive(Debug)]
struct End {
    descended: Descended,
    history: Vec<Record>,
    convergence: Convergence,
}

impl Tsne {
    /// Maps the rows of x: [`Fit::fit`] without a target.
    ///
    /// # Errors
    /// Those of the type.
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<Embedding<F>> {
        self.fit_rows(x, None, None)
    }

    /// Maps rows whose affinities are known: of neighbours found elsewhere, of a graph, or of an earlier fit. x is for the
    /// start, and for placing new rows.
    ///
    /// # Errors
    /// Those of the type, and [`Error::Shape`] for affinities of another number of rows.
    pub fn fit_affinities<F: Float>(&self, x: &DMatrix<F>, affinities: &Affinities) -> Result<Embedding<F>> {
        self.fit_rows(x, Some(affinities), None)
    }

    /// Goes on from where a fit ended, for `n_iter` more steps of the same schedule: after a fit that was interrupted or
    /// asked for too few. x: the rows that it was fitted on.
    ///
    /// The steps are those that a longer fit would have made, to the last bit; with other hyperparameters (exaggeration,
    /// learning rate, method) than those of the fit the map goes on by the new ones.
    ///
    /// # Errors
    /// Those of the type; [`Error::Shape`] if x has not the model's shape, or the model another number of dimensions.
    ///
    /// # Examples
    /// ```
    /// use cairn_tsne::{DMatrix, Tsne};
    /// let x = DMatrix::from_fn(60, 3, |i, j| ((i * (j + 2)) as f64).sin());
    /// let params = Tsne::new().perplexity(8.0).n_iter(20);
    /// let longer = params.resume(&params.fit(&x)?, &x, 30)?;
    /// assert_eq!(longer.embedding(), params.n_iter(50).fit(&x)?.embedding());
    /// # Ok::<(), cairn_tsne::Error>(())
    /// ```
    pub fn resume<F: Float>(&self, model: &Embedding<F>, x: &DMatrix<F>, n_iter: usize) -> Result<Embedding<F>> {
        check::query(x, model.n_features())?;
        check::rows("x", model.n_samples(), x.nrows())?;
        let affinities = Affinities::of_index(model.index(), x, self.perplexity)?;
        self.resume_affinities(model, &affinities, n_iter)
    }

    /// [`Tsne::resume`] of a map whose affinities are known.
    ///
    /// # Errors
    /// Those of [`Tsne::resume`].
    pub fn resume_affinities<F: Float>(
        &self,
        model: &Embedding<F>,
        affinities: &Affinities,
        n_iter: usize,
    ) -> Result<Embedding<F>> {
        self.validate()?;
        check::rows("affinities", model.n_samples(), affinities.n_samples())?;
        check::size("model", "components", self.n_components, model.embedding().ncols())?;
        let from = model.convergence().n_iter;
        let course = Course { from, to: from.saturating_add(n_iter) };
        let end = self.descend_in(affinities, model.descended(), course, None::<Observer<'_, F>>)?;
        let mut history = model.history().to_vec();
        history.retain(|record| record.n_iter.is_multiple_of(self.record_every));
        history.extend(end.history);
        // of no further steps the end is the one that is written down already
        history.dedup_by_key(|record| record.n_iter);
        let settings = self.settings(model.n_samples());
        Embedding::new(
            model.index().clone(),
            settings,
            affinities.perplexity(),
            end.descended,
            history,
            end.convergence,
        )
    }

    fn fit_rows<F: Float>(
        &self,
        x: &DMatrix<F>,
        known: Option<&Affinities>,
        observer: Option<Observer<'_, F>>,
    ) -> Result<Embedding<F>> {
        self.validate()?;
        check::training(x)?;
        check::at_least("x", 2, x.nrows())?;
        let index = Index::new(x, Algorithm::Auto, Metric::Euclidean)?;
        let found;
        let affinities = match known {
            Some(known) => {
                check::rows("affinities", x.nrows(), known.n_samples())?;
                known
            }
            None => {
                found = Affinities::of_index(&index, x, self.perplexity)?;
                &found
            }
        };
        let start = Descended::at_rest(start::positions(self, x)?);
        let course = Course { from: 0, to: self.early_exaggeration_iter.saturating_add(self.n_iter) };
        let End { descended, history, convergence } = self.descend_in(affinities, &start, course, observer)?;
        Embedding::new(index, self.settings(x.nrows()), affinities.perplexity(), descended, history, convergence)
    }

    fn descend_in<F: Float>(
        &self,
        p: &Affinities,
        start: &Descended,
        course: Course,
        observer: Option<Observer<'_, F>>,
    ) -> Result<End> {
        match self.n_components {
            1 => self.descend::<F, 1>(p, start, course, observer),
            2 => self.descend::<F, 2>(p, start, course, observer),
            _ => self.descend::<F, 3>(p, start, course, observer),
        }
    }

    /// What multiplies affinities at this step, and how far the step goes.
    fn phase(&self, step: usize, n: usize) -> (f64, Stride) {
        let (exaggeration, momentum) = if step < self.early_exaggeration_iter {
            (self.early_exaggeration, self.initial_momentum)
        } else {
            (self.exaggeration, self.final_momentum)
        };
        let learning_rate = match self.learning_rate {
            LearningRate::Auto => n as f64 / exaggeration,
            LearningRate::Fixed(rate) => rate,
        };
        (exaggeration, Stride { learning_rate, momentum, max_step_norm: self.max_step_norm })
    }

    fn descend<F: Float, const D: usize>(
        &self,
        p: &Affinities,
        start: &Descended,
        course: Course,
        mut observer: Option<Observer<'_, F>>,
    ) -> Result<End> {
        let n = p.n_samples();
        let (mut y, mut movers) = start.parts::<D>();
        let (mut before, mut forces) = (y.clone(), vec![[0.0; D]; n]);
        let mut repulsion = Repulsion::new(self, n);
        let degrees_of_freedom = self.degrees_of_freedom;
        let mut history = Vec::new();
        let mut step = course.from;
        let (loss, stop) = loop {
            let similarities = repulsion.repel(&y, degrees_of_freedom, &mut forces)?;
            let (exaggeration, stride) = self.phase(step, n);
            let squared_norm = balance(p, &y, Balance { exaggeration, similarities, degrees_of_freedom }, &mut forces);
            let gradient_norm = 4.0 * squared_norm.sqrt();
            let near = y.iter().flatten().all(|v| v.abs() < FARTHEST);
            if !(near && gradient_norm.is_finite() && similarities.is_finite()) {
                if step == course.from {
                    return Err(Error::Diverged { step: step + 1 });
                }
                step -= 1;
                y.copy_from_slice(&before);
                movers.fill(Mover::AT_REST);
                let similarities = repulsion.repel(&y, degrees_of_freedom, &mut forces)?;
                break (divergence(p, &y, similarities, degrees_of_freedom), Stop::Diverged);
            }
            let moved = step > course.from;
            let converged =
                moved && step >= self.early_exaggeration_iter && gradient_norm <= self.tol * spread(&y).min(1.0);
            let last = converged || step >= course.to;
            let written = moved && step.is_multiple_of(self.record_every);
            if last || written || (moved && observer.is_some()) {
                let loss = divergence(p, &y, similarities, degrees_of_freedom);
                if last || written {
                    history.push(Record { n_iter: step, kl_divergence: loss, gradient_norm });
                }
                let seen = |observer: &mut Observer<'_, F>| {
                    let state = descent::matrix(y.iter().copied()).map(F::of);
                    observer(&Progress::new(step, course.to, loss), &state).is_break()
                };
                let interrupted = moved && observer.as_mut().is_some_and(seen);
                if last || interrupted {
                    let stop = match (converged, last) {
                        (true, _) => Stop::Converged,
                        (_, true) => Stop::MaxIter,
                        _ => Stop::Interrupted,
                    };
                    break (loss, stop);
                }
            }
            before.copy_from_slice(&y);
            descent::advance(&mut y, &mut movers, &forces, stride);
            step += 1;
        };
        let convergence = Convergence { n_iter: step, objective: loss, stop };
        Ok(End { descended: Descended::of(&y, &movers), history, convergence })
    }
}

impl<F: Float> Fit<DMatrix<F>> for Tsne {
    type Model = Embedding<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Embedding<F>> {
        self.fit_rows(x, None, None)
    }
}

impl<F: Float> FitObserved<DMatrix<F>> for Tsne {
    type State = DMatrix<F>;

    /// The observer sees every step: its number, the divergence, and the map.
    fn fit_observed(
        &self,
        x: &DMatrix<F>,
        (): &(),
        observer: &mut dyn FnMut(&Progress, &DMatrix<F>) -> ControlFlow<()>,
    ) -> Result<Embedding<F>> {
        self.fit_rows(x, None, Some(observer))
    }
}
