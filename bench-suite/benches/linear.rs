use crate::{linear_target, uniform};
use cairn_linear::{Accumulate, Fit, GramStatistics, LinearRegression, Predict, Ridge};
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
    group.finish();
}
