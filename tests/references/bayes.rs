use super::{cases, matrix, off};
use cairn_bayes::{
    BernoulliNb, CategoricalNb, Classes, ComplementNb, CsrMatrix, DMatrix, Family, FitWeighted, GaussianNb, MixedNb,
    MultinomialNb, Predict, Priors, Probabilistic,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    model: String,
    settings: Settings,
    x: Vec<Vec<f64>>,
    y: Vec<usize>,
    weights: Option<Vec<f64>>,
    joint: Vec<Vec<f64>>,
    log_proba: Vec<Vec<f64>>,
    predicted: Vec<usize>,
}

#[derive(Clone, Debug, Deserialize)]
struct Settings {
    alpha: Option<f64>,
    var_smoothing: Option<f64>,
    norm: Option<bool>,
    binarize: Option<f64>,
    min_categories: Option<usize>,
    priors: Option<Vec<f64>>,
    uniform: Option<bool>,
}

impl Settings {
    fn priors(&self) -> Priors {
        match (&self.priors, self.uniform) {
            (Some(given), _) => Priors::Given(given.clone()),
            (None, Some(true)) => Priors::Uniform,
            _ => Priors::Learned,
        }
    }
}

/// Sums of some hundred logarithms, added in another order.
const CLOSE: f64 = 1e-12;

fn check<M>(case: &Case, x: &DMatrix<f64>, model: &M, joint: &DMatrix<f64>)
where
    M: Probabilistic<DMatrix<f64>, Scalar = f64> + Classes,
{
    let about = format!("{} {:?}", case.model, case.settings);
    assert_eq!(model.classes(), [1, 3, 5], "{about}");
    assert!(off(joint, &matrix(&case.joint)) < CLOSE, "{about}");
    assert!(off(&model.predict_log_proba(x).unwrap(), &matrix(&case.log_proba)) < CLOSE, "{about}");
    assert_eq!(model.predict(x).unwrap(), case.predicted, "{about}");
}

#[test]
fn naive_bayes_says_what_scikit_learn_says() {
    for case in cases::<Case>("bayes.json") {
        let (x, settings) = (matrix(&case.x), &case.settings);
        let weights = case.weights.clone().unwrap_or_else(|| vec![1.0; x.nrows()]);
        let alpha = settings.alpha.unwrap_or(1.0);
        macro_rules! checked {
            ($estimator:expr, sparse) => {{
                let sparse = CsrMatrix::from(&x);
                let model = $estimator.fit_weighted(&sparse, &case.y[..], &weights).unwrap();
                assert_eq!(model.predict(&sparse).unwrap(), case.predicted);
                let of_sparse = model.joint_log_likelihood(&sparse).unwrap();
                let error = off(&of_sparse, &matrix(&case.joint));
                assert!(error < CLOSE, "{} {settings:?}: {error}", case.model);
                checked!($estimator)
            }};
            ($estimator:expr) => {{
                let model = $estimator.fit_weighted(&x, &case.y[..], &weights).unwrap();
                check(&case, &x, &model, &model.joint_log_likelihood(&x).unwrap())
            }};
        }
        match &case.model[..] {
            "gaussian" => {
                let smoothing = settings.var_smoothing.unwrap_or(1e-9);
                checked!(GaussianNb::new().var_smoothing(smoothing).priors(settings.priors()))
            }
            "multinomial" => checked!(MultinomialNb::new().alpha(alpha).priors(settings.priors()), sparse),
            "complement" => checked!(ComplementNb::new().alpha(alpha).norm(settings.norm.unwrap_or(false)), sparse),
            "bernoulli" => {
                let binarize = settings.binarize.unwrap_or(0.0);
                checked!(BernoulliNb::new().alpha(alpha).binarize(Some(binarize)).priors(settings.priors()), sparse)
            }
            "categorical" => {
                checked!(CategoricalNb::new().alpha(alpha).min_categories(settings.min_categories.unwrap_or(0)))
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn columns_of_three_families_add_up_what_scikit_learn_says_of_each() {
    let all = cases::<Case>("bayes.json");
    let one = |model: &str| {
        let plain =
            |case: &&Case| case.model == model && case.weights.is_some() && case.settings.min_categories.is_none();
        all.iter().find(plain).unwrap()
    };
    let parts = [one("gaussian"), one("multinomial"), one("categorical")];
    let families = [(Family::Gaussian, 3), (Family::Multinomial, 5), (Family::Categorical, 3)];
    let families: Vec<Family> = families.iter().flat_map(|&(family, n)| vec![family; n]).collect();
    let rows: Vec<Vec<f64>> =
        (0..parts[0].x.len()).map(|row| parts.iter().flat_map(|part| part.x[row].clone()).collect()).collect();
    let (y, weights) = (&parts[0].y, parts[0].weights.clone().unwrap());
    let model = MixedNb::new(&families).var_smoothing(0.0).min_categories(0);
    let model = model.fit_weighted(&matrix(&rows), &y[..], &weights).unwrap();
    let mut expected: DMatrix<f64> = parts.iter().map(|part| matrix(&part.joint)).sum();
    // each part has the prior in it, and it counts once
    for (mut column, prior) in expected.column_iter_mut().zip(model.log_priors()) {
        column.add_scalar_mut(-2.0 * prior);
    }
    assert!(off(&model.joint_log_likelihood(&matrix(&rows)).unwrap(), &expected) < CLOSE);
}
