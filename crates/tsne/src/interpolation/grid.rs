//! Points, the grid between them, and the way there and back.

use super::convolution::{Convolution, Extent, Planners, Work};
use super::spline::{LANES, ORDER, weights};
use cairn_numeric::pulp::{Arch, Simd, WithSimd};
use cairn_traits::Result;
use rayon::prelude::*;
use std::fmt;

/// Rows of the grid that one task spreads points onto.
const ROW_BLOCK: usize = 16;

/// Points that one task gathers for.
const POINT_BLOCK: usize = 512;

/// So many nodes at least along the longer side: the kernel is smooth beside the spacing then, and forces between points that
/// lie all within a hundredth of its width are still right.
const FEWEST_NODES: f64 = 64.0;

/// The finest spacing: a sixty-fourth of the kernel's width, where errors are those of rounding.
const FINEST: f64 = 1.0 / 64.0;

/// So many nodes at most along a side; points that lie farther apart get a coarser grid. 3,000² numbers of memory.
const MOST_NODES: f64 = 1500.0;

/// Convolutions that are kept: the map grows slowly, and some sizes come back.
const KEPT: usize = 2;

/// Sums pushes by way of a grid.
pub(crate) struct Grid<const D: usize> {
    spacing: f64,
    degrees_of_freedom: f64,
    planners: Planners,
    /// The latest last.
    convolutions: Vec<Convolution>,
    nodes: Vec<f64>,
    work: Work,
}

impl<const D: usize> fmt::Debug for Grid<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grid").field("spacing", &self.spacing).finish_non_exhaustive()
    }
}

/// Where the grid lies.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// The least coordinates of points. A map in one dimension has a single row.
    low: [f64; 2],
    spacing: f64,
    extent: Extent,
}

/// A point on the grid: the first of its nodes and how far it lies behind the node's cell begins, in each direction.
#[derive(Clone, Copy, Debug)]
struct Placed {
    cells: [u32; 2],
    rest: [f64; 2],
    point: u32,
}

/// Rows and columns of a point: a map in one dimension lies along a row.
#[inline(always)]
fn row_and_column<const D: usize>(y: &[f64; D]) -> [f64; 2] {
    if D == 1 { [0.0, y[0]] } else { [y[0], y[1]] }
}

impl Frame {
    fn around<const D: usize>(y: &[[f64; D]], widest: f64) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in y.iter().map(row_and_column) {
            for d in 0..2 {
                low[d] = low[d].min(point[d]);
                high[d] = high[d].max(point[d]);
            }
        }
        let side = (high[0] - low[0]).max(high[1] - low[1]);
        let mut spacing = widest;
        while side / spacing < FEWEST_NODES && spacing > FINEST {
            spacing *= 0.5;
        }
        spacing = spacing.max(side / MOST_NODES);
        // one more than the cells from first to last, as a point may lie at the end of one by rounding
        let nodes = |d: usize| ((high[d] - low[d]) / spacing) as usize + ORDER + 1;
        let rows = if D == 1 { 1 } else { nodes(0) };
        Self { low, spacing, extent: Extent::new(rows, nodes(1)) }
    }

    #[inline(always)]
    fn place<const D: usize>(&self, y: &[f64; D], point: usize) -> Placed {
        let at = row_and_column(y);
        let (mut cells, mut rest) = ([0; 2], [0.0; 2]);
        for d in 0..2 {
            let scaled = (at[d] - self.low[d]) / self.spacing;
            cells[d] = scaled as u32;
            rest[d] = scaled - f64::from(cells[d]);
        }
        Placed { cells, rest, point: point as u32 }
    }
}

/// Weights along the rows of the grid: of a map in one dimension there is one row.
#[inline(always)]
fn row_weights<const D: usize>(rest: f64) -> ([f64; LANES], [f64; LANES]) {
    if D == 1 { ([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0; LANES]) } else { weights(rest) }
}

