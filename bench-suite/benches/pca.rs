use crate::uniform;
use cairn_pca::{CsrMatrix, DMatrix, IncrementalPca, Pca, Solver, Transform, TruncatedSvd};
use cairn_traits::Float;
use criterion::Criterion;

/// Columns that go together, of falling variance.
fn rows<F: Float>(n: usize, p: usize) -> DMatrix<F> {
    let (mut x, mixing) = (uniform::<F>(n, p, 0), uniform::<F>(p, p, 1));
    for (j, mut column) in x.column_iter_mut().enumerate() {
        column.scale_mut(F::of(1.0 / (1.0 + j as f64).sqrt()));
    }
    x * mixing
}

fn of_precision<F: Float>(c: &mut Criterion, precision: &str) {
    let (n, p, k) = (4_000, 256, 20);
    let x = rows::<F>(n, p);
    let mut group = c.benchmark_group("pca");
    group.sample_size(10);
    for solver in [Solver::Covariance, Solver::Full, Solver::Randomized, Solver::BlockKrylov] {
        group.bench_function(format!("fit/{solver:?}/{precision}/n={n},p={p},k={k}").to_lowercase(), |bench| {
            bench.iter(|| Pca::new(k).solver(solver).fit(&x).unwrap());
        });
    }
    group.bench_function(format!("fit/incremental/{precision}/n={n},p={p},k={k}"), |bench| {
        bench.iter(|| IncrementalPca::new(k).fit(&x).unwrap());
    });
    let model = Pca::new(k).fit(&x).unwrap();
    group.bench_function(format!("transform/{precision}/n={n},p={p},k={k}"), |bench| {
        bench.iter(|| model.transform(&x).unwrap());
    });
    group.finish();
}

fn sparse(c: &mut Criterion) {
    let (n, p, k) = (4_000, 2_000, 20);
    // a hundredth of the numbers
    let x = CsrMatrix::from(&uniform::<f64>(n, p, 2).map(|v| if v > 0.49 { v } else { 0.0 }));
    let mut group = c.benchmark_group("truncated-svd");
    group.sample_size(10);
    let dense = rows::<f64>(4_000, 256);
    group.bench_function(format!("fit/dense/f64/n=4000,p=256,k={k}"), |bench| {
        bench.iter(|| TruncatedSvd::new(k).fit(&dense).unwrap());
    });
    group.bench_function(format!("fit/sparse/f64/n={n},p={p},k={k}"), |bench| {
        bench.iter(|| TruncatedSvd::new(k).fit(&x).unwrap());
    });
    group.finish();
}

pub(crate) fn benches(c: &mut Criterion) {
    of_precision::<f32>(c, "f32");
    of_precision::<f64>(c, "f64");
    sparse(c);
}
