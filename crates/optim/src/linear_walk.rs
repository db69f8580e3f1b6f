//! The steps of stochastic gradient descent for `x·w + b`, and what is remembered between them.
//!
//! ```text
//! w = scale · v          a decay of all coefficients is one multiplication, however many columns there are
//! Σ w over steps = base + passed · v          passed: Σ scale since the last settlement; base takes off what v was not yet
//! ```

use crate::row_slices::{Entries, RowSlices, dense_dot, sparse_dot};
use cairn_traits::{Error, Float, Result, check};
use pulp::{Arch, Simd, WithSimd};
use serde::{Deserialize, Serialize};

/// Derivatives of the loss are cut here, so that one far row does not end in infinity at once.
const STEEPEST: f64 = 1e12;

/// Below this the scale is multiplied out, so that `v` stays within the numbers.
const SMALLEST_SCALE: f64 = 1e-9;

/// A linear predictor on its way: coefficients, intercept, and what [`crate::LinearSgd`] remembers between its steps. It
/// can be saved with a model and walk on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearWalk {
    pub(crate) coefficients: Vec<f64>,
    pub(crate) intercept: f64,
    pub(crate) steps: u64,
    /// What adaptive lengths have been multiplied by so far.
    pub(crate) shortened: f64,
    /// The l1 penalty so far.
    owed: f64,
    /// What of it each coefficient has got; empty without an l1 penalty.
    paid: Vec<f64>,
    /// Steps that are averaged, the sum of coefficients over them (empty until then), and that of intercepts.
    averaged: u64,
    sums: Vec<f64>,
    intercepts: f64,
}

impl LinearWalk {
    /// At `coefficients` and `intercept`, before the first step.
    pub fn new(coefficients: Vec<f64>, intercept: f64) -> Self {
        Self {
            coefficients,
            intercept,
            steps: 0,
            shortened: 1.0,
            owed: 0.0,
            paid: Vec::new(),
            averaged: 0,
            sums: Vec::new(),
            intercepts: 0.0,
        }
    }

    /// Steps so far.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// What to predict with: the averages, where averaging has begun, or where the walk stands.
    pub fn coefficients(&self) -> Vec<f64> {
        match self.averaged {
            0 => self.coefficients.clone(),
            steps => self.sums.iter().map(|sum| sum / steps as f64).collect(),
        }
    }

    /// What to predict with beside [`LinearWalk::coefficients`].
    pub fn intercept(&self) -> f64 {
        if self.averaged == 0 { self.intercept } else { self.intercepts / self.averaged as f64 }
    }

    /// Whether it is a walk over `n_columns` columns, and finite: what a model asks of a file.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`].
    pub fn check(&self, n_columns: usize) -> Result<()> {
        check::size("walk", "columns", n_columns, self.coefficients.len())?;
        for remembered in [&self.paid, &self.sums].into_iter().filter(|of| !of.is_empty()) {
            check::size("walk", "columns", n_columns, remembered.len())?;
        }
        if self.averaged > 0 {
            check::size("walk", "columns", n_columns, self.sums.len())?;
        }
        let numbers = self.coefficients.iter().chain(&self.paid).chain(&self.sums);
        let own = [self.intercept, self.shortened, self.owed, self.intercepts];
        match numbers.chain(&own).position(|number| !number.is_finite()) {
            None => Ok(()),
            Some(column) => Err(Error::NonFinite { what: "walk", row: 0, column }),
        }
    }
}

/// What of [`crate::LinearSgd`] one epoch needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps<R> {
    /// The length of step t, from 0.
    pub(crate) rate: R,
    pub(crate) l1: f64,
    pub(crate) l2: f64,
    pub(crate) fit_intercept: bool,
    /// From this step on (from 1) coefficients are averaged; 0: never.
    pub(crate) average: u64,
}

/// A walk within an epoch.
struct Stride<'w> {
    walk: &'w mut LinearWalk,
    scale: f64,
    /// Σ scale over the averaged steps since the last settlement.
    passed: f64,
}

impl Stride<'_> {
    /// `w = v` again, and the sums complete.
    fn settle(&mut self) {
        if self.passed > 0.0 {
            for (sum, v) in self.walk.sums.iter_mut().zip(&self.walk.coefficients) {
                *sum += self.passed * v;
            }
            self.passed = 0.0;
        }
        if self.scale != 1.0 {
            self.walk.coefficients.iter_mut().for_each(|v| *v *= self.scale);
            self.scale = 1.0;
        }
    }

    fn decay(&mut self, by: f64) {
        self.scale *= by;
        if self.scale < SMALLEST_SCALE {
            self.settle();
        }
    }

    /// The cumulative penalty: every coefficient goes towards 0 by what is owed and not yet paid, and not beyond.
    #[inline(always)]
    fn pay(&mut self, j: usize) {
        let before = self.scale * self.walk.coefficients[j];
        let (owed, paid) = (self.walk.owed, self.walk.paid[j]);
        let after = if before > 0.0 {
            (before - (owed + paid)).max(0.0)
        } else if before < 0.0 {
            (before + (owed - paid)).min(0.0)
        } else {
            return;
        };
        self.walk.paid[j] += after - before;
        self.change(j, (after - before) / self.scale);
    }

    #[inline(always)]
    fn change(&mut self, j: usize, by: f64) {
        self.walk.coefficients[j] += by;
        if self.passed > 0.0 {
            self.walk.sums[j] -= self.passed * by;
        }
    }

    /// Counts the step that has been taken.
    fn count(&mut self, average: u64) {
        self.walk.steps += 1;
        if average > 0 && self.walk.steps >= average {
            self.walk.averaged += 1;
            self.passed += self.scale;
            self.walk.intercepts += self.walk.intercept;
        }
    }
}

