//! Stochastic gradient descent for linear predictors: epochs, their order, and when they end.

use crate::{
    linear_sgd::{LinearSgd, StepLength},
    linear_task::LinearTask,
    linear_walk::{LinearWalk, Steps},
    schedule::LearningRate,
};
use cairn_numeric::stream;
use cairn_traits::{Convergence, Error, Float, Hyperparameters, Progress, Result, Stop, check};
use rand::seq::SliceRandom;
use rayon::prelude::*;
use std::ops::ControlFlow;

/// A walk, and what its end hangs on.
struct Course<'a> {
    walk: &'a mut LinearWalk,
    start: LinearWalk,
    rows: Vec<usize>,
    held_back: Vec<usize>,
    n_iter: usize,
    /// Of the last epoch, on the rows and on those held back.
    objective: f64,
    validation: Option<f64>,
    best: f64,
    unchanged: usize,
    /// The lowest so far: what a divergence goes back to.
    good: Option<(LinearWalk, f64)>,
    stop: Option<Stop>,
}

impl<'a> Course<'a> {
    fn new(walk: &'a mut LinearWalk, rows: Vec<usize>, held_back: Vec<usize>) -> Self {
        Self {
            start: walk.clone(),
            walk,
            rows,
            held_back,
            n_iter: 0,
            objective: f64::INFINITY,
            validation: None,
            best: f64::INFINITY,
            unchanged: 0,
            good: None,
            stop: None,
        }
    }

    /// One more epoch, unless it has ended.
    fn advance<F: Float>(
        &mut self,
        sgd: &LinearSgd,
        task: &LinearTask<'_, F>,
        loss: &impl Fn(f64, f64) -> (f64, f64),
    ) -> Result<()> {
        /// A walk was led away, whatever its numbers, if the squared slopes of the losses end this many times above those
        /// where it began. Long steps over losses that grow in lines end at high losses too, but not on their way to
        /// infinity: their slopes stay what they are.
        const FAR: f64 = 10.0;
        if self.stop.is_some() {
            return Ok(());
        }
        self.n_iter += 1;
        self.objective = sgd.epoch(self.walk, task, &sgd.order(&self.rows, self.n_iter), loss)?;
        let cost = |y, predictor| loss(y, predictor).0;
        self.validation = (!self.held_back.is_empty()).then(|| mean_of(self.walk, task, &self.held_back, cost));
        let finite = self.objective.is_finite() && self.validation.is_none_or(f64::is_finite);
        let lost = !finite || self.walk.check(task.x.n_columns()).is_err();
        let seen = self.validation.unwrap_or(self.objective);
        self.unchanged = if seen > self.best - sgd.tol { self.unchanged + 1 } else { 0 };
        self.best = self.best.min(seen);
        let mut settled = self.unchanged >= sgd.n_iter_no_change;
        if settled && !lost && sgd.shortened(self.walk) {
            (settled, self.unchanged) = (false, 0);
        }
        let last = self.n_iter == sgd.max_iter;
        // two more passes, at the end
        let led_away = |walk: &LinearWalk| {
            let slope = |walk| mean_of(walk, task, &self.rows, |y, predictor| loss(y, predictor).1.powi(2));
            let now = slope(walk);
            now.is_nan() || now > FAR * slope(&self.start)
        };
        let far = (settled || last) && led_away(self.walk);
        self.stop = match () {
            () if lost || far => Some(Stop::Diverged),
            () if settled && self.validation.is_some() => Some(Stop::EarlyStopped),
            () if settled => Some(Stop::Converged),
            () if last => Some(Stop::MaxIter),
            () => None,
        };
        if self.stop == Some(Stop::Diverged) {
            let good = self.good.take().filter(|(walk, _)| !led_away(walk));
            (*self.walk, self.objective) = good.ok_or(Error::Diverged { step: 1 })?;
        } else if self.good.as_ref().is_none_or(|(_, lowest)| self.objective <= *lowest) {
            self.good = Some((self.walk.clone(), self.objective));
        }
        Ok(())
    }
}

