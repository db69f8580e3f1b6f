//! Growing one tree: the best question of each node, until nothing is worth asking.

use crate::columns::{Column, MISSING};
use crate::limits::{Limits, Monotone, Splitter};
use crate::split::{Found, Labels, Least, Node, Order, Split, best, better, random};
use crate::sweep::Room;
use crate::targets::{Summary, Targets};
use crate::tree::{Categories, Question, Tree, TreeNode};
use cairn_traits::Float;
use rand::{RngExt, rngs::ChaCha8Rng};
use rayon::prelude::*;
use std::ops::Range;

/// Below so many (rows x features) a node's features are scanned one after the other.
const WORTH_THREADS: usize = 16_384;

/// What a tree is grown from.
pub(crate) struct Ground<'a, F> {
    pub(crate) columns: &'a [Column<F>],
    pub(crate) targets: &'a Targets,
    pub(crate) weights: &'a [f64],
    pub(crate) limits: &'a Limits,
    /// Whether a large node may use several threads.
    pub(crate) parallel: bool,
}

/// A leaf that has a question worth asking.
struct Pending<F> {
    node: usize,
    rows: Range<usize>,
    depth: usize,
    split: Split<F>,
    /// What its answers must stay between.
    bounds: (f64, f64),
    /// Features that are known to be constant here, and so in all that comes from here.
    constant: Constant,
}

/// A set of features, a bit each.
#[derive(Clone)]
struct Constant(Vec<u64>);

impl Constant {
    fn has(&self, feature: usize) -> bool {
        self.0.get(feature / 64).is_some_and(|word| word >> (feature % 64) & 1 == 1)
    }

    fn insert(&mut self, feature: usize) {
        if let Some(word) = self.0.get_mut(feature / 64) {
            *word |= 1 << (feature % 64);
        }
    }
}

struct Growth<'a, F: Float> {
    ground: &'a Ground<'a, F>,
    rng: ChaCha8Rng,
    rows: Vec<u32>,
    aside: Vec<u32>,
    tree: Tree<F>,
    frontier: Vec<Pending<F>>,
    least: Least,
    total: f64,
    labels: Labels,
    room: Room,
}

/// One tree on the rows whose weight is positive.
pub(crate) fn grow<F: Float>(ground: &Ground<'_, F>, rng: ChaCha8Rng) -> Tree<F> {
    let rows: Vec<u32> = (0_u32..).zip(ground.weights).filter(|(_, w)| **w > 0.0).map(|(row, _)| row).collect();
    let root = ground.targets.summary(&rows, ground.weights);
    let limits = ground.limits;
    let mut growth = Growth {
        rng,
        aside: Vec::new(),
        tree: Tree {
            n_features: ground.columns.len(),
            width: ground.targets.width(),
            nodes: Vec::new(),
            values: Vec::new(),
        },
        frontier: Vec::new(),
        least: Least { count: limits.min_samples_leaf, weight: limits.min_weight_fraction_leaf * root.weight },
        total: root.weight,
        labels: Labels::default(),
        room: Room::default(),
        ground,
        rows,
    };
    let all = 0..growth.rows.len();
    let none = Constant(vec![0; ground.columns.len().div_ceil(64)]);
    growth.add(&root, all, 0, (f64::NEG_INFINITY, f64::INFINITY), &none);
    let mut leaves = 1;
    while let Some(pending) = growth.next().filter(|_| limits.max_leaf_nodes.is_none_or(|most| leaves < most)) {
        growth.ask(pending);
        leaves += 1;
    }
    growth.tree
}

