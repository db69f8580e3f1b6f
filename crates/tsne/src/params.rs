use cairn_traits::{DMatrix, Error, Hyperparameters, Result, check, matrix};
use serde::{Deserialize, Serialize};

/// How the push of all points on each is summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By shape, as measured: [`Method::Exact`] up to 500 rows, [`Method::BarnesHut`] below 10,000 and in three dimensions,
    /// else [`Method::Fft`].
    #[default]
    Auto,
    /// Every pair: n² steps. The reference of the other two.
    Exact,
    /// Far points in one, by a tree: n log n.
    BarnesHut,
    /// All points on a grid, convolved by fast Fourier transforms: n, and the size of the grid. In one and two dimensions.
    Fft,
}

impl Method {
    /// For n rows in so many dimensions: never [`Method::Auto`].
    pub(crate) fn choose(self, n: usize, n_components: usize) -> Self {
        const MOST_EXACT: usize = 500;
        const LEAST_GRID: usize = 10_000;
        match self {
            Self::Auto if n <= MOST_EXACT => Self::Exact,
            Self::Auto if n < LEAST_GRID || n_components > 2 => Self::BarnesHut,
            Self::Auto => Self::Fft,
            chosen => chosen,
        }
    }
}

/// Where the points stand before the first step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The first principal components of x, brought to a standard deviation of 1e-4 in the first, and a hundredth of that
    /// in noise, so that equal rows come apart. The arrangement at large of the map is then that of the data.
    #[default]
    Pca,
    /// Normal draws of standard deviation 1e-4.
    Random,
    /// These, n x n_components, as they are. They should be small, or points never find their neighbours: see
    /// [`Start::scaled`].
    Given(#[serde(with = "matrix")] DMatrix<f64>),
}

impl Start {
    /// Positions of any size, scaled to a standard deviation of 1e-4 in the first column: a map of before, or two columns
    /// that mean something.
    ///
    /// # Errors
    /// [`Error::NonFinite`]; [`Error::Domain`] if the first column is constant.
    pub fn scaled(positions: &DMatrix<f64>) -> Result<Self> {
        check::training(positions)?;
        let deviation = positions.column(0).variance().sqrt();
        if !(deviation > 0.0 && deviation.is_finite()) {
            let requirement = "a first column that varies";
            return Err(Error::Domain { what: "start", requirement, found: deviation, row: None });
        }
        Ok(Self::Given(positions * (crate::start::DEVIATION / deviation)))
    }
}

/// How far a step goes along the gradient.
///
/// In files and on a command line it is what it looks like: `"auto"` or `200`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum LearningRate {
    /// n / exaggeration, in either phase by its own (Belkina and others, 2019).
    #[default]
    Auto,
    /// This, in both phases.
    Fixed(f64),
}

/// As a number or a word.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Word(Word),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Auto,
}

impl From<Written> for LearningRate {
    fn from(written: Written) -> Self {
        match written {
            Written::Number(rate) => Self::Fixed(rate),
            Written::Word(Word::Auto) => Self::Auto,
        }
    }
}

impl From<LearningRate> for Written {
    fn from(rate: LearningRate) -> Self {
        match rate {
            LearningRate::Auto => Self::Word(Word::Auto),
            LearningRate::Fixed(rate) => Self::Number(rate),
        }
    }
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> Self {
        Self::Fixed(rate)
    }
}

