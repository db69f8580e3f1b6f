//! Splits of categories into two sets.
//!
//! Categories are put in the order of their mean answers, and cut there. For one output, or two classes, no other pair of
//! sets is better (Fisher 1958; Breiman et al. 1984, theorem 4.5). For several the order is that along the direction in which
//! their mean answers differ most (Coppersmith, Hong and Hosking 1999).

use crate::columns::MISSING;
use crate::split::{Found, Scan, Sets, Side};
use cairn_traits::Float;

/// Steps towards the direction in which the means differ most: its sign and rough place are enough for an order.
const STEPS: usize = 32;

/// What the node's rows of one category sum up to.
struct Cell {
    rank: u32,
    side: Side,
}

/// The best pair of sets; with a `draw` in [0, 1) the cut is drawn.
pub(crate) fn best<F: Float>(mut scan: Scan<'_, '_, F>, draw: Option<f64>) -> Found<F> {
    let cells = cells(&mut scan);
    let scores = scores(&cells);
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(cells[a].rank.cmp(&cells[b].rank)));
    let last = cells.len().saturating_sub(1);
    let drawn = draw.map(|draw| (draw * last as f64) as usize);
    for (cut, &cell) in order.iter().enumerate() {
        let Side { sums, weight, count } = &cells[cell].side;
        scan.join(sums, *weight, *count);
        // with all of them on the left, what is missing may be on the right
        if drawn.is_none_or(|drawn| drawn == cut) && (cut < last || scan.any_missing()) {
            scan.consider(cut as u32, F::zero());
        }
    }
    let alike = cells.len() + usize::from(scan.any_missing()) < 2;
    match scan.found(alike) {
        Found::Split(mut split) => {
            let (left, right) = order.split_at(split.rank_left as usize + 1);
            let ranks = |some: &[usize]| {
                let mut ranks: Vec<u32> = some.iter().map(|&cell| cells[cell].rank).collect();
                ranks.sort_unstable();
                ranks
            };
            split.sets = Some(Sets { left: ranks(left), right: ranks(right) });
            Found::Split(split)
        }
        other => other,
    }
}

/// One cell for each category in the node, by rank.
fn cells<F: Float>(scan: &mut Scan<'_, '_, F>) -> Vec<Cell> {
    let (node, column) = (scan.node, scan.column);
    let mut keys: Vec<(u32, u32)> = Vec::with_capacity(node.rows.len());
    for &row in node.rows {
        match column.ranks.get(row as usize).copied().unwrap_or(MISSING) {
            MISSING => scan.add_missing(row),
            rank => keys.push((rank, row)),
        }
    }
    keys.sort_unstable();
    let of = |run: &[(u32, u32)]| {
        let mut side = Side::new(node.targets.width());
        run.iter().for_each(|&(_, row)| side.add(node, row));
        Cell { rank: run[0].0, side }
    };
    keys.chunk_by(|a, b| a.0 == b.0).map(of).collect()
}

/// Where each category stands.
fn scores(cells: &[Cell]) -> Vec<f64> {
    let width = cells.first().map_or(0, |cell| cell.side.sums.len());
    let total: f64 = cells.iter().map(|cell| cell.side.weight).sum();
    let centre: Vec<f64> =
        (0..width).map(|at| cells.iter().map(|cell| cell.side.sums[at]).sum::<f64>() / total).collect();
    let means: Vec<Vec<f64>> = cells
        .iter()
        .map(|cell| cell.side.sums.iter().zip(&centre).map(|(sum, centre)| sum / cell.side.weight - centre).collect())
        .collect();
    let along = |direction: &[f64], mean: &[f64]| direction.iter().zip(mean).map(|(d, m)| d * m).sum::<f64>();
    // power iteration, from the mean that is farthest out
    let size = |mean: &[f64]| along(mean, mean);
    let farthest = means.iter().reduce(|a, b| if size(b) > size(a) { b } else { a });
    let mut direction = farthest.cloned().unwrap_or_default();
    for _ in 0..if width > 2 { STEPS } else { 0 } {
        let mut next = vec![0.0; width];
        for (cell, mean) in cells.iter().zip(&means) {
            let pull = cell.side.weight * along(&direction, mean);
            next.iter_mut().zip(mean).for_each(|(next, m)| *next += pull * m);
        }
        let length = size(&next).sqrt();
        if length <= 0.0 || length.is_nan() {
            break;
        }
        direction = next.into_iter().map(|d| d / length).collect();
    }
    // small means on the left, of classes small shares of the last one
    let sign = if direction.last().is_some_and(|&d| d < 0.0) { -1.0 } else { 1.0 };
    means.iter().map(|mean| sign * along(&direction, mean)).collect()
}

#[cfg(test)]
mod tests {
    use crate::{
        DMatrix, DVector, DecisionTreeClassifier, DecisionTreeClassifierModel, DecisionTreeRegressor, Error,
        ExtraTreesRegressor, Fit, Persist, Predict, RandomForestClassifier, RegressionCriterion, rows,
    };

    fn column(values: &[f64]) -> DMatrix<f64> {
        DMatrix::from_column_slice(values.len(), 1, values)
    }