/// Once through `order`: a type and not a closure, which would be compiled by itself, without the vector instructions.
struct Epoch<'a, R, F: Float, L> {
    steps: &'a Steps<R>,
    walk: &'a mut LinearWalk,
    x: RowSlices<'a, F>,
    y: &'a [f64],
    weights: Option<&'a [f64]>,
    order: &'a [usize],
    loss: &'a L,
}

impl<R: Fn(u64) -> f64, F: Float, L: Fn(f64, f64) -> (f64, f64)> WithSimd for Epoch<'_, R, F, L> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Self { steps, walk, x, y, weights, order, loss } = self;
        let p = walk.coefficients.len();
        let (mut losses, mut total) = (0.0, 0.0);
        let mut stride = Stride { walk, scale: 1.0, passed: 0.0 };
        for &i in order {
            let weight = weights.map_or(1.0, |weights| weights[i]);
            let eta = (steps.rate)(stride.walk.steps) * stride.walk.shortened;
            let cost = match x.entries {
                Entries::Dense(values) => {
                    steps.dense_step(&mut stride, &values[i * p..(i + 1) * p], (y[i], weight, eta), loss)
                }
                Entries::Sparse { offsets, columns, values } => {
                    let of = offsets[i]..offsets[i + 1];
                    steps.sparse_step(&mut stride, (&columns[of.clone()], &values[of]), (y[i], weight, eta), loss)
                }
            };
            losses += weight * cost;
            total += weight;
        }
        if steps.l1 > 0.0 && matches!(x.entries, Entries::Sparse { .. }) {
            (0..p).for_each(|j| stride.pay(j));
        }
        stride.settle();
        losses / total
    }
}

impl<R: Fn(u64) -> f64> Steps<R> {
    /// Once through `order`; the weighted mean of the losses before each step.
    ///
    /// `order` holds rows of `x` that `y` and `weights` have too, and the walk has the columns of `x`: the caller has
    /// checked.
    pub(crate) fn epoch<F: Float>(
        &self,
        walk: &mut LinearWalk,
        (x, y, weights): (RowSlices<'_, F>, &[f64], Option<&[f64]>),
        order: &[usize],
        loss: &impl Fn(f64, f64) -> (f64, f64),
    ) -> f64 {
        let p = walk.coefficients.len();
        if self.l1 > 0.0 {
            walk.paid.resize(p, 0.0);
        }
        if self.average > 0 {
            walk.sums.resize(p, 0.0);
        }
        Arch::new().dispatch(Epoch { steps: self, walk, x, y, weights, order, loss })
    }

    /// The loss of a row before its step, and how far the step goes along it.
    #[inline(always)]
    fn look(
        &self,
        stride: &mut Stride<'_>,
        product: f64,
        (y, weight, eta): (f64, f64, f64),
        loss: &impl Fn(f64, f64) -> (f64, f64),
    ) -> (f64, f64) {
        let (cost, slope) = loss(y, stride.scale * product + stride.walk.intercept);
        let along = -eta * weight * slope.clamp(-STEEPEST, STEEPEST);
        if self.l2 > 0.0 {
            stride.decay((1.0 - eta * self.l2).max(0.0));
        }
        stride.walk.owed += eta * self.l1;
        if self.fit_intercept {
            stride.walk.intercept += along;
        }
        (cost, along)
    }

    #[inline(always)]
    fn dense_step<F: Float>(
        &self,
        stride: &mut Stride<'_>,
        x: &[F],
        row: (f64, f64, f64),
        loss: &impl Fn(f64, f64) -> (f64, f64),
    ) -> f64 {
        let product = dense_dot(x, &stride.walk.coefficients);
        let (cost, along) = self.look(stride, product, row, loss);
        if along != 0.0 {
            let by = along / stride.scale;
            for (v, x) in stride.walk.coefficients.iter_mut().zip(x) {
                *v += by * x.to_f64();
            }
            if stride.passed > 0.0 {
                let late = by * stride.passed;
                for (sum, x) in stride.walk.sums.iter_mut().zip(x) {
                    *sum -= late * x.to_f64();
                }
            }
        }
        if self.l1 > 0.0 {
            (0..x.len()).for_each(|j| stride.pay(j));
        }
        stride.count(self.average);
        cost
    }

    /// What a column owes it pays before it is used, not at each step: the same for an l1 penalty alone.
    #[inline(always)]
    fn sparse_step<F: Float>(
        &self,
        stride: &mut Stride<'_>,
        (columns, values): (&[usize], &[F]),
        row: (f64, f64, f64),
        loss: &impl Fn(f64, f64) -> (f64, f64),
    ) -> f64 {
        if self.l1 > 0.0 {
            columns.iter().for_each(|&j| stride.pay(j));
        }
        let product = sparse_dot(columns, values, &stride.walk.coefficients);
        let (cost, along) = self.look(stride, product, row, loss);
        if along != 0.0 {
            let by = along / stride.scale;
            columns.iter().zip(values).for_each(|(&j, x)| stride.change(j, by * x.to_f64()));
        }
        stride.count(self.average);
        cost
    }
}
