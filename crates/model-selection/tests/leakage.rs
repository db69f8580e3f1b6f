//! Nothing that is fitted has seen the rows it is judged by.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cairn_knn::{KnnClassifier, KnnRegressor};
use cairn_linear::Ridge;
use cairn_model_selection::{
    Fit, Grid, KFold, Predict, Result, SearchCv, Split, cross_val_predict, cross_validate_by, search_by,
};
use cairn_preprocess::{Pipeline, StandardScaler, Table, TableEncoder};
use cairn_traits::{DMatrix, DVector, TakeRows, Transform};
use std::sync::Mutex;

/// A step that keeps the numbers of the rows it was fitted on: the first column of x.
#[derive(Clone, Debug, PartialEq)]
struct Recorder;

#[derive(Clone, Debug, PartialEq)]
struct Recorded(Vec<usize>);

impl Fit<DMatrix<f64>> for Recorder {
    type Model = Recorded;
    fn fit(&self, x: &DMatrix<f64>, (): &()) -> Result<Recorded> {
        Ok(Recorded(x.column(0).iter().map(|&row| row as usize).collect()))
    }
}

impl Transform<DMatrix<f64>> for Recorded {
    type Output = DMatrix<f64>;
    fn transform(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        Ok(x.clone())
    }
}

/// Rows whose first column is their number, and a smooth target.
fn numbered(n: usize) -> (DMatrix<f64>, DVector<f64>) {
    let x = DMatrix::from_fn(n, 2, |i, j| if j == 0 { i as f64 } else { (i as f64 * 0.7).sin() });
    let y = DVector::from_fn(n, |i, _| (i as f64 * 0.3).cos());
    (x, y)
}

fn ids(x: &DMatrix<f64>) -> Vec<usize> {
    x.column(0).iter().map(|&row| row as usize).collect()
}

type Regressor = Pipeline<Recorder, Pipeline<Recorder, KnnRegressor>>;

fn recording(k: usize) -> Regressor {
    Pipeline::new(Recorder, Pipeline::new(Recorder, KnnRegressor::new(k)))
}

#[test]
fn every_step_is_fitted_on_training_rows_only() {
    let (x, y) = numbered(20);
    let splits = KFold::new(4).shuffle(1).split(20).unwrap();
    let seen = cross_validate_by(&recording(2), &x, &y, &splits, |model, held, _| {
        Ok((model.transformer().0.clone(), model.model().transformer().0.clone(), ids(held)))
    });
    for ((first, second, held), split) in seen.unwrap().into_iter().zip(splits) {
        assert_eq!((first, second, held), (split.train.clone(), split.train, split.test));
    }
}

#[test]
fn every_candidate_of_a_search_is_fitted_on_training_rows_only() {
    let (x, y) = numbered(20);
    let splits = KFold::new(4).shuffle(1).split(20).unwrap();
    let seen = Mutex::new(Vec::new());
    let candidates = [recording(1), recording(3)];
    search_by(&candidates, &x, &y, &splits, |model, held, _| {
        let split = Split { train: model.transformer().0.clone(), test: ids(held) };
        assert_eq!(model.model().transformer().0, split.train);
        seen.lock().unwrap().push(split);
        Ok(0.0)
    })
    .unwrap();
    let mut seen = seen.into_inner().unwrap();
    let mut expected = [splits.clone(), splits].concat();
    seen.sort_by(|a, b| a.test.cmp(&b.test));
    expected.sort_by(|a, b| a.test.cmp(&b.test));
    assert_eq!(seen, expected);
}

#[test]
fn the_inner_search_sees_no_row_of_the_outer_test() {
    let (x, y) = numbered(24);
    let outer = KFold::new(4).shuffle(1).split(24).unwrap();
    let inner = Mutex::new(Vec::new());
    let score =
        |model: &<Regressor as Fit<DMatrix<f64>, DVector<f64>>>::Model, held: &DMatrix<f64>, _: &DVector<f64>| {
            inner.lock().unwrap().push((model.transformer().0.clone(), ids(held)));
            Ok(0.0)
        };
    let tuned = SearchCv::new(
        vec![recording(1), recording(2)],
        KFold::new(3).shuffle(9),
        cairn_model_selection::ByModel(score),
    );
    let refitted = cross_validate_by(&tuned, &x, &y, &outer, |model, _, _| Ok(model.model().transformer().0.clone()));
    // the best is fitted again on the outer training rows, all of them and no others
    assert_eq!(refitted.unwrap(), outer.iter().map(|split| split.train.clone()).collect::<Vec<_>>());
    let inner = inner.into_inner().unwrap();
    assert_eq!(inner.len(), 4 * 2 * 3);
    for split in &outer {
        // an inner fit and its test are the outer training rows; 2 candidates x 3 inner splits of each outer one
        let within = inner.iter().filter(|(train, test)| {
            let mut both = [&train[..], test].concat();
            both.sort_unstable();
            both == split.train
        });
        assert_eq!(within.count(), 2 * 3);
    }
}

