use crate::model::{Kind, LinearModel};
use cairn_traits::DVector;
use serde::{Deserialize, Serialize};

/// What [`crate::Ridge`] fits.
pub type RidgeModel<F, Y = DVector<F>> = LinearModel<F, Y, Penalised>;

/// A ridge fit tells nothing beside its coefficients.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Penalised {}

impl Kind for Penalised {
    const NAME: &'static str = "ridge";
    const VERSION: u32 = 1;
}
