//! The grown trees, and how they answer.

use super::bins::{Binned, FeatureBins, LANES};
use super::split::Rule;
use crate::tree::{query, shares};
use cairn_traits::{DMatrix, Error, Float, Result};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// One node of a boosted tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BoostedNode {
    /// What a leaf adds to the raw prediction.
    pub(crate) value: f64,
    pub(crate) n_samples: usize,
    pub(crate) question: Option<BoostedQuestion>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BoostedQuestion {
    pub(crate) feature: usize,
    pub(crate) rule: Rule,
    /// Twice what the split takes from the loss.
    pub(crate) gain: f64,
    pub(crate) left: usize,
    pub(crate) right: usize,
}

/// A tree over bins; node 0 is the root, children stand after their parents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BoostedTree {
    pub(crate) nodes: Vec<BoostedNode>,
}

/// Walks hold a feature in two bytes.
pub(crate) fn most_features(found: usize) -> Result<()> {
    let expected = usize::from(u16::MAX) + 1;
    if found <= expected { Ok(()) } else { Err(Error::Shape { what: "x", unit: "columns at most", expected, found }) }
}

/// The sum of many small trees: what gradient boosting fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct BoostedTrees<F: Float> {
    pub(crate) bins: Vec<FeatureBins<F>>,
    /// Where each output starts.
    pub(crate) baseline: Vec<f64>,
    /// A tree for each output, round by round.
    pub(crate) trees: Vec<BoostedTree>,
}

/// A node as a walk needs it. A leaf's own index stands for its left child, and all bins go left.
#[derive(Clone, Copy)]
struct Step {
    /// The left child; the right one is next to it.
    left: u32,
    feature: u16,
    /// 1 where missing values go right: bin 0 wraps around to the largest then.
    shift: u8,
    last: u8,
}

/// One tree laid out for walking: children of one parent side by side.
struct Walk {
    steps: Vec<Step>,
    values: Vec<f64>,
    /// The bins that go left, by step; empty if the tree asks about no categories.
    sets: Vec<[u64; 4]>,
}

/// Rows that walk side by side: their steps do not wait for each other.
const ABREAST: usize = 8;

impl Walk {
    fn new(tree: &BoostedTree) -> Self {
        let mut walk = Self { steps: Vec::new(), values: Vec::new(), sets: Vec::new() };
        let categories =
            |node: &BoostedNode| node.question.as_ref().is_some_and(|question| matches!(question.rule, Rule::Among(_)));
        let any = tree.nodes.iter().any(categories);
        // nodes in the order in which walks number them
        let mut order = vec![0];
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            let Some(place) = tree.nodes.get(node) else { break };
            let mut step = Step { left: at as u32, feature: 0, shift: 0, last: u8::MAX };
            let mut set = [u64::MAX; 4];
            if let Some(question) = &place.question {
                (step.left, step.feature) = (order.len() as u32, question.feature as u16);
                match question.rule {
                    Rule::UpTo { last, missing_left: true } => step.last = last,
                    Rule::UpTo { last, missing_left: false } => (step.shift, step.last) = (1, last.wrapping_sub(1)),
                    Rule::Among(_) => {}
                }
                set = question.rule.set();
                order.extend([question.left, question.right]);
            }
            walk.steps.push(step);
            walk.values.push(place.value);
            walk.sets.extend(any.then_some(set));
            at += 1;
        }
        walk
    }

    /// The child of step `at`, or itself for a leaf.
    #[inline(always)]
    fn next(&self, at: u32, rows: &[[u8; ABREAST]], lane: usize) -> u32 {
        let Some(step) = self.steps.get(at as usize) else { return at };
        let bin = rows.get(usize::from(step.feature)).map_or(0, |bins| bins[lane]);
        step.left + u32::from(bin.wrapping_sub(step.shift) > step.last)
    }

    /// [`Self::next`] of a tree that asks about categories too: by sets of bins alone, so that no branch is guessed.
    #[inline(always)]
    fn next_of_any(&self, at: u32, rows: &[[u8; ABREAST]], lane: usize) -> u32 {
        let (Some(step), Some(set)) = (self.steps.get(at as usize), self.sets.get(at as usize)) else { return at };
        let bin = rows.get(usize::from(step.feature)).map_or(0, |bins| bins[lane]);
        step.left + u32::from(set[usize::from(bin >> 6)] >> (bin & 63) & 1 == 0)
    }

    /// Adds the tree's answers to `sums`, for rows of `p` bins each, laid out as [`RowBlock::bins`].
    fn add(&self, bins: &[u8], p: usize, sums: &mut [f64]) {
        if self.sets.is_empty() {
            self.add_by(bins, p, sums, |at, rows, lane| self.next(at, rows, lane));
        } else {
            self.add_by(bins, p, sums, |at, rows, lane| self.next_of_any(at, rows, lane));
        }
    }

    #[inline(always)]
    fn add_by(&self, bins: &[u8], p: usize, sums: &mut [f64], next: impl Fn(u32, &[[u8; ABREAST]], usize) -> u32) {
        for (rows, sums) in bins.chunks_exact(ABREAST * p).zip(sums.chunks_mut(ABREAST)) {
            let rows = rows.as_chunks().0;
            let mut at = [0_u32; ABREAST];
            loop {
                // two steps before anybody looks who has ended: such a row stays where it is
                for (lane, at) in at.iter_mut().enumerate() {
                    *at = next(*at, rows, lane);
                }
                let mut moved = 0;
                for (lane, at) in at.iter_mut().enumerate() {
                    let there = next(*at, rows, lane);
                    moved |= there ^ *at;
                    *at = there;
                }
                if moved == 0 {
                    break;
                }
            }
            sums.iter_mut().zip(at).for_each(|(sum, at)| *sum += self.values.get(at as usize).copied().unwrap_or(0.0));
        }
    }
}

