//! Small data sets to learn and to test with, embedded in the program: no download, no file to find.
//!
//! # The sets
//!
//! | function | rows x features | predicts | what it is for |
//! |---|---|---|---|
//! | [`iris`] | 150 x 4 | 3 species | the first classification: numbers alone, nothing missing, can be drawn on paper |
//! | [`penguins`] | 344 x 7 | 3 species | cleaning: words beside numbers, missing cells |
//! | [`wine_quality_red`] | 1599 x 11 | a mark, 3 to 8 | a hard regression: noisy marks, columns of very different scales |
//! | [`sacramento_houses`] | 932 x 8 | a price | regression with places as words; many categories, few rows each |
//! | [`digits8x8`] | 1797 x 64 | 10 digits | small images: neighbours, components, networks, clusters |
//!
//! `LICENSES.md`, beside this crate's manifest, has origin, licence, changes and traps of each; [`Dataset::licence`] and
//! [`Dataset::source`] the same in a line.
//!
//! Data can also be made to order, at any size, with what is to be found known beforehand: [`generators`].
//!
//! # Traps
//! **Ordered rows.** [`iris`] and [`penguins`] are ordered by class, [`sacramento_houses`] is five runs of ascending
//! prices. The first 80 % of such a file is no sample of it: shuffle before splitting.
//!
//! **Copies.** 240 rows of [`wine_quality_red`] are copies of others, and a copy in the test part is a question whose
//! answer was given in training.
//!
//! # What it costs
//! The files are compressed: 1 kB for iris, 54 kB for the digits, 96 kB together. Each is reached by its own function
//! alone, so a program that calls [`iris`] carries iris and the linker drops the rest; [`all`] and [`by_name`] keep all
//! of them. Nothing is unpacked before it is asked for, and nothing is kept: each [`Dataset::table`] unpacks and reads
//! anew, in milliseconds.
//!
//! # Examples
//! Learn on every other flower, judge the rest: the class whose mean is nearest.
//! ```
//! use cairn_datasets::{Task, iris};
//!
//! let iris = iris();
//! assert_eq!((iris.n_rows, iris.n_features, iris.task), (150, 4, Task::Classification));
//! let (x, y) = iris.xy_classes()?;
//!
//! // rows 0, 2, 4, ... are 25 flowers of each species: ordered by class, but every other row is a fair sample
//! let mean = |class: usize| {
//!     let rows: Vec<usize> = (0..x.nrows()).filter(|&row| row % 2 == 0 && y[row] == class).collect();
//!     x.select_rows(&rows).row_mean()
//! };
//! let means = [mean(0), mean(1), mean(2)];
//! let nearest = |row: usize| {
//!     let distance = |class: &usize| (x.row(row) - &means[*class]).norm();
//!     (0..3).min_by(|a, b| distance(a).total_cmp(&distance(b)))
//! };
//! let right = (0..150).filter(|&row| row % 2 == 1 && nearest(row) == Some(y[row])).count();
//! assert_eq!(right, 70); // of 75
//! # Ok::<(), cairn_datasets::Error>(())
//! ```
//! With words and missing cells, and honestly: what fills the gaps is learned from the training rows.
//! ```
//! use cairn_datasets::penguins;
//! use cairn_preprocess::{TableEncoder, TakeRows, Transform};
//!
//! let penguins = penguins();
//! let (features, _species) = penguins.table()?.split_target(penguins.target)?;
//! let (train, test): (Vec<usize>, Vec<usize>) = (0..penguins.n_rows).partition(|row| row % 4 != 0);
//! let encoder = TableEncoder::new().standardize(true).fit(&features.take_rows(&train)?)?;
//! // 5 numbers, 3 islands, 2 sexes
//! assert_eq!(encoder.transform(&features.take_rows(&test)?)?.shape(), (86, 10));
//! # Ok::<(), cairn_datasets::Error>(())
//! ```
#![forbid(unsafe_code)]

mod as_table;
mod data;
mod dataset;
pub mod generators;
mod images;
mod sets;

pub use cairn_preprocess::{DMatrix, DVector, Error, Result, Table};
pub use data::{Data, Features, Target, Task};
pub use dataset::Dataset;
pub use generators::{
    Generate, make_adding_problem, make_blobs, make_circles, make_classification, make_friedman1, make_gaussian_grid,
    make_gaussian_ring, make_low_rank, make_moons, make_regression, make_rents, make_sine_mixtures,
    make_sparse_regression, make_spirals, make_swiss_roll,
};
pub use images::Images;
pub use sets::{all, by_name, digits8x8, iris, penguins, sacramento_houses, wine_quality_red};
