//! Logistic regression, dense and sparse.

use crate::{Answer, Request, timed};
use cairn_logistic::{CsrMatrix, DMatrix, Fit, Float, Input, LogisticModel, LogisticRegression, SgdClassifier};
use serde_json::json;

/// Labels in `y`; rows in `x`, or its numbers there, with columns and offsets in `rest`.
pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>, y: &DMatrix<F>, rest: &[DMatrix<F>]) -> Answer {
    let positions = |of: &DMatrix<F>| of.iter().map(|v| v.to_f64() as usize).collect::<Vec<usize>>();
    let labels = positions(y);
    let [columns, offsets] = rest else { return fitted(request, x, &labels) };
    let values = x.as_slice().to_vec();
    let rows = labels.len();
    let x = CsrMatrix::try_from_csr_data(rows, request.n_columns, positions(offsets), positions(columns), values)
        .map_err(|e| e.to_string())?;
    fitted(request, &x, &labels)
}

fn fitted<X: Input>(request: &Request, x: &X, y: &[usize]) -> Answer {
    let Request { alpha, tol, repeats, l1, .. } = *request;
    if request.n_folds > 0 {
        let sgd = SgdClassifier::new().alpha(alpha).shuffle(false).max_iter(request.n_folds).tol(0.0);
        let mut found = Vec::new();
        let seconds = timed(repeats, || {
            found = sgd.fit(x, y)?.coefficients().iter().map(|w| w.to_f64()).collect();
            Ok(())
        })?;
        return Ok(json!({ "seconds": seconds, "check": found }));
    }
    let logistic = LogisticRegression::new().l2(alpha).l1(l1).tol(tol);
    let mut found: Option<LogisticModel<X::Scalar>> = None;
    let seconds = timed(repeats, || {
        found = Some(logistic.fit(x, y)?);
        Ok(())
    })?;
    Ok(json!({ "seconds": seconds, "check": found.map(|model| model.convergence().objective) }))
}
