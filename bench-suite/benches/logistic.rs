use crate::uniform;
use cairn_logistic::{CsrMatrix, DMatrix, Fit, LogisticCv, LogisticRegression, Predict, SgdClassifier, Solver};
use criterion::Criterion;

/// Classes by which of as many sums of columns is largest, so that none can be told without error.
pub(crate) fn labels(x: &DMatrix<f64>, n_classes: usize, seed: u64) -> Vec<usize> {
    let scores =
        x * uniform::<f64>(x.ncols(), n_classes, seed) * 4.0 + uniform::<f64>(x.nrows(), n_classes, seed + 1) * 3.0;
    scores.row_iter().map(|row| row.transpose().argmax().0).collect()
}

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("logistic");
    group.sample_size(10);
    for (n, p, n_classes) in [(1_000, 10, 2), (20_000, 32, 2), (200_000, 50, 2), (20_000, 32, 10)] {
        let x = uniform::<f64>(n, p, 0);
        let y = labels(&x, n_classes, 1);
        for solver in [Solver::Lbfgs, Solver::NewtonCholesky, Solver::NewtonCg] {
            let logistic = LogisticRegression::new().solver(solver);
            let id = format!("fit/{solver:?}/n={n},p={p},classes={n_classes}").to_lowercase();
            group.bench_function(id, |bench| bench.iter(|| logistic.fit(&x, &y).unwrap()));
        }
        let l1 = LogisticRegression::new().l2(0.0).l1(10.0);
        group.bench_function(format!("fit/l1/n={n},p={p},classes={n_classes}"), |bench| {
            bench.iter(|| l1.fit(&x, &y).unwrap());
        });
        let sgd = SgdClassifier::new().alpha(1e-3).max_iter(5);
        group.bench_function(format!("fit/sgd-5-epochs/n={n},p={p},classes={n_classes}"), |bench| {
            bench.iter(|| sgd.fit(&x, &y).unwrap());
        });
        let model = LogisticRegression::new().fit(&x, &y).unwrap();
        group.bench_function(format!("predict/n={n},p={p},classes={n_classes}"), |bench| {
            bench.iter(|| model.predict(&x).unwrap());
        });
    }
    let x = uniform::<f64>(10_000, 2_000, 3);
    let y = labels(&x.columns(0, 50).into_owned(), 2, 4);
    let sparse = CsrMatrix::from(&x.map(|v| if v > 0.47 { v } else { 0.0 }));
    group.bench_function("fit/sparse/n=10000,p=2000", |bench| {
        bench.iter(|| LogisticRegression::new().fit(&sparse, &y).unwrap());
    });
    let x = uniform::<f64>(5_000, 20, 5);
    let y = labels(&x, 2, 6);
    group.bench_function("fit/cv/n=5000,p=20", |bench| bench.iter(|| LogisticCv::new().fit(&x, &y).unwrap()));
    group.finish();
}
