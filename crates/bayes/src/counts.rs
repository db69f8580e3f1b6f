//! Rows of counts, dense or sparse: sums by class, and products with what was learned.

use crate::classes::{ByClass, Labelled, same_columns};
use cairn_numeric::vectorised;
use cairn_traits::{Accumulate, CsrMatrix, DMatrix, Error, Float, Merge, Result, Rows, check};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How an entry of a row is read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reading {
    /// As an amount.
    Amount,
    /// As 1 if it is above this, else as 0.
    Above(f64),
    /// As it is: it is 0 or 1.
    Presence,
}

impl Reading {
    #[inline(always)]
    fn of(self, value: f64) -> f64 {
        match self {
            Self::Amount | Self::Presence => value,
            Self::Above(threshold) => f64::from(u8::from(value > threshold)),
        }
    }

    /// Whether an entry may be read so.
    fn check(self, value: f64, row: usize) -> Result<()> {
        let refused = |requirement| Err(Error::Domain { what: "x", requirement, found: value, row: Some(row) });
        match self {
            Self::Amount if value < 0.0 => refused("counts or amounts of at least 0"),
            Self::Presence if value != 0.0 && value != 1.0 => refused("0 or 1 (or a threshold to binarize at)"),
            _ => Ok(()),
        }
    }
}

/// Rows of counts: [`DMatrix`], or [`CsrMatrix`] where most are 0 (texts), which is never made dense.
pub trait CountRows: Rows + Entries + Sync {
    /// Single or double precision. Sums are double in any case.
    type Scalar: Float;
}

impl<F: Float> CountRows for DMatrix<F> {
    type Scalar = F;
}

impl<F: Float> CountRows for CsrMatrix<F> {
    type Scalar = F;
}

/// What fits and answers ask of rows; sealed.
pub(crate) mod sealed {
    use super::{Labelled, Range, Reading, Result};

    pub trait Entries {
        #[doc(hidden)]
        fn n_columns(&self) -> usize;

        #[doc(hidden)]
        #[allow(private_interfaces)]
        fn check_entries(&self, n_features: Option<usize>, reading: Reading) -> Result<()>;

        /// The sum over the rows of each class: n_features numbers each.
        #[doc(hidden)]
        #[allow(private_interfaces)]
        fn class_sums(&self, labelled: &Labelled, reading: Reading) -> Vec<Vec<f64>>;

        /// Adds the rows' products with `weights`, class by class; `weights` has n_classes numbers a feature.
        #[doc(hidden)]
        #[allow(private_interfaces)]
        fn add_products(&self, rows: Range<usize>, weights: &[f64], reading: Reading, out: &mut [f64]);
    }
}
use sealed::Entries;

#[allow(private_interfaces)]
impl<F: Float> Entries for DMatrix<F> {
    fn n_columns(&self) -> usize {
        self.ncols()
    }

    fn check_entries(&self, n_features: Option<usize>, reading: Reading) -> Result<()> {
        match n_features {
            None => check::training(self)?,
            Some(p) => check::query(self, p)?,
        }
        if let Reading::Above(_) = reading {
            return Ok(());
        }
        let entries = self.column_iter().flat_map(|column| column.iter().copied().enumerate().collect::<Vec<_>>());
        entries.into_iter().try_for_each(|(row, value)| reading.check(value.to_f64(), row))
    }

    fn class_sums(&self, labelled: &Labelled, reading: Reading) -> Vec<Vec<f64>> {
        let sum = |rows: &Vec<usize>| {
            let of = |column: usize| {
                let values = self.column(column);
                let term =
                    |&row: &usize| labelled.weight(row) * values.get(row).map_or(0.0, |v| reading.of(v.to_f64()));
                rows.iter().map(term).sum()
            };
            (0..self.ncols()).into_par_iter().map(of).collect()
        };
        labelled.rows().iter().map(sum).collect()
    }

    fn add_products(&self, rows: Range<usize>, weights: &[f64], reading: Reading, out: &mut [f64]) {
        let n = rows.len();
        let n_classes = out.len() / n;
        for (column, weights) in self.column_iter().zip(weights.chunks_exact(n_classes)) {
            let read: Vec<f64> =
                column.as_slice().get(rows.clone()).unwrap_or(&[]).iter().map(|v| reading.of(v.to_f64())).collect();
            for (out, &weight) in out.chunks_exact_mut(n).zip(weights) {
                add_scaled(out, weight, &read);
            }
        }
    }
}

vectorised! {
    /// `out ← out + a x`.
    fn add_scaled['a](out: &'a mut [f64], a: f64, x: &'a [f64]) -> () {
        for (out, x) in out.iter_mut().zip(x) {
            *out += a * x;
        }
    }
}

vectorised! {
    /// Adds the product of a row with `weights`, as many numbers a column as there are sums.
    fn add_row['a; F: Float](
        sums: &'a mut [f64], weights: &'a [f64], columns: &'a [usize], values: &'a [F], reading: Reading
    ) -> () {
        let n = sums.len();
        for (&column, value) in columns.iter().zip(values) {
            let read = reading.of(value.to_f64());
            for (sum, weight) in sums.iter_mut().zip(weights.get(column * n..(column + 1) * n).unwrap_or(&[])) {
                *sum += read * weight;
            }
        }
    }
}

#[allow(private_interfaces)]
impl<F: Float> Entries for CsrMatrix<F> {
    fn n_columns(&self) -> usize {
        self.ncols()
    }

