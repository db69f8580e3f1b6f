//! Growing one tree leaf by leaf: the leaf of greatest gain splits next.

use super::bins::{BINS, Binned, LANES};
use super::histogram::{Block, Pair, add_rows, less, sum};
use super::split::{Bounds, Candidate, Feature, Rule, Terms, Whole, best, first_best};
use super::trees::{BoostedNode, BoostedQuestion, BoostedTree};
use crate::limits::Monotone;
use rayon::prelude::*;
use std::ops::Range;

/// Below so many (rows x features) a leaf is one thread's work.
const WORTH_THREADS: usize = 65_536;
/// Rows for one task, where rows are parted or gathered.
const ROWS: usize = 16_384;

/// What a tree is grown from.
pub(crate) struct Ground<'a> {
    pub(crate) binned: &'a Binned,
    /// The features of each block; `None` where the tree may not ask.
    pub(crate) features: &'a [Vec<Option<Feature>>],
    pub(crate) terms: Terms,
    pub(crate) max_leaf_nodes: usize,
    pub(crate) max_depth: usize,
    /// Whether a large leaf may use several threads.
    pub(crate) parallel: bool,
}

/// Room for a tree's growth, kept for the next one.
#[derive(Default)]
pub(crate) struct Workspace {
    /// The rows, those of a leaf together once a tree is grown.
    pub(crate) rows: Vec<u32>,
    aside: Vec<u32>,
    gathered: Vec<Pair>,
    free: Vec<Vec<Block>>,
}

/// A leaf of the growing tree.
pub(crate) struct Leaf {
    pub(crate) node: usize,
    pub(crate) rows: Range<usize>,
    depth: usize,
    whole: Whole,
    /// Its best question, and the sums of its bins.
    open: Option<(Candidate, Vec<Block>)>,
}

struct Growth<'a> {
    ground: &'a Ground<'a>,
    pairs: &'a [Pair],
    space: &'a mut Workspace,
    nodes: Vec<BoostedNode>,
    leaves: Vec<Leaf>,
}

/// A tree on the rows in `space`, whose pairs are `pairs`; and its leaves.
pub(crate) fn grow(ground: &Ground<'_>, pairs: &[Pair], space: &mut Workspace) -> (BoostedTree, Vec<Leaf>) {
    let n = space.rows.len();
    space.aside.resize(n, 0);
    let mut growth = Growth { ground, pairs, space, nodes: Vec::new(), leaves: Vec::new() };
    growth.root();
    while growth.leaves.len() < ground.max_leaf_nodes && growth.split_next() {}
    let (nodes, mut leaves) = (growth.nodes, growth.leaves);
    for leaf in &mut leaves {
        if let Some((_, histogram)) = leaf.open.take() {
            growth.space.free.push(histogram);
        }
    }
    (BoostedTree { nodes }, leaves)
}

