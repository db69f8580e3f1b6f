//! Scores of answers, and their mean and spread over folds.

use crate::{
    failure::{Failure, Result},
    registry::{Answer, Input, Target},
};
use cairn_metrics::{
    accuracy, adjusted_rand_index, average_precision, bits_per_char, generation_scores, log_loss, macro_f1,
    mean_absolute_error, neighborhood_hit, perplexity, r2, roc_auc, roc_auc_ovr_macro, root_mean_squared_error,
    silhouette_score_sampled, trustworthiness_sampled,
};
use cairn_traits::DMatrix;
use serde_json::{Map, Value, json};

/// Named scores, in the order they are shown; `None` where a score is not defined on these rows.
pub(crate) type Scores = Vec<(&'static str, Option<f64>)>;

/// Rows that scores of pairs of rows look at, at most: their cost grows with the square of it.
pub(crate) const PAIRS_AT_MOST: usize = 2_000;

/// Neighbours that a trustworthy map keeps, and that say whether a new row is like real ones.
const NEIGHBORS: usize = 5;

/// How good the answers to the rows `x` are; the first score is the one that decides.
pub(crate) fn scores(answer: &Answer, x: &Input, target: &Target, seed: u64) -> Result<Scores> {
    match (answer, target) {
        (Answer::Classes { predicted, proba, classes }, Target::Classes(truth)) => {
            of_classes((predicted, proba, classes), truth)
        }
        (Answer::Numbers(predicted), Target::Numbers(truth)) => {
            let (truth, predicted) = (truth.as_slice(), predicted.as_slice());
            Ok(vec![
                ("r2", r2(truth, predicted).ok()),
                ("rmse", Some(root_mean_squared_error(truth, predicted)?)),
                ("mae", Some(mean_absolute_error(truth, predicted)?)),
            ])
        }
        (Answer::Clusters(clusters), target) => {
            let mut scores = Scores::new();
            if let Target::Classes(truth) = target {
                scores.push(("ari", Some(adjusted_rand_index(truth, clusters)?)));
            }
            scores.push(("silhouette", silhouette_score_sampled(x.matrix()?, clusters, PAIRS_AT_MOST, seed).ok()));
            Ok(scores)
        }
        (Answer::Anomalies { scores, flagged }, target) => of_anomalies(scores, flagged, target),
        (Answer::Reduced { embedded, restored }, target) => {
            let x = x.matrix()?;
            let trust = trustworthiness_sampled(x, embedded, NEIGHBORS, PAIRS_AT_MOST, seed);
            let mut scores = vec![("trustworthiness", trust.ok())];
            if let Target::Classes(classes) = target {
                scores.push(("neighborhood_hit", neighborhood_hit(embedded, classes, NEIGHBORS).ok()));
            }
            if let Some(restored) = restored {
                scores.push(("reconstruction_rmse", Some(root_mean_squared_error(x.as_slice(), restored.as_slice())?)));
            }
            Ok(scores)
        }
        (Answer::Generated(rows), _) => of_generated(x.matrix()?, rows),
        (Answer::Symbols(log_probabilities), _) => Ok(vec![
            ("bits_per_char", Some(bits_per_char(log_probabilities)?)),
            ("perplexity", Some(perplexity(log_probabilities)?)),
        ]),
        _ => Err(Failure::new("target: expected what the model predicts, classes or numbers")),
    }
}

/// Where classes are known, the rarest one is what was looked for; else there is only to say how much was found.
fn of_anomalies(scores: &[f64], flagged: &[bool], target: &Target) -> Result<Scores> {
    let share = flagged.iter().filter(|&&flag| flag).count() as f64 / flagged.len().max(1) as f64;
    let Target::Classes(classes) = target else { return Ok(vec![("flagged", Some(share))]) };
    let rare = rarest(classes);
    let truth: Vec<bool> = classes.iter().map(|&class| Some(class) == rare).collect();
    Ok(vec![
        ("roc_auc", roc_auc(&truth, scores).ok()),
        ("average_precision", average_precision(&truth, scores).ok()),
        ("flagged", Some(share)),
    ])
}

/// The class with the fewest rows, ties to the lower one; `None` where there are not two classes.
pub(crate) fn rarest(classes: &[usize]) -> Option<usize> {
    let mut counts = vec![0_usize; classes.iter().max().map_or(0, |most| most + 1)];
    classes.iter().for_each(|&class| counts[class] += 1);
    let there = || (0..).zip(&counts).filter(|(_, count)| **count > 0);
    there().min_by_key(|(_, count)| **count).map(|(class, _)| class).filter(|_| there().count() > 1)
}

/// New rows beside real ones that the model has not seen; both at most [`PAIRS_AT_MOST`], in their order.
fn of_generated(real: &DMatrix<f64>, generated: &DMatrix<f64>) -> Result<Scores> {
    let n = real.nrows().min(generated.nrows()).min(PAIRS_AT_MOST);
    let (real, generated) = (real.rows(0, n).into_owned(), generated.rows(0, n).into_owned());
    let found = generation_scores(&real, &generated, NEIGHBORS).ok();
    Ok(vec![
        ("coverage", found.map(|scores| scores.coverage)),
        ("density", found.map(|scores| scores.density)),
        ("precision", found.map(|scores| scores.precision)),
        ("recall", found.map(|scores| scores.recall)),
    ])
}

fn of_classes((predicted, proba, classes): (&[usize], &DMatrix<f64>, &[usize]), truth: &[usize]) -> Result<Scores> {
    // of two classes, the second is the one looked for
    let auc = match classes {
        [_, positive] => {
            let truth: Vec<bool> = truth.iter().map(|label| label == positive).collect();
            roc_auc(&truth, proba.column(1).into_owned().as_slice())
        }
        _ => roc_auc_ovr_macro(truth, proba, classes),
    };
    Ok(vec![
        ("accuracy", Some(accuracy(truth, predicted)?)),
        ("macro_f1", Some(macro_f1(truth, predicted)?)),
        ("log_loss", Some(log_loss(truth, proba, classes)?)),
        ("roc_auc", auc.ok()),
    ])
}

/// A score over folds: the mean and the (population) standard deviation of those where it is defined.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) name: &'static str,
    pub(crate) folds: Vec<Option<f64>>,
}

