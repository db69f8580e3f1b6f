//! Gini of sorted rows, kept up row by row.
//!
//! What a threshold gains is Σ l² / Wₗ + Σ r² / Wᵣ − Σ s² / W, and a row that goes from right to left changes one class of
//! each sum: no sum over the classes is needed at each threshold.

use crate::split::{Scan, better};
use crate::targets::{Answers, Formula};
use cairn_traits::Float;

/// Whether the node can be scanned so: classes by Gini, nothing missing, nothing constrained.
pub(crate) fn applies<F: Float>(scan: &Scan<'_, '_, F>) -> bool {
    let targets = scan.node.targets;
    let classes = matches!(targets.answers, Answers::Labels { .. }) && targets.formula == Formula::Squares;
    classes && scan.node.order.is_none() && !scan.any_missing()
}

/// The best threshold of rows sorted by rank (the upper half of a key). Returns the first and last rank.
/// `best_left` is room for the sums of the best one.
pub(crate) fn scan<F: Float>(scan: &mut Scan<'_, '_, F>, keys: &[u64], best_left: &mut Vec<f64>) -> Option<(u32, u32)> {
    let node = scan.node;
    let rank = |key: u64| (key >> 32) as u32;
    let (first, last) = (rank(*keys.first()?), rank(*keys.last()?));
    let (total, totals) = (node.summary.weight, &node.summary.sums[..]);
    // still zeros
    let mut left = std::mem::take(&mut scan.left.sums);
    let (mut squares_left, mut squares_right) = (0.0, totals.iter().map(|s| s * s).sum::<f64>());
    let whole = squares_right / total;
    let scale = node.targets.scale(node.summary);
    let (mut weight, mut before) = (0.0, first);
    let mut best: Option<(f64, usize)> = None;
    let mut best_weight = 0.0;
    for (count, &key) in keys.iter().enumerate() {
        let here = rank(key);
        if here != before {
            let right = total - weight;
            let enough = count >= node.least.count && keys.len() - count >= node.least.count;
            // Σ l² / Wₗ + Σ r² / Wᵣ with one division
            let gain = (squares_left * right + squares_right * weight) / (weight * right) - whole;
            if enough
                && weight.min(right) >= node.least.weight
                && weight.min(right) > 0.0
                && better(gain, best.map(|best| best.0), scale)
            {
                best = Some((gain, count));
                best_left.clear();
                best_left.extend_from_slice(&left);
                best_weight = weight;
            }
            before = here;
        }
        let place = key as u32 as usize;
        let row_weight = node.labels.weights.get(place).copied().unwrap_or(0.0);
        let class = node.labels.classes.get(place).map_or(0, |&class| class as usize);
        if let (Some(sum), Some(&all)) = (left.get_mut(class), totals.get(class)) {
            squares_left += row_weight * (2.0 * *sum + row_weight);
            squares_right -= row_weight * (2.0 * (all - *sum) - row_weight);
            *sum += row_weight;
        }
        weight += row_weight;
    }
    if let Some((_, count)) = best {
        let (low, high) = (rank(keys[count - 1]), rank(keys[count]));
        // as all other gains are computed
        let gain = node.targets.gain(node.summary, best_left, best_weight).max(0.0);
        let threshold = scan.middle(low, high);
        scan.keep(Some(gain), low, threshold, best_weight >= total - best_weight);
    }
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use crate::split::{Found, Labels, Least, Node, Scan};
    use crate::targets::{Answers, Formula, Targets};
    use cairn_numeric::stream;
    use cairn_traits::DMatrix;
    use rand::RngExt;

    #[test]
    fn kept_up_sums_find_what_added_up_ones_find() {
        let mut rng = stream(1, 0);
        for trial in 0..200 {
            let n = 2 + trial % 40;
            let x = DMatrix::from_fn(n, 1, |_, _| f64::from(rng.random_range(0..20_u32)));
            let columns = crate::columns::ranked(&x).unwrap();
            let class: Vec<u32> = (0..n).map(|_| rng.random_range(0..4)).collect();
            let weights: Vec<f64> = (0..n).map(|_| f64::from(rng.random_range(1..5_u32)) / 4.0).collect();
            let targets = Targets { answers: Answers::Labels { class, n_classes: 4 }, formula: Formula::Squares };
            let rows: Vec<u32> = (0..n as u32).collect();
            let summary = targets.summary(&rows, &weights);
            let least = Least { count: 1 + trial % 3, weight: 0.5 };
            let (targets, summary) = (&targets, &summary);
            let mut labels = Labels::default();
            labels.gather(targets, &weights, &rows);
            let node = Node {
                labels: &labels,
                rows: &rows,
                weights: &weights,
                targets,
                summary,
                least,
                order: None,
                categorical: &[],
            };
            let mut keys: Vec<u64> =
                rows.iter().map(|&row| u64::from(columns[0].ranks[row as usize]) << 32 | u64::from(row)).collect();
            keys.sort_unstable();
            let mut kept_up = Scan::new(&node, 0, &columns[0]);
            super::scan(&mut kept_up, &keys, &mut Vec::new());
            let mut added_up = Scan::new(&node, 0, &columns[0]);
            crate::sweep::by_keys(&mut added_up, &keys);
            match (kept_up.found(false), added_up.found(false)) {
                (Found::Split(a), Found::Split(b)) => {
                    assert_eq!((a.threshold, a.rank_left, a.missing_left), (b.threshold, b.rank_left, b.missing_left));
                    assert_eq!(a.gain, b.gain);
                }
                (Found::Nothing, Found::Nothing) => {}
                _ => panic!("one of them found nothing"),
            }
        }
    }
}
