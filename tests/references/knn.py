"""Writes knn.json: k nearest neighbours by scikit-learn, on seeded data that stands in the file too.

The points of "grid" lie on whole numbers, so distances tie and points repeat; only what ties cannot change is compared
there (distances), everything elsewhere. Run it as `python knn.py` with the packages of requirements.txt.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

rng = np.random.default_rng(20261124)


def case(name, x, queries, labels, targets, k, weights, ties):
    options = {"n_neighbors": k, "weights": weights, "algorithm": "brute"}
    classifier = KNeighborsClassifier(**options).fit(x, labels)
    regressor = KNeighborsRegressor(**options).fit(x, targets)
    distances, indices = classifier.kneighbors(queries)
    return {
        "name": name,
        "x": x.tolist(),
        "queries": queries.tolist(),
        "labels": labels.tolist(),
        "targets": targets.tolist(),
        "n_neighbors": k,
        "weights": weights,
        "ties": ties,
        "distances": distances.tolist(),
        "indices": indices.tolist(),
        "classes": classifier.classes_.tolist(),
        "proba": classifier.predict_proba(queries).tolist(),
        "labels_predicted": classifier.predict(queries).tolist(),
        "targets_predicted": regressor.predict(queries).tolist(),
    }


x = rng.normal(size=(60, 4))
queries = np.vstack([rng.normal(size=(18, 4)), x[:2]])
labels = rng.choice([0, 3, 7], size=60)
targets = np.column_stack([x[:, 0] ** 2, rng.normal(size=60)])
grid = rng.integers(0, 4, size=(50, 2)).astype(float)

cases = [
    case("uniform, k = 1", x, queries, labels, targets, 1, "uniform", False),
    case("uniform, k = 5", x, queries, labels, targets, 5, "uniform", False),
    case("distance, k = 5", x, queries, labels, targets, 5, "distance", False),
    case("uniform, all", x, queries, labels, targets, 60, "uniform", False),
    case("far from the origin", x + 1e4, queries + 1e4, labels, targets, 3, "distance", False),
    case("grid", grid, grid[:10] + 0.5, labels[:50], targets[:50], 7, "uniform", True),
]
versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")
