//! Scores of predicted numbers.

use crate::input;
use cairn_traits::{DMatrix, Error, Float, Result, check};

/// The share of the variation of `y_true` that the predictions explain: 1 is perfect, 0 as good as the mean, and there
/// is no lower bound.
///
/// ```text
/// 1 - Σ (yᵢ - pᵢ)² / Σ (yᵢ - ȳ)²
/// ```
///
/// Where `y_true` is constant there is nothing to explain: 1 if the predictions are perfect, else 0 (scikit-learn's
/// `force_finite`; here numbers that are all equal are constant, whatever the rounding of their mean).
///
/// # Errors
/// [`Error::TooFewSamples`] below 2 rows, [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] if squares overflow.
///
/// # Examples
/// ```
/// // errors 1, 0, 0 beside deviations -1, 0, 1 from the mean 2
/// assert_eq!(cairn_metrics::r2(&[1.0, 2.0, 3.0], &[2.0, 2.0, 3.0])?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn r2<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    let errors = errors_of_two_or_more(y_true, y_pred)?;
    let unexplained = errors.iter().map(|e| e * e).sum();
    explained(unexplained, y_true, unexplained == 0.0)
}

/// The share of the variance of `y_true` that the predictions explain, a constant offset forgiven.
///
/// ```text
/// 1 - Var(y - p) / Var(y)
/// ```
///
/// [`r2`] of predictions whose mean error has been taken away. Where `y_true` is constant: 1 if the errors are constant
/// as well, else 0.
///
/// # Errors
/// Those of [`r2`].
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::explained_variance(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0])?, 1.0); // all 1 too high
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn explained_variance<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    let errors = errors_of_two_or_more(y_true, y_pred)?;
    explained(variation(&errors), y_true, is_constant(&errors))
}

/// The mean of the squared errors.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] if squares overflow.
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::mean_squared_error(&[1.0, 2.0], &[1.0, 5.0])?, 4.5); // 9 / 2
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn mean_squared_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    let errors = errors(y_true, y_pred)?;
    defined(mean(errors.iter().map(|e| e * e)))
}

/// The root of the mean of the squared errors, in the units of `y_true`.
///
/// # Errors
/// Those of [`mean_squared_error`].
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::root_mean_squared_error(&[1.0, 2.0], &[4.0, 5.0])?, 3.0); // sqrt((9 + 9) / 2)
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn root_mean_squared_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    mean_squared_error(y_true, y_pred).map(f64::sqrt)
}

/// The mean of the errors' magnitudes.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] if the sum overflows.
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::mean_absolute_error(&[1.0, 2.0], &[0.0, 5.0])?, 2.0); // (1 + 3) / 2
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn mean_absolute_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    let errors = errors(y_true, y_pred)?;
    defined(mean(errors.iter().map(|e| e.abs())))
}

/// The median of the errors' magnitudes, which a few wild errors do not move; of an even number, the mean of the two in
/// the middle.
///
/// # Errors
/// Those of [`mean_absolute_error`].
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::median_absolute_error(&[1.0, 2.0, 3.0], &[2.0, 2.5, 1000.0])?, 1.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn median_absolute_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    let mut sizes: Vec<f64> = errors(y_true, y_pred)?.iter().map(|e| e.abs()).collect();
    let middle = sizes.len() / 2;
    let (below, &mut upper, _) = sizes.select_nth_unstable_by(middle, f64::total_cmp);
    if !y_true.len().is_multiple_of(2) {
        return defined(upper);
    }
    let lower = below.iter().copied().fold(0.0, f64::max);
    defined((lower + upper) / 2.0)
}

/// The largest of the errors' magnitudes.
///
/// # Errors
/// Those of [`mean_absolute_error`].
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::max_error(&[1.0, 2.0, 3.0], &[2.0, 2.0, -1.0])?, 4.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn max_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    defined(errors(y_true, y_pred)?.iter().fold(0.0, |largest, e| e.abs().max(largest)))
}

/// The mean of the errors' magnitudes, each as a share of the true number: 0.1 is 10 percent.
///
/// ```text
/// 1/n Σ |yᵢ - pᵢ| / max(|yᵢ|, 2⁻⁵²)
/// ```
///
/// A true number of 0 is taken for 2⁻⁵², as scikit-learn does, so that an error beside it counts for very much but not
/// for infinitely much.
///
/// # Errors
/// Those of [`mean_absolute_error`].
///
/// # Examples
/// ```
/// let mape = cairn_metrics::mean_absolute_percentage_error(&[4.0, -2.0], &[5.0, -3.0])?;
/// assert_eq!(mape, 0.375); // (1/4 + 1/2) / 2
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn mean_absolute_percentage_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    let errors = errors(y_true, y_pred)?;
    defined(mean(errors.iter().zip(y_true).map(|(e, y)| e.abs() / y.to_f64().abs().max(f64::EPSILON))))
}

