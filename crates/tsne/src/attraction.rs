//! The pull of neighbours, and what it makes of the gradient.

use crate::affinities::Affinities;
use cairn_numeric::{
    blocks,
    pulp::{Arch, Simd, WithSimd},
};
use rayon::prelude::*;

/// Rows that one task works on.
const ROW_BLOCK: usize = 128;

/// Neighbours that are looked at side by side.
const LANES: usize = 8;

/// What multiplies and divides in a gradient.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Balance {
    /// Of the pull.
    pub(crate) exaggeration: f64,
    /// Z: the push is divided by it.
    pub(crate) similarities: f64,
    pub(crate) degrees_of_freedom: f64,
}

/// A quarter of the gradient: `forces ← e Σⱼ pᵢⱼ (yᵢ − yⱼ) / s − forces / Z`, where `forces` holds the push. Answers the sum
/// of its squares.
///
/// # Determinism
/// Rows are cut into blocks by their number; sums over blocks are added in order.
pub(crate) fn balance<const D: usize>(
    p: &Affinities,
    y: &[[f64; D]],
    balance: Balance,
    forces: &mut [[f64; D]],
) -> f64 {
    let blocks: Vec<f64> = forces
        .par_chunks_mut(ROW_BLOCK)
        .enumerate()
        .map(|(block, forces)| Arch::new().dispatch(Block { p, y, balance, first: block * ROW_BLOCK, forces }))
        .collect();
    blocks.iter().sum()
}

/// KL(P‖Q) `= Σ p ln p + ν Σ p ln s + ln Z`.
pub(crate) fn divergence<const D: usize>(
    p: &Affinities,
    y: &[[f64; D]],
    similarities: f64,
    degrees_of_freedom: f64,
) -> f64 {
    let inverse = 1.0 / degrees_of_freedom;
    let of_rows = |rows: std::ops::Range<usize>| {
        rows.map(|row| {
            let (columns, values) = p.row(row);
            log_distances(y[row], columns, values, y, inverse)
        })
        .sum()
    };
    let logarithms = blocks::fold(y.len(), ROW_BLOCK, of_rows, |a: f64, b| a + b).unwrap_or_default();
    p.negative_entropy() + degrees_of_freedom * logarithms + similarities.ln()
}

struct Block<'a, const D: usize> {
    p: &'a Affinities,
    y: &'a [[f64; D]],
    balance: Balance,
    first: usize,
    forces: &'a mut [[f64; D]],
}

impl<const D: usize> WithSimd for Block<'_, D> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Self { p, y, balance, first, forces } = self;
        let mut squared_norm = 0.0;
        let (scale, inverse) = (1.0 / balance.similarities, 1.0 / balance.degrees_of_freedom);
        let mut fetched = Fetched::default();
        for (row, force) in (first..).zip(forces) {
            let own = y[row];
            let pull = pull(own, p.row(row), y, inverse, &mut fetched);
            for d in 0..D {
                force[d] = balance.exaggeration * pull[d] - scale * force[d];
                squared_norm += force[d] * force[d];
            }
        }
        squared_norm
    }
}

/// Vectors to so many neighbours, coordinate by coordinate.
type Apart<const D: usize> = [[f64; LANES]; D];

/// Vectors to the neighbours of a row, which were fetched from all over the map and laid side by side.
#[derive(Debug, Default)]
pub(crate) struct Fetched<const D: usize> {
    blocks: Vec<Apart<D>>,
}

impl<const D: usize> Fetched<D> {
    #[inline(always)]
    fn fetch(&mut self, own: [f64; D], columns: &[[u32; LANES]], y: &[[f64; D]]) -> &[Apart<D>] {
        if self.blocks.len() < columns.len() {
            self.blocks.resize(columns.len(), [[0.0; LANES]; D]);
        }
        for (apart, columns) in self.blocks.iter_mut().zip(columns) {
            for lane in 0..LANES {
                let other = y[columns[lane] as usize];
                for d in 0..D {
                    apart[d][lane] = own[d] - other[d];
                }
            }
        }
        &self.blocks[..columns.len()]
    }
}

/// `Σⱼ pⱼ (y − yⱼ) / (1 + |y − yⱼ|² / ν)`. (In two goes: what is written number by number cannot be read as a vector at once.)
#[inline(always)]
pub(crate) fn pull<const D: usize>(
    own: [f64; D],
    (columns, values): (&[u32], &[f64]),
    y: &[[f64; D]],
    inverse: f64,
    fetched: &mut Fetched<D>,
) -> [f64; D] {
    let (column_blocks, column_rest) = columns.as_chunks::<LANES>();
    let (value_blocks, value_rest) = values.as_chunks::<LANES>();
    let mut sums = [[0.0; LANES]; D];
    for (apart, values) in fetched.fetch(own, column_blocks, y).iter().zip(value_blocks) {
        let mut squared = [0.0; LANES];
        for apart in apart {
            for lane in 0..LANES {
                squared[lane] += apart[lane] * apart[lane];
            }
        }
        let mut weights = [0.0; LANES];
        for lane in 0..LANES {
            weights[lane] = values[lane] / (1.0 + squared[lane] * inverse);
        }
        for (sums, apart) in sums.iter_mut().zip(apart) {
            for lane in 0..LANES {
                sums[lane] += weights[lane] * apart[lane];
            }
        }
    }
    let mut total =
        sums.map(|sums| ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7])));
    for (&column, value) in column_rest.iter().zip(value_rest) {
        let other = y[column as usize];
        let weight = value / (1.0 + squared(own, other) * inverse);
        for d in 0..D {
            total[d] += weight * (own[d] - other[d]);
        }
    }
    total
}

/// `Σⱼ pⱼ ln(1 + |y − yⱼ|² / ν)`.
fn log_distances<const D: usize>(own: [f64; D], columns: &[u32], values: &[f64], y: &[[f64; D]], inverse: f64) -> f64 {
    columns.iter().zip(values).map(|(&j, p)| p * (squared(own, y[j as usize]) * inverse).ln_1p()).sum()
}

#[inline(always)]
pub(crate) fn squared<const D: usize>(a: [f64; D], b: [f64; D]) -> f64 {
    let mut sum = 0.0;
    for d in 0..D {
        sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    sum
}
