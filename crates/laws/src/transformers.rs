//! Laws of what turns rows into other rows: scalers, projections, encoders.

use crate::{
    Answer, Broken, ByTransform, Case, Law, Laws, Unlabelled, Verdict,
    answer::{answered, close, learned, refused, same_bits, unexpected},
    by_transform::Transforming,
    checks,
    groups::{ANY_ROWS, ENOUGH_ROWS, place},
    strategies::Design,
};
use cairn_traits::{DMatrix, Error, Fit, InverseTransform, Predict, TakeRows, Transform};

impl<'a, E> Laws<'a, ByTransform<E>, Unlabelled>
where
    E: Fit<DMatrix<f64>, Model: Transform<DMatrix<f64>, Output: Answer>> + Sync,
{
    /// The laws of any estimator, for what transforms: its answers are the transformed rows.
    pub fn transformer(estimator: &'a ByTransform<E>) -> Self {
        Laws::of(estimator).any_estimator().ask(Law::SameWidth, Unlabelled::cases(Design::ALL, ANY_ROWS), |e, c, _| {
            learned(e.fit(&c.x, &()))?.map_or(Ok(()), |model| any_number_of_rows_has_the_width_of_one(&model, &c.x))
        })
    }

    /// Asks [`Law::FitTransform`] of a function that fits and transforms at once.
    pub fn fit_transform<Z: Answer>(
        self,
        fit_transform: impl Fn(&E, &DMatrix<f64>) -> cairn_traits::Result<Z> + 'a,
    ) -> Self {
        self.ask(Law::FitTransform, Unlabelled::cases(Design::ALL, ANY_ROWS), move |e, c, _| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            let at_once = fit_transform(&e.0, &c.x).map_err(unexpected("transformed rows"))?;
            same_bits(&answered(&model, &c.x)?, &at_once.numbers())
        })
    }

    /// Asks [`Law::Affine`]: of scalers and linear projections.
    pub fn affine(self) -> Self {
        self.ask(Law::Affine, Unlabelled::cases(Design::ALL, ANY_ROWS), |e, c, tolerance| {
            let model = learned(e.fit(&c.x, &()))?;
            model.map_or(Ok(()), |model| midpoints_are_transformed_to_midpoints(&model, &c.x, tolerance))
        })
    }

    /// Asks [`Law::Orthonormal`] of the components of a linear projection, a column each.
    pub fn orthonormal(self, components: impl Fn(&E::Model) -> DMatrix<f64> + 'a) -> Self {
        self.ask(Law::Orthonormal, Unlabelled::cases(Design::ALL, ANY_ROWS), move |e, c, tolerance| {
            let model = learned(e.fit(&c.x, &()))?;
            model.map_or(Ok(()), |model| columns_are_orthonormal(&components(&model.0), tolerance))
        })
    }

    /// Asks the laws of a way back that is as near as can be: [`Law::RoundTrip`] and [`Law::InverseRefuses`].
    pub fn projection(self) -> Self
    where
        E::Model:
            Transform<DMatrix<f64>, Output = DMatrix<f64>> + InverseTransform<DMatrix<f64>, Output = DMatrix<f64>>,
    {
        self.ask(Law::RoundTrip, Unlabelled::cases(Design::ALL, ANY_ROWS), |e, c, tolerance| {
            let model = learned(e.fit(&c.x, &()))?;
            model.map_or(Ok(()), |model| a_second_round_changes_nothing(&model, &c.x, tolerance))
        })
        .ask(Law::InverseRefuses, Unlabelled::cases(&[Design::Generic], ENOUGH_ROWS), |e, c, _| {
            let model = learned(e.fit(&c.x, &()))?;
            model.map_or(Ok(()), |model| bad_rows_are_not_transformed_back(&model, &c.x, place(c)))
        })
    }

    /// Asks the laws of a way back that leads all the way: [`Law::InverseUndoes`] and those of [`Self::projection`].
    pub fn invertible(self) -> Self
    where
        E::Model:
            Transform<DMatrix<f64>, Output = DMatrix<f64>> + InverseTransform<DMatrix<f64>, Output = DMatrix<f64>>,
    {
        self.projection().ask(Law::InverseUndoes, Unlabelled::cases(Design::ALL, ANY_ROWS), |e, c, tolerance| {
            let Some(model) = learned(e.fit(&c.x, &()))? else { return Ok(()) };
            let back = model.inverse_transform(&transformed(&model, &c.x)?).map_err(unexpected("the way back"))?;
            close(&c.x, &back, tolerance, 0.0)
        })
    }
}

