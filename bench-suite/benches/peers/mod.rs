//! Ours beside linfa and smartcore: the same problem, and a check that the answers are the same before a time is taken.
//!
//! Ids are those of our own benches with the library and its threads at the end: the others have one thread, so that
//! ours is timed on one too. `ndarray` and `DenseMatrix` copies of the rows are made outside the timed part.

mod knn;
mod linear;
mod logistic;
mod unsupervised;

use cairn_knn::DMatrix;
use criterion::{BenchmarkGroup, Criterion, measurement::WallTime};
use ndarray::{Array2, ShapeBuilder};
use rayon::{ThreadPool, ThreadPoolBuilder};
use smartcore::linalg::basic::matrix::DenseMatrix;

type Group<'a> = BenchmarkGroup<'a, WallTime>;

pub(crate) fn benches(c: &mut Criterion) {
    linear::benches(c);
    logistic::benches(c);
    knn::benches(c);
    unsupervised::benches(c);
}

/// Ours on one thread and on all.
fn ours<T: Send>(group: &mut Group<'_>, id: &str, work: impl Fn() -> T + Sync) {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    for threads in if all > 1 { vec![1, all] } else { vec![1] } {
        let pool: ThreadPool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        group.bench_function(format!("{id}/cairn,threads={threads}"), |bench| {
            pool.install(|| bench.iter(&work));
        });
    }
}

/// Another library, on its one thread.
fn theirs<T>(group: &mut Group<'_>, id: &str, library: &str, work: impl Fn() -> T) {
    group.bench_function(format!("{id}/{library},threads=1"), |bench| bench.iter(&work));
}

/// Columns contiguous, which coordinate descent and QR walk along.
fn as_array(x: &DMatrix<f64>) -> Array2<f64> {
    Array2::from_shape_vec((x.nrows(), x.ncols()).f(), x.as_slice().to_vec()).unwrap()
}

fn as_dense(x: &DMatrix<f64>) -> DenseMatrix<f64> {
    DenseMatrix::new(x.nrows(), x.ncols(), x.as_slice().to_vec(), true).unwrap()
}

/// The work was equal: no answer differs by more than rounding, relative to the greatest.
fn same(library: &str, ours: &[f64], theirs: &[f64]) {
    near(library, 1e-8, ours, theirs);
}

/// As [`same`], for what ends before rounding is all that is left.
fn near(library: &str, tolerance: f64, ours: &[f64], theirs: &[f64]) {
    let scale = ours.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let most = ours.iter().zip(theirs).fold(0.0, |most: f64, (a, b)| most.max((a - b).abs()));
    assert!(ours.len() == theirs.len() && most <= tolerance * scale, "{library} answers something else, by {most:e}");
}
