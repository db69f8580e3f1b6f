//! What is boosted: losses, their slopes and curvatures by the raw prediction.

use super::histogram::{Pair, Scale};
use cairn_numeric::{blocks, elementary::exp, log_sum_exp, sigmoid, softplus, vectorised};
use rayon::prelude::*;

/// A loss of a row's raw predictions. A class is 0, 1, ...; `quantile` is that of [`super::GradientBoostingRegressor`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Loss {
    /// (y − f)² / 2.
    Squared,
    /// |y − f|.
    Absolute,
    /// Squares up to the given quantile of the residuals' sizes, lines beyond.
    Huber { quantile: f64 },
    /// q (y − f) above, (1 − q) (f − y) below.
    Quantile { quantile: f64 },
    /// eᶠ − y f, plus what makes it 0 at best.
    Poisson,
    /// ln(1 + eᶠ) − y f of classes 0 and 1.
    Log,
    /// ln Σ eᶠ − f of the class.
    Softmax,
}

/// The rows of a part: targets (or classes), and weights.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) y: Vec<f64>,
    pub(crate) weights: Vec<f64>,
}

/// Rows for one task.
const ROWS: usize = 8192;

vectorised! {
    /// σ(f) − y and σ(f) (1 − σ(f)), weighted.
    fn log_slopes['a](out: &'a mut [[f64; 2]], raw: &'a [f64], y: &'a [f64], weights: &'a [f64]) -> () {
        for (((out, &raw), &y), &w) in out.iter_mut().zip(raw).zip(y).zip(weights) {
            let p = 1.0 / (1.0 + exp(-raw));
            *out = [w * (p - y), w * p * (1.0 - p)];
        }
    }
}

vectorised! {
    /// The same of one of several classes, `shift` the logarithm of the sum over all.
    fn class_slopes['a](out: &'a mut [[f64; 2]], raw: &'a [f64], shift: &'a [f64], rows: (&'a [f64], &'a [f64], f64)) -> () {
        let (y, weights, class) = rows;
        for ((((out, &raw), &shift), &y), &w) in out.iter_mut().zip(raw).zip(shift).zip(y).zip(weights) {
            let p = exp(raw - shift);
            let hit = if y == class { 1.0 } else { 0.0 };
            *out = [w * (p - hit), w * p * (1.0 - p)];
        }
    }
}

vectorised! {
    fn poisson_slopes['a](out: &'a mut [[f64; 2]], raw: &'a [f64], y: &'a [f64], weights: &'a [f64]) -> () {
        for (((out, &raw), &y), &w) in out.iter_mut().zip(raw).zip(y).zip(weights) {
            let mean = exp(raw);
            *out = [w * (mean - y), w * mean];
        }
    }
}

vectorised! {
    /// The largest sizes; what is not a number stays not a number.
    fn largest['a](slopes: &'a [[f64; 2]]) -> [f64; 2] {
        let mut most = [0.0_f64; 2];
        let mut sum = 0.0;
        for slope in slopes {
            most[0] = most[0].max(slope[0].abs());
            most[1] = most[1].max(slope[1]);
            sum += 0.0 * slope[0] + 0.0 * slope[1];
        }
        [most[0] + sum, most[1] + sum]
    }
}

vectorised! {
    fn to_pairs['a](pairs: &'a mut [Pair], slopes: &'a [[f64; 2]], scale: Scale) -> () {
        for (pair, slope) in pairs.iter_mut().zip(slopes) {
            *pair = scale.pair(slope[0], slope[1]);
        }
    }
}

/// Room for slopes, kept for the next round.
#[derive(Default)]
pub(crate) struct Slopes {
    slopes: Vec<[f64; 2]>,
    pub(crate) pairs: Vec<Pair>,
}

/// What a round knows before its trees.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// Softmax: ln Σ eᶠ of each row. Empty else.
    shifts: Vec<f64>,
    /// Huber: where squares end.
    delta: f64,
}

