//! All rows at once, by L-BFGS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_nn::{
    Activation, Architecture, Data, Error, Expected, Float, History, Hyperparameters, Init, Loss, Network, Optimizer,
    Plateau, Progress, Schedule, Stop, Targets, Trainer, WeightAverage,
};
use std::ops::ControlFlow;

fn unwatched<F: Float>(_: &Progress, _: &Network<F>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn wave<F: Float>(n: usize, phase: f64) -> Vec<F> {
    (0..n).map(|i| F::of((i as f64 * 1.7 + phase).sin())).collect()
}

fn all(n: usize) -> Vec<usize> {
    (0..n).collect()
}

fn lbfgs(tol: f64) -> Trainer {
    Trainer::new().optimizer(Optimizer::Lbfgs { memory: 10, tol }).epochs(5000)
}

fn fit<F: Float>(trainer: &Trainer, network: &mut Network<F>, loss: &Loss, data: &Data<'_, F>) -> History {
    let mut state = trainer.start(network);
    trainer.fit(network, &mut state, loss, data, &mut unwatched).unwrap()
}

/// The cost and its largest slope, by one pass over all rows: Σ weights losses / n + l2/2n |W|² of dense layers.
fn cost(network: &Network<f64>, loss: &Loss, data: &Data<'_, f64>, l2: f64) -> (f64, f64) {
    let (n, inputs) = (data.rows.len(), network.inputs());
    let mut room = network.workspace_in_blocks(n, n);
    room.load_slice(&data.x[..n * inputs]).unwrap();
    let expected = Expected { targets: data.targets, weights: data.weights, total: n as f64 };
    let mut cost = network.cost_and_gradient(&mut room, (0, 0), loss, &expected).unwrap();
    let mut gradient = room.gradient().to_vec();
    let (mut at, mut width) = (0, inputs);
    for layer in network.architecture().layers() {
        let sizes = layer.sizes();
        let weights = &network.params()[at..at + sizes.weights];
        cost += 0.5 * l2 / n as f64 * weights.iter().map(|w| w * w).sum::<f64>();
        gradient[at..].iter_mut().zip(weights).for_each(|(g, w)| *g += l2 / n as f64 * w);
        (at, width) = (at + sizes.params, sizes.outputs);
    }
    assert_eq!((at, width), (gradient.len(), network.outputs()));
    (cost, gradient.iter().fold(0.0, |most, g| most.max(g.abs())))
}

#[test]
fn it_ends_where_the_slope_is_zero() {
    let (x, t, weights) = (wave(4 * 50, 0.0), wave(2 * 50, 5.0), wave::<f64>(50, 2.0));
    let weights: Vec<f64> = weights.iter().map(|w| 1.0 + 0.9 * w).collect();
    let (classes, rows): (Vec<usize>, _) = ((0..50).map(|i| i * i % 3).collect(), all(50));
    for (loss, targets, outputs) in [
        (Loss::Mse, Targets::Numbers(&t[..]), 2),
        (Loss::Huber { delta: 0.5 }, Targets::Numbers(&t), 2),
        (Loss::SOFTMAX, Targets::Classes(&classes), 3),
    ] {
        let data = Data { x: &x, targets, weights: Some(&weights), rows: &rows, held: &[] };
        let architecture = Architecture::new(4).dense(6).activation(Activation::Tanh).dense(6);
        let architecture = architecture.activation(Activation::Silu).residual(2).dense(outputs);
        let mut network = Network::new(architecture, 0).unwrap();
        let history = fit(&lbfgs(1e-9).l2(0.5), &mut network, &loss, &data);
        let convergence = history.convergence();
        assert_eq!(convergence.stop, Stop::Converged, "{loss:?} {convergence:?}");
        let (found, slope) = cost(&network, &loss, &data, 0.5);
        assert!(slope < 1.01e-9, "{loss:?}: {slope:e}");
        assert!((found - convergence.objective).abs() < 1e-13, "{loss:?}: {found} {}", convergence.objective);
        // each iteration goes down, or along by rounding
        let losses: Vec<f64> = history.losses().collect();
        assert!(losses.is_sorted_by(|a, b| *b <= *a * (1.0 + 1e-10)), "{losses:?}");
        assert_eq!((losses.len(), history.best_epoch()), (convergence.n_iter, convergence.n_iter));
    }
}

#[test]
fn a_linear_network_is_least_squares() {
    // t = 2 x₁ − 3 x₂ + 1 exactly
    let x: Vec<f64> = wave(2 * 30, 0.0);
    let t: Vec<f64> = x.chunks(2).map(|x| 2.0 * x[0] - 3.0 * x[1] + 1.0).collect();
    let rows = all(30);
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let mut network = Network::new(Architecture::new(2).dense(1), 0).unwrap();
    let history = fit(&lbfgs(1e-12), &mut network, &Loss::Mse, &data);
    assert_eq!(history.convergence().stop, Stop::Converged);
    for (found, expected) in network.params().iter().zip([2.0, -3.0, 1.0]) {
        assert!((found - expected).abs() < 1e-10, "{:?}", network.params());
    }
}

#[test]
fn xor_is_learned_in_a_few_steps() {
    let (x, classes, rows) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0, 1, 1, 0], all(4));
    let data = Data { x: &x, targets: Targets::Classes(&classes), weights: None, rows: &rows, held: &[] };
    let mut network = Network::new(Architecture::new(2).dense(8).activation(Activation::Tanh).dense(2), 0).unwrap();
    let history = fit(&lbfgs(1e-5).epochs(60), &mut network, &Loss::SOFTMAX, &data);
    assert!(history.convergence().objective < 1e-3, "{:?}", history.convergence());
    let scores = network.infer(&x).unwrap();
    assert!(scores.chunks(2).zip(classes).all(|(z, class)| z[class] > z[1 - class] + 3.0), "{scores:?}");
}