impl LinearSgd {
    /// Once through `rows`, in their order; rows of weight 0 are not visited. Returns the weighted mean of the losses, each
    /// before its step, and the penalty at the end.
    ///
    /// # Errors
    /// Those of the type, but that the walk may have left the finite numbers: [`LinearWalk::check`] tells.
    pub fn epoch<F: Float>(
        &self,
        walk: &mut LinearWalk,
        task: &LinearTask<'_, F>,
        rows: &[usize],
        loss: &impl Fn(f64, f64) -> (f64, f64),
    ) -> Result<f64> {
        self.validate()?;
        let p = task.x.n_columns();
        check::columns("x", walk.coefficients.len(), p)?;
        task.has(rows)?;
        let visited: Vec<usize> = rows.iter().copied().filter(|&row| task.weight(row) > 0.0).collect();
        check::at_least("x", 1, visited.len())?;
        let rate = self.rate(loss);
        let steps = Steps {
            rate: |t| rate.at(t),
            l1: self.alpha * self.l1_ratio,
            l2: self.alpha * (1.0 - self.l1_ratio),
            fit_intercept: self.fit_intercept,
            average: self.average,
        };
        let mean = steps.epoch(walk, (task.x, task.y, task.weights), &visited, loss);
        Ok(mean + self.penalty(&walk.coefficients))
    }

    /// Epochs over all rows of positive weight until they no longer help: neither on the rows themselves nor, where rows
    /// are held back, on those; then [`Stop::EarlyStopped`] is the end.
    ///
    /// Several walks over the same rows, each to targets and weights of its own, go side by side: a thread each. The
    /// observer sees all after each epoch, and the sum of their objectives. The answer holds the epochs of the longest, that
    /// sum at the end, and of the reasons why they ended the gravest.
    ///
    /// # Errors
    /// Those of the type; [`Error::Shape`] if there is not a task a walk.
    pub fn fit<F: Float>(
        &self,
        walks: &mut [LinearWalk],
        tasks: &[LinearTask<'_, F>],
        loss: &(impl Fn(f64, f64) -> (f64, f64) + Sync),
        observer: &mut dyn FnMut(&Progress, &[&LinearWalk]) -> ControlFlow<()>,
    ) -> Result<Convergence> {
        /// Of several ends the last of these is told.
        const GRAVITY: [Stop; 5] =
            [Stop::Converged, Stop::EarlyStopped, Stop::MaxIter, Stop::Interrupted, Stop::Diverged];
        self.validate()?;
        check::size("tasks", "walks", walks.len(), tasks.len())?;
        let n = tasks.iter().map(LinearTask::n_rows).min().unwrap_or(0);
        let visited = |row: &usize| tasks.iter().any(|task| task.weight(*row) > 0.0);
        let (rows, held_back) = self.held_back(&(0..n).filter(visited).collect::<Vec<_>>())?;
        let weighty = |rows: &[usize], task: &LinearTask<'_, F>| {
            rows.iter().copied().filter(|&row| task.weight(row) > 0.0).collect::<Vec<_>>()
        };
        let mut courses: Vec<Course<'_>> = walks
            .iter_mut()
            .zip(tasks)
            .map(|(walk, task)| Course::new(walk, weighty(&rows, task), weighty(&held_back, task)))
            .collect();
        for epoch in 1..=self.max_iter {
            let each = courses.par_iter_mut().zip(tasks).map(|(course, task)| course.advance(self, task, loss));
            each.collect::<Vec<_>>().into_iter().collect::<Result<()>>()?;
            let mut progress = Progress::new(epoch, self.max_iter, courses.iter().map(|course| course.objective).sum());
            progress.validation_loss = courses.iter().map(|course| course.validation).sum();
            let seen: Vec<&LinearWalk> = courses.iter().map(|course| &*course.walk).collect();
            if observer(&progress, &seen).is_break() {
                courses.iter_mut().for_each(|course| course.stop = course.stop.or(Some(Stop::Interrupted)));
            }
            if courses.iter().all(|course| course.stop.is_some()) {
                break;
            }
        }
        let stop =
            courses.iter().filter_map(|course| course.stop).max_by_key(|stop| GRAVITY.iter().position(|s| s == stop));
        Ok(Convergence {
            n_iter: courses.iter().map(|course| course.n_iter).max().unwrap_or(0),
            objective: courses.iter().map(|course| course.objective).sum(),
            stop: stop.unwrap_or(Stop::Converged),
        })
    }

