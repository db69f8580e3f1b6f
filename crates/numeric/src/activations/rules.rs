//! The activation functions one by one: value and slope of one number.

use crate::elementary::{
    Elementary, at_least, exp, exp_below, exp_m1_below, normal, normal_tail, sigmoid, softplus, tanh,
};

/// Beyond this, on both sides, the slopes of [`Gelu`], [`GeluTanh`] and [`Silu`] are 0 and 1 to the last digit.
const FAR: f64 = 1000.0;
/// The same for the curves in which a power of x stands; x³ must not overflow.
const NEAR: f64 = 64.0;
/// √(2/π), and what stands before the cube: the tanh form of GELU.
const ROOT: f64 = 0.797_884_560_802_865_4;
const CUBE: f64 = 0.044_715;

/// An activation function: `y = f(x)`, and the slope from x, or from y where that is enough.
pub(super) trait Rule: Copy {
    fn value<T: Elementary>(self, x: T) -> T;
    fn slope<T: Elementary>(self, known: T) -> T;
}

#[inline(always)]
fn between<T: Elementary>(x: T, bound: f64) -> T {
    let low = at_least(x, T::constant(-bound));
    if low > T::constant(bound) { T::constant(bound) } else { low }
}

#[derive(Clone, Copy)]
pub(super) struct LeakyRelu(pub(super) f64);
impl Rule for LeakyRelu {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        if x < T::ZERO { T::constant(self.0) * x } else { x }
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, y: T) -> T {
        // of NaN 1: what comes from above shows it
        if y <= T::ZERO { T::constant(self.0) } else { T::ONE }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Relu;
impl Rule for Relu {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        at_least(x, T::ZERO)
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, y: T) -> T {
        if y <= T::ZERO { T::ZERO } else { T::ONE }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Elu(pub(super) f64);
impl Rule for Elu {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        if x > T::ZERO { x } else { T::constant(self.0) * exp_m1_below(x) }
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, y: T) -> T {
        if y > T::ZERO { T::ONE } else { y + T::constant(self.0) }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Gelu;
impl Rule for Gelu {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        // x Φ(x) is −z Φ(−z) left of 0, and x less that right of it
        let size = x.magnitude();
        let z = if size > T::constant(FAR) { T::constant(FAR) } else { size };
        at_least(x, T::ZERO) - z * normal_tail(z).0
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, x: T) -> T {
        let (share, density) = normal(x);
        share + between(x, FAR) * density
    }
}

#[derive(Clone, Copy)]
pub(super) struct GeluTanh;
impl Rule for GeluTanh {
    // (1 + tanh(u)) / 2 is sigmoid(2u)
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        let near = between(x, NEAR);
        let twice = T::constant(2.0 * ROOT) * (near + T::constant(CUBE) * near * near * near);
        at_least(x, T::constant(-FAR)) * sigmoid(twice)
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, x: T) -> T {
        let near = between(x, NEAR);
        let square = near * near;
        let twice = T::constant(2.0 * ROOT) * (near + T::constant(CUBE) * square * near);
        let inner = T::constant(2.0 * ROOT) * (T::ONE + T::constant(3.0 * CUBE) * square);
        let (share, rest) = both_shares(twice);
        share + near * share * rest * inner
    }
}

#[derive(Clone, Copy)]
pub(super) struct Silu;
impl Rule for Silu {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        at_least(x, T::constant(-FAR)) * sigmoid(x)
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, x: T) -> T {
        let (share, rest) = both_shares(x);
        share * (T::ONE + between(x, FAR) * rest)
    }
}

/// `sigmoid(x)` and `1 − sigmoid(x)`, each to its last digits.
#[inline(always)]
fn both_shares<T: Elementary>(x: T) -> (T, T) {
    let e = exp_below(-x.magnitude());
    let larger = T::ONE / (T::ONE + e);
    let smaller = e * larger;
    if x < T::ZERO { (smaller, larger) } else { (larger, smaller) }
}

#[derive(Clone, Copy)]
pub(super) struct Sigmoid;
impl Rule for Sigmoid {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        sigmoid(x)
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, y: T) -> T {
        y * (T::ONE - y)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Tanh;
impl Rule for Tanh {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        tanh(x)
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, y: T) -> T {
        (T::ONE - y) * (T::ONE + y)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Softplus;
impl Rule for Softplus {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        softplus(x)
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, y: T) -> T {
        // y = ln(1 + eˣ): sigmoid(x) = 1 − e⁻ʸ
        -exp_m1_below(-y)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Exp;
impl Rule for Exp {
    #[inline(always)]
    fn value<T: Elementary>(self, x: T) -> T {
        exp(x)
    }
    #[inline(always)]
    fn slope<T: Elementary>(self, y: T) -> T {
        y
    }
}
