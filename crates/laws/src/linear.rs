//! Laws of least squares and ridge.

use crate::{
    Answer, Broken, Case, Law, Laws, Learner, Regression, Verdict,
    answer::{answered, close, learned},
    strategies::Design,
};
use cairn_traits::{DMatrix, DVector, Fit};
use proptest::prelude::*;

/// Coefficients and intercept of a linear model.
pub type Line = (DVector<f64>, f64);

impl<'a, E> Laws<'a, E, Regression>
where
    E: Learner<f64, DVector<f64>>,
{
    /// Asks the laws of ordinary least squares with an intercept, of least norm where it is not unique. `line` reads
    /// coefficients and intercept off a model.
    pub fn least_squares(
        self,
        line: impl Fn(&<E as Fit<DMatrix<f64>, DVector<f64>>>::Model) -> Line + Copy + 'a,
    ) -> Self {
        let all = || Regression::cases(Design::ALL, 1..=30);
        let one_scale = || Regression::cases(Design::ONE_SCALE, 1..=30);
        self.ask(Law::ResidualsOrthogonal, all(), |e, c, tolerance| residuals_are_orthogonal(e, &c.x, &c.y, tolerance))
            .ask(Law::RefitOnPredictions, all(), |e, c, t| refit_on_predictions_is_the_same(e, &c.x, &c.y, t))
            .ask(Law::TargetEquivariance, all(), |e, c, t| targets_are_equivariant(e, &c.x, &c.y, t))
            .ask(Law::DuplicateColumn, one_scale(), |e, c, t| duplicate_columns_change_nothing(e, &c.x, &c.y, t))
            .ask(Law::MinimumNorm, one_scale(), move |e, c, t| {
                let Some(model) = learned(e.fit(&c.x, &c.y))? else { return Ok(()) };
                coefficients_are_in_the_row_space(&line(&model).0, &c.x, t)
            })
    }

    /// Asks the laws of ridge with an intercept that is not penalised. `ridge` is the estimator with that penalty, `line`
    /// reads coefficients and intercept off its model.
    pub fn ridge(
        self,
        ridge: impl Fn(f64) -> E + Copy + 'a,
        line: impl Fn(&<E as Fit<DMatrix<f64>, DVector<f64>>>::Model) -> Line + Copy + 'a,
    ) -> Self {
        let penalties = || (1..=100_u32).prop_map(|tenths| f64::from(tenths) / 10.0);
        let cases = || (Regression::cases(Design::ONE_SCALE, 1..=30), penalties());
        let fit = move |l2: f64, x: &DMatrix<f64>, y: &DVector<f64>| -> Result<Option<Line>, Broken> {
            Ok(learned(ridge(l2).fit(x, y))?.map(|model| line(&model)))
        };
        self.ask(Law::RidgeGradient, cases(), move |_, (c, l2), t| {
            fit(*l2, &c.x, &c.y)?.map_or(Ok(()), |line| ridge_gradient_is_zero(&line, *l2, &c.x, &c.y, t))
        })
        .ask(Law::RidgeShrinks, cases(), move |_, (c, l2), t| {
            let pair = fit(*l2, &c.x, &c.y)?.zip(fit(2.0 * l2, &c.x, &c.y)?);
            let Some(((small, _), (large, _))) = pair else { return Ok(()) };
            let most = small.norm() * (1.0 + t);
            if large.norm() <= most { Ok(()) } else { Err(Broken::new(format!("at most |w| = {most}"), large.norm())) }
        })
        .ask(Law::RidgeAugmented, cases(), move |_, (c, l2), t| {
            let (x, y) = augmented(&c.x, &c.y, *l2);
            // rows about their means need no intercept, and those below them would disturb it
            let pair = fit(*l2, &c.x, &c.y)?.zip(fit(0.0, &mirrored(&x), &mirrored_target(&y))?);
            pair.map_or(Ok(()), |((w, _), (v, _))| close(&v.numbers(), &w.numbers(), t, 0.0))
        })
    }
}

fn centred(x: &DMatrix<f64>) -> DMatrix<f64> {
    let means = x.row_mean();
    DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[(i, j)] - means[j])
}

/// [`Law::ResidualsOrthogonal`]: `|xⱼ'r| ≤ tolerance |xⱼ| |y|` for columns about their means, and `|Σ r|` likewise.
///
/// # Errors
/// How it is broken.
pub fn residuals_are_orthogonal<E>(e: &E, x: &DMatrix<f64>, y: &DVector<f64>, tolerance: f64) -> Verdict
where
    E: Learner<f64, DVector<f64>>,
{
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let residuals = y - answered(&model, x)?.column(0);
    let (size, n) = (y.norm(), y.len() as f64);
    if residuals.sum().abs() > tolerance * size * n.sqrt() {
        return Err(Broken::new("residuals that sum to 0", residuals.sum()));
    }
    let about_means = centred(x);
    for (j, column) in about_means.column_iter().enumerate() {
        let product = column.dot(&residuals);
        if product.abs() > tolerance * size * column.norm() {
            return Err(Broken::new(format!("residuals orthogonal to column {j}"), format!("a product of {product}")));
        }
    }
    Ok(())
}

