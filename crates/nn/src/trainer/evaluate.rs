//! How good a network is on rows it does not learn from.

use super::epoch::Bench;
use crate::{contract::Mode, losses::Targets, network::Network};
use cairn_numeric::argmax;
use cairn_traits::{Float, Result};

/// The mean loss of some rows, and the share of right classes or r².
pub(crate) struct Quality {
    pub(crate) loss: f64,
    pub(crate) score: Option<f64>,
}

/// Sums from which r² is made: of weights, residuals' squares, and the targets' moments by output.
struct Spread {
    weight: f64,
    residuals: f64,
    sums: Vec<f64>,
    squares: f64,
    right: f64,
}

impl<F: Float> Bench<'_, F> {
    /// The quality on these rows, as the network answers.
    pub(crate) fn evaluate(&mut self, network: &Network<F>, rows: &[usize]) -> Result<Quality> {
        let outputs = network.outputs();
        let total = match self.data.weights {
            None => rows.len() as f64,
            Some(weights) => rows.iter().map(|&row| weights[row].to_f64()).sum(),
        };
        let mut loss = 0.0;
        let mut spread = Spread { weight: 0.0, residuals: 0.0, sums: vec![0.0; outputs], squares: 0.0, right: 0.0 };
        let mut slopes = vec![F::zero(); outputs * self.room.capacity()];
        for batch in rows.chunks(self.room.capacity()) {
            let expected = self.batch.gather(&self.data, batch, total, &mut self.room)?;
            network.forward(&mut self.room, Mode::Infer, (0, 0))?;
            let mut first = 0;
            for y in self.room.outputs() {
                let samples = y.len() / outputs;
                let part = expected.part(first..first + samples, outputs);
                loss += self.loss.evaluate_fitting(outputs, y, &part, &mut slopes[..y.len()]);
                spread.see(outputs, y, part.targets, part.weights);
                first += samples;
            }
        }
        Ok(Quality { loss, score: spread.score(matches!(self.data.targets, Targets::Classes(_))) })
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
