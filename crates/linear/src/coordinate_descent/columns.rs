//! What coordinate descent asks of the columns, be they dense, sparse or sums.

use cairn_traits::{DMatrix, Result};

/// Columns about their means, under weights `v` that sum to 1.
pub(crate) trait Columns: Sync {
    /// `Σ v x̃ⱼ²` of each column; 0 for those that do not vary.
    fn squares(&self) -> &[f64];

    /// `Σ v x̃ₐ x̃ᵦ` for each `a` of `all` (rows) and `b` of `new` (columns); `all` ends in `new`, and where `a` comes after
    /// `b` there may be anything.
    fn products(&self, all: &[usize], new: &[usize]) -> Result<DMatrix<f64>>;

    /// Writes `Σ v x̃ⱼ r` of the columns `of` into their places of `pulls`, where `r` is what `coefficients` leave of
    /// the target.
    fn refresh(&self, target: &Target, coefficients: &[f64], of: &[usize], pulls: &mut [f64]) -> Residual;

    /// The rows themselves, where they are at hand.
    fn rows(&self) -> Option<&dyn ByRows>;
}

/// Columns that can walk on the residuals.
pub(crate) trait ByRows {
    fn n_rows(&self) -> usize;

    /// What these coefficients leave of the target.
    fn start(&self, target: &Target, coefficients: &[f64]) -> Running;

    /// `Σ v x̃ⱼ r`.
    fn pull(&self, j: usize, residuals: &Running) -> f64;

    /// `r ← r − x̃ⱼ by`.
    fn step(&self, j: usize, by: f64, residuals: &mut Running);

    /// `Σ v r²` and `Σ v r ỹ`.
    fn facts(&self, target: &Target, residuals: &Running) -> Residual;
}

/// One target about its mean.
#[derive(Clone, Debug)]
pub struct Target {
    /// `ỹ`, a number a row; empty where there are only sums.
    pub(crate) rows: Vec<f64>,
    /// `Σ v x̃ⱼ ỹ`.
    pub(crate) pulls: Vec<f64>,
    /// `Σ v ỹ²`; 0 for a target that does not vary.
    pub(crate) energy: f64,
    pub(crate) mean: f64,
}

/// What the gap needs to know of residuals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Residual {
    /// `Σ v r²`.
    pub(crate) square: f64,
    /// `Σ v r ỹ`.
    pub(crate) along: f64,
}

/// Residuals that are walked on: `r = rows + shift`.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) rows: Vec<f64>,
    pub(crate) shift: f64,
}

impl Target {
    /// What coefficients of 0 leave.
    pub(crate) fn untouched(&self) -> Residual {
        Residual { square: self.energy, along: self.energy }
    }
}

/// `(j, coefficient)` of those that are not 0.
pub(crate) fn support(coefficients: &[f64]) -> Vec<(usize, f64)> {
    coefficients.iter().copied().enumerate().filter(|(_, w)| *w != 0.0).collect()
}
