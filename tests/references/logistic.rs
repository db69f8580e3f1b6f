use super::{cases, matrix, off};
use cairn_logistic::{
    ClassWeights, CsrMatrix, DMatrix, Fit, FitWeighted, LogisticCv, LogisticRegression, Probabilistic, Scoring, Solver,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    x: Vec<Vec<f64>>,
    two: Vec<usize>,
    many: Vec<usize>,
    weights: Vec<f64>,
    fits: Vec<Fitted>,
    cvs: Vec<Cv>,
}

#[derive(Deserialize)]
struct Fitted {
    name: String,
    y: String,
    weighted: bool,
    balanced: bool,
    class_weights: Vec<(usize, f64)>,
    l1: f64,
    l2: f64,
    fit_intercept: bool,
    coefficients: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    probabilities: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Cv {
    y: String,
    accuracy: bool,
    l2s: Vec<f64>,
    scores: Vec<Vec<f64>>,
    l2: f64,
    coefficients: Vec<Vec<f64>>,
}

impl File {
    fn labels(&self, name: &str) -> &[usize] {
        if name == "two" { &self.two } else { &self.many }
    }
}

impl Fitted {
    fn estimator(&self) -> LogisticRegression {
        let class_weights = if self.balanced {
            ClassWeights::Balanced
        } else if self.class_weights.is_empty() {
            ClassWeights::Uniform
        } else {
            ClassWeights::Given(self.class_weights.clone())
        };
        let estimator = LogisticRegression::new().l1(self.l1).l2(self.l2).fit_intercept(self.fit_intercept);
        estimator.class_weights(class_weights).tol(1e-12)
    }

    fn solvers(&self) -> &'static [Solver] {
        match self.l1 > 0.0 {
            true => &[Solver::Auto, Solver::Lbfgs, Solver::NewtonCholesky],
            false => &[Solver::Auto, Solver::Lbfgs, Solver::NewtonCg, Solver::NewtonCholesky],
        }
    }
}

/// Both stop at a gradient of about 1e-12 of the mean loss; the least curvature of the mean loss here is about 1e-3 (both
/// classes likely, columns of size 0.3), and rounding of the objective can stop either a little earlier.
const TOLERANCE: f64 = 1e-7;

#[test]
fn fits_are_scikit_learns() {
    for file in cases::<File>("logistic.json") {
        let x = matrix(&file.x);
        for case in &file.fits {
            let y = file.labels(&case.y);
            for solver in case.solvers() {
                let estimator = case.estimator().solver(*solver);
                let model = match case.weighted {
                    true => estimator.fit_weighted(&x, y, &file.weights).unwrap(),
                    false => estimator.fit(&x, y).unwrap(),
                };
                let what = format!("{} of {} by {solver:?}", case.name, case.y);
                let free = case.l1 + case.l2 == 0.0;
                let apart = off(&model.predict_proba(&x).unwrap(), &matrix(&case.probabilities));
                assert!(apart < TOLERANCE, "{what}: probabilities {apart:e}");
                // without a penalty a number common to all scores is free
                let expected = if free { about_means(&case.coefficients) } else { matrix(&case.coefficients) };
                let apart = off(model.coefficients(), &expected);
                assert!(apart < TOLERANCE, "{what}: coefficients {apart:e}");
                let mean = case.intercepts.iter().sum::<f64>() / case.intercepts.len() as f64;
                let mean = if case.intercepts.len() > 1 { mean } else { 0.0 };
                for (b, expected) in model.intercepts().iter().zip(&case.intercepts) {
                    assert!((b - (expected - mean)).abs() < 10.0 * TOLERANCE, "{what}: {b} {expected}");
                }
                let zeros = |w: &DMatrix<f64>| w.iter().map(|w| *w == 0.0).collect::<Vec<bool>>();
                assert_eq!(zeros(model.coefficients()), zeros(&matrix(&case.coefficients)), "{what}");
            }
        }
    }
}

fn about_means(coefficients: &[Vec<f64>]) -> DMatrix<f64> {
    let mut matrix = matrix(coefficients);
    if matrix.ncols() > 1 {
        for mut row in matrix.row_iter_mut() {
            let mean = row.mean();
            row.add_scalar_mut(-mean);
        }
    }
    matrix
}

#[test]
fn penalties_are_chosen_as_scikit_learn_does() {
    for file in cases::<File>("logistic.json") {
        let x = matrix(&file.x);
        for case in &file.cvs {
            let scoring = if case.accuracy { Scoring::Accuracy } else { Scoring::LogLikelihood };
            let cv = LogisticCv::new().l2s(case.l2s.clone()).n_folds(4).scoring(scoring);
            let cv = cv.estimator(LogisticRegression::new().tol(1e-11));
            let model = cv.fit(&x, file.labels(&case.y)).unwrap();
            assert!((model.choice().l2 / case.l2 - 1.0).abs() < 1e-12, "{} {}", case.y, case.accuracy);
            let apart = off(&model.choice().scores, &matrix(&case.scores));
            assert!(apart < 1e-6, "{} {}: scores {apart:e}", case.y, case.accuracy);
            let apart = off(model.model().coefficients(), &matrix(&case.coefficients));
            assert!(apart < 1e-6, "{} {}: coefficients {apart:e}", case.y, case.accuracy);
            let sparse = cv.fit(&CsrMatrix::from(&x), file.labels(&case.y)).unwrap();
            assert_eq!(sparse.choice().l2, model.choice().l2);
        }
    }
}
