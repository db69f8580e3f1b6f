"""Writes tree.json: decision trees by scikit-learn, on columns without equal values.

Run it as `python tree.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

rng = np.random.default_rng(20261129)
n, p = 150, 4
x = rng.normal(size=(n, p))
gaps = np.where(rng.random((n, p)) < 0.15, np.nan, x)
queries = np.vstack([x[:30], rng.normal(size=(30, p))])
holes = np.vstack([gaps[:30], queries[30:]])
score = x[:, 0] * x[:, 1] + np.where(np.isnan(gaps[:, 2]), 1.0, gaps[:, 2]) + rng.normal(size=n) * 0.5
classes = np.digitize(score, [-0.5, 0.7])
counts = rng.poisson(np.exp(0.5 * score)).astype(float)
several = np.column_stack([score, rng.normal(size=n) - score])
weights = rng.uniform(0.2, 3, n)

grown = [{}, dict(max_depth=3), dict(min_samples_split=20), dict(min_samples_leaf=7)]
grown += [dict(max_leaf_nodes=9), dict(min_impurity_decrease=0.01), dict(min_weight_fraction_leaf=0.06), dict(ccp_alpha=0.01)]

cases = []


# small nodes are parted alike by several features, and then scikit-learn draws which to ask
LEAST = 5


def add(kind, criterion, y, limits, missing=False, weighted=True, balanced=False):
    more = dict(class_weight="balanced") if balanced else {}
    limits = dict(min_samples_leaf=LEAST) | limits
    # scikit-learn's entropy is in bits, ours in nats
    unit = np.log(2) if criterion == "entropy" else 1.0
    theirs = {name: v / unit if name in ["ccp_alpha", "min_impurity_decrease"] else v for name, v in limits.items()}
    model = kind(criterion=criterion, random_state=0, **theirs, **more)
    data, asked = (gaps, holes) if missing else (x, queries)
    sample_weight = weights if weighted else None
    model.fit(data, y, sample_weight=sample_weight)
    answers = model.predict_proba(asked) if kind is DecisionTreeClassifier else model.predict(asked).reshape(len(asked), -1)
    whole = kind(criterion=criterion, random_state=0, min_samples_leaf=LEAST, **more)
    path = whole.cost_complexity_pruning_path(data, y, sample_weight=sample_weight)
    cases.append(
        dict(
            criterion=criterion.replace("_", "-"),
            y=y.reshape(n, -1).astype(float).tolist(),
            limits=limits,
            missing=missing,
            weighted=weighted,
            balanced=balanced,
            answers=answers.tolist(),
            leaves=int(model.get_n_leaves()),
            depth=int(model.get_depth()),
            importances=model.feature_importances_.tolist(),
            alphas=(path.ccp_alphas * unit).tolist(),
            impurities=(path.impurities * unit).tolist(),
        )
    )


for criterion in ["gini", "entropy"]:
    for limits in grown:
        add(DecisionTreeClassifier, criterion, classes, limits)
    add(DecisionTreeClassifier, criterion, classes, dict(max_depth=2), weighted=False)
    add(DecisionTreeClassifier, criterion, classes, dict(max_depth=2), weighted=False, balanced=True)
    add(DecisionTreeClassifier, criterion, classes, dict(max_depth=4), missing=True)
for criterion, y in [("squared_error", score), ("poisson", counts), ("squared_error", several), ("absolute_error", score)]:
    for limits in grown if y.ndim == 1 else [dict(max_depth=4)]:
        add(DecisionTreeRegressor, criterion, y, limits)
    add(DecisionTreeRegressor, criterion, y, dict(max_depth=4), weighted=False)
    if criterion != "absolute_error":
        add(DecisionTreeRegressor, criterion, y, dict(max_depth=4), missing=True)

hide = lambda rows: [[None if np.isnan(v) else v for v in row] for row in rows.tolist()]
file = dict(x=x.tolist(), gaps=hide(gaps), queries=queries.tolist(), holes=hide(holes), weights=weights.tolist(), fits=cases)
versions = dict(scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=[file])) + "\n")
