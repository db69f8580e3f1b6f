//! Steps down the gradient, with momentum and a gain for each coordinate.

use cairn_traits::DMatrix;
use rayon::prelude::*;

/// What a gain grows by where the step goes on downhill.
const GAIN_UP: f64 = 0.2;
/// What it is multiplied by where the step went past the valley.
const GAIN_DOWN: f64 = 0.8;
/// What is added then: no gain falls below five times this.
const LEAST_GAIN: f64 = 0.01;

/// Points that one task moves.
const BLOCK: usize = 4096;

/// How far a step goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stride {
    pub(crate) learning_rate: f64,
    pub(crate) momentum: f64,
    pub(crate) max_step_norm: f64,
}

/// A point, its last step, and its gains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mover<const D: usize> {
    pub(crate) step: [f64; D],
    pub(crate) gains: [f64; D],
}

impl<const D: usize> Mover<D> {
    pub(crate) const AT_REST: Self = Self { step: [0.0; D], gains: [1.0; D] };

    /// The next step of a point, by a quarter of its gradient.
    #[inline(always)]
    pub(crate) fn advance(&mut self, y: &mut [f64; D], gradient: &[f64; D], stride: Stride) {
        let mut squared = 0.0;
        for (d, &gradient) in gradient.iter().enumerate() {
            let same = sign(self.step[d]) == sign(gradient);
            // a step along the gradient goes uphill
            self.gains[d] = if same { self.gains[d] * GAIN_DOWN + LEAST_GAIN } else { self.gains[d] + GAIN_UP };
            self.step[d] = stride.momentum * self.step[d] - stride.learning_rate * self.gains[d] * gradient;
            squared += self.step[d] * self.step[d];
        }
        let norm = squared.sqrt();
        let shorter = if norm > stride.max_step_norm { stride.max_step_norm / norm } else { 1.0 };
        for (y, step) in y.iter_mut().zip(&mut self.step) {
            *step *= shorter;
            *y += *step;
        }
    }
}

fn sign(v: f64) -> i8 {
    i8::from(v > 0.0) - i8::from(v < 0.0)
}

/// Moves all points, and the whole map so that its mean is 0.
pub(crate) fn advance<const D: usize>(
    y: &mut [[f64; D]],
    movers: &mut [Mover<D>],
    gradient: &[[f64; D]],
    stride: Stride,
) {
    let tasks = y.par_chunks_mut(BLOCK).zip(movers.par_chunks_mut(BLOCK)).zip(gradient.par_chunks(BLOCK));
    let sums: Vec<[f64; D]> = tasks
        .map(|((y, movers), gradient)| {
            let mut sum = [0.0; D];
            for ((y, mover), gradient) in y.iter_mut().zip(movers).zip(gradient) {
                mover.advance(y, gradient, stride);
                (0..D).for_each(|d| sum[d] += y[d]);
            }
            sum
        })
        .collect();
    let mut mean = [0.0; D];
    sums.iter().for_each(|sum| (0..D).for_each(|d| mean[d] += sum[d] / y.len() as f64));
    y.iter_mut().for_each(|y| (0..D).for_each(|d| y[d] -= mean[d]));
}

/// A point a row.
pub(crate) fn points<const D: usize>(matrix: &DMatrix<f64>) -> Vec<[f64; D]> {
    (0..matrix.nrows()).map(|i| std::array::from_fn(|d| matrix[(i, d)])).collect()
}

/// n x D.
pub(crate) fn matrix<const D: usize>(points: impl ExactSizeIterator<Item = [f64; D]>) -> DMatrix<f64> {
    DMatrix::from_row_iterator(points.len(), D, points.flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_by_hand() {
        let stride = Stride { learning_rate: 10.0, momentum: 0.5, max_step_norm: f64::INFINITY };
        let (mut y, mut mover) = ([0.0], Mover::AT_REST);
        mover.advance(&mut y, &[-0.1], stride);
        // the gain grows to 1.2: 10 · 1.2 · 0.1
        assert!((y[0] - 1.2).abs() < 1e-15 && mover.gains == [1.2]);
        mover.advance(&mut y, &[0.2], stride);
        // the gradient turned, so the step went past: the gain is 1.2 · 0.8 + 0.01, the step 0.5 · 1.2 − 10 · 0.97 · 0.2
        assert!((mover.gains[0] - 0.97).abs() < 1e-15 && (mover.step[0] + 1.34).abs() < 1e-14, "{mover:?}");
    }

    #[test]
    fn no_point_goes_farther_than_it_may() {
        let stride = Stride { learning_rate: 1.0, momentum: 0.0, max_step_norm: 5.0 };
        let (mut y, mut mover) = ([1.0, 1.0], Mover::AT_REST);
        mover.advance(&mut y, &[-30.0, -40.0], stride);
        assert!((y[0] - 4.0).abs() < 1e-14 && (y[1] - 5.0).abs() < 1e-14, "{y:?}");
    }

    #[test]
    fn the_map_stays_about_zero() {
        let stride = Stride { learning_rate: 1.0, momentum: 0.0, max_step_norm: 5.0 };
        let (mut y, mut movers) = ([[1.0, 0.0], [2.0, 0.0], [6.0, 0.0]], [Mover::AT_REST; 3]);
        advance(&mut y, &mut movers, &[[0.0; 2]; 3], stride);
        assert_eq!(y, [[-2.0, 0.0], [-1.0, 0.0], [3.0, 0.0]]);
    }
}
