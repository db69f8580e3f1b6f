//! Labels and probabilities.

use super::rows::fitted;
use crate::{
    Broken, Learner, Verdict,
    answer::{Answer, answered, learned, same_bits, unexpected},
};
use cairn_traits::{Classes, DMatrix, Fit, Float, Probabilistic};

/// [`crate::Law::PredictsClasses`].
///
/// # Errors
/// How it is broken.
pub fn predictions_are_among_the_labels<E: Learner<f64, [usize]>>(e: &E, x: &DMatrix<f64>, y: &[usize]) -> Verdict {
    let answers = fitted(e, x, y, x)?;
    match answers.iter().flatten().find(|answer| !y.iter().any(|&label| label as f64 == **answer)) {
        None => Ok(()),
        Some(stranger) => Err(Broken::new("a label seen in fitting", stranger)),
    }
}

/// [`crate::Law::LabelRenaming`]: `label` becomes `3 label + 1`.
///
/// # Errors
/// How it is broken.
pub fn renamed_labels_are_predicted_renamed<E>(e: &E, x: &DMatrix<f64>, y: &[usize]) -> Verdict
where
    E: Learner<f64, [usize]>,
{
    let renamed: Vec<usize> = y.iter().map(|label| 3 * label + 1).collect();
    match (fitted(e, x, y, x)?, fitted(e, x, &renamed, x)?) {
        (Some(old), Some(new)) => same_bits(&old.map(|label| 3.0 * label + 1.0), &new),
        (None, None) => Ok(()),
        _ => Err(Broken::new("the same outcome under both names", "one model and one refusal")),
    }
}

/// [`crate::Law::ClassesSorted`].
///
/// # Errors
/// How it is broken.
pub fn classes_are_the_labels_seen<E>(e: &E, x: &DMatrix<f64>, y: &[usize]) -> Verdict
where
    E: Fit<DMatrix<f64>, [usize], Model: Classes>,
{
    let Some(model) = learned(e.fit(x, y))? else { return Ok(()) };
    let mut expected = y.to_vec();
    expected.sort_unstable();
    expected.dedup();
    let found = model.classes();
    if found == expected { Ok(()) } else { Err(Broken::new(format!("{expected:?}"), format!("{found:?}"))) }
}

/// [`crate::Law::ProbabilitiesSum`]: to within 4 ε for each class.
///
/// # Errors
/// How it is broken.
pub fn probabilities_sum_to_one<M: Probabilistic<DMatrix<f64>>>(model: &M, x: &DMatrix<f64>) -> Verdict {
    let probabilities = model.predict_proba(x).map_err(unexpected("probabilities"))?;
    let (shape, n_classes) = (probabilities.shape(), model.classes().len());
    if shape != (x.nrows(), n_classes) {
        return Err(Broken::new(format!("{} x {n_classes} probabilities", x.nrows()), format!("{shape:?}")));
    }
    // a quotient and an addition a class, each to half an ε of at most 1
    let tolerance = 4.0 * n_classes as f64 * M::Scalar::EPSILON.to_f64();
    for (row, p) in probabilities.map(Float::to_f64).row_iter().enumerate() {
        if let Some(negative) = p.iter().find(|p| !(0.0..=1.0 + tolerance).contains(*p)) {
            return Err(Broken::new(format!("probabilities from 0 to 1 at row {row}"), negative));
        }
        let not_one = (p.sum() - 1.0).abs() > tolerance;
        if not_one {
            return Err(Broken::new(format!("a sum of 1 ± {tolerance:.1e} at row {row}"), p.sum()));
        }
    }
    Ok(())
}

/// [`crate::Law::PredictIsArgmax`].
///
/// # Errors
/// How it is broken.
pub fn predictions_are_the_most_probable_class<M>(model: &M, x: &DMatrix<f64>) -> Verdict
where
    M: Probabilistic<DMatrix<f64>>,
{
    let probabilities = model.predict_proba(x).map_err(unexpected("probabilities"))?.map(Float::to_f64);
    let most_probable = probabilities.row_iter().map(|p| {
        // the first of the largest
        let best = (0..p.len()).fold(0, |best, c| if p[c] > p[best] { c } else { best });
        model.classes().get(best).copied().unwrap_or_default()
    });
    let expected: Vec<usize> = most_probable.collect();
    same_bits(&expected.numbers(), &answered(model, x)?)
}

/// [`crate::Law::LogProbabilities`]: to `tolerance`, relative to the logarithm or to 1; where the probability has
/// underflowed, any logarithm whose exponential would too.
///
/// # Errors
/// How it is broken.
pub fn log_probabilities_are_logarithms<M>(model: &M, x: &DMatrix<f64>, tolerance: f64) -> Verdict
where
    M: Probabilistic<DMatrix<f64>>,
{
    let probabilities = model.predict_proba(x).map_err(unexpected("probabilities"))?.map(Float::to_f64);
    let logarithms = model.predict_log_proba(x).map_err(unexpected("log probabilities"))?.map(Float::to_f64);
    if logarithms.shape() != probabilities.shape() {
        return Err(Broken::new(
            format!("{:?} logarithms", probabilities.shape()),
            format!("{:?}", logarithms.shape()),
        ));
    }
    // below this, probabilities have lost digits to underflow and their logarithms may know better
    let least = if M::Scalar::EPSILON.to_f64() > 1e-10 { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
    for (&p, &log) in probabilities.iter().zip(&logarithms) {
        let agree = if p < least {
            log <= least.ln() * (1.0 - 1e-6)
        } else {
            (log - p.ln()).abs() <= tolerance * p.ln().abs().max(1.0)
        };
        if !agree {
            return Err(Broken::new(format!("ln {p:?} = {:?}", p.ln()), format!("{log:?}")));
        }
    }
    Ok(())
}
