//! k nearest neighbours: a new case is judged by the known cases most like it.
//!
//! "Would I rent this flat?" Look at the three flats most like it that you have judged before, and let them vote.
//! There is nothing to train: the model is the data.
//!
//! ```text
//! N(q)       the k training rows with the least d(q, x), or all with d(q, x) ≤ radius
//! d(q, x)    sqrt(Σ (qⱼ − xⱼ)²), or another                          Metric
//! wᵢ         1, or 1 / d(q, xᵢ)                                      Weights
//! class:     P(c | q) = Σ wᵢ [yᵢ = c] / Σ wᵢ,  the largest wins      KnnClassifier, RadiusClassifier
//! number:    ŷ(q)     = Σ wᵢ yᵢ / Σ wᵢ                               KnnRegressor, RadiusRegressor
//! ```
//!
//! [`NearestNeighbors`] is the search by itself, [`LocalOutlierFactor`] finds rows that lie where it is emptier than around
//! their neighbours.
//!
//! # The steps
//! 1. `fit` stores the rows ([`cairn_neighbors::Index`]) and what belongs to them.
//! 2. `predict` finds the k nearest rows of each query, exactly; rows at the same distance rank by their number.
//! 3. They vote or are averaged; ties of votes go to the lower class.
//!
//! # The knobs
//! - `n_neighbors`: 1 follows every quirk of the data; many smooth quirks and, in the end, everything.
//! - `metric`: what near means ([`Metric`]); `algorithm`: how it is searched, which changes the time alone ([`Algorithm`]).
//! - `weights`: [`Weights::Distance`] lets near neighbours count more; a training row itself then answers with its own y.
//!
//! # Clean your data
//! A distance adds all columns up, so a column in grams drowns one in kilograms: put the columns on one scale first
//! (`StandardScaler` of `cairn-preprocess`).
//!
//! # Complexity
//! Fitting copies the data, and for few columns builds a tree. Predicting m rows costs n m p multiplications, done as matrix
//! products, in parallel; with a tree m searches.
//!
//! # Trade-offs
//! No training, no shape assumed, any number of classes; but the whole data ships with the model, each answer costs a
//! search, and with very many columns all points are about equally far.
//!
//! # Determinism
//! No randomness; the same bits on any number of threads.
//!
//! # Examples
//! ```
//! use cairn_knn::{Fit, KnnClassifier, Named, Predict, rows};
//! // size in m2, rent in euro: would I rent it?
//! let flats = rows(&[[30.0, 900.0], [45.0, 800.0], [60.0, 950.0], [35.0, 1200.0]]);
//! let model = Named(KnnClassifier::new(3)).fit(&flats, &["no", "yes", "yes", "no"])?;
//! assert_eq!(model.predict(&rows(&[[50.0, 850.0]]))?, ["yes"]);
//! # Ok::<(), cairn_knn::Error>(())
//! ```
//! How much should it cost? The mean of the two most similar in size:
//! ```
//! use cairn_knn::{DVector, Fit, KnnRegressor, Predict, rows};
//! let sizes = rows(&[[30.0], [45.0], [60.0], [90.0]]);
//! let rents = DVector::from_vec(vec![600.0, 800.0, 950.0, 1400.0]);
//! let model = KnnRegressor::new(2).fit(&sizes, &rents)?;
//! assert_eq!(model.predict(&rows(&[[50.0]]))?[0], 875.0); // (800 + 950) / 2
//! # Ok::<(), cairn_knn::Error>(())
//! ```
//!
//! # References
//! Fix and Hodges (1951), Discriminatory analysis. Cover and Hart (1967), Nearest neighbor pattern classification, IEEE
//! Transactions on Information Theory 13. Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning,
//! section 13.3. Dudani (1976) for weights by distance.
#![forbid(unsafe_code)]

mod classifier {
    mod fit;
    mod model;
    mod params;
    pub use model::KnnClassifierModel;
    pub use params::KnnClassifier;
}
mod regressor {
    mod fit;
    mod model;
    mod params;
    pub use model::KnnRegressorModel;
    pub use params::KnnRegressor;
}
mod averages;
mod isolated;
mod local_outlier_factor;
mod nearest_neighbors;
mod radius;
mod search;
mod voters;
mod weights;

pub use cairn_neighbors::{Algorithm, Metric, Neighbors, RadiusNeighbors};
pub use cairn_traits::{
    Classes, CsrMatrix, DMatrix, DVector, Error, Fit, Float, Hyperparameters, Named, NamedModel, Outputs, Persist,
    Predict, Probabilistic, Result, ScoreSamples, rows,
};
pub use classifier::{KnnClassifier, KnnClassifierModel};
pub use isolated::Isolated;
pub use local_outlier_factor::{LocalOutlierFactor, LocalOutlierFactorModel};
pub use nearest_neighbors::{NearestNeighbors, NearestNeighborsModel};
pub use radius::{RadiusClassifier, RadiusClassifierModel, RadiusRegressor, RadiusRegressorModel};
pub use regressor::{KnnRegressor, KnnRegressorModel};
pub use weights::Weights;
