//! Every layer, loss and whole models against finite differences, in double precision.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_nn::{Activation, Architecture, Expected, Init, Loss, Network, Targets, check_gradient};
use rand::RngExt;

/// Numbers between −1 and 1 that keep away from 0, where relu has its corner.
fn wave(n: usize, phase: f64) -> Vec<f64> {
    (0..n)
        .map(|i| {
            let v = (i as f64 * 1.7 + phase).sin();
            if v.abs() < 0.05 { 0.05 + v.abs() } else { v }
        })
        .collect()
}

const SMOOTH: [Activation; 7] = [
    Activation::Identity,
    Activation::Elu { alpha: 1.0 },
    Activation::Gelu,
    Activation::Silu,
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::Softplus,
];

/// Four points 1e-3 apart are off by h⁴/30 of the fifth derivative, 3e-14 of it, and by 1e-16/h of the cost; relative to a
/// thousandth of the largest slope that is 1e-9 where derivatives are moderate.
const CLOSE: f64 = 1e-8;

#[track_caller]
fn right(architecture: Architecture, loss: &Loss, targets: &[f64], blocks: usize) {
    let network = Network::new(architecture, 3).unwrap();
    let samples = targets.len() / network.outputs();
    let x = wave(samples * network.inputs(), 0.3);
    let expected = Expected::new(Targets::Numbers(targets), samples);
    let found = check_gradient(&network, loss, &x, &expected, blocks).unwrap();
    assert!(found.worst < CLOSE, "{found:?} {:?}", network.architecture());
    assert_eq!(found.silent, 0, "{:?}", network.architecture());
}

#[test]
fn every_activation() {
    for function in SMOOTH {
        right(Architecture::new(3).dense(5).activation(function).dense(2), &Loss::Mse, &wave(14, 1.0), 7);
    }
    for function in [Activation::Relu, Activation::LeakyRelu { slope: 0.2 }] {
        // straight on the inputs, which keep away from the corner
        let network = Network::new(Architecture::new(3).activation(function).dense(2), 3).unwrap();
        let (x, t) = (wave(15, 0.3), wave(10, 1.0));
        let found = check_gradient(&network, &Loss::Mse, &x, &Expected::new(Targets::Numbers(&t), 5), 2).unwrap();
        assert!(found.worst < CLOSE, "{function:?} {found:?}");
    }
}

#[test]
fn every_layer() {
    let targets = wave(18, 1.0);
    let stem = || Architecture::new(3).dense(4);
    for blocks in [9, 4, 1] {
        right(stem().layer_norm().activation(Activation::Tanh).dense(2), &Loss::Mse, &targets, blocks);
        right(stem().dropout(0.3).dense(2), &Loss::Mse, &targets, blocks);
        // a bias before batch norm has no slope: the mean takes it out; so batch norm stands on the inputs
        right(
            Architecture::new(3).batch_norm().dense(4).activation(Activation::Tanh).dense(2),
            &Loss::Mse,
            &targets,
            blocks,
        );
        let here = stem().position();
        let block = stem().activation(Activation::Tanh).dense(4).residual(here).activation(Activation::Silu).dense(2);
        right(block, &Loss::Mse, &targets, blocks);
    }
}

#[test]
fn batch_norm_inside_residuals_in_blocks() {
    // drawn, so that no unit is nearly constant over the batch: there 1/√(v + ε) bends too sharply for differences
    let mut rng = cairn_numeric::stream(11, 0);
    let x: Vec<f64> = (0..60).map(|_| 2.0 * rng.random::<f64>() - 1.0).collect();
    let t = wave(20, 0.9);
    let stem = Architecture::new(3).dense(6).batch_norm();
    let outer = stem.position();
    let block = stem.activation(Activation::Tanh).dense(6);
    let inner = block.position();
    let net = block
        .batch_norm()
        .residual(inner)
        .activation(Activation::Tanh)
        .dense(6)
        .batch_norm()
        .residual(outer)
        .layer_norm();
    let network = Network::new(net.dense(1), 5).unwrap();
    let expected = Expected::new(Targets::Numbers(&t), 20);
    for blocks in [20, 8, 3] {
        let found = check_gradient(&network, &Loss::Mse, &x, &expected, blocks).unwrap();
        // the slopes of biases before batch norm are 0 but for rounding, and compared with 1e-3 of the largest slope;
        // three norms one after another have fifth derivatives in the millions
        assert!(found.worst < 1e-6, "{found:?}");
    }
}

#[test]
fn a_residual_from_the_input_itself() {
    let net = Architecture::new(3).dense(3).activation(Activation::Tanh).residual(0).dense(2);
    right(net, &Loss::Mse, &wave(8, 1.0), 2);
}

