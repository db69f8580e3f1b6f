//! What every linear estimator learns: a coefficient for each column, and an intercept.

use cairn_numeric::matmul;
use cairn_traits::{
    Convergence, Converges, CsrMatrix, DMatrix, DVector, Error, Float, Outputs, Persist, Predict, Result, check,
    matrix, vector,
};
use nalgebra::DVectorView;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt::Debug, marker::PhantomData};

/// How a linear model came about: the name in its files, and what its fit has to tell beside the coefficients.
pub trait Kind: Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The model's name in its file.
    const NAME: &'static str;
    /// The version of its file.
    const VERSION: u32;

    /// Whether something else than `x·w + b` is predicted.
    const RESPONDS: bool = false;

    /// Whether what it tells can be of a model of so many columns; asked after every load.
    ///
    /// # Errors
    /// What is wrong with it.
    fn check(&self, n_features: usize) -> Result<()> {
        let _ = n_features;
        Ok(())
    }

    /// What is predicted where `x·w + b` is `predictor`: the same, unless [`Kind::RESPONDS`].
    fn respond(&self, predictor: f64) -> f64 {
        predictor
    }
}

/// `ŷ = x·w + b`: a coefficient for each column, an intercept for each output.
///
/// `Y` is the form of the target it was fitted on: [`DVector`] (one output) or [`DMatrix`] (several, a column each).
/// `K` says which estimator fitted it: see [`crate::LinearRegressionModel`] and [`crate::RidgeModel`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct LinearModel<F: Float, Y: Outputs<F>, K: Kind> {
    /// n_features x n_outputs.
    #[serde(with = "matrix")]
    coefficients: DMatrix<F>,
    #[serde(with = "vector")]
    intercepts: DVector<F>,
    kind: K,
    #[serde(skip)]
    outputs: PhantomData<fn() -> Y>,
}

impl<F: Float, Y: Outputs<F>, K: Kind> LinearModel<F, Y, K> {
    /// From solutions in double precision.
    pub(crate) fn new(coefficients: &DMatrix<f64>, intercepts: &DVector<f64>, kind: K) -> Result<Self> {
        let model = Self {
            coefficients: coefficients.map(F::of),
            intercepts: intercepts.map(F::of),
            kind,
            outputs: PhantomData,
        };
        model.check()?;
        Ok(model)
    }

    pub(crate) fn kind(&self) -> &K {
        &self.kind
    }

    /// Predictors on the scale of the answer, at most the largest number.
    fn answered(&self, mut predictors: DMatrix<F>) -> Y {
        if K::RESPONDS {
            let most = F::max_value().unwrap_or_else(|| F::of(f64::from(f32::MAX)));
            predictors.apply(|predictor| {
                let answer = self.kind.respond(predictor.to_f64());
                *predictor = if answer > most.to_f64() { most } else { F::of(answer) };
            });
        }
        Y::from_columns(predictors)
    }

    /// How many columns it was fitted on.
    pub fn n_features(&self) -> usize {
        self.coefficients.nrows()
    }

    /// How many numbers it predicts for a row.
    pub fn n_outputs(&self) -> usize {
        self.coefficients.ncols()
    }
}

impl<F: Float, Y: Outputs<F>, K: Kind + Converges> Converges for LinearModel<F, Y, K> {
    fn convergence(&self) -> Convergence {
        self.kind.convergence()
    }
}

/// One output: a vector and a number.
impl<F: Float, K: Kind> LinearModel<F, DVector<F>, K> {
    /// A model from its numbers.
    ///
    /// # Errors
    /// [`Error::Shape`] without coefficients, [`Error::NonFinite`].
    pub fn from_parts(coefficients: &DVector<F>, intercept: F, kind: K) -> Result<Self> {
        let coefficients = DMatrix::from_column_slice(coefficients.len(), 1, coefficients.as_slice());
        let model = Self { coefficients, intercepts: DVector::from_element(1, intercept), kind, outputs: PhantomData };
        model.check()?;
        Ok(model)
    }

    /// How much `ŷ` rises when a column rises by 1 and the others stay: n_features.
    pub fn coefficients(&self) -> DVectorView<'_, F> {
        self.coefficients.column(0)
    }

    /// `ŷ` where all columns are 0.
    pub fn intercept(&self) -> F {
        self.intercepts[0]
    }
}

/// Several outputs: a column each.
impl<F: Float, K: Kind> LinearModel<F, DMatrix<F>, K> {
    /// A model from its numbers: n_features x n_outputs, n_outputs.
    ///
    /// # Errors
    /// [`Error::Shape`] without coefficients or if the two disagree, [`Error::NonFinite`].
    pub fn from_parts(coefficients: DMatrix<F>, intercepts: DVector<F>, kind: K) -> Result<Self> {
        let model = Self { coefficients, intercepts, kind, outputs: PhantomData };
        model.check()?;
        Ok(model)
    }

    /// n_features x n_outputs.
    pub fn coefficients(&self) -> &DMatrix<F> {
        &self.coefficients
    }

    /// One for each output.
    pub fn intercepts(&self) -> &DVector<F> {
        &self.intercepts
    }
}

impl<F: Float, Y: Outputs<F>, K: Kind> Predict<DMatrix<F>> for LinearModel<F, Y, K> {
    type Output = Y;

    fn predict(&self, x: &DMatrix<F>) -> Result<Y> {
        check::query(x, self.n_features())?;
        let mut predicted = matmul(x, &self.coefficients)?;
        for (mut column, &intercept) in predicted.column_iter_mut().zip(&self.intercepts) {
            column.add_scalar_mut(intercept);
        }
        Ok(self.answered(predicted))
    }
}

impl<F: Float, Y: Outputs<F>, K: Kind> Predict<CsrMatrix<F>> for LinearModel<F, Y, K> {
    type Output = Y;

    fn predict(&self, x: &CsrMatrix<F>) -> Result<Y> {
        check::at_least("x", 1, x.nrows())?;
        check::columns("x", self.n_features(), x.ncols())?;
        if let Some((row, column, _)) = x.triplet_iter().find(|(_, _, v)| !v.is_finite()) {
            return Err(Error::NonFinite { what: "x", row, column });
        }
        let mut predicted = DMatrix::zeros(x.nrows(), self.n_outputs());
        for (output, &intercept) in self.intercepts.iter().enumerate() {
            let w = self.coefficients.column(output);
            for (row, entries) in x.row_iter().enumerate() {
                let terms = entries.col_indices().iter().zip(entries.values()).map(|(&j, &x)| x * w[j]);
                predicted[(row, output)] = intercept + terms.sum::<F>();
            }
        }
        Ok(self.answered(predicted))
    }
}

impl<F: Float, Y: Outputs<F>, K: Kind> Persist for LinearModel<F, Y, K> {
    const KIND: &'static str = K::NAME;
    const VERSION: u32 = K::VERSION;

    fn check(&self) -> Result<()> {
        let (n_features, n_outputs) = self.coefficients.shape();
        if n_features == 0 {
            return Err(Error::Shape { what: "coefficients", unit: "rows", expected: 1, found: 0 });
        }
        check::outputs::<F, Y>("coefficients", n_outputs)?;
        check::rows("intercepts", n_outputs, self.intercepts.len())?;
        check::finite("coefficients", self.coefficients.as_view())?;
        check::finite("intercepts", self.intercepts.as_columns())?;
        self.kind.check(n_features)
    }
}
