"""Writes kmeans.json: k-means by scikit-learn from given centroids.

Run it as `python kmeans.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.cluster import KMeans, MiniBatchKMeans

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261127)
n, p, k = 120, 3, 5
heaps = rng.normal(size=(k, p)) * 3
x = heaps[rng.integers(0, k, n)] + rng.normal(size=(n, p)) + 10
weights = rng.uniform(0.2, 3, size=n)
queries = rng.normal(size=(10, p)) * 3 + 10
starts = {"rows": x[:k], "far": np.vstack([x[: k - 1], [[1000.0, 0, 0]]])}

cases = []
for start, centroids in starts.items():
    for weighted in [False, True]:
        for tol, max_iter in [(0.0, 300), (1e-2, 300), (0.0, 2)]:
            for algorithm in ["lloyd", "elkan"]:
                model = KMeans(k, init=centroids, n_init=1, max_iter=max_iter, tol=tol, algorithm=algorithm)
                model.fit(x, sample_weight=weights if weighted else None)
                cases.append(
                    dict(
                        start=centroids.tolist(),
                        weighted=weighted,
                        tol=tol,
                        max_iter=max_iter,
                        labels=model.labels_.tolist(),
                        centroids=model.cluster_centers_.tolist(),
                        inertia=model.inertia_,
                        n_iter=model.n_iter_,
                        predicted=model.predict(queries).tolist(),
                        distances=model.transform(queries).tolist(),
                    )
                )

mini = MiniBatchKMeans(k, init=x[:k], n_init=1, reassignment_ratio=0)
batches = []
for first in range(0, n, 30):
    mini.partial_fit(x[first : first + 30])
    batches.append(mini.cluster_centers_.tolist())

file = dict(x=x.tolist(), batches=batches, weights=weights.tolist(), queries=queries.tolist(), fits=cases)
versions = dict(scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=[file])) + "\n")
