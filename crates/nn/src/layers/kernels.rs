//! Plain loops over slices of one length.

use cairn_numeric::vectorised;
use cairn_traits::Float;

vectorised! {
    /// `y ← y + x`.
    pub(crate) fn add['a; F: Float](y: &'a mut [F], x: &'a [F]) -> () {
        for (y, x) in y.iter_mut().zip(x) {
            *y += *x;
        }
    }
}

vectorised! {
    /// `y ← y x`.
    pub(crate) fn multiply['a; F: Float](y: &'a mut [F], x: &'a [F]) -> () {
        for (y, x) in y.iter_mut().zip(x) {
            *y *= *x;
        }
    }
}

vectorised! {
    /// `y ← y + a b`.
    pub(crate) fn add_products['a; F: Float](y: &'a mut [F], a: &'a [F], b: &'a [F]) -> () {
        for ((y, a), b) in y.iter_mut().zip(a).zip(b) {
            *y += *a * *b;
        }
    }
}

vectorised! {
    /// `y ← y + a x` of a number a.
    pub(crate) fn add_scaled['a; F: Float](y: &'a mut [F], a: F, x: &'a [F]) -> () {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * *x;
        }
    }
}

vectorised! {
    /// The sum of the columns of `x`, each as long as `sums`, added to `sums`.
    pub(crate) fn add_columns['a; F: Float](sums: &'a mut [F], x: &'a [F]) -> () {
        for column in x.chunks_exact(sums.len()) {
            for (sum, v) in sums.iter_mut().zip(column) {
                *sum += *v;
            }
        }
    }
}

vectorised! {
    /// Σ x², in double precision in lanes.
    pub(crate) fn squares['a; F: Float](x: &'a [F]) -> f64 {
        const LANES: usize = 16;
        let mut lanes = [0.0; LANES];
        let (whole, last) = x.as_chunks::<LANES>();
        for chunk in whole {
            #[allow(clippy::needless_range_loop, reason = "with iterators the lanes are kept in memory, one by one")]
            for lane in 0..LANES {
                let v = chunk[lane].to_f64();
                lanes[lane] += v * v;
            }
        }
        let mut rest = 0.0;
        for v in last {
            rest += v.to_f64() * v.to_f64();
        }
        for lane in lanes {
            rest += lane;
        }
        rest
    }
}