impl<E> Laws<'_, E, Unlabelled>
where
    E: crate::Learner<f64, ()>,
{
    /// Asks [`Law::Translation`], on data in general position: of what looks at differences between rows alone.
    pub fn translation_invariant(self) -> Self {
        self.ask(Law::Translation, Unlabelled::cases(&[Design::Generic], ENOUGH_ROWS), |e, c, tolerance| {
            checks::shifted_alike(e, &c.x, &(), tolerance)
        })
    }

    /// Asks [`Law::Isometry`], on data in general position: of what looks at ratios of differences alone.
    pub fn scale_invariant(self) -> Self {
        self.ask(Law::Isometry, Unlabelled::cases(&[Design::Generic], ENOUGH_ROWS), |e, c, tolerance| {
            checks::shifted_and_scaled_alike(e, &c.x, &(), tolerance)
        })
    }
}

fn transformed<M>(model: &Transforming<M>, x: &DMatrix<f64>) -> Result<DMatrix<f64>, Broken>
where
    M: Transform<DMatrix<f64>, Output = DMatrix<f64>>,
{
    model.predict(x).map_err(unexpected("transformed rows"))
}

/// [`Law::SameWidth`].
///
/// # Errors
/// How it is broken.
pub fn any_number_of_rows_has_the_width_of_one<M>(model: &M, x: &DMatrix<f64>) -> Verdict
where
    M: Predict<DMatrix<f64>, Output: Answer>,
{
    let first = x.take_rows(&[0]).map_err(unexpected("a row that is there"))?;
    let width = answered(model, &first)?.ncols();
    let twice: Vec<usize> = (0..x.nrows()).chain(0..x.nrows()).collect();
    for rows in [x.clone(), x.take_rows(&twice).map_err(unexpected("rows that are there"))?] {
        let (n, columns) = answered(model, &rows)?.shape();
        if (n, columns) != (rows.nrows(), width) {
            return Err(Broken::new(format!("{} x {width} numbers", rows.nrows()), format!("{n} x {columns}")));
        }
    }
    Ok(())
}

/// [`Law::Affine`]: of each row and the next.
///
/// # Errors
/// How it is broken.
pub fn midpoints_are_transformed_to_midpoints<M>(model: &M, x: &DMatrix<f64>, tolerance: f64) -> Verdict
where
    M: Predict<DMatrix<f64>, Output: Answer>,
{
    let n = x.nrows();
    let midway = |of: &DMatrix<f64>| DMatrix::from_fn(n, of.ncols(), |i, j| (of[(i, j)] + of[((i + 1) % n, j)]) / 2.0);
    let rows = answered(model, x)?;
    close(&midway(&rows), &answered(model, &midway(x))?, tolerance, rows.amax())
}

/// [`Law::Orthonormal`]: the products of the columns are those of an identity, to `tolerance`.
///
/// # Errors
/// How it is broken.
pub fn columns_are_orthonormal(components: &DMatrix<f64>, tolerance: f64) -> Verdict {
    let k = components.ncols();
    close(&DMatrix::identity(k, k), &components.tr_mul(components), tolerance, 1.0)
}

/// [`Law::RoundTrip`].
fn a_second_round_changes_nothing<M>(model: &Transforming<M>, x: &DMatrix<f64>, tolerance: f64) -> Verdict
where
    M: Transform<DMatrix<f64>, Output = DMatrix<f64>> + InverseTransform<DMatrix<f64>, Output = DMatrix<f64>>,
{
    let once = transformed(model, x)?;
    let back = model.inverse_transform(&once).map_err(unexpected("the way back"))?;
    close(&once, &transformed(model, &back)?, tolerance, 0.0)
}

/// [`Law::InverseRefuses`].
fn bad_rows_are_not_transformed_back<M>(
    model: &Transforming<M>,
    x: &DMatrix<f64>,
    (row, column): (usize, usize),
) -> Verdict
where
    M: Transform<DMatrix<f64>, Output = DMatrix<f64>> + InverseTransform<DMatrix<f64>, Output = DMatrix<f64>>,
{
    let z = transformed(model, x)?;
    let none = model.inverse_transform(&DMatrix::zeros(0, z.ncols()));
    refused(none, "TooFewSamples of no rows to transform back", |e| matches!(e, Error::TooFewSamples { .. }))?;
    for columns in [z.ncols() + 1, z.ncols() - 1] {
        let expected = format!("Shape of {columns} columns to transform back, {} in transforming", z.ncols());
        let found = model.inverse_transform(&DMatrix::zeros(z.nrows(), columns));
        refused(found, &expected, |e| matches!(e, Error::Shape { .. }))?;
    }
    let column = column % z.ncols();
    for value in [f64::NAN, f64::INFINITY] {
        let mut bad = z.clone();
        bad[(row, column)] = value;
        let expected = format!("NonFinite for {value} at row {row}, column {column}");
        let there = |e: &Error| matches!(e, Error::NonFinite { row: r, column: c, .. } if (*r, *c) == (row, column));
        refused(model.inverse_transform(&bad), &expected, there)?;
    }
    Ok(())
}
