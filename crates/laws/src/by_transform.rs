//! Transformers as the laws ask them: what others predict, these transform.

use cairn_traits::{
    Alias, Fit, FitFrom, FitWeighted, Hyperparameters, InverseTransform, Persist, Predict, Result, Transform,
};
use serde::{Deserialize, Serialize};

/// A transformer under test: the laws ask for answers, and its answers are the transformed rows.
///
/// It can do what the transformer within can: weights, files, sums that merge, hyperparameters.
///
/// # Examples
/// ```
/// use cairn_laws::{ByTransform, Laws};
/// use cairn_traits::{DMatrix, Fit, Result, Transform, check};
///
/// /// Every number twice as large.
/// struct Doubled;
/// struct DoubledModel(usize);
/// impl Fit<DMatrix<f64>> for Doubled {
///     type Model = DoubledModel;
///     fn fit(&self, x: &DMatrix<f64>, (): &()) -> Result<DoubledModel> {
///         check::training(x)?;
///         Ok(DoubledModel(x.ncols()))
///     }
/// }
/// impl Transform<DMatrix<f64>> for DoubledModel {
///     type Output = DMatrix<f64>;
///     fn transform(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>> {
///         check::query(x, self.0)?;
///         Ok(x * 2.0)
///     }
/// }
/// Laws::transformer(&ByTransform(Doubled)).affine().cases(16).assert();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByTransform<E>(pub E);

/// What a [`ByTransform`] fits: the model of the transformer within, whose predictions are its transformed rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Transforming<M>(pub M);

impl<X: ?Sized, Y: ?Sized, E: Fit<X, Y>> Fit<X, Y> for ByTransform<E> {
    type Model = Transforming<E::Model>;

    fn fit(&self, x: &X, y: &Y) -> Result<Self::Model> {
        self.0.fit(x, y).map(Transforming)
    }
}

impl<X: ?Sized, Y: ?Sized, E: FitWeighted<X, Y>> FitWeighted<X, Y> for ByTransform<E> {
    fn fit_weighted(&self, x: &X, y: &Y, weights: &[f64]) -> Result<Self::Model> {
        self.0.fit_weighted(x, y, weights).map(Transforming)
    }
}

impl<S: ?Sized, E: FitFrom<S>> FitFrom<S> for ByTransform<E> {
    type Model = Transforming<E::Model>;

    fn fit_from(&self, statistics: &S) -> Result<Self::Model> {
        self.0.fit_from(statistics).map(Transforming)
    }
}

impl<E: Hyperparameters> Hyperparameters for ByTransform<E> {
    const ALIASES: &'static [Alias] = E::ALIASES;

    fn validate(&self) -> Result<()> {
        self.0.validate()
    }
}

impl<X: ?Sized, M: Transform<X>> Predict<X> for Transforming<M> {
    type Output = M::Output;

    fn predict(&self, x: &X) -> Result<M::Output> {
        self.0.transform(x)
    }
}

impl<Z: ?Sized, M: InverseTransform<Z>> InverseTransform<Z> for Transforming<M> {
    type Output = M::Output;

    fn inverse_transform(&self, z: &Z) -> Result<M::Output> {
        self.0.inverse_transform(z)
    }
}

impl<M: Persist> Persist for Transforming<M> {
    const KIND: &'static str = M::KIND;
    const VERSION: u32 = M::VERSION;

    fn check(&self) -> Result<()> {
        self.0.check()
    }

    fn to_json(&self) -> Result<String> {
        self.0.to_json()
    }

    fn from_json(text: &str) -> Result<Self> {
        M::from_json(text).map(Self)
    }
}
