//! Weight, mean and scatter of rows, taken in one pass and mergeable.

use crate::{
    blocks,
    centre::centre,
    gram::{MOST_PANEL_COLUMNS, PIECES, mirrored},
    panel::Panel,
    wide_gram::add_wide_gram,
};
use cairn_traits::{Accumulate, CsrMatrix, DMatrix, DVector, Error, Float, Merge, Result, check, matrix, vector};
use nalgebra::{DMatrixView, DVectorView};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Sums over rows from which means, variances, covariances, least squares and principal components follow.
///
/// ```text
/// weight   W = Σ wᵢ
/// mean     m = Σ wᵢ xᵢ / W
/// scatter  S = Σ wᵢ (xᵢ − m)(xᵢ − m)'
/// ```
///
/// The scatter is always taken about a mean, block by block, and blocks are joined by the formula of Chan, Golub and
/// LeVeque, so that columns with an offset of 10⁶ keep their variance, where `Σ x² − n m²` would cancel it away. Sums are
/// `f64` whatever the input's precision.
///
/// # Determinism
/// Blocks are cut by the shape of what is added, computed in parallel and joined in order: the same bits on any threads.
///
/// # Complexity
/// n p² / 2 multiplications for n rows of p columns.
///
/// # References
/// Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance, The American Statistician 37.
///
/// # Examples
/// ```
/// use cairn_numeric::Moments;
/// use cairn_traits::{Accumulate, rows};
/// let mut moments = Moments::default();
/// moments.accumulate(&rows(&[[1.0, 10.0], [3.0, 30.0]]), &(), None)?;
/// moments.accumulate(&rows(&[[5.0, 20.0]]), &(), None)?;
/// assert_eq!(moments.mean().as_slice(), [3.0, 20.0]);
/// // (1 − 3)² + (3 − 3)² + (5 − 3)² = 8
/// assert!((moments.scatter()[(0, 0)] - 8.0).abs() < 1e-14);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Moments {
    n_samples: usize,
    weight: f64,
    mean: DVector<f64>,
    scatter: DMatrix<f64>,
}

/// The form in files, checked on the way in.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    n_samples: usize,
    weight: f64,
    #[serde(with = "vector")]
    mean: DVector<f64>,
    #[serde(with = "matrix")]
    scatter: DMatrix<f64>,
}

impl From<Moments> for Stored {
    fn from(Moments { n_samples, weight, mean, scatter }: Moments) -> Self {
        Self { n_samples, weight, mean, scatter }
    }
}

impl TryFrom<Stored> for Moments {
    type Error = Error;

    fn try_from(Stored { n_samples, weight, mean, scatter }: Stored) -> Result<Self> {
        check::rows("scatter", mean.len(), scatter.nrows())?;
        check::columns("scatter", mean.len(), scatter.ncols())?;
        if !weight.is_finite() || weight < 0.0 {
            let requirement = "a finite number of at least 0";
            return Err(Error::Domain { what: "weight", requirement, found: weight, row: None });
        }
        Ok(Self { n_samples, weight, mean, scatter })
    }
}

impl Default for Moments {
    /// No rows, of no columns yet: the first rows decide.
    fn default() -> Self {
        Self::empty(0)
    }
}

impl Moments {
    fn empty(n_columns: usize) -> Self {
        Self {
            n_samples: 0,
            weight: 0.0,
            mean: DVector::zeros(n_columns),
            scatter: DMatrix::zeros(n_columns, n_columns),
        }
    }

