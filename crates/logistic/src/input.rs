//! Dense and sparse rows behind one name: products with coefficients, block by block.

use crate::{dense, sparse};
use cairn_numeric::{Moments, blocks};
use cairn_optim::RowSlices;
use cairn_traits::{CsrMatrix, DMatrix, Error, Float, Result, Rows, check};
use nalgebra::DMatrixView;
use std::ops::Range;

/// Rows that a linear classifier takes: [`DMatrix`], or [`CsrMatrix`] where most entries are 0 (text).
pub trait Input: Rows + ToOwned<Owned = Self> + Passes + Sync {
    /// Single or double precision. Sums are double in any case.
    type Scalar: Float;

    /// Rows one after another; `flat` is where they are put if they do not lie so.
    #[doc(hidden)]
    fn row_slices<'a>(&'a self, flat: &'a mut Vec<Self::Scalar>) -> Result<RowSlices<'a, Self::Scalar>>;
}

impl<F: Float> Input for DMatrix<F> {
    type Scalar = F;

    fn row_slices<'a>(&'a self, flat: &'a mut Vec<F>) -> Result<RowSlices<'a, F>> {
        *flat = RowSlices::flatten(self);
        RowSlices::dense(flat, self.ncols())
    }
}

impl<F: Float> Input for CsrMatrix<F> {
    type Scalar = F;

    fn row_slices<'a>(&'a self, _: &'a mut Vec<F>) -> Result<RowSlices<'a, F>> {
        RowSlices::sparse(self)
    }
}

/// What fits and answers ask of rows; sealed. Coefficients lie score by score: p of the first, p of the second, ...;
/// margins likewise, as many as rows of each.
pub trait Passes {
    #[doc(hidden)]
    fn n_columns(&self) -> usize;

    #[doc(hidden)]
    fn check_training(&self) -> Result<()>;

    #[doc(hidden)]
    fn check_query(&self, n_features: usize) -> Result<()>;

    /// How many stretches of rows are worked on at once, by shape alone.
    #[doc(hidden)]
    fn pieces(&self, n_scores: usize) -> usize;

    /// How many rows stay in the cache between both halves of a pass.
    #[doc(hidden)]
    fn block_rows(&self) -> usize;

    /// `margins += X w` of a block of rows; `between` makes residuals of them; `pulls += X' residuals`, unless empty.
    #[doc(hidden)]
    fn pass(
        &self,
        rows: Range<usize>,
        coefficients: &[f64],
        margins: &mut [f64],
        between: &mut dyn FnMut(&mut [f64]),
        pulls: &mut [f64],
    );

    /// These columns alone.
    #[doc(hidden)]
    #[must_use]
    fn take_columns(&self, columns: &[usize]) -> Self
    where
        Self: Sized;

    /// Whether the scatter of the columns costs less than it saves.
    #[doc(hidden)]
    fn scatter_pays(&self) -> bool;

    /// Means and scatter of the columns under weights.
    #[doc(hidden)]
    fn moments(&self, weights: &[f64]) -> Result<Moments>;

    /// `Σ w x²` of each column.
    #[doc(hidden)]
    fn squares(&self, weights: &[f64]) -> Vec<f64>;

    /// `X w + b`, n x n_scores; `flat` holds the coefficients, then the intercepts (none: all 0).
    #[doc(hidden)]
    fn margins(&self, flat: &[f64], n_scores: usize) -> DMatrix<f64>
    where
        Self: Rows + Sync,
    {
        let (n, p) = (self.n_rows(), self.n_columns());
        let (coefficients, intercepts) = flat.split_at(p * n_scores);
        let block = |rows: Range<usize>| {
            let mut margins = filled(intercepts, rows.len(), n_scores);
            self.pass(rows, coefficients, &mut margins, &mut |_| (), &mut []);
            margins
        };
        let parts = blocks::map(n, self.block_rows(), block);
        let mut all = DMatrix::zeros(n, n_scores);
        let mut start = 0;
        for part in parts {
            let rows = part.len() / n_scores;
            all.rows_mut(start, rows).copy_from(&DMatrixView::from_slice(&part, rows, n_scores));
            start += rows;
        }
        all
    }
}

