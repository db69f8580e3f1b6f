use super::{as_array, as_dense, ours, same, theirs};
use crate::{linear_target, uniform};
use cairn_linear::{Fit, Lasso, LinearRegression, Predict, Ridge};
use criterion::Criterion;
use linfa::{
    Dataset,
    traits::{Fit as _, Predict as _},
};
use linfa_elasticnet::ElasticNet;
use ndarray::Array1;
use smartcore::linear::{
    linear_regression as smart_linear,
    ridge_regression::{RidgeRegression, RidgeRegressionParameters},
};

const N: usize = 10_000;
const P: usize = 50;

pub(crate) fn benches(c: &mut Criterion) {
    least_squares(c);
    ridge(c);
    lasso(c);
}

fn least_squares(c: &mut Criterion) {
    let x = uniform::<f64>(N, P, 0);
    let y = linear_target(&x, 1);
    let data = Dataset::new(as_array(&x), Array1::from_vec(y.as_slice().to_vec()));
    let (dense, targets) = (as_dense(&x), y.as_slice().to_vec());
    let smart = || smart_linear::LinearRegression::fit(&dense, &targets, Default::default()).unwrap();
    let linfa = || linfa_linear::LinearRegression::new().fit(&data).unwrap();

    let (own, linfa_model, smart_model) = (LinearRegression::new().fit(&x, &y).unwrap(), linfa(), smart());
    let expected = own.predict(&x).unwrap();
    same("linfa", expected.as_slice(), linfa_model.predict(data.records()).as_slice().unwrap());
    same("smartcore", expected.as_slice(), &smart_model.predict(&dense).unwrap());

    let mut group = c.benchmark_group("linear");
    group.sample_size(10);
    let id = format!("fit/least-squares/n={N},p={P}");
    ours(&mut group, &id, || LinearRegression::new().fit(&x, &y).unwrap());
    theirs(&mut group, &id, "linfa", linfa);
    theirs(&mut group, &id, "smartcore", smart);
    let id = format!("predict/least-squares/n={N},p={P}");
    ours(&mut group, &id, || own.predict(&x).unwrap());
    theirs(&mut group, &id, "linfa", || linfa_model.predict(data.records()));
    theirs(&mut group, &id, "smartcore", || smart_model.predict(&dense).unwrap());
    group.finish();
}

/// Without an intercept: the two have their own ideas of one (see `src/peers`).
fn ridge(c: &mut Criterion) {
    let l2 = 1.0;
    let x = uniform::<f64>(N, P, 0);
    let y = linear_target(&x, 1);
    let data = Dataset::new(as_array(&x), Array1::from_vec(y.as_slice().to_vec()));
    let (dense, targets) = (as_dense(&x), y.as_slice().to_vec());
    let estimator = Ridge::new(l2).fit_intercept(false);
    let linfa = || {
        let net = ElasticNet::params().l1_ratio(0.0).penalty(l2 / N as f64).with_intercept(false).tolerance(1e-10);
        net.fit(&data).unwrap()
    };
    let smart = || {
        let parameters = RidgeRegressionParameters::default().with_alpha(l2).with_normalize(false);
        RidgeRegression::fit(&dense, &targets, parameters).unwrap()
    };

    let expected = estimator.fit(&x, &y).unwrap().predict(&x).unwrap();
    same("linfa", expected.as_slice(), linfa().predict(data.records()).as_slice().unwrap());
    same("smartcore", expected.as_slice(), &smart().predict(&dense).unwrap());

    let mut group = c.benchmark_group("linear");
    group.sample_size(10);
    let id = format!("fit/ridge-without-intercept/n={N},p={P}");
    ours(&mut group, &id, || estimator.fit(&x, &y).unwrap());
    theirs(&mut group, &id, "linfa", linfa);
    theirs(&mut group, &id, "smartcore", smart);
    group.finish();
}

/// Without an intercept, as for ridge; smartcore's is an interior-point method for another scale of the penalty.
fn lasso(c: &mut Criterion) {
    let alpha = 0.01;
    let x = uniform::<f64>(N, P, 0);
    let y = linear_target(&x.columns(0, 10).into_owned(), 1);
    let data = Dataset::new(as_array(&x), Array1::from_vec(y.as_slice().to_vec()));
    let estimator = Lasso::new(alpha).fit_intercept(false).tol(1e-16);
    let linfa = || {
        let net = ElasticNet::params().l1_ratio(1.0).penalty(alpha).with_intercept(false).tolerance(1e-16);
        net.fit(&data).unwrap()
    };
    let expected = estimator.fit(&x, &y).unwrap().predict(&x).unwrap();
    same("linfa", expected.as_slice(), linfa().predict(data.records()).as_slice().unwrap());

    let mut group = c.benchmark_group("linear");
    group.sample_size(10);
    let id = format!("fit/lasso-without-intercept/n={N},p={P}");
    ours(&mut group, &id, || estimator.fit(&x, &y).unwrap());
    theirs(&mut group, &id, "linfa", linfa);
    group.finish();
}
