//! Splits, cross-validation and the search for hyperparameters.
#![forbid(unsafe_code)]

mod cross_validation;
mod gather;
mod search;
mod splits;

pub use cairn_traits::{Error, Fit, Hyperparameters, Predict, Result, Rows, TakeRows};
pub use cross_validation::{
    TrainTest, cross_val_predict, cross_validate, cross_validate_by, cross_validate_with_train,
};
pub use gather::Gather;
pub use search::{
    ByModel, Candidate, Distribution, Distributions, Grid, Score, Scores, Search, SearchCv, SearchCvModel, search,
    search_by,
};
pub use splits::{
    GroupKFold, KFold, LeaveOneOut, RepeatedKFold, Split, Splitter, StratifiedKFold, TestSize, TimeSeriesSplit,
    stratified_train_test_split, train_test_split,
};
