//! Points and centroids as matrix products want them: one after another, about their mean.

use cairn_traits::{DMatrix, Float};
use nalgebra::DMatrixView;

/// Points in columns, p x n, about a centre.
///
/// What is far from the origin loses its digits in products; distances do not change when all is moved.
#[derive(Clone, Debug)]
pub(crate) struct Points<F: Float> {
    pub(crate) columns: DMatrix<F>,
    /// `|x|²` of each.
    pub(crate) squares: Vec<F>,
    pub(crate) centre: Vec<F>,
}

impl<F: Float> Points<F> {
    /// The rows of x about their mean.
    pub(crate) fn about_mean(x: &DMatrix<F>) -> Self {
        let mean = |column: usize| {
            let sum: f64 = x.column(column).iter().map(|v| v.to_f64()).sum();
            F::of(sum / x.nrows().max(1) as f64)
        };
        Self::about(x.as_view(), (0..x.ncols()).map(mean).collect())
    }

    /// The rows of x about `centre`.
    pub(crate) fn about(x: DMatrixView<'_, F>, centre: Vec<F>) -> Self {
        let mut columns = x.transpose();
        for mut point in columns.column_iter_mut() {
            point.iter_mut().zip(&centre).for_each(|(v, c)| *v -= *c);
        }
        let squares = columns.column_iter().map(|point| point.norm_squared()).collect();
        Self { columns, squares, centre }
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.ncols()
    }

    pub(crate) fn n_features(&self) -> usize {
        self.columns.nrows()
    }

    pub(crate) fn point(&self, i: usize) -> &[F] {
        let p = self.n_features();
        &self.columns.as_slice()[i * p..(i + 1) * p]
    }

    /// In rows, and where they were.
    pub(crate) fn moved_back(&self, centroids: &DMatrix<F>) -> DMatrix<F> {
        let mut rows = centroids.transpose();
        for (mut column, centre) in rows.column_iter_mut().zip(&self.centre) {
            column.add_scalar_mut(*centre);
        }
        rows
    }

    /// The mean over the columns of x of their variances.
    pub(crate) fn mean_variance(&self, weights: Option<&[f64]>) -> f64 {
        let (n, p) = (self.len(), self.n_features());
        let (mut sums, mut squares) = (vec![0.0; p], vec![0.0; p]);
        let mut total = 0.0;
        for i in 0..n {
            let weight = weights.map_or(1.0, |weights| weights[i]);
            total += weight;
            for ((sum, square), v) in sums.iter_mut().zip(&mut squares).zip(self.point(i)) {
                let v = v.to_f64();
                *sum += weight * v;
                *square += weight * v * v;
            }
        }
        let variance = |(sum, square): (&f64, &f64)| (square / total - (sum / total).powi(2)).max(0.0);
        sums.iter().zip(&squares).map(variance).sum::<f64>() / p.max(1) as f64
    }
}
