//! Three steps of each rule on `g = x`, from x = 1, worked out by the formulas in other words.
#![allow(clippy::unwrap_used, reason = "a test panics where it fails")]

use cairn_optim::{Adam, AdamW, Error, FirstOrder, Hyperparameters, Lbfgs, Optimizer, RmsProp, Sgd};

fn path(rule: &impl FirstOrder, rate: f64, steps: usize) -> Vec<f64> {
    let (mut state, mut x) = (rule.start(1), [1.0]);
    let step = |_| {
        let gradient = x;
        rule.step(&mut state, rate, &mut x, &gradient).unwrap();
        x[0]
    };
    (0..steps).map(step).collect()
}

fn near(found: &[f64], expected: &[f64]) {
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() < 1e-12, "{found:?} {expected:?}");
    }
}

#[test]
fn momentum_by_hand() {
    near(&path(&Sgd::new(), 0.1, 2), &[0.9, 0.81]);
    // v = 1, 0.9·1 + 0.9 = 1.8, 0.9·1.8 + 0.72 = 2.34
    near(&path(&Sgd::new().momentum(0.9), 0.1, 3), &[0.9, 0.72, 0.486]);
    // g + 0.9 v: 1 + 0.9 = 1.9; v = 0.9 + 0.81 = 1.71, 0.81 + 1.539 = 2.349
    near(&path(&Sgd::new().momentum(0.9).nesterov(true), 0.1, 2), &[0.81, 0.5751]);
    // decay adds x: g = 2 x
    near(&path(&Sgd::new().weight_decay(1.0), 0.1, 2), &[0.8, 0.64]);
}

#[test]
fn adam_by_hand() {
    // step 1: m̂ = v̂ = 1: x = 1 − 0.1 / (1 + 1e-8)
    let x1 = 1.0 - 0.1 / (1.0 + 1e-8);
    // step 2: m = 0.09 + 0.1 x1, over 0.19; v = 0.000999 + 0.001 x1², over 0.001999
    let (m, v): (f64, f64) = (0.09 + 0.1 * x1, 0.000_999 + 0.001 * x1 * x1);
    let x2 = x1 - 0.1 * (m / 0.19) / ((v / 0.001_999).sqrt() + 1e-8);
    near(&path(&Adam::new(), 0.1, 2), &[x1, x2]);
    // decoupled: 1 · (1 − 0.1·0.5) − the same first step
    near(&path(&AdamW::new().weight_decay(0.5), 0.1, 1), &[0.95 - 0.1 / (1.0 + 1e-8)]);
    // coupled: the gradient is 1.5, the step is the rate all the same
    near(&path(&Adam::new().weight_decay(0.5), 0.1, 1), &[1.0 - 0.15 / (1.5 + 1e-8)]);
}

#[test]
fn rms_prop_by_hand() {
    // v = 0.01, √v = 0.1: x = 1 − 0.01 / (0.1 + 1e-8)
    let x1 = 1.0 - 0.01 / (0.1 + 1e-8);
    let v = 0.99 * 0.01 + 0.01 * x1 * x1;
    near(&path(&RmsProp::new(), 0.01, 2), &[x1, x1 - 0.01 * x1 / (v.sqrt() + 1e-8)]);
    let b = 0.5 / (0.1 + 1e-8) + x1 / (v.sqrt() + 1e-8);
    near(&path(&RmsProp::new().momentum(0.5), 0.01, 2), &[x1, x1 - 0.01 * b]);
}

#[test]
fn the_enum_is_the_rule_it_names() {
    let rules: [(Optimizer, Vec<f64>); 4] = [
        (Optimizer::Sgd(Sgd::new()), path(&Sgd::new(), 0.1, 3)),
        (Optimizer::Adam(Adam::new()), path(&Adam::new(), 0.1, 3)),
        (Optimizer::AdamW(AdamW::new()), path(&AdamW::new(), 0.1, 3)),
        (Optimizer::RmsProp(RmsProp::new()), path(&RmsProp::new(), 0.1, 3)),
    ];
    for (rule, expected) in rules {
        assert_eq!(path(&rule, 0.1, 3), expected);
        assert_eq!(rule.validate(), Ok(()));
    }
}

#[test]
fn lbfgs_is_a_choice_but_no_step() {
    let lbfgs = Optimizer::Lbfgs { memory: 5, tol: 1e-3 };
    assert_eq!(lbfgs.minimizer(), Some(Lbfgs::new().memory(5).tol(1e-3)));
    assert_eq!(Optimizer::lbfgs().minimizer(), Some(Lbfgs::new()));
    assert_eq!(Optimizer::Adam(Adam::new()).minimizer(), None);
    let (mut state, mut x) = (lbfgs.start(1), [1.0]);
    let refused = lbfgs.step(&mut state, 0.1, &mut x, &[2.0]);
    assert!(matches!(refused, Err(Error::Parameter { name: "optimizer", .. })), "{refused:?}");
    assert_eq!((x, state.steps()), ([1.0], 0));
    for (bad, name) in [((0, 1e-3), "memory"), ((5, -1.0), "tol"), ((5, f64::NAN), "tol")] {
        let refused = Optimizer::Lbfgs { memory: bad.0, tol: bad.1 }.validate();
        assert!(matches!(refused, Err(Error::Parameter { name: found, .. }) if found == name), "{refused:?}");
    }
}

#[test]
fn single_precision_steps_alike() {
    let mut state = Adam::new().start::<f32>(2);
    let mut x = [1.0_f32, -1.0];
    Adam::new().step(&mut state, 0.1, &mut x, &[0.5, -3.0]).unwrap();
    assert!((x[0] - 0.9).abs() < 1e-6 && (x[1] + 0.9).abs() < 1e-6);
    assert_eq!(state.steps(), 1);
}

#[test]
fn lengths_and_states_must_fit() {
    let adam = Adam::new();
    let mut state = adam.start::<f64>(2);
    let short = adam.step(&mut state, 0.1, &mut [1.0], &[1.0]);
    assert_eq!(short, Err(Error::Shape { what: "parameters", unit: "numbers", expected: 2, found: 1 }));
    let mut other = Sgd::new().momentum(0.9).start::<f64>(2);
    let mixed = adam.step(&mut other, 0.1, &mut [1.0, 1.0], &[1.0, 1.0]);
    assert!(matches!(mixed, Err(Error::Shape { what: "state", .. })));
    assert_eq!(state.steps(), 0);
}

#[test]
fn what_is_out_of_range_is_refused() {
    assert!(Sgd::new().momentum(1.0).validate().is_err());
    assert!(Sgd::new().nesterov(true).validate().is_err());
    assert!(Adam::new().beta2(-0.1).validate().is_err());
    assert!(AdamW::new().epsilon(0.0).validate().is_err());
    assert!(RmsProp::new().alpha(f64::NAN).validate().is_err());
}