/// A fit of rows enough for several blocks and batches.
fn fitted<F: Float>(threads: usize) -> (Vec<F>, History) {
    const N: usize = 2300;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (x, t) = (wave::<F>(5 * N, 0.0), wave::<F>(3 * N, 9.0));
    let trainer = lbfgs(1e-5).l2(1.0).epochs(8).early_stopping(true).validation_fraction(0.05);
    let (rows, held) = trainer.hold_back(N, None).unwrap();
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &held };
    let architecture = Architecture::new(5).dense(40).activation(Activation::Relu).dense(40).layer_norm().dense(3);
    let mut network = Network::new(architecture, 0).unwrap();
    let history = pool.install(|| fit(&trainer, &mut network, &Loss::Mse, &data));
    (network.params().to_vec(), history)
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let (one, single) = (fitted::<f64>(1), fitted::<f32>(1));
    for threads in [2, 7] {
        assert_eq!(fitted::<f64>(threads), one);
        assert_eq!(fitted::<f32>(threads), single);
    }
    assert_eq!(one.1.epochs().len(), 8);
}

#[test]
fn single_precision_goes_as_low() {
    let ((_, double), (_, single)) = (fitted::<f64>(2), fitted::<f32>(2));
    for (a, b) in double.losses().zip(single.losses()) {
        assert!((a - b).abs() < 1e-3 * a, "{a} {b}");
    }
}

