//! The functions between the layers of networks, on whole slices.

mod loops;
mod rules;
mod softmax;
#[cfg(test)]
mod tests;
mod written;

pub use softmax::{log_softmax_columns, softmax_and_log_sums, softmax_columns};

use cairn_traits::{Float, Hyperparameters, Result, Slice, SliceMut, check};
use serde::Serialize;

/// A function that bends: what stands between two layers of a network, without which they would be one.
///
/// | name | y | f' | from |
/// |---|---|---|---|
/// | `Identity` | x | 1 | |
/// | `Relu` | max(x, 0) | 1 where y > 0, or 0 | y |
/// | `LeakyRelu` | x, or slope x below 0 | 1 where y > 0, or slope | y |
/// | `Elu` | x, or α (eˣ − 1) below 0 | 1 where y > 0, or y + α | y |
/// | `Gelu` | x Φ(x), Φ the normal distribution | Φ(x) + x Φ'(x) | x |
/// | `GeluTanh` | x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2 | | x |
/// | `Silu` | x s, s = sigmoid(x) | s (1 + x (1 − s)) | x |
/// | `Sigmoid` | 1 / (1 + e⁻ˣ) | y (1 − y) | y |
/// | `Tanh` | tanh(x) | (1 − y) (1 + y) | y |
/// | `Softplus` | ln(1 + eˣ) | 1 − e⁻ʸ | y |
/// | `Exp` | eˣ | y | y |
///
/// Slopes at 0 itself, where there are two, are those from the left. In files and on command lines a name alone stands
/// for PyTorch's numbers: slope 0.01, α 1.
///
/// # Precision
/// Values are those of [`elementary`](crate::elementary) and a rounding or two more: within 5 units in the last place,
/// those of both `Gelu` within 9 + 2x² (x² is rounded before its exponential is taken). Slopes are within 8
/// units of a 1, which for those of `Sigmoid` and `Tanh` near their flat ends is what y still knows of them. NaN
/// stays NaN; what infinite and huge numbers give is the limit (`Silu` of −∞ is −0, not NaN).
///
/// # Complexity
/// One pass, with the widest vectors the processor has, by the calling thread alone: who cuts the work into blocks
/// decides about threads. The plain versions of one number, [`sigmoid`](crate::sigmoid) and
/// [`softplus`](crate::softplus), stay for code that has one number at a time.
///
/// # Examples
/// ```
/// use cairn_numeric::Activation;
/// let x = [-1.0_f32, 0.0, 2.0];
/// let mut y = [0.0; 3];
/// Activation::LeakyRelu { slope: 0.5 }.forward(&x, &mut y);
/// assert_eq!(y, [-0.5, 0.0, 2.0]);
/// let mut dx = [0.0; 3];
/// Activation::LeakyRelu { slope: 0.5 }.backward(&x, &y, &[1.0, 1.0, 3.0], &mut dx);
/// assert_eq!(dx, [0.5, 0.5, 3.0]);
/// ```
///
/// # References
/// Clevert, Unterthiner and Hochreiter (2016) for ELU; Hendrycks and Gimpel (2016) for GELU; Elfwing, Uchibe and Doya
/// (2018) for SiLU; Dugas et al. (2001) for softplus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// Nothing changes.
    Identity,
    /// The positive part.
    #[default]
    Relu,
    /// The positive part and a little of the negative.
    LeakyRelu {
        /// Of the negative side, at least 0; 0.01 is usual.
        slope: f64,
    },
    /// The positive part, and an exponential that ends at −α.
    Elu {
        /// At least 0; 1 is usual.
        alpha: f64,
    },
    /// x times the share of a normal distribution left of it.
    Gelu,
    /// The older form of [`Activation::Gelu`], by tanh: the two differ by up to 5e-4.
    GeluTanh,
    /// x times its sigmoid; also called swish.
    Silu,
    /// From 0 to 1.
    Sigmoid,
    /// From −1 to 1.
    Tanh,
    /// The smooth positive part.
    Softplus,
    /// Above 0: for rates and scales.
    Exp,
}

/// `$work` with the rule of an activation; the identity is the caller's own.
macro_rules! by_rule {
    ($activation:expr, $rule:ident => $work:expr, $identity:expr) => {
        match $activation {
            Activation::Identity => $identity,
            Activation::Relu => by_rule!(@ $rule, rules::Relu, $work),
            Activation::LeakyRelu { slope } => by_rule!(@ $rule, rules::LeakyRelu(slope), $work),
            Activation::Elu { alpha } => by_rule!(@ $rule, rules::Elu(alpha), $work),
            Activation::Gelu => by_rule!(@ $rule, rules::Gelu, $work),
            Activation::GeluTanh => by_rule!(@ $rule, rules::GeluTanh, $work),
            Activation::Silu => by_rule!(@ $rule, rules::Silu, $work),
            Activation::Sigmoid => by_rule!(@ $rule, rules::Sigmoid, $work),
            Activation::Tanh => by_rule!(@ $rule, rules::Tanh, $work),
            Activation::Softplus => by_rule!(@ $rule, rules::Softplus, $work),
            Activation::Exp => by_rule!(@ $rule, rules::Exp, $work),
        }
    };
    (@ $rule:ident, $value:expr, $work:expr) => {{
        let $rule = $value;
        $work
    }};
}

