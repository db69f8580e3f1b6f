use super::IncrementalPca;
use crate::Pca;
use cairn_traits::{DMatrix, Error, Hyperparameters, PartialFit, Transform, rows};

/// Rows that vary in `rank` directions.
fn cloud(n: usize, p: usize, rank: usize) -> DMatrix<f64> {
    let wave = |i: usize, j: usize| ((i * i * 7 + 13 * i + 1) as f64 * (j as f64 + 0.61).sqrt()).sin();
    let coordinates = DMatrix::from_fn(n, rank, |i, j| wave(i, j) * (rank - j) as f64);
    coordinates * DMatrix::from_fn(rank, p, |i, j| wave(j + 3, i + 5)) + DMatrix::from_fn(n, p, |_, j| j as f64)
}

#[test]
fn rows_in_few_directions_are_learned_exactly() {
    let x = cloud(100, 8, 3);
    let whole = Pca::new(3).fit(&x).unwrap();
    for batch_size in [3, 7, 33, 99, 100, 500] {
        let model = IncrementalPca::new(3).batch_size(Some(batch_size)).fit(&x).unwrap();
        assert!((model.components() - whole.components()).amax() < 1e-11, "{batch_size}"); // eps over the gaps
        assert!((model.explained_variance() - whole.explained_variance()).amax() < 1e-11);
        assert!((model.mean() - whole.mean()).amax() < 64.0 * f64::EPSILON * 8.0);
        assert_eq!(model.weight(), 100.0);
    }
}

#[test]
fn all_components_and_the_total_variance_do_not_depend_on_batches() {
    let x = cloud(60, 5, 5);
    let whole = Pca::new(5).fit(&x).unwrap();
    let model = IncrementalPca::new(5).batch_size(Some(8)).fit(&x).unwrap();
    assert!((model.explained_variance() - whole.explained_variance()).amax() < 1e-11);
    let two = IncrementalPca::new(2).batch_size(Some(8)).fit(&x).unwrap();
    assert!((two.total_variance() - whole.total_variance()).abs() < 1e-11);
    // what is left out can only be missed
    assert!(two.explained_variance().sum() <= whole.explained_variance().rows(0, 2).sum() + 1e-11);
}

#[test]
fn batches_of_one_row_are_taken() {
    let x = cloud(12, 4, 2);
    let pca = IncrementalPca::new(2).whiten(true);
    let mut model = pca.start(&x.rows(0, 2).into_owned(), &()).unwrap();
    for row in 2..12 {
        pca.partial_fit(&mut model, &x.rows(row, 1).into_owned(), &()).unwrap();
    }
    let whole = Pca::new(2).whiten(true).fit(&x).unwrap();
    assert!((model.transform(&x).unwrap() - whole.transform(&x).unwrap()).amax() < 1e-10);
}

#[test]
fn bad_batches_are_refused_and_change_nothing() {
    let pca = IncrementalPca::new(2);
    let short = pca.start(&rows(&[[1.0, 2.0, 3.0]]), &());
    assert_eq!(short, Err(Error::TooFewSamples { what: "x", needed: 2, found: 1 }));
    assert!(IncrementalPca::new(4).start(&cloud(9, 3, 3), &()).is_err());
    assert!(IncrementalPca::new(0).validate().is_err());
    assert!(IncrementalPca::new(1).batch_size(Some(0)).validate().is_err());
    let mut model = pca.start(&cloud(9, 3, 3), &()).unwrap();
    let before = model.clone();
    assert!(pca.partial_fit(&mut model, &cloud(9, 4, 3), &()).is_err());
    assert!(pca.partial_fit(&mut model, &rows(&[[1.0, f64::NAN, 0.0]]), &()).is_err());
    assert!(IncrementalPca::new(1).partial_fit(&mut model, &cloud(9, 3, 3), &()).is_err());
    assert_eq!(model, before);
}
