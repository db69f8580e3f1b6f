//! Shuffle a column, and see how much worse the model gets.

use cairn_numeric::stream;
use cairn_traits::{DMatrix, Error, Float, Predict, Result, check};
use rand::seq::SliceRandom;
use rayon::prelude::*;

/// How much a model leans on each column: the score it loses when that column's values are dealt out to other rows.
///
/// ```text
/// importance(j) = score(y, model(x)) − score(y, model(x with column j shuffled))
/// ```
///
/// A column that the model ignores has exactly 0. Of two columns that say the same each may look unimportant, as the other
/// one is still there: shuffle them together ([`PermutationImportance::groups`]). Take rows that the model was not fitted
/// on, or columns that it only learned by heart look important. The score is any of which more is better.
///
/// # Examples
/// ```
/// use cairn_linear::{DMatrix, DVector, Fit, LinearRegression};
/// use cairn_metrics::r2;
/// use cairn_model_selection::PermutationImportance;
/// let x = DMatrix::from_fn(100, 3, |i, j| ((i * (7 + 4 * j)) % 101) as f64);
/// let y = DVector::from_fn(100, |i, _| 3.0 * x[(i, 0)] + x[(i, 1)]);
/// let model = LinearRegression::new().fit(&x, &y)?;
/// let found = PermutationImportance::new(5).of(&model, &x, &y, |y, answers| r2(y.as_slice(), answers.as_slice()))?;
/// assert!(found[0].mean() > 5.0 * found[1].mean() && found[1].mean() > 0.1);
/// assert!(found[2].mean().abs() < 1e-9); // its coefficient is 0 but for rounding
/// # Ok::<(), cairn_traits::Error>(())
/// ```
///
/// # Complexity
/// `n_repeats` predictions a column, in parallel, each with a copy of `x`.
///
/// # Determinism
/// Each repeat of each column has a stream of its own: the same bits on any number of threads.
///
/// # References
/// Breiman (2001), Random forests. Fisher, Rudin and Dominici (2019), All models are wrong, but many are useful.
#[derive(Clone, Debug, PartialEq)]
pub struct PermutationImportance {
    n_repeats: usize,
    groups: Vec<Vec<usize>>,
    seed: u64,
}

/// What shuffling took from the score, each time.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// The columns that were shuffled together.
    pub columns: Vec<usize>,
    /// The loss of each repeat.
    pub losses: Vec<f64>,
}

impl Importance {
    /// The mean over the repeats.
    pub fn mean(&self) -> f64 {
        self.losses.iter().sum::<f64>() / self.losses.len() as f64
    }

    /// The standard deviation over the repeats, of n.
    pub fn std(&self) -> f64 {
        let mean = self.mean();
        (self.losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / self.losses.len() as f64).sqrt()
    }
}

impl PermutationImportance {
    /// Each column by itself, shuffled so many times: at least once.
    pub fn new(n_repeats: usize) -> Self {
        Self { n_repeats, groups: Vec::new(), seed: 0 }
    }

    /// Columns that are shuffled together, all other columns not at all: the words of one category, the parts of a date.
    #[must_use]
    pub fn groups(mut self, groups: Vec<Vec<usize>>) -> Self {
        self.groups = groups;
        self
    }

    /// What is drawn: the orders.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The importance of each column, or of each group.
    ///
    /// # Errors
    /// [`Error::Parameter`] for no repeats or a group with a column that `x` has not; those of predictions and scores.
    pub fn of<F, M, Y>(
        &self,
        model: &M,
        x: &DMatrix<F>,
        y: &Y,
        score: impl Fn(&Y, &M::Output) -> Result<f64> + Sync,
    ) -> Result<Vec<Importance>>
    where
        F: Float,
        M: Predict<DMatrix<F>> + Sync,
        Y: Sync + ?Sized,
    {
        let groups = self.columns(x)?;
        let whole = score(y, &model.predict(x)?)?;
        let loss = |work: usize| {
            let mut rng = stream(self.seed, work as u64);
            let mut order: Vec<usize> = (0..x.nrows()).collect();
            order.shuffle(&mut rng);
            let mut shuffled = x.clone();
            for &column in groups.get(work / self.n_repeats).into_iter().flatten() {
                for (row, &from) in order.iter().enumerate() {
                    shuffled[(row, column)] = x[(from, column)];
                }
            }
            Ok(whole - score(y, &model.predict(&shuffled)?)?)
        };
        let losses: Vec<Result<f64>> = (0..groups.len() * self.n_repeats).into_par_iter().map(loss).collect();
        let losses: Vec<f64> = losses.into_iter().collect::<Result<_>>()?;
        let found = groups.into_iter().zip(losses.chunks(self.n_repeats));
        Ok(found.map(|(columns, losses)| Importance { columns, losses: losses.to_vec() }).collect())
    }

