//! Networks learn, and what goes wrong is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_nn::{
    Activation, Adam, Architecture, Data, Error, Expected, Loss, Network, Optimizer, Sgd, Stop, Targets, Trainer,
};
use std::ops::ControlFlow;

fn unwatched<F: cairn_nn::Float>(_: &cairn_nn::Progress, _: &Network<F>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn wave(n: usize, phase: f64) -> Vec<f64> {
    (0..n).map(|i| (i as f64 * 1.7 + phase).sin()).collect()
}

fn fit(trainer: &Trainer, network: &mut Network<f64>, loss: &Loss, data: &Data<'_, f64>) -> cairn_nn::History {
    let mut state = trainer.start(network);
    trainer.fit(network, &mut state, loss, data, &mut unwatched).unwrap()
}

fn all(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[test]
fn one_batch_is_learned_by_heart() {
    let (x, t, rows) = (wave(64, 0.0), wave(32, 5.0), all(16));
    let architecture = Architecture::new(4).dense(32).activation(Activation::Tanh).dense(2);
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    for normed in [false, true] {
        let architecture = if normed {
            Architecture::new(4).dense(32).batch_norm().activation(Activation::Relu).dense(32).layer_norm().dense(2)
        } else {
            architecture.clone()
        };
        let mut network = Network::new(architecture, 0).unwrap();
        let trainer = Trainer::new().epochs(6000).batch_size(16).learning_rate(1e-2);
        let trainer = trainer.schedule(cairn_nn::Schedule::Cosine { steps: 6000, floor: 0.0 });
        let history = fit(&trainer, &mut network, &Loss::Mse, &data);
        let last = history.epochs().last().unwrap().loss;
        assert!(last < 1e-6, "{normed}: {last:e}");
    }
}

#[test]
fn xor_is_learned_with_a_layer_between() {
    let (x, classes, rows) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0, 1, 1, 0], all(4));
    let data = Data { x: &x, targets: Targets::Classes(&classes), weights: None, rows: &rows, held: &[] };
    let trainer = Trainer::new().epochs(400).batch_size(4).learning_rate(0.05);
    let mut network = Network::new(Architecture::new(2).dense(8).activation(Activation::Tanh).dense(2), 0).unwrap();
    let history = fit(&trainer, &mut network, &Loss::SOFTMAX, &data);
    assert!(history.convergence().objective < 0.01, "{:?}", history.convergence());
    // without one it cannot be: the best is a coin
    let mut straight = Network::new(Architecture::new(2).dense(2), 0).unwrap();
    let history = fit(&trainer, &mut straight, &Loss::SOFTMAX, &data);
    assert!((history.convergence().objective - 2.0_f64.ln()).abs() < 1e-3, "{:?}", history.convergence());
}

#[test]
fn accumulated_batches_are_one_large_batch() {
    let (x, t, rows) = (wave(120, 0.0), wave(60, 1.0), all(60));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let start = Network::new(Architecture::new(2).dense(5).activation(Activation::Tanh).dense(1), 0).unwrap();
    let trainer = Trainer::new().epochs(3).l2(0.5).optimizer(Optimizer::Sgd(Sgd::new())).learning_rate(0.1);
    let (mut whole, mut parts) = (start.clone(), start);
    let a = fit(&trainer.clone().batch_size(24), &mut whole, &Loss::Mse, &data);
    let b = fit(&trainer.batch_size(8).accumulate(3), &mut parts, &Loss::Mse, &data);
    let off = whole.params().iter().zip(parts.params()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off < 1e-14, "{off:e}");
    assert!(a.losses().zip(b.losses()).all(|(a, b)| (a - b).abs() < 1e-14));
}

#[test]
fn the_penalty_is_on_weights_beside_the_sum_of_losses() {
    // y = w x + b, one step of 0.1 from w = 2, b = 1 at x = 1, t = 0, twice: mean slope 2 (3 − 0) = 6, penalty 8/2 · 2 = 8
    let data = Data { x: &[1.0, 1.0], targets: Targets::Numbers(&[0.0, 0.0]), weights: None, rows: &[0, 1], held: &[] };
    let mut network = Network::new(Architecture::new(1).dense(1), 0).unwrap();
    network.set_params(&[2.0, 1.0]).unwrap();
    let trainer = Trainer::new().epochs(1).l2(8.0).optimizer(Optimizer::Sgd(Sgd::new())).learning_rate(0.1);
    let history = fit(&trainer, &mut network, &Loss::Mse, &data);
    assert!((network.params()[0] - (2.0 - 0.1 * (6.0 + 8.0))).abs() < 1e-14);
    assert!((network.params()[1] - (1.0 - 0.1 * 6.0)).abs() < 1e-14);
    // 3² + 8/2 · 2² / 2
    assert!((history.epochs()[0].loss - 17.0).abs() < 1e-14);
}

