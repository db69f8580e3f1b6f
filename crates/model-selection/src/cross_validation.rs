//! Fit on one part, score on the other, for every split.

use crate::{Gather, Split};
use cairn_traits::{Error, Fit, Predict, Result, Rows, TakeRows, check};
use rayon::prelude::*;
use std::borrow::Borrow;

/// The score of an estimator on each split: fitted on the rows to train on, scored on the rows held back.
///
/// `score` is given what is true and what was predicted, so every function of `cairn-metrics` fits; several scores at once
/// are an array: `|y, p| Ok([accuracy(y, p)?, macro_f1(y, p)?])`. For scores of probabilities, see [`cross_validate_by`];
/// for mean and spread of the result, [`crate::Scores`].
///
/// # Shapes
/// `x` and `y` have a row a sample; there is one score a split, in the order of the splits.
///
/// # Errors
/// [`Error::Parameter`] for no splits, [`Error::Shape`] if `y` has not as many rows as `x`, what [`Split::check`] finds, and
/// the first error of fits, predictions and scores.
///
/// # Complexity
/// One fit and one prediction a split, in parallel; each copies its rows.
///
/// # Determinism
/// A split is fitted by itself and the scores are collected in order: the same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_knn::KnnClassifier;
/// use cairn_metrics::accuracy;
/// use cairn_model_selection::{Scores, StratifiedKFold, cross_validate};
///
/// let (x, y) = cairn_datasets::iris().xy_classes()?;
/// let splits = StratifiedKFold::new(5).shuffle(0).split(&y)?;
/// let folds = cross_validate(&KnnClassifier::new(5), &x, &y[..], &splits, |y, p| accuracy(y, p))?;
/// let scores = Scores::new(folds)?;
/// assert!(scores.mean() > 0.95 && scores.std() < 0.05);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn cross_validate<E, X, Y, T>(
    estimator: &E,
    x: &X,
    y: &Y,
    splits: &[Split],
    score: impl Fn(&Y, &<E::Model as Predict<X>>::Output) -> Result<T> + Sync,
) -> Result<Vec<T>>
where
    E: Fit<X, Y, Model: Predict<X>> + Sync,
    X: Rows + Sync + ?Sized,
    Y: TakeRows + Sync + ?Sized,
    T: Send,
{
    cross_validate_by(estimator, x, y, splits, |model, x, y| score(y, &model.predict(x)?))
}

/// A score of the rows held back, and of the rows trained on.
///
/// Far apart, the model has learned its rows by heart; alike and bad, it could not learn even those.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainTest<T> {
    /// Of the rows trained on.
    pub train: T,
    /// Of the rows held back.
    pub test: T,
}

/// [`cross_validate`] with the scores of the rows trained on beside those of the rows held back.
///
/// # Errors
/// Those of [`cross_validate`].
///
/// # Examples
/// ```
/// use cairn_knn::KnnClassifier;
/// use cairn_metrics::accuracy;
/// use cairn_model_selection::{KFold, cross_validate_with_train};
///
/// // a single neighbour knows its own rows by heart, and nothing else: the labels are noise
/// let x = cairn_knn::rows(&[[1.0], [2.0], [3.0], [4.0]]);
/// let y = [0, 1, 1, 0];
/// let folds =
///     cross_validate_with_train(&KnnClassifier::new(1), &x, &y[..], &KFold::new(2).split(4)?, |y, p| accuracy(y, p))?;
/// assert_eq!((folds[0].train, folds[0].test), (1.0, 0.5));
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn cross_validate_with_train<E, X, Y, T>(
    estimator: &E,
    x: &X,
    y: &Y,
    splits: &[Split],
    score: impl Fn(&Y, &<E::Model as Predict<X>>::Output) -> Result<T> + Sync,
) -> Result<Vec<TrainTest<T>>>
where
    E: Fit<X, Y, Model: Predict<X>> + Sync,
    X: Rows + Sync + ?Sized,
    Y: TakeRows + Sync + ?Sized,
    T: Send,
{
    check_all(x, y, splits)?;
    let of = |split: &Split| {
        let scored = |model: &E::Model, x: &X, y: &Y| score(y, &model.predict(x)?);
        let model = fit_rows(estimator, x, y, &split.train)?;
        let train = score_rows(&model, x, y, &split.train, scored)?;
        Ok(TrainTest { train, test: score_rows(&model, x, y, &split.test, scored)? })
    };
    in_order(splits.par_iter().map(of).collect())
}

