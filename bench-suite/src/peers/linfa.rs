//! linfa: one thread; no nearest-neighbour estimators (`linfa-nn` finds neighbours, the benches compare that).

use super::library::{Fits, Model, Params, flag, number, numbers, timed};
use crate::{
    failure::{Failure, Result},
    registry::{Answer, Target, Timed},
};
use ::linfa::{
    Dataset,
    traits::{Fit, PredictInplace},
};
use cairn_traits::{DMatrix, DVector};
use linfa_elasticnet::ElasticNet;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2, ShapeBuilder};
use std::convert::Infallible;

pub(crate) const FITS: Fits = &[("linear-regression", least_squares), ("ridge", ridge)];

/// Relative change of the coefficients, and gap to the optimum, at which coordinate descent ends. linfa's own 1e-4
/// would be an answer right to two or three digits, beside ours to all.
const TOLERANCE: f64 = 1e-10;

fn matrix(x: &DMatrix<f64>) -> Result<Array2<f64>> {
    Array2::from_shape_vec((x.nrows(), x.ncols()).f(), x.as_slice().to_vec()).map_err(Failure::new)
}

fn dataset(x: &DMatrix<f64>, y: &Target) -> Result<Dataset<f64, f64, ndarray::Ix1>> {
    Ok(Dataset::new(matrix(x)?, Array1::from_vec(numbers(y)?.as_slice().to_vec())))
}

fn least_squares(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    let data = dataset(x, y)?;
    let estimator = LinearRegression::new().with_intercept(flag(params, "fit_intercept")?);
    let Timed { value: model, seconds } = timed(|| estimator.fit(&data))?;
    Ok(Timed { value: answering(model), seconds })
}

/// The elastic net without its l1 part.
///
/// ```text
/// linfa:  Σ (y − xw − b)² / 2n + penalty |w|² / 2       ours:  Σ (y − xw − b)² + l2 |w|²       penalty = l2 / n
/// ```
/// The gap by which it knows the optimum is of the l1 part and does not close without one (0.8.1): it makes all of its
/// 1000 sweeps, which are enough for most tables. Its intercept is the mean of y, which is ours where the columns have mean 0: the program's columns do, but for words.
fn ridge(x: &DMatrix<f64>, y: &Target, params: &Params) -> Result<Timed<Model>> {
    let data = dataset(x, y)?;
    let estimator = ElasticNet::params()
        .l1_ratio(0.0)
        .penalty(number(params, "l2")? / x.nrows() as f64)
        .with_intercept(flag(params, "fit_intercept")?)
        .tolerance(TOLERANCE);
    let Timed { value: model, seconds } = timed(|| estimator.fit(&data))?;
    Ok(Timed { value: answering(model), seconds })
}

fn answering<M>(model: M) -> Model
where
    M: PredictInplace<Array2<f64>, Array1<f64>> + Send + Sync + 'static,
{
    Box::new(move |x| {
        let x = matrix(x)?;
        let Timed { value, seconds } = timed(|| {
            let mut y = model.default_target(&x);
            model.predict_inplace(&x, &mut y);
            Ok::<_, Infallible>(y)
        })?;
        Ok(Timed { value: Answer::Numbers(DVector::from_iterator(value.len(), value.iter().copied())), seconds })
    })
}
