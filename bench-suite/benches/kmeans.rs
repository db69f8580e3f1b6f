use crate::uniform;
use cairn_kmeans::{Init, KMeans, Predict};
use criterion::Criterion;

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("kmeans");
    group.sample_size(10);
    for (n, p, k) in [(10_000, 8, 10), (50_000, 32, 64), (2_000, 784, 10)] {
        let x = uniform::<f64>(n, p, 0);
        let start = Init::Given(x.rows(0, k).into_owned());
        let sweeps = KMeans::new(k).init(start).tol(0.0).max_iter(10);
        group.bench_function(format!("fit/lloyd-10-sweeps/n={n},p={p},k={k}"), |bench| {
            bench.iter(|| sweeps.fit(&x).unwrap());
        });
        let once = KMeans::new(k).max_iter(1);
        group.bench_function(format!("fit/plus-plus/n={n},p={p},k={k}"), |bench| bench.iter(|| once.fit(&x).unwrap()));
        let model = once.fit(&x).unwrap();
        group.bench_function(format!("predict/n={n},p={p},k={k}"), |bench| bench.iter(|| model.predict(&x).unwrap()));
    }
    group.finish();
}
