"""Writes mixture.json: steps of Gaussian mixtures from given components, by scikit-learn.

Run it as `python mixture.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261129)
n, p, k = 150, 3, 3
heaps = rng.normal(size=(k, p)) * 4
x = heaps[rng.integers(0, k, n)] + rng.normal(size=(n, p)) @ (np.eye(p) + 0.3 * rng.normal(size=(p, p))) + 10
queries = rng.normal(size=(6, p)) * 4 + 10
means = x[:k]
weights = np.array([0.2, 0.3, 0.5])
ball = 4.0
precisions = {
    "full": np.array([np.eye(p) / ball] * k),
    "tied": np.eye(p) / ball,
    "diag": np.full((k, p), 1 / ball),
    "spherical": np.full(k, 1 / ball),
}
stacked = {
    "full": np.vstack([np.eye(p) * ball] * k),
    "tied": np.eye(p) * ball,
    "diag": np.full((k, p), ball),
    "spherical": np.full((k, 1), ball),
}

fits = []
for kind in precisions:
    for steps, tol in [(1, 0.0), (7, 0.0), (200, 1e-4)]:
        start = dict(weights_init=weights, means_init=means, precisions_init=precisions[kind])
        model = GaussianMixture(k, covariance_type=kind, tol=tol, max_iter=steps, reg_covar=1e-6, **start).fit(x)
        covariances = model.covariances_
        if kind == "full":
            covariances = np.vstack(covariances)
        elif kind == "spherical":
            covariances = covariances[:, None]
        fits.append(
            {
                "kind": kind,
                "start": stacked[kind].tolist(),
                "max_iter": steps,
                "tol": tol,
                "n_iter": int(model.n_iter_),
                "weights": model.weights_.tolist(),
                "means": model.means_.tolist(),
                "covariances": covariances.tolist(),
                "probabilities": model.predict_proba(queries).tolist(),
                "scores": model.score_samples(queries).tolist(),
                "aic": float(model.aic(x)),
                "bic": float(model.bic(x)),
            }
        )

case = {
    "x": x.tolist(),
    "queries": queries.tolist(),
    "means": means.tolist(),
    "weights": weights.tolist(),
    "fits": fits,
}
versions = {"numpy": np.__version__, "scikit-learn": sklearn.__version__}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"versions": versions, "cases": [case]}) + "\n")
