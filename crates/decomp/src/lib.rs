//! Factorisations of dense matrices: the steps to which least squares, principal components and Gaussian models reduce.
//!
//! | what | where | cost | for |
//! |---|---|---|---|
//! | `X = U S V'`, singular values | [`thin_svd`] | about 6 n p min(n, p) | principal components, minimum-norm least squares |
//! | `A = V Λ V'`, symmetric | [`symmetric_eigen`] | about 9 p³ | principal components of a covariance, whitening |
//! | `X P = Q R`, pivoted or not | [`PivotedQr`], [`qr`] | 2 n p² | least squares where columns may depend on each other |
//! | `A = L L'`, positive definite | [`Cholesky`] | p³ / 3 | normal equations, ridge, Gaussian densities |
//!
//! # Which one
//! From the cheapest and least forgiving to the dearest and safest: Cholesky of `X'X` squares the condition number and
//! fails on dependent columns ([`Cholesky::condition_estimate`] tells); pivoted QR of `X` finds the rank and leaves
//! dependent columns out; the SVD shares the weight among them (the solution of least norm).
//!
//! # Shapes
//! Matrices are n x p, n rows and p columns, `r = min(n, p)`. Nothing is assumed of n and p but that neither is 0: wide,
//! tall, 1 x 1, rank-deficient and all-zero matrices are all factorised.
//!
//! # Errors
//! No rows: [`TooFewSamples`](cairn_traits::Error::TooFewSamples). No columns, not square, sizes that disagree:
//! [`Shape`](cairn_traits::Error::Shape). NaN or an infinity: [`NonFinite`](cairn_traits::Error::NonFinite). A factor
//! that overflows the precision: [`Domain`](cairn_traits::Error::Domain).
//!
//! # Determinism
//! The same build and processor model give the same bits on any number of threads: how work is cut is a rule of shapes.
//! Signs, which the mathematics leaves open, are fixed and documented at each factorisation.
//!
//! # Examples
//! A line through three points by QR:
//! ```
//! use cairn_decomp::PivotedQr;
//! use cairn_traits::rows;
//! let x = rows(&[[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]); // intercept, position
//! let y = rows(&[[1.0], [3.0], [5.0]]);
//! let line = PivotedQr::new(&x)?.solve_least_squares(&y, 1e-12)?;
//! assert!((line[0] - 1.0_f64).abs() < 1e-14 && (line[1] - 2.0).abs() < 1e-14); // y = 1 + 2 t
//! # Ok::<(), cairn_traits::Error>(())
//! ```
//!
//! # References
//! G. Golub and C. Van Loan (2013), *Matrix Computations*, 4th edition. The kernels are those of the crate `faer`.
#![forbid(unsafe_code)]

mod cholesky;
mod input;
mod parallelism;
mod qr;
mod real;
mod signs;
mod svd;
mod symmetric_eigen;

pub use cholesky::Cholesky;
pub use qr::{PivotedQr, Qr, qr};
pub use signs::orient;
pub use svd::{Svd, thin_svd};
pub use symmetric_eigen::{SymmetricEigen, symmetric_eigen};