impl Spread {
    pub(crate) fn mean(&self) -> Option<f64> {
        let defined: Vec<f64> = self.folds.iter().copied().flatten().collect();
        (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
    }

    pub(crate) fn std(&self) -> Option<f64> {
        let mean = self.mean()?;
        let defined: Vec<f64> = self.folds.iter().copied().flatten().collect();
        Some((defined.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / defined.len() as f64).sqrt())
    }
}

/// Whether more of a score is better.
pub(crate) fn rises(score: &str) -> bool {
    !matches!(
        score,
        "log_loss"
            | "rmse"
            | "mae"
            | "inertia"
            | "kl_divergence"
            | "reconstruction_rmse"
            | "negative_elbo"
            | "bits_per_char"
            | "perplexity"
    )
}

/// The scores of several splits, name by name.
pub(crate) fn over_splits(splits: &[Scores]) -> Vec<Spread> {
    let names = splits.first().into_iter().flatten().map(|(name, _)| *name);
    let of = |at: usize| splits.iter().map(|scores| scores.get(at).and_then(|(_, value)| *value)).collect();
    names.enumerate().map(|(at, name)| Spread { name, folds: of(at) }).collect()
}

/// As JSON: a number each for one split, `{mean, std, folds}` each for folds.
pub(crate) fn as_json(spreads: &[Spread], folds: bool) -> Map<String, Value> {
    let value = |spread: &Spread| match folds {
        false => json!(spread.mean()),
        true => json!({ "mean": spread.mean(), "std": spread.std(), "folds": spread.folds }),
    };
    spreads.iter().map(|spread| (spread.name.to_owned(), value(spread))).collect()
}

/// The number in the middle; the mean of the two in the middle of an even count.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::{DVector, rows};

    #[test]
    fn a_score_that_is_not_defined_is_null_and_not_nan() {
        let answer =
            Answer::Classes { predicted: vec![0, 1], proba: rows(&[[0.75, 0.25], [0.5, 0.5]]), classes: vec![0, 1] };
        let x = Input::Matrix(rows(&[[0.0], [1.0]]));
        let found = scores(&answer, &x, &Target::Classes(vec![0, 0]), 0).unwrap();
        assert_eq!(found[0], ("accuracy", Some(0.5)));
        assert_eq!(found[3], ("roc_auc", None), "one class alone has no order");
        let one = scores(
            &Answer::Numbers(DVector::from_element(1, 2.0)),
            &x,
            &Target::Numbers(DVector::from_element(1, 3.0)),
            0,
        );
        assert_eq!(one.unwrap(), [("r2", None), ("rmse", Some(1.0)), ("mae", Some(1.0))]);
    }

    #[test]
    fn the_rarest_class_is_what_detectors_look_for() {
        assert_eq!([rarest(&[1, 0, 1, 3, 3]), rarest(&[2, 2]), rarest(&[4, 1])], [Some(0), None, Some(1)]);
        let answer = Answer::Anomalies { scores: vec![0.1, 0.9, 0.5, 0.2], flagged: vec![false, true, false, false] };
        let x = Input::Matrix(DMatrix::zeros(4, 1));
        // class 7 scores highest but one: of the pairs with the others 2 of 3 are right, and 1 of 2 found is it
        let found = scores(&answer, &x, &Target::Classes(vec![5, 5, 7, 5]), 0).unwrap();
        let expected = [("roc_auc", Some(2.0 / 3.0)), ("average_precision", Some(0.5)), ("flagged", Some(0.25))];
        assert_eq!(found, expected);
        assert_eq!(scores(&answer, &x, &Target::None, 0).unwrap(), [("flagged", Some(0.25))]);
    }

    #[test]
    fn folds_have_a_mean_and_a_spread() {
        let spreads = over_splits(&[vec![("r2", Some(1.0))], vec![("r2", Some(3.0))], vec![("r2", None)]]);
        assert_eq!((spreads[0].mean(), spreads[0].std()), (Some(2.0), Some(1.0)));
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 2.5);
    }
}
