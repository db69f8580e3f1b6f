//! The best question that one feature can ask of a node.

use crate::columns::{Column, MISSING, between};
use crate::limits::Monotone;
use crate::sweep::{Room, sweep};
use crate::targets::{Answers, Formula, Summary, Targets};
use crate::{absolute, categories};
use cairn_traits::Float;
use std::cmp::Ordering;

/// Rows with `rank <= rank_left` go left; missing ones where `missing_left` says.
#[derive(Clone, Debug)]
pub(crate) struct Split<F> {
    pub(crate) feature: usize,
    pub(crate) threshold: F,
    pub(crate) rank_left: u32,
    pub(crate) missing_left: bool,
    pub(crate) gain: f64,
    /// Of categories: the sets that the ranks are parted into.
    pub(crate) sets: Option<Sets>,
}

/// Ranks that were there, ascending. Others go where missing ones go.
#[derive(Clone, Debug)]
pub(crate) struct Sets {
    pub(crate) left: Vec<u32>,
    pub(crate) right: Vec<u32>,
}

impl<F> Split<F> {
    #[inline]
    pub(crate) fn goes_left(&self, rank: u32) -> bool {
        match &self.sets {
            // no rank is as large as that of what is missing
            None => goes_left(rank, self.rank_left) | ((rank == MISSING) & self.missing_left),
            Some(_) if rank == MISSING => self.missing_left,
            Some(sets) => among(&sets.left, &sets.right, self.missing_left, |other| other.cmp(&rank)),
        }
    }
}

/// The one rule of categories: to the side that has it, and if none has to the side of what is missing.
pub(crate) fn among<T>(left: &[T], right: &[T], missing_left: bool, compare: impl Fn(&T) -> Ordering + Copy) -> bool {
    let there = |side: &[T]| side.binary_search_by(compare).is_ok();
    if missing_left { !there(right) } else { there(left) }
}

/// The one rule: at the threshold or below goes left.
#[inline(always)]
pub(crate) fn goes_left<T: PartialOrd + Copy>(value: T, threshold: T) -> bool {
    value <= threshold
}

/// The smallest children that are allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Least {
    pub(crate) count: usize,
    pub(crate) weight: f64,
}

/// The classes of a node's rows and their weights, in the order of the rows; empty where answers are numbers. Every
/// feature reads them, and they stand closer here than among all rows.
#[derive(Default)]
pub(crate) struct Labels {
    pub(crate) classes: Vec<u32>,
    pub(crate) weights: Vec<f64>,
}

impl Labels {
    pub(crate) fn gather(&mut self, targets: &Targets, weights: &[f64], rows: &[u32]) {
        self.classes.clear();
        self.weights.clear();
        if let Answers::Labels { class, .. } = &targets.answers {
            self.classes.extend(rows.iter().map(|&row| class.get(row as usize).copied().unwrap_or(0)));
            self.weights.extend(rows.iter().map(|&row| weights.get(row as usize).copied().unwrap_or(0.0)));
        }
    }
}

/// A node as splits see it.
pub(crate) struct Node<'a> {
    pub(crate) rows: &'a [u32],
    pub(crate) weights: &'a [f64],
    pub(crate) labels: &'a Labels,
    pub(crate) targets: &'a Targets,
    pub(crate) summary: &'a Summary,
    pub(crate) least: Least,
    /// What its answers must stay between, and which features have an order; `None` where nothing is constrained.
    pub(crate) order: Option<Order<'a>>,
    /// Columns of categories.
    pub(crate) categorical: &'a [usize],
}

/// Constraints upon the answers of a node.
#[derive(Clone, Copy)]
pub(crate) struct Order<'a> {
    pub(crate) bounds: (f64, f64),
    pub(crate) monotone: &'a [(usize, Monotone)],
}

impl Order<'_> {
    pub(crate) fn of(&self, feature: usize) -> Option<Monotone> {
        self.monotone.iter().find(|&&(constrained, _)| constrained == feature).map(|&(_, order)| order)
    }

    fn allows(&self, feature: usize, left: f64, right: f64) -> bool {
        let inside = |value: f64| self.bounds.0 <= value && value <= self.bounds.1;
        inside(left) && inside(right) && self.of(feature).is_none_or(|order| order.holds(left, right))
    }
}

