//! Loops over flat slices, with the widest vectors the processor has.

use cairn_numeric::vectorised;

/// Partial sums: term `i` goes to sum `i mod 16`, so that the order, and with it the bits, hang on the length alone.
const LANES: usize = 16;

vectorised! {
    pub(crate) fn dot['a](a: &'a [f64], b: &'a [f64]) -> f64 {
        let mut sums = [0.0; LANES];
        let (a, a_rest) = a.as_chunks::<LANES>();
        let (b, b_rest) = b.as_chunks::<LANES>();
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                sums[lane] += a[lane] * b[lane];
            }
        }
        let mut total = 0.0;
        for sum in sums {
            total += sum;
        }
        for (a, b) in a_rest.iter().zip(b_rest) {
            total += a * b;
        }
        total
    }
}

vectorised! {
    /// `y ← y + a x`.
    pub(crate) fn add_scaled['a](y: &'a mut [f64], a: f64, x: &'a [f64]) -> () {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * x;
        }
    }
}

vectorised! {
    /// `out ← x + a d`.
    pub(crate) fn moved['a](out: &'a mut [f64], x: &'a [f64], a: f64, d: &'a [f64]) -> () {
        for (out, (x, d)) in out.iter_mut().zip(x.iter().zip(d)) {
            *out = x + a * d;
        }
    }
}

/// `max |xᵢ|`; not finite if any of them is not.
pub(crate) fn max_norm(x: &[f64]) -> f64 {
    let top = x.iter().fold(0.0_f64, |top, v| if v.abs() > top { v.abs() } else { top });
    if x.iter().all(|v| v.is_finite()) { top } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_counted() {
        for n in [0, 1, 15, 16, 17, 100] {
            // Σ i² = n(n−1)(2n−1)/6 for i below n: whole numbers, exact
            let x: Vec<f64> = (0..n).map(f64::from).collect();
            let m = f64::from(n);
            assert_eq!(dot(&x, &x), (m * (m - 1.0) * (2.0 * m - 1.0) / 6.0).abs());
            let mut y = x.clone();
            add_scaled(&mut y, -1.0, &x);
            assert!(y.iter().all(|v| *v == 0.0));
        }
        assert_eq!(max_norm(&[1.0, -3.0, 2.0]), 3.0);
        assert!(max_norm(&[1.0, f64::NAN]).is_nan());
    }
}
