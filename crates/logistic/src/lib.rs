//! Logistic regression: how likely is yes?
//!
//! "Will I rent it?" A line through size and rent gives a score; the larger, the more likely a yes. Squeezed through an
//! S-shaped curve the score becomes a probability, and learning is to choose the line under which the answers that were
//! given are most likely.
//!
//! ```text
//! score        z = x·w + b                     a number for each row: the log-odds of yes
//! probability  p = 1 / (1 + e^−z)              0 → 1/2, 2 → 0.88, −2 → 0.12
//! cost         Σ −ln(probability of what was seen) + l2/2 |w|² + l1 |w|₁
//! ```
//! With more than two classes each has a score of its own, and `e^z` over the sum of all is its probability.
//!
//! # The steps
//! 1. **Forward pass**: the scores of all rows, and what they cost.
//! 2. **Backward pass**: the slope of the cost by each coefficient, `X'(p − y) + l2 w`. How wrong each row is, times where
//!    it stands: nothing more.
//! 3. **Step**: downhill. Not straight down, which zigzags, but corrected by how the slope bends ([`Solver`]).
//! 4. Until it is flat: the cost has one minimum, so every road ends there.
//!
//! # The knobs
//! - `l2` (or its inverse, `c`): how dear large coefficients are. Strong: cautious, all probabilities nearer to the shares of
//!   the classes. Weak: bold, and on few rows overconfident. [`LogisticCv`] chooses it by rows left out.
//! - `l1`: how dear it is to use a column at all. Coefficients become exactly 0.
//! - `class_weights`: what a rare class is worth; [`ClassWeights::Balanced`] makes all classes count the same.
//! - `tol`, `max_iter`: how exactly the minimum is wanted. The default is exact to more digits than anybody reads.
//!
//! # Clean your data
//! Penalties compare coefficients, so columns should be on one scale (`StandardScaler` of `cairn-preprocess`). The solvers
//! put up with any scale.
//!
//! # Which
//! | | for |
//! |---|---|
//! | [`LogisticRegression`] | the exact minimum: the usual choice, dense or sparse |
//! | [`LogisticCv`] | the same, choosing l2 |
//! | [`SgdClassifier`] | row by row, rows that keep coming; also the support vector machine's hinge |
//!
//! # Complexity
//! n p multiplications an iteration, twice, in one pass over x; ten iterations are usual for a few columns, a hundred for
//! hundreds that go together.
//!
//! # Trade-offs
//! Fast, exact, small, honest probabilities, coefficients that can be read: `e^w` is how much the odds grow with a column.
//! But the border between two classes is a plane: what bends needs other columns (squares, products), or another model.
//!
//! # Determinism
//! No randomness but the order of rows in [`SgdClassifier`], drawn from its seed; the same bits on any number of threads.
//!
//! # Examples
//! ```
//! use cairn_logistic::{Fit, LogisticRegression, Named, Predict, Probabilistic, rows};
//! // size in m2, rent in 100 euro: would I rent it?
//! let flats = rows(&[[30.0, 9.0], [45.0, 8.0], [60.0, 9.5], [35.0, 12.0], [50.0, 13.0], [70.0, 12.0]]);
//! let answers = ["no", "yes", "yes", "no", "no", "yes"];
//! let model = Named(LogisticRegression::new()).fit(&flats, &answers)?;
//! assert_eq!(model.predict(&rows(&[[65.0, 9.0], [30.0, 13.0]]))?, ["yes", "no"]);
//! # Ok::<(), cairn_logistic::Error>(())
//! ```
//! How sure, and which way does a column pull?
//! ```
//! use cairn_logistic::{Fit, LogisticRegression, Probabilistic, rows};
//! let flats = rows(&[[30.0, 9.0], [45.0, 8.0], [60.0, 9.5], [35.0, 12.0], [50.0, 13.0], [70.0, 12.0]]);
//! let model = LogisticRegression::new().fit(&flats, &[0, 1, 1, 0, 0, 1])?;
//! let p = model.predict_proba(&rows(&[[65.0, 9.0]]))?;
//! assert!((p[(0, 0)] + p[(0, 1)] - 1.0_f64).abs() < 1e-12 && p[(0, 1)] > 0.9);
//! let w = model.coefficients();
//! assert!(w[0] > 0.0 && w[1] < 0.0); // larger: rather yes; dearer: rather no
//! # Ok::<(), cairn_logistic::Error>(())
//! ```
//!
//! # References
//! Cox (1958), The regression analysis of binary sequences. Hastie, Tibshirani and Friedman (2009), The Elements of
//! Statistical Learning, section 4.4. Minka (2003), A comparison of numerical optimizers for logistic regression. Böhning
//! (1992), Multinomial logistic regression algorithm.
#![forbid(unsafe_code)]

mod cross_validated {
    mod fit;
    mod model;
    mod params;
    pub use model::{LogisticCvModel, PenaltyChoice};
    pub use params::{LogisticCv, Scoring};
}
mod dense;
mod fit;
mod input;
mod loss;
mod model;
mod newton;
mod objective;
mod params;
mod preconditioner;
mod proximal;
mod scores;
mod sgd {
    mod fit;
    mod model;
    mod params;
    pub use model::SgdClassifierModel;
    pub use params::{SgdClassifier, SgdClassifierLoss};
}
mod sparse;
mod working_set;

pub use cairn_optim::{LearningRate, Schedule, StepLength};
pub use cairn_traits::{
    ClassWeights, Classes, Convergence, Converges, CsrMatrix, DMatrix, DVector, Decision, Error, Fit, FitObserved,
    FitWeighted, Float, Hyperparameters, Named, NamedModel, PartialFit, Persist, Predict, Probabilistic, Progress,
    Result, Stop, rows,
};
pub use cross_validated::{LogisticCv, LogisticCvModel, PenaltyChoice, Scoring};
pub use input::{Input, Passes};
pub use model::LogisticModel;
pub use params::{LogisticRegression, Solver};
pub use sgd::{SgdClassifier, SgdClassifierLoss, SgdClassifierModel};
