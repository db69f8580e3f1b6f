"""Writes neighbors.json: neighbours by each metric, votes and means within a radius, local outlier factors, by
scikit-learn.

Run it as `python neighbors.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors, RadiusNeighborsClassifier, RadiusNeighborsRegressor

rng = np.random.default_rng(20261128)
n, p, k = 90, 4, 6
x = rng.normal(size=(n, p)) * [1, 2, 0.5, 1] + [0, 3, 0, -1]
x[:, 3] = np.round(x[:, 3])  # so that numbers are equal, for Hamming
queries = np.vstack([rng.normal(size=(8, p)) * 2 + [0, 3, 0, -1], x[:3]])
labels = rng.integers(0, 3, n) * 2
targets = np.column_stack([x[:, 0] ** 2 + x[:, 1], rng.normal(size=n)])


def numbers(a):
    return np.asarray(a).tolist()


metrics = []
for name, metric, options in [
    ("euclidean", "euclidean", {}),
    ("manhattan", "manhattan", {}),
    ("chebyshev", "chebyshev", {}),
    ({"minkowski": 3.0}, "minkowski", {"p": 3}),
    ("cosine", "cosine", {}),
    ("hamming", "hamming", {}),
]:
    model = NearestNeighbors(n_neighbors=k, algorithm="brute", metric=metric, **options).fit(x)
    distances, indices = model.kneighbors(queries)
    # halfway between two distances, so that no rounding decides
    every = np.unique(np.round(model.kneighbors(queries[:1], n)[0][0], 9))
    middle = min(10, len(every) - 1)
    radius = (every[middle - 1] + every[middle]) / 2
    within = [sorted(map(int, found)) for found in model.radius_neighbors(queries, radius)[1]]
    metrics.append(
        {"metric": name, "indices": numbers(indices), "distances": numbers(distances), "radius": radius, "within": within}
    )

radius = 2.0
near = queries[[len(found) > 0 for found in NearestNeighbors(radius=radius).fit(x).radius_neighbors(queries)[1]]]
votes = []
for weights in ["uniform", "distance"]:
    classifier = RadiusNeighborsClassifier(radius, weights=weights).fit(x, labels)
    regressor = RadiusNeighborsRegressor(radius, weights=weights).fit(x, targets)
    votes.append(
        {
            "weights": weights,
            "probabilities": numbers(classifier.predict_proba(near)),
            "predicted": numbers(classifier.predict(near)),
            "means": numbers(regressor.predict(near)),
        }
    )

outliers = []
for neighbors, contamination in [(5, None), (12, 0.1)]:
    settings = dict(n_neighbors=neighbors, contamination=contamination or "auto")
    trained = LocalOutlierFactor(**settings).fit(x)
    novel = LocalOutlierFactor(novelty=True, **settings).fit(x)
    outliers.append(
        {
            "n_neighbors": neighbors,
            "contamination": contamination,
            "factors": numbers(trained.negative_outlier_factor_),
            "threshold": float(trained.offset_),
            "outliers": numbers(trained.fit_predict(x) == -1),
            "scores": numbers(novel.score_samples(queries)),
        }
    )

case = {
    "x": numbers(x),
    "queries": numbers(queries),
    "labels": numbers(labels),
    "targets": numbers(targets),
    "metrics": metrics,
    "radius": radius,
    "near": numbers(near),
    "votes": votes,
    "outliers": outliers,
}
versions = {"numpy": np.__version__, "scikit-learn": sklearn.__version__}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"versions": versions, "cases": [case]}) + "\n")