/// How many rows a point is spread over.
const fn row_order(dimensions: usize) -> usize {
    if dimensions == 1 { 1 } else { ORDER }
}

impl<const D: usize> Grid<D> {
    pub(crate) fn new(spacing: f64, degrees_of_freedom: f64) -> Self {
        let (planners, convolutions, nodes, work) = (Planners::new(), Vec::new(), Vec::new(), Work::default());
        Self { spacing, degrees_of_freedom, planners, convolutions, nodes, work }
    }

    /// Writes the push on each point, `Σⱼ wᵢⱼ (yᵢ − yⱼ) / s`, and answers Z, `Σ wᵢⱼ` over all pairs.
    ///
    /// # Determinism
    /// Points are sorted by their row of the grid, and by number within; blocks of rows take them in that order.
    ///
    /// # Complexity
    /// 72 multiplications a point, and two transforms of the grid, twice as long and wide as the map in units of the spacing.
    pub(crate) fn repel(&mut self, y: &[[f64; D]], forces: &mut [[f64; D]]) -> Result<f64> {
        let (frame, placed) = self.fill(y)?;
        let field = View { nodes: &self.nodes, frame };
        let blocks: Vec<Vec<([f64; D], f64)>> =
            placed.par_chunks(POINT_BLOCK).map(|placed| Arch::new().dispatch(Gather { field, placed })).collect();
        let own = self.convolutions.last().map_or(1.0, |convolution| convolution.own);
        let mut total = 0.0;
        for (placed, (push, similarities)) in placed.iter().zip(blocks.into_iter().flatten()) {
            forces[placed.point as usize] = push;
            // a point is not its own neighbour
            total += similarities - own;
        }
        Ok(total)
    }

    /// The potential of these points, to place others in it.
    pub(crate) fn field(mut self, y: &[[f64; D]]) -> Result<Field<D>> {
        let (frame, _) = self.fill(y)?;
        Ok(Field { nodes: self.nodes, frame })
    }

    /// Potentials at all nodes.
    fn fill(&mut self, y: &[[f64; D]]) -> Result<(Frame, Vec<Placed>)> {
        let frame = Frame::around(y, self.spacing);
        let known = |c: &Convolution| c.extent == frame.extent && c.spacing == frame.spacing;
        if let Some(at) = self.convolutions.iter().position(known) {
            let again = self.convolutions.remove(at);
            self.convolutions.push(again);
        } else {
            if self.convolutions.len() == KEPT {
                self.convolutions.remove(0);
            }
            let (spacing, degrees) = (frame.spacing, self.degrees_of_freedom);
            self.convolutions.push(Convolution::new(frame.extent, spacing, degrees, &mut self.planners)?);
        }
        let (placed, starts) = by_row(y, &frame);
        self.spread(&frame, &placed, &starts);
        if let Some(convolution) = self.convolutions.last() {
            convolution.convolve(&mut self.nodes, &mut self.work)?;
        }
        Ok((frame, placed))
    }

    fn spread(&mut self, frame: &Frame, placed: &[Placed], starts: &[usize]) {
        let Extent { rows, column_length, .. } = frame.extent;
        self.nodes.clear();
        self.nodes.resize(rows * column_length, 0.0);
        self.nodes.par_chunks_mut(ROW_BLOCK * column_length).enumerate().for_each(|(block, nodes)| {
            let first = block * ROW_BLOCK;
            let last = first + nodes.len() / column_length;
            // who reaches into these rows begins at most so far before them
            let reaching = starts[(first + 1).saturating_sub(row_order(D))]..starts[last.min(starts.len() - 1)];
            let placed = &placed[reaching];
            Arch::new().dispatch(Spread::<D> { nodes, first, last, column_length, placed });
        });
    }
}

