//! What a comparison shows beside scores: which class was taken for which, and what more rows would bring.

use crate::{
    evaluation::{Data, Job, evaluate},
    failure::Result,
    folds::{Split, sample},
    interrupt,
    registry::{Answer, Target},
    results::{Confusion, Curve},
};

/// More classes than this make a table that nobody reads.
const MOST_CLASSES: usize = 40;

/// Shares of the training rows that a curve of learning is drawn through.
const SHARES: [f64; 5] = [0.0625, 0.125, 0.25, 0.5, 1.0];

/// How often each class was taken for each, over all splits.
pub(crate) fn confusion(data: &Data, splits: &[Split], answers: &[Answer]) -> Option<Confusion> {
    let (Target::Classes(truth), Some(names)) = (&data.target, &data.names) else { return None };
    let classes = names.classes().to_vec();
    if classes.len() > MOST_CLASSES {
        return None;
    }
    let mut counts = vec![vec![0; classes.len()]; classes.len()];
    for (split, answer) in splits.iter().zip(answers) {
        let Answer::Classes { predicted, .. } = answer else { return None };
        for (&row, &guess) in split.test.iter().zip(predicted) {
            *counts.get_mut(*truth.get(row)?)?.get_mut(guess)? += 1;
        }
    }
    Some(Confusion { classes, counts })
}

/// The score that decides, on the test rows of a split, after learning from more and more of its training rows.
///
/// A share of the rows that is too small to learn from has no point.
pub(crate) fn learning_curve(job: &Job<'_>, data: &Data, split: &Split) -> Result<Vec<Curve>> {
    let target = data.take_rows(&split.train)?.target;
    let (mut score, mut points) = ("", Vec::with_capacity(SHARES.len()));
    for share in SHARES {
        let n = (share * split.train.len() as f64).ceil() as usize;
        // drawn so that classes stay in proportion
        let drawn = sample(&target, split.train.len(), n, job.settings.seed);
        let rows = drawn.into_iter().filter_map(|at| split.train.get(at).copied()).collect();
        let part = [Split { train: rows, test: split.test.clone() }];
        let Ok(outcome) = evaluate(job, data, &part, interrupt::check) else { continue };
        if let Some((name, mean)) = outcome.spreads.first().and_then(|spread| Some((spread.name, spread.mean()?))) {
            score = name;
            points.push((n as f64, mean));
        }
    }
    let curve = Curve { of: "training rows".into(), score: score.into(), points };
    Ok(if curve.points.len() > 1 { vec![curve] } else { Vec::new() })
}
