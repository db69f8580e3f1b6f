//! Data made to order: each generator shows one difficulty, at any size, and its truth is known.
//!
//! A measured data set is what it is. A made one can be larger, noisier, or harder by one setting at a time, and what an
//! algorithm should find is known beforehand: which columns matter, where the centres are, how large the noise is. So a
//! new idea meets a made set first and a measured one next.
//!
//! ```
//! use cairn_datasets::{Generate, make_moons};
//! let data = make_moons(200).noise(0.1).seed(7).generate()?;
//! let (x, y) = data.xy_classes()?;
//! assert_eq!((x.shape(), y.len()), ((200, 2), 200));
//! # Ok::<(), cairn_datasets::Error>(())
//! ```
//!
//! # Gallery
//!
//! **Classes.**
//!
//! | generator | rows | what it is for |
//! |---|---|---|
//! | [`make_moons`] | (cos t, sin t) and (1 − cos t, ½ − sin t), t in \[0, π) | a straight line is not enough |
//! | [`make_circles`] | (cos t, sin t) and the same times `factor` | one feature more (x² + y²), and a line is enough |
//! | [`make_spirals`] | r (cos φ, sin φ), φ = 2π (turns · r + c / k) | the trial of small networks; neighbours find it easy |
//! | [`make_classification`] | corners of a cube + A z, their sums, copies, noise | which columns matter? classes of unequal size, wrong labels |
//!
//! **Numbers.**
//!
//! | generator | target | what it is for |
//! |---|---|---|
//! | [`make_regression`] | x·w + bias + noise | least squares: does it find w? |
//! | [`make_sparse_regression`] | x·w + noise, most of w is 0, columns correlated | the lasso: which columns, at which penalty? |
//! | [`make_friedman1`] | 10 sin(π x0 x1) + 20 (x2 − ½)² + 10 x3 + 5 x4 + noise | trees, forests, boosting, networks against a line |
//! | [`make_rents`] | rent of a flat, or whether to take it | the whole way: words, gaps, scales, then a model |
//!
//! **Shapes, without a question.**
//!
//! | generator | rows | what it is for |
//! |---|---|---|
//! | [`make_blobs`] | centre + σ N(0, I) | k-means, mixtures: are the centres found? |
//! | [`make_swiss_roll`] | (t cos t, 21 v, t sin t) | embeddings: unroll it; principal components cannot |
//! | [`make_low_rank`] | U diag(s) V' + noise | principal components: how many are enough? |
//! | [`make_gaussian_ring`] | small clouds on a circle | generative models: are all modes covered? |
//! | [`make_gaussian_grid`] | small clouds on a square grid | the same with more modes |
//!
//! **Sequences.**
//!
//! | generator | sequence | what it is for |
//! |---|---|---|
//! | [`make_adding_problem`] | numbers, two of them marked: their sum | does a recurrent network remember? |
//! | [`make_sine_mixtures`] | Σ aⱼ sin(2π fⱼ t + φⱼ) + noise | classes of series, or what comes next |
//!
//! # Settings
//! Each function takes the number of rows and gives a struct of hyperparameters with the usual defaults; setters change
//! them, [`Generate::generate`] makes a [`Data`]. What is known beforehand has a method: `coefficients` of
//! the regressions, `true_centers` of the blobs, `centers` of ring and grid, `singular_values`, `frequencies`,
//! [`MakeRents::usual_rent`]. Whatever cannot be made is an [`Error::Parameter`](crate::Error::Parameter) that names the
//! setting, and no set has more than 2²⁸ numbers.
//!
//! # Determinism
//! The same settings and the same seed give the same rows, on any number of threads. Coefficients, order, rows, noise and
//! blanks are drawn from separate ChaCha8 streams of the seed, so a setting changes what it is about and nothing else: more
//! noise moves the same points. Where rows do not hang on each other, more of them leave the first ones as they are; each
//! page says so.
//!
//! Whole numbers, uniform numbers, labels, orders and blanks are the same bits on any machine, and so is all arithmetic,
//! which is +, −, ×, ÷ and square roots in a fixed order. Sines, exponentials and logarithms are those of the system's
//! mathematical library, which may differ in the last digit from one system to another; normal numbers need them in about
//! one draw of a hundred (the edges and the tail of the ziggurat: Marsaglia and Tsang 2000). On one system every bit is
//! the same.
//!
//! # References
//! - Guyon (2003), "Design of experiments for the NIPS 2003 variable selection benchmark": what to hide in a made data set.
//! - Pedregosa et al. (2011), "Scikit-learn: machine learning in Python", JMLR 12: the names of generators and settings.
//! - Marsaglia and Tsang (2000), "The ziggurat method for generating random variables", Journal of Statistical Software 5.

