use super::{as_array, as_dense, ours, same, theirs};
use crate::uniform;
use cairn_knn::{DMatrix, DVector, Fit, KnnClassifier, KnnRegressor, Predict};
use cairn_neighbors::BruteForce;
use criterion::Criterion;
use linfa_nn::{LinearSearch, NearestNeighbour, distance::L2Dist};
use smartcore::{
    algorithm::neighbour::KNNAlgorithmName,
    neighbors::{
        knn_classifier::{KNNClassifier, KNNClassifierParameters},
        knn_regressor::{KNNRegressor, KNNRegressorParameters},
    },
};

const N: usize = 10_000;
const P: usize = 16;
const M: usize = 500;
const K: usize = 5;

pub(crate) fn benches(c: &mut Criterion) {
    let (x, queries) = (uniform::<f64>(N, P, 0), uniform::<f64>(M, P, 1));
    index(c, &x, &queries);
    classifier(c, &x, &queries);
    regressor(c, &x, &queries);
}

/// linfa has no estimator here: its index beside ours.
fn index(c: &mut Criterion, x: &DMatrix<f64>, queries: &DMatrix<f64>) {
    let (array, points) = (as_array(x).as_standard_layout().into_owned(), as_array(queries));
    let linfa = LinearSearch::new().from_batch(&array, L2Dist).unwrap();
    let search = || -> Vec<usize> {
        let nearest = points.rows().into_iter().flat_map(|point| linfa.k_nearest(point, K).unwrap());
        nearest.map(|(_, row)| row).collect()
    };
    let own = BruteForce::new(x).unwrap();
    let expected: Vec<usize> = own.k_nearest(queries, K).unwrap().iter().flat_map(|(rows, _)| rows.to_vec()).collect();
    assert_eq!(expected, search(), "linfa finds others");

    let mut group = c.benchmark_group("knn");
    group.sample_size(10);
    let id = format!("search/brute/f64/n={N},p={P},m={M},k={K}");
    ours(&mut group, &id, || own.k_nearest(queries, K).unwrap());
    theirs(&mut group, &id, "linfa", search);
    group.finish();
}

fn classifier(c: &mut Criterion, x: &DMatrix<f64>, queries: &DMatrix<f64>) {
    let labels: Vec<usize> = (0..N).map(|row| row % 10).collect();
    let (dense, asked) = (as_dense(x), as_dense(queries));
    let smart = || {
        let parameters = KNNClassifierParameters::default().with_k(K).with_algorithm(KNNAlgorithmName::LinearSearch);
        KNNClassifier::fit(&dense, &labels, parameters).unwrap()
    };
    let (own, smart_model) = (KnnClassifier::new(K).fit(x, &labels).unwrap(), smart());
    assert_eq!(own.predict(queries).unwrap(), smart_model.predict(&asked).unwrap(), "smartcore answers something else");

    let mut group = c.benchmark_group("knn");
    group.sample_size(10);
    let id = format!("fit/classifier/brute/f64/n={N},p={P}");
    ours(&mut group, &id, || KnnClassifier::new(K).fit(x, &labels).unwrap());
    theirs(&mut group, &id, "smartcore", smart);
    let id = format!("predict/classifier/brute/f64/n={N},p={P},m={M},k={K}");
    ours(&mut group, &id, || own.predict(queries).unwrap());
    theirs(&mut group, &id, "smartcore", || smart_model.predict(&asked).unwrap());
    group.finish();
}

fn regressor(c: &mut Criterion, x: &DMatrix<f64>, queries: &DMatrix<f64>) {
    let y: DVector<f64> = x.column_sum();
    let (dense, asked, targets) = (as_dense(x), as_dense(queries), y.as_slice().to_vec());
    let parameters = KNNRegressorParameters::default().with_k(K).with_algorithm(KNNAlgorithmName::LinearSearch);
    let smart_model = KNNRegressor::fit(&dense, &targets, parameters).unwrap();
    let own = KnnRegressor::new(K).fit(x, &y).unwrap();
    same("smartcore", own.predict(queries).unwrap().as_slice(), &smart_model.predict(&asked).unwrap());

    let mut group = c.benchmark_group("knn");
    group.sample_size(10);
    let id = format!("predict/regressor/brute/f64/n={N},p={P},m={M},k={K}");
    ours(&mut group, &id, || own.predict(queries).unwrap());
    theirs(&mut group, &id, "smartcore", || smart_model.predict(&asked).unwrap());
    group.finish();
}
