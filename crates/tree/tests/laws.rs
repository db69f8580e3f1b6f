//! What trees must satisfy on any rows.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_tree::{
    DMatrix, DVector, DecisionTreeClassifier, DecisionTreeRegressor, Fit, GradientBoostingRegressor,
    GradientBoostingRegressorModel, MaxFeatures, Predict, Question, RandomForestClassifier, RandomForestRegressor,
    RegressionCriterion, Tree,
};
use proptest::prelude::*;

type Limits = (usize, usize, Option<usize>);

/// Whole numbers, so that there are ties, with targets that are whole numbers too.
fn data() -> impl Strategy<Value = (DMatrix<f64>, DVector<f64>)> {
    (2..50_usize, 1..4_usize).prop_flat_map(|(n, p)| {
        let cells = prop::collection::vec(-8..8_i32, n * p);
        let targets = prop::collection::vec(-20..20_i32, n);
        (cells, targets).prop_map(move |(cells, targets)| {
            let x = DMatrix::from_iterator(n, p, cells.into_iter().map(f64::from));
            (x, DVector::from_iterator(n, targets.into_iter().map(f64::from)))
        })
    })
}

/// Depth, rows of a leaf, leaves.
fn limits() -> impl Strategy<Value = Limits> {
    (1..6_usize, 1..5_usize, prop::option::of(2..9_usize))
}

fn grown(x: &DMatrix<f64>, y: &DVector<f64>, (depth, leaf, leaves): Limits) -> Tree<f64> {
    let tree = DecisionTreeRegressor::new().max_depth(depth).min_samples_leaf(leaf);
    let tree = if let Some(leaves) = leaves { tree.max_leaf_nodes(leaves) } else { tree };
    tree.fit(x, y).unwrap().tree().clone()
}

/// Labels 0, 1, 2 by the remainder, with at least two of them.
fn labels(y: &DVector<f64>) -> Vec<usize> {
    let mut labels: Vec<usize> = y.iter().map(|&y| (y as i64).rem_euclid(3) as usize).collect();
    if labels.iter().all(|&label| label == labels[0]) {
        labels[0] = (labels[0] + 1) % 3;
    }
    labels
}

/// One row for each set of features, the first.
fn distinct(x: &DMatrix<f64>) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    for row in 0..x.nrows() {
        if kept.iter().all(|&other| x.row(other) != x.row(row)) {
            kept.push(row);
        }
    }
    kept
}

