//! Laws that estimators keep, checked on drawn data: point them at your own.
//!
//! A test with numbers says that one answer was right once. A law says what is right for all data: the same rows in
//! another order give the same model; a weight of 2 is the row twice; residuals are orthogonal to the columns. Nobody has
//! to know the right answer to see that two answers disagree. Data that breaks a law is shrunk until the mistake can be
//! seen with the bare eye.
//!
//! # Check your own estimator
//! It needs [`Fit`](cairn_traits::Fit) on a `DMatrix<f64>`, and a model with [`Predict`](cairn_traits::Predict); a type of
//! another crate goes into a newtype with these two. Here, one that forgets something:
//! ```
//! use cairn_laws::{Law, Laws};
//! use cairn_traits::{DMatrix, DVector, Error, Fit, Outputs, Predict, Result, check};
//!
//! /// Predicts the mean.
//! struct Mean;
//! struct MeanModel(f64, usize);
//!
//! impl Fit<DMatrix<f64>, DVector<f64>> for Mean {
//!     type Model = MeanModel;
//!     fn fit(&self, x: &DMatrix<f64>, y: &DVector<f64>) -> Result<MeanModel> {
//!         check::training(x)?;
//!         check::rows("y", x.nrows(), y.len())?; // as many, but finite?
//!         Ok(MeanModel(y.mean(), x.ncols()))
//!     }
//! }
//! impl Predict<DMatrix<f64>> for MeanModel {
//!     type Output = DVector<f64>;
//!     fn predict(&self, x: &DMatrix<f64>) -> Result<DVector<f64>> {
//!         check::query(x, self.1)?;
//!         Ok(DVector::from_element(x.nrows(), self.0))
//!     }
//! }
//!
//! let report = Laws::regressor(&Mean).cases(32).check();
//! println!("{report}"); // a line for each law, and below those that are broken the smallest data that shows it
//! let broken: Vec<Law> = report.broken().map(|(law, _)| law).collect();
//! assert_eq!(broken, [Law::NonFiniteTarget]);
//! ```
//! In a test, [`Laws::assert`] takes the place of `check` and of what follows it.
//!
//! Begin with [`Laws::regressor`], [`Laws::classifier`], [`Laws::clusterer`], or, with the estimator in a [`ByTransform`],
//! [`Laws::transformer`].
//!
//! # Ask for more
//! | what the estimator can do besides | ask for it |
//! |---|---|
//! | weights | [`Laws::weighted`] |
//! | files | [`Laws::persistent`] |
//! | sums that merge | [`Laws::accumulates`] |
//! | hyperparameters as data | [`Laws::hyperparameters`] |
//! | probabilities | [`Laws::probabilistic`] |
//! | several outputs, single precision | [`Laws::several_outputs`], `single_precision` |
//! | it is least squares, ridge, nearest neighbours | [`Laws::least_squares`], [`Laws::ridge`], `nearest_neighbors` |
//! | a transform that is linear, a way back | [`Laws::affine`], [`Laws::orthonormal`], [`Laws::projection`], [`Laws::invertible`] |
//! | clusters with labels, centroids, an inertia | [`Laws::labels`], [`Laws::centroids`], [`Laws::inertia`], [`Laws::settles`], [`Laws::more_starts`] |
//! | clusters from given starts, clusters that share rows | [`Laws::given_starts`], [`Laws::given_starts_weighted`], [`Laws::soft`] |
//! | shifting, or shifting and scaling, changes nothing | [`Laws::translation_invariant`], [`Laws::scale_invariant`] |
//!
//! The bounds of each say what it needs. [`Law`] lists all laws in a sentence each, [`checks`] has them as functions for
//! data of your own, [`strategies`] the data for laws of your own.
//!
//! # Exceptions
//! A law that rightly does not hold is declared, with the reason: [`Laws::except`]. It is asked all the same, so that the
//! declaration falls when it is no longer true.
//!
//! # Determinism
//! The seed is fixed; the variable `PROPTEST_CASES`, or [`Laws::cases`] and [`Laws::seed`], ask for longer or other runs.
//!
//! # References
//! Claessen and Hughes (2000), QuickCheck: a lightweight tool for random testing of Haskell programs. Chen, Cheung and Yiu
//! (1998), Metamorphic testing. MacIver, Hatfield-Dodds et al. (2019), Hypothesis, JOSS 4.
#![forbid(unsafe_code)]

mod answer;
mod by_transform;
mod case;
pub mod checks;
pub mod clusterers;
mod groups;
mod law;
pub mod linear;
mod neighbors;
mod report;
mod runner;
pub mod strategies;
pub mod transformers;

pub use answer::{Answer, Broken, Learner, Verdict, close, same_bits};
pub use by_transform::{ByTransform, Transforming};
pub use case::Case;
pub use law::Law;
pub use report::{Counterexample, Outcome, Report};
pub use runner::Laws;
pub use strategies::{Classification, Design, Draws, Regression, Unlabelled};
