use crate::{
    descent::{self, Mover},
    params::{Method, Tsne, positive},
    placement::Placement,
};
use cairn_neighbors::Index;
use cairn_traits::{Convergence, Converges, DMatrix, Error, Float, Persist, Result, Transform, check, matrix};
use serde::{Deserialize, Serialize};

/// How far the map was from the data after some steps, and how steep it still was.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// Steps done.
    pub n_iter: usize,
    /// KL(P‖Q), of affinities without exaggeration; with Z as the method sums it.
    pub kl_divergence: f64,
    /// The norm of the gradient that the next step follows, with exaggeration.
    pub gradient_norm: f64,
}

/// What placing new points needs of the hyperparameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) method: Method,
    pub(crate) degrees_of_freedom: f64,
    pub(crate) theta: f64,
    pub(crate) spacing: f64,
}

impl Tsne {
    pub(crate) fn settings(&self, n: usize) -> Settings {
        let method = self.method.choose(n, self.n_components);
        let (degrees_of_freedom, theta, spacing) = (self.degrees_of_freedom, self.theta, self.spacing);
        Settings { method, degrees_of_freedom, theta, spacing }
    }
}

/// Positions, last steps and gains, n x n_components each, in double precision: where a descent stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Descended {
    #[serde(with = "matrix")]
    positions: DMatrix<f64>,
    #[serde(with = "matrix")]
    steps: DMatrix<f64>,
    #[serde(with = "matrix")]
    gains: DMatrix<f64>,
}

impl Descended {
    pub(crate) fn at_rest(positions: DMatrix<f64>) -> Self {
        let (n, components) = positions.shape();
        Self { positions, steps: DMatrix::zeros(n, components), gains: DMatrix::from_element(n, components, 1.0) }
    }

    pub(crate) fn of<const D: usize>(y: &[[f64; D]], movers: &[Mover<D>]) -> Self {
        Self {
            positions: descent::matrix(y.iter().copied()),
            steps: descent::matrix(movers.iter().map(|mover| mover.step)),
            gains: descent::matrix(movers.iter().map(|mover| mover.gains)),
        }
    }

    pub(crate) fn parts<const D: usize>(&self) -> (Vec<[f64; D]>, Vec<Mover<D>>) {
        let (steps, gains) = (descent::points(&self.steps), descent::points(&self.gains));
        let movers = steps.into_iter().zip(gains).map(|(step, gains)| Mover { step, gains }).collect();
        (descent::points(&self.positions), movers)
    }
}

/// What [`Tsne`] fits: a map of the rows, with places for new ones.
///
/// It holds the rows (for their neighbours), the map, and the last steps, so that [`Tsne::resume`] goes on as if the fit had
/// not stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Embedding<F: Float> {
    /// n x n_components.
    #[serde(with = "matrix")]
    embedding: DMatrix<F>,
    index: Index<F>,
    settings: Settings,
    perplexity: f64,
    descended: Descended,
    history: Vec<Record>,
    convergence: Convergence,
}

impl<F: Float> Embedding<F> {
    pub(crate) fn new(
        index: Index<F>,
        settings: Settings,
        perplexity: f64,
        descended: Descended,
        history: Vec<Record>,
        convergence: Convergence,
    ) -> Result<Self> {
        let embedding = descended.positions.map(F::of);
        let model = Self { embedding, index, settings, perplexity, descended, history, convergence };
        model.check()?;
        Ok(model)
    }

    /// The map, n_samples x n_components, about 0.
    pub fn embedding(&self) -> &DMatrix<F> {
        &self.embedding
    }

    /// KL(P‖Q) in nats at the end: what the neighbourhoods of the map lack of those of the data. Of maps of the same rows at
    /// the same perplexity the lower is the better.
    pub fn kl_divergence(&self) -> f64 {
        self.convergence.objective
    }

    /// Steps, the divergence at the end, and why it ended.
    pub fn convergence(&self) -> &Convergence {
        &self.convergence
    }

    /// The divergence and the norm of the gradient, every [`Tsne::record_every`] steps and at the end.
    pub fn history(&self) -> &[Record] {
        &self.history
    }

    /// The perplexity of the affinities: what was asked for, or what so few rows can have.
    pub fn perplexity(&self) -> f64 {
        self.perplexity
    }

    /// How the push was summed: never [`Method::Auto`].
    pub fn method(&self) -> Method {
        self.settings.method
    }

    /// How many rows were mapped.
    pub fn n_samples(&self) -> usize {
        self.embedding.nrows()
    }

    /// How many columns they had.
    pub fn n_features(&self) -> usize {
        self.index.n_features()
    }

    /// Places for new rows: [`Transform::transform`] with a say in how.
    ///
    /// # Errors
    /// x without rows, of other columns, or not finite; a number of the placement out of range.
    pub fn place(&self, x: &DMatrix<F>, placement: &Placement) -> Result<DMatrix<F>> {
        crate::placement::place(self, x, placement)
    }

    pub(crate) fn index(&self) -> &Index<F> {
        &self.index
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    pub(crate) fn descended(&self) -> &Descended {
        &self.descended
    }

    pub(crate) fn positions<const D: usize>(&self) -> Vec<[f64; D]> {
        descent::points(&self.descended.positions)
    }
}

impl<F: Float> Converges for Embedding<F> {
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl<F: Float> Transform<DMatrix<F>> for Embedding<F> {
    type Output = DMatrix<F>;

    /// A place for each row, n x n_components, by [`Placement::default`].
    ///
    /// The map stays as it is, and new rows take no notice of each other. (Rows of the fit do not come back to their own
    /// places to the digit: there they were among all others.)
    fn transform(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        self.place(x, &Placement::default())
    }
}

impl<F: Float> Persist for Embedding<F> {
    const KIND: &'static str = "tsne";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        let (n, components) = self.embedding.shape();
        check::at_least("embedding", 2, n)?;
        if !(1..=3).contains(&components) {
            let found = components as f64;
            return Err(Error::Parameter { name: "n_components", requirement: "1, 2 or 3", found });
        }
        check::rows("index", n, self.index.n_points())?;
        for part in [&self.descended.positions, &self.descended.steps, &self.descended.gains] {
            check::rows("embedding", n, part.nrows())?;
            check::columns("embedding", components, part.ncols())?;
            check::finite("embedding", part.as_view())?;
        }
        check::finite("embedding", self.embedding.as_view())?;
        let params = Tsne::new().n_components(components).method(self.settings.method).theta(self.settings.theta);
        cairn_traits::Hyperparameters::validate(&params.spacing(self.settings.spacing))?;
        positive("degrees_of_freedom", self.settings.degrees_of_freedom)?;
        positive("perplexity", self.perplexity)?;
        let numbers = self.history.iter().flat_map(|record| [record.kl_divergence, record.gradient_norm]);
        if numbers.chain([self.convergence.objective]).all(f64::is_finite) {
            Ok(())
        } else {
            Err(Error::NonFinite { what: "history", row: 0, column: 0 })
        }
    }
}
