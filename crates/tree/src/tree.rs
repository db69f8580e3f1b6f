//! The grown tree: questions, and what stands behind them.

use crate::split::{among, goes_left};
use crate::walk::{Block, Walk};
use cairn_traits::{DMatrix, Error, Float, Result, check};
use serde::{Deserialize, Serialize};

/// One node: a question, or a leaf.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct TreeNode<F: Float> {
    /// What is asked; `None` for a leaf.
    pub question: Option<Question<F>>,
    /// The impurity of the training rows that came here.
    pub impurity: f64,
    /// How many came.
    pub n_samples: usize,
    /// Their weight.
    pub weight: f64,
}

/// Is the feature's value at most the threshold, or among the categories on the left? Yes goes left, no goes right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Question<F: Float> {
    /// The column asked about.
    pub feature: usize,
    /// The greatest value that goes left; of no matter where there are categories.
    pub threshold: F,
    /// Of a column of categories: which go where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<Categories<F>>,
    /// Whether a missing value (NaN) goes left.
    pub missing_left: bool,
    /// The node for yes.
    pub left: usize,
    /// The node for no.
    pub right: usize,
}

/// The categories that a node met, ascending. One that it did not meet goes where missing values go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Categories<F: Float> {
    /// Those that go left.
    pub left: Vec<F>,
    /// Those that go right.
    pub right: Vec<F>,
}

impl<F: Float> Question<F> {
    /// Where a value goes.
    pub(crate) fn goes_left(&self, value: F) -> bool {
        match &self.categories {
            None => goes_left(value, self.threshold) || (self.missing_left && !value.is_finite()),
            Some(sets) => among(&sets.left, &sets.right, self.missing_left, |other| other.order(&value)),
        }
    }

    fn sound(&self, n_features: usize) -> bool {
        let ascending = |side: &[F]| side.iter().all(|v| v.is_finite()) && side.is_sorted_by(|a, b| a < b);
        self.feature < n_features
            && self.threshold.is_finite()
            && self.categories.as_ref().is_none_or(|sets| ascending(&sets.left) && ascending(&sets.right))
    }
}

/// A binary tree of questions; node 0 is the root, children stand after their parents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Tree<F: Float> {
    pub(crate) n_features: usize,
    /// Numbers in an answer: classes, or outputs.
    pub(crate) width: usize,
    pub(crate) nodes: Vec<TreeNode<F>>,
    /// n_nodes x width, row by row.
    pub(crate) values: Vec<f64>,
}

/// `of` each row of `x`, in order.
fn for_rows<F: Float, T: Send>(x: &DMatrix<F>, of: impl Fn(&[F]) -> T + Sync) -> Vec<T> {
    let blocks = in_blocks(x, |rows| rows.values.chunks_exact(x.ncols()).map(&of).collect::<Vec<_>>());
    blocks.into_iter().flatten().collect()
}

/// Rows that are one task at most, and their bytes: they pass one tree after the other, and a tree that has come from far
/// away should serve many. What a row gets does not depend on the rows beside it.
const BLOCK: (usize, usize) = (1 << 14, 1 << 24);

