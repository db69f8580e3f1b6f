use crate::uniform;
use cairn_knn::{Fit, Float, KnnClassifier, Predict};
use criterion::Criterion;

fn of_precision<F: Float>(c: &mut Criterion, precision: &str) {
    let (n, p, m, k) = (20_000, 64, 2_000, 10);
    let (x, queries) = (uniform::<F>(n, p, 0), uniform::<F>(m, p, 1));
    let labels: Vec<usize> = (0..n).map(|row| row % 10).collect();
    let mut group = c.benchmark_group("knn");
    group.sample_size(20);
    group.bench_function(format!("fit/brute/{precision}/n={n},p={p}"), |bench| {
        bench.iter(|| KnnClassifier::new(k).fit(&x, &labels).unwrap());
    });
    let model = KnnClassifier::new(k).fit(&x, &labels).unwrap();
    group.bench_function(format!("predict/brute/{precision}/n={n},p={p},m={m},k={k}"), |bench| {
        bench.iter(|| model.predict(&queries).unwrap());
    });
    let one = queries.rows(0, 1).into_owned();
    group.bench_function(format!("predict/brute/{precision}/n={n},p={p},m=1,k={k}"), |bench| {
        bench.iter(|| model.predict(&one).unwrap());
    });
    group.finish();
}

pub(crate) fn benches(c: &mut Criterion) {
    of_precision::<f32>(c, "f32");
    of_precision::<f64>(c, "f64");
}
