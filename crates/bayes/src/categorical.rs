//! Columns of categories: how often each occurs in a class.

use crate::{
    classes::{ByClass, Labelled, Priors, check_classes, same_columns},
    joint::{Joint, answering, joint},
    multinomial::check_alpha,
};
use cairn_traits::{
    Accumulate, Classes, DMatrix, Error, Fit, FitFrom, FitWeighted, Float, Hyperparameters, Merge, Persist, Result,
    check,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What becomes of a category that no training row had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// [`Error::UnknownClass`].
    Refused,
    /// It says nothing: the column is left out of that row, and so it is where the number is no category at all.
    Ignored,
}

/// Naive Bayes for categories, written as 0, 1, 2, ...: each column has its own share for each category of each class.
///
/// ```text
/// ln P(class, row) = ln prior + Σⱼ ln ((Nⱼ(xⱼ) + α) / (N + α mⱼ))      of each class, column j has mⱼ categories
/// ```
///
/// A column has as many categories as its greatest one says, and [`CategoricalNb::min_categories`] at least. Order and
/// distance of the numbers mean nothing.
///
/// # Examples
/// ```
/// use cairn_bayes::{CategoricalNb, Fit, Predict, rows};
/// // sky (0 clear, 1 clouds, 2 rain), wind (0 none, 1 strong): do we sail?
/// let days = rows(&[[0.0, 1.0], [1.0, 1.0], [0.0, 1.0], [2.0, 1.0], [0.0, 0.0], [1.0, 0.0]]);
/// let model = CategoricalNb::new().fit(&days, &[1, 1, 1, 0, 0, 0][..])?;
/// assert_eq!(model.predict(&rows(&[[0.0, 1.0], [2.0, 0.0]]))?, [1, 0]);
/// // clear sky in 2 of the 3 days of class 1: (2 + 1) / (3 + 3)
/// assert!((model.category_log_probabilities(0).unwrap()[(1, 0)] - 0.5_f64.ln()).abs() < 1e-15);
/// # Ok::<(), cairn_bayes::Error>(())
/// ```
///
/// # Complexity
/// One pass over the rows to fit; n_samples x n_features x n_classes to answer.
///
/// # Determinism
/// The rows of a class are added in order: the same bits on any number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoricalNb {
    priors: Priors,
    alpha: f64,
    min_categories: usize,
    unseen: Unseen,
}

impl CategoricalNb {
    /// Learned priors, 1 added to each count, categories as met, others refused.
    pub fn new() -> Self {
        Self { priors: Priors::Learned, alpha: 1.0, min_categories: 0, unseen: Unseen::Refused }
    }

    /// How likely each class is before a row is looked at.
    #[must_use]
    pub fn priors(mut self, priors: Priors) -> Self {
        self.priors = priors;
        self
    }

    /// What is added to each count: above 0. The larger, the flatter.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// So many categories are known of each column, met or not.
    #[must_use]
    pub fn min_categories(mut self, min_categories: usize) -> Self {
        self.min_categories = min_categories;
        self
    }

    /// What becomes of a category that no training row had.
    #[must_use]
    pub fn unseen(mut self, unseen: Unseen) -> Self {
        self.unseen = unseen;
        self
    }
}

impl Default for CategoricalNb {
    fn default() -> Self {
        Self::new()
    }
}

/// More categories than that are no categories; a table of them would not fit into memory.
const MOST: usize = 1 << 24;

impl Hyperparameters for CategoricalNb {
    fn validate(&self) -> Result<()> {
        self.priors.validate()?;
        check_alpha(self.alpha)?;
        if self.min_categories > MOST {
            let found = self.min_categories as f64;
            return Err(Error::Parameter { name: "min_categories", requirement: "at most 2^24", found });
        }
        Ok(())
    }
}

/// The category that a number stands for, if it can be one.
fn known(value: f64) -> Option<usize> {
    (value >= 0.0 && value < MOST as f64 && value.fract() == 0.0).then_some(value as usize)
}

