//! Onto the components and back: `Z = (X − μ) V` and `X = Z V' + μ`, block of rows by block of rows.

use cairn_numeric::{Parallelism, blocks, matmul_into, tr};
use cairn_traits::{DMatrix, DVector, Float, Result};
use nalgebra::DMatrixView;
use std::ops::Range;

/// Rows whose copy, centred, stays in the second cache while it is multiplied.
fn rows_per_block(n_columns: usize) -> usize {
    const NUMBERS: usize = 1 << 16;
    (NUMBERS / n_columns.max(1)).clamp(16, 1024)
}

/// `(X − μ) V` of n x p rows and k x p components; n x k. Without a mean nothing is taken off.
///
/// The mean is taken off before anything is multiplied: `X V − μ V` would lose the digits that an offset costs.
pub(crate) fn project<F: Float>(
    x: &DMatrix<F>,
    mean: Option<&DVector<F>>,
    components: &DMatrix<F>,
) -> Result<DMatrix<F>> {
    let block = |rows: Range<usize>| {
        let mut z = DMatrix::zeros(rows.len(), components.nrows());
        let view = x.rows_range(rows);
        match mean {
            None => multiply(view, components, &mut z)?,
            Some(mean) => multiply(centred(view, mean).as_view(), components, &mut z)?,
        }
        Ok(z)
    };
    stacked(blocks::map(x.nrows(), rows_per_block(x.ncols()), block), x.nrows(), components.nrows())
}

/// `Z V' + μ` of n x k rows; n x p.
pub(crate) fn restore<F: Float>(
    z: &DMatrix<F>,
    mean: Option<&DVector<F>>,
    components: &DMatrix<F>,
) -> Result<DMatrix<F>> {
    let p = components.ncols();
    let block = |rows: Range<usize>| {
        let mut x = DMatrix::zeros(rows.len(), p);
        if let Some(mean) = mean {
            x.column_iter_mut().zip(mean).for_each(|(mut column, &mean)| column.fill(mean));
        }
        matmul_into(F::one(), z.rows_range(rows), components, F::one(), x.as_view_mut(), Parallelism::Sequential)?;
        Ok(x)
    };
    stacked(blocks::map(z.nrows(), rows_per_block(p), block), z.nrows(), p)
}

/// These rows, the mean taken off.
pub(crate) fn centred<F: Float>(x: DMatrixView<'_, F>, mean: &DVector<F>) -> DMatrix<F> {
    let mut centred = x.into_owned();
    for (mut column, &mean) in centred.column_iter_mut().zip(mean) {
        column.iter_mut().for_each(|v| *v -= mean);
    }
    centred
}

fn multiply<F: Float>(x: DMatrixView<'_, F>, components: &DMatrix<F>, z: &mut DMatrix<F>) -> Result<()> {
    matmul_into(F::one(), x, tr(components), F::zero(), z.as_view_mut(), Parallelism::Sequential)
}

/// The blocks one below the other.
fn stacked<F: Float>(blocks: Vec<Result<DMatrix<F>>>, n_rows: usize, n_columns: usize) -> Result<DMatrix<F>> {
    let mut all = DMatrix::zeros(n_rows, n_columns);
    let mut first = 0;
    for block in blocks {
        let block = block?;
        all.rows_mut(first, block.nrows()).copy_from(&block);
        first += block.nrows();
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn blocks_are_put_back_in_order() {
        // two blocks of rows: the component picks the second column
        let x = DMatrix::from_fn(3000, 2, |i, j| (i * 2 + j) as f64);
        let z = project(&x, Some(&DVector::from_vec(vec![7.0, 1.0])), &rows(&[[0.0, 1.0]])).unwrap();
        assert!((0..3000).all(|i| z[i] == 2.0 * i as f64));
        let back = restore(&z, None, &rows(&[[0.0, 1.0]])).unwrap();
        assert!((0..3000).all(|i| back[(i, 1)] == 2.0 * i as f64 && back[(i, 0)] == 0.0));
    }
}
