use crate::uniform;
use cairn_knn::{Fit, Float, KnnClassifier, Predict};
use cairn_neighbors::{Algorithm, Index, Metric};
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

/// Every point of a space of few dimensions asked for its nearest, and for all within a radius: about as many.
fn in_space<F: Float>(c: &mut Criterion, precision: &str) {
    let (n, p, k) = (20_000, 3, 10);
    let x = uniform::<F>(n, p, 0);
    // the volume of a ball that holds ten of 20,000 points in the unit cube: 4/3 π r³ = 10 / n
    let radius = F::of((7.5 / (std::f64::consts::PI * n as f64)).cbrt());
    let mut group = c.benchmark_group("neighbors");
    group.sample_size(10);
    for algorithm in [Algorithm::KdTree, Algorithm::BallTree, Algorithm::BruteForce] {
        let shape = format!("{precision}/n={n},p={p},m={n}");
        let name = |what: &str| format!("{what}/{algorithm:?}/{shape}").to_lowercase();
        let index = Index::new(&x, algorithm, Metric::Euclidean).unwrap();
        group.bench_function(name("build"), |bench| {
            bench.iter(|| Index::new(&x, algorithm, Metric::Euclidean).unwrap());
        });
        group.bench_function(name("k-nearest"), |bench| bench.iter(|| index.k_nearest(&x, k).unwrap()));
        group.bench_function(name("within"), |bench| bench.iter(|| index.within(&x, radius).unwrap()));
    }
    group.finish();
}

pub(crate) fn benches(c: &mut Criterion) {
    of_precision::<f32>(c, "f32");
    of_precision::<f64>(c, "f64");
    in_space::<f32>(c, "f32");
    in_space::<f64>(c, "f64");
}
