//! Means without the rounding of an offset.

use cairn_numeric::{blocks, vectorised};
use cairn_traits::{DMatrix, DVector, Float};

/// The mean of each column in double precision; the second sum takes up what the first rounded at an offset's size.
pub(crate) fn column_means<F: Float>(x: &DMatrix<F>) -> DVector<f64> {
    const COLUMNS: usize = 16;
    let n = x.nrows() as f64;
    let mean = |j: usize| {
        let column = x.column(j);
        let rough = sum(column.as_slice(), 0.0) / n;
        // numbers whose sum overflows are divided first
        let rough = if rough.is_finite() { rough } else { column.iter().map(|v| v.to_f64() / n).sum() };
        rough + sum(column.as_slice(), rough) / n
    };
    let blocks = blocks::map(x.ncols(), COLUMNS, |columns| columns.map(mean).collect::<Vec<f64>>());
    DVector::from_vec(blocks.concat())
}

vectorised! {
    /// `Σ (v − origin)`, term `i` into partial sum `i mod 16`: additions that do not wait for each other.
    fn sum['a; F: Float](values: &'a [F], origin: f64) -> f64 {
        const LANES: usize = 16;
        let (blocks, rest) = values.as_chunks::<LANES>();
        let mut sums = [0.0; LANES];
        for block in blocks {
            for lane in 0..LANES {
                sums[lane] += block[lane].to_f64() - origin;
            }
        }
        sums.iter().sum::<f64>() + rest.iter().map(|v| v.to_f64() - origin).sum::<f64>()
    }
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