/// The category that a number stands for.
fn category(value: f64, row: usize) -> Result<usize> {
    let requirement = "categories: whole numbers from 0, below 2^24";
    known(value).ok_or(Error::Domain { what: "x", requirement, found: value, row: Some(row) })
}

fn check_categories<F: Float>(x: &DMatrix<F>) -> Result<()> {
    for column in x.column_iter() {
        for (row, value) in column.iter().enumerate() {
            category(value.to_f64(), row)?;
        }
    }
    Ok(())
}

/// How often each category of each column occurs in each class, of rows that may come in any batches.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CategorySums {
    pub(crate) n_features: Option<usize>,
    /// Column by column, as many numbers as the greatest category so far says.
    pub(crate) sums: ByClass<Vec<Vec<f64>>>,
}

impl CategorySums {
    /// Sums that have seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    fn of<F: Float>(x: &DMatrix<F>, y: &[usize], weights: Option<&[f64]>) -> Result<Self> {
        check::training(x)?;
        Self::of_columns(x, &Labelled::new(y, x.nrows(), weights)?)
    }

    pub(crate) fn of_columns<F: Float>(x: &DMatrix<F>, labelled: &Labelled) -> Result<Self> {
        check_categories(x)?;
        let count = |rows: &Vec<usize>, column: usize| {
            let mut counts = Vec::new();
            for &row in rows {
                let at = x[(row, column)].to_f64() as usize;
                if at >= counts.len() {
                    counts.resize(at + 1, 0.0);
                }
                counts[at] += labelled.weight(row);
            }
            counts
        };
        let parts =
            labelled.rows().iter().map(|rows| (0..x.ncols()).map(|column| count(rows, column)).collect()).collect();
        let sums = ByClass { classes: labelled.classes.clone(), weights: labelled.class_weights(), parts };
        Ok(Self { n_features: Some(x.ncols()), sums })
    }

    /// A table for each column.
    pub(crate) fn tables(&self, alpha: f64, min_categories: &dyn Fn(usize) -> usize) -> Result<Tables> {
        let p = self.n_features.unwrap_or_default();
        for part in &self.sums.parts {
            check::columns("sums", p, part.len())?;
        }
        let table = |column: usize| {
            let counts: Vec<&[f64]> =
                self.sums.parts.iter().filter_map(|part| part.get(column)).map(Vec::as_slice).collect();
            let n = counts.iter().map(|counts| counts.len()).max().unwrap_or(0).max(min_categories(column));
            DMatrix::from_fn(counts.len(), n, |class, category| {
                let met = counts[class].get(category).copied().unwrap_or(0.0);
                ((met + alpha) / (counts[class].iter().sum::<f64>() + alpha * n as f64)).ln()
            })
        };
        let tables = Tables((0..p).map(|column| Table(table(column))).collect());
        tables.check(self.sums.classes.len())?;
        Ok(tables)
    }
}

impl Merge for CategorySums {
    fn merge(&mut self, other: &Self) -> Result<()> {
        same_columns(self.n_features, other.n_features)?;
        self.n_features = self.n_features.or(other.n_features);
        self.sums.merge(&other.sums, |own, _, other, _| {
            for (own, other) in own.iter_mut().zip(other) {
                own.resize(own.len().max(other.len()), 0.0);
                own.iter_mut().zip(other).for_each(|(own, new)| *own += new);
            }
        });
        Ok(())
    }
}

