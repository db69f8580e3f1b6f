//! k-means two at a time: the clusters of few are cut from those of fewer.

use crate::{KMeans, model::KMeansModel, params::Init};
use cairn_numeric::squared_distance;
use cairn_traits::{DMatrix, Error, Fit, FitWeighted, Float, Hyperparameters, Persist, Predict, Result, check, matrix};
use serde::{Deserialize, Serialize};

/// Which cluster is cut next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bisect {
    /// The one with the largest inertia.
    #[default]
    LargestInertia,
    /// The one with the most rows.
    MostRows,
}

/// k-means by bisection: all rows are cut in two, then one of the parts is, until there are k.
///
/// Faster than [`KMeans`] for many clusters, and what it answers for k is a refinement of what it answers for k − 1: a
/// hierarchy. The inertia is somewhat higher.
///
/// Where all rows of every cluster are equal nothing is left to cut: then there are fewer than k clusters.
///
/// # Errors
/// Those of [`KMeans`]; centroids cannot be given.
///
/// # Complexity
/// Those of k − 1 fits of [`KMeans`] with two clusters, each of the rows of one cluster alone.
///
/// # Determinism
/// Cut t draws from `seed` + t. The same bits on any number of threads. Of equal clusters the one further left is cut.
///
/// # Examples
/// ```
/// use cairn_kmeans::{BisectingKMeans, Predict, rows};
/// let x = rows(&[[0.0], [1.0], [10.0], [11.0], [40.0], [42.0]]);
/// let model = BisectingKMeans::new(3).fit(&x)?;
/// let labels = model.labels();
/// assert!(labels[0] == labels[1] && labels[2] == labels[3] && labels[4] == labels[5]);
/// assert_eq!(model.inertia(), 3.0); // 2 · 0.5² + 2 · 0.5² + 2 · 1²
/// assert_eq!(model.predict(&rows(&[[39.0]]))?[0], labels[4]);
/// # Ok::<(), cairn_kmeans::Error>(())
/// ```
///
/// # References
/// Steinbach, Karypis and Kumar (2000), A comparison of document clustering techniques.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BisectingKMeans {
    bisect: Bisect,
    /// What is asked of the whole, and how each cut is made.
    #[serde(flatten)]
    kmeans: KMeans,
}

impl BisectingKMeans {
    /// So many clusters; each cut as [`KMeans::new`] makes it.
    pub fn new(n_clusters: usize) -> Self {
        Self { bisect: Bisect::LargestInertia, kmeans: KMeans::new(n_clusters) }
    }

    /// Which cluster is cut next.
    #[must_use]
    pub fn bisect(mut self, bisect: Bisect) -> Self {
        self.bisect = bisect;
        self
    }

    /// How each cut is made: starts, sweeps, tolerance, seed; its number of clusters is that of the whole.
    #[must_use]
    pub fn cuts(mut self, kmeans: KMeans) -> Self {
        self.kmeans = kmeans;
        self
    }

    /// Groups the rows of x: [`Fit::fit`] without a target.
    ///
    /// # Errors
    /// Those of the type.
    pub fn fit<F: Float>(&self, x: &DMatrix<F>) -> Result<BisectingKMeansModel<F>> {
        self.fit_rows(x, None)
    }

    fn fit_rows<F: Float>(&self, x: &DMatrix<F>, weights: Option<&[f64]>) -> Result<BisectingKMeansModel<F>> {
        self.validate()?;
        check::training(x)?;
        weights.map_or(Ok(()), |weights| check::weights(weights, x.nrows()))?;
        let present = weights.map_or(x.nrows(), |weights| weights.iter().filter(|w| **w > 0.0).count());
        check::at_least("x", self.kmeans.n_clusters, present)?;
        let whole = KMeans { n_clusters: 1, init: Init::Random, ..self.kmeans.clone() };
        let all: Vec<usize> = (0..x.nrows()).collect();
        let mut tree = Tree { children: Vec::new(), centroids: Vec::new() };
        let mut parts = vec![Part::new(x, &fitted(&whole, x, weights)?, 0, &all, weights, &mut tree)];
        while parts.len() < self.kmeans.n_clusters {
            let Some(place) = self.next(&parts) else { break };
            let Part { rows, node, .. } = &parts[place];
            let own = weights.map(|weights| rows.iter().map(|&i| weights[i]).collect::<Vec<f64>>());
            let seed = self.kmeans.seed.wrapping_add(parts.len() as u64);
            let two = KMeans { n_clusters: 2, seed, ..self.kmeans.clone() };
            let model = fitted(&two, &x.select_rows(rows), own.as_deref())?;
            let halves = [0, 1].map(|half| Part::new(x, &model, half, rows, weights, &mut tree));
            tree.children[*node] = Some([halves[0].node, halves[1].node]);
            parts.splice(place..=place, halves);
        }
        let leaves = parts.iter().map(|part| part.node).collect();
        BisectingKMeansModel::of_rows(tree, leaves, x, weights)
    }

