//! Laws of the lasso and the elastic net: optimality, paths, folds, forms of x.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_laws::strategies::{Design, regressions};
use cairn_linear::{
    Alphas, CsrMatrix, DMatrix, DVector, ElasticNet, ElasticNetCv, Error, Fit, FitObserved, FitWeighted, Lasso,
    LassoCv, Persist, Predict, Stop, enet_path, lasso_path, rows,
};
use proptest::prelude::*;
use std::ops::ControlFlow;

/// Columns, target and weights about their means, and what is asked.
struct Problem {
    x: DMatrix<f64>,
    y: DVector<f64>,
    v: DVector<f64>,
    l1: f64,
    l2: f64,
    positive: bool,
}

impl Problem {
    fn new(x: &DMatrix<f64>, y: &DVector<f64>, weights: Option<&[f64]>, net: (f64, f64), intercept: bool) -> Self {
        let n = x.nrows();
        let w = weights.map_or_else(|| DVector::from_element(n, 1.0), DVector::from_column_slice);
        let v = &w / w.sum();
        let (mut x, mut y) = (x.clone(), y.clone());
        if intercept {
            for mut column in x.column_iter_mut() {
                let mean = column.dot(&v);
                column.add_scalar_mut(-mean);
            }
            y.add_scalar_mut(-y.dot(&v));
        }
        Self { x, y, v, l1: net.0 * net.1, l2: net.0 * (1.0 - net.1), positive: false }
    }

    fn objective(&self, w: &DVector<f64>) -> f64 {
        let r = &self.y - &self.x * w;
        0.5 * r.component_mul(&r).dot(&self.v) + self.l1 * w.lp_norm(1) + 0.5 * self.l2 * w.norm_squared()
    }

    /// The largest violation of the optimality conditions, in units of the target and the column.
    fn violation(&self, w: &DVector<f64>) -> f64 {
        let r = &self.y - &self.x * w;
        let energy = self.y.component_mul(&self.y).dot(&self.v).sqrt();
        let of = |j: usize| {
            let column = self.x.column(j);
            let size = column.component_mul(&column).dot(&self.v).sqrt() * energy;
            let pull = column.component_mul(&r).dot(&self.v) - self.l2 * w[j];
            let off = if w[j] != 0.0 {
                (pull - self.l1 * w[j].signum()).abs()
            } else if self.positive {
                (pull - self.l1).max(0.0)
            } else {
                (pull.abs() - self.l1).max(0.0)
            };
            if size > 1e-9 * energy { off / size } else { 0.0 }
        };
        (0..w.len()).map(of).fold(0.0, f64::max)
    }
}

/// A gap of g leaves pulls off by sqrt(2 g) of the column's size: rounding, 16 eps, leaves 8e-8.
const OPTIMAL: f64 = 2e-7;

fn wave(n: usize, p: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, p, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13 + j as f64).sin())
}

