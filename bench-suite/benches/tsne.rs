use crate::uniform;
use cairn_tsne::{Affinities, DMatrix, Method, Start, Transform, Tsne};
use criterion::Criterion;

/// Rows in ten heaps.
fn heaps(n: usize, p: usize) -> DMatrix<f64> {
    let (noise, centres) = (uniform::<f64>(n, p, 0), uniform::<f64>(10, p, 1));
    DMatrix::from_fn(n, p, |i, j| noise[(i, j)] + 4.0 * centres[(i % 10, j)])
}

pub(crate) fn benches(c: &mut Criterion) {
    let (n, p, steps) = (5_000, 50, 20);
    let x = heaps(n, p);
    let affinities = Affinities::new(&x, 30.0).unwrap();
    let begun = Tsne::new().early_exaggeration_iter(100).n_iter(200).fit_affinities(&x, &affinities).unwrap();
    let mut group = c.benchmark_group("tsne");
    group.sample_size(10);
    group.bench_function(format!("affinities/n={n},p={p}"), |bench| {
        bench.iter(|| Affinities::new(&x, 30.0).unwrap());
    });
    // steps of a map of usual size
    let start = Start::Given(begun.embedding().clone());
    for method in [Method::Exact, Method::BarnesHut, Method::Fft] {
        let name = format!("descent/{method:?}/n={n},steps={steps}").to_lowercase();
        let params = Tsne::new().start(start.clone()).method(method).early_exaggeration_iter(0).n_iter(steps);
        group.bench_function(name, |bench| bench.iter(|| params.fit_affinities(&x, &affinities).unwrap()));
    }
    let new = x.rows(0, 500).into_owned();
    group.bench_function("transform/n=5000,m=500", |bench| bench.iter(|| begun.transform(&new).unwrap()));
    group.finish();
}
