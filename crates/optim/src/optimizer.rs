//! A method as a choice.

use crate::{
    adagrad::Adagrad,
    adam::{Adam, AdamW},
    first_order::{FirstOrder, State},
    lbfgs::Lbfgs,
    rms_prop::RmsProp,
    sgd::Sgd,
};
use cairn_traits::{Error, Float, Hyperparameters, Result};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::fmt;

/// A method, as a hyperparameter: of those that step along noisy gradients, or L-BFGS, which asks for the objective itself.
///
/// The first are a [`FirstOrder`] each, and so is the choice among them. L-BFGS is none: [`Optimizer::minimizer`] gives it to
/// those who have all rows at hand, and [`FirstOrder::step`] refuses it.
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
    /// [`Lbfgs`]; how many iterations it may take is for those to say who call it.
    Lbfgs {
        /// How many steps are remembered, at least 1.
        memory: usize,
        /// The largest slope at the end, relative to the objective where that is above 1; at least 0.
        tol: f64,
    },
}

/// `$work` with the first-order method that is chosen, or what `$else` is for L-BFGS.
macro_rules! chosen {
    ($optimizer:expr, $of:ident => $work:expr, else $else:expr) => {
        match $optimizer {
            Optimizer::Sgd($of) => $work,
            Optimizer::Adam($of) => $work,
            Optimizer::AdamW($of) => $work,
            Optimizer::RmsProp($of) => $work,
            Optimizer::Adagrad($of) => $work,
            Optimizer::Lbfgs { .. } => $else,
        }
    };
}

impl Optimizer {
    /// L-BFGS as [`Lbfgs::new`] has it.
    pub fn lbfgs() -> Self {
        let Lbfgs { memory, tol, .. } = Lbfgs::new();
        Self::Lbfgs { memory, tol }
    }

    /// What minimises an objective as a whole, if that was chosen.
    pub fn minimizer(&self) -> Option<Lbfgs> {
        match *self {
            Self::Lbfgs { memory, tol } => Some(Lbfgs::new().memory(memory).tol(tol)),
            _ => None,
        }
    }

    /// Whether it steps along gradients that are given to it: what those ask beforehand who never have all rows at hand.
    ///
    /// # Errors
    /// [`Error::Parameter`] for L-BFGS.
    pub fn check_steps(&self) -> Result<()> {
        let requirement = "a method that learns from a few rows at a time; lbfgs needs all of them at once";
        chosen!(self, _of => Ok(()), else Err(Error::Parameter { name: "optimizer", requirement, found: f64::NAN }))
    }
}

impl Default for Optimizer {
    /// Adam.
    fn default() -> Self {
        Self::Adam(Adam::new())
    }
}

impl Hyperparameters for Optimizer {
    fn validate(&self) -> Result<()> {
        chosen!(self, of => of.validate(), else self.minimizer().map_or(Ok(()), |lbfgs| lbfgs.validate()))
    }
}

impl FirstOrder for Optimizer {
    fn n_averages(&self) -> usize {
        chosen!(self, of => of.n_averages(), else 0)
    }

    fn start<F: Float>(&self, n: usize) -> State<F> {
        chosen!(self, of => of.start(n), else State::filled(n, 0, F::zero()))
    }

    fn step<F: Float>(
        &self,
        state: &mut State<F>,
        learning_rate: f64,
        parameters: &mut [F],
        gradient: &[F],
    ) -> Result<()> {
        chosen!(self, of => of.step(state, learning_rate, parameters, gradient), else self.check_steps())
    }

    fn advance<F: Float>(&self, state: &mut State<F>, learning_rate: f64, parameters: &mut [F], gradient: &[F]) {
        chosen!(self, of => of.advance(state, learning_rate, parameters, gradient), else {});
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
    Lbfgs,
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
    Lbfgs(Remembering),
}

/// The settings of L-BFGS.
#[derive(Deserialize)]
#[serde(default)]
struct Remembering {
    memory: usize,
    tol: f64,
}

impl Default for Remembering {
    fn default() -> Self {
        let Lbfgs { memory, tol, .. } = Lbfgs::new();
        Self { memory, tol }
    }
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
            Name::Lbfgs => Optimizer::lbfgs(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Optimizer, A::Error> {
        Ok(match Settings::deserialize(MapAccessDeserializer::new(map))? {
            Settings::Sgd(of) => Optimizer::Sgd(of),
            Settings::Adam(of) => Optimizer::Adam(of),
            Settings::AdamW(of) => Optimizer::AdamW(of),
            Settings::RmsProp(of) => Optimizer::RmsProp(of),
            Settings::Adagrad(of) => Optimizer::Adagrad(of),
            Settings::Lbfgs(Remembering { memory, tol }) => Optimizer::Lbfgs { memory, tol },
        })
    }
}

impl<'de> Deserialize<'de> for Optimizer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}
