use crate::{linear_target, uniform};
use cairn_linear::{
    Accumulate, Alphas, CsrMatrix, Fit, GramStatistics, HuberRegressor, Lasso, LassoCv, LinearRegression,
    PoissonRegressor, Predict, Ridge, RidgeCv, lasso_path,
};
use criterion::Criterion;

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("linear");
    for (n, p) in [(1_000, 10), (100_000, 50), (50, 500)] {
        let x = uniform::<f64>(n, p, 0);
        let y = linear_target(&x, 1);
        group.bench_function(format!("fit/least-squares/n={n},p={p}"), |bench| {
            bench.iter(|| LinearRegression::new().fit(&x, &y).unwrap());
        });
        group.bench_function(format!("fit/ridge/n={n},p={p}"), |bench| {
            bench.iter(|| Ridge::new(1.0).fit(&x, &y).unwrap());
        });
        group.bench_function(format!("accumulate/gram/n={n},p={p}"), |bench| {
            bench.iter(|| {
                let mut statistics = GramStatistics::default();
                statistics.accumulate(&x, &y, None).unwrap();
                statistics
            });
        });
        let model = Ridge::new(1.0).fit(&x, &y).unwrap();
        group.bench_function(format!("predict/ridge/n={n},p={p}"), |bench| bench.iter(|| model.predict(&x).unwrap()));
    }
    for (n, p) in [(10_000, 1_000), (100, 5_000)] {
        let x = uniform::<f64>(n, p, 2);
        let informative = x.columns(0, 50).into_owned();
        let y = linear_target(&informative, 3);
        for alpha in [0.1, 0.01] {
            group.bench_function(format!("fit/lasso/n={n},p={p},alpha={alpha}"), |bench| {
                bench.iter(|| Lasso::new(alpha).fit(&x, &y).unwrap());
            });
        }
        let sparse = CsrMatrix::from(&x.map(|v| if v > 0.45 { v } else { 0.0 }));
        group.bench_function(format!("fit/lasso-sparse/n={n},p={p}"), |bench| {
            bench.iter(|| Lasso::new(0.01).fit(&sparse, &y).unwrap());
        });
        group.sample_size(10);
        group.bench_function(format!("path/lasso/n={n},p={p}"), |bench| {
            bench.iter(|| lasso_path(&x, &y, &Alphas::default()).unwrap());
        });
        group.bench_function(format!("fit/lasso-cv/n={n},p={p}"), |bench| {
            bench.iter(|| LassoCv::new().fit(&x, &y).unwrap());
        });
    }
    let x = uniform::<f64>(100_000, 50, 4);
    let y = linear_target(&x, 5);
    group.bench_function("fit/ridge-cv/n=100000,p=50", |bench| bench.iter(|| RidgeCv::new().fit(&x, &y).unwrap()));
    group.bench_function("infer/least-squares/n=100000,p=50", |bench| {
        bench.iter(|| LinearRegression::new().infer(&x, &y).unwrap());
    });
    group.bench_function("fit/huber/n=100000,p=50", |bench| bench.iter(|| HuberRegressor::new().fit(&x, &y).unwrap()));
    let counts = y.map(|y| y.abs().floor());
    group.bench_function("fit/poisson/n=100000,p=50", |bench| {
        bench.iter(|| PoissonRegressor::new(1.0).fit(&x, &counts).unwrap());
    });
    group.finish();
}
