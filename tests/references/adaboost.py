"""Writes adaboost.json: SAMME by scikit-learn, with stumps and with small trees.

Run it as `python adaboost.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

rng = np.random.default_rng(20261130)
n, p = 200, 4
x, queries = rng.normal(size=(n, p)), rng.normal(size=(40, p))
weights = rng.uniform(0.2, 3, n)
score = x[:, 0] * x[:, 1] + x[:, 2] + rng.normal(size=n) * 0.3
cases = []
for cuts, depth, rate in [([0.1], 1, 1.0), ([-0.5, 0.6], 2, 0.5), ([-0.8, 0.0, 0.8], 1, 1.0)]:
    y = np.digitize(score, cuts)
    model = AdaBoostClassifier(DecisionTreeClassifier(max_depth=depth), n_estimators=12, learning_rate=rate, random_state=0)
    # weights that differ: no two questions are equally good
    model.fit(x, y, sample_weight=weights)
    decision = model.decision_function(queries).reshape(len(queries), -1)
    cases.append(
        dict(
            x=x.tolist(),
            queries=queries.tolist(),
            weights=weights.tolist(),
            y=y.tolist(),
            max_depth=depth,
            learning_rate=rate,
            tree_weights=model.estimator_weights_.tolist(),
            tree_errors=model.estimator_errors_.tolist(),
            decision=decision.tolist(),
            shares=model.predict_proba(queries).tolist(),
        )
    )
versions = dict(scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=cases)) + "\n")
