use super::{cases, matrix, off};
use cairn_logistic::{
    ClassWeights, Fit, FitWeighted, LearningRate, Probabilistic, SgdClassifier, SgdClassifierLoss, StepLength,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    x: Vec<Vec<f64>>,
    two: Vec<usize>,
    many: Vec<usize>,
    weights: Vec<f64>,
    fits: Vec<Walked>,
}

#[derive(Debug, Deserialize)]
struct Walked {
    y: String,
    loss: SgdClassifierLoss,
    rate: String,
    l1_ratio: f64,
    weighted: bool,
    balanced: bool,
    class_weights: Vec<(usize, f64)>,
    coefficients: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    probabilities: Vec<Vec<f64>>,
}

impl Walked {
    fn sgd(&self) -> SgdClassifier {
        let rate: StepLength = match self.rate.as_str() {
            "constant" => LearningRate::new(0.02).into(),
            "adaptive" => StepLength::Adaptive { initial: 0.02 },
            _ => StepLength::Optimal,
        };
        let classes = match self.balanced {
            true => ClassWeights::Balanced,
            false => ClassWeights::Given(self.class_weights.clone()),
        };
        let sgd = SgdClassifier::new().loss(self.loss).alpha(0.05).l1_ratio(self.l1_ratio).learning_rate(rate);
        sgd.class_weights(classes).shuffle(false).max_iter(3)
    }
}

#[test]
fn walks_are_those_of_scikit_learn() {
    let file = cases::<File>("sgd_classifier.json").remove(0);
    let x = matrix(&file.x);
    for case in &file.fits {
        let y = if case.y == "two" { &file.two } else { &file.many };
        let sgd = case.sgd();
        let model = match case.weighted {
            true => sgd.fit_weighted(&x, y, &file.weights),
            false => sgd.fit(&x, y),
        };
        let model = model.unwrap();
        // 180 steps of a few roundings each, of numbers of about 10
        let apart = off(model.coefficients(), &matrix(&case.coefficients));
        assert!(apart < 1e-11, "{apart:e} {case:?} {model:?}");
        let apart = model.intercepts().iter().zip(&case.intercepts).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-11, "{apart:e} {case:?} {model:?}");
        if !case.probabilities.is_empty() {
            assert!(off(&model.predict_proba(&x).unwrap(), &matrix(&case.probabilities)) < 1e-11, "{case:?}");
        }
    }
}
