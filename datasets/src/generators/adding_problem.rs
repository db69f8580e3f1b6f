use super::{Draw, Generate, Part, data, limits};
use crate::{Data, Features, Target, Task};
use cairn_traits::{DMatrix, DVector, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Sequences whose answer is the sum of two marked numbers: can a recurrent network remember?
///
/// ```text
/// value    uniform on [0, 1) at each time
/// marker   1 at two times, one in each half of the sequence; 0 elsewhere
/// target   the sum of the two values that are marked
/// ```
///
/// Whoever answers 1 always has a mean squared error of 1/6 = 0.167, the variance of the sum: a network has learned
/// something once it is below. The longer the sequence, the longer the first number has to be kept. Sequences are times x
/// 2 (value, marker); lengths may differ.
///
/// # Determinism
/// More rows leave the first ones as they are.
///
/// # Examples
/// ```
/// use cairn_datasets::{Features, Generate, Target, make_adding_problem};
/// let data = make_adding_problem(10).min_length(20).max_length(30).seed(1).generate()?;
/// if let (Features::Sequences(sequences), Target::Numbers(y)) = (&data.features, &data.target) {
///     let first = &sequences[0];
///     assert!((20..=30).contains(&first.nrows()));
///     assert_eq!(first.column(0).dot(&first.column(1)), y[0]);
/// }
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Hochreiter and Schmidhuber (1997), "Long short-term memory", Neural Computation 9(8), section 5.4.
/// - Le, Jaitly and Hinton (2015), "A simple way to initialize recurrent networks of rectified linear units": values from 0
///   to 1 and a plain sum, as here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeAddingProblem {
    n_samples: usize,
    min_length: usize,
    max_length: usize,
    seed: u64,
}

/// [`MakeAddingProblem`] with so many sequences of 50 times.
pub fn make_adding_problem(n_samples: usize) -> MakeAddingProblem {
    MakeAddingProblem { n_samples, min_length: 50, max_length: 50, seed: 0 }
}

impl Default for MakeAddingProblem {
    /// 100 sequences.
    fn default() -> Self {
        make_adding_problem(100)
    }
}

impl MakeAddingProblem {
    /// Sequences, at least 1.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Times of the shortest sequences, at least 2; 50 by default.
    #[must_use]
    pub fn min_length(mut self, min_length: usize) -> Self {
        self.min_length = min_length;
        self
    }

    /// Times of the longest sequences, at least `min_length`; 50 by default. Each length between is equally likely.
    #[must_use]
    pub fn max_length(mut self, max_length: usize) -> Self {
        self.max_length = max_length;
        self
    }

    /// Another seed, other sequences.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Hyperparameters for MakeAddingProblem {
    fn validate(&self) -> Result<()> {
        limits::count("min_length", 2, self.min_length)?;
        let ordered = self.max_length >= self.min_length;
        limits::holds(ordered, "max_length", "at least min_length", self.max_length as f64)?;
        limits::size(self.n_samples, self.max_length.saturating_mul(2))
    }
}

impl Generate for MakeAddingProblem {
    const NAME: &'static str = "make-adding-problem";
    const DESCRIPTION: &'static str =
        "sequences whose answer is the sum of two marked numbers: can a network remember?";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let mut rows = Draw::new(self.seed, Part::Rows);
        let (mut sequences, mut sums) = (Vec::with_capacity(self.n_samples), DVector::zeros(self.n_samples));
        for sum in sums.iter_mut() {
            let length = self.min_length + rows.below(self.max_length - self.min_length + 1);
            let half = length / 2;
            let marked = [rows.below(half), half + rows.below(length - half)];
            let mut sequence = DMatrix::zeros(length, 2);
            for time in 0..length {
                sequence[(time, 0)] = rows.uniform();
            }
            for time in marked {
                sequence[(time, 1)] = 1.0;
                *sum += sequence[(time, 0)];
            }
            sequences.push(sequence);
        }
        Ok(data::<Self>(Task::Regression, Features::Sequences(sequences), Target::Numbers(sums), "sum"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(generator: &MakeAddingProblem) -> (Vec<DMatrix<f64>>, DVector<f64>) {
        let data = generator.generate().unwrap();
        let (Features::Sequences(sequences), Target::Numbers(y)) = (data.features, data.target) else {
            panic!("sequences and numbers")
        };
        (sequences, y)
    }

    #[test]
    fn one_time_of_each_half_is_marked_and_their_sum_is_asked() {
        let (sequences, y) = made(&make_adding_problem(400).min_length(2).max_length(7).seed(3));
        for (sequence, &sum) in sequences.iter().zip(y.iter()) {
            let marks: Vec<usize> = (0..sequence.nrows()).filter(|&time| sequence[(time, 1)] == 1.0).collect();
            assert_eq!((marks.len(), sequence.column(1).sum()), (2, 2.0));
            assert!(marks[0] < sequence.nrows() / 2 && marks[1] >= sequence.nrows() / 2);
            assert_eq!(sequence[(marks[0], 0)] + sequence[(marks[1], 0)], sum);
        }
        for length in 2..=7 {
            // 400 / 6 = 67 of each, deviation 7.5
            assert!(sequences.iter().filter(|own| own.nrows() == length).count().abs_diff(67) < 33, "{length}");
        }
    }

    #[test]
    fn always_one_errs_by_a_sixth() {
        let (_, y) = made(&make_adding_problem(20_000).min_length(2).max_length(2));
        let error = y.add_scalar(-1.0).norm_squared() / 20_000.0;
        // (u + v - 1)² has mean 1/6 and variance 1/15 - 1/36 = 7/180: standard error 0.0014
        assert!((error - 1.0 / 6.0).abs() < 4.0 * 0.0014, "{error}");
    }

    #[test]
    fn lengths_out_of_order_are_refused() {
        assert!(make_adding_problem(3).min_length(1).generate().is_err());
        assert!(make_adding_problem(3).max_length(49).generate().is_err());
        assert!(make_adding_problem(3).max_length(usize::MAX).generate().is_err());
    }
}
