use crate::uniform;
use cairn_knn::Float;
use cairn_numeric::{Moments, Parallelism, gram, matmul_into};
use criterion::Criterion;

fn of_precision<F: Float>(c: &mut Criterion, precision: &str) {
    for (m, n, k) in [(64, 64, 64), (256, 256, 256), (1024, 1024, 1024), (10_000, 50, 50), (32, 6272, 72)] {
        let (a, b) = (uniform::<F>(m, k, 0), uniform::<F>(k, n, 1));
        let mut product = uniform::<F>(m, n, 2);
        c.bench_function(&format!("numeric/matmul/{precision}/m={m},n={n},k={k}"), |bench| {
            bench.iter(|| {
                matmul_into(F::one(), &a, &b, F::zero(), product.as_view_mut(), Parallelism::Pool).unwrap();
            });
        });
    }
    for (n, p) in [(10_000, 50), (200_000, 100)] {
        let x = uniform::<F>(n, p, 0);
        c.bench_function(&format!("numeric/gram/{precision}/n={n},p={p}"), |bench| bench.iter(|| gram(x.as_view())));
        c.bench_function(&format!("numeric/moments/{precision}/n={n},p={p}"), |bench| {
            bench.iter(|| Moments::of_dense(&[x.as_view()], None).unwrap());
        });
    }
}

pub(crate) fn benches(c: &mut Criterion) {
    of_precision::<f32>(c, "f32");
    of_precision::<f64>(c, "f64");
}
