//! Places for new rows in a map that stays as it is.

use crate::{
    attraction::{Fetched, pull},
    barnes_hut::{Tree, push_on},
    descent::{Mover, Stride},
    exact::Lanes,
    interpolation::{Field, Grid},
    kernel::with_kernel,
    model::Embedding,
    params::{Method, momentum, positive},
    perplexity::affinities_of_row,
};
use cairn_numeric::blocks;
use cairn_traits::{DMatrix, Error, Float, Hyperparameters, Result, check};
use serde::{Deserialize, Serialize};

/// New rows that one task places.
const ROW_BLOCK: usize = 32;

/// How new rows find their places ([`crate::Embedding::place`]).
///
/// ```text
/// pⱼ ∝ exp(−β |x − xⱼ|²)    over the 3 · perplexity nearest rows of the map, summing to 1
/// qⱼ ∝ (1 + |y − yⱼ|²/ν)^−ν over all its points
/// start at the median of the nearest; then steps down the gradient of KL(p‖q), the map standing still
/// ```
/// Every row is placed by itself, so a row's place does not depend on which others come with it.
///
/// The numbers are openTSNE's. (With its grid openTSNE also keeps new points within a disc, and stops the gains of all but
/// those that reach the rim. Here there is no rim.)
///
/// # Complexity
/// For each row its neighbours, and `n_iter` steps: of the grid 72 multiplications each; of a tree log n; else n.
///
/// # Examples
/// ```
/// use cairn_tsne::{DMatrix, Placement, Transform, Tsne};
/// let x = DMatrix::from_fn(90, 4, |i, j| 10.0 * (i % 3) as f64 + ((i * (j + 3)) as f64).sin());
/// let map = Tsne::new().perplexity(10.0).fit(&x)?;
/// // a row like those of the second heap
/// let placed = map.transform(&DMatrix::from_element(1, 4, 10.1))?;
/// let away = |row: usize| (map.embedding().row(row) - placed.row(0)).norm();
/// assert!(away(1) < away(0) && away(1) < away(2));
/// assert_eq!(map.place(&DMatrix::from_element(1, 4, 10.1), &Placement::new())?, placed);
/// # Ok::<(), cairn_tsne::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    perplexity: f64,
    n_neighbors: usize,
    n_iter: usize,
    exaggeration: f64,
    learning_rate: f64,
    momentum: f64,
    max_gradient_norm: f64,
}

impl Placement {
    /// openTSNE's defaults: perplexity 5, the median of up to 25 neighbours, 250 steps of rate 0.1 with exaggeration 1.5.
    pub fn new() -> Self {
        Self {
            perplexity: 5.0,
            n_neighbors: 25,
            n_iter: 250,
            exaggeration: 1.5,
            learning_rate: 0.1,
            momentum: 0.8,
            max_gradient_norm: 0.25,
        }
    }

    /// How many neighbours a new row has, in effect; at least 1.
    #[must_use]
    pub fn perplexity(mut self, perplexity: f64) -> Self {
        self.perplexity = perplexity;
        self
    }

    /// Of how many neighbours the start is the median, of the 3 · perplexity that are looked up; at least 1.
    #[must_use]
    pub fn n_neighbors(mut self, n_neighbors: usize) -> Self {
        self.n_neighbors = n_neighbors;
        self
    }

    /// Steps; without any a row's place is the median of its neighbours'.
    #[must_use]
    pub fn n_iter(mut self, n_iter: usize) -> Self {
        self.n_iter = n_iter;
        self
    }

    /// What affinities are multiplied by; above 0.
    #[must_use]
    pub fn exaggeration(mut self, exaggeration: f64) -> Self {
        self.exaggeration = exaggeration;
        self
    }

    /// What the gradient is multiplied by; above 0.
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.learning_rate = learning_rate;
        self
    }

    /// The share of a step that goes on in the next; from 0 to below 1.
    #[must_use]
    pub fn momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Longer gradients are shortened to this, so that no point shoots off; above 0, infinite: as they are.
    #[must_use]
    pub fn max_gradient_norm(mut self, max_gradient_norm: f64) -> Self {
        self.max_gradient_norm = max_gradient_norm;
        self
    }
}

impl Default for Placement {
    fn default() -> Self {
        Self::new()
    }
}

impl Hyperparameters for Placement {
    fn validate(&self) -> Result<()> {
        check::parameter_at_least("perplexity", 1.0, self.perplexity, "a finite number of at least 1")?;
        check::parameter_at_least("n_neighbors", 1.0, self.n_neighbors as f64, "at least 1")?;
        positive("exaggeration", self.exaggeration)?;
        positive("learning_rate", self.learning_rate)?;
        momentum("momentum", self.momentum)?;
        if self.max_gradient_norm > 0.0 {
            return Ok(());
        }
        let found = self.max_gradient_norm;
        Err(Error::Parameter { name: "max_gradient_norm", requirement: "a number above 0", found })
    }
}

