use super::{cases, matrix, off};
use cairn_linear::{DMatrix, Fit, FitWeighted, LinearRegression, Predict, Ridge};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    x: Vec<Vec<f64>>,
    y: Vec<Vec<f64>>,
    weights: Option<Vec<f64>>,
    fit_intercept: bool,
    l2: Option<f64>,
    coefficients: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    predictions: Vec<Vec<f64>>,
}

/// What both estimators answer: coefficients, intercepts, predictions.
type Answer = (DMatrix<f64>, DMatrix<f64>, DMatrix<f64>);

fn answer<E>(estimator: &E, case: &Case, parts: impl Fn(&E::Model) -> (DMatrix<f64>, DMatrix<f64>)) -> Answer
where
    E: FitWeighted<DMatrix<f64>, DMatrix<f64>>,
    E::Model: Predict<DMatrix<f64>, Output = DMatrix<f64>>,
{
    let (x, y) = (matrix(&case.x), matrix(&case.y));
    let model = match &case.weights {
        None => Fit::fit(estimator, &x, &y),
        Some(weights) => estimator.fit_weighted(&x, &y, weights),
    }
    .unwrap();
    let (coefficients, intercepts) = parts(&model);
    (coefficients, intercepts, model.predict(&x).unwrap())
}

#[test]
fn coefficients_and_predictions_are_those_of_scikit_learn() {
    let cases: Vec<Case> = cases("linear.json");
    assert_eq!(cases.len(), 16);
    for case in &cases {
        let (coefficients, intercepts, predictions) = match case.l2 {
            None => answer(&LinearRegression::new().fit_intercept(case.fit_intercept), case, |m| {
                (m.coefficients().clone(), DMatrix::from_row_slice(1, m.n_outputs(), m.intercepts().as_slice()))
            }),
            Some(l2) => answer(&Ridge::new(l2).fit_intercept(case.fit_intercept), case, |m| {
                (m.coefficients().clone(), DMatrix::from_row_slice(1, m.n_outputs(), m.intercepts().as_slice()))
            }),
        };
        // both sides solve to about eps times the condition of X, at most 1e3 here; columns at 1e5 are themselves
        // stored to 1e5 eps = 2e-11, which both sides centre differently
        let tolerance = if case.name == "far from the origin" { 1e-9 } else { 1e-11 };
        assert!(off(&coefficients, &matrix(&case.coefficients)) < tolerance, "{}: {coefficients}", case.name);
        assert!(off(&predictions, &matrix(&case.predictions)) < tolerance, "{}", case.name);
        let expected = DMatrix::from_row_slice(1, case.intercepts.len(), &case.intercepts);
        assert!((&intercepts - &expected).amax() <= tolerance * (1.0 + expected.amax()), "{}: {intercepts}", case.name);
    }
}
