//! k-means by small batches: the model is useful long before all rows have been seen.

mod fit;
mod params;
mod walk;

pub use params::MiniBatchKMeans;