/// t-SNE: a map on which the neighbours of each row are its neighbours.
///
/// ```text
/// p(j|i) ∝ exp(−βᵢ |xᵢ − xⱼ|²)   over the 3 · perplexity nearest rows of i; βᵢ such that the entropy is ln perplexity
/// pᵢⱼ    = (p(j|i) + p(i|j)) / 2n
/// qᵢⱼ    = wᵢⱼ / Z,   wᵢⱼ = (1 + |yᵢ − yⱼ|²/ν)^−ν,   Z = Σ wᵢⱼ over all pairs        ν: degrees_of_freedom
///
/// minimise  KL(P‖Q) = Σ pᵢⱼ ln(pᵢⱼ / qᵢⱼ)
/// gradient  4 Σⱼ (e pᵢⱼ − qᵢⱼ) (yᵢ − yⱼ) / (1 + |yᵢ − yⱼ|²/ν)                           e: exaggeration
/// ```
/// The steps are gradient descent with momentum and a gain for each coordinate, first with a large exaggeration that
/// gathers neighbours, then without. Their numbers are those of openTSNE.
///
/// # Shapes
/// x: n x p with n ≥ 2. The map: n x n_components.
///
/// A perplexity that needs more neighbours than there are is lowered to (n − 1) / 3, at least 1, as
/// [`crate::Embedding::perplexity`] says. Of equal rows every one has as many neighbours as the others, at distance 0, the
/// lower rows first: they lie together, and cost no more than others. Constant x gives a map of no meaning, but finite.
///
/// # Errors
/// One row alone; x without columns or not finite, or so large that distances overflow; a given start of another shape; the
/// grid of [`Method::Fft`] in three dimensions; [`Error::Diverged`] if the very first gradient is not finite.
///
/// # Complexity
/// Neighbours: n² p, as matrix products. A step: 6 · perplexity · n and the push of the [`Method`]. Memory: the points, and
/// up to 6 · perplexity · n affinities, whatever rows are equal.
///
/// # Determinism
/// Starts and noise are drawn from `seed`. The same bits on any number of threads.
///
/// # Examples
/// ```
/// use cairn_tsne::{DMatrix, Tsne};
/// // three heaps on a line in four columns
/// let x = DMatrix::from_fn(90, 4, |i, j| 10.0 * (i % 3) as f64 + ((i * (j + 3)) as f64).sin());
/// let map = Tsne::new().perplexity(10.0).fit(&x)?;
/// assert_eq!(map.embedding().shape(), (90, 2));
/// let between = |a: usize, b: usize| (map.embedding().row(a) - map.embedding().row(b)).norm();
/// assert!(between(0, 3) < between(0, 1) && between(0, 3) < between(0, 2));
/// # Ok::<(), cairn_tsne::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tsne {
    pub(crate) n_components: usize,
    pub(crate) perplexity: f64,
    pub(crate) method: Method,
    pub(crate) start: Start,
    pub(crate) early_exaggeration: f64,
    pub(crate) early_exaggeration_iter: usize,
    pub(crate) exaggeration: f64,
    pub(crate) n_iter: usize,
    pub(crate) learning_rate: LearningRate,
    pub(crate) initial_momentum: f64,
    pub(crate) final_momentum: f64,
    pub(crate) degrees_of_freedom: f64,
    pub(crate) theta: f64,
    pub(crate) spacing: f64,
    pub(crate) max_step_norm: f64,
    pub(crate) tol: f64,
    pub(crate) record_every: usize,
    pub(crate) seed: u64,
}

impl Tsne {
    /// openTSNE's defaults: two dimensions, perplexity 30, 250 steps with exaggeration 12, then 500 without.
    pub fn new() -> Self {
        Self {
            n_components: 2,
            perplexity: 30.0,
            method: Method::Auto,
            start: Start::Pca,
            early_exaggeration: 12.0,
            early_exaggeration_iter: 250,
            exaggeration: 1.0,
            n_iter: 500,
            learning_rate: LearningRate::Auto,
            initial_momentum: 0.8,
            final_momentum: 0.8,
            degrees_of_freedom: 1.0,
            theta: 0.5,
            spacing: 0.5,
            max_step_norm: 5.0,
            tol: 1e-7,
            record_every: 50,
            seed: 0,
        }
    }

    /// Columns of the map: 1, 2 or 3.
    #[must_use]
    pub fn n_components(mut self, n_components: usize) -> Self {
        self.n_components = n_components;
        self
    }

    /// How many neighbours a row has, in effect; at least 1. Larger values show more of the whole, smaller more detail.
    #[must_use]
    pub fn perplexity(mut self, perplexity: f64) -> Self {
        self.perplexity = perplexity;
        self
    }

    /// How the push of all points on each is summed.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Where the points stand before the first step.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// What affinities are multiplied by in the first phase; above 0.
    #[must_use]
    pub fn early_exaggeration(mut self, early_exaggeration: f64) -> Self {
        self.early_exaggeration = early_exaggeration;
        self
    }

    /// Steps of the first phase.
    #[must_use]
    pub fn early_exaggeration_iter(mut self, early_exaggeration_iter: usize) -> Self {
        self.early_exaggeration_iter = early_exaggeration_iter;
        self
    }

    /// What affinities are multiplied by in the second phase (late exaggeration); 1 is t-SNE, 4 resembles UMAP. Above 0.
    #[must_use]
    pub fn exaggeration(mut self, exaggeration: f64) -> Self {
        self.exaggeration = exaggeration;
        self
    }

    /// Steps of the second phase.
    #[must_use]
    pub fn n_iter(mut self, n_iter: usize) -> Self {
        self.n_iter = n_iter;
        self
    }

