//! How activations are read: a name alone stands for the usual number.

use super::Activation;
use serde::{
    Deserialize, Deserializer,
    de::{self, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::fmt;

/// The slope and the α that a name alone stands for: PyTorch's.
const SLOPE: f64 = 0.01;
const ALPHA: f64 = 1.0;

/// Those with a number, as a name alone.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Identity,
    Relu,
    LeakyRelu,
    Elu,
    Gelu,
    GeluTanh,
    Silu,
    Sigmoid,
    Tanh,
    Softplus,
    Exp,
}

/// Those with a number, with it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Numbered {
    LeakyRelu { slope: f64 },
    Elu { alpha: f64 },
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Activation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an activation")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Activation, E> {
        Ok(match Name::deserialize(name.into_deserializer())? {
            Name::Identity => Activation::Identity,
            Name::Relu => Activation::Relu,
            Name::LeakyRelu => Activation::LeakyRelu { slope: SLOPE },
            Name::Elu => Activation::Elu { alpha: ALPHA },
            Name::Gelu => Activation::Gelu,
            Name::GeluTanh => Activation::GeluTanh,
            Name::Silu => Activation::Silu,
            Name::Sigmoid => Activation::Sigmoid,
            Name::Tanh => Activation::Tanh,
            Name::Softplus => Activation::Softplus,
            Name::Exp => Activation::Exp,
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::value::{Error, MapDeserializer, StrDeserializer};

    fn word(name: &str) -> Result<Activation, Error> {
        Activation::deserialize(StrDeserializer::new(name))
    }

    #[test]
    fn a_name_alone_is_enough() {
        assert_eq!(word("relu"), Ok(Activation::Relu));
        assert_eq!(word("gelu_tanh"), Ok(Activation::GeluTanh));
        assert_eq!(word("leaky_relu"), Ok(Activation::LeakyRelu { slope: 0.01 }));
        assert_eq!(word("elu"), Ok(Activation::Elu { alpha: 1.0 }));
        let wrong = word("rellu").map_err(|error| error.to_string());
        assert!(wrong.is_err_and(|text| text.contains("rellu") && text.contains("softplus")));
    }

    #[test]
    fn a_number_may_be_given() {
        let inner = |value: f64| std::collections::BTreeMap::from([("slope", value)]);
        let map = MapDeserializer::<_, Error>::new([("leaky_relu", inner(0.2))].into_iter());
        assert_eq!(Activation::deserialize(map), Ok(Activation::LeakyRelu { slope: 0.2 }));
    }
}
