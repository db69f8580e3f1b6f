//! Exact nearest neighbours: which rows of a table lie closest to a given row.
//!
//! ```text
//! d(q, x) = sqrt(Σ (qⱼ − xⱼ)²)        Euclidean distance; others: Metric
//! ```
//!
//! [`Index`] finds the k nearest rows, or all within a radius, by any [`Metric`]: it compares every row, or walks a tree of
//! boxes or balls and passes over what is too far ([`Algorithm`]). All ways give the same answer to the last bit: what a tree
//! passes over is ruled out by a bound with a margin for rounding, and what is left is measured by the one definition.
//!
//! [`BruteForce`], which [`Index`] uses for Euclidean distances where trees do not pay, looks at every row, and yet computes few distances in full:
//!
//! 1. `|q − x|² = |q|² + |x|² − 2 q·x`: the products `q·x` of many queries with many points are one matrix product,
//!    which runs at the processor's full speed, a cache-sized block at a time.
//! 2. That formula cancels, so it only *filters*: a point is kept if it may be among the k nearest within a proven bound
//!    of the rounding error.
//! 3. What is kept is measured by [`cairn_numeric::squared_distance`], the one definition of a distance.
//!
//! So the answer is that of the plain definition to the last bit, equal points are at distance 0, and ties go to the
//! lower row.
//!
//! # Complexity
//! n m p multiplications for m queries against n points of p columns, and O(m log k) comparisons a point at the worst.
//! No n x m matrix is ever held. The index holds the points, and a second copy packed for products: about their mean where
//! they lie far from the origin, which is what lets the filter rule points out there.
//!
//! # Trade-offs
//! Brute force has nothing to build and does not mind many columns; trees win with few columns and very many rows.
//! Nothing here is approximate: graphs of neighbours (HNSW) answer faster over millions of rows and miss some. The Rust
//! crates of them that we found build in parallel under locks, so that the same seed gives other answers, or are no
//! longer kept up.
//!
//! # Examples
//! ```
//! use cairn_neighbors::BruteForce;
//! use cairn_traits::rows;
//! let index = BruteForce::new(&rows(&[[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))?;
//! let nearest = index.k_nearest(&rows(&[[0.0, 0.0]]), 2)?;
//! assert_eq!(nearest.indices(0), [0, 2]);
//! assert_eq!(nearest.distances(0), [0.0, 1.0]);
//! # Ok::<(), cairn_traits::Error>(())
//! ```
#![forbid(unsafe_code)]

mod brute_force;
mod filter;
mod index;
mod metric;
mod nearest;
mod packs;
mod tree;

pub use brute_force::BruteForce;
pub use index::{Algorithm, Index};
pub use metric::Metric;
pub use nearest::{Neighbors, RadiusNeighbors};
