use crate::{
    BoostingLoss, Convergence, Converges, DMatrix, DVector, Decision, DecisionTreeRegressor, Error, Fit, FitObserved,
    FitWeighted, GradientBoostingClassifier, GradientBoostingClassifierModel, GradientBoostingRegressor,
    GradientBoostingRegressorModel, MaxFeatures, Monotone, Persist, Predict, Probabilistic, Stop, rows,
};
use std::ops::ControlFlow;

type Regression = GradientBoostingRegressorModel<f64>;
type Classification = GradientBoostingClassifierModel<f64>;

/// 600 rows of three features with 97, 89 and 83 values.
fn data() -> (DMatrix<f64>, DVector<f64>) {
    let x = DMatrix::from_fn(600, 3, |i, j| ((i * (31 + 2 * j) + i * i) % [97, 89, 83][j]) as f64 / 50.0);
    let y = DVector::from_fn(600, |i, _| {
        (3.0 * x[(i, 0)]).sin() + x[(i, 1)] * x[(i, 2)] + 0.3 * ((i * 7919 % 1000) as f64 / 1000.0)
    });
    (x, y)
}

fn labels(y: &DVector<f64>, at: &[f64]) -> Vec<usize> {
    y.iter().map(|&y| at.iter().filter(|&&limit| y > limit).count()).collect()
}

fn mean_square(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    (a - b).norm_squared() / a.len() as f64
}

#[test]
fn one_whole_step_is_the_best_first_tree() {
    let (x, y) = data();
    for leaves in [2, 7, 31] {
        let boosted = GradientBoostingRegressor::new().n_estimators(1).learning_rate(1.0).max_leaf_nodes(leaves);
        let boosted: Regression = boosted.min_samples_leaf(5).fit(&x, &y).unwrap();
        let tree = DecisionTreeRegressor::new().max_leaf_nodes(leaves).min_samples_leaf(5).fit(&x, &y).unwrap();
        let difference = (boosted.predict(&x).unwrap() - tree.predict(&x).unwrap()).amax();
        assert!(difference < 1e-12, "{leaves} leaves: {difference}");
    }
}

#[test]
fn the_training_loss_is_that_of_the_answers() {
    let (x, y) = data();
    let model: Regression = GradientBoostingRegressor::new().fit(&x, &y).unwrap();
    let Convergence { n_iter, objective, stop } = model.convergence();
    assert_eq!((n_iter, stop), (100, Stop::MaxIter));
    let loss = 0.5 * mean_square(&model.predict(&x).unwrap(), &y);
    assert!((objective - loss).abs() < 1e-12, "{objective} {loss}");
    assert!(loss < 0.01);
}

#[test]
fn every_round_lowers_the_training_loss() {
    let (x, y) = data();
    let counts = y.map(|y| (y + 1.0).round().max(0.0));
    for loss in [BoostingLoss::SquaredError, BoostingLoss::AbsoluteError, BoostingLoss::Quantile, BoostingLoss::Poisson]
    {
        let mut losses = Vec::new();
        let boosting = GradientBoostingRegressor::new().loss(loss).quantile(0.7).n_estimators(30);
        let model: Regression = boosting
            .fit_observed(&x, &counts, &mut |progress, trees| {
                assert_eq!(trees.n_rounds(), progress.step);
                losses.push(progress.loss);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(losses.len(), 30);
        assert!(losses.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12), "{loss:?}: {losses:?}");
        assert!(model.predict(&x).unwrap().iter().all(|y| y.is_finite()));
    }
}

#[test]
fn quantiles_leave_their_share_below() {
    let (x, y) = data();
    for q in [0.1, 0.5, 0.9] {
        let boosting = GradientBoostingRegressor::new().loss(BoostingLoss::Quantile).quantile(q);
        let model: Regression = boosting.max_leaf_nodes(4).n_estimators(60).fit(&x, &y).unwrap();
        let answers = model.predict(&x).unwrap();
        let below = y.iter().zip(&answers).filter(|(y, a)| y <= a).count() as f64 / 600.0;
        assert!((below - q).abs() < 0.05, "{below} of {q}");
    }
}

#[test]
fn outliers_move_squares_more_than_huber_and_medians() {
    let (x, mut y) = data();
    let clean = y.clone();
    (0..600).step_by(40).for_each(|row| y[row] += 1e4);
    let missed = |loss| {
        let boosting = GradientBoostingRegressor::new().loss(loss).quantile(0.9).n_estimators(50);
        let model: Regression = boosting.fit(&x, &y).unwrap();
        mean_square(&model.predict(&x).unwrap(), &clean)
    };
    let squares = missed(BoostingLoss::SquaredError);
    assert!(squares > 1e3, "{squares}");
    for loss in [BoostingLoss::Huber, BoostingLoss::AbsoluteError] {
        assert!(missed(loss) < 1.0, "{loss:?} {}", missed(loss));
    }
}

#[test]
fn classes_are_learned_and_probabilities_sum_to_1() {
    let (x, y) = data();
    for limits in [&[1.0][..], &[0.5, 1.5]] {
        let classes = labels(&y, limits);
        let model: Classification = GradientBoostingClassifier::new().fit(&x, &classes[..]).unwrap();
        let answers = model.predict(&x).unwrap();
        let right = answers.iter().zip(&classes).filter(|(a, b)| a == b).count();
        assert!(right > 590, "{right}");
        let shares = model.predict_proba(&x).unwrap();
        assert!(shares.row_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12));
        let winners: Vec<usize> = shares.row_iter().map(|row| row.transpose().imax()).collect();
        assert_eq!(winners, answers);
        let width = if limits.len() == 1 { 1 } else { 3 };
        assert_eq!(model.decision_function(&x).unwrap().ncols(), width);
    }
}

