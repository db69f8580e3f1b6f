//! Rows that few random questions set apart.

use crate::columns::training;
use crate::forest::Forest;
use crate::limits::MaxFeatures;
use crate::split::goes_left;
use crate::tree::{Question, Tree, TreeNode};
use cairn_numeric::stream;
use cairn_traits::{DMatrix, DVector, Error, Fit, Float, Hyperparameters, Persist, Result, ScoreSamples, check};
use rand::{RngExt, rngs::ChaCha8Rng, seq::SliceRandom};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Outliers by isolation: a fraud, a broken sensor, a row unlike the others needs few random questions until it is alone.
///
/// Each tree takes a few rows and asks at random: a feature, and a threshold between its least and its greatest value
/// among the rows there. What lies apart is soon alone; what lies in a crowd is parted late.
///
/// ```text
/// h(q)      the questions that q is asked in a tree, plus c(n) at a leaf of n rows that were not parted further
/// c(n)      2 H(n − 1) − 2 (n − 1) / n, H(i) = 1 + 1/2 + ... + 1/i: what n rows need on average
/// score(q)  −2^(−mean of h(q) over the trees / c(max_samples))     near −1: soon alone; −0.5: as others; near 0: in a crowd
/// ```
///
/// Higher is more usual. Below [`IsolationForestModel::threshold`] a row is an outlier: −0.5, or, with `contamination`, so
/// that such a share of the training rows lies below. NaN is a missing value: it goes with the most rows of each question.
///
/// # Examples
/// ```
/// use cairn_tree::{DMatrix, Fit, IsolationForest, rows};
/// // a crowd on a square of 20 x 20
/// let x = DMatrix::from_fn(400, 2, |i, j| if j == 0 { (i % 20) as f64 } else { (i / 20) as f64 });
/// let model = IsolationForest::new(100).contamination(Some(0.01)).fit(&x, &())?;
/// assert_eq!(model.is_outlier(&rows(&[[9.5, 9.5], [60.0, -50.0]]))?, [false, true]);
/// # Ok::<(), cairn_tree::Error>(())
/// ```
///
/// # Errors
/// [`Error::TooFewSamples`] for fewer than 2 rows; [`Error::Parameter`]; [`Error::NonFinite`] for infinities.
///
/// # Complexity
/// O(n_estimators · max_samples · log max_samples), whatever the number of rows; an answer costs log max_samples
/// comparisons a tree.
///
/// # Determinism
/// Tree t draws from stream t of the seed: the same bits on any number of threads.
///
/// # References
/// Liu, Ting and Zhou (2008), Isolation forest, ICDM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IsolationForest {
    n_estimators: usize,
    max_samples: usize,
    max_features: MaxFeatures,
    contamination: Option<f64>,
    seed: u64,
}

impl IsolationForest {
    /// So many trees of 256 rows each; outliers score below −0.5.
    pub fn new(n_estimators: usize) -> Self {
        Self { n_estimators, max_samples: 256, max_features: MaxFeatures::All, contamination: None, seed: 0 }
    }

    /// How many trees: at least 1.
    #[must_use]
    pub fn n_estimators(mut self, n_estimators: usize) -> Self {
        self.n_estimators = n_estimators;
        self
    }

    /// The rows that each tree draws, without replacement: at least 2; all, if there are fewer. Few are better: crowds
    /// thin out, and outliers do not hide each other.
    #[must_use]
    pub fn max_samples(mut self, max_samples: usize) -> Self {
        self.max_samples = max_samples;
        self
    }

    /// How many features each tree may ask about, drawn for each.
    #[must_use]
    pub fn max_features(mut self, max_features: MaxFeatures) -> Self {
        self.max_features = max_features;
        self
    }

    /// The share of the training rows that are outliers, above 0 and at most a half; `None`: those that score below −0.5.
    #[must_use]
    pub fn contamination(mut self, contamination: Option<f64>) -> Self {
        self.contamination = contamination;
        self
    }

    /// What is drawn: rows, features and thresholds.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Default for IsolationForest {
    /// A hundred trees of 256 rows, as in the paper.
    fn default() -> Self {
        Self::new(100)
    }
}

