//! Coordinate descent with a working set.
//!
//! 1. The pulls of all columns on the residuals bound how far the objective is above its minimum: the duality gap.
//! 2. Columns that the gap proves to be 0 at the optimum are screened out for good.
//! 3. The columns that are nearest to breaking the optimality conditions make the working set; on these alone the
//!    problem is solved, from their products with each other (or, where they are more than rows, on the residuals).
//! 4. One pass over x gives the pulls of all columns again.
//!
//! # References
//! Fercoq, Gramfort and Salmon (2015), Mind the duality gap: safer rules for the lasso. Massias, Gramfort and Salmon
//! (2018), Celer: a fast solver for the lasso with dual extrapolation. Friedman, Hastie and Tibshirani (2010),
//! Regularization paths for generalized linear models via coordinate descent. Tibshirani et al. (2012), Strong rules for
//! discarding predictors in lasso-type problems.

use super::{
    columns::{ByRows, Columns, Residual, Target},
    penalty::{Gap, Penalty, Term},
    restricted::Restricted,
};
use cairn_traits::{Convergence, DMatrix, Progress, Result, Stop};
use std::ops::ControlFlow;

/// A gap below this share of the target's square is rounding.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// A smaller working set is not worth the pass that checks it.
const SMALLEST: usize = 32;

/// More columns than this are not multiplied with each other.
const MOST_PRODUCTS: usize = 4096;

/// When to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The gap, relative to the square of the target.
    pub(crate) tol: f64,
    /// Passes over the working set.
    pub(crate) max_iter: usize,
}

/// What sees each working set: the progress, and the coefficients.
pub(crate) type Observer<'o> = &'o mut dyn FnMut(&Progress, &[f64]) -> ControlFlow<()>;

/// How a descent ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    pub(crate) convergence: Convergence,
    pub(crate) gap: f64,
}

/// One target, its coefficients so far, and the products of columns that were ever in a working set.
pub(crate) struct Descent<'a, C: Columns> {
    columns: &'a C,
    target: &'a Target,
    pub(crate) coefficients: Vec<f64>,
    pulls: Vec<f64>,
    residual: Residual,
    known: Known,
    /// The columns that vary.
    varying: Vec<usize>,
    /// Whether all pulls are those of the coefficients.
    fresh: bool,
}

impl<'a, C: Columns> Descent<'a, C> {
    pub(crate) fn new(columns: &'a C, target: &'a Target) -> Self {
        let squares = columns.squares();
        Self {
            columns,
            target,
            coefficients: vec![0.0; squares.len()],
            pulls: target.pulls.clone(),
            residual: target.untouched(),
            known: Known::new(squares.len()),
            varying: (0..squares.len()).filter(|&j| squares[j] > 0.0).collect(),
            fresh: true,
        }
    }

    /// Descends from the coefficients so far. `before` is the `l1` they are the solution of, where there is one.
    pub(crate) fn solve(
        &mut self,
        penalty: Penalty,
        before: Option<f64>,
        limits: Limits,
        observer: Observer<'_>,
    ) -> Result<Ended> {
        let least = limits.tol.max(ROUNDING) * self.target.energy;
        let mut alive = self.varying.clone();
        if !self.fresh {
            self.refresh(&alive);
        }
        let (mut n_iter, mut working) = (0, Vec::new());
        loop {
            let Gap { gap, objective, strongest } = self.gap(penalty, &alive);
            let ended = |n_iter, stop| Ok(Ended { convergence: Convergence { n_iter, objective, stop }, gap });
            let watched = observer(&Progress::new(n_iter.max(1), limits.max_iter, objective), &self.coefficients);
            if gap <= least {
                return ended(n_iter, Stop::Converged);
            }
            if watched.is_break() {
                return ended(n_iter, Stop::Interrupted);
            }
            if n_iter >= limits.max_iter {
                return ended(n_iter, Stop::MaxIter);
            }
            self.screen(penalty, gap, strongest, &mut alive);
            let strong = before.filter(|_| working.is_empty()).map(|before| 2.0 * penalty.l1 - before);
            let old = working.len();
            working = self.widen(penalty, strongest, &alive, &working, strong);
            let moved = self.descend(penalty, &working, (gap, least), limits.max_iter - n_iter)?;
            n_iter += moved.0;
            if moved.1 == 0.0 && working.len() == old {
                // neither a step nor a column is left at this precision
                let rounds = gap <= 1e3 * ROUNDING * self.target.energy;
                return ended(n_iter, if rounds { Stop::Converged } else { Stop::MaxIter });
            }
            self.refresh(&alive);
            self.fresh = alive.len() == self.varying.len();
        }
    }

    fn refresh(&mut self, of: &[usize]) {
        self.residual = self.columns.refresh(self.target, &self.coefficients, of, &mut self.pulls);
    }

    fn gap(&self, penalty: Penalty, alive: &[usize]) -> Gap {
        let squares = self.columns.squares();
        let term = |&j: &usize| Term { coefficient: self.coefficients[j], pull: self.pulls[j], square: squares[j] };
        penalty.gap(self.residual, alive.iter().map(term))
    }

    /// How far a column is from breaking the optimality conditions, in units of the dual's radius.
    fn slack(&self, penalty: Penalty, strongest: f64, j: usize) -> f64 {
        let force = penalty.force(self.pulls[j], self.coefficients[j]) / strongest.max(penalty.l1);
        (1.0 - force) / (self.columns.squares()[j] + penalty.l2).sqrt()
    }

    /// Takes out the columns that are 0 at the optimum: those farther from the bound than the gap can reach.
    fn screen(&mut self, penalty: Penalty, gap: f64, strongest: f64, alive: &mut Vec<usize>) {
        if penalty.l1 == 0.0 {
            return;
        }
        let radius = (2.0 * gap).sqrt() / penalty.l1;
        alive.retain(|&j| self.slack(penalty, strongest, j) <= radius || self.coefficients[j] != 0.0);
    }

