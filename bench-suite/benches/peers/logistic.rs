use super::{as_array, as_dense, near, ours, theirs};
use crate::{logistic::labels, uniform};
use cairn_logistic::{Fit, LogisticRegression, Probabilistic};
use criterion::Criterion;
use linfa::{Dataset, traits::Fit as _};
use ndarray::Array1;
use smartcore::linear::logistic_regression as smart_logistic;

/// To the same slope of the mean loss; smartcore chooses its own end, so that labels alone are compared.
const TOL: f64 = 1e-5;

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("logistic");
    group.sample_size(10);
    for (n, p, n_classes) in [(200, 4, 2), (20_000, 32, 2), (20_000, 32, 10)] {
        let x = uniform::<f64>(n, p, 0);
        let y = labels(&x, n_classes, 1);
        let data = Dataset::new(as_array(&x), Array1::from_vec(y.clone()));
        let (dense, targets) = (as_dense(&x), y.iter().map(|&y| y as i32).collect::<Vec<i32>>());
        let estimator = LogisticRegression::new().tol(TOL);
        let smart = || {
            let parameters = smart_logistic::LogisticRegressionParameters::default().with_alpha(1.0);
            smart_logistic::LogisticRegression::fit(&dense, &targets, parameters).unwrap()
        };
        let proba = estimator.clone().tol(1e-9).fit(&x, &y).unwrap().predict_proba(&x).unwrap();
        let best: Vec<usize> = proba.row_iter().map(|row| row.transpose().argmax().0).collect();
        let differ = smart().predict(&dense).unwrap().iter().zip(&best).filter(|(a, b)| **a as usize != **b).count();
        assert!(differ * 500 <= n, "smartcore answers something else in {differ} rows of {n}");

        let id = format!("fit/n={n},p={p},classes={n_classes}");
        ours(&mut group, &id, || estimator.fit(&x, &y).unwrap());
        theirs(&mut group, &id, "smartcore", smart);
        macro_rules! linfa {
            ($estimator:ty, |$model:ident| $proba:expr) => {{
                let fit = |tol: f64| {
                    let estimator = <$estimator>::default().alpha(1.0).max_iterations(1000);
                    estimator.gradient_tolerance(tol * n as f64).fit(&data).unwrap()
                };
                let $model = fit(1e-9);
                // its line search ends where the objective no longer falls: half the digits of a double
                near("linfa", 1e-5, proba.column(1).as_slice(), &$proba);
                theirs(&mut group, &id, "linfa", || fit(TOL));
            }};
        }
        if n_classes == 2 {
            // of whichever class there are more of
            linfa!(linfa_logistic::LogisticRegression<f64>, |model| {
                let upper = model.labels().pos.class == 1;
                let of = model.predict_probabilities(data.records());
                of.mapv(|p| if upper { p } else { 1.0 - p }).to_vec()
            });
        } else {
            linfa!(linfa_logistic::MultiLogisticRegression<f64>, |model| model
                .predict_probabilities(data.records())
                .column(1)
                .to_vec());
        }
    }
    group.finish();
}
