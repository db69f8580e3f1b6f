use crate::projection::{centred, project, restore};
use cairn_numeric::{matmul, tr};
use cairn_traits::{
    DMatrix, DVector, Error, Float, InverseTransform, Persist, Result, ScoreSamples, Transform, check, matrix, vector,
};
use nalgebra::ComplexField;
use serde::{Deserialize, Serialize};

/// What [`crate::Pca`] and [`crate::IncrementalPca`] learn: a mean, directions, and the variance along each.
///
/// It is also the Gaussian of probabilistic principal components, `x ~ N(μ, V'(Λ − σ²)V + σ² I)`, in which what is not
/// along the components is noise of one size: [`Self::covariance`], [`ScoreSamples::score_samples`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct PcaModel<F: Float> {
    #[serde(with = "vector")]
    mean: DVector<F>,
    #[serde(with = "matrix")]
    components: DMatrix<F>,
    #[serde(with = "vector")]
    explained_variance: DVector<F>,
    noise_variance: F,
    weight: f64,
    whiten: bool,
}

impl<F: Float> PcaModel<F> {
    /// A model from its numbers, not whitening. `weight` is the number of rows they were taken from.
    ///
    /// # Shapes
    /// `mean` p, `components` k x p with orthonormal rows (which is not checked), `explained_variance` k.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] for a variance below 0 or a weight of 1 or less.
    pub fn from_parts(
        mean: DVector<F>,
        components: DMatrix<F>,
        explained_variance: DVector<F>,
        noise_variance: F,
        weight: f64,
    ) -> Result<Self> {
        let model = Self { mean, components, explained_variance, noise_variance, weight, whiten: false };
        model.check()?;
        Ok(model)
    }

    /// The same model, whose transformed columns have variance 1, or not.
    #[must_use]
    pub fn whitened(mut self, whiten: bool) -> Self {
        self.whiten = whiten;
        self
    }

    /// Whether transformed columns are scaled to variance 1.
    pub fn whiten(&self) -> bool {
        self.whiten
    }

    /// The mean of each column, which is taken off first.
    pub fn mean(&self) -> &DVector<F> {
        &self.mean
    }

    /// The directions as rows, n_components x n_features: orthonormal, of falling variance, and in each the number of
    /// largest magnitude is positive.
    pub fn components(&self) -> &DMatrix<F> {
        &self.components
    }

    /// How many components there are.
    pub fn n_components(&self) -> usize {
        self.components.nrows()
    }

    /// The variance along each component, with n − 1: the largest eigenvalues of the covariance matrix.
    pub fn explained_variance(&self) -> &DVector<F> {
        &self.explained_variance
    }

    /// The variance of all columns together, with n − 1: the trace of the covariance matrix.
    pub fn total_variance(&self) -> F {
        let left = (self.mean.len() - self.n_components()) as f64;
        self.explained_variance.iter().sum::<F>() + self.noise_variance * F::of(left)
    }

    /// The share of the **total** variance along each component; they sum to 1 only if all components are kept. Of data
    /// that does not vary, 0.
    pub fn explained_variance_ratio(&self) -> DVector<F> {
        let total = self.total_variance();
        self.explained_variance.map(|variance| if total > F::zero() { variance / total } else { F::zero() })
    }

    /// The singular values of the centred rows: `√((n − 1) λ)`.
    pub fn singular_values(&self) -> DVector<F> {
        let freedom = F::of(self.weight - 1.0);
        self.explained_variance.map(|variance| ComplexField::sqrt(variance * freedom))
    }

    /// The mean variance along the n_features − n_components directions left out: σ² of probabilistic principal
    /// components, by maximum likelihood but for n − 1 in place of n. 0 if none was left out.
    ///
    /// With more columns than rows scikit-learn divides by min(n, p) − k instead of p − k.
    pub fn noise_variance(&self) -> F {
        self.noise_variance
    }

    /// The number of rows the model was learned from, or the sum of their weights.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// The covariance matrix the model stands for, n_features a side: `V'(Λ − σ²)V + σ² I`.
    ///
    /// # Errors
    /// None that a model which was fitted or loaded could meet.
    ///
    /// # Complexity
    /// 2 k p².
    pub fn covariance(&self) -> Result<DMatrix<F>> {
        let mut scaled = self.components.clone();
        for (mut row, &variance) in scaled.row_iter_mut().zip(&self.explained_variance) {
            row.scale_mut((variance - self.noise_variance).max(F::zero()));
        }
        let mut covariance = matmul(tr(&self.components), &scaled)?;
        (0..covariance.nrows()).for_each(|j| covariance[(j, j)] += self.noise_variance);
        Ok(covariance)
    }

    /// The nearest points to the rows of `x` on the plane through the mean along the components: there and back.
    ///
    /// Of the rows that the model was fitted on, the squared distances sum to (n − 1) times the variance left out.
    ///
    /// # Errors
    /// Those of [`Transform::transform`].
    pub fn reconstruct(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        self.inverse_transform(&self.transform(x)?)
    }

    /// What coordinates are divided by when whitened, or 0 along components that do not vary but for rounding.
    fn scales(&self) -> impl Iterator<Item = F> {
        let largest = self.explained_variance.iter().next().copied().unwrap_or_default();
        let least = largest * F::EPSILON * F::of(self.mean.len() as f64);
        self.explained_variance.iter().map(move |&v| if v > least { ComplexField::sqrt(v) } else { F::zero() })
    }
}