#[test]
fn the_last_stage_is_the_model() {
    let (x, y) = data();
    let model: Regression = GradientBoostingRegressor::new().n_estimators(7).fit(&x, &y).unwrap();
    let stages = model.staged_predict(&x).unwrap();
    assert_eq!(stages.len(), 7);
    assert_eq!(stages[6], model.predict(&x).unwrap());
    let fewer: Regression = GradientBoostingRegressor::new().n_estimators(3).fit(&x, &y).unwrap();
    assert_eq!(stages[2], fewer.predict(&x).unwrap());
}

#[test]
fn the_same_bits_on_any_threads() {
    let (x, y) = data();
    // enough rows for several threads
    let x = DMatrix::from_fn(24_000, 3, |i, j| x[(i % 600, j)] + (i / 600) as f64 * 0.01);
    let y = DVector::from_fn(24_000, |i, _| y[i % 600] + (i / 600) as f64 * 0.02);
    let classes = labels(&y, &[0.5, 1.5]);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let boosting = GradientBoostingRegressor::new().n_estimators(5).subsample(0.8).early_stopping(true);
        let drawn = boosting.max_features(MaxFeatures::Count(2)).seed(3);
        let several = GradientBoostingClassifier::new().n_estimators(3);
        pool.install(|| {
            let regression: Regression = drawn.fit(&x, &y).unwrap();
            let classification: Classification = several.fit(&x, &classes[..]).unwrap();
            (regression, classification, GradientBoostingRegressor::new().n_estimators(4).fit(&x, &y).unwrap())
        })
    };
    let one: (Regression, Classification, Regression) = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(7));
}

#[test]
fn draws_hang_on_the_seed() {
    let (x, y) = data();
    let fit = |seed| -> Regression {
        GradientBoostingRegressor::new().n_estimators(5).subsample(0.5).seed(seed).fit(&x, &y).unwrap()
    };
    assert_eq!(fit(1), fit(1));
    assert_ne!(fit(1), fit(2));
}

#[test]
fn weights_are_repetitions() {
    let (x, y) = data();
    let weights: Vec<f64> = (0..600).map(|i| (i % 3) as f64).collect();
    let repeated: Vec<usize> = (0..600).flat_map(|i| std::iter::repeat_n(i, i % 3)).collect();
    let (rx, ry) = (x.select_rows(&repeated), y.select_rows(&repeated));
    for loss in [BoostingLoss::SquaredError, BoostingLoss::Huber, BoostingLoss::AbsoluteError] {
        let boosting = GradientBoostingRegressor::new().loss(loss).n_estimators(10).min_samples_leaf(1);
        let weighted: Regression = boosting.fit_weighted(&x, &y, &weights).unwrap();
        let plain: Regression = boosting.fit(&rx, &ry).unwrap();
        let difference = (weighted.predict(&x).unwrap() - plain.predict(&x).unwrap()).amax();
        assert!(difference < 1e-9, "{loss:?} {difference}");
    }
}

#[test]
fn missing_values_tell() {
    // what is missing is 5, what is there 0
    let x = DMatrix::from_fn(100, 1, |i, _| if i % 4 == 0 { f64::NAN } else { i as f64 });
    let y = DVector::from_fn(100, |i, _| if i % 4 == 0 { 5.0 } else { 0.0 });
    let boosting = GradientBoostingRegressor::new().n_estimators(1).learning_rate(1.0).max_leaf_nodes(2);
    let model: Regression = boosting.fit(&x, &y).unwrap();
    assert_eq!(model.predict(&rows(&[[f64::NAN], [3.0], [1e9]])).unwrap().as_slice(), [5.0, 0.0, 0.0]);
}