/// [`cross_validate`] where `score` is given the fitted model, and `x` and `y` of the rows held back.
///
/// For all that is more than a prediction: log-loss and AUC need probabilities, clusterings and reductions predict nothing.
/// What it returns need not be a number.
///
/// # Errors
/// Those of [`cross_validate`].
///
/// # Examples
/// ```
/// use cairn_knn::{Classes, KnnClassifier, Probabilistic};
/// use cairn_metrics::log_loss;
/// use cairn_model_selection::{StratifiedKFold, cross_validate_by};
///
/// let (x, y) = cairn_datasets::iris().xy_classes()?;
/// let splits = StratifiedKFold::new(5).shuffle(0).split(&y)?;
/// let losses = cross_validate_by(&KnnClassifier::new(15), &x, &y[..], &splits, |model, x, y| {
///     log_loss(y, &model.predict_proba(x)?, model.classes())
/// })?;
/// assert!(losses.iter().all(|loss| *loss < 3.0_f64.ln())); // ln 3: guessing among three
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn cross_validate_by<E, X, Y, T>(
    estimator: &E,
    x: &X,
    y: &Y,
    splits: &[Split],
    score: impl Fn(&E::Model, &X, &Y) -> Result<T> + Sync,
) -> Result<Vec<T>>
where
    E: Fit<X, Y> + Sync,
    X: Rows + Sync + ?Sized,
    Y: TakeRows + Sync + ?Sized,
    T: Send,
{
    check_all(x, y, splits)?;
    in_order(splits.par_iter().map(|split| score_split(estimator, x, y, split, &score)).collect())
}

/// For each row, what the model predicts that has not seen it.
///
/// To look at single mistakes, draw predicted against true, or train a second model on the answers of a first. It is not
/// for scoring: a score of all these answers together is not the mean over the folds.
///
/// # Shapes
/// As many predictions as `x` has rows, in the order of the rows.
///
/// # Errors
/// Those of [`cross_validate`], and [`Error::Domain`] unless the splits test every row exactly once.
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_knn::KnnClassifier;
/// use cairn_model_selection::{LeaveOneOut, cross_val_predict};
///
/// let x = cairn_knn::rows(&[[1.0], [1.1], [5.0], [5.2]]);
/// let y = [0, 0, 1, 0];
/// // each is judged by the nearest of the others: the last two by each other
/// let predicted = cross_val_predict(&KnnClassifier::new(1), &x, &y[..], &LeaveOneOut.split(4)?);
/// assert_eq!(predicted.unwrap_err().to_string(), "y: expected at least 2 classes, found 1");
/// let y = [0, 0, 1, 1];
/// assert_eq!(cross_val_predict(&KnnClassifier::new(1), &x, &y[..], &LeaveOneOut.split(4)?)?, [0, 0, 1, 1]);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn cross_val_predict<E, X, Y>(
    estimator: &E,
    x: &X,
    y: &Y,
    splits: &[Split],
) -> Result<<E::Model as Predict<X>>::Output>
where
    E: Fit<X, Y, Model: Predict<X, Output: Gather + Send>> + Sync,
    X: Rows + Sync + ?Sized,
    Y: TakeRows + Sync + ?Sized,
{
    let places = places(splits, x.n_rows())?;
    let parts = cross_validate_by(estimator, x, y, splits, |model, x, _| model.predict(x))?;
    for (part, split) in parts.iter().zip(splits) {
        check::rows("predictions", split.test.len(), part.n_answers())?;
    }
    Gather::gather(&parts, &places)
}

