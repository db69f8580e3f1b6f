//! Dense and sparse x behind one name.

use super::{
    columns::{ByRows, Columns, Residual, Target},
    dense::Dense,
    sparse::Sparse,
    sums::Sums,
};
use cairn_numeric::Moments;
use cairn_optim::RowSlices;
use cairn_traits::{CsrMatrix, DMatrix, Error, Float, Result, Rows, check};
use nalgebra::DMatrixView;
use std::ops::Range;

/// An x that coordinate descent and stochastic gradient descent take: [`DMatrix`], or [`CsrMatrix`] where most entries are
/// 0.
pub trait Input: Rows + Prepare<Self::Scalar> {
    /// Single or double precision.
    type Scalar: Float;
}

impl<F: Float> Input for DMatrix<F> {
    type Scalar = F;
}

impl<F: Float> Input for CsrMatrix<F> {
    type Scalar = F;
}

/// How often the columns will be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// For one penalty.
    Once,
    /// For a path of penalties.
    Path,
}

/// What becomes of x.
#[derive(Debug)]
pub enum Prepared<'a, F: Float> {
    /// The matrix itself.
    Dense(Dense<'a, F>),
    /// Its columns.
    Sparse(Sparse),
    /// Products of its columns.
    Sums(Sums),
}

/// The steps before a descent; sealed.
pub trait Prepare<F: Float>: Sync {
    #[doc(hidden)]
    fn n_features(&self) -> usize;

    #[doc(hidden)]
    fn check(&self) -> Result<()>;

    #[doc(hidden)]
    fn prepare(
        &self,
        y: DMatrixView<'_, F>,
        weights: Option<&[f64]>,
        fit_intercept: bool,
        plan: Plan,
    ) -> Result<(Prepared<'_, F>, Vec<Target>)>;

    /// Moments of `[x | y]` of these rows, where it pays to have them.
    #[doc(hidden)]
    fn moments(&self, y: DMatrixView<'_, F>, weights: Option<&[f64]>, rows: Range<usize>) -> Result<Option<Moments>>;

    /// `x w` of these rows.
    #[doc(hidden)]
    fn product(&self, rows: Range<usize>, coefficients: &[f64]) -> Vec<f64>;

    /// Rows one after another; `flat` is where they are put if they do not lie so.
    #[doc(hidden)]
    fn row_slices<'a>(&'a self, flat: &'a mut Vec<F>) -> Result<RowSlices<'a, F>>;
}

/// Up to this many columns all products cost no more than the passes over x that they save.
const FEW_COLUMNS: usize = 128;

/// And up to this many, where there is a path of penalties to try.
const MOST_COLUMNS: usize = 2048;

impl<F: Float> Prepare<F> for DMatrix<F> {
    fn n_features(&self) -> usize {
        self.ncols()
    }

    fn check(&self) -> Result<()> {
        check::training(self)
    }

    fn prepare(
        &self,
        y: DMatrixView<'_, F>,
        weights: Option<&[f64]>,
        fit_intercept: bool,
        plan: Plan,
    ) -> Result<(Prepared<'_, F>, Vec<Target>)> {
        let (n, p) = self.shape();
        if p <= n && p <= if plan == Plan::Path { MOST_COLUMNS } else { FEW_COLUMNS } {
            let moments = Moments::of_dense(&[self.as_view(), y], weights)?;
            if moments.scatter().iter().any(|v| !v.is_finite()) {
                check::training(self)?;
            }
            let (sums, targets) = Sums::new(&moments, p, fit_intercept)?;
            return Ok((Prepared::Sums(sums), targets));
        }
        let (dense, targets) = Dense::new(self, y, weights, fit_intercept)?;
        Ok((Prepared::Dense(dense), targets))
    }

    fn moments(&self, y: DMatrixView<'_, F>, weights: Option<&[f64]>, rows: Range<usize>) -> Result<Option<Moments>> {
        let (n, p) = self.shape();
        if 2 * p > n || p > MOST_COLUMNS {
            return Ok(None);
        }
        let parts = [self.rows_range(rows.clone()), y.rows_range(rows.clone())];
        Moments::of_dense(&parts, weights.map(|weights| &weights[rows])).map(Some)
    }

    fn product(&self, rows: Range<usize>, coefficients: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; rows.len()];
        for (column, &w) in self.column_iter().zip(coefficients).filter(|(_, w)| **w != 0.0) {
            product.iter_mut().zip(&column.as_slice()[rows.clone()]).for_each(|(sum, x)| *sum += x.to_f64() * w);
        }
        product
    }

    fn row_slices<'a>(&'a self, flat: &'a mut Vec<F>) -> Result<RowSlices<'a, F>> {
        *flat = RowSlices::flatten(self);
        RowSlices::dense(flat, self.ncols())
    }
}

impl<F: Float> Prepare<F> for CsrMatrix<F> {
    fn n_features(&self) -> usize {
        self.ncols()
    }

