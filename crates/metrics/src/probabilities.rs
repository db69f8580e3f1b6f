//! Scores of predicted probabilities.

use crate::input;
use cairn_traits::{DMatrix, Float, Result};

/// The smallest probability [`log_loss`] reckons with.
const LEAST: f64 = 1e-15;

/// The mean of minus the natural logarithm of the probability that was given to the true class.
///
/// ```text
/// -1/n Σᵢ ln max(pᵢ, 10⁻¹⁵)     pᵢ the probability of the true class of row i
/// ```
///
/// 0 is perfect; k classes guessed evenly score ln k. A probability below 10⁻¹⁵ counts as 10⁻¹⁵, and so does that of a
/// class without a column (one the model never saw), so that one impossible row costs 34.5 and not infinity.
/// Probabilities are taken as they are: rows are checked to sum to 1 within 10⁻³, and not scaled to. (scikit-learn clips
/// at the precision's ε, 2.2e-16 for `f64`, and refuses labels without a column.)
///
/// # Shapes
/// `proba` n x k, `classes` k labels, ascending: the columns.
///
/// # Errors
/// [`cairn_traits::Error::TooFewSamples`], [`cairn_traits::Error::Shape`], [`cairn_traits::Error::NonFinite`];
/// [`cairn_traits::Error::Domain`] for a negative number, a row that does not sum to 1, classes out of order.
///
/// # Examples
/// ```
/// let proba = cairn_traits::rows(&[[0.5, 0.5], [0.25, 0.75]]);
/// let loss = cairn_metrics::log_loss(&[0, 1], &proba, &[0, 1])?;
/// assert!((loss - (2.0_f64.ln() + (4.0_f64 / 3.0).ln()) / 2.0).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn log_loss<F: Float>(y_true: &[usize], proba: &DMatrix<F>, classes: &[usize]) -> Result<f64> {
    input::probabilities(y_true, proba, classes)?;
    let of_truth = |(row, label): (usize, &usize)| match classes.binary_search(label) {
        Ok(column) => proba[(row, column)].to_f64(),
        Err(_) => 0.0,
    };
    // a probability of 1 and a rounding is 1, so that no row has a loss below 0
    let losses = y_true.iter().enumerate().map(of_truth).map(|p| -p.clamp(LEAST, 1.0).ln());
    // no loss at all is 0 and not -0
    Ok(losses.sum::<f64>() / y_true.len() as f64 + 0.0)
}

/// The mean squared distance between the probabilities and what came true.
///
/// ```text
/// 1/n Σᵢ Σₖ (pᵢₖ - [yᵢ = k])²,   halved where there are two classes
/// ```
///
/// Halved for two classes, it is the squared error of the probability of one of them, from 0 to 1, as Brier's score is
/// mostly written; with more classes it is from 0 to 2. A label without a column counts as a column of zeros would.
///
/// # Shapes
/// `proba` n x k, `classes` k labels, ascending: the columns.
///
/// # Errors
/// Those of [`log_loss`].
///
/// # Examples
/// ```
/// let proba = cairn_traits::rows(&[[0.5, 0.5], [0.25, 0.75]]);
/// assert_eq!(cairn_metrics::brier_score(&[0, 1], &proba, &[0, 1])?, (0.25 + 0.0625) / 2.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// G. Brier (1950).
pub fn brier_score<F: Float>(y_true: &[usize], proba: &DMatrix<F>, classes: &[usize]) -> Result<f64> {
    input::probabilities(y_true, proba, classes)?;
    let distance = |(row, label): (usize, &usize)| {
        let squares = classes.iter().enumerate().map(|(column, class)| {
            let came = if class == label { 1.0 } else { 0.0 };
            (proba[(row, column)].to_f64() - came).powi(2)
        });
        let unseen = if classes.binary_search(label).is_ok() { 0.0 } else { 1.0 };
        squares.sum::<f64>() + unseen
    };
    let mean = y_true.iter().enumerate().map(distance).sum::<f64>() / y_true.len() as f64;
    Ok(if classes.len() == 2 { mean / 2.0 } else { mean })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::rows;

    #[test]
    fn no_loss_has_no_sign() {
        let sure = rows(&[[1.0, 0.0], [0.0, 1.0]]);
        assert!(log_loss(&[0, 1], &sure, &[0, 1]).unwrap().is_sign_positive());
    }

    #[test]
    fn an_impossible_row_and_an_unseen_class_cost_the_clipped_logarithm() {
        let proba = rows(&[[1.0_f32, 0.0], [1.0, 0.0]]);
        let cost = -1e-15_f64.ln(); // 34.54
        assert_eq!(log_loss(&[0, 3], &proba, &[0, 3]), Ok(cost / 2.0));
        assert_eq!(log_loss(&[0, 7], &proba, &[0, 3]), Ok(cost / 2.0));
    }

    #[test]
    fn certainty_that_comes_true_costs_nothing() {
        let proba = rows(&[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
        assert_eq!(log_loss(&[2, 9], &proba, &[2, 4, 9]), Ok(0.0));
        assert_eq!(brier_score(&[2, 9], &proba, &[2, 4, 9]), Ok(0.0));
        // certainty of another class: (1 - 0)² + (0 - 1)², of one without a column the same
        assert_eq!(brier_score(&[4, 5], &proba, &[2, 4, 9]), Ok(2.0));
    }
}