impl Growth<'_> {
    fn root(&mut self) {
        let n = self.space.rows.len();
        let all = n == self.ground.binned.n_rows;
        if !all {
            self.gather(0..n);
        }
        let pairs = if all { self.pairs } else { &self.space.gathered };
        let whole = Whole { sum: sum(pairs), bounds: Bounds::NONE };
        let node = self.add_node(whole);
        let mut leaf = Leaf { node, rows: 0..n, depth: 0, whole, open: None };
        if self.may_split(&leaf) {
            let mut histogram = self.histogram();
            let ground = self.ground;
            let (rows, pairs) = (&self.space.rows, if all { self.pairs } else { &self.space.gathered });
            let found = self.each_block(n, &mut histogram, |block, sums| {
                let features = ground.features.get(block)?;
                fill(sums, features, ground.binned.blocks.get(block)?, (!all).then_some(rows), pairs);
                best_of(sums, features, whole, &ground.terms)
            });
            leaf.open = self.keep(found.into_iter().flatten(), histogram);
        }
        self.leaves.push(leaf);
    }

    fn add_node(&mut self, whole: Whole) -> usize {
        let terms = &self.ground.terms;
        let (value, n_samples) = (terms.value(whole.sum, whole.bounds), terms.scale.count(whole.sum));
        self.nodes.push(BoostedNode { value, n_samples, question: None });
        self.nodes.len() - 1
    }

    fn may_split(&self, leaf: &Leaf) -> bool {
        let terms = &self.ground.terms;
        let (n, curvature) = (terms.scale.count(leaf.whole.sum), terms.scale.curvature(leaf.whole.sum));
        n >= 2 * terms.min_samples_leaf.max(1)
            && curvature >= 2.0 * terms.min_curvature
            && leaf.depth < self.ground.max_depth
            && self.leaves.len() + 1 < self.ground.max_leaf_nodes
    }

    /// The best candidate with its histogram, or the histogram back on the pile.
    fn keep(
        &mut self,
        found: impl Iterator<Item = Candidate>,
        histogram: Vec<Block>,
    ) -> Option<(Candidate, Vec<Block>)> {
        // blocks come in the order of features: ties stay with the lower one
        match first_best(found, |candidate| candidate.worth) {
            Some(candidate) => Some((candidate, histogram)),
            None => {
                self.space.free.push(histogram);
                None
            }
        }
    }

    /// Splits the leaf of greatest gain, ties to the older; false if there is none.
    fn split_next(&mut self) -> bool {
        let worth = |leaf: &Leaf| leaf.open.as_ref().map(|(candidate, _)| candidate.worth);
        let open = self.leaves.iter().enumerate().filter_map(|(at, leaf)| worth(leaf).map(|worth| (at, worth)));
        let Some((at, _)) = first_best(open, |&(_, worth)| worth) else { return false };
        let Some((candidate, histogram)) = self.leaves[at].open.take() else { return false };
        let leaf = &self.leaves[at];
        let (node, rows, depth, whole) = (leaf.node, leaf.rows.clone(), leaf.depth, leaf.whole);
        let kept = self.part(rows.clone(), &candidate);
        let [left, right] = self.children(whole, &candidate);
        let (left_node, right_node) = (self.add_node(left), self.add_node(right));
        if let Some(parent) = self.nodes.get_mut(node) {
            let Candidate { feature, rule, worth, .. } = candidate;
            parent.question =
                Some(BoostedQuestion { feature, rule, gain: worth.gain, left: left_node, right: right_node });
        }
        let middle = rows.start + kept;
        let mut pair = [
            Leaf { node: left_node, rows: rows.start..middle, depth: depth + 1, whole: left, open: None },
            Leaf { node: right_node, rows: middle..rows.end, depth: depth + 1, whole: right, open: None },
        ];
        self.ask(&mut pair, histogram);
        let [left, right] = pair;
        self.leaves[at] = left;
        self.leaves.push(right);
        true
    }

    /// Sums and bounds of both sides; where a feature is monotone, the middle of both answers parts them for good.
    fn children(&self, whole: Whole, candidate: &Candidate) -> [Whole; 2] {
        let terms = &self.ground.terms;
        let (left, right) = (candidate.left, less(whole.sum, candidate.left));
        let Bounds { least, most } = whole.bounds;
        let features = self.ground.features.get(candidate.feature / LANES);
        let feature = features.and_then(|features| features.get(candidate.feature % LANES)).copied().flatten();
        let Some(monotone) = feature.and_then(|feature| feature.monotone) else {
            return [left, right].map(|sum| Whole { sum, bounds: whole.bounds });
        };
        let middle = 0.5 * (terms.value(left, whole.bounds) + terms.value(right, whole.bounds));
        let (low, high) = (Bounds { least, most: middle }, Bounds { least: middle, most });
        match monotone {
            Monotone::Increasing => [Whole { sum: left, bounds: low }, Whole { sum: right, bounds: high }],
            Monotone::Decreasing => [Whole { sum: left, bounds: high }, Whole { sum: right, bounds: low }],
        }
    }

    /// The best questions of two siblings: the smaller one's sums are added up, the other's are what is left.
    fn ask(&mut self, pair: &mut [Leaf; 2], mut parents: Vec<Block>) {
        let may = [self.may_split(&pair[0]), self.may_split(&pair[1])];
        if may == [false, false] {
            return self.space.free.push(parents);
        }
        let small = usize::from(pair[0].rows.len() > pair[1].rows.len());
        let rows = pair[small].rows.clone();
        let cost = pair[0].rows.len() + pair[1].rows.len();
        self.gather(rows.clone());
        let mut smalls = self.histogram();
        let ground = self.ground;
        let wholes = [pair[small].whole, pair[1 - small].whole];
        let (all, pairs) = (&self.space.rows, &self.space.gathered);
        let rows = all.get(rows).unwrap_or(&[]);
        let work = |block: usize, sums: &mut Block, others: &mut Block| {
            let features = ground.features.get(block)?;
            if features.iter().all(Option::is_none) {
                return None;
            }
            fill(sums, features, ground.binned.blocks.get(block)?, Some(rows), pairs);
            for ((others, sums), _) in others.iter_mut().zip(sums.iter()).zip(features) {
                for (other, sum) in others.iter_mut().zip(sums) {
                    *other = less(*other, *sum);
                }
            }
            let ask = |may: bool, sums: &Block, whole| {
                if may { best_of(sums, features, whole, &ground.terms) } else { None }
            };
            Some([ask(may[small], sums, wholes[0]), ask(may[1 - small], others, wholes[1])])
        };
        let found: Vec<Option<[Option<Candidate>; 2]>> =
            if ground.parallel && cost * ground.features.len() * LANES >= WORTH_THREADS {
                let blocks = smalls.par_iter_mut().zip(parents.par_iter_mut()).enumerate();
                blocks.map(|(block, (sums, others))| work(block, sums, others)).collect()
            } else {
                let blocks = smalls.iter_mut().zip(&mut parents).enumerate();
                blocks.map(|(block, (sums, others))| work(block, sums, others)).collect()
            };
        pair[small].open = self.keep(found.iter().flatten().filter_map(|found| found[0]), smalls);
        pair[1 - small].open = self.keep(found.iter().flatten().filter_map(|found| found[1]), parents);
    }

    fn histogram(&mut self) -> Vec<Block> {
        let n = self.ground.features.len();
        self.space.free.pop().filter(|blocks| blocks.len() == n).unwrap_or_else(|| vec![[[[0; 2]; BINS]; LANES]; n])
    }

    fn each_block<T: Send>(
        &self,
        n_rows: usize,
        blocks: &mut [Block],
        of: impl Fn(usize, &mut Block) -> Option<T> + Sync,
    ) -> Vec<Option<T>> {
        if self.ground.parallel && n_rows * blocks.len() * LANES >= WORTH_THREADS {
            blocks.par_iter_mut().enumerate().map(|(block, sums)| of(block, sums)).collect()
        } else {
            blocks.iter_mut().enumerate().map(|(block, sums)| of(block, sums)).collect()
        }
    }

    /// The pairs of some rows side by side.
    fn gather(&mut self, range: Range<usize>) {
        let Workspace { rows, gathered, .. } = &mut *self.space;
        let rows = rows.get(range).unwrap_or(&[]);
        gathered.resize(rows.len(), [0, 0]);
        let copy = |(to, rows): (&mut [Pair], &[u32])| {
            for (to, &row) in to.iter_mut().zip(rows) {
                *to = self.pairs.get(row as usize).copied().unwrap_or([0, 0]);
            }
        };
        if self.ground.parallel && rows.len() > ROWS {
            gathered.par_chunks_mut(ROWS).zip(rows.par_chunks(ROWS)).for_each(copy);
        } else {
            copy((gathered, rows));
        }
    }

    /// Puts the rows of a leaf on their sides, in their order; how many are left.
    fn part(&mut self, range: Range<usize>, candidate: &Candidate) -> usize {
        let Some(bins) = self.ground.binned.blocks.get(candidate.feature / LANES) else { return 0 };
        let lane = candidate.feature % LANES;
        let Workspace { rows, aside, .. } = &mut *self.space;
        let (Some(rows), Some(aside)) = (rows.get_mut(range.clone()), aside.get_mut(range)) else { return 0 };
        let rule = candidate.rule;
        if !(self.ground.parallel && rows.len() > ROWS) {
            return part(rows, aside, bins, lane, rule);
        }
        let chunks = rows.par_chunks_mut(ROWS).zip(aside.par_chunks_mut(ROWS));
        let kept: Vec<usize> = chunks.map(|(rows, aside)| part(rows, aside, bins, lane, rule)).collect();
        let (mut left, mut right) = (0, 0);
        for (chunk, &kept) in kept.iter().enumerate() {
            let start = chunk * ROWS;
            let end = (start + ROWS).min(rows.len());
            let gone = end - start - kept;
            aside[right..right + gone].copy_from_slice(&rows[start + kept..end]);
            rows.copy_within(start..start + kept, left);
            left += kept;
            right += gone;
        }
        rows[left..].copy_from_slice(&aside[..right]);
        left
    }
}

