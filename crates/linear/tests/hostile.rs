//! Every estimator on data that is legal and awkward: copies of a column, constants, one row, more columns than rows,
//! penalties that leave nothing.

use cairn_linear::{
    DMatrix, DVector, ElasticNet, ElasticNetCv, Error, FitWeighted, GammaRegressor, HuberRegressor, Lasso, LassoCv,
    LinearRegression, PoissonRegressor, Predict, Result, Ridge, RidgeCv, SgdRegressor, TweedieRegressor, rows,
};

type Fitted = Result<(DVector<f64>, DVector<f64>)>;

/// Fits with weights; the coefficients, and the predictions on the same rows.
type Estimator = Box<dyn Fn(&DMatrix<f64>, &DVector<f64>, &[f64]) -> Fitted>;

macro_rules! estimator {
    ($name:literal, $estimator:expr) => {
        (
            $name,
            Box::new(|x: &DMatrix<f64>, y: &DVector<f64>, weights: &[f64]| {
                let model = $estimator.fit_weighted(x, y, weights)?;
                let predicted: DVector<f64> = model.predict(x)?;
                Ok((model.coefficients().into_owned(), predicted))
            }) as Estimator,
        )
    };
}

/// Each with a weak penalty.
fn estimators() -> Vec<(&'static str, Estimator)> {
    vec![
        estimator!("least squares", LinearRegression::new()),
        estimator!("ridge", Ridge::new(1e-3)),
        estimator!("ridge, folds", RidgeCv::new()),
        estimator!("lasso", Lasso::new(1e-3)),
        estimator!("lasso, folds", LassoCv::new().n_folds(2)),
        estimator!("elastic net", ElasticNet::new(1e-3)),
        estimator!("elastic net, folds", ElasticNetCv::new().n_folds(2)),
        estimator!("huber", HuberRegressor::new()),
        estimator!("poisson", PoissonRegressor::new(1e-3)),
        estimator!("gamma", GammaRegressor::new(1e-3)),
        estimator!("tweedie", TweedieRegressor::new(1.5).alpha(1e-3)),
        estimator!("sgd", SgdRegressor::new().tol(1e-6)),
    ]
}

fn wave(n: usize, p: usize) -> DMatrix<f64> {
    DMatrix::from_fn(n, p, |i, j| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin())
}

/// Positive, so that every family has it.
fn target(x: &DMatrix<f64>) -> DVector<f64> {
    DVector::from_fn(x.nrows(), |i, _| (1.0 + 0.5 * x[(i, 0)]).exp() + 0.1 * ((i * 7) as f64).cos())
}

fn mean_square(y: &DVector<f64>, predicted: &DVector<f64>) -> f64 {
    (y - predicted).norm_squared() / y.len() as f64
}

#[test]
fn copies_of_a_column_predict_as_well_as_the_column() {
    let x = wave(60, 1);
    let y = target(&x);
    let copies = DMatrix::from_fn(60, 4, |i, j| if j == 3 { 1.0 - 2.0 * x[(i, 0)] } else { x[(i, 0)] });
    for (name, fit) in estimators() {
        let (_, one) = fit(&x, &y, &[1.0; 60]).unwrap();
        let (w, many) = fit(&copies, &y, &[1.0; 60]).unwrap();
        // a column of other units may be penalised less, never fit worse; choices by folds may differ a little
        assert!(mean_square(&y, &many) < 1.1 * mean_square(&y, &one) + 1e-6, "{name}: {w}");
        assert!(w.iter().all(|w| w.abs() < 10.0), "{name}: {w}");
    }
}

#[test]
fn columns_that_do_not_vary_change_nothing() {
    let x = wave(60, 2);
    let y = target(&x);
    let with = x.clone().insert_column(1, 0.1);
    for (name, fit) in estimators() {
        let (alone, _) = fit(&x, &y, &[1.0; 60]).unwrap();
        let (w, predicted) = fit(&with, &y, &[1.0; 60]).unwrap();
        assert!(predicted.iter().all(|v| v.is_finite()), "{name}");
        // to a walk a constant column is one more intercept
        if name != "sgd" {
            assert!(w[1].abs() < 1e-10, "{name}: {w}");
            assert!((w[0] - alone[0]).abs() < 1e-5 && (w[2] - alone[1]).abs() < 1e-5, "{name}: {w} {alone}");
        }
    }
}

