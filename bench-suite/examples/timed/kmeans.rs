//! k-means from given centroids, mixtures from given means.

use crate::{Answer, Request, timed};
use cairn_kmeans::{CovarianceType, Covariances, DMatrix, Float, GaussianMixture, Init, KMeans, MixtureInit};
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

/// From balls of variance 1 and equal shares.
pub(crate) fn mixture<F: Float>(request: &Request, x: &DMatrix<F>, means: &DMatrix<F>) -> Answer {
    let (k, p) = means.shape();
    let balls = DMatrix::from_fn(k * p, p, |i, j| if i % p == j { 1.0 } else { 0.0 });
    let init = MixtureInit::Given {
        weights: vec![1.0 / k as f64; k],
        means: means.map(|v| v.to_f64()),
        covariances: Covariances::new(CovarianceType::Full, balls),
    };
    let mixture = GaussianMixture::new(k).init(init).tol(0.0).max_iter(request.max_iter);
    let mut likelihood = 0.0;
    let seconds = timed(request.repeats, || {
        likelihood = -cairn_kmeans::Converges::convergence(&mixture.fit(x)?).objective;
        Ok(())
    })?;
    Ok(json!({ "seconds": seconds, "check": likelihood }))
}
