//! Averages of the weights along the way.

use crate::{
    first_order::{finite, share},
    stretches,
};
use cairn_numeric::vectorised;
use cairn_traits::{Float, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// Averages the parameters over the steps, beside the training: the average of a walk about a minimum is nearer to it
/// than the walk.
///
/// ```text
/// equal:        a ← a + (x − a) / t                   t: parameters seen, from 1
/// exponential:  a ← decay a + (1 − decay) x           (a is x the first time)
/// corrected:    a from 0, and divided by 1 − decayᵗ when it is read
/// ```
///
/// The first parameters have the weight `decayᵗ` in the exponential average; corrected, they have one like the others,
/// and the average follows sooner. The first two are those of PyTorch's `AveragedModel`.
///
/// ```
/// use cairn_optim::WeightAverage;
/// let mut average = WeightAverage::exponential(0.5).start(&[0.0]);
/// average.update(&[4.0])?; // the first: 4
/// average.update(&[2.0])?; // (4 + 2) / 2
/// let mut x = [0.0_f64];
/// average.averaged(&mut x)?;
/// assert_eq!(x, [3.0]);
/// # Ok::<(), cairn_optim::Error>(())
/// ```
///
/// # References
/// Polyak and Juditsky (1992), Acceleration of stochastic approximation by averaging, SIAM Journal on Control and
/// Optimization 30. Izmailov et al. (2018), Averaging weights leads to wider optima and better generalization.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeightAverage {
    /// All the same weight.
    Equal,
    /// Each less than the one after it.
    Exponential {
        /// What is kept of the average at each step, at least 0 and below 1; 0.999 is usual.
        decay: f64,
        /// Whether it begins at 0 and is corrected for that.
        #[serde(default)]
        corrected: bool,
    },
}

/// An average of weights so far; it can be saved with a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct AveragedWeights<F: Float> {
    rule: WeightAverage,
    seen: u64,
    average: Vec<F>,
}

impl WeightAverage {
    /// The plain mean.
    pub fn equal() -> Self {
        Self::Equal
    }

    /// The exponential average, from the first parameters on.
    pub fn exponential(decay: f64) -> Self {
        Self::Exponential { decay, corrected: false }
    }

    /// The exponential average from 0, corrected for that.
    pub fn corrected(decay: f64) -> Self {
        Self::Exponential { decay, corrected: true }
    }

    /// Before the first update: until then the average is `parameters`, which do not count.
    pub fn start<F: Float>(&self, parameters: &[F]) -> AveragedWeights<F> {
        AveragedWeights { rule: *self, seen: 0, average: parameters.to_vec() }
    }

    /// What stays of the average, and what is taken of the parameters, the `t`-th time from 1.
    fn shares(&self, t: u64) -> (f64, f64) {
        match *self {
            Self::Equal => (1.0 - 1.0 / t as f64, 1.0 / t as f64),
            Self::Exponential { decay, corrected: true } if t == 1 => (0.0, 1.0 - decay),
            Self::Exponential { .. } if t == 1 => (0.0, 1.0),
            Self::Exponential { decay, .. } => (decay, 1.0 - decay),
        }
    }
}

impl Hyperparameters for WeightAverage {
    fn validate(&self) -> Result<()> {
        match *self {
            Self::Equal => Ok(()),
            Self::Exponential { decay, .. } => share("decay", decay),
        }
    }
}

impl<F: Float> AveragedWeights<F> {
    /// How many times parameters were taken in.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// Takes in the parameters after a step.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Shape`] if they are not as many as at the start.
    ///
    /// # Complexity
    /// One pass; beyond 200,000 numbers in parallel, with the same bits.
    pub fn update(&mut self, parameters: &[F]) -> Result<()> {
        check::size("parameters", "numbers", self.average.len(), parameters.len())?;
        self.seen += 1;
        let (keep, take) = self.rule.shares(self.seen);
        let (keep, take) = (F::of(keep), F::of(take));
        // the start does not count, whatever it is
        let first = self.seen == 1;
        stretches::each(&mut self.average, parameters, [], &|average, x, []| {
            if first {
                average.fill(F::zero());
            }
            mix((keep, take), average, x);
        });
        Ok(())
    }

    /// Writes the average to `out`.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Shape`] if `out` is of another length.
    pub fn averaged(&self, out: &mut [F]) -> Result<()> {
        check::size("parameters", "numbers", self.average.len(), out.len())?;
        out.copy_from_slice(&self.average);
        if let WeightAverage::Exponential { decay, corrected: true } = self.rule
            && self.seen > 0
        {
            let whole = F::of(1.0 / (1.0 - decay.powf(self.seen as f64)));
            out.iter_mut().for_each(|a| *a *= whole);
        }
        Ok(())
    }

    /// Whether it can stand beside `n` parameters: what a model that keeps one asks after it was read from a file.
    ///
    /// # Errors
    /// [`cairn_traits::Error::Parameter`], [`cairn_traits::Error::Shape`], [`cairn_traits::Error::NonFinite`].
    pub fn check(&self, n: usize) -> Result<()> {
        self.rule.validate()?;
        check::size("average", "numbers", n, self.average.len())?;
        finite("average", &self.average)
    }
}

vectorised! {
    fn mix['a; F: Float](shares: (F, F), average: &'a mut [F], parameters: &'a [F]) -> () {
        let (keep, take) = shares;
        for (a, &x) in average.iter_mut().zip(parameters) {
            *a = keep * *a + take * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::Error;

    fn average(rule: WeightAverage, seen: &[f64]) -> f64 {
        let mut average = rule.start(&[100.0]);
        seen.iter().for_each(|x| average.update(&[*x]).unwrap());
        let mut out = [0.0];
        average.averaged(&mut out).unwrap();
        assert_eq!((average.seen(), average.check(1)), (seen.len() as u64, Ok(())));
        out[0]
    }

    #[test]
    fn averages_by_hand() {
        assert_eq!(average(WeightAverage::equal(), &[]), 100.0);
        assert_eq!(average(WeightAverage::equal(), &[1.0, 2.0, 6.0]), 3.0);
        assert_eq!(average(WeightAverage::exponential(0.75), &[4.0, 8.0]), 5.0); // 0.75·4 + 0.25·8
        // (0.25·0.75·4 + 0.25·8) / (1 − 0.75²) = 2.75 / 0.4375
        assert!((average(WeightAverage::corrected(0.75), &[4.0, 8.0]) - 2.75 / 0.4375).abs() < 1e-14);
        assert_eq!(average(WeightAverage::corrected(0.75), &[4.0]), 4.0);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(WeightAverage::exponential(1.0).validate().is_err());
        let mut average = WeightAverage::equal().start(&[1.0_f32, 2.0]);
        let expected = Error::Shape { what: "parameters", unit: "numbers", expected: 2, found: 1 };
        assert_eq!(average.update(&[1.0]), Err(expected.clone()));
        assert_eq!(average.averaged(&mut [1.0]), Err(expected));
        assert!(average.check(3).is_err());
        average.average[1] = f32::NAN;
        assert!(average.check(2).is_err());
    }
}
