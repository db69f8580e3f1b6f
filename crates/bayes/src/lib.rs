//! Naive Bayes: classify by counting.
//!
//! How likely is each class, given what a row looks like? Bayes' rule turns the question around: how likely is such a row in
//! each class, and how common is the class?
//!
//! ```text
//! P(class | row) = P(class) · P(row | class) / P(row)
//! ```
//!
//! To know how likely whole rows are would take more data than there is. So the columns are taken as independent once the
//! class is known, which is hardly ever true and therefore *naive*; then each column is learned by itself, and
//!
//! ```text
//! ln P(class, row) = ln P(class) + Σⱼ ln P(xⱼ | class)
//! ```
//!
//! The class with the largest sum is the answer. Its probabilities are too sure of themselves (columns that say the same are
//! counted twice); their order is often right. There is nothing to iterate: learning is one pass of counting.
//!
//! Sums of logarithms instead of products of probabilities: a product of 100,000 small numbers would be 0 for every class.
//!
//! # Which one?
//! | model | columns are | typical data |
//! |---|---|---|
//! | [`GaussianNb`] | measurements | flowers, sensors |
//! | [`MultinomialNb`] | counts | words of texts; amounts such as TF-IDF do |
//! | [`ComplementNb`] | counts | the same, with classes of very different size |
//! | [`BernoulliNb`] | there or not | short texts, ticked boxes |
//! | [`CategoricalNb`] | categories 0, 1, 2, ... | answers to a questionnaire |
//! | [`MixedNb`] | each its own of these | tables |
//!
//! # Knobs
//! - `alpha`: what is added to each count. 0 would make what a class has never shown impossible, and one such word would
//!   outweigh a thousand others; a large number makes all words alike.
//! - `var_smoothing`: the same for variances.
//! - [`Priors`]: how common classes are where the model is used, if that is not as among the training rows. A change of the
//!   prior moves every answer by the same step of log-odds.
//!
//! # Streams, and rows on many machines
//! Each model learns from sums ([`GaussianSums`], [`CountSums`], [`PresenceSums`], [`CategorySums`], [`MixedSums`]), which
//! take rows batch by batch, merge and serialise. Smoothing is added when the model is made, so that any split of the rows,
//! in any order, gives the model of the whole.
//! ```
//! use cairn_bayes::{Accumulate, Fit, FitFrom, GaussianNb, GaussianSums, Merge, rows};
//! let x = rows(&[[1.0, 2.0], [2.0, 1.0], [7.0, 8.0], [9.0, 8.0]]);
//! let y = [0, 0, 1, 1];
//! let (mut first, mut second) = (GaussianSums::new(), GaussianSums::new());
//! first.accumulate(&x.rows(0, 3).into_owned(), &y[..3], None)?;
//! second.accumulate(&x.rows(3, 1).into_owned(), &y[3..], None)?;
//! first.merge(&second)?;
//! let (streamed, whole) = (GaussianNb::new().fit_from(&first)?, GaussianNb::new().fit(&x, &y[..])?);
//! assert!((streamed.variances() - whole.variances()).amax() < 1e-14);
//! # Ok::<(), cairn_bayes::Error>(())
//! ```
//!
//! # Numbers
//! Rows are `f32` or `f64`, sums and models are always `f64`. Rows may be dense; for counts and presence also sparse, and
//! such rows are never made dense. Labels are any `usize`; words go through [`cairn_traits::Named`].
//!
//! # References
//! Hand and Yu (2001), Idiot's Bayes: not so stupid after all? Domingos and Pazzani (1997), On the optimality of the simple
//! Bayesian classifier under zero-one loss.
#![forbid(unsafe_code)]

mod bernoulli;
mod categorical;
mod classes;
mod complement;
mod counts;
mod gaussian;
mod joint;
mod mixed;
mod multinomial;
#[cfg(test)]
mod tests;

pub use bernoulli::{BernoulliNb, BernoulliNbModel, PresenceSums};
pub use cairn_traits::{
    Accumulate, Classes, CsrMatrix, DMatrix, DVector, Error, Fit, FitFrom, FitWeighted, Float, Hyperparameters, Merge,
    Persist, Predict, Probabilistic, Result, rows,
};
pub use categorical::{CategoricalNb, CategoricalNbModel, CategorySums, Unseen};
pub use classes::Priors;
pub use complement::{ComplementNb, ComplementNbModel};
pub use counts::{CountRows, CountSums};
pub use gaussian::{GaussianNb, GaussianNbModel, GaussianSums};
pub use mixed::{Family, MixedNb, MixedNbModel, MixedSums};
pub use multinomial::{MultinomialNb, MultinomialNbModel};