/// Some rows of a query, and their raw predictions so far.
struct RowBlock {
    n: usize,
    p: usize,
    /// For each [`ABREAST`] rows, feature by feature, their bins side by side; the last are filled up with zeros.
    bins: Vec<u8>,
    /// Output by output.
    sums: Vec<f64>,
}

/// Rows for one task: their bins stay in the nearest cache while all trees pass.
const BLOCK: usize = 512;

impl RowBlock {
    fn new<F: Float>(x: &DMatrix<F>, rows: Range<usize>, how: &[FeatureBins<F>], baseline: &[f64]) -> Self {
        let (n, p) = (rows.len(), how.len());
        let mut bins = vec![0_u8; n.next_multiple_of(ABREAST) * p];
        for (feature, (column, how)) in x.column_iter().zip(how).enumerate() {
            let values = column.as_slice().get(rows.clone()).unwrap_or(&[]);
            how.bins(values, |row, bin| bins[(row / ABREAST * p + feature) * ABREAST + row % ABREAST] = bin);
        }
        let sums = baseline.iter().flat_map(|&start| std::iter::repeat_n(start, n)).collect();
        Self { n, p, bins, sums }
    }

    fn add(&mut self, round: &[Walk]) {
        for (walk, sums) in round.iter().zip(self.sums.chunks_exact_mut(self.n)) {
            walk.add(&self.bins, self.p, sums);
        }
    }
}

/// The outputs of consecutive rows into their place.
fn put(all: &mut DMatrix<f64>, first: usize, part: &[f64]) {
    let n = part.len() / all.ncols();
    all.rows_mut(first, n).copy_from_slice(part);
}

impl BoostedTree {
    fn check<F: Float>(&self, bins: &[FeatureBins<F>]) -> Result<()> {
        let wrong = |what: &str| Err(Error::Format(format!("boosted tree: {what}")));
        let mut parents = vec![0_usize; self.nodes.len()];
        for (node, place) in self.nodes.iter().enumerate() {
            if !place.value.is_finite() {
                return wrong("expected finite answers");
            }
            let Some(question) = &place.question else { continue };
            let known = bins.get(question.feature).is_some_and(|bins| match question.rule {
                Rule::UpTo { last, .. } => last > 0 && usize::from(last) <= bins.n_bins(),
                Rule::Among(_) => matches!(bins, FeatureBins::Categories(_)),
            });
            if !known || !question.gain.is_finite() {
                return wrong("expected questions about the bins of a feature");
            }
            for child in [question.left, question.right] {
                match parents.get_mut(child) {
                    // a child behind its parent: no circles
                    Some(parents) if child > node => *parents += 1,
                    _ => return wrong("expected children after their parents"),
                }
            }
        }
        if parents.is_empty() || parents.iter().skip(1).any(|&n| n != 1) {
            return wrong("expected a node, and one parent for each other one");
        }
        Ok(())
    }

