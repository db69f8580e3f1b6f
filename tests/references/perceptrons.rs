use super::cases;
use cairn_nn::{Architecture, Data, Loss, Network, Optimizer, Stop, Targets, Trainer};
use serde::Deserialize;
use std::ops::ControlFlow;

#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    architecture: Architecture,
    params: Vec<f64>,
    loss: Loss,
    l2: f64,
    x: Vec<f64>,
    classes: Vec<usize>,
    numbers: Vec<f64>,
    first_cost: f64,
    last_cost: f64,
}

#[test]
fn lbfgs_comes_as_low_as_that_of_scikit_learn() {
    for case in cases::<Case>("perceptrons.json") {
        let mut network = Network::from_parts(case.architecture.clone(), case.params.clone(), Vec::new()).unwrap();
        let targets =
            if case.classes.is_empty() { Targets::Numbers(&case.numbers) } else { Targets::Classes(&case.classes) };
        let rows: Vec<usize> = (0..case.x.len() / network.inputs()).collect();
        let data = Data { x: &case.x, targets, weights: None, rows: &rows, held: &[] };
        let trainer = Trainer::new().optimizer(Optimizer::lbfgs()).l2(case.l2);
        let teach = |trainer: Trainer, network: &mut Network<f64>| {
            let mut state = trainer.start(network);
            let mut unwatched = |_: &_, _: &_| ControlFlow::Continue(());
            trainer.fit(network, &mut state, &case.loss, &data, &mut unwatched).unwrap().convergence()
        };
        // where any slope is small enough no step is taken: the cost of the weights that came in, the penalty within
        let standing = trainer.clone().optimizer(Optimizer::Lbfgs { memory: 10, tol: 1e6 });
        let first = teach(standing, &mut network);
        assert_eq!((first.n_iter, network.params()), (0, &case.params[..]));
        assert!((first.objective - case.first_cost).abs() < 1e-13 * case.first_cost, "{}: {first:?}", case.name);
        let last = teach(trainer.epochs(20_000), &mut network);
        assert_eq!(last.stop, Stop::Converged, "{}", case.name);
        // theirs ends where the cost falls by less than 2e-9 of itself
        assert!(last.objective <= case.last_cost * (1.0 + 1e-6), "{}: {last:?} {}", case.name, case.last_cost);
    }
}