#[test]
fn categories_are_parted_as_sets() {
    // even categories 1, odd ones 0: a number would need many questions
    let x = DMatrix::from_fn(400, 1, |i, _| (i % 20) as f64);
    let y = DVector::from_fn(400, |i, _| if i % 2 == 0 { 1.0 } else { 0.0 });
    let boosting = GradientBoostingRegressor::new().n_estimators(1).learning_rate(1.0).max_leaf_nodes(2);
    let model: Regression = boosting.clone().categorical_features([0]).fit(&x, &y).unwrap();
    assert_eq!(model.predict(&rows(&[[4.0], [7.0]])).unwrap().as_slice(), [1.0, 0.0]);
    // a category never seen goes with the heavier side, or the left one of two equal ones
    assert_eq!(model.predict(&rows(&[[99.0]])).unwrap()[0], model.predict(&rows(&[[f64::NAN]])).unwrap()[0]);
    let found = boosting.categorical_features([0]).fit(&rows(&[[0.5], [1.0]]), &DVector::from_vec(vec![0.0, 1.0]));
    let requirement = "categories as whole numbers of at least 0";
    assert_eq!(found.err(), Some(Error::Domain { what: "x", requirement, found: 0.5, row: Some(0) }));
}

#[test]
fn constraints_keep_answers_in_order() {
    let (x, y) = data();
    for (order, sign) in [(Monotone::Increasing, 1.0), (Monotone::Decreasing, -1.0)] {
        let boosting = GradientBoostingRegressor::new().monotone([(0, order)]).min_samples_leaf(3);
        let model: Regression = boosting.fit(&x, &y).unwrap();
        for row in (0..600).step_by(29) {
            let line = DMatrix::from_fn(200, 3, |i, j| if j == 0 { i as f64 / 100.0 } else { x[(row, j)] });
            let answers = model.predict(&line).unwrap();
            assert!(answers.as_slice().windows(2).all(|pair| sign * (pair[1] - pair[0]) >= 0.0));
        }
    }
    let free: Regression = GradientBoostingRegressor::new().fit(&x, &y).unwrap();
    let line = free.predict(&DMatrix::from_fn(200, 3, |i, j| if j == 0 { i as f64 / 100.0 } else { 1.0 })).unwrap();
    assert!(line.as_slice().windows(2).any(|pair| pair[1] < pair[0]), "without constraints the sine shows");
}

#[test]
fn early_stopping_ends_where_held_back_rows_are_best() {
    let (x, y) = data();
    let noisy = DVector::from_fn(600, |i, _| y[i] + ((i * 104_729 % 997) as f64 / 100.0));
    let boosting = GradientBoostingRegressor::new().early_stopping(true).n_iter_no_change(5).n_estimators(500);
    let mut held = Vec::new();
    let model: Regression = boosting
        .learning_rate(0.3)
        .fit_observed(&x, &noisy, &mut |progress, _| {
            held.extend(progress.validation_loss);
            ControlFlow::Continue(())
        })
        .unwrap();
    let Convergence { n_iter, stop, .. } = model.convergence();
    assert_eq!((stop, n_iter), (Stop::EarlyStopped, held.len()));
    let lowest = held.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(held[model.trees().n_rounds() - 1], lowest);
    assert_eq!(model.trees().n_rounds() + 5, n_iter);
}