/// `x` with huge numbers in the rows held back.
fn poisoned(x: &DMatrix<f64>, held: &[usize]) -> DMatrix<f64> {
    let mut x = x.clone();
    held.iter().for_each(|&row| x.row_mut(row).fill(1e30));
    x
}

#[test]
fn huge_values_in_held_back_rows_move_no_bit_of_what_is_learned() {
    let (x, y) = numbered(20);
    let splits = KFold::new(4).shuffle(1).split(20).unwrap();
    let pipeline = Pipeline::new(StandardScaler::new(), Ridge::new(1.0));
    let learned = |x: &DMatrix<f64>, y: &DVector<f64>, split: &Split| {
        let one = std::slice::from_ref(split);
        cross_validate_by(&pipeline, x, y, one, |model, _, _| Ok(model.clone())).unwrap().remove(0)
    };
    for split in &splits {
        let mut other = y.clone();
        split.test.iter().for_each(|&row| other[row] = -1e30);
        let clean = learned(&x, &y, split);
        assert_eq!(learned(&poisoned(&x, &split.test), &other, split), clean);
        // the test can fail: a training row does move it
        assert_ne!(learned(&poisoned(&x, &split.train[..1]), &y, split), clean);
    }
}

#[test]
fn huge_values_in_held_back_rows_move_no_choice_of_an_inner_search() {
    let (x, y) = numbered(24);
    let base = Pipeline::new(StandardScaler::new(), KnnRegressor::new(1));
    let candidates = Grid::new().vary("model.n_neighbors", [1, 2, 4, 8]).candidates(&base).unwrap();
    let score = |y: &DVector<f64>, p: &DVector<f64>| Ok(-(y - p).norm_squared());
    let tuned = SearchCv::new(candidates, KFold::new(3), score);
    for split in KFold::new(4).shuffle(1).split(24).unwrap() {
        let learned = |x: &DMatrix<f64>| {
            let one = std::slice::from_ref(&split);
            cross_validate_by(&tuned, x, &y, one, |model, _, _| Ok(model.clone())).unwrap().remove(0)
        };
        // all of it: every inner score, the choice, the means of the refitted scaler
        assert_eq!(learned(&poisoned(&x, &split.test)), learned(&x));
    }
}

#[test]
fn medians_and_words_of_a_table_come_from_training_rows_only() {
    let file = "size,city\n1,Bern\n2,Bern\n,Genf\n1e9,Chur\n1e9,Chur\n,Chur\n";
    let table = Table::from_csv(file.as_bytes(), "f.csv").unwrap();
    let y = [0, 1, 1, 0, 1, 0];
    let pipeline = Pipeline::new(TableEncoder::new().standardize(true), KnnClassifier::new(1));
    let splits = KFold::new(2).split(6).unwrap();
    let encoders =
        cross_validate_by(&pipeline, &table, &y[..], &splits, |model, _, _| Ok(model.transformer().clone())).unwrap();
    // the second split trains on the first three rows
    assert_eq!(encoders[1].feature_names(), ["size", "city=Bern", "city=Genf"]);
    assert_eq!(encoders[1].scaler().unwrap().mean()[0], 1.5); // 1, 2, and their median in the gap
    let alone = TableEncoder::new().standardize(true).fit(&table.take_rows(&[0, 1, 2]).unwrap()).unwrap();
    assert_eq!(encoders[1], alone);
    // and every row is answered by the model that has not seen it
    let predicted = cross_val_predict(&pipeline, &table, &y[..], &splits).unwrap();
    let second = pipeline.fit(&table.take_rows(&splits[1].train).unwrap(), &y[..3]).unwrap();
    assert_eq!(predicted[3..], second.predict(&table.take_rows(&splits[1].test).unwrap()).unwrap());
}
