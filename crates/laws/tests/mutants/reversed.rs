//! Columns about their means, last to first, and what can go wrong with them.

use cairn_laws::Law;
use cairn_traits::{DMatrix, Fit, InverseTransform, Result, Transform, check};

pub(crate) const MUTANTS: &[Law] = &[
    Law::SameWidth,
    Law::FitTransform,
    Law::Affine,
    Law::Translation,
    Law::Orthonormal,
    Law::InverseUndoes,
    Law::RoundTrip,
    Law::InverseRefuses,
];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Reversed {
    pub(crate) breaks: Option<Law>,
}

pub(crate) struct ReversedModel {
    means: Vec<f64>,
    breaks: Option<Law>,
}

impl Reversed {
    pub(crate) fn fit_transform(self, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let more = if self.breaks == Some(Law::FitTransform) { 1e-12 } else { 0.0 };
        Ok(self.fit(x, &())?.transform(x)?.add_scalar(more))
    }
}

impl Fit<DMatrix<f64>> for Reversed {
    type Model = ReversedModel;

    fn fit(&self, x: &DMatrix<f64>, (): &()) -> Result<ReversedModel> {
        check::training(x)?;
        let share = if self.breaks == Some(Law::Translation) { 0.5 } else { 1.0 };
        let means = x.column_iter().map(|column| share * column.mean()).collect();
        Ok(ReversedModel { means, breaks: self.breaks })
    }
}

impl ReversedModel {
    /// A column each.
    pub(crate) fn components(&self) -> DMatrix<f64> {
        let p = self.means.len();
        let size = if self.breaks == Some(Law::Orthonormal) { 1.001 } else { 1.0 };
        DMatrix::from_fn(p, p, |i, j| if i + j + 1 == p { size } else { 0.0 })
    }
}

impl Transform<DMatrix<f64>> for ReversedModel {
    type Output = DMatrix<f64>;

    fn transform(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let p = self.means.len();
        check::query(x, p)?;
        let mut z = DMatrix::from_fn(x.nrows(), p, |i, j| x[(i, p - 1 - j)] - self.means[p - 1 - j]);
        match self.breaks {
            Some(Law::Affine) => z.apply(|v| *v += 1e-3 * *v * *v),
            Some(Law::SameWidth) if x.nrows() > 1 => z = z.insert_column(p, 0.0),
            _ => {}
        }
        Ok(z)
    }
}

impl InverseTransform<DMatrix<f64>> for ReversedModel {
    type Output = DMatrix<f64>;

    fn inverse_transform(&self, z: &DMatrix<f64>) -> Result<DMatrix<f64>> {
        let p = self.means.len();
        if self.breaks != Some(Law::InverseRefuses) || z.nrows() == 0 || z.ncols() != p {
            check::query(z, p)?;
        }
        let (size, more) = match self.breaks {
            Some(Law::RoundTrip) => (0.9, 0.0),
            Some(Law::InverseUndoes) => (1.0, 1e-3),
            _ => (1.0, 0.0),
        };
        Ok(DMatrix::from_fn(z.nrows(), p, |i, j| size * z[(i, p - 1 - j)] + self.means[j] + more))
    }
}
