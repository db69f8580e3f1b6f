//! 1. Places of the labels among the classes, weights of the rows.
//! 2. The mean log-loss as a function of all coefficients and intercepts, from 0 (intercepts: from the classes' shares).
//! 3. Its minimum.

use crate::{
    input::Input,
    model::LogisticModel,
    newton::Solved,
    objective::{LogLoss, Target},
    params::{LogisticRegression, Solver},
    preconditioner::Preconditioner,
    proximal::{self, Limits},
    scores::{Scores, n_scores},
    working_set,
};
use cairn_optim::{Lbfgs, Minimum, Newton, NewtonCg};
use cairn_traits::{Error, Fit, FitObserved, FitWeighted, Hyperparameters, Progress, Result, Stop, Weighed, check};
use std::ops::ControlFlow;

type Observer<'a> = dyn FnMut(&Progress, &[f64]) -> ControlFlow<()> + 'a;

pub(crate) fn unwatched(_: &Progress, _: &[f64]) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

impl LogisticRegression {
    /// Fits from the coefficients of a model of the same columns and classes instead of from 0: quick where little has
    /// changed.
    ///
    /// # Errors
    /// Those of [`Fit::fit`]; [`Error::Shape`] if the model has other columns, [`Error::UnknownClass`] if it has other
    /// classes.
    pub fn fit_warm<X: Input>(
        &self,
        x: &X,
        y: &[usize],
        weights: Option<&[f64]>,
        start: &LogisticModel<X::Scalar>,
    ) -> Result<LogisticModel<X::Scalar>> {
        self.fit_rows(x, y, weights, Some(start), &mut unwatched)
    }

    pub(crate) fn fit_rows<X: Input>(
        &self,
        x: &X,
        y: &[usize],
        weights: Option<&[f64]>,
        start: Option<&LogisticModel<X::Scalar>>,
        observer: &mut Observer<'_>,
    ) -> Result<LogisticModel<X::Scalar>> {
        self.validate()?;
        x.check_training()?;
        let Weighed { classes, positions, weights, shares } = self.class_weights.weigh(y, x.n_rows(), weights)?;
        let target = Target::new(classes.len(), positions);
        let k = n_scores(classes.len());
        let objective = LogLoss::new(x, &target, &weights, k, (self.l2, self.fit_intercept));
        let mut at = match start {
            None => first_guess(&objective, &shares),
            Some(start) => self.started(&objective, &classes, start)?,
        };
        let total = objective.total;
        let mut watched = |progress: &Progress, at: &[f64]| {
            observer(&Progress::new(progress.step, progress.steps, progress.loss * total), at)
        };
        let mut convergence = self.minimize(objective, &shares, &mut at, &mut watched)?.convergence;
        convergence.objective *= total;
        if k > 1 {
            about_their_means(&mut at, x.n_columns(), k, self.l2 == 0.0 && self.l1 == 0.0);
        }
        let scores = Scores::of_flat(classes, x.n_columns(), &at)?;
        if self.l2 == 0.0 && self.l1 == 0.0 && told_apart(&target, &x.margins(&at, k)) {
            convergence.stop = Stop::Diverged;
        }
        Ok(LogisticModel { scores, convergence })
    }

    fn minimize<X: Input>(
        &self,
        mut objective: LogLoss<'_, X>,
        shares: &[f64],
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        if self.l1 > 0.0 {
            return self.minimize_l1(objective, at, observer);
        }
        if self.solver == Solver::NewtonCholesky {
            let newton = Newton::new().tol(self.tol).max_iter(self.max_iter);
            return newton.minimize(&mut Solved::new(objective)?, at, observer);
        }
        let preconditioner = Preconditioner::new(&objective, shares)?;
        let mut precondition = |v: &mut [f64]| preconditioner.apply(v);
        let by_gradient = match self.solver {
            Solver::Auto => preconditioner.knows_scatter(),
            chosen => chosen == Solver::Lbfgs,
        };
        if by_gradient {
            let lbfgs = Lbfgs::new().tol(self.tol).max_iter(self.max_iter);
            return lbfgs.minimize_preconditioned(&mut objective, &mut precondition, at, observer);
        }
        let newton = NewtonCg::new().tol(self.tol).max_iter(self.max_iter);
        newton.minimize_preconditioned(&mut objective.curved(), &mut precondition, at, observer)
    }

    fn minimize_l1<X: Input>(
        &self,
        mut objective: LogLoss<'_, X>,
        at: &mut [f64],
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        /// More columns than this are tried a few at a time.
        const FEW: usize = 256;
        let l1 = self.l1 / objective.total;
        if objective.x.n_columns() <= FEW {
            return self.minimize_l1_of(objective, at, (0, self.tol), observer);
        }
        let limits = (self.tol, self.max_iter);
        working_set::minimize(&mut objective, l1, at, limits, |objective, at, how| {
            self.minimize_l1_of(objective, at, how, observer)
        })
    }