    fn columns<F: Float>(&self, x: &DMatrix<F>) -> Result<Vec<Vec<usize>>> {
        check::at_least("x", 1, x.nrows())?;
        let refused = |name, requirement, found| Err(Error::Parameter { name, requirement, found });
        if self.n_repeats == 0 {
            return refused("n_repeats", "a number of at least 1", 0.0);
        }
        if let Some(&found) = self.groups.iter().flatten().find(|&&column| column >= x.ncols()) {
            return refused("groups", "the numbers of columns of x, from 0", found as f64);
        }
        let single = || (0..x.ncols()).map(|column| vec![column]).collect();
        Ok(if self.groups.is_empty() { single() } else { self.groups.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_traits::DVector;

    /// Twice the first column plus the third.
    struct Line;

    impl Predict<DMatrix<f64>> for Line {
        type Output = DVector<f64>;

        fn predict(&self, x: &DMatrix<f64>) -> Result<DVector<f64>> {
            Ok(x.column(0) * 2.0 + x.column(2))
        }
    }

    fn data() -> (DMatrix<f64>, DVector<f64>) {
        let x = DMatrix::from_fn(60, 3, |i, j| ((i * (11 + 2 * j)) % 61) as f64);
        let y = Line.predict(&x).unwrap();
        (x, y)
    }

    fn negative_square(y: &DVector<f64>, answers: &DVector<f64>) -> Result<f64> {
        Ok(-(y - answers).norm_squared() / y.len() as f64)
    }

    #[test]
    fn a_column_that_is_ignored_has_none_at_all() {
        let (x, y) = data();
        let found = PermutationImportance::new(4).of(&Line, &x, &y, negative_square).unwrap();
        assert_eq!(found[1], Importance { columns: vec![1], losses: vec![0.0; 4] });
        // a shuffled column misses by a (x − x'), of mean square 2 a² var(x): 4 times as much for twice the factor
        let ratio = found[0].mean() / found[2].mean();
        assert!((2.5..6.5).contains(&ratio), "{ratio}");
        assert!(found[0].std() > 0.0);
    }

    #[test]
    fn groups_are_shuffled_together() {
        let (mut x, y) = data();
        // the same column twice, used with opposite signs: together they cancel
        x.set_column(2, &(x.column(0) * -2.0));
        let y = y.map(|_| 0.0);
        let apart = PermutationImportance::new(3).of(&Line, &x, &y, negative_square).unwrap();
        let together = PermutationImportance::new(3).groups(vec![vec![0, 2]]);
        let together = together.of(&Line, &x, &y, negative_square).unwrap();
        assert!(apart[0].mean() > 1.0);
        assert_eq!(together, [Importance { columns: vec![0, 2], losses: vec![0.0; 3] }]);
    }

    #[test]
    fn the_same_bits_on_any_threads() {
        let (x, y) = data();
        let run = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| PermutationImportance::new(3).seed(seed).of(&Line, &x, &y, negative_square)).unwrap()
        };
        assert_eq!(run(1, 0), run(2, 0));
        assert_eq!(run(1, 0), run(7, 0));
        assert_ne!(run(1, 0), run(1, 1));
    }

    #[test]
    fn bad_wishes_are_named() {
        let (x, y) = data();
        let found = PermutationImportance::new(0).of(&Line, &x, &y, negative_square).err();
        assert!(matches!(found, Some(Error::Parameter { name: "n_repeats", .. })));
        let found = PermutationImportance::new(1).groups(vec![vec![3]]).of(&Line, &x, &y, negative_square).err();
        assert!(matches!(found, Some(Error::Parameter { name: "groups", .. })));
        let none = PermutationImportance::new(1).of(&Line, &DMatrix::zeros(0, 3), &DVector::zeros(0), negative_square);
        assert!(matches!(none, Err(Error::TooFewSamples { .. })));
    }
}
