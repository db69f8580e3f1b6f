//! Curves over all thresholds: what is found and what is missed as the bar is lowered.

use crate::input;
use cairn_traits::{Error, Float, Result};
use serde::Serialize;

/// The ROC curve: how many true samples are found for how many false alarms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RocCurve {
    /// The share of false samples scored at least the threshold, ascending from 0 to 1.
    pub false_positive_rate: Vec<f64>,
    /// The share of true samples scored at least the threshold, ascending from 0 to 1.
    pub true_positive_rate: Vec<f64>,
    /// Descending; the first is infinite (`null` in JSON), where nothing is called true.
    pub thresholds: Vec<f64>,
}

/// How precise the calls are for how many of the true samples they find.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PrecisionRecallCurve {
    /// Of the samples scored at least the threshold, the share that is true; one more than thresholds, the last 1.
    pub precision: Vec<f64>,
    /// The share of true samples scored at least the threshold, descending; one more than thresholds, the last 0.
    pub recall: Vec<f64>,
    /// The distinct scores, ascending.
    pub thresholds: Vec<f64>,
}

/// The detection error trade-off: how many true samples are missed for how many false alarms.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DetCurve {
    /// The share of false samples scored at least the threshold, descending.
    pub false_positive_rate: Vec<f64>,
    /// The share of true samples scored below the threshold, ascending.
    pub false_negative_rate: Vec<f64>,
    /// Ascending; the last is infinite (`null` in JSON) if the highest score is a true sample's.
    pub thresholds: Vec<f64>,
}

/// The ROC curve of scores: a point for each distinct score, from "nothing is true" to "everything is".
///
/// `drop_intermediate` leaves out points on a straight line between their neighbours: the same curve with fewer points.
/// Its area is [`roc_auc`](crate::roc_auc).
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Classes`] if all are true or all false.
///
/// # Complexity
/// n log n.
///
/// # Examples
/// ```
/// use cairn_metrics::{auc, roc_curve};
/// let curve = roc_curve(&[false, true, false, true], &[0.1, 0.4, 0.4, 0.8], false)?;
/// assert_eq!(curve.thresholds, [f64::INFINITY, 0.8, 0.4, 0.1]);
/// assert_eq!(curve.true_positive_rate, [0.0, 0.5, 1.0, 1.0]);
/// assert_eq!(curve.false_positive_rate, [0.0, 0.0, 0.5, 1.0]);
/// assert_eq!(auc(&curve.false_positive_rate, &curve.true_positive_rate)?, 0.875);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// T. Fawcett (2006).
pub fn roc_curve<F: Float>(y_true: &[bool], scores: &[F], drop_intermediate: bool) -> Result<RocCurve> {
    let mut counts = Counts::of_both(y_true, scores)?;
    if drop_intermediate {
        counts.keep(|before, at, after| {
            let bend = |of: fn(&Count) -> usize| of(at) - of(before) != of(after) - of(at);
            bend(|count| count.hits) || bend(|count| count.alarms)
        });
    }
    let start = [Count { threshold: f64::INFINITY, hits: 0, alarms: 0 }];
    let points = || start.iter().chain(&counts.at);
    Ok(RocCurve {
        false_positive_rate: points().map(|at| share(at.alarms, counts.n_false)).collect(),
        true_positive_rate: points().map(|at| share(at.hits, counts.n_true)).collect(),
        thresholds: points().map(|at| at.threshold).collect(),
    })
}

/// The precision-recall curve of scores: a point for each distinct score, and the end at precision 1, recall 0.
///
/// It tells more than the ROC curve where true samples are rare: false alarms are measured against what was found, not
/// against the many that are false. `drop_intermediate` leaves out points between others of the same recall.
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`]; [`Error::Classes`] if none is true.
///
/// # Complexity
/// n log n.
///
/// # Examples
/// ```
/// let curve = cairn_metrics::precision_recall_curve(&[false, true, false, true], &[0.1, 0.4, 0.5, 0.8], false)?;
/// assert_eq!(curve.thresholds, [0.1, 0.4, 0.5, 0.8]);
/// assert_eq!(curve.precision, [0.5, 2.0 / 3.0, 0.5, 1.0, 1.0]);
/// assert_eq!(curve.recall, [1.0, 1.0, 0.5, 0.5, 0.0]);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// J. Davis and M. Goadrich (2006).
pub fn precision_recall_curve<F: Float>(
    y_true: &[bool],
    scores: &[F],
    drop_intermediate: bool,
) -> Result<PrecisionRecallCurve> {
    let mut counts = Counts::with_true(y_true, scores)?;
    if drop_intermediate {
        counts.keep(|before, at, after| before.hits != at.hits || at.hits != after.hits);
    }
    let points = || counts.at.iter().rev();
    let precision = points().map(|at| share(at.hits, at.hits + at.alarms)).chain([1.0]);
    let recall = points().map(|at| share(at.hits, counts.n_true)).chain([0.0]);
    Ok(PrecisionRecallCurve {
        precision: precision.collect(),
        recall: recall.collect(),
        thresholds: points().map(|at| at.threshold).collect(),
    })
}