#[test]
fn every_loss() {
    let numbers = wave(15, 0.4);
    let shares = |raw: &[f64], k: usize| -> Vec<f64> {
        raw.chunks(k).flat_map(|t| t.iter().map(|v| v.abs() / t.iter().map(|v| v.abs()).sum::<f64>())).collect()
    };
    let counts: Vec<f64> = (0..15).map(|i| f64::from(i % 4)).collect();
    let yes: Vec<f64> = (0..15).map(|i| f64::from(i % 2)).collect();
    let shares = shares(&numbers, 3);
    let net = || Architecture::new(3).dense(4).activation(Activation::Tanh).dense(3);
    for (loss, targets) in [
        (Loss::Mse, &numbers),
        (Loss::Mae, &numbers),
        (Loss::Huber { delta: 0.4 }, &numbers),
        (Loss::BinaryCrossEntropy { label_smoothing: 0.0 }, &yes),
        (Loss::BinaryCrossEntropy { label_smoothing: 0.2 }, &yes),
        (Loss::SoftmaxCrossEntropy { label_smoothing: 0.1 }, &shares),
        (Loss::Poisson, &counts),
        (Loss::KlDivergence, &shares),
    ] {
        right(net(), &loss, targets, 2);
    }
}

#[test]
fn classes_smoothed_and_weighted() {
    let network = Network::new(Architecture::new(3).dense(4).activation(Activation::Tanh).dense(3), 3).unwrap();
    let x = wave(15, 0.3);
    let (classes, weights) = ([0, 2, 1, 1, 2], [0.5, 1.0, 2.0, 0.0, 1.5]);
    let expected = Expected { targets: Targets::Classes(&classes), weights: Some(&weights), total: 5.0 };
    for label_smoothing in [0.0, 0.3] {
        let loss = Loss::SoftmaxCrossEntropy { label_smoothing };
        let found = check_gradient(&network, &loss, &x, &expected, 2).unwrap();
        assert!(found.worst < CLOSE && found.silent == 0, "{found:?}");
    }
    let numbers = wave(15, 2.0);
    for loss in [Loss::Mse, Loss::Huber { delta: 0.3 }] {
        let expected = Expected { targets: Targets::Numbers(&numbers), weights: Some(&weights), total: 5.0 };
        let found = check_gradient(&network, &loss, &x, &expected, 2).unwrap();
        assert!(found.worst < CLOSE && found.silent == 0, "{found:?}");
    }
}

#[test]
fn a_wrong_gradient_is_found() {
    // what the cost says and what the slope says are two things
    let network = Network::<f64>::new(Architecture::new(2).dense(1), 0).unwrap();
    let mut room = network.workspace(3);
    room.load_slice(&wave(6, 0.0)).unwrap();
    let wrong = |_: std::ops::Range<usize>, y: &[f64], dy: &mut [f64]| {
        dy.copy_from_slice(y);
        y.iter().map(|y| y * y).sum() // slope 2 y, not y
    };
    let cost = network.cost_and_gradient_by(&mut room, (0, 0), wrong).unwrap();
    let slope = room.gradient()[2];
    let mut moved = network.clone();
    moved.params_mut()[2] += 1e-6;
    let above = moved.cost_and_gradient_by(&mut room, (0, 0), wrong).unwrap();
    assert!(((above - cost) / 1e-6 / slope - 2.0).abs() < 1e-4);
}

#[test]
fn the_mean_of_single_samples_is_the_batch() {
    let architecture =
        Architecture::new(4).dense_from(6, Init::HeNormal).activation(Activation::Gelu).layer_norm().dense(3);
    let network = Network::<f64>::new(architecture, 1).unwrap();
    let (x, classes) = (wave(40, 0.2), [0, 1, 2, 1, 0, 2, 2, 1, 0, 1]);
    let mut room = network.workspace(10);
    room.load_slice(&x).unwrap();
    let all = Expected::new(Targets::Classes(&classes), 10);
    let cost = network.cost_and_gradient(&mut room, (0, 0), &Loss::SOFTMAX, &all).unwrap();
    let whole = room.gradient().to_vec();
    let (mut sum, mut costs) = (vec![0.0; whole.len()], 0.0);
    for (x, class) in x.chunks(4).zip(classes) {
        room.load_slice(x).unwrap();
        let one = [class];
        let expected = Expected::new(Targets::Classes(&one), 1);
        costs += network.cost_and_gradient(&mut room, (0, 0), &Loss::SOFTMAX, &expected).unwrap() / 10.0;
        sum.iter_mut().zip(room.gradient()).for_each(|(sum, g)| *sum += g / 10.0);
    }
    assert!((cost - costs).abs() < 1e-14);
    let off = whole.iter().zip(&sum).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off < 1e-15 * 10.0, "{off:e}");
}

