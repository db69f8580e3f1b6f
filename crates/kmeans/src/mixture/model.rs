use super::{
    covariances::Covariances,
    em::{Components, Rows},
    expectation::{Block, Densities, ROWS, expect},
};
use cairn_decomp::Cholesky;
use cairn_numeric::{argmax, blocks, stream};
use cairn_traits::{
    Classes, Convergence, Converges, DMatrix, DVector, Error, Float, Persist, Predict, Probabilistic, Result, Sample,
    ScoreSamples, check, matrix,
};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// What [`crate::GaussianMixture`] fits: components, in double precision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Stored", into = "Stored")]
pub struct GaussianMixtureModel<F: Float> {
    components: Components,
    densities: Densities,
    /// `0, 1, ..., k − 1`: the classes are the components.
    numbers: Vec<usize>,
    labels: Vec<usize>,
    pub(super) convergence: Convergence,
    precision: PhantomData<fn() -> F>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    weights: Vec<f64>,
    #[serde(with = "matrix")]
    means: DMatrix<f64>,
    covariances: Covariances,
    labels: Vec<usize>,
    convergence: Convergence,
}

impl<F: Float> From<GaussianMixtureModel<F>> for Stored {
    fn from(model: GaussianMixtureModel<F>) -> Self {
        let Components { weights, means, covariances } = model.components;
        let (labels, convergence) = (model.labels, model.convergence);
        Self { weights, means: means.transpose(), covariances, labels, convergence }
    }
}

impl<F: Float> TryFrom<Stored> for GaussianMixtureModel<F> {
    type Error = Error;

    fn try_from(Stored { weights, means, covariances, labels, convergence }: Stored) -> Result<Self> {
        let mut model = Self::from_parts(weights, &means, covariances)?;
        (model.labels, model.convergence) = (labels, convergence);
        Ok(model)
    }
}

impl<F: Float> GaussianMixtureModel<F> {
    /// A model from its numbers: k weights that sum to 1, means k x p, covariances of any type. It has no labels.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::NonFinite`], [`Error::Domain`] for weights below 0 or without a sum; [`Error::Singular`]
    /// for a covariance without an inverse.
    pub fn from_parts(weights: Vec<f64>, means: &DMatrix<f64>, covariances: Covariances) -> Result<Self> {
        check::training(means)?;
        let (k, p) = means.shape();
        check::weights(&weights, k)?;
        covariances.check(covariances.covariance_type(), k, p)?;
        let convergence = Convergence { n_iter: 0, objective: 0.0, stop: cairn_traits::Stop::MaxIter };
        Self::of(Components { weights, means: means.transpose(), covariances }, convergence)
    }

    fn of(components: Components, convergence: Convergence) -> Result<Self> {
        let densities = components.densities()?;
        let numbers = (0..components.weights.len()).collect();
        Ok(Self { components, densities, numbers, labels: Vec::new(), convergence, precision: PhantomData })
    }

    pub(super) fn of_rows(components: Components, convergence: Convergence, rows: &Rows<'_, F>) -> Result<Self> {
        let mut model = Self::of(components, convergence)?;
        let (log_likelihoods, shares) = model.expected(rows.x);
        model.labels = winners(&shares);
        let weight = |i: usize| rows.weights.map_or(1.0, |weights| weights[i]);
        let terms = log_likelihoods.iter().enumerate().filter(|(i, _)| weight(*i) > 0.0);
        let (sum, total) =
            terms.fold((0.0, 0.0), |(sum, total), (i, value)| (sum + weight(i) * value, total + weight(i)));
        model.convergence.objective = -sum / total;
        Ok(model)
    }

    /// ln p(x) of each row, and the shares of the components in it, k a row.
    fn expected(&self, x: &DMatrix<F>) -> (Vec<f64>, DMatrix<f64>) {
        let (p, k) = self.components.means.shape();
        let piece = |rows: std::ops::Range<usize>| {
            let (mut block, mut likelihoods, mut shares) = (Block::new(p, k), Vec::<f64>::new(), Vec::<f64>::new());
            for part in blocks::ranges(rows.len(), ROWS) {
                let part = rows.start + part.start..rows.start + part.end;
                expect(&self.densities, x, &part, &mut block);
                likelihoods.extend(&block.log_likelihoods[..part.len()]);
                shares
                    .extend((0..part.len()).flat_map(|i| (0..k).map(move |c| c * ROWS + i)).map(|at| block.shares[at]));
            }
            (likelihoods, shares)
        };
        let pieces = blocks::map(x.nrows(), blocks::size_for(x.nrows(), 64, ROWS), piece);
        let (mut likelihoods, mut shares) = (Vec::with_capacity(x.nrows()), Vec::with_capacity(x.nrows() * k));
        for (some, parts) in pieces {
            likelihoods.extend(some);
            shares.extend(parts);
        }
        (likelihoods, DMatrix::from_vec(k, x.nrows(), shares))
    }

    /// The share of each component; they sum to 1.
    pub fn weights(&self) -> &[f64] {
        &self.components.weights
    }

    /// n_components x n_features.
    pub fn means(&self) -> DMatrix<f64> {
        self.components.means.transpose()
    }

    /// Of all components, as few numbers as their type takes.
    pub fn covariances(&self) -> &Covariances {
        &self.components.covariances
    }