/// For each row, the split that tests it and its place there.
fn places(splits: &[Split], n_rows: usize) -> Result<Vec<(usize, usize)>> {
    let mut places = vec![(0, 0); n_rows];
    let mut times = vec![0_usize; n_rows];
    for (part, split) in splits.iter().enumerate() {
        split.check(n_rows)?;
        for (at, &row) in split.test.iter().enumerate() {
            places[row] = (part, at);
            times[row] += 1;
        }
    }
    match times.iter().position(|&times| times != 1) {
        None => Ok(places),
        Some(row) => {
            let (requirement, found) = ("every row tested exactly once", times[row] as f64);
            Err(Error::Domain { what: "splits", requirement, found, row: Some(row) })
        }
    }
}

/// Whether there are splits, all of the rows of `x`, and a `y` for each row.
pub(crate) fn check_all<X, Y>(x: &X, y: &Y, splits: &[Split]) -> Result<()>
where
    X: Rows + ?Sized,
    Y: TakeRows + ?Sized,
{
    if splits.is_empty() {
        return Err(Error::Parameter { name: "splits", requirement: "a split at least", found: 0.0 });
    }
    if let Some(found) = count(y, x.n_rows()) {
        check::rows("y", x.n_rows(), found)?;
    }
    splits.iter().try_for_each(|split| split.check(x.n_rows()))
}

/// How many rows `y` has, `guess` being likely; `None` for `()`, which has any.
///
/// A target knows which of its rows there are, but not how many.
fn count<Y: TakeRows + ?Sized>(y: &Y, guess: usize) -> Option<usize> {
    let has = |row: usize| y.take_rows(&[row]).is_ok();
    if has(usize::MAX) {
        return None;
    }
    if !has(guess) && (guess == 0 || has(guess - 1)) {
        return Some(guess);
    }
    // rows below `low` are there, row `high` is not
    let (mut low, mut high) = if has(guess) { (guess + 1, usize::MAX) } else { (0, guess) };
    while low < high {
        let middle = low + (high - low) / 2;
        if has(middle) { low = middle + 1 } else { high = middle }
    }
    Some(low)
}

fn fit_rows<E, X, Y>(estimator: &E, x: &X, y: &Y, rows: &[usize]) -> Result<E::Model>
where
    E: Fit<X, Y>,
    X: Rows + ?Sized,
    Y: TakeRows + ?Sized,
{
    estimator.fit(x.take_rows(rows)?.borrow(), y.take_rows(rows)?.borrow())
}

fn score_rows<M, X, Y, T>(model: &M, x: &X, y: &Y, rows: &[usize], score: impl Fn(&M, &X, &Y) -> Result<T>) -> Result<T>
where
    X: Rows + ?Sized,
    Y: TakeRows + ?Sized,
{
    score(model, x.take_rows(rows)?.borrow(), y.take_rows(rows)?.borrow())
}

/// One unit of work: a fit on the rows to train on, a score on the rows held back.
pub(crate) fn score_split<E, X, Y, T>(
    estimator: &E,
    x: &X,
    y: &Y,
    split: &Split,
    score: impl Fn(&E::Model, &X, &Y) -> Result<T>,
) -> Result<T>
where
    E: Fit<X, Y>,
    X: Rows + ?Sized,
    Y: TakeRows + ?Sized,
{
    let model = fit_rows(estimator, x, y, &split.train)?;
    score_rows(&model, x, y, &split.test, score)
}

