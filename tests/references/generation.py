"""Writes generation.json: precision, recall, density and coverage of seeded rows, from their formulas in NumPy.

Kynkäänniemi et al. (2019) define precision and recall, Naeem et al. (2020) density and coverage; scikit-learn has none.
"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(2)


def distances(a, b):
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))


def radii(rows, k):
    """The distance to the k-th nearest other row; a row itself is the 0-th."""
    return np.sort(distances(rows, rows), axis=1)[:, k]


def case(real, generated, at):
    across = distances(real, generated)
    scores = []
    for k in at:
        in_real = across <= radii(real, k)[:, None]
        in_generated = across <= radii(generated, k)[None, :]
        scores.append(
            {
                "precision": float(in_real.any(axis=0).mean()),
                "recall": float(in_generated.any(axis=1).mean()),
                "density": float(in_real.sum(axis=0).mean() / k),
                "coverage": float(in_real.any(axis=1).mean()),
            }
        )
    return {"real": real.tolist(), "generated": generated.tolist(), "n_neighbors": at, "scores": scores}


reference = {
    "versions": {"numpy": np.__version__},
    "cases": [
        case(rng.normal(size=(60, 4)), rng.normal(size=(50, 4)), [1, 3, 5]),
        case(rng.normal(size=(50, 3)), 0.3 * rng.normal(size=(70, 3)) + 0.5, [2, 5]),
        case(rng.normal(size=(40, 8)), rng.normal(size=(40, 8)) * 3.0, [5]),
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(reference) + "\n")
