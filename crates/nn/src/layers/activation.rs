use crate::{
    contract::{Layer, Pass, Seen, Sizes},
    layers::kernels,
};
use cairn_traits::{Float, Hyperparameters, Result, check};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::fmt;

/// What bends: without it any number of dense layers would be one.
///
/// | | f(x) | f'(x) |
/// |---|---|---|
/// | identity | x | 1 |
/// | relu | max(0, x) | 1 above 0, else 0 |
/// | leaky relu | x above 0, else slope x | 1 above 0, else slope |
/// | elu | x above 0, else alpha (eˣ − 1) | 1 above 0, else alpha eˣ |
/// | gelu | x Φ(x), Φ of the standard normal | Φ(x) + x φ(x) |
/// | silu | x σ(x) | σ(x) (1 + x (1 − σ(x))) |
/// | sigmoid | σ(x) = 1 / (1 + e⁻ˣ) | y (1 − y) |
/// | tanh | tanh x | 1 − y² |
/// | softplus | ln(1 + eˣ) | σ(x) |
///
/// In files and on command lines a name alone stands for PyTorch's numbers: slope 0.01, alpha 1.
///
/// # References
/// Nair and Hinton (2010) for relu. Clevert, Unterthiner and Hochreiter (2016) for elu. Hendrycks and Gimpel (2016) for
/// gelu and silu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// x.
    Identity,
    /// max(0, x).
    #[default]
    Relu,
    /// x above 0, else slope x.
    LeakyRelu {
        /// The slope below 0.
        slope: f64,
    },
    /// x above 0, else alpha (eˣ − 1).
    Elu {
        /// What the function falls to, as −alpha.
        alpha: f64,
    },
    /// x Φ(x), with the error function itself, not its approximation by tanh.
    Gelu,
    /// x σ(x), also called swish.
    Silu,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// tanh x.
    Tanh,
    /// ln(1 + eˣ).
    Softplus,
}

/// How activations are written: a name, or a name with its number.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Identity,
    Relu,
    LeakyRelu,
    Elu,
    Gelu,
    Silu,
    Sigmoid,
    Tanh,
    Softplus,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Numbered {
    LeakyRelu { slope: f64 },
    Elu { alpha: f64 },
}

impl From<Name> for Activation {
    fn from(name: Name) -> Self {
        match name {
            Name::Identity => Self::Identity,
            Name::Relu => Self::Relu,
            Name::LeakyRelu => Self::LeakyRelu { slope: 0.01 },
            Name::Elu => Self::Elu { alpha: 1.0 },
            Name::Gelu => Self::Gelu,
            Name::Silu => Self::Silu,
            Name::Sigmoid => Self::Sigmoid,
            Name::Tanh => Self::Tanh,
            Name::Softplus => Self::Softplus,
        }
    }
}

/// Not derived, so that a wrong name is answered with those there are.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Activation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an activation")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Activation, E> {
        Name::deserialize(name.into_deserializer()).map(Activation::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Activation, A::Error> {
        Ok(match Numbered::deserialize(MapAccessDeserializer::new(map))? {
            Numbered::LeakyRelu { slope } => Activation::LeakyRelu { slope },
            Numbered::Elu { alpha } => Activation::Elu { alpha },
        })
    }
}

impl<'de> Deserialize<'de> for Activation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

impl Activation {
    /// `y = f(x)`, number by number.
    pub fn apply<F: Float>(self, x: &[F], y: &mut [F]) {
        match self {
            Self::Identity => y.copy_from_slice(x),
            Self::Relu => kernels::relu(x, y),
            Self::LeakyRelu { slope } => kernels::leaky_relu(F::of(slope), x, y),
            Self::Elu { alpha } => kernels::elu(F::of(alpha), x, y),
            Self::Gelu => kernels::gelu(x, y),
            Self::Silu => kernels::silu(x, y),
            Self::Sigmoid => kernels::sigmoid(x, y),
            Self::Tanh => kernels::tanh(x, y),
            Self::Softplus => kernels::softplus(x, y),
        }
    }

