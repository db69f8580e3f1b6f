use cairn_traits::{Error, Float, Result, check};
use nalgebra::DMatrixView;
use serde::{Deserialize, Serialize};

/// How targets become what the network learns: `(y − shift) / scale` of each output, or `ln` of a rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct Scale<F: Float> {
    shift: Vec<F>,
    scale: Vec<F>,
    rates: bool,
}

impl<F: Float> Scale<F> {
    /// Nothing is changed, but that rates are `exp` of what comes out.
    pub(super) fn plain(outputs: usize, rates: bool) -> Self {
        Self { shift: vec![F::zero(); outputs], scale: vec![F::one(); outputs], rates }
    }

    /// Weighted means and deviations of the outputs; an output that does not vary keeps its scale.
    pub(super) fn of(y: DMatrixView<'_, F>, weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let mut scale = Self::plain(y.ncols(), false);
        for (j, column) in y.column_iter().enumerate() {
            let rows = || column.iter().map(|y| y.to_f64()).zip(weights);
            let mean = rows().map(|(y, w)| y * w).sum::<f64>() / total;
            let variance = rows().map(|(y, w)| w * (y - mean) * (y - mean)).sum::<f64>() / total;
            // deviations that are rounding of the mean are none
            let deviation = variance.sqrt();
            let varies = deviation > mean.abs() * F::EPSILON.to_f64() && deviation.is_finite();
            scale.shift[j] = F::of(mean);
            scale.scale[j] = if varies { F::of(deviation) } else { F::one() };
        }
        scale
    }

    /// What the network is to give, row by row.
    pub(super) fn down(&self, by_rows: &mut [F]) {
        for row in by_rows.chunks_exact_mut(self.scale.len()) {
            for ((y, shift), scale) in row.iter_mut().zip(&self.shift).zip(&self.scale) {
                *y = (*y - *shift) / *scale;
            }
        }
    }

    /// The answers of what the network gave, row by row.
    pub(super) fn up(&self, by_rows: &mut [F]) {
        for row in by_rows.chunks_exact_mut(self.scale.len()) {
            for ((y, shift), scale) in row.iter_mut().zip(&self.shift).zip(&self.scale) {
                let given = if self.rates { y.exp() } else { *y };
                *y = given * *scale + *shift;
            }
        }
    }

    pub(super) fn check(&self, outputs: usize) -> Result<()> {
        check::size("shift", "outputs", outputs, self.shift.len())?;
        check::size("scale", "outputs", outputs, self.scale.len())?;
        let all = self.shift.iter().chain(&self.scale);
        match all.into_iter().position(|v| !v.is_finite()) {
            None => Ok(()),
            Some(row) => Err(Error::NonFinite { what: "scale", row, column: 0 }),
        }
    }
}
