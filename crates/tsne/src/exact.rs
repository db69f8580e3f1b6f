//! The push of all points on each, pair by pair.

use crate::kernel::{Kernel, with_kernel};
use cairn_numeric::blocks;
use cairn_numeric::pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Points that one task looks from.
const ROW_BLOCK: usize = 32;

/// Points that are looked at side by side.
pub(crate) const LANES: usize = 8;

/// Where the points that fill up the last lanes lie: so far that they push nobody, near enough that squares are finite.
const FAR: f64 = 1e150;

/// Points coordinate by coordinate, in whole lanes.
#[derive(Clone, Debug)]
pub(crate) struct Lanes<const D: usize> {
    columns: [Vec<[f64; LANES]>; D],
}

impl<const D: usize> Lanes<D> {
    pub(crate) fn new(y: &[[f64; D]]) -> Self {
        let column = |d: usize| {
            let mut values: Vec<f64> = y.iter().map(|point| point[d]).collect();
            values.resize(y.len().next_multiple_of(LANES), FAR);
            values.as_chunks::<LANES>().0.to_vec()
        };
        Self { columns: std::array::from_fn(column) }
    }

    /// `Σⱼ wⱼ (y − yⱼ) / s` and `Σⱼ wⱼ` over all points, one at the same place included.
    #[inline(always)]
    pub(crate) fn push(&self, own: [f64; D], kernel: impl Kernel) -> ([f64; D], f64) {
        let (mut forces, mut similarities) = ([[0.0; LANES]; D], [0.0; LANES]);
        for block in 0..self.columns[0].len() {
            let mut apart = [[0.0; LANES]; D];
            for (d, apart) in apart.iter_mut().enumerate() {
                let other = &self.columns[d][block];
                for lane in 0..LANES {
                    apart[lane] = own[d] - other[lane];
                }
            }
            for lane in 0..LANES {
                let mut squared = 0.0;
                for apart in &apart {
                    squared += apart[lane] * apart[lane];
                }
                let (w, along) = kernel.pair(squared);
                similarities[lane] += w;
                for d in 0..D {
                    forces[d][lane] += along * apart[d][lane];
                }
            }
        }
        (forces.map(|lanes| lanes.iter().sum()), similarities.iter().sum())
    }
}

/// Writes the push on each point, `Σⱼ wᵢⱼ (yᵢ − yⱼ) / s`, and answers Z, `Σ wᵢⱼ` over all pairs.
///
/// # Complexity
/// n² D multiplications, in parallel and by whole vectors.
pub(crate) fn repel<const D: usize>(y: &[[f64; D]], degrees_of_freedom: f64, forces: &mut [[f64; D]]) -> f64 {
    with_kernel!(degrees_of_freedom, kernel => of_all(y, kernel, forces))
}

fn of_all<const D: usize, K: Kernel>(y: &[[f64; D]], kernel: K, forces: &mut [[f64; D]]) -> f64 {
    let lanes = Lanes::new(y);
    let found = blocks::map(y.len(), ROW_BLOCK, |rows| Arch::new().dispatch(Block { y, lanes: &lanes, kernel, rows }));
    let mut total = 0.0;
    for (force, (push, similarities)) in forces.iter_mut().zip(found.into_iter().flatten()) {
        *force = push;
        // a point is not its own neighbour
        total += similarities - 1.0;
    }
    total
}

struct Block<'a, const D: usize, K> {
    y: &'a [[f64; D]],
    lanes: &'a Lanes<D>,
    kernel: K,
    rows: Range<usize>,
}

impl<const D: usize, K: Kernel> WithSimd for Block<'_, D, K> {
    type Output = Vec<([f64; D], f64)>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let mut found = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            found.push(self.lanes.push(self.y[row], self.kernel));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_points_by_hand() {
        // at 0, 1 and 3 on a line: w = 1/2, 1/10 and 1/5
        let mut forces = [[0.0]; 3];
        let z = repel(&[[0.0], [1.0], [3.0]], 1.0, &mut forces);
        assert!((z - 2.0 * (0.5 + 0.1 + 0.2)).abs() < 1e-15, "{z}");
        // w² (yᵢ − yⱼ): −1/4 − 3/100;  1/4 − 2/25;  3/100 + 2/25
        for (found, expected) in forces.iter().zip([-0.28, 0.17, 0.11]) {
            assert!((found[0] - expected).abs() < 1e-15, "{forces:?}");
        }
    }

    #[test]
    fn degrees_of_freedom_by_hand() {
        // ν = 2, d² = 4: s = 3, w = 1/9, w / s = 1/27, times a distance of 2
        let mut forces = [[0.0; 2]; 2];
        let z = repel(&[[0.0, 0.0], [0.0, 2.0]], 2.0, &mut forces);
        assert!((z - 2.0 / 9.0).abs() < 1e-15 && (forces[1][1] - 2.0 / 27.0).abs() < 1e-15, "{z} {forces:?}");
    }
}
