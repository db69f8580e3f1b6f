//! k-means: which rows belong together?
//!
//! Nobody has said which flats are alike; still there are groups: small and cheap ones in the centre, large ones at the
//! edge. k-means finds k of them, each around a *centroid*, the mean of its rows. Unsupervised learning: there are no
//! answers to learn from.
//!
//! ```text
//! inertia = Σ w |x − c(x)|²       c(x): the centroid nearest to the row x
//! ```
//!
//! # The steps
//! 1. Begin with k rows as centroids, far from each other ([`Init::PlusPlus`]).
//! 2. **Forward pass**: every row goes to its nearest centroid; the inertia is what it costs.
//! 3. **Backward pass**: every centroid goes to the mean of its rows, where their squared distances are least.
//! 4. Until nothing moves. The inertia never rises, so there is an end; but which valley it is hangs on the start.
//!
//! # The knobs
//! - `n_clusters`: more always means less inertia. Look for the bend in the curve of inertia by k ([`elbow`]),
//!   or for the k with the largest silhouette (below).
//! - `n_init`: starts to try; the best is kept.
//! - `tol`, `max_iter`: when to stop moving.
//!
//! # Clean your data
//! Distances add all columns up: put them on one scale first (`StandardScaler` of `cairn-preprocess`). A few rows far out
//! draw centroids to themselves.
//!
//! # What else
//! | what | how |
//! |---|---|
//! | some rows count more | [`FitWeighted`] |
//! | rows in batches, on several machines | [`KMeansSweep`]: the sums of one sweep, to be merged |
//! | watched, stopped early | [`FitObserved`]: the centroids after each sweep |
//! | distances to all centroids as new columns | [`Transform`] |
//! | very many rows, or rows that come in batches | [`MiniBatchKMeans`] |
//! | a hierarchy of clusters | [`BisectingKMeans`] |
//! | how many clusters? | [`KMeans::for_each_k`], [`elbow`], [`best_score`] |
//! | groups of other shapes, rows that belong to several in part | [`GaussianMixture`] |
//!
//! # Complexity
//! n k p multiplications a sweep, done as matrix products, in parallel; tens of sweeps are usual.
//!
//! # Trade-offs
//! Fast and simple; finds round groups of like size. Long, nested or very unlike ones it cuts.
//!
//! # Determinism
//! Starts are drawn from the seed; the same bits on any number of threads. A distance is by definition a sum of squared
//! differences in a fixed order: products only propose, and ties go to the lower centroid.
//!
//! # Examples
//! ```
//! use cairn_kmeans::{KMeans, rows};
//! // size in m2, minutes to the centre
//! let flats = rows(&[[30.0, 5.0], [35.0, 7.0], [32.0, 4.0], [90.0, 35.0], [85.0, 40.0]]);
//! let model = KMeans::new(2).fit(&flats)?;
//! assert_eq!(model.labels()[..3], [model.labels()[0]; 3]);
//! assert_ne!(model.labels()[0], model.labels()[3]);
//! # Ok::<(), cairn_kmeans::Error>(())
//! ```
//! How many groups are there? Fit several k, and ask how much nearer rows are to their own group than to the next:
//! ```
//! use cairn_kmeans::{DMatrix, KMeans, best_score};
//! use cairn_metrics::silhouette_score;
//! // three heaps on a line
//! let x = DMatrix::from_fn(30, 1, |i, _| 10.0 * (i % 3) as f64 + 0.1 * (i / 3) as f64);
//! let fits = KMeans::new(1).n_init(3).for_each_k(&x, 1..=5, silhouette_score)?;
//! assert_eq!(best_score(&fits), Some(3));
//! # Ok::<(), cairn_kmeans::Error>(())
//! ```
//!
//! # References
//! Lloyd (1982), Least squares quantization in PCM, IEEE Transactions on Information Theory 28. Arthur and Vassilvitskii
//! (2007), k-means++: the advantages of careful seeding. Hastie, Tibshirani and Friedman (2009), The Elements of Statistical
//! Learning, section 14.3.
#![forbid(unsafe_code)]

mod bisecting;
mod by_k;
mod elkan;
mod fit;
mod hamerly;
mod lloyd;
mod mini_batch;
mod mixture;
mod model;
mod nearest;
mod params;
mod plus_plus;
mod points;
mod sweep;

pub use bisecting::{Bisect, BisectingKMeans, BisectingKMeansModel};
pub use by_k::{ByK, best_score, elbow};
pub use cairn_traits::{
    Accumulate, Classes, Convergence, Converges, DMatrix, DVector, Error, Fit, FitFrom, FitObserved, FitWeighted,
    Float, Hyperparameters, Merge, PartialFit, Persist, Predict, Probabilistic, Progress, Result, Sample, ScoreSamples,
    Stop, Transform, rows,
};
pub use mini_batch::MiniBatchKMeans;
pub use mixture::{CovarianceType, Covariances, GaussianMixture, GaussianMixtureModel, MixtureInit};
pub use model::KMeansModel;
pub use params::{Algorithm, Init, KMeans};
pub use sweep::KMeansSweep;