/// The mean precision over the thresholds, each weighted by the recall it adds: the area under the stepped
/// precision-recall curve.
///
/// ```text
/// Σ (recallₜ - recallₜ₋₁) precisionₜ     thresholds descending
/// ```
///
/// Scores that tell nothing have about the share of true samples, not ½. (The area by [`auc`] would draw straight lines
/// between the points, which no classifier can reach.)
///
/// # Errors
/// Those of [`precision_recall_curve`].
///
/// # Examples
/// ```
/// let score = cairn_metrics::average_precision(&[false, true, false, true], &[0.1, 0.4, 0.5, 0.8])?;
/// assert!((score - (0.5 * 1.0 + 0.5 * 2.0 / 3.0)).abs() < 1e-15);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// M. Zhu (2004).
pub fn average_precision<F: Float>(y_true: &[bool], scores: &[F]) -> Result<f64> {
    let counts = Counts::with_true(y_true, scores)?;
    let (mut sum, mut found) = (0.0, 0);
    for at in &counts.at {
        sum += share(at.hits - found, counts.n_true) * share(at.hits, at.hits + at.alarms);
        found = at.hits;
    }
    Ok(sum)
}

/// The detection error trade-off curve of scores, as scikit-learn cuts it: from the last point without misses to the
/// first without false alarms.
///
/// Both axes are errors, so better is nearer to the corner at 0; it is mostly drawn on axes of normal quantiles.
/// `drop_intermediate` leaves out points between others of the same misses.
///
/// # Errors
/// Those of [`roc_curve`].
///
/// # Examples
/// ```
/// let curve = cairn_metrics::det_curve(&[false, false, true, true], &[0.1, 0.4, 0.35, 0.8], false)?;
/// assert_eq!(curve.thresholds, [0.35, 0.4, 0.8]);
/// assert_eq!(curve.false_positive_rate, [0.5, 0.5, 0.0]);
/// assert_eq!(curve.false_negative_rate, [0.0, 0.5, 0.5]);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # References
/// A. Martin et al. (1997).
pub fn det_curve<F: Float>(y_true: &[bool], scores: &[F], drop_intermediate: bool) -> Result<DetCurve> {
    let mut counts = Counts::of_both(y_true, scores)?;
    counts.at.insert(0, Count { threshold: f64::INFINITY, hits: 0, alarms: 0 });
    if drop_intermediate {
        counts.keep(|before, at, after| before.hits != at.hits || at.hits != after.hits);
    }
    let first = counts.at.iter().rposition(|at| at.alarms == 0).unwrap_or_default();
    let last = counts.at.iter().position(|at| at.hits == counts.n_true).unwrap_or(counts.at.len() - 1);
    let points = || counts.at.iter().skip(first).take((last + 1).saturating_sub(first)).rev();
    Ok(DetCurve {
        false_positive_rate: points().map(|at| share(at.alarms, counts.n_false)).collect(),
        false_negative_rate: points().map(|at| share(counts.n_true - at.hits, counts.n_true)).collect(),
        thresholds: points().map(|at| at.threshold).collect(),
    })
}

/// The area under a curve of straight lines between points, by the trapezoidal rule.
///
/// `x` may ascend or descend; the area is the same.
///
/// # Errors
/// [`Error::TooFewSamples`] below 2 points, [`Error::Shape`], [`Error::NonFinite`]; [`Error::Domain`] if `x` turns
/// back, or the area is beyond double precision.
///
/// # Examples
/// ```
/// // a triangle of 1 · 2 / 2 and a box of 1 · 2
/// assert_eq!(cairn_metrics::auc(&[0.0, 1.0, 2.0], &[0.0, 2.0, 2.0])?, 3.0);
/// # Ok::<(), cairn_traits::Error>(())
/// ```
pub fn auc<F: Float>(x: &[F], y: &[F]) -> Result<f64> {
    cairn_traits::check::at_least("x", 2, x.len())?;
    cairn_traits::check::rows("y", x.len(), y.len())?;
    input::finite("x", x)?;
    input::finite("y", y)?;
    let steps = || x.windows(2).map(|two| (two[1].to_f64(), two[1].to_f64() - two[0].to_f64()));
    let direction = if steps().any(|(_, step)| step < 0.0) { -1.0 } else { 1.0 };
    if let Some((row, (to, _))) = steps().enumerate().find(|(_, (_, step))| direction * step < 0.0) {
        let requirement = "numbers that only ascend or only descend";
        return Err(Error::Domain { what: "x", requirement, found: to, row: Some(row + 1) });
    }
    let heights = y.windows(2).map(|two| f64::midpoint(two[0].to_f64(), two[1].to_f64()));
    let area: f64 = steps().zip(heights).map(|((_, step), height)| direction * step * height).sum();
    if area.is_finite() {
        return Ok(area);
    }
    let requirement = "an area in the range of double precision";
    Err(Error::Domain { what: "y", requirement, found: area, row: None })
}

