use super::{cases, matrix, off};
use cairn_knn::{Classes, Fit, KnnClassifier, KnnRegressor, Predict, Probabilistic, Weights};
use cairn_traits::DMatrix;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    x: Vec<Vec<f64>>,
    queries: Vec<Vec<f64>>,
    labels: Vec<usize>,
    targets: Vec<Vec<f64>>,
    n_neighbors: usize,
    weights: Weights,
    /// Distances tie, so which neighbours are found is each library's own choice.
    ties: bool,
    distances: Vec<Vec<f64>>,
    indices: Vec<Vec<usize>>,
    classes: Vec<usize>,
    proba: Vec<Vec<f64>>,
    labels_predicted: Vec<usize>,
    targets_predicted: Vec<Vec<f64>>,
}

#[test]
fn neighbours_votes_and_means_are_those_of_scikit_learn() {
    let cases: Vec<Case> = cases("knn.json");
    assert_eq!(cases.len(), 6);
    for case in &cases {
        let (x, queries) = (matrix(&case.x), matrix(&case.queries));
        let classifier = KnnClassifier::new(case.n_neighbors).weights(case.weights).fit(&x, &case.labels).unwrap();
        assert_eq!(classifier.classes(), case.classes);
        let neighbors = classifier.neighbors(&queries).unwrap();
        for (q, expected) in case.distances.iter().enumerate() {
            for (found, expected) in neighbors.distances(q).iter().zip(expected) {
                // scikit-learn takes them from |q|² + |x|² − 2 q·x, which cancels: half the digits of the norms, at
                // most 1e4 · sqrt(4) far from the origin
                let scale = queries.amax() * 2.0;
                assert!((found - expected).abs() <= 4.0 * f64::EPSILON.sqrt() * scale, "{}: {found}", case.name);
            }
        }
        if case.ties {
            continue;
        }
        for (q, expected) in case.indices.iter().enumerate() {
            assert_eq!(neighbors.indices(q), expected, "{}, query {q}", case.name);
        }
        assert_eq!(classifier.predict(&queries).unwrap(), case.labels_predicted, "{}", case.name);
        let regressor = KnnRegressor::new(case.n_neighbors).weights(case.weights);
        let targets: DMatrix<f64> = regressor.fit(&x, &matrix(&case.targets)).unwrap().predict(&queries).unwrap();
        // weights by distance inherit the distances' rounding; uniform ones are exact but for the division
        let tolerance = if case.weights == Weights::Uniform { 1e-14 } else { 1e-6 };
        let proba = classifier.predict_proba(&queries).unwrap();
        assert!(off(&proba, &matrix(&case.proba)) < tolerance, "{}", case.name);
        assert!(off(&targets, &matrix(&case.targets_predicted)) < tolerance, "{}", case.name);
    }
}
