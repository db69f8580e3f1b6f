//! Scores of predicted numbers that are not about the mean: of quantiles, of counts and amounts, of ratios.

use crate::input;
use crate::regression::{defined, errors, mean};
use cairn_traits::{Error, Float, Result, check};

/// The mean loss of a predicted quantile: least where a share `alpha` of the true numbers lies below the prediction.
///
/// ```text
/// 1/n Σ  alpha (yᵢ - pᵢ) where y is above, (1 - alpha) (pᵢ - yᵢ) where it is below
/// ```
///
/// `alpha` ½ is half the mean absolute error: the median.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] if the sum overflows;
/// [`Error::Parameter`] for an `alpha` outside 0 to 1.
///
/// # Examples
/// ```
/// // 1 too low costs 0.9, 1 too high 0.1
/// assert_eq!(cairn_metrics::mean_pinball_loss(&[2.0, 2.0], &[1.0, 3.0], 0.9)?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// R. Koenker and G. Bassett (1978).
pub fn mean_pinball_loss<F: Float>(y_true: &[F], y_pred: &[F], alpha: f64) -> Result<f64> {
    if !(0.0..=1.0).contains(&alpha) {
        return Err(Error::Parameter { name: "alpha", requirement: "a number from 0 to 1", found: alpha });
    }
    let errors = errors(y_true, y_pred)?;
    defined(mean(errors.iter().map(|&e| if e >= 0.0 { alpha * e } else { (alpha - 1.0) * e })))
}

/// The mean of the squared differences of `ln(1 + y)`: errors count by ratio, being too low costs more than too high.
///
/// For targets that grow by factors: counts, prices, populations.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Domain`] for a number of -1 or less.
///
/// # Examples
/// ```
/// // ln 4 for ln 2
/// let error = cairn_metrics::mean_squared_log_error(&[1.0], &[3.0])?;
/// assert!((error - 2.0_f64.ln().powi(2)).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn mean_squared_log_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    errors(y_true, y_pred)?;
    let above = "numbers above -1";
    within("y_true", y_true, above, |y| y > -1.0)?;
    within("y_pred", y_pred, above, |p| p > -1.0)?;
    let differences = y_true.iter().zip(y_pred).map(|(y, p)| y.to_f64().ln_1p() - p.to_f64().ln_1p());
    defined(mean(differences.map(|d| d * d)))
}

/// The root of [`mean_squared_log_error`].
///
/// # Errors
/// Those of [`mean_squared_log_error`].
///
/// # Examples
/// ```
/// let error = cairn_metrics::root_mean_squared_log_error(&[1.0], &[3.0])?;
/// assert!((error - 2.0_f64.ln()).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn root_mean_squared_log_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    mean_squared_log_error(y_true, y_pred).map(f64::sqrt)
}

/// The mean deviance of Tweedie's distributions, whose variance is the mean to the `power`.
///
/// ```text
/// power 0   (y - p)²                        normal
/// power 1   2 (y ln(y / p) - y + p)         Poisson: counts
/// power 2   2 (ln(p / y) + y / p - 1)       gamma: amounts; only ratios matter
/// else      2 (max(y, 0)²⁻ᵖᵒʷᵉʳ / ((1 - power) (2 - power)) - y p¹⁻ᵖᵒʷᵉʳ / (1 - power) + p²⁻ᵖᵒʷᵉʳ / (2 - power))
/// ```
///
/// The higher the power, the less an error weighs where the prediction is large. Between 1 and 2 are sums of amounts
/// that are often 0: insurance claims, rain. Predictions are above 0 except for power 0; true numbers are at least 0
/// from power 1, above 0 from power 2.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Domain`] for numbers outside the range of
/// the power, or an overflow; [`Error::Parameter`] for a power between 0 and 1, where there is no distribution.
///
/// # Examples
/// ```
/// use cairn_metrics::mean_tweedie_deviance;
/// assert_eq!(mean_tweedie_deviance(&[0.0, 3.0], &[2.0, 3.0], 1.0)?, 2.0); // 2 · 2 and 0
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// B. Jørgensen (1987).
pub fn mean_tweedie_deviance<F: Float>(y_true: &[F], y_pred: &[F], power: f64) -> Result<f64> {
    errors(y_true, y_pred)?;
    tweedie_power(power)?;
    let (positive, at_least_zero) = ("numbers above 0", "numbers of at least 0");
    if power != 0.0 {
        within("y_pred", y_pred, positive, |p| p > 0.0)?;
    }
    if power >= 2.0 {
        within("y_true", y_true, positive, |y| y > 0.0)?;
    } else if power >= 1.0 {
        within("y_true", y_true, at_least_zero, |y| y >= 0.0)?;
    }
    defined(mean(y_true.iter().zip(y_pred).map(|(y, p)| deviance(y.to_f64(), p.to_f64(), power))))
}