/// Whether `new` is better by more than rounding; ties stay with who came first.
pub(crate) fn better(new: f64, old: Option<f64>, scale: f64) -> bool {
    old.is_none_or(|old| new > old + scale)
}

/// What one feature has to say.
pub(crate) enum Found<F> {
    /// All rows alike: no question.
    Constant,
    /// Questions, but none with children large enough.
    Nothing,
    Split(Split<F>),
}

/// Rows on one side, or of one value.
#[derive(Clone)]
pub(crate) struct Side {
    pub(crate) sums: Vec<f64>,
    pub(crate) weight: f64,
    pub(crate) count: usize,
}

impl Side {
    pub(crate) fn add(&mut self, node: &Node<'_>, row: u32) {
        let weight = node.weights.get(row as usize).copied().unwrap_or(0.0);
        node.targets.add(row as usize, weight, &node.summary.shift, &mut self.sums);
        self.weight += weight;
        self.count += 1;
    }

    pub(crate) fn new(width: usize) -> Self {
        Self { sums: vec![0.0; width], weight: 0.0, count: 0 }
    }
}

pub(crate) struct Scan<'a, 'n, F> {
    pub(crate) node: &'a Node<'n>,
    feature: usize,
    pub(crate) column: &'a Column<F>,
    pub(crate) left: Side,
    missing: Side,
    with_missing: Vec<f64>,
    scale: f64,
    best: Option<Split<F>>,
}

impl<'a, 'n, F: Float> Scan<'a, 'n, F> {
    pub(crate) fn new(node: &'a Node<'n>, feature: usize, column: &'a Column<F>) -> Self {
        let width = node.targets.width();
        Self {
            node,
            feature,
            column,
            left: Side::new(width),
            // these stay empty where nothing is missing
            missing: Side::new(0),
            with_missing: Vec::new(),
            scale: node.targets.scale(node.summary),
            best: None,
        }
    }

    /// Asks at a threshold between ranks, `rank` the last on the left.
    pub(crate) fn consider(&mut self, rank: u32, threshold: F) {
        let heavier_left = self.left.weight >= self.node.summary.weight - self.left.weight;
        if self.missing.count == 0 {
            let (left, weight, count) = (&self.left.sums, self.left.weight, self.left.count);
            let gain = self.gain(left, weight, count);
            return self.keep(gain, rank, threshold, heavier_left);
        }
        if self.left.count + self.missing.count < self.node.rows.len() {
            self.with_missing.resize(self.left.sums.len(), 0.0);
            for ((both, l), m) in self.with_missing.iter_mut().zip(&self.left.sums).zip(&self.missing.sums) {
                *both = l + m;
            }
            let (weight, count) = (self.left.weight + self.missing.weight, self.left.count + self.missing.count);
            let gain = self.gain(&self.with_missing, weight, count);
            self.keep(gain, rank, threshold, true);
        }
        let gain = self.gain(&self.left.sums, self.left.weight, self.left.count);
        self.keep(gain, rank, threshold, false);
    }

    #[inline]
    fn gain(&self, left: &[f64], weight: f64, count: usize) -> Option<f64> {
        let (node, least) = (self.node, self.node.least);
        let right = node.summary.weight - weight;
        let enough = count >= least.count && node.rows.len() - count >= least.count;
        let heavy = weight > 0.0 && right > 0.0 && weight >= least.weight && right >= least.weight;
        if !(enough && heavy) {
            return None;
        }
        if let Some(order) = &node.order {
            let others =
                |output: usize| node.summary.sums.get(output).zip(left.get(output)).map_or(0.0, |(s, l)| s - l);
            let of = |sum: f64, weight: f64| node.summary.shift.first().copied().unwrap_or(0.0) + sum / weight;
            let output = node.targets.ordered_output();
            let (l, r) = (left.get(output).copied().unwrap_or(0.0), others(output));
            if !order.allows(self.feature, of(l, weight), of(r, right)) {
                return None;
            }
        }
        node.targets.allows(node.summary, left).then(|| node.targets.gain(node.summary, left, weight).max(0.0))
    }