impl<F: Float> Growth<'_, F> {
    /// Depth first, left first; with a limit to the leaves the greatest gain first, ties to the lower node.
    fn next(&mut self) -> Option<Pending<F>> {
        if self.ground.limits.max_leaf_nodes.is_none() {
            return self.frontier.pop();
        }
        let ahead = |a: &Pending<F>, b: &Pending<F>| a.split.gain.total_cmp(&b.split.gain).then(b.node.cmp(&a.node));
        let first = self.frontier.iter().enumerate().max_by(|a, b| ahead(a.1, b.1)).map(|(place, _)| place)?;
        Some(self.frontier.swap_remove(first))
    }

    /// A new node, and its best question if it may have one.
    fn add(
        &mut self,
        summary: &Summary,
        rows: Range<usize>,
        depth: usize,
        bounds: (f64, f64),
        constant: &Constant,
    ) -> usize {
        let node = self.tree.nodes.len();
        self.tree.values.extend_from_slice(&summary.value);
        let (impurity, n_samples, weight) = (summary.impurity, summary.count, summary.weight);
        self.tree.nodes.push(TreeNode { question: None, impurity, n_samples, weight });
        if let Some((split, constant)) = self.question(summary, rows.clone(), depth, bounds, constant) {
            self.frontier.push(Pending { node, rows, depth, split, bounds, constant });
        }
        node
    }

    fn question(
        &mut self,
        summary: &Summary,
        rows: Range<usize>,
        depth: usize,
        bounds: (f64, f64),
        constant: &Constant,
    ) -> Option<(Split<F>, Constant)> {
        let limits = self.ground.limits;
        let small = summary.count < limits.min_samples_split.max(2 * limits.min_samples_leaf);
        if summary.pure || small || limits.max_depth.is_some_and(|most| depth >= most) {
            return None;
        }
        let Self { ground, rng, rows: all, least, total, labels, room, .. } = self;
        let (targets, weights) = (ground.targets, ground.weights);
        let monotone = &limits.monotone[..];
        let order = (!monotone.is_empty()).then_some(Order { bounds, monotone });
        let rows = all.get(rows)?;
        labels.gather(targets, weights, rows);
        let node = Node {
            rows,
            weights,
            labels,
            targets,
            summary,
            least: *least,
            order,
            categorical: &limits.categorical_features,
        };
        let mut constant = constant.clone();
        let split = search(ground, &node, rng, &mut constant, room)?;
        let outputs = if summary.shift.is_empty() { 1.0 } else { summary.shift.len() as f64 };
        (split.gain / (*total * outputs) >= limits.min_impurity_decrease).then_some((split, constant))
    }

    /// Puts the rows on their sides, in their order, and adds both children.
    fn ask(&mut self, pending: Pending<F>) {
        let Pending { node, rows, depth, split, bounds, constant } = pending;
        let Some(column) = self.ground.columns.get(split.feature) else { return };
        let Some(here) = self.rows.get_mut(rows.clone()) else { return };
        let kept = part(here, &mut self.aside, &column.ranks, &split);
        let summaries = {
            let (left, right) = here.split_at(kept);
            let of = |rows: &[u32]| self.ground.targets.summary(rows, self.ground.weights);
            (of(left), of(right))
        };
        let middle = rows.start + kept;
        let sides = self.bounds(&summaries, split.feature, bounds);
        // the right one first, so that the left one is on top of the stack
        let right = self.add(&summaries.1, middle..rows.end, depth + 1, sides.1, &constant);
        let left = self.add(&summaries.0, rows.start..middle, depth + 1, sides.0, &constant);
        if let Some(place) = self.tree.nodes.get_mut(node) {
            let value = |&rank: &u32| column.values.get(rank as usize).copied().unwrap_or_default();
            let categories = split.sets.as_ref().map(|sets| Categories {
                left: sets.left.iter().map(value).collect(),
                right: sets.right.iter().map(value).collect(),
            });
            let Split { feature, threshold, missing_left, .. } = split;
            place.question = Some(Question { feature, threshold, categories, missing_left, left, right });
        }
    }
}

