//! Clusters on the corners of a cube, and columns that repeat them or say nothing.

mod columns;

use super::{Draw, Generate, Part, class_data, limits};
use crate::{Data, Task};
use cairn_traits::{Error, Hyperparameters, Result};
use serde::{Deserialize, Serialize};

/// Clusters on the corners of a cube, among columns that repeat them or say nothing: for choosing columns, and for
/// classifiers in many dimensions.
///
/// ```text
/// informative   class_sep · corner + A z      z ~ N(0, I); A uniform on [−1, 1), drawn for each cluster
/// redundant     informative · B               B uniform on [−1, 1): sums of what is there already
/// repeated      copies of columns above, drawn at random
/// noise         N(0, 1), the columns that remain
/// ```
///
/// Corners are −1 or 1 in each informative column, all different; cluster k belongs to class k mod n_classes. A share
/// `flip_y` of the labels is drawn anew from all classes, so that no score of 1 is honest. Columns are called by what they
/// are (`informative_0`, `redundant_1`, `repeated_0`, `noise_3`): what a choice of columns should find is in the name.
///
/// # Determinism
/// The number of rows in each class is fixed, and rows and columns are shuffled over all: more rows change the first ones.
///
/// # Examples
/// ```
/// use cairn_datasets::{Generate, make_classification};
/// let data = make_classification(200).n_features(6).weights(&[0.8, 0.2]).flip_y(0.0).generate()?;
/// let (x, y) = data.xy_classes()?;
/// assert_eq!((x.shape(), y.iter().sum::<usize>()), ((200, 6), 40));
/// // 2 informative and 2 redundant columns, so that 2 are noise
/// assert_eq!(data.feature_names().iter().filter(|name| name.starts_with("noise_")).count(), 2);
/// # Ok::<(), cairn_datasets::Error>(())
/// ```
///
/// # References
/// - Guyon (2003), "Design of experiments for the NIPS 2003 variable selection benchmark".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MakeClassification {
    n_samples: usize,
    n_features: usize,
    n_informative: usize,
    n_redundant: usize,
    n_repeated: usize,
    n_classes: usize,
    n_clusters_per_class: usize,
    weights: Vec<f64>,
    flip_y: f64,
    class_sep: f64,
    shuffle: bool,
    seed: u64,
}

/// [`MakeClassification`] with so many rows: 20 columns, 2 of them informative and 2 redundant; two classes of two clusters;
/// 1 label in 100 drawn anew.
pub fn make_classification(n_samples: usize) -> MakeClassification {
    MakeClassification {
        n_samples,
        n_features: 20,
        n_informative: 2,
        n_redundant: 2,
        n_repeated: 0,
        n_classes: 2,
        n_clusters_per_class: 2,
        weights: Vec::new(),
        flip_y: 0.01,
        class_sep: 1.0,
        shuffle: true,
        seed: 0,
    }
}

impl Default for MakeClassification {
    /// 100 rows.
    fn default() -> Self {
        make_classification(100)
    }
}

impl MakeClassification {
    /// Rows of all classes together, at least 1 for each cluster.
    #[must_use]
    pub fn n_samples(mut self, n_samples: usize) -> Self {
        self.n_samples = n_samples;
        self
    }

    /// Columns, at least as many as are informative, redundant and repeated; 20 by default. The others are noise.
    #[must_use]
    pub fn n_features(mut self, n_features: usize) -> Self {
        self.n_features = n_features;
        self
    }

    /// Columns that tell the classes, at least 1, and enough to have a corner for each cluster; 2 by default.
    #[must_use]
    pub fn n_informative(mut self, n_informative: usize) -> Self {
        self.n_informative = n_informative;
        self
    }

    /// Columns that are sums of informative ones; 2 by default.
    #[must_use]
    pub fn n_redundant(mut self, n_redundant: usize) -> Self {
        self.n_redundant = n_redundant;
        self
    }

    /// Columns that are copies of informative or redundant ones; 0 by default.
    #[must_use]
    pub fn n_repeated(mut self, n_repeated: usize) -> Self {
        self.n_repeated = n_repeated;
        self
    }

    /// Classes, at least 1; 2 by default.
    #[must_use]
    pub fn n_classes(mut self, n_classes: usize) -> Self {
        self.n_classes = n_classes;
        self
    }

    /// Clusters of each class, at least 1; 2 by default.
    #[must_use]
    pub fn n_clusters_per_class(mut self, n_clusters_per_class: usize) -> Self {
        self.n_clusters_per_class = n_clusters_per_class;
        self
    }

