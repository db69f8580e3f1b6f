//! Scores of predicted labels.

use crate::{ClassScores, input};
use cairn_traits::{Error, Result};

/// The share of predictions that are right.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`].
///
/// # Examples
/// ```
/// assert_eq!(cairn_metrics::accuracy(&[0, 1, 2, 2], &[0, 1, 2, 0])?, 0.75);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn accuracy(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    input::lengths(y_true.len(), y_pred.len())?;
    let right = y_true.iter().zip(y_pred).filter(|(truth, guess)| truth == guess).count();
    Ok(right as f64 / y_true.len() as f64)
}

/// The mean, over the classes that are true somewhere, of the share of each that was found.
///
/// Always guessing the most frequent of k classes scores 1 / k, however frequent it is.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`].
///
/// # Examples
/// ```
/// // class 0: 3 of 3, class 1: 0 of 1; the accuracy would be 0.75
/// assert_eq!(cairn_metrics::balanced_accuracy(&[0, 0, 0, 1], &[0, 0, 0, 0])?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn balanced_accuracy(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let scores = ClassScores::new(y_true, y_pred)?;
    let there: Vec<f64> =
        scores.recall().into_iter().zip(scores.actual()).filter(|(_, n)| **n > 0).map(|(r, _)| r).collect();
    Ok(there.iter().sum::<f64>() / there.len() as f64)
}

/// The correlation between what was true and what was predicted: 1 is perfect, 0 no better than guessing.
///
/// ```text
/// (c n - Σ tₖ pₖ) / sqrt((n² - Σ tₖ²) (n² - Σ pₖ²))     c right of n; class k true tₖ times, predicted pₖ times
/// ```
///
/// 0 where all samples are of one class, or predicted to be: correlation with a constant is then taken to be none.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`].
///
/// # Examples
/// ```
/// // c = 2, t = (1, 3), p = (1, 3): (2·4 - 10) / sqrt(6 · 6)
/// assert_eq!(cairn_metrics::matthews_corrcoef(&[1, 1, 1, 0], &[1, 0, 1, 1])?, -2.0 / 6.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// B. Matthews (1975); J. Gorodkin (2004), for more than two classes.
pub fn matthews_corrcoef(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let scores = ClassScores::new(y_true, y_pred)?;
    let (n, right) = (y_true.len() as f64, scores.hits().iter().sum::<usize>() as f64);
    let spread_true = n * n - product(scores.actual(), scores.actual());
    let spread_pred = n * n - product(scores.predicted(), scores.predicted());
    if spread_true == 0.0 || spread_pred == 0.0 {
        return Ok(0.0);
    }
    Ok((right * n - product(scores.actual(), scores.predicted())) / (spread_true * spread_pred).sqrt())
}

/// The agreement between what was true and what was predicted, beyond what their frequencies alone would give.
///
/// ```text
/// (observed - expected) / (1 - expected)     expected = Σ tₖ pₖ / n²
/// ```
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`]; [`Error::Classes`] if true and predicted are all of one and the same
/// class, where agreement cannot be told from chance (scikit-learn answers NaN).
///
/// # Examples
/// ```
/// // 3 of 4 right; t = (2, 2), p = (1, 3): expected (2·1 + 2·3) / 16 = 1/2
/// assert_eq!(cairn_metrics::cohen_kappa(&[0, 0, 1, 1], &[0, 1, 1, 1])?, 0.5);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// J. Cohen (1960).
pub fn cohen_kappa(y_true: &[usize], y_pred: &[usize]) -> Result<f64> {
    let scores = ClassScores::new(y_true, y_pred)?;
    if scores.classes().len() == 1 {
        return Err(Error::Classes { needed: 2, found: 1 });
    }
    let (n, right) = (y_true.len() as f64, scores.hits().iter().sum::<usize>() as f64);
    let expected = product(scores.actual(), scores.predicted()) / n;
    Ok(1.0 - (n - right) / (n - expected))
}

fn product(a: &[usize], b: &[usize]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| a as f64 * b as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_answer_has_no_correlation() {
        assert_eq!(matthews_corrcoef(&[0, 1, 1], &[1, 1, 1]), Ok(0.0));
        assert_eq!(matthews_corrcoef(&[1, 1], &[1, 1]), Ok(0.0));
        assert_eq!(cohen_kappa(&[0, 1, 1], &[1, 1, 1]), Ok(0.0)); // 2 of 3 right, 2·3/9 expected
        assert_eq!(cohen_kappa(&[1, 1], &[1, 1]), Err(Error::Classes { needed: 2, found: 1 }));
    }

    #[test]
    fn a_class_that_is_only_predicted_does_not_count_in_the_balance() {
        assert_eq!(balanced_accuracy(&[0, 0, 1], &[0, 7, 1]), Ok(0.75)); // (1/2 + 1) / 2
    }

    #[test]
    fn lengths_must_agree_and_not_be_zero() {
        for score in [accuracy, balanced_accuracy, matthews_corrcoef, cohen_kappa] {
            assert_eq!(score(&[], &[]), Err(Error::TooFewSamples { what: "y_true", needed: 1, found: 0 }));
            let shape = Error::Shape { what: "y_pred", unit: "rows", expected: 2, found: 1 };
            assert_eq!(score(&[0, 1], &[0]), Err(shape));
        }
    }
}
