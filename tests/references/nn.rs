use super::cases;
use cairn_nn::{Architecture, Expected, Loss, Mode, Network, Optimizer, Targets};
use cairn_optim::FirstOrder;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    architecture: Architecture,
    params: Vec<f64>,
    running: Vec<f64>,
    loss: Loss,
    x: Vec<f64>,
    classes: Vec<usize>,
    numbers: Vec<f64>,
    weights: Vec<f64>,
    outputs: Vec<f64>,
    cost: f64,
    gradient: Vec<f64>,
    dx: Vec<f64>,
    running_after: Vec<f64>,
    answers: Vec<f64>,
    optimizer: Option<Optimizer>,
    learning_rate: f64,
    costs: Vec<f64>,
    params_after: Vec<f64>,
}

const SAMPLES: usize = 12;

impl Case {
    fn network(&self) -> Network<f64> {
        Network::from_parts(self.architecture.clone(), self.params.clone(), self.running.clone()).unwrap()
    }

    fn expected(&self) -> Expected<'_, f64> {
        let targets =
            if self.classes.is_empty() { Targets::Numbers(&self.numbers) } else { Targets::Classes(&self.classes) };
        let weights = (!self.weights.is_empty()).then_some(&self.weights[..]);
        Expected { targets, weights, total: SAMPLES as f64 }
    }
}

/// A few dozen operations a number, each of them rounded: within 1e-12 of the largest.
#[track_caller]
fn same(what: &str, case: &Case, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what} of {}", case.name);
    let largest = expected.iter().fold(1e-3_f64, |most, v| most.max(v.abs()));
    let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / largest;
    assert!(off < tolerance, "{what} of {}: {off:e}", case.name);
}

#[test]
fn passes_are_those_of_pytorch() {
    for case in cases::<Case>("nn.json") {
        let mut network = case.network();
        for width in [SAMPLES, 5] {
            let mut room = network.workspace_in_blocks(SAMPLES, width);
            room.load_slice(&case.x).unwrap();
            let cost = network.cost_and_gradient(&mut room, (0, 0), &case.loss, &case.expected()).unwrap();
            let (mut outputs, mut dx) = (vec![0.0; case.outputs.len()], vec![0.0; case.dx.len()]);
            room.write_outputs(&mut outputs).unwrap();
            room.write_input_gradient(&mut dx).unwrap();
            same("outputs", &case, &outputs, &case.outputs, 1e-12);
            same("cost", &case, &[cost], &[case.cost], 1e-12);
            same("gradient", &case, room.gradient(), &case.gradient, 1e-12);
            same("dx", &case, &dx, &case.dx, 1e-12);
        }
        let mut room = network.workspace(SAMPLES);
        room.load_slice(&case.x).unwrap();
        network.forward(&mut room, Mode::Train, (0, 0)).unwrap();
        network.follow(&room).unwrap();
        same("running", &case, network.running(), &case.running_after, 1e-12);
        same("answers", &case, &network.infer(&case.x).unwrap(), &case.answers, 1e-12);
    }
}

#[test]
fn ten_steps_are_those_of_pytorch() {
    let mut seen = 0;
    for case in cases::<Case>("nn.json") {
        let Some(optimizer) = &case.optimizer else { continue };
        seen += 1;
        let mut network = case.network();
        let (mut room, mut state) = (network.workspace(SAMPLES), optimizer.start(case.params.len()));
        let mut costs = Vec::new();
        for step in 0..10 {
            room.load_slice(&case.x).unwrap();
            costs.push(network.cost_and_gradient(&mut room, (0, step), &case.loss, &case.expected()).unwrap());
            optimizer.step(&mut state, case.learning_rate, network.params_mut(), room.gradient()).unwrap();
        }
        // a step divided by the size of a gradient near 0 (a bias before batch norm) enlarges rounding: Adam's first is
        // g / (|g| + 1e-8), so a gradient of 1e-17 instead of 0 moves the parameter by 1e-9 of the rate
        let tolerance = if case.name.starts_with("norms") { 1e-7 } else { 1e-10 };
        same("costs", &case, &costs, &case.costs, tolerance);
        same("parameters", &case, network.params(), &case.params_after, tolerance);
    }
    assert!(seen >= 8);
}
