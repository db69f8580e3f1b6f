"""Writes clustering.json: scikit-learn's scores of clusterings and embeddings of seeded rows."""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.manifold import trustworthiness

rng = np.random.default_rng(1)


def labels(n, classes, clusters, agreement):
    """Classes of unequal size, and clusters that follow them as often as `agreement` says."""
    y_true = rng.choice(classes, n, p=rng.dirichlet(np.full(classes, 3.0)))
    y_pred = np.where(rng.random(n) < agreement, (y_true * 5 + 2) % clusters, rng.integers(0, clusters, n))
    scores = {
        "rand_index": m.rand_score,
        "adjusted_rand_index": m.adjusted_rand_score,
        "fowlkes_mallows": m.fowlkes_mallows_score,
        "mutual_info": m.mutual_info_score,
        "normalized_mutual_info": m.normalized_mutual_info_score,
        "adjusted_mutual_info": m.adjusted_mutual_info_score,
        "homogeneity": m.homogeneity_score,
        "completeness": m.completeness_score,
        "v_measure": m.v_measure_score,
    }
    return {
        "y_true": y_true.tolist(),
        "y_pred": y_pred.tolist(),
        "contingency": m.cluster.contingency_matrix(y_true, y_pred).tolist(),
        "scores": {name: float(score(y_true, y_pred)) for name, score in scores.items()},
    }


def rows(n, p, groups, spread, offset, alone):
    """Rows about group centres, labelled by group except a few; with `alone`, the last row alone in its cluster."""
    found = rng.integers(0, groups, n)
    x = rng.normal(size=(groups, p))[found] * spread + rng.normal(size=(n, p)) + offset
    y = np.where(rng.random(n) < 0.1, rng.integers(0, groups, n), found)
    if alone:
        y[-1] = groups
    scores = {
        "silhouette_score": m.silhouette_score,
        "calinski_harabasz": m.calinski_harabasz_score,
    }
    if not alone:
        # for a row alone, scikit-learn's distance to its centroid, itself, is some 1e-8 by cancellation instead of 0
        scores["davies_bouldin"] = m.davies_bouldin_score
    return {
        "x": x.tolist(),
        "labels": y.tolist(),
        "silhouette_samples": m.silhouette_samples(x, y).tolist(),
        "scores": {name: float(score(x, y)) for name, score in scores.items()},
    }


def embedding(n, p, noise):
    x = rng.normal(size=(n, p))
    embedded = x[:, :2] + noise * rng.normal(size=(n, 2))
    at = [1, 5, 12]
    return {
        "x": x.tolist(),
        "embedded": embedded.tolist(),
        "n_neighbors": at,
        "trustworthiness": [float(trustworthiness(x, embedded, n_neighbors=k)) for k in at],
        "continuity": [float(trustworthiness(embedded, x, n_neighbors=k)) for k in at],
    }


reference = {
    "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "labels": [labels(60, 3, 3, 0.8), labels(90, 5, 9, 0.5), labels(120, 7, 4, 0.0), labels(50, 2, 40, 0.3)],
    "rows": [
        rows(60, 2, 3, 5.0, 0.0, alone=True),
        rows(50, 6, 4, 1.0, 0.0, alone=False),
        rows(40, 3, 2, 3.0, 10.0, alone=False),
    ],
    "embeddings": [embedding(60, 5, 0.0), embedding(50, 3, 1.0)],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(reference) + "\n")