/// `of` each block of rows of `x`, in order; a block's values stand row by row.
pub(crate) fn in_blocks<F: Float, T: Send>(x: &DMatrix<F>, of: impl Fn(Block<'_, F>) -> T + Sync) -> Vec<T> {
    let most = BLOCK.0.min(BLOCK.1 / (x.ncols().max(1) * size_of::<F>())).max(64);
    let threads = rayon::current_num_threads();
    let rows = x.nrows().div_ceil(threads * x.nrows().div_ceil(threads * most).max(1)).max(64);
    cairn_numeric::blocks::map(x.nrows(), rows, |block| {
        of(Block::new(x.rows(block.start, block.len()).transpose().as_slice()))
    })
}

/// The node where each row of a block ends.
pub(crate) fn leaves<F: Float>(tree: &Tree<F>, walk: Option<&Walk<F>>, rows: Block<'_, F>, ends: &mut [u32]) {
    match walk {
        Some(walk) => walk.leaves(rows, tree.n_features, ends),
        None => {
            let alone = |row: &[F]| tree.leaf(row) as u32;
            ends.iter_mut().zip(rows.values.chunks_exact(tree.n_features)).for_each(|(end, row)| *end = alone(row));
        }
    }
}

/// What a query has to be: a row, as many columns as in fitting, no infinity.
pub(crate) fn query<F: Float>(x: &DMatrix<F>, n_features: usize) -> Result<()> {
    check::at_least("x", 1, x.nrows())?;
    check::columns("x", n_features, x.ncols())?;
    crate::columns::finite_or_missing(x)
}

impl<F: Float> Tree<F> {
    /// The nodes, children after their parents.
    pub fn nodes(&self) -> &[TreeNode<F>] {
        &self.nodes
    }

    /// The answer of a node: class shares, or means; empty if there is no such node.
    pub fn value(&self, node: usize) -> &[f64] {
        self.values.get(node * self.width..(node + 1) * self.width).unwrap_or(&[])
    }

    /// How many leaves there are.
    pub fn n_leaves(&self) -> usize {
        self.nodes.iter().filter(|node| node.question.is_none()).count()
    }

    /// The most questions that a row may be asked.
    pub fn depth(&self) -> usize {
        let mut depths = vec![0; self.nodes.len()];
        for (node, place) in self.nodes.iter().enumerate() {
            let below = depths.get(node).map_or(0, |depth| depth + 1);
            for child in place.question.iter().flat_map(|q| [q.left, q.right]) {
                if let Some(depth) = depths.get_mut(child) {
                    *depth = below;
                }
            }
        }
        depths.into_iter().max().unwrap_or(0)
    }

    /// The nodes that one row comes through, the root first.
    fn walk(&self, row: &[F], mut visit: impl FnMut(usize)) -> usize {
        let mut at = 0;
        loop {
            visit(at);
            let Some(question) = self.nodes.get(at).and_then(|node| node.question.as_ref()) else { return at };
            let value = row.get(question.feature).copied().unwrap_or_default();
            at = if question.goes_left(value) { question.left } else { question.right };
        }
    }

    pub(crate) fn leaf(&self, row: &[F]) -> usize {
        self.walk(row, |_| ())
    }

    pub(crate) fn apply(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        query(x, self.n_features)?;
        let walk = Walk::worthwhile(self, x.nrows());
        let blocks = in_blocks(x, |rows| {
            let mut ends = vec![0; rows.values.len() / self.n_features];
            leaves(self, walk.as_ref(), rows, &mut ends);
            ends
        });
        Ok(blocks.into_iter().flatten().map(|node| node as usize).collect())
    }

    pub(crate) fn decision_path(&self, x: &DMatrix<F>) -> Result<Vec<Vec<usize>>> {
        query(x, self.n_features)?;
        Ok(for_rows(x, |row| {
            let mut path = Vec::new();
            self.walk(row, |node| path.push(node));
            path
        }))
    }

    /// The sum over each feature's questions of what they take from the impurity; they add up to 1, or are all 0.
    pub fn feature_importances(&self) -> Vec<f64> {
        let mut importances = vec![0.0; self.n_features];
        let burden = |node: usize| self.nodes.get(node).map_or(0.0, |node| node.weight * node.impurity);
        for (node, place) in self.nodes.iter().enumerate() {
            if let Some(question) = &place.question {
                let lost = burden(node) - burden(question.left) - burden(question.right);
                if let Some(sum) = importances.get_mut(question.feature) {
                    *sum += lost.max(0.0);
                }
            }
        }
        shares(importances)
    }

    pub(crate) fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(Error::Format(format!("tree: {what}")));
        check::size("values", "numbers", self.nodes.len() * self.width, self.values.len())?;
        if self.nodes.is_empty() || self.width == 0 {
            return wrong("expected a node with an answer");
        }
        if !self.values.iter().all(|v| v.is_finite()) {
            return wrong("expected finite answers");
        }
        let mut parents = vec![0_usize; self.nodes.len()];
        for (node, place) in self.nodes.iter().enumerate() {
            let Some(question) = &place.question else { continue };
            if !question.sound(self.n_features) {
                return wrong("expected a question about a feature, a finite threshold or ascending categories");
            }
            for child in [question.left, question.right] {
                match parents.get_mut(child) {
                    // a child behind its parent: no circles
                    Some(parents) if child > node => *parents += 1,
                    _ => return wrong("expected children after their parents"),
                }
            }
        }
        if parents.iter().skip(1).any(|&n| n != 1) { wrong("expected one parent for each node") } else { Ok(()) }
    }
}

pub(crate) fn add(sums: &mut [f64], values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

/// Numbers as shares of their sum.
pub(crate) fn shares(mut numbers: Vec<f64>) -> Vec<f64> {
    let total: f64 = numbers.iter().sum();
    if total > 0.0 {
        numbers.iter_mut().for_each(|number| *number /= total);
    }
    numbers
}