    /// The component with the largest share in each row it was fitted on.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// How many components.
    pub fn n_components(&self) -> usize {
        self.numbers.len()
    }

    /// How many columns it was fitted on.
    pub fn n_features(&self) -> usize {
        self.components.means.nrows()
    }

    /// The mean of ln p(x) over the rows.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn mean_log_likelihood(&self, x: &DMatrix<F>) -> Result<f64> {
        check::query(x, self.n_features())?;
        Ok(self.expected(x).0.iter().sum::<f64>() / x.nrows() as f64)
    }

    /// How many numbers were learned.
    fn n_parameters(&self) -> f64 {
        let (p, k) = self.components.means.shape();
        (self.covariances().covariance_type().n_parameters(k, p) + k * p + k - 1) as f64
    }

    /// Akaike's criterion, `−2 Σ ln p(x) + 2 m` with m learned numbers: the lower, the better the model for new rows.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn aic(&self, x: &DMatrix<F>) -> Result<f64> {
        Ok(-2.0 * x.nrows() as f64 * self.mean_log_likelihood(x)? + 2.0 * self.n_parameters())
    }

    /// The Bayesian criterion, `−2 Σ ln p(x) + m ln n`: it asks more of every number learned, and finds the number of
    /// components where rows really come from some.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    pub fn bic(&self, x: &DMatrix<F>) -> Result<f64> {
        let n = x.nrows() as f64;
        Ok(-2.0 * n * self.mean_log_likelihood(x)? + n.ln() * self.n_parameters())
    }
}

/// The row of the largest number of each column, the first of equals.
fn winners(shares: &DMatrix<f64>) -> Vec<usize> {
    shares.column_iter().map(|shares| argmax(shares.as_slice()).unwrap_or_default()).collect()
}

impl<F: Float> Converges for GaussianMixtureModel<F> {
    /// Steps of the best start; the mean of −ln p(x) of the rows it was fitted on; why it ended.
    fn convergence(&self) -> Convergence {
        self.convergence
    }
}

impl<F: Float> Classes for GaussianMixtureModel<F> {
    /// The components by their numbers.
    fn classes(&self) -> &[usize] {
        &self.numbers
    }
}

impl<F: Float> Predict<DMatrix<F>> for GaussianMixtureModel<F> {
    type Output = Vec<usize>;

    /// The component with the largest share in each row, the lower one on ties.
    fn predict(&self, x: &DMatrix<F>) -> Result<Vec<usize>> {
        check::query(x, self.n_features())?;
        Ok(winners(&self.expected(x).1))
    }
}

impl<F: Float> Probabilistic<DMatrix<F>> for GaussianMixtureModel<F> {
    type Scalar = F;

    /// The share of each component in each row: n_samples x n_components. A row so far out that every density is 0 is
    /// everybody's alike.
    fn predict_proba(&self, x: &DMatrix<F>) -> Result<DMatrix<F>> {
        check::query(x, self.n_features())?;
        Ok(self.expected(x).1.transpose().map(F::of))
    }
}

impl<F: Float> ScoreSamples<DMatrix<F>> for GaussianMixtureModel<F> {
    type Scalar = F;

    /// ln p(x) of each row; minus infinity where the density is 0 in double precision.
    fn score_samples(&self, x: &DMatrix<F>) -> Result<DVector<F>> {
        check::query(x, self.n_features())?;
        Ok(DVector::from_vec(self.expected(x).0).map(F::of))
    }
}

impl<F: Float> Sample for GaussianMixtureModel<F> {
    /// The rows, and the component that each comes from.
    type Output = (DMatrix<F>, Vec<usize>);

    fn sample(&self, n: usize, seed: u64) -> Result<Self::Output> {
        let (p, k) = self.components.means.shape();
        let of = |c: usize| {
            let covariance = self.covariances().of(c, p).unwrap_or_default();
            Cholesky::new(&covariance).map(|cholesky| cholesky.l().clone())
        };
        let roots = (0..k).map(of).collect::<Result<Vec<DMatrix<f64>>>>()?;
        let mut rng = stream(seed, 0);
        let (mut x, mut labels) = (DMatrix::zeros(n, p), Vec::with_capacity(n));
        for i in 0..n {
            let mut left = rng.random::<f64>() * self.weights().iter().sum::<f64>();
            let reached = self.weights().iter().position(|weight| {
                left -= weight;
                left < 0.0
            });
            // rounding may leave a little: the last that has a share
            let c = reached.or(self.weights().iter().rposition(|weight| *weight > 0.0)).unwrap_or_default();
            let z = DVector::from_fn(p, |_, _| -> f64 { StandardNormal.sample(&mut rng) });
            let row = self.components.means.column(c) + &roots[c] * z;
            (0..p).for_each(|j| x[(i, j)] = F::of(row[j]));
            labels.push(c);
        }
        Ok((x, labels))
    }
}

impl<F: Float> Persist for GaussianMixtureModel<F> {
    const KIND: &'static str = "gaussian-mixture";
    const VERSION: u32 = 1;

    fn check(&self) -> Result<()> {
        match self.labels.iter().find(|&&label| label >= self.n_components()) {
            None => Ok(()),
            Some(label) => Err(Error::UnknownClass { what: "labels", found: label.to_string() }),
        }
    }
}
