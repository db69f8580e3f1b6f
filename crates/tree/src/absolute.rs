//! Splits by distances to medians.
//!
//! Rows join one after the other, and after each the weighted median is found again: sums over ranks of the targets in a
//! Fenwick tree, which finds the middle by halves. So all prefixes of n rows cost O(n log n).

use crate::columns::{Column, MISSING};
use crate::split::{Found, Node, Scan};
use cairn_traits::Float;

/// Σ w |y − median| over growing sets of rows.
struct Medians {
    /// Distinct targets of the node, less its median, ascending.
    values: Vec<f64>,
    /// Partial sums of weights, and of weights times values.
    sums: Vec<[f64; 2]>,
    total: [f64; 2],
}

impl Medians {
    fn new(node: &Node<'_>, output: usize) -> Self {
        let mut values: Vec<f64> = node.rows.iter().map(|&row| target(node, row, output)).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        Self { sums: vec![[0.0; 2]; values.len() + 1], values, total: [0.0; 2] }
    }

    fn clear(&mut self) {
        self.sums.fill([0.0; 2]);
        self.total = [0.0; 2];
    }

    fn add(&mut self, value: f64, weight: f64) {
        let pair = [weight, weight * value];
        let mut at = self.values.partition_point(|&v| v < value) + 1;
        while let Some(sum) = self.sums.get_mut(at) {
            sum[0] += pair[0];
            sum[1] += pair[1];
            at += 1 << at.trailing_zeros();
        }
        self.total[0] += pair[0];
        self.total[1] += pair[1];
    }

    /// What the rows added so far cost.
    fn cost(&self) -> f64 {
        // the last place before which there is less than half of the weight
        let (mut at, mut below) = (0, [0.0; 2]);
        let mut step = self.sums.len().next_power_of_two() / 2;
        while step > 0 {
            if let Some(sum) = self.sums.get(at + step).filter(|sum| below[0] + sum[0] < 0.5 * self.total[0]) {
                at += step;
                below = [below[0] + sum[0], below[1] + sum[1]];
            }
            step /= 2;
        }
        let median = self.values.get(at).copied().unwrap_or(0.0);
        let above = [self.total[0] - below[0], self.total[1] - below[1]];
        ((median * below[0] - below[1]) + (above[1] - median * above[0])).max(0.0)
    }
}

fn target(node: &Node<'_>, row: u32, output: usize) -> f64 {
    let shift = node.summary.shift.get(output).copied().unwrap_or(0.0);
    node.targets.numbers(row as usize).get(output).map_or(0.0, |number| number - shift)
}

/// After how many rows what they cost, over all outputs; and what they weigh.
fn costs<'a>(node: &Node<'_>, rows: &(impl Iterator<Item = &'a u32> + Clone)) -> Vec<(f64, f64)> {
    let weight_of = |row: u32| node.weights.get(row as usize).copied().unwrap_or(0.0);
    let mut found = vec![(0.0, 0.0)];
    for &row in rows.clone() {
        let weight = found.last().map_or(0.0, |(_, weight)| *weight) + weight_of(row);
        found.push((0.0, weight));
    }
    for output in 0..node.targets.width() {
        let mut medians = Medians::new(node, output);
        medians.clear();
        for ((cost, _), &row) in found.iter_mut().skip(1).zip(rows.clone()) {
            medians.add(target(node, row, output), weight_of(row));
            *cost += medians.cost();
        }
    }
    found
}

/// What a split into rows of such costs and weights gains, if both sides are large enough.
fn gain(node: &Node<'_>, left: (f64, f64, usize), right: (f64, f64, usize)) -> Option<f64> {
    let enough = |(_, weight, count): (f64, f64, usize)| {
        count >= node.least.count.max(1) && weight >= node.least.weight && weight > 0.0
    };
    let whole = node.summary.impurity * node.summary.weight * node.targets.width() as f64;
    (enough(left) && enough(right)).then(|| (whole - left.0 - right.0).max(0.0))
}

/// The node's rows by rank, and those of no rank.
fn sorted<F: Float>(node: &Node<'_>, column: &Column<F>) -> (Vec<(u32, u32)>, Vec<u32>) {
    let (mut present, mut missing) = (Vec::with_capacity(node.rows.len()), Vec::new());
    for &row in node.rows {
        match column.ranks.get(row as usize).copied().unwrap_or(MISSING) {
            MISSING => missing.push(row),
            rank => present.push((rank, row)),
        }
    }
    present.sort_unstable();
    (present, missing)
}