    pub(crate) fn keep(&mut self, gain: Option<f64>, rank_left: u32, threshold: F, missing_left: bool) {
        let Some(gain) = gain else { return };
        if better(gain, self.best.as_ref().map(|best| best.gain), self.scale) {
            self.best = Some(Split { feature: self.feature, threshold, rank_left, missing_left, gain, sets: None });
        }
    }

    /// The threshold between two ranks.
    pub(crate) fn middle(&self, low: u32, high: u32) -> F {
        let value = |rank: u32| self.column.values.get(rank as usize).copied().unwrap_or_default();
        between(value(low), value(high))
    }

    pub(crate) fn found(self, alike: bool) -> Found<F> {
        match self.best {
            _ if alike => Found::Constant,
            None => Found::Nothing,
            Some(best) => Found::Split(best),
        }
    }

    pub(crate) fn add(&mut self, row: u32) {
        self.left.add(self.node, row);
    }

    pub(crate) fn add_missing(&mut self, row: u32) {
        self.missing.sums.resize(self.left.sums.len(), 0.0);
        self.missing.add(self.node, row);
    }

    pub(crate) fn any_missing(&self) -> bool {
        self.missing.count > 0
    }

    /// Puts rows that add up to these `sums` on the left.
    pub(crate) fn join(&mut self, sums: &[f64], weight: f64, count: usize) {
        self.left.sums.iter_mut().zip(sums).for_each(|(left, sum)| *left += sum);
        self.left.weight += weight;
        self.left.count += count;
    }
}

/// The best threshold of `feature`.
pub(crate) fn best<F: Float>(node: &Node<'_>, feature: usize, column: &Column<F>, room: &mut Room) -> Found<F> {
    let mut scan = Scan::new(node, feature, column);
    if node.categorical.contains(&feature) {
        return categories::best(scan, None);
    }
    if node.targets.formula == Formula::Medians {
        return absolute::best(scan);
    }
    let last = sweep(&mut scan, room);
    let alike = scan.missing.count == node.rows.len()
        || (scan.missing.count == 0 && last.is_none_or(|(first, last)| first == last));
    if let Some((_, last)) = last.filter(|_| scan.missing.count > 0) {
        // the values on one side, what is missing on the other
        let threshold = scan.middle(last, last);
        scan.consider(last, threshold);
    }
    scan.found(alike)
}

/// One threshold of `feature`, `draw` in [0, 1) of the way from the least value in the node to the greatest.
pub(crate) fn random<F: Float>(node: &Node<'_>, feature: usize, column: &Column<F>, draw: f64) -> Found<F> {
    let mut scan = Scan::new(node, feature, column);
    if node.categorical.contains(&feature) {
        return categories::best(scan, Some(draw));
    }
    let rank_of = |row: u32| column.ranks.get(row as usize).copied().unwrap_or(MISSING);
    let present = || node.rows.iter().map(|&row| rank_of(row)).filter(|&rank| rank != MISSING);
    let (Some(first), Some(last)) = (present().min(), present().max()) else {
        return Found::Constant;
    };
    let value = |rank: u32| column.values.get(rank as usize).copied().unwrap_or_default();
    let (low, high) = (value(first), value(last));
    let drawn = low * F::of(1.0 - draw) + high * F::of(draw);
    let threshold = if drawn >= low && drawn < high { drawn } else { low };
    let rank_left = (column.values.partition_point(|&v| goes_left(v, threshold)) as u32).saturating_sub(1);
    if node.targets.formula == Formula::Medians && first < last {
        return absolute::at(scan, rank_left, threshold);
    }
    for &row in node.rows {
        match rank_of(row) {
            MISSING => scan.add_missing(row),
            rank if goes_left(rank, rank_left) => scan.add(row),
            _ => {}
        }
    }
    if first == last && scan.missing.count == 0 {
        return Found::Constant;
    }
    scan.consider(rank_left, threshold);
    scan.found(false)
}