fn exact(alpha: f64, l1_ratio: f64) -> ElasticNet {
    ElasticNet::new(alpha).l1_ratio(l1_ratio).tol(0.0).max_iter(100_000)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn every_solution_is_optimal(
        case in regressions(Design::ONE_SCALE, 1..=30),
        alpha in 1e-3..4.0_f64,
        l1_ratio in prop_oneof![Just(1.0), Just(0.5), Just(0.05)],
        positive: bool,
        intercept: bool,
        weighted: bool,
    ) {
        // two columns 1e6 away from 0 are the same but for 1e-12, unless their means are taken off
        prop_assume!(intercept || case.x.amax() < 1e5);
        let net = exact(alpha, l1_ratio).positive(positive).fit_intercept(intercept);
        let weights = case.draws.weights();
        let weights = weighted.then_some(weights.as_slice());
        let model = weights.map_or_else(|| net.fit(&case.x, &case.y), |w| net.fit_weighted(&case.x, &case.y, w)).unwrap();
        let mut problem = Problem::new(&case.x, &case.y, weights, (alpha, l1_ratio), intercept);
        problem.positive = positive;
        let w = model.coefficients().into_owned();
        prop_assert!(!positive || w.iter().all(|w| *w >= 0.0));
        prop_assert!(problem.violation(&w) < OPTIMAL, "{:e} {:?}", problem.violation(&w), model);
        let objective = problem.objective(&w);
        prop_assert!((model.convergence().objective - objective).abs() <= 1e-9 * (1e-9 + objective));
    }

    #[test]
    fn dense_and_sparse_agree(case in regressions(Design::ONE_SCALE, 1..=20), alpha in 1e-2..2.0_f64, weighted: bool) {
        let net = exact(alpha, 0.7);
        let sparse = CsrMatrix::from(&case.x);
        let weights = if weighted { case.draws.weights() } else { vec![1.0; case.x.nrows()] };
        let a = net.fit_weighted(&case.x, &case.y, &weights).unwrap();
        let b = net.fit_weighted(&sparse, &case.y, &weights).unwrap();
        let scale = case.y.amax().max(1.0);
        prop_assert!((a.predict(&case.x).unwrap() - b.predict(&sparse).unwrap()).amax() <= 1e-6 * scale);
        prop_assert!((a.predict(&case.x).unwrap() - a.predict(&sparse).unwrap()).amax() <= 1e-9 * scale);
    }

    #[test]
    fn a_path_is_its_single_fits(case in regressions(Design::ONE_SCALE, 2..=30), positive: bool) {
        let lasso = Lasso::default().tol(0.0).positive(positive);
        let path = lasso.path(&case.x, &case.y, None, &Alphas::Grid { n: 8, eps: 1e-2 }).unwrap();
        let mut last = f64::INFINITY;
        for (k, &alpha) in path.alphas.iter().enumerate() {
            let problem = Problem::new(&case.x, &case.y, None, (alpha, 1.0), true);
            let alone = lasso.clone().alpha(alpha).fit(&case.x, &case.y).unwrap();
            let (a, b) = (problem.objective(&path.coefficients.column(k).into_owned()), alone.convergence().objective);
            prop_assert!((a - b).abs() <= 1e-10 * (b + 1e-9), "{a:e} {b:e}");
            // a smaller penalty never leaves a larger objective
            prop_assert!(a <= last * (1.0 + 1e-12));
            last = a;
        }
        prop_assert!(path.coefficients.column(0).amax() <= 1e-12 * case.y.amax().max(1.0));
    }

    #[test]
    fn targets_and_penalties_scale_together(case in regressions(Design::ONE_SCALE, 1..=20), alpha in 1e-2..2.0_f64) {
        let model = exact(alpha, 1.0).fit(&case.x, &case.y).unwrap();
        let moved = exact(2.5 * alpha, 1.0).fit(&case.x, &case.y.map(|y| 3.0 - 2.5 * y)).unwrap();
        let expected = model.predict(&case.x).unwrap().map(|y| 3.0 - 2.5 * y);
        prop_assert!((expected - moved.predict(&case.x).unwrap()).amax() <= 1e-6 * case.y.amax().max(1.0));
    }
}

#[test]
fn more_columns_than_rows_on_products_and_on_residuals() {
    let x = wave(25, 400);
    let y = DVector::from_fn(25, |i, _| (i as f64 * 0.9).cos() + x[(i, 3)] * 2.0);
    for (alpha, l1_ratio) in [(0.05, 1.0), (0.01, 1.0), (0.05, 0.02), (0.3, 0.01)] {
        let model = exact(alpha, l1_ratio).fit(&x, &y).unwrap();
        let w = model.coefficients().into_owned();
        let found = Problem::new(&x, &y, None, (alpha, l1_ratio), true).violation(&w);
        assert!(found < OPTIMAL, "{alpha} {l1_ratio}: {found:e} {:?}", model.convergence());
        let sparse = exact(alpha, l1_ratio).fit(&CsrMatrix::from(&x), &y).unwrap();
        assert!((sparse.predict(&x).unwrap() - model.predict(&x).unwrap()).amax() < 1e-6);
        assert!(l1_ratio > 0.1 || w.iter().filter(|w| **w != 0.0).count() > 25, "the residuals were not walked on");
    }
}

