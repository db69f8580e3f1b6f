//! Principal components: many columns said in few.
//!
//! The 784 pixels of a written digit do not vary one by one: strokes are long, and neighbouring pixels go together.
//! Somewhere among all directions in that space of 784 there is one along which digits differ most; across it there is
//! a second, and so on. Coordinates along the first fifty say nearly everything that the pixels said. They are smaller
//! to keep, faster to learn from, and the first two can be drawn.
//!
//! ```text
//! x ≈ μ + z₁v₁ + ... + zₖvₖ      μ: the mean of the rows
//!                                vᵢ: components, directions of length 1, at right angles to each other
//!                                zᵢ = vᵢ·(x − μ): coordinates, uncorrelated, of variance λ₁ ≥ λ₂ ≥ ...
//! ```
//!
//! Two questions have this one answer: along which directions is the variance of the rows largest, and which plane of k
//! dimensions leaves the smallest sum of squared distances to the rows. What a plane misses is what the other
//! directions have: the squared distances sum to (n − 1)(λₖ₊₁ + ... + λₚ).
//!
//! # Which one
//! | the rows | the estimator |
//! |---|---|
//! | are a matrix | [`Pca`] |
//! | come in batches, or lie on several machines, of up to some thousand columns | [`Moments`], then [`FitFrom`]: exact |
//! | come in batches and have more columns than that | [`IncrementalPca`] by [`PartialFit`]: near |
//! | are mostly zeros, as counts of words are | [`TruncatedSvd`], which takes off no mean |
//!
//! # The steps
//! 1. Take the mean off each column.
//! 2. The components are the eigenvectors of the covariance matrix `X'X / (n − 1)`, their variances its eigenvalues;
//!    they
//!    are also the right singular vectors of X, and `λ = s² / (n − 1)`. [`Solver`] says which way is gone.
//! 3. Decide how many to keep: [`Components`].
//! 4. Turn each so that its number of largest magnitude is positive, for mathematics leaves the sign open.
//!
//! # The knobs
//! - `n_components`: a number; a share of the variance to explain, such as 0.95; or the most probable dimension.
//! - `whiten`: coordinates of variance 1, for what comes after and compares them with each other.
//! - `solver`, `n_iter`, `n_oversamples`, `seed`: how the components are found.
//!
//! Columns in large units have large variances. Bring columns of different units to standard deviation 1 first; leave
//! pixels and other columns of one unit as they are.
//!
//! # What the model answers
//! Coordinates ([`Transform`]) and the way back ([`InverseTransform`], [`PcaModel::reconstruct`]); how much was
//! explained ([`PcaModel::explained_variance_ratio`], of the total, not of what was kept); how usual a row is under
//! the Gaussian of probabilistic principal components ([`ScoreSamples`]).
//!
//! # Complexity
//! n p² / 2 multiplications for the covariance and 9 p³ for its eigenvectors, where rows are many; 6 n p min(n, p) for
//! the singular values; 4 n p (k + 10) for each of the products of a randomized solver. A row's coordinates: k p.
//!
//! # Trade-offs
//! It finds flat planes; a curled sheet is flattened onto itself. Variance is not interest: what tells two classes
//! apart may lie along a direction of small variance. A few rows far out pull the directions towards themselves.
//!
//! # Determinism
//! The same bits on any number of threads; random directions are seeded. Where variances are equal, their components
//! span the right plane, but which of its bases they are is left to rounding.
//!
//! # Examples
//! ```
//! use cairn_pca::{InverseTransform, Pca, Transform, rows};
//! // length and width of leaves, in cm: large ones and small ones of one shape
//! let leaves = rows(&[[2.0, 1.1], [4.0, 1.9], [6.0, 3.0], [8.0, 4.1], [10.0, 4.9]]);
//! let model = Pca::new(1).fit(&leaves)?;
//! // one number, the size, says nearly all
//! assert!(model.explained_variance_ratio()[0] > 0.999);
//! let sizes = model.transform(&leaves)?;
//! let back = model.inverse_transform(&sizes)?;
//! assert!((back - leaves).amax() < 0.15);
//! # Ok::<(), cairn_pca::Error>(())
//! ```
//! From batches, exactly:
//! ```
//! use cairn_pca::{Accumulate, FitFrom, Moments, Pca, rows};
//! let mut moments = Moments::default();
//! moments.accumulate(&rows(&[[1.0, 1.0], [4.0, 5.0]]), &(), None)?;
//! moments.accumulate(&rows(&[[7.0, 9.0]]), &(), None)?;
//! let model = Pca::new(1).fit_from(&moments)?;
//! assert!((model.explained_variance()[0] - 25.0).abs() < 1e-12); // along (3, 4): (25 + 0 + 25) / 2
//! # Ok::<(), cairn_pca::Error>(())
//! ```
//!
//! # References
//! Pearson (1901), On lines and planes of closest fit to systems of points in space, Philosophical Magazine 2. Jolliffe
//! (2002), Principal Component Analysis. Tipping and Bishop (1999), Probabilistic principal component analysis,
//! Journal of the Royal Statistical Society B 61. Halko, Martinsson and Tropp (2011), Finding structure with
//! randomness, SIAM Review 53.
#![forbid(unsafe_code)]

mod column_means;
mod components;
mod incremental_pca {
    mod fit;
    mod params;
    pub use params::IncrementalPca;
    #[cfg(test)]
    mod tests;
}
mod leading_eigen;
mod mle;
mod operator;
mod pca {
    mod fit;
    pub(crate) mod model;
    mod params;
    pub use model::PcaModel;
    pub use params::Pca;
    #[cfg(test)]
    mod tests;
}
mod projection;
mod randomized;
mod solver;
mod spectrum;
mod truncated_svd {
    mod fit;
    mod model;
    mod params;
    pub use model::TruncatedSvdModel;
    pub use params::TruncatedSvd;
    #[cfg(test)]
    mod tests;
}
mod wide_scatter;

pub use cairn_numeric::Moments;
pub use cairn_traits::{
    Accumulate, CsrMatrix, DMatrix, DVector, Error, Fit, FitFrom, FitWeighted, Hyperparameters, InverseTransform,
    Merge, PartialFit, Persist, Result, ScoreSamples, Transform, rows,
};
pub use components::Components;
pub use incremental_pca::IncrementalPca;
pub use pca::{Pca, PcaModel};
pub use solver::Solver;
pub use truncated_svd::{TruncatedSvd, TruncatedSvdModel};
