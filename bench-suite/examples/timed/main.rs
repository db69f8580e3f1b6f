//! Times one computation at a time for `peers/measure.py`, which times a rival at the same work in between.
//!
//! Reads a line of JSON for each request on standard input and answers with one on standard output. Data comes in files
//! of raw little-endian numbers, column by column. Conversions are done before the clock starts; the computation is run
//! `repeats` times inside the rayon pool, and each time is answered, with the numbers that show the work was equal.
#![forbid(unsafe_code)]

mod bayes;
mod kmeans;
mod linear;
mod logistic;
mod mlp;
mod pca;
mod trees;
mod tsne;

use cairn_knn::{DMatrix, DVector, Float};
use cairn_neighbors::{Algorithm, Index, Metric};
use cairn_numeric::{Parallelism, gram, matmul_into};
use serde::Deserialize;
use serde_json::json;
use std::{error::Error, hint::black_box, io::BufRead, path::Path, time::Instant};

#[derive(Deserialize)]
struct Request {
    task: String,
    precision: String,
    /// Shapes of the files, rows and columns of each in turn.
    shapes: Vec<(usize, usize)>,
    files: Vec<String>,
    #[serde(default)]
    n_neighbors: usize,
    #[serde(default)]
    n_components: usize,
    #[serde(default)]
    max_iter: usize,
    /// A penalty, and how exactly it is solved for.
    #[serde(default)]
    alpha: f64,
    #[serde(default)]
    tol: f64,
    #[serde(default)]
    n_folds: usize,
    #[serde(default)]
    n_columns: usize,
    /// The longest run of characters that is a term; 1 for words.
    #[serde(default)]
    longest: usize,
    #[serde(default)]
    l1: f64,
    /// Which tree, forest or boosting; whether its answers are timed, not its fit; its columns of categories.
    #[serde(default)]
    estimator: String,
    #[serde(default)]
    predict: bool,
    #[serde(default)]
    categorical: Vec<usize>,
    /// Of networks.
    #[serde(default)]
    hidden: Vec<usize>,
    #[serde(default)]
    batch_size: usize,
    #[serde(default)]
    epochs: usize,
    repeats: usize,
}

type Answer = Result<serde_json::Value, Box<dyn Error + Send + Sync>>;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        // inside the pool, as the program runs everything
        let answer = rayon::scope(|_| match request.precision.as_str() {
            "f32" => answer(&request, |bytes: [u8; 4]| f32::from_le_bytes(bytes)),
            _ => answer(&request, |bytes: [u8; 8]| f64::from_le_bytes(bytes)),
        })?;
        println!("{answer}");
    }
    Ok(())
}

fn answer<F: Float, const N: usize>(request: &Request, number: impl Fn([u8; N]) -> F) -> Answer {
    if request.task == "vectorizer" {
        return bayes::vectorizer(request);
    }
    let mut matrices = Vec::new();
    for (file, &(rows, columns)) in request.files.iter().zip(&request.shapes) {
        let bytes = std::fs::read(Path::new(file))?;
        let (numbers, _) = bytes.as_chunks::<N>();
        matrices.push(DMatrix::from_iterator(rows, columns, numbers.iter().map(|&bytes| number(bytes))));
    }
    let [a, b, rest @ ..] = matrices.as_slice() else { return Err("expected two files".into()) };
    match request.task.as_str() {
        "matmul" => {
            let mut c = DMatrix::zeros(a.nrows(), b.ncols());
            let seconds =
                timed(request.repeats, || matmul_into(F::one(), a, b, F::zero(), c.as_view_mut(), Parallelism::Pool))?;
            Ok(json!({ "seconds": seconds, "check": c.iter().map(|v| v.to_f64()).sum::<f64>() }))
        }
        "gram" => {
            let mut g = DMatrix::zeros(0, 0);
            let seconds = timed(request.repeats, || {
                g = gram(a.as_view());
                Ok(())
            })?;
            Ok(json!({ "seconds": seconds, "check": g.iter().map(|v| v.to_f64()).sum::<f64>() }))
        }
        "neighbors" => {
            let mut nearest = None;
            let seconds = timed(request.repeats, || {
                let index = Index::new(a, Algorithm::Auto, Metric::Euclidean)?;
                nearest = Some(index.k_nearest(b, request.n_neighbors)?);
                Ok(())
            })?;
            let indices: Vec<usize> = nearest.iter().flat_map(|n| n.iter().flat_map(|(i, _)| i.to_vec())).collect();
            Ok(json!({ "seconds": seconds, "check": indices }))
        }
        "logistic" => logistic::answer(request, a, b, rest),
        "bayes" => bayes::answer(request, a, b, rest),
        "mlp" => mlp::answer(request, a, b, rest),
        "tsne" => tsne::answer(request, a, b, rest),
        "trees" => trees::answer(request, a, b, rest),
        "kmeans" => kmeans::answer(request, a, b),
        "mixture" => kmeans::mixture(request, a, b),
        "pca" | "truncated-svd" => pca::answer(request, a),
        _ => linear::answer(request, a, &DVector::from_column_slice(b.as_slice())),
    }
}

/// Seconds of each repeat.
fn timed(repeats: usize, mut work: impl FnMut() -> cairn_knn::Result<()>) -> cairn_knn::Result<Vec<f64>> {
    let mut seconds = Vec::with_capacity(repeats);
    for _ in 0..repeats {
        let start = Instant::now();
        black_box(work())?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok(seconds)
}