/// Samples scored at least the threshold.
#[derive(Clone, Debug)]
struct Count {
    threshold: f64,
    /// Those that are true.
    hits: usize,
    /// Those that are not.
    alarms: usize,
}

/// The counts at each distinct score, descending.
struct Counts {
    at: Vec<Count>,
    n_true: usize,
    n_false: usize,
}

impl Counts {
    fn new<F: Float>(y_true: &[bool], scores: &[F]) -> Result<Self> {
        input::scored("scores", y_true, scores)?;
        let mut order: Vec<(F, bool)> = scores.iter().copied().zip(y_true.iter().copied()).collect();
        order.sort_unstable_by(|a, b| b.0.order(&a.0));
        let (mut at, mut hits, mut alarms) = (Vec::new(), 0, 0);
        for tied in order.chunk_by(|a, b| a.0 == b.0) {
            let here = tied.iter().filter(|(_, truth)| *truth).count();
            (hits, alarms) = (hits + here, alarms + tied.len() - here);
            at.push(Count { threshold: tied[0].0.to_f64(), hits, alarms });
        }
        Ok(Self { at, n_true: hits, n_false: alarms })
    }

    fn with_true<F: Float>(y_true: &[bool], scores: &[F]) -> Result<Self> {
        let counts = Self::new(y_true, scores)?;
        if counts.n_true > 0 { Ok(counts) } else { Err(Error::Classes { needed: 2, found: 1 }) }
    }

    fn of_both<F: Float>(y_true: &[bool], scores: &[F]) -> Result<Self> {
        let counts = Self::with_true(y_true, scores)?;
        if counts.n_false > 0 { Ok(counts) } else { Err(Error::Classes { needed: 2, found: 1 }) }
    }

    /// Keeps both ends, and of the points between those that `wanted` says, looking at the neighbours as they were.
    fn keep(&mut self, wanted: impl Fn(&Count, &Count, &Count) -> bool) {
        let ends = |i: usize| i == 0 || i + 1 == self.at.len();
        let kept = |i: usize| ends(i) || wanted(&self.at[i - 1], &self.at[i], &self.at[i + 1]);
        self.at = (0..self.at.len()).filter(|&i| kept(i)).map(|i| self.at[i].clone()).collect();
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_straight_line_are_dropped() {
        // three hits in a row, then two alarms: one corner
        let (y, scores) = ([true, true, true, false, false], [5.0, 4.0, 3.0, 2.0, 1.0]);
        let curve = roc_curve(&y, &scores, true).unwrap();
        assert_eq!(curve.thresholds, [f64::INFINITY, 5.0, 3.0, 1.0]);
        let curve = precision_recall_curve(&y, &scores, true).unwrap();
        assert_eq!(curve.thresholds, [1.0, 3.0, 4.0, 5.0]);
        assert_eq!(det_curve(&y, &scores, true).unwrap().thresholds, [3.0]);
    }

    #[test]
    fn zeros_of_both_signs_are_one_threshold() {
        let curve = roc_curve(&[true, false], &[0.0, -0.0], false).unwrap();
        assert_eq!(curve.thresholds, [f64::INFINITY, 0.0]);
        assert_eq!(average_precision(&[true, false], &[-0.0_f32, 0.0]), Ok(0.5));
    }

    #[test]
    fn what_is_all_true_has_a_precision_but_no_false_alarms() {
        let all = [true, true];
        assert_eq!(average_precision(&all, &[0.3, 0.4]), Ok(1.0));
        assert_eq!(roc_curve(&all, &[0.3, 0.4], true), Err(Error::Classes { needed: 2, found: 1 }));
        assert_eq!(average_precision(&[false], &[0.3]), Err(Error::Classes { needed: 2, found: 1 }));
        assert!(matches!(det_curve(&all, &[0.3, f64::NAN], true), Err(Error::NonFinite { row: 1, .. })));
        assert!(matches!(average_precision(&all, &[0.3]), Err(Error::Shape { what: "scores", .. })));
    }

    #[test]
    fn an_area_needs_two_points_one_way() {
        assert_eq!(auc(&[2.0, 1.0, 0.0], &[2.0, 2.0, 0.0]), Ok(3.0));
        assert_eq!(auc(&[1.0], &[1.0]), Err(Error::TooFewSamples { what: "x", needed: 2, found: 1 }));
        assert!(matches!(auc(&[0.0, 1.0, 0.5], &[0.0; 3]), Err(Error::Domain { what: "x", row: Some(1), .. })));
        assert!(matches!(auc(&[-1e308, 1e308], &[1e308; 2]), Err(Error::Domain { what: "y", .. })));
    }

    #[test]
    fn the_infinite_threshold_is_null_in_json() {
        let text = serde_json::to_string(&roc_curve(&[true, false], &[1.0, 0.5], true).unwrap()).unwrap();
        let expected =
            r#"{"false_positive_rate":[0.0,0.0,1.0],"true_positive_rate":[0.0,1.0,1.0],"thresholds":[null,1.0,0.5]}"#;
        assert_eq!(text, expected);
    }
}
