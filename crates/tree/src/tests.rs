use crate::{
    ClassWeights, ClassificationCriterion, DMatrix, DVector, DecisionTreeClassifier, DecisionTreeClassifierModel,
    DecisionTreeRegressor, Error, ExtraTreesClassifier, Fit, FitWeighted, MaxFeatures, Monotone, Persist, Predict,
    Probabilistic, RandomForestClassifier, RandomForestRegressor, RegressionCriterion, Splitter, rows,
};
use cairn_numeric::stream;
use rand::RngExt;

/// Random rows on a grid of `levels`, so that there are ties, and three classes of two columns.
fn drawn(n: usize, p: usize, levels: u32, seed: u64) -> (DMatrix<f64>, Vec<usize>) {
    let mut rng = stream(seed, 0);
    let x = DMatrix::from_fn(n, p, |_, _| f64::from(rng.random_range(0..levels)));
    let half = f64::from(levels) / 2.0;
    let y = x.row_iter().map(|row| usize::from(row[0] > half) + usize::from(row[1] > half)).collect();
    (x, y)
}

#[test]
fn tied_values_hide_no_threshold() {
    let x = rows(&[[1.0], [1.0], [1.0], [1.0], [2.0], [2.0], [2.0], [2.0]]);
    let model = DecisionTreeClassifier::new().fit(&x, &[0, 0, 0, 1, 1, 1, 1, 1]).unwrap();
    let root = model.tree().nodes()[0].question.clone().unwrap();
    assert_eq!((root.feature, root.threshold), (0, 1.5));
    assert_eq!(model.predict_proba(&rows(&[[1.0]])).unwrap(), rows(&[[0.75, 0.25]]));
}

#[test]
fn the_scale_of_a_feature_does_not_matter() {
    for scale in [1e-300, 1e-9, 1.0, 1e9, 1e300] {
        let x = rows(&[[0.0], [1.0], [2.0], [3.0]]) * scale;
        let model = DecisionTreeClassifier::new().fit(&x, &[0, 1, 0, 1]).unwrap();
        assert_eq!(model.predict(&x).unwrap(), [0, 1, 0, 1], "{scale}");
    }
}

