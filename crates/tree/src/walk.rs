//! A tree laid out for many rows at once.

use crate::tree::{Tree, add};
use cairn_traits::Float;

/// Rows side by side, and whether any value of them is missing.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a, F> {
    pub(crate) values: &'a [F],
    gaps: bool,
}

impl<'a, F: Float> Block<'a, F> {
    pub(crate) fn new(values: &'a [F]) -> Self {
        Self { values, gaps: !values.iter().all(|value| value.is_finite()) }
    }
}

/// A node as a walk needs it. A leaf is its own left child, and everything goes left there; its `feature` is the one class
/// of its rows, or [`MIXED`].
#[derive(Clone, Copy)]
struct Step<F> {
    threshold: F,
    feature: u32,
    /// The left child; the right one is next to it.
    left: u32,
}

/// The same questions, children of one parent side by side.
pub(crate) struct Walk<F> {
    steps: Vec<Step<F>>,
    /// Which node of the tree a step is.
    nodes: Vec<u32>,
    /// Where missing values go right.
    missing_right: Vec<bool>,
}

/// What stands for the class of a leaf that has several, and for that of a mean: no feature either.
const MIXED: u32 = u32::MAX;

/// Rows that walk side by side: their steps do not wait for each other.
const ABREAST: usize = 10;
/// Steps before anybody looks who has ended: such a row stays where it is.
const STEPS: usize = 5;
/// Laying a node out costs about as much as so many steps of a row.
const LAYOUT: usize = 4;

impl<F: Float> Walk<F> {
    /// The layout, if so many rows are worth it; of a tree about categories there is none.
    pub(crate) fn worthwhile(tree: &Tree<F>, n_rows: usize) -> Option<Self> {
        let mut questions = tree.nodes.iter().filter_map(|node| node.question.as_ref());
        let worth = n_rows >= tree.nodes.len() / LAYOUT && questions.all(|question| question.categories.is_none());
        worth.then(|| Self::new(tree))
    }

    fn new(tree: &Tree<F>) -> Self {
        let n = tree.nodes.len();
        let mut walk =
            Self { steps: Vec::with_capacity(n), nodes: Vec::with_capacity(n), missing_right: Vec::with_capacity(n) };
        walk.place(tree, 0);
        // depth first: what a walk meets last stands close together
        let mut open = vec![0];
        while let Some(at) = open.pop() {
            let Some(node) = walk.nodes.get(at).and_then(|&node| tree.nodes.get(node as usize)) else { continue };
            let Some(question) = &node.question else { continue };
            let left = walk.steps.len();
            walk.place(tree, question.left);
            walk.place(tree, question.right);
            open.extend([left + 1, left]);
            let (threshold, feature) = (question.threshold, question.feature as u32);
            if let (Some(step), Some(missing)) = (walk.steps.get_mut(at), walk.missing_right.get_mut(at)) {
                *step = Step { threshold, feature, left: left as u32 };
                *missing = !question.missing_left;
            }
        }
        walk
    }

    /// A leaf, until it is known to be none.
    fn place(&mut self, tree: &Tree<F>, node: usize) {
        let value = tree.value(node);
        let class = value.iter().position(|&share| share == 1.0);
        let alone = value.len() > 1 && value.iter().filter(|&&share| share != 0.0).count() == 1;
        let feature = class.filter(|_| alone).map_or(MIXED, |class| class as u32);
        self.steps.push(Step { threshold: F::of(f64::INFINITY), feature, left: self.steps.len() as u32 });
        self.nodes.push(node as u32);
        self.missing_right.push(false);
    }

    /// The child that `row` goes to, or the leaf itself; without branches, as nobody can guess it.
    #[inline(always)]
    fn next<const GAPS: bool>(&self, at: u32, row: &[F]) -> u32 {
        let Some(step) = self.steps.get(at as usize) else { return at };
        let value = row.get(step.feature as usize).copied().unwrap_or_default();
        // what is greater goes right, as `goes_left` has it; a missing value compares with nothing
        let mut right = value > step.threshold;
        if GAPS {
            let missing = value.partial_cmp(&value).is_none();
            right |= missing & self.missing_right.get(at as usize).is_some_and(|&right| right);
        }
        step.left + u32::from(right)
    }