#[test]
fn an_observer_may_end_the_fit() {
    let (x, y) = data();
    let stop_at_3 = &mut |progress: &crate::Progress, _: &crate::BoostedTrees<f64>| {
        if progress.step == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let model: Regression = GradientBoostingRegressor::new().fit_observed(&x, &y, stop_at_3).unwrap();
    assert_eq!((model.trees().n_rounds(), model.convergence().stop), (3, Stop::Interrupted));
}

#[test]
fn nothing_to_ask_converges_at_the_constant() {
    let x = DMatrix::from_element(50, 2, 1.0);
    let y = DVector::from_fn(50, |i, _| (i % 5) as f64);
    let model: Regression = GradientBoostingRegressor::new().fit(&x, &y).unwrap();
    assert_eq!((model.convergence().n_iter, model.convergence().stop), (1, Stop::Converged));
    assert!((model.predict(&x).unwrap()[0] - 2.0).abs() < 1e-12);
    assert_eq!(model.feature_importances(), [0.0, 0.0]);
}

#[test]
fn files_keep_every_answer_and_refuse_what_is_torn() {
    let (x, y) = data();
    let classes = labels(&y, &[0.5, 1.5]);
    let codes = DMatrix::from_fn(600, 3, |i, j| if j == 1 { (i % 7) as f64 } else { x[(i, j)] });
    let boosting = GradientBoostingClassifier::new().n_estimators(4).categorical_features([1]);
    let model: Classification = boosting.fit(&codes, &classes[..]).unwrap();
    let text = model.to_json().unwrap();
    assert_eq!(Classification::from_json(&text).unwrap(), model);
    for (sound, torn) in [("\"left\":1", "\"left\":0"), ("\"feature\":0", "\"feature\":9"), ("\"last\":", "\"last\":9")]
    {
        let torn = text.replacen(sound, torn, 1);
        assert_ne!(torn, text);
        assert!(Classification::from_json(&torn).is_err(), "{sound}");
    }
}

#[test]
fn hyperparameters_out_of_range_are_named() {
    let (x, y) = data();
    let refused = |boosting: GradientBoostingRegressor, expected: &str| {
        let error: Result<Regression, Error> = boosting.fit(&x, &y);
        assert!(matches!(error, Err(Error::Parameter { name, .. }) if name == expected), "{expected}");
    };
    let new = GradientBoostingRegressor::new;
    refused(new().n_estimators(0), "n_estimators");
    refused(new().learning_rate(0.0), "learning_rate");
    refused(new().learning_rate(f64::NAN), "learning_rate");
    refused(new().max_leaf_nodes(1), "max_leaf_nodes");
    refused(new().max_depth(0), "max_depth");
    refused(new().max_bins(256), "max_bins");
    refused(new().l1(-1.0), "l1");
    refused(new().l2(f64::INFINITY), "l2");
    refused(new().subsample(1.5), "subsample");
    refused(new().max_features(MaxFeatures::Count(0)), "max_features");
    refused(new().validation_fraction(1.0), "validation_fraction");
    refused(new().quantile(0.0), "quantile");
    refused(new().categorical_features([3]), "categorical_features");
    refused(new().monotone([(3, Monotone::Increasing)]), "monotone");
    refused(new().monotone([(1, Monotone::Increasing), (1, Monotone::Decreasing)]), "monotone");
    refused(new().monotone([(1, Monotone::Increasing)]).categorical_features([1]), "monotone");
    refused(new().monotone([(1, Monotone::Increasing)]).loss(BoostingLoss::Huber), "monotone");
    let several = GradientBoostingClassifier::new().monotone([(0, Monotone::Increasing)]);
    let error: Result<Classification, Error> = several.fit(&x, &labels(&y, &[0.5, 1.5])[..]);
    assert!(matches!(error, Err(Error::Parameter { name: "monotone", .. })));
}

#[test]
fn bad_input_is_named() {
    let (x, y) = data();
    let fit = |x: &DMatrix<f64>, y: &DVector<f64>| GradientBoostingRegressor::new().fit(x, y).err();
    let infinite = rows(&[[1.0], [f64::INFINITY]]);
    let two = DVector::from_vec(vec![0.0, 1.0]);
    assert_eq!(fit(&infinite, &two), Some(Error::NonFinite { what: "x", row: 1, column: 0 }));
    assert!(matches!(fit(&x, &two), Some(Error::Shape { what: "y", .. })));
    assert!(matches!(fit(&DMatrix::zeros(0, 3), &DVector::zeros(0)), Some(Error::TooFewSamples { .. })));
    assert!(matches!(fit(&DMatrix::zeros(2, 0), &two), Some(Error::Shape { .. })));
    let negative = GradientBoostingRegressor::new().loss(BoostingLoss::Poisson).fit(&x, &y.map(|y| y - 10.0)).err();
    assert!(matches!(negative, Some(Error::Domain { what: "y", .. })));
    let one_class = GradientBoostingClassifier::new().fit(&x, &[4; 600][..]).err();
    assert_eq!(one_class, Some(Error::Classes { needed: 2, found: 1 }));
    let model: Regression = GradientBoostingRegressor::new().n_estimators(1).fit(&x, &y).unwrap();
    assert!(matches!(model.predict(&DMatrix::zeros(1, 2)), Err(Error::Shape { .. })));
    let one = rows(&[[1.0, 2.0, 3.0]]);
    let held: Result<Regression, Error> =
        GradientBoostingRegressor::new().early_stopping(true).fit(&one, &DVector::from_vec(vec![1.0]));
    assert!(matches!(held, Err(Error::TooFewSamples { .. })));
}
