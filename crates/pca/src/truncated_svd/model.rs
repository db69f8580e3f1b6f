use crate::{
    operator::Operator,
    projection::{project, restore},
};
use cairn_traits::{
    CsrMatrix, DMatrix, DVector, Error, Float, InverseTransform, Persist, Result, Transform, check, matrix, vector,
};
use serde::{Deserialize, Serialize};

/// What [`crate::TruncatedSvd`] learns: directions, how far the rows stretch along each, and their variance there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct TruncatedSvdModel<F: Float> {
    #[serde(with = "matrix")]
    components: DMatrix<F>,
    #[serde(with = "vector")]
    singular_values: DVector<F>,
    #[serde(with = "vector")]
    explained_variance: DVector<F>,
    total_variance: F,
}

impl<F: Float> TruncatedSvdModel<F> {
    /// A model from its numbers.
    ///
    /// # Shapes
    /// `components` k x p with orthonormal rows (which is not checked), `singular_values` and `explained_variance` k.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] for a number below 0.
    pub fn from_parts(
        components: DMatrix<F>,
        singular_values: DVector<F>,
        explained_variance: DVector<F>,
        total_variance: F,
    ) -> Result<Self> {
        let model = Self { components, singular_values, explained_variance, total_variance };
        model.check()?;
        Ok(model)
    }

    /// The directions as rows, n_components x n_features: orthonormal, and in each the number of largest magnitude is
    /// positive.
    pub fn components(&self) -> &DMatrix<F> {
        &self.components
    }

    /// How many components there are.
    pub fn n_components(&self) -> usize {
        self.components.nrows()
    }

    /// The largest singular values of the rows, descending.
    pub fn singular_values(&self) -> &DVector<F> {
        &self.singular_values
    }

    /// The variance of the coordinates of the rows, about their mean, with n − 1 (scikit-learn: n). It need not fall
    /// from one to the next: the first direction often points to the mean itself.
    pub fn explained_variance(&self) -> &DVector<F> {
        &self.explained_variance
    }

    /// The variance of all columns together, with n − 1.
    pub fn total_variance(&self) -> F {
        self.total_variance
    }

    /// The share of the total variance along each component. Of rows that do not vary, 0.
    pub fn explained_variance_ratio(&self) -> DVector<F> {
        let total = self.total_variance;
        self.explained_variance.map(|variance| if total > F::zero() { variance / total } else { F::zero() })
    }
}

impl<F: Float> Transform<DMatrix<F>> for TruncatedSvdModel<F> {
    type Output = DMatrix<F>;

    /// The coordinates of each row along the components, n_samples x n_components.
    fn transform(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::query(x, self.components.ncols())?;
        let z = project(x, None, &self.components)?;
        check::finite("transformed x", z.as_view())?;
        Ok(z)
    }
}

impl<F: Float> Transform<CsrMatrix<F>> for TruncatedSvdModel<F> {
    type Output = DMatrix<F>;

    /// The coordinates of each row along the components, n_samples x n_components.
    fn transform(&self, x: &CsrMatrix<F>) -> Result<DMatrix<F>> {
        check::sparse_training(x)?;
        check::columns("x", self.components.ncols(), x.ncols())?;
        let z = x.times(&self.components.transpose())?;
        check::finite("transformed x", z.as_view())?;
        Ok(z)
    }
}

impl<F: Float> InverseTransform<DMatrix<F>> for TruncatedSvdModel<F> {
    type Output = DMatrix<F>;

    /// The point at each row of coordinates, n_samples x n_features.
    fn inverse_transform(&self, z: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::at_least("z", 1, z.nrows())?;
        check::columns("z", self.n_components(), z.ncols())?;
        check::finite("z", z.as_view())?;
        let x = restore(z, None, &self.components)?;
        check::finite("restored x", x.as_view())?;
        Ok(x)
    }
}

impl<F: Float> Persist for TruncatedSvdModel<F> {
    const KIND: &'static str = "truncated-svd";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        let (k, p) = self.components.shape();
        check::at_least("components", 1, k)?;
        if k > p {
            return Err(Error::Shape { what: "components", unit: "rows", expected: p, found: k });
        }
        check::finite("components", self.components.as_view())?;
        let domain = |what, found, row| {
            let requirement = "a finite number of at least 0";
            Err(Error::Domain { what, requirement, found, row })
        };
        for (what, numbers) in
            [("singular_values", &self.singular_values), ("explained_variance", &self.explained_variance)]
        {
            check::rows(what, k, numbers.len())?;
            if let Some(row) = numbers.iter().position(|v| !v.is_finite() || *v < F::zero()) {
                return domain(what, numbers[row].to_f64(), Some(row));
            }
        }
        if !self.total_variance.is_finite() || self.total_variance < F::zero() {
            return domain("total_variance", self.total_variance.to_f64(), None);
        }
        Ok(())
    }
}