#[test]
fn rows_and_sums_of_many_columns_agree() {
    // 200 columns: a single fit reads the rows, a path their products
    let x = wave(600, 200);
    let y = DVector::from_fn(600, |i, _| 2.0 * x[(i, 3)] - x[(i, 77)] + ((i * 31) as f64).sin());
    let path = Lasso::default().tol(0.0).path(&x, &y, None, &Alphas::Given(vec![0.01, 0.1])).unwrap();
    assert_eq!(path.alphas, [0.1, 0.01]);
    for (k, &alpha) in path.alphas.iter().enumerate() {
        let alone = Lasso::new(alpha).tol(0.0).fit(&x, &y).unwrap();
        assert!((alone.coefficients() - path.coefficients.column(k)).amax() < 1e-8);
        assert!(Problem::new(&x, &y, None, (alpha, 1.0), true).violation(&alone.coefficients().into_owned()) < OPTIMAL);
    }
}

#[test]
fn the_gap_keeps_its_promise() {
    let x = wave(200, 150);
    let y = DVector::from_fn(200, |i, _| x[(i, 3)] - x[(i, 9)] + ((i * 17) as f64).cos());
    let best = Lasso::new(0.01).tol(0.0).fit(&x, &y).unwrap();
    for tol in [1e-2, 1e-4, 1e-8] {
        let model = Lasso::new(0.01).tol(tol).fit(&x, &y).unwrap();
        assert_eq!(model.convergence().stop, Stop::Converged);
        let above = model.convergence().objective - best.convergence().objective;
        assert!(above <= model.gap() + 1e-14 && model.gap() <= tol * y.norm_squared() / 200.0, "{tol}: {above:e}");
    }
    let short = Lasso::new(1e-4).tol(1e-12).max_iter(1).fit(&x, &y).unwrap();
    assert_eq!((short.convergence().stop, short.convergence().n_iter), (Stop::MaxIter, 1));
}

