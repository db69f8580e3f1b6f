use cairn_traits::{Alias, ClassWeights, Error, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// How the minimum is found; each finds the same one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// By shape and penalty: see [`LogisticRegression`].
    #[default]
    Auto,
    /// L-BFGS from what the columns' scatter tells of the Hessian: a pass over x an iteration.
    Lbfgs,
    /// Newton's method with the whole Hessian: few iterations of a pass and a Gram matrix each. For few columns.
    NewtonCholesky,
    /// Newton's method with conjugate gradients: many digits where there are many columns; not for l1.
    NewtonCg,
}

/// Logistic regression: classes by the largest of some linear scores, whose coefficients make what was seen most likely.
///
/// ```text
/// two classes   P(1 | x) = 1 / (1 + e^−z),        z = x·w + b
/// many classes  P(c | x) = e^z_c / Σ e^z,         z_c = x·w_c + b_c
/// minimised     Σᵢ weightᵢ (−ln P(yᵢ | xᵢ)) + l2/2 |w|² + l1 |w|₁           over all w; intercepts b are free
/// ```
///
/// | penalty | | scikit-learn's |
/// |---|---|---|
/// | none | `.l2(0.0)` | `C = inf` |
/// | l2 (default) | `.l2(1.0)`, or by its inverse `.c(1.0)` | `C = 1/l2` |
/// | l1 | `.l2(0.0).l1(1.0)` | `C = 1/l1, l1_ratio = 1` |
/// | elastic net | both | `C = 1/(l1 + l2), l1_ratio = l1 / (l1 + l2)` |
///
/// # Solvers
/// | | without l1 | with l1 |
/// |---|---|---|
/// | [`Solver::Lbfgs`] | gradients, and the columns' scatter to begin with | orthant by orthant |
/// | [`Solver::NewtonCholesky`] | the whole Hessian, at most 4,096 coefficients | proximal: coordinate descent on parabolas |
/// | [`Solver::NewtonCg`] | products with the Hessian | refused |
/// | [`Solver::Auto`] | L-BFGS up to 2,048 columns (256 sparse ones) and as many rows, else Newton-CG | proximal, of many classes up to 128 columns; else orthant by orthant |
///
/// With l1 and more than 256 columns the problem is solved on few columns at a time, until all agree.
///
/// The tables name what each is good at; all find the same minimum. Many classes, l1 and hundreds of columns that go
/// together (pixels) are slow with any.
///
/// # Convergence
/// The end is where no derivative of the mean loss is above `tol` (with l1: beyond the penalty). Without a penalty, classes
/// that can be told apart without error have no minimum: [`crate::Stop::Diverged`] says so, with the finite coefficients
/// where the slope had become less than `tol`.
///
/// # Errors
/// A hyperparameter out of range; fewer than two classes; x without rows or columns, or not finite; weights that are
/// negative, not finite or all 0; a class weight for a class that is not there.
///
/// # Examples
/// ```
/// use cairn_logistic::{Fit, LogisticRegression, Predict, Probabilistic, rows};
/// let hours = rows(&[[0.5], [1.0], [1.5], [2.5], [3.0], [4.0]]);
/// let passed = [0, 0, 1, 0, 1, 1];
/// let model = LogisticRegression::new().fit(&hours, &passed)?;
/// assert_eq!(model.predict(&rows(&[[0.7], [3.5]]))?, [0, 1]);
/// let p = model.predict_proba(&rows(&[[3.5]]))?[(0, 1)];
/// assert!(p > 0.7 && p < 0.9);
/// # Ok::<(), cairn_logistic::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogisticRegression {
    pub(crate) l2: f64,
    pub(crate) l1: f64,
    pub(crate) fit_intercept: bool,
    pub(crate) class_weights: ClassWeights,
    pub(crate) solver: Solver,
    pub(crate) tol: f64,
    pub(crate) max_iter: usize,
}

impl LogisticRegression {
    /// An l2 penalty of 1 and an intercept, as in scikit-learn; solved to a gradient of 1e-6 of the mean loss, where
    /// scikit-learn stops at 1e-4.
    pub fn new() -> Self {
        Self {
            l2: 1.0,
            l1: 0.0,
            fit_intercept: true,
            class_weights: ClassWeights::Uniform,
            solver: Solver::Auto,
            tol: 1e-6,
            max_iter: 1000,
        }
    }

    /// The weight of the squares, at least 0: large keeps coefficients small and alike.
    #[must_use]
    pub fn l2(mut self, l2: f64) -> Self {
        self.l2 = l2;
        self
    }

    /// The penalty by its inverse: `l2 = 1/c`.
    #[must_use]
    pub fn c(self, c: f64) -> Self {
        self.l2(1.0 / c)
    }

    /// The weight of the absolute values, at least 0: large leaves few coefficients that are not exactly 0.
    #[must_use]
    pub fn l1(mut self, l1: f64) -> Self {
        self.l1 = l1;
        self
    }

    /// Whether scores have an intercept; without, a row of zeros is a draw.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }

    /// How much the rows of each class count.
    #[must_use]
    pub fn class_weights(mut self, class_weights: ClassWeights) -> Self {
        self.class_weights = class_weights;
        self
    }

    /// How the minimum is found.
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// The largest derivative of the mean loss at the end, at least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Iterations at most.
    #[must_use]
    pub fn max_iter(mut self, max_iter: usize) -> Self {
        self.max_iter = max_iter;
        self
    }
}

impl Default for LogisticRegression {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for LogisticRegression {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("l2", 0.0, self.l2, "a number of at least 0")?;
        check::parameter_at_least("l1", 0.0, self.l1, "a number of at least 0")?;
        if self.l1 > 0.0 && self.solver == Solver::NewtonCg {
            return Err(Error::Parameter { name: "l1", requirement: "0 with newton_cg", found: self.l1 });
        }
        check::parameter_at_least("tol", 0.0, self.tol, "a number of at least 0")?;
        self.class_weights.validate()
    }

    const ALIASES: &'static [Alias] = &[Alias { name: "c", field: "l2", value: f64::recip }];
}