#[test]
fn with_nothing_but_constants_the_mean_is_predicted() {
    let x = DMatrix::from_element(30, 2, 0.1);
    let y = DVector::from_fn(30, |i, _| 1.0 + f64::from(u8::from(i % 2 == 0)));
    for (name, fit) in estimators() {
        let (w, predicted) = fit(&x, &y, &[1.0; 30]).unwrap();
        // a walk goes around it
        let near = if name == "sgd" { 0.2 } else { 1e-9 };
        assert!(predicted.iter().all(|v| (v - 1.5).abs() < near), "{name}: {w} {}", predicted[0]);
    }
}

#[test]
fn more_columns_than_rows_are_fitted() {
    let x = wave(8, 30);
    let y = target(&x);
    for (name, fit) in estimators() {
        let (w, predicted) = fit(&x, &y, &[1.0; 8]).unwrap();
        let about_mean = mean_square(&y, &DVector::from_element(8, y.mean()));
        assert!(w.iter().all(|w| w.is_finite()), "{name}");
        // folds of four rows may well choose to use no column
        assert!(mean_square(&y, &predicted) <= about_mean * 1.01, "{name}: {predicted}");
    }
}

#[test]
fn one_row_is_predicted_or_too_few() {
    let (x, y) = (rows(&[[0.3, -0.4]]), DVector::from_element(1, 2.5));
    for (name, fit) in estimators() {
        match fit(&x, &y, &[1.0]) {
            Ok((w, predicted)) => {
                let near = if name == "sgd" { 0.2 } else { 1e-9 };
                assert!((predicted[0] - 2.5).abs() < near, "{name}: {w} {predicted}");
            }
            Err(error) => {
                assert!(name.ends_with("folds"), "{name}: {error}");
                assert!(matches!(error, Error::TooFewSamples { what: "x", .. }), "{name}: {error}");
            }
        }
    }
}

#[test]
fn penalties_that_leave_nothing_leave_the_mean() {
    let x = wave(50, 3);
    let y = target(&x);
    let strong = vec![
        estimator!("ridge", Ridge::new(1e15)),
        estimator!("ridge, folds", RidgeCv::new().l2s(vec![1e15])),
        estimator!("lasso", Lasso::new(1e15)),
        estimator!("elastic net", ElasticNet::new(1e15).l1_ratio(0.5)),
        estimator!("elastic net, no l1", ElasticNet::new(1e15).l1_ratio(0.0)),
        estimator!("huber", HuberRegressor::new().epsilon(1e6).l2(1e15)),
        estimator!("poisson", PoissonRegressor::new(1e15)),
        estimator!("gamma", GammaRegressor::new(1e15)),
        estimator!("tweedie", TweedieRegressor::new(1.5).alpha(1e15)),
        estimator!("sgd", SgdRegressor::new().alpha(1e15).l1_ratio(1.0).tol(1e-6)),
    ];
    for (name, fit) in strong {
        let (w, predicted) = fit(&x, &y, &[1.0; 50]).unwrap();
        assert!(w.amax() < 1e-12, "{name}: {w}");
        let near = if name == "sgd" { 0.3 } else { 1e-6 };
        assert!(predicted.iter().all(|v| (v - y.mean()).abs() < near), "{name}: {predicted} {}", y.mean());
    }
}

#[test]
fn weights_of_nothing_are_refused() {
    let x = wave(12, 2);
    let y = target(&x);
    for (name, fit) in estimators() {
        for (weights, row) in [(vec![0.0; 12], None), ([vec![1.0; 11], vec![-1.0]].concat(), Some(11))] {
            let found = fit(&x, &y, &weights).map(|_| ());
            assert!(
                matches!(&found, Err(Error::Domain { what: "weights", row: at, .. }) if *at == row),
                "{name}: {found:?}"
            );
        }
        let short = fit(&x, &y, &[1.0]).map(|_| ());
        assert!(matches!(short, Err(Error::Shape { what: "weights", .. })), "{name}: {short:?}");
    }
}
