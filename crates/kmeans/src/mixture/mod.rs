//! Mixtures of normal distributions: rows belong to several groups, each in part.

mod covariances;
mod em;
mod expectation;
mod fit;
mod model;
mod params;

pub use covariances::{CovarianceType, Covariances};
pub use model::GaussianMixtureModel;
pub use params::{GaussianMixture, MixtureInit};