mod adding_problem;
mod blobs;
mod circles;
mod classification;
mod draw;
mod friedman1;
mod gaussian_grid;
mod gaussian_ring;
mod limits;
mod low_rank;
mod moons;
mod regression;
mod rents;
mod sine_mixtures;
mod sparse_regression;
mod spirals;
mod swiss_roll;
#[cfg(test)]
mod tests;

pub use adding_problem::{MakeAddingProblem, make_adding_problem};
pub use blobs::{MakeBlobs, make_blobs};
pub use circles::{MakeCircles, make_circles};
pub use classification::{MakeClassification, make_classification};
pub use friedman1::{MakeFriedman1, make_friedman1};
pub use gaussian_grid::{MakeGaussianGrid, make_gaussian_grid};
pub use gaussian_ring::{MakeGaussianRing, make_gaussian_ring};
pub use low_rank::{MakeLowRank, SingularValues, make_low_rank};
pub use moons::{MakeMoons, make_moons};
pub use regression::{MakeRegression, make_regression};
pub use rents::{MakeRents, RentTarget, make_rents};
pub use sine_mixtures::{MakeSineMixtures, SineTarget, make_sine_mixtures};
pub use sparse_regression::{MakeSparseRegression, make_sparse_regression};
pub use spirals::{MakeSpirals, make_spirals};
pub use swiss_roll::{MakeSwissRoll, make_swiss_roll};

use crate::{Data, Features, Target, Task};
use cairn_traits::{DMatrix, DVector, Hyperparameters, Outputs, Result, check};
use draw::{Draw, Part, balanced_labels};

/// Makes a data set from hyperparameters: the same ones give the same rows.
///
/// A generator is a plain struct with a setter for each field; its function (`make_moons`) has the defaults.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_moons, make_rents};
/// fn describe<G: Generate>(generator: &G) -> cairn_datasets::Result<String> {
///     let data = generator.generate()?;
///     Ok(format!("{}: {} rows, {}", G::NAME, data.n_rows(), data.task))
/// }
/// assert_eq!(describe(&make_moons(20))?, "make-moons: 20 rows, classification");
/// assert_eq!(describe(&make_rents(30))?, "make-rents: 30 rows, regression");
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
pub trait Generate: Hyperparameters {
    /// The name of its function, with dashes: `make-moons`.
    const NAME: &'static str;

    /// What comes out, in a line.
    const DESCRIPTION: &'static str;

    /// The rows, and what belongs to them.
    ///
    /// # Errors
    /// [`crate::Error::Parameter`] for a hyperparameter out of its range, [`crate::Error::NonFinite`] where finite ones
    /// make a number too large to hold.
    fn generate(&self) -> Result<Data>;
}

fn data<G: Generate>(task: Task, features: Features, target: Target, target_name: &str) -> Data {
    let (name, description) = (G::NAME.to_owned(), G::DESCRIPTION.to_owned());
    Data { name, task, description, features, target, target_name: target_name.to_owned() }
}

fn matrix<S: AsRef<str>>(values: DMatrix<f64>, names: &[S]) -> Result<Features> {
    check::finite("x", values.as_view())?;
    Ok(Features::Matrix { values, names: names.iter().map(|name| name.as_ref().to_owned()).collect() })
}

/// Rows of numbers and the class of each; the classes are called 0, 1, 2, ...
fn class_data<G: Generate>(
    task: Task,
    x: DMatrix<f64>,
    names: &[impl AsRef<str>],
    labels: Vec<usize>,
    n_classes: usize,
) -> Result<Data> {
    let target = Target::Classes { labels, names: (0..n_classes).map(|class| class.to_string()).collect() };
    Ok(data::<G>(task, matrix(x, names)?, target, "class"))
}

/// Rows of numbers and the number of each.
fn number_data<G: Generate>(
    task: Task,
    x: DMatrix<f64>,
    names: &[impl AsRef<str>],
    y: DVector<f64>,
    target_name: &str,
) -> Result<Data> {
    check::finite("y", y.as_columns())?;
    Ok(data::<G>(task, matrix(x, names)?, Target::Numbers(y), target_name))
}

/// `x0`, `x1`, ...
fn numbered(n_columns: usize) -> Vec<String> {
    (0..n_columns).map(|column| format!("x{column}")).collect()
}

/// Rows around centres, as many around each, and which centre each row belongs to.
fn around(centers: &DMatrix<f64>, std: f64, n_samples: usize, seed: u64) -> (DMatrix<f64>, Vec<usize>) {
    let labels = balanced_labels(seed, n_samples, centers.nrows());
    let mut rows = Draw::new(seed, Part::Rows);
    let mut x = DMatrix::zeros(n_samples, centers.ncols());
    for (row, &label) in labels.iter().enumerate() {
        for column in 0..centers.ncols() {
            x[(row, column)] = centers[(label, column)] + std * rows.normal();
        }
    }
    (x, labels)
}