#[test]
fn a_question_without_gain_may_lead_to_one_with() {
    // exclusive or: no first question helps
    let x = rows(&[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    let model = DecisionTreeClassifier::new().fit(&x, &[0, 1, 1, 0]).unwrap();
    assert_eq!(model.predict(&x).unwrap(), [0, 1, 1, 0]);
    assert_eq!(model.tree().nodes()[0].question.as_ref().unwrap().feature, 0);
}

#[test]
fn ties_go_to_the_lower_feature_then_the_lower_threshold() {
    let x = rows(&[[5.0, 0.0], [6.0, 1.0], [7.0, 2.0], [8.0, 3.0]]);
    let model = DecisionTreeClassifier::new().max_depth(1).fit(&x, &[0, 1, 1, 0]).unwrap();
    let root = model.tree().nodes()[0].question.clone().unwrap();
    assert_eq!((root.feature, root.threshold), (0, 5.5));
}

#[test]
fn sorting_and_counting_find_the_same_tree() {
    // a column of few values is counted; with a copy that makes all values distinct only sorting is left
    let (x, y) = drawn(300, 3, 8, 1);
    let finer = DMatrix::from_fn(300, 3, |i, j| x[(i, j)] + 1e-6 * i as f64);
    for (x, other) in [(&x, &x), (&finer, &finer)] {
        let model = DecisionTreeClassifier::new().fit(x, &y).unwrap();
        assert_eq!(model.predict(other).unwrap(), y);
        // low or high in the first column times low or high in the second
        assert_eq!(model.tree().n_leaves(), 4);
    }
}

#[test]
fn missing_values_go_where_they_fit() {
    let nan = f64::NAN;
    let x = rows(&[[0.0], [1.0], [2.0], [3.0], [nan], [nan]]);
    let left = DecisionTreeClassifier::new().fit(&x, &[0, 0, 1, 1, 0, 0]).unwrap();
    let root = left.tree().nodes()[0].question.clone().unwrap();
    assert_eq!((root.threshold, root.missing_left), (1.5, true));
    assert_eq!(left.predict(&x).unwrap(), [0, 0, 1, 1, 0, 0]);
    // being missing is itself an answer
    let apart = DecisionTreeClassifier::new().fit(&x, &[0, 0, 0, 0, 1, 1]).unwrap();
    assert_eq!(apart.tree().n_leaves(), 2);
    assert_eq!(apart.predict(&rows(&[[nan], [99.0], [3.0]])).unwrap()[0], 1);
    assert_eq!(apart.predict(&rows(&[[nan], [2.0], [3.0]])).unwrap(), [1, 0, 0]);
}

#[test]
fn limits_are_honoured() {
    let (x, y) = drawn(400, 4, 50, 2);
    let noisy: Vec<usize> = y.iter().enumerate().map(|(i, &y)| if i % 7 == 0 { 2 - y } else { y }).collect();
    let base = DecisionTreeClassifier::new();
    let leaves = |m: &DecisionTreeClassifierModel<f64>| -> Vec<(usize, f64)> {
        let leaves = m.tree().nodes().iter().filter(|node| node.question.is_none());
        leaves.map(|node| (node.n_samples, node.weight)).collect()
    };
    assert_eq!(base.clone().max_depth(1).fit(&x, &noisy).unwrap().tree().nodes().len(), 3);
    assert!(base.clone().max_depth(3).fit(&x, &noisy).unwrap().tree().depth() <= 3);
    assert_eq!(base.clone().max_leaf_nodes(6).fit(&x, &noisy).unwrap().tree().n_leaves(), 6);
    assert!(leaves(&base.clone().min_samples_leaf(9).fit(&x, &noisy).unwrap()).iter().all(|leaf| leaf.0 >= 9));
    let heavy = base.clone().min_weight_fraction_leaf(0.05).fit(&x, &noisy).unwrap();
    assert!(leaves(&heavy).iter().all(|leaf| leaf.1 >= 20.0));
    let split = base.min_samples_split(50).fit(&x, &noisy).unwrap();
    assert!(split.tree().nodes().iter().all(|node| node.question.is_none() || node.n_samples >= 50));
}

#[test]
fn the_pruning_path_is_nested_and_ends_at_the_root() {
    let (x, y) = drawn(200, 3, 30, 3);
    let noisy: Vec<usize> = y.iter().enumerate().map(|(i, &y)| if i % 5 == 0 { 2 - y } else { y }).collect();
    let model = DecisionTreeClassifier::new().fit(&x, &noisy).unwrap();
    let path = model.pruning_path();
    assert!(path.ccp_alphas.len() > 3 && path.ccp_alphas.is_sorted() && path.impurities.is_sorted());
    let mut last = model.tree().n_leaves();
    for &alpha in &path.ccp_alphas[1..] {
        // a little more than the knee, so that rounding in the sums does not decide
        let tree = model.clone().pruned(alpha * (1.0 + 1e-9)).unwrap();
        tree.to_json().unwrap();
        assert!(tree.tree().n_leaves() < last);
        last = tree.tree().n_leaves();
    }
    assert_eq!(last, 1);
    let root = model.tree().nodes()[0].impurity;
    assert!((path.impurities.last().unwrap() - root).abs() < 1e-12);
}

#[test]
fn weights_are_repetitions() {
    let (x, y) = drawn(60, 3, 10, 4);
    let weights: Vec<f64> = (0..60).map(|i| f64::from(i % 4)).collect();
    let repeated: Vec<usize> = (0..60).flat_map(|i| std::iter::repeat_n(i, i % 4)).collect();
    let twice = DecisionTreeRegressor::new().max_depth(4);
    let target = DVector::from_iterator(60, y.iter().enumerate().map(|(i, &y)| (y * 10 + i % 3) as f64));
    let weighted = twice.fit_weighted(&x, &target, &weights).unwrap();
    let whole = twice.fit(&x.select_rows(&repeated), &target.select_rows(&repeated)).unwrap();
    assert!((weighted.predict(&x).unwrap() - whole.predict(&x).unwrap()).amax() < 1e-12 * 30.0);
}

#[test]
fn balanced_classes_weigh_the_same() {
    // one row of class 1 against three of class 0 with the same x: 3 * 2/3 against 1 * 2
    let x = rows(&[[1.0], [1.0], [1.0], [1.0]]);
    let balanced = DecisionTreeClassifier::new().class_weights(ClassWeights::Balanced).fit(&x, &[0, 0, 0, 1]).unwrap();
    let p = balanced.predict_proba(&x).unwrap();
    assert!((p[(0, 0)] - 0.5_f64).abs() < 1e-15);
}

#[test]
fn a_poisson_tree_finds_where_the_rate_changes() {
    let x = rows(&[[1.0], [2.0], [3.0], [4.0]]);
    let y = DVector::from_vec(vec![1.0, 1.0, 5.0, 7.0]);
    let model = DecisionTreeRegressor::new().criterion(RegressionCriterion::Poisson).max_depth(1).fit(&x, &y).unwrap();
    assert_eq!(model.predict(&x).unwrap().as_slice(), [1.0, 1.0, 6.0, 6.0]);
    let negative = DVector::from_vec(vec![1.0, -1.0, 5.0, 7.0]);
    let refused = DecisionTreeRegressor::new().criterion(RegressionCriterion::Poisson).fit(&x, &negative);
    assert!(matches!(refused, Err(Error::Domain { what: "y", row: Some(1), .. })));
}

#[test]
fn several_outputs_share_their_questions() {
    let x = rows(&[[1.0], [2.0], [3.0]]);
    let y = rows(&[[0.0, 5.0], [0.0, 5.0], [1.0, 9.0]]);
    let model = DecisionTreeRegressor::new().fit(&x, &y).unwrap();
    assert_eq!(model.predict(&x).unwrap(), y);
    assert_eq!(model.tree().n_leaves(), 2);
}

#[test]
fn a_forest_of_one_tree_without_draws_is_the_tree() {
    let (x, y) = drawn(150, 4, 20, 5);
    let forest = RandomForestClassifier::new(1).bootstrap(false).max_features(MaxFeatures::All).fit(&x, &y).unwrap();
    let tree = DecisionTreeClassifier::new().fit(&x, &y).unwrap();
    assert_eq!(&forest.trees()[0], tree.tree());
    let random = ExtraTreesClassifier::new(1).max_features(MaxFeatures::All).seed(3).fit(&x, &y).unwrap();
    let tree = DecisionTreeClassifier::new().splitter(Splitter::Random).seed(3).fit(&x, &y).unwrap();
    assert_eq!(&random.trees()[0], tree.tree());
}

#[test]
fn the_trees_of_a_forest_differ_and_their_seed_repeats_them() {
    let (x, y) = drawn(150, 4, 20, 6);
    let fit = |seed| RandomForestClassifier::new(3).seed(seed).fit(&x, &y).unwrap();
    let forest = fit(1);
    assert_ne!(forest.trees()[0], forest.trees()[1]);
    assert_eq!(forest, fit(1));
    assert_ne!(forest, fit(2));
    assert!((forest.feature_importances().iter().sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn rows_out_of_the_bag_tell_how_good_a_forest_is() {
    let (x, y) = drawn(400, 4, 20, 7);
    let score = |y: &[usize]| RandomForestClassifier::new(40).oob_score(true).fit(&x, y).unwrap().oob_score().unwrap();
    assert!(score(&y) > 0.9);
    // coins cannot be known: were rows in the bag counted, the score would be near 1; 0.15 is six standard deviations
    let mut rng = stream(8, 0);
    let coins: Vec<usize> = (0..400).map(|_| rng.random_range(0..2)).collect();
    assert!((score(&coins) - 0.5).abs() < 0.15);
    let target = DVector::from_iterator(400, y.iter().map(|&y| y as f64));
    let model = RandomForestRegressor::new(40).oob_score(true).fit(&x, &target).unwrap();
    assert!(model.oob_score().unwrap() > 0.9);
}

#[test]
fn threads_change_no_bit() {
    let (x, y) = drawn(3000, 8, 500, 9);
    let fit = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let criterion = ClassificationCriterion::Entropy;
            let tree = DecisionTreeClassifier::new().criterion(criterion).fit(&x, &y).unwrap();
            (tree, RandomForestClassifier::new(5).fit(&x, &y).unwrap())
        })
    };
    let one = fit(1);
    assert_eq!(one, fit(2));
    assert_eq!(one, fit(7));
}

#[test]
fn what_cannot_be_is_refused() {
    let (x, y) = (rows(&[[0.0], [1.0]]), [0, 1]);
    let parameter = |model: Result<DecisionTreeClassifierModel<f64>, Error>| match model.err() {
        Some(Error::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let new = DecisionTreeClassifier::new;
    assert_eq!(parameter(new().max_depth(0).fit(&x, &y)), "max_depth");
    assert_eq!(parameter(new().min_samples_split(1).fit(&x, &y)), "min_samples_split");
    assert_eq!(parameter(new().max_features(MaxFeatures::Fraction(0.0)).fit(&x, &y)), "max_features");
    assert_eq!(parameter(new().ccp_alpha(f64::NAN).fit(&x, &y)), "ccp_alpha");
    assert_eq!(new().fit(&x, &[1, 1]).err(), Some(Error::Classes { needed: 2, found: 1 }));
    assert!(matches!(
        ExtraTreesClassifier::new(3).oob_score(true).fit(&x, &y),
        Err(Error::Parameter { name: "oob_score", .. })
    ));
}

#[test]
fn a_file_with_a_circle_is_refused() {
    let model = DecisionTreeClassifier::new().fit(&rows(&[[0.0], [1.0]]), &[0, 1]).unwrap();
    let file = model.to_json().unwrap();
    for (from, to) in [
        ("\"left\":2", "\"left\":0"),
        ("\"left\":2", "\"left\":3"),
        ("\"left\":2", "\"left\":1"),
        ("\"feature\":0", "\"feature\":1"),
        ("\"classes\":[0,1]", "\"classes\":[1,0]"),
        ("\"width\":2", "\"width\":1"),
    ] {
        assert!(file.contains(from), "{file}");
        assert!(DecisionTreeClassifierModel::<f64>::from_json(&file.replace(from, to)).is_err(), "{to}");
    }
    assert_eq!(DecisionTreeClassifierModel::from_json(&file).unwrap(), model);
}

#[test]
fn a_graph_quotes_its_names() {
    let model = DecisionTreeClassifier::new().fit(&rows(&[[0.0], [1.0]]), &[0, 1]).unwrap();
    let dot = model.tree().to_dot(&["a \"b\""]);
    assert!(dot.contains("0 [label=\"a \\\"b\\\" ≤ 0.5\\nimpurity 0.5000\\nrows 2\\n[0.5, 0.5]\"];"), "{dot}");
    assert!(dot.contains("0 -> 2 [label=\"yes\"];"));
}

#[test]
fn constraints_keep_answers_in_order() {
    let x = DMatrix::from_fn(300, 2, |i, j| ((i * (31 + 2 * j) + i * i) % [97, 89][j]) as f64 / 50.0);
    let y = DVector::from_fn(300, |i, _| (4.0 * x[(i, 0)]).sin() + x[(i, 1)]);
    let labels: Vec<usize> = y.iter().map(|&y| usize::from(y > 1.0)).collect();
    let line = |other: f64| DMatrix::from_fn(100, 2, |i, j| if j == 0 { i as f64 / 50.0 } else { other });
    for (order, sign) in [(Monotone::Increasing, 1.0), (Monotone::Decreasing, -1.0)] {
        let in_order = |answers: &[f64]| answers.windows(2).all(|pair| sign * (pair[1] - pair[0]) >= -1e-12);
        for criterion in [RegressionCriterion::SquaredError, RegressionCriterion::Poisson] {
            let tree = DecisionTreeRegressor::new().criterion(criterion).monotone([(0, order)]).min_samples_leaf(2);
            let tree = tree.fit(&x, &y.map(|y| y + 2.0)).unwrap();
            let forest = RandomForestRegressor::new(5).criterion(criterion).monotone([(0, order)]);
            let forest = forest.fit(&x, &y.map(|y| y + 2.0)).unwrap();
            for other in [0.1, 0.9, 1.5] {
                assert!(in_order(tree.predict(&line(other)).unwrap().as_slice()), "{criterion:?} {order:?}");
                assert!(in_order(forest.predict(&line(other)).unwrap().as_slice()));
            }
            assert!(tree.tree().depth() > 3);
        }
        let tree = DecisionTreeClassifier::new().monotone([(0, order)]).fit(&x, &labels[..]).unwrap();
        for other in [0.1, 0.9, 1.5] {
            assert!(in_order(tree.predict_proba(&line(other)).unwrap().column(1).as_slice()));
        }
    }
    let free = DecisionTreeRegressor::new().fit(&x, &y).unwrap().predict(&line(0.9)).unwrap();
    assert!(free.as_slice().windows(2).any(|pair| pair[1] < pair[0]), "without constraints the sine shows");
}

#[test]
fn constraints_that_cannot_be_kept_are_refused() {
    let x = DMatrix::from_fn(9, 1, |i, _| i as f64);
    let up = [(0, Monotone::Increasing)];
    let named = |found: Option<Error>| assert!(matches!(found, Some(Error::Parameter { name: "monotone", .. })));
    named(DecisionTreeClassifier::new().monotone(up).fit(&x, &[0, 1, 2, 0, 1, 2, 0, 1, 2]).err());
    let y = DVector::from_fn(9, |i, _| i as f64);
    let absolute = DecisionTreeRegressor::new().criterion(RegressionCriterion::AbsoluteError);
    named(absolute.monotone(up).fit(&x, &y).err());
    named(DecisionTreeRegressor::new().monotone(up).fit(&x, &DMatrix::from_fn(9, 2, |i, _| i as f64)).err());
    named(DecisionTreeRegressor::new().monotone([(1, Monotone::Increasing)]).fit(&x, &y).err());
    named(DecisionTreeRegressor::new().monotone([up[0], up[0]]).fit(&x, &y).err());
}
