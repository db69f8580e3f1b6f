//! The solutions for many penalties, each begun where the last one ended.

use crate::{
    ElasticNet, Lasso,
    coordinate_descent::{Columns, Descent, Ended, Input, Plan, Target, checked},
    elastic_net::{intercept, unwatched},
};
use cairn_traits::{DMatrix, DVector, Error, Float, Hyperparameters, Outputs, Result, check};
use serde::{Deserialize, Serialize};

/// Which penalties to try.
///
/// # Examples
/// ```
/// use cairn_linear::Alphas;
/// assert_eq!(Alphas::default(), Alphas::Grid { n: 100, eps: 1e-3 });
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alphas {
    /// From the least penalty at which all coefficients are 0, in `n` equal ratios, down to `eps` of it.
    Grid {
        /// How many, at least 1.
        n: usize,
        /// The last over the first, above 0 and below 1.
        eps: f64,
    },
    /// These, from the largest to the least.
    Given(Vec<f64>),
}

impl Default for Alphas {
    /// A hundred over three orders of magnitude, as in scikit-learn.
    fn default() -> Self {
        Self::Grid { n: 100, eps: 1e-3 }
    }
}

impl Alphas {
    pub(crate) fn validate(&self) -> Result<()> {
        match self {
            Self::Grid { n, eps } => {
                check::parameter_at_least("n_alphas", 1.0, *n as f64, "at least 1")?;
                let inside = *eps > 0.0 && *eps < 1.0;
                let requirement = "a number between 0 and 1";
                if inside { Ok(()) } else { Err(Error::Parameter { name: "eps", requirement, found: *eps }) }
            }
            Self::Given(alphas) => {
                check::parameter_at_least("alphas", 1.0, alphas.len() as f64, "at least one number")?;
                let mut alphas = alphas.iter();
                alphas.try_for_each(|&a| check::parameter_at_least("alphas", 0.0, a, "numbers of at least 0"))
            }
        }
    }

    /// Descending. The grid begins at the strongest pull on a coefficient of 0.
    pub(crate) fn descending(&self, net: &ElasticNet, target: &Target) -> Result<Vec<f64>> {
        match self {
            Self::Given(alphas) => {
                let mut alphas = alphas.clone();
                alphas.sort_by(|a, b| b.total_cmp(a));
                Ok(alphas)
            }
            Self::Grid { n, eps } => {
                if net.l1_ratio == 0.0 {
                    let requirement = "above 0 for a grid of penalties, or penalties given";
                    return Err(Error::Parameter { name: "l1_ratio", requirement, found: 0.0 });
                }
                let force = |pull: &f64| net.penalty(0.0).force(*pull, 0.0);
                let strongest = target.pulls.iter().map(force).fold(0.0, f64::max);
                // a target that nothing pulls: any penalty gives zeros
                let first = (strongest / net.l1_ratio).max(1e-15);
                let last = n.saturating_sub(1).max(1) as f64;
                Ok((0..*n).map(|i| first * eps.powf(i as f64 / last)).collect())
            }
        }
    }
}

/// Coefficients for each of many penalties: what [`lasso_path`] and [`enet_path`] answer.
#[derive(Clone, Debug, PartialEq)]
pub struct RegularizationPath<F: Float> {
    /// The penalties, descending.
    pub alphas: Vec<f64>,
    /// n_features x n_alphas.
    pub coefficients: DMatrix<F>,
    /// One for each penalty.
    pub intercepts: DVector<F>,
    /// How far each objective is above its minimum at most.
    pub gaps: Vec<f64>,
    /// Passes over the working set for each penalty.
    pub n_iter: Vec<usize>,
}

