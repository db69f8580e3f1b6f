//! What holds at the minimum, whatever the data.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test panics where it fails")]

use cairn_logistic::{
    ClassWeights, Classes, CsrMatrix, DMatrix, Decision, Error, Fit, FitObserved, FitWeighted, LogisticModel,
    LogisticRegression, Persist, Predict, Probabilistic, Solver, Stop, rows,
};
use proptest::prelude::*;
use std::ops::ControlFlow;

/// Waves, and labels of `n_classes` classes that overlap.
fn data(n: usize, p: usize, n_classes: usize) -> (DMatrix<f64>, Vec<usize>) {
    let x = DMatrix::from_fn(n, p, |i, j| {
        ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin() * (j + 1) as f64
    });
    let y = (0..n).map(|i| {
        let score = x[(i, 0)] + 0.5 * x[(i, p - 1)] + 2.0 * ((i * 7) as f64).sin();
        ((score + 2.0).max(0.0) as usize * n_classes / 5).min(n_classes - 1)
    });
    let y = y.collect();
    (x, y)
}

fn tight() -> LogisticRegression {
    LogisticRegression::new().tol(1e-10)
}

fn furthest(a: &LogisticModel<f64>, b: &LogisticModel<f64>) -> f64 {
    (a.coefficients() - b.coefficients()).amax().max((a.intercepts() - b.intercepts()).amax())
}

/// `∂ (Σ w loss) / ∂ coefficient` by the model's own probabilities: X'(w (p − y)).
fn pulls(model: &LogisticModel<f64>, x: &DMatrix<f64>, y: &[usize], weights: &[f64]) -> (DMatrix<f64>, DMatrix<f64>) {
    let mut residuals = model.predict_proba(x).unwrap();
    for (i, label) in y.iter().enumerate() {
        let class = model.classes().binary_search(label).unwrap();
        residuals[(i, class)] -= 1.0;
        residuals.row_mut(i).apply(|r| *r *= weights[i]);
    }
    if model.coefficients().ncols() == 1 {
        residuals = residuals.columns(1, 1).into_owned();
    }
    let sums = DMatrix::from_fn(1, residuals.ncols(), |_, c| residuals.column(c).sum());
    (x.transpose() * residuals, sums)
}

#[test]
fn the_gradient_is_zero_at_the_minimum() {
    for n_classes in [2, 4] {
        let (x, y) = data(300, 3, n_classes);
        let weights: Vec<f64> = (0..300).map(|i| 0.25 + (i % 5) as f64).collect();
        for solver in [Solver::Auto, Solver::Lbfgs, Solver::NewtonCg, Solver::NewtonCholesky] {
            let model = tight().l2(0.7).solver(solver).fit_weighted(&x, &y, &weights).unwrap();
            assert_eq!(model.convergence().stop, Stop::Converged, "{solver:?}");
            let (pulls, sums) = pulls(&model, &x, &y, &weights);
            // tol is of the mean
            let most = 1e-10 * weights.iter().sum::<f64>() * 1.01;
            assert!((pulls + model.coefficients() * 0.7).amax() <= most, "{solver:?} {n_classes}");
            assert!(sums.amax() <= most, "{solver:?} {n_classes}");
        }
    }
}

#[test]
fn the_lasso_conditions_hold_at_the_minimum() {
    for n_classes in [2, 3] {
        let (x, y) = data(300, 6, n_classes);
        for (l1, l2) in [(8.0, 0.0), (5.0, 1.0)] {
            for solver in [Solver::Auto, Solver::Lbfgs] {
                let model = tight().tol(1e-8).l1(l1).l2(l2).solver(solver).fit(&x, &y).unwrap();
                let (pulls, sums) = pulls(&model, &x, &y, &[1.0; 300]);
                let most = 1e-8 * 300.0 * 1.01;
                assert!(sums.amax() <= most);
                for (w, g) in model.coefficients().iter().zip(&(pulls + model.coefficients() * l2)) {
                    let broken = if *w == 0.0 { g.abs() - l1 } else { (g + l1 * w.signum()).abs() };
                    assert!(broken <= most, "{solver:?} {n_classes} {w} {g}");
                }
                assert!(model.coefficients().iter().any(|w| *w == 0.0), "{solver:?} {n_classes}");
            }
        }
    }
}