impl Hyperparameters for IsolationForest {
    fn validate(&self) -> Result<()> {
        let refused = |name, requirement, found| Err(Error::Parameter { name, requirement, found });
        self.max_features.validate()?;
        match self.contamination {
            _ if self.n_estimators == 0 => refused("n_estimators", "a number of at least 1", 0.0),
            _ if self.max_samples < 2 => refused("max_samples", "a number of at least 2", self.max_samples as f64),
            Some(found) if !(found > 0.0 && found <= 0.5) => {
                refused("contamination", "a share above 0 and at most 0.5", found)
            }
            _ => Ok(()),
        }
    }
}

/// What [`IsolationForest`] fits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct IsolationForestModel<F: Float> {
    /// Their answers are lengths of paths.
    forest: Forest<F>,
    /// Rows of each tree.
    n_drawn: usize,
    threshold: f64,
}

impl<F: Float> Fit<DMatrix<F>> for IsolationForest {
    type Model = IsolationForestModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.validate()?;
        training(x)?;
        check::at_least("x", 2, x.nrows())?;
        let n_drawn = self.max_samples.min(x.nrows());
        let trees = (0..self.n_estimators).into_par_iter().map(|index| self.tree(x, n_drawn, index as u64)).collect();
        let mut model = IsolationForestModel { forest: Forest { trees, oob_score: None }, n_drawn, threshold: -0.5 };
        if let Some(share) = self.contamination {
            model.threshold = quantile(model.scores(x)?, share);
        }
        Ok(model)
    }
}

/// The number below which a share of the numbers lies, between neighbours in proportion.
fn quantile(mut numbers: Vec<f64>, share: f64) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let place = share * numbers.len().saturating_sub(1) as f64;
    let at = |place: f64| numbers.get(place as usize).copied().unwrap_or(0.0);
    at(place.floor()) + (at(place.ceil()) - at(place.floor())) * place.fract()
}

/// How many questions set one of n rows apart, on average over random trees.
fn average_path(n: usize) -> f64 {
    let harmonic = |n: usize| -> f64 {
        if n < 64 {
            return (1..=n).map(|i| 1.0 / i as f64).sum();
        }
        let n = n as f64;
        // within 1e-9
        n.ln() + 0.577_215_664_901_532_9 + 0.5 / n - 1.0 / (12.0 * n * n)
    };
    if n < 2 { 0.0 } else { 2.0 * harmonic(n - 1) - 2.0 * (n - 1) as f64 / n as f64 }
}

/// A leaf that may yet be parted.
struct Open {
    node: usize,
    rows: Vec<usize>,
    depth: usize,
}

impl IsolationForest {
    fn tree<F: Float>(&self, x: &DMatrix<F>, n_drawn: usize, index: u64) -> Tree<F> {
        let mut rng = stream(self.seed, index);
        let rows = drawn(&mut rng, x.nrows(), n_drawn);
        let mut features: Vec<usize> = (0..x.ncols()).collect();
        let wanted = self.max_features.of(x.ncols());
        let features = features.partial_shuffle(&mut rng, wanted).0;
        // as deep as a balanced tree: what is below is no outlier
        let most = n_drawn.next_power_of_two().trailing_zeros() as usize;
        let mut tree = Tree { n_features: x.ncols(), width: 1, nodes: Vec::new(), values: Vec::new() };
        let mut open = vec![Open { node: add(&mut tree, rows.len(), 0), rows, depth: 0 }];
        while let Some(Open { node, rows, depth }) = open.pop() {
            if depth == most || rows.len() < 2 {
                continue;
            }
            let Some((feature, threshold)) = question(x, &rows, features, &mut rng) else { continue };
            let value = |row: usize| x[(row, feature)];
            let (present, missing): (Vec<usize>, Vec<usize>) =
                rows.into_iter().partition(|&row| value(row).is_finite());
            let (mut left, mut right): (Vec<usize>, Vec<usize>) =
                present.into_iter().partition(|&row| goes_left(value(row), threshold));
            let missing_left = left.len() >= right.len();
            if missing_left { &mut left } else { &mut right }.extend(missing);
            let children = [&left, &right].map(|rows| add(&mut tree, rows.len(), depth + 1));
            if let Some(place) = tree.nodes.get_mut(node) {
                place.question = Some(Question {
                    feature,
                    threshold,
                    categories: None,
                    missing_left,
                    left: children[0],
                    right: children[1],
                });
            }
            let [first, second] = children;
            open.push(Open { node: second, rows: right, depth: depth + 1 });
            open.push(Open { node: first, rows: left, depth: depth + 1 });
        }
        tree
    }
}

