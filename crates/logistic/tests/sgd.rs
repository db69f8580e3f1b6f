//! Stochastic gradient descent for classes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_logistic::{
    ClassWeights, Classes, CsrMatrix, DMatrix, Decision, Error, Fit, FitObserved, FitWeighted, LearningRate,
    LogisticRegression, PartialFit, Persist, Predict, Probabilistic, SgdClassifier, SgdClassifierLoss,
    SgdClassifierModel, Stop, rows,
};
use std::ops::ControlFlow;

fn data(n_classes: usize) -> (DMatrix<f64>, Vec<usize>) {
    let wave = |i: usize, j: usize| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin();
    let x = DMatrix::from_fn(400, 3, wave);
    let class = |i: usize| {
        let score = x[(i, 0)] - 0.5 * x[(i, 2)] + 0.3 * ((i * 7) as f64).cos();
        (((score + 1.5) / 3.0).clamp(0.0, 0.999) * n_classes as f64) as usize * 3 + 1
    };
    let y = (0..400).map(class).collect();
    (x, y)
}

#[test]
fn one_row_is_stepped_to_by_hand() {
    // w = b = 0, log-loss: slopes −1/2 for the upper class; w ← 0.1 · 1/2 · 2, b ← 0.1 · 1/2
    let sgd = SgdClassifier::new().alpha(0.0).learning_rate(LearningRate::new(0.1)).classes(vec![4, 9]);
    let model = sgd.start(&rows(&[[2.0]]), &[9]).unwrap();
    assert!((model.coefficients()[0] - 0.1_f64).abs() < 1e-15 && (model.intercepts()[0] - 0.05).abs() < 1e-15);
    assert_eq!(model.convergence().objective, 2.0_f64.ln());
    assert_eq!(model.classes(), [4, 9]);
}

#[test]
fn log_loss_comes_near_the_exact_minimum() {
    for n_classes in [2, 3] {
        let (x, y) = data(n_classes);
        let sgd = SgdClassifier::new().alpha(1e-3).average(40_000).n_iter_no_change(300).max_iter(300);
        let exact = LogisticRegression::new().l2(1e-3 * 400.0).fit(&x, &y).unwrap();
        let model = sgd.fit(&x, &y).unwrap();
        if n_classes == 2 {
            assert!((model.coefficients() - exact.coefficients()).amax() < 0.05, "{model:?} {exact:?}");
        }
        let right = |found: Vec<usize>| found.iter().zip(&y).filter(|(a, b)| a == b).count();
        let (found, best) = (right(model.predict(&x).unwrap()), right(exact.predict(&x).unwrap()));
        assert!(found + 12 > best, "{n_classes}: {found} {best}");
    }
}

#[test]
fn every_loss_separates_what_is_apart() {
    let x = DMatrix::from_fn(60, 2, |i, j| (if i % 2 == 0 { 1.0 } else { -1.0 }) + 0.3 * ((i * (j + 2)) as f64).sin());
    let y: Vec<usize> = (0..60).map(|i| i % 2).collect();
    for loss in [
        SgdClassifierLoss::LogLoss,
        SgdClassifierLoss::Hinge,
        SgdClassifierLoss::SquaredHinge,
        SgdClassifierLoss::ModifiedHuber,
        SgdClassifierLoss::Perceptron,
    ] {
        let sgd = SgdClassifier::new().loss(loss).alpha(0.01).learning_rate(LearningRate::new(0.05));
        assert_eq!(sgd.fit(&x, &y).unwrap().predict(&x).unwrap(), y, "{loss:?}");
    }
}

#[test]
fn sparse_rows_and_single_precision_lead_the_same_way() {
    let (x, y) = data(3);
    let x = x.map(|x| if x.abs() < 0.4 { 0.0 } else { x });
    for l1_ratio in [0.0, 1.0] {
        let sgd = SgdClassifier::new().alpha(0.01).l1_ratio(l1_ratio).max_iter(5);
        let (dense, sparse) = (sgd.fit(&x, &y).unwrap(), sgd.fit(&CsrMatrix::from(&x), &y).unwrap());
        assert!((dense.coefficients() - sparse.coefficients()).amax() < 1e-12, "{dense:?} {sparse:?}");
        let single: SgdClassifierModel<f32> = sgd.fit(&x.map(|x| x as f32), &y).unwrap();
        assert!((dense.coefficients() - single.coefficients().map(f64::from)).amax() < 1e-3);
        let margins = dense.decision_function(&x).unwrap();
        assert!((margins - sparse.decision_function(&CsrMatrix::from(&x)).unwrap()).amax() < 1e-11);
    }
}

#[test]
fn batches_of_one_epoch_are_a_fit_of_one_epoch() {
    for n_classes in [2, 4] {
        let (x, y) = data(n_classes);
        let sgd = SgdClassifier::new().shuffle(false).average(50).l1_ratio(0.5).alpha(0.01).max_iter(1);
        let whole = sgd.fit(&x, &y).unwrap();
        let mut parts: SgdClassifierModel<f64> = sgd.start(&x.rows(0, 150).into_owned(), &y[..150]).unwrap();
        parts = SgdClassifierModel::from_json(&parts.to_json().unwrap()).unwrap();
        sgd.partial_fit(&mut parts, &x.rows(150, 250).into_owned(), &y[150..]).unwrap();
        // an epoch ends with multiplying out what decays: another rounding
        assert!((whole.coefficients() - parts.coefficients()).amax() < 1e-12);
    }
}