impl<F: Float> Accumulate<DMatrix<F>, [usize]> for CategorySums {
    fn accumulate(&mut self, x: &DMatrix<F>, y: &[usize], weights: Option<&[f64]>) -> Result<()> {
        self.merge(&Self::of(x, y, weights)?)
    }
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for CategoricalNb {
    type Model = CategoricalNbModel;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<CategoricalNbModel> {
        self.validate()?;
        self.fit_from(&CategorySums::of(x, y, None)?)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>, [usize]> for CategoricalNb {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &[usize], weights: &[f64]) -> Result<CategoricalNbModel> {
        self.validate()?;
        self.fit_from(&CategorySums::of(x, y, Some(weights))?)
    }
}

impl FitFrom<CategorySums> for CategoricalNb {
    type Model = CategoricalNbModel;

    fn fit_from(&self, statistics: &CategorySums) -> Result<CategoricalNbModel> {
        self.validate()?;
        statistics.sums.check()?;
        let log_priors = self.priors.logs(&statistics.sums.weights)?;
        let tables = statistics.tables(self.alpha, &|_| self.min_categories)?;
        Ok(CategoricalNbModel { classes: statistics.sums.classes.clone(), log_priors, tables, unseen: self.unseen })
    }
}

/// n_classes x n_categories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Table(#[serde(with = "cairn_traits::matrix")] DMatrix<f64>);

/// One for each column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tables(pub(crate) Vec<Table>);

impl Tables {
    pub(crate) fn check(&self, n_classes: usize) -> Result<()> {
        self.0.iter().try_for_each(|Table(table)| {
            check::rows("categories", n_classes, table.nrows())?;
            check::finite("categories", table.as_view())
        })
    }

    /// Whether all categories are known, or need not be.
    pub(crate) fn check_query<F: Float>(&self, x: &DMatrix<F>, unseen: Unseen) -> Result<()> {
        if unseen == Unseen::Ignored {
            return Ok(());
        }
        for (column, Table(table)) in x.column_iter().zip(&self.0) {
            for (row, value) in column.iter().enumerate() {
                let category = category(value.to_f64(), row)?;
                if category >= table.ncols() {
                    return Err(Error::UnknownClass { what: "x", found: category.to_string() });
                }
            }
        }
        Ok(())
    }

    /// Adds what some rows score, class by class.
    pub(crate) fn add<F: Float>(&self, x: &DMatrix<F>, rows: Range<usize>, out: &mut [f64]) {
        let n = rows.len();
        for (column, Table(table)) in x.column_iter().zip(&self.0) {
            let values = column.as_slice().get(rows.clone()).unwrap_or(&[]);
            for (class, out) in out.chunks_exact_mut(n).enumerate() {
                for (out, value) in out.iter_mut().zip(values) {
                    let known = known(value.to_f64()).and_then(|category| table.get((class, category)));
                    *out += known.copied().unwrap_or(0.0);
                }
            }
        }
    }
}

/// What [`CategoricalNb`] fits; all its numbers are in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoricalNbModel {
    classes: Vec<usize>,
    log_priors: Vec<f64>,
    tables: Tables,
    unseen: Unseen,
}

impl CategoricalNbModel {
    /// The logarithms of the shares of a column's categories: n_classes x n_categories; `None` if there is no such column.
    pub fn category_log_probabilities(&self, column: usize) -> Option<&DMatrix<f64>> {
        self.tables.0.get(column).map(|Table(table)| table)
    }

    /// Natural logarithms of the priors.
    pub fn log_priors(&self) -> &[f64] {
        &self.log_priors
    }

    /// `ln P(class) + ln P(row | class)`, n_samples x n_classes.
    ///
    /// # Errors
    /// Those of [`cairn_traits::Predict::predict`].
    pub fn joint_log_likelihood<F: Float>(&self, x: &DMatrix<F>) -> Result<DMatrix<f64>> {
        joint(self, x)
    }
}

impl<F: Float> Joint<DMatrix<F>> for CategoricalNbModel {
    type Scalar = F;

    fn labels(&self) -> &[usize] {
        &self.classes
    }

    fn check_query(&self, x: &DMatrix<F>) -> Result<()> {
        check::query(x, self.tables.0.len())?;
        self.tables.check_query(x, self.unseen)
    }

    fn joint_block(&self, x: &DMatrix<F>, rows: Range<usize>, out: &mut [f64]) {
        for (out, prior) in out.chunks_exact_mut(rows.len()).zip(&self.log_priors) {
            out.fill(*prior);
        }
        self.tables.add(x, rows, out);
    }
}

answering!(CategoricalNbModel, DMatrix);

impl Classes for CategoricalNbModel {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl Persist for CategoricalNbModel {
    const KIND: &'static str = "categorical-nb";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check_classes(&self.classes)?;
        check::size("log_priors", "classes", self.classes.len(), self.log_priors.len())?;
        self.tables.check(self.classes.len())
    }
}
