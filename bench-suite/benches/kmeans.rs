use crate::uniform;
use cairn_kmeans::{
    Algorithm, BisectingKMeans, CovarianceType, GaussianMixture, Init, KMeans, MiniBatchKMeans, MixtureInit, Predict,
};
use criterion::Criterion;

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("kmeans");
    group.sample_size(10);
    for (n, p, k) in [(10_000, 8, 10), (50_000, 32, 64), (2_000, 784, 10)] {
        let x = uniform::<f64>(n, p, 0);
        let start = Init::Given(x.rows(0, k).into_owned());
        for algorithm in [Algorithm::Lloyd, Algorithm::Hamerly, Algorithm::Elkan] {
            let sweeps = KMeans::new(k).init(start.clone()).algorithm(algorithm).tol(0.0).max_iter(10);
            let id = format!("fit/{algorithm:?}-10-sweeps/n={n},p={p},k={k}").to_lowercase();
            group.bench_function(id, |bench| bench.iter(|| sweeps.fit(&x).unwrap()));
        }
        let once = KMeans::new(k).max_iter(1);
        group.bench_function(format!("fit/plus-plus/n={n},p={p},k={k}"), |bench| bench.iter(|| once.fit(&x).unwrap()));
        let model = once.fit(&x).unwrap();
        group.bench_function(format!("predict/n={n},p={p},k={k}"), |bench| bench.iter(|| model.predict(&x).unwrap()));
    }
    let x = uniform::<f64>(100_000, 32, 0);
    let mini = MiniBatchKMeans::new(64).max_no_improvement(None).max_iter(1);
    group.bench_function("mini-batch/n=100000,p=32,k=64", |bench| bench.iter(|| mini.fit(&x).unwrap()));
    let x = uniform::<f64>(20_000, 16, 0);
    let bisecting = BisectingKMeans::new(16);
    group.bench_function("bisecting/n=20000,p=16,k=16", |bench| bench.iter(|| bisecting.fit(&x).unwrap()));
    for kind in [CovarianceType::Full, CovarianceType::Tied, CovarianceType::Diag, CovarianceType::Spherical] {
        let start = MixtureInit::Means(x.rows(0, 8).into_owned());
        let mixture = GaussianMixture::new(8).covariance_type(kind).init(start).tol(0.0).max_iter(10);
        let id = format!("mixture-{kind:?}-10-steps/n=20000,p=16,k=8").to_lowercase();
        group.bench_function(id, |bench| bench.iter(|| mixture.fit(&x).unwrap()));
    }
    group.finish();
}