#[test]
fn many_columns_under_l1_are_solved_a_few_at_a_time() {
    // more columns than are tried at once
    let (x, y) = data(200, 300, 2);
    let model = tight().tol(1e-7).l2(0.0).l1(60.0).fit(&x, &y).unwrap();
    let (pulls, _) = pulls(&model, &x, &y, &[1.0; 200]);
    for (w, g) in model.coefficients().iter().zip(&pulls) {
        let broken = if *w == 0.0 { g.abs() - 60.0 } else { (g + 60.0 * w.signum()).abs() };
        assert!(broken <= 1e-7 * 200.0 * 1.01, "{w} {g}");
    }
    let used = model.coefficients().iter().filter(|w| **w != 0.0).count();
    assert!(used > 0 && used < 100, "{used}");
    let expected: f64 = {
        let losses = model.predict_log_proba(&x).unwrap();
        let loss: f64 = y.iter().enumerate().map(|(i, &class)| -losses[(i, class)]).sum();
        loss + 60.0 * model.coefficients().iter().map(|w| w.abs()).sum::<f64>()
    };
    assert!((model.convergence().objective / expected - 1.0).abs() < 1e-10);
}

#[test]
fn a_penalty_that_holds_all_leaves_the_odds() {
    let (x, y) = data(100, 3, 2);
    let model = tight().l2(0.0).l1(1e6).fit(&x, &y).unwrap();
    assert!(model.coefficients().iter().all(|w| *w == 0.0));
    let ones = y.iter().filter(|y| **y == 1).count() as f64;
    assert!((model.intercepts()[0] - (ones / (100.0 - ones)).ln()).abs() < 1e-9);
}

#[test]
fn weights_are_repetitions_and_class_weights_are_weights() {
    let (x, y) = data(60, 2, 3);
    let weights: Vec<f64> = (0..60).map(|i| (i % 3) as f64).collect();
    let repeated: Vec<usize> = (0..60).flat_map(|i| std::iter::repeat_n(i, i % 3)).collect();
    let again = x.select_rows(&repeated);
    let labels: Vec<usize> = repeated.iter().map(|&i| y[i]).collect();
    let (weighted, twice) = (tight().fit_weighted(&x, &y, &weights).unwrap(), tight().fit(&again, &labels).unwrap());
    assert!(furthest(&weighted, &twice) < 1e-7);
    let by_class = tight().class_weights(ClassWeights::Given(vec![(0, 2.0), (2, 0.5)])).fit(&x, &y).unwrap();
    let by_row: Vec<f64> = y.iter().map(|y| [2.0, 1.0, 0.5][*y]).collect();
    assert!(furthest(&by_class, &tight().fit_weighted(&x, &y, &by_row).unwrap()) < 1e-12);
}

#[test]
fn two_of_many_scores_are_one_at_half_the_penalty() {
    // z = z₁ − z₀ with w₁ = −w₀: |w₀|² + |w₁|² = |w|² / 2; a third class without rows near does not matter: not testable
    // by classes alone, so by mirror: labels swapped turn the signs
    let (x, y) = data(200, 3, 2);
    let swapped: Vec<usize> = y.iter().map(|y| 1 - y).collect();
    let (model, mirror) = (tight().fit(&x, &y).unwrap(), tight().fit(&x, &swapped).unwrap());
    assert!((model.coefficients() + mirror.coefficients()).amax() < 1e-8);
    let gaps: Vec<usize> = y.iter().map(|y| y * 40 + 3).collect();
    let far = tight().fit(&x, &gaps).unwrap();
    assert_eq!((far.coefficients(), far.classes()), (model.coefficients(), &[3, 43][..]));
}

#[test]
fn scores_of_many_classes_sum_to_zero_and_follow_the_labels() {
    let (x, y) = data(240, 3, 4);
    let model = tight().fit(&x, &y).unwrap();
    for j in 0..3 {
        assert!(model.coefficients().row(j).sum().abs() < 1e-9, "{model:?}");
    }
    let order = [2, 0, 3, 1];
    let renamed: Vec<usize> = y.iter().map(|y| order[*y]).collect();
    let other = tight().fit(&x, &renamed).unwrap();
    for (from, to) in order.iter().enumerate() {
        assert!((model.coefficients().column(from) - other.coefficients().column(*to)).amax() < 1e-7);
    }
}

#[test]
fn sparse_rows_are_dense_rows() {
    for n_classes in [2, 3] {
        let (x, y) = data(200, 5, n_classes);
        let x = x.map(|v| if v.abs() > 0.7 { v } else { 0.0 });
        let sparse = CsrMatrix::from(&x);
        for solver in [Solver::Lbfgs, Solver::NewtonCg, Solver::NewtonCholesky] {
            let (a, b) =
                (tight().solver(solver).fit(&x, &y).unwrap(), tight().solver(solver).fit(&sparse, &y).unwrap());
            assert!(furthest(&a, &b) < 1e-7, "{solver:?}");
            let (p, q) = (a.predict_proba(&x).unwrap(), a.predict_proba(&sparse).unwrap());
            assert!((p - q).amax() < 1e-14);
        }
        let (a, b) =
            (tight().tol(1e-8).l1(5.0).fit(&x, &y).unwrap(), tight().tol(1e-8).l1(5.0).fit(&sparse, &y).unwrap());
        assert!(furthest(&a, &b) < 1e-5);
    }
}

