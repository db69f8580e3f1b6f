//! Descent on the columns of the working set, of which all products are known: a pass costs nothing beside one over x.
//!
//! Coordinate by coordinate, until it is clear which coefficients are not 0 and of which sign; then what is left is a
//! system of linear equations, solved at once. Where that would turn a sign, it stops at the first 0.

use super::{
    columns::{Residual, Target},
    penalty::{Gap, Penalty, Term},
};
use cairn_decomp::Cholesky;
use cairn_traits::DMatrix;

/// Coefficients of a few columns, and the pulls of the residuals that they leave.
#[derive(Debug)]
pub(crate) struct Restricted {
    /// `Σ v x̃ₐ x̃ᵦ`.
    gram: DMatrix<f64>,
    /// `Σ v x̃ⱼ ỹ`.
    target: Vec<f64>,
    pub(crate) coefficients: Vec<f64>,
    pulls: Vec<f64>,
    residual: Residual,
}

/// More equations than this are not worth solving at once.
const MOST_EQUATIONS: usize = 1500;

/// Equations of a worse condition would answer with rounding; the pulls are taken from the rows again after each step.
const WORST: f64 = 1e13;

impl Restricted {
    /// The columns `working` of a problem: their products, the coefficients and pulls of all columns.
    pub(crate) fn new(
        gram: DMatrix<f64>,
        working: &[usize],
        target: &Target,
        (coefficients, pulls): (&[f64], &[f64]),
        residual: Residual,
    ) -> Self {
        let of = |values: &[f64]| working.iter().map(|&j| values[j]).collect();
        Self { gram, target: of(&target.pulls), coefficients: of(coefficients), pulls: of(pulls), residual }
    }

    /// Descends until the gap of these columns is at most `least`; answers how many passes it took.
    pub(crate) fn descend(&mut self, penalty: Penalty, least: f64, most: usize) -> usize {
        let mut solved: Vec<i8> = Vec::new();
        let mut before: Vec<i8> = Vec::new();
        for pass in 1..=most {
            let (step, largest) = self.pass(penalty);
            let signs: Vec<i8> = self.coefficients.iter().map(|w| sign(*w)).collect();
            if signs == before && signs != solved {
                self.solve_signed(penalty);
                solved = signs;
            } else {
                before = signs;
            }
            // steps that only round are no way to a smaller gap
            if self.gap(penalty).gap <= least || step <= f64::EPSILON * largest {
                return pass;
            }
        }
        most
    }

    pub(crate) fn gap(&self, penalty: Penalty) -> Gap {
        let all = self.coefficients.iter().zip(&self.pulls).enumerate();
        let terms = all.map(|(j, (&coefficient, &pull))| Term { coefficient, pull, square: self.square(j) });
        penalty.gap(self.residual, terms)
    }

    fn square(&self, j: usize) -> f64 {
        self.gram[(j, j)]
    }

    /// Each coefficient in turn; the largest step and the largest coefficient, in units of the target.
    fn pass(&mut self, penalty: Penalty) -> (f64, f64) {
        let (mut step, mut largest) = (0.0_f64, 0.0_f64);
        for j in 0..self.coefficients.len() {
            let (square, old) = (self.square(j), self.coefficients[j]);
            let new = penalty.shrunk(self.pulls[j] + square * old, square);
            if new != old {
                self.step(j, new - old);
                self.coefficients[j] = new;
                step = step.max((new - old).abs() * square.sqrt());
            }
            largest = largest.max(new.abs() * square.sqrt());
        }
        (step, largest)
    }

    /// What moving coefficient `j` by `by` does to residuals and pulls.
    fn step(&mut self, j: usize, by: f64) {
        self.residual.square += by * (by * self.square(j) - 2.0 * self.pulls[j]);
        self.residual.along -= by * self.target[j];
        let k = self.pulls.len();
        let column = &self.gram.as_slice()[j * k..(j + 1) * k];
        self.pulls.iter_mut().zip(column).for_each(|(pull, g)| *pull -= by * g);
    }

    /// The optimum with the signs as they are, or the way to it up to the first coefficient that gets to 0.
    ///
    /// ```text
    /// (X'X + l2 I) d = X'r − l2 w − l1 sign(w)      of the columns that are not 0
    /// ```
    fn solve_signed(&mut self, penalty: Penalty) {
        let support: Vec<usize> = (0..self.coefficients.len()).filter(|&j| self.coefficients[j] != 0.0).collect();
        if support.is_empty() || support.len() > MOST_EQUATIONS {
            return;
        }
        let scale: Vec<f64> = support.iter().map(|&j| (self.square(j) + penalty.l2).sqrt()).collect();
        let equations = DMatrix::from_fn(support.len(), support.len(), |a, b| {
            let ridge = if a == b { penalty.l2 } else { 0.0 };
            (self.gram[(support[a], support[b])] + ridge) / (scale[a] * scale[b])
        });
        let right = DMatrix::from_fn(support.len(), 1, |a, _| {
            let (j, w) = (support[a], self.coefficients[support[a]]);
            (self.pulls[j] - penalty.l2 * w - penalty.l1 * w.signum()) / scale[a]
        });
        let Some(steps) = Cholesky::new(&equations)
            .ok()
            .filter(|cholesky| cholesky.condition_estimate() <= WORST)
            .and_then(|cholesky| cholesky.solve(&right).ok())
        else {
            return;
        };
        let steps: Vec<f64> = steps.iter().zip(&scale).map(|(step, scale)| step / scale).collect();
        // without l1 a sign means nothing, unless it is forbidden
        let bounded = penalty.l1 > 0.0 || penalty.positive;
        let (mut share, mut first) = (1.0, None);
        for (&j, &step) in support.iter().zip(&steps) {
            let to_zero = -self.coefficients[j] / step;
            if bounded && to_zero > 0.0 && to_zero < share {
                (share, first) = (to_zero, Some(j));
            }
        }
        for (&j, &step) in support.iter().zip(&steps) {
            let old = self.coefficients[j];
            let new = if Some(j) == first { 0.0 } else { old + share * step };
            self.step(j, new - old);
            self.coefficients[j] = new;
        }
    }
}

fn sign(w: f64) -> i8 {
    i8::from(w > 0.0) - i8::from(w < 0.0)
}