pub(crate) fn place<F: Float>(map: &Embedding<F>, x: &DMatrix<F>, how: &Placement) -> Result<DMatrix<F>> {
    how.validate()?;
    check::query(x, map.n_features())?;
    match map.embedding().ncols() {
        1 => place_in::<F, 1>(map, x, how),
        2 => place_in::<F, 2>(map, x, how),
        _ => place_in::<F, 3>(map, x, how),
    }
}

/// The push of a map that stands still.
enum Standing<const D: usize> {
    Pairs,
    Tree(Tree<D>),
    Grid(Field<D>),
}

struct Ground<const D: usize> {
    y: Vec<[f64; D]>,
    lanes: Lanes<D>,
    standing: Standing<D>,
    theta: f64,
    degrees_of_freedom: f64,
}

impl<const D: usize> Ground<D> {
    fn new<F: Float>(map: &Embedding<F>) -> Result<Self> {
        let settings = map.settings();
        let y = map.positions::<D>();
        let standing = match settings.method {
            Method::Fft => Standing::Grid(Grid::new(settings.spacing, settings.degrees_of_freedom).field(&y)?),
            Method::BarnesHut => Standing::Tree(Tree::new(&y)),
            _ => Standing::Pairs,
        };
        let (theta, degrees_of_freedom) = (settings.theta, settings.degrees_of_freedom);
        Ok(Self { lanes: Lanes::new(&y), y, standing, theta, degrees_of_freedom })
    }

    /// `Σⱼ wⱼ (y − yⱼ) / s` and `Σⱼ wⱼ`.
    fn push(&self, own: [f64; D]) -> ([f64; D], f64) {
        let all = || with_kernel!(self.degrees_of_freedom, kernel => self.lanes.push(own, kernel));
        match &self.standing {
            Standing::Pairs => all(),
            Standing::Tree(tree) => push_on(tree, self.theta, self.degrees_of_freedom, own),
            Standing::Grid(field) => field.push_on(&own).unwrap_or_else(all),
        }
    }

    /// A quarter of the gradient of KL(p‖q).
    fn gradient(&self, own: [f64; D], near: (&[u32], &[f64]), exaggeration: f64, fetched: &mut Fetched<D>) -> [f64; D] {
        let (push, similarities) = self.push(own);
        let pull = pull(own, near, &self.y, 1.0 / self.degrees_of_freedom, fetched);
        std::array::from_fn(|d| exaggeration * pull[d] - push[d] / similarities.max(f64::MIN_POSITIVE))
    }
}

fn place_in<F: Float, const D: usize>(map: &Embedding<F>, x: &DMatrix<F>, how: &Placement) -> Result<DMatrix<F>> {
    let k = ((3.0 * how.perplexity) as usize).min(map.n_samples());
    let perplexity = how.perplexity.min((k as f64 / 3.0).max(1.0));
    let found = map.index().k_nearest(x, k)?;
    let ground = Ground::<D>::new(map)?;
    let stride = Stride { learning_rate: how.learning_rate, momentum: how.momentum, max_step_norm: f64::INFINITY };
    let one = |row: usize| -> Result<[f64; D]> {
        let near: Vec<u32> = found.indices(row).iter().map(|&j| j as u32).collect();
        let squared: Vec<f64> = found.distances(row).iter().map(|d| d.to_f64() * d.to_f64()).collect();
        if let Some(at) = squared.iter().position(|s| !s.is_finite()) {
            let found = found.distances(row)[at].to_f64();
            return Err(Error::Domain { what: "distances", requirement: "finite squares", found, row: Some(row) });
        }
        let mut p = vec![0.0; k];
        affinities_of_row(&squared, perplexity.ln(), &mut p);
        let mut own = median(near.iter().take(how.n_neighbors).map(|&j| ground.y[j as usize]));
        let (mut mover, mut fetched) = (Mover::AT_REST, Fetched::default());
        for _ in 0..how.n_iter {
            let mut gradient = ground.gradient(own, (&near, &p), how.exaggeration, &mut fetched);
            let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
            if norm > how.max_gradient_norm {
                gradient = gradient.map(|g| g * how.max_gradient_norm / norm);
            }
            mover.advance(&mut own, &gradient, stride);
        }
        Ok(own)
    };
    let placed = blocks::map(x.nrows(), ROW_BLOCK, |rows| rows.map(one).collect::<Result<Vec<_>>>());
    let mut all = Vec::with_capacity(x.nrows());
    for block in placed {
        all.extend(block?);
    }
    Ok(DMatrix::from_fn(x.nrows(), D, |i, d| F::of(all[i][d])))
}

/// The median of each coordinate; of an even number the mean of the two in the middle.
fn median<const D: usize>(points: impl Iterator<Item = [f64; D]>) -> [f64; D] {
    let points: Vec<[f64; D]> = points.collect();
    std::array::from_fn(|d| {
        let mut values: Vec<f64> = points.iter().map(|point| point[d]).collect();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.len() / 2;
        if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        assert_eq!(median([[1.0, 9.0], [5.0, 1.0], [2.0, 4.0]].into_iter()), [2.0, 4.0]);
        assert_eq!(median([[1.0], [5.0], [2.0], [9.0]].into_iter()), [3.5]);
    }
}
