use super::{cases, matrix, off};
use cairn_kmeans::{Converges, CovarianceType, Covariances, GaussianMixture, MixtureInit, Probabilistic, ScoreSamples};
use serde::Deserialize;

type Rows = Vec<Vec<f64>>;

#[derive(Deserialize)]
struct File {
    x: Rows,
    queries: Rows,
    means: Rows,
    weights: Vec<f64>,
    fits: Vec<Fitted>,
}

#[derive(Debug, Deserialize)]
struct Fitted {
    kind: CovarianceType,
    start: Rows,
    max_iter: usize,
    tol: f64,
    n_iter: usize,
    weights: Vec<f64>,
    means: Rows,
    covariances: Rows,
    probabilities: Rows,
    scores: Vec<f64>,
    aic: f64,
    bic: f64,
}

#[test]
fn steps_from_given_components_are_those_of_scikit_learn() {
    let file = cases::<File>("mixture.json").remove(0);
    let (x, queries) = (matrix(&file.x), matrix(&file.queries));
    for case in &file.fits {
        let init = MixtureInit::Given {
            weights: file.weights.clone(),
            means: matrix(&file.means),
            covariances: Covariances::new(case.kind, matrix(&case.start)),
        };
        let mixture = GaussianMixture::new(3).covariance_type(case.kind).init(init).tol(case.tol);
        let model = mixture.max_iter(case.max_iter).fit(&x).unwrap();
        assert_eq!(model.convergence().n_iter, case.n_iter, "{case:?}");
        // rounding of 150 terms, carried from step to step
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9 * (1.0 + b.abs());
        assert!(model.weights().iter().zip(&case.weights).all(|(a, b)| near(*a, *b)), "{case:?}");
        assert!(off(&model.means(), &matrix(&case.means)) < 1e-9, "{case:?}");
        assert!(off(model.covariances().stacked(), &matrix(&case.covariances)) < 1e-9, "{case:?}");
        assert!(off(&model.predict_proba(&queries).unwrap(), &matrix(&case.probabilities)) < 1e-9, "{case:?}");
        let scores = model.score_samples(&queries).unwrap();
        assert!(scores.iter().zip(&case.scores).all(|(a, b)| near(*a, *b)), "{case:?}");
        assert!(near(model.aic(&x).unwrap(), case.aic) && near(model.bic(&x).unwrap(), case.bic), "{case:?}");
    }
}
