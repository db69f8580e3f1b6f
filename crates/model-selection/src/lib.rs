//! How good is a model on rows it has not seen? Splits, cross-validation, and the search for hyperparameters.
//!
//! # Problem
//! A model can know its training rows by heart and nothing else, so its score on them says little. The score that counts is
//! on rows it will meet tomorrow, and those are not there yet. So some of today's rows play their part: they are held back
//! while everything is learned, and answered once.
//!
//! # Why hold back
//! Labels drawn at random cannot be learned. A single nearest neighbour "knows" every one of its own rows all the same:
//! ```
//! use cairn_knn::{DMatrix, KnnClassifier};
//! use cairn_metrics::accuracy;
//! use cairn_model_selection::{KFold, cross_validate_with_train};
//! # use rand::RngExt;
//! # let mut rng = cairn_numeric::stream(5, 0);
//! # let mut coin = move || rng.random_range(0..2_usize);
//!
//! let x = DMatrix::from_fn(200, 1, |i, _| i as f64);
//! let y: Vec<usize> = (0..200).map(|_| coin()).collect();
//! let splits = KFold::new(10).shuffle(0).split(200)?;
//! let folds = cross_validate_with_train(&KnnClassifier::new(1), &x, &y[..], &splits, |y, p| accuracy(y, p))?;
//! let mean = |scores: Vec<f64>| scores.iter().sum::<f64>() / 10.0;
//! assert_eq!(mean(folds.iter().map(|fold| fold.train).collect()), 1.0); // by heart
//! assert!((mean(folds.iter().map(|fold| fold.test).collect()) - 0.5).abs() < 0.1); // the truth: a coin
//! # Ok::<(), cairn_traits::Error>(())
//! ```
//! One part held back ([`train_test_split`]) is a score that depends on the draw. Cut into k parts, each held back once
//! ([`KFold`]), every row is tested and the k scores show how much they move.
//!
//! # Which rows to hold back
//! Those that stand to the training rows as tomorrow's will:
//!
//! | the rows | split |
//! |---|---|
//! | are alike and independent | [`KFold`] with a shuffle, [`RepeatedKFold`], [`LeaveOneOut`], [`train_test_split`] |
//! | have classes, some of them rare | [`StratifiedKFold`], [`stratified_train_test_split`] |
//! | come in groups: visits of patients, photos of streets | [`GroupKFold`] |
//! | come one after another in time | [`TimeSeriesSplit`] |
//!
//! **Stratify**, because with few rows of a class a fold may have none of them by chance: its score is then of another
//! problem, and the spread over the folds is mostly that of the draw.
//!
//! # What leakage is
//! Anything by which the training part knows about the test part. The score is then better than the truth, and nothing
//! fails. Three ways it happens:
//!
//! 1. **The same thing on both sides.** Here a label belongs to a patient, at random, and each patient comes four times.
//!    Shuffled, the neighbour found is another visit of the same patient; whole patients held back tell the truth:
//! ```
//! use cairn_knn::{DMatrix, KnnClassifier};
//! use cairn_metrics::accuracy;
//! use cairn_model_selection::{GroupKFold, KFold, Scores, Split, cross_validate};
//! # use rand::RngExt;
//! # let mut rng = cairn_numeric::stream(5, 0);
//! # let mut coin = move || rng.random_range(0..2_usize);
//!
//! let patients: Vec<usize> = (0..200).map(|row| row / 4).collect();
//! let healthy: Vec<usize> = (0..50).map(|_| coin()).collect();
//! let x = DMatrix::from_fn(200, 1, |row, _| row as f64 / 10.0 + 10.0 * patients[row] as f64);
//! let y: Vec<usize> = patients.iter().map(|&patient| healthy[patient]).collect();
//! let mean = |splits: Vec<Split>| {
//!     Scores::new(cross_validate(&KnnClassifier::new(1), &x, &y[..], &splits, |y, p| accuracy(y, p))?).map(|s| s.mean())
//! };
//! assert!(mean(KFold::new(5).shuffle(0).split(200)?)? > 0.98); // too good
//! assert!((mean(GroupKFold::new(5).split(&patients)?)? - 0.5).abs() < 0.15); // a coin
//! # Ok::<(), cairn_traits::Error>(())
//! ```
//! 2. **A step fitted before the split.** Means, medians, vocabularies, selected columns: all are learned. Put the steps and
//!    the model into one `Pipeline` (of `cairn-preprocess`), and every split fits them on its training rows alone.
//! 3. **Choosing by the rows that score.** See below.
//!
//! # Searching, and why nested
//! Candidates come from a list, a [`Grid`] or [`Distributions`]; [`search`] scores them all on the same splits and finds the
//! best. Its score is the largest of many, each with some luck in it, and the luck is chosen too. A [`SearchCv`] is the
//! whole search as an estimator; cross-validated, its inner splits never see an outer test row, and the score is of the
//! procedure. On labels drawn at random, the best of 20 looks better than it is:
//! ```
//! use cairn_knn::{DMatrix, KnnClassifier};
//! use cairn_metrics::accuracy;
//! use cairn_model_selection::{Fit, Grid, KFold, Scores, SearchCv, cross_validate};
//! # use rand::RngExt;
//! # let mut rng = cairn_numeric::stream(5, 0);
//! # let mut coin = move || rng.random_range(0..2_usize);
//!
//! let x = DMatrix::from_fn(60, 1, |i, _| i as f64);
//! let y: Vec<usize> = (0..60).map(|_| coin()).collect();
//! let candidates = Grid::new().vary("n_neighbors", 1..=20).candidates(&KnnClassifier::default())?;
//! let tuned = SearchCv::new(candidates, KFold::new(5).shuffle(1), |y: &[usize], p: &Vec<usize>| accuracy(y, p));
//!
//! let promised = tuned.fit(&x, &y[..])?.search().best_scores().mean();
//! let outer = KFold::new(5).shuffle(0).split(60)?;
//! let kept = Scores::new(cross_validate(&tuned, &x, &y[..], &outer, |y, p| accuracy(y, p))?)?.mean();
//! assert!(promised > 0.55 && kept < promised);
//! # Ok::<(), cairn_traits::Error>(())
//! ```
//!
//! # What has it learned?
//! [`PermutationImportance`] shuffles a column and sees how much worse a fitted model gets; [`partial_dependence`] sets a
//! column to one value after the other and sees what it answers. Both ask any `Predict` from outside.
//!
//! # Determinism
//! Splits and draws are functions of their seeds, one random stream for each. Folds and candidates are fitted in parallel and
//! collected in order: the same bits on any number of threads.
//!
//! # Trade-offs
//! k folds cost k fits, a search candidates x k, nested both again. The folds' scores are not independent, as their training
//! rows overlap, so their spread is no confidence interval.
//!
//! # References
//! - Hastie, Tibshirani and Friedman (2009), *The Elements of Statistical Learning*, 2nd edition, section 7.10.
//! - Kaufman, Rosset, Perlich and Stitelman (2012), "Leakage in data mining", ACM TKDD 6(4).
//! - Cawley and Talbot (2010), "On over-fitting in model selection and subsequent selection bias", JMLR 11.
//! - Bengio and Grandvalet (2004), "No unbiased estimator of the variance of k-fold cross-validation", JMLR 5.
#![forbid(unsafe_code)]

mod cross_validation;
mod gather;
mod inspection;
mod search;
mod splits;

pub use cairn_traits::{Error, Fit, Hyperparameters, Predict, Result, Rows, TakeRows};
pub use cross_validation::{
    TrainTest, cross_val_predict, cross_validate, cross_validate_by, cross_validate_with_train,
};
pub use gather::Gather;
pub use inspection::{
    Importance, PartialDependence, PermutationImportance, feature_grid, partial_dependence, partial_dependence_of_two,
};
pub use search::{
    ByModel, Candidate, Distribution, Distributions, Grid, Score, Scores, Search, SearchCv, SearchCvModel, search,
    search_by,
};
pub use splits::{
    GroupKFold, KFold, LeaveOneOut, RepeatedKFold, Split, Splitter, StratifiedKFold, TestSize, TimeSeriesSplit,
    stratified_train_test_split, train_test_split,
};
