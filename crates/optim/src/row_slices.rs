//! Rows one after another in flat slices, dense or sparse.

use cairn_traits::{CsrMatrix, DMatrix, Error, Float, Result, check};

/// Rows in flat slices: what a walk from row to row reads.
///
/// nalgebra keeps columns together, a walk wants rows together: [`RowSlices::flatten`] copies a dense matrix once.
///
/// ```
/// use cairn_optim::RowSlices;
/// let rows = RowSlices::dense(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3)?;
/// assert_eq!((rows.n_rows(), rows.n_columns()), (2, 3));
/// assert_eq!(rows.dot(1, &[1.0, 0.0, 10.0]), 64.0); // 4 + 6 · 10
/// # Ok::<(), cairn_optim::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RowSlices<'a, F: Float> {
    pub(crate) entries: Entries<'a, F>,
    n_columns: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Entries<'a, F: Float> {
    Dense(&'a [F]),
    Sparse { offsets: &'a [usize], columns: &'a [usize], values: &'a [F] },
}

impl<'a, F: Float> RowSlices<'a, F> {
    /// Of numbers row after row, `n_columns` each.
    ///
    /// # Errors
    /// [`Error::Shape`] without columns, or if the numbers do not fill rows.
    pub fn dense(values: &'a [F], n_columns: usize) -> Result<Self> {
        if n_columns == 0 {
            return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
        }
        let full = values.len() / n_columns * n_columns;
        check::size("x", "numbers", full, values.len())?;
        Ok(Self { entries: Entries::Dense(values), n_columns })
    }

    /// Of a sparse matrix.
    ///
    /// # Errors
    /// [`Error::Shape`] without columns.
    pub fn sparse(x: &'a CsrMatrix<F>) -> Result<Self> {
        if x.ncols() == 0 {
            return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
        }
        let entries = Entries::Sparse { offsets: x.row_offsets(), columns: x.col_indices(), values: x.values() };
        Ok(Self { entries, n_columns: x.ncols() })
    }

    /// The numbers of a dense matrix row after row, for [`RowSlices::dense`].
    pub fn flatten(x: &DMatrix<F>) -> Vec<F> {
        /// Numbers of a tile of rows, which stays in the cache while its columns are written into it.
        const TILE: usize = 4096;
        let (n, p) = x.shape();
        let tile = (TILE / p.max(1)).clamp(8, 64);
        let mut flat = vec![F::zero(); n * p];
        for rows in (0..n).step_by(tile) {
            for (j, column) in x.as_slice().chunks_exact(n.max(1)).enumerate() {
                let stretch = &column[rows..n.min(rows + tile)];
                flat[rows * p..].chunks_mut(p).zip(stretch).for_each(|(row, value)| row[j] = *value);
            }
        }
        flat
    }

    /// How many rows.
    pub fn n_rows(&self) -> usize {
        match self.entries {
            Entries::Dense(values) => values.len() / self.n_columns,
            Entries::Sparse { offsets, .. } => offsets.len() - 1,
        }
    }

    /// How many columns.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// `xᵢ·w`; 0 for a row that is not there.
    pub fn dot(&self, row: usize, w: &[f64]) -> f64 {
        if row >= self.n_rows() || w.len() != self.n_columns {
            return 0.0;
        }
        match self.entries {
            Entries::Dense(values) => dense_dot(&values[row * w.len()..(row + 1) * w.len()], w),
            Entries::Sparse { offsets, columns, values } => {
                let of = offsets[row]..offsets[row + 1];
                sparse_dot(&columns[of.clone()], &values[of], w)
            }
        }
    }
}

/// Partial sums: enough for two of the widest vectors.
const LANES: usize = 16;

/// `x·w`, term i into partial sum i mod 16.
#[inline(always)]
pub(crate) fn dense_dot<F: Float>(x: &[F], w: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (x_blocks, x_rest) = x.as_chunks::<LANES>();
    let (w_blocks, w_rest) = w.as_chunks::<LANES>();
    for (x, w) in x_blocks.iter().zip(w_blocks) {
        for lane in 0..LANES {
            sums[lane] += x[lane].to_f64() * w[lane];
        }
    }
    let mut total = 0.0;
    for (x, w) in x_rest.iter().zip(w_rest) {
        total += x.to_f64() * w;
    }
    if x_blocks.is_empty() {
        return total;
    }
    // in pairs: four additions wait for each other instead of sixteen
    for half in [8, 4, 2, 1] {
        for lane in 0..half {
            sums[lane] += sums[lane + half];
        }
    }
    sums[0] + total
}

#[inline(always)]
pub(crate) fn sparse_dot<F: Float>(columns: &[usize], values: &[F], w: &[f64]) -> f64 {
    let mut total = 0.0;
    for (&j, x) in columns.iter().zip(values) {
        total += x.to_f64() * w[j];
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn dense_and_sparse_rows_have_the_same_products() {
        for (n, p) in [(1, 1), (3, 20), (40, 17), (33, 5)] {
            let x = DMatrix::from_fn(n, p, |i, j| if (i * j) % 3 == 0 { 0.0 } else { (i + 2 * j) as f64 });
            let flat = RowSlices::flatten(&x);
            let csr = CsrMatrix::from(&x);
            let (dense, sparse) = (RowSlices::dense(&flat, p).unwrap(), RowSlices::sparse(&csr).unwrap());
            assert_eq!((dense.n_rows(), sparse.n_rows()), (n, n));
            let w: Vec<f64> = (0..p).map(|j| j as f64 - 2.0).collect();
            for i in 0..n {
                // whole numbers: exact in any order
                let expected: f64 = (0..p).map(|j| x[(i, j)] * w[j]).sum();
                assert_eq!((dense.dot(i, &w), sparse.dot(i, &w)), (expected, expected));
            }
        }
    }

    #[test]
    fn rows_are_flattened_in_order() {
        assert_eq!(RowSlices::flatten(&rows(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn numbers_that_fill_no_row_are_refused() {
        assert!(matches!(RowSlices::dense(&[1.0, 2.0, 3.0], 2), Err(Error::Shape { unit: "numbers", .. })));
        assert!(matches!(RowSlices::<f64>::dense(&[], 0), Err(Error::Shape { unit: "columns", .. })));
    }
}
