//! The passes over slices, one for each use of a rule.

use super::rules::Rule;
use crate::{elementary::Elementary, vectorised};

/// Columns shorter than this are left to a pass of their own: their loop would be all remainder.
const SHORT: usize = 64;
/// Numbers between that pass and the next: they are still in the cache.
const STRETCH: usize = 4096;

vectorised! {
    pub(super) fn forward['a; R: Rule, T: Elementary](rule: R, x: &'a [T], y: &'a mut [T]) -> () {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = rule.value(x);
        }
    }
}

vectorised! {
    pub(super) fn forward_in_place['a; R: Rule, T: Elementary](rule: R, y: &'a mut [T]) -> () {
        for y in y {
            *y = rule.value(*y);
        }
    }
}

vectorised! {
    pub(super) fn forward_biased['a; R: Rule, T: Elementary](rule: R, bias: &'a [T], y: &'a mut [T]) -> () {
        if bias.len() >= SHORT {
            for column in y.chunks_mut(bias.len()) {
                for (y, &b) in column.iter_mut().zip(bias) {
                    *y = rule.value(*y + b);
                }
            }
            return;
        }
        let width = bias.len().max(1);
        for columns in y.chunks_mut(width * (STRETCH / width)) {
            for column in columns.chunks_mut(width) {
                for (y, &b) in column.iter_mut().zip(bias) {
                    *y += b;
                }
            }
            for y in columns {
                *y = rule.value(*y);
            }
        }
    }
}

vectorised! {
    pub(super) fn add_bias['a; T: Elementary](bias: &'a [T], y: &'a mut [T]) -> () {
        for column in y.chunks_mut(bias.len().max(1)) {
            for (y, &b) in column.iter_mut().zip(bias) {
                *y += b;
            }
        }
    }
}

vectorised! {
    /// The rule reads x or y, whichever it needs: `known` is that one.
    pub(super) fn backward['a; R: Rule, T: Elementary](rule: R, known: &'a [T], dy: &'a [T], dx: &'a mut [T]) -> () {
        for ((dx, &dy), &known) in dx.iter_mut().zip(dy).zip(known) {
            *dx += dy * rule.slope(known);
        }
    }
}

vectorised! {
    pub(super) fn backward_in_place['a; R: Rule, T: Elementary](rule: R, known: &'a [T], dy: &'a mut [T]) -> () {
        for (dy, &known) in dy.iter_mut().zip(known) {
            *dy *= rule.slope(known);
        }
    }
}

vectorised! {
    pub(super) fn add['a; T: Elementary](dy: &'a [T], dx: &'a mut [T]) -> () {
        for (dx, &dy) in dx.iter_mut().zip(dy) {
            *dx += dy;
        }
    }
}
