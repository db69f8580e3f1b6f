//! The mean log-loss of all rows and the l2 penalty: value, gradient and products with the Hessian, a pass each.

use crate::{
    input::{Input, filled},
    loss::{many_classes, two_classes},
};
use cairn_numeric::blocks;
use cairn_optim::{HessianProduct, Objective};
use std::ops::Range;

/// What the rows are, in the form their loss takes it.
#[derive(Debug)]
pub(crate) enum Target {
    /// 1 for the higher class, −1 for the lower.
    Two(Vec<f64>),
    /// Places among the classes.
    Many(Vec<usize>),
}

impl Target {
    pub(crate) fn new(n_classes: usize, positions: Vec<usize>) -> Self {
        if n_classes == 2 {
            Self::Two(positions.into_iter().map(|class| if class == 1 { 1.0 } else { -1.0 }).collect())
        } else {
            Self::Many(positions)
        }
    }
}

/// `(Σ wᵢ lossᵢ + l2/2 |coefficients|²) / Σ wᵢ` of coefficients (score by score) and intercepts in one flat slice.
///
/// The mean, so that a tolerance for its gradient means the same for few rows and many.
#[derive(Debug)]
pub(crate) struct LogLoss<'a, X> {
    pub(crate) x: &'a X,
    pub(crate) target: &'a Target,
    pub(crate) weights: &'a [f64],
    /// `Σ wᵢ`.
    pub(crate) total: f64,
    pub(crate) l2: f64,
    pub(crate) n_scores: usize,
    pub(crate) fit_intercept: bool,
    /// Curvatures (two classes) or probabilities (many) of each stretch, where products with the Hessian are asked for.
    kept: Option<Vec<Vec<f64>>>,
}

/// Sums over a stretch of rows.
#[derive(Debug)]
struct Sums {
    loss: f64,
    /// By coefficient and intercept.
    pulls: Vec<f64>,
    kept: Vec<f64>,
}

impl<'a, X: Input> LogLoss<'a, X> {
    pub(crate) fn new(
        x: &'a X,
        target: &'a Target,
        weights: &'a [f64],
        n_scores: usize,
        (l2, fit_intercept): (f64, bool),
    ) -> Self {
        let total = weights.iter().sum();
        Self { x, target, weights, total, l2, n_scores, fit_intercept, kept: None }
    }

    /// Of the same rows with other columns.
    pub(crate) fn of_columns<'b>(&'b self, x: &'b X) -> LogLoss<'b, X> {
        LogLoss { x, kept: None, ..*self }
    }

    /// The same, asked for products with the Hessian too.
    pub(crate) fn curved(self) -> Self {
        Self { kept: Some(Vec::new()), ..self }
    }

    /// The second derivative of each row's loss by a score, times the weight, at the latest evaluation.
    ///
    /// Of many classes twice that: what scores have to do with each other is left out, and twice the rest is never less
    /// than the whole (`diag(p) − pp' ≼ 2 diag(p (1 − p))`).
    pub(crate) fn curvatures(&self, score: usize) -> Vec<f64> {
        let (n, k) = (self.x.n_rows(), self.n_scores);
        let kept = self.kept.as_deref().unwrap_or_default();
        if k == 1 {
            return kept.concat();
        }
        let mut curvatures = Vec::with_capacity(n);
        for (stretch, kept) in blocks::ranges(n, self.stretch()).zip(kept) {
            for block in blocks::ranges(stretch.len(), self.x.block_rows()) {
                let shares = kept[block.start * k..block.end * k].chunks(block.len()).nth(score).unwrap_or_default();
                let weights = &self.weights[stretch.start + block.start..];
                curvatures.extend(shares.iter().zip(weights).map(|(p, w)| 2.0 * w * p * (1.0 - p)));
            }
        }
        curvatures
    }

    /// Rows of a stretch, a rule of shapes.
    fn stretch(&self) -> usize {
        blocks::size_for(self.x.n_rows(), self.x.pieces(self.n_scores), 64)
    }

    /// How many of the numbers are coefficients; the rest are intercepts.
    pub(crate) fn n_coefficients(&self) -> usize {
        self.x.n_columns() * self.n_scores
    }

    /// How many numbers there are to find.
    pub(crate) fn n_parameters(&self) -> usize {
        self.n_coefficients() + if self.fit_intercept { self.n_scores } else { 0 }
    }