impl ElasticNet {
    /// The solutions for all of `alphas` (its own `alpha` is not asked).
    ///
    /// # Errors
    /// Those of a fit; [`Error::Parameter`] for alphas out of range, or a grid where `l1_ratio` is 0.
    ///
    /// # Complexity
    /// About that of one fit for the smallest penalty: each begins where the last one ended. Up to 2,048 columns, no more
    /// than rows, all products of columns are taken once, n p² / 2, and x is not read again.
    pub fn path<X: Input>(
        &self,
        x: &X,
        y: &DVector<X::Scalar>,
        weights: Option<&[f64]>,
        alphas: &Alphas,
    ) -> Result<RegularizationPath<X::Scalar>> {
        self.validate()?;
        alphas.validate()?;
        checked(x, y.as_columns(), weights)?;
        let (columns, targets) = x.prepare(y.as_columns(), weights, self.fit_intercept, Plan::Path)?;
        let Some(target) = targets.first() else {
            return Err(Error::Shape { what: "y", unit: "columns", expected: 1, found: 0 });
        };
        let alphas = alphas.descending(self, target)?;
        let mut path = RegularizationPath {
            coefficients: DMatrix::zeros(x.n_features(), alphas.len()),
            intercepts: DVector::zeros(alphas.len()),
            gaps: Vec::new(),
            n_iter: Vec::new(),
            alphas,
        };
        let alphas = path.alphas.clone();
        self.walk(&columns, target, &alphas, |k, coefficients, ended| {
            let column = path
                .coefficients
                .column_mut(k)
                .iter_mut()
                .zip(coefficients)
                .map(|(to, w)| *to = X::Scalar::of(*w))
                .count();
            debug_assert_eq!(column, coefficients.len());
            path.intercepts[k] = X::Scalar::of(intercept(target.mean, columns.means(), coefficients));
            path.gaps.push(ended.gap);
            path.n_iter.push(ended.convergence.n_iter);
        })?;
        Ok(path)
    }

    /// Solves for each penalty in turn and shows its coefficients.
    pub(crate) fn walk<C: Columns>(
        &self,
        columns: &C,
        target: &Target,
        alphas: &[f64],
        mut show: impl FnMut(usize, &[f64], Ended),
    ) -> Result<()> {
        let mut descent = Descent::new(columns, target);
        let mut before = None;
        for (k, &alpha) in alphas.iter().enumerate() {
            let ended = descent.solve(self.penalty(alpha), before, self.limits(), &mut unwatched)?;
            show(k, &descent.coefficients, ended);
            before = Some(alpha * self.l1_ratio);
        }
        Ok(())
    }
}

impl Lasso {
    /// The solutions for all of `alphas` (its own `alpha` is not asked): see [`ElasticNet::path`].
    ///
    /// # Errors
    /// Those of a fit; [`Error::Parameter`] for alphas out of range.
    pub fn path<X: Input>(
        &self,
        x: &X,
        y: &DVector<X::Scalar>,
        weights: Option<&[f64]>,
        alphas: &Alphas,
    ) -> Result<RegularizationPath<X::Scalar>> {
        self.net().path(x, y, weights, alphas)
    }
}

/// The lasso for many penalties, with an intercept: which columns come in, and in which order.
///
/// # Errors
/// Those of a fit; [`Error::Parameter`] for alphas out of range.
///
/// # Examples
/// ```
/// use cairn_linear::{Alphas, DVector, lasso_path, rows};
/// let x = rows(&[[-1.0, 1.0], [0.0, -2.0], [1.0, 1.0]]);
/// let y = DVector::from_vec(vec![-3.0, -1.0, 4.0]);
/// let path = lasso_path(&x, &y, &Alphas::Grid { n: 3, eps: 0.01 })?;
/// // pulls x·y/n: 7/3 and 1; the second column is in as soon as alpha is below 1
/// assert!((path.alphas[0] - 7.0_f64 / 3.0).abs() < 1e-14 && path.coefficients[(0, 0)] == 0.0);
/// assert!(path.coefficients[(0, 1)] > 0.0 && path.coefficients[(1, 1)] > 0.0);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
pub fn lasso_path<X: Input>(x: &X, y: &DVector<X::Scalar>, alphas: &Alphas) -> Result<RegularizationPath<X::Scalar>> {
    Lasso::default().path(x, y, None, alphas)
}

/// The elastic net for many penalties, with an intercept.
///
/// # Errors
/// Those of a fit; [`Error::Parameter`] for alphas out of range, or a grid where `l1_ratio` is 0.
pub fn enet_path<X: Input>(
    x: &X,
    y: &DVector<X::Scalar>,
    l1_ratio: f64,
    alphas: &Alphas,
) -> Result<RegularizationPath<X::Scalar>> {
    ElasticNet::default().l1_ratio(l1_ratio).path(x, y, None, alphas)
}