    /// `dx += dy f'(x)`; `y` is `f(x)`, from which some derivatives are cheaper.
    pub fn add_back<F: Float>(self, x: &[F], y: &[F], dy: &[F], dx: &mut [F]) {
        match self {
            Self::Identity => kernels::add(dx, dy),
            Self::Relu => kernels::relu_back(y, dy, dx),
            Self::LeakyRelu { slope } => kernels::leaky_relu_back(F::of(slope), x, dy, dx),
            Self::Elu { alpha } => kernels::elu_back(F::of(alpha), (x, y), dy, dx),
            Self::Gelu => kernels::gelu_back(x, dy, dx),
            Self::Silu => kernels::silu_back(x, dy, dx),
            Self::Sigmoid => kernels::sigmoid_back(y, dy, dx),
            Self::Tanh => kernels::tanh_back(y, dy, dx),
            Self::Softplus => kernels::softplus_back(x, dy, dx),
        }
    }

    /// The name, as it is written in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Relu => "relu",
            Self::LeakyRelu { .. } => "leaky_relu",
            Self::Elu { .. } => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Softplus => "softplus",
        }
    }
}

impl Hyperparameters for Activation {
    fn validate(&self) -> Result<()> {
        match *self {
            Self::LeakyRelu { slope } => check::parameter_at_least("slope", 0.0, slope, "a number of at least 0"),
            Self::Elu { alpha } => check::parameter_at_least("alpha", 0.0, alpha, "a number of at least 0"),
            _ => Ok(()),
        }
    }
}

/// An [`Activation`] as a layer: number by number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activate {
    /// Numbers of a sample.
    pub size: usize,
    /// The function.
    pub function: Activation,
}

impl<F: Float> Layer<F> for Activate {
    fn sizes(&self) -> Sizes {
        Sizes { inputs: self.size, outputs: self.size, ..Sizes::default() }
    }

    fn validate(&self) -> Result<()> {
        check::parameter_at_least("size", 1.0, self.size as f64, "at least 1")?;
        self.function.validate()
    }

    fn forward(&self, _: Pass<'_, F>, x: &[F], y: &mut [F], _: &mut [F], _: &mut [F]) {
        self.function.apply(x, y);
    }

    fn backward(&self, _: Pass<'_, F>, seen: Seen<'_, F>, dy: &[F], dx: Option<&mut [F]>, _: &mut [F], _: &mut [F]) {
        if let Some(dx) = dx {
            self.function.add_back(seen.x, seen.y, dy, dx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_hand() {
        let at = |f: Activation, x: f64| {
            let mut y = [0.0];
            f.apply(&[x], &mut y);
            y[0]
        };
        assert_eq!(at(Activation::Relu, -2.0), 0.0);
        assert_eq!(at(Activation::LeakyRelu { slope: 0.25 }, -2.0), -0.5);
        assert!((at(Activation::Elu { alpha: 2.0 }, -1.0) - 2.0 * ((-1.0_f64).exp() - 1.0)).abs() < 1e-15);
        // Φ(1) = 0.841344746068543
        assert!((at(Activation::Gelu, 1.0) - 0.841_344_746_068_543).abs() < 1e-14);
        assert!((at(Activation::Silu, 2.0) - 2.0 / (1.0 + (-2.0_f64).exp())).abs() < 1e-15);
        assert_eq!(at(Activation::Sigmoid, 0.0), 0.5);
        assert!((at(Activation::Tanh, 0.5) - 0.5_f64.tanh()).abs() < 1e-15);
        assert!((at(Activation::Softplus, 0.0) - 2.0_f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn relu_hands_nan_on() {
        let mut y = [0.0];
        Activation::Relu.apply(&[f64::NAN], &mut y);
        assert!(y[0].is_nan(), "a network that has left the finite numbers must not look alive");
    }
}