    /// The share of each class before labels are flipped, in all 1; the last may be left out. None (the default): as many
    /// rows of each.
    #[must_use]
    pub fn weights(mut self, weights: &[f64]) -> Self {
        self.weights = weights.to_vec();
        self
    }

    /// The share of labels that are drawn anew, from 0 to 1; 0.01 by default. Some of them come out as they were.
    #[must_use]
    pub fn flip_y(mut self, flip_y: f64) -> Self {
        self.flip_y = flip_y;
        self
    }

    /// Half the length of the cube's edges: larger is easier; 1 by default.
    #[must_use]
    pub fn class_sep(mut self, class_sep: f64) -> Self {
        self.class_sep = class_sep;
        self
    }

    /// Whether rows and columns come in random order (the default), or rows cluster by cluster and columns informative,
    /// redundant, repeated, noise.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Another seed, other corners and rows.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    fn n_clusters(&self) -> usize {
        self.n_classes.saturating_mul(self.n_clusters_per_class)
    }
}

impl Hyperparameters for MakeClassification {
    fn validate(&self) -> Result<()> {
        limits::count("n_features", 1, self.n_features)?;
        limits::size(self.n_samples, self.n_features)?;
        limits::informative(self.n_informative, self.n_features)?;
        let used = self.n_informative.saturating_add(self.n_redundant).saturating_add(self.n_repeated);
        let requirement = "at least n_informative + n_redundant + n_repeated";
        limits::holds(used <= self.n_features, "n_features", requirement, self.n_features as f64)?;
        limits::count("n_classes", 1, self.n_classes)?;
        limits::count("n_clusters_per_class", 1, self.n_clusters_per_class)?;
        let clusters = self.n_clusters();
        let requirement = "at least n_classes * n_clusters_per_class";
        limits::holds(clusters <= self.n_samples, "n_samples", requirement, self.n_samples as f64)?;
        let requirement = "enough for 2^n_informative corners, one for each of n_classes * n_clusters_per_class";
        // 63 sides have more corners than there are rows
        let corners = 1_u64 << self.n_informative.min(63);
        limits::holds(clusters as u64 <= corners, "n_informative", requirement, self.n_informative as f64)?;
        // A of every cluster, and B
        let products = self.n_informative.saturating_mul(self.n_informative.max(self.n_redundant));
        let requirement = "at most 16384, and 2^36 as n_samples * n_informative * the larger of it and n_redundant";
        let affordable = self.n_informative <= 1 << 14 && products.saturating_mul(self.n_samples) <= 1 << 36;
        limits::holds(affordable, "n_informative", requirement, self.n_informative as f64)?;
        self.validate_weights()?;
        limits::share("flip_y", self.flip_y)?;
        limits::finite("class_sep", self.class_sep)
    }
}

impl MakeClassification {
    fn validate_weights(&self) -> Result<()> {
        if self.weights.is_empty() {
            return Ok(());
        }
        let refused = |requirement, found| Err(Error::Parameter { name: "weights", requirement, found });
        let given = self.weights.len();
        if given != self.n_classes && given + 1 != self.n_classes {
            return refused("a share for each class, or for each but the last", given as f64);
        }
        if let Some(&found) = self.weights.iter().find(|share| !(0.0..=1.0).contains(*share)) {
            return refused("shares from 0 to 1", found);
        }
        let sum: f64 = self.weights.iter().sum();
        // shares such as 0.1 are not exact: what ten of them miss is far below this
        let slack = 1e-9;
        match (given == self.n_classes, sum) {
            (true, sum) if (sum - 1.0).abs() > slack => refused("shares that sum to 1", sum),
            (false, sum) if sum > 1.0 + slack => refused("shares that sum to at most 1", sum),
            _ => Ok(()),
        }
    }
}

impl Generate for MakeClassification {
    const NAME: &'static str = "make-classification";
    const DESCRIPTION: &'static str =
        "clusters on the corners of a cube, among columns that repeat them or say nothing";

