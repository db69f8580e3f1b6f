//! Points in cells within cells.

use rayon::prelude::*;

/// A cell of the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Node<const D: usize> {
    /// The mean of its points.
    pub(crate) centre: [f64; D],
    /// How many they are.
    pub(crate) count: f64,
    /// The square of its side; 0 of a single point, and of points that no cell can tell apart.
    pub(crate) squared_side: f64,
    /// Where to go on when its points are done with.
    pub(crate) next: u32,
}

/// A quadtree (of three coordinates an octree) in preorder.
///
/// Cells that would have a single cell within are left out, so there are fewer than 2n nodes however near points lie to
/// each other. Points nearer than 2⁻³¹ of the whole (2⁻²⁰ in three dimensions) are told apart no more: they are one leaf
/// with a count.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree<const D: usize> {
    pub(crate) nodes: Vec<Node<D>>,
    /// The points in the order of the curve.
    pub(crate) points: Vec<[f64; D]>,
    /// What row each of them was.
    pub(crate) rows: Vec<u32>,
}

/// Bits of a coordinate in a place on the curve.
const fn bits(dimensions: usize) -> u32 {
    match dimensions {
        1 | 2 => 31,
        _ => 20,
    }
}

/// The place on the curve: bits of the coordinates in turn, the first coordinate's highest bit first.
fn interleaved<const D: usize>(coordinates: [u32; D]) -> u64 {
    let mut place = 0;
    for bit in (0..bits(D)).rev() {
        for coordinate in coordinates {
            place = place << 1 | u64::from(coordinate >> bit & 1);
        }
    }
    place
}

impl<const D: usize> Tree<D> {
    /// # Complexity
    /// n log n to sort, in parallel; n levels at the worst to sum up, as many as there are bits.
    pub(crate) fn new(y: &[[f64; D]]) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; D], [f64::NEG_INFINITY; D]);
        for point in y {
            for d in 0..D {
                low[d] = low[d].min(point[d]);
                high[d] = high[d].max(point[d]);
            }
        }
        let side = (0..D).map(|d| high[d] - low[d]).fold(f64::MIN_POSITIVE, f64::max);
        let cells = f64::from(1_u32 << bits(D));
        let place = |point: &[f64; D]| {
            interleaved::<D>(std::array::from_fn(|d| ((point[d] - low[d]) / side * cells).min(cells - 1.0) as u32))
        };
        let mut order: Vec<(u64, u32)> =
            y.par_iter().enumerate().map(|(row, point)| (place(point), row as u32)).collect();
        order.par_sort_unstable();
        let rows: Vec<u32> = order.iter().map(|(_, row)| *row).collect();
        let points: Vec<[f64; D]> = rows.iter().map(|&row| y[row as usize]).collect();
        let places: Vec<u64> = order.into_iter().map(|(place, _)| place).collect();
        let mut nodes = Vec::with_capacity(2 * y.len());
        if !points.is_empty() {
            add_cell(&places, &points, side, &mut nodes);
        }
        Self { nodes, points, rows }
    }
}

/// Appends the cell of these points and all cells within, and answers the sum of its points.
fn add_cell<const D: usize>(places: &[u64], points: &[[f64; D]], side: f64, nodes: &mut Vec<Node<D>>) -> [f64; D] {
    let at = nodes.len();
    let count = points.len() as f64;
    nodes.push(Node { centre: [0.0; D], count, squared_side: 0.0, next: 0 });
    let differ = places[0] ^ places[places.len() - 1];
    let mut sum = [0.0; D];
    if differ == 0 {
        points.iter().for_each(|point| (0..D).for_each(|d| sum[d] += point[d]));
    } else {
        // the highest bit that differs says how small the smallest cell is that holds them all
        let level = (63 - differ.leading_zeros()) / D as u32;
        let side_here = side * 0.5_f64.powi((bits(D) - 1 - level) as i32);
        nodes[at].squared_side = side_here * side_here;
        let child = |place: &u64| place >> (level * D as u32);
        let mut start = 0;
        while start < places.len() {
            let own = child(&places[start]);
            let end = start + places[start..].partition_point(|place| child(place) == own);
            let of_child = add_cell(&places[start..end], &points[start..end], side, nodes);
            (0..D).for_each(|d| sum[d] += of_child[d]);
            start = end;
        }
    }
    nodes[at].centre = sum.map(|sum| sum / count);
    nodes[at].next = nodes.len() as u32;
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_take_turns_on_the_curve() {
        let top = 1 << 30;
        assert_eq!(interleaved([top, 0]), 1 << 61);
        assert_eq!(interleaved([0, top]), 1 << 60);
        assert_eq!(interleaved([3, 1]), 0b1011);
        assert_eq!(interleaved([0, 0, 1]), 1);
    }

    #[test]
    fn a_tree_of_four_points_by_hand() {
        // the square is 8 wide: two points share the lower left quarter, and there the lower left quarter of 2 wide cells
        let y = [[8.0, 8.0], [0.0, 0.0], [1.0, 0.0], [8.0, 0.0]];
        let tree = Tree::new(&y);
        assert_eq!(tree.rows, [1, 2, 3, 0]);
        let sides: Vec<f64> = tree.nodes.iter().map(|node| node.squared_side).collect();
        assert_eq!(sides, [64.0, 4.0, 0.0, 0.0, 0.0, 0.0]);
        let next: Vec<u32> = tree.nodes.iter().map(|node| node.next).collect();
        assert_eq!(next, [6, 4, 3, 4, 5, 6]);
        assert_eq!((tree.nodes[0].centre, tree.nodes[0].count), ([4.25, 2.0], 4.0));
        assert_eq!((tree.nodes[1].centre, tree.nodes[1].count), ([0.5, 0.0], 2.0));
    }

    #[test]
    fn equal_points_are_one_leaf() {
        let tree = Tree::new(&[[2.0, 3.0]; 1000]);
        assert_eq!(tree.nodes, [Node { centre: [2.0, 3.0], count: 1000.0, squared_side: 0.0, next: 1 }]);
        // and there are fewer than 2n nodes however near points lie
        let near: Vec<[f64; 3]> = (0..500).map(|i| [0.5_f64.powi(i), 0.0, f64::from(i % 7) * 1e-12]).collect();
        assert!(Tree::new(&near).nodes.len() < 1000);
    }
}