/// Without branches, as nobody can guess where a row goes.
fn part(rows: &mut [u32], aside: &mut [u32], bins: &[[u8; LANES]], lane: usize, rule: Rule) -> usize {
    let mut kept = 0;
    for at in 0..rows.len() {
        let row = rows[at];
        let bin = bins.get(row as usize).map_or(0, |bins| bins[lane % LANES]);
        let left = usize::from(rule.goes_left(bin));
        rows[kept] = row;
        aside[at - kept] = row;
        kept += left;
    }
    let gone = rows.len() - kept;
    rows[kept..].copy_from_slice(&aside[..gone]);
    kept
}

/// Adds up a block from nothing: the given rows, or all in order.
fn fill(sums: &mut Block, features: &[Option<Feature>], bins: &[[u8; LANES]], rows: Option<&[u32]>, pairs: &[Pair]) {
    for (sums, _) in sums.iter_mut().zip(features) {
        sums.fill([0, 0]);
    }
    match rows {
        None => add_rows(sums, features.len(), bins.iter().zip(pairs)),
        Some(rows) => {
            let of = |(&row, pair)| bins.get(row as usize).map(|bins| (bins, pair));
            add_rows(sums, features.len(), rows.iter().zip(pairs).filter_map(of));
        }
    }
}

/// The best question about a block's features.
fn best_of(sums: &Block, features: &[Option<Feature>], whole: Whole, terms: &Terms) -> Option<Candidate> {
    let found = sums.iter().zip(features).filter_map(|(bins, feature)| best(bins, (*feature)?, whole, terms));
    first_best(found, |candidate| candidate.worth)
}
