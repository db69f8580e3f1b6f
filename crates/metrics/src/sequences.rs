//! Scores of a model of sequences, from the probabilities it gave to the symbols that came.

use crate::input;
use cairn_traits::{Error, Float, Result, check};

/// How many bits a character costs on average, if the text is written in the model's code.
///
/// ```text
/// -1/n Σ log₂ pᵢ     pᵢ the probability of the i-th character, given those before it
/// ```
///
/// 0 is perfect; k characters guessed evenly cost log₂ k.
///
/// # Shapes
/// `log_probabilities`: the **natural** logarithm of the probability of each true symbol.
///
/// # Errors
/// [`Error::TooFewSamples`]; [`Error::NonFinite`] for a symbol of probability 0, whose code would be endless;
/// [`Error::Domain`] for the logarithm of more than 1 (up to 10⁻³ counts as rounding).
///
/// # Examples
/// ```
/// // probabilities 1/2 and 1/8: 1 and 3 bits
/// let bits = cairn_metrics::bits_per_char(&[0.5_f64.ln(), 0.125_f64.ln()])?;
/// assert!((bits - 2.0).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// C. Shannon (1951).
pub fn bits_per_char<F: Float>(log_probabilities: &[F]) -> Result<f64> {
    Ok(mean_surprise(log_probabilities)? / std::f64::consts::LN_2)
}

/// Among how many symbols, equally likely, the model would be as uncertain as it is: the exponential of the mean of
/// `-ln p`.
///
/// 1 is perfect; k symbols guessed evenly have perplexity k. Of the same text, it depends on what a symbol is:
/// characters, parts of words or words.
///
/// # Shapes
/// `log_probabilities`: the **natural** logarithm of the probability of each true symbol.
///
/// # Errors
/// Those of [`bits_per_char`], and [`Error::Domain`] beyond the range of double precision.
///
/// # Examples
/// ```
/// let perplexity = cairn_metrics::perplexity(&[0.5_f64.ln(), 0.125_f64.ln()])?; // sqrt(2 · 8)
/// assert!((perplexity - 4.0).abs() < 1e-14);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// F. Jelinek et al. (1977).
pub fn perplexity<F: Float>(log_probabilities: &[F]) -> Result<f64> {
    let perplexity = mean_surprise(log_probabilities)?.exp();
    if perplexity.is_finite() {
        return Ok(perplexity);
    }
    let requirement = "a perplexity in the range of double precision";
    Err(Error::Domain { what: "log_probabilities", requirement, found: perplexity, row: None })
}

fn mean_surprise<F: Float>(log_probabilities: &[F]) -> Result<f64> {
    const WHAT: &str = "log_probabilities";
    check::at_least(WHAT, 1, log_probabilities.len())?;
    input::finite(WHAT, log_probabilities)?;
    if let Some(row) = log_probabilities.iter().position(|v| v.to_f64() > 1e-3) {
        let (requirement, found) = ("logarithms of at most 0", log_probabilities[row].to_f64());
        return Err(Error::Domain { what: WHAT, requirement, found, row: Some(row) });
    }
    let n = log_probabilities.len() as f64;
    // divided first, so that a sum of very many cannot overflow; no surprise at all is 0 and not -0
    Ok(log_probabilities.iter().map(|v| (-v.to_f64()).max(0.0) / n).sum::<f64>() + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certainty_that_comes_true_is_free() {
        assert_eq!(bits_per_char(&[0.0_f32, 1e-7]), Ok(0.0));
        assert!(bits_per_char(&[0.0]).unwrap().is_sign_positive());
        assert_eq!(perplexity(&[0.0]), Ok(1.0));
    }

    #[test]
    fn what_is_no_logarithm_of_a_probability_is_refused() {
        let what = "log_probabilities";
        assert_eq!(bits_per_char::<f64>(&[]), Err(Error::TooFewSamples { what, needed: 1, found: 0 }));
        assert_eq!(perplexity(&[0.0, f64::NEG_INFINITY]), Err(Error::NonFinite { what, row: 1, column: 0 }));
        assert!(matches!(bits_per_char(&[-1.0, 0.5]), Err(Error::Domain { found: 0.5, row: Some(1), .. })));
        assert!(matches!(perplexity(&[-1000.0]), Err(Error::Domain { row: None, .. })));
        assert!(bits_per_char(&[-1000.0]).is_ok());
    }
}