/// The mean of a score over several outputs, a column each.
///
/// # Errors
/// [`Error::Shape`] if the two have other shapes or no columns, and those of the score.
///
/// # Examples
/// ```
/// use cairn_metrics::{r2, uniform_average};
/// let y_true = cairn_traits::rows(&[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]);
/// let y_pred = cairn_traits::rows(&[[1.0, 2.0], [2.0, 2.0], [3.0, 3.0]]);
/// assert_eq!(uniform_average(r2, &y_true, &y_pred)?, 0.75); // (1 + 1/2) / 2
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn uniform_average<F: Float>(
    score: impl Fn(&[F], &[F]) -> Result<f64>,
    y_true: &DMatrix<F>,
    y_pred: &DMatrix<F>,
) -> Result<f64> {
    check::rows("y_pred", y_true.nrows(), y_pred.nrows())?;
    check::columns("y_pred", y_true.ncols(), y_pred.ncols())?;
    if y_true.ncols() == 0 {
        return Err(Error::Shape { what: "y_true", unit: "columns", expected: 1, found: 0 });
    }
    let scores: Result<Vec<f64>> =
        y_true.column_iter().zip(y_pred.column_iter()).map(|(t, p)| score(t.as_slice(), p.as_slice())).collect();
    defined(mean(scores?.into_iter()))
}

/// What was true minus what was predicted, in double precision.
pub(crate) fn errors<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<Vec<f64>> {
    input::lengths(y_true.len(), y_pred.len())?;
    input::finite("y_true", y_true)?;
    input::finite("y_pred", y_pred)?;
    Ok(y_true.iter().zip(y_pred).map(|(y, p)| y.to_f64() - p.to_f64()).collect())
}

fn errors_of_two_or_more<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<Vec<f64>> {
    check::at_least("y_true", 2, y_true.len())?;
    errors(y_true, y_pred)
}

/// `1 - unexplained / variation of y_true`, or what stands for it where there is no variation.
fn explained<F: Float>(unexplained: f64, y_true: &[F], perfect: bool) -> Result<f64> {
    let y: Vec<f64> = y_true.iter().map(|y| y.to_f64()).collect();
    let variation = variation(&y);
    match (is_constant(&y) || variation == 0.0, perfect) {
        (_, true) => Ok(1.0),
        (true, false) => Ok(0.0),
        (false, false) => defined(1.0 - unexplained / variation),
    }
}

/// The sum of squared deviations from the mean.
fn variation(values: &[f64]) -> f64 {
    let center = mean(values.iter().copied());
    values.iter().map(|v| (v - center).powi(2)).sum()
}

fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|two| two[0] == two[1])
}

pub(crate) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

/// A score, unless a square or a sum left the range of double precision on the way.
pub(crate) fn defined(score: f64) -> Result<f64> {
    if score.is_finite() {
        return Ok(score);
    }
    let requirement = "errors whose squares and sums are in the range of double precision";
    Err(Error::Domain { what: "y_pred", requirement, found: score, row: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Score = fn(&[f64], &[f64]) -> Result<f64>;

    const SCORES: [Score; 8] = [
        r2,
        explained_variance,
        mean_squared_error,
        root_mean_squared_error,
        mean_absolute_error,
        median_absolute_error,
        max_error,
        mean_absolute_percentage_error,
    ];

    #[test]
    fn a_constant_is_explained_by_perfect_predictions_alone() {
        // the mean of three 0.1 is not 0.1 in double precision
        let constant = [0.1; 3];
        assert_eq!(r2(&constant, &constant), Ok(1.0));
        assert_eq!(r2(&constant, &[0.1, 0.1, 0.2]), Ok(0.0));
        assert_eq!(explained_variance(&constant, &[0.3; 3]), Ok(1.0));
        assert_eq!(explained_variance(&constant, &[0.1, 0.1, 0.2]), Ok(0.0));
    }

    #[test]
    fn an_even_number_of_errors_has_two_in_the_middle() {
        // magnitudes 4, 1, 2, 8
        assert_eq!(median_absolute_error(&[0.0; 4], &[4.0, -1.0, 2.0, 8.0]), Ok(3.0));
        assert_eq!(median_absolute_error(&[0.0], &[-5.0]), Ok(5.0));
    }

    #[test]
    fn the_error_beside_a_true_zero_is_large_and_finite() {
        assert_eq!(mean_absolute_percentage_error(&[0.0_f32], &[1.0]), Ok(2.0_f64.powi(52)));
        assert_eq!(mean_absolute_percentage_error(&[0.0], &[0.0]), Ok(0.0));
    }

    #[test]
    fn bad_input_is_refused_by_every_score() {
        for score in SCORES {
            assert!(matches!(score(&[], &[]), Err(Error::TooFewSamples { found: 0, .. })));
            assert!(matches!(score(&[1.0, 2.0], &[1.0]), Err(Error::Shape { what: "y_pred", .. })));
            let nan = Error::NonFinite { what: "y_true", row: 1, column: 0 };
            assert_eq!(score(&[1.0, f64::NAN], &[1.0, 2.0]), Err(nan));
            assert!(matches!(score(&[1.0, 2.0], &[f64::INFINITY, 2.0]), Err(Error::NonFinite { what: "y_pred", .. })));
            assert!(matches!(score(&[-1e308, 1e308], &[1e308, -1e308]), Err(Error::Domain { .. })));
        }
        assert!(matches!(r2(&[1.0], &[1.0]), Err(Error::TooFewSamples { needed: 2, .. })));
    }

    #[test]
    fn several_outputs_must_have_one_shape() {
        let (two, three) = (DMatrix::from_element(2, 2, 1.0), DMatrix::from_element(2, 3, 1.0));
        assert!(matches!(uniform_average(r2, &two, &three), Err(Error::Shape { unit: "columns", .. })));
        let none = DMatrix::<f64>::zeros(2, 0);
        assert!(matches!(uniform_average(r2, &none, &none), Err(Error::Shape { what: "y_true", .. })));
    }
}