    /// Of the rows of several matrices side by side, `[a | b | ...]`, which are never joined in memory.
    ///
    /// # Errors
    /// [`Error::Shape`] if they, or the weights, have not as many rows. The numbers are not checked.
    pub fn of_dense<F: Float>(parts: &[DMatrixView<'_, F>], weights: Option<&[f64]>) -> Result<Self> {
        let n = parts.first().map_or(0, |part| part.nrows());
        parts.iter().try_for_each(|part| check::rows("y", n, part.nrows()))?;
        let columns: Vec<_> = parts.iter().flat_map(|part| part.column_iter()).collect();
        Self::of_rows(n, columns.len(), weights, |rows, out, stride| {
            let fill = |(column, out): (&DVectorView<'_, F>, &mut [f64])| {
                let values = &column.as_slice()[rows.clone()];
                out.iter_mut().zip(values).for_each(|(out, value)| *out = value.to_f64());
            };
            if columns.len() > MOST_PANEL_COLUMNS {
                columns.par_iter().zip(out.par_chunks_mut(stride)).for_each(fill);
            } else {
                columns.iter().zip(out.chunks_mut(stride)).for_each(fill);
            }
        })
    }

    /// Of the rows of `[x | y]` where `x` is sparse.
    ///
    /// # Errors
    /// [`Error::Shape`] if the two, or the weights, have not as many rows. The numbers are not checked.
    pub fn of_sparse<F: Float>(x: &CsrMatrix<F>, y: DMatrixView<'_, F>, weights: Option<&[f64]>) -> Result<Self> {
        check::rows("y", x.nrows(), y.nrows())?;
        let p = x.ncols();
        Self::of_rows(x.nrows(), p + y.ncols(), weights, |rows, out, stride| {
            out.chunks_mut(stride).for_each(|column| column[..rows.len()].fill(0.0));
            for (i, row) in rows.enumerate() {
                let entries = x.row(row);
                for (&j, value) in entries.col_indices().iter().zip(entries.values()) {
                    out[j * stride + i] = value.to_f64();
                }
                (0..y.ncols()).for_each(|k| out[(p + k) * stride + i] = y[(row, k)].to_f64());
            }
        })
    }

    /// `fill(rows, out, stride)` writes these rows, column `j` from `out[j * stride]` on.
    fn of_rows(
        n: usize,
        p: usize,
        weights: Option<&[f64]>,
        fill: impl Fn(Range<usize>, &mut [f64], usize) + Sync,
    ) -> Result<Self> {
        if let Some(weights) = weights {
            check::rows("weights", n, weights.len())?;
        }
        if n == 0 || p == 0 {
            return Ok(Self::empty(p));
        }
        let mut whole = if p > MOST_PANEL_COLUMNS {
            Self::of_many_columns(n, p, weights, &fill)
        } else {
            let block = |rows| Self::of_block(rows, p, weights, &fill);
            let join = |mut all: Self, next: Self| {
                all.join(&next.mean, next.n_samples, next.weight);
                all.scatter += next.scatter;
                all
            };
            blocks::fold(n, blocks::size_for(n, PIECES, 64), block, join).unwrap_or_else(|| Self::empty(p))
        };
        whole.scatter = mirrored(whole.scatter);
        Ok(whole)
    }

    /// One block of rows, panel by panel; lower triangle of the scatter.
    fn of_block(
        rows: Range<usize>,
        p: usize,
        weights: Option<&[f64]>,
        fill: &(impl Fn(Range<usize>, &mut [f64], usize) + Sync),
    ) -> Self {
        let size = Panel::<f64>::rows_for(p).min(rows.len());
        let (mut panel, mut block) = (Panel::new(p, size), Self::empty(p));
        let mut mean = DVector::zeros(p);
        for within in blocks::ranges(rows.len(), size) {
            let rows = rows.start + within.start..rows.start + within.end;
            let weights = weights.map(|weights| &weights[rows.clone()]);
            let (n_samples, weight) = total(weights, rows.len());
            if weight == 0.0 {
                continue;
            }
            panel.fill(rows.len(), |out, stride| fill(rows.clone(), out, stride));
            for (j, mean) in mean.iter_mut().enumerate() {
                *mean = centre(panel.column_mut(j, rows.len()), weights, weight);
            }
            panel.add_gram(block.scatter.as_mut_slice(), rows.len());
            block.join(&mean, n_samples, weight);
        }
        block
    }

    /// Many columns: the product of a centred stretch of rows is large enough to be shared between threads itself.
    fn of_many_columns(
        n: usize,
        p: usize,
        weights: Option<&[f64]>,
        fill: &(impl Fn(Range<usize>, &mut [f64], usize) + Sync),
    ) -> Self {
        const STRETCH: usize = 4096;
        let mut whole = Self::empty(p);
        // one buffer for all: fresh memory costs as much as filling it
        let mut buffer = vec![0.0; STRETCH.min(n) * p];
        for rows in blocks::ranges(n, STRETCH) {
            let weights = weights.map(|weights| &weights[rows.clone()]);
            let (n_samples, weight) = total(weights, rows.len());
            if weight == 0.0 {
                continue;
            }
            let stretch = &mut buffer[..rows.len() * p];
            fill(rows.clone(), stretch, rows.len());
            let columns = stretch.par_chunks_mut(rows.len());
            let mean: Vec<f64> = columns.map(|column| centre(column, weights, weight)).collect();
            let stretch: &[f64] = stretch;
            add_wide_gram(rows.len(), &mut whole.scatter, |j, part, out: &mut [f64]| {
                out.copy_from_slice(&stretch[j * rows.len()..][part]);
            });
            whole.join(&DVector::from_vec(mean), n_samples, weight);
        }
        whole
    }

    /// Takes in the mean of further rows whose scatter about that mean is in `self.scatter` already.
    fn join(&mut self, mean: &DVector<f64>, n_samples: usize, weight: f64) {
        if weight == 0.0 {
            return;
        }
        let (a, b) = (self.weight, weight);
        let d = mean - &self.mean;
        if a > 0.0 {
            self.scatter.ger(a * b / (a + b), &d, &d, 1.0);
            self.mean.axpy(b / (a + b), &d, 1.0);
        } else {
            self.mean.copy_from(mean);
        }
        self.weight = a + b;
        self.n_samples += n_samples;
    }

    /// How many rows there were, those of weight 0 not counted.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// How many columns the rows have.
    pub fn n_columns(&self) -> usize {
        self.mean.len()
    }

    /// `Σ wᵢ`; the number of rows, where none was given a weight.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The weighted mean of each column.
    pub fn mean(&self) -> &DVector<f64> {
        &self.mean
    }

    /// `Σ wᵢ (xᵢ − m)(xᵢ − m)'`, symmetric; divided by the weight it is the covariance.
    pub fn scatter(&self) -> &DMatrix<f64> {
        &self.scatter
    }
}

/// Rows that count, and their weight.
fn total(weights: Option<&[f64]>, n: usize) -> (usize, f64) {
    weights.map_or((n, n as f64), |w| (w.iter().filter(|&&w| w > 0.0).count(), w.iter().sum()))
}

impl Merge for Moments {
    fn merge(&mut self, other: &Self) -> Result<()> {
        if other.weight == 0.0 {
            return Ok(());
        }
        if self.weight == 0.0 {
            *self = other.clone();
            return Ok(());
        }
        check::columns("x", self.n_columns(), other.n_columns())?;
        self.join(&other.mean, other.n_samples, other.weight);
        self.scatter += &other.scatter;
        Ok(())
    }
}

impl<F: Float> Accumulate<DMatrix<F>> for Moments {
    fn accumulate(&mut self, x: &DMatrix<F>, (): &(), weights: Option<&[f64]>) -> Result<()> {
        check::training(x)?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        self.merge(&Self::of_dense(&[x.as_view()], weights)?)
    }
}

impl<F: Float> Accumulate<CsrMatrix<F>> for Moments {
    fn accumulate(&mut self, x: &CsrMatrix<F>, (): &(), weights: Option<&[f64]>) -> Result<()> {
        check::sparse_training(x)?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        self.merge(&Self::of_sparse(x, DMatrix::zeros(x.nrows(), 0).as_view(), weights)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::{TakeRows, rows};

    fn wave(n: usize, p: usize) -> DMatrix<f64> {
        DMatrix::from_fn(n, p, |i, j| (i as f64 * 1.3 + (j * j) as f64 * 0.7).sin() + j as f64)
    }

    /// The definition in two passes: the test of the fast way.
    fn plain(x: &DMatrix<f64>, w: &[f64]) -> (DVector<f64>, DMatrix<f64>) {
        let weight: f64 = w.iter().sum();
        let mean =
            DVector::from_fn(x.ncols(), |j, _| x.column(j).iter().zip(w).map(|(v, w)| v * w).sum::<f64>() / weight);
        let scatter = DMatrix::from_fn(x.ncols(), x.ncols(), |a, b| {
            (0..x.nrows()).map(|i| w[i] * (x[(i, a)] - mean[a]) * (x[(i, b)] - mean[b])).sum()
        });
        (mean, scatter)
    }

    fn near(a: &Moments, mean: &DVector<f64>, scatter: &DMatrix<f64>) {
        // n sums of size at most W each, in another order: n eps W
        let tolerance = a.weight * a.n_samples as f64 * f64::EPSILON * 4.0;
        assert!((&a.mean - mean).amax() < tolerance, "{} > {tolerance}", (&a.mean - mean).amax());
        assert!((&a.scatter - scatter).amax() < tolerance, "{} > {tolerance}", (&a.scatter - scatter).amax());
    }

    #[test]
    fn every_shape_is_the_two_pass_definition() {
        for (n, p) in [(1, 1), (2, 3), (70, 5), (3000, 7), (40, 330)] {
            let x = wave(n, p);
            let (mean, scatter) = plain(&x, &vec![1.0; n]);
            near(&Moments::of_dense(&[x.as_view()], None).unwrap(), &mean, &scatter);
            let w: Vec<f64> = (0..n).map(|i| (i % 3) as f64 + if n == 1 { 1.0 } else { 0.0 }).collect();
            let (mean, scatter) = plain(&x, &w);
            let weighted = Moments::of_dense(&[x.as_view()], Some(&w)).unwrap();
            near(&weighted, &mean, &scatter);
            assert_eq!(weighted.n_samples(), w.iter().filter(|w| **w > 0.0).count());
            let y = x.columns(0, 1).into_owned();
            let sparse = Moments::of_sparse(&CsrMatrix::from(&x), y.as_view(), Some(&w)).unwrap();
            assert_eq!(sparse, Moments::of_dense(&[x.as_view(), y.as_view()], Some(&w)).unwrap());
        }
    }

    #[test]
    fn an_offset_of_a_billion_keeps_the_variance() {
        // 1, 2, 3, 4 about their mean 2.5: 2.25 + 0.25 + 0.25 + 2.25 = 5
        let x = rows(&[[1e9 + 1.0], [1e9 + 2.0], [1e9 + 3.0], [1e9 + 4.0]]);
        assert_eq!(Moments::of_dense(&[x.as_view()], None).unwrap().scatter()[0], 5.0);
    }

    #[test]
    fn any_split_merges_to_the_whole() {
        let x = wave(501, 4);
        let whole = Moments::of_dense(&[x.as_view()], None).unwrap();
        let mut parts = Moments::default();
        for range in [400..501, 0..1, 1..400] {
            let part = x.take_rows(&range.collect::<Vec<_>>()).unwrap();
            parts.accumulate(&part, &(), None).unwrap();
        }
        near(&parts, &whole.mean, &whole.scatter);
        assert_eq!(parts.n_samples(), 501);
    }

    #[test]
    fn other_columns_are_refused_and_nothing_is_lost() {
        let mut moments = Moments::default();
        moments.accumulate(&wave(5, 2), &(), None).unwrap();
        let before = moments.clone();
        let found = moments.accumulate(&wave(5, 3), &(), None);
        assert_eq!(found, Err(Error::Shape { what: "x", unit: "columns", expected: 2, found: 3 }));
        assert!(moments.accumulate(&wave(5, 2), &(), Some(&[0.0; 5])).is_err());
        assert_eq!(moments, before);
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let run = |threads, n, p| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Moments::of_dense(&[wave(n, p).as_view()], None).unwrap())
        };
        for (n, p) in [(6000, 11), (700, 330)] {
            assert_eq!(run(1, n, p), run(2, n, p));
            assert_eq!(run(1, n, p), run(7, n, p));
        }
    }
}