/// [`mean_tweedie_deviance`] with power 1: for counts.
///
/// # Errors
/// Those of [`mean_tweedie_deviance`].
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::mean_poisson_deviance(&[0.0], &[0.5])?, 1.0); // 2 · 0.5
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn mean_poisson_deviance<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    mean_tweedie_deviance(y_true, y_pred, 1.0)
}

/// [`mean_tweedie_deviance`] with power 2: for amounts above 0, where ratios matter.
///
/// # Errors
/// Those of [`mean_tweedie_deviance`].
///
/// # Examples
/// ```
/// let deviance = cairn_metrics::mean_gamma_deviance(&[2.0], &[1.0])?; // 2 (ln(1/2) + 2 - 1)
/// assert!((deviance - 2.0 * (1.0 - 2.0_f64.ln())).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn mean_gamma_deviance<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    mean_tweedie_deviance(y_true, y_pred, 2.0)
}

/// The share of the absolute deviations from the median that the predictions explain: what [`r2`](crate::r2) is to
/// squares.
///
/// ```text
/// 1 - Σ |yᵢ - pᵢ| / Σ |yᵢ - median(y)|
/// ```
///
/// Where `y_true` is constant: 1 if the predictions are perfect, else 0.
///
/// # Errors
/// [`Error::TooFewSamples`] below 2 rows, [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] if the sum
/// overflows.
///
/// # Examples
/// ```
/// // errors 1, 0, 0 beside deviations 1, 0, 8 from the median 2
/// assert_eq!(cairn_metrics::d2_absolute_error(&[1.0, 2.0, 10.0], &[2.0, 2.0, 10.0])?, 1.0 - 1.0 / 9.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// R. Koenker and J. Machado (1999).
pub fn d2_absolute_error<F: Float>(y_true: &[F], y_pred: &[F]) -> Result<f64> {
    check::at_least("y_true", 2, y_true.len())?;
    let errors = errors(y_true, y_pred)?;
    let mut sorted: Vec<f64> = y_true.iter().map(|y| y.to_f64()).collect();
    sorted.sort_by(f64::total_cmp);
    let median = f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
    let unexplained = defined(mean(errors.iter().map(|e| e.abs())))?;
    explained(unexplained, defined(mean(sorted.iter().map(|y| (y - median).abs())))?)
}

/// The share of the [`mean_tweedie_deviance`] of the mean that the predictions explain; with power 0 it is
/// [`r2`](crate::r2).
///
/// Where `y_true` is constant: 1 if the predictions are perfect, else 0. (scikit-learn divides by 0.)
///
/// # Errors
/// Those of [`mean_tweedie_deviance`]; [`Error::TooFewSamples`] below 2 rows; [`Error::Domain`] if the mean of `y_true`
/// is not above 0 and the power asks for it.
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::d2_tweedie(&[1.0, 2.0, 3.0], &[2.0, 2.0, 3.0], 0.0)?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn d2_tweedie<F: Float>(y_true: &[F], y_pred: &[F], power: f64) -> Result<f64> {
    check::at_least("y_true", 2, y_true.len())?;
    let unexplained = mean_tweedie_deviance(y_true, y_pred, power)?;
    if y_true.windows(2).all(|two| two[0] == two[1]) {
        return Ok(if y_true == y_pred { 1.0 } else { 0.0 });
    }
    let y: Vec<f64> = y_true.iter().map(|y| y.to_f64()).collect();
    let center = vec![defined(mean(y.iter().copied()))?; y.len()];
    explained(unexplained, mean_tweedie_deviance(&y, &center, power)?)
}

