use super::{cases, matrix, off};
use cairn_kmeans::{Algorithm, Init, KMeans, MiniBatchKMeans, PartialFit, Predict, Transform};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    x: Vec<Vec<f64>>,
    weights: Vec<f64>,
    queries: Vec<Vec<f64>>,
    fits: Vec<Fitted>,
    /// Centroids after each batch of 30 rows.
    batches: Vec<Vec<Vec<f64>>>,
}

#[derive(Debug, Deserialize)]
struct Fitted {
    start: Vec<Vec<f64>>,
    weighted: bool,
    tol: f64,
    max_iter: usize,
    labels: Vec<usize>,
    centroids: Vec<Vec<f64>>,
    inertia: f64,
    n_iter: usize,
    predicted: Vec<usize>,
    distances: Vec<Vec<f64>>,
}

#[test]
fn sweeps_from_given_centroids_are_those_of_scikit_learn() {
    let file = cases::<File>("kmeans.json").remove(0);
    let (x, queries) = (matrix(&file.x), matrix(&file.queries));
    for case in &file.fits {
        for algorithm in [Algorithm::Auto, Algorithm::Lloyd, Algorithm::Hamerly, Algorithm::Elkan] {
            let kmeans = KMeans::new(5).init(Init::Given(matrix(&case.start))).algorithm(algorithm);
            let kmeans = kmeans.tol(case.tol).max_iter(case.max_iter);
            let model = if case.weighted { kmeans.fit_weighted(&x, &file.weights) } else { kmeans.fit(&x) }.unwrap();
            let what = format!("{algorithm:?} {case:?}");
            assert_eq!(model.labels(), case.labels, "{what}");
            assert_eq!(model.convergence().n_iter, case.n_iter, "{what}");
            // sums of 100 numbers of about 10
            assert!(off(model.centroids(), &matrix(&case.centroids)) < 1e-11, "{what}");
            assert!((model.inertia() / case.inertia - 1.0).abs() < 1e-12, "{what}");
            assert_eq!(model.predict(&queries).unwrap(), case.predicted, "{what}");
            assert!(off(&model.transform(&queries).unwrap(), &matrix(&case.distances)) < 1e-11, "{what}");
        }
    }
}

#[test]
fn batches_move_centroids_as_scikit_learn_does() {
    let file = cases::<File>("kmeans.json").remove(0);
    let x = matrix(&file.x);
    let kmeans = MiniBatchKMeans::new(5).init(Init::Given(x.rows(0, 5).into_owned())).reassignment_ratio(0.0);
    let mut model = None;
    for (batch, expected) in file.batches.iter().enumerate() {
        let rows = x.rows(30 * batch, 30).into_owned();
        match &mut model {
            None => model = Some(kmeans.start(&rows, &()).unwrap()),
            Some(model) => kmeans.partial_fit(model, &rows, &()).unwrap(),
        }
        let found = model.as_ref().unwrap().centroids();
        assert!(off(found, &matrix(expected)) < 1e-12, "batch {batch}: {found} {expected:?}");
    }
}