    /// The part to cut: none where all rows of each are equal.
    fn next(&self, parts: &[Part]) -> Option<usize> {
        let size = |part: &Part| match self.bisect {
            Bisect::LargestInertia => part.inertia,
            Bisect::MostRows => part.weight,
        };
        let uneven = parts.iter().enumerate().filter(|(_, part)| part.inertia > 0.0 && part.present > 1);
        // of equals the first
        uneven.rev().max_by(|a, b| size(a.1).total_cmp(&size(b.1))).map(|(place, _)| place)
    }
}

fn fitted<F: Float>(kmeans: &KMeans, x: &DMatrix<F>, weights: Option<&[f64]>) -> Result<KMeansModel<F>> {
    match weights {
        Some(weights) => kmeans.fit_weighted(x, weights),
        None => kmeans.fit(x),
    }
}

/// Rows that are together so far.
struct Part {
    node: usize,
    rows: Vec<usize>,
    /// Rows with a weight.
    present: usize,
    weight: f64,
    inertia: f64,
}

impl Part {
    /// Cluster `label` of the model of these rows, as a leaf.
    fn new<F: Float>(
        x: &DMatrix<F>,
        model: &KMeansModel<F>,
        label: usize,
        rows: &[usize],
        weights: Option<&[f64]>,
        tree: &mut Tree,
    ) -> Self {
        let own = rows.iter().zip(model.labels()).filter(|(_, own)| **own == label);
        let rows: Vec<usize> = own.map(|(row, _)| *row).collect();
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let present = rows.iter().filter(|&&row| weight(row) > 0.0).count();
        let centroid = model.centroids().row(label).transpose();
        let points = x.select_rows(&rows).transpose();
        let squared =
            points.column_iter().map(|point| squared_distance(point.as_slice(), centroid.as_slice()).to_f64());
        let inertia =
            rows.iter().zip(squared).filter(|(row, _)| weight(**row) > 0.0).map(|(row, d)| weight(*row) * d).sum();
        let weight = rows.iter().map(|row| weight(*row)).sum();
        let node = tree.add(centroid.iter().map(|v| v.to_f64()));
        Self { node, rows, present, weight, inertia }
    }
}

/// Cuts: a node's children, if it was cut, which stand after it, and its centroid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Tree {
    children: Vec<Option<[usize; 2]>>,
    centroids: Vec<Vec<f64>>,
}

impl Tree {
    fn add(&mut self, centroid: impl Iterator<Item = f64>) -> usize {
        self.children.push(None);
        self.centroids.push(centroid.collect());
        self.children.len() - 1
    }

    /// The leaf that a row comes to: at every cut to the nearer side, on ties to the left.
    fn leaf(&self, row: &[f64]) -> usize {
        let mut node = 0;
        while let Some([left, right]) = self.children[node] {
            let to = |node: usize| squared_distance(row, &self.centroids[node]);
            node = if to(right) < to(left) { right } else { left };
        }
        node
    }
}

/// What [`BisectingKMeans`] fits: the cuts, and which rows are whose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct BisectingKMeansModel<F: Float> {
    tree: Tree,
    /// The node of each cluster, from left to right.
    leaves: Vec<usize>,
    /// n_clusters x n_features.
    #[serde(with = "matrix")]
    centroids: DMatrix<F>,
    labels: Vec<usize>,
    counts: Vec<f64>,
    inertia: f64,
}

