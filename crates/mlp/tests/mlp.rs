//! Perceptrons learn what they should, and every knob does something.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use cairn_mlp::{
    Activation, Adam, ClassWeights, Classes, Converges, DMatrix, DVector, Error, Fit, FitObserved, FitWeighted,
    Hyperparameters, Init, MlpClassifier, MlpClassifierModel, MlpRegressor, MlpRegressorModel, Optimizer, PartialFit,
    Persist, Plateau, Predict, Probabilistic, RegressionLoss, Schedule, Sgd, Stop, WeightAverage, rows,
};
use rand::RngExt;
use std::ops::ControlFlow;

/// Two arms that wind around each other one and a half times, about 0 and within ±2.
fn spirals(n: usize) -> (DMatrix<f64>, Vec<usize>) {
    let mut rng = cairn_numeric::stream(4, 0);
    let (mut x, mut y) = (DMatrix::zeros(n, 2), Vec::new());
    for i in 0..n {
        let (arm, along) = (i % 2, i as f64 / n as f64);
        let angle = 3.0 * std::f64::consts::PI * along + std::f64::consts::PI * arm as f64;
        let radius = 0.1 + 0.9 * along;
        x[(i, 0)] = 2.0 * radius * angle.cos() + 0.04 * (rng.random::<f64>() - 0.5);
        x[(i, 1)] = 2.0 * radius * angle.sin() + 0.04 * (rng.random::<f64>() - 0.5);
        y.push(arm);
    }
    (x, y)
}

fn right(found: &[usize], expected: &[usize]) -> f64 {
    found.iter().zip(expected).filter(|(a, b)| a == b).count() as f64 / expected.len() as f64
}

#[test]
fn two_spirals_are_told_apart() {
    let (x, y) = spirals(400);
    let (asked, answers) = spirals(401);
    let mlp = MlpClassifier::new().hidden(&[64, 64]).learning_rate(0.01).batch_size(40);
    let model = mlp.clone().epochs(200).fit(&x, &y[..]).unwrap();
    let found = right(&model.predict(&asked).unwrap(), &answers);
    assert!(found > 0.99, "{found} {:?}", model.convergence());
    // no bend, no spiral
    let straight = mlp.clone().hidden(&[]).epochs(100).fit(&x, &y[..]).unwrap();
    assert!(right(&straight.predict(&x).unwrap(), &y) < 0.75);
}

