//! Linear models.

use crate::{Answer, Request, timed};
use cairn_linear::{
    Alphas, DMatrix, DVector, Fit, Float, HuberRegressor, Lasso, LassoCv, LinearRegression, PoissonRegressor, Ridge,
    RidgeCv, SgdRegressor,
};
use serde_json::json;

fn numbers<F: Float>(x: impl IntoIterator<Item = F>) -> Vec<f64> {
    x.into_iter().map(Float::to_f64).collect()
}

pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>, y: &DVector<F>) -> Answer {
    let Request { alpha, tol, n_folds, repeats, .. } = *request;
    macro_rules! answered {
        (|| $fit:expr, |$model:ident| $check:expr) => {{
            let mut found = None;
            let seconds = timed(repeats, || {
                found = Some($fit?);
                Ok(())
            })?;
            let $model = found.ok_or("expected a repeat")?;
            Ok(json!({ "seconds": seconds, "check": $check }))
        }};
    }
    match request.task.as_str() {
        "linear-regression" => {
            answered!(|| LinearRegression::new().fit(x, y), |m| numbers(m.coefficients().iter().copied()))
        }
        "ridge" => answered!(|| Ridge::new(alpha).fit(x, y), |m| numbers(m.coefficients().iter().copied())),
        "ridge-cv" => answered!(|| RidgeCv::default().fit(x, y), |m| numbers(m.coefficients().iter().copied())),
        "lasso" => answered!(|| Lasso::new(alpha).tol(tol).fit(x, y), |m| m.convergence().objective),
        "lasso-path" => {
            let lasso = Lasso::default().tol(tol);
            answered!(|| lasso.path(x, y, None, &Alphas::default()), |path| {
                numbers(path.coefficients.column(path.alphas.len() - 1).iter().copied())
            })
        }
        "lasso-cv" => {
            let cv = LassoCv::new().n_folds(n_folds).tol(tol);
            answered!(|| cv.fit(x, y), |m| {
                let means = m.choice().mse_path.row_iter().map(|row| row.mean());
                means.fold(f64::INFINITY, f64::min)
            })
        }
        "poisson" => answered!(|| PoissonRegressor::new(alpha).tol(tol).fit(x, y), |m| m.convergence().objective),
        "huber" => {
            let huber = HuberRegressor::new().l2(alpha).tol(tol);
            answered!(|| huber.fit(x, y), |m| numbers(m.coefficients().iter().copied()))
        }
        "sgd" => {
            let sgd = SgdRegressor::new().alpha(alpha).shuffle(false).max_iter(5).n_iter_no_change(5);
            answered!(|| sgd.fit(x, y), |m| numbers(m.coefficients().iter().copied()))
        }
        other => Err(format!("no task {other}").into()),
    }
}
