//! Directions and their variances, before it is decided how many are kept.

use crate::{components::Components, leading_eigen::leading_eigen, mle::most_probable_rank, pca::PcaModel};
use cairn_decomp::symmetric_eigen;
use cairn_traits::{DMatrix, DVector, Error, Float, Result};

/// The directions of largest variance, in falling order.
#[derive(Debug)]
pub(crate) struct Spectrum<F: Float> {
    /// At least 0, descending; all there are, or the first.
    pub(crate) variances: Vec<f64>,
    /// Unit vectors as columns, one a variance.
    pub(crate) vectors: DMatrix<F>,
    /// The variance of all directions together, known ones and others.
    pub(crate) total: f64,
    /// Whether the directions left out have no variance at all.
    pub(crate) complete: bool,
}

impl<F: Float> Spectrum<F> {
    /// Of a symmetric matrix over `divisor`: its first `limit` eigenvectors, of which only `wanted` are needed, if any
    /// number is given.
    pub(crate) fn of_symmetric(
        matrix: &DMatrix<f64>,
        divisor: f64,
        limit: usize,
        wanted: Option<usize>,
    ) -> Result<Self> {
        let total = matrix.trace() / divisor;
        in_range(total)?;
        if let Some(k) = wanted
            && let Some((values, vectors)) = leading_eigen(matrix, k)?
        {
            let variances = values.iter().map(|&v| v.max(0.0) / divisor).collect();
            return Ok(Self { variances, vectors: vectors.map(F::of), total, complete: false });
        }
        let eigen = symmetric_eigen(matrix)?;
        let p = eigen.eigenvalues.len();
        // rounding leaves what should be 0 a little below
        let variances = eigen.eigenvalues.iter().rev().take(limit).map(|&v| v.max(0.0) / divisor).collect();
        let vectors = DMatrix::from_fn(p, limit.min(p), |i, j| F::of(eigen.eigenvectors[(i, p - 1 - j)]));
        Ok(Self { variances, vectors, total, complete: true })
    }

    /// Of singular values and right singular vectors, squared over `divisor`; all of them, unless a `total` is given.
    pub(crate) fn of_singular(values: &DVector<F>, vectors: DMatrix<F>, divisor: f64, total: Option<f64>) -> Self {
        let variances: Vec<f64> = values.iter().map(|s| s.to_f64() * s.to_f64() / divisor).collect();
        let complete = total.is_none();
        let total = total.unwrap_or_else(|| variances.iter().sum());
        Self { variances, vectors, total, complete }
    }

    /// How many of the directions are asked for.
    fn count(&self, components: Components, n_samples: f64) -> usize {
        let known = self.variances.len();
        match components {
            Components::All => known,
            Components::Count(count) => count.min(known),
            Components::Variance(share) => {
                let mut explained = 0.0;
                let enough = self.variances.iter().position(|variance| {
                    explained += variance;
                    explained > share * self.total
                });
                enough.map_or(known, |position| position + 1)
            }
            Components::Mle => most_probable_rank(&self.variances, n_samples).min(known),
        }
    }

    /// The model of the first directions. `weight` is the number of rows, or the sum of their weights.
    pub(crate) fn model(
        self,
        mean: &DVector<f64>,
        components: Components,
        weight: f64,
        whiten: bool,
    ) -> Result<PcaModel<F>> {
        in_range(self.total)?;
        let (p, k) = (mean.len(), self.count(components, weight));
        let kept: f64 = self.variances.iter().take(k).sum();
        // where all are known, the small ones are added up by themselves and lose no digits to the large
        let dropped = match self.complete {
            true => self.variances.iter().skip(k).sum(),
            false => (self.total - kept).max(0.0),
        };
        let noise_variance = if k < p { dropped / (p - k) as f64 } else { 0.0 };
        PcaModel::from_parts(
            mean.map(F::of),
            self.vectors.columns(0, k).transpose(),
            DVector::from_iterator(k, self.variances.iter().take(k).map(|&v| F::of(v))),
            F::of(noise_variance),
            weight,
        )
        .map(|model| model.whitened(whiten))
    }
}

/// Whether a sum of squares is a finite number.
fn in_range(total: f64) -> Result<()> {
    if total.is_finite() {
        return Ok(());
    }
    let requirement = "numbers whose variances are in the precision's range";
    Err(Error::Domain { what: "x", requirement, found: total, row: None })
}
