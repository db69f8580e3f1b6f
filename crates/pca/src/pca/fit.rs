use super::{model::PcaModel, params::Pca};
use crate::{
    column_means::column_means,
    components::Components,
    projection::centred,
    randomized::{Draw, leading_singular},
    solver::Solver,
    spectrum::Spectrum,
    wide_scatter::{LEAST_COLUMNS, wide_scatter},
};
use cairn_decomp::thin_svd;
use cairn_numeric::Moments;
use cairn_traits::{DMatrix, DVector, Error, Fit, FitFrom, FitWeighted, Float, Hyperparameters, Result, check};

impl Pca {
    /// Learns mean, components and variances.
    ///
    /// # Errors
    /// Those of [`check::training`]; [`Error::TooFewSamples`] for fewer than two rows, or, with [`Components::Mle`],
    /// for fewer rows than columns; [`Error::Parameter`] for more components than rows or columns; [`Error::Domain`]
    /// for numbers whose variance overflows.
    ///
    /// # Complexity
    /// That of the [`Solver`].
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<PcaModel<F>> {
        Fit::fit(self, x, &())
    }

    fn of_rows<F: Float>(&self, x: &DMatrix<F>, solver: Solver) -> Result<PcaModel<F>> {
        let n = x.nrows() as f64;
        let mean = column_means(x);
        let x = centred(x.as_view(), &mean.map(F::of));
        let spectrum = match (solver, self.n_components) {
            (Solver::Randomized | Solver::BlockKrylov, Components::Count(k)) => {
                let draw = Draw { k, n_oversamples: self.n_oversamples, n_iter: self.n_iter, seed: self.seed };
                let (values, vectors) = leading_singular(&x, &draw, solver == Solver::BlockKrylov)?;
                let squares: f64 = x.column_iter().map(|column| squared_norm(column.as_slice())).sum();
                Spectrum::of_singular(&values, vectors, n - 1.0, Some(squares / (n - 1.0)))
            }
            _ => {
                let svd = thin_svd(&x)?;
                Spectrum::of_singular(&svd.singular_values, svd.v, n - 1.0, None)
            }
        };
        spectrum.model(&mean, self.n_components, n, self.whiten)
    }

    fn of_moments<F: Float>(&self, moments: &Moments) -> Result<PcaModel<F>> {
        self.validate()?;
        let (n, weight) = (moments.n_samples(), moments.weight());
        check::at_least("x", 2, n)?;
        self.n_components.fit_shape(n, moments.n_columns())?;
        if weight <= 1.0 {
            let requirement = "a sum above 1, which is a row's";
            return Err(Error::Domain { what: "weights", requirement, found: weight, row: None });
        }
        self.of_scatter(moments.mean(), moments.scatter(), n, weight)
    }

    fn of_scatter<F: Float>(
        &self,
        mean: &DVector<f64>,
        scatter: &DMatrix<f64>,
        n: usize,
        weight: f64,
    ) -> Result<PcaModel<F>> {
        let wanted = match self.n_components {
            Components::Count(k) => Some(k),
            _ => None,
        };
        let spectrum = Spectrum::of_symmetric(scatter, weight - 1.0, n.min(mean.len()), wanted)?;
        spectrum.model(mean, self.n_components, weight, self.whiten)
    }
}

fn squared_norm<F: Float>(values: &[F]) -> f64 {
    values.iter().map(|v| v.to_f64() * v.to_f64()).sum()
}

impl<F: Float> Fit<DMatrix<F>> for Pca {
    type Model = PcaModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<PcaModel<F>> {
        self.validate()?;
        let (n, p) = x.shape();
        let solver = self.solver.choose(n, p, self.n_components);
        let wide = solver == Solver::Covariance && p >= LEAST_COLUMNS;
        if !wide {
            check::training(x)?;
        }
        check::at_least("x", 2, n)?;
        self.n_components.fit_shape(n, p)?;
        match solver {
            _ if wide => {
                let mean = column_means(x);
                if !mean.iter().all(|mean| mean.is_finite()) {
                    // the means have seen every number: to look at each once more is for the message
                    check::training(x)?;
                }
                self.of_scatter(&mean, &wide_scatter(x, &mean), n, n as f64)
            }
            Solver::Covariance => self.of_moments(&Moments::of_dense(&[x.as_view()], None)?),
            solver => self.of_rows(x, solver),
        }
    }
}

impl<F: Float> FitWeighted<DMatrix<F>> for Pca {
    /// By the covariance matrix, whatever the solver.
    fn fit_weighted(&self, x: &DMatrix<F>, (): &(), weights: &[f64]) -> Result<PcaModel<F>> {
        self.validate()?;
        check::training(x)?;
        check::weights(weights, x.nrows())?;
        self.of_moments(&Moments::of_dense(&[x.as_view()], Some(weights))?)
    }
}

impl FitFrom<Moments> for Pca {
    type Model = PcaModel<f64>;

    /// The model of all rows that were accumulated, by the covariance matrix, whatever the solver.
    fn fit_from(&self, moments: &Moments) -> Result<PcaModel<f64>> {
        self.of_moments(moments)
    }
}