/// The q-quantile of weighted numbers: the middle of both where two share it.
pub(crate) fn quantile(numbers: &mut [(f64, f64)], q: f64) -> f64 {
    numbers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let aim = q * numbers.iter().map(|n| n.1).sum::<f64>();
    let mut sum = 0.0;
    for (at, &(number, weight)) in numbers.iter().enumerate() {
        sum += weight;
        if sum > aim * (1.0 + 1e-12) || at + 1 == numbers.len() {
            return number;
        }
        if sum >= aim * (1.0 - 1e-12) {
            return 0.5 * (number + numbers[at + 1].0);
        }
    }
    0.0
}

impl Loss {
    /// Whether leaves get their own best constant, as the step of slope over curvature is far from it.
    pub(crate) fn renews(self) -> bool {
        matches!(self, Self::Absolute | Self::Quantile { .. } | Self::Huber { .. })
    }

    /// Where raw predictions start: the best constant, one for each output.
    pub(crate) fn baseline(self, rows: &Rows, n_outputs: usize) -> Vec<f64> {
        let total: f64 = rows.weights.iter().sum();
        let mean = || rows.y.iter().zip(&rows.weights).map(|(y, w)| w * y).sum::<f64>() / total;
        let at =
            |q: f64| quantile(&mut rows.y.iter().copied().zip(rows.weights.iter().copied()).collect::<Vec<_>>(), q);
        match self {
            Self::Squared => vec![mean()],
            Self::Absolute | Self::Huber { .. } => vec![at(0.5)],
            Self::Quantile { quantile } => vec![at(quantile)],
            Self::Poisson => vec![mean().max(f64::MIN_POSITIVE).ln()],
            Self::Log => {
                let share = mean().clamp(1e-15, 1.0 - 1e-15);
                vec![(share / (1.0 - share)).ln()]
            }
            Self::Softmax => {
                let mut sums = vec![0.0; n_outputs];
                for (&class, &weight) in rows.y.iter().zip(&rows.weights) {
                    if let Some(sum) = sums.get_mut(class as usize) {
                        *sum += weight;
                    }
                }
                sums.iter().map(|sum| (sum / total).max(1e-15).ln()).collect()
            }
        }
    }

    /// What all trees of a round share.
    pub(crate) fn round(self, raw: &[Vec<f64>], rows: &Rows) -> Round {
        let mut round = Round::default();
        match self {
            Self::Softmax => {
                round.shifts = vec![0.0; rows.y.len()];
                round.shifts.par_chunks_mut(ROWS).enumerate().for_each(|(block, shifts)| {
                    let of = |row: usize| raw.iter().map(move |raw| raw.get(row).copied().unwrap_or(0.0));
                    let mut values = Vec::with_capacity(raw.len());
                    for (row, shift) in (block * ROWS..).zip(shifts) {
                        values.clear();
                        values.extend(of(row));
                        *shift = log_sum_exp(&values);
                    }
                });
            }
            Self::Huber { quantile: q } => {
                let sizes = raw.iter().flatten().zip(&rows.y).zip(&rows.weights).map(|((f, y), &w)| ((y - f).abs(), w));
                round.delta = quantile(&mut sizes.collect::<Vec<_>>(), q);
            }
            _ => {}
        }
        round
    }

    /// The pairs of a part of the rows for output `class`, and how to read them; `None` if a slope is not finite.
    pub(crate) fn pairs(
        self,
        (raw, class): (&[f64], usize),
        rows: &Rows,
        round: &Round,
        space: &mut Slopes,
    ) -> Option<Scale> {
        let n = rows.y.len();
        space.slopes.resize(n, [0.0; 2]);
        space.pairs.resize(n, [0; 2]);
        let of = |(block, out): (usize, &mut [[f64; 2]])| {
            let range = block * ROWS..block * ROWS + out.len();
            let part = |numbers| -> &[f64] { <[f64]>::get(numbers, range.clone()).unwrap_or(&[]) };
            let shifts = if round.shifts.is_empty() { &[] } else { part(&round.shifts) };
            self.slopes(out, part(raw), (part(&rows.y), part(&rows.weights)), (shifts, class, round.delta));
            largest(out)
        };
        let largest: Vec<[f64; 2]> = space.slopes.par_chunks_mut(ROWS).enumerate().map(of).collect();
        let most =
            |at: usize| largest.iter().map(|m| m[at]).fold(0.0, |a: f64, b| if b.is_nan() { b } else { a.max(b) });
        let (slope, curvature) = (most(0), most(1));
        if !(slope + curvature).is_finite() {
            return None;
        }
        let scale = Scale::new(n, slope, curvature);
        space.pairs.par_chunks_mut(ROWS).zip(space.slopes.par_chunks(ROWS)).for_each(|(pairs, slopes)| {
            to_pairs(pairs, slopes, scale);
        });
        Some(scale)
    }

