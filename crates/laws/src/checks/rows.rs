//! Laws of every estimator: the same rows, in another order, on other threads, in parts, in another precision.

use crate::{
    Answer, Broken, Learner, Verdict,
    answer::{answered, close, learned, same_bits, unexpected},
};
use cairn_traits::{Accumulate, DMatrix, DVector, Fit, FitFrom, Predict, TakeRows};
use std::borrow::Borrow;

/// The answers to `queries`, or nothing where the fit was refused.
pub(super) fn fitted<Y: ?Sized, E: Learner<f64, Y>>(
    estimator: &E,
    x: &DMatrix<f64>,
    y: &Y,
    queries: &DMatrix<f64>,
) -> Result<Option<DMatrix<f64>>, Broken> {
    learned(estimator.fit(x, y))?.map(|model| answered(&model, queries)).transpose()
}

/// Answers of two fits; nothing if either is refused.
pub(super) type Pair = Option<(DMatrix<f64>, DMatrix<f64>)>;

/// Rows of `x` and of what belongs to them.
pub(super) fn taken<Y: ?Sized + TakeRows>(
    x: &DMatrix<f64>,
    y: &Y,
    rows: &[usize],
) -> Result<(DMatrix<f64>, Y::Owned), Broken> {
    let rows_of_y = y.take_rows(rows).map_err(unexpected("rows that are there"))?;
    Ok((x.take_rows(rows).map_err(unexpected("rows that are there"))?, rows_of_y))
}

/// [`crate::Law::Learns`].
///
/// # Errors
/// How it is broken.
pub fn plain_data_is_learned_from<Y: ?Sized, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict {
    let answers = answered(&e.fit(x, y).map_err(unexpected("a model of plain data"))?, x)?;
    if answers.nrows() == x.nrows() {
        return Ok(());
    }
    Err(Broken::new(format!("{} answers", x.nrows()), answers.nrows()))
}

/// [`crate::Law::Finite`].
///
/// # Errors
/// How it is broken.
pub fn answers_are_finite<Y: ?Sized, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict {
    let answers = fitted(e, x, y, x)?;
    match answers.iter().flatten().find(|value| !value.is_finite()) {
        None => Ok(()),
        Some(value) => Err(Broken::new("finite answers", value)),
    }
}

/// [`crate::Law::SameBits`].
///
/// # Errors
/// How it is broken.
pub fn same_data_same_bits<Y: ?Sized, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict {
    match (fitted(e, x, y, x)?, fitted(e, x, y, x)?) {
        (Some(once), Some(again)) => same_bits(&once, &again),
        (None, None) => Ok(()),
        _ => Err(Broken::new("the same outcome of two fits", "one model and one refusal")),
    }
}

/// [`crate::Law::Threads`]: fitted and asked in pools of 1, 2 and 7.
///
/// # Errors
/// How it is broken.
pub fn any_threads_same_bits<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y) -> Verdict
where
    Y: ?Sized + Sync,
    E: Learner<f64, Y> + Sync,
{
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.map_err(|error| Broken::new(format!("{threads} threads"), error))?;
        pool.install(|| fitted(e, x, y, x))
    };
    let alone = on(1)?;
    for threads in [2, 7] {
        let together = on(threads)?;
        let compared = match (&alone, &together) {
            (Some(alone), Some(together)) => same_bits(alone, together),
            (None, None) => Ok(()),
            _ => Err(Broken::new("the same outcome", "one model and one refusal")),
        };
        compared.map_err(|b| Broken::new(b.expected, format!("{} on {threads} threads", b.found)))?;
    }
    Ok(())
}

/// [`crate::Law::Subset`].
///
/// # Errors
/// How it is broken.
pub fn subset_is_predicted_alike<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, subset: &[usize], tolerance: f64) -> Verdict
where
    Y: ?Sized + TakeRows,
    E: Learner<f64, Y>,
{
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let all = answered(&model, x)?;
    let (few, _) = taken(x, y, subset)?;
    let expected = all.take_rows(subset).map_err(unexpected("an answer a row"))?;
    close(&expected, &answered(&model, &few)?, tolerance, all.amax())
}

/// [`crate::Law::RowOrder`], [`crate::Law::RowOrderTies`].
///
/// # Errors
/// How it is broken.
pub fn training_order_does_not_matter<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, order: &[usize], tolerance: f64) -> Verdict
where
    Y: ?Sized + TakeRows,
    E: Learner<f64, Y>,
{
    let (ordered_x, ordered_y) = taken(x, y, order)?;
    match (fitted(e, x, y, x)?, fitted(e, &ordered_x, ordered_y.borrow(), x)?) {
        (Some(expected), Some(found)) => close(&expected, &found, tolerance, 0.0),
        (None, None) => Ok(()),
        _ => Err(Broken::new("the same outcome in both orders", "one model and one refusal")),
    }
}

