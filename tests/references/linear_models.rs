use super::{cases, matrix, off};
use cairn_linear::{
    Alphas, DMatrix, DVector, ElasticNet, ElasticNetCv, Fit, FitWeighted, HuberRegressor, LinearRegression, RidgeCv,
    TweedieRegressor, enet_path,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
    weights: Vec<f64>,
    wide: Vec<Vec<f64>>,
    y_wide: Vec<f64>,
    robust_y: Vec<f64>,
    nets: Vec<Net>,
    path: Path,
    cvs: Vec<Cv>,
    ridges: Vec<RidgeCase>,
    generalised: Vec<Generalised>,
    robust: Vec<Robust>,
    inference: Vec<Inferred>,
}

#[derive(Deserialize)]
struct Net {
    name: String,
    x: String,
    weighted: bool,
    alpha: f64,
    l1_ratio: f64,
    fit_intercept: bool,
    positive: bool,
    coefficients: Vec<f64>,
    intercept: f64,
}

#[derive(Deserialize)]
struct Path {
    l1_ratio: f64,
    eps: f64,
    alphas: Vec<f64>,
    coefficients: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Cv {
    name: String,
    weighted: bool,
    l1_ratios: Vec<f64>,
    alpha: f64,
    l1_ratio: f64,
    mse: Vec<Vec<f64>>,
    coefficients: Vec<f64>,
}

#[derive(Deserialize)]
struct RidgeCase {
    name: String,
    x: String,
    y: Vec<Vec<f64>>,
    weighted: bool,
    per_target: bool,
    l2: Vec<f64>,
    errors: Vec<Vec<f64>>,
    coefficients: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Generalised {
    name: String,
    y: Vec<f64>,
    weighted: bool,
    power: f64,
    alpha: f64,
    coefficients: Vec<f64>,
    intercept: f64,
}

#[derive(Deserialize)]
struct Robust {
    name: String,
    weighted: bool,
    epsilon: f64,
    l2: f64,
    fit_intercept: bool,
    coefficients: Vec<f64>,
    intercept: f64,
    scale: f64,
    outliers: Vec<bool>,
}

#[derive(Deserialize)]
struct Inferred {
    name: String,
    x: Vec<Vec<f64>>,
    weighted: bool,
    fit_intercept: bool,
    estimates: Vec<f64>,
    standard_errors: Vec<f64>,
    t: Vec<f64>,
    p_values: Vec<f64>,
    intervals: Vec<(f64, f64)>,
    r_squared: f64,
    adjusted: f64,
    sigma: f64,
    f: f64,
    f_p_value: f64,
    log_likelihood: f64,
    aic: f64,
    bic: f64,
    left: f64,
    mean: Vec<f64>,
    mean_se: Vec<f64>,
    confidence: Vec<(f64, f64)>,
    prediction: Vec<(f64, f64)>,
}

fn file() -> File {
    cases::<File>("linear_models.json").remove(0)
}

fn column(values: &[f64]) -> DMatrix<f64> {
    DMatrix::from_column_slice(values.len(), 1, values)
}

fn pairs(values: &[(f64, f64)]) -> DMatrix<f64> {
    DMatrix::from_fn(values.len(), 2, |i, j| if j == 0 { values[i].0 } else { values[i].1 })
}

fn fitted<E: FitWeighted<DMatrix<f64>, DVector<f64>>>(
    estimator: &E,
    x: &DMatrix<f64>,
    y: &[f64],
    weights: Option<&[f64]>,
) -> E::Model {
    let y = DVector::from_column_slice(y);
    weights.map_or_else(|| estimator.fit(x, &y), |weights| estimator.fit_weighted(x, &y, weights)).unwrap()
}

#[test]
fn nets_are_those_of_scikit_learn() {
    let file = file();
    for case in &file.nets {
        let (x, y) = if case.x == "x" { (&file.x, &file.y) } else { (&file.wide, &file.y_wide) };
        let net = ElasticNet::new(case.alpha).l1_ratio(case.l1_ratio).fit_intercept(case.fit_intercept);
        let net = net.positive(case.positive).tol(0.0);
        let model = fitted(&net, &matrix(x), y, case.weighted.then_some(&file.weights));
        // theirs stops at a gap of 1e-13: coefficients to the root of it
        let found = off(&column(model.coefficients().as_slice()), &column(&case.coefficients));
        assert!(found < 1e-6, "{}: {found:e}", case.name);
        assert!((model.intercept() - case.intercept).abs() < 1e-6 * (1.0 + case.intercept.abs()), "{}", case.name);
        for (ours, theirs) in model.coefficients().iter().zip(&case.coefficients) {
            assert!(*theirs != 0.0 || *ours == 0.0, "{}: {ours:e} is not 0", case.name);
        }
    }
}

#[test]
fn a_path_is_that_of_scikit_learn() {
    let File { x, y, path, .. } = file();
    let alphas = Alphas::Grid { n: path.alphas.len(), eps: path.eps };
    let net = ElasticNet::default().l1_ratio(path.l1_ratio).tol(0.0);
    let (x, y) = (matrix(&x), DVector::from_vec(y));
    let found = net.path(&x, &y, None, &alphas).unwrap();
    assert!(off(&column(&found.alphas), &column(&path.alphas)) < 1e-13);
    assert!(off(&found.coefficients, &matrix(&path.coefficients)) < 1e-6);
    assert_eq!(enet_path(&x, &y, path.l1_ratio, &alphas).unwrap().alphas, found.alphas);
}

#[test]
fn penalties_are_chosen_as_in_scikit_learn() {
    let file = file();
    for case in &file.cvs {
        let cv = ElasticNetCv::new().l1_ratios(case.l1_ratios.clone()).n_folds(4).tol(0.0);
        let cv = cv.alphas(Alphas::Grid { n: 20, eps: 1e-3 });
        let model = fitted(&cv, &matrix(&file.x), &file.y, case.weighted.then_some(&file.weights));
        assert!((model.choice().alpha / case.alpha - 1.0).abs() < 1e-12, "{}", case.name);
        assert_eq!(model.choice().l1_ratio, case.l1_ratio, "{}", case.name);
        assert!(off(&model.choice().mse_path, &matrix(&case.mse)) < 1e-6, "{}", case.name);
        assert!(off(&column(model.coefficients().as_slice()), &column(&case.coefficients)) < 1e-6, "{}", case.name);
    }
}

#[test]
fn rows_left_out_are_those_of_scikit_learn() {
    let file = file();
    for case in &file.ridges {
        let x = matrix(if case.x == "x" { &file.x } else { &file.wide });
        let cv = RidgeCv::new().l2s(vec![0.01, 0.3, 5.0, 80.0, 1000.0]).l2_per_target(case.per_target);
        let y = matrix(&case.y);
        let model = if case.weighted { cv.fit_weighted(&x, &y, &file.weights) } else { cv.fit(&x, &y) }.unwrap();
        assert_eq!(model.choice().l2, case.l2, "{}", case.name);
        // eigenvalues up to 1e3 beside an l2 of 0.01
        let found = off(&model.choice().errors, &matrix(&case.errors));
        assert!(found < 1e-9, "{}: {found:e}", case.name);
        assert!(off(model.coefficients(), &matrix(&case.coefficients)) < 1e-9, "{}", case.name);
    }
}

#[test]
fn generalised_models_are_those_of_scikit_learn() {
    let file = file();
    for case in &file.generalised {
        let tweedie = TweedieRegressor::new(case.power).alpha(case.alpha).tol(1e-12);
        let model = fitted(&tweedie, &matrix(&file.x), &case.y, case.weighted.then_some(&file.weights));
        let found = off(&column(model.coefficients().as_slice()), &column(&case.coefficients));
        // of the inverse normal theirs is by L-BFGS, which ends where the objective rounds: half the digits
        let tolerance = if case.power == 3.0 { 1e-5 } else { 1e-9 };
        assert!(found < tolerance, "{}: {found:e}", case.name);
        // columns lie up to 6 from 0
        assert!((model.intercept() - case.intercept).abs() < 20.0 * tolerance, "{}", case.name);
    }
}

#[test]
fn robust_lines_are_those_of_scikit_learn() {
    let file = file();
    for case in &file.robust {
        let huber =
            HuberRegressor::new().epsilon(case.epsilon).l2(case.l2).fit_intercept(case.fit_intercept).tol(1e-11);
        let x = matrix(&file.x);
        let model = fitted(&huber, &x, &file.robust_y, case.weighted.then_some(&file.weights));
        let weights = if case.weighted { file.weights.clone() } else { vec![1.0; file.y.len()] };
        let objective = |w: &DVector<f64>, b: f64, scale: f64| -> f64 {
            let loss = |i: usize| {
                let z = (file.robust_y[i] - x.row(i).transpose().dot(w) - b).abs() / scale;
                let h = if z <= case.epsilon { z * z } else { case.epsilon * (2.0 * z - case.epsilon) };
                weights[i] * scale * (1.0 + h)
            };
            (0..weights.len()).map(loss).sum::<f64>() + case.l2 * w.norm_squared()
        };
        let ours = objective(&model.coefficients().into_owned(), model.intercept(), model.scale());
        let theirs = objective(&DVector::from_column_slice(&case.coefficients), case.intercept, case.scale);
        assert!((model.convergence().objective / ours - 1.0).abs() < 1e-12);
        // theirs stops where the objective no longer falls, and gives coefficients to half the digits
        assert!(ours <= theirs * (1.0 + 1e-14) && ours >= theirs * (1.0 - 1e-6), "{}: {ours} {theirs}", case.name);
        assert!(off(&column(model.coefficients().as_slice()), &column(&case.coefficients)) < 1e-3, "{}", case.name);
        let outliers = model.outliers(&x, &DVector::from_column_slice(&file.robust_y)).unwrap();
        assert_eq!(outliers, case.outliers, "{}", case.name);
    }
}

#[test]
fn inference_is_that_of_statsmodels() {
    let file = file();
    for case in &file.inference {
        let x = matrix(&case.x);
        let y = DVector::from_column_slice(&file.y);
        let plain = LinearRegression::new().fit_intercept(case.fit_intercept);
        let found = if case.weighted { plain.infer_weighted(&x, &y, &file.weights) } else { plain.infer(&x, &y) };
        let found = found.unwrap();
        // they solve to eps times the condition of [1 x], 1e7 where columns are far and on many scales
        let tolerance = if case.name.starts_with("far") { 1e-6 } else { 1e-10 };
        let near = |what: &str, found: &[f64], expected: &[f64]| {
            for (found, expected) in found.iter().zip(expected) {
                let close = (found - expected).abs() <= tolerance * expected.abs().max(1e-12);
                assert!(close, "{}, {what}: {found} {expected}", case.name);
            }
        };
        // where columns are collinear the solution is of least norm about the means, theirs with the intercept in it
        if case.name != "collinear" {
            let terms = found.intercept().into_iter().chain(found.coefficients());
            let terms: Vec<_> = terms.cloned().collect();
            let of = |read: fn(&cairn_linear::Term) -> f64| terms.iter().map(read).collect::<Vec<_>>();
            near("estimates", &of(|term| term.estimate), &case.estimates);
            near("standard errors", &of(|term| term.standard_error), &case.standard_errors);
            near("t", &of(|term| term.t), &case.t);
            near("p", &of(|term| term.p_value), &case.p_values);
            let intervals = found.confidence_intervals(0.99).unwrap();
            assert!(off(&pairs(&intervals), &pairs(&case.intervals)) < tolerance, "{}", case.name);
        }
        near("R2", &[found.r_squared(), found.adjusted_r_squared()], &[case.r_squared, case.adjusted]);
        near("sigma", &[found.sigma()], &[case.sigma]);
        near("F", &[found.f_statistic(), found.f_p_value().unwrap()], &[case.f, case.f_p_value]);
        let likelihood = [found.log_likelihood(), found.aic(), found.bic()];
        near("likelihood", &likelihood, &[case.log_likelihood, case.aic, case.bic]);
        assert_eq!(found.residual_degrees_of_freedom() as f64, case.left, "{}", case.name);
        if case.name != "collinear" {
            let queries = x.rows(0, 5) * 1.1;
            let answer = found.predict(&queries, 0.9).unwrap();
            near("mean", &answer.mean, &case.mean);
            near("mean error", &answer.standard_error, &case.mean_se);
            assert!(off(&pairs(&answer.confidence), &pairs(&case.confidence)) < tolerance, "{}", case.name);
            assert!(off(&pairs(&answer.prediction), &pairs(&case.prediction)) < tolerance, "{}", case.name);
        }
    }
}