#[test]
fn separable_classes_without_a_penalty_end_finite_and_say_so() {
    let x = rows(&[[-2.0], [-1.0], [1.0], [2.0]]);
    for solver in [Solver::Auto, Solver::Lbfgs, Solver::NewtonCg, Solver::NewtonCholesky] {
        let model = LogisticRegression::new().l2(0.0).solver(solver).fit(&x, &[0, 0, 1, 1]).unwrap();
        assert_eq!(model.convergence().stop, Stop::Diverged, "{solver:?}");
        assert!(model.coefficients().iter().all(|w| f64::is_finite(*w) && *w > 1.0), "{solver:?} {model:?}");
        assert_eq!(model.predict(&x).unwrap(), [0, 0, 1, 1]);
        let three = LogisticRegression::new().l2(0.0).solver(solver).fit(&x, &[0, 0, 1, 2]).unwrap();
        assert!(three.coefficients().iter().all(|w| f64::is_finite(*w)), "{solver:?}");
    }
    // with a penalty there is a minimum
    let model = LogisticRegression::new().fit(&x, &[0, 0, 1, 1]).unwrap();
    assert_eq!(model.convergence().stop, Stop::Converged);
}

#[test]
fn columns_that_depend_on_each_other_and_constant_ones_are_no_obstacle() {
    let (x, y) = data(120, 2, 2);
    let wide = DMatrix::from_fn(120, 5, |i, j| [x[(i, 0)], x[(i, 1)], x[(i, 0)] - x[(i, 1)], 3.0, 0.0][j]);
    for l2 in [0.0, 1.0] {
        let narrow = tight().l2(0.0).fit(&x, &y).unwrap().predict_proba(&x).unwrap();
        for solver in [Solver::Auto, Solver::Lbfgs, Solver::NewtonCg, Solver::NewtonCholesky] {
            let model = tight().tol(1e-8).l2(l2).solver(solver).fit(&wide, &y).unwrap();
            assert_eq!(model.convergence().stop, Stop::Converged, "{solver:?}");
            if l2 == 0.0 {
                assert!((model.predict_proba(&wide).unwrap() - &narrow).amax() < 1e-5, "{solver:?}");
            }
        }
    }
}

#[test]
fn margins_of_ten_thousand_overflow_nothing() {
    let x = rows(&[[-1e4], [1e4], [-2e4], [2e4]]);
    let model = LogisticRegression::new().fit(&x, &[0, 1, 0, 1]).unwrap();
    let far = rows(&[[1e8], [-1e8]]);
    let (p, log_p) = (model.predict_proba(&far).unwrap(), model.predict_log_proba(&far).unwrap());
    assert_eq!((p[(0, 1)], p[(1, 1)]), (1.0, 0.0));
    assert!(log_p.iter().all(|v: &f64| f64::is_finite(*v)) && log_p[(0, 0)] < -1e3, "{log_p}");
    assert_eq!(model.decision_function(&far).unwrap().shape(), (2, 1));
}

#[test]
fn a_warm_start_begins_where_the_last_fit_ended() {
    let (x, y) = data(300, 4, 3);
    let model = tight().tol(1e-7).fit(&x, &y).unwrap();
    let again = tight().tol(1e-7).fit_warm(&x, &y, None, &model).unwrap();
    assert_eq!(again.convergence().n_iter, 0);
    assert_eq!(again.coefficients(), model.coefficients());
    let nearby = tight().tol(1e-7).l2(1.1).fit_warm(&x, &y, None, &model).unwrap();
    assert!(nearby.convergence().n_iter < model.convergence().n_iter, "{nearby:?} {model:?}");
    let other: Vec<usize> = y.iter().map(|y| y + 1).collect();
    assert!(matches!(tight().fit_warm(&x, &other, None, &model), Err(Error::UnknownClass { .. })));
    let narrow = x.columns(0, 2).into_owned();
    assert!(matches!(tight().fit_warm(&narrow, &y, None, &model), Err(Error::Shape { .. })));
}