    #[test]
    fn one_question_parts_what_numbers_need_many_for() {
        let x = DMatrix::from_fn(60, 1, |i, _| (i % 6) as f64);
        let y = DVector::from_fn(60, |i, _| if i % 2 == 0 { 1.0 } else { 5.0 });
        let tree = DecisionTreeRegressor::new().categorical_features([0]).max_depth(1).fit(&x, &y).unwrap();
        assert_eq!(tree.predict(&x).unwrap(), y);
        assert_eq!(
            tree.tree().to_text(&["word"]),
            "word in {0, 2, 4} or missing\n  → [1.0]\nword in {1, 3, 5}\n  → [5.0]\n"
        );
        assert!(tree.tree().to_dot(&[]).contains("x0 in {0, 2, 4}"));
        // neither a category never seen nor a missing one is of the other side
        assert_eq!(tree.predict(&column(&[17.0, f64::NAN])).unwrap().as_slice(), [1.0, 1.0]);
    }

    #[test]
    fn the_sets_are_the_best_of_all() {
        let x = DMatrix::from_fn(80, 1, |i, _| ((i * i + 3 * i) % 7) as f64);
        let y: Vec<usize> = (0..80).map(|i| usize::from((i * 37 + i * i) % 11 > 4)).collect();
        let tree = DecisionTreeClassifier::new().categorical_features([0]).max_depth(1).fit(&x, &y[..]).unwrap();
        let gini = |rows: &[usize]| {
            let ones = rows.iter().filter(|&&row| y[row] == 1).count() as f64;
            2.0 * ones * (rows.len() as f64 - ones) / (rows.len() as f64).max(1.0)
        };
        let best = (1..127_u32).map(|set| {
            let (left, right): (Vec<usize>, Vec<usize>) = (0..80).partition(|&row| set >> x[row] as u32 & 1 == 1);
            gini(&left) + gini(&right)
        });
        let best = best.fold(f64::INFINITY, f64::min);
        let found: f64 = tree.tree().nodes()[1..].iter().map(|node| node.weight * node.impurity).sum();
        assert!((found - best).abs() < 1e-12, "{found} {best}");
    }

    #[test]
    fn several_classes_are_parted_where_they_differ_most() {
        // categories 0 and 3 are of class 0, the others of classes 1 and 2
        let x = DMatrix::from_fn(60, 1, |i, _| (i % 6) as f64);
        let y: Vec<usize> = (0..60).map(|i| [0, 1, 2, 0, 1, 2][i % 6]).collect();
        let tree = DecisionTreeClassifier::new().categorical_features([0]).fit(&x, &y[..]).unwrap();
        assert_eq!(tree.predict(&x).unwrap(), y);
        assert_eq!(tree.tree().n_leaves(), 3);
        let text = tree.to_json().unwrap();
        assert_eq!(DecisionTreeClassifierModel::<f64>::from_json(&text).unwrap(), tree);
        let torn = text.replacen("\"left\":[", "\"left\":[9e99,", 1);
        assert!(torn != text && DecisionTreeClassifierModel::<f64>::from_json(&torn).is_err());
    }

    #[test]
    fn missing_categories_fit_where_they_do() {
        let x = column(&[0.0, 0.0, 1.0, 1.0, f64::NAN, f64::NAN]);
        let y = DVector::from_vec(vec![0.0, 0.0, 9.0, 9.0, 9.0, 9.0]);
        let tree = DecisionTreeRegressor::new().categorical_features([0]).fit(&x, &y).unwrap();
        assert_eq!(tree.predict(&x).unwrap(), y);
        assert_eq!(tree.tree().n_leaves(), 2);
    }

    #[test]
    fn forests_draw_sets_too() {
        let x = DMatrix::from_fn(120, 2, |i, j| if j == 0 { (i % 8) as f64 } else { ((i * i) % 31) as f64 });
        let y: Vec<usize> = (0..120).map(|i| (i % 8) % 2).collect();
        let forest = RandomForestClassifier::new(10).categorical_features([0]).fit(&x, &y[..]).unwrap();
        assert_eq!(forest.predict(&x).unwrap(), y);
        let targets = DVector::from_fn(120, |i, _| y[i] as f64);
        let extra = ExtraTreesRegressor::new(10).categorical_features([0]).fit(&x, &targets).unwrap();
        assert!((extra.predict(&x).unwrap() - targets).amax() < 1e-12);
    }

    #[test]
    fn what_is_no_category_is_refused() {
        let y = DVector::from_vec(vec![0.0, 1.0]);
        let fit = |x: &DMatrix<f64>| DecisionTreeRegressor::new().categorical_features([0]).fit(x, &y).err();
        for wrong in [-1.0, 0.5] {
            let found = fit(&rows(&[[1.0], [wrong]]));
            assert!(matches!(found, Some(Error::Domain { what: "x", found, .. }) if found == wrong));
        }
        let x = rows(&[[1.0], [2.0]]);
        let named = |found: Option<Error>| matches!(found, Some(Error::Parameter { name: "categorical_features", .. }));
        assert!(named(DecisionTreeRegressor::new().categorical_features([1]).fit(&x, &y).err()));
        let absolute = DecisionTreeRegressor::new().criterion(RegressionCriterion::AbsoluteError);
        assert!(named(absolute.categorical_features([0]).fit(&x, &y).err()));
    }
}
