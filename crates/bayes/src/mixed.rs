//! Tables whose columns are of several kinds.

use crate::{
    categorical::{CategorySums, Tables, Unseen},
    classes::{Labelled, Priors, check_classes},
    counts::{CountSums, Products, Reading, sealed::Entries as _},
    gaussian::{GaussianSums, Normals},
    joint::{Joint, answering, joint},
    multinomial::{check_alpha, log_shares},
};
use cairn_traits::{
    Accumulate, Classes, DMatrix, Error, Fit, FitFrom, FitWeighted, Float, Hyperparameters, Merge, Persist, Result,
    check,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What the numbers of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Measurements: a normal distribution.
    Gaussian,
    /// Counts or amounts, shared out among all columns of this kind.
    Multinomial,
    /// Categories, written as 0, 1, 2, ...
    Categorical,
}

/// Naive Bayes for tables: each column with the distribution that suits it.
///
/// ```text
/// ln P(class, row) = ln prior + Σ normal densities + Σ counts · ln shares + Σ ln shares of categories
/// ```
///
/// Given the class, columns are taken as independent: so the parts of [`crate::GaussianNb`], [`crate::MultinomialNb`] and
/// [`crate::CategoricalNb`] are added up, with one prior. Without families, `fit` takes a column of zeros and ones for
/// categories and any other for measurements.
///
/// # Examples
/// ```
/// use cairn_bayes::{Family, Fit, MixedNb, Predict, rows};
/// // rent, rooms of each kind (large, small), district
/// let flats = rows(&[[900.0, 3.0, 0.0, 0.0], [950.0, 2.0, 1.0, 0.0], [400.0, 0.0, 1.0, 1.0], [450.0, 1.0, 1.0, 2.0]]);
/// let families = [Family::Gaussian, Family::Multinomial, Family::Multinomial, Family::Categorical];
/// let model = MixedNb::new(&families).fit(&flats, &[1, 1, 0, 0][..])?;
/// assert_eq!(model.predict(&rows(&[[920.0, 2.0, 0.0, 0.0], [430.0, 0.0, 2.0, 1.0]]))?, [1, 0]);
/// # Ok::<(), cairn_bayes::Error>(())
/// ```
///
/// # Complexity
/// The sum of its parts.
///
/// # Determinism
/// Same bits on any number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixedNb {
    families: Vec<Family>,
    priors: Priors,
    alpha: f64,
    var_smoothing: f64,
    min_categories: usize,
    unseen: Unseen,
}

impl MixedNb {
    /// Columns of these families (none: by their numbers), learned priors, 1 added to counts, variances smoothed by 1e-9,
    /// two categories at least, others refused.
    pub fn new(families: &[Family]) -> Self {
        Self {
            families: families.to_vec(),
            priors: Priors::Learned,
            alpha: 1.0,
            var_smoothing: 1e-9,
            min_categories: 2,
            unseen: Unseen::Refused,
        }
    }

    /// How likely each class is before a row is looked at.
    #[must_use]
    pub fn priors(mut self, priors: Priors) -> Self {
        self.priors = priors;
        self
    }

    /// What is added to counts, of amounts and of categories: above 0.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// The share of the largest variance of any column of measurements that is added to all of them: at least 0.
    #[must_use]
    pub fn var_smoothing(mut self, var_smoothing: f64) -> Self {
        self.var_smoothing = var_smoothing;
        self
    }

    /// So many categories are known of each column of categories, met or not.
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

    fn sums<F: Float>(&self, x: &DMatrix<F>, y: &[usize], weights: Option<&[f64]>) -> Result<MixedSums> {
        let mut sums = MixedSums::new(&self.families);
        if self.families.is_empty() {
            check::training(x)?;
            let ticked = |v: &F| *v == F::zero() || *v == F::one();
            let of = |ticks: bool| if ticks { Family::Categorical } else { Family::Gaussian };
            sums.families = x.column_iter().map(|column| of(column.iter().all(ticked))).collect();
        }
        sums.accumulate(x, y, weights)?;
        Ok(sums)
    }
}

impl Default for MixedNb {
    /// Families by the numbers of the columns.
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Hyperparameters for MixedNb {
    fn validate(&self) -> Result<()> {
        self.priors.validate()?;
        check_alpha(self.alpha)?;
        crate::CategoricalNb::new().min_categories(self.min_categories).validate()?;
        crate::GaussianNb::new().var_smoothing(self.var_smoothing).validate()
    }
}

/// The columns of one family, of some rows.
fn of_family<F: Float>(x: &DMatrix<F>, rows: Range<usize>, families: &[Family], family: Family) -> DMatrix<F> {
    let columns: Vec<usize> = (0..families.len()).filter(|&column| families[column] == family).collect();
    x.rows(rows.start, rows.len()).select_columns(&columns)
}

/// What [`MixedNb`] learns from: sums by family and class, of rows that may come in any batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixedSums {
    families: Vec<Family>,
    gaussian: GaussianSums,
    counts: CountSums,
    categories: CategorySums,
}

impl MixedSums {
    /// Sums that have seen nothing, of rows with columns of these families.
    pub fn new(families: &[Family]) -> Self {
        Self {
            families: families.to_vec(),
            gaussian: GaussianSums::new(),
            counts: CountSums::new(),
            categories: CategorySums::new(),
        }
    }
}

impl Merge for MixedSums {
    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.families != other.families {
            return Err(Error::Format("sums: expected columns of the same families".into()));
        }
        // the same columns in each of the three: none of them refuses
        self.gaussian.merge(&other.gaussian)?;
        self.counts.merge(&other.counts)?;
        self.categories.merge(&other.categories)
    }
}

