//! The push of all points on each, by the method that was chosen.

use crate::{
    barnes_hut, exact,
    interpolation::Grid,
    params::{Method, Tsne},
};
use cairn_traits::Result;

/// How the push is summed, and what is kept between steps.
#[derive(Debug)]
pub(crate) enum Repulsion<const D: usize> {
    Exact,
    Tree { theta: f64 },
    Grid(Box<Grid<D>>),
}

impl<const D: usize> Repulsion<D> {
    pub(crate) fn new(params: &Tsne, n: usize) -> Self {
        match params.method.choose(n, D) {
            Method::Fft => Self::Grid(Box::new(Grid::new(params.spacing, params.degrees_of_freedom))),
            Method::BarnesHut => Self::Tree { theta: params.theta },
            _ => Self::Exact,
        }
    }

    /// Writes the push on each point, `Σⱼ wᵢⱼ (yᵢ − yⱼ) / s`, and answers Z, `Σ wᵢⱼ` over all pairs.
    pub(crate) fn repel(&mut self, y: &[[f64; D]], degrees_of_freedom: f64, forces: &mut [[f64; D]]) -> Result<f64> {
        let similarities = match self {
            Self::Exact => exact::repel(y, degrees_of_freedom, forces),
            Self::Tree { theta } => barnes_hut::repel(y, *theta, degrees_of_freedom, forces),
            Self::Grid(grid) => grid.repel(y, forces)?,
        };
        // where all points are so far apart that nothing is left but the error of a sum
        Ok(if similarities <= 0.0 { f64::EPSILON * y.len() as f64 } else { similarities })
    }
}
