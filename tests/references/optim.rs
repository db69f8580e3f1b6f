use super::cases;
use cairn_optim::{
    FirstOrder, Hyperparameters, LearningRate, Optimizer, Plateau, WeightAverage, clip_norm, clip_value,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    start: Vec<f64>,
    gradients: Vec<Vec<f64>>,
    walks: Vec<Walk>,
    plateaus: Vec<Losses>,
    clips: Vec<Clip>,
    averages: Vec<Average>,
}

#[derive(Debug, Deserialize)]
struct Walk {
    optimizer: Optimizer,
    rate: LearningRate,
    lengths: Vec<f64>,
    path: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Losses {
    plateau: Plateau,
    losses: Vec<f64>,
    factors: Vec<f64>,
}

#[derive(Deserialize)]
struct Clip {
    most: f64,
    length: f64,
    by_norm: Vec<f64>,
    by_value: Vec<f64>,
}

#[derive(Deserialize)]
struct Average {
    rule: WeightAverage,
    path: Vec<Vec<f64>>,
}

fn file() -> File {
    cases::<File>("optim.json").remove(0)
}

fn near(found: &[f64], expected: &[f64], tolerance: f64) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(f, e)| (f - e).abs() <= tolerance * e.abs().max(1.0))
}

#[test]
fn steps_and_their_lengths_are_those_of_pytorch() {
    let file = file();
    for walk in &file.walks {
        walk.optimizer.validate().unwrap();
        walk.rate.validate().unwrap();
        let (mut x, mut state) = (file.start.clone(), walk.optimizer.start(file.start.len()));
        for (t, gradient) in file.gradients.iter().enumerate() {
            let length = walk.rate.at(t as u64);
            // theirs is multiplied up step by step
            assert!((length - walk.lengths[t]).abs() < 1e-15, "{t} {length} {walk:?}");
            walk.optimizer.step(&mut state, length, &mut x, gradient).unwrap();
            // ten steps of a few roundings each; variances about a mean lose some digits, ε is 1e-3 there
            assert!(near(&x, &walk.path[t], 1e-13), "step {t}: {x:?} {walk:?}");
        }
        assert_eq!((state.steps(), state.check(x.len())), (10, Ok(())));
    }
}

#[test]
fn single_precision_walks_beside() {
    let file = file();
    for walk in &file.walks {
        let mut x: Vec<f32> = file.start.iter().map(|v| *v as f32).collect();
        let mut state = walk.optimizer.start(x.len());
        for (t, gradient) in file.gradients.iter().enumerate() {
            let gradient: Vec<f32> = gradient.iter().map(|g| *g as f32).collect();
            walk.optimizer.step(&mut state, walk.rate.at(t as u64), &mut x, &gradient).unwrap();
        }
        let x: Vec<f64> = x.into_iter().map(f64::from).collect();
        // twenty roundings of 6e-8; about a mean v − m² has lost three of seven digits
        assert!(near(&x, &walk.path[9], 1e-4), "{x:?} {walk:?}");
    }
}

#[test]
fn a_state_that_was_saved_goes_on_as_if_it_had_not() {
    let file = file();
    for walk in &file.walks {
        let (mut x, mut state) = (file.start.clone(), walk.optimizer.start(file.start.len()));
        for (t, gradient) in file.gradients.iter().enumerate() {
            let (rule, text) =
                (serde_json::to_string(&walk.optimizer).unwrap(), serde_json::to_string(&state).unwrap());
            state = serde_json::from_str(&text).unwrap();
            let rule: Optimizer = serde_json::from_str(&rule).unwrap();
            rule.step(&mut state, walk.rate.at(t as u64), &mut x, gradient).unwrap();
        }
        assert!(near(&x, &walk.path[9], 1e-13));
    }
}

#[test]
fn plateaus_are_seen_where_pytorch_sees_them() {
    for case in file().plateaus {
        let mut state = case.plateau.start();
        for (t, (loss, expected)) in case.losses.iter().zip(&case.factors).enumerate() {
            case.plateau.see(&mut state, *loss);
            // the same products
            assert!((state.factor() - expected).abs() < 1e-15, "{t}: {} {expected}", state.factor());
        }
    }
}

#[test]
fn gradients_are_clipped_alike() {
    let file = file();
    for case in &file.clips {
        let mut gradient = file.gradients[0].clone();
        clip_value(&mut gradient, case.most);
        assert_eq!(gradient, case.by_value);
        let mut gradient = file.gradients[0].clone();
        assert!((clip_norm(&mut gradient, case.most) / case.length - 1.0).abs() < 1e-15);
        // theirs are divided by the length + 1e-6
        let more = if case.length > case.most { 1.0 + 1e-6 / case.length } else { 1.0 };
        let theirs: Vec<f64> = case.by_norm.iter().map(|g| g * more).collect();
        assert!(near(&gradient, &theirs, 1e-14), "{gradient:?} {theirs:?}");
    }
}

#[test]
fn averages_are_those_of_pytorch() {
    let file = file();
    for case in &file.averages {
        let mut average = case.rule.start(&file.start);
        for (x, expected) in file.gradients.iter().zip(&case.path) {
            average.update(x).unwrap();
            let mut found = vec![0.0; x.len()];
            average.averaged(&mut found).unwrap();
            // a few roundings of numbers up to 30 each
            assert!(near(&found, expected, 1e-14), "{found:?} {expected:?}");
        }
    }
}

#[test]
fn names_alone_are_the_defaults() {
    for name in ["sgd", "adam", "adam_w", "rms_prop", "adagrad", "lbfgs"] {
        let alone: Optimizer = serde_json::from_str(&format!("\"{name}\"")).unwrap();
        let spelled: Optimizer = serde_json::from_str(&format!("{{\"{name}\": {{}}}}")).unwrap();
        assert_eq!(alone, spelled);
    }
    let wrong = serde_json::from_str::<Optimizer>("\"adamm\"").unwrap_err().to_string();
    assert!(wrong.contains("adamm") && wrong.contains("adagrad") && wrong.contains("lbfgs"), "{wrong}");
}