    fn check(&self) -> Result<()> {
        check::sparse_training(self)
    }

    fn prepare(
        &self,
        y: DMatrixView<'_, F>,
        weights: Option<&[f64]>,
        fit_intercept: bool,
        _plan: Plan,
    ) -> Result<(Prepared<'_, F>, Vec<Target>)> {
        let (sparse, targets) = Sparse::new(self, y, weights, fit_intercept)?;
        Ok((Prepared::Sparse(sparse), targets))
    }

    fn moments(&self, _: DMatrixView<'_, F>, _: Option<&[f64]>, _: Range<usize>) -> Result<Option<Moments>> {
        Ok(None)
    }

    fn product(&self, rows: Range<usize>, coefficients: &[f64]) -> Vec<f64> {
        let dot = |row: usize| {
            let row = self.row(row);
            row.col_indices().iter().zip(row.values()).map(|(&j, x)| x.to_f64() * coefficients[j]).sum()
        };
        rows.map(dot).collect()
    }

    fn row_slices<'a>(&'a self, _: &'a mut Vec<F>) -> Result<RowSlices<'a, F>> {
        RowSlices::sparse(self)
    }
}

/// Whether rows, targets and weights can be learned from, in the order every estimator asks. That the numbers of x are
/// finite is seen while they are summed.
pub(crate) fn checked<X: Input>(x: &X, y: DMatrixView<'_, X::Scalar>, weights: Option<&[f64]>) -> Result<()> {
    check::at_least("x", 1, x.n_rows())?;
    if x.n_features() == 0 {
        return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
    }
    let rest = check::targets(y, x.n_rows())
        .and_then(|()| weights.map_or(Ok(()), |weights| check::weights(weights, x.n_rows())));
    // what is wrong with x is told first
    rest.or_else(|error| x.check().and(Err(error)))
}

impl<F: Float> Prepared<'_, F> {
    pub(crate) fn means(&self) -> &[f64] {
        match self {
            Self::Dense(of) => &of.means,
            Self::Sparse(of) => &of.means,
            Self::Sums(of) => &of.means,
        }
    }

    fn columns(&self) -> &dyn Columns {
        match self {
            Self::Dense(of) => of,
            Self::Sparse(of) => of,
            Self::Sums(of) => of,
        }
    }
}

impl<F: Float> Columns for Prepared<'_, F> {
    fn squares(&self) -> &[f64] {
        self.columns().squares()
    }

    fn products(&self, all: &[usize], new: &[usize]) -> Result<DMatrix<f64>> {
        self.columns().products(all, new)
    }

    fn refresh(&self, target: &Target, coefficients: &[f64], of: &[usize], pulls: &mut [f64]) -> Residual {
        self.columns().refresh(target, coefficients, of, pulls)
    }

    fn rows(&self) -> Option<&dyn ByRows> {
        self.columns().rows()
    }
}
