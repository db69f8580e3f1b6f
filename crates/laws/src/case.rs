//! What the laws need of a case: regression, classification, or rows alone.

use crate::{
    Answer,
    strategies::{
        Classification, Design, Draws, Regression, Unlabelled, classifications, large, regressions, unlabelled,
    },
};
use cairn_traits::{DMatrix, DVector, TakeRows};
use proptest::prelude::*;
use std::{fmt, ops::RangeInclusive};

/// A problem: rows, what belongs to them, and what a law may do with them.
///
/// [`Regression`], [`Classification`] and [`Unlabelled`] are the three there are.
pub trait Case: Sized + fmt::Debug + Clone + 'static {
    /// What estimators take beside `x`.
    type Target: ?Sized + TakeRows + Sync + 'static;

    /// Where the laws of weights are asked.
    const WEIGHABLE: &'static [Design];

    /// n_samples x n_features.
    fn x(&self) -> &DMatrix<f64>;

    /// One for each row.
    fn y(&self) -> &Self::Target;

    /// The targets as the answers they would be.
    fn targets(&self) -> DMatrix<f64>;

    /// Weights, an order, a subset.
    fn draws(&self) -> &Draws;

    /// Cases of these designs and sizes.
    fn cases(designs: &[Design], n_rows: RangeInclusive<usize>) -> BoxedStrategy<Self>;

    /// Cases with rows enough for parallel code to be parallel.
    fn large() -> BoxedStrategy<Self>;

    /// The same with each number of `x` replaced.
    #[must_use]
    fn map_inputs(self, map: fn(f64) -> f64) -> Self;
}

impl Case for Regression {
    type Target = DVector<f64>;

    const WEIGHABLE: &'static [Design] = Design::ONE_SCALE;

    fn x(&self) -> &DMatrix<f64> {
        &self.x
    }

    fn y(&self) -> &DVector<f64> {
        &self.y
    }

    fn targets(&self) -> DMatrix<f64> {
        self.y.numbers()
    }

    fn draws(&self) -> &Draws {
        &self.draws
    }

    fn cases(designs: &[Design], n_rows: RangeInclusive<usize>) -> BoxedStrategy<Self> {
        regressions(designs, n_rows).boxed()
    }

    fn large() -> BoxedStrategy<Self> {
        large().boxed()
    }

    fn map_inputs(self, map: fn(f64) -> f64) -> Self {
        Self { x: self.x.map(map), ..self }
    }
}

impl Case for Classification {
    type Target = [usize];

    const WEIGHABLE: &'static [Design] = &[Design::Generic];

    fn x(&self) -> &DMatrix<f64> {
        &self.x
    }

    fn y(&self) -> &[usize] {
        &self.y
    }

    fn targets(&self) -> DMatrix<f64> {
        self.y.numbers()
    }

    fn draws(&self) -> &Draws {
        &self.draws
    }

    fn cases(designs: &[Design], n_rows: RangeInclusive<usize>) -> BoxedStrategy<Self> {
        classifications(designs, n_rows).boxed()
    }

    fn large() -> BoxedStrategy<Self> {
        large()
            .prop_map(|case| {
                // thirds of a sum about 0: three classes
                let y = case
                    .y
                    .iter()
                    .map(|&y| {
                        if y < -0.3 {
                            2
                        } else if y < 0.3 {
                            5
                        } else {
                            6
                        }
                    })
                    .collect();
                Self { x: case.x, y, draws: case.draws }
            })
            .boxed()
    }

    fn map_inputs(self, map: fn(f64) -> f64) -> Self {
        Self { x: self.x.map(map), ..self }
    }
}

impl Case for Unlabelled {
    type Target = ();

    const WEIGHABLE: &'static [Design] = Design::ONE_SCALE;

    fn x(&self) -> &DMatrix<f64> {
        &self.x
    }

    fn y(&self) -> &() {
        &()
    }

    /// None: n_samples x 0.
    fn targets(&self) -> DMatrix<f64> {
        DMatrix::zeros(self.x.nrows(), 0)
    }

    fn draws(&self) -> &Draws {
        &self.draws
    }

    fn cases(designs: &[Design], n_rows: RangeInclusive<usize>) -> BoxedStrategy<Self> {
        unlabelled(designs, n_rows).boxed()
    }

    fn large() -> BoxedStrategy<Self> {
        large().prop_map(|case| Self { x: case.x, draws: case.draws }).boxed()
    }

    fn map_inputs(self, map: fn(f64) -> f64) -> Self {
        Self { x: self.x.map(map), ..self }
    }
}
