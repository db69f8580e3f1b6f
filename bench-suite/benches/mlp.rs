use crate::uniform;
use cairn_mlp::{DMatrix, Fit, Float, MlpClassifier, Optimizer, Predict};
use criterion::Criterion;

/// Ten classes by the largest of ten columns.
fn classes<F: Float>(x: &DMatrix<F>) -> Vec<usize> {
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
        let one = x.rows(0, 1).into_owned();
        group.bench_function(format!("predict-one/{name}"), |bench| bench.iter(|| model.predict(&one).unwrap()));
    }
    let x = uniform::<f64>(1500, 64, 0);
    let y = classes(&x);
    let lbfgs = MlpClassifier::new().hidden(&[100]).optimizer(Optimizer::lbfgs()).epochs(20);
    let name = "fit/lbfgs/64-100-10,iterations=20,n=1500";
    group.bench_function(name, |bench| bench.iter(|| lbfgs.fit(&x, &y[..]).unwrap()));
    group.finish();
}