proptest! {
    #[test]
    fn a_strictly_increasing_map_of_a_feature_changes_no_partition((x, y) in data(), limits in limits()) {
        let bent = DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| {
            let v = x[(i, j)];
            match j { 0 => v * v * v + v, 1 => v.exp(), _ => 1e-9 * v - 5.0 }
        });
        let (plain, other) = (grown(&x, &y, limits), grown(&bent, &y, limits));
        let shape = |tree: &Tree<f64>| -> Vec<_> {
            let asked = |q: &Question<f64>| (q.feature, q.left, q.right, q.missing_left);
            tree.nodes().iter().map(|node| (node.n_samples, node.question.as_ref().map(asked))).collect()
        };
        prop_assert_eq!(shape(&plain), shape(&other));
        let boosting = GradientBoostingRegressor::new().n_estimators(3).min_samples_leaf(limits.1);
        let boosted = |x: &DMatrix<f64>| -> DVector<f64> {
            let model: GradientBoostingRegressorModel<f64> = boosting.fit(x, &y).unwrap();
            model.predict(x).unwrap()
        };
        prop_assert_eq!(boosted(&x), boosted(&bent));
    }

    #[test]
    fn the_order_of_rows_does_not_matter((x, y) in data(), limits in limits(), shift in 1..49_usize) {
        let order: Vec<usize> = (0..x.nrows()).map(|row| (row + shift) % x.nrows()).collect();
        let (tree, other) = (grown(&x, &y, limits), grown(&x.select_rows(&order), &y.select_rows(&order), limits));
        prop_assert_eq!(tree.n_leaves(), other.n_leaves());
        let answers =
            |tree: &Tree<f64>| -> Vec<f64> { (0..tree.nodes().len()).map(|node| tree.value(node)[0]).collect() };
        prop_assert!(answers(&tree).iter().zip(answers(&other)).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn answers_go_with_the_targets((x, y) in data(), limits in limits(), b in -50..50_i32) {
        let (a, b) = (4.0, f64::from(b));
        let model = |y: &DVector<f64>| {
            DecisionTreeRegressor::new().max_depth(limits.0).min_samples_leaf(limits.1).fit(&x, y).unwrap()
        };
        let (plain, moved) = (model(&y).predict(&x).unwrap(), model(&y.map(|y| a * y + b)).predict(&x).unwrap());
        prop_assert!((plain.map(|y| a * y + b) - moved).amax() < 1e-10);
    }

    #[test]
    fn distinct_rows_are_learned_by_heart((x, y) in data()) {
        let rows = distinct(&x);
        prop_assume!(rows.len() > 1);
        let (x, y) = (x.select_rows(&rows), y.select_rows(&rows));
        for criterion in [RegressionCriterion::SquaredError, RegressionCriterion::AbsoluteError] {
            let model = DecisionTreeRegressor::new().criterion(criterion).fit(&x, &y).unwrap();
            prop_assert_eq!(&model.predict(&x).unwrap(), &y);
        }
        let labels = labels(&y);
        prop_assert_eq!(DecisionTreeClassifier::new().fit(&x, &labels[..]).unwrap().predict(&x).unwrap(), labels);
    }

    #[test]
    fn answers_stay_within_the_targets((x, y) in data(), limits in limits(), far in -100.0..100.0_f64) {
        let forest = RandomForestRegressor::new(3).max_depth(limits.0).min_samples_leaf(limits.1).fit(&x, &y).unwrap();
        let asked = DMatrix::from_element(3, x.ncols(), far);
        for answer in forest.predict(&asked).unwrap().iter().chain(&forest.predict(&x).unwrap()) {
            prop_assert!((y.min() - 1e-12..=y.max() + 1e-12).contains(answer));
        }
    }

    #[test]
    fn leaves_are_no_smaller_than_allowed((x, y) in data(), limits in limits()) {
        let tree = grown(&x, &y, limits);
        let leaves = tree.nodes().iter().filter(|node| node.question.is_none());
        let sizes: Vec<usize> = leaves.map(|node| node.n_samples).collect();
        prop_assert!(sizes.len() == 1 || sizes.iter().all(|&size| size >= limits.1));
        prop_assert_eq!(sizes.iter().sum::<usize>(), x.nrows());
        prop_assert!(tree.depth() <= limits.0 && limits.2.is_none_or(|most| sizes.len() <= most));
    }

    #[test]
    fn pruned_trees_are_nested((x, y) in data()) {
        let model = DecisionTreeRegressor::new().fit(&x, &y).unwrap();
        let path = model.pruning_path();
        prop_assert!(path.ccp_alphas.is_sorted() && path.impurities.is_sorted_by(|a, b| *a <= b + 1e-12));
        let mut larger: Option<Vec<usize>> = None;
        for &alpha in &path.ccp_alphas {
            let leaves = model.clone().pruned(alpha * (1.0 + 1e-9) + 1e-9).unwrap().apply(&x).unwrap();
            if let Some(before) = &larger {
                // rows that were together stay together
                for (a, b) in (0..x.nrows()).zip(1..x.nrows()) {
                    prop_assert!(before[a] != before[b] || leaves[a] == leaves[b]);
                }
            }
            larger = Some(leaves);
        }
        prop_assert!(larger.unwrap().iter().all(|&leaf| leaf == 0), "at the end there is the root alone");
    }

    #[test]
    fn importances_are_shares((x, y) in data(), limits in limits()) {
        let sum: f64 = grown(&x, &y, limits).feature_importances().iter().sum();
        prop_assert!(sum == 0.0 || (sum - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_forest_of_one_undrawn_tree_is_the_tree((x, y) in data(), limits in limits()) {
        let labels = labels(&y);
        let tree = DecisionTreeClassifier::new().max_depth(limits.0).min_samples_leaf(limits.1);
        let forest = RandomForestClassifier::new(1).max_depth(limits.0).min_samples_leaf(limits.1);
        let forest = forest.bootstrap(false).max_features(MaxFeatures::All).fit(&x, &labels[..]).unwrap();
        let alone = tree.fit(&x, &labels[..]).unwrap();
        prop_assert_eq!(forest.trees(), std::slice::from_ref(alone.tree()));
    }
}