/// All results, or the first error in the order of the splits, whichever thread met one first.
fn in_order<T>(results: Vec<Result<T>>) -> Result<Vec<T>> {
    results.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KFold;
    use cairn_traits::{DMatrix, DVector, rows};

    /// Predicts the mean of what it saw, and refuses to learn from a y of 13.
    struct Mean;
    struct MeanModel(f64);

    impl Fit<DMatrix<f64>, DVector<f64>> for Mean {
        type Model = MeanModel;
        fn fit(&self, _: &DMatrix<f64>, y: &DVector<f64>) -> Result<MeanModel> {
            match y.iter().position(|&v| v == 13.0) {
                None => Ok(MeanModel(y.mean())),
                Some(row) => Err(Error::NonFinite { what: "y", row, column: 0 }),
            }
        }
    }

    impl Predict<DMatrix<f64>> for MeanModel {
        type Output = DVector<f64>;
        fn predict(&self, x: &DMatrix<f64>) -> Result<DVector<f64>> {
            Ok(DVector::from_element(x.nrows(), self.0))
        }
    }

    fn data() -> (DMatrix<f64>, DVector<f64>) {
        (rows(&[[0.0], [0.0], [0.0], [0.0]]), DVector::from_vec(vec![1.0, 3.0, 4.0, 8.0]))
    }

    #[test]
    fn each_part_is_predicted_by_the_model_of_the_other() {
        let (x, y) = data();
        let splits = KFold::new(2).split(4).unwrap();
        // the means are (4 + 8) / 2 and (1 + 3) / 2
        assert_eq!(cross_val_predict(&Mean, &x, &y, &splits).unwrap().as_slice(), [6.0, 6.0, 2.0, 2.0]);
        let error = |y: &DVector<f64>, p: &DVector<f64>| Ok((y - p).sum());
        // 1 + 3 − 12 and 4 + 8 − 4
        assert_eq!(cross_validate(&Mean, &x, &y, &splits, error).unwrap(), [-8.0, 8.0]);
        let both = cross_validate_with_train(&Mean, &x, &y, &splits, error).unwrap();
        assert_eq!(both[1], TrainTest { train: 0.0, test: 8.0 });
        let several = cross_validate(&Mean, &x, &y, &splits, |y, p| Ok((y.len(), p[0]))).unwrap();
        assert_eq!(several, [(2, 6.0), (2, 2.0)]);
    }

    #[test]
    fn rows_tested_twice_or_never_are_named() {
        let (x, y) = data();
        let split = |train: &[usize], test: &[usize]| Split { train: train.to_vec(), test: test.to_vec() };
        let found = |splits: &[Split]| match cross_val_predict(&Mean, &x, &y, splits).unwrap_err() {
            Error::Domain { what: "splits", found, row, .. } => (found, row),
            other => panic!("{other}"),
        };
        assert_eq!(found(&[split(&[0, 1], &[2, 3])]), (0.0, Some(0)));
        assert_eq!(found(&[split(&[0, 1], &[2, 3]), split(&[2, 3], &[0, 1]), split(&[0], &[3])]), (2.0, Some(3)));
        assert_eq!(found(&[]), (0.0, Some(0)));
    }

    #[test]
    fn what_cannot_be_scored_is_refused() {
        let (x, y) = data();
        let splits = KFold::new(2).split(4).unwrap();
        let validate = |y: &DVector<f64>, splits: &[Split]| cross_validate(&Mean, &x, y, splits, |_, _| Ok(0.0));
        for found in [0, 1, 3, 5, 1000] {
            let shape = Error::Shape { what: "y", unit: "rows", expected: 4, found };
            assert_eq!(validate(&DVector::zeros(found), &splits), Err(shape));
        }
        assert!(matches!(validate(&y, &[]), Err(Error::Parameter { name: "splits", .. })));
        let overlap = Split { train: vec![0, 1], test: vec![1, 2] };
        assert!(matches!(validate(&y, &[overlap]), Err(Error::Domain { what: "test", row: Some(0), .. })));
        // the error of the first split, not of whichever thread was first
        let bad = DVector::from_vec(vec![1.0, 13.0, 13.0, 1.0]);
        assert_eq!(validate(&bad, &splits), Err(Error::NonFinite { what: "y", row: 0, column: 0 }));
        assert_eq!(count(&(), 4), None);
    }
}