#[test]
fn early_stopping_brings_the_best_weights_back() {
    // noise learned by heart: the rows held back soon get worse
    let (x, t) = (wave(400, 0.0), wave(100, 9.0).iter().map(|v| (v * 1e4).sin()).collect::<Vec<_>>());
    let trainer = Trainer::new().epochs(500).early_stopping(true).validation_fraction(0.3).n_iter_no_change(5).tol(0.0);
    let trainer = trainer.learning_rate(0.02).batch_size(10);
    let (rows, held) = trainer.hold_back(100, None).unwrap();
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &held };
    let mut network = Network::new(Architecture::new(4).dense(64).activation(Activation::Relu).dense(1), 0).unwrap();
    let history = fit(&trainer, &mut network, &Loss::Mse, &data);
    let convergence = history.convergence();
    assert_eq!(convergence.stop, Stop::EarlyStopped);
    assert_eq!(history.best_epoch() + 5, convergence.n_iter);
    let losses: Vec<f64> = history.epochs().iter().map(|epoch| epoch.validation_loss.unwrap()).collect();
    assert_eq!(losses.iter().copied().fold(f64::INFINITY, f64::min), losses[history.best_epoch() - 1]);
    let held_x: Vec<f64> = held.iter().flat_map(|&row| x[row * 4..row * 4 + 4].to_vec()).collect();
    let answers = network.infer(&held_x).unwrap();
    let loss = answers.iter().zip(&held).map(|(y, &row)| (y - t[row]).powi(2)).sum::<f64>() / held.len() as f64;
    assert!((loss - convergence.objective).abs() < 1e-12, "{loss} {}", convergence.objective);
}

#[test]
fn a_cost_that_is_lost_ends_the_fit_with_the_last_good_weights() {
    let (x, t, rows) = (wave(40, 0.0), wave(20, 1.0), all(20));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let mut network = Network::new(Architecture::new(2).dense(8).activation(Activation::Relu).dense(1), 0).unwrap();
    let trainer = Trainer::new().epochs(2000).batch_size(5).optimizer(Optimizer::Sgd(Sgd::new())).learning_rate(3.0);
    let mut state = trainer.start(&network);
    let history = trainer.fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched).unwrap();
    assert_eq!(history.convergence().stop, Stop::Diverged);
    assert!(history.convergence().objective.is_finite());
    assert_eq!(network.check(), Ok(()));
    assert_eq!(history.epochs().len(), history.convergence().n_iter);
    // lost before the first step: there is nothing good to return
    let huge = vec![1e200; 40];
    let data = Data { x: &huge, ..data };
    let before = network.clone();
    let found = trainer.fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched);
    assert_eq!((found, network), (Err(Error::Diverged { step: 1 }), before));
}