#[test]
fn xor_in_single_precision_by_every_optimiser() {
    let x = rows(&[[0.0_f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    for (optimizer, rate) in [
        (Optimizer::Sgd(Sgd::new().momentum(0.9)), 0.1),
        (Optimizer::Adam(Adam::new()), 0.05),
        (Optimizer::AdamW(cairn_mlp::AdamW::new()), 0.05),
        (Optimizer::RmsProp(cairn_mlp::RmsProp::new()), 0.02),
    ] {
        let mlp = MlpClassifier::new().hidden(&[16]).optimizer(optimizer).learning_rate(rate).epochs(300);
        let model = mlp.fit(&x, &[3, 9, 9, 3][..]).unwrap();
        assert_eq!(model.predict(&x).unwrap(), [3, 9, 9, 3], "{mlp:?}");
        assert_eq!(model.classes(), [3, 9]);
    }
}

/// Four columns, and what is to be learned of them.
fn curves(n: usize, seed: u64) -> (DMatrix<f64>, DVector<f64>) {
    let mut rng = cairn_numeric::stream(seed, 0);
    let x = DMatrix::from_fn(n, 4, |_, _| 2.0 * rng.random::<f64>() - 1.0);
    let y = DVector::from_fn(n, |i, _| 1000.0 + 100.0 * ((3.0 * x[(i, 0)]).sin() + x[(i, 1)] * x[(i, 2)]));
    (x, y)
}

fn r2(found: &DVector<f64>, y: &DVector<f64>) -> f64 {
    1.0 - (found - y).norm_squared() / y.add_scalar(-y.mean()).norm_squared()
}

#[test]
fn curves_are_learned_with_every_loss_and_activation() {
    let (x, y) = curves(500, 1);
    let mlp = MlpRegressor::new().hidden(&[32]).learning_rate(0.01).batch_size(25).epochs(60);
    for loss in [RegressionLoss::SquaredError, RegressionLoss::AbsoluteError, RegressionLoss::Huber] {
        let model = mlp.clone().loss(loss).fit(&x, &y).unwrap();
        assert!(r2(&model.predict(&x).unwrap(), &y) > 0.9, "{loss:?}");
    }
    for activation in [
        Activation::LeakyRelu { slope: 0.1 },
        Activation::Elu { alpha: 1.0 },
        Activation::Gelu,
        Activation::Silu,
        Activation::Tanh,
        Activation::Softplus,
    ] {
        let model = mlp.clone().activation(activation).fit(&x, &y).unwrap();
        let found = r2(&model.predict(&x).unwrap(), &y);
        assert!(found > 0.7, "{activation:?}: {found}");
    }
}

#[test]
fn rates_are_above_zero() {
    let (x, y) = curves(300, 2);
    let counts = y.map(|y| ((y - 800.0) / 50.0).round());
    let mlp =
        MlpRegressor::new().hidden(&[32]).loss(RegressionLoss::Poisson).learning_rate(0.01).batch_size(30).epochs(60);
    let found = mlp.fit(&x, &counts).unwrap().predict(&x).unwrap();
    assert!(found.min() > 0.0 && r2(&found, &counts) > 0.8);
    let below = counts.map(|v| v - 5.0);
    assert!(matches!(mlp.fit(&x, &below), Err(Error::Domain { what: "y", row: Some(_), .. })));
}

#[test]
fn several_outputs_are_several_columns() {
    let (x, y) = curves(400, 3);
    let both = DMatrix::from_fn(400, 2, |i, j| if j == 0 { y[i] } else { -0.01 * y[i] + x[(i, 3)] });
    let mlp = MlpRegressor::new().hidden(&[48]).learning_rate(0.01).batch_size(40).epochs(60);
    let found = mlp.fit(&x, &both).unwrap().predict(&x).unwrap();
    for j in 0..2 {
        assert!(r2(&found.column(j).into_owned(), &both.column(j).into_owned()) > 0.9, "output {j}");
    }
}

#[test]
fn without_weight_a_row_is_absent_and_scaled_weights_are_the_same() {
    let (x, y) = spirals(60);
    let mlp = MlpClassifier::new().hidden(&[8]).epochs(3).batch_size(16);
    let weights: Vec<f64> = (0..60).map(|i| f64::from(i % 3)).collect();
    let some: Vec<usize> = (0..60).filter(|i| i % 3 > 0).collect();
    let (fewer, labels) = (x.select_rows(&some), some.iter().map(|&i| y[i]).collect::<Vec<_>>());
    let fewer_weights: Vec<f64> = some.iter().map(|&i| weights[i]).collect();
    let all = mlp.fit_weighted(&x, &y[..], &weights).unwrap();
    let part = mlp.fit_weighted(&fewer, &labels[..], &fewer_weights).unwrap();
    assert_eq!(all.network(), part.network());
    let double: Vec<f64> = weights.iter().map(|w| 2.0 * w).collect();
    assert_eq!(mlp.fit_weighted(&x, &y[..], &double).unwrap().network(), all.network());
    let ones = mlp.fit_weighted(&x, &y[..], &[1.0; 60]).unwrap();
    assert_eq!(ones, mlp.fit(&x, &y[..]).unwrap());
}

#[test]
fn rare_classes_can_count_as_much_as_others() {
    // one column that tells nothing: probabilities are the classes' weights
    let (x, y) = (DMatrix::from_element(100, 1, 0.0), (0..100).map(|i| usize::from(i % 10 == 0)).collect::<Vec<_>>());
    let mlp = MlpClassifier::new().hidden(&[]).learning_rate(0.05).batch_size(100).epochs(300);
    let rare = |weights| -> f64 {
        let model = mlp.clone().class_weights(weights).fit(&x, &y[..]).unwrap();
        model.predict_proba(&rows(&[[0.0]])).unwrap()[(0, 1)]
    };
    assert!((rare(ClassWeights::Uniform) - 0.1).abs() < 0.01);
    assert!((rare(ClassWeights::Balanced) - 0.5).abs() < 0.01);
    // 10 rows of weight 3 against 90
    assert!((rare(ClassWeights::Given(vec![(1, 3.0)])) - 0.25).abs() < 0.01);
    // a tenth of each label goes to both: 0.9 · 0.1 + 0.1 / 2
    let smoothed = mlp.clone().label_smoothing(0.1).fit(&x, &y[..]).unwrap();
    let p: f64 = smoothed.predict_proba(&rows(&[[0.0]])).unwrap()[(0, 1)];
    assert!((p - 0.14).abs() < 0.01);
}

#[test]
fn batches_that_keep_coming() {
    let (x, y) = spirals(300);
    let mlp = MlpClassifier::new().hidden(&[16]).learning_rate(0.01).batch_size(30).classes(vec![1, 0, 7]);
    let mut model = mlp.start(&x, &y[..]).unwrap();
    assert_eq!(model.classes(), [0, 1, 7]);
    let first = model.convergence().objective;
    for _ in 0..100 {
        mlp.partial_fit(&mut model, &x, &y[..]).unwrap();
    }
    assert_eq!(model.convergence().n_iter, 101);
    assert!(model.convergence().objective < 0.5 * first, "{:?}", model.convergence());
    // what is refused leaves the model as it was
    let before = model.clone();
    let unknown = mlp.partial_fit(&mut model, &x, &vec![2; 300]);
    assert_eq!(unknown, Err(Error::UnknownClass { what: "y", found: "2".into() }));
    let huge = x.map(|v| v * 1e300);
    let wild = mlp.clone().hidden(&[16]).activation(Activation::Identity).learning_rate(1e300);
    assert!(matches!(wild.partial_fit(&mut model, &huge, &y[..]), Err(Error::Diverged { .. })));
    assert_eq!(model, before);
    assert!(matches!(
        mlp.class_weights(ClassWeights::Balanced).start(&x, &y[..]),
        Err(Error::Parameter { name: "class_weights", .. })
    ));

    let (x, y) = curves(200, 5);
    let mlp = MlpRegressor::new().hidden(&[16]).learning_rate(0.01).batch_size(20);
    let mut model = mlp.start(&x, &y).unwrap();
    for _ in 0..60 {
        mlp.partial_fit(&mut model, &x, &y).unwrap();
    }
    assert!(r2(&model.predict(&x).unwrap(), &y) > 0.85);
}

#[test]
fn a_warm_start_goes_on() {
    let (x, y) = spirals(200);
    let mlp = MlpClassifier::new().hidden(&[16]).batch_size(20).epochs(5);
    let five = mlp.fit(&x, &y[..]).unwrap();
    let ten = mlp.clone().epochs(10).fit(&x, &y[..]).unwrap();
    let again = mlp.warm_start(&five, &x, &y).unwrap();
    assert_eq!(again.network(), ten.network());
    assert!(matches!(mlp.warm_start(&five, &rows(&[[1.0]]), &[0]), Err(Error::Shape { .. })));
}

#[test]
fn it_ends_when_rows_held_back_say_so() {
    let (x, y) = spirals(300);
    let mlp = MlpClassifier::new().hidden(&[64, 64]).learning_rate(0.01).epochs(1000).batch_size(32);
    let model = mlp.early_stopping(true).validation_fraction(0.2).n_iter_no_change(30).fit(&x, &y[..]).unwrap();
    let (convergence, history) = (model.convergence(), model.history());
    assert!(convergence.n_iter < 1000 && convergence.stop == Stop::EarlyStopped, "{convergence:?}");
    assert_eq!(history.best_epoch(), convergence.n_iter - 30);
    let best = history.epochs()[history.best_epoch() - 1];
    assert_eq!(best.validation_loss, Some(convergence.objective));
    assert!(best.validation_score.unwrap() > 0.9, "{best:?}");
}

#[test]
fn steps_too_long_leave_the_last_good_weights() {
    let (x, y) = curves(100, 6);
    let wild = MlpRegressor::new().activation(Activation::Identity).optimizer(Optimizer::Sgd(Sgd::new()));
    let wild = wild.learning_rate(0.01).epochs(50);
    match wild.scale_targets(false).fit(&x, &y) {
        Ok(model) => {
            assert_eq!(model.convergence().stop, Stop::Diverged);
            assert!(model.predict(&x).unwrap().iter().all(|v| v.is_finite()));
            assert!(model.to_json().is_ok());
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn an_observer_sees_the_network() {
    let (x, y) = spirals(50);
    let mut seen = Vec::new();
    let model = MlpClassifier::new()
        .hidden(&[4])
        .fit_observed(&x, &y[..], &mut |progress, network| {
            seen.push(network.layer_params(0)[0]);
            if progress.step < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .unwrap();
    assert!(seen.len() == 3 && seen[0] != seen[2] && seen[2] == model.network().params()[0]);
    assert_eq!(model.convergence().stop, Stop::Interrupted);
}

#[test]
fn files_hold_everything_and_damaged_ones_are_refused() {
    let (x, y) = spirals(40);
    let mlp = MlpClassifier::new().hidden(&[6]).batch_norm(true).dropout(0.1).epochs(2);
    let mut model = mlp.fit(&x, &y[..]).unwrap();
    let text = model.to_json().unwrap();
    let mut again = MlpClassifierModel::<f64>::from_json(&text).unwrap();
    assert_eq!(again, model);
    // learning goes on from the file as from the model
    mlp.partial_fit(&mut model, &x, &y[..]).unwrap();
    mlp.partial_fit(&mut again, &x, &y[..]).unwrap();
    assert_eq!(again, model);
    for (from, to) in [
        ("\"classes\":[0,1]", "\"classes\":[1,0]"),
        ("\"classes\":[0,1]", "\"classes\":[0,1,2]"),
        ("\"outputs\":6", "\"outputs\":7"),
        ("\"inputs\":2", "\"inputs\":4294967296"),
        ("\"params\":[", "\"params\":[0.5,"),
        ("\"running\":[", "\"running\":[0.5,"),
        ("\"rate\":0.1", "\"rate\":1.0"),
        ("\"params\":[", "\"params\":[null,"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(MlpClassifierModel::<f64>::from_json(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
    let (x, y) = curves(30, 7);
    let model = MlpRegressor::new().hidden(&[4]).epochs(1).fit(&x, &y).unwrap();
    let text = model.to_json().unwrap();
    assert_eq!(MlpRegressorModel::<f64>::from_json(&text).unwrap(), model);
    assert!(MlpRegressorModel::<f64>::from_json(&text.replacen("\"shift\":[", "\"shift\":[1.0,", 1)).is_err());
    assert!(MlpRegressorModel::<f64>::from_json(&text.replacen("mlp-regressor", "mlp-classifier", 1)).is_err());
}

#[test]
fn knobs_are_set_by_name() {
    let text = r#"{"hidden":[20,10],"activation":"leaky_relu","init":"orthogonal","dropout":0.1,"batch_norm":true,
        "label_smoothing":0.1,"class_weights":"balanced","classes":[],"optimizer":{"sgd":{"momentum":0.9}},
        "learning_rate":0.01,"schedule":{"step":{"every":100,"factor":0.5}},"warm_up":10,"epochs":3,"batch_size":64,
        "shuffle":false,"accumulate":2,"l2":0.1,"clip_norm":1.0,"clip_value":0.5,"average":{"exponential":{"decay":0.9,"corrected":true}},"plateau":{"patience":3},"early_stopping":true,"validation_fraction":0.2,
        "n_iter_no_change":4,"tol":0.001,"seed":7}"#;
    let found: MlpClassifier = serde_json::from_str(text).unwrap();
    let expected = MlpClassifier::new()
        .hidden(&[20, 10])
        .activation(Activation::LeakyRelu { slope: 0.01 })
        .init(Some(Init::Orthogonal))
        .dropout(0.1)
        .batch_norm(true)
        .label_smoothing(0.1)
        .class_weights(ClassWeights::Balanced)
        .optimizer(Optimizer::Sgd(Sgd::new().momentum(0.9)))
        .learning_rate(0.01)
        .schedule(Schedule::Step { every: 100, factor: 0.5 })
        .warm_up(10)
        .epochs(3)
        .batch_size(64)
        .shuffle(false)
        .accumulate(2)
        .l2(0.1)
        .clip_norm(Some(1.0))
        .clip_value(Some(0.5))
        .average(Some(WeightAverage::corrected(0.9)))
        .plateau(Some(Plateau::new().patience(3)))
        .early_stopping(true)
        .validation_fraction(0.2)
        .n_iter_no_change(4)
        .tol(0.001)
        .seed(7);
    assert_eq!(found, expected);
    assert!(found.validate().is_ok() && found.fit(&spirals(80).0, &spirals(80).1[..]).is_ok());
    let again: MlpClassifier = serde_json::from_str(&serde_json::to_string(&found).unwrap()).unwrap();
    assert_eq!(again, found);
}

#[test]
fn what_cannot_be_learned_from_is_refused() {
    let (x, y) = spirals(10);
    let mlp = MlpClassifier::new();
    assert_eq!(mlp.fit(&x, &[1; 10][..]).err(), Some(Error::Classes { needed: 2, found: 1 }));
    assert!(matches!(mlp.fit(&x, &y[..9]), Err(Error::Shape { .. })));
    assert!(matches!(mlp.fit(&DMatrix::<f64>::zeros(0, 2), &[][..]), Err(Error::TooFewSamples { .. })));
    assert!(matches!(mlp.fit_weighted(&x, &y[..], &[-1.0; 10]), Err(Error::Domain { .. })));
    for bad in [
        MlpClassifier::new().hidden(&[3, 0]),
        MlpClassifier::new().dropout(1.0),
        MlpClassifier::new().label_smoothing(1.0),
        MlpClassifier::new().activation(Activation::Elu { alpha: -1.0 }),
        MlpClassifier::new().learning_rate(f64::NAN),
        MlpClassifier::new().optimizer(Optimizer::Adam(Adam::new().beta1(1.0))),
    ] {
        assert!(matches!(bad.fit(&x, &y[..]), Err(Error::Parameter { .. })), "{bad:?}");
    }
    assert!(matches!(MlpRegressor::new().delta(0.0).validate(), Err(Error::Parameter { name: "delta", .. })));
    let one = MlpRegressor::new().epochs(1).fit(&rows(&[[1.0]]), &DVector::from_vec(vec![5.0])).unwrap();
    let answer: f64 = one.predict(&rows(&[[1.0]])).unwrap()[0];
    assert!((answer - 5.0).abs() < 2.0);
}

#[test]
fn layers_are_listed() {
    let (x, y) = spirals(10);
    let model = MlpClassifier::new().hidden(&[6]).batch_norm(true).epochs(1).fit(&x, &y[..]).unwrap();
    let table = model.summary();
    let names: Vec<&str> = table.rows().iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["dense", "batch norm", "relu", "dense"]);
    assert_eq!(table.params(), 6 * (2 + 1) + 2 * 6 + 2 * (6 + 1));
    assert!(table.to_string().contains("batch norm"));
}

#[test]
fn lbfgs_is_a_name_and_learns_by_all_rows_at_once() {
    let set = r#"{"optimizer":"lbfgs"}"#;
    let named = |of: serde_json::Value| serde_json::from_value::<Optimizer>(of["optimizer"].clone()).unwrap();
    assert_eq!(named(serde_json::from_str(set).unwrap()), Optimizer::lbfgs());
    let (x, y) = spirals(300);
    let mlp = MlpClassifier::new().hidden(&[24]).activation(Activation::Tanh).l2(0.03).epochs(2000);
    let mlp = mlp.optimizer(Optimizer::lbfgs());
    let text = serde_json::to_string(&mlp).unwrap();
    assert!(text.contains(r#""optimizer":{"lbfgs":{"memory":10,"tol":"#), "{text}");
    assert_eq!(serde_json::from_str::<MlpClassifier>(&text).unwrap(), mlp);

    let model = mlp.fit(&x, &y[..]).unwrap();
    assert_eq!(model.convergence().stop, Stop::Converged, "{:?}", model.convergence());
    let right = model.predict(&x).unwrap().iter().zip(&y).filter(|(a, b)| a == b).count();
    assert!(right >= 297, "{right}");
    assert_eq!(MlpClassifierModel::<f64>::from_json(&model.to_json().unwrap()).unwrap(), model);
    // from where it ended there is nowhere to go
    assert_eq!(mlp.warm_start(&model, &x, &y).unwrap().network(), model.network());

    // all rows at once: a weight of 2 is a row twice, to rounding
    let weights: Vec<f64> = (0..300).map(|i| f64::from(i % 3)).collect();
    let repeated: Vec<usize> = (0..300).flat_map(|i| std::iter::repeat_n(i, i % 3)).collect();
    let (many, labels) = (x.select_rows(&repeated), repeated.iter().map(|&i| y[i]).collect::<Vec<_>>());
    let few = mlp.clone().epochs(5);
    let weighted = few.fit_weighted(&x, &y[..], &weights).unwrap();
    let twice = few.fit(&many, &labels[..]).unwrap();
    let off = |a: f64, b: f64| (a - b).abs() / b;
    // 200 rows of weight 1.5 on average against 300: the penalty beside the sum of weights scaled to 200 is 1.5 times as dear
    let dearer = few.clone().l2(0.03 * 1.5).fit(&many, &labels[..]).unwrap();
    let found = weighted.convergence().objective;
    assert!(off(found, dearer.convergence().objective) < 1e-9, "{found} {dearer:?}");
    assert!(off(found, twice.convergence().objective) > 1e-6);

    let (x, y) = curves(200, 5);
    let mlp = MlpRegressor::new().hidden(&[16]).activation(Activation::Tanh).l2(0.1).epochs(300);
    let model = mlp.optimizer(Optimizer::lbfgs()).fit(&x, &y).unwrap();
    assert!(r2(&model.predict(&x).unwrap(), &y) > 0.97);
}

#[test]
fn lbfgs_refuses_what_hangs_on_batches() {
    let ((x, y), (columns, numbers)) = (spirals(50), curves(50, 5));
    let mlp = MlpClassifier::new().hidden(&[4]).optimizer(Optimizer::lbfgs());
    let regressor = MlpRegressor::new().hidden(&[4]).optimizer(Optimizer::lbfgs());
    for (refused, name) in [
        (mlp.start(&x, &y[..]).err(), "optimizer"),
        (mlp.partial_fit(&mut mlp.fit(&x, &y[..]).unwrap(), &x, &y[..]).err(), "optimizer"),
        (regressor.start(&columns, &numbers).err(), "optimizer"),
        (mlp.clone().dropout(0.2).fit(&x, &y[..]).err(), "dropout"),
        (mlp.clone().batch_norm(true).validate().err(), "batch_norm"),
        (regressor.batch_norm(true).fit(&columns, &numbers).err(), "batch_norm"),
        (mlp.clone().clip_norm(Some(1.0)).validate().err(), "clip_norm"),
    ] {
        let Some(Error::Parameter { name: found, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(found, name);
    }
    let said = mlp.start(&x, &y[..]).err().unwrap().to_string();
    assert!(said.starts_with("optimizer: expected a method that learns from a few rows at a time; lbfgs"), "{said}");
}