/// The best threshold.
pub(crate) fn best<F: Float>(mut scan: Scan<'_, '_, F>) -> Found<F> {
    let node = scan.node;
    let (present, missing) = sorted(node, scan.column);
    let rows: Vec<u32> = present.iter().map(|&(_, row)| row).collect();
    let (n, gone) = (rows.len(), missing.len());
    let ascending = costs(node, &rows.iter());
    let with_missing_right = costs(node, &missing.iter().chain(rows.iter().rev()));
    // only if something is missing
    let descending = if gone > 0 { costs(node, &rows.iter().rev()) } else { Vec::new() };
    let with_missing_left = if gone > 0 { costs(node, &missing.iter().chain(rows.iter())) } else { Vec::new() };
    let of = |costs: &[(f64, f64)], count: usize| {
        costs.get(count).map_or((0.0, 0.0, 0), |&(cost, weight)| (cost, weight, count))
    };
    for (at, pair) in present.windows(2).enumerate().filter(|(_, pair)| pair[0].0 != pair[1].0) {
        let (left, rank) = (at + 1, pair[0].0);
        let threshold = scan.middle(rank, pair[1].0);
        if gone > 0 {
            let sides = (of(&with_missing_left, gone + left), of(&descending, n - left));
            scan.keep(gain(node, sides.0, sides.1), rank, threshold, true);
        }
        let sides = (of(&ascending, left), of(&with_missing_right, gone + n - left));
        let heavier_left = sides.0.1 >= sides.1.1;
        scan.keep(gain(node, sides.0, sides.1), rank, threshold, gone == 0 && heavier_left);
    }
    if let Some(&(last, _)) = present.last().filter(|_| gone > 0) {
        // the values on one side, what is missing on the other
        let threshold = scan.middle(last, last);
        scan.keep(gain(node, of(&ascending, n), of(&with_missing_right, gone)), last, threshold, false);
    }
    let alike = n == 0 || (gone == 0 && present.first().map(|p| p.0) == present.last().map(|p| p.0));
    scan.found(alike)
}

/// One threshold.
pub(crate) fn at<F: Float>(mut scan: Scan<'_, '_, F>, rank_left: u32, threshold: F) -> Found<F> {
    let node = scan.node;
    let (present, missing) = sorted(node, scan.column);
    let (low, high) = present.split_at(present.partition_point(|&(rank, _)| rank <= rank_left));
    let side = |some: &[(u32, u32)], more: &[u32]| {
        let rows: Vec<u32> = some.iter().map(|&(_, row)| row).chain(more.iter().copied()).collect();
        let (cost, weight) = costs(node, &rows.iter()).pop().unwrap_or_default();
        (cost, weight, rows.len())
    };
    let (left, right) = (side(low, &[]), side(high, &missing));
    if !missing.is_empty() {
        let sides = (side(low, &missing), side(high, &[]));
        scan.keep(gain(node, sides.0, sides.1), rank_left, threshold, true);
    }
    scan.keep(gain(node, left, right), rank_left, threshold, missing.is_empty() && left.1 >= right.1);
    scan.found(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::{Answers, Formula, Targets};
    use crate::{DMatrix, DVector, DecisionTreeRegressor, Fit, Predict, RegressionCriterion, Splitter};

    #[test]
    fn growing_sets_cost_what_sorting_says() {
        let values: Vec<f64> = (0..40).map(|i| f64::from((i * 17 + i * i) % 13)).collect();
        let weights: Vec<f64> = (0..40).map(|i| f64::from(i % 4) + 0.5).collect();
        let answers = Answers::Values { values: values.clone(), n_outputs: 1 };
        let targets = Targets { answers, formula: Formula::Medians };
        let rows: Vec<u32> = (0..40).collect();
        let summary = targets.summary(&rows, &weights);
        let least = crate::split::Least { count: 1, weight: 0.0 };
        let node = Node {
            labels: &crate::split::Labels::default(),
            rows: &rows,
            weights: &weights,
            targets: &targets,
            summary: &summary,
            least,
            order: None,
            categorical: &[],
        };
        for (count, (cost, _)) in costs(&node, &rows.iter()).into_iter().enumerate().skip(1) {
            let at = |m: f64| -> f64 { (0..count).map(|i| weights[i] * (values[i] - m).abs()).sum() };
            // one of the values is a best median
            let best = values[..count].iter().map(|&m| at(m)).fold(f64::INFINITY, f64::min);
            assert!((cost - best).abs() < 1e-10, "{count}: {cost} {best}");
        }
        assert!((summary.impurity * summary.weight - costs(&node, &rows.iter())[40].0).abs() < 1e-10);
    }

    #[test]
    fn leaves_answer_medians() {
        let x = DMatrix::from_column_slice(6, 1, &[1.0, 2.0, 3.0, 7.0, 8.0, 9.0]);
        let y = DVector::from_vec(vec![0.0, 1.0, 50.0, 10.0, 11.0, 12.0]);
        for splitter in [Splitter::Best, Splitter::Random] {
            let tree = DecisionTreeRegressor::new().criterion(RegressionCriterion::AbsoluteError).max_depth(1);
            let tree = tree.min_samples_leaf(3).splitter(splitter).seed(1);
            let model = tree.fit(&x, &y).unwrap();
            let answers = model.predict(&x).unwrap();
            if splitter == Splitter::Best {
                assert_eq!(answers.as_slice(), [1.0, 1.0, 1.0, 11.0, 11.0, 11.0]);
            }
            assert!(answers.iter().all(|answer| (0.0..=50.0).contains(answer)));
        }
    }

    #[test]
    fn missing_values_have_their_side_too() {
        let x = DMatrix::from_column_slice(6, 1, &[1.0, 2.0, f64::NAN, 7.0, 8.0, f64::NAN]);
        let y = DVector::from_vec(vec![0.0, 1.0, 11.0, 10.0, 11.0, 12.0]);
        let tree = DecisionTreeRegressor::new().criterion(RegressionCriterion::AbsoluteError).max_depth(1);
        let model = tree.fit(&x, &y).unwrap();
        assert_eq!(model.predict(&x).unwrap().as_slice(), [0.5, 0.5, 11.0, 11.0, 11.0, 11.0]);
    }
}