#[test]
fn probabilities_sum_to_1_however_far_the_row() {
    let (x, y) = data(3);
    let model = SgdClassifier::new().loss(SgdClassifierLoss::Hinge).fit(&x, &y).unwrap();
    let far = x.map(|x| 1e6 * x);
    for x in [x, far] {
        let p = model.predict_proba(&x).unwrap();
        assert!(p.row_iter().all(|row| (row.sum() - 1.0_f64).abs() < 1e-12 && row.min() >= 0.0));
        assert!(model.predict_log_proba(&x).unwrap().iter().all(|p| p.is_finite() && *p <= 1e-15));
    }
}

#[test]
fn weights_of_classes_are_weights_of_their_rows() {
    for n_classes in [2, 3] {
        let (x, y) = data(n_classes);
        let sgd = SgdClassifier::new().max_iter(4);
        let of_classes = sgd.clone().class_weights(ClassWeights::Given(vec![(1, 2.5)])).fit(&x, &y).unwrap();
        let weights: Vec<f64> = y.iter().map(|y| if *y == 1 { 2.5 } else { 1.0 }).collect();
        let of_rows = sgd.fit_weighted(&x, &y, &weights).unwrap();
        // of several classes in their own predictor only
        let (a, b) = (of_classes.coefficients().column(0), of_rows.coefficients().column(0));
        assert_eq!(a, b, "{n_classes}");
        assert_eq!(of_classes.coefficients() == of_rows.coefficients(), n_classes == 2);
        let unused: Vec<f64> = (0..400).map(|i| if i < 300 { 1.0 } else { 0.0 }).collect();
        let few = sgd.fit(&x.rows(0, 300).into_owned(), &y[..300]).unwrap();
        assert_eq!(few.coefficients(), sgd.fit_weighted(&x, &y, &unused).unwrap().coefficients());
    }
}

#[test]
fn an_observer_sees_each_epoch_and_may_end_it() {
    let (x, y) = data(3);
    let mut seen = Vec::new();
    let sgd = SgdClassifier::new();
    let watch = &mut |progress: &cairn_logistic::Progress, at: &[f64]| {
        seen.push((progress.step, at.len()));
        if progress.step == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let model = sgd.fit_observed(&x, &y, watch).unwrap();
    assert_eq!(seen, [(1, 12), (2, 12), (3, 12)]);
    assert_eq!((model.convergence().stop, model.convergence().n_iter), (Stop::Interrupted, 3));
}

#[test]
fn classes_that_nothing_tells_apart_are_no_divergence() {
    // steps of 10 along rows of length 10 make losses in the hundreds where signs are drawn: high, but not on their way up
    let wave = |i: usize, j: usize| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin();
    let x = DMatrix::from_fn(300, 100, |i, j| 1.4 * wave(i, j));
    let y: Vec<usize> = (0..300).map(|i| usize::from(((i * 31) as f64).cos() > 0.0)).collect();
    for loss in [SgdClassifierLoss::LogLoss, SgdClassifierLoss::Hinge] {
        let model = SgdClassifier::new().loss(loss).fit(&x, &y).unwrap();
        assert!(model.convergence().stop != Stop::Diverged && model.coefficients().iter().all(|w| w.is_finite()));
    }
}

#[test]
fn bad_input_is_told_and_changes_nothing() {
    let (x, y) = data(2);
    let sgd = SgdClassifier::new();
    let mut model = sgd.start(&x, &y).unwrap();
    let before = model.clone();
    let strange = vec![5; 400];
    assert!(matches!(sgd.partial_fit(&mut model, &x, &strange), Err(Error::UnknownClass { what: "y", .. })));
    assert!(matches!(sgd.partial_fit(&mut model, &rows(&[[1.0]]), &[1]), Err(Error::Shape { .. })));
    assert!(matches!(sgd.partial_fit(&mut model, &x, &y[1..]), Err(Error::Shape { what: "y", .. })));
    let balanced = sgd.clone().class_weights(ClassWeights::Balanced);
    let refused = balanced.partial_fit(&mut model, &x, &y);
    assert!(matches!(refused, Err(Error::Parameter { name: "class_weights", .. })));
    assert_eq!(model, before);
    assert!(matches!(sgd.fit(&x, &strange), Err(Error::Classes { needed: 2, found: 1 })));
    assert!(matches!(sgd.clone().classes(vec![1, 1]).fit(&x, &y), Err(Error::Parameter { name: "classes", .. })));
    assert!(matches!(sgd.clone().classes(vec![1, 9]).fit(&x, &y), Err(Error::UnknownClass { .. })));
    assert!(matches!(sgd.clone().alpha(0.0).fit(&x, &y), Err(Error::Parameter { name: "alpha", .. })));
    assert!(matches!(sgd.fit_weighted(&x, &y, &[0.0; 400]), Err(Error::Domain { what: "weights", .. })));
    let squares = sgd.loss(SgdClassifierLoss::SquaredHinge).learning_rate(LearningRate::new(1e3));
    assert!(matches!(squares.fit(&x.map(|x| 1e6 * x), &y), Err(Error::Diverged { .. })));
}
