//! Trees of packs of points: what is far from a query is passed over, a subtree at a time.

use crate::{
    metric::{Metric, Term, plain, with_term},
    nearest::Sink,
    packs::{Measure, PACK, Packs},
};
use cairn_numeric::pulp::{Arch, Simd, WithSimd};
use cairn_traits::{DMatrix, Float};
use std::ops::Range;

/// Subtrees of fewer points are built by the thread that is at them.
const POINTS_PER_TASK: usize = 8192;

/// Packs of points, split in two again and again across the column in which they spread most, and around every subtree a
/// bound.
///
/// The nodes stand in the order of a walk: after a node its left subtree, then its right. A subtree of m packs has
/// 2 m − 1 nodes, of which the left one takes the packs up to m / 2 (rounded up): nothing has to be stored to find one's way,
/// and no data can make the tree deep.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree<F: Float> {
    packs: Packs<F>,
    bounds: Bounds<F>,
}

#[derive(Clone, Debug, PartialEq)]
enum Bounds<F> {
    /// Least, then greatest value of each column, node by node.
    Boxes(Vec<F>),
    /// A centre, then the distance from it to the farthest point, node by node.
    Balls(Vec<F>),
}

/// A subtree: its node, and its packs.
#[derive(Clone, Copy, Debug)]
struct Subtree {
    node: usize,
    first: usize,
    n_packs: usize,
}

impl Subtree {
    #[inline(always)]
    fn children(self) -> [Self; 2] {
        let left = self.n_packs.div_ceil(2);
        [
            Self { node: self.node + 1, n_packs: left, ..self },
            Self { node: self.node + 2 * left, first: self.first + left, n_packs: self.n_packs - left },
        ]
    }

    fn packs(self) -> Range<usize> {
        self.first..self.first + self.n_packs
    }
}

impl<F: Float> Tree<F> {
    /// A tree of boxes: the k-d tree.
    pub(crate) fn of_boxes(x: &DMatrix<F>) -> Self {
        let (rows, nodes) = split(x);
        let p = x.ncols();
        let bounds = nodes.iter().flat_map(|rows_of| boxed(x, &rows[rows_of.clone()], p)).collect();
        Self { packs: Packs::new(x, rows), bounds: Bounds::Boxes(bounds) }
    }

    /// A tree of balls.
    pub(crate) fn of_balls(x: &DMatrix<F>, metric: Metric) -> Self {
        let (rows, nodes) = split(x);
        let by_row = x.transpose();
        let measure = Measure::new(metric, x.ncols());
        let bounds = nodes.iter().flat_map(|rows_of| ball(&by_row, &rows[rows_of.clone()], &measure)).collect();
        Self { packs: Packs::new(x, rows), bounds: Bounds::Balls(bounds) }
    }

    pub(crate) fn packs(&self) -> &Packs<F> {
        &self.packs
    }

    /// What `sink` keeps of all points.
    pub(crate) fn search<S: Sink<F>>(&self, measure: &Measure<F>, query: &[F], sink: S) -> S {
        with_term!(measure.metric, term => Arch::new().dispatch(Search { tree: self, measure, query, sink, term }))
    }
}

/// The order of the rows, and of each node the range of it.
fn split<F: Float>(x: &DMatrix<F>) -> (Vec<usize>, Vec<Range<usize>>) {
    let n = x.nrows();
    let mut rows: Vec<usize> = (0..n).collect();
    let mut nodes = vec![0..0; 2 * n.div_ceil(PACK) - 1];
    split_rows(x, 0, &mut rows, &mut nodes);
    (rows, nodes)
}

/// Puts the lower half of the packs first, in the column of the greatest spread; equal numbers go by their rows.
fn split_rows<F: Float>(x: &DMatrix<F>, first: usize, rows: &mut [usize], nodes: &mut [Range<usize>]) {
    let n = rows.len();
    let Some((node, below)) = nodes.split_first_mut() else { return };
    *node = first..first + n;
    let left_packs = n.div_ceil(PACK).div_ceil(2);
    let middle = left_packs * PACK;
    if middle >= n {
        return;
    }
    let spread = |j: &usize| {
        let [least, greatest] = range(x, rows, *j);
        greatest - least
    };
    // the first of equals
    let widest = (0..x.ncols()).rev().max_by(|a, b| spread(a).order(&spread(b))).unwrap_or_default();
    let column = x.column(widest);
    rows.select_nth_unstable_by(middle, |a, b| column[*a].order(&column[*b]).then(a.cmp(b)));
    let (left, right) = rows.split_at_mut(middle);
    let (left_nodes, right_nodes) = below.split_at_mut(2 * left_packs - 1);
    let mut go_left = || split_rows(x, first, left, left_nodes);
    let mut go_right = || split_rows(x, first + middle, right, right_nodes);
    if n > POINTS_PER_TASK {
        rayon::join(go_left, go_right);
    } else {
        go_left();
        go_right();
    }
}

