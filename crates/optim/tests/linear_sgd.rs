//! Stochastic gradient descent against its definition, written out step by step.

use cairn_optim::{
    Error, LearningRate, LinearSgd, LinearTask, LinearWalk, Result, RowSlices, Schedule, StepLength, Stop,
};
use cairn_traits::{CsrMatrix, DMatrix, Progress};
use std::ops::ControlFlow;

fn unwatched(_: &Progress, _: &[&LinearWalk]) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn square(y: f64, predictor: f64) -> (f64, f64) {
    (0.5 * (predictor - y).powi(2), predictor - y)
}

fn data(n: usize, p: usize) -> (DMatrix<f64>, Vec<f64>) {
    let wave = |i: usize, j: usize| ((i * i) as f64 * 0.37 + (j + 1) as f64 * i as f64 * 1.13).sin();
    let x = DMatrix::from_fn(n, p, |i, j| if (i + 2 * j) % 3 == 0 { 0.0 } else { wave(i, j) });
    let y = (0..n).map(|i| 1.0 + 2.0 * x[(i, 0)] - x[(i, p - 1)] + 0.1 * (i as f64).cos()).collect();
    (x, y)
}

/// Every step on every coefficient; the averages from step `average` on.
fn by_definition(
    (x, y, weights): (&DMatrix<f64>, &[f64], &[f64]),
    (l1, l2): (f64, f64),
    (epochs, average): (usize, usize),
    rate: impl Fn(f64) -> f64,
) -> (Vec<f64>, f64) {
    let p = x.ncols();
    let (mut w, mut b, mut owed, mut paid) = (vec![0.0_f64; p], 0.0, 0.0, vec![0.0; p]);
    let (mut sums, mut intercepts, mut t) = (vec![0.0; p], 0.0, 0);
    for _ in 0..epochs {
        for i in 0..x.nrows() {
            let eta = rate(f64::from(t));
            let slope = weights[i] * ((0..p).map(|j| x[(i, j)] * w[j]).sum::<f64>() + b - y[i]);
            owed += eta * l1;
            b -= eta * slope;
            for j in 0..p {
                let before = (1.0 - eta * l2) * w[j] - eta * slope * x[(i, j)];
                let rest = owed - paid[j] * if before > 0.0 { -1.0 } else { 1.0 };
                w[j] =
                    if l1 == 0.0 || before == 0.0 { before } else { before.signum() * (before.abs() - rest).max(0.0) };
                paid[j] += w[j] - before;
            }
            t += 1;
            if average > 0 && t as usize >= average {
                sums.iter_mut().zip(&w).for_each(|(sum, w)| *sum += w);
                intercepts += b;
            }
        }
    }
    let steps = (t as usize + 1).saturating_sub(average) as f64;
    if average == 0 { (w, b) } else { (sums.iter().map(|sum| sum / steps).collect(), intercepts / steps) }
}

fn walked(
    sgd: &LinearSgd,
    x: RowSlices<'_, f64>,
    y: &[f64],
    weights: &[f64],
    epochs: usize,
) -> Result<(Vec<f64>, f64)> {
    let task = LinearTask::new(x, y, Some(weights))?;
    let order: Vec<usize> = (0..y.len()).collect();
    let mut walk = LinearWalk::new(vec![0.0; x.n_columns()], 0.0);
    for _ in 0..epochs {
        sgd.epoch(&mut walk, &task, &order, &square)?;
    }
    Ok((walk.coefficients(), walk.intercept()))
}

fn off((w, b): &(Vec<f64>, f64), (v, c): &(Vec<f64>, f64)) -> f64 {
    w.iter().zip(v).fold((b - c).abs(), |most, (w, v)| most.max((w - v).abs()))
}

#[test]
fn every_penalty_walks_as_it_is_defined_dense_and_sparse() {
    for (n, p) in [(40, 3), (60, 37)] {
        let (x, y) = data(n, p);
        let weights: Vec<f64> = (0..n).map(|i| 1.0 + (i % 3) as f64).collect();
        let (flat, csr) = (RowSlices::flatten(&x), CsrMatrix::from(&x));
        for (alpha, l1_ratio) in [(0.0, 0.0), (0.3, 0.0), (0.3, 1.0), (0.3, 0.4)] {
            for average in [0, 1, n as u64 + 7] {
                let rate = LearningRate::new(0.02).schedule(Schedule::InverseScaling { power: 0.25 });
                let sgd = LinearSgd::new().alpha(alpha).l1_ratio(l1_ratio).learning_rate(rate).average(average);
                let penalties = (alpha * l1_ratio, alpha * (1.0 - l1_ratio));
                let steps = |t: f64| 0.02 / (t + 1.0).powf(0.25);
                let expected = by_definition((&x, &y, &weights), penalties, (3, average as usize), steps);
                let dense = walked(&sgd, RowSlices::dense(&flat, p).unwrap(), &y, &weights, 3).unwrap();
                let sparse = walked(&sgd, RowSlices::sparse(&csr).unwrap(), &y, &weights, 3).unwrap();
                // 200 steps that contract, each of 40 rounded terms of about 1
                assert!(off(&dense, &expected) < 1e-13, "{p} {alpha} {l1_ratio} {average}: {dense:?} {expected:?}");
                // late payments show where coefficients shrink too, and in averages
                let near = if l1_ratio == 0.0 || (l1_ratio == 1.0 && average == 0) { 1e-13 } else { 0.02 };
                assert!(off(&sparse, &expected) < near, "{p} {alpha} {l1_ratio} {average}: {sparse:?} {expected:?}");
            }
        }
    }
}

