"""Writes tsne.json: affinities, gradients, maps after some steps and places for new rows, by openTSNE and scikit-learn.

Run it as `python tsne.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib
import warnings

import numpy as np
import openTSNE
import sklearn
from openTSNE import affinity, initialization
from scipy.spatial.distance import squareform
from sklearn.manifold._t_sne import _kl_divergence

warnings.simplefilter("ignore")
rng = np.random.default_rng(20261129)
n, p = 90, 4
heaps = rng.normal(size=(3, p)) * 3
x = heaps[rng.integers(0, 3, n)] + rng.normal(size=(n, p))
new = heaps[[0, 1, 2, 2]] + rng.normal(size=(4, p))
PERPLEXITY = 8

affinities = affinity.PerplexityBasedNN(x, perplexity=PERPLEXITY, method="exact", metric="euclidean")
dense = affinities.P.toarray()

# the gradient and the divergence at a map of usual size, with scikit-learn's own function
y = rng.normal(size=(n, 2)) * 4
divergence, gradient = _kl_divergence(y.ravel(), squareform(dense), 1, n, 2)

# wide enough for its tree to tell points apart: nearer than 1e-6 they are one
start = initialization.random(n, random_state=3) * 1e4
maps = []
for dof, exaggeration in [(1, None), (0.7, None), (1, 2)]:
    for early, late in [(5, 0), (10, 10), (250, 500)]:
        model = openTSNE.TSNE(
            early_exaggeration_iter=early,
            n_iter=late,
            exaggeration=exaggeration,
            dof=dof,
            negative_gradient_method="bh",
            theta=0,
        )
        found = model.fit(affinities=affinities, initialization=start)
        case = dict(degrees_of_freedom=dof, exaggeration=exaggeration or 1, early=early, late=late)
        maps.append(case | dict(map=np.asarray(found).tolist(), divergence=float(found.kl_divergence)))
        if (dof, exaggeration, late) == (1, None, 500):
            last = found

placed = last.transform(new, perplexity=5)
file = dict(
    x=x.tolist(),
    perplexity=PERPLEXITY,
    affinities=dense.tolist(),
    y=y.tolist(),
    divergence=float(divergence),
    gradient=gradient.reshape(n, 2).tolist(),
    start=start.tolist(),
    maps=maps,
    new=new.tolist(),
    placed=np.asarray(placed).tolist(),
    among=np.asarray(last).tolist(),
)
versions = dict(openTSNE=openTSNE.__version__, scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=[file])) + "\n")