/// The points by their first row, and where each row's begin.
fn by_row<const D: usize>(y: &[[f64; D]], frame: &Frame) -> (Vec<Placed>, Vec<usize>) {
    let mut starts = vec![0; frame.extent.rows + 1];
    let unsorted: Vec<Placed> = y.iter().enumerate().map(|(i, point)| frame.place(point, i)).collect();
    unsorted.iter().for_each(|placed| starts[placed.cells[0] as usize + 1] += 1);
    (0..frame.extent.rows).for_each(|row| starts[row + 1] += starts[row]);
    let mut next = starts.clone();
    let mut sorted = vec![Placed { cells: [0; 2], rest: [0.0; 2], point: 0 }; y.len()];
    for placed in unsorted {
        let at = &mut next[placed.cells[0] as usize];
        sorted[*at] = placed;
        *at += 1;
    }
    (sorted, starts)
}

struct Spread<'a, const D: usize> {
    nodes: &'a mut [f64],
    first: usize,
    last: usize,
    column_length: usize,
    placed: &'a [Placed],
}

impl<const D: usize> WithSimd for Spread<'_, D> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for placed in self.placed {
            let (down, _) = row_weights::<D>(placed.rest[0]);
            let (along, _) = weights(placed.rest[1]);
            let [row, column] = placed.cells.map(|cell| cell as usize);
            for (i, weight) in down.iter().enumerate().take(row_order(D)) {
                if row + i < self.first || row + i >= self.last {
                    continue;
                }
                let at = (row + i - self.first) * self.column_length + column;
                if let Some((nodes, _)) = self.nodes[at..].split_first_chunk_mut::<LANES>() {
                    for lane in 0..LANES {
                        nodes[lane] += weight * along[lane];
                    }
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
struct View<'a> {
    nodes: &'a [f64],
    frame: Frame,
}

impl View<'_> {
    /// The push at a point, and the potential.
    #[inline(always)]
    fn gather<const D: usize>(&self, placed: &Placed) -> ([f64; D], f64) {
        let (down, down_slope) = row_weights::<D>(placed.rest[0]);
        let (along, along_slope) = weights(placed.rest[1]);
        let [row, column] = placed.cells.map(|cell| cell as usize);
        let (mut across, mut slope) = ([0.0; LANES], [0.0; LANES]);
        for i in 0..row_order(D) {
            let at = (row + i) * self.frame.extent.column_length + column;
            if let Some((nodes, _)) = self.nodes[at..].split_first_chunk::<LANES>() {
                for lane in 0..LANES {
                    across[lane] += down[i] * nodes[lane];
                    slope[lane] += down_slope[i] * nodes[lane];
                }
            }
        }
        let scale = -0.5 / self.frame.spacing;
        let (mut potential, mut by_row, mut by_column) = (0.0, 0.0, 0.0);
        for lane in 0..LANES {
            potential += across[lane] * along[lane];
            by_row += slope[lane] * along[lane];
            by_column += across[lane] * along_slope[lane];
        }
        let mut push = [0.0; D];
        push[0] = scale * if D == 1 { by_column } else { by_row };
        if D > 1 {
            push[1] = scale * by_column;
        }
        (push, potential)
    }
}

struct Gather<'a, const D: usize> {
    field: View<'a>,
    placed: &'a [Placed],
}

impl<const D: usize> WithSimd for Gather<'_, D> {
    type Output = Vec<([f64; D], f64)>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let mut found = Vec::with_capacity(self.placed.len());
        for placed in self.placed {
            found.push(self.field.gather(placed));
        }
        found
    }
}

/// The potential of points that stay where they are.
#[derive(Clone, Debug)]
pub(crate) struct Field<const D: usize> {
    nodes: Vec<f64>,
    frame: Frame,
}

