//! Principal components.

use crate::{Answer, Request, timed};
use cairn_pca::{DMatrix, Pca, TruncatedSvd};
use cairn_traits::Float;
use serde_json::json;

pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>) -> Answer {
    let (k, mut variances) = (request.n_components, Vec::new());
    let seconds = timed(request.repeats, || {
        let found = match request.task.as_str() {
            "pca" => Pca::new(k).fit(x)?.explained_variance().clone(),
            _ => TruncatedSvd::new(k).fit(x)?.singular_values().clone(),
        };
        variances = found.iter().map(|v| v.to_f64()).collect();
        Ok(())
    })?;
    Ok(json!({ "seconds": seconds, "check": variances }))
}