/// Least and greatest value of a column.
fn range<F: Float>(x: &DMatrix<F>, rows: &[usize], j: usize) -> [F; 2] {
    let column = x.column(j);
    let first = rows.first().map_or(F::zero(), |&row| column[row]);
    rows.iter().fold([first; 2], |[least, greatest], &row| {
        let value = column[row];
        [if value < least { value } else { least }, if value > greatest { value } else { greatest }]
    })
}

fn boxed<F: Float>(x: &DMatrix<F>, rows: &[usize], p: usize) -> Vec<F> {
    let ranges: Vec<[F; 2]> = (0..p).map(|j| range(x, rows, j)).collect();
    ranges.iter().map(|range| range[0]).chain(ranges.iter().map(|range| range[1])).collect()
}

/// `points` is p x n. The centre is the mean; by Hamming, to which a mean is a stranger, a point.
fn ball<F: Float>(points: &DMatrix<F>, rows: &[usize], measure: &Measure<F>) -> Vec<F> {
    let n = F::of(rows.len().max(1) as f64);
    let mut ball = vec![F::zero(); points.nrows()];
    if measure.metric == Metric::Hamming {
        rows.first().iter().for_each(|&&row| ball.copy_from_slice(points.column(row).as_slice()));
    } else {
        for &row in rows {
            // divided first: a sum might overflow
            ball.iter_mut().zip(points.column(row).iter()).for_each(|(mean, value)| *mean += *value / n);
        }
    }
    let reduced =
        rows.iter().map(|&row| with_term!(measure.metric, term => plain(term, points.column(row).as_slice(), &ball)));
    let farthest = reduced.fold(F::zero(), |all, reduced| if reduced > all { reduced } else { all });
    ball.push(length(measure, farthest));
    ball
}

/// A distance for which the triangle inequality holds: the root of cosine's.
#[inline(always)]
fn length<F: Float>(measure: &Measure<F>, reduced: F) -> F {
    match measure.metric {
        Metric::Cosine => reduced.sqrt(),
        metric => metric.finished(reduced, measure.n_columns),
    }
}

#[inline(always)]
fn unlength<F: Float>(measure: &Measure<F>, length: F) -> F {
    match measure.metric {
        Metric::Cosine => length * length,
        metric => metric.reduced(length, measure.n_columns),
    }
}

struct Search<'a, F: Float, S, T> {
    tree: &'a Tree<F>,
    measure: &'a Measure<F>,
    query: &'a [F],
    sink: S,
    term: T,
}

impl<F: Float, S: Sink<F>, T: Term<F>> WithSimd for Search<'_, F, S, T> {
    type Output = S;

    /// The nearer child first; what is put off may have become too far when its turn comes.
    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) -> S {
        let Self { tree, measure, query, mut sink, term } = self;
        let whole = Subtree { node: 0, first: 0, n_packs: tree.packs.n_packs() };
        let mut put_off = Vec::with_capacity(64);
        put_off.push((F::zero(), whole));
        while let Some((bound, mut subtree)) = put_off.pop() {
            // not `<=`: a bound that is not a number rules nothing out
            if bound > sink.limit() {
                continue;
            }
            while subtree.n_packs > 1 {
                let [left, right] = subtree.children();
                let bounds = [tree.bound(term, measure, left, query), tree.bound(term, measure, right, query)];
                let (near, far) = if bounds[1] < bounds[0] { (1, 0) } else { (0, 1) };
                let children = [left, right];
                let too_far = bounds.map(|bound| bound > sink.limit());
                if !too_far[far] {
                    put_off.push((bounds[far], children[far]));
                }
                if too_far[near] {
                    break;
                }
                subtree = children[near];
            }
            if subtree.n_packs == 1 {
                tree.packs.offer(term, subtree.packs(), query, &mut sink);
            }
        }
        sink
    }
}

impl<F: Float> Tree<F> {
    /// No point of the subtree is nearer than this, as a reduced distance.
    #[inline(always)]
    fn bound<T: Term<F>>(&self, term: T, measure: &Measure<F>, subtree: Subtree, query: &[F]) -> F {
        let p = query.len();
        match &self.bounds {
            Bounds::Boxes(bounds) => {
                let (least, greatest) = bounds[2 * p * subtree.node..2 * p * (subtree.node + 1)].split_at(p);
                let mut sum = F::zero();
                for ((&least, &greatest), &q) in least.iter().zip(greatest).zip(query) {
                    let (below, above) = (least - q, q - greatest);
                    let outside = if below > above { below } else { above };
                    let outside = if outside > F::zero() { outside } else { F::zero() };
                    sum = term.joined(sum, term.of(outside));
                }
                measure.lowered(sum)
            }
            Bounds::Balls(bounds) => {
                let (centre, radius) = bounds[(p + 1) * subtree.node..(p + 1) * (subtree.node + 1)].split_at(p);
                let to_centre = length(measure, plain(term, centre, query)) * (F::one() - measure.slack);
                let between = to_centre - radius[0] * (F::one() + measure.slack);
                // the lengths themselves are off where their squares are not normal numbers
                let between = between - F::of(f64::from(f32::MIN_POSITIVE).sqrt());
                if between > F::zero() { measure.lowered(unlength(measure, between)) } else { F::zero() }
            }
        }
    }
}