    /// What a quarter of the gradient is multiplied by (van der Laan's code and openTSNE leave the 4 of the gradient out, and
    /// so do their learning rates; scikit-learn's are a quarter of these).
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: impl Into<LearningRate>) -> Self {
        self.learning_rate = learning_rate.into();
        self
    }

    /// The share of a step that goes on in the next, in the first phase; from 0 to below 1.
    #[must_use]
    pub fn initial_momentum(mut self, initial_momentum: f64) -> Self {
        self.initial_momentum = initial_momentum;
        self
    }

    /// The share of a step that goes on in the next, in the second phase; from 0 to below 1.
    #[must_use]
    pub fn final_momentum(mut self, final_momentum: f64) -> Self {
        self.final_momentum = final_momentum;
        self
    }

    /// ν: how fast the similarity of points falls with their distance. 1 is t-SNE; less pulls groups apart into smaller ones
    /// (Kobak and others, 2020). Above 0.
    #[must_use]
    pub fn degrees_of_freedom(mut self, degrees_of_freedom: f64) -> Self {
        self.degrees_of_freedom = degrees_of_freedom;
        self
    }

    /// Of [`Method::BarnesHut`]: a square stands for its points where its side is at most this times their distance. At
    /// least 0, which is exact.
    #[must_use]
    pub fn theta(mut self, theta: f64) -> Self {
        self.theta = theta;
        self
    }

    /// Of [`Method::Fft`]: the distance between nodes of the grid, above 0 and at most 2. Half of it: an error some twenty times
    /// smaller, and four times the nodes. On 10,000 digits a spacing of 0.4 ended with 1 % less divergence than 0.5, in a third
    /// more time.
    #[must_use]
    pub fn spacing(mut self, spacing: f64) -> Self {
        self.spacing = spacing;
        self
    }

    /// The longest step a point may take, above 0; infinite: no limit.
    #[must_use]
    pub fn max_step_norm(mut self, max_step_norm: f64) -> Self {
        self.max_step_norm = max_step_norm;
        self
    }

    /// In the second phase the descent has converged when the norm of the gradient is at most this, or, of a map smaller
    /// than 1, at most this times its size: exaggeration may have drawn all points together to where the gradient is
    /// short, but no end. At least 0.
    #[must_use]
    pub fn tol(mut self, tol: f64) -> Self {
        self.tol = tol;
        self
    }

    /// Every so many steps the divergence and the norm of the gradient are written down; at least 1.
    #[must_use]
    pub fn record_every(mut self, record_every: usize) -> Self {
        self.record_every = record_every;
        self
    }

    /// Of the start and its noise.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl Default for Tsne {
    fn default() -> Self {
        Self::new()
    }
}

fn within(name: &'static str, found: f64, holds: bool, requirement: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::Parameter { name, requirement, found }) }
}

/// Whether it is a finite number above 0.
pub(crate) fn positive(name: &'static str, found: f64) -> Result<()> {
    within(name, found, found > 0.0 && found.is_finite(), "a finite number above 0")
}

/// Whether it is a share of a step that may go on in the next.
pub(crate) fn momentum(name: &'static str, found: f64) -> Result<()> {
    within(name, found, (0.0..1.0).contains(&found), "a number from 0 to below 1")
}

impl Hyperparameters for Tsne {
    fn validate(&self) -> Result<()> {
        let components = self.n_components as f64;
        within("n_components", components, (1..=3).contains(&self.n_components), "1, 2 or 3")?;
        check::parameter_at_least("perplexity", 1.0, self.perplexity, "a finite number of at least 1")?;
        if self.method == Method::Fft {
            within("n_components", components, self.n_components <= 2, "1 or 2 for method fft")?;
        }
        positive("early_exaggeration", self.early_exaggeration)?;
        positive("exaggeration", self.exaggeration)?;
        if let LearningRate::Fixed(rate) = self.learning_rate {
            positive("learning_rate", rate)?;
        }
        momentum("initial_momentum", self.initial_momentum)?;
        momentum("final_momentum", self.final_momentum)?;
        positive("degrees_of_freedom", self.degrees_of_freedom)?;
        check::parameter_at_least("theta", 0.0, self.theta, "a finite number of at least 0")?;
        let spacing = self.spacing;
        within("spacing", spacing, spacing > 0.0 && spacing <= 2.0, "a number above 0 and at most 2")?;
        within("max_step_norm", self.max_step_norm, self.max_step_norm > 0.0, "a number above 0")?;
        check::parameter_at_least("tol", 0.0, self.tol, "a finite number of at least 0")?;
        check::parameter_at_least("record_every", 1.0, self.record_every as f64, "at least 1")
    }
}