#[test]
fn an_l1_penalty_leaves_out_what_does_not_matter() {
    let (x, y) = data(400, 12);
    let flat = RowSlices::flatten(&x);
    let sgd = LinearSgd::new().alpha(0.1).l1_ratio(1.0).learning_rate(LearningRate::new(0.01));
    let (w, _) = walked(&sgd, RowSlices::dense(&flat, 12).unwrap(), &y, &vec![1.0; 400], 20).unwrap();
    assert!(w[0] > 1.0 && w[11] < -0.4, "{w:?}");
    assert!(w[1..11].iter().filter(|w| **w == 0.0).count() >= 7, "{w:?}");
}

#[test]
fn a_decay_of_everything_leaves_nothing_and_no_nan() {
    let (x, y) = data(30, 2);
    let flat = RowSlices::flatten(&x);
    let sgd = LinearSgd::new().alpha(1e6).learning_rate(LearningRate::new(0.1));
    let (w, b) = walked(&sgd, RowSlices::dense(&flat, 2).unwrap(), &y, &[1.0; 30], 2).unwrap();
    assert!(w.iter().all(|w| w.abs() < 1.0) && b.is_finite(), "{w:?} {b}");
}

#[test]
fn optimal_lengths_are_those_of_the_formula() {
    // alpha 1e-4: typical 10, slope of the loss at (1, −10) is −11, so the first is 10; t₀ = 1/(10 · 1e-4) = 1000
    let x = RowSlices::dense(&[1.0], 1).unwrap();
    let task = LinearTask::new(x, &[0.02], None).unwrap();
    let mut walk = LinearWalk::new(vec![0.0], 0.0);
    let sgd = LinearSgd::new().fit_intercept(false);
    sgd.epoch(&mut walk, &task, &[0], &square).unwrap();
    assert!((walk.coefficients()[0] - 0.2).abs() < 1e-14); // 10 · 0.02
    sgd.epoch(&mut walk, &task, &[0], &square).unwrap();
    let eta = 1.0 / (1e-4 * 1001.0);
    assert!((walk.coefficients()[0] - (0.2 * (1.0 - eta * 1e-4) - eta * 0.18)).abs() < 1e-12);
}

#[test]
fn it_ends_when_epochs_no_longer_help() {
    let (x, y) = data(200, 3);
    let flat = RowSlices::flatten(&x);
    let task = LinearTask::new(RowSlices::dense(&flat, 3).unwrap(), &y, None).unwrap();
    let sgd = LinearSgd::new().alpha(1e-3).learning_rate(LearningRate::new(0.05)).tol(1e-4);
    let fit = |sgd: &LinearSgd| {
        let mut walks = [LinearWalk::new(vec![0.0; 3], 0.0)];
        let convergence = sgd.fit(&mut walks, &[task], &square, &mut unwatched).unwrap();
        let [walk] = walks;
        (convergence, walk)
    };
    let (fixed, _) = fit(&sgd);
    assert_eq!(fixed.stop, Stop::Converged);
    let (adaptive, walk) = fit(&sgd.clone().learning_rate(StepLength::Adaptive { initial: 0.05 }));
    assert!(adaptive.stop == Stop::Converged && adaptive.n_iter > fixed.n_iter);
    assert!(adaptive.objective < fixed.objective && (walk.coefficients()[0] - 2.0).abs() < 0.05);
    let (early, walk) = fit(&sgd.clone().early_stopping(true));
    assert_eq!(early.stop, Stop::EarlyStopped);
    assert_eq!(walk.steps(), 180 * early.n_iter as u64); // a tenth is held back
    assert_eq!(fit(&sgd.clone().max_iter(2)).0.stop, Stop::MaxIter);
    // steps that grow until they are too long: back to the best epoch
    let growing = LearningRate::new(3.0).warm_up(4000);
    let (far, walk) = fit(&sgd.clone().learning_rate(growing).n_iter_no_change(30));
    assert!(far.stop == Stop::Diverged && (walk.coefficients()[0] - 2.0).abs() < 0.1, "{far:?} {walk:?}");
    let mut walks = [LinearWalk::new(vec![0.0; 3], 0.0)];
    let found = sgd.learning_rate(LearningRate::new(3.0)).fit(&mut walks, &[task], &square, &mut unwatched);
    assert_eq!(found, Err(Error::Diverged { step: 1 }));
}

