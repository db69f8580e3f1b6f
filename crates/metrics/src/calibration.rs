//! Calibration: whether what is given 70 percent comes true 7 times of 10.

use crate::input;
use cairn_traits::{Error, Float, Result};
use serde::Serialize;

/// How the range of probabilities is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Bins {
    /// Bins of equal width, which may be empty.
    Uniform,
    /// Bins of about equally many samples, cut at the quantiles of the probabilities.
    Quantile,
}

/// The reliability diagram: bins that hold samples, by ascending probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalibrationCurve {
    /// The share of the bin's samples that came true.
    pub observed: Vec<f64>,
    /// The mean of the probabilities they were given.
    pub predicted: Vec<f64>,
    /// How many samples the bin holds.
    pub counts: Vec<usize>,
}

/// What came true against what was predicted, bin by bin: equal for a calibrated model.
///
/// A probability on the border of two bins belongs to the lower one. Empty bins are left out. For more than two
/// classes, take one class against the rest, or [`expected_calibration_error`]'s reading of it.
///
/// # Shapes
/// `proba` the probability that each sample is true.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Domain`] outside 0 to 1;
/// [`Error::Parameter`] for no bins.
///
/// # Examples
/// ```
/// use cairn_metrics::{Bins, calibration_curve};
/// let curve = calibration_curve(&[false, true, true, true], &[0.1, 0.3, 0.8, 1.0], 2, Bins::Uniform)?;
/// assert_eq!((curve.observed, curve.predicted), (vec![0.5, 1.0], vec![0.2, 0.9]));
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// M. DeGroot and S. Fienberg (1983); A. Niculescu-Mizil and R. Caruana (2005).
pub fn calibration_curve<F: Float>(
    y_true: &[bool],
    proba: &[F],
    n_bins: usize,
    bins: Bins,
) -> Result<CalibrationCurve> {
    input::scored("proba", y_true, proba)?;
    if n_bins == 0 {
        return Err(Error::Parameter { name: "n_bins", requirement: "at least 1", found: 0.0 });
    }
    if let Some((row, p)) = proba.iter().enumerate().find(|(_, p)| !(0.0..=1.0).contains(&p.to_f64())) {
        let requirement = "numbers between 0 and 1";
        return Err(Error::Domain { what: "proba", requirement, found: p.to_f64(), row: Some(row) });
    }
    let mut order: Vec<(f64, bool)> = proba.iter().map(|p| p.to_f64()).zip(y_true.iter().copied()).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let edges: Vec<f64> = (1..n_bins).map(|bin| edge(&order, bin, n_bins, bins)).collect();
    let mut curve = CalibrationCurve { observed: Vec::new(), predicted: Vec::new(), counts: Vec::new() };
    let bin_of = |p: f64| edges.partition_point(|&edge| edge < p);
    for members in order.chunk_by(|a, b| bin_of(a.0) == bin_of(b.0)) {
        let count = members.len() as f64;
        curve.observed.push(members.iter().filter(|(_, truth)| *truth).count() as f64 / count);
        curve.predicted.push(members.iter().map(|(p, _)| p).sum::<f64>() / count);
        curve.counts.push(members.len());
    }
    Ok(curve)
}

/// The upper border of a bin. Where probabilities stand exactly on borders, which bin they are in hangs on the last
/// bit: so these are the operations of scikit-learn, in its order.
fn edge(sorted: &[(f64, bool)], bin: usize, n_bins: usize, bins: Bins) -> f64 {
    let share = bin as f64 * (1.0 / n_bins as f64);
    match bins {
        Bins::Uniform => share,
        Bins::Quantile => {
            let place = (sorted.len() - 1) as f64 * (share * 100.0 / 100.0);
            let (below, between) = (place.floor() as usize, place - place.floor());
            let at = |i: usize| sorted[i.min(sorted.len() - 1)].0;
            let (low, high) = (at(below), at(below + 1));
            if between < 0.5 { low + (high - low) * between } else { high - (high - low) * (1.0 - between) }
        }
    }
}

/// The mean distance between what came true and what was predicted, bin by bin, weighted by the bins' samples.
///
/// ```text
/// Σ bins  count/n |observed - predicted|
/// ```
///
/// 0 for a calibrated model, up to bins and chance: with many bins of few samples it is above 0 even for a perfect one.
/// For several classes give it, for each sample, whether the predicted class was right and the probability of that
/// class: that is the top-label form in which it is mostly reported.
///
/// # Errors
/// Those of [`calibration_curve`].
///
/// # Examples
/// ```
/// use cairn_metrics::{Bins, expected_calibration_error};
/// // bins off by 0.3 and 0.1, two samples each
/// let error = expected_calibration_error(&[false, true, true, true], &[0.1, 0.3, 0.8, 1.0], 2, Bins::Uniform)?;
/// assert!((error - 0.2).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// M. Naeini et al. (2015); C. Guo et al. (2017).
pub fn expected_calibration_error<F: Float>(y_true: &[bool], proba: &[F], n_bins: usize, bins: Bins) -> Result<f64> {
    let curve = calibration_curve(y_true, proba, n_bins, bins)?;
    let gaps = curve.observed.iter().zip(&curve.predicted).map(|(observed, predicted)| (observed - predicted).abs());
    let weighted: f64 = gaps.zip(&curve.counts).map(|(gap, &count)| gap * count as f64).sum();
    Ok(weighted / y_true.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_on_a_border_belongs_to_the_lower_bin() {
        let curve = calibration_curve(&[true, false, true], &[0.0, 0.5, 1.0], 2, Bins::Uniform).unwrap();
        assert_eq!(curve.counts, [2, 1]);
        // the median is 0.5
        assert_eq!(calibration_curve(&[true, false, true], &[0.0, 0.5, 1.0], 2, Bins::Quantile).unwrap(), curve);
    }

    #[test]
    fn equal_probabilities_share_a_bin() {
        let curve = calibration_curve(&[true, false, true, true], &[0.25_f32; 4], 3, Bins::Quantile).unwrap();
        assert_eq!((curve.observed, curve.predicted, curve.counts), (vec![0.75], vec![0.25], vec![4]));
    }

    #[test]
    fn bad_input_is_refused() {
        let curve = |y: &[bool], p: &[f64], bins| calibration_curve(y, p, bins, Bins::Uniform).unwrap_err();
        assert!(matches!(curve(&[], &[], 3), Error::TooFewSamples { .. }));
        assert!(matches!(curve(&[true], &[0.5, 0.5], 3), Error::Shape { what: "proba", .. }));
        assert!(matches!(curve(&[true], &[0.5], 0), Error::Parameter { name: "n_bins", .. }));
        assert!(matches!(curve(&[true, true], &[0.5, 1.5], 3), Error::Domain { row: Some(1), .. }));
        assert!(matches!(curve(&[true], &[f64::NAN], 3), Error::NonFinite { .. }));
    }
}
