//! What any algorithm must beat: answers that cost no learning.

mod anomalies;
mod sequences;
mod supervised;
mod unsupervised;

pub(crate) use anomalies::ThreeSigma;
pub(crate) use sequences::{Persistence, SymbolFrequencies};
pub(crate) use supervised::{MajorityClass, MeanTarget};
pub(crate) use unsupervised::{IndependentNormals, RandomCentroids, RandomProjection};