#[test]
fn an_observer_may_end_it() {
    let (x, t, rows) = (wave(40, 0.0), wave(20, 1.0), all(20));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let mut network = Network::<f64>::new(Architecture::new(2).dense(1), 0).unwrap();
    let trainer = Trainer::new().epochs(10);
    let mut state = trainer.start(&network);
    let mut third = |progress: &cairn_nn::Progress, network: &Network<f64>| {
        assert!(progress.steps == 10 && network.params().len() == 3);
        if progress.step == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let history = trainer.fit(&mut network, &mut state, &Loss::Mse, &data, &mut third).unwrap();
    assert_eq!((history.convergence().stop, history.epochs().len()), (Stop::Interrupted, 3));
}

#[test]
fn going_on_is_the_same_as_never_having_stopped() {
    let (x, t, rows) = (wave(80, 0.0), wave(40, 1.0), all(40));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let start = Network::<f64>::new(Architecture::new(2).dense(4).dropout(0.2).dense(1), 0).unwrap();
    let trainer = Trainer::new().batch_size(7).optimizer(Optimizer::Adam(Adam::new()));
    let (mut through, mut twice) = (start.clone(), start);
    fit(&trainer.clone().epochs(5), &mut through, &Loss::Mse, &data);
    let mut state = trainer.start(&twice);
    for epochs in [2, 3] {
        trainer.clone().epochs(epochs).fit(&mut twice, &mut state, &Loss::Mse, &data, &mut unwatched).unwrap();
    }
    assert_eq!(through, twice);
    assert_eq!((state.steps(), state.epochs()), (30, 5));
}

#[test]
fn what_does_not_fit_is_refused() {
    let network = Network::<f64>::new(Architecture::new(2).dense(3), 0).unwrap();
    let mut room = network.workspace(4);
    let shape = |found: cairn_nn::Result<f64>| matches!(found, Err(Error::Shape { .. }));
    let expected = Expected::new(Targets::Classes(&[0, 1]), 2);
    assert!(matches!(
        network.cost_and_gradient(&mut room, (0, 0), &Loss::SOFTMAX, &expected),
        Err(Error::Shape { .. } | Error::TooFewSamples { .. })
    ));
    assert!(matches!(room.load_slice(&[1.0; 3]), Err(Error::Shape { .. })));
    assert!(matches!(room.load_slice(&[1.0; 10]), Err(Error::Shape { .. })));
    assert!(matches!(room.load_slice(&[]), Err(Error::TooFewSamples { .. })));
    room.load_slice(&[1.0; 4]).unwrap();
    let other = Network::<f64>::new(Architecture::new(2).dense(4), 0).unwrap();
    assert!(matches!(other.backward(&mut room), Err(Error::Shape { .. })));
    let wrong = Expected::new(Targets::Classes(&[0, 3]), 2);
    let unknown = network.cost_and_gradient(&mut room, (0, 0), &Loss::SOFTMAX, &wrong);
    assert_eq!(unknown, Err(Error::UnknownClass { what: "targets", found: "3".into() }));
    let classes = network.cost_and_gradient(&mut room, (0, 0), &Loss::Mse, &expected);
    assert!(matches!(classes, Err(Error::Format(_))));
    assert!(shape(network.cost_and_gradient(
        &mut room,
        (0, 0),
        &Loss::Mse,
        &Expected::new(Targets::Numbers(&[1.0]), 2)
    )));
    let negative = [-1.0; 6];
    let below = Expected::new(Targets::Numbers(&negative), 2);
    assert!(matches!(
        network.cost_and_gradient(&mut room, (0, 0), &Loss::Poisson, &below),
        Err(Error::Domain { row: Some(0), .. })
    ));
    for bad in [
        Architecture::new(2),
        Architecture::new(0).dense(1),
        Architecture::new(0).activation(Activation::Relu),
        Architecture::new(0).layer_norm().residual(0),
        Architecture::new(2).dense(0),
        Architecture::new(2).dense(3).dropout(1.0),
        Architecture::new(2).dense(3).dense(2).residual(1),
        Architecture::new(2).dense(2).residual(5),
        Architecture::new(usize::MAX).dense(usize::MAX),
        Architecture::new(2).activation(Activation::LeakyRelu { slope: f64::NAN }),
    ] {
        assert!(Network::<f64>::new(bad.clone(), 0).is_err(), "{bad:?}");
    }
}

#[test]
fn averaged_weights_are_kept_and_the_walk_goes_on() {
    let (x, t, rows) = (wave(80, 0.0), wave(40, 1.0), all(40));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let start = Network::<f64>::new(Architecture::new(2).dense(1), 0).unwrap();
    let trainer = Trainer::new().batch_size(40).optimizer(Optimizer::Sgd(Sgd::new())).learning_rate(0.1);
    let averaged = trainer.clone().average(Some(cairn_nn::WeightAverage::equal()));
    // one step an epoch: the mean of the weights after each
    let mut mean = vec![0.0; 3];
    let mut plain = start.clone();
    let mut state = trainer.start(&plain);
    for _ in 0..6 {
        trainer.clone().epochs(1).fit(&mut plain, &mut state, &Loss::Mse, &data, &mut unwatched).unwrap();
        mean.iter_mut().zip(plain.params()).for_each(|(mean, p)| *mean += p / 6.0);
    }
    let mut network = start;
    let mut state = averaged.start(&network);
    for epochs in [2, 4] {
        averaged.clone().epochs(epochs).fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched).unwrap();
    }
    let off = network.params().iter().zip(&mean).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off < 1e-15, "{off:e}");
    // a trainer that keeps no average takes up the walk
    let mut once = trainer.start(&plain);
    for (network, state) in [(&mut network, &mut state), (&mut plain, &mut once)] {
        trainer.clone().shuffle(false).epochs(1).fit(network, state, &Loss::Mse, &data, &mut unwatched).unwrap();
    }
    assert_eq!(network, plain);
}

#[test]
fn steps_shorten_on_a_plateau() {
    // nothing to learn: one row, already right
    let data = Data { x: &[1.0], targets: Targets::Numbers(&[0.0]), weights: None, rows: &[0], held: &[] };
    let mut network = Network::<f64>::new(Architecture::new(1).dense_from(1, cairn_nn::Init::Zeros), 0).unwrap();
    let plateau = cairn_nn::Plateau::new().factor(0.5).patience(1);
    let history = fit(&Trainer::new().epochs(5).plateau(Some(plateau)), &mut network, &Loss::Mse, &data);
    let rates: Vec<f64> = history.epochs().iter().map(|epoch| epoch.learning_rate * 1e3).collect();
    assert_eq!(rates, [1.0, 1.0, 1.0, 0.5, 0.5]);
}

#[test]
fn gradients_are_clipped() {
    // slope 2 (0 − 10) = −20 by the bias and by the weight of x = 1
    let data = Data { x: &[1.0], targets: Targets::Numbers(&[10.0]), weights: None, rows: &[0], held: &[] };
    let moved = |trainer: Trainer| {
        let mut network = Network::<f64>::new(Architecture::new(1).dense_from(1, cairn_nn::Init::Zeros), 0).unwrap();
        let trainer = trainer.epochs(1).optimizer(Optimizer::Sgd(Sgd::new())).learning_rate(1.0);
        fit(&trainer, &mut network, &Loss::Mse, &data);
        network.params()[1]
    };
    assert_eq!(moved(Trainer::new()), 20.0);
    assert_eq!(moved(Trainer::new().clip_value(Some(3.0))), 3.0);
    assert!((moved(Trainer::new().clip_norm(Some(1.0))) - 0.5_f64.sqrt()).abs() < 1e-15);
}
