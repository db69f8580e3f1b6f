//! Answering: predictions, probabilities, scores, transformations, samples.

use crate::{Float, Result};
use nalgebra::{DMatrix, DVector};

/// One answer for each row of `x`.
pub trait Predict<X: ?Sized> {
    /// Labels (`Vec<usize>`), numbers ([`DVector`], or [`DMatrix`] with a column an output), words.
    type Output;

    /// Answers in the order of the rows.
    ///
    /// # Errors
    /// `x` has no rows, another number of columns than in fitting, or a number that is not finite.
    fn predict(&self, x: &X) -> Result<Self::Output>;
}

/// The labels a classifier knows.
pub trait Classes {
    /// Distinct and ascending; columns of probabilities stand in this order.
    fn classes(&self) -> &[usize];
}

/// A classifier that says how sure it is.
///
/// Rows of probabilities are at least 0 and sum to 1; `predict` is their argmax, ties to the lower class.
pub trait Probabilistic<X: ?Sized>: Predict<X, Output = Vec<usize>> + Classes {
    /// The precision of the answers.
    type Scalar: Float;

    /// n_samples x n_classes.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    fn predict_proba(&self, x: &X) -> Result<DMatrix<Self::Scalar>>;

    /// Natural logarithms of [`Self::predict_proba`]; models that work in log space answer without the detour.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    fn predict_log_proba(&self, x: &X) -> Result<DMatrix<Self::Scalar>> {
        Ok(self.predict_proba(x)?.map(nalgebra::ComplexField::ln))
    }
}

/// Margins before any probability: n_samples x n_classes, one column where there are two classes.
pub trait Decision<X: ?Sized>: Classes {
    /// The precision of the answers.
    type Scalar: Float;

    /// Higher is more certain.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    fn decision_function(&self, x: &X) -> Result<DMatrix<Self::Scalar>>;
}

/// How usual each row is, higher being more usual: densities, likelihoods, anomaly scores.
pub trait ScoreSamples<X: ?Sized> {
    /// The precision of the answers.
    type Scalar: Float;

    /// One score a row.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    fn score_samples(&self, x: &X) -> Result<DVector<Self::Scalar>>;
}

/// Rows in another form: scaled, encoded, projected.
pub trait Transform<X: ?Sized> {
    /// As many rows as `x`.
    type Output;

    /// Transforms each row.
    ///
    /// # Errors
    /// Those of [`Predict::predict`].
    fn transform(&self, x: &X) -> Result<Self::Output>;
}

/// The way back of a [`Transform`], exact or as near as the transformation lets it be.
pub trait InverseTransform<Z: ?Sized> {
    /// As many rows as `z`.
    type Output;

    /// Rows in their first form.
    ///
    /// # Errors
    /// Those of [`Predict::predict`], with the columns of the transformed rows.
    fn inverse_transform(&self, z: &Z) -> Result<Self::Output>;
}

/// A model that makes new rows.
pub trait Sample {
    /// The new rows.
    type Output;

    /// Draws `n` rows; the same seed gives the same rows.
    ///
    /// # Errors
    /// What the model cannot draw from.
    fn sample(&self, n: usize, seed: u64) -> Result<Self::Output>;
}
