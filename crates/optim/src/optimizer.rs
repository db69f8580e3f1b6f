//! A first-order method as a choice.

use crate::{
    adagrad::Adagrad,
    adam::{Adam, AdamW},
    first_order::{FirstOrder, State},
    rms_prop::RmsProp,
    sgd::Sgd,
};
use cairn_traits::{Float, Hyperparameters, Result};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::fmt;

/// One of the first-order methods, as a hyperparameter.
///
/// In files and on command lines it is a name with what differs from the defaults (`{"sgd": {"momentum": 0.9}}`), or a
/// name alone (`"adam"`).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimizer {
    /// [`Sgd`].
    Sgd(Sgd),
    /// [`Adam`].
    Adam(Adam),
    /// [`AdamW`].
    AdamW(AdamW),
    /// [`RmsProp`].
    RmsProp(RmsProp),
    /// [`Adagrad`].
    Adagrad(Adagrad),
}

/// `$work` with the method that is chosen.
macro_rules! chosen {
    ($optimizer:expr, $of:ident => $work:expr) => {
        match $optimizer {
            Optimizer::Sgd($of) => $work,
            Optimizer::Adam($of) => $work,
            Optimizer::AdamW($of) => $work,
            Optimizer::RmsProp($of) => $work,
            Optimizer::Adagrad($of) => $work,
        }
    };
}

impl Default for Optimizer {
    /// Adam.
    fn default() -> Self {
        Self::Adam(Adam::new())
    }
}

impl Hyperparameters for Optimizer {
    fn validate(&self) -> Result<()> {
        chosen!(self, of => of.validate())
    }
}

impl FirstOrder for Optimizer {
    fn n_averages(&self) -> usize {
        chosen!(self, of => of.n_averages())
    }

    fn start<F: Float>(&self, n: usize) -> State<F> {
        chosen!(self, of => of.start(n))
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        chosen!(self, of => of.advance(state, learning_rate, parameters, gradient));
    }
}

/// The names alone.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Sgd,
    Adam,
    AdamW,
    RmsProp,
    Adagrad,
}

/// The names with their settings.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Settings {
    Sgd(Sgd),
    Adam(Adam),
    AdamW(AdamW),
    RmsProp(RmsProp),
    Adagrad(Adagrad),
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Optimizer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an optimizer")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Optimizer, E> {
        Ok(match Name::deserialize(name.into_deserializer())? {
            Name::Sgd => Optimizer::Sgd(Sgd::new()),
            Name::Adam => Optimizer::Adam(Adam::new()),
            Name::AdamW => Optimizer::AdamW(AdamW::new()),
            Name::RmsProp => Optimizer::RmsProp(RmsProp::new()),
            Name::Adagrad => Optimizer::Adagrad(Adagrad::new()),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Optimizer, A::Error> {
        Ok(match Settings::deserialize(MapAccessDeserializer::new(map))? {
            Settings::Sgd(of) => Optimizer::Sgd(of),
            Settings::Adam(of) => Optimizer::Adam(of),
            Settings::AdamW(of) => Optimizer::AdamW(of),
            Settings::RmsProp(of) => Optimizer::RmsProp(of),
            Settings::Adagrad(of) => Optimizer::Adagrad(of),
        })
    }
}

impl<'de> Deserialize<'de> for Optimizer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}
