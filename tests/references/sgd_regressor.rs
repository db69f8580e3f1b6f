use super::{cases, matrix};
use cairn_linear::{DVector, Fit, FitWeighted, LearningRate, Schedule, SgdLoss, SgdRegressor, StepLength};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
    weights: Vec<f64>,
    fits: Vec<Walked>,
}

#[derive(Debug, Deserialize)]
struct Walked {
    loss: String,
    epsilon: f64,
    rate: String,
    eta0: f64,
    l1_ratio: f64,
    average: u64,
    weighted: bool,
    fit_intercept: bool,
    coefficients: Vec<f64>,
    intercept: f64,
}

impl Walked {
    fn sgd(&self) -> SgdRegressor {
        let epsilon = self.epsilon;
        let loss = match self.loss.as_str() {
            "squared_error" => SgdLoss::SquaredError,
            "huber" => SgdLoss::Huber { epsilon },
            "epsilon_insensitive" => SgdLoss::EpsilonInsensitive { epsilon },
            _ => SgdLoss::SquaredEpsilonInsensitive { epsilon },
        };
        let rate: StepLength = match self.rate.as_str() {
            "constant" => LearningRate::new(self.eta0).into(),
            "invscaling" => LearningRate::new(self.eta0).schedule(Schedule::InverseScaling { power: 0.25 }).into(),
            "adaptive" => StepLength::Adaptive { initial: self.eta0 },
            _ => StepLength::Optimal,
        };
        let sgd = SgdRegressor::new().loss(loss).alpha(0.05).l1_ratio(self.l1_ratio).learning_rate(rate);
        sgd.fit_intercept(self.fit_intercept).average(self.average).shuffle(false).max_iter(3)
    }
}

#[test]
fn walks_are_those_of_scikit_learn() {
    let file = cases::<File>("sgd_regressor.json").remove(0);
    let (x, y) = (matrix(&file.x), DVector::from_vec(file.y));
    for case in &file.fits {
        let sgd = case.sgd();
        let model = if case.weighted { sgd.fit_weighted(&x, &y, &file.weights) } else { sgd.fit(&x, &y) }.unwrap();
        let off = model.coefficients().iter().zip(&case.coefficients).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        // 180 steps of a few roundings each, of numbers of about 1
        assert!(off < 1e-12, "{off:e} {case:?} {model:?}");
        assert!((model.intercept() - case.intercept).abs() < 1e-12, "{case:?} {model:?}");
    }
}
