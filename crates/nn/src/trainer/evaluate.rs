//! How good a network is on rows it does not learn from.

use super::{
    data::{Batch, Data},
    history::Epoch,
};
use crate::{
    losses::{Loss, Targets},
    network::Network,
};
use cairn_numeric::argmax;
use cairn_traits::Float;

/// Rows that are judged together.
const ROWS: usize = 4096;

/// Asks a network for what it has not learned from.
#[derive(Debug)]
pub(crate) struct Judge<'a, F: Float> {
    loss: &'a Loss,
    data: Data<'a, F>,
    batch: Batch<F>,
    slopes: Vec<F>,
}

/// The mean loss of some rows, and the share of right classes or r².
struct Quality {
    loss: f64,
    score: Option<f64>,
}

/// Sums from which r² is made: of weights, residuals' squares, and the targets' moments by output.
struct Spread {
    weight: f64,
    residuals: f64,
    sums: Vec<f64>,
    squares: f64,
    right: f64,
}

impl<'a, F: Float> Judge<'a, F> {
    pub(crate) fn new(loss: &'a Loss, data: Data<'a, F>, outputs: usize) -> Self {
        let samples = data.held.len().min(ROWS);
        let batch = Batch::new(&data, outputs, samples);
        Self { loss, data, batch, slopes: vec![F::zero(); outputs * samples] }
    }

    /// The quality on the rows held back, as the network answers; none where there are none.
    fn quality(&mut self, network: &Network<F>) -> Option<Quality> {
        let Self { loss, data, batch, slopes } = self;
        if data.held.is_empty() {
            return None;
        }
        let outputs = network.outputs();
        let total = match data.weights {
            None => data.held.len() as f64,
            Some(weights) => data.held.iter().map(|&row| weights[row].to_f64()).sum(),
        };
        let mut cost = 0.0;
        let mut spread = Spread { weight: 0.0, residuals: 0.0, sums: vec![0.0; outputs], squares: 0.0, right: 0.0 };
        for rows in data.held.chunks(ROWS) {
            let y = network.infer_by(rows.len(), |range, x| data.gather(&rows[range], x));
            let expected = batch.gather(data, rows, total);
            cost += loss.evaluate_fitting(outputs, &y, &expected, &mut slopes[..y.len()]);
            spread.see(outputs, &y, expected.targets, expected.weights);
        }
        Some(Quality { loss: cost, score: spread.score(matches!(data.targets, Targets::Classes(_))) })
    }

    /// An epoch that has left this network, if it is sound: nothing where the finite numbers were left.
    pub(crate) fn epoch(&mut self, network: &Network<F>, loss: f64, learning_rate: f64) -> Option<Epoch> {
        let quality = self.quality(network);
        let lost = quality.as_ref().is_some_and(|quality| !quality.loss.is_finite());
        if lost || !loss.is_finite() || network.check().is_err() {
            return None;
        }
        let validation_score = quality.as_ref().and_then(|quality| quality.score);
        Some(Epoch { loss, validation_loss: quality.map(|quality| quality.loss), validation_score, learning_rate })
    }
}

impl Spread {
    fn see<F: Float>(&mut self, outputs: usize, y: &[F], targets: Targets<'_, F>, weights: Option<&[F]>) {
        for (i, y) in y.chunks_exact(outputs).enumerate() {
            let weight = weights.map_or(1.0, |w| w[i].to_f64());
            self.weight += weight;
            match targets {
                Targets::Classes(classes) => {
                    self.right += if argmax(y) == Some(classes[i]) { weight } else { 0.0 };
                }
                Targets::Numbers(t) => {
                    for ((y, t), sum) in y.iter().zip(&t[i * outputs..]).zip(&mut self.sums) {
                        let (t, e) = (t.to_f64(), t.to_f64() - y.to_f64());
                        self.residuals += weight * e * e;
                        self.squares += weight * t * t;
                        *sum += weight * t;
                    }
                }
            }
        }
    }

    /// None where there is nothing to explain.
    fn score(&self, classes: bool) -> Option<f64> {
        if self.weight <= 0.0 {
            return None;
        }
        if classes {
            return Some(self.right / self.weight);
        }
        let about_means = self.squares - self.sums.iter().map(|sum| sum * sum / self.weight).sum::<f64>();
        (about_means > 0.0).then(|| 1.0 - self.residuals / about_means)
    }
}
