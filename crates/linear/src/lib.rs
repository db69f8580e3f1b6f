//! Linear models: how much is each square metre worth?
//!
//! A line through points, a plane through a cloud: the prediction is a sum of columns, each times its coefficient, and
//! learning is finding the coefficients that miss the targets least. The models differ in what a miss costs, and in what
//! large coefficients cost.
//!
//! ```text
//! ŷ = x·w + b                              w: coefficients, b: intercept (never penalised); r = y − ŷ; v: weights, Σ v = 1
//!
//! LinearRegression    Σ weight r²                                     ElasticNet   ½ Σ v r² + alpha (l1_ratio |w|₁ + (1 − l1_ratio)/2 |w|²)
//! Ridge               Σ weight r² + l2 |w|²                           Lasso        ½ Σ v r² + alpha |w|₁
//! HuberRegressor      Σ weight (σ + σ H(r/σ)) + l2 |w|²               PoissonRegressor, GammaRegressor, TweedieRegressor:
//! SgdRegressor        Σ v loss(r) + the ElasticNet's penalty                      ½ Σ v d(y, e^ŷ) + alpha/2 |w|²
//! ```
//!
//! # Which one
//! | the question | the model |
//! |---|---|
//! | what goes with what, how surely, how large is the error | [`LinearRegression`], [`LinearRegression::infer`] |
//! | many columns that go together; the best predictions | [`Ridge`], its penalty by [`RidgeCv`] |
//! | many columns of which few matter, and which | [`Lasso`], its penalty by [`LassoCv`], all penalties by [`lasso_path`] |
//! | the same, where those that matter go together | [`ElasticNet`], [`ElasticNetCv`], [`enet_path`] |
//! | some targets are slips | [`HuberRegressor`] |
//! | counts; positive amounts; amounts that are often 0 | [`PoissonRegressor`]; [`GammaRegressor`]; [`TweedieRegressor`] |
//! | more rows than memory | sums: [`GramStatistics`]; batches: [`SgdRegressor`] |
//!
//! # The steps
//! Least squares and ridge have a formula, the normal equations `(X'X + l2 I) w = X'y`:
//! 1. One parallel pass over the rows takes `X'X` and `X'y` about the means ([`GramStatistics`]).
//! 2. A Cholesky factor solves them; where squaring X has cost digits, the solution is refined on the rows.
//! 3. Collinear columns, constant columns and more columns than rows are found out, and the singular values of X (or, for
//!    ridge, the products of its rows) give the solution of least norm.
//!
//! The lasso and the elastic net descend, coordinate by coordinate, on the few columns that matter, and look at all columns
//! only to find out which these are: three to five passes over x. The duality gap says how far the objective is above its
//! minimum at most. Robust and generalised models take Newton's steps, each a least-squares problem of weighted rows; with
//! more than 1,000 columns the generalised ones find the step by conjugate gradients instead, without any p x p matrix.
//! [`SgdRegressor`] goes from row to row.
//!
//! # The knobs
//! - `fit_intercept`: whether the line may miss the origin.
//! - `l2`, `alpha`: how hard coefficients are pulled towards 0. Put the columns on one scale before you turn them. `l2`
//!   stands beside a sum over rows, `alpha` beside a mean: the names, and the objectives, are scikit-learn's (where ridge
//!   and Huber call theirs alpha as well).
//! - `tol`: how exactly what iterates ends; its model tells how it went (`convergence`).
//!
//! # Ways to fit
//! | what | how |
//! |---|---|
//! | one output, or several | the target is a [`DVector`], or a [`DMatrix`] with a column an output (the first four and `RidgeCv`) |
//! | some rows count more | [`FitWeighted`]: every estimator |
//! | most entries are 0 | the lasso and its kin and [`SgdRegressor`] take a [`CsrMatrix`]; all models predict one |
//! | rows in batches, on several machines | [`Accumulate`], [`Merge`], then [`FitFrom`] |
//! | row by row, batch by batch | [`SgdRegressor`] by [`PartialFit`] |
//! | watched, stopped early | [`FitObserved`]: all that iterate; [`Converges`] tells how it ended |
//! | single precision | the same with `f32`; sums are kept in `f64` |
//!
//! # Complexity
//! n p² / 2 multiplications for n rows of p columns, then p³ / 3; 2 n p a step of refinement. Collinear data: about 6 n p².
//! Ridge with fewer rows than columns: n² p. The lasso: 2 n p a pass. Robust and generalised: 4 to 10 times least squares.
//! SGD: 4 n p an epoch.
//!
//! # Trade-offs
//! The simplest models with an answer that can be read. They see straight lines only; give them columns that bend
//! (logarithms, squares, products) where the world does.
//!
//! # Determinism
//! No randomness but the order of [`SgdRegressor`]'s rows, which is seeded; the same bits on any number of threads.
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
//! Which of a hundred columns matter?
//! ```
//! use cairn_linear::{DMatrix, DVector, Fit, LassoCv};
//! let x = DMatrix::from_fn(80, 100, |i, j| ((i * i + 7 * i * j + j) as f64 * 0.31).sin());
//! let y = DVector::from_fn(80, |i, _| 3.0 * x[(i, 4)] - 2.0 * x[(i, 50)] + 0.1 * ((i * 37) as f64).sin());
//! let model = LassoCv::new().fit(&x, &y)?;
//! assert!(model.coefficients()[4] > 2.8 && model.coefficients()[50] < -1.8);
//! // a few others come in by chance, hardly counted
//! assert!(model.coefficients().iter().filter(|w| w.abs() > 0.1).count() == 2);
//! # Ok::<(), cairn_linear::Error>(())
//! ```
//!
//! # References
//! Björck (1996), Numerical Methods for Least Squares Problems. Hoerl and Kennard (1970), Ridge regression, Technometrics
//! 12. Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, chapter 3. Hastie, Tibshirani and
//! Wainwright (2015), Statistical Learning with Sparsity.
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
    mod problem;
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
    pub use params::{SgdLoss, SgdRegressor};
}
mod dot;
mod factored;
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

pub use cairn_optim::{LearningRate, Schedule, StepLength};
pub use cairn_traits::{
    Accumulate, Convergence, Converges, CsrMatrix, DMatrix, DVector, Error, Fit, FitFrom, FitObserved, FitWeighted,
    Float, Hyperparameters, Merge, Outputs, PartialFit, Persist, Predict, Progress, Result, Stop, rows,
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
pub use sgd::{SgdFit, SgdLoss, SgdModel, SgdRegressor};
pub use statistics::GramStatistics;