impl<F: Float> Accumulate<DMatrix<F>, [usize]> for MixedSums {
    fn accumulate(&mut self, x: &DMatrix<F>, y: &[usize], weights: Option<&[f64]>) -> Result<()> {
        check::training(x)?;
        check::columns("x", self.families.len(), x.ncols())?;
        let labelled = Labelled::new(y, x.nrows(), weights)?;
        let of = |family: Family| of_family(x, 0..x.nrows(), &self.families, family);
        let counts = of(Family::Multinomial);
        check_amounts(&counts)?;
        let batch = Self {
            families: self.families.clone(),
            gaussian: GaussianSums::of_columns(&of(Family::Gaussian), &labelled),
            counts: CountSums::of_rows(&counts, &labelled, Reading::Amount),
            categories: CategorySums::of_columns(&of(Family::Categorical), &labelled)?,
        };
        self.merge(&batch)
    }
}

/// Whether there is nothing negative among the counts, if there are columns of them.
fn check_amounts<F: Float>(x: &DMatrix<F>) -> Result<()> {
    if x.ncols() == 0 { Ok(()) } else { x.check_entries(None, Reading::Amount) }
}

impl<F: Float> Fit<DMatrix<F>, [usize]> for MixedNb {
    type Model = MixedNbModel;

    fn fit(&self, x: &DMatrix<F>, y: &[usize]) -> Result<MixedNbModel> {
        self.validate()?;
        self.fit_from(&self.sums(x, y, None)?)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>, [usize]> for MixedNb {
    fn fit_weighted(&self, x: &DMatrix<F>, y: &[usize], weights: &[f64]) -> Result<MixedNbModel> {
        self.validate()?;
        self.fit_from(&self.sums(x, y, Some(weights))?)
    }
}

impl FitFrom<MixedSums> for MixedNb {
    type Model = MixedNbModel;

    /// The sums' own families count.
    fn fit_from(&self, statistics: &MixedSums) -> Result<MixedNbModel> {
        self.validate()?;
        let MixedSums { families, gaussian, counts, categories } = statistics;
        gaussian.sums.check()?;
        categories.sums.check()?;
        let log_priors = self.priors.logs(&gaussian.sums.weights)?;
        let constants = vec![0.0; log_priors.len()];
        let model = MixedNbModel {
            classes: gaussian.sums.classes.clone(),
            families: families.clone(),
            log_priors,
            normals: gaussian.normals(self.var_smoothing)?,
            shares: Products { weights: log_shares(counts, self.alpha)?, constants, reading: Reading::Amount },
            tables: categories.tables(self.alpha, &|_| self.min_categories)?,
            unseen: self.unseen,
        };
        model.check()?;
        Ok(model)
    }
}

/// What [`MixedNb`] fits; all its numbers are in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixedNbModel {
    classes: Vec<usize>,
    families: Vec<Family>,
    log_priors: Vec<f64>,
    normals: Normals,
    shares: Products,
    tables: Tables,
    unseen: Unseen,
}

impl MixedNbModel {
    /// What each column was taken for.
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// Natural logarithms of the priors.
    pub fn log_priors(&self) -> &[f64] {
        &self.log_priors
    }

    /// `ln P(class) + ln P(row | class)`, n_samples x n_classes, up to what is the same for all classes of a row.
    ///
    /// # Errors
    /// Those of [`cairn_traits::Predict::predict`].
    pub fn joint_log_likelihood<F: Float>(&self, x: &DMatrix<F>) -> Result<DMatrix<f64>> {
        joint(self, x)
    }
}

impl<F: Float> Joint<DMatrix<F>> for MixedNbModel {
    type Scalar = F;

    fn labels(&self) -> &[usize] {
        &self.classes
    }

    fn check_query(&self, x: &DMatrix<F>) -> Result<()> {
        check::query(x, self.families.len())?;
        let of = |family: Family| of_family(x, 0..x.nrows(), &self.families, family);
        check_amounts(&of(Family::Multinomial))?;
        self.tables.check_query(&of(Family::Categorical), self.unseen)
    }

    fn joint_block(&self, x: &DMatrix<F>, rows: Range<usize>, out: &mut [f64]) {
        for (out, prior) in out.chunks_exact_mut(rows.len()).zip(&self.log_priors) {
            out.fill(*prior);
        }
        let of = |family: Family| of_family(x, rows.clone(), &self.families, family);
        let all = 0..rows.len();
        self.normals.add(&of(Family::Gaussian), all.clone(), out);
        self.shares.add(&of(Family::Multinomial), all.clone(), out);
        self.tables.add(&of(Family::Categorical), all, out);
    }
}

answering!(MixedNbModel, DMatrix);

impl Classes for MixedNbModel {
    fn classes(&self) -> &[usize] {
        &self.classes
    }
}

impl Persist for MixedNbModel {
    const KIND: &'static str = "mixed-nb";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        let k = self.classes.len();
        let columns = |family: Family| self.families.iter().filter(|own| **own == family).count();
        check_classes(&self.classes)?;
        check::size("log_priors", "classes", k, self.log_priors.len())?;
        check::rows("means", k, self.normals.means.nrows())?;
        check::columns("means", columns(Family::Gaussian), self.normals.means.ncols())?;
        check::columns("weights", columns(Family::Multinomial), self.shares.weights.ncols())?;
        check::columns("categories", columns(Family::Categorical), self.tables.0.len())?;
        self.normals.check()?;
        self.shares.check(k)?;
        self.tables.check(k)
    }
}