    /// All columns at once, after so many iterations, to so small a slope.
    fn minimize_l1_of<X: Input>(
        &self,
        mut objective: LogLoss<'_, X>,
        at: &mut [f64],
        (before, tol): (usize, f64),
        observer: &mut Observer<'_>,
    ) -> Result<Minimum> {
        /// Up to this many columns Auto makes the Hessian of two classes,
        const FEW: usize = 2048;
        /// and that of each of many.
        const FEW_OF_MANY: usize = 128;
        let l1 = self.l1 / objective.total;
        let by_parabolas = match self.solver {
            Solver::Auto => objective.x.n_columns() <= if objective.n_scores == 1 { FEW } else { FEW_OF_MANY },
            chosen => chosen == Solver::NewtonCholesky,
        };
        let max_iter = self.max_iter - before;
        let mut counted = |progress: &Progress, at: &[f64]| {
            observer(&Progress::new(before + progress.step, self.max_iter, progress.loss), at)
        };
        let mut minimum = if by_parabolas {
            proximal::minimize(objective, l1, at, Limits { tol, max_iter }, &mut counted)?
        } else {
            let lbfgs = Lbfgs::new().tol(tol).max_iter(max_iter);
            let mut kinks = vec![l1; objective.n_coefficients()];
            kinks.resize(at.len(), 0.0);
            lbfgs.minimize_l1(&mut objective, &kinks, at, &mut counted)?
        };
        minimum.convergence.n_iter += before;
        Ok(minimum)
    }

    fn started<X: Input>(
        &self,
        objective: &LogLoss<'_, X>,
        classes: &[usize],
        start: &LogisticModel<X::Scalar>,
    ) -> Result<Vec<f64>> {
        check::columns("x", start.n_features(), objective.x.n_columns())?;
        let strange = |of: &[usize], among: &[usize]| of.iter().find(|class| !among.contains(class)).copied();
        let known = start.scores.classes();
        if let Some(class) = strange(classes, known).or_else(|| strange(known, classes)) {
            return Err(Error::UnknownClass { what: "y", found: class.to_string() });
        }
        let mut at = start.scores.flat();
        at.truncate(objective.n_parameters());
        Ok(at)
    }
}

/// Coefficients of 0; intercepts that give each class its share.
fn first_guess<X: Input>(objective: &LogLoss<'_, X>, shares: &[f64]) -> Vec<f64> {
    let mut at = vec![0.0; objective.n_coefficients()];
    if !objective.fit_intercept {
        return at;
    }
    if let [lower, upper] = shares {
        at.push((upper / lower).ln());
        return at;
    }
    // about their mean, as the penalty and the data leave their sum open
    let logs: Vec<f64> = shares.iter().map(|share| share.ln()).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    at.extend(logs.iter().map(|log| log - mean));
    at
}

/// The same number added to all scores changes nothing: what neither the data nor a penalty decides (intercepts, and
/// coefficients that are `free` of a penalty) is made to sum to 0 over the scores.
fn about_their_means(at: &mut [f64], p: usize, k: usize, free: bool) {
    let (coefficients, intercepts) = at.split_at_mut(p * k);
    if free {
        for j in 0..p {
            let mean = coefficients.iter().skip(j).step_by(p).sum::<f64>() / k as f64;
            coefficients.iter_mut().skip(j).step_by(p).for_each(|w| *w -= mean);
        }
    }
    let mean = intercepts.iter().sum::<f64>() / k as f64;
    intercepts.iter_mut().for_each(|b| *b -= mean);
}

/// Whether every row has its own class clearly on top.
fn told_apart(target: &Target, margins: &cairn_traits::DMatrix<f64>) -> bool {
    match target {
        Target::Two(signs) => signs.iter().zip(margins.iter()).all(|(sign, z)| sign * z > 0.0),
        Target::Many(positions) => positions.iter().zip(margins.row_iter()).all(|(&class, row)| {
            let own = row[class];
            row.iter().enumerate().all(|(other, z)| other == class || *z < own)
        }),
    }
}

impl<X: Input> Fit<X, [usize]> for LogisticRegression {
    type Model = LogisticModel<X::Scalar>;

    fn fit(&self, x: &X, y: &[usize]) -> Result<Self::Model> {
        self.fit_rows(x, y, None, None, &mut unwatched)
    }
}

impl<X: Input> FitWeighted<X, [usize]> for LogisticRegression {
    fn fit_weighted(&self, x: &X, y: &[usize], weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, y, Some(weights), None, &mut unwatched)
    }
}

impl<X: Input> FitObserved<X, [usize]> for LogisticRegression {
    /// Coefficients score by score, then the intercepts.
    type State = [f64];

    fn fit_observed(
        &self,
        x: &X,
        y: &[usize],
        observer: &mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>,
    ) -> Result<Self::Model> {
        self.fit_rows(x, y, None, None, observer)
    }
}
