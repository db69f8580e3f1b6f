use super::*;
use cairn_traits::rows;

fn crowd() -> DMatrix<f64> {
    DMatrix::from_fn(500, 3, |i, j| ((i * (7 + j) + i * i) % 101) as f64 / 10.0)
}

#[test]
fn average_paths_are_those_of_the_formula() {
    // 2 rows: 2 · 1 − 2 · 1/2 = 1; 3 rows: 2 · 3/2 − 2 · 2/3 = 5/3
    assert_eq!([0, 1, 2, 3].map(average_path), [0.0, 0.0, 1.0, 5.0 / 3.0]);
    let exact = 2.0 * (1..=99).map(|i| 1.0 / f64::from(i)).sum::<f64>() - 2.0 * 0.99;
    assert!((average_path(100) - exact).abs() < 1e-9);
}

#[test]
fn two_rows_are_parted_by_one_question() {
    let x = rows(&[[1.0], [2.0]]);
    let model = IsolationForest::new(10).fit(&x, &()).unwrap();
    // one question each, as two rows need: −2^(−1/1)
    assert_eq!(model.score_samples(&x).unwrap().as_slice(), [-0.5, -0.5]);
    assert!(model.trees().iter().all(|tree| tree.n_leaves() == 2 && tree.depth() == 1));
}

#[test]
fn equal_rows_are_never_parted() {
    let model = IsolationForest::new(5).fit(&DMatrix::from_element(50, 2, 3.0), &()).unwrap();
    assert_eq!(model.score_samples(&rows(&[[3.0, 3.0], [99.0, 0.0]])).unwrap().as_slice(), [-0.5, -0.5]);
}

#[test]
fn what_lies_apart_scores_lowest() {
    let mut x = crowd();
    x.row_mut(17).fill(80.0);
    x.row_mut(300).fill(-50.0);
    let model = IsolationForest::new(100).contamination(Some(0.004)).fit(&x, &()).unwrap();
    let outliers: Vec<usize> =
        model.is_outlier(&x).unwrap().iter().enumerate().filter(|(_, o)| **o).map(|(row, _)| row).collect();
    assert_eq!(outliers, [17, 300]);
    let scores = model.score_samples(&x).unwrap();
    assert!(scores.iter().all(|&score| (-1.0..0.0).contains(&score)));
}

#[test]
fn units_do_not_matter() {
    let fit = |x: DMatrix<f64>| IsolationForest::new(20).fit(&x, &()).unwrap().score_samples(&x).unwrap();
    // a power of two leaves every rounding as it is
    assert_eq!(fit(crowd()), fit(crowd() * 1024.0));
}

#[test]
fn missing_values_go_with_the_most() {
    let mut x = crowd();
    (0..500).step_by(9).for_each(|row| x[(row, 1)] = f64::NAN);
    let model = IsolationForest::new(50).fit(&x, &()).unwrap();
    let scores = model.score_samples(&x).unwrap();
    let missing: f64 = (0..500).step_by(9).map(|row| scores[row]).sum::<f64>() / 56.0;
    assert!((missing - scores.mean()).abs() < 0.05);
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_threads() {
    let x = crowd();
    let fit = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| IsolationForest::new(20).max_features(MaxFeatures::Count(2)).seed(seed).fit(&x, &()).unwrap())
    };
    assert_eq!(fit(1, 0), fit(2, 0));
    assert_eq!(fit(1, 0), fit(7, 0));
    assert_ne!(fit(1, 0), fit(1, 1));
    let text = fit(1, 0).to_json().unwrap();
    assert_eq!(IsolationForestModel::from_json(&text).unwrap(), fit(1, 0));
    assert!(IsolationForestModel::<f64>::from_json(&text.replacen("\"n_drawn\":256", "\"n_drawn\":1", 1)).is_err());
}

#[test]
fn bad_input_is_named() {
    let x = crowd();
    let refused = |forest: IsolationForest, expected: &str| {
        let found = forest.fit(&x, &()).err();
        assert!(matches!(found, Some(Error::Parameter { name, .. }) if name == expected), "{expected} {found:?}");
    };
    refused(IsolationForest::new(0), "n_estimators");
    refused(IsolationForest::new(1).max_samples(1), "max_samples");
    refused(IsolationForest::new(1).contamination(Some(0.6)), "contamination");
    refused(IsolationForest::new(1).max_features(MaxFeatures::Fraction(0.0)), "max_features");
    let one = IsolationForest::new(1).fit(&rows(&[[1.0]]), &()).err();
    assert_eq!(one, Some(Error::TooFewSamples { what: "x", needed: 2, found: 1 }));
    let model = IsolationForest::new(1).fit(&x, &()).unwrap();
    assert!(matches!(model.score_samples(&DMatrix::zeros(2, 2)), Err(Error::Shape { .. })));
    assert!(matches!(model.score_samples(&DMatrix::from_element(1, 3, f64::INFINITY)), Err(Error::NonFinite { .. })));
}
