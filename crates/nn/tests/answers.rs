//! Answers alone keep nothing for a backward pass, and are those of the pass that does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use allocation_counter::measure;
use cairn_nn::{Activation, Architecture, Float, Loss, Mode, Network, Targets, Trainer};
use std::ops::ControlFlow;

const INPUTS: usize = 6;

/// Numbers between −1 and 1.
fn wave<F: Float>(n: usize) -> Vec<F> {
    (0..n).map(|i| F::of((i as f64 * 1.7).sin())).collect()
}

/// Every kind of layer, and residuals side by side, one in another, from the input and to the very end.
fn architectures() -> Vec<Architecture> {
    let start = || Architecture::new(INPUTS);
    let mut all = vec![
        start().dense(3),
        start().activation(Activation::Tanh),
        start().dense(20).activation(Activation::Relu).dense(9).activation(Activation::Gelu).dense(3),
        start().batch_norm().dense(9).layer_norm().dropout(0.3).activation(Activation::Silu).dense(2).layer_norm(),
        start().activation(Activation::Tanh).residual(0),
        start().dense(30).dense(INPUTS).activation(Activation::Sigmoid).residual(0).dense(INPUTS).residual(0),
    ];
    let outer = start().dense(8).activation(Activation::Relu);
    let from_outer = outer.position();
    let inner = outer.dense(8).activation(Activation::Tanh);
    let from_inner = inner.position();
    let nested = inner.dense(17).batch_norm().dense(8).residual(from_inner).layer_norm().residual(from_outer);
    let crossed = nested.clone().dense(8).residual(from_inner).residual(from_outer).residual(from_outer);
    all.extend([nested.clone().dense(1), nested, crossed]);
    all
}

/// A network whose norms do something, and have seen batches.
fn taught<F: Float>(architecture: Architecture) -> Network<F> {
    let mut network = Network::<F>::new(architecture, 3).unwrap();
    let n = 40;
    let (x, t, rows) = (wave::<F>(INPUTS * n), wave::<F>(network.outputs() * n), (0..n).collect::<Vec<_>>());
    let data = cairn_nn::Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let trainer = Trainer::new().epochs(2).batch_size(20);
    let mut state = trainer.start(&network);
    trainer.fit(&mut network, &mut state, &Loss::Mse, &data, &mut |_, _| ControlFlow::Continue(())).unwrap();
    network
}

/// By the pass that leaves what a backward pass needs: in blocks of 256, each a batch of its own.
fn kept<F: Float>(network: &Network<F>, x: &[F]) -> Vec<F> {
    let mut y = Vec::new();
    for x in x.chunks(256 * network.inputs()) {
        let samples = x.len() / network.inputs();
        let mut room = network.workspace_in_blocks(samples, samples);
        room.load_slice(x).unwrap();
        network.forward(&mut room, Mode::Infer, (0, 0)).unwrap();
        y.extend(room.outputs().flatten());
    }
    y
}

fn check<F: Float>() {
    for architecture in architectures() {
        let network = taught::<F>(architecture);
        for n in [0, 1, 5, 256, 257, 700] {
            let x = wave::<F>(INPUTS * n);
            let expected = if n == 0 { Vec::new() } else { kept(&network, &x) };
            let found = network.infer(&x).unwrap();
            assert_eq!(found, expected, "{n} of {}", network.summary());
            assert!(found.iter().all(|y| y.is_finite()));
            let made = network.infer_by(n, |samples, out| {
                out.copy_from_slice(&x[samples.start * INPUTS..samples.end * INPUTS]);
            });
            assert_eq!(made, expected);
        }
    }
}

#[test]
fn answers_are_those_of_the_pass_that_keeps_everything() {
    check::<f64>();
    check::<f32>();
}

#[test]
fn deep_networks_answer_in_two_buffers() {
    const SAMPLES: usize = 2048;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut architecture = Architecture::new(64);
    for _ in 0..20 {
        architecture = architecture.layer_norm().activation(Activation::Gelu);
    }
    let network = Network::<f64>::new(architecture, 0).unwrap();
    let x = wave::<f64>(64 * SAMPLES);
    pool.install(|| network.infer(&x[..64]).unwrap());
    // a row: two buffers and their list, room for intermediate results, the answer
    let one = measure(|| drop(network.infer(&x[..64]).unwrap()));
    assert!(one.count_total <= 5, "{one:?}");
    // of many, blocks of 256 in two buffers beside the answers; what stands between forty layers, and the means and scales of
    // twenty, would be twenty times that
    let all = pool.install(|| measure(|| drop(network.infer(&x).unwrap())));
    let (block, answers) = (64 * 8 * 256, 64 * 8 * SAMPLES as u64);
    assert!(all.bytes_max <= answers + 2 * block + 4096, "{all:?}");
}
