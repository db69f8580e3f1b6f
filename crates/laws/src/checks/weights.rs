//! What a weight is.

use super::rows::{Pair, taken};
use crate::{
    Learner, Verdict,
    answer::{Answer, Broken, answered, close, learned, unexpected},
};
use cairn_traits::{Accumulate, DMatrix, FitFrom, FitWeighted, Predict, TakeRows};
use std::borrow::Borrow;

/// [`crate::Law::WeightsRepeat`].
///
/// # Errors
/// How it is broken.
pub fn weights_are_repetitions<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, weights: &[u32], tolerance: f64) -> Verdict
where
    Y: ?Sized + TakeRows,
    E: Learner<f64, Y> + FitWeighted<DMatrix<f64>, Y>,
{
    let (many_x, many_y) = repeated(x, y, weights)?;
    let weights: Vec<f64> = weights.iter().map(|&weight| f64::from(weight)).collect();
    agree(x, e.fit(&many_x, many_y.borrow()), e.fit_weighted(x, y, &weights), tolerance)
}

/// [`crate::Law::WeightZero`]: weights of 1 in `kept`, 0 elsewhere. All rows are asked, the absent ones too.
///
/// # Errors
/// How it is broken.
pub fn weight_zero_is_absence<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, kept: &[usize], tolerance: f64) -> Verdict
where
    Y: ?Sized + TakeRows,
    E: Learner<f64, Y> + FitWeighted<DMatrix<f64>, Y>,
{
    let (few_x, few_y) = taken(x, y, kept)?;
    let mut weights = vec![0.0; x.nrows()];
    kept.iter().for_each(|&row| weights[row] = 1.0);
    agree(x, e.fit(&few_x, few_y.borrow()), e.fit_weighted(x, y, &weights), tolerance)
}

/// [`crate::Law::WeightScale`]: a third, and 7 times.
///
/// # Errors
/// How it is broken.
pub fn scaled_weights_change_nothing<Y, E>(e: &E, x: &DMatrix<f64>, y: &Y, weights: &[f64], tolerance: f64) -> Verdict
where
    Y: ?Sized,
    E: Learner<f64, Y> + FitWeighted<DMatrix<f64>, Y>,
{
    for factor in [1.0 / 3.0, 7.0] {
        let scaled: Vec<f64> = weights.iter().map(|weight| factor * weight).collect();
        agree(x, e.fit_weighted(x, y, weights), e.fit_weighted(x, y, &scaled), tolerance)?;
    }
    Ok(())
}

/// [`crate::Law::WeightedSums`].
///
/// # Errors
/// How it is broken.
pub fn weighted_sums_are_repetitions<Y, E, S>(
    e: &E,
    empty: &S,
    (x, y): (&DMatrix<f64>, &Y),
    weights: &[u32],
    tolerance: f64,
) -> Verdict
where
    Y: ?Sized + TakeRows,
    E: FitFrom<S, Model: Predict<DMatrix<f64>, Output: Answer>>,
    S: Accumulate<DMatrix<f64>, Y> + Clone,
{
    let (many_x, many_y) = repeated(x, y, weights)?;
    let mut expected = empty.clone();
    expected.accumulate(&many_x, many_y.borrow(), None).map_err(unexpected("sums of repeated rows"))?;
    let mut found = empty.clone();
    let weights: Vec<f64> = weights.iter().map(|&weight| f64::from(weight)).collect();
    found.accumulate(x, y, Some(&weights)).map_err(unexpected("sums of rows with weights"))?;
    agree(x, e.fit_from(&expected), e.fit_from(&found), tolerance)
}

/// Each row as often as its weight says.
fn repeated<Y: ?Sized + TakeRows>(
    x: &DMatrix<f64>,
    y: &Y,
    weights: &[u32],
) -> Result<(DMatrix<f64>, Y::Owned), Broken> {
    let rows = weights.iter().enumerate().flat_map(|(row, &times)| std::iter::repeat_n(row, times as usize));
    taken(x, y, &rows.collect::<Vec<_>>())
}

fn agree<M>(
    x: &DMatrix<f64>,
    expected: cairn_traits::Result<M>,
    found: cairn_traits::Result<M>,
    tolerance: f64,
) -> Verdict
where
    M: Predict<DMatrix<f64>, Output: Answer>,
{
    let models: Option<(M, M)> = learned(expected)?.zip(learned(found)?);
    let pair: Pair = models.map(|(a, b)| Ok((answered(&a, x)?, answered(&b, x)?))).transpose()?;
    pair.map_or(Ok(()), |(expected, found)| close(&expected, &found, tolerance, 0.0))
}