    fn check_entries(&self, n_features: Option<usize>, reading: Reading) -> Result<()> {
        check::sparse_training(self)?;
        if let Some(p) = n_features {
            check::columns("x", p, self.ncols())?;
        }
        match reading {
            Reading::Above(threshold) if threshold < 0.0 => {
                let requirement = "a number of at least 0 for sparse rows, whose entries are mostly 0";
                Err(Error::Parameter { name: "binarize", requirement, found: threshold })
            }
            Reading::Above(_) => Ok(()),
            _ if self.values().iter().fold(true, |all, v| all & reading.check(v.to_f64(), 0).is_ok()) => Ok(()),
            _ => self.triplet_iter().try_for_each(|(row, _, value)| reading.check(value.to_f64(), row)),
        }
    }

    fn class_sums(&self, labelled: &Labelled, reading: Reading) -> Vec<Vec<f64>> {
        // a class is one task: its sums fit into the cache of a core, and its rows come in their order
        let sum = |rows: &Vec<usize>| {
            let mut sums = vec![0.0; self.ncols()];
            for &row in rows {
                let weight = labelled.weight(row);
                let Some(entries) = self.get_row(row) else { continue };
                for (&column, value) in entries.col_indices().iter().zip(entries.values()) {
                    if let Some(sum) = sums.get_mut(column) {
                        *sum += weight * reading.of(value.to_f64());
                    }
                }
            }
            sums
        };
        labelled.rows().par_iter().map(sum).collect()
    }

    fn add_products(&self, rows: Range<usize>, weights: &[f64], reading: Reading, out: &mut [f64]) {
        let n = rows.len();
        let n_classes = out.len() / n;
        let mut sums = vec![0.0; n_classes];
        for (at, row) in rows.enumerate() {
            let Some(entries) = self.get_row(row) else { continue };
            sums.fill(0.0);
            add_row(&mut sums, weights, entries.col_indices(), entries.values(), reading);
            for (out, sum) in out.iter_mut().skip(at).step_by(n).zip(&sums) {
                *out += sum;
            }
        }
    }
}

/// Sums of counts by class, of rows that may come in any batches: what [`crate::MultinomialNb`] and
/// [`crate::ComplementNb`] learn from. Counts below 2⁵³ are exact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CountSums {
    pub(crate) n_features: Option<usize>,
    pub(crate) sums: ByClass<Vec<f64>>,
}

impl CountSums {
    /// Sums that have seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn of<X: CountRows>(x: &X, y: &[usize], weights: Option<&[f64]>, reading: Reading) -> Result<Self> {
        x.check_entries(None, reading)?;
        Ok(Self::of_rows(x, &Labelled::new(y, x.n_rows(), weights)?, reading))
    }

    pub(crate) fn of_rows<X: CountRows>(x: &X, labelled: &Labelled, reading: Reading) -> Self {
        let parts = x.class_sums(labelled, reading);
        let sums = ByClass { classes: labelled.classes.clone(), weights: labelled.class_weights(), parts };
        Self { n_features: Some(x.n_columns()), sums }
    }

    /// What a fit asks: the columns there are, and finite sums of them for two classes at least.
    pub(crate) fn checked(&self) -> Result<usize> {
        self.sums.check()?;
        let p = self.n_features.unwrap_or_default();
        for part in &self.sums.parts {
            check::columns("sums", p, part.len())?;
            if let Some(column) = part.iter().position(|sum| !sum.is_finite()) {
                return Err(Error::NonFinite { what: "sums", row: 0, column });
            }
        }
        Ok(p)
    }
}

impl Merge for CountSums {
    fn merge(&mut self, other: &Self) -> Result<()> {
        same_columns(self.n_features, other.n_features)?;
        self.n_features = self.n_features.or(other.n_features);
        self.sums.merge(&other.sums, |own, _, other, _| own.iter_mut().zip(other).for_each(|(own, new)| *own += new));
        Ok(())
    }
}

impl<X: CountRows> Accumulate<X, [usize]> for CountSums {
    fn accumulate(&mut self, x: &X, y: &[usize], weights: Option<&[f64]>) -> Result<()> {
        self.merge(&Self::of(x, y, weights, Reading::Amount)?)
    }
}

/// The logarithms of what was learned, n_classes x n_features, as products want them: column-major is class by class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Products {
    #[serde(with = "cairn_traits::matrix")]
    pub(crate) weights: DMatrix<f64>,
    /// What a row of zeros scores.
    pub(crate) constants: Vec<f64>,
    pub(crate) reading: Reading,
}

impl Products {
    pub(crate) fn check(&self, n_classes: usize) -> Result<()> {
        check::rows("weights", n_classes, self.weights.nrows())?;
        check::size("constants", "classes", n_classes, self.constants.len())?;
        check::finite("weights", self.weights.as_view())?;
        match self.constants.iter().position(|c| !c.is_finite()) {
            None => Ok(()),
            Some(row) => Err(Error::NonFinite { what: "constants", row, column: 0 }),
        }
    }

    pub(crate) fn check_query<X: CountRows>(&self, x: &X) -> Result<()> {
        x.check_entries(Some(self.weights.ncols()), self.reading)
    }

    /// Adds what some rows score, class by class.
    pub(crate) fn add<X: CountRows>(&self, x: &X, rows: Range<usize>, out: &mut [f64]) {
        for (out, constant) in out.chunks_exact_mut(rows.len()).zip(&self.constants) {
            out.iter_mut().for_each(|out| *out += constant);
        }
        x.add_products(rows, self.weights.as_slice(), self.reading, out);
    }
}
