//! Where weights begin.

use cairn_numeric::Activation;
use cairn_traits::Float;
use rand::{RngExt, rngs::ChaCha8Rng};
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// How weights are drawn before the first step. Biases begin at 0.
///
/// A sum of `inputs` products is as large as its inputs if the weights' variance is about `1 / inputs`; backwards the same
/// holds for `outputs`. Too large and signals explode from layer to layer, too small and they vanish.
///
/// | | variance | for |
/// |---|---|---|
/// | Glorot | `2 / (inputs + outputs)` | tanh, sigmoid, identity |
/// | He | `2 / inputs` | relu and its kin, which let half of the signal through |
/// | LeCun | `1 / inputs` | selu-like activations |
///
/// ```
/// use cairn_nn::Init;
/// let mut weights = [0.0_f64; 600];
/// Init::GlorotUniform.fill(&mut weights, 20, 30, &mut cairn_numeric::stream(0, 0));
/// let bound = (6.0_f64 / 50.0).sqrt(); // uniform between −√(6/(20+30)) and +√(6/(20+30))
/// assert!(weights.iter().all(|w| w.abs() <= bound));
/// ```
///
/// # References
/// LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, section 4.6. Glorot and Bengio (2010), Understanding the
/// difficulty of training deep feedforward neural networks. He, Zhang, Ren and Sun (2015), Delving deep into rectifiers.
/// Saxe, McClelland and Ganguli (2014), Exact solutions to the nonlinear dynamics of learning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Init {
    /// Uniform between ±√(6 / (inputs + outputs)).
    #[default]
    GlorotUniform,
    /// Normal with the variance 2 / (inputs + outputs).
    GlorotNormal,
    /// Uniform between ±√(6 / inputs).
    HeUniform,
    /// Normal with the variance 2 / inputs.
    HeNormal,
    /// Uniform between ±√(3 / inputs).
    LecunUniform,
    /// Normal with the variance 1 / inputs.
    LecunNormal,
    /// A random matrix whose columns (or rows, where those are fewer) are orthonormal: lengths survive.
    Orthogonal,
    /// 0: all units of a layer stay alike, so this is for last layers alone.
    Zeros,
}

impl Init {
    /// The usual one before an activation: He for relu and its kin, Glorot for others.
    pub fn before(activation: Activation) -> Self {
        match activation {
            Activation::Identity | Activation::Sigmoid | Activation::Tanh => Self::GlorotUniform,
            _ => Self::HeUniform,
        }
    }

    /// Fills `outputs x inputs` weights, column by column.
    pub fn fill<F: Float>(self, weights: &mut [F], inputs: usize, outputs: usize, rng: &mut ChaCha8Rng) {
        let (i, o) = (inputs.max(1) as f64, outputs.max(1) as f64);
        let mut uniform = |bound: f64| {
            weights.iter_mut().for_each(|w| *w = F::of(bound * (2.0 * rng.random::<f64>() - 1.0)));
        };
        match self {
            Self::GlorotUniform => uniform((6.0 / (i + o)).sqrt()),
            Self::HeUniform => uniform((6.0 / i).sqrt()),
            Self::LecunUniform => uniform((3.0 / i).sqrt()),
            Self::GlorotNormal => normal(weights, (2.0 / (i + o)).sqrt(), rng),
            Self::HeNormal => normal(weights, (2.0 / i).sqrt(), rng),
            Self::LecunNormal => normal(weights, (1.0 / i).sqrt(), rng),
            Self::Orthogonal => orthogonal(weights, inputs, outputs, rng),
            Self::Zeros => weights.fill(F::zero()),
        }
    }
}

fn normal<F: Float>(weights: &mut [F], deviation: f64, rng: &mut ChaCha8Rng) {
    for w in weights {
        let z: f64 = StandardNormal.sample(rng);
        *w = F::of(deviation * z);
    }
}

/// The columns of a normal matrix, each made orthogonal to those before it, twice (Gram-Schmidt as Kahan has it: twice is
/// enough).
fn orthogonal<F: Float>(weights: &mut [F], inputs: usize, outputs: usize, rng: &mut ChaCha8Rng) {
    let (length, count) = (inputs.max(outputs), inputs.min(outputs));
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut column: Vec<f64> = (0..length).map(|_| StandardNormal.sample(rng)).collect();
        for before in columns.iter().chain(&columns) {
            let along: f64 = before.iter().zip(&column).map(|(a, b)| a * b).sum();
            column.iter_mut().zip(before).for_each(|(c, b)| *c -= along * b);
        }
        let size = column.iter().map(|c| c * c).sum::<f64>().sqrt();
        column.iter_mut().for_each(|c| *c /= size);
        columns.push(column);
    }
    for (at, weight) in weights.iter_mut().enumerate() {
        let (row, column) = (at % outputs.max(1), at / outputs.max(1));
        *weight = F::of(if outputs >= inputs { columns[column][row] } else { columns[row][column] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_numeric::stream;

    fn drawn(init: Init, inputs: usize, outputs: usize) -> Vec<f64> {
        let mut weights = vec![1.0; inputs * outputs];
        init.fill(&mut weights, inputs, outputs, &mut stream(3, 0));
        weights
    }

    #[test]
    fn variances_are_those_of_the_table() {
        for (init, expected) in [
            (Init::GlorotUniform, 2.0 / 500.0),
            (Init::GlorotNormal, 2.0 / 500.0),
            (Init::HeUniform, 2.0 / 300.0),
            (Init::HeNormal, 2.0 / 300.0),
            (Init::LecunUniform, 1.0 / 300.0),
            (Init::LecunNormal, 1.0 / 300.0),
        ] {
            let weights = drawn(init, 300, 200);
            let n = weights.len() as f64;
            let mean = weights.iter().sum::<f64>() / n;
            let variance = weights.iter().map(|w| w * w).sum::<f64>() / n;
            // of 60,000 draws the variance is known to about √(2/60,000) = 0.6 %, the mean to 0.4 % of a deviation
            assert!((variance / expected - 1.0).abs() < 0.03, "{init:?}: {variance}");
            assert!(mean.abs() < 0.02 * expected.sqrt(), "{init:?}: {mean}");
        }
        assert!(drawn(Init::Zeros, 3, 2).iter().all(|w| *w == 0.0));
    }

    #[test]
    fn orthogonal_weights_keep_lengths() {
        for (inputs, outputs) in [(7, 5), (5, 7), (4, 4), (1, 3)] {
            let w = nalgebra::DMatrix::from_vec(outputs, inputs, drawn(Init::Orthogonal, inputs, outputs));
            let product = if outputs >= inputs { w.transpose() * &w } else { &w * w.transpose() };
            let off = (&product - nalgebra::DMatrix::identity(product.nrows(), product.ncols())).amax();
            assert!(off < 1e-14, "{inputs} to {outputs}: {off:e}");
        }
    }
}