#[test]
fn walks_go_side_by_side_as_they_go_alone() {
    let (x, y) = data(90, 3);
    let flat = RowSlices::flatten(&x);
    let rows = RowSlices::dense(&flat, 3).unwrap();
    let targets: Vec<Vec<f64>> = [1.0, -0.5, 3.0].iter().map(|a| y.iter().map(|y| a * y).collect()).collect();
    let tasks: Vec<_> = targets.iter().map(|y| LinearTask::new(rows, y, None).unwrap()).collect();
    let sgd = LinearSgd::new().learning_rate(LearningRate::new(0.03)).early_stopping(true).n_iter_no_change(2);
    let mut walks = vec![LinearWalk::new(vec![0.0; 3], 0.0); 3];
    let ended = sgd.fit(&mut walks, &tasks, &square, &mut unwatched).unwrap();
    let (mut objective, mut longest) = (0.0, 0);
    for (task, walk) in tasks.iter().zip(&walks) {
        let mut alone = [LinearWalk::new(vec![0.0; 3], 0.0)];
        let ended = sgd.fit(&mut alone, &[*task], &square, &mut unwatched).unwrap();
        assert_eq!(&alone[0], walk);
        objective += ended.objective;
        longest = longest.max(ended.n_iter);
    }
    assert_eq!((ended.objective, ended.n_iter, ended.stop), (objective, longest, Stop::EarlyStopped));
    assert!(walks[1].steps() < walks[2].steps());
    let mut epochs = 0;
    let mut watch = |progress: &Progress, walks: &[&LinearWalk]| {
        epochs += 1;
        assert_eq!((progress.step, walks.len()), (epochs, 3));
        if epochs == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let stopped = sgd.fit(&mut walks, &tasks, &square, &mut watch).unwrap();
    assert_eq!((stopped.n_iter, stopped.stop), (2, Stop::Interrupted));
    assert!(matches!(
        sgd.fit(&mut walks, &tasks[..2], &square, &mut unwatched),
        Err(Error::Shape { what: "tasks", .. })
    ));
}

#[test]
fn rows_of_weight_0_are_not_there() {
    let (x, y) = data(50, 3);
    let kept: Vec<usize> = (0..50).filter(|i| i % 5 != 0).collect();
    let weights: Vec<f64> = (0..50).map(|i| if i % 5 == 0 { 0.0 } else { 1.0 }).collect();
    let flat = RowSlices::flatten(&x);
    let task = LinearTask::new(RowSlices::dense(&flat, 3).unwrap(), &y, Some(&weights)).unwrap();
    let sgd = LinearSgd::new().learning_rate(LearningRate::new(0.05)).shuffle(true).max_iter(3);
    let mut walk = [LinearWalk::new(vec![0.0; 3], 0.0)];
    let mut other = walk.clone();
    sgd.fit(&mut walk, &[task], &square, &mut unwatched).unwrap();
    let (few, targets) = (RowSlices::flatten(&x.select_rows(&kept)), kept.iter().map(|i| y[*i]).collect::<Vec<_>>());
    let task = LinearTask::new(RowSlices::dense(&few, 3).unwrap(), &targets, None).unwrap();
    sgd.fit(&mut other, &[task], &square, &mut unwatched).unwrap();
    assert_eq!(walk, other);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let x = RowSlices::dense(&[1.0, 2.0], 1).unwrap();
    assert!(matches!(LinearTask::new(x, &[1.0], None), Err(Error::Shape { what: "y", .. })));
    assert!(matches!(LinearTask::new(x, &[1.0, 2.0], Some(&[0.0, 0.0])), Err(Error::Domain { .. })));
    let task = LinearTask::new(x, &[1.0, 2.0], None).unwrap();
    let sgd = LinearSgd::new();
    let epoch = |sgd: &LinearSgd, p: usize, rows: &[usize]| {
        sgd.epoch(&mut LinearWalk::new(vec![0.0; p], 0.0), &task, rows, &square)
    };
    assert!(matches!(epoch(&sgd, 2, &[0]), Err(Error::Shape { what: "x", unit: "columns", .. })));
    assert!(matches!(epoch(&sgd, 1, &[2]), Err(Error::Shape { what: "x", unit: "rows", expected: 3, found: 2 })));
    assert!(matches!(epoch(&sgd, 1, &[]), Err(Error::TooFewSamples { .. })));
    assert!(matches!(epoch(&sgd.clone().alpha(0.0), 1, &[0]), Err(Error::Parameter { name: "alpha", .. })));
    assert!(matches!(epoch(&sgd.clone().l1_ratio(1.5), 1, &[0]), Err(Error::Parameter { name: "l1_ratio", .. })));
    assert!(matches!(epoch(&sgd.max_iter(0), 1, &[0]), Err(Error::Parameter { name: "max_iter", .. })));
}
