//! How far along a direction: a bracket that shrinks around a point where the function has fallen and flattened.
//!
//! ```text
//! φ(a) = f(x + a d)
//! Wolfe:             φ(a) ≤ φ(0) + c₁ a φ'(0)  and  φ'(a) ≥ c₂ φ'(0)
//! near the minimum:  φ(a) ≤ φ(0) + ε           and  (2 c₁ − 1) φ'(0) ≥ φ'(a) ≥ c₂ φ'(0)
//! ```
//! The second form reads the fall off the slopes. It is what goes on where values differ by rounding alone.

use crate::{
    objective::Objective,
    vectors::{dot, moved},
};

/// The share of the promised fall that is asked for.
const C1: f64 = 1e-4;
/// Values that differ by less than this share of the objective may differ by rounding alone.
const ROUNDING: f64 = 1e-11;
const MAX_EVALUATIONS: usize = 40;

/// A point on the line.
#[derive(Clone, Copy, Debug)]
struct Trial {
    step: f64,
    value: f64,
    slope: f64,
}

/// Where a search starts: the point, what is known there, and the direction.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub(crate) from: &'a [f64],
    pub(crate) value: f64,
    pub(crate) direction: &'a [f64],
    /// `φ'(0)`, below 0.
    pub(crate) slope: f64,
}

/// Where a search ends, if it found a point that is not above its start; point and gradient are in the buffers given.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) value: f64,
}

/// Point, gradient there.
#[derive(Debug)]
pub(crate) struct Buffers<'a> {
    pub(crate) point: &'a mut [f64],
    pub(crate) gradient: &'a mut [f64],
}

impl Line<'_> {
    fn try_at(&self, objective: &mut impl Objective, step: f64, buffers: &mut Buffers<'_>) -> Trial {
        moved(buffers.point, self.from, step, self.direction);
        let value = objective.value_gradient(buffers.point, buffers.gradient);
        Trial { step, value, slope: dot(buffers.gradient, self.direction) }
    }

    fn accepts(&self, trial: Trial, curvature: f64) -> bool {
        let falls = trial.value <= self.value + C1 * trial.step * self.slope;
        let flat = trial.value <= self.value + self.rounding() && trial.slope <= (2.0 * C1 - 1.0) * self.slope;
        trial.slope >= curvature * self.slope && (falls || flat)
    }

    fn rounding(&self) -> f64 {
        ROUNDING * self.value.abs()
    }

    /// Searches from `first`; `curvature` (c₂) is the share of the slope that may be left.
    pub(crate) fn search(
        &self,
        objective: &mut impl Objective,
        first: f64,
        curvature: f64,
        mut buffers: Buffers<'_>,
        evaluations: &mut usize,
    ) -> Option<Found> {
        // low: falls on, and not above the start; high: rises there, or too far
        let mut low = Trial { step: 0.0, value: self.value, slope: self.slope };
        let mut high: Option<Trial> = None;
        let mut step = first;
        for _ in 0..MAX_EVALUATIONS {
            let trial = self.try_at(objective, step, &mut buffers);
            *evaluations += 1;
            let finite = trial.value.is_finite() && trial.slope.is_finite();
            if finite && self.accepts(trial, curvature) {
                return Some(Found { value: trial.value });
            }
            if finite && trial.slope < 0.0 && trial.value <= self.value + self.rounding() {
                low = trial;
            } else {
                high = Some(trial);
            }
            let next = match high {
                None => extrapolated(low),
                Some(high) => interpolated(low, high),
            };
            // a bracket without a number inside, or a step that has left the finite numbers
            if !next.is_finite() || next == step || next <= low.step {
                break;
            }
            step = next;
        }
        if low.step > 0.0 && low.value < self.value {
            let trial = self.try_at(objective, low.step, &mut buffers);
            *evaluations += 1;
            return Some(Found { value: trial.value });
        }
        None
    }
}

/// It still falls: further.
fn extrapolated(low: Trial) -> f64 {
    4.0 * low.step
}

/// The minimum of the cubic through both ends, not too near to either.
fn interpolated(low: Trial, high: Trial) -> f64 {
    let width = high.step - low.step;
    if !(high.value.is_finite() && high.slope.is_finite()) {
        return low.step + 0.1 * width;
    }
    let theta = 3.0 * (low.value - high.value) / width + low.slope + high.slope;
    let root = (theta * theta - low.slope * high.slope).max(0.0).sqrt();
    let share = (root - low.slope + theta) / (2.0 * root + high.slope - low.slope);
    let share = if share.is_finite() { share.clamp(0.1, 0.9) } else { 0.5 };
    low.step + share * width
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches f along the axis from 0 and returns where, and after how many evaluations.
    fn along(mut f: impl FnMut(f64) -> (f64, f64), first: f64, curvature: f64) -> Option<(f64, usize)> {
        let mut objective = |at: &[f64], gradient: &mut [f64]| {
            let (value, slope) = f(at[0]);
            gradient[0] = slope;
            value
        };
        let (mut point, mut gradient, mut evaluations) = ([0.0], [0.0], 0);
        let value = objective(&[0.0], &mut gradient);
        let slope = gradient[0];
        let line = Line { from: &[0.0], value, direction: &[1.0], slope };
        let buffers = Buffers { point: &mut point, gradient: &mut gradient };
        line.search(&mut objective, first, curvature, buffers, &mut evaluations)?;
        Some((point[0], evaluations))
    }

    #[test]
    fn a_good_first_step_is_taken_at_once() {
        // (a − 1)²: at 1 the slope is 0
        assert_eq!(along(|a| ((a - 1.0).powi(2), 2.0 * (a - 1.0)), 1.0, 0.9), Some((1.0, 1)));
    }

    #[test]
    fn a_parabola_is_interpolated_exactly() {
        // at 2.5 it is above its start; from 0 and 2.5 the cubic through both ends is the parabola itself: minimum at 1
        let (at, evaluations) = along(|a| ((a - 1.0).powi(2), 2.0 * (a - 1.0)), 2.5, 1e-3).unwrap();
        assert!((at - 1.0).abs() < 1e-12 && evaluations == 2, "{at} {evaluations}");
    }

    #[test]
    fn steps_far_too_short_or_too_long_are_mended() {
        for first in [1e-8, 1e8] {
            let (at, _) = along(|a| ((a - 1.0).powi(2), 2.0 * (a - 1.0)), first, 0.1).unwrap();
            assert!((at - 1.0).abs() < 0.1 + 1e-9, "{at}");
        }
    }

    #[test]
    fn what_is_not_finite_is_stepped_back_from() {
        // −ln(1 − a) − 2a ends at a = 1; minimum at 1/2
        let (at, _) = along(|a| (-(1.0 - a).ln() - 2.0 * a, 1.0 / (1.0 - a) - 2.0), 50.0, 0.1).unwrap();
        assert!((at - 0.5).abs() < 0.1, "{at}");
    }

    #[test]
    fn a_plateau_of_rounding_is_crossed_by_slopes() {
        // values near 1e6 have no digits left for a bowl of depth 1e-14; slopes do
        let (at, _) = along(|a| (1e6 + 1e-14 * (a - 1.0).powi(2), 2e-14 * (a - 1.0)), 0.3, 0.1).unwrap();
        // 0.3 is still steep, four times that is past the bottom and less steep than the start
        assert!((at - 1.2).abs() < 1e-15, "{at}");
    }

    #[test]
    fn a_slope_that_lies_finds_nothing() {
        assert_eq!(along(|a| (a, -1.0), 1.0, 0.9), None);
    }
}
