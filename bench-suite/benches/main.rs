//! `cargo bench -p bench-suite`: time alone, one module for each algorithm. Inputs are made outside the timed part.
//!
//! Ids say what is done, by which algorithm, on which shape: `knn/predict/brute/n=20000,p=64,m=2000,k=10`. With
//! `--features peers`, linfa and smartcore stand beside ours, their name at the end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bayes;
mod kmeans;
mod knn;
mod linear;
mod logistic;
mod mlp;
mod optim;
mod pca;
#[cfg(feature = "peers")]
mod peers;
mod products;
mod tree;
mod tsne;

use cairn_knn::{DMatrix, DVector, Float};
use cairn_numeric::stream;
use criterion::{criterion_group, criterion_main};
use rand::RngExt;

/// Numbers between -1/2 and 1/2, the same in every run.
fn uniform<F: Float>(n_rows: usize, n_columns: usize, seed: u64) -> DMatrix<F> {
    let mut rng = stream(seed, 0);
    DMatrix::from_fn(n_rows, n_columns, |_, _| F::of(rng.random::<f64>() - 0.5))
}

/// The sum of the columns and noise of the same size as one.
fn linear_target<F: Float>(x: &DMatrix<F>, seed: u64) -> DVector<F> {
    x.column_sum() + uniform::<F>(x.nrows(), 1, seed).column(0)
}

criterion_group!(
    benches,
    products::benches,
    optim::benches,
    linear::benches,
    logistic::benches,
    bayes::benches,
    kmeans::benches,
    knn::benches,
    pca::benches,
    tree::benches,
    mlp::benches,
    tsne::benches
);
#[cfg(feature = "peers")]
criterion_group!(peers, peers::benches);
#[cfg(feature = "peers")]
criterion_main!(benches, peers);
#[cfg(not(feature = "peers"))]
criterion_main!(benches);
