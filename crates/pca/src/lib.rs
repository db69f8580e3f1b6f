//! Principal components.
#![forbid(unsafe_code)]

mod column_means;
mod components;
mod incremental_pca {
    mod fit;
    mod params;
    pub use params::IncrementalPca;
    #[cfg(test)]
    mod tests;
}
mod mle;
mod operator;
mod pca {
    mod fit;
    pub(crate) mod model;
    mod params;
    pub use model::PcaModel;
    pub use params::Pca;
    #[cfg(test)]
    mod tests;
}
mod projection;
mod randomized;
mod solver;
mod spectrum;
mod truncated_svd {
    mod fit;
    mod model;
    mod params;
    pub use model::TruncatedSvdModel;
    pub use params::TruncatedSvd;
    #[cfg(test)]
    mod tests;
}

pub use cairn_numeric::Moments;
pub use cairn_traits::{
    Accumulate, CsrMatrix, DMatrix, DVector, Error, Fit, FitFrom, FitWeighted, Hyperparameters, InverseTransform,
    Merge, PartialFit, Persist, Result, ScoreSamples, Transform, rows,
};
pub use components::Components;
pub use incremental_pca::IncrementalPca;
pub use pca::{Pca, PcaModel};
pub use solver::Solver;
pub use truncated_svd::{TruncatedSvd, TruncatedSvdModel};