    fn slopes(
        self,
        out: &mut [[f64; 2]],
        raw: &[f64],
        (y, weights): (&[f64], &[f64]),
        (shifts, class, delta): (&[f64], usize, f64),
    ) {
        let each = |out: &mut [[f64; 2]], slope: &dyn Fn(f64) -> f64| {
            for (((out, &raw), &y), &w) in out.iter_mut().zip(raw).zip(y).zip(weights) {
                *out = [w * slope(raw - y), w];
            }
        };
        match self {
            Self::Squared => each(out, &|r| r),
            Self::Absolute => each(out, &|r| if r > 0.0 { 1.0 } else { -1.0 }),
            Self::Huber { .. } => each(out, &|r| r.clamp(-delta, delta)),
            Self::Quantile { quantile } => each(out, &|r| if r > 0.0 { 1.0 - quantile } else { -quantile }),
            Self::Poisson => poisson_slopes(out, raw, y, weights),
            Self::Log => log_slopes(out, raw, y, weights),
            Self::Softmax => class_slopes(out, raw, shifts, (y, weights, class as f64)),
        }
    }

    /// The best constant of a leaf of residuals y − f, for losses that renew.
    pub(crate) fn constant(self, residuals: &mut [(f64, f64)], round: &Round) -> f64 {
        match self {
            Self::Quantile { quantile: q } => quantile(residuals, q),
            Self::Huber { .. } => {
                // from the median, the mean of what is clipped (Friedman 2001)
                let median = quantile(residuals, 0.5);
                let total: f64 = residuals.iter().map(|r| r.1).sum();
                let clipped = residuals.iter().map(|(r, w)| w * (r - median).clamp(-round.delta, round.delta));
                median + clipped.sum::<f64>() / total
            }
            _ => quantile(residuals, 0.5),
        }
    }

    /// The weighted mean of the loss.
    pub(crate) fn mean(self, raw: &[Vec<f64>], rows: &Rows, round: &Round) -> f64 {
        let row = |row: usize| {
            let f = |output: usize| raw.get(output).and_then(|raw| raw.get(row)).copied().unwrap_or(0.0);
            let (y, first) = (rows.y[row], f(0));
            let r = (y - first).abs();
            match self {
                Self::Squared => 0.5 * r * r,
                Self::Absolute => r,
                Self::Huber { .. } if r <= round.delta => 0.5 * r * r,
                Self::Huber { .. } => round.delta * (r - 0.5 * round.delta),
                Self::Quantile { quantile } if y >= first => quantile * r,
                Self::Quantile { quantile } => (1.0 - quantile) * r,
                Self::Poisson => first.exp() - y * first + if y > 0.0 { y * y.ln() - y } else { 0.0 },
                Self::Log => softplus(first) - y * first,
                Self::Softmax => log_sum_exp(&(0..raw.len()).map(f).collect::<Vec<_>>()) - f(y as usize),
            }
        };
        let sums = blocks::map(rows.y.len(), ROWS, |range| range.map(|at| rows.weights[at] * row(at)).sum::<f64>());
        sums.iter().sum::<f64>() / rows.weights.iter().sum::<f64>()
    }
}

