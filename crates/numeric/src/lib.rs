//! The arithmetic under the Cairn crates: products of matrices, sums over rows, stable functions, seeded streams.
//!
//! Three promises hold for everything here:
//!
//! 1. **The same bits on any number of threads.** Work is cut by a rule of shapes and folded in order: [`blocks`].
//! 2. **Fast without flags.** The widest vector instructions the processor has are found at run time; a default build
//!    has them.
//! 3. **A plain version of each kernel stands beside it as its test.**
//!
//! | what | where |
//! |---|---|
//! | `A B`, `A' B`, `A B'` | [`matmul`], [`matmul_into`], [`matmul_fitting`], [`tr`] |
//! | inner products of many vectors with a few | [`dot_products`] |
//! | products of one matrix with many others | [`Packed`] |
//! | rows made contiguous | [`transposed`], [`transpose_into`] |
//! | `X'X`, `X'Y` of many rows | [`gram`], [`cross_gram`], [`wide_gram`] |
//! | weight, mean, scatter; mergeable | [`Moments`] |
//! | `Σ (aⱼ − bⱼ)²` | [`squared_distance`] |
//! | exponentials that do not overflow | [`log_sum_exp`], [`softmax`], [`log_softmax`], [`sigmoid`], [`log_sigmoid`], [`softplus`] |
//! | what bends networks, forward and backward, on slices | [`Activation`] |
//! | probabilities of many samples, a column each | [`softmax_columns`], [`softmax_and_log_sums`], [`log_softmax_columns`] |
//! | `eˣ`, `ln(1 + x)`, tanh, Φ for loops that go by whole vectors | [`elementary`] |
//! | the lowest position of the largest number | [`argmax`] |
//! | one random stream for each unit of work | [`stream`] |
//!
//! # Examples
//! The slope of a line through the points (1, 2), (2, 4), (3, 9) is their covariance over the variance of x:
//! ```
//! use cairn_numeric::Moments;
//! use cairn_traits::rows;
//! let points = rows(&[[1.0, 2.0], [2.0, 4.0], [3.0, 9.0]]);
//! let moments = Moments::of_dense(&[points.as_view()], None)?;
//! // means 2 and 5: covariance (−1)(−3) + 0 + 1·4 = 7, variance 1 + 0 + 1 = 2
//! assert_eq!(moments.scatter()[(0, 1)] / moments.scatter()[(0, 0)], 3.5);
//! # Ok::<(), cairn_traits::Error>(())
//! ```
//!
//! `unsafe` stands in one file, `matmul.rs`, around the call of the `gemm` crate.

mod activations;
pub mod blocks;
mod centre;
mod distances;
mod dot_products;
pub mod elementary;
mod gram;
mod lanes;
mod matmul;
mod moments;
mod packed;
mod panel;
mod stable;
mod streams;
mod transposed;
mod vectorised;
mod wide_gram;

pub use activations::{Activation, log_softmax_columns, softmax_and_log_sums, softmax_columns};
pub use distances::squared_distance;
pub use dot_products::{dot_product_roundings, dot_products};
pub use gram::{cross_gram, gram};
pub use matmul::{Factor, Parallelism, matmul, matmul_fitting, matmul_into, tr};
pub use moments::Moments;
pub use packed::Packed;
#[doc(hidden)]
pub use pulp;
pub use stable::{argmax, log_sigmoid, log_softmax, log_sum_exp, sigmoid, softmax, softplus};
pub use streams::stream;
pub use transposed::{transpose_into, transposed};
pub use wide_gram::wide_gram;