#[test]
fn an_observer_sees_objectives_fall_and_may_stop() {
    let x = wave(200, 300);
    let y = DVector::from_fn(200, |i, _| x[(i, 3)] - x[(i, 9)] + ((i * 17) as f64).cos());
    let mut seen = Vec::new();
    let lasso = Lasso::new(0.005).tol(1e-10);
    let model = lasso
        .fit_observed(&x, &y, &mut |progress, w: &[f64]| {
            seen.push((progress.loss, w.iter().filter(|w| **w != 0.0).count()));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(model, lasso.fit(&x, &y).unwrap());
    assert!(seen.len() > 2 && seen.windows(2).all(|two| two[1].0 <= two[0].0), "{seen:?}");
    assert_eq!(seen[0].1, 0);
    let stopped = lasso.fit_observed(&x, &y, &mut |_, _: &[f64]| ControlFlow::Break(())).unwrap();
    assert_eq!(stopped.convergence().stop, Stop::Interrupted);
}

#[test]
fn awkward_data_is_learned_from() {
    // one row, constant columns, a constant target: all coefficients 0, the mean is predicted
    let one = Lasso::new(0.1).fit(&rows(&[[3.0, 4.0]]), &DVector::from_vec(vec![9.0])).unwrap();
    assert_eq!((one.coefficients().amax(), one.intercept()), (0.0, 9.0));
    let x = rows(&[[1.0, 0.1], [1.0, 0.1], [1.0, 0.1]]);
    let constant = Lasso::new(0.0).fit(&x, &DVector::from_vec(vec![1.0, 2.0, 6.0])).unwrap();
    assert_eq!((constant.coefficients().amax(), constant.intercept()), (0.0, 3.0));
    let path = lasso_path(&wave(9, 3), &DVector::from_element(9, 0.1), &Alphas::default()).unwrap();
    assert_eq!(path.coefficients.amax(), 0.0);
    // twins share whatever they share, and predict alike
    let twins = rows(&[[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]);
    let y = DVector::from_vec(vec![1.0, 2.0, 4.0]);
    let model = Lasso::new(0.1).tol(0.0).fit(&twins, &y).unwrap();
    // one column: variance 14/9, w = 1 − 0.1 / (14/9)
    assert!((model.coefficients().sum() - (1.0 - 0.9 / 14.0_f64)).abs() < 1e-12);
    // least squares by descent
    let free = Lasso::new(0.0).tol(0.0).fit(&wave(30, 3), &wave(30, 4).column(3).into_owned()).unwrap();
    let least = cairn_linear::LinearRegression::new().fit(&wave(30, 3), &wave(30, 4).column(3).into_owned()).unwrap();
    assert!((free.coefficients() - least.coefficients()).amax() < 1e-10);
}

#[test]
fn bad_input_is_refused() {
    let (x, y) = (rows(&[[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]]), DVector::from_vec(vec![1.0, 2.0, 3.0]));
    assert!(matches!(Lasso::new(-1.0).fit(&x, &y), Err(Error::Parameter { name: "alpha", .. })));
    assert!(matches!(Lasso::new(1.0).max_iter(0).fit(&x, &y), Err(Error::Parameter { name: "max_iter", .. })));
    assert!(matches!(ElasticNet::new(1.0).l1_ratio(1.5).fit(&x, &y), Err(Error::Parameter { name: "l1_ratio", .. })));
    assert!(matches!(enet_path(&x, &y, 0.0, &Alphas::default()), Err(Error::Parameter { name: "l1_ratio", .. })));
    assert!(matches!(Lasso::new(1.0).fit_weighted(&x, &y, &[0.0; 3]), Err(Error::Domain { what: "weights", .. })));
    let grid = Alphas::Grid { n: 0, eps: 1e-3 };
    assert!(matches!(lasso_path(&x, &y, &grid), Err(Error::Parameter { name: "n_alphas", .. })));
    assert!(matches!(LassoCv::new().n_folds(4).fit(&x, &y), Err(Error::TooFewSamples { needed: 4, found: 3, .. })));
    assert!(matches!(LassoCv::new().n_folds(1).fit(&x, &y), Err(Error::Parameter { name: "n_folds", .. })));
    let unweighted_fold = LassoCv::new().n_folds(3).fit_weighted(&x, &y, &[1.0, 0.0, 1.0]);
    assert!(matches!(unweighted_fold, Err(Error::Domain { what: "weights", row: Some(1), .. })));
    let mut bad = wave(4, 300);
    bad[(2, 200)] = f64::NAN;
    let y = DVector::from_element(4, 1.0);
    let expected = Error::NonFinite { what: "x", row: 2, column: 200 };
    assert_eq!(Lasso::new(1.0).fit(&bad, &y), Err(expected.clone()));
    assert_eq!(Lasso::new(1.0).fit(&CsrMatrix::from(&bad), &y).unwrap_err(), expected);
    assert_eq!(LassoCv::new().n_folds(2).fit(&bad, &y).unwrap_err(), expected);
    bad[(2, 200)] = 1e200;
    assert!(matches!(Lasso::new(1.0).fit(&bad, &y), Err(Error::Domain { what: "x", .. })));
}

/// Errors of each fold by fitting its rows.
fn by_hand(x: &DMatrix<f64>, y: &DVector<f64>, weights: Option<&[f64]>, net: &ElasticNet, folds: &[usize]) -> Vec<f64> {
    let mut start = 0;
    let of = |&size: &usize| {
        let held: Vec<usize> = (start..start + size).collect();
        let kept: Vec<usize> = (0..x.nrows()).filter(|i| !held.contains(i)).collect();
        start += size;
        let take = |rows: &[usize]| (x.select_rows(rows), y.select_rows(rows));
        let ((train_x, train_y), (test_x, test_y)) = (take(&kept), take(&held));
        let of = |rows: &[usize]| rows.iter().map(|&i| weights.map_or(1.0, |w| w[i])).collect::<Vec<_>>();
        let model = net.fit_weighted(&train_x, &train_y, &of(&kept)).unwrap();
        let off = model.predict(&test_x).unwrap() - test_y;
        let w = of(&held);
        off.iter().zip(&w).map(|(r, w)| r * r * w).sum::<f64>() / w.iter().sum::<f64>()
    };
    folds.iter().map(of).collect()
}

#[test]
fn cross_validation_is_that_by_hand() {
    // 23 rows in 3 folds: 8, 8 and 7; tall by sums, wide by weights of 0
    for (n, p, sizes) in [(23, 4, [8, 8, 7]), (23, 60, [8, 8, 7])] {
        let x = wave(n, p).add_scalar(2.0);
        let y = DVector::from_fn(n, |i, _| 1.0 + x[(i, 0)] - 0.5 * x[(i, 2)] + 0.3 * ((i * 7) as f64).sin());
        let weights: Vec<f64> = (0..n).map(|i| 1.0 + (i % 3) as f64).collect();
        for weights in [None, Some(weights.as_slice())] {
            let alphas = Alphas::Given(vec![0.5, 0.1, 0.02, 0.004]);
            let cv = ElasticNetCv::new().l1_ratios(vec![0.4, 1.0]).alphas(alphas).n_folds(3).tol(1e-13);
            let dense = weights.map_or_else(|| cv.fit(&x, &y), |w| cv.fit_weighted(&x, &y, w)).unwrap();
            let sparse = CsrMatrix::from(&x);
            let sparse = weights.map_or_else(|| cv.fit(&sparse, &y), |w| cv.fit_weighted(&sparse, &y, w)).unwrap();
            let choice = dense.choice();
            let mut least = f64::INFINITY;
            for l1_ratio in [0.4, 1.0] {
                for (k, &alpha) in [0.5, 0.1, 0.02, 0.004].iter().enumerate() {
                    let errors = by_hand(&x, &y, weights, &exact(alpha, l1_ratio), &sizes);
                    least = least.min(errors.iter().sum::<f64>() / 3.0);
                    if l1_ratio == choice.l1_ratio {
                        let found = choice.mse_path.row(k).transpose();
                        assert!((found - DVector::from_vec(errors)).amax() < 1e-5, "{p} {alpha} {l1_ratio}");
                    }
                }
            }
            let chosen = choice.alphas.iter().position(|&a| a == choice.alpha).unwrap();
            assert!((choice.mse_path.row(chosen).mean() - least).abs() < 1e-5);
            assert_eq!(sparse.choice().alpha, choice.alpha);
            assert!((&sparse.choice().mse_path - &choice.mse_path).amax() < 1e-5);
            let refit = exact(choice.alpha, choice.l1_ratio);
            let refit = weights.map_or_else(|| refit.fit(&x, &y), |w| refit.fit_weighted(&x, &y, w)).unwrap();
            assert!((refit.predict(&x).unwrap() - dense.predict(&x).unwrap()).amax() < 1e-5);
            let saved = dense.to_json().unwrap();
            assert_eq!(cairn_linear::ElasticNetCvModel::<f64>::from_json(&saved).unwrap(), dense);
        }
    }
}

#[test]
fn the_same_bits_on_any_threads() {
    let x = wave(900, 300);
    let y = DVector::from_fn(900, |i, _| x[(i, 3)] - x[(i, 9)] + ((i * 17) as f64).cos());
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let cv = LassoCv::new().alphas(Alphas::Grid { n: 20, eps: 1e-2 });
            (
                Lasso::new(0.01).fit(&x, &y).unwrap(),
                cv.fit(&x, &y).unwrap(),
                cv.fit(&x.rows(0, 90).into_owned(), &y.rows(0, 90).into_owned()).unwrap(),
            )
        })
    };
    assert!(run(1) == run(2) && run(1) == run(7));
}

#[test]
fn single_precision_agrees_with_double() {
    let x = wave(500, 200);
    let y = DVector::from_fn(500, |i, _| x[(i, 3)] - x[(i, 9)] + ((i * 17) as f64).cos());
    let double = Lasso::new(0.02).tol(1e-12).fit(&x, &y).unwrap();
    let single = Lasso::new(0.02).tol(1e-12).fit(&x.map(|v| v as f32), &y.map(|v| v as f32)).unwrap();
    // numbers rounded to 6e-8
    assert!((single.coefficients().map(f64::from) - double.coefficients()).amax() < 1e-6);
}