/// [`Law::RefitOnPredictions`].
///
/// # Errors
/// How it is broken.
pub fn refit_on_predictions_is_the_same<E>(e: &E, x: &DMatrix<f64>, y: &DVector<f64>, tolerance: f64) -> Verdict
where
    E: Learner<f64, DVector<f64>>,
{
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let once = answered(&model, x)?;
    let Some(again) = learned(e.fit(x, &once.column(0).into_owned()))? else { return Ok(()) };
    close(&once, &answered(&again, x)?, tolerance, y.amax())
}

/// [`Law::TargetEquivariance`]: with a = -2.5, b = 3.
///
/// # Errors
/// How it is broken.
pub fn targets_are_equivariant<E>(e: &E, x: &DMatrix<f64>, y: &DVector<f64>, tolerance: f64) -> Verdict
where
    E: Learner<f64, DVector<f64>>,
{
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let Some(moved) = learned(e.fit(x, &y.map(|y| 3.0 - 2.5 * y)))? else { return Ok(()) };
    close(&answered(&model, x)?.map(|y| 3.0 - 2.5 * y), &answered(&moved, x)?, tolerance, y.amax())
}

/// [`Law::DuplicateColumn`]: the first, at the end.
///
/// # Errors
/// How it is broken.
pub fn duplicate_columns_change_nothing<E>(e: &E, x: &DMatrix<f64>, y: &DVector<f64>, tolerance: f64) -> Verdict
where
    E: Learner<f64, DVector<f64>>,
{
    let wider = DMatrix::from_fn(x.nrows(), x.ncols() + 1, |i, j| x[(i, if j == x.ncols() { 0 } else { j })]);
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let Some(wide) = learned(e.fit(&wider, y))? else { return Ok(()) };
    close(&answered(&model, x)?, &answered(&wide, &wider)?, tolerance, y.amax())
}

/// [`Law::MinimumNorm`]: what is left of the coefficients outside the span of the rows about their means is 0.
///
/// # Errors
/// How it is broken.
pub fn coefficients_are_in_the_row_space(w: &DVector<f64>, x: &DMatrix<f64>, tolerance: f64) -> Verdict {
    let rows = centred(x);
    let size = rows.column_iter().map(|column| column.norm()).fold(0.0, f64::max);
    // Gram and Schmidt, twice over each row
    let mut basis: Vec<DVector<f64>> = Vec::new();
    for row in rows.row_iter() {
        let mut rest = row.transpose();
        for _ in 0..2 {
            for direction in &basis {
                rest -= direction * direction.dot(&rest);
            }
        }
        // rounding leaves about an ε of the largest column
        if rest.norm() > 1e-9 * size {
            basis.push(rest.normalize());
        }
    }
    let outside = basis.iter().fold(w.clone(), |outside, direction| outside - direction * direction.dot(w));
    if outside.norm() <= tolerance * w.norm() {
        return Ok(());
    }
    let shorter = (w - &outside).norm();
    Err(Broken::new(format!("coefficients of norm {shorter}"), format!("norm {} for the same predictions", w.norm())))
}

/// [`Law::RidgeGradient`]: `X'(y − X w − b) = l2 w` for X about its means.
///
/// # Errors
/// How it is broken.
pub fn ridge_gradient_is_zero((w, b): &Line, l2: f64, x: &DMatrix<f64>, y: &DVector<f64>, tolerance: f64) -> Verdict {
    let residuals = (y - x * w).add_scalar(-b);
    let about_means = centred(x);
    let pull = about_means.tr_mul(&residuals);
    let scale = about_means.norm() * y.norm();
    close(&(w * l2).numbers(), &pull.numbers(), tolerance, scale)?;
    close(&vec![0.0].numbers(), &vec![residuals.sum()].numbers(), tolerance, y.norm() * (y.len() as f64).sqrt())
}

/// Rows about their means with `sqrt(l2) I` below, targets about theirs with zeros below.
fn augmented(x: &DMatrix<f64>, y: &DVector<f64>, l2: f64) -> (DMatrix<f64>, DVector<f64>) {
    let (n, p) = x.shape();
    let (rows, mean) = (centred(x), y.mean());
    let below = |i: usize, j: usize| if i == j { l2.sqrt() } else { 0.0 };
    let x = DMatrix::from_fn(n + p, p, |i, j| if i < n { rows[(i, j)] } else { below(i - n, j) });
    (x, DVector::from_fn(n + p, |i, _| if i < n { y[i] - mean } else { 0.0 }))
}

/// Each row and its negative: the means are 0, so that an intercept is 0 and the coefficients are what they were.
fn mirrored(x: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(2 * x.nrows(), x.ncols(), |i, j| if i % 2 == 0 { x[(i / 2, j)] } else { -x[(i / 2, j)] })
}

fn mirrored_target(y: &DVector<f64>) -> DVector<f64> {
    DVector::from_fn(2 * y.len(), |i, _| if i % 2 == 0 { y[i / 2] } else { -y[i / 2] })
}
