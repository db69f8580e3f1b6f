use crate::uniform;
use cairn_mlp::{DMatrix, Fit, MlpClassifier, Predict};
use criterion::Criterion;

/// Ten classes by the largest of ten columns.
fn classes(x: &DMatrix<f32>) -> Vec<usize> {
    x.row_iter().map(|row| row.columns(0, 10).transpose().argmax().0).collect()
}

pub(crate) fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("mlp");
    group.sample_size(10);
    for (name, p, hidden, batch, n) in [
        ("784-256-128-10,batch=128,n=2000", 784, &[256, 128][..], 128, 2000),
        ("64-100-10,batch=200,n=2000", 64, &[100], 200, 2000),
        ("2000-2000-2000-10,batch=128,n=512", 2000, &[2000, 2000], 128, 512),
    ] {
        let x = uniform::<f32>(n, p, 0);
        let y = classes(&x);
        let mlp = MlpClassifier::new().hidden(hidden).batch_size(batch).epochs(1);
        group.bench_function(format!("fit/epoch/{name}"), |bench| bench.iter(|| mlp.fit(&x, &y[..]).unwrap()));
        let model = mlp.fit(&x, &y[..]).unwrap();
        group.bench_function(format!("predict/{name}"), |bench| bench.iter(|| model.predict(&x).unwrap()));
    }
    group.finish();
}
