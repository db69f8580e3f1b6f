"""Writes boosting.json: histogram gradient boosting by scikit-learn, on columns of fewer values than bins.

Run it as `python boosting.py` with the packages of requirements.txt; the tests read the file alone.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

rng = np.random.default_rng(20261128)
n, p = 400, 3
x = rng.integers(0, 120, (n, p)) / 8.0
x[rng.random((n, p)) < 0.1] = np.nan
full = np.where(np.isnan(x), 4.0, x)
signal = np.sin(full[:, 0]) + 0.2 * full[:, 1] + np.where(np.isnan(x[:, 2]), 1.5, 0) + rng.normal(size=n) * 0.5
weights = rng.uniform(0.2, 3, n)
# rows of the training: elsewhere a threshold may stand anywhere between two values of a node
queries = x[:60]
targets = {
    "squared-error": signal,
    "absolute-error": signal,
    "quantile": signal,
    "poisson": rng.poisson(np.exp(0.4 * signal)).astype(float),
}
plain = dict(learning_rate=0.1, max_leaf_nodes=31, min_samples_leaf=20, l2=0.0, max_depth=None, weighted=False)
knobs = [plain]
knobs.append(plain | dict(learning_rate=0.3, max_leaf_nodes=7, min_samples_leaf=5, l2=2.5))
knobs.append(plain | dict(max_depth=3, weighted=True))


def model(kind, knob, **more):
    names = {name: knob[name] for name in ["learning_rate", "max_leaf_nodes", "min_samples_leaf", "max_depth"]}
    return kind(max_iter=15, early_stopping=False, l2_regularization=knob["l2"], **names, **more)


cases = []
for loss, y in targets.items():
    for knob in knobs:
        # slopes of one size tie wherever counts are equal: with weights they do not
        knob = knob | dict(weighted=True) if loss in ["absolute-error", "quantile"] else knob
        # and scikit-learn splits leaves of equal slopes by their rounding
        knob = knob | dict(max_leaf_nodes=4) if loss == "quantile" else knob
        more = dict(loss=loss.replace("-", "_"), quantile=0.7 if loss == "quantile" else None)
        fitted = model(HistGradientBoostingRegressor, knob, **more)
        fitted.fit(x, y, sample_weight=weights if knob["weighted"] else None)
        answers = fitted.predict(queries).tolist()
        cases.append(dict(loss=loss, y=y.tolist(), answers=[[a] for a in answers], **knob))
for n_classes in [2, 4]:
    y = np.digitize(signal, np.quantile(signal, np.arange(1, n_classes) / n_classes))
    for knob in knobs:
        fitted = model(HistGradientBoostingClassifier, knob)
        fitted.fit(x, y, sample_weight=weights if knob["weighted"] else None)
        answers = fitted.predict_proba(queries).tolist()
        cases.append(dict(loss="log-loss", y=y.astype(float).tolist(), answers=answers, **knob))

hide = lambda rows: [[None if np.isnan(v) else v for v in row] for row in rows.tolist()]
file = dict(x=hide(x), weights=weights.tolist(), queries=hide(queries), fits=cases)
versions = dict(scikit_learn=sklearn.__version__, numpy=np.__version__)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(versions=versions, cases=[file])) + "\n")