impl<const D: usize> Field<D> {
    /// The push on a point that is none of them, and Σ w; `None` off the grid.
    pub(crate) fn push_on(&self, own: &[f64; D]) -> Option<([f64; D], f64)> {
        let Frame { low, spacing, extent } = self.frame;
        let at = row_and_column(own);
        let inside = |d: usize, nodes: usize| {
            let scaled = (at[d] - low[d]) / spacing;
            scaled >= 0.0 && scaled < (nodes - ORDER) as f64
        };
        let rows = D == 1 || inside(0, extent.rows);
        if !(rows && inside(1, extent.columns)) {
            return None;
        }
        Some(View { nodes: &self.nodes, frame: self.frame }.gather(&self.frame.place(own, 0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact;

    fn scattered<const D: usize>(n: usize, size: f64) -> Vec<[f64; D]> {
        let noise = |i: usize, d: usize| (((i * 7 + d) as f64 * 12.9898).sin() * 43758.5453).fract();
        (0..n).map(|i| std::array::from_fn(|d| noise(i, d) * size + 1e3)).collect()
    }

    /// The error of the forces relative to their norm, and that of Z.
    fn errors<const D: usize>(y: &[[f64; D]], spacing: f64, degrees_of_freedom: f64) -> (f64, f64) {
        let (mut expected, mut forces) = (vec![[0.0; D]; y.len()], vec![[0.0; D]; y.len()]);
        let exact_z = exact::repel(y, degrees_of_freedom, &mut expected);
        let z = Grid::new(spacing, degrees_of_freedom).repel(y, &mut forces).unwrap();
        let norm = |f: &mut dyn Iterator<Item = f64>| f.map(|v| v * v).sum::<f64>().sqrt();
        let mut wrong = forces.iter().flatten().zip(expected.iter().flatten()).map(|(a, b)| a - b);
        (norm(&mut wrong) / norm(&mut expected.iter().flatten().copied()), (z / exact_z - 1.0).abs())
    }

    #[test]
    fn the_push_is_that_of_all_pairs_and_nearer_on_a_finer_grid() {
        let y = scattered::<2>(1500, 60.0);
        let (coarse, fine, finest) = (errors(&y, 0.5, 1.0), errors(&y, 0.25, 1.0), errors(&y, 0.125, 1.0));
        // as FIt-SNE's own on its usual grid, and Z nearer
        assert!(coarse.0 < 0.04 && coarse.1 < 1e-3, "{coarse:?}");
        assert!(fine.0 < 2e-3 && fine.1 < 3e-5, "{fine:?}");
        assert!(finest.0 < 5e-5 && finest.1 < 1e-6, "{finest:?}");
    }

    #[test]
    fn small_maps_long_maps_and_other_kernels_are_right_too() {
        for (force, z) in [
            errors(&scattered::<2>(300, 1e-4), 0.5, 1.0),
            errors(&scattered::<2>(300, 3.0), 0.5, 1.0),
            errors(&scattered::<1>(300, 25.0), 0.25, 1.0),
            errors(&scattered::<2>(300, 20.0), 0.25, 2.0),
            errors(&scattered::<2>(300, 20.0).iter().map(|[a, _]| [*a, 5.0]).collect::<Vec<_>>(), 0.25, 1.0),
        ] {
            assert!(force < 1e-2 && z < 1e-4, "{force} {z}");
        }
    }

    #[test]
    fn points_far_apart_do_not_ask_for_more_memory_than_there_is() {
        let mut y = scattered::<2>(50, 10.0);
        y[7] = [1e9, -1e9];
        let mut grid = Grid::new(0.5, 1.0);
        assert!(grid.repel(&y, &mut vec![[0.0; 2]; 50]).unwrap().is_finite());
        assert!(grid.nodes.len() < 6_000_000, "{}", grid.nodes.len());
    }

    #[test]
    fn a_point_off_the_grid_is_not_answered() {
        let field = Grid::new(0.5, 1.0).field(&scattered::<2>(50, 10.0)).unwrap();
        assert!(field.push_on(&[1005.0, 1005.0]).is_some());
        assert!(field.push_on(&[1005.0, 1015.0]).is_none() && field.push_on(&[900.0, 1005.0]).is_none());
    }
}