    /// The node that each of `rows` ends at, p values a row.
    pub(crate) fn leaves(&self, rows: Block<'_, F>, p: usize, ends: &mut [u32]) {
        self.walk(rows, p, ends.len(), |row, step| {
            if let Some(end) = ends.get_mut(row) {
                *end = step.left;
            }
        });
        // only now, so that these loads do not wait for each other
        ends.iter_mut().for_each(|end| *end = self.nodes.get(*end as usize).copied().unwrap_or(0));
    }

    /// Adds each row's answer to its `sums`, as many numbers as the tree has in an answer.
    pub(crate) fn add(&self, tree: &Tree<F>, rows: Block<'_, F>, sums: &mut [f64]) {
        let n = sums.len() / tree.width;
        self.walk(rows, tree.n_features, n, |row, step| {
            let Some(sums) = sums.get_mut(row * tree.width..(row + 1) * tree.width) else { return };
            match sums.get_mut(step.feature as usize) {
                // all of its answer that is not 0
                Some(sum) => *sum += 1.0,
                None => add(sums, tree.value(self.nodes.get(step.left as usize).map_or(0, |&node| node as usize))),
            }
        });
    }

    fn walk(&self, rows: Block<'_, F>, p: usize, n: usize, ended: impl FnMut(usize, &Step<F>)) {
        if rows.gaps {
            self.walk_by::<true>(rows.values, p, n, ended);
        } else {
            self.walk_by::<false>(rows.values, p, n, ended);
        }
    }

    /// Tells `ended` the leaf of each of `n` rows. A row that has ended makes place for the next one.
    fn walk_by<const GAPS: bool>(&self, rows: &[F], p: usize, n: usize, mut ended: impl FnMut(usize, &Step<F>)) {
        let values = |row: usize| rows.get(row * p..(row + 1) * p).unwrap_or(&[]);
        let mut at = [0_u32; ABREAST];
        let mut walkers: [(usize, &[F]); ABREAST] = std::array::from_fn(|row| (row, values(row)));
        let (mut waiting, mut left) = (ABREAST, n);
        while left > 0 {
            for _ in 0..STEPS {
                for (at, (_, row)) in at.iter_mut().zip(&walkers) {
                    *at = self.next::<GAPS>(*at, row);
                }
            }
            for (at, (row, here)) in at.iter_mut().zip(&mut walkers) {
                let Some(step) = self.steps.get(*at as usize).filter(|step| step.left == *at && *row < n) else {
                    continue;
                };
                ended(*row, step);
                left -= 1;
                (*row, *at, *here) = (waiting, 0, values(waiting));
                waiting += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DMatrix, DecisionTreeClassifier, Fit};

    #[test]
    fn many_rows_end_where_each_alone_does() {
        let x = DMatrix::from_fn(300, 4, |i, j| {
            let value = (i * (7 + j) + i * i) % 41;
            if value % 11 == 3 { f64::NAN } else { value as f64 }
        });
        let y: Vec<usize> = (0..300).map(|i| (i * i + i / 7) % 3).collect();
        let model = DecisionTreeClassifier::new().fit(&x, &y[..]).unwrap();
        let walk = Walk::new(model.tree());
        for n in [0, 1, 7, 8, 9, 300] {
            let rows = x.rows(0, n).transpose();
            let mut found = vec![u32::MAX; n];
            walk.leaves(Block::new(rows.as_slice()), 4, &mut found);
            let expected: Vec<u32> = rows.column_iter().map(|row| model.tree().leaf(row.as_slice()) as u32).collect();
            assert_eq!(found, expected);
        }
        assert!(model.tree().depth() > 8);
    }
}