impl<F: Float> BisectingKMeansModel<F> {
    fn of_rows(tree: Tree, leaves: Vec<usize>, x: &DMatrix<F>, weights: Option<&[f64]>) -> Result<Self> {
        let (k, p) = (leaves.len(), x.ncols());
        let centroids = DMatrix::from_fn(k, p, |c, j| F::of(tree.centroids[leaves[c]][j]));
        let mut model = Self { tree, leaves, centroids, labels: Vec::new(), counts: vec![0.0; k], inertia: 0.0 };
        model.labels = model.predict(x)?;
        for (i, &label) in model.labels.iter().enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[i]);
            if weight > 0.0 {
                let (row, centroid) = (x.row(i).transpose(), model.centroids.row(label).transpose());
                model.counts[label] += weight;
                model.inertia += weight * squared_distance(row.as_slice(), centroid.as_slice()).to_f64();
            }
        }
        Ok(model)
    }

    /// n_clusters x n_features.
    pub fn centroids(&self) -> &DMatrix<F> {
        &self.centroids
    }

    /// The cluster of each row it was fitted on: what `predict` answers for them.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// The weight of the rows in each cluster.
    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    /// `Σ w |x − c(x)|²` of these labels and centroids.
    pub fn inertia(&self) -> f64 {
        self.inertia
    }

    /// How many clusters there are: what was asked, or fewer where nothing was left to cut.
    pub fn n_clusters(&self) -> usize {
        self.leaves.len()
    }

    /// How many columns it was fitted on.
    pub fn n_features(&self) -> usize {
        self.centroids.ncols()
    }
}

impl<F: Float> Predict<DMatrix<F>> for BisectingKMeansModel<F> {
    type Output = Vec<usize>;

    /// Down the cuts: at each to the nearer side. So a row's cluster need not be that of the nearest of all centroids.
    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        check::query(x, self.n_features())?;
        let by_row = x.map(Float::to_f64).transpose();
        let place = |node: usize| self.leaves.iter().position(|&leaf| leaf == node).unwrap_or_default();
        Ok(by_row.column_iter().map(|row| place(self.tree.leaf(row.as_slice()))).collect())
    }
}

impl<F: Float> Fit<DMatrix<F>> for BisectingKMeans {
    type Model = BisectingKMeansModel<F>;

    fn fit(&self, x: &DMatrix<F>, (): &()) -> Result<Self::Model> {
        self.fit_rows(x, None)
    }
}

impl<F: Float> FitWeighted<DMatrix<F>> for BisectingKMeans {
    fn fit_weighted(&self, x: &DMatrix<F>, (): &(), weights: &[f64]) -> Result<Self::Model> {
        self.fit_rows(x, Some(weights))
    }
}

/// Eight clusters.
impl Default for BisectingKMeans {
    fn default() -> Self {
        Self::new(8)
    }
}

impl Hyperparameters for BisectingKMeans {
    fn validate(&self) -> Result<()> {
        if let Init::Given(centroids) = &self.kmeans.init {
            let (requirement, found) = ("drawn starts: each cut has its own", centroids.nrows() as f64);
            return Err(Error::Parameter { name: "init", requirement, found });
        }
        self.kmeans.validate()
    }
}

impl<F: Float> Persist for BisectingKMeansModel<F> {
    const KIND: &'static str = "bisecting-kmeans";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        let Tree { children, centroids } = &self.tree;
        let (n, p, k) = (children.len(), self.n_features(), self.leaves.len());
        check::training(&self.centroids)?;
        check::rows("centroids", k, self.centroids.nrows())?;
        check::size("centroids", "nodes", n, centroids.len())?;
        centroids.iter().try_for_each(|centroid| check::size("centroids", "columns", p, centroid.len()))?;
        check::size("counts", "clusters", k, self.counts.len())?;
        // children after their parents: every way down ends
        let down = |(node, children): (usize, &Option<[usize; 2]>)| {
            children.is_none_or(|children| children.iter().all(|&child| child > node && child < n))
        };
        let known = self.leaves.iter().all(|&leaf| leaf < n) && self.labels.iter().all(|&label| label < k);
        if n == 0 || !known || !children.iter().enumerate().all(down) {
            return Err(Error::Format("model: expected a tree of cuts, its leaves, and labels of them".into()));
        }
        Ok(())
    }
}
