//! The best question that one feature can ask of a node.

use crate::columns::{Column, MISSING, between};
use crate::limits::Monotone;
use crate::targets::{Formula, Summary, Targets};
use crate::{absolute, categories, gini};
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
    pub(crate) fn goes_left(&self, rank: u32) -> bool {
        match &self.sets {
            _ if rank == MISSING => self.missing_left,
            None => goes_left(rank, self.rank_left),
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

/// A node as splits see it.
pub(crate) struct Node<'a> {
    pub(crate) rows: &'a [u32],
    pub(crate) weights: &'a [f64],
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
    count: usize,
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
    left: Side,
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
            missing: Side::new(width),
            with_missing: vec![0.0; width],
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

    fn add(&mut self, row: u32) {
        self.left.add(self.node, row);
    }

    pub(crate) fn add_missing(&mut self, row: u32) {
        self.missing.add(self.node, row);
    }

    pub(crate) fn any_missing(&self) -> bool {
        self.missing.count > 0
    }

    /// Puts all of `side` on the left.
    pub(crate) fn join(&mut self, side: &Side) {
        self.left.sums.iter_mut().zip(&side.sums).for_each(|(left, sum)| *left += sum);
        self.left.weight += side.weight;
        self.left.count += side.count;
    }
}

/// The best threshold of `feature`.
pub(crate) fn best<F: Float>(node: &Node<'_>, feature: usize, column: &Column<F>) -> Found<F> {
    let mut scan = Scan::new(node, feature, column);
    if node.categorical.contains(&feature) {
        return categories::best(scan, None);
    }
    if node.targets.formula == Formula::Medians {
        return absolute::best(scan);
    }
    let cells = column.values.len() * (node.targets.width() + 2);
    let last = if cells <= 2 * node.rows.len() { scan_cells(&mut scan) } else { scan_sorted(&mut scan) };
    let alike = scan.missing.count == node.rows.len()
        || (scan.missing.count == 0 && last.is_none_or(|(first, last)| first == last));
    if let Some((_, last)) = last.filter(|_| scan.missing.count > 0) {
        // the values on one side, what is missing on the other
        let threshold = scan.middle(last, last);
        scan.consider(last, threshold);
    }
    scan.found(alike)
}

/// Few distinct values: one cell for each, no sorting. Returns the first and last rank met.
fn scan_cells<F: Float>(scan: &mut Scan<'_, '_, F>) -> Option<(u32, u32)> {
    let (node, column) = (scan.node, scan.column);
    let width = node.targets.width();
    let stride = width + 2;
    let mut cells = vec![0.0; column.values.len() * stride];
    for &row in node.rows {
        let rank = column.ranks.get(row as usize).copied().unwrap_or(MISSING);
        if rank == MISSING {
            scan.add_missing(row);
            continue;
        }
        let start = rank as usize * stride;
        if let Some([sums @ .., total, count]) = cells.get_mut(start..start + stride) {
            let weight = node.weights.get(row as usize).copied().unwrap_or(0.0);
            node.targets.add(row as usize, weight, &node.summary.shift, sums);
            *total += weight;
            *count += 1.0;
        }
    }
    let mut met: Option<(u32, u32)> = None;
    for (rank, cell) in (0_u32..).zip(cells.chunks_exact(stride)) {
        let [sums @ .., weight, count] = cell else { continue };
        if *count == 0.0 {
            continue;
        }
        if let Some((_, before)) = met {
            let threshold = scan.middle(before, rank);
            scan.consider(before, threshold);
        }
        for (left, sum) in scan.left.sums.iter_mut().zip(sums) {
            *left += sum;
        }
        scan.left.weight += weight;
        scan.left.count += *count as usize;
        met = Some((met.map_or(rank, |(first, _)| first), rank));
    }
    met
}

/// Many distinct values: the node's rows sorted by rank. Returns the first and last rank met.
fn scan_sorted<F: Float>(scan: &mut Scan<'_, '_, F>) -> Option<(u32, u32)> {
    let mut keys: Vec<u64> = Vec::with_capacity(scan.node.rows.len());
    for &row in scan.node.rows {
        match scan.column.ranks.get(row as usize).copied().unwrap_or(MISSING) {
            MISSING => scan.add_missing(row),
            rank => keys.push(u64::from(rank) << 32 | u64::from(row)),
        }
    }
    keys.sort_unstable();
    if gini::applies(scan) { gini::scan(scan, &keys) } else { scan_keys(scan, &keys) }
}

/// The same of rows that are sorted: the rank in the upper half of a key, the row in the lower.
pub(crate) fn scan_keys<F: Float>(scan: &mut Scan<'_, '_, F>, keys: &[u64]) -> Option<(u32, u32)> {
    let mut met: Option<(u32, u32)> = None;
    for &key in keys {
        let (rank, row) = ((key >> 32) as u32, key as u32);
        if let Some((_, before)) = met.filter(|&(_, before)| before != rank) {
            let threshold = scan.middle(before, rank);
            scan.consider(before, threshold);
        }
        scan.add(row);
        met = Some((met.map_or(rank, |(first, _)| first), rank));
    }
    met
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