    fn generate(&self) -> Result<Data> {
        self.validate()?;
        let sizes = self.cluster_sizes();
        let mut x = self.columns(&sizes);
        let classes = sizes.iter().enumerate().flat_map(|(k, &size)| vec![k % self.n_classes; size]);
        let mut labels: Vec<usize> = classes.collect();
        let mut spoiled = Draw::new(self.seed, Part::Spoiled);
        for label in &mut labels {
            let (at, new) = (spoiled.uniform(), spoiled.below(self.n_classes));
            if at < self.flip_y {
                *label = new;
            }
        }
        let mut names = self.names();
        if self.shuffle {
            let mut order = Draw::new(self.seed, Part::Order);
            let (mut rows, mut columns): (Vec<usize>, Vec<usize>) =
                ((0..self.n_samples).collect(), (0..self.n_features).collect());
            order.shuffle(&mut rows);
            order.shuffle(&mut columns);
            x = x.select_rows(&rows).select_columns(&columns);
            labels = rows.iter().map(|&row| labels[row]).collect();
            names = columns.iter().map(|&column| names[column].clone()).collect();
        }
        class_data::<Self>(Task::Classification, x, &names, labels, self.n_classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(labels: &[usize], class: usize) -> usize {
        labels.iter().filter(|&&label| label == class).count()
    }

    #[test]
    fn classes_have_the_shares_asked_for() {
        let labels = |generator: MakeClassification| generator.generate().unwrap().xy_classes().unwrap().1;
        let three = make_classification(100).n_classes(3).n_clusters_per_class(1).flip_y(0.0);
        // 33.3, 66.7 and 100, rounded: 33, 34, 33
        let even = labels(three.clone());
        assert_eq!([0, 1, 2].map(|class| count(&even, class)), [33, 34, 33]);
        for weights in [&[0.5, 0.3, 0.2][..], &[0.5, 0.3]] {
            let uneven = labels(three.clone().weights(weights));
            assert_eq!([0, 1, 2].map(|class| count(&uneven, class)), [50, 30, 20]);
        }
        // a fifth is drawn anew from two classes, half of it comes out flipped: 10 % ± 0.3 %
        let clean = labels(make_classification(10_000).flip_y(0.0).seed(2));
        let flipped = labels(make_classification(10_000).flip_y(0.2).seed(2));
        let differ = clean.iter().zip(&flipped).filter(|(a, b)| a != b).count();
        assert!(differ.abs_diff(1000) < 120, "{differ}");
    }

    #[test]
    fn unshuffled_columns_are_what_their_names_say() {
        let generator = make_classification(400)
            .n_features(9)
            .n_informative(3)
            .n_redundant(2)
            .n_repeated(2)
            .n_clusters_per_class(1)
            .class_sep(10.0)
            .flip_y(0.0)
            .shuffle(false)
            .seed(8);
        let data = generator.generate().unwrap();
        assert_eq!(data.feature_names()[2..6], ["informative_2", "redundant_0", "redundant_1", "repeated_0"]);
        let (x, y) = data.xy_classes().unwrap();
        // informative and redundant columns have rank 3, so do they with the repeated ones
        let s = x.columns(0, 7).into_owned().singular_values();
        assert!(s[2] > 1.0 && s[3] < 1e-12 * s[0], "{s}");
        for repeated in 5..7 {
            assert!((0..5).any(|from| x.column(from) == x.column(repeated)));
        }
        // a spread of at most sqrt(3) around corners of ±10: the means are near the corners, which are not the same
        let mean = |class: usize| {
            let rows: Vec<usize> = (0..400).filter(|&row| y[row] == class).collect();
            x.select_rows(&rows).columns(0, 3).into_owned().row_mean()
        };
        let (a, b) = (mean(0), mean(1));
        assert!(a.iter().chain(b.iter()).all(|v| (v.abs() - 10.0).abs() < 4.5 * (3.0_f64 / 200.0).sqrt()), "{a} {b}");
        assert!((a - b).amax() > 15.0);
    }

    #[test]
    fn what_cannot_be_made_is_refused_by_name() {
        let make = || make_classification(100);
        for (generator, name) in [
            (make().n_informative(21), "n_informative"),
            (make().n_informative(0), "n_informative"),
            (make().n_informative(2).n_classes(3), "n_informative"),
            (make().n_redundant(19), "n_features"),
            (make().n_repeated(usize::MAX), "n_features"),
            (make().n_classes(0), "n_classes"),
            (make().n_clusters_per_class(usize::MAX), "n_samples"),
            (make().weights(&[0.5, 0.6]), "weights"),
            (make().weights(&[0.5, 0.4]), "weights"),
            (make().weights(&[1.5]), "weights"),
            (make().weights(&[f64::NAN]), "weights"),
            (make().weights(&[0.2, 0.3, 0.5]), "weights"),
            (make().weights(&[-0.5, 1.5]), "weights"),
            (make().flip_y(1.1), "flip_y"),
            (make().class_sep(f64::INFINITY), "class_sep"),
        ] {
            let refused = generator.generate();
            assert!(matches!(refused, Err(Error::Parameter { name: own, .. }) if own == name), "{name}: {refused:?}");
        }
    }
}