    /// What the tree adds to a binned row.
    pub(crate) fn value(&self, binned: &Binned, row: usize) -> f64 {
        let mut at = 0;
        loop {
            let Some(node) = self.nodes.get(at) else { return 0.0 };
            let Some(question) = &node.question else { return node.value };
            let block = binned.blocks.get(question.feature / LANES).and_then(|bins| bins.get(row));
            let bin = block.map_or(0, |bins| bins[question.feature % LANES]);
            at = if question.rule.goes_left(bin) { question.left } else { question.right };
        }
    }
}

impl<F: Float> BoostedTrees<F> {
    /// Columns that answers need.
    pub fn n_features(&self) -> usize {
        self.bins.len()
    }

    /// Numbers in a raw prediction: 1, or one for each of several classes.
    pub fn n_outputs(&self) -> usize {
        self.baseline.len()
    }

    /// Rounds done.
    pub fn n_rounds(&self) -> usize {
        self.trees.len() / self.baseline.len().max(1)
    }

    /// Where the raw predictions start, before any tree.
    pub fn baseline(&self) -> &[f64] {
        &self.baseline
    }

    /// The sum over each feature's questions of what they take from the loss, as shares; all 0 without questions.
    pub fn feature_importances(&self) -> Vec<f64> {
        let mut importances = vec![0.0; self.bins.len()];
        for question in self.trees.iter().flat_map(|tree| &tree.nodes).filter_map(|node| node.question.as_ref()) {
            if let Some(sum) = importances.get_mut(question.feature) {
                *sum += question.gain;
            }
        }
        shares(importances)
    }

    /// The raw predictions after each round, before any link: n_samples x n_outputs each.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`] for infinities; NaN is a missing value.
    ///
    /// # Complexity
    /// Memory for all rounds at once.
    pub fn staged_raw(&self, x: &DMatrix<F>) -> Result<Vec<DMatrix<f64>>> {
        let blocks = self.in_blocks(x, |walks, mut rows| {
            let mut stage = |round| {
                rows.add(round);
                rows.sums.clone()
            };
            walks.chunks(self.n_outputs()).map(&mut stage).collect::<Vec<_>>()
        })?;
        let mut stages = vec![DMatrix::zeros(x.nrows(), self.n_outputs()); self.n_rounds()];
        for (first, parts) in blocks {
            for (stage, part) in stages.iter_mut().zip(parts) {
                put(stage, first, &part);
            }
        }
        Ok(stages)
    }

    /// The raw predictions, before any link: n_samples x n_outputs.
    ///
    /// # Errors
    /// Those of [`Self::staged_raw`].
    pub fn raw(&self, x: &DMatrix<F>) -> Result<DMatrix<f64>> {
        let mut raw = DMatrix::zeros(x.nrows(), self.n_outputs());
        for (first, part) in self.raw_blocks(x, |part| part)? {
            put(&mut raw, first, &part);
        }
        Ok(raw)
    }

    /// What `of` makes of each block's raw predictions, which stand output by output, and the block's first row.
    pub(crate) fn raw_blocks<T: Send>(
        &self,
        x: &DMatrix<F>,
        of: impl Fn(Vec<f64>) -> T + Sync,
    ) -> Result<Vec<(usize, T)>> {
        self.in_blocks(x, |walks, mut rows| {
            walks.chunks(self.n_outputs()).for_each(|round| rows.add(round));
            of(rows.sums)
        })
    }

    /// `of` each block of rows, with the number of its first one.
    fn in_blocks<T: Send>(
        &self,
        x: &DMatrix<F>,
        of: impl Fn(&[Walk], RowBlock) -> T + Sync,
    ) -> Result<Vec<(usize, T)>> {
        query(x, self.bins.len())?;
        let walks: Vec<Walk> = self.trees.iter().map(Walk::new).collect();
        Ok(cairn_numeric::blocks::map(x.nrows(), BLOCK, |rows| {
            (rows.start, of(&walks, RowBlock::new(x, rows, &self.bins, &self.baseline)))
        }))
    }

    pub(crate) fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(Error::Format(format!("boosted trees: {what}")));
        self.bins.iter().try_for_each(FeatureBins::check)?;
        if self.bins.is_empty() || self.baseline.is_empty() || !self.trees.len().is_multiple_of(self.baseline.len()) {
            return wrong("expected features, outputs, and a tree for each output in each round");
        }
        most_features(self.bins.len())?;
        if !self.baseline.iter().all(|b| b.is_finite()) {
            return wrong("expected finite numbers to start from");
        }
        self.trees.iter().try_for_each(|tree| tree.check(&self.bins))
    }
}
