//! Sums over rows from which any linear model follows.

use cairn_numeric::Moments;
use cairn_traits::{Accumulate, DMatrix, DVector, Error, Float, Merge, Outputs, Result, check};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Weight, mean and scatter of the rows `[x | y]`: enough for least squares and ridge of any penalty.
///
/// Rows may come in any batches, on any machines: accumulate each batch, merge the sums, fit from them. The sums are kept
/// in `f64`; `F` and `Y` say what the model that is fitted from them computes in and predicts.
///
/// # Trade-offs
/// Sums of squares hold half the digits of the rows: fitting from rows is more exact where columns are nearly collinear
/// (and refines its answer on the rows), fitting from sums needs memory for p² numbers only.
///
/// # Examples
/// ```
/// use cairn_linear::{Accumulate, DVector, FitFrom, GramStatistics, LinearRegression, Merge, rows};
/// let mut here = GramStatistics::default();
/// here.accumulate(&rows(&[[1.0], [2.0]]), &DVector::from_vec(vec![3.0, 5.0]), None)?;
/// let mut there = GramStatistics::default();
/// there.accumulate(&rows(&[[3.0], [4.0]]), &DVector::from_vec(vec![7.0, 9.0]), None)?;
/// here.merge(&there)?;
/// let model = LinearRegression::new().fit_from(&here)?; // y = 2 x + 1
/// assert!((model.coefficients()[0] - 2.0_f64).abs() < 1e-14);
/// assert!((model.intercept() - 1.0).abs() < 1e-14);
/// # Ok::<(), cairn_linear::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct GramStatistics<F: Float = f64, Y: Outputs<F> = DVector<F>> {
    n_features: usize,
    moments: Moments,
    #[serde(skip)]
    outputs: PhantomData<fn() -> (F, Y)>,
}

impl<F: Float, Y: Outputs<F>> Default for GramStatistics<F, Y> {
    /// No rows yet: the first decide how many columns there are.
    fn default() -> Self {
        Self { n_features: 0, moments: Moments::default(), outputs: PhantomData }
    }
}

impl<F: Float, Y: Outputs<F>> GramStatistics<F, Y> {
    /// How many rows there were, those of weight 0 not counted.
    pub fn n_samples(&self) -> usize {
        self.moments.n_samples()
    }

    /// How many columns `x` has.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Weight, mean and scatter of `[x | y]`.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// What a file from elsewhere must satisfy, and any sums before they are solved.
    pub(crate) fn check(&self) -> Result<()> {
        check::at_least("x", 1, self.n_samples())?;
        if self.n_features == 0 {
            return Err(Error::Shape { what: "x", unit: "columns", expected: 1, found: 0 });
        }
        check::outputs::<F, Y>("y", self.moments.n_columns().saturating_sub(self.n_features))
    }
}

impl<F: Float, Y: Outputs<F>> Merge for GramStatistics<F, Y> {
    fn merge(&mut self, other: &Self) -> Result<()> {
        if self.n_samples() > 0 && other.n_samples() > 0 {
            check::columns("x", self.n_features, other.n_features)?;
        }
        self.moments.merge(&other.moments)?;
        if other.n_samples() > 0 {
            self.n_features = other.n_features;
        }
        Ok(())
    }
}

impl<F: Float, Y: Outputs<F>> Accumulate<DMatrix<F>, Y> for GramStatistics<F, Y> {
    fn accumulate(&mut self, x: &DMatrix<F>, y: &Y, weights: Option<&[f64]>) -> Result<()> {
        check::training(x)?;
        check::targets(y.as_columns(), x.nrows())?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let moments = Moments::of_dense(&[x.as_view(), y.as_columns()], weights)?;
        self.merge(&Self { n_features: x.ncols(), moments, outputs: PhantomData })
    }
}