fn explained(unexplained: f64, variation: f64) -> Result<f64> {
    match (unexplained == 0.0, variation == 0.0) {
        (true, _) => Ok(1.0),
        (false, true) => Ok(0.0),
        (false, false) => defined(1.0 - unexplained / variation),
    }
}

/// The deviance of one number; it is in range.
fn deviance(y: f64, p: f64, power: f64) -> f64 {
    if power == 0.0 {
        (y - p).powi(2)
    } else if power == 1.0 {
        let log = if y == 0.0 { 0.0 } else { y * (y / p).ln() };
        2.0 * (log - y + p)
    } else if power == 2.0 {
        2.0 * ((p / y).ln() + y / p - 1.0)
    } else {
        let (one, two) = (1.0 - power, 2.0 - power);
        let own = y.max(0.0).powf(two) / (one * two);
        2.0 * (own - y * p.powf(one) / one + p.powf(two) / two)
    }
}

fn tweedie_power(power: f64) -> Result<()> {
    if power.is_finite() && (power <= 0.0 || power >= 1.0) {
        return Ok(());
    }
    Err(Error::Parameter { name: "power", requirement: "a number of at most 0 or at least 1", found: power })
}

fn within<F: Float>(
    what: &'static str,
    values: &[F],
    requirement: &'static str,
    holds: impl Fn(f64) -> bool,
) -> Result<()> {
    input::finite(what, values)?;
    match values.iter().position(|v| !holds(v.to_f64())) {
        None => Ok(()),
        Some(row) => Err(Error::Domain { what, requirement, found: values[row].to_f64(), row: Some(row) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_the_pinball_is_half_the_absolute_error() {
        let (y, p) = ([1.0, 2.0, 7.0], [3.0, 2.0, 4.0]);
        assert_eq!(mean_pinball_loss(&y, &p, 0.5), Ok(5.0 / 3.0 / 2.0)); // 2 + 0 + 3
        assert!(matches!(mean_pinball_loss(&y, &p, 1.5), Err(Error::Parameter { name: "alpha", .. })));
        assert!(matches!(mean_pinball_loss(&y, &p, f64::NAN), Err(Error::Parameter { name: "alpha", .. })));
    }

    #[test]
    fn powers_have_ranges() {
        let deviance = |y: f64, p: f64, power| mean_tweedie_deviance(&[y], &[p], power);
        assert_eq!(deviance(-1.0, -3.0, 0.0), Ok(4.0));
        assert!(matches!(deviance(-1.0, 1.0, 1.0), Err(Error::Domain { what: "y_true", row: Some(0), .. })));
        assert!(matches!(deviance(0.0, 1.0, 2.0), Err(Error::Domain { what: "y_true", .. })));
        assert!(matches!(deviance(1.0, 0.0, 1.5), Err(Error::Domain { what: "y_pred", .. })));
        assert!(matches!(deviance(1.0, 1.0, 0.5), Err(Error::Parameter { name: "power", .. })));
        // 2 (1² / 6 + ... ): power -1, y = -1, p = 1: 2 (0 + 1 / 2 + 1 / 3)
        assert!((deviance(-1.0, 1.0, -1.0).unwrap() - 5.0 / 3.0).abs() < 1e-15);
        assert!(matches!(mean_squared_log_error(&[1.0], &[-1.0]), Err(Error::Domain { what: "y_pred", .. })));
    }

    #[test]
    fn a_constant_is_explained_by_perfect_predictions_alone() {
        let constant = [0.1; 3];
        let other = [0.1, 0.1, 0.2];
        assert_eq!((d2_absolute_error(&constant, &constant), d2_absolute_error(&constant, &other)), (Ok(1.0), Ok(0.0)));
        for power in [0.0, 1.0, 1.5, 2.0, 3.0] {
            assert_eq!(d2_tweedie(&constant, &constant, power), Ok(1.0));
            assert_eq!(d2_tweedie(&constant, &other, power), Ok(0.0));
        }
        assert!(matches!(d2_tweedie(&[1.0], &[1.0], 0.0), Err(Error::TooFewSamples { needed: 2, .. })));
    }
}