#[test]
fn an_observer_sees_the_objective_fall_and_can_end_it() {
    let (x, y) = data(300, 4, 2);
    let mut losses = Vec::new();
    let mut watch = |progress: &cairn_logistic::Progress, w: &[f64]| {
        assert_eq!(w.len(), 5);
        losses.push(progress.loss);
        if losses.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let model = tight().fit_observed(&x, &y, &mut watch).unwrap();
    assert_eq!((model.convergence().stop, model.convergence().n_iter), (Stop::Interrupted, 2));
    assert!(losses[1] < losses[0] && losses[1] == model.convergence().objective);
}

#[test]
fn what_cannot_be_learned_from_is_refused() {
    let x = rows(&[[0.0], [1.0], [2.0]]);
    let fit = |l: LogisticRegression| l.fit(&x, &[0, 1, 1]).map(|_| ());
    let new = LogisticRegression::new;
    assert_eq!(new().fit(&x, &[4, 4, 4]).err(), Some(Error::Classes { needed: 2, found: 1 }));
    assert!(matches!(fit(new().l2(-1.0)), Err(Error::Parameter { name: "l2", .. })));
    assert!(matches!(fit(new().c(0.0)), Err(Error::Parameter { name: "l2", .. })));
    assert!(matches!(fit(new().l1(f64::NAN)), Err(Error::Parameter { name: "l1", .. })));
    assert!(matches!(fit(new().l1(1.0).solver(Solver::NewtonCg)), Err(Error::Parameter { name: "l1", .. })));
    assert!(matches!(fit(new().tol(-1.0)), Err(Error::Parameter { name: "tol", .. })));
    let weighted = |w: [f64; 3]| new().fit_weighted(&x, &[0, 1, 1], &w).map(|_| ());
    assert!(matches!(weighted([0.0; 3]), Err(Error::Domain { what: "weights", .. })));
    assert!(matches!(weighted([1.0, -1.0, 1.0]), Err(Error::Domain { what: "weights", row: Some(1), .. })));
    assert_eq!(weighted([0.0, 1.0, 1.0]), Err(Error::Classes { needed: 2, found: 1 }));
    let strange = new().class_weights(ClassWeights::Given(vec![(7, 1.0)]));
    assert!(matches!(fit(strange), Err(Error::UnknownClass { what: "class_weights", .. })));
    let wide = CsrMatrix::<f64>::zeros(3, 5000);
    let cholesky = new().solver(Solver::NewtonCholesky).fit(&wide, &[0, 1, 1]);
    assert!(matches!(cholesky, Err(Error::Parameter { name: "solver", .. })));
}

#[test]
fn files_are_read_back_and_wrong_ones_refused() {
    let (x, y) = data(60, 2, 3);
    let model = LogisticRegression::new().fit(&x, &y).unwrap();
    let file = model.to_json().unwrap();
    assert_eq!(LogisticModel::<f64>::from_json(&file).unwrap(), model);
    for (from, to) in [("\"classes\":[0,1,2]", "\"classes\":[0,2,1]"), ("\"classes\":[0,1,2]", "\"classes\":[0,1]")] {
        assert!(file.contains(from), "{file}");
        assert!(LogisticModel::<f64>::from_json(&file.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn single_precision_is_near() {
    for n_classes in [2, 3] {
        let (x, y) = data(300, 4, n_classes);
        let (wide, narrow) = (tight().fit(&x, &y).unwrap(), tight().fit(&x.map(|v| v as f32), &y).unwrap());
        let far = (wide.coefficients() - narrow.coefficients().map(f64::from)).amax();
        // 6e-8 of rounding in x and in the answer, times coefficients of size 1 and columns of size 4
        assert!(far < 1e-5, "{far}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Without a penalty scales are a matter of units.
    #[test]
    fn units_do_not_matter_without_a_penalty(scale in 0.01_f64..100.0, offset in -50.0_f64..50.0) {
        let (x, y) = data(200, 2, 2);
        let moved = x.map(|v| scale * v + offset);
        let model = tight().l2(0.0).fit(&x, &y).unwrap();
        let other = tight().tol(1e-9).l2(0.0).fit(&moved, &y).unwrap();
        let (p, q) = (model.predict_proba(&x).unwrap(), other.predict_proba(&moved).unwrap());
        prop_assert!((p - q).amax() < 1e-4);
    }

    /// A row's weight is how often it was seen: all twice as often, and twice the penalty, is the same.
    #[test]
    fn weight_and_penalty_scale_together(factor in 0.1_f64..10.0) {
        let (x, y) = data(150, 3, 3);
        let model = tight().fit(&x, &y).unwrap();
        let other = tight().l2(factor).fit_weighted(&x, &y, &[factor; 150]).unwrap();
        prop_assert!(furthest(&model, &other) < 1e-7);
    }

    /// More of one class moves the log-odds, and with all coefficients held at 0 by exactly the logarithm.
    #[test]
    fn a_prior_shift_is_a_shift_of_log_odds(factor in 0.1_f64..10.0) {
        let (x, y) = data(100, 2, 2);
        let held = tight().l2(0.0).l1(1e7);
        let model = held.fit(&x, &y).unwrap();
        let more = held.class_weights(ClassWeights::Given(vec![(1, factor)])).fit(&x, &y).unwrap();
        prop_assert!((more.intercepts()[0] - model.intercepts()[0] - factor.ln()).abs() < 1e-8);
    }
}
