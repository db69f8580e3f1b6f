//! k-means from given centroids.

use crate::{Answer, Request, timed};
use cairn_kmeans::{DMatrix, Float, Init, KMeans};
use serde_json::json;

pub(crate) fn answer<F: Float>(request: &Request, x: &DMatrix<F>, start: &DMatrix<F>) -> Answer {
    let start = Init::Given(start.map(|v| v.to_f64()));
    let kmeans = KMeans::new(request.n_components).init(start).tol(request.tol).max_iter(request.max_iter);
    let mut inertia = 0.0;
    let seconds = timed(request.repeats, || {
        inertia = kmeans.fit(x)?.inertia();
        Ok(())
    })?;
    Ok(json!({ "seconds": seconds, "check": inertia }))
}