/// The probability of class 1.
pub(crate) fn probability(raw: f64) -> f64 {
    sigmoid(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOSSES: [Loss; 6] = [
        Loss::Squared,
        Loss::Absolute,
        Loss::Huber { quantile: 0.6 },
        Loss::Quantile { quantile: 0.3 },
        Loss::Poisson,
        Loss::Log,
    ];

    fn rows() -> Rows {
        Rows { y: vec![0.0, 1.0, 1.0, 0.0], weights: vec![1.0, 2.0, 0.5, 1.0] }
    }

    #[test]
    fn slopes_are_finite_differences_of_the_loss() {
        let rows = rows();
        let step = 1e-6;
        for loss in LOSSES {
            let raw = vec![0.3, -0.4, 2.0, -1.5];
            // of other raw predictions, so that no residual stands at huber's corner
            let round = loss.round(&[vec![0.2, -0.3, 1.9, -1.4]], &rows);
            let mut space = Slopes::default();
            let scale = loss.pairs((&raw, 0), &rows, &round, &mut space).unwrap();
            for row in 0..raw.len() {
                let moved = |by: f64| {
                    let mut raw = raw.clone();
                    raw[row] += by;
                    loss.mean(&[raw], &rows, &round) * 4.5 // the sum of the weights
                };
                let expected = (moved(step) - moved(-step)) / (2.0 * step);
                let found = scale.slope(space.pairs[row]);
                assert!((found - expected).abs() < 1e-8, "{loss:?}, row {row}: {found} {expected}");
                if !loss.renews() {
                    let expected = (moved(1e-4) - 2.0 * moved(0.0) + moved(-1e-4)) / 1e-8;
                    let found = scale.curvature(space.pairs[row]);
                    assert!((found - expected).abs() < 1e-5, "{loss:?}, row {row}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn slopes_of_several_classes_are_finite_differences_too() {
        let rows = Rows { y: vec![0.0, 2.0], weights: vec![1.0, 3.0] };
        let raw = [vec![0.1, -0.2], vec![1.0, 0.5], vec![-0.3, 0.9]];
        let round = Loss::Softmax.round(&raw, &rows);
        for (class, row) in [(0, 0), (1, 0), (2, 1), (0, 1)] {
            let mut space = Slopes::default();
            let scale = Loss::Softmax.pairs((&raw[class], class), &rows, &round, &mut space).unwrap();
            let moved = |by: f64| {
                let mut raw = raw.clone();
                raw[class][row] += by;
                Loss::Softmax.mean(&raw, &rows, &round) * 4.0
            };
            let expected = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            assert!((scale.slope(space.pairs[row]) - expected).abs() < 1e-8);
        }
    }

    #[test]
    fn the_baseline_is_the_best_constant() {
        let rows = rows();
        for loss in LOSSES {
            let best = loss.baseline(&rows, 1)[0];
            let round = loss.round(&[vec![best; 4]], &rows);
            let mean = |f: f64| loss.mean(&[vec![f; 4]], &rows, &round);
            // huber starts at the median
            let slack = if matches!(loss, Loss::Huber { .. }) { 0.05 } else { 1e-15 };
            assert!(mean(best) <= mean(best + 1e-3) + slack && mean(best) <= mean(best - 1e-3) + slack, "{loss:?}");
        }
        // weights of classes 0 and 1: 2 and 2.5
        assert!((Loss::Log.baseline(&rows, 1)[0] - 1.25_f64.ln()).abs() < 1e-15);
        assert_eq!(Loss::Softmax.baseline(&rows, 2), [(2.0_f64 / 4.5).ln(), (2.5_f64 / 4.5).ln()]);
    }

    #[test]
    fn quantiles_count_weights_as_repetitions() {
        assert_eq!(quantile(&mut [(1.0, 1.0), (2.0, 1.0)], 0.5), 1.5);
        assert_eq!(quantile(&mut [(5.0, 1.0), (1.0, 2.0)], 0.5), 1.0);
        assert_eq!(quantile(&mut [(3.0, 1.0), (1.0, 1.0), (2.0, 1.0)], 0.9), 3.0);
    }

    #[test]
    fn a_prediction_beyond_numbers_is_told() {
        let rows = Rows { y: vec![1.0], weights: vec![1.0] };
        let found = Loss::Poisson.pairs((&[1e4], 0), &rows, &Round::default(), &mut Slopes::default());
        assert_eq!(found, None);
    }
}