    /// The working set: what was in it, what is not 0, and the columns nearest to breaking the optimality conditions, as
    /// many as break them but not many more than there were.
    ///
    /// `strong` is the bound that predicts which columns will break them on the way to a smaller penalty.
    fn widen(
        &self,
        penalty: Penalty,
        strongest: f64,
        alive: &[usize],
        before: &[usize],
        strong: Option<f64>,
    ) -> Vec<usize> {
        if penalty.l1 == 0.0 {
            return alive.to_vec();
        }
        let mut inside = vec![false; self.coefficients.len()];
        before.iter().for_each(|&j| inside[j] = true);
        let (mut working, mut outside) = (Vec::new(), Vec::new());
        for &j in alive {
            if inside[j] || self.coefficients[j] != 0.0 {
                working.push(j);
            } else {
                outside.push((self.slack(penalty, strongest, j), j));
            }
        }
        let bound = strong.map_or(penalty.l1, |strong| strong.min(penalty.l1));
        let breaking = outside.iter().filter(|(_, j)| penalty.force(self.pulls[*j], 0.0) > bound).count();
        // before anything is solved nearly all columns seem to matter; afterwards those that break the conditions do
        let first = (4.0 * (alive.len() as f64).sqrt()) as usize;
        let (least, most) = if before.is_empty() { (SMALLEST, first.max(SMALLEST)) } else { (0, 4 * working.len()) };
        let more = breaking.clamp(least, most.max(SMALLEST));
        outside.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        working.extend(outside.into_iter().take(more).map(|(_, j)| j));
        working.sort_unstable();
        working
    }

    /// Solves the problem of the working set. How many passes, and the largest step in units of the target.
    fn descend(
        &mut self,
        penalty: Penalty,
        working: &[usize],
        (gap, least): (f64, f64),
        most: usize,
    ) -> Result<(usize, f64)> {
        let old: Vec<f64> = working.iter().map(|&j| self.coefficients[j]).collect();
        let rows = self.columns.rows().filter(|rows| working.len() > rows.n_rows().min(MOST_PRODUCTS));
        let passes = if let Some(rows) = rows {
            self.descend_on_residuals(rows, penalty, working, (0.3 * gap).max(0.3 * least), most)
        } else {
            self.known.add(self.columns, working)?;
            let gram = self.known.of(working);
            let state = (self.coefficients.as_slice(), self.pulls.as_slice());
            let mut restricted = Restricted::new(gram, working, self.target, state, self.residual);
            let passes = restricted.descend(penalty, 0.3 * least, most);
            working.iter().zip(restricted.coefficients).for_each(|(&j, w)| self.coefficients[j] = w);
            passes
        };
        let squares = self.columns.squares();
        let steps = working.iter().zip(&old).map(|(&j, old)| (self.coefficients[j] - old).abs() * squares[j].sqrt());
        Ok((passes, steps.fold(0.0, f64::max)))
    }

    /// Passes over the columns themselves, a few between two looks at the gap.
    fn descend_on_residuals(
        &mut self,
        rows: &dyn ByRows,
        penalty: Penalty,
        working: &[usize],
        least: f64,
        most: usize,
    ) -> usize {
        const BETWEEN_LOOKS: usize = 10;
        let squares = self.columns.squares();
        let mut residuals = rows.start(self.target, &self.coefficients);
        for pass in 1..=most {
            for &j in working {
                let old = self.coefficients[j];
                let new = penalty.shrunk(rows.pull(j, &residuals) + squares[j] * old, squares[j]);
                if new != old {
                    rows.step(j, new - old, &mut residuals);
                    self.coefficients[j] = new;
                }
            }
            if pass % BETWEEN_LOOKS == 0 {
                let terms = working.iter().map(|&j| Term {
                    coefficient: self.coefficients[j],
                    pull: rows.pull(j, &residuals),
                    square: squares[j],
                });
                if penalty.gap(rows.facts(self.target, &residuals), terms).gap <= least {
                    return pass;
                }
            }
        }
        most
    }
}

/// Products of columns with each other, computed once.
#[derive(Debug)]
struct Known {
    /// The columns, in the order they came.
    order: Vec<usize>,
    /// Where each column stands in `order`.
    places: Vec<Option<usize>>,
    /// Row `a`: products of column `order[a]` with `order[..=a]`.
    products: Vec<Vec<f64>>,
}

impl Known {
    fn new(n_features: usize) -> Self {
        Self { order: Vec::new(), places: vec![None; n_features], products: Vec::new() }
    }

    fn add(&mut self, columns: &impl Columns, working: &[usize]) -> Result<()> {
        let new: Vec<usize> = working.iter().copied().filter(|&j| self.places[j].is_none()).collect();
        if new.is_empty() {
            return Ok(());
        }
        for &j in &new {
            self.places[j] = Some(self.order.len());
            self.order.push(j);
        }
        let found = columns.products(&self.order, &new)?;
        let first = self.order.len() - new.len();
        for (at, column) in found.column_iter().enumerate() {
            self.products.push(column.iter().take(first + at + 1).copied().collect());
        }
        Ok(())
    }

    /// The products of these columns, all of them known.
    fn of(&self, working: &[usize]) -> DMatrix<f64> {
        let places: Vec<usize> = working.iter().filter_map(|&j| self.places[j]).collect();
        DMatrix::from_fn(places.len(), places.len(), |a, b| {
            let (a, b) = (places[a].max(places[b]), places[a].min(places[b]));
            self.products[a][b]
        })
    }
}
