//! The contract that every Cairn crate keeps: how estimators learn, how models answer, how both fail.
//!
//! An **estimator** is a plain struct of hyperparameters; [`Fit::fit`] turns it and data into a **model**, a separate
//! type that holds what was learned. "Predict before fit" cannot be written.
//!
//! ```text
//! Fit            x, y            → model          learning
//! FitWeighted    x, y, weights   → model          some rows count more
//! FitObserved    x, y, observer  → model          watched, step by step
//! PartialFit     batch by batch  → model          data that keeps coming
//! Accumulate     batch by batch  → sums; FitFrom: sums → model, Merge: sums + sums
//!
//! Predict        x → labels, numbers or words
//! Probabilistic  x → n_samples x n_classes        Decision: margins
//! ScoreSamples   x → how usual each row is
//! Transform      x → rows in another form         InverseTransform: back again
//! Sample         n, seed → new rows
//! ```
//!
//! # Data
//! Rows are samples, columns are features: [`nalgebra::DMatrix`], or [`nalgebra_sparse::CsrMatrix`] where most entries
//! are 0. Labels are `usize`, gaps allowed; words go through [`Named`]. A regression target is a [`nalgebra::DVector`],
//! or a `DMatrix` with a column an output: [`Outputs`] is both.
//!
//! # Errors
//! One enum, [`Error`]. Bad input is always `Err`: never a panic, never a silent NaN. The checks are in [`check`].
//!
//! # Files
//! Models implement [`Persist`]; matrices go through [`matrix`] and [`vector`].
//!
//! # Examples
//! An estimator in full: it predicts the mean of what it saw.
//! ```
//! use cairn_traits::{DMatrix, DVector, Fit, Float, Outputs, Predict, Result, check};
//!
//! struct Mean;
//! struct MeanModel<F> { mean: F, n_features: usize }
//!
//! impl<F: Float> Fit<DMatrix<F>, DVector<F>> for Mean {
//!     type Model = MeanModel<F>;
//!     fn fit(&self, x: &DMatrix<F>, y: &DVector<F>) -> Result<MeanModel<F>> {
//!         check::training(x)?;
//!         check::targets(y.as_columns(), x.nrows())?;
//!         Ok(MeanModel { mean: y.mean(), n_features: x.ncols() })
//!     }
//! }
//! impl<F: Float> Predict<DMatrix<F>> for MeanModel<F> {
//!     type Output = DVector<F>;
//!     fn predict(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
//!         check::query(x, self.n_features)?;
//!         Ok(DVector::from_element(x.nrows(), self.mean))
//!     }
//! }
//!
//! let x = cairn_traits::rows(&[[30.0], [45.0], [60.0]]);
//! let model = Mean.fit(&x, &DVector::from_vec(vec![1.0, 2.0, 6.0]))?;
//! assert_eq!(model.predict(&x)?[0], 3.0);
//! # Ok::<(), cairn_traits::Error>(())
//! ```
#![forbid(unsafe_code)]

mod answer;
pub mod check;
mod class_weights;
mod data;
mod error;
mod fit;
mod float;
mod named;
mod persist;
mod report;

pub use answer::{Classes, Decision, InverseTransform, Predict, Probabilistic, Sample, ScoreSamples, Transform};
pub use class_weights::{ClassWeights, Weighed};
pub use data::{Outputs, Rows, TakeRows, rows};
pub use error::{Error, Result};
pub use fit::{Accumulate, Alias, Fit, FitFrom, FitObserved, FitWeighted, Hyperparameters, Merge, PartialFit};
pub use float::{Float, Slice, SliceMut};
pub use nalgebra::{DMatrix, DVector};
pub use nalgebra_sparse::CsrMatrix;
pub use named::{Named, NamedModel};
pub use persist::{Persist, matrix, vector};
pub use report::{Convergence, Converges, Progress, Stop};
