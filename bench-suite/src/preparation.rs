//! The way from a raw row to the numbers an algorithm takes, learned from training rows alone.

use crate::{
    failure::{Failure, Result},
    input::Features,
};
use cairn_preprocess::{StandardScaler, StandardScalerModel, TableEncoder, TableEncoderModel, Transform};
use cairn_traits::{DMatrix, check};
use serde::{Deserialize, Serialize};

/// What was learned from the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Preparation {
    /// Gaps filled, words one-hot, perhaps standardised.
    Table(TableEncoderModel),
    /// Pixels as they are, perhaps standardised.
    Pixels { n_features: usize, scaler: Option<StandardScalerModel> },
}

impl Preparation {
    pub(crate) fn fit(features: &Features, standardize: bool) -> Result<Self> {
        match features {
            Features::Table(table) if table.n_columns() == 0 => {
                Err(Failure::new("expected a column beside the target, found none"))
            }
            Features::Table(table) => Ok(Self::Table(TableEncoder::new().standardize(standardize).fit(table)?)),
            Features::Pixels(pixels) => {
                let scaler = standardize.then(|| StandardScaler::new().fit(pixels)).transpose()?;
                Ok(Self::Pixels { n_features: pixels.ncols(), scaler })
            }
        }
    }

    pub(crate) fn apply(&self, features: &Features) -> Result<DMatrix<f64>> {
        match (self, features) {
            (Self::Table(encoder), Features::Table(table)) => Ok(encoder.transform(table)?),
            (Self::Pixels { n_features, scaler }, Features::Pixels(pixels)) => {
                check::columns("images", *n_features, pixels.ncols())?;
                Ok(match scaler {
                    None => pixels.clone(),
                    Some(scaler) => scaler.transform(pixels)?,
                })
            }
            (Self::Table(_), _) => Err(Failure::new("expected CSV as in training, found images")),
            (Self::Pixels { .. }, _) => Err(Failure::new("expected images as in training, found CSV")),
        }
    }
}