    /// Whether adaptive lengths have been shortened once more.
    fn shortened(&self, walk: &mut LinearWalk) -> bool {
        /// Adaptive lengths are multiplied by this.
        const SHORTER: f64 = 0.2;
        /// No adaptive length is shortened below this.
        const SHORTEST: f64 = 1e-6;
        match self.learning_rate {
            StepLength::Adaptive { initial } if initial * walk.shortened > SHORTEST => {
                walk.shortened *= SHORTER;
                true
            }
            _ => false,
        }
    }

    /// `rows` in the order of an epoch, from 1.
    pub fn order(&self, rows: &[usize], epoch: usize) -> Vec<usize> {
        let mut order = rows.to_vec();
        if self.shuffle {
            order.shuffle(&mut stream(self.seed, epoch as u64));
        }
        order
    }

    /// `rows` in those to walk over and those held back; both stay in order, and neither is empty with early stopping.
    fn held_back(&self, rows: &[usize]) -> Result<(Vec<usize>, Vec<usize>)> {
        if !self.early_stopping {
            return Ok((rows.to_vec(), Vec::new()));
        }
        check::at_least("x", 2, rows.len())?;
        let n = ((rows.len() as f64 * self.validation_fraction).ceil() as usize).min(rows.len() - 1);
        // a stream that no epoch uses
        let mut places: Vec<usize> = (0..rows.len()).collect();
        places.shuffle(&mut stream(self.seed, 0));
        let mut out = vec![false; rows.len()];
        places.iter().take(n).for_each(|&place| out[place] = true);
        let pick =
            |wanted: bool| rows.iter().zip(&out).filter(|(_, out)| **out == wanted).map(|(row, _)| *row).collect();
        Ok((pick(false), pick(true)))
    }

    fn penalty(&self, w: &[f64]) -> f64 {
        let (ones, squares) = w.iter().fold((0.0, 0.0), |(ones, squares), w| (ones + w.abs(), squares + w * w));
        self.alpha * (self.l1_ratio * ones + 0.5 * (1.0 - self.l1_ratio) * squares)
    }

    /// The lengths of steps, as a schedule.
    fn rate(&self, loss: &impl Fn(f64, f64) -> (f64, f64)) -> LearningRate {
        match self.learning_rate {
            StepLength::Scheduled(rate) => rate,
            StepLength::Adaptive { initial } => LearningRate::new(initial),
            StepLength::Optimal => {
                let typical = self.alpha.powf(-0.25);
                let initial = typical / loss(1.0, -typical).1.max(1.0);
                let decay = initial * self.alpha;
                LearningRate::new(initial).schedule(crate::Schedule::InverseTime { decay })
            }
        }
    }
}

/// The weighted mean over `rows` of `what` the target and the predictor give.
fn mean_of<F: Float>(
    walk: &LinearWalk,
    task: &LinearTask<'_, F>,
    rows: &[usize],
    what: impl Fn(f64, f64) -> f64,
) -> f64 {
    let (w, b) = (walk.coefficients(), walk.intercept());
    let (mut sum, mut total) = (0.0, 0.0);
    for &row in rows {
        let weight = task.weight(row);
        sum += weight * what(task.y[row], task.x.dot(row, &w) + b);
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}
