//! Linear regression: how much is each square metre worth?
//!
//! A line through points, a plane through a cloud: the prediction is a sum of columns, each times its coefficient, and
//! learning is finding the coefficients that miss the targets least.
//!
//! ```text
//! ŷ = x·w + b                                     w: coefficients, b: intercept
//! minimise  Σ wᵢ (yᵢ − ŷᵢ)²                        LinearRegression
//! minimise  Σ wᵢ (yᵢ − ŷᵢ)² + l2 |w|²              Ridge
//! ```
//!
//! Forward pass: `ŷ`. Cost: the sum of squares. There is no loop of small steps here: the cost is a bowl whose lowest
//! point has a formula, the normal equations `(X'X + l2 I) w = X'y`.
//!
//! # The steps
//! 1. One parallel pass over the rows takes `X'X` and `X'y` about the means ([`GramStatistics`]).
//! 2. A Cholesky factor solves them; where squaring X has cost digits, the solution is refined on the rows.
//! 3. Collinear columns, constant columns and more columns than rows are found out, and the singular values of X give
//!    the solution of least norm.
//!
//! # The knobs
//! - `fit_intercept`: whether the line may miss the origin.
//! - `l2` ([`Ridge`]): how hard coefficients are pulled towards 0. Put the columns on one scale before you turn it.
//!
//! # Ways to fit
//! | what | how |
//! |---|---|
//! | one output, or several | the target is a [`DVector`], or a [`DMatrix`] with a column an output |
//! | some rows count more | [`FitWeighted`] |
//! | rows in batches, on several machines | [`Accumulate`], [`Merge`], then [`FitFrom`] |
//! | single precision | the same with `f32`; sums are kept in `f64` |
//!
//! # Complexity
//! n p² / 2 multiplications for n rows of p columns, then p³ / 3; 2 n p a step of refinement. Collinear or wide data:
//! about 6 n p².
//!
//! # Trade-offs
//! The simplest model with an answer in closed form, and one that can be read. It sees straight lines only; outliers
//! pull it with the square of their distance.
//!
//! # Determinism
//! No randomness; the same bits on any number of threads.
//!
//! # Examples
//! ```
//! use cairn_linear::{DVector, Fit, LinearRegression, Predict, rows};
//! // size in m2, floor -> rent in euro
//! let flats = rows(&[[30.0, 1.0], [45.0, 2.0], [60.0, 1.0], [75.0, 4.0]]);
//! let rents = DVector::from_vec(vec![510.0, 745.0, 960.0, 1215.0]); // 15 a square metre, 10 a floor, and 50
//! let model = LinearRegression::new().fit(&flats, &rents)?;
//! assert!((model.coefficients()[1] - 10.0_f64).abs() < 1e-10);
//! assert!((model.predict(&rows(&[[50.0, 3.0]]))?[0] - 830.0).abs() < 1e-9);
//! # Ok::<(), cairn_linear::Error>(())
//! ```
//!
//! # References
//! Björck (1996), Numerical Methods for Least Squares Problems. Hoerl and Kennard (1970), Ridge regression, Technometrics
//! 12. Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, sections 3.2 and 3.4.
#![forbid(unsafe_code)]

mod coordinate_descent {
    mod columns;
    mod dense;
    mod descent;
    mod input;
    mod penalty;
    mod restricted;
    mod sparse;
    mod sums;
    pub(crate) use columns::{Columns, Target, support};
    pub(crate) use dense::{about_mean, normalised};
    pub(crate) use descent::{Descent, Ended, Limits};
    pub use input::Input;
    pub(crate) use input::{Plan, Prepared, checked};
    pub(crate) use penalty::Penalty;
    pub(crate) use sums::Sums;
}
mod cross_validated {
    mod fit;
    mod model;
    mod params;
    pub use model::{Choice, ElasticNetChoice, ElasticNetCvModel, LassoChoice, LassoCvModel};
    pub use params::{ElasticNetCv, LassoCv};
}
mod elastic_net {
    mod fit;
    mod model;
    mod params;
    pub(crate) use fit::{Descended, intercept, unwatched};
    pub use model::{ElasticNetModel, ElasticPenalised};
    pub use params::ElasticNet;
    pub(crate) use params::check_ratio;
}
mod generalized {
    mod family;
    mod fit;
    mod model;
    mod params;
    pub use model::{GammaFit, GammaModel, PoissonFit, PoissonModel, TweedieFit, TweedieModel};
    pub use params::{GammaRegressor, PoissonRegressor, TweedieRegressor};
}
mod huber {
    mod fit;
    mod model;
    mod params;
    pub use model::{HuberFit, HuberModel};
    pub use params::HuberRegressor;
}
mod inference {
    mod distributions;
    mod infer;
    mod summary;
    pub use summary::{Inference, Intervals, Term};
}
mod lasso {
    mod fit;
    mod model;
    mod params;
    pub use model::{L1Penalised, LassoModel};
    pub use params::Lasso;
}
mod linear_regression {
    mod fit;
    mod model;
    mod params;
    pub use model::{LeastSquares, LinearRegressionModel};
    pub use params::LinearRegression;
}
mod ridge {
    mod fit;
    mod model;
    mod params;
    pub use model::{Penalised, RidgeModel};
    pub use params::Ridge;
}
mod sgd {
    mod fit;
    mod model;
    mod params;
    pub use model::{SgdFit, SgdModel};
    pub use params::{LearningRate, SgdLoss, SgdRegressor};
}
mod dot;
mod ridge_cv {
    mod fit;
    mod model;
    mod params;
    pub use model::{RidgeChoice, RidgeCvModel};
    pub use params::RidgeCv;
}
mod model;
mod newton;
mod normal_equations;
mod path;
mod refine;
mod solution;
mod statistics;

pub use cairn_traits::{
    Accumulate, Convergence, CsrMatrix, DMatrix, DVector, Error, Fit, FitFrom, FitObserved, FitWeighted, Float,
    Hyperparameters, Merge, Outputs, PartialFit, Persist, Predict, Progress, Result, Stop, rows,
};
pub use coordinate_descent::Input;
pub use cross_validated::{
    Choice, ElasticNetChoice, ElasticNetCv, ElasticNetCvModel, LassoChoice, LassoCv, LassoCvModel,
};
pub use elastic_net::{ElasticNet, ElasticNetModel, ElasticPenalised};
pub use generalized::{
    GammaFit, GammaModel, GammaRegressor, PoissonFit, PoissonModel, PoissonRegressor, TweedieFit, TweedieModel,
    TweedieRegressor,
};
pub use huber::{HuberFit, HuberModel, HuberRegressor};
pub use inference::{Inference, Intervals, Term};
pub use lasso::{L1Penalised, Lasso, LassoModel};
pub use linear_regression::{LeastSquares, LinearRegression, LinearRegressionModel};
pub use model::{Kind, LinearModel};
pub use path::{Alphas, RegularizationPath, enet_path, lasso_path};
pub use ridge::{Penalised, Ridge, RidgeModel};
pub use ridge_cv::{RidgeChoice, RidgeCv, RidgeCvModel};
pub use sgd::{LearningRate, SgdFit, SgdLoss, SgdModel, SgdRegressor};
pub use statistics::GramStatistics;