impl<F: Float> Transform<DMatrix<F>> for PcaModel<F> {
    type Output = DMatrix<F>;

    /// The coordinates of each row along the components, n_samples x n_components.
    ///
    /// Whitened, each is divided by its standard deviation in training; along a component that does not vary it is 0.
    fn transform(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::query(x, self.mean.len())?;
        let mut z = project(x, Some(&self.mean), &self.components)?;
        if self.whiten {
            for (mut column, scale) in z.column_iter_mut().zip(self.scales()) {
                column.scale_mut(if scale > F::zero() { F::one() / scale } else { F::zero() });
            }
        }
        // finite numbers far outside the training data can leave the range
        check::finite("transformed x", z.as_view())?;
        Ok(z)
    }
}

impl<F: Float> InverseTransform<DMatrix<F>> for PcaModel<F> {
    type Output = DMatrix<F>;

    /// The point at each row of coordinates, n_samples x n_features; whitening is undone.
    fn inverse_transform(&self, z: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::at_least("z", 1, z.nrows())?;
        check::columns("z", self.n_components(), z.ncols())?;
        check::finite("z", z.as_view())?;
        let x = if self.whiten {
            let mut scaled = z.clone();
            scaled.column_iter_mut().zip(self.scales()).for_each(|(mut column, scale)| column.scale_mut(scale));
            restore(&scaled, Some(&self.mean), &self.components)?
        } else {
            restore(z, Some(&self.mean), &self.components)?
        };
        check::finite("restored x", x.as_view())?;
        Ok(x)
    }
}

impl<F: Float> ScoreSamples<DMatrix<F>> for PcaModel<F> {
    type Scalar = F;

    /// The logarithm of the density of each row under the model's Gaussian.
    ///
    /// ```text
    /// ln p(x) = −½ (p ln 2π + Σ ln λᵢ + (p − k) ln σ² + Σ zᵢ² / λᵢ + |r|² / σ²)
    /// z = V (x − μ), not whitened      r = x − μ − V'z, what is left
    /// ```
    ///
    /// # Errors
    /// Those of [`Transform::transform`], and [`Error::Singular`] if a component, or what is left beside them, does not
    /// vary: then there is no density.
    fn score_samples(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
        check::query(x, self.mean.len())?;
        let (p, k) = (self.mean.len(), self.n_components());
        let sigma2 = self.noise_variance.to_f64();
        if self.scales().any(|scale| scale <= F::zero()) || (k < p && sigma2 <= 0.0) {
            return Err(Error::Singular { what: "covariance" });
        }
        let ln_variances: f64 = self.explained_variance.iter().map(|v| v.to_f64().ln()).sum();
        let ln_noise = if k < p { (p - k) as f64 * sigma2.ln() } else { 0.0 };
        let constant = p as f64 * (2.0 * std::f64::consts::PI).ln() + ln_variances + ln_noise;
        let z = project(x, Some(&self.mean), &self.components)?;
        let left = if k < p {
            centred(x.as_view(), &self.mean) - restore(&z, None, &self.components)?
        } else {
            DMatrix::zeros(x.nrows(), 0)
        };
        let mut squares = vec![constant; x.nrows()];
        let columns = z.column_iter().zip(self.explained_variance.iter().map(|v| v.to_f64()));
        for (column, variance) in columns.chain(left.column_iter().map(|column| (column, sigma2))) {
            squares.iter_mut().zip(column.iter()).for_each(|(sum, v)| *sum += v.to_f64() * v.to_f64() / variance);
        }
        let scores = DMatrix::from_iterator(x.nrows(), 1, squares.into_iter().map(|sum| F::of(-0.5 * sum)));
        check::finite("score", scores.as_view())?;
        Ok(scores.column(0).into_owned())
    }
}

impl<F: Float> Persist for PcaModel<F> {
    const KIND: &'static str = "pca";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        check::at_least("mean", 1, self.mean.len())?;
        check::columns("components", self.mean.len(), self.components.ncols())?;
        check::at_least("components", 1, self.components.nrows())?;
        check::rows("explained_variance", self.components.nrows(), self.explained_variance.len())?;
        check::finite("mean", self.mean.as_view())?;
        check::finite("components", self.components.as_view())?;
        check::finite("explained_variance", self.explained_variance.as_view())?;
        if self.components.nrows() > self.components.ncols() {
            let (expected, found) = (self.components.ncols(), self.components.nrows());
            return Err(Error::Shape { what: "components", unit: "rows", expected, found });
        }
        let domain = |what, requirement, found, row| Err(Error::Domain { what, requirement, found, row });
        if let Some(row) = self.explained_variance.iter().position(|&v| v < F::zero()) {
            let found = self.explained_variance[row].to_f64();
            return domain("explained_variance", "numbers of at least 0", found, Some(row));
        }
        if !(self.noise_variance.is_finite() && self.noise_variance >= F::zero()) {
            return domain("noise_variance", "a finite number of at least 0", self.noise_variance.to_f64(), None);
        }
        if !(self.weight.is_finite() && self.weight > 1.0) {
            return domain("weight", "a finite number above 1", self.weight, None);
        }
        Ok(())
    }
}