#[test]
fn gradients_kept_are_added() {
    let network = Network::<f64>::new(Architecture::new(2).dense(3).activation(Activation::Tanh).dense(1), 0).unwrap();
    let (x, t) = (wave(80, 0.0), wave(40, 0.7));
    for width in [40, 7] {
        let mut room = network.workspace_in_blocks(40, width);
        room.load_slice(&x).unwrap();
        network.cost_and_gradient(&mut room, (0, 0), &Loss::Mse, &Expected::new(Targets::Numbers(&t), 40)).unwrap();
        let whole = room.gradient().to_vec();
        for (i, (x, t)) in x.chunks(32).zip(t.chunks(16)).enumerate() {
            room.load_slice(x).unwrap();
            room.keep_gradient(i > 0);
            let expected = Expected::new(Targets::Numbers(t), 40);
            network.cost_and_gradient(&mut room, (0, 0), &Loss::Mse, &expected).unwrap();
        }
        let off = whole.iter().zip(room.gradient()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(off < 1e-15, "{width}: {off:e}");
    }
}

#[test]
fn the_same_bits_on_any_threads() {
    let architecture =
        Architecture::new(20).dense(300).batch_norm().activation(Activation::Tanh).dropout(0.2).dense(300).dense(4);
    let network = Network::<f32>::new(architecture, 1).unwrap();
    let x: Vec<f32> = wave(200 * 20, 0.1).into_iter().map(|v| v as f32).collect();
    let classes: Vec<usize> = (0..200).map(|i| i % 4).collect();
    let run = |threads, width| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut room = network.workspace_in_blocks(200, width);
            room.load_slice(&x).unwrap();
            let expected = Expected::new(Targets::Classes(&classes), 200);
            let cost = network.cost_and_gradient(&mut room, (5, 9), &Loss::SOFTMAX, &expected).unwrap();
            let bits: Vec<u32> = room.gradient().iter().map(|g| g.to_bits()).collect();
            (cost.to_bits(), bits, network.infer(&x).unwrap().iter().map(|y| y.to_bits()).collect::<Vec<u32>>())
        })
    };
    for width in [200, 16] {
        assert_eq!(run(1, width), run(2, width));
        assert_eq!(run(1, width), run(7, width));
    }
}

#[test]
fn slopes_by_the_input_are_those_of_a_network_before() {
    // two networks one after the other have the gradient of both as one
    let first = Network::<f64>::new(Architecture::new(2).dense(3).activation(Activation::Tanh), 1).unwrap();
    let second = Network::<f64>::new(Architecture::new(3).dense(1), 2).unwrap();
    let both = Architecture::new(2).dense(3).activation(Activation::Tanh).dense(1);
    let params = [first.params(), second.params()].concat();
    let both = Network::from_parts(both, params, vec![]).unwrap();
    let (x, t) = (wave(10, 0.0), wave(5, 1.0));
    let expected = Expected::new(Targets::Numbers(&t), 5);
    let mut room = both.workspace(5);
    room.load_slice(&x).unwrap();
    both.cost_and_gradient(&mut room, (0, 0), &Loss::Mse, &expected).unwrap();

    let (mut before, mut after) = (first.workspace(5), second.workspace_with_input_gradient(5));
    let (mut between, mut slopes) = (vec![0.0; 15], vec![0.0; 15]);
    before.load_slice(&x).unwrap();
    first.forward(&mut before, cairn_nn::Mode::Train, (0, 0)).unwrap();
    before.write_outputs(&mut between).unwrap();
    after.load_slice(&between).unwrap();
    second.cost_and_gradient(&mut after, (0, 0), &Loss::Mse, &expected).unwrap();
    after.write_input_gradient(&mut slopes).unwrap();
    before.set_output_gradient(&slopes).unwrap();
    first.backward(&mut before).unwrap();
    let parts = [before.gradient(), after.gradient()].concat();
    let off = parts.iter().zip(room.gradient()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off < 1e-15, "{off:e}");
}

#[test]
fn backward_twice_is_the_same_twice() {
    let architecture = Architecture::new(3).batch_norm().dense(4).activation(Activation::Tanh).dense(2);
    let network = Network::<f64>::new(architecture, 1).unwrap();
    let mut room = network.workspace_in_blocks(6, 4);
    room.load_slice(&wave(18, 0.0)).unwrap();
    network.forward(&mut room, cairn_nn::Mode::Train, (0, 0)).unwrap();
    room.set_output_gradient(&wave(12, 1.0)).unwrap();
    network.backward(&mut room).unwrap();
    let first = room.gradient().to_vec();
    network.backward(&mut room).unwrap();
    assert_eq!(room.gradient(), first);
}

#[test]
fn an_activation_at_the_end_leaves_the_slopes_as_they_were_set() {
    let network = Network::<f64>::new(Architecture::new(3).dense(2).activation(Activation::Sigmoid), 1).unwrap();
    let mut room = network.workspace(4);
    room.load_slice(&wave(12, 0.0)).unwrap();
    network.forward(&mut room, cairn_nn::Mode::Train, (0, 0)).unwrap();
    room.set_output_gradient(&wave(8, 1.0)).unwrap();
    network.backward(&mut room).unwrap();
    let first = room.gradient().to_vec();
    network.backward(&mut room).unwrap();
    assert_eq!(room.gradient(), first);
}
