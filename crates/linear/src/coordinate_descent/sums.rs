use super::columns::{ByRows, Columns, Residual, Target, support};
use crate::normal_equations::varies;
use cairn_numeric::Moments;
use cairn_traits::{DMatrix, Error, Result};

/// Columns known by their covariances alone: nothing is read twice, however many penalties are tried.
#[derive(Debug)]
pub struct Sums {
    /// `Σ v x̃ₐ x̃ᵦ`.
    gram: DMatrix<f64>,
    squares: Vec<f64>,
    pub(crate) means: Vec<f64>,
}

impl Sums {
    /// Of the moments of `[x | y]`, where `x` has the first `n_features` columns.
    pub(crate) fn new(moments: &Moments, n_features: usize, fit_intercept: bool) -> Result<(Self, Vec<Target>)> {
        let (p, weight) = (n_features, moments.weight());
        let mut scatter = moments.scatter() / weight;
        let mut means = moments.mean().clone();
        if !fit_intercept {
            scatter.ger(1.0, &means, &means, 1.0);
            means.fill(0.0);
        }
        if scatter.iter().any(|v| !v.is_finite()) {
            let requirement = "numbers whose squares can be summed";
            return Err(Error::Domain { what: "x", requirement, found: f64::INFINITY, row: None });
        }
        let square = |j: usize| if varies(scatter[(j, j)], means[j]) { scatter[(j, j)] } else { 0.0 };
        let squares: Vec<f64> = (0..p).map(square).collect();
        let target = |k: usize| Target {
            rows: Vec::new(),
            pulls: (0..p).map(|j| if squares[j] > 0.0 { scatter[(j, k)] } else { 0.0 }).collect(),
            energy: square(k),
            mean: means[k],
        };
        let targets = (p..scatter.ncols()).map(target).collect();
        let means = means.rows(0, p).iter().copied().collect();
        Ok((Self { gram: scatter.view((0, 0), (p, p)).into_owned(), squares, means }, targets))
    }
}

impl Columns for Sums {
    fn squares(&self) -> &[f64] {
        &self.squares
    }

    fn products(&self, all: &[usize], new: &[usize]) -> Result<DMatrix<f64>> {
        Ok(DMatrix::from_fn(all.len(), new.len(), |a, b| self.gram[(all[a], new[b])]))
    }

    fn refresh(&self, target: &Target, coefficients: &[f64], of: &[usize], pulls: &mut [f64]) -> Residual {
        let support = support(coefficients);
        let mut rest = target.pulls.clone();
        let p = rest.len();
        for &(j, by) in &support {
            rest.iter_mut().zip(&self.gram.as_slice()[j * p..]).for_each(|(r, g)| *r -= g * by);
        }
        of.iter().for_each(|&j| pulls[j] = rest[j]);
        // r = ỹ − X̃w: r·ỹ = ỹ·ỹ − w·X̃'ỹ, and r·r = r·ỹ − w·X̃'r
        let along = target.energy - support.iter().map(|&(j, w)| w * target.pulls[j]).sum::<f64>();
        let square = along - support.iter().map(|&(j, w)| w * rest[j]).sum::<f64>();
        Residual { square: square.max(0.0), along }
    }

    fn rows(&self) -> Option<&dyn ByRows> {
        None
    }
}
