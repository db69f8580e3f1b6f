//! The scatter of many columns, multiplied in the rows' own precision.

use cairn_numeric::{blocks, gram};
use cairn_traits::{DMatrix, DVector, Float};
use nalgebra::DMatrixView;
use rayon::prelude::*;

/// From so many columns on the products take the time, not the reading.
pub(crate) const LEAST_COLUMNS: usize = 321;

/// `Σ (xᵢ − m)(xᵢ − m)'` about the mean.
///
/// The mean is taken off in double precision, so that an offset costs nothing. Products of so many rows are summed in
/// the rows' own precision, an error of some ε of the variances, and these sums in double precision: it does not grow
/// with the number of rows.
pub(crate) fn wide_scatter<F: Float>(x: &DMatrix<F>, mean: &DVector<f64>) -> DMatrix<f64> {
    const ROWS: usize = 2048;
    let p = x.ncols();
    let mut scatter = DMatrix::zeros(p, p);
    // one buffer for all: fresh memory costs as much as filling it
    let mut buffer = vec![F::zero(); ROWS.min(x.nrows()) * p];
    for rows in blocks::ranges(x.nrows(), ROWS) {
        let stretch = &mut buffer[..rows.len() * p];
        stretch.par_chunks_mut(rows.len()).enumerate().for_each(|(j, out)| {
            let column = x.column(j);
            let (values, mean) = (&column.as_slice()[rows.clone()], mean[j]);
            out.iter_mut().zip(values).for_each(|(out, value)| *out = F::of(value.to_f64() - mean));
        });
        let sums = gram(DMatrixView::from_slice(stretch, rows.len(), p));
        scatter.iter_mut().zip(&sums).for_each(|(total, &sum): (&mut f64, &F)| *total += sum.to_f64());
    }
    scatter
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::Moments;

    #[test]
    fn sums_in_single_precision_are_those_in_double_to_its_digits() {
        let wave = |i: usize, j: usize| ((i * i * 7 + 13 * i) as f64 * (j as f64 + 0.61).sqrt()).sin();
        let x = DMatrix::<f32>::from_fn(5000, 330, |i, j| (wave(i, j) + 100.0) as f32);
        let exact = Moments::of_dense(&[x.as_view()], None).unwrap();
        let found = wide_scatter(&x, exact.mean());
        // the largest sums are 5000 / 2; rounding of 2048 terms at random is some 45 half ε at most
        let off = (found - exact.scatter()).amax() / 2500.0;
        assert!(off < 45.0 * 0.5 * f64::from(f32::EPSILON), "{off:e}");
        let wide = x.map(f64::from);
        let off = (wide_scatter(&wide, exact.mean()) - exact.scatter()).amax() / 2500.0;
        assert!(off < 5000.0_f64.sqrt() * f64::EPSILON, "{off:e}");
    }
}