/// [`crate::Law::Isometry`]: all moved by 16 and scaled by 4, which keeps every digit that matters.
///
/// # Errors
/// How it is broken.
pub fn shifted_and_scaled_alike<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, tolerance: f64) -> Verdict
where
    Y: ?Sized,
    E: Learner<f64, Y>,
{
    answered_alike(e, y, (x, &x.map(|value| 4.0 * (value + 16.0))), tolerance)
}

/// [`crate::Law::Translation`]: all moved by 16.
///
/// # Errors
/// How it is broken.
pub fn shifted_alike<Y: ?Sized, E: Learner<f64, Y>>(e: &E, x: &DMatrix<f64>, y: &Y, tolerance: f64) -> Verdict {
    answered_alike(e, y, (x, &x.add_scalar(16.0)), tolerance)
}

/// The same answers of models of two matrices, each asked for its own rows.
fn answered_alike<Y, E>(e: &E, y: &Y, (here, there): (&DMatrix<f64>, &DMatrix<f64>), tolerance: f64) -> Verdict
where
    Y: ?Sized,
    E: Learner<f64, Y>,
{
    let pair: Pair = fitted(e, here, y, here)?.zip(fitted(e, there, y, there)?);
    pair.map_or(Ok(()), |(here, there)| close(&here, &there, tolerance, 0.0))
}

/// [`crate::Law::SinglePrecision`]: `x` and `y` rounded to single precision, fitted in both; the answers agree to
/// `tolerance`.
///
/// # Errors
/// How it is broken.
pub fn precisions_agree<Y, Z, E>(e: &E, x: &DMatrix<f64>, (double, single): (&Y, &Z), tolerance: f64) -> Verdict
where
    Y: ?Sized,
    Z: ?Sized,
    E: Learner<f64, Y> + Learner<f32, Z>,
{
    let single_x = x.map(|value| value as f32);
    let rounded = single_x.map(f64::from);
    let Some(expected) = fitted(e, &rounded, double, &rounded)? else { return Ok(()) };
    let fit = <E as Fit<DMatrix<f32>, Z>>::fit(e, &single_x, single);
    let Some(model) = learned(fit)? else { return Ok(()) };
    close(&expected, &answered(&model, &single_x)?, tolerance, 0.0)
}

/// [`crate::Law::SeveralOutputs`].
///
/// # Errors
/// How it is broken.
pub fn each_output_is_answered_alone<E>(e: &E, x: &DMatrix<f64>, y: &DMatrix<f64>, tolerance: f64) -> Verdict
where
    E: Learner<f64, DVector<f64>> + Learner<f64, DMatrix<f64>>,
{
    let Some(together) = fitted::<DMatrix<f64>, E>(e, x, y, x)? else { return Ok(()) };
    let mut alone = Vec::new();
    for column in y.column_iter() {
        alone.extend(fitted::<DVector<f64>, E>(e, x, &column.into_owned(), x)?.into_iter().flat_map(|one| {
            let values: Vec<f64> = one.data.into();
            values
        }));
    }
    if alone.len() != x.nrows() * y.ncols() {
        return Err(Broken::new("a model of each output", "a refusal"));
    }
    close(&DMatrix::from_vec(x.nrows(), y.ncols(), alone), &together, tolerance, 0.0)
}

/// [`crate::Law::MergeAnySplit`]: sums of the parts of `rows` between `cuts`, merged last to first.
///
/// # Errors
/// How it is broken.
pub fn merged_sums_are_the_whole<Y, E, S>(
    e: &E,
    empty: &S,
    (x, y): (&DMatrix<f64>, &Y),
    rows: &[usize],
    cuts: [usize; 2],
    tolerance: f64,
) -> Verdict
where
    Y: ?Sized + TakeRows,
    E: Learner<f64, Y> + FitFrom<S, Model: Predict<DMatrix<f64>, Output: Answer>>,
    S: Accumulate<DMatrix<f64>, Y> + Clone,
{
    let summed = |rows: &[usize]| {
        let mut sums = empty.clone();
        if !rows.is_empty() {
            let (x, y) = taken(x, y, rows)?;
            sums.accumulate(&x, y.borrow(), None).map_err(unexpected("sums of sound rows"))?;
        }
        Ok::<S, Broken>(sums)
    };
    let low = cuts[0].min(cuts[1]).min(rows.len());
    let high = cuts[0].max(cuts[1]).min(rows.len());
    let mut merged = summed(&rows[high..])?;
    for part in [&rows[low..high], &rows[..low]] {
        merged.merge(&summed(part)?).map_err(unexpected("sums that merge"))?;
    }
    let Some(model) = learned(e.fit_from(&merged))? else { return Ok(()) };
    let found = answered(&model, x)?;
    let whole = e.fit_from(&summed(&(0..x.nrows()).collect::<Vec<_>>())?).map_err(unexpected("a model of all sums"))?;
    close(&answered(&whole, x)?, &found, tolerance, 0.0)?;
    let Some(from_rows) = fitted(e, x, y, x)? else { return Ok(()) };
    close(&from_rows, &found, tolerance, 0.0)
}
