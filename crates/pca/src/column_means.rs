//! Means without the rounding of an offset.

use cairn_numeric::blocks;
use cairn_traits::{DMatrix, DVector, Float};

/// The mean of each column in double precision; the second sum takes up what the first rounded at the size of an offset.
pub(crate) fn column_means<F: Float>(x: &DMatrix<F>) -> DVector<f64> {
    const COLUMNS: usize = 16;
    let n = x.nrows() as f64;
    let mean = |j: usize| {
        let column = x.column(j);
        let rough = column.iter().map(|v| v.to_f64() / n).sum::<f64>();
        rough + column.iter().map(|v| v.to_f64() - rough).sum::<f64>() / n
    };
    let blocks = blocks::map(x.ncols(), COLUMNS, |columns| columns.map(mean).collect::<Vec<f64>>());
    DVector::from_vec(blocks.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_costs_no_digits() {
        let x = DMatrix::from_fn(3, 20, |i, j| 1e15 + (i * i) as f64 + j as f64);
        // 0, 1 and 4: 5/3, rounded at 1e15 to eighths
        assert!(
            column_means(&x).iter().enumerate().all(|(j, mean)| (mean - 1e15 - j as f64 - 5.0 / 3.0).abs() <= 0.125)
        );
    }
}
