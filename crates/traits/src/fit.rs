//! Learning: from rows, from weighted rows, watched, in batches, from sums.

use crate::{Progress, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt, ops::ControlFlow};

/// Learning from the rows of `x` and what belongs to them, `y`.
///
/// `X` and `Y` are parameters of the trait, so one estimator may take dense and sparse input, one output or several.
/// Without supervision `Y` is `()`, and the estimator has an inherent `fit(&x)` beside this one.
pub trait Fit<X: ?Sized, Y: ?Sized = ()> {
    /// What was learned; it answers through [`crate::Predict`], [`crate::Transform`] and their kin.
    type Model;

    /// Learns from all rows at once.
    ///
    /// # Errors
    /// A hyperparameter out of range, or input the estimator cannot learn from: see [`crate::Error`].
    fn fit(&self, x: &X, y: &Y) -> Result<Self::Model>;
}

/// Learning where some rows count more than others.
///
/// An integer weight is that many repetitions of the row, a weight of 0 is its absence.
pub trait FitWeighted<X: ?Sized, Y: ?Sized = ()>: Fit<X, Y> {
    /// Learns from all rows; `weights` has one number of at least 0 for each.
    ///
    /// # Errors
    /// Those of [`Fit::fit`], and weights that are negative, not finite, all zero or of another length.
    fn fit_weighted(&self, x: &X, y: &Y, weights: &[f64]) -> Result<Self::Model>;
}

/// Learning step by step, watched: progress bars, learning curves, animations, early stops.
pub trait FitObserved<X: ?Sized, Y: ?Sized = ()>: Fit<X, Y> {
    /// What a viewer draws at each step: centroids, an embedding, a network.
    type State: ?Sized;

    /// Learns as [`Fit::fit`] does and shows `observer` each step; `Break` returns the model so far.
    ///
    /// # Errors
    /// Those of [`Fit::fit`].
    fn fit_observed(
        &self,
        x: &X,
        y: &Y,
        observer: &mut dyn FnMut(&Progress, &Self::State) -> ControlFlow<()>,
    ) -> Result<Self::Model>;
}

/// Learning from batches that come one after another; the model carries whatever state the learner needs.
pub trait PartialFit<X: ?Sized, Y: ?Sized = ()>: Fit<X, Y> {
    /// A model that has seen the first batch.
    ///
    /// # Errors
    /// Those of [`Fit::fit`].
    fn start(&self, x: &X, y: &Y) -> Result<Self::Model>;

    /// Takes one more batch in. On an error the model is as it was.
    ///
    /// # Errors
    /// Those of [`Fit::fit`], and a batch whose shape or classes are not the model's.
    fn partial_fit(&self, model: &mut Self::Model, x: &X, y: &Y) -> Result<()>;
}

/// Sums over rows that can be added up: Gram matrices, counts, moments.
pub trait Merge {
    /// Adds the rows that `other` has seen. On an error `self` is as it was.
    ///
    /// # Errors
    /// [`crate::Error::Shape`] if the two were taken over different columns.
    fn merge(&mut self, other: &Self) -> Result<()>;
}

/// Sums over rows, kept in `f64` and without hyperparameters, so that rows may come in any batches, on any machines.
pub trait Accumulate<X: ?Sized, Y: ?Sized = ()>: Merge {
    /// Adds these rows. On an error `self` is as it was.
    ///
    /// # Errors
    /// Input of another shape than before, or not finite.
    fn accumulate(&mut self, x: &X, y: &Y, weights: Option<&[f64]>) -> Result<()>;
}

/// Learning from sums instead of rows: any split of the rows, merged in any order, gives the model of the whole.
pub trait FitFrom<S: ?Sized> {
    /// What was learned.
    type Model;

    /// Learns from what was accumulated.
    ///
    /// # Errors
    /// A hyperparameter out of range, or too few rows in the sums.
    fn fit_from(&self, statistics: &S) -> Result<Self::Model>;
}

/// Hyperparameters as data: what a command line sets, a grid search varies and a file keeps.
pub trait Hyperparameters: Clone + fmt::Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync {
    /// Whether every field is in its range; `fit` begins with it.
    ///
    /// # Errors
    /// [`crate::Error::Parameter`] for the first field that is not.
    fn validate(&self) -> Result<()>;

    /// Other names under which fields may be set by name.
    const ALIASES: &'static [Alias] = &[];
}

/// Another name of a hyperparameter, for those who know it from elsewhere: `c` of logistic regression is `l2 = 1/c`.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// The other name.
    pub name: &'static str,
    /// The field that is set.
    pub field: &'static str,
    /// What the field becomes of the number given.
    pub value: fn(f64) -> f64,
}
