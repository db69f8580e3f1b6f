//! A matrix as something that multiplies: dense or sparse.

use cairn_numeric::{blocks, cross_gram, matmul};
use cairn_traits::{CsrMatrix, DMatrix, Float, Result, check};
use std::ops::Range;

/// An n x p matrix `A` that is only ever multiplied.
pub(crate) trait Operator<F: Float>: Sync {
    /// n and p.
    fn shape(&self) -> (usize, usize);
    /// `A B`, n x k, where `B` is p x k.
    fn times(&self, b: &DMatrix<F>) -> Result<DMatrix<F>>;
    /// `A' B`, p x k, where `B` is n x k.
    fn transposed_times(&self, b: &DMatrix<F>) -> Result<DMatrix<F>>;
}

impl<F: Float> Operator<F> for DMatrix<F> {
    fn shape(&self) -> (usize, usize) {
        self.shape()
    }

    fn times(&self, b: &DMatrix<F>) -> Result<DMatrix<F>> {
        matmul(self, b)
    }

    fn transposed_times(&self, b: &DMatrix<F>) -> Result<DMatrix<F>> {
        cross_gram(self.as_view(), b.as_view())
    }
}

impl<F: Float> Operator<F> for CsrMatrix<F> {
    fn shape(&self) -> (usize, usize) {
        (self.nrows(), self.ncols())
    }

    fn times(&self, b: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::rows("b", self.ncols(), b.nrows())?;
        let (b, k) = (b.transpose(), b.ncols());
        let block = |rows: Range<usize>| {
            let mut c = DMatrix::zeros(k, rows.len());
            for (mut out, row) in c.column_iter_mut().zip(rows) {
                let entries = self.row(row);
                for (&j, &value) in entries.col_indices().iter().zip(entries.values()) {
                    out.axpy(value, &b.column(j), F::one());
                }
            }
            c
        };
        let blocks = blocks::map(self.nrows(), 256, block);
        let mut all = DMatrix::zeros(self.nrows(), k);
        let mut first = 0;
        for block in blocks {
            all.rows_mut(first, block.ncols()).tr_copy_from(&block);
            first += block.ncols();
        }
        Ok(all)
    }

    fn transposed_times(&self, b: &DMatrix<F>) -> Result<DMatrix<F>> {
        /// How many blocks of rows the product is the sum of.
        const PIECES: usize = 8;
        check::rows("b", self.nrows(), b.nrows())?;
        let (b, k) = (b.transpose(), b.ncols());
        let block = |rows: Range<usize>| {
            let mut c = DMatrix::zeros(k, self.ncols());
            for row in rows {
                let entries = self.row(row);
                for (&j, &value) in entries.col_indices().iter().zip(entries.values()) {
                    c.column_mut(j).axpy(value, &b.column(row), F::one());
                }
            }
            c
        };
        let size = blocks::size_for(self.nrows(), PIECES, 64);
        let sum = blocks::fold(self.nrows(), size, block, |all, next| all + next);
        Ok(sum.unwrap_or_else(|| DMatrix::zeros(k, self.ncols())).transpose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_and_dense_products_agree() {
        let x = DMatrix::from_fn(700, 5, |i, j| if (i + j) % 3 == 0 { (i * 5 + j) as f64 % 7.0 } else { 0.0 });
        let (b, c) = (
            DMatrix::from_fn(5, 2, |i, j| (i + 2 * j) as f64),
            DMatrix::from_fn(700, 3, |i, j| (i % 11) as f64 - j as f64),
        );
        let sparse = CsrMatrix::from(&x);
        // whole numbers: sums in any order are exact
        assert_eq!(sparse.times(&b).unwrap(), &x * &b);
        assert_eq!(sparse.transposed_times(&c).unwrap(), x.transpose() * &c);
        assert_eq!(Operator::times(&x, &b).unwrap(), &x * &b);
        assert_eq!(x.transposed_times(&c).unwrap(), x.transpose() * &c);
        assert!(sparse.times(&c).is_err() && sparse.transposed_times(&b).is_err());
    }
}
