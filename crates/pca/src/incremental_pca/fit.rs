use super::params::IncrementalPca;
use crate::{column_means::column_means, pca::PcaModel, projection::centred};
use cairn_decomp::thin_svd;
use cairn_numeric::blocks;
use cairn_traits::{DMatrix, DVector, Error, Fit, Float, Hyperparameters, PartialFit, Persist as _, Result, check};

impl IncrementalPca {
    /// Learns from the rows in batches, in their order.
    ///
    /// # Errors
    /// Those of [`check::training`]; [`Error::TooFewSamples`] for fewer rows than components, or than two;
    /// [`Error::Parameter`] for more components than columns.
    ///
    /// # Complexity
    /// About 6 n p (k + b) / b · min(k + b, p) for batches of b rows; memory for one batch beside the rows.
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<PcaModel<F>> {
        Fit::fit(self, x, &())
    }

    fn least_rows(&self) -> usize {
        self.n_components.max(2)
    }

    /// Batches of `batch_size` rows; a last one that is too short to begin with joins the one before it.
    fn batches(&self, n: usize, p: usize) -> Vec<std::ops::Range<usize>> {
        let size = self.batch_size.unwrap_or(5 * p).max(self.least_rows());
        let mut batches: Vec<_> = blocks::ranges(n, size).collect();
        if let [.., before, last] = batches.as_mut_slice()
            && last.len() < self.least_rows()
        {
            before.end = last.end;
            batches.pop();
        }
        batches
    }
}

/// The batch's singular values and directions joined to the model's.
///
/// ```text
/// A = ( S V            )    the old directions, each as long as its singular value
///     ( X − mean of X  )
///     ( √(ab/(a+b)) (mean of X − μ) )      a, b: rows before and in the batch
/// ```
/// `A'A` is the scatter of all rows about their mean, but for what was left out of `S V` before.
fn joined<F: Float>(model: &PcaModel<F>, x: &DMatrix<F>) -> Result<PcaModel<F>> {
    let (a, b) = (model.weight(), x.nrows() as f64);
    let batch_mean = column_means(x);
    let shift = DVector::from_fn(batch_mean.len(), |j, _| batch_mean[j] - model.mean()[j].to_f64());
    let joint = (a * b / (a + b)).sqrt();
    let (k, n, p) = (model.n_components(), x.nrows(), x.ncols());
    let rows = centred(x.as_view(), &batch_mean.map(F::of));
    let squares = |m: &DMatrix<F>| m.iter().map(|v| v.to_f64() * v.to_f64()).sum::<f64>();
    let scatter = model.total_variance().to_f64() * (a - 1.0) + squares(&rows) + joint * joint * shift.norm_squared();
    let mut stack = DMatrix::zeros(k + n + 1, p);
    stack.rows_mut(0, k).copy_from(model.components());
    stack.row_iter_mut().zip(&model.singular_values()).for_each(|(mut row, &s)| row.scale_mut(s));
    stack.rows_mut(k, n).copy_from(&rows);
    stack.row_mut(k + n).iter_mut().zip(&shift).for_each(|(v, shift)| *v = F::of(joint * shift));
    let mean = DVector::from_fn(p, |j, _| model.mean()[j].to_f64() + shift[j] * b / (a + b));
    of_stack(&stack, &mean, k, a + b, scatter)
}

/// The first `k` directions of these rows, whose scatter is that of `weight` rows.
fn of_stack<F: Float>(
    stack: &DMatrix<F>,
    mean: &DVector<f64>,
    k: usize,
    weight: f64,
    scatter: f64,
) -> Result<PcaModel<F>> {
    let svd = thin_svd(stack)?;
    let variances: Vec<f64> = svd.singular_values.iter().take(k).map(|s| s.to_f64().powi(2) / (weight - 1.0)).collect();
    let (p, total) = (mean.len(), scatter / (weight - 1.0));
    let noise = if k < p { (total - variances.iter().sum::<f64>()).max(0.0) / (p - k) as f64 } else { 0.0 };
    if !total.is_finite() {
        let requirement = "numbers whose variances are in the precision's range";
        return Err(Error::Domain { what: "x", requirement, found: total, row: None });
    }
    let variances = DVector::from_iterator(k, variances.into_iter().map(F::of));
    PcaModel::from_parts(mean.map(F::of), svd.v.columns(0, k).transpose(), variances, F::of(noise), weight)
}

impl<F: Float> Fit<DMatrix<F>> for IncrementalPca {
    type Model = PcaModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<PcaModel<F>> {
        self.validate()?;
        check::training(x)?;
        let mut batches = self.batches(x.nrows(), x.ncols()).into_iter();
        let first = batches.next().unwrap_or(0..x.nrows());
        let mut model = self.start(&x.rows_range(first).into_owned(), &())?;
        for batch in batches {
            self.partial_fit(&mut model, &x.rows_range(batch).into_owned(), &())?;
        }
        Ok(model)
    }
}

impl<F: Float> PartialFit<DMatrix<F>> for IncrementalPca {
    fn start(&self, x: &DMatrix<F>, (): &()) -> Result<PcaModel<F>> {
        self.validate()?;
        check::training(x)?;
        if self.n_components > x.ncols() {
            let found = self.n_components as f64;
            return Err(Error::Parameter { name: "n_components", requirement: "at most as many as columns", found });
        }
        check::at_least("x", self.least_rows(), x.nrows())?;
        let mean = column_means(x);
        let rows = centred(x.as_view(), &mean.map(F::of));
        let scatter = rows.iter().map(|v| v.to_f64() * v.to_f64()).sum();
        let model = of_stack(&rows, &mean, self.n_components, x.nrows() as f64, scatter)?;
        Ok(model.whitened(self.whiten))
    }

    /// Takes one more batch in, of any number of rows.
    fn partial_fit(&self, model: &mut PcaModel<F>, x: &DMatrix<F>, (): &()) -> Result<()> {
        self.validate()?;
        check::query(x, model.mean().len())?;
        check::size("model", "components", self.n_components, model.n_components())?;
        model.check()?;
        *model = joined(model, x)?.whitened(self.whiten);
        Ok(())
    }
}
