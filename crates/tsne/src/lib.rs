//! t-SNE: many columns as a map that people can look at.
//!
//! Images of digits have hundreds of columns. Which of them are alike? t-SNE puts every row on a sheet of paper so that the
//! neighbours of each row in the data are its neighbours on the paper: heaps of like rows become islands.
//!
//! ```text
//! pᵢⱼ: how much of all neighbourhood there is between the rows i and j of the data      (Gaussian, as wide as is needed)
//! qᵢⱼ: how much of it there is between the points i and j of the map                    (∝ 1 / (1 + distance²))
//! minimise  KL(P‖Q) = Σ pᵢⱼ ln(pᵢⱼ / qᵢⱼ)
//! ```
//! The kernel of the map has long tails: rows that are a little apart may be far apart on paper, where there is less room.
//!
//! # The steps
//! 1. **Neighbours**: the 3 · perplexity nearest rows of each, exactly (`cairn-neighbors`), or such as were found elsewhere
//!    ([`Affinities::from_neighbors`]).
//! 2. **Affinities** ([`Affinities`]): for each row the width at which its neighbours count as many as the perplexity says,
//!    found by bisection; then made the same both ways. Most pairs have none: a sparse matrix.
//! 3. **Start** ([`Start`]): the first principal components, made tiny.
//! 4. **Steps**: neighbours pull, all points push.
//!    ```text
//!    gradient = 4 (e · pull − push / Z)
//!    pullᵢ = Σⱼ pᵢⱼ (yᵢ − yⱼ) / s      pushᵢ = Σⱼ wᵢⱼ (yᵢ − yⱼ) / s      s = 1 + d²/ν,  w = s^−ν,  Z = Σ w
//!    ```
//!    First with exaggeration e = 12, which gathers what belongs together while the map is small, then with e = 1. Each
//!    coordinate has a gain that grows while it goes one way, and steps keep some of their momentum.
//!
//! # The push, in three ways
//! The pull is a sum over neighbours; the push is one over all pairs, and takes nearly all the time.
//!
//! | [`Method`] | how | steps for n points |
//! |---|---|---|
//! | `Exact` | every pair, by whole vectors | n² |
//! | `BarnesHut` | far points in one, by a tree in the order of a curve; eight points walk it together | n log n |
//! | `Fft` | the potential of all points on a grid, by two fast Fourier transforms; the push is its slope | n + grid |
//!
//! # The knobs
//! - `perplexity`: how many neighbours count, 5 to 50. Larger values show more of the whole.
//! - `exaggeration`: above 1, islands are denser and farther apart; 4 looks like UMAP.
//! - `degrees_of_freedom`: below 1, islands fall into their parts.
//!
//! # How to read a map, and how not to
//! Who is beside whom tells something. How large an island is, how far two islands are apart, and the axes tell nothing or
//! little. Look at several perplexities. Two maps are compared by [`Embedding::kl_divergence`], if they are of the same rows
//! at the same perplexity; by `trustworthiness` and `continuity` of `cairn-metrics` in any case.
//!
//! # Clean your data
//! Distances add all columns up: put them on one scale first (`StandardScaler` of `cairn-preprocess`).
//!
//! # What else
//! | what | how |
//! |---|---|
//! | watched, animated, stopped early | [`FitObserved`]: the map after each step |
//! | more steps | [`Tsne::resume`] |
//! | new rows in an old map | [`Transform`], [`Embedding::place`] |
//! | how the descent went | [`Embedding::history`] |
//! | kept in a file | [`Persist`] |
//!
//! # Complexity
//! Neighbours: n² p as matrix products, which is most of the time of rows with hundreds of columns. A step: 6 · perplexity · n
//! for the pull, and the push as above. Memory: the rows, up to 6 · perplexity affinities a row, and the grid.
//!
//! # Trade-offs
//! The best of the methods for maps to look at, and slower than PCA, which keeps large distances instead. Nothing in it is a
//! function of x: new rows are placed beside their neighbours. It does not work in parts: rows cannot be fitted on several
//! machines and merged (their neighbours can be found so).
//!
//! # Determinism
//! Starts are drawn from the seed; the same bits on any number of threads, for every method.
//!
//! # Examples
//! ```
//! use cairn_tsne::{Method, Persist, Embedding, Transform, Tsne, DMatrix};
//! // three kinds of flowers, four measures each
//! let flowers = DMatrix::from_fn(150, 4, |i, j| (i / 50 * (j + 1)) as f64 + 0.3 * ((i * 7 + j * 5) as f64).sin());
//! let map = Tsne::new().perplexity(15.0).fit(&flowers)?;
//! assert!(map.kl_divergence() < 1.0 && map.method() == Method::Exact);
//! // on the map every flower's nearest is one of its kind
//! let points = map.embedding();
//! let nearest = |i: usize| {
//!     let away = |j: &usize| (points.row(i) - points.row(*j)).norm();
//!     (0..150).filter(|j| *j != i).min_by(|a, b| away(a).total_cmp(&away(b)))
//! };
//! assert!((0..150).all(|i| nearest(i).is_some_and(|j| i / 50 == j / 50)));
//! // and a new flower comes to its kind
//! let again = Embedding::<f64>::from_json(&map.to_json()?)?;
//! assert_eq!(again.transform(&flowers.rows(3, 1).into_owned())?.shape(), (1, 2));
//! # Ok::<(), cairn_tsne::Error>(())
//! ```
//!
//! # References
//! Van der Maaten and Hinton (2008), Visualizing data using t-SNE, JMLR 9. Van der Maaten (2014), Accelerating t-SNE using
//! tree-based algorithms, JMLR 15. Linderman, Rachh, Hoskins, Steinerberger and Kluger (2019), Fast interpolation-based
//! t-SNE for improved visualization of single-cell RNA-seq data, Nature Methods 16; the weights of the grid are those of
//! Essmann and others (1995), A smooth particle mesh Ewald method, J. Chem. Phys. 103. Belkina and others (2019), Automated
//! optimized parameters for t-SNE, Nature Communications 10. Kobak and Berens (2019), The art of using t-SNE for single-cell
//! transcriptomics, Nature Communications 10. Kobak and others (2020), Heavy-tailed kernels reveal a finer cluster structure
//! in t-SNE visualisations. Poličar, Stražar and Zupan (2024), openTSNE, Journal of Statistical Software 109.
#![forbid(unsafe_code)]

mod affinities;
mod attraction;
mod barnes_hut;
mod descent;
mod exact;
mod fit;
mod interpolation;
mod kernel;
mod model;
mod params;
mod perplexity;
mod placement;
mod repulsion;
mod start;

pub use affinities::Affinities;
pub use cairn_traits::{
    Convergence, Converges, CsrMatrix, DMatrix, DVector, Error, Fit, FitObserved, Float, Hyperparameters, Persist,
    Progress, Result, Stop, Transform, rows,
};
pub use model::{Embedding, Record};
pub use params::{LearningRate, Method, Start, Tsne};
pub use placement::Placement;
