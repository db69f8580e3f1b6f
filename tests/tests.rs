//! Laws over every estimator, outside references, and the rules of the workspace, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod dependencies;
mod laws;
mod references;
mod safety;
mod tree_laws;
mod unsupervised_laws;
