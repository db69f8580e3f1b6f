//! Principal components.
#![forbid(unsafe_code)]

mod components;
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

pub use cairn_numeric::Moments;
pub use cairn_traits::{
    Accumulate, CsrMatrix, DMatrix, DVector, Error, Fit, FitFrom, FitWeighted, Hyperparameters, InverseTransform,
    Merge, PartialFit, Persist, Result, ScoreSamples, Transform, rows,
};
pub use components::Components;
pub use pca::{Pca, PcaModel};
pub use solver::Solver;