#[test]
fn a_fit_may_end_early_and_brings_the_best_back() {
    // noise learned by heart: the rows held back soon get worse
    let (x, t) = (wave(400, 0.0), wave::<f64>(100, 9.0).iter().map(|v| (v * 1e4).sin()).collect::<Vec<_>>());
    let trainer = lbfgs(1e-9).early_stopping(true).validation_fraction(0.3).n_iter_no_change(5).tol(0.0);
    let (rows, held) = trainer.hold_back(100, None).unwrap();
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &held };
    let mut network = Network::new(Architecture::new(4).dense(64).activation(Activation::Relu).dense(1), 0).unwrap();
    let start = network.clone();
    let history = fit(&trainer, &mut network, &Loss::Mse, &data);
    let convergence = history.convergence();
    assert_eq!((convergence.stop, history.best_epoch() + 5), (Stop::EarlyStopped, convergence.n_iter));
    assert_eq!(history.epochs()[history.best_epoch() - 1].validation_loss, Some(convergence.objective));
    let held_x: Vec<f64> = held.iter().flat_map(|&row| x[row * 4..row * 4 + 4].to_vec()).collect();
    let answers = network.infer(&held_x).unwrap();
    let loss = answers.iter().zip(&held).map(|(y, &row)| (y - t[row]).powi(2)).sum::<f64>() / held.len() as f64;
    assert!((loss - convergence.objective).abs() < 1e-12, "{loss} {}", convergence.objective);

    let mut third = |progress: &Progress, _: &Network<f64>| {
        assert!(progress.steps == 5000 && progress.validation_loss.is_some());
        if progress.step == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let (mut network, mut state) = (start.clone(), trainer.start(&start));
    let trainer = trainer.early_stopping(false);
    let history = trainer.fit(&mut network, &mut state, &Loss::Mse, &data, &mut third).unwrap();
    assert_eq!((history.convergence().stop, history.epochs().len()), (Stop::Interrupted, 3));
    assert_eq!((state.steps(), state.epochs()), (3, 3));
    let mut short = start.clone();
    let history = fit(&trainer.epochs(3), &mut short, &Loss::Mse, &data);
    assert_eq!(history.convergence().stop, Stop::MaxIter);
    assert_eq!(short, network);
    // how far the last step went
    let mut before = start;
    fit(&lbfgs(1e-9).epochs(2), &mut before, &Loss::Mse, &data);
    let moved = before.params().iter().zip(short.params()).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    assert!((history.epochs()[2].learning_rate - moved).abs() < 1e-14 * (1.0 + moved));
}

