use crate::uniform;
use cairn_numeric::{Activation, softmax_columns};
use cairn_optim::{Adagrad, Adam, AdamW, FirstOrder, Optimizer, RmsProp, Sgd, clip_norm};
use cairn_traits::Float;
use criterion::Criterion;

/// One step of a network with a million weights, one with ten thousand, and the clipping before it.
fn steps<F: Float>(c: &mut Criterion, precision: &str) {
    let rules = [
        ("sgd", Optimizer::Sgd(Sgd::new())),
        ("momentum", Optimizer::Sgd(Sgd::new().momentum(0.9))),
        ("adam", Optimizer::Adam(Adam::new())),
        ("adamw", Optimizer::AdamW(AdamW::new())),
        ("rms-prop", Optimizer::RmsProp(RmsProp::new())),
        ("adagrad", Optimizer::Adagrad(Adagrad::new())),
    ];
    for n in [10_000, 1_000_000] {
        let mut gradient = uniform::<F>(n, 1, 0).as_slice().to_vec();
        for (name, rule) in &rules {
            let (mut x, mut state) = (uniform::<F>(n, 1, 1).as_slice().to_vec(), rule.start::<F>(n));
            c.bench_function(&format!("optim/step/{name}/{precision}/n={n}"), |bench| {
                bench.iter(|| rule.step(&mut state, 1e-3, &mut x, &gradient).unwrap());
            });
        }
        c.bench_function(&format!("optim/clip-norm/{precision}/n={n}"), |bench| {
            bench.iter(|| clip_norm(&mut gradient, 1.0));
        });
    }
}

/// What stands between layers, on one thread.
fn activations<F: Float>(c: &mut Criterion, precision: &str) {
    let n = 100_000;
    let x: Vec<F> = uniform::<F>(n, 1, 0).iter().map(|v| F::of(10.0) * *v).collect();
    let (mut y, mut dx, dy) = (x.clone(), x.clone(), x.clone());
    for (name, activation) in [
        ("relu", Activation::Relu),
        ("elu", Activation::Elu { alpha: 1.0 }),
        ("gelu", Activation::Gelu),
        ("silu", Activation::Silu),
        ("sigmoid", Activation::Sigmoid),
        ("tanh", Activation::Tanh),
        ("softplus", Activation::Softplus),
    ] {
        c.bench_function(&format!("numeric/activation/{name}/forward/{precision}/n={n}"), |bench| {
            bench.iter(|| activation.forward(&x, &mut y));
        });
        c.bench_function(&format!("numeric/activation/{name}/backward/{precision}/n={n}"), |bench| {
            bench.iter(|| activation.backward(&x, &y, &dy, &mut dx));
        });
    }
    for k in [10, 1000] {
        c.bench_function(&format!("numeric/softmax/{precision}/n={n},k={k}"), |bench| {
            bench.iter(|| {
                y.copy_from_slice(&x);
                softmax_columns(k, &mut y);
            });
        });
    }
}

pub(crate) fn benches(c: &mut Criterion) {
    steps::<f32>(c, "f32");
    steps::<f64>(c, "f64");
    activations::<f32>(c, "f32");
    activations::<f64>(c, "f64");
}