/// Some of 0..n, without replacement; few of many without listing them all.
fn drawn(rng: &mut ChaCha8Rng, n: usize, n_drawn: usize) -> Vec<usize> {
    if n_drawn * 8 > n {
        let mut all: Vec<usize> = (0..n).collect();
        return all.partial_shuffle(rng, n_drawn).0.to_vec();
    }
    let mut rows = Vec::with_capacity(n_drawn);
    while rows.len() < n_drawn {
        let row = rng.random_range(0..n);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

fn add<F: Float>(tree: &mut Tree<F>, n_samples: usize, depth: usize) -> usize {
    tree.nodes.push(TreeNode { question: None, impurity: 0.0, n_samples, weight: n_samples as f64 });
    tree.values.push(depth as f64 + average_path(n_samples));
    tree.nodes.len() - 1
}

/// A random one about a feature that differs among the rows; `None` if none does.
fn question<F: Float>(
    x: &DMatrix<F>,
    rows: &[usize],
    features: &mut [usize],
    rng: &mut ChaCha8Rng,
) -> Option<(usize, F)> {
    for drawn in 0..features.len() {
        features.swap(drawn, rng.random_range(drawn..features.len()));
        let feature = features[drawn];
        let mut values = rows.iter().map(|&row| x[(row, feature)]).filter(|v| v.is_finite());
        let first = values.next();
        let range = values.fold(first.map(|v| (v, v)), |range, v| {
            range.map(|(low, high)| (if v < low { v } else { low }, if v > high { v } else { high }))
        });
        let draw: f64 = rng.random();
        if let Some((low, high)) = range.filter(|(low, high)| low < high) {
            let threshold = low * F::of(1.0 - draw) + high * F::of(draw);
            return Some((feature, if threshold >= low && threshold < high { threshold } else { low }));
        }
    }
    None
}

impl<F: Float> IsolationForestModel<F> {
    /// Scores below this are outliers'.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The trees; the answer of a leaf is the length of the path to it, with what its rows would need yet.
    pub fn trees(&self) -> &[Tree<F>] {
        &self.forest.trees
    }

    fn scores(&self, x: &DMatrix<F>) -> Result<Vec<f64>> {
        let usual = average_path(self.n_drawn);
        let scores = |lengths: Vec<f64>| lengths.iter().map(|length| -(-length / usual).exp2()).collect::<Vec<_>>();
        Ok(self.forest.mean_answers(x, scores)?.concat())
    }

    /// Which rows are outliers.
    ///
    /// # Errors
    /// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NonFinite`] for infinities; NaN is a missing value.
    pub fn is_outlier(&self, x: &DMatrix<F>) -> Result<Vec<bool>> {
        Ok(self.scores(x)?.into_iter().map(|score| score < self.threshold).collect())
    }
}

impl<F: Float> ScoreSamples<DMatrix<F>> for IsolationForestModel<F> {
    type Scalar = F;

    fn score_samples(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
        Ok(DVector::from_vec(self.scores(x)?.into_iter().map(F::of).collect()))
    }
}

impl<F: Float> Persist for IsolationForestModel<F> {
    const KIND: &'static str = "isolation-forest";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        self.forest.check()?;
        check::size("answers", "numbers", 1, self.forest.width())?;
        check::at_least("rows of a tree", 2, self.n_drawn)?;
        if self.threshold.is_finite() {
            Ok(())
        } else {
            Err(Error::Format("threshold: expected a finite number".into()))
        }
    }
}

#[cfg(test)]
mod tests;
