use super::{model::TruncatedSvdModel, params::TruncatedSvd};
use crate::{
    column_means::column_means,
    components::{Components, within},
    operator::Operator,
    projection::project,
    randomized::{Draw, leading_singular},
    solver::Solver,
    spectrum::Spectrum,
};
use cairn_decomp::thin_svd;
use cairn_numeric::{Moments, gram};
use cairn_traits::{CsrMatrix, DMatrix, DVector, Fit, Float, Hyperparameters, Result, check};
use nalgebra::DMatrixView;

/// Rows that a [`TruncatedSvd`] takes: `DMatrix` or `CsrMatrix`.
trait Rows<F: Float>: Operator<F> {
    fn check(&self) -> Result<()>;
    fn dense(&self) -> DMatrix<F>;
    /// `X'X` in double precision.
    fn gram(&self) -> Result<DMatrix<f64>>;
    fn solver(&self, asked: Solver, k: usize) -> Solver;
    fn project(&self, components: &DMatrix<F>) -> Result<DMatrix<F>>;
    /// The variance of all columns together, with n − 1.
    fn total_variance(&self) -> f64;
}

impl<F: Float> Rows<F> for DMatrix<F> {
    fn check(&self) -> Result<()> {
        check::training(self)
    }

    fn dense(&self) -> DMatrix<F> {
        self.clone()
    }

    fn gram(&self) -> Result<DMatrix<f64>> {
        Ok(gram(self.map(Float::to_f64).as_view()))
    }

    fn solver(&self, asked: Solver, k: usize) -> Solver {
        asked.choose(self.nrows(), self.ncols(), Components::Count(k))
    }

    fn project(&self, components: &DMatrix<F>) -> Result<DMatrix<F>> {
        project(self, None, components)
    }

    fn total_variance(&self) -> f64 {
        variances(self).iter().sum()
    }
}

impl<F: Float> Rows<F> for CsrMatrix<F> {
    fn check(&self) -> Result<()> {
        check::sparse_training(self)
    }

    fn dense(&self) -> DMatrix<F> {
        DMatrix::from(self)
    }

    fn gram(&self) -> Result<DMatrix<f64>> {
        let none = DMatrix::<F>::zeros(self.nrows(), 0);
        let moments = Moments::of_sparse(self, none.as_view(), None)?;
        let mut gram = moments.scatter().clone();
        gram.ger(moments.weight(), moments.mean(), moments.mean(), 1.0);
        Ok(gram)
    }

    fn solver(&self, asked: Solver, k: usize) -> Solver {
        /// So few columns are as fast summed up densely.
        const FEW: usize = 256;
        match asked {
            Solver::Auto if self.ncols() <= FEW => Solver::Covariance,
            Solver::Auto if k < self.nrows().min(self.ncols()) => Solver::BlockKrylov,
            Solver::Auto => Solver::Full,
            asked => asked,
        }
    }

    fn project(&self, components: &DMatrix<F>) -> Result<DMatrix<F>> {
        self.times(&components.transpose())
    }

    /// About the means, what is not stored being 0.
    fn total_variance(&self) -> f64 {
        let n = self.nrows() as f64;
        let (mut sums, mut counts) = (vec![0.0; self.ncols()], vec![0.0; self.ncols()]);
        for (_, j, value) in self.triplet_iter() {
            sums[j] += value.to_f64();
            counts[j] += 1.0;
        }
        let unstored: f64 = sums.iter().zip(&counts).map(|(sum, count)| (n - count) * (sum / n).powi(2)).sum();
        let stored: f64 = self.triplet_iter().map(|(_, j, value)| (value.to_f64() - sums[j] / n).powi(2)).sum();
        (unstored + stored) / (n - 1.0).max(1.0)
    }
}

/// The variance of each column, with n − 1; of a single row 0.
fn variances<F: Float>(x: &DMatrix<F>) -> Vec<f64> {
    let means = column_means(x);
    let freedom = (x.nrows() as f64 - 1.0).max(1.0);
    let squares = |(column, mean): (DMatrixView<'_, F>, &f64)| {
        column.iter().map(|v| (v.to_f64() - mean).powi(2)).sum::<f64>() / freedom
    };
    (0..x.ncols()).map(|j| x.columns(j, 1)).zip(&means).map(squares).collect()
}

impl TruncatedSvd {
    /// Learns the leading directions of dense or sparse rows.
    ///
    /// # Errors
    /// Those of [`check::training`]; [`cairn_traits::Error::Parameter`] for more components than rows or columns.
    ///
    /// # Complexity
    /// That of the [`Solver`], where for sparse rows n p is the count of what is stored.
    pub fn fit<X: ?Sized>(&self, x: &X) -> Result<<Self as Fit<X>>::Model>
    where
        Self: Fit<X>,
    {
        Fit::fit(self, x, &())
    }

    fn learn<F: Float>(&self, x: &impl Rows<F>) -> Result<TruncatedSvdModel<F>> {
        self.validate()?;
        x.check()?;
        let ((n, p), k) = (x.shape(), self.n_components);
        within("n_components", k, n, p)?;
        let solver = x.solver(self.solver, k);
        let (values, vectors) = match solver {
            Solver::Randomized | Solver::BlockKrylov => {
                let draw = Draw { k, n_oversamples: self.n_oversamples, n_iter: self.n_iter, seed: self.seed };
                leading_singular(x, &draw, solver == Solver::BlockKrylov)?
            }
            Solver::Covariance => {
                let spectrum = Spectrum::of_symmetric(&x.gram()?, 1.0, k, Some(k))?;
                let values = spectrum.variances.iter().map(|v| F::of(v.sqrt()));
                (DVector::from_iterator(k, values), spectrum.vectors)
            }
            Solver::Auto | Solver::Full => {
                let svd = thin_svd(&x.dense())?;
                (svd.singular_values.rows(0, k).into_owned(), svd.v.columns(0, k).into_owned())
            }
        };
        let components = vectors.transpose();
        let explained = variances(&x.project(&components)?).into_iter().map(F::of);
        let explained = DVector::from_iterator(k, explained);
        TruncatedSvdModel::from_parts(components, values, explained, F::of(x.total_variance()))
    }
}

impl<F: Float> Fit<DMatrix<F>> for TruncatedSvd {
    type Model = TruncatedSvdModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<TruncatedSvdModel<F>> {
        self.learn(x)
    }
}

impl<F: Float> Fit<CsrMatrix<F>> for TruncatedSvd {
    type Model = TruncatedSvdModel<F>;

    fn fit(&self, x: &CsrMatrix<F>, (): &()) -> Result<TruncatedSvdModel<F>> {
        self.learn(x)
    }
}
