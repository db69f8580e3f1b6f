//! Points that walk the tree of all points.

use super::tree::Tree;
use crate::exact::LANES;
use crate::kernel::{Kernel, with_kernel};
use cairn_numeric::pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Points that one task looks from: whole lanes.
const BLOCK: usize = 32 * LANES;

/// Writes the push on each point, `Σⱼ wᵢⱼ (yᵢ − yⱼ) / s`, and answers Z, `Σ wᵢⱼ` over all pairs; a cell stands for its
/// points where its side is at most `theta` times its distance.
///
/// # Determinism
/// Which points walk together is decided by the curve, and sums are added along it.
pub(crate) fn repel<const D: usize>(
    y: &[[f64; D]],
    theta: f64,
    degrees_of_freedom: f64,
    forces: &mut [[f64; D]],
) -> f64 {
    let tree = Tree::new(y);
    with_kernel!(degrees_of_freedom, kernel => of_all(&tree, theta, kernel, forces))
}

fn of_all<const D: usize, K: Kernel>(tree: &Tree<D>, theta: f64, kernel: K, forces: &mut [[f64; D]]) -> f64 {
    let walk = Walk { tree, squared_theta: theta * theta, kernel };
    let blocks: Vec<Vec<([f64; D], f64)>> =
        tree.points.par_chunks(BLOCK).map(|points| Arch::new().dispatch(Block { walk, points })).collect();
    let mut total = 0.0;
    for (&row, (push, similarities)) in tree.rows.iter().zip(blocks.into_iter().flatten()) {
        forces[row as usize] = push;
        // a point is not its own neighbour
        total += similarities - 1.0;
    }
    total
}

/// The push on one point that is not in the tree, and Σ w.
pub(crate) fn push_on<const D: usize>(
    tree: &Tree<D>,
    theta: f64,
    degrees_of_freedom: f64,
    own: [f64; D],
) -> ([f64; D], f64) {
    with_kernel!(degrees_of_freedom, kernel => {
        let walk = Walk { tree, squared_theta: theta * theta, kernel };
        let (forces, similarities) = walk.together::<1>(own.map(|v| [v]));
        (forces.map(|[force]| force), similarities[0])
    })
}

#[derive(Clone, Copy)]
struct Walk<'a, const D: usize, K> {
    tree: &'a Tree<D>,
    squared_theta: f64,
    kernel: K,
}

impl<const D: usize, K: Kernel> Walk<'_, D, K> {
    /// `L` points that go the same way: a cell is opened if any of them has to.
    #[inline(always)]
    fn together<const L: usize>(&self, own: [[f64; L]; D]) -> ([[f64; L]; D], [f64; L]) {
        let nodes = self.tree.nodes.as_slice();
        let (mut forces, mut similarities) = ([[0.0; L]; D], [0.0; L]);
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            let (mut apart, mut squared) = ([[0.0; L]; D], [0.0; L]);
            for d in 0..D {
                for lane in 0..L {
                    apart[d][lane] = own[d][lane] - node.centre[d];
                    squared[lane] += apart[d][lane] * apart[d][lane];
                }
            }
            let mut near = false;
            for s in squared {
                near |= node.squared_side > self.squared_theta * s;
            }
            if near {
                at += 1;
                continue;
            }
            for lane in 0..L {
                let (w, along) = self.kernel.pair(squared[lane]);
                similarities[lane] += node.count * w;
                let along = node.count * along;
                for d in 0..D {
                    forces[d][lane] += along * apart[d][lane];
                }
            }
            at = node.next as usize;
        }
        (forces, similarities)
    }
}

struct Block<'a, const D: usize, K> {
    walk: Walk<'a, D, K>,
    points: &'a [[f64; D]],
}

impl<const D: usize, K: Kernel> WithSimd for Block<'_, D, K> {
    type Output = Vec<([f64; D], f64)>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let Self { walk, points } = self;
        let mut found = Vec::with_capacity(points.len());
        for together in points.chunks(LANES) {
            let mut own = [[0.0; LANES]; D];
            for d in 0..D {
                for lane in 0..LANES {
                    // lanes without a point go with the last
                    own[d][lane] = together[lane.min(together.len() - 1)][d];
                }
            }
            let (forces, similarities) = walk.together(own);
            for lane in 0..together.len() {
                let mut force = [0.0; D];
                for d in 0..D {
                    force[d] = forces[d][lane];
                }
                found.push((force, similarities[lane]));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact;
    use proptest::prelude::{ProptestConfig, prop_assert, proptest};

    /// The largest error of a force, and that of Z, relative to the largest force and Z.
    fn errors<const D: usize>(y: &[[f64; D]], theta: f64, degrees_of_freedom: f64) -> (f64, f64) {
        let (mut exact_forces, mut forces) = (vec![[0.0; D]; y.len()], vec![[0.0; D]; y.len()]);
        let exact_z = exact::repel(y, degrees_of_freedom, &mut exact_forces);
        let z = repel(y, theta, degrees_of_freedom, &mut forces);
        let largest = exact_forces.iter().flatten().fold(0.0_f64, |a, f| a.max(f.abs()));
        let wrong = forces.iter().flatten().zip(exact_forces.iter().flatten());
        (wrong.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / largest, (z / exact_z - 1.0).abs())
    }

    fn scattered<const D: usize>(n: usize, seed: f64, size: f64) -> Vec<[f64; D]> {
        let noise = |i: usize, d: usize| (((i * 7 + d) as f64 * 12.9898 + seed).sin() * 43758.5453).fract();
        (0..n).map(|i| std::array::from_fn(|d| noise(i, d) * size)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn without_theta_it_is_exact(n in 2_usize..300, seed in 0.0..9.0_f64, size in 0.01..50.0_f64) {
            // the same sums in another order
            for (force, z) in [
                errors(&scattered::<1>(n, seed, size), 0.0, 1.0),
                errors(&scattered::<2>(n, seed, size), 0.0, 1.0),
                errors(&scattered::<3>(n, seed, size), 0.0, 0.7),
            ] {
                prop_assert!(force < 1e-12 && z < 1e-12, "{force} {z}");
            }
        }
    }

    #[test]
    fn the_error_falls_with_theta() {
        let y = scattered::<2>(2000, 0.3, 30.0);
        let error = |theta| errors(&y, theta, 1.0).0;
        let (wide, usual, narrow) = (error(0.8), error(0.5), error(0.2));
        // a cell's error is of the second order in its side over its distance
        assert!(narrow < usual && usual < wide, "{narrow} {usual} {wide}");
        assert!(usual < 0.03 && narrow < 0.004, "{usual} {narrow}");
        assert!(errors(&y, 0.5, 1.0).1 < 0.01);
    }

    #[test]
    fn a_point_alone_goes_as_one_among_others_may() {
        let y = scattered::<2>(500, 0.3, 30.0);
        let tree = Tree::new(&y);
        let (force, similarities) = push_on(&tree, 0.0, 1.0, [1.0, 2.0]);
        let (expected, sum) = exact::Lanes::new(&y).push([1.0, 2.0], crate::kernel::Cauchy);
        assert!((similarities / sum - 1.0).abs() < 1e-13);
        assert!((force[0] - expected[0]).abs() < 1e-12 && (force[1] - expected[1]).abs() < 1e-12);
    }

    #[test]
    fn equal_points_push_nobody_at_their_place() {
        let mut forces = [[1.0; 2]; 20];
        let z = repel(&[[3.0, 1.0]; 20], 0.5, 1.0, &mut forces);
        // each is at distance 0 of 19 others
        assert_eq!((z, forces[7]), (380.0, [0.0; 2]));
    }
}