impl<F: Float> Growth<'_, F> {
    /// What the children's answers must stay between: if the feature is constrained, the middle parts them for good.
    fn bounds(
        &self,
        (left, right): &(Summary, Summary),
        feature: usize,
        bounds: (f64, f64),
    ) -> ((f64, f64), (f64, f64)) {
        let order = Order { bounds, monotone: &self.ground.limits.monotone };
        let output = self.ground.targets.ordered_output();
        let value = |side: &Summary| side.value.get(output).copied().unwrap_or(0.0);
        let middle = 0.5 * value(left) + 0.5 * value(right);
        match order.of(feature) {
            None => (bounds, bounds),
            Some(Monotone::Increasing) => ((bounds.0, middle), (middle, bounds.1)),
            Some(Monotone::Decreasing) => ((middle, bounds.1), (bounds.0, middle)),
        }
    }
}

/// Puts the rows that go left before the others, both in their order; how many go left. Without branches, as nobody can
/// guess them.
fn part<F>(rows: &mut [u32], aside: &mut Vec<u32>, ranks: &[u32], split: &Split<F>) -> usize {
    aside.resize(rows.len(), 0);
    let (mut kept, mut others) = (0, 0);
    for at in 0..rows.len() {
        let row = rows[at];
        let left = split.goes_left(ranks.get(row as usize).copied().unwrap_or(MISSING));
        rows[kept] = row;
        aside[others] = row;
        kept += usize::from(left);
        others += usize::from(!left);
    }
    rows[kept..].copy_from_slice(&aside[..others]);
    kept
}

/// The best question of a node over the features it may ask about; ties go to the lower feature.
fn search<F: Float>(
    ground: &Ground<'_, F>,
    node: &Node<'_>,
    rng: &mut ChaCha8Rng,
    constant: &mut Constant,
    room: &mut Room,
) -> Option<Split<F>> {
    let n_features = ground.columns.len();
    let wanted = ground.limits.max_features.of(n_features);
    let ask = |feature: usize, draw: f64, room: &mut Room| match (ground.columns.get(feature), ground.limits.splitter) {
        (None, _) => Found::Constant,
        (Some(column), Splitter::Best) => best(node, feature, column, room),
        (Some(column), Splitter::Random) => random(node, feature, column, draw),
    };
    let mut splits: Vec<Split<F>> = Vec::new();
    if wanted == n_features {
        let random = ground.limits.splitter == Splitter::Random;
        let draws: Vec<f64> = (0..n_features).map(|_| if random { rng.random() } else { 0.0 }).collect();
        let one = |(feature, &draw): (usize, &f64), room: &mut Room| {
            if constant.has(feature) { Found::Constant } else { ask(feature, draw, room) }
        };
        let found: Vec<Found<F>> = if ground.parallel && node.rows.len() * n_features >= WORTH_THREADS {
            draws.par_iter().enumerate().map(|drawn| one(drawn, &mut Room::default())).collect()
        } else {
            draws.iter().enumerate().map(|drawn| one(drawn, room)).collect()
        };
        for (feature, found) in found.into_iter().enumerate() {
            match found {
                Found::Constant => constant.insert(feature),
                Found::Nothing => {}
                Found::Split(split) => splits.push(split),
            }
        }
    } else {
        let mut features: Vec<usize> = (0..n_features).collect();
        let (mut drawn, mut useful) = (0, 0);
        // as long as no question is found at all, more features are drawn than wanted
        while drawn < n_features && (useful < wanted || splits.is_empty()) {
            features.swap(drawn, rng.random_range(drawn..n_features));
            let (feature, draw) = (features[drawn], rng.random());
            drawn += 1;
            if constant.has(feature) {
                continue;
            }
            match ask(feature, draw, room) {
                Found::Constant => constant.insert(feature),
                Found::Nothing => useful += 1,
                Found::Split(split) => {
                    useful += 1;
                    splits.push(split);
                }
            }
        }
        splits.sort_by_key(|split| split.feature);
    }
    let scale = node.targets.scale(node.summary);
    splits.into_iter().fold(None, |kept: Option<Split<F>>, split| {
        if better(split.gain, kept.as_ref().map(|kept| kept.gain), scale) { Some(split) } else { kept }
    })
}