/// A block of margins before the products: the intercepts.
pub(crate) fn filled(intercepts: &[f64], n_rows: usize, n_scores: usize) -> Vec<f64> {
    let mut margins = vec![0.0; n_rows * n_scores];
    for (margins, &b) in margins.chunks_mut(n_rows.max(1)).zip(intercepts) {
        margins.fill(b);
    }
    margins
}

impl<F: Float> Passes for DMatrix<F> {
    fn n_columns(&self) -> usize {
        self.ncols()
    }

    fn check_training(&self) -> Result<()> {
        check::training(self)
    }

    fn check_query(&self, n_features: usize) -> Result<()> {
        check::query(self, n_features)
    }

    fn pieces(&self, _: usize) -> usize {
        16
    }

    fn block_rows(&self) -> usize {
        dense::block_rows(self.ncols())
    }

    fn pass(
        &self,
        rows: Range<usize>,
        coefficients: &[f64],
        margins: &mut [f64],
        between: &mut dyn FnMut(&mut [f64]),
        pulls: &mut [f64],
    ) {
        dense::pass(self, rows, coefficients, margins, between, pulls);
    }

    fn take_columns(&self, columns: &[usize]) -> Self {
        self.select_columns(columns)
    }

    fn scatter_pays(&self) -> bool {
        self.ncols() <= 2048
    }

    fn moments(&self, weights: &[f64]) -> Result<Moments> {
        Moments::of_dense(&[self.as_view()], Some(weights))
    }

    fn squares(&self, weights: &[f64]) -> Vec<f64> {
        let columns = |columns: Range<usize>| {
            let square = |j: usize| self.column(j).iter().zip(weights).map(|(x, w)| w * x.to_f64() * x.to_f64()).sum();
            columns.map(square).collect::<Vec<f64>>()
        };
        blocks::map(self.ncols(), blocks::size_for(self.ncols(), 64, 1), columns).concat()
    }
}

impl<F: Float> Passes for CsrMatrix<F> {
    fn n_columns(&self) -> usize {
        self.ncols()
    }

    fn check_training(&self) -> Result<()> {
        check::sparse_training(self)
    }

    fn check_query(&self, n_features: usize) -> Result<()> {
        check::at_least("x", 1, self.nrows())?;
        check::columns("x", n_features, self.ncols())?;
        match self.triplet_iter().find(|(_, _, v)| !v.is_finite()) {
            None => Ok(()),
            Some((row, column, _)) => Err(Error::NonFinite { what: "x", row, column }),
        }
    }

    fn pieces(&self, n_scores: usize) -> usize {
        sparse::pieces(self, n_scores)
    }

    fn block_rows(&self) -> usize {
        sparse::block_rows(self)
    }

    fn pass(
        &self,
        rows: Range<usize>,
        coefficients: &[f64],
        margins: &mut [f64],
        between: &mut dyn FnMut(&mut [f64]),
        pulls: &mut [f64],
    ) {
        sparse::pass(self, rows, coefficients, margins, between, pulls);
    }

    fn take_columns(&self, columns: &[usize]) -> Self {
        sparse::take_columns(self, columns)
    }

    fn scatter_pays(&self) -> bool {
        self.ncols() <= 256
    }

    fn moments(&self, weights: &[f64]) -> Result<Moments> {
        Moments::of_sparse(self, DMatrix::<F>::zeros(self.nrows(), 0).as_view(), Some(weights))
    }

    fn squares(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.ncols()];
        for (row, w) in self.row_iter().zip(weights) {
            for (&j, x) in row.col_indices().iter().zip(row.values()) {
                sums[j] += w * x.to_f64() * x.to_f64();
            }
        }
        sums
    }
}