#[test]
fn a_cost_that_is_not_finite_is_an_error_at_the_start_and_stepped_back_from_later() {
    let (x, t, rows) = (wave::<f64>(40, 0.0), wave::<f64>(20, 1.0), all(20));
    let more = wave::<f64>(21, 1.0);
    let huge: Vec<f64> = x.iter().map(|v| v * 1e200).collect();
    let lost = Data { x: &huge, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let mut network = Network::new(Architecture::new(2).dense(8).activation(Activation::Relu).dense(1), 0).unwrap();
    let (before, trainer) = (network.clone(), lbfgs(1e-9));
    let mut state = trainer.start(&network);
    let found = trainer.fit(&mut network, &mut state, &Loss::Mse, &lost, &mut unwatched);
    assert_eq!((found, &network), (Err(Error::Diverged { step: 1 }), &before));
    assert_eq!((state.steps(), state.epochs()), (0, 0));
    // the first step is as long as 1: rates of e^200 leave single precision there, and are stepped back from
    let (x32, counts): (Vec<f32>, Vec<f32>) =
        x.iter().zip(0..40_u8).map(|(v, i)| (*v as f32 * 200.0, f32::from(i % 7))).unzip();
    let data = Data { x: &x32, targets: Targets::Numbers(&counts[..20]), weights: None, rows: &rows, held: &[] };
    let mut flat = Network::new(Architecture::new(2).dense_from(1, Init::Zeros), 0).unwrap();
    let at = |network: &Network<f32>| {
        let mut room = network.workspace(20);
        room.load_slice(&x32).unwrap();
        let expected = Expected::new(data.targets, 20);
        let cost = network.cost_and_gradient(&mut room, (0, 0), &Loss::Poisson, &expected).unwrap();
        (cost, room.gradient().to_vec())
    };
    let (first, slopes) = at(&flat);
    let length = slopes.iter().map(|g| g * g).sum::<f32>().sqrt();
    let mut far_off = flat.clone();
    far_off.params_mut().iter_mut().zip(&slopes).for_each(|(p, g)| *p = -g / length);
    assert!(first.is_finite() && !at(&far_off).0.is_finite());
    let history = fit(&lbfgs(1e-3).epochs(200), &mut flat, &Loss::Poisson, &data);
    assert!(history.losses().all(f64::is_finite) && flat.check().is_ok());
    assert!(history.convergence().objective < first, "{first} {:?}", history.convergence());
    // rows held back that the network cannot answer to: the last sound weights, here those that came in
    let far: Vec<f64> = [&wave::<f64>(40, 0.0)[..], &[1e200, 1e200]].concat();
    let data = Data { x: &far, targets: Targets::Numbers(&more), weights: None, rows: &rows, held: &[20] };
    let mut network = before.clone();
    let history = fit(&trainer, &mut network, &Loss::Mse, &data);
    assert_eq!((history.convergence().stop, history.epochs().len(), &network), (Stop::Diverged, 0, &before));
    let known = Data { x: &x[..], targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let (first, _) = cost(&before, &Loss::Mse, &known, 0.0);
    assert!((history.convergence().objective - first).abs() < 1e-14);
}

#[test]
fn what_hangs_on_batches_is_refused() {
    let (x, t, rows) = (wave(40, 0.0), wave(20, 1.0), all(20));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let named = |found: Result<History, Error>| match found {
        Err(Error::Parameter { name, .. }) => name,
        other => panic!("{other:?}"),
    };
    let plain = || Architecture::new(2).dense(3);
    for (architecture, name) in
        [(plain().dropout(0.1).dense(1), "dropout"), (plain().batch_norm().dense(1), "batch_norm")]
    {
        let mut network = Network::<f64>::new(architecture.clone(), 0).unwrap();
        let mut state = lbfgs(1e-5).start(&network);
        assert_eq!(named(lbfgs(1e-5).fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched)), name);
        assert_eq!(Trainer::new().suits(&architecture), Ok(()));
    }
    // a rate of 0 drops nothing
    assert_eq!(lbfgs(1e-5).suits(&plain().dropout(0.0).dense(1)), Ok(()));
    for (trainer, name) in [
        (lbfgs(1e-5).clip_norm(Some(1.0)), "clip_norm"),
        (lbfgs(1e-5).clip_value(Some(1.0)), "clip_value"),
        (lbfgs(1e-5).plateau(Some(Plateau::new())), "plateau"),
        (lbfgs(1e-5).average(Some(WeightAverage::equal())), "average"),
        (lbfgs(-1.0), "tol"),
    ] {
        let refused = trainer.validate();
        assert!(matches!(refused, Err(Error::Parameter { name: found, .. }) if found == name), "{refused:?}");
    }
    let mut network = Network::<f64>::new(plain().dense(1), 0).unwrap();
    let before = network.clone();
    let mut state = lbfgs(1e-5).start(&network);
    let refused = lbfgs(1e-5).once(&mut network, &mut state, &Loss::Mse, &data);
    assert!(matches!(refused, Err(Error::Parameter { name: "optimizer", .. })), "{refused:?}");
    assert_eq!(network, before);
}

#[test]
fn knobs_of_batches_have_no_say() {
    let (x, t, rows) = (wave(40, 0.0), wave(20, 1.0), all(20));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let start = Network::<f64>::new(Architecture::new(2).dense(3).activation(Activation::Tanh).dense(1), 0).unwrap();
    let (mut plain, mut turned) = (start.clone(), start);
    let trainer = lbfgs(1e-5).epochs(7);
    let other = trainer.clone().learning_rate(0.5).batch_size(3).accumulate(2).shuffle(false).warm_up(9);
    let other = other.schedule(Schedule::Step { every: 1, factor: 0.5 });
    assert_eq!(fit(&trainer, &mut plain, &Loss::Mse, &data), fit(&other, &mut turned, &Loss::Mse, &data));
    assert_eq!(plain, turned);
}

#[test]
fn lbfgs_takes_over_from_steps_and_gives_back() {
    let (x, t, rows) = (wave(40, 0.0), wave(20, 1.0), all(20));
    let data = Data { x: &x, targets: Targets::Numbers(&t), weights: None, rows: &rows, held: &[] };
    let architecture = Architecture::new(2).dense(3).activation(Activation::Tanh).dense(1);
    let mut network = Network::<f64>::new(architecture, 0).unwrap();
    let adam = Trainer::new().epochs(5).average(Some(WeightAverage::equal()));
    let mut state = adam.start(&network);
    adam.fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched).unwrap();
    let history = lbfgs(1e-6).fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched).unwrap();
    assert_eq!(state.check(&network), Ok(()));
    assert_eq!(state.epochs(), 5 + history.epochs().len() as u64);
    // already there: no iteration, the same network
    let there = network.clone();
    let again = lbfgs(1e-6).fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched).unwrap();
    assert_eq!((again.convergence().n_iter, again.convergence().stop), (0, Stop::Converged));
    assert_eq!(again.convergence().objective, history.convergence().objective);
    assert_eq!(network, there);
    let mut state = adam.start(&network);
    assert!(adam.fit(&mut network, &mut state, &Loss::Mse, &data, &mut unwatched).is_ok());
}