    /// One pass over x: `between` makes residuals of the margins of a block, given its stretch, its rows, and how many
    /// margins of the stretch lie before it.
    fn sweep(
        &self,
        flat: &[f64],
        between: impl Fn(usize, Range<usize>, usize, &mut [f64], &mut Sums) + Sync,
    ) -> Vec<Sums> {
        let (n, k) = (self.x.n_rows(), self.n_scores);
        let (coefficients, intercepts) = flat.split_at(self.n_coefficients());
        let size = self.stretch();
        let stretch = |rows: Range<usize>| {
            let mut sums = Sums { loss: 0.0, pulls: vec![0.0; self.n_parameters()], kept: Vec::new() };
            let mut pulls = vec![0.0; self.n_coefficients()];
            for block in blocks::ranges(rows.len(), self.x.block_rows()) {
                let block = rows.start + block.start..rows.start + block.end;
                let mut margins = filled(intercepts, block.len(), k);
                let before = (block.start - rows.start) * k;
                let mut middle = |margins: &mut [f64]| {
                    between(rows.start / size, block.clone(), before, margins, &mut sums);
                    let summed = sums.pulls[coefficients.len()..].iter_mut().zip(margins.chunks(block.len()));
                    summed.for_each(|(sum, residuals)| *sum += residuals.iter().sum::<f64>());
                };
                self.x.pass(block.clone(), coefficients, &mut margins, &mut middle, &mut pulls);
            }
            sums.pulls[..pulls.len()].copy_from_slice(&pulls);
            sums
        };
        blocks::map(n, size, stretch)
    }

    /// `out ← (Σ pulls + l2 at) / total`.
    fn fold(&self, parts: &[Sums], at: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for part in parts {
            out.iter_mut().zip(&part.pulls).for_each(|(sum, pull)| *sum += pull);
        }
        let n_coefficients = self.n_coefficients();
        for (out, w) in out.iter_mut().zip(at).take(n_coefficients) {
            *out += self.l2 * w;
        }
        out.iter_mut().for_each(|out| *out /= self.total);
    }

    fn residuals(&self, rows: Range<usize>, margins: &mut [f64], sums: &mut Sums) {
        let start = sums.kept.len();
        if self.kept.is_some() {
            sums.kept.resize(start + margins.len(), 0.0);
        }
        let kept = &mut sums.kept[start..];
        let weights = &self.weights[rows.clone()];
        sums.loss += match self.target {
            Target::Two(signs) => two_classes(margins, &signs[rows], weights, kept),
            Target::Many(positions) => many_classes(margins, &positions[rows], weights, kept),
        };
    }

    /// Margins along a direction, times the second derivatives of the loss.
    fn bent(&self, kept: &[f64], rows: Range<usize>, margins: &mut [f64]) {
        if self.n_scores == 1 {
            return margins.iter_mut().zip(kept).for_each(|(margin, bend)| *margin *= bend);
        }
        // p_c (m_c − Σ p m), times the weight
        let n = rows.len();
        let mut means = vec![0.0; n];
        for (margins, shares) in margins.chunks(n).zip(kept.chunks(n)) {
            means.iter_mut().zip(margins.iter().zip(shares)).for_each(|(mean, (m, p))| *mean += p * m);
        }
        let weights = &self.weights[rows];
        for (margins, shares) in margins.chunks_mut(n).zip(kept.chunks(n)) {
            for (((margin, share), mean), w) in margins.iter_mut().zip(shares).zip(&means).zip(weights) {
                *margin = w * share * (*margin - mean);
            }
        }
    }
}

impl<X: Input> Objective for LogLoss<'_, X> {
    fn value_gradient(&mut self, at: &[f64], gradient: &mut [f64]) -> f64 {
        let mut parts = self.sweep(at, |_, rows, _, margins, sums| self.residuals(rows, margins, sums));
        self.fold(&parts, at, gradient);
        let losses: f64 = parts.iter().map(|part| part.loss).sum();
        let squares: f64 = at[..self.n_coefficients()].iter().map(|w| w * w).sum();
        if self.kept.is_some() {
            self.kept = Some(parts.iter_mut().map(|part| std::mem::take(&mut part.kept)).collect());
        }
        (losses + 0.5 * self.l2 * squares) / self.total
    }
}

impl<X: Input> HessianProduct for LogLoss<'_, X> {
    fn hessian_product(&mut self, _: &[f64], v: &[f64], out: &mut [f64]) {
        let kept = self.kept.as_deref().unwrap_or_default();
        let parts = self.sweep(v, |piece, rows, before, margins, _| {
            let kept = kept.get(piece).and_then(|kept| kept.get(before..before + margins.len()));
            self.bent(kept.unwrap_or_default(), rows, margins);
        });
        self.fold(&parts, v, out);
    }
}
