//! Data sets to learn and to test with, embedded in the program: no download, no file to find. And [`generators`], which
//! make data of any size with one difficulty at a time.
//!
//! # The sets
//! Tables, [`Dataset::load`] gives them as numbers, or as a [`Table`] where there are words or gaps:
//!
//! | function | rows x features | predicts | what it is for |
//! |---|---|---|---|
//! | [`iris`] | 150 x 4 | 3 species | the first classification: numbers alone, nothing missing, can be drawn on paper |
//! | [`penguins`] | 344 x 7 | 3 species | cleaning: words beside numbers, missing cells |
//! | [`breast_cancer`] | 569 x 30 | malignant or not | two classes, many columns that say nearly the same |
//! | [`spambase`] | 4601 x 57 | spam or not | counts of words: naive Bayes, trees; what a false alarm costs |
//! | [`adult`] (`large`) | 45,222 x 14 | income above 50,000 | many rows, many words: boosting, encoders; fairness |
//! | [`diabetes`] | 442 x 10 | progression | ridge and lasso; its licence is unclear |
//! | [`wine_quality_red`] | 1599 x 11 | a mark, 3 to 8 | a hard regression: noisy marks, columns of very different scales |
//! | [`sacramento_houses`] | 932 x 8 | a price | regression with places as words; many categories, few rows each |
//!
//! Images; those of 8 x 8 as a matrix of numbers, the others as [`Images`]:
//!
//! | function | images | predicts | what it is for |
//! |---|---|---|---|
//! | [`digits8x8`] | 1797 of 8 x 8, grey | 10 digits | neighbours, components, clusters, small networks |
//! | [`mnist10k`] (`share-alike`) | 10,000 of 28 x 28, grey | 10 digits | networks, convolutions, generators, maps |
//! | [`emoji32_rgb`] (`large`) | 1911 of 32 x 32, colour | 10 categories | convolutions and generators in colour; a tiny class |
//!
//! Series, a matrix of steps or a matrix for each series:
//!
//! | function | steps x columns | predicts | what it is for |
//! |---|---|---|---|
//! | [`sunspots_yearly`] | 309 x 1 | the next year | autoregression: a wave of eleven years |
//! | [`sunspots_monthly`] | 3120 x 1 | the next month | the same wave under noise: how far does a memory reach? |
//! | [`seattle_weather`] | 1461 x 4 | tomorrow's `temp_max` | several columns at a time; five kinds of weather in its table |
//! | [`japanese_vowels`] (`large`) | 640 of 7 to 29 x 12 | 9 speakers | series of unequal lengths, with an official split |
//!
//! Texts:
//!
//! | function | texts | predicts | what it is for |
//! |---|---|---|---|
//! | [`names_gender_us1990`] | 5494 names | 2 genders | characters as features; rows that contradict each other |
//! | [`names_origin`] | 36,894 names | 30 origins | recurrent networks over characters; unequal classes |
//! | [`udhr_langid`] | 2234 paragraphs | 38 languages | n-grams and naive Bayes |
//! | [`udhr_eng_fra`] | 81 lines | French | does a translator run at all? |
//! | [`bible_eng_spa`] (`large`) | 4867 short verses | Spanish | a translator that has to learn something |
//! | [`shakespeare`] (`large`) | 43,289 lines | what comes next | language models |
//!
//! [`Dataset`] has the facts of each, [`all`] lists them, [`by_name`] finds one. `LICENSES.md`, beside this crate's manifest,
//! has origin, licence, changes and traps of each; [`Dataset::licence`] and [`Dataset::source`] the same in a line.
//!
//! # Which set for what
//! **The first model of one's life**: [`iris`], on paper first. **From a file to a model**: [`penguins`], whose gaps and
//! words have to be dealt with, then [`sacramento_houses`]. **A line**: [`diabetes`], and what a penalty does to its
//! coefficients; [`wine_quality_red`] for how little a line explains. **Probabilities and thresholds**: [`breast_cancer`],
//! [`spambase`]. **Trees and boosting**: [`adult`]. **Clusters and maps**: [`iris`], then [`digits8x8`], whose classes
//! nobody shows the algorithm. **Networks**: [`digits8x8`] trains in seconds, [`mnist10k`] in a minute, [`emoji32_rgb`] has
//! colour. **Series**: [`sunspots_yearly`] with a line, [`sunspots_monthly`] with a network, [`japanese_vowels`] for
//! classes. **Text**: [`udhr_langid`] by counting, [`names_origin`] by reading, [`shakespeare`] by writing.
//! **To know the truth beforehand**: [`generators`].
//!
//! Data can also be made to order, at any size, with what is to be found known beforehand: [`generators`].
//!
//! # Traps
//! Each set's page names its own; tests hold them against the data.
//!
//! **Ordered rows.** [`iris`], [`penguins`], [`spambase`], [`names_gender_us1990`], [`names_origin`], [`udhr_langid`] and both
//! parts of [`japanese_vowels`] are ordered by class, [`sacramento_houses`] is five runs of ascending prices, [`bible_eng_spa`]
//! and [`emoji32_rgb`] have like beside like. The first 80 % of such a file is no sample of it: shuffle before splitting.
//! Series are ordered too, and must stay so: split them in time.
//!
//! **Copies.** 391 rows of [`spambase`], 240 of [`wine_quality_red`], 209 lines of [`bible_eng_spa`], 47 rows of [`adult`], 33
//! [`emoji32_rgb`] are copies of others, and a copy in the test part is a question whose answer was given in training. 331
//! names of [`names_gender_us1990`] and 2355 of [`names_origin`] come with several answers.
//!
//! **Unequal classes.** Five images of [`emoji32_rgb`] are of one category, 55 of 36,894 names Vietnamese, three of four
//! people of [`adult`] in one class: look at scores by class.
//!
//! **Gaps.** [`penguins`] has 19 missing cells, no other set has any among its features. `na` and `nan` are names in
//! [`names_gender_us1990`].
//!
//! # What it costs
//! **In a program**: the sets it names. Each file is reached by its set's function alone and the linker drops the rest:
//! a program that calls [`iris`] carries 861 bytes of data, and a test looks for the other files in it and finds none. Built
//! for release on x86-64 Linux and stripped, `examples/one_set.rs` has 649 kB and `examples/every_set.rs`, which calls
//! [`all`], 6303 kB. [`all`] and [`by_name`] keep every file.
//!
//! **In the download**: cargo downloads a package whole, whatever its features, so the large files are in packages of their
//! own, which features turn on. Without any it is 0.6 MB: every set of less than 150 kB. `large` adds 3.4 MB
//! (`cairn-datasets-large`: [`adult`], [`bible_eng_spa`], [`emoji32_rgb`], [`japanese_vowels`], [`shakespeare`]).
//! `share-alike` adds 1.6 MB (`cairn-datasets-share-alike`: [`mnist10k`]), apart because of its licence, which comes into no
//! program that has not asked for it.
//!
//! **In time**: nothing is unpacked before it is asked for, and nothing is kept. Each [`Dataset::load`] unpacks and reads
//! anew: milliseconds each, a third of a second for all of them in a release build.
//!
//! # Files of one's own
//! [`read_ts`] reads series in the form of the UCR and UEA archives, [`Idx`] images as MNIST has them, [`Table::from_csv`]
//! tables; [`Data`] is what the first gives and all sets come as, and [`Data::to_csv`] writes.
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
#![cfg_attr(not(feature = "large"), doc = "\n[`adult`]: #the-sets")]
#![cfg_attr(not(feature = "large"), doc = "\n[`bible_eng_spa`]: #the-sets")]
#![cfg_attr(not(feature = "large"), doc = "\n[`emoji32_rgb`]: #the-sets")]
#![cfg_attr(not(feature = "large"), doc = "\n[`japanese_vowels`]: #the-sets")]
#![cfg_attr(not(feature = "large"), doc = "\n[`shakespeare`]: #the-sets")]
#![cfg_attr(not(feature = "share-alike"), doc = "\n[`mnist10k`]: #the-sets")]
#![forbid(unsafe_code)]

mod as_matrix;
mod as_table;
mod data;
mod dataset;
pub mod generators;
mod idx;
mod images;
mod load;
mod sets;
mod ts;

pub use cairn_preprocess::{DMatrix, DVector, Error, Result, Table};
pub use data::{Data, Features, Form, Target, Task};
pub use dataset::Dataset;
pub use generators::{
    Generate, make_adding_problem, make_blobs, make_circles, make_classification, make_friedman1, make_gaussian_grid,
    make_gaussian_ring, make_low_rank, make_moons, make_regression, make_rents, make_sine_mixtures,
    make_sparse_regression, make_spirals, make_swiss_roll,
};
pub use idx::Idx;
pub use images::Images;
#[cfg(feature = "share-alike")]
pub use sets::mnist10k;
#[cfg(feature = "large")]
pub use sets::{adult, bible_eng_spa, emoji32_rgb, japanese_vowels, shakespeare};
pub use sets::{
    all, breast_cancer, by_name, diabetes, digits8x8, iris, names_gender_us1990, names_origin, penguins,
    sacramento_houses, seattle_weather, spambase, sunspots_monthly, sunspots_yearly, udhr_eng_fra, udhr_langid,
    wine_quality_red,
};
pub use ts::read_ts;
