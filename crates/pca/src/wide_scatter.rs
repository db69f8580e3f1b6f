//! The scatter of many columns, multiplied in the rows' own precision.

use cairn_numeric::{vectorised, wide_gram};
use cairn_traits::{DMatrix, DVector, Float};

/// From so many columns on the products take the time, not the reading.
pub(crate) const LEAST_COLUMNS: usize = 321;

/// `Σ (xᵢ − m)(xᵢ − m)'` about the mean.
///
/// The mean is taken off in double precision, so that an offset costs nothing. Products of up to 512 rows are summed in
/// the rows' own precision, an error of some ε of the variances, and these sums in double precision: it does not grow
/// with the number of rows.
pub(crate) fn wide_scatter<F: Float>(x: &DMatrix<F>, mean: &DVector<f64>) -> DMatrix<f64> {
    let (n, p) = x.shape();
    wide_gram(n, p, |j, rows, out| take_off(mean[j], &x.column(j).as_slice()[rows], out))
}

vectorised! {
    /// `out = values − mean`.
    fn take_off['a; F: Float](mean: f64, values: &'a [F], out: &'a mut [F]) -> () {
        for (out, value) in out.iter_mut().zip(values) {
            *out = F::of(value.to_f64() - mean);
        }
    }
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
        // the largest sums are 5000 / 2; rounding of 512 terms at random is some 23 half ε at most
        let off = (found - exact.scatter()).amax() / 2500.0;
        assert!(off < 23.0 * 0.5 * f64::from(f32::EPSILON), "{off:e}");
        let wide = x.map(f64::from);
        let off = (wide_scatter(&wide, exact.mean()) - exact.scatter()).amax() / 2500.0;
        assert!(off < 5000.0_f64.sqrt() * f64::EPSILON, "{off:e}");
    }
}
