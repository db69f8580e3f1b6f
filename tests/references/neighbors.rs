use super::{cases, matrix, off};
use cairn_knn::{
    Algorithm, Classes, Fit, LocalOutlierFactor, Metric, NearestNeighbors, Predict, Probabilistic, RadiusClassifier,
    RadiusRegressor, ScoreSamples, Weights,
};
use serde::Deserialize;

type Rows = Vec<Vec<f64>>;

#[derive(Deserialize)]
struct File {
    x: Rows,
    queries: Rows,
    labels: Vec<usize>,
    targets: Rows,
    metrics: Vec<ByMetric>,
    radius: f64,
    near: Rows,
    votes: Vec<Votes>,
    outliers: Vec<Outliers>,
}

#[derive(Deserialize)]
struct ByMetric {
    metric: Metric,
    indices: Vec<Vec<usize>>,
    distances: Rows,
    radius: f64,
    within: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
struct Votes {
    weights: Weights,
    probabilities: Rows,
    predicted: Vec<usize>,
    means: Rows,
}

#[derive(Deserialize)]
struct Outliers {
    n_neighbors: usize,
    contamination: Option<f64>,
    factors: Vec<f64>,
    threshold: f64,
    outliers: Vec<bool>,
    scores: Vec<f64>,
}

fn file() -> File {
    cases::<File>("neighbors.json").remove(0)
}

#[test]
fn neighbours_by_every_metric_are_those_of_scikit_learn() {
    let file = file();
    let (x, queries) = (matrix(&file.x), matrix(&file.queries));
    for case in &file.metrics {
        for algorithm in [Algorithm::BruteForce, Algorithm::KdTree, Algorithm::BallTree] {
            let search = NearestNeighbors::new(case.indices[0].len()).radius(case.radius);
            let model = search.metric(case.metric).algorithm(algorithm).fit(&x, &()).unwrap();
            let found = model.neighbors(&queries).unwrap();
            for (q, (indices, distances)) in found.iter().enumerate() {
                let what = format!("{:?} {algorithm:?} query {q}", case.metric);
                let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-12 * (1.0 + b);
                assert!(distances.iter().zip(&case.distances[q]).all(near), "{what}");
                // which of equally near rows it names first, scikit-learn leaves open
                if case.distances[q].windows(2).all(|pair| pair[1] - pair[0] > 1e-9) {
                    assert_eq!(indices, case.indices[q], "{what}");
                }
            }
            for (q, (indices, _)) in model.radius_neighbors(&queries).unwrap().iter().enumerate() {
                let mut indices = indices.to_vec();
                indices.sort_unstable();
                assert_eq!(indices, case.within[q], "{:?} {algorithm:?} query {q}", case.metric);
            }
        }
    }
}

#[test]
fn answers_within_a_radius_are_those_of_scikit_learn() {
    let file = file();
    let (x, near, targets) = (matrix(&file.x), matrix(&file.near), matrix(&file.targets));
    for case in &file.votes {
        let classifier = RadiusClassifier::new(file.radius).weights(case.weights).fit(&x, &file.labels[..]).unwrap();
        assert_eq!(classifier.classes(), [0, 2, 4]);
        assert!(off(&classifier.predict_proba(&near).unwrap(), &matrix(&case.probabilities)) < 1e-12);
        assert_eq!(classifier.predict(&near).unwrap(), case.predicted);
        let regressor = RadiusRegressor::new(file.radius).weights(case.weights).fit(&x, &targets).unwrap();
        assert!(off(&regressor.predict(&near).unwrap(), &matrix(&case.means)) < 1e-12);
    }
}

#[test]
fn local_outlier_factors_are_those_of_scikit_learn() {
    let file = file();
    let (x, queries) = (matrix(&file.x), matrix(&file.queries));
    for case in &file.outliers {
        let lof = LocalOutlierFactor::new(case.n_neighbors).contamination(case.contamination);
        let model = lof.fit(&x, &()).unwrap();
        // 1e-10 is added to mean distances, there in the unit of x, here of the mean: within some 1e-10
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9 * b.abs();
        assert!(model.negative_outlier_factors().iter().zip(&case.factors).all(near));
        assert!(near((&model.threshold(), &case.threshold)));
        assert_eq!(model.outliers(), case.outliers);
        assert!(model.score_samples(&queries).unwrap().iter().zip(&case.scores).all(near));
    }
}
