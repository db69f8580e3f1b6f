"""Writes pca.json: principal components by scikit-learn, on seeded data that stands in the file too.

Run it as `python pca.py` with the packages of requirements.txt.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.decomposition import PCA, IncrementalPCA, TruncatedSVD

rng = np.random.default_rng(20261123)


def common(name, kind, x, n_components, model, z):
    return {
        "name": name,
        "kind": kind,
        "x": x.tolist(),
        "n_components": n_components,
        "components": model.components_.tolist(),
        "explained_variance": model.explained_variance_.tolist(),
        "explained_variance_ratio": model.explained_variance_ratio_.tolist(),
        "singular_values": model.singular_values_.tolist(),
        "transformed": z.tolist(),
        "restored": model.inverse_transform(z).tolist(),
    }


def pca(name, x, n_components, solver="full", whiten=False, density=True):
    model = PCA(None if n_components == "all" else n_components, svd_solver=solver, whiten=whiten).fit(x)
    case = common(name, "pca", x, n_components, model, model.transform(x))
    case |= {"solver": solver.replace("_eigh", ""), "whiten": whiten}
    if density:
        case |= {"noise_variance": model.noise_variance_, "scores": model.score_samples(x).tolist()}
    return case


def incremental(name, x, n_components, batch_size):
    model = IncrementalPCA(n_components, batch_size=batch_size).fit(x)
    return common(name, "incremental", x, n_components, model, model.transform(x)) | {"batch_size": batch_size}


def truncated(name, x, n_components):
    model = TruncatedSVD(n_components, algorithm="arpack", tol=0, random_state=0)
    model.fit(x)
    return common(name, "truncated", x, n_components, model, model.transform(x))


x = rng.normal(size=(40, 6)) * [5, 4, 3, 1, 0.5, 0.4] @ rng.normal(size=(6, 6))
wide = rng.normal(size=(8, 15)) * np.linspace(3, 1, 15)
offset = x + 1e5
counts = rng.poisson(0.4, size=(50, 12)).astype(float) * rng.integers(1, 5, size=12)
steps = np.hstack([rng.normal(size=(200, 3)) * [9, 6, 4], np.zeros((200, 5))]) + rng.normal(size=(200, 8)) * 0.3

cases = [
    pca("full, 3 of 6", x, 3),
    pca("covariance, 3 of 6", x, 3, solver="covariance_eigh"),
    pca("all", x, "all"),
    # their density is another for the same components whitened, which no density of rows can be: left out
    pca("whitened", x, 4, whiten=True, density=False),
    pca("far from the origin", offset, 2),
    pca("a share of 0.9", x, 0.9),
    pca("a share of 0.999", x, 0.999),
    pca("the most probable dimension", steps, "mle"),
    pca("the most probable dimension of noise", x, "mle"),
    # the noise of more columns than rows is another: left out
    pca("wide", wide, 5, density=False),
    incremental("batches of 10", x, 3, 10),
    incremental("batches of 15", x, 2, 15),
    truncated("counts", counts, 4),
    truncated("not centred", x + 3, 2),
]
versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")
