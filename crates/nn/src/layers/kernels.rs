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
    /// NaN stays NaN.
    pub(crate) fn relu['a; F: Float](x: &'a [F], y: &'a mut [F]) -> () {
        for (y, x) in y.iter_mut().zip(x) {
            *y = if *x < F::zero() { F::zero() } else { *x };
        }
    }
}

vectorised! {
    pub(crate) fn relu_back['a; F: Float](y: &'a [F], dy: &'a [F], dx: &'a mut [F]) -> () {
        for ((dx, dy), y) in dx.iter_mut().zip(dy).zip(y) {
            *dx += if *y > F::zero() { *dy } else { F::zero() };
        }
    }
}

vectorised! {
    pub(crate) fn leaky_relu['a; F: Float](slope: F, x: &'a [F], y: &'a mut [F]) -> () {
        for (y, x) in y.iter_mut().zip(x) {
            *y = if *x > F::zero() { *x } else { slope * *x };
        }
    }
}

vectorised! {
    pub(crate) fn leaky_relu_back['a; F: Float](slope: F, x: &'a [F], dy: &'a [F], dx: &'a mut [F]) -> () {
        for ((dx, dy), x) in dx.iter_mut().zip(dy).zip(x) {
            *dx += if *x > F::zero() { *dy } else { slope * *dy };
        }
    }
}

vectorised! {
    /// `y = 1 − y²` is the slope.
    pub(crate) fn tanh_back['a; F: Float](y: &'a [F], dy: &'a [F], dx: &'a mut [F]) -> () {
        for ((dx, dy), y) in dx.iter_mut().zip(dy).zip(y) {
            *dx += *dy * (F::one() - *y * *y);
        }
    }
}

vectorised! {
    pub(crate) fn sigmoid_back['a; F: Float](y: &'a [F], dy: &'a [F], dx: &'a mut [F]) -> () {
        for ((dx, dy), y) in dx.iter_mut().zip(dy).zip(y) {
            *dx += *dy * *y * (F::one() - *y);
        }
    }
}

vectorised! {
    /// Below 0 the slope `alpha eˣ` is `y + alpha`.
    pub(crate) fn elu_back['a; F: Float](alpha: F, xy: (&'a [F], &'a [F]), dy: &'a [F], dx: &'a mut [F]) -> () {
        for (((dx, dy), x), y) in dx.iter_mut().zip(dy).zip(xy.0).zip(xy.1) {
            *dx += if *x > F::zero() { *dy } else { *dy * (*y + alpha) };
        }
    }
}

pub(crate) fn elu<F: Float>(alpha: F, x: &[F], y: &mut [F]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = if *x > F::zero() { *x } else { alpha * x.exp_m1() });
}

pub(crate) fn tanh<F: Float>(x: &[F], y: &mut [F]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = x.tanh());
}

pub(crate) fn sigmoid<F: Float>(x: &[F], y: &mut [F]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = cairn_numeric::sigmoid(*x));
}

pub(crate) fn softplus<F: Float>(x: &[F], y: &mut [F]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = cairn_numeric::softplus(*x));
}

pub(crate) fn softplus_back<F: Float>(x: &[F], dy: &[F], dx: &mut [F]) {
    dx.iter_mut().zip(x).zip(dy).for_each(|((dx, x), dy)| *dx += *dy * cairn_numeric::sigmoid(*x));
}

pub(crate) fn silu<F: Float>(x: &[F], y: &mut [F]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = *x * cairn_numeric::sigmoid(*x));
}

pub(crate) fn silu_back<F: Float>(x: &[F], dy: &[F], dx: &mut [F]) {
    for ((dx, x), dy) in dx.iter_mut().zip(x).zip(dy) {
        let s = cairn_numeric::sigmoid(*x);
        *dx += *dy * s * (F::one() + *x * (F::one() - s));
    }
}

pub(crate) fn gelu<F: Float>(x: &[F], y: &mut [F]) {
    y.copy_from_slice(x);
}

pub(crate) fn gelu_back<F: Float>(_x: &[F], dy: &[F], dx: &mut [F]) {
    add(dx, dy);
}

pub(crate) fn exp<F: Float>(x: &[F], y: &mut [F]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = x.exp());
}

pub(crate) fn exp_in_place<F: Float>(x: &mut [F]) {
    x.iter_mut().for_each(|x| *x = x.exp());
}

vectorised! {
    /// Σ x², in double precision in eight lanes.
    pub(crate) fn squares['a; F: Float](x: &'a [F]) -> f64 {
        let mut lanes = [0.0; 8];
        let mut chunks = x.chunks_exact(8);
        for chunk in &mut chunks {
            for (lane, v) in lanes.iter_mut().zip(chunk) {
                let v = v.to_f64();
                *lane += v * v;
            }
        }
        for (lane, v) in lanes.iter_mut().zip(chunks.remainder()) {
            let v = v.to_f64();
            *lane += v * v;
        }
        lanes.iter().sum()
    }
}