/// Slices of different lengths are taken as far as the shortest goes.
impl Activation {
    /// Whether the slope is computed from x; if not, x may be overwritten by y.
    pub fn needs_input(&self) -> bool {
        matches!(self, Self::Gelu | Self::GeluTanh | Self::Silu)
    }

    /// `y ← f(x)`.
    pub fn forward<F: Float>(&self, x: &[F], y: &mut [F]) {
        let n = x.len().min(y.len());
        let (x, y) = (&x[..n], &mut y[..n]);
        match (F::slice(x), F::slice_mut(y)) {
            (Slice::F32(x), SliceMut::F32(y)) => by_rule!(*self, f => loops::forward(f, x, y), y.copy_from_slice(x)),
            (Slice::F64(x), SliceMut::F64(y)) => by_rule!(*self, f => loops::forward(f, x, y), y.copy_from_slice(x)),
            _ => {}
        }
    }

    /// `y ← f(y)`.
    pub fn forward_in_place<F: Float>(&self, y: &mut [F]) {
        match F::slice_mut(y) {
            SliceMut::F32(y) => by_rule!(*self, f => loops::forward_in_place(f, y), ()),
            SliceMut::F64(y) => by_rule!(*self, f => loops::forward_in_place(f, y), ()),
        }
    }

    /// `y ← f(y + bias)`: y is columns as long as `bias`, one after another.
    ///
    /// ```
    /// let mut y = [1.0, -2.0, 3.0, 0.5];
    /// cairn_numeric::Activation::Relu.forward_biased(&[1.0, 1.0], &mut y);
    /// assert_eq!(y, [2.0, 0.0, 4.0, 1.5]);
    /// ```
    pub fn forward_biased<F: Float>(&self, bias: &[F], y: &mut [F]) {
        match (F::slice(bias), F::slice_mut(y)) {
            (Slice::F32(bias), SliceMut::F32(y)) => {
                by_rule!(*self, f => loops::forward_biased(f, bias, y), loops::add_bias(bias, y));
            }
            (Slice::F64(bias), SliceMut::F64(y)) => {
                by_rule!(*self, f => loops::forward_biased(f, bias, y), loops::add_bias(bias, y));
            }
            _ => {}
        }
    }

    /// `dx ← dx + dy f'(x)`; `x` is read only where [`Activation::needs_input`], `y` only elsewhere.
    pub fn backward<F: Float>(&self, x: &[F], y: &[F], dy: &[F], dx: &mut [F]) {
        match (F::slice(self.source(x, y)), F::slice(dy), F::slice_mut(dx)) {
            (Slice::F32(known), Slice::F32(dy), SliceMut::F32(dx)) => {
                by_rule!(*self, f => loops::backward(f, known, dy, dx), loops::add(dy, dx));
            }
            (Slice::F64(known), Slice::F64(dy), SliceMut::F64(dx)) => {
                by_rule!(*self, f => loops::backward(f, known, dy, dx), loops::add(dy, dx));
            }
            _ => {}
        }
    }

    /// `dy ← dy f'(x)`; of x and y as in [`Activation::backward`].
    pub fn backward_in_place<F: Float>(&self, x: &[F], y: &[F], dy: &mut [F]) {
        match (F::slice(self.source(x, y)), F::slice_mut(dy)) {
            (Slice::F32(known), SliceMut::F32(dy)) => {
                by_rule!(*self, f => loops::backward_in_place(f, known, dy), ());
            }
            (Slice::F64(known), SliceMut::F64(dy)) => {
                by_rule!(*self, f => loops::backward_in_place(f, known, dy), ());
            }
            _ => {}
        }
    }

    /// What the slope is computed from.
    fn source<'a, F: Float>(&self, x: &'a [F], y: &'a [F]) -> &'a [F] {
        if self.needs_input() { x } else { y }
    }
}

impl Hyperparameters for Activation {
    fn validate(&self) -> Result<()> {
        const NOT_NEGATIVE: &str = "a number of at least 0";
        match *self {
            Self::LeakyRelu { slope } => check::parameter_at_least("slope", 0.0, slope, NOT_NEGATIVE),
            Self::Elu { alpha } => check::parameter_at_least("alpha", 0.0, alpha, NOT_NEGATIVE),
            _ => Ok(()),
        }
    }
}
